"""The open pool over the sample client's quarter, month by month, with the GSTR-3B filed between them."""

from __future__ import annotations

import shutil
from datetime import date

import pandas as pd
import pytest

from imsrecon import Workspace
from imsrecon.domain import sum_rupees
from imsrecon.resources import shipped
from imsrecon.workspace.pool import matching_words, origin

GSTIN, NAME = "27ZZZCS2026T1Z6", "Synthetic Traders"
MONTHS = {
    "2026-04": (date(2026, 5, 16), date(2026, 5, 19)),
    "2026-05": (date(2026, 6, 16), date(2026, 6, 19)),
    "2026-06": (date(2026, 7, 16), None),
}
PAIR = ["register_id", "portal_id"]


def file(part):
    (found,) = [path for path in shipped("sample_data").iterdir() if part in path.name]
    return found


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """April with the whole register, then May's and June's files; April and May are filed."""
    folder = tmp_path_factory.mktemp("quarter") / "client"
    files = {"2026-04": ["purchase", "R2B_04"], "2026-05": ["R2B_05"], "2026-06": ["R2B_06", "IMS_06"]}
    with Workspace.create(folder, GSTIN, NAME) as workspace:
        for period, (_, filed) in MONTHS.items():
            workspace.import_files([file(part) for part in files[period]], period)
            if filed:
                workspace.record_filed("GSTR-3B", period, filed)
    return folder


@pytest.fixture
def workspace(quarter, tmp_path):
    folder = tmp_path / "client"
    shutil.copytree(quarter, folder)
    with Workspace(folder) as opened:
        yield opened


def month(workspace, period):
    return workspace.month(period, MONTHS[period][0])


def pairs(table):
    return set(zip(table["register_id"], table["portal_id"], strict=True))


def test_what_was_open_meets_the_next_months_records(workspace):
    """The register's later months and April's leftovers find records that only May's and June's files have."""
    links = {period: pairs(month(workspace, period).reconciliation.links) for period in MONTHS}
    table = origin(month(workspace, "2026-06"))
    met = table[table["met"] & table["earlier"] & ~table["settled"]]
    assert len(met) > 10
    assert links["2026-04"] < links["2026-05"] < links["2026-06"]


def test_a_settled_link_stays_and_says_since_when(workspace):
    june = month(workspace, "2026-06").reconciliation
    april = pairs(month(workspace, "2026-04").reconciliation.links)
    assert april <= pairs(june.links)
    kept = june.links[[pair in april for pair in zip(june.links["register_id"], june.links["portal_id"], strict=True)]]
    told = june.matches.set_index("match_id").loc[kept["match_id"], "reason"].unique()
    assert told.tolist() == ["Settled in Apr 2026, whose GSTR-3B is filed: the link stays."]


def test_rows_and_rupees_add_up_in_every_month(workspace):
    for period in MONTHS:
        one = month(workspace, period)
        control = one.control()
        assert sum_rupees(one.register["taxable_value"]) == sum_rupees(
            control.query("step == 'match' and side == 'register'")["taxable_value"]
        )


def test_a_better_partner_of_a_later_month_does_not_take_what_is_claimed(workspace):
    """June's register says the very same number, date and amounts as an April document: April's link stays."""
    april = month(workspace, "2026-04")
    june = month(workspace, "2026-06")
    flags = april.reconciliation.matches.query("category == 'mismatch' and register_count == 1 and portal_count == 1")
    link = april.reconciliation.links.merge(flags[["match_id"]], on="match_id").iloc[0]
    record = june.portal.set_index("doc_id").loc[link["portal_id"]]
    perfect = june.register.head(1).assign(**{name: record[name] for name in AGREEING}, doc_id="perfect")
    june.__dict__["register"] = pd.concat([june.register, perfect], ignore_index=True)
    assert (link["register_id"], link["portal_id"]) in pairs(june.reconciliation.links)
    assert "perfect" in set(june.reconciliation.unmatched["doc_id"])


AGREEING = (
    "supplier_gstin", "doc_type", "doc_no", "doc_date", "taxable_value", "igst", "cgst", "sgst", "cess", "pos",
)  # fmt: skip


def test_a_persons_word_is_above_a_settled_link(workspace):
    link = month(workspace, "2026-04").reconciliation.links.iloc[0]
    june = month(workspace, "2026-06")
    june.judge(link["register_id"], link["portal_id"], "different")
    assert (link["register_id"], link["portal_id"]) not in pairs(june.reconciliation.links)
    other = june.reconciliation.unmatched.query("side == 'portal' and category == 'only_in_portal'")["doc_id"].iloc[0]
    june.judge(link["register_id"], link["portal_id"], None)
    june.judge(link["register_id"], other, "same")
    assert (link["register_id"], other) in pairs(june.reconciliation.links)
    assert matching_words(june).query("register_id == @link.register_id")["portal_id"].tolist() == [other]


def test_what_is_settled_is_worked_out_once_for_each_filing(workspace):
    june = month(workspace, "2026-06")
    before = [part.links for part in june.settled]
    folder = workspace.folder / "tables"
    names = {path.name for path in folder.glob("settled-*")}
    assert len(names) == 2
    (april,) = folder.glob("settled-2026-04-*")
    at = april.stat().st_mtime_ns
    again = month(Workspace(workspace.folder), "2026-06").settled
    assert [len(part.links) for part in again] == [len(links) for links in before]
    assert april.stat().st_mtime_ns == at
    workspace.record_filed("GSTR-3B", "2026-04", None)
    assert [part.period for part in month(workspace, "2026-06").settled] == ["2026-05"]


def test_a_record_that_left_the_portals_list_is_still_there_and_not_claimed_again(workspace):
    """Only the 2B of June is at hand: April's claimed records are remembered, and their entries are not used anew."""
    sources = workspace.sources
    june = month(workspace, "2026-06")
    taken = {part.period: set(part.records["doc_id"]) for part in june.settled}["2026-04"]
    source = sources[sources["month"].eq("2026-04") & sources["side"].eq("portal")]["id"].iloc[0]
    workspace.withdraw(int(source))
    june = month(workspace, "2026-06")
    assert taken <= set(june.portal["doc_id"])
    documents = june.preview.documents.set_index("portal_id")
    assert set(documents.loc[sorted(taken), "part"]) == {"earlier"}
    links = june.reconciliation.links
    settled = {part.period: pairs(part.links) for part in june.settled}["2026-04"]
    assert settled <= pairs(links)
    june.control()


def test_an_unfiled_month_settles_nothing(workspace):
    workspace.record_filed("GSTR-3B", "2026-04", None)
    may = month(workspace, "2026-05")
    assert may.settled == []
    assert matching_words(may).empty
