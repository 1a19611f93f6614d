"""Section B of the rules, row by row, for both regimes."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from imsrecon import Profile, allowed_actions
from imsrecon.act import standing
from imsrecon.rulebook import load

UP, NIL, DOWN = 100.0, 180.0, 300.0  # the original's IGST; the amendment has 180
ACC, REJ, OPEN = "accepted_filed", "rejected", "open"
R1, R2 = "2025-09", "2025-10"
WORDS = {"Accept": "accept", "Reject": "reject", "Pending": "pending"}
YEAR_END, ONE = "2026-11-30", "2025-12-20"


def amended(section: str, original: float, state: str) -> dict:
    return {"section": section, "original_igst": original, "original_state": state}


# rule, record, R1: actions and last day of pending, R2: the same, and whether R2 lets the reduction be declared
VECTORS = [
    ("B-01", {"section": "B2B"}, "ARP", YEAR_END, "ARP", YEAR_END, False),
    ("B-02", {"section": "DN"}, "ARP", YEAR_END, "ARP", YEAR_END, False),
    ("B-03", {"section": "ECO"}, "ARP", YEAR_END, "ARP", YEAR_END, False),
    *[("B-04", amended(s, base, state), "ARP", YEAR_END, "ARP", YEAR_END, False)
      for s in ("B2BA", "DNA", "ECOA") for base in (UP, NIL) for state in (ACC, REJ, OPEN)],
    ("B-05", amended("B2BA", DOWN, ACC), "AR", None, "ARP", ONE, True),
    ("B-05", amended("DNA", DOWN, ACC), "AR", None, "ARP", ONE, True),
    ("B-06", amended("ECOA", DOWN, ACC), "AR", None, "ARP", ONE, True),
    *[("B-07", amended(s, DOWN, state), "ARP", YEAR_END, "ARP", YEAR_END, False)
      for s in ("B2BA", "DNA", "ECOA") for state in (REJ, OPEN)],
    ("B-08", {"section": "CN"}, "AR", None, "ARP", ONE, True),
    *[("B-09", amended("CNA", UP, state), "AR", None, "ARP", ONE, True) for state in (ACC, REJ, OPEN)],
    ("B-10", amended("CNA", DOWN, REJ), "AR", None, "ARP", ONE, True),
    ("B-11", amended("CNA", DOWN, ACC), "ARP", None, "ARP", None, False),
    ("B-12", amended("CNA", NIL, REJ), "AR", None, "ARP", ONE, True),
    ("B-13", {"section": "IMPG"}, "", None, "AP", None, False),
    ("B-13", {"section": "IMPGSEZ"}, "", None, "AP", None, False),
    ("B-14", amended("IMPGA", DOWN, ACC), "", None, "AP", None, False),
    ("B-14", amended("IMPGSEZA", UP, ACC), "", None, "AP", None, False),
    ("B-15", {"section": "IMPGA", "amendment_type": "gstin_previous"}, "", None, "A", None, True),
    ("B-16", {"section": "IMPGA", "amendment_type": "gstin_new"}, "", None, "AP", None, False),
    *[("K-02", amended("CNA", base, OPEN), "AR", None, "ARP", ONE, True) for base in (NIL, DOWN)],
    ("K-02", amended("CNA", NIL, ACC), "ARP", None, "ARP", None, False),
    *[("K-01", amended(s, DOWN, "pending"), "", None, "", None, False) for s in ("B2BA", "DNA", "ECOA", "CNA")],
]  # fmt: skip
IDS = [f"{v[0]}-{v[1]['section']}-{v[1].get('original_igst', '')}-{v[1].get('original_state', '')}" for v in VECTORS]


def actions(row: pd.Series) -> str:
    return "".join(letter for letter, name in (("A", "accept"), ("R", "reject"), ("P", "pending")) if row[name])


@pytest.fixture(scope="module")
def answers(portal) -> dict[str, pd.DataFrame]:
    """All vectors as one table, worked out once for each regime."""
    table = portal(*(vector[1] for vector in VECTORS))
    profile = Profile(table["company_gstin"].iloc[0])
    return {
        period: allowed_actions(table, period, profile).assign(reduction=standing(table, period, profile)["reduction"])
        for period in (R1, R2)
    }


@pytest.mark.parametrize("number", range(len(VECTORS)), ids=IDS)
def test_matrix(answers, number):
    rule, _, r1, r1_until, r2, r2_until, reduction = VECTORS[number]
    old, new = answers[R1].iloc[number], answers[R2].iloc[number]
    assert (actions(old), actions(new)) == (r1, r2)
    assert new["rule"] == rule
    assert old["rule"] == (rule if r1 or rule == "K-01" else "A-08")
    untils = [None if pd.isna(row["pending_until"]) else str(row["pending_until"].date()) for row in (old, new)]
    assert untils == [r1_until, r2_until]
    assert (bool(old["reduction"]), bool(new["reduction"])) == (False, reduction)


@pytest.mark.parametrize("period", [R1, R2])
def test_every_refusal_names_its_action_a_rule_and_a_way_out(answers, period):
    for _, row in answers[period].iterrows():
        refused = [word for word, name in WORDS.items() if not row[name]]
        assert all(word in row["why_not"] for word in refused)
        assert bool(row["why_not"]) == bool(refused)
        assert not refused or re.search(r"\([A-K]-\d\d(, check with your CA)?\)\. [A-Z]", row["why_not"])


def test_b17_no_bill_of_entry_is_rejected(portal, monthly):
    sections = ("IMPG", "IMPGA", "IMPGSEZ", "IMPGSEZA")
    rows = allowed_actions(portal(*({"section": name, "pending_blocked": False} for name in sections)), R2, monthly)
    assert rows["accept"].all()
    assert not rows["reject"].any()
    assert rows["why_not"].str.contains("B-17").all()


@pytest.mark.parametrize(
    "record",
    [{"section": "IMPG", "pending_blocked": True}, {"section": "IMPGA", "amendment_type": "gstin_previous"}],
    ids=["B-26", "B-15"],
)
def test_b17_a_bill_of_entry_is_never_told_to_be_rejected(portal, monthly, record):
    assert "Accept or reject" not in allowed_actions(portal(record), R2, monthly)["why_not"].iloc[0]


FLAGS = [
    ("B-26-closed", {"section": "CN", "pending_blocked": True}, R2, False),
    ("B-26-closed-invoice", {"section": "B2B", "pending_blocked": True}, R1, False),
    ("B-26-open", {"section": "CN", "pending_blocked": False}, R1, True),
    ("K-02-unknown-flag-open", {"section": "B2BA", "pending_blocked": False}, R2, True),
    ("K-02-unknown-flag-closed", {"section": "B2BA", "pending_blocked": True}, R2, False),
    ("K-02-unknown-no-flag", {"section": "B2BA"}, R2, False),
    ("K-02-unknown-credit-note", {"section": "CNA"}, R2, False),
    ("K-02-amount-unknown", {"section": "ECOA", "original_state": ACC}, R2, False),
    ("K-02-state-unknown", {"section": "B2BA", "original_igst": DOWN}, R2, False),
    ("B-04-any-state", {"section": "B2BA", "original_igst": UP}, R2, True),
    ("B-07-any-direction", {"section": "B2BA", "original_state": REJ}, R2, True),
]


@pytest.fixture(scope="module")
def flagged(portal, monthly) -> dict[str, pd.DataFrame]:
    return {period: allowed_actions(portal(*(case[1] for case in FLAGS)), period, monthly) for period in (R1, R2)}


@pytest.mark.parametrize("number", range(len(FLAGS)), ids=[case[0] for case in FLAGS])
def test_flags_and_what_is_not_known(flagged, number):
    _, _, period, expected = FLAGS[number]
    row = flagged[period].iloc[number]
    assert (row["accept"], row["reject"], row["pending"]) == (True, True, expected)


def test_unknown_direction_says_check_with_your_ca(portal, monthly):
    sentence = allowed_actions(portal({"section": "DNA"}), R2, monthly)["why_not"].iloc[0]
    assert "K-02, check with your CA" in sentence
    assert "Accept or reject it" in sentence


BYPASS = [
    ("A-01", {}, "2024-09"),
    ("A-05", {"section": "ISD"}, R2),
    ("A-05", {"section": "ISDA"}, R2),
    ("A-08", {"source_form": "R5"}, R2),
    ("A-08", {"reverse_charge": True}, R2),
    ("A-08", {"supply_class": "reverse_charge", "section": "CN"}, R2),
    ("A-08", {"itc_available": "N", "itc_reason": "P"}, R2),
    ("A-08", {"itc_available": "N", "itc_reason": "C"}, R2),
    ("A-08", {"gstr2b_part": "not_available"}, R2),
    ("A-08", {"gstr2b_part": "reversal"}, R2),
    ("A-08", {"section": "IMPG"}, R1),
    ("D-18", {"gstr2b_part": "rejected", "portal_action": "R"}, R2),
]


@pytest.mark.parametrize("period", ["2024-09", R1, R2])
def test_bypass(portal, monthly, period):
    cases = [(rule, record) for rule, record, when in BYPASS if when == period]
    rows = allowed_actions(portal(*(record for _, record in cases)), period, monthly)
    assert [actions(row) for _, row in rows.iterrows()] == [""] * len(cases)
    assert rows["rule"].tolist() == [rule for rule, _ in cases]
    assert rows["pending_until"].isna().all()
    assert all(f"({rule}" in why for (rule, _), why in zip(cases, rows["why_not"], strict=True))


def test_a07_c20_a_saved_record_may_be_acted_on(portal, monthly):
    assert actions(allowed_actions(portal({"filing_status": "saved"}), R2, monthly).iloc[0]) == "ARP"


def test_d18_a_rejected_record_still_in_ims_may_be_changed(portal, monthly):
    table = portal({"gstr2b_part": "rejected", "gstr2b_period": R2, "portal_action": "R", "pending_blocked": False})
    assert actions(allowed_actions(table, R2, monthly).iloc[0]) == "ARP"


def test_b17_k01_reject_is_open_but_for_bills_of_entry_and_what_is_locked():
    for row in load("actions"):
        entry = row["sections"][0].startswith("IMPG")
        assert row["reject"] is not (entry or row.get("locked", False)), row.id
