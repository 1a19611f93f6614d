"""Three months in a row, the GSTR-3B filed between them: what leaves, what stays, what is frozen, what adds up."""

from __future__ import annotations

import pandas as pd
import pytest
from played_portal import PlayedPortal, day_after

from imsrecon import ActionNotAllowed, Workspace, read_portal
from imsrecon.domain import AMOUNTS, HEADS, to_paise
from imsrecon.preview import compare_with_2b

MONTHS = ("2026-04", "2026-05", "2026-06")


def _decide(month, action, ids, **columns):
    month.decide(pd.DataFrame({"portal_id": ids, "action": action, **columns}))


def _play(workspace, portal, period, held_before, hands):
    """One month as a consultant works it; returns its facts."""
    workspace.import_files([portal.download(period)], period)
    month = workspace.month(period, day_after(period, 12))
    carried = month.carried
    assert set(carried["portal_id"]) == held_before
    month.control()
    idle = _if_nobody_acts(month)

    month.decide_suggested()
    open_rows = month.allowed[month.allowed["pending"] & month.allowed["reject"]]
    waiting = open_rows[open_rows["portal_id"].isin(month.left["portal_id"])].sort_values("portal_id")
    # An amendment is locked while its original is pending (K-01): that is a case of its own.
    waiting = waiting[~waiting["portal_id"].isin(portal.amended())]
    _decide(month, "P", waiting["portal_id"].iloc[:5], reason_code="in_transit")
    _decide(month, "R", waiting["portal_id"].iloc[5:6], reason_code="not_ours")
    if len(carried):
        _decide(month, "A", carried["portal_id"].iloc[:2])
    portal.take(month.write_upload(workspace.reports(period)))
    workspace.import_files([portal.download(period)], period)
    # The download has now what was uploaded; had nobody acted, the credit would be what it was all the same.
    assert _if_nobody_acts(workspace.month(period, day_after(period, 12))) == idle

    by_hand = waiting["portal_id"].iloc[6]
    hands.add(by_hand)
    portal.act({by_hand: "P"})
    workspace.import_files([portal.download(period), portal.draw_2b(period)], period)
    month = workspace.month(period, day_after(period, 16))
    found = month.by_hand
    own = found[found["portal_id"].eq(by_hand)]
    assert own[["portal_action", "what"]].to_numpy().tolist() == [["P", "taken"]]
    # A record pended by hand in an earlier month stays on the list until it is decided here.
    assert set(found["portal_id"]) == hands - set(month.decision_log["portal_id"])
    drawn = read_portal(portal.folder / f"2b_{period}.json").documents
    differs = compare_with_2b(month.preview, drawn, month.profile)
    assert differs.empty, differs.to_string()
    return month


def _if_nobody_acts(month):
    """Net credit if nobody had acted, in paise."""
    net = month.scenarios()["nobody acts"].table4.set_index("line").loc["4C"]
    return int(to_paise(net[list(HEADS)]).sum())


def _close(month):
    before, weighed = month.preview, month.weighed()
    left = month.left
    if len(left):
        with pytest.raises(Exception, match="Nobody has signed"):
            month.file(day_after(month.period, 16), "AA270426000001X")
        signed = month.sign("A. Consultant")
        assert (signed.records, signed.stands) == (len(left), True)
    month.file(day_after(month.period, 16), "AA270426000001X")
    pd.testing.assert_frame_equal(month.preview.table4, before.table4)
    # What the others would have given, and what is doubtful, does not change by the filing.
    pd.testing.assert_frame_equal(month.weighed(), weighed)
    # Filing closes the window of a note pending for its one period: it is no longer held but enters the next 2B (B-22).
    late = month.preview.documents["rule"].eq("B-22").to_numpy()
    assert (late | month.preview.documents["part"].eq(before.documents["part"]).to_numpy()).all()
    pd.testing.assert_frame_equal(month.preview.documents[list(AMOUNTS)], before.documents[list(AMOUNTS)])
    for forbidden in (
        lambda: _decide(month, "A", before.held["portal_id"].iloc[:1]),
        month.undo,
        lambda: month.sign("A. Consultant"),
        lambda: month.give_inputs(pd.DataFrame({"item": ["rule_37"], "cgst": [1.0]})),
    ):
        with pytest.raises(ActionNotAllowed, match="C-25") as refusal:
            forbidden()
        assert refusal.value.hint
    assert month.left.empty
    return before


