"""Sentences for a client: each kind that was wrong or unclear when a hard month was read aloud, and its evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import BRANCH, OTHER, books, document, portal

from imsrecon.domain import TableError
from imsrecon.match import MatchSettings, reconcile

NOTE = {"doc_type": "CN", "doc_no": "CN/7"}


def reason(result):
    return result.matches["reason"].iloc[0]


def unmatched(result, side):
    table = result.unmatched
    return table.loc[table["side"].eq(side), "reason"].iloc[0]


MATCHES = {
    "a negative invoice": (
        [document(doc_no="CN/7", taxable_value=-1000.0, igst=-180.0)], [document(**NOTE)],
        "a negative invoice in the books, a credit note on the portal, all amounts equal",
    ),
    "an invoice for a credit note": (
        [document(doc_no="CN/7", base=2000.0)], [document(**NOTE, base=1990.0)],
        "an invoice in the books, a credit note on the portal, taxable value ₹10.00 and tax ₹1.80 lower on the portal",
    ),
    "both higher are one clause": (
        [document()], [document(base=1100.0)], "taxable value ₹100.00 and tax ₹18.00 higher on the portal",
    ),
    "another rate": (
        [document()], [document(igst=120.0)], "taxable value equal, tax ₹60.00 lower on the portal",
    ),
    "the total agrees": (
        [document(taxable_value=1100.0, igst=80.0)], [document()],
        "total equal, but taxable value ₹100.00 lower on the portal and tax ₹100.00 higher on the portal",
    ),
    "another year": (
        [document(doc_date="2025-05-10")], [document()], "same day and month of another year",
    ),
    "no GSTIN": (
        [document(supplier_gstin=None)], [document()], "No GSTIN in the books (none vs ",
    ),
    "parts add up": (
        [document(base=400.0), document(base=600.0)], [document()],
        ("2 entries in the books make up one portal record, same supplier, same number (INV/26-27/0045), the amounts "
        "add up to the paisa"),
    ),
    "why a late date needs a look": (
        [document(doc_date="2026-06-20")], [document()],
        "dates 41 days apart. The dates are more than 31 days apart: look before you accept.",
    ),
    "an import has no supplier": (
        [document(doc_no="4788142", doc_type="BOE", supplier_gstin=None)],
        [document(doc_no="4788142", doc_type="BOE", supplier_gstin=None)],
        "An import: hold it against the bill of entry before you accept.",
    ),
    "an import that is not equal to the letter": (
        [document(doc_no="4788142", doc_type="BOE", supplier_gstin=None, base=999.6)],
        [document(doc_no="4788142", doc_type="BOE", supplier_gstin=None)],
        "An import, no supplier's GSTIN, same number (4788142), amounts equal within tolerance",
    ),
    "reverse charge": (
        [document(reverse_charge=True)], [document(reverse_charge=True)],
        "Reverse charge: you pay the tax and claim it in GSTR-3B; there is nothing to accept.",
    ),
    "an invoice and a debit note booked as one": (
        [document(doc_no=None, base=3001.5)],
        [document(doc_no="INV/13"), document(doc_no="INV/14", base=2001.5, doc_type="DN")],
        "invoices and debit notes together",
    ),
    "what Excel added": (
        [document(doc_no="'INV/26-27/0045")], [document()], "number equal but for what Excel added ('INV/26-27/0045 vs",
    ),
    "why a bare serial needs a look": (
        [document(doc_no="45", doc_date="2026-05-30")], [document()],
        "The number alone does not say which series it is of: with different dates, look before you accept.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHES)
def test_what_a_match_says(name):
    left, right, told = MATCHES[name]
    result = reconcile(books(*left), portal(*right))
    assert told in " ".join(result.matches["reason"]), result.matches["reason"].tolist()


UNMATCHED = {
    "part of a number whose record is taken": (
        [document(), document(doc_no="INV/26-27/0045/2", base=400.0), document(doc_no="A/1", base=11.0)],
        [document(), document(doc_no="A/1", base=11.0)], "register",
        "Nearest on the portal is invoice INV/26-27/0045 of 10-May-2026, which is matched with invoice INV/26-27/0045",
    ),
    "an import alone": (
        [document(doc_no="5580069", doc_type="BOE", supplier_gstin=None)], [document()], "register",
        "The portal has no import.",
    ),
    "a note has no note": (
        [document(doc_no="A/1", base=5000.0)], [document(**NOTE, base=777.0)], "portal",
        "The books have no credit note of this supplier that comes near: nearest is invoice A/1 of 10-May-2026.",
    ),
    "nothing like it": (
        [document(doc_no="A/1", base=5000.0)], [document()], "portal",
        ("The books have no document of this supplier with its number or amounts; nearest is invoice A/1 of "
        "10-May-2026 (taxable value ₹4,000.00 lower on the portal)."),
    ),
    "the nearest has its partner": (
        [document()], [document(), document(doc_no="XYZ/9", base=7000.0)], "portal",
        "the nearest, invoice INV/26-27/0045 of 10-May-2026, has a partner of its own.",
    ),
    "the changes that would match": (
        [document(doc_no="V9", doc_date="2026-08-20")], [document()], "register",
        ("Nearest on the portal is invoice INV/26-27/0045 of 10-May-2026: another number (V9 vs INV/26-27/0045), "
        "dates 102 days apart; with the same date or the same number it would be a match."),
    ),
    "booked twice": (
        [document(), document()], [document()], "register",
        "Booked twice? Supplier, number and amounts are those of invoice INV/26-27/0045 of 10-May-2026.",
    ),
    "uploaded twice": (
        [document()], [document(), document()], "portal",
        "Uploaded twice? Supplier, number and amounts are those of invoice INV/26-27/0045 of 10-May-2026.",
    ),
    "no supplier": ([document(supplier_gstin=BRANCH)], [], "register", "The portal has no document of this supplier."),
}  # fmt: skip


@pytest.mark.parametrize("name", UNMATCHED)
def test_what_an_unmatched_document_says(name):
    left, right, side, told = UNMATCHED[name]
    result = reconcile(books(*left), portal(*right))
    assert told in unmatched(result, side)


def test_a_credit_note_is_held_against_credit_notes_first():
    many = [document(doc_no=f"A/{at}", base=1000.0 + at) for at in range(12)]
    far = document(doc_type="CN", doc_no="N/1", doc_date="2026-05-02", base=9000.0)
    result = reconcile(books(*many, far), portal(document(doc_type="CN", doc_no="CN/99", base=2200.0)))
    alone = result.unmatched.set_index("doc_id")
    assert alone.loc["p1", "nearest_id"] == "r13"


# the evidence


def test_a_rival_is_told_in_words_and_not_in_bits():
    result = reconcile(books(document(), document(doc_no="9", base=77.0)), portal(document()))
    told = result.explain("r1", "p1").set_index("field")
    assert told.loc["runner-up", "verdict"] == "the next best pair fits far less well"
    assert "bits" not in " ".join(told["verdict"])
    other = result.explain("r2", "p1").set_index("field")
    assert other.loc["runner-up", "verdict"] == "the next best pair fits better, and is linked"
    assert "too little to link them" in other.loc["total", "verdict"]


def test_the_score_says_whose_benchmark_it_is():
    result = reconcile(books(document()), portal(document()))
    assert "on the open benchmark nearly all candidate pairs" in result.explain("r1", "p1")["verdict"].iloc[-2]


def test_the_entries_of_a_group_add_up_in_its_explanation():
    result = reconcile(books(document(base=400.0), document(base=600.0)), portal(document()))
    told = result.explain("r1", "p1").set_index("field")
    assert told.loc["group", ["books", "portal"]].tolist() == ["1,180.00", "1,180.00"]
    assert "add up to the paisa" in told.loc["group", "verdict"]
    parts = ["supplier_gstin", "doc_no", "doc_type", "doc_date", "amounts", "pos", "group"]
    assert np.isclose(told.loc[parts, "weight"].sum(), told.loc["total", "weight"])
    assert told.loc["runner-up", "verdict"] == "no other document comes near"


@pytest.mark.parametrize(("word", "told"), [("same", "linked by"), ("different", "kept apart by")])
def test_an_explanation_says_that_a_person_decided(word, told):
    said = pd.DataFrame({"register_id": ["r1"], "portal_id": ["p1"], "verdict": [word]})
    result = reconcile(books(document()), portal(document()), verdicts=said)
    verdict = result.explain("r1", "p1").set_index("field").loc["total", "verdict"]
    assert verdict.startswith(f"{told} a person's word")


def test_a_verdict_may_carry_its_own_reason():
    said = pd.DataFrame(
        {
            "register_id": ["r2", "r1"],
            "portal_id": ["p2", "p1"],
            "verdict": ["same", "same"],
            "reason": ["Settled before.", None],
        }
    )
    two = [document(), document(doc_no="B/2", base=50.0)]
    result = reconcile(books(*two), portal(*two), verdicts=said)
    reasons = result.links.merge(result.matches, on="match_id").set_index("register_id")["reason"]
    assert reasons["r2"] == "Settled before."
    assert reasons["r1"] == "A person said that these are the same."


# candidates


def test_candidates_are_the_nearest_first_and_say_who_has_them():
    ours = [document(), document(doc_no="INV/26-27/0046", base=1010.0)]
    result = reconcile(books(*ours), portal(document(), document(doc_no="Z/1", base=3000.0)))
    found = result.candidates("register", "r2")
    assert result.links["portal_id"].tolist() == ["p1"]
    assert found["score"].is_monotonic_decreasing
    assert set(found["doc_id"]) == {"p1", "p2"}
    owner = found.set_index("doc_id")["linked_to"]
    assert owner["p1"] == "r1"
    assert pd.isna(owner["p2"])
    assert found["differs"].str.len().gt(0).all()


def test_candidates_of_a_document_without_any():
    result = reconcile(books(document(supplier_gstin=None, doc_no=None)), portal())
    assert result.candidates("register", "r1").empty
    with pytest.raises(TableError, match="nobody"):
        result.candidates("portal", "nobody")


def test_tolerances_are_those_of_the_settings_in_the_sentence():
    wide = MatchSettings(date_window=50)
    result = reconcile(books(document(doc_date="2026-06-20")), portal(document()), wide)
    assert "look before" not in reason(result)


LEFT = {
    "rejected": ([document()], [document(gstr2b_part="rejected")], "in the rejected part of GSTR-2B (you rejected it)"),
    "reversed": ([document()], [document(gstr2b_part="reversal")], "in the reversal part of GSTR-2B"),
    "set aside, but quite another": (
        [document()], [document(doc_no="X9", base=7.0, gstr2b_part="rejected")], "no document of this supplier",
    ),
    "another supplier's": (
        [document()], [document(supplier_gstin=OTHER), document(doc_no="X9", base=30.0)],
        f"Booked under another supplier? The portal has the same number, date and amounts from {OTHER}: invoice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_is_said_of_a_document_in_the_books_alone(name):
    left, right, told = LEFT[name]
    row = reconcile(books(*left), portal(*right)).unmatched.iloc[0]
    assert (row["doc_id"], row["nearest_id"]) == ("r1", "p1")
    assert told in row["reason"] and "all fields agree" not in row["reason"]


def test_an_invoice_less_its_note_is_held_against_the_invoice():
    record = portal(document(), document(doc_no="CN/1", doc_type="CN", base=100.0))
    match = reconcile(books(document(base=900.0)), record).matches.iloc[0]
    assert "a credit note taken off the invoice" in match["reason"]
    assert "same number (INV/26-27/0045)" in match["reason"] and "CN/1" not in match["reason"]


def test_why_a_bare_serial_or_a_common_amount_days_apart_needs_a_look():
    bare = reconcile(books(document(doc_no="45", doc_date="2026-05-24")), portal(document())).matches.iloc[0]
    assert "does not say which series" in bare["reason"]
    others = [document(doc_no=str(at), doc_date="2026-06-24") for at in (77, 78, 79)]
    shared = reconcile(books(document(doc_date="2026-05-24")), portal(document(), *others)).matches.iloc[0]
    assert shared["confidence"] == "high" and "have that amount" in shared["reason"]
