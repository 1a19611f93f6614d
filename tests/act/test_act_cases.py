"""Cases of allowed actions worked out from the rules alone: what is open, by section, regime and original."""

from __future__ import annotations

from datetime import date

import pytest

from imsrecon import Profile, allowed_actions

BUYER, NORTH = "27ZZZCR1000A1ZM", "07ZZZCR1000A1ZO"
QUARTERLY = {"frequency": "quarterly"}
FILED = {"filed_3b": {"2025-10": date(2025, 11, 18)}}
WAITING = {"gstr2b_period": "2025-10", "portal_action": "P"}
NOTE = {"section": "CN"} | WAITING
LOCAL = {"pos": "24", "igst": 0.0, "cgst": 90.0, "sgst": 90.0}

# record, period, profile, today, what is open
CASES = {
    "A-10 place of supply": (LOCAL, "2025-10", {}, None, "---"),
    "A-10 in IMS all the same": (LOCAL | {"portal_action": "N"}, "2025-10", {}, None, "ARP"),
    "A-11 furnished too late": ({"doc_date": "2025-03-05", "filing_date": "2025-12-02"}, "2025-11", {}, None, "---"),
    "B-19 note of September in its GSTR-1": (
        {"section": "CN", "doc_date": "2025-09-15", "return_period": "2025-09", "filing_date": "2025-10-11"},
        "2025-09", {}, None, "AR-",
    ),
    "B-19 D-03 note of September in GSTR-1A": (
        {"section": "CN", "doc_date": "2025-09-20", "source_form": "R1A", "return_period": "2025-09",
         "filing_date": "2025-10-14"}, "2025-09", {}, None, "ARP",
    ),
    "B-19 D-01 note of September filed late": (
        {"section": "CN", "return_period": "2025-09", "filing_date": "2025-10-14"}, "2025-09", {}, None, "ARP",
    ),
    "B-20 the last day": (NOTE, "2025-11", FILED, date(2025, 12, 20), "ARP"),
    "B-21 a day later": (NOTE, "2025-11", FILED, date(2025, 12, 21), "AR-"),
    "K-12 the clock runs though the 3B is late": (NOTE, "2025-10", {}, date(2025, 12, 22), "AR-"),
    "B-20 a quarter, the last day": (
        NOTE, "2026-03", QUARTERLY | {"filed_3b": {"2025-12": date(2026, 1, 20)}}, date(2026, 4, 22), "ARP",
    ),
    "B-21 a quarter, a day later": (
        NOTE, "2026-03", QUARTERLY | {"filed_3b": {"2025-12": date(2026, 1, 20)}}, date(2026, 4, 23), "AR-",
    ),
    "B-19 a quarter under the first rules": ({"section": "CN", "gstr2b_period": "2025-08"}, "2025-09", QUARTERLY, None,
                                             "AR-"),
    "B-26 the portal opens what the table closes": (
        {"section": "CN", "pending_blocked": False}, "2025-09", {}, None, "ARP",
    ),
    "C-25 a pending record stays": (WAITING, "2025-11", FILED, None, "ARP"),
    "C-25 a deemed one is gone": ({"gstr2b_period": "2025-10"}, "2025-11", FILED, None, "---"),
    "C-28 a rejected one is gone": (
        {"gstr2b_period": "2025-10", "portal_action": "R"}, "2025-11", FILED, None, "---",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("record", "period", "profile", "today", "expected"), CASES.values(), ids=CASES)
def test_what_is_open(portal, record, period, profile, today, expected):
    row = allowed_actions(portal(record), period, Profile(BUYER, **profile), today).iloc[0]
    names = {"A": "accept", "R": "reject", "P": "pending"}
    assert "".join(letter if row[name] else "-" for letter, name in names.items()) == expected


@pytest.mark.parametrize(
    ("buyer", "profile", "period", "end"),
    [
        (BUYER, {}, "2025-10", "2025-12-20"),
        (BUYER, {}, "2026-07", "2026-09-20"),
        (BUYER, {}, "2026-12", "2027-02-20"),
        (BUYER, QUARTERLY, "2025-12", "2026-04-22"),
        (NORTH, QUARTERLY, "2025-12", "2026-04-24"),
    ],
)
def test_i11_the_end_of_pending(portal, buyer, profile, period, end):
    table = portal({"section": "CN", "company_gstin": buyer})
    until = allowed_actions(table, period, Profile(buyer, **profile))["pending_until"].iloc[0]
    assert until.date().isoformat() == end