def test_three_months_in_a_row(tmp_path):
    portal = PlayedPortal(tmp_path / "portal")
    gstin = portal.client.plan.gstin
    with Workspace.create(tmp_path / "client", gstin, "Synthetic Traders") as workspace:
        workspace.import_files([portal.register()], MONTHS[0])
        outcome, credit, held, hands = {}, {}, set(), set()
        for period in MONTHS:
            month = _play(workspace, portal, period, held, hands)
            month.give_inputs(pd.DataFrame({"item": ["rule_37"], "cgst": [100.0], "sgst": [100.0]}))
            preview = _close(month)
            portal.file_3b(period)
            documents = preview.documents
            used = documents[documents["part"].isin(["available", "rejected", "not_available", "reversal"])]
            assert not set(used["portal_id"]) & outcome.keys(), "a record counts in one month only"
            outcome |= dict(zip(used["portal_id"], used["part"], strict=True))
            counted = documents[documents["line"].notna() & ~documents["line"].str.startswith("4D", na=False)]
            credit[period] = sum(int(to_paise(counted[head]).sum()) for head in HEADS)
            net = preview.table4.set_index("line").loc["4C", list(HEADS)].sum()
            assert round(net * 100) == credit[period] - 20_000
            held = set(preview.held["portal_id"])
            assert held

        # What every month showed then, it still shows, frozen.
        for period in MONTHS:
            again = workspace.month(period, day_after("2026-06", 28))
            net = again.preview.table4.set_index("line").loc["4C", list(HEADS)].sum()
            assert round(net * 100) == credit[period] - 20_000
        filed = portal.state[portal.state["gstr2b_period"].notna() & portal.state["consumed"]]
        assert set(filed["doc_id"]) == outcome.keys()
        assert set(workspace.filings["period"]) == set(MONTHS)

        # July opens with what June holds, before its own download is there.
        july = workspace.month("2026-07", day_after("2026-07", 3))
        carried = july.carried
        assert set(carried["portal_id"]) == held
        assert carried["periods_held"].ge(1).all()
        tax = sum(int(to_paise(preview.held[name]).sum()) for name in HEADS)
        assert int(to_paise(carried["tax"]).sum()) == tax


def test_once_the_portal_has_it_nothing_is_offered_again_and_nobody_acts_still_means_that(tmp_path):
    """Reductions and remarks come back in the next download, a remark as the portal takes it: plain, on one line."""
    portal = PlayedPortal(tmp_path / "portal")
    with Workspace.create(tmp_path / "client", portal.client.plan.gstin) as workspace:
        workspace.import_files([portal.register(), portal.download(MONTHS[0])], MONTHS[0])
        month = workspace.month(MONTHS[0], day_after(MONTHS[0], 15))
        taken = month.suggestions[month.suggestions["portal_id"].notna() & month.suggestions["action"].ne("N")]
        taken = taken.rename(columns={"reduction": "itc_reduction"}).reset_index(drop=True)
        words = taken["action"].map({"R": "Not ours: ₹5,00,000 –\nask", "P": "bill  awaited"}).astype("str")
        silent = month.scenarios()["nobody acts"]
        month.decide(taken[["portal_id", "action", "itc_reduction"]].assign(remarks=words))
        assert portal.take(month.write_upload(tmp_path / "up")) == len(taken)
        workspace.import_files([portal.download(MONTHS[0])], MONTHS[0])
        month.refresh()
        assert {"R", "P"} <= set(month.decisions["action"]) and "full" in set(month.decisions["itc_reduction"])
        assert month.payloads() == []
        # If nobody acts is what would have been without any action, also where the portal has them all (B-18).
        seen = month.scenarios()
        assert seen["nobody acts"].table4.equals(silent.table4)
        assert not seen["nobody acts"].table4.equals(seen["as decided"].table4)
