"""A quarterly filer: his three months are one tax period, which closes in its last month."""

from __future__ import annotations

import pandas as pd
import pytest
from played_portal import PlayedPortal, day_after

from imsrecon import Workspace
from imsrecon.domain import InputError
from imsrecon.synth import ims_download, to_bytes

MONTHS = ("2026-04", "2026-05", "2026-06")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """What the portal shows a quarterly buyer: in each month all of the quarter that no filing has taken yet."""
    portal = PlayedPortal(tmp_path_factory.mktemp("portal") / "files")
    files = []
    for period in MONTHS:
        rows = portal.state[portal.state["gstr2b_period"] <= period]
        # The made download holds the records of one period; here one lists all of the quarter so far.
        rows = rows.assign(gstr2b_period=period)
        files.append(portal.folder / f"quarter_{period}.json")
        files[-1].write_bytes(to_bytes(ims_download(rows, period)))
    return portal.client.plan.gstin, portal.register(), files


@pytest.fixture
def workspace(played, tmp_path):
    gstin, register, _ = played
    with Workspace.create(tmp_path / "client", gstin, "Synthetic Traders", frequency="quarterly") as opened:
        opened.import_files([register], MONTHS[0])
        yield opened


def _month(workspace, period, day=16):
    return workspace.month(period, day_after(period, day))


def _open(month, count):
    rows = month.allowed[month.allowed["pending"] & month.allowed["reject"]]
    return rows["portal_id"].sort_values().tolist()[:count]


def _decide(month, action, ids):
    month.decide(pd.DataFrame({"portal_id": ids, "action": action}))


def test_what_was_decided_in_the_first_month_counts_when_the_quarter_closes(workspace, played):
    _, _, files = played
    workspace.import_files([files[0]], MONTHS[0])
    april = _month(workspace, MONTHS[0])
    rejected, pended, changed = _open(april, 3)
    _decide(april, "R", [rejected, changed])
    _decide(april, "P", [pended])
    workspace.import_files([files[2]], MONTHS[2])
    june = _month(workspace, MONTHS[2])
    assert {rejected, pended, changed} <= set(june.portal["doc_id"])
    assert june.carried.empty, "no return lies between the months of a quarter"
    standing = june.standing_decisions.set_index("portal_id")["action"]
    assert standing.to_dict() == {rejected: "R", changed: "R", pended: "P"}
    assert not {rejected, pended, changed} & set(june.left["portal_id"])
    parts = june.preview.documents.set_index("portal_id")["part"]
    assert parts[[rejected, pended]].tolist() == ["rejected", "held"]
    june.control()

    _decide(june, "A", [changed])
    april.refresh()
    assert april.undo() == 1  # the pending one, taken back in April
    assert april.undo() == 2
    june.refresh()
    assert june.standing_decisions.set_index("portal_id")["action"].to_dict() == {changed: "A"}


def test_what_an_earlier_month_wrote_for_the_portal_is_not_taken_by_hand(workspace, played, tmp_path):
    _, _, files = played
    workspace.import_files([files[0]], MONTHS[0])
    april = _month(workspace, MONTHS[0])
    (rejected,) = _open(april, 1)
    _decide(april, "R", [rejected])
    may = _month(workspace, MONTHS[1])
    assert may.write_upload(tmp_path / "upload"), "May has no download of its own yet and works on April's"
    workspace.import_files([files[1]], MONTHS[1])
    by_hand = _month(workspace, MONTHS[1]).by_hand.set_index("portal_id")
    assert by_hand.loc[rejected, ["uploaded", "portal_action", "what"]].tolist() == ["R", "N", "reset"]


def test_the_quarter_is_signed_and_filed_on_the_list_of_its_last_month(workspace, played):
    _, _, files = played
    for path, period in zip(files, MONTHS, strict=True):
        workspace.import_files([path], period)
    april, june = _month(workspace, MONTHS[0], 12), _month(workspace, MONTHS[2])
    assert "closes with its quarter" in april.signature_sentence()
    with pytest.raises(InputError, match="Apr 2026 closes with its quarter: Jun 2026"):
        april.sign("Meera Shah")
    april = workspace.month(MONTHS[0], june.today)
    with pytest.raises(InputError, match="Nobody has signed"):
        april.file(june.today)
    assert june.sign("Meera Shah").records == len(june.left) > len(april.left)
    april.file(june.today, "AA270626000001X")
    assert workspace.profile.filed_3b == {MONTHS[2]: june.today}
    kept = pd.DataFrame(workspace.results("filed")["table4"].iloc[-1])
    pd.testing.assert_frame_equal(kept.astype({"line": "str"}), june.preview.table4)


def test_a_filed_quarter_settles_once_as_its_last_month_had_it(workspace, played):
    _, _, files = played
    for path, period in zip(files, MONTHS, strict=True):
        workspace.import_files([path], period)
    june = _month(workspace, MONTHS[2])
    june.sign("Meera Shah")
    june.file(june.today)
    july = _month(workspace, "2026-07")
    assert [part.period for part in july.settled] == ["2026-06"]
    assert july.settled[0].records["doc_id"].is_unique
    assert _month(workspace, MONTHS[2]).settled == []
    july.control()
