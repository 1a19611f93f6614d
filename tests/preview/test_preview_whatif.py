"""What-if, cash, interest, the supplier's side, what is held, and the check against the portal's own 2B."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from imsrecon import InputError, Profile, preview_2b, read_portal
from imsrecon.domain import HEADS
from imsrecon.preview import (
    cash_needed,
    compare_with_2b,
    interest_exposure,
    preview_each,
    supplier_liability,
    what_if,
)

SAMPLE = Path(__file__).parents[1] / "samples" / "27ZZZCR1000A1ZM_R2B_062026_20260714.json"
BUYER = "27ZZZCR1000A1ZM"
NONE = pd.DataFrame()
CN = {"section": "CN", "igst": 90.0}


def amended(section: str, igst: float, original: float, state: str) -> dict:
    return {"section": section, "igst": igst, "original_igst": original, "original_state": state}


LIABILITY = {
    "E-01 E-02 credit note": (CN, 90.0),
    "E-01 upward credit note: the increase": (amended("CNA", 100.0, 60.0, "accepted_filed"), 40.0),
    "K-03 upward credit note, original rejected: the whole": (amended("CNA", 100.0, 60.0, "rejected"), 100.0),
    "B-10 downward credit note, original rejected": (amended("CNA", 50.0, 60.0, "rejected"), 50.0),
    "B-12 E-06 unchanged credit note, original rejected": (amended("CNA", 60.0, 60.0, "rejected"), 60.0),
    "B-11 downward credit note, original accepted: nothing": (amended("CNA", 50.0, 60.0, "accepted_filed"), 0.0),
    "B-05 downward invoice: the reduction": (amended("B2BA", 100.0, 180.0, "accepted_filed"), 80.0),
    "B-06 downward e-commerce document": (amended("ECOA", 100.0, 180.0, "accepted_filed"), 80.0),
    "B-07 downward invoice, original rejected: nothing": (amended("B2BA", 100.0, 180.0, "rejected"), 0.0),
    "E-04 C-44 upward invoice: nothing": (amended("B2BA", 200.0, 180.0, "accepted_filed"), 0.0),
    "E-04 invoice": ({}, 0.0),
    "E-04 debit note": ({"section": "DN"}, 0.0),
    "E-04 e-commerce document": ({"section": "ECO"}, 0.0),
}


@pytest.mark.parametrize("case", LIABILITY.values(), ids=LIABILITY)
@pytest.mark.parametrize("period", ["2025-09", "2025-10"], ids=["first-rules", "rules-of-2025-10"])
def test_what_a_rejection_adds_back(portal, decide, monthly, case, period):
    record, igst = case
    table = portal(record)
    found = supplier_liability(table, decide(table, "R"), period, monthly)
    assert found["igst"].tolist() == ([igst] if igst else [])
    assert found["supplier_period"].tolist() == ([{"2025-09": "2025-10", "2025-10": "2025-11"}[period]] if igst else [])


@pytest.mark.parametrize(
    "decision",
    ["A", "P", "N", {"action": "A", "itc_reduction": "none", "remarks": "reversed before"}],
    ids=["E-05-accept", "E-05-pending", "silence", "E-05-no-reduction"],
)
def test_e05_only_a_rejection_adds_back(portal, decide, monthly, decision):
    table = portal(CN)
    assert supplier_liability(table, decide(table, decision), "2025-10", monthly).empty


def test_e03_a_rejection_of_a_filed_period_stands_in_its_own_month_and_suppliers_are_summed(portal, decide):
    profile = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20)})
    other = {"supplier_gstin": "29ZZZFC1303D1ZF"}
    table = portal(CN | {"gstr2b_period": "2025-10", "portal_action": "R"}, CN, CN | {"igst": 10.0}, CN | other)
    found = supplier_liability(table, decide(table, "", "R", "R", "R"), "2025-11", profile)
    assert found[["supplier_gstin", "supplier_period", "documents", "igst", "rules"]].to_numpy().tolist() == [
        ["24ZZZFS1202C1ZD", "2025-11", 1, 90.0, "E-01"],
        ["24ZZZFS1202C1ZD", "2025-12", 2, 100.0, "E-01"],
        ["29ZZZFC1303D1ZF", "2025-12", 1, 90.0, "E-01"],
    ]


def test_what_if_weighs_now_later_lost_and_the_supplier(portal, decide, monthly):
    table = portal({}, {"igst": 50.0}, CN, {"igst": 20.0})
    sets = {"nobody": NONE, "mine": decide(table, "A", "R", "R", "P")}
    seen = preview_each(table, sets, "2025-10", monthly)
    weighed = what_if(seen["nobody"], seen["mine"], monthly)
    assert weighed.summary.set_index("measure")[["a", "b", "difference"]].to_dict("index") == {
        "credit_now": {"a": 160.0, "b": 180.0, "difference": 20.0},
        "credit_deferred": {"a": 0.0, "b": 20.0, "difference": 20.0},
        "reduction_deferred": {"a": 0.0, "b": 0.0, "difference": 0.0},
        "credit_lost": {"a": 0.0, "b": 50.0, "difference": 50.0},
        "reduction_refused": {"a": 0.0, "b": -90.0, "difference": -90.0},
        "supplier_liability": {"a": 0.0, "b": 90.0, "difference": 90.0},
    }
    rows = weighed.documents.set_index("portal_id").loc[table["doc_id"][1:]]
    assert rows["outcome_b"].tolist() == ["lost", "lost", "deferred"]
    assert rows["when_b"].tolist() == [pd.Timestamp(2025, 11, 20)] * 2 + [pd.Timestamp(2026, 11, 30)]
    assert weighed.suppliers[["supplier_period", "a", "b"]].to_numpy().tolist() == [["2025-11", 0.0, 90.0]]
    assert weighed.lines.equals(what_if(seen["nobody"], seen["mine"], monthly).lines)


def test_previews_of_one_table_are_those_made_one_by_one(portal, decide, monthly):
    table = portal({}, CN)
    sets = {"a": decide(table, "R"), "b": decide(table, "", "P")}
    together = preview_each(table, sets, "2025-10", monthly)
    for name, decisions in sets.items():
        alone = preview_2b(table, decisions, "2025-10", monthly)
        assert together[name].documents.equals(alone.documents) and together[name].table4.equals(alone.table4)


def inputs(**lines: tuple[float, float, float, float]) -> pd.DataFrame:
    names = {"out": "3.1a", "reverse": "3.1(d)", "ledger": "ledger"}
    return pd.DataFrame([[names[name], *row] for name, row in lines.items()], columns=["line", *HEADS])


# credit (igst, cgst, sgst, cess), output tax, cash by head
CASH = {
    "D-37 each pays its own": ((100, 50, 50, 5), (60, 40, 40, 5), (0, 0, 0, 0)),
    "D-37 IGST to where own credit is short": ((100, 100, 0, 0), (0, 100, 100, 0), (0, 0, 0, 0)),
    "D-37 CGST never pays SGST": ((0, 200, 0, 0), (0, 100, 100, 0), (0, 0, 100, 0)),
    "D-37 CGST and SGST pay IGST": ((0, 80, 50, 0), (100, 0, 0, 0), (0, 0, 0, 0)),
    "D-37 cess pays cess only": ((0, 0, 0, 90), (50, 0, 0, 10), (50, 0, 0, 0)),
    "K-04 negative credit is owed": ((-30, 0, 0, 0), (10, 0, 0, 0), (40, 0, 0, 0)),
}


@pytest.mark.parametrize(("credit", "output", "cash"), CASH.values(), ids=CASH)
def test_cash_after_set_off(portal, monthly, credit, output, cash):
    own = pd.DataFrame([["4A5", *credit]], columns=["line", *HEADS])
    preview = preview_2b(portal({"igst": 0.0}), NONE, "2025-10", monthly, inputs=own)
    found = cash_needed(preview, inputs(out=output))
    assert found["cash"].tolist() == list(cash)
    assert (found["output_tax"] + (-found["credit"]).clip(lower=0) - found["paid_by_credit"] == found["cash"]).all()


def test_reverse_charge_is_paid_in_cash_and_carried_credit_helps(portal, monthly):
    charged = {"reverse_charge": True, "supply_class": "reverse_charge", "igst": 30.0}
    preview = preview_2b(portal(charged), NONE, "2025-10", monthly)
    assert cash_needed(preview, inputs(out=(50, 0, 0, 0)))["cash"].tolist() == [50.0, 0.0, 0.0, 0.0]
    assert cash_needed(preview, inputs(out=(50, 0, 0, 0), ledger=(15, 0, 0, 0)))["cash"].iloc[0] == 35.0
    assert cash_needed(preview, inputs(out=(50, 0, 0, 0), reverse=(0, 0, 0, 0)))["cash"].iloc[0] == 20.0
    with pytest.raises(InputError, match="no column 'line'"):
        cash_needed(preview, pd.DataFrame({"igst": [1.0]}))


def test_d57_interest_on_what_is_denied_later(portal, decide, monthly):
    table = portal({"igst": 36500.0}, {"igst": 100.0}, {"igst": 700.0})
    preview = preview_2b(table, decide(table, "A", "A", "R"), "2025-10", monthly)
    ids = table["doc_id"]
    found = interest_exposure(preview, ids.iloc[[0, 2]], date(2025, 11, 20), date(2025, 11, 30))
    assert found[["portal_id", "tax", "days", "interest"]].to_numpy().tolist() == [[ids.iloc[0], 36500.0, 10, 180.0]]


def test_held_says_how_long_and_until_when(portal):
    profile = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20)})
    old = {"gstr2b_period": "2025-10", "portal_action": "P"}
    table = portal(CN | old, {"portal_action": "P"}, {})
    found = preview_2b(table, NONE, "2025-11", profile, today=date(2025, 12, 15)).held
    assert found[["portal_id", "periods_held", "days_left", "igst"]].to_numpy().tolist() == [
        [table["doc_id"].iloc[0], 1, 5, -90.0],
        [table["doc_id"].iloc[1], 0, 350, 180.0],
    ]
    assert found["pending_until"].tolist() == [pd.Timestamp(2025, 12, 20), pd.Timestamp(2026, 11, 30)]


def test_held_counts_quarters_for_a_quarterly_filer(portal):
    profile = Profile(BUYER, frequency="quarterly", filed_3b={"2025-09": date(2025, 10, 22)})
    table = portal({"gstr2b_period": "2025-08", "portal_action": "P"})
    assert preview_2b(table, NONE, "2025-12", profile).held["periods_held"].tolist() == [1]


CAUTIONS = {
    "C-22 before the 14th": ("2025-10", {}, date(2025, 11, 10), ["C-22"]),
    "on the 14th": ("2025-10", {}, date(2025, 11, 14), []),
    "C-23 after the 14th": ("2025-10", {}, date(2025, 11, 16), ["C-23"]),
    "C-24 the return before is late": ("2025-10", {"2025-08": date(2025, 9, 20)}, date(2025, 11, 14), ["C-24"]),
    "C-24 the return before is filed": ("2025-10", {"2025-09": date(2025, 10, 20)}, date(2025, 11, 14), []),
    "C-25 filed": ("2025-10", {"2025-10": date(2025, 11, 20)}, date(2025, 11, 25), ["C-25"]),
}


@pytest.mark.parametrize(("period", "filed", "today", "rules"), CAUTIONS.values(), ids=CAUTIONS)
def test_what_is_said_of_the_period(portal, period, filed, today, rules):
    profile = Profile(BUYER, filed_3b=filed)
    found = preview_2b(portal({}), NONE, period, profile, today=today).cautions
    assert found["rule"].tolist() == rules
    assert not found["text"].str.contains("{", regex=False).any()


def test_d06_a_month_of_a_quarter_has_no_2b_of_its_own(portal):
    profile = Profile(BUYER, frequency="quarterly")
    seen = preview_2b(portal({}), NONE, "2025-11", profile, today=date(2026, 1, 14))
    assert seen.cautions["rule"].tolist() == ["D-06"]
    assert "Dec 2025" in seen.cautions["text"].iloc[0]


NOTES = {
    "K-20 cess on an invoice of 2026": ({"doc_date": "2026-02-01", "cess": 5.0}, "N", "K-20"),
    "K-20 last day of cess": ({"doc_date": "2026-01-31", "cess": 5.0}, "N", ""),
    "K-20 a credit note may carry it": (CN | {"doc_date": "2026-02-01", "cess": 5.0}, "N", ""),
    "K-07 bill of entry pending": ({"section": "IMPG"}, "P", "K-07"),
    "K-07 bill of entry accepted": ({"section": "IMPG"}, "A", ""),
    "K-05 credit note not available": (
        CN | {"gstr2b_part": "not_available", "itc_reason": "P", "gstr2b_period": "2026-02"}, "N", "K-05",
    ),
    "C-43 original not here": ({"section": "B2BA"}, "N", "C-43"),
}  # fmt: skip


@pytest.mark.parametrize(("record", "action", "rule"), NOTES.values(), ids=NOTES)
def test_notes(portal, decide, monthly, record, action, rule):
    table = portal(record)
    note = preview_2b(table, decide(table, action), "2026-02", monthly).documents["note"].iloc[0]
    assert (rule in note) if rule else note == ""


def test_the_portals_own_2b_agrees_with_its_preview(monthly):
    table = read_portal(SAMPLE).documents
    assert compare_with_2b(preview_2b(table, NONE, "2026-06", monthly), table, monthly).empty


CHECKS = {
    "held and drawn as available": ("P", {"gstr2b_part": "available"}, ("held", "available", 180.0, "B-18")),
    "rejected and drawn as available": ("R", {"gstr2b_part": "available"}, ("rejected", "available", 0.0, "C-23")),
    "accepted and drawn as rejected": ("A", {"gstr2b_part": "rejected"}, ("available", "rejected", 0.0, "C-20")),
    "accepted and barred": (
        "A", {"gstr2b_part": "not_available", "itc_reason": "P"}, ("available", "not_available", 0.0, "A-08"),
    ),
    "amount changed": ("A", {"gstr2b_part": "available", "igst": 200.0}, ("available", "available", 20.0, "B-23")),
}  # fmt: skip


@pytest.mark.parametrize(("action", "drawn", "expected"), CHECKS.values(), ids=CHECKS)
def test_each_difference_has_its_reason(portal, decide, monthly, action, drawn, expected):
    table = portal({})
    preview = preview_2b(table, decide(table, action), "2025-10", monthly)
    found = compare_with_2b(preview, portal({"gstr2b_period": "2025-10"} | drawn), monthly).iloc[0]
    assert (found["part"], found["portal_part"], found["difference"], found["rule"]) == expected
    assert found["rule"] in found["reason"]


def test_k01_a_locked_amendment_that_the_portal_counted_is_not_called_pending(portal, decide, monthly):
    table = portal(amended("B2BA", 100.0, 180.0, "pending"))
    preview = preview_2b(table, NONE, "2025-10", monthly)
    drawn = amended("B2BA", 100.0, 180.0, "open") | {"gstr2b_period": "2025-10", "gstr2b_part": "available"}
    found = compare_with_2b(preview, portal(drawn), monthly).iloc[0]
    assert (found["part"], found["portal_part"], found["rule"]) == ("held", "available", "K-01")
    assert "its original still waits" in found["reason"]


def test_what_only_one_side_has(portal, decide, monthly):
    mine, late = portal({}, {"igst": 7.0}), {"doc_no": "X/9", "gstr2b_period": "2025-10", "gstr2b_part": "available"}
    preview = preview_2b(mine, decide(mine, "A", "P"), "2025-10", monthly)
    found = compare_with_2b(preview, portal(late), monthly)
    assert sorted(zip(found["part"], found["portal_part"], found["difference"], strict=True)) == [
        ("absent", "available", 180.0),
        ("available", "absent", -180.0),
    ]
    with pytest.raises(InputError, match="not GSTR-2B of 2025-10"):
        compare_with_2b(preview, portal(late | {"gstr2b_period": "2025-09"}), monthly)


def test_e06_a_credit_note_furnished_again_reduces_once_in_all(portal, decide):
    """Wrongly rejected, added back, furnished again unchanged and accepted: one add-back, one reduction."""
    filed = Profile(BUYER, filed_3b={"2025-10": date(2025, 11, 20)})
    first = CN | {"doc_no": "C/1", "gstr2b_period": "2025-10", "portal_action": "R"}
    again = CN | {"doc_no": "C/1", "section": "CNA", "original_doc_no": "C/1", "original_doc_date": "2025-10-05"}
    table = portal(first, again)
    accepted = decide(table, "", "A")
    liability = supplier_liability(table, accepted, "2025-11", filed)
    assert liability[["supplier_period", "igst"]].to_numpy().tolist() == [["2025-11", 90.0]]
    seen = preview_2b(table, accepted, "2025-11", filed)
    assert seen.table4.set_index("line").loc["4A5", "igst"] == -90.0
