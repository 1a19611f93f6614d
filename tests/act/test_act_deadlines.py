from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from imsrecon import Profile, allowed_actions
from imsrecon.act import arrival_periods, credit_cutoff, cutoffs, due_date, next_tax_period, one_period_end, standing
from imsrecon.domain import RulebookError

MAHARASHTRA, GUJARAT, DELHI = "27ZZZCR1000A1ZM", "24ZZZFS1202C1ZD", "07ZZZPY1404E1ZA"


def test_i10_section_16_4_by_the_documents_own_date(portal, monthly):
    vectors = {
        "2025-03-31": "2025-11-30",
        "2025-04-01": "2026-11-30",
        "2026-03-31": "2026-11-30",
        "2026-04-01": "2027-11-30",
    }
    records = [{"section": section, "doc_date": day} for section in ("B2B", "DN") for day in vectors]
    rows = allowed_actions(portal(*records), "2025-10", monthly)
    assert rows["pending_until"].dt.strftime("%Y-%m-%d").tolist() == [*vectors.values()] * 2


def test_i10_an_earlier_annual_return_wins():
    profile = Profile(MAHARASHTRA, filed_gstr9={"2024-25": date(2025, 9, 1), "2025-26": date(2026, 12, 20)})
    days = cutoffs(pd.Series(pd.to_datetime(["2025-03-31", "2025-04-01", None])), profile)
    assert [None if pd.isna(day) else str(day.date()) for day in days] == ["2025-09-01", "2026-11-30", None]


def test_i10_credit_notes_are_not_within_16_4(portal, monthly):
    assert pd.isna(allowed_actions(portal({"section": "CN"}), "2025-09", monthly)["pending_until"].iloc[0])


QRMP = {"frequency": "quarterly"}
PENDING_ENDS = [
    ("monthly", MAHARASHTRA, {}, "2025-10", "2025-12-20"),
    ("monthly", MAHARASHTRA, {}, "2026-07", "2026-09-20"),
    ("monthly", MAHARASHTRA, {}, "2026-12", "2027-02-20"),
    ("QRMP-22-37", MAHARASHTRA, QRMP, "2025-12", "2026-04-22"),
    ("QRMP-22-37-first-month", GUJARAT, QRMP, "2025-10", "2026-04-22"),
    ("QRMP-01-21", DELHI, QRMP, "2025-12", "2026-04-24"),
    ("becomes-monthly", DELHI, {"frequency": {"2025-04": "quarterly", "2026-01": "monthly"}}, "2025-12", "2026-02-20"),
    (
        "becomes-quarterly",
        DELHI,
        {"frequency": {"2025-04": "monthly", "2026-01": "quarterly"}},
        "2025-12",
        "2026-04-24",
    ),
]


@pytest.mark.parametrize(
    ("gstin", "settings", "period", "last"),
    [v[1:] for v in PENDING_ENDS],
    ids=[f"B-20-I-11-{v[0]}-{v[3]}" for v in PENDING_ENDS],
)
def test_one_tax_period_of_pending(portal, gstin, settings, period, last):
    profile = Profile(gstin, **settings)
    assert str(one_period_end(period, profile)) == last
    row = allowed_actions(portal({"section": "CN"}), period, profile).iloc[0]
    assert (bool(row["pending"]), str(row["pending_until"].date())) == (True, last)


DUE = [
    ("F-01", "gstr1", {}, "2025-10", "2025-11-11"),
    ("F-02", "gstr1", QRMP, "2025-12", "2026-01-13"),
    ("F-05", "gstr2b", {}, "2025-12", "2026-01-14"),
    ("F-05-QRMP", "gstr2b", QRMP, "2025-10", "2026-01-14"),
    ("F-06", "gstr3b", {}, "2025-12", "2026-01-20"),
    ("F-07", "gstr3b", QRMP, "2025-11", "2026-01-22"),
    ("K-14", "gstr1", {}, "2024-12", "2025-01-13"),
    ("K-14-QRMP", "gstr1", QRMP, "2024-12", "2025-01-15"),
    ("K-14", "gstr3b", {}, "2024-12", "2025-01-22"),
    ("K-14-QRMP", "gstr3b", QRMP, "2024-12", "2025-01-24"),
]


@pytest.mark.parametrize(("rule", "event", "settings", "period", "day"), DUE, ids=[f"{v[0]}-{v[1]}" for v in DUE])
def test_calendar(rule, event, settings, period, day):
    assert str(due_date(event, period, Profile(MAHARASHTRA, **settings))) == day


@pytest.mark.parametrize("event", ["iff", "pmt06"])
@pytest.mark.parametrize("settings", [{}, QRMP], ids=["monthly", "QRMP"])
def test_f03_f08_hold_for_the_first_two_months_of_a_quarter_only(event, settings):
    with pytest.raises(RulebookError, match=event):
        due_date(event, "2025-12", Profile(MAHARASHTRA, **settings))


def test_f07_k14_the_other_group_of_states():
    assert str(due_date("gstr3b", "2026-03", Profile(DELHI, **QRMP))) == "2026-04-24"
    assert str(due_date("gstr3b", "2024-12", Profile(DELHI, **QRMP))) == "2025-01-26"


def test_i08_the_next_tax_period():
    assert next_tax_period("2025-12", Profile(MAHARASHTRA)) == "2026-01"
    assert next_tax_period("2025-11", Profile(MAHARASHTRA, **QRMP)) == "2026-03"


