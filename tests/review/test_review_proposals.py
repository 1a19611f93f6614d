"""Blocked credit that the register itself marks is proposed for 4(B)(1), and counts only when it is given (G-03)."""

from __future__ import annotations

import pandas as pd
import pytest
from review_documents import PERIOD, PROFILE, books, portal

from imsrecon import preview_2b, reconcile
from imsrecon.domain import HEADS
from imsrecon.preview import check_inputs, input_lines
from imsrecon.review import PROPOSAL_COLUMNS, propose_inputs, proposed_entries, proposed_sentence

BLOCKED = {"itc_eligibility": "Ineligible 17(5)", "ledger": "Staff welfare"}
CN = {"doc_type": "CN"}
HALVES = [{"doc_no": "SC/001", "taxable_value": 5_000.0, "igst": 900.0}] * 2

# what is booked, what is on the portal, the action, IGST proposed
CASES = {
    "accepted": ([BLOCKED], [{}], "A", [1_800.0]),
    "silence accepts": ([BLOCKED], [{}], "N", [1_800.0]),
    "rejected": ([BLOCKED], [{}], "R", []),
    "pending": ([BLOCKED], [{}], "P", []),
    "eligible": ([{"itc_eligibility": "Inputs"}], [{}], "A", []),
    "common credit is not blocked": ([{"itc_eligibility": "Common credit"}], [{}], "A", []),
    "a rupee off: what 2B counts": ([BLOCKED | {"igst": 1_800.4}], [{}], "A", [1_800.0]),
    "not filed yet": ([BLOCKED], [{"filing_status": "saved"}], "A", []),
    "credit note: declared in IMS": ([BLOCKED | CN], [CN], "A", []),
    "booked only": ([BLOCKED], [], "A", []),
}


def proposed(ours: list[dict], theirs: list[dict], action: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    register, records = books(*ours), portal(*theirs)
    decisions = pd.DataFrame({"portal_id": records["doc_id"], "action": action})
    seen = preview_2b(records, decisions, PERIOD, PROFILE)
    return propose_inputs(reconcile(register, records).links, register, seen), records, decisions


@pytest.mark.parametrize(("ours", "theirs", "action", "igst"), CASES.values(), ids=CASES)
def test_g03_what_is_proposed(ours, theirs, action, igst):
    found, records, _ = proposed(ours, theirs, action)
    assert tuple(found.columns) == PROPOSAL_COLUMNS
    assert found["igst"].tolist() == igst
    assert found["portal_id"].tolist() == records["doc_id"].tolist()[: len(igst)]


def test_g03_only_the_marked_part_of_a_record_booked_in_two():
    register = books(HALVES[0] | BLOCKED | {"voucher_no": "1"}, HALVES[1] | {"voucher_no": "2"})
    records = portal({})
    links = pd.DataFrame({"register_id": register["doc_id"], "portal_id": records["doc_id"].iloc[0]})
    seen = preview_2b(records, pd.DataFrame(), PERIOD, PROFILE)
    found = propose_inputs(links, register, seen)
    assert found[["register_ids", "ledger", "igst"]].to_numpy().tolist() == [
        [register["doc_id"].iloc[0], "Staff welfare", 900.0]
    ]


def test_g03_a_negative_entry_of_the_books_is_not_proposed():
    register = books(HALVES[0] | BLOCKED | {"igst": -900.0, "cess": 60.0}, HALVES[1] | {"voucher_no": "2"})
    records = portal({"cess": 100.0})
    links = pd.DataFrame({"register_id": register["doc_id"], "portal_id": records["doc_id"].iloc[0]})
    found = propose_inputs(links, register, preview_2b(records, pd.DataFrame(), PERIOD, PROFILE))
    assert found[["igst", "cess"]].to_numpy().tolist() == [[0.0, 60.0]]


def test_d30_a_proposal_counts_only_once_it_is_given():
    found, records, decisions = proposed([BLOCKED, {"doc_no": "SC/2"}], [{}, {"doc_no": "SC/2"}], "A")
    entries = proposed_entries(found)
    assert entries["note"].tolist() == ["1 document marked ineligible in the register"]
    lines = {}
    for name, inputs in (("as it is", None), ("given", input_lines(check_inputs(entries)))):
        table4 = preview_2b(records, decisions, PERIOD, PROFILE, inputs).table4.set_index("line")
        lines[name] = table4.loc[["4A5", "4B1", "4C", "4D2"], "igst"].tolist()
    assert lines == {"as it is": [3_600.0, 0.0, 3_600.0, 0.0], "given": [3_600.0, 1_800.0, 1_800.0, 0.0]}


def test_g03_a_proposal_in_words():
    partly = BLOCKED | {"doc_no": "SC/2", "itc_eligibility": "In part: Ineligible (17(5))"}
    one, _, _ = proposed([BLOCKED], [{}], "A")
    two, _, _ = proposed([BLOCKED, partly], [{}, {"doc_no": "SC/2"}], "A")
    assert proposed_sentence(one) == (
        "Proposed for 4(B)(1): ₹1,800.00. 1 document that counts in 4(A) is marked ineligible in the register (G-03)."
    )
    assert proposed_sentence(two) == (
        "Proposed for 4(B)(1): ₹3,600.00. 2 documents that count in 4(A) are marked ineligible in the "
        "register (G-03). 1 of them only in part, and the whole is proposed: correct the amount."
    )
    assert proposed_sentence(one.iloc[:0]) == ""


def test_nothing_to_propose_is_an_empty_table():
    found, _, _ = proposed([{}], [{}], "A")
    assert found.empty and proposed_entries(found).empty
    assert list(proposed_entries(found).columns) == ["item", *HEADS, "note"]
