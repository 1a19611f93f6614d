"""Where each record lands, and with which rule: sections C and D of the rules."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from imsrecon import Profile, preview_2b
from imsrecon.preview import ALL_PARTS

BUYER = "27ZZZCR1000A1ZM"
PERIOD = "2025-11"
PROFILE = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20)})
CN = {"section": "CN"}
RCM = {"reverse_charge": True}
BARRED = {"gstr2b_part": "not_available", "itc_available": "N"}
OLD = {"gstr2b_period": "2025-10"}
HELD = OLD | {"portal_action": "P"}
LOCKED = {"section": "B2BA", "original_state": "pending"}
TAKEN = {"original_igst": 300.0, "original_state": "accepted_filed"}

# name, record, decision, part, line, rule, IGST as it counts
PLACES = [
    ("D-10-accepted", {}, "A", "available", "4A5", "D-10", 180.0),
    ("D-10-deemed", {}, "", "available", "4A5", "D-10", 180.0),
    ("D-10-debit-note", {"section": "DN"}, "", "available", "4A5", "D-10", 180.0),
    ("D-10-e-commerce", {"section": "ECO"}, "", "available", "4A5", "D-10", 180.0),
    ("D-11-isd", {"section": "ISD"}, "", "available", "4A4", "D-11", 180.0),
    ("D-14-isd-credit-note", {"section": "ISD", "doc_type": "CN"}, "", "available", "4A4", "D-14", -180.0),
    ("D-12-reverse-charge", RCM, "", "available", "4A3", "D-12", 180.0),
    ("D-14-reverse-charge-credit-note", RCM | CN, "", "available", "4A3", "D-14", -180.0),
    ("D-13-import", {"section": "IMPG"}, "", "available", "4A1", "D-13", 180.0),
    ("D-13-import-sez", {"section": "IMPGSEZ"}, "A", "available", "4A1", "D-13", 180.0),
    ("D-14-credit-note-deemed-in-full", CN, "", "available", "4A5", "D-14", -180.0),
    ("D-14-credit-note-accepted", CN, "A", "available", "4A5", "D-14", -180.0),
    ("D-15-place-of-supply", BARRED | {"itc_reason": "P"}, "", "not_available", "4D2", "D-15", 180.0),
    ("D-15-cut-off", BARRED | {"itc_reason": "C"}, "", "not_available", "4D2", "D-15", 180.0),
    ("D-15-isd", BARRED | {"section": "ISD"}, "", "not_available", "4D2", "D-15", 180.0),
    ("D-15-a-decision-changes-nothing", BARRED | {"itc_reason": "C"}, "R", "not_available", "4D2", "D-15", 180.0),
    ("K-05-credit-note-C", BARRED | CN | {"itc_reason": "C"}, "", "not_available", "4A5", "K-05", -180.0),
    ("K-05-credit-note-P", BARRED | CN | {"itc_reason": "P"}, "", "not_available", "4D2", "K-05", -180.0),
    ("D-17-rule-37A", {"gstr2b_part": "reversal"}, "", "reversal", "4B2", "D-17", 180.0),
    ("D-18-rejected", {}, "R", "rejected", None, "D-18", 180.0),
    ("D-18-rejected-credit-note", CN, "R", "rejected", None, "D-18", -180.0),
    ("D-18-of-the-2b", {"gstr2b_part": "rejected"}, "", "rejected", None, "D-18", 180.0),
    ("D-19-pending", {}, "P", "held", None, "D-19", 180.0),
    ("D-19-stays-pending", HELD, "", "held", None, "D-19", 180.0),
    ("C-26-pending-accepted-later", HELD, "A", "available", "4A5", "C-26", 180.0),
    ("C-26-pending-set-back", HELD, "N", "available", "4A5", "C-26", 180.0),
    ("C-26-carried-and-accepted-on-the-portal", OLD | {"portal_action": "A", "carried": True}, "", "available", "4A5",
     "C-26", 180.0),
    ("D-18-pending-rejected-later", HELD, "R", "rejected", None, "D-18", 180.0),
    ("C-25-consumed", OLD | {"portal_action": "A"}, "", "earlier", None, "C-25", 180.0),
    ("C-25-consumed-silently", OLD, "", "earlier", None, "C-25", 180.0),
    ("C-25-consumed-rejected", OLD | {"portal_action": "R"}, "", "earlier", None, "C-25", 180.0),
    ("A-07-saved", {"filing_status": "saved"}, "A", "next_period", None, "A-07", 180.0),
    ("D-03-gstr-1a", {"source_form": "R1A", "return_period": PERIOD}, "A", "next_period", None, "D-03", 180.0),
    ("D-04-later-2b", {"gstr2b_period": "2025-12"}, "", "next_period", None, "D-04", 180.0),
    ("D-01-later-return", {"return_period": "2025-12"}, "", "next_period", None, "D-01", 180.0),
    ("C-27-pending-past-the-cut-off", {"doc_date": "2024-03-31"}, "P", "removed", None, "C-27", 180.0),
    ("C-27-too-late-to-accept", HELD | {"doc_date": "2024-03-31"}, "A", "removed", None, "C-27", 180.0),
    ("C-27-not-for-credit-notes", CN | {"doc_date": "2024-03-31"}, "P", "held", None, "D-19", -180.0),
    ("K-07-not-for-bills-of-entry", {"section": "IMPG", "doc_date": "2024-03-31"}, "P", "held", None, "D-19", 180.0),
    ("K-01-locked", LOCKED, "", "held", None, "K-01", 180.0),
    ("K-01-locked-whatever-is-said", LOCKED, "A", "held", None, "K-01", 180.0),
    ("B-05-down", TAKEN | {"section": "B2BA"}, "", "available", "4A5",
     "D-10", -120.0),
    ("B-11-credit-rises", TAKEN | {"section": "CNA"}, "", "available",
     "4A5", "D-14", 120.0),
    ("B-15-bill-of-entry-moved-away", {"section": "IMPGA", "amendment_type": "gstin_previous"}, "", "available", "4A1",
     "D-13", -180.0),
]  # fmt: skip


@pytest.fixture(scope="module")
def placed(portal, decide) -> pd.DataFrame:
    table = portal(*(case[1] for case in PLACES))
    return preview_2b(table, decide(table, *(case[2] for case in PLACES)), PERIOD, PROFILE).documents


@pytest.mark.parametrize("number", range(len(PLACES)), ids=[case[0] for case in PLACES])
def test_place(placed, number):
    _, _, _, part, line, rule, igst = PLACES[number]
    row = placed.iloc[number]
    assert (row["part"], None if pd.isna(row["line"]) else row["line"], row["rule"]) == (part, line, rule)
    assert row["igst"] == igst


def test_every_part_is_met(placed):
    assert set(placed["part"]) == set(ALL_PARTS) - {"superseded"}


def one(portal, decide, record, decision, period, profile=PROFILE, today=None) -> pd.Series:
    table = portal(record)
    return preview_2b(
        table, decide(table, decision) if decision else pd.DataFrame(), period, profile, today=today
    ).documents.iloc[0]


LAPSES = [
    ("still-pending-on-the-last-day", "2025-11", {"2025-10"}, date(2025, 12, 20), "held", "D-19"),
    ("lapses-the-day-after", "2025-11", {"2025-10"}, date(2025, 12, 21), "available", "B-22"),
    ("filed-in-time-so-the-next-2b", "2025-12", {"2025-10", "2025-11"}, date(2025, 12, 21), "available", "B-22"),
    (
        "filed-in-time-seen-from-that-period",
        "2025-11",
        {"2025-10", "2025-11"},
        date(2025, 12, 21),
        "next_period",
        "B-22",
    ),
    ("its-own-2b-had-it-pending", "2025-10", {"2025-10", "2025-11"}, date(2025, 12, 21), "held", "D-19"),
    ("long-consumed", "2026-02", {"2025-10", "2025-11", "2025-12", "2026-01"}, date(2026, 3, 14), "earlier", "B-22"),
]


@pytest.mark.parametrize("case", [case[1:] for case in LAPSES], ids=[f"B-22-{case[0]}" for case in LAPSES])
def test_one_period_pending_lapses(portal, decide, case):
    period, filed, today, part, rule = case
    days = {month: date(int(month[:4]) + (month[5:] == "12"), int(month[5:]) % 12 + 1, 18) for month in filed}
    row = one(portal, decide, CN | HELD, "", period, Profile(BUYER, filed_3b=days), today)
    assert (row["part"], row["rule"]) == (part, rule)


def test_c24_a_period_before_this_one_is_over_even_if_its_filing_is_not_recorded(portal, decide):
    row = one(portal, decide, OLD, "", PERIOD, Profile(BUYER))
    assert (row["part"], row["rule"]) == ("earlier", "C-24")


def test_c41_the_amendment_counts_and_the_original_does_not(portal, decide):
    original = {"doc_no": "X", "portal_action": "A"}
    table = portal(original, {"doc_no": "X", "section": "B2BA", "igst": 100.0})
    seen = preview_2b(table, pd.DataFrame(), PERIOD, PROFILE)
    assert seen.documents["part"].tolist() == ["superseded", "available"]
    assert seen.documents["rule"].tolist() == ["C-41", "D-10"]
    assert seen.table4.set_index("line").loc["4A5", "igst"] == 100.0


def test_an_unknown_original_is_said(portal, decide):
    row = one(portal, decide, {"section": "B2BA"}, "", PERIOD)
    assert row["igst"] == 180.0
    assert "C-43 (check with your CA)" in row["note"]


def test_d06_a_quarter_has_its_three_months(portal):
    profile = Profile(BUYER, frequency="quarterly")
    months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01"]
    table = portal(*({"gstr2b_period": month} for month in months))
    documents = preview_2b(table, pd.DataFrame(), "2025-12", profile).documents
    assert documents["part"].tolist() == ["earlier", "available", "available", "available", "next_period"]