R1A = {"source_form": "R1A"}
B19 = [
    ("CN of 15-09-2025 in the GSTR-1 of Sep 2025", {"doc_date": "2025-09-15", "return_period": "2025-09"},
     "2025-09", "R1", "2025-09"),
    ("CN of 15-03-2025 in the GSTR-1 of Oct 2025", {"doc_date": "2025-03-15", "return_period": "2025-10"},
     "2025-10", "R2", "2025-10"),
    ("CN of 20-09-2025 in the GSTR-1A of Sep 2025", {"doc_date": "2025-09-20", "return_period": "2025-09"} | R1A,
     "2025-09", "R2", "2025-10"),
    ("the same seen from Oct 2025", {"doc_date": "2025-09-20", "return_period": "2025-09"} | R1A,
     "2025-10", "R2", "2025-10"),
    ("GSTR-1A without a return period", {"doc_date": "2025-09-20"} | R1A, "2025-09", "R2", "2025-10"),
    ("an earlier 2B says otherwise", {"gstr2b_period": "2025-09"}, "2025-10", "R1", "2025-09"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "period", "regime", "falls_in"), [v[1:] for v in B19], ids=[f"B-19-{v[0]}" for v in B19]
)
def test_which_rules_apply(portal, monthly, record, period, regime, falls_in):
    table = portal({"section": "CN"} | record)
    facts = standing(table, period, monthly).iloc[0]
    assert (facts["regime"], facts["gstr2b_period"]) == (regime, falls_in)
    assert bool(allowed_actions(table, period, monthly)["pending"].iloc[0]) == (regime == "R2")


@pytest.mark.parametrize(
    ("section", "today", "open_"),
    [
        ("CN", date(2025, 12, 20), True),
        ("CN", date(2025, 12, 21), False),
        ("B2B", date(2026, 11, 30), True),
        ("B2B", date(2026, 12, 1), False),
        ("IMPG", date(2027, 12, 1), True),
    ],
    ids=["B-20-last-day", "B-21-day-after", "C-27-last-day", "C-27-day-after", "K-07-no-expiry"],
)
def test_pending_ends(portal, monthly, section, today, open_):
    row = allowed_actions(portal({"section": section}), "2025-10", monthly, today).iloc[0]
    assert (bool(row["accept"]), bool(row["pending"])) == (True, open_)
    assert open_ or ("B-21" if section == "CN" else "C-27") in row["why_not"]


def test_k12_a_late_filing_does_not_move_the_last_day(portal):
    profile = Profile(MAHARASHTRA, filed_3b={"2025-10": date(2025, 12, 1)})
    table = portal({"section": "CN", "gstr2b_period": "2025-10", "portal_action": "P"})
    row = allowed_actions(table, "2025-11", profile, date(2025, 12, 10)).iloc[0]
    assert (bool(row["pending"]), str(row["pending_until"].date())) == (True, "2025-12-20")


@pytest.mark.parametrize(
    ("document", "cutoff"),
    [
        (date(2025, 3, 31), date(2025, 11, 30)),
        (date(2025, 4, 1), date(2026, 11, 30)),
        (date(2026, 3, 31), date(2026, 11, 30)),
        (date(2026, 4, 1), date(2027, 11, 30)),
    ],
)
def test_i10_cutoff_of_credit(document, cutoff):
    assert credit_cutoff(document) == cutoff


def test_i10_annual_return_filed_earlier_ends_it():
    assert credit_cutoff(date(2025, 3, 31), date(2025, 10, 2)) == date(2025, 10, 2)
    assert credit_cutoff(date(2025, 3, 31), date(2025, 12, 31)) == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("form", "returned", "filed", "arrived"),
    [
        ("R1", "2025-10", None, "2025-10"),
        ("R1", "2025-10", date(2025, 11, 11), "2025-10"),
        ("R1", "2025-10", date(2025, 11, 12), "2025-11"),
        ("R1", "2025-08", date(2025, 12, 12), "2025-12"),
        ("R1", "2025-12", date(2026, 1, 13), "2025-12"),  # D-02: perhaps a quarterly filer
        ("R1", "2025-12", date(2026, 1, 14), "2026-01"),
        ("IFF", "2025-10", date(2025, 11, 13), "2025-10"),
        ("IFF", "2025-10", date(2025, 11, 14), "2025-11"),
        ("R1A", "2025-09", date(2025, 10, 14), "2025-10"),
        ("R1A", "2025-09", None, "2025-10"),
        ("R1A", "2025-09", date(2025, 11, 20), "2025-11"),
        ("R1", "2024-12", date(2025, 1, 13), "2024-12"),  # K-14: extended to the 13th
        ("R1", None, date(2025, 1, 13), None),
        ("ICEGATE", "2025-10", date(2025, 10, 31), "2025-10"),
        ("ICEGATE", "2025-10", date(2025, 11, 1), "2025-11"),  # K-13: the calendar month, no window
        ("ICEGATE", "2025-10", date(2025, 12, 31), "2025-12"),
    ],
)
def test_d01_to_d07_a_record_arrives_in_the_window_of_its_filing(portal, form, returned, filed, arrived):
    table = portal({"source_form": form, "return_period": returned, "filing_date": filed}, {"return_period": "2025-05"})
    assert arrival_periods(table).fillna("").tolist() == [arrived or "", "2025-05"]
