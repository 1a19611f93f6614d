"""Rules of sections A, B, C and F that have no test of their own elsewhere, each by its id."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from imsrecon import ActionNotAllowed, InputError, Profile, allowed_actions, upload_payloads
from imsrecon.act import check_decisions, cutoffs, due_date, standing
from imsrecon.domain import rule37_day
from imsrecon.rulebook import load

BUYER = "27ZZZCR1000A1ZM"
QUARTERLY = Profile(BUYER, frequency="quarterly")
DOMESTIC = ["B2B", "B2BA", "DN", "DNA", "CN", "CNA", "ECO", "ECOA"]
IMPORTS = ["IMPG", "IMPGA", "IMPGSEZ", "IMPGSEZA"]


@pytest.mark.parametrize("section", DOMESTIC)
def test_a03_domestic_sections_pass_ims_from_the_first_period(portal, monthly, section):
    facts = [standing(portal({"section": section}), month, monthly).iloc[0] for month in ("2024-09", "2024-10")]
    assert [row["bypass"] for row in facts] == ["before_ims", ""]


@pytest.mark.parametrize("section", IMPORTS)
def test_a04_bills_of_entry_pass_ims_from_october_2025(portal, monthly, section):
    facts = [standing(portal({"section": section}), month, monthly).iloc[0] for month in ("2025-09", "2025-10")]
    assert [row["bypass"] for row in facts] == ["icegate", ""]


def test_a06_each_domestic_section_has_its_tables_of_gstr1():
    tables = {row["section"]: row["gstr1_table"] for row in load("sections") if row.get("gstr1_table")}
    assert tables["B2B"] == "4A, 6B, 6C"
    assert {name: tables[name] for name in DOMESTIC[1:]} == {
        "B2BA": "9A", "DN": "9B", "DNA": "9C", "CN": "9B", "CNA": "9C", "ECO": "15", "ECOA": "15A",
    }  # fmt: skip


def test_a11_a_record_past_the_cut_off_bypasses_ims(portal, monthly):
    row = allowed_actions(portal({"itc_available": "N", "itc_reason": "C"}), "2025-10", monthly).iloc[0]
    assert (bool(row["accept"]), row["rule"]) == (False, "A-08")
    assert "section 16(4)" in row["why_not"]


def test_a12_a_record_is_never_its_value(portal):
    first, changed, other = (
        portal({"doc_no": "Q/1"} | more)["doc_id"].iloc[0] for more in ({}, {"igst": 1.0}, {"section": "DN"})
    )
    assert first == changed
    assert first != other


def test_b25_an_invoice_is_accepted_whole(portal, decide, monthly):
    table = portal({})
    partly = {"action": "A", "itc_reduction": "partial", "declared_igst": 10.0, "remarks": "half"}
    with pytest.raises(ActionNotAllowed, match="cannot be declared"):
        check_decisions(table, decide(table, partly), "2025-10", monthly)


def test_c01_c20_a_saved_record_takes_actions(portal, monthly):
    row = allowed_actions(portal({"filing_status": "saved"}), "2025-10", monthly).iloc[0]
    assert row[["accept", "reject", "pending"]].all()


def test_c03_a_record_that_was_deleted_takes_none(portal, decide, monthly):
    gone = decide(portal({"doc_no": "GONE"}), "A")
    with pytest.raises(InputError, match="not here"):
        check_decisions(portal({}), gone, "2025-10", monthly)


def test_k09_b11_a_lower_credit_note_has_no_stated_limit_of_pending(portal, monthly):
    record = {"section": "CNA", "igst": 50.0, "original_igst": 60.0, "original_state": "accepted_filed"}
    row = allowed_actions(portal(record), "2025-10", monthly).iloc[0]
    assert row["pending"] and pd.isna(row["pending_until"])


def test_c42_an_amendment_waits_for_its_pending_original(portal, monthly):
    old = {"doc_no": "A/1", "gstr2b_period": "2025-10", "portal_action": "P"}
    new = {"doc_no": "A/1", "section": "B2BA", "original_doc_no": "A/1", "original_doc_date": date(2025, 10, 5)}
    rows = allowed_actions(portal(old, new), "2025-11", monthly)
    assert rows["accept"].tolist() == [True, False]


def test_e12_the_supplier_gets_the_remark(portal, decide, monthly):
    raw = json.dumps({"stin": "24ZZZFS1202C1ZD", "inum": "S/0"})
    table = portal({"raw": raw})
    payload = upload_payloads(table, decide(table, {"action": "R", "remarks": "not ours"}), monthly)[0]
    assert payload["invdata"]["b2b"][0]["remarks"] == "not ours"


DUE = {
    "F-03 IFF": ("iff", "2025-10", QUARTERLY, date(2025, 11, 13)),
    "F-04 GSTR-5 and 6 of a month": ("gstr5_gstr6", "2025-10", QUARTERLY, date(2025, 11, 13)),
    "F-08 PMT-06 of a month": ("pmt06", "2025-10", QUARTERLY, date(2025, 11, 25)),
    "F-05 GSTR-2B of a quarter": ("gstr2b", "2025-10", QUARTERLY, date(2026, 1, 14)),
    "F-07 GSTR-3B of a quarter": ("gstr3b", "2025-10", QUARTERLY, date(2026, 1, 22)),
    "F-04 GSTR-5 and 6": ("gstr5_gstr6", "2025-10", Profile(BUYER), date(2025, 11, 13)),
    "F-08 PMT-06": ("pmt06", "2025-11", QUARTERLY, date(2025, 12, 25)),
    "D-07 K-14 extended GSTR-1": ("gstr1", "2024-12", Profile(BUYER), date(2025, 1, 13)),
    "D-07 K-14 extended GSTR-3B": ("gstr3b", "2024-12", Profile(BUYER), date(2025, 1, 22)),
}


@pytest.mark.parametrize(("event", "period", "profile", "day"), DUE.values(), ids=DUE)
def test_due_dates(event, period, profile, day):
    assert due_date(event, period, profile) == day


def test_f10_an_action_counts_until_the_return_is_filed_not_until_the_14th(portal):
    late, filed = date(2025, 11, 19), Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 18)})
    table = portal({"gstr2b_period": "2025-10", "portal_action": "A"})
    assert allowed_actions(table, "2025-10", Profile(BUYER), late)["reject"].tolist() == [True]
    assert allowed_actions(table, "2025-10", filed, late)["reject"].tolist() == [False]


def test_f11_the_end_of_pending(portal, monthly):
    table = portal({"section": "CN"}, {})
    until = allowed_actions(table, "2025-10", monthly)["pending_until"]
    assert until.tolist() == [pd.Timestamp(2025, 12, 20), pd.Timestamp(2026, 11, 30)]
    assert allowed_actions(table, "2025-12", QUARTERLY)["pending_until"].iloc[0] == pd.Timestamp(2026, 4, 22)


def test_f12_d55_the_cut_off_or_the_annual_return():
    filed = Profile(BUYER, filed_gstr9={"2025-26": date(2026, 9, 1)})
    days = pd.Series(pd.to_datetime(["2025-03-31", "2025-04-01", "2026-04-01"]))
    assert cutoffs(days, filed).tolist() == [
        pd.Timestamp(2025, 11, 30),
        pd.Timestamp(2026, 9, 1),
        pd.Timestamp(2027, 11, 30),
    ]


def test_k18_d53_day_180():
    assert rule37_day(date(2026, 1, 5)) == date(2026, 7, 4)
