"""How a month closes: the signed list, the filing, what GSTR-2B cannot know, and a database of an older version."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from imsrecon import ActionNotAllowed, ImsreconError, Workspace
from imsrecon.domain import HEADS, InputError, sum_rupees, to_paise
from imsrecon.preview import input_items
from imsrecon.workspace import database
from imsrecon.workspace.client import Client, write_client

PERIOD = "2026-06"
OLD_GSTIN = "27ZZZCR1000A1ZM"


@pytest.fixture
def old_folder(tmp_path):
    """A client's folder whose database was made by the first version."""
    write_client(tmp_path, Client(OLD_GSTIN))
    with sqlite3.connect(tmp_path / "imsrecon.db") as connection:
        connection.executescript((Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8"))
    connection.close()
    return tmp_path


def test_an_old_database_is_brought_up_to_date_and_keeps_all(old_folder):
    with Workspace(old_folder) as workspace:
        found = database.fetch(workspace.engine, sa.select(database.meta))
        assert found["schema_version"].tolist() == [database.SCHEMA_VERSION]
        assert workspace.profile.filed_3b == {"2026-05": date(2026, 6, 18)}
        assert workspace.log(database.decisions)[["portal_id", "remarks", "by"]].to_numpy().tolist() == [
            ["0123456789abcdef", "bill awaited", "meera"]
        ]
        workspace.month(PERIOD).give_inputs(pd.DataFrame({"item": ["rule_37"], "cgst": [5.0]}))
        change = database.inputs.update().values(cgst=1.0)
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), workspace.engine.begin() as connection:
            connection.execute(change)
    with Workspace(old_folder) as again:
        assert again.month(PERIOD).inputs["cgst"].tolist() == [5.0]


def test_two_programs_bring_it_up_to_date_at_once(old_folder):
    code = "import sys; from imsrecon import Workspace; Workspace(sys.argv[1]).close()"
    programs = [subprocess.Popen([sys.executable, "-c", code, str(old_folder)]) for _ in range(3)]
    assert [program.wait() for program in programs] == [0, 0, 0]


def test_a_new_database_and_an_old_one_have_the_same_tables(old_folder, tmp_path):
    Workspace(old_folder).close()
    Workspace.create(tmp_path / "new", OLD_GSTIN).close()
    query = "select type, name, tbl_name from sqlite_master where name not like 'sqlite_%' order by 1, 2"
    tables = [
        sqlite3.connect(folder / "imsrecon.db").execute(query).fetchall() for folder in (old_folder, tmp_path / "new")
    ]
    assert tables[0] == tables[1]


def test_the_list_holds_what_silence_would_accept(month):
    month.decide_suggested()
    left, documents = month.left, month.preview.documents.set_index("portal_id")
    assert len(left) > 10
    assert set(documents.loc[left["portal_id"], "part"]) == {"available"}
    assert not set(left["portal_id"]) & set(month.decisions["portal_id"])
    open_rows = month.allowed[month.allowed["accept"]]["portal_id"]
    silent = documents[documents["part"].eq("available") & documents["action"].eq("N")].index.intersection(open_rows)
    assert set(silent) == set(left["portal_id"])
    sums = sum(int(to_paise(left[head]).sum()) for head in HEADS)
    assert sums == int(to_paise(left["tax"]).sum())


def test_a_signature_stands_until_the_list_changes(month):
    month.decide_suggested()
    assert month.signature is None
    left = month.left
    signed = month.sign("  Meera   Shah ")
    assert (signed.name, signed.signed_on, signed.records) == ("Meera Shah", month.today, len(left))
    assert signed.tax == sum_rupees(left["tax"])
    assert signed.stands
    may = month.allowed[month.allowed["pending"] & month.allowed["portal_id"].isin(left["portal_id"])]
    month.decide(pd.DataFrame({"portal_id": may["portal_id"].iloc[:1], "action": "P"}))
    assert (month.signature.new, month.signature.gone) == (0, 1)
    assert "sign again" in month.signature_sentence()
    with pytest.raises(InputError, match="has changed since Meera Shah signed"):
        month.file(date(2026, 7, 16))
    month.undo()
    assert month.signature.stands
    month.decide_suggested()
    month.sign("Second Person")
    log = month.workspace.log(database.signatures)
    assert log["name"].tolist() == ["Meera Shah", "Second Person"]
    records = month.workspace.log(database.signed_records)
    assert records.groupby("batch").size().tolist() == log.set_index("batch")["records"].sort_index().tolist()


@pytest.mark.parametrize("name", ["", "   ", "123", "--"])
def test_nobody_is_no_signature(month, name):
    with pytest.raises(InputError, match="Nobody has signed"):
        month.sign(name)
    assert month.signature is None


def test_a_signature_with_markup_stays_text(month):
    assert month.sign("=<b>x</b>").name == "=<b>x</b>"


@pytest.mark.parametrize(
    ("day", "arn", "message"),
    [
        (date(2026, 6, 30), "", "cannot have been filed"),
        (date(2026, 7, 17), "", "cannot have been filed"),
        (date(2026, 7, 16), "<b>AA27</b>", "is no ARN"),
        (date(2026, 7, 16), "A" * 21, "is no ARN"),
        (date(2026, 7, 16), "", "Nobody has signed"),
    ],
)
def test_a_filing_that_cannot_be(workspace, month, day, arn, message):
    with pytest.raises(InputError, match=message):
        month.file(day, arn)
    assert PERIOD not in workspace.profile.filed_3b


def test_a_past_month_needs_no_signature(workspace):
    march = workspace.month("2026-03", date(2026, 7, 16))
    march.file(date(2026, 4, 20), "AA270326000001X")
    assert workspace.filings.set_index("period").loc["2026-03", "arn"] == "AA270326000001X"


def test_the_list_is_held_against_the_day_of_filing(workspace, month):
    month.decide_suggested()
    month.sign("Meera Shah")
    later = workspace.month(PERIOD, month.today + timedelta(days=120))
    assert not later.signature.stands, "notes pending for one period have lapsed since"
    later.file(month.today, "AA270626000001X")
    assert workspace.profile.filed_on(PERIOD) == month.today


def test_what_was_filed_is_kept_and_the_month_is_frozen(workspace, month):
    month.decide_suggested()
    month.sign("Meera Shah")
    before = month.preview.table4
    month.file(month.today, "AA270626000001X")
    kept = pd.DataFrame(workspace.results("filed")["table4"].iloc[-1])
    pd.testing.assert_frame_equal(kept.astype({"line": "str"}), before)
    with pytest.raises(ActionNotAllowed, match=r"C-25.*Jul 2026.*take-back"):
        month.decide(pd.DataFrame({"portal_id": month.portal["doc_id"].iloc[:1], "action": "A"}))
    with pytest.raises(ActionNotAllowed, match="C-25"):
        month.file(month.today)
    month.take_back_filing()
    assert month.undo() > 0


def test_inputs_are_kept_replaced_and_taken_out(workspace, month):
    empty = month.preview.table4
    month.give_inputs(pd.DataFrame({"item": ["rule_37", "reclaim"], "cgst": [100.005, 7.0], "note": ["=1+1", None]}))
    table4 = month.preview.table4.set_index("line")["cgst"]
    was = empty.set_index("line")["cgst"]
    assert (table4 - was).round(2)[lambda change: change.ne(0)].to_dict() == {
        "4A5": 7.0, "4B2": 100.01, "4C": -93.01, "4D1": 7.0,
    }  # fmt: skip
    month.give_inputs(pd.DataFrame({"item": ["rule_37"], "cgst": [40.0]}))
    month.give_inputs(pd.DataFrame({"item": ["reclaim"]}))
    again = workspace.month(PERIOD, month.today)
    assert again.inputs[["item", "cgst"]].to_numpy().tolist() == [["rule_37", 40.0]]
    assert len(workspace.log(database.inputs)) == 4
    assert workspace.month("2026-05", month.today).inputs.empty


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"item": ["rule_99"]}, "is no input"),
        ({"item": ["rule_37"], "cgst": [-1.0]}, "0 or more"),
        ({"item": ["rule_37"], "cgst": ["ten"]}, "0 or more"),
        ({"item": ["rule_37"], "cgst": [float("inf")]}, "0 or more"),
        ({"item": ["rule_37", "rule_37"]}, "given twice"),
        ({"item": ["rule_37"], "vat": [1.0]}, "unknown columns: vat"),
        ({"cgst": [1.0]}, "no column 'item'"),
    ],
)
def test_inputs_that_are_none(workspace, month, entries, message):
    with pytest.raises(InputError, match=message):
        month.give_inputs(pd.DataFrame(entries))
    assert workspace.log(database.inputs).empty


