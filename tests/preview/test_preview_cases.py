"""Cases worked out from the rules alone, each by its id: part, line and IGST of every record, and whom it loads."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from imsrecon import Profile, preview_2b, supplier_liability

BUYER = "27ZZZCR1000A1ZM"
OLD, NEW, NEXT = "2025-09", "2025-10", "2025-11"
FILED = {"2025-10": date(2025, 11, 18)}
FILED_TWO = FILED | {"2025-11": date(2025, 12, 18)}
WAITING = {"gstr2b_period": "2025-10", "portal_action": "P"}
CN, CNA = {"section": "CN"}, {"section": "CNA"}
GONE = ("earlier", None, 180.0)


def amended(section: str, igst: float, state: str | None = None) -> dict:
    zero = {f"original_{head}": 0.0 for head in ("cgst", "sgst", "cess")}
    return {"section": section, "igst": igst, "original_igst": 180.0, "original_state": state} | zero


def chain(section: str, igst: float, number: str = "X/1", of: str = "X/1", **more: object) -> dict:
    """An amendment of a record that is in the table."""
    named = {"doc_no": number, "original_doc_no": of, "original_doc_date": date(2025, 10, 5)}
    return {"section": section, "igst": igst} | named | more


def first(**more: object) -> dict:
    return {"doc_no": "X/1", "gstr2b_period": "2025-10"} | more


def now(igst: float) -> tuple:
    return ("available", "4A5", igst)


# One record, its decision, where it goes, and what its rejection adds back; the same in both regimes.
ALONE = {
    "C-43 up, original accepted: the increase": (amended("B2BA", 200.0, "accepted_filed"), "A", now(20.0), []),
    "C-43 up, original rejected: the whole": (amended("DNA", 200.0, "rejected"), "", now(200.0), []),
    "C-43 up, original open: the whole": (amended("ECOA", 200.0, "open"), "", now(200.0), []),
    "C-43 nil, original accepted: nothing": (amended("B2BA", 180.0, "accepted_filed"), "", now(0.0), []),
    "C-28 furnished again after a wrong rejection": (amended("B2BA", 180.0, "rejected"), "A", now(180.0), []),
    "B-05 C-45 silence accepts the fall": (amended("DNA", 150.0, "accepted_filed"), "", now(-30.0), []),
    "C-44 a refused fall is added back": (
        amended("B2BA", 150.0, "accepted_filed"), "R", ("rejected", None, -30.0), [30.0],
    ),
    "C-44 a refused rise is not": (amended("B2BA", 200.0, "accepted_filed"), "R", ("rejected", None, 20.0), []),
    "B-07 down, original rejected: the whole": (amended("B2BA", 150.0, "rejected"), "A", now(150.0), []),
    "B-09 up, original accepted: the increase": (amended("CNA", 200.0, "accepted_filed"), "", now(-20.0), []),
    "B-09 refused": (amended("CNA", 200.0, "accepted_filed"), "R", ("rejected", None, -20.0), [20.0]),
    "K-03 up, original rejected: the whole note": (amended("CNA", 200.0, "rejected"), "", now(-200.0), []),
    "K-03 refused": (amended("CNA", 200.0, "rejected"), "R", ("rejected", None, -200.0), [200.0]),
    "B-10 down, original rejected": (amended("CNA", 150.0, "rejected"), "", now(-150.0), []),
    "B-10 E-02 refused": (amended("CNA", 150.0, "rejected"), "R", ("rejected", None, -150.0), [150.0]),
    "B-11 the credit rises": (amended("CNA", 150.0, "accepted_filed"), "", now(30.0), []),
    "B-11 refused: nothing": (amended("CNA", 150.0, "accepted_filed"), "R", ("rejected", None, 30.0), []),
    "B-12 unchanged after a wrong rejection": (amended("CNA", 180.0, "rejected"), "A", now(-180.0), []),
    "K-02 note nil, original accepted": (amended("CNA", 180.0, "accepted_filed"), "", now(0.0), []),
    "K-02 note down, original open": (amended("CNA", 150.0, "open"), "", now(-150.0), []),
    "A-08 R5 counts without IMS": ({"source_form": "R5"}, "", now(180.0), []),
    "D-15 reverse charge not available": (
        {"reverse_charge": True, "itc_available": "N", "itc_reason": "P"}, "", ("not_available", "4D2", 180.0), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("period", [OLD, NEW], ids=["first-rules", "rules-of-2025-10"])
@pytest.mark.parametrize(("record", "said", "place", "added_back"), ALONE.values(), ids=ALONE)
def test_one_record(portal, decide, monthly, period, record, said, place, added_back):
    table = portal({"doc_date": "2025-09-05"} | record)
    decisions = decide(table, said) if said else pd.DataFrame()
    assert places(preview_2b(table, decisions, period, monthly)) == [place]
    loaded = supplier_liability(table, decisions, period, monthly)
    assert loaded["igst"].tolist() == added_back
    assert loaded["supplier_period"].tolist() == [{OLD: NEW, NEW: NEXT}[period]] * len(added_back)


def places(seen) -> list[tuple]:
    rows = seen.documents[["part", "line", "igst"]].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


# Records, decisions, period, returns filed, today, where each goes
CHAINS = {
    "C-41 the amendment alone": (
        [first(), chain("B2BA", 200.0, gstr2b_period="2025-10")], [], NEW, {}, None,
        [("superseded", None, 180.0), now(200.0)],
    ),
    "C-41 refused, the original does not come back": (
        [first(), chain("B2BA", 200.0, gstr2b_period="2025-10")], ["", "R"], NEW, {}, None,
        [("superseded", None, 180.0), ("rejected", None, 200.0)],
    ),
    "C-43 accepted and filed": (
        [first(portal_action="A"), chain("B2BA", 200.0)], ["", "A"], NEXT, FILED, None, [GONE, now(20.0)],
    ),
    "C-43 deemed and filed": ([first(), chain("B2BA", 150.0)], [], NEXT, FILED, None, [GONE, now(-30.0)]),
    "C-28 rejected and filed": (
        [first(portal_action="R"), chain("B2BA", 200.0)], [], NEXT, FILED, None, [GONE, now(200.0)],
    ),
    "K-01 original still pending": (
        [first(portal_action="P"), chain("B2BA", 200.0)], [], NEXT, FILED, None,
        [("held", None, 180.0), ("held", None, 200.0)],
    ),
    "K-01 C-42 original accepted now: still locked": (
        [first(portal_action="P"), chain("B2BA", 200.0)], ["A"], NEXT, FILED, None,
        [now(180.0), ("held", None, 200.0)],
    ),
    "K-02 second amendment against the first": (
        [first(portal_action="A"), chain("B2BA", 200.0, "X/1A", gstr2b_period="2025-11", portal_action="A"),
         chain("B2BA", 190.0, "X/1B", "X/1A")], [], "2025-12", FILED_TWO, None, [GONE, ("earlier", None, 200.0),
                                                                            now(-10.0)],
    ),
    "K-02 first amendment rejected: against the original": (
        [first(portal_action="A"), chain("B2BA", 200.0, "X/1A", gstr2b_period="2025-11", portal_action="R"),
         chain("B2BA", 190.0, "X/1B", "X/1A")], [], "2025-12", FILED_TWO, None, [GONE, ("earlier", None, 200.0),
                                                                            now(10.0)],
    ),
    "E-06 a rejected note furnished again": (
        [first(section="CN", portal_action="R"), chain("CNA", 180.0)], ["", "A"], NEXT, FILED, None,
        [("earlier", None, -180.0), now(-180.0)],
    ),
    "B-22 within its period": ([CN | WAITING], [], NEXT, FILED, None, [("held", None, -180.0)]),
    "B-22 the next period was filed": ([CN | WAITING], [], "2025-12", FILED_TWO, None, [now(-180.0)]),
    "B-22 its last day has passed": ([CN | WAITING], [], NEXT, FILED, date(2025, 12, 22), [now(-180.0)]),
    "B-22 downward amendment": (
        [amended("B2BA", 150.0, "accepted_filed") | WAITING], [], "2025-12", FILED_TWO, None, [now(-30.0)],
    ),
    "B-22 not an invoice": ([WAITING], [], "2025-12", FILED_TWO, None, [("held", None, 180.0)]),
    "B-22 K-09 not B-11": (
        [amended("CNA", 150.0, "accepted_filed") | WAITING], [], "2025-12", FILED_TWO, None, [("held", None, 30.0)],
    ),
    "B-22 K-07 not a bill of entry": (
        [{"section": "IMPG"} | WAITING], [], "2026-02", FILED_TWO, None, [("held", None, 180.0)],
    ),
    "D-01 filed on the 11th": (
        [{"return_period": "2025-10", "filing_date": "2025-11-11"}], [], NEW, {}, None, [now(180.0)],
    ),
    "D-01 D-04 filed on the 12th": (
        [{"return_period": "2025-10", "filing_date": "2025-11-12"}], [], NEW, {}, None,
        [("next_period", None, 180.0)],
    ),
    "D-02 GSTR-1 of a quarter's last month on the 13th": (
        [{"return_period": "2025-12", "filing_date": "2026-01-13"}], [], "2025-12", {}, None, [now(180.0)],
    ),
    "D-02 IFF on the 13th": (
        [{"source_form": "IFF", "return_period": "2025-10", "filing_date": "2025-11-13"}], [], NEW, {}, None,
        [now(180.0)],
    ),
    "D-02 IFF on the 14th": (
        [{"source_form": "IFF", "return_period": "2025-10", "filing_date": "2025-11-14"}], [], NEW, {}, None,
        [("next_period", None, 180.0)],
    ),
    "D-03 GSTR-1A a month later": (
        [{"source_form": "R1A", "return_period": "2025-10", "filing_date": "2025-11-16"}], [], NEXT, {}, None,
        [now(180.0)],
    ),
    "A-11 furnished after the cut-off": (
        [{"doc_date": "2025-03-05", "filing_date": "2025-12-11"}], [], NEXT, {}, None,
        [("not_available", "4D2", 180.0)],
    ),
    "A-11 in time by a day": (
        [{"doc_date": "2025-03-05", "filing_date": "2025-11-30"}], [], NEXT, {}, None, [now(180.0)],
    ),
    "A-11 I-10 a debit note has its own date": (
        [{"section": "DN", "doc_date": "2025-05-05", "filing_date": "2025-12-11"}], [], NEXT, {}, None, [now(180.0)],
    ),
    "A-11 not credit notes": (
        [CN | {"doc_date": "2025-03-05", "filing_date": "2025-12-11"}], [], NEXT, {}, None, [now(-180.0)],
    ),
    "A-11 what 2B says goes first": (
        [{"doc_date": "2025-03-05", "filing_date": "2025-12-11", "itc_available": "Y"}], [], NEXT, {}, None,
        [now(180.0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("records", "said", "period", "filed", "today", "expected"), CHAINS.values(), ids=CHAINS)
def test_across_periods(portal, decide, records, said, period, filed, today, expected):
    table = portal(*records)
    decisions = decide(table, *said) if any(said) else pd.DataFrame()
    seen = preview_2b(table, decisions, period, Profile(BUYER, filed_3b=filed), today=today)
    assert places(seen) == expected


def test_k02_a_change_of_head_moves_credit_head_by_head(portal, monthly):
    swap = amended("B2BA", 0.0, "accepted_filed") | {"cgst": 90.0, "sgst": 90.0}
    seen = preview_2b(portal(swap), pd.DataFrame(), NEW, monthly).table4.set_index("line")
    assert seen.loc["4A5", ["igst", "cgst", "sgst"]].tolist() == [-180.0, 90.0, 90.0]


FALLEN = amended("IMPGA", 150.0, "accepted_filed") | {"gstr2b_part": "available", "gstr2b_period": NEW}
STATED = {
    "none": (FALLEN | {"portal_action": "A", "itc_reduction": "none"}, 0.0),
    "partial": (FALLEN | {"portal_action": "A", "itc_reduction": "partial", "declared_igst": 10.0}, -10.0),
    "nothing said": (FALLEN, -30.0),
    "blocked": (FALLEN | {"portal_action": "A", "itc_reduction": "none", "itc_reduction_blocked": True}, -30.0),
}


@pytest.mark.parametrize(("record", "igst"), STATED.values(), ids=STATED)
def test_b14_the_reduction_that_2b_states_for_a_bill_of_entry(portal, monthly, record, igst):
    assert places(preview_2b(portal(record), pd.DataFrame(), NEW, monthly)) == [("available", "4A1", igst)]


LOCAL = {"igst": 0.0, "cgst": 90.0, "sgst": 90.0, "pos": "24"}


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (LOCAL, "4D2"),
        (LOCAL | {"reverse_charge": True}, "4D2"),
        (LOCAL | {"pos": "27"}, "4A5"),
        (LOCAL | {"pos": None}, "4A5"),
        ({"pos": "24"}, "4A5"),
        (LOCAL | {"portal_action": "N"}, "4A5"),
        (LOCAL | {"gstr2b_part": "available", "gstr2b_period": NEW}, "4A5"),
    ],
    ids=["the supplier's State", "reverse charge", "ours", "not said", "IGST", "in IMS", "in 2B"],
)
def test_a10_place_of_supply_where_the_portal_says_nothing(portal, monthly, record, line):
    assert preview_2b(portal(record), pd.DataFrame(), NEW, monthly).documents["line"].tolist() == [line]


@pytest.mark.parametrize(
    ("period", "today", "told"), [("2025-10", None, False), ("2025-11", None, True), ("2025-10", "2025-12-01", True)]
)
def test_k08_a_credit_that_no_return_in_time_carries_is_told(portal, monthly, period, today, told):
    table = portal({"doc_date": "2025-03-05", "gstr2b_period": period}, CN | {"doc_date": "2025-03-05"})
    day = date.fromisoformat(today) if today else None
    seen = preview_2b(table, pd.DataFrame(), period, monthly, today=day).documents
    assert ["K-08" in note for note in seen["note"]] == [told, False]