def test_every_input_has_a_line_and_a_rule():
    items = input_items()
    assert items["item"].is_unique
    assert items[["label", "lines", "rule"]].ne("").all(axis=None)


def test_weighed_side_by_side(month):
    month.decide_suggested()
    without = month.weighed()
    assert "cash" not in set(without["measure"])
    month.give_inputs(pd.DataFrame({"item": ["output_tax"], "igst": [5_000_000.0]}))
    table = month.weighed().set_index("measure")
    assert list(table.columns) == ["as decided", "nobody acts", "all suggested"]
    net = month.preview.table4.set_index("line").loc["4C", list(HEADS)]
    assert table.loc["credit_now", "as decided"] == sum_rupees(net)
    assert table.loc["cash"].min() > 0
    assert table.loc["credit_now", "nobody acts"] > table.loc["credit_now", "all suggested"]
    assert table.loc["interest", "nobody acts"] > table.loc["interest", "all suggested"] >= 0


def test_what_was_written_is_not_taken_by_hand(workspace, month, tmp_path):
    """The first download of a client shows what was done before the kit; a written decision is told apart."""
    before = month.by_hand
    assert set(before["what"]) == {"taken"}
    month.decide_suggested()
    assert month.write_upload(tmp_path)
    month.refresh()
    assert month.by_hand.equals(before), "the download is older than the files"


def test_control_adds_up_where_records_were_held_over(workspace, month):
    month.decide_suggested()
    held = month.preview.held
    july = workspace.month("2026-07", month.today)
    assert set(july.carried["portal_id"]) == set(held["portal_id"])
    control = july.control()
    portal = control[control["side"].eq("portal")]
    assert portal.groupby("step")["rows"].sum().nunique() == 1


def test_a_month_without_anything_says_so(tmp_path):
    with Workspace.create(tmp_path, OLD_GSTIN) as workspace, pytest.raises(ImsreconError, match="import step first"):
        _ = workspace.month(PERIOD).left


def test_a_remark_from_the_list_of_reasons_brings_its_code(month):
    may = month.allowed[month.allowed["pending"] & month.allowed["reject"]]["portal_id"].sort_values().tolist()
    remarks = ["Goods or services not received yet", "In dispute, please contact us", "my own words", "In transit"]
    month.decide(pd.DataFrame({"portal_id": may[:4], "action": ["P", "R", "P", "P"], "remarks": remarks}))
    month.decide(pd.DataFrame({"portal_id": may[4:5], "action": "P", "reason_code": "query_to_client"}))
    log = month.decision_log
    assert log["reason_code"].fillna("").tolist() == ["in_transit", "dispute", "", "", "query_to_client"]
