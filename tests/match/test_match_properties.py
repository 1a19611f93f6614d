"""What holds of every result, and what a document left over does to `certain`."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import OTHER, books, document, portal

from imsrecon import reconcile
from imsrecon.synth import make_benchmark

STRANGER = "33ZZZQQ4321L1Z5"


@pytest.fixture(scope="module")
def hard():
    bench = make_benchmark("hard", 2_000, 91)
    return bench.register, bench.portal, reconcile(bench.register, bench.portal)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_perfect_partner_is_found(hard, pick):
    register, records, whole = hard
    alone = whole.unmatched[whole.unmatched["category"] == "only_in_books"]
    doc_id = alone["doc_id"].iloc[pick % len(alone)]
    partner = register[register["doc_id"] == doc_id].assign(doc_id="new")
    links = reconcile(register, pd.concat([records, partner], ignore_index=True)).links
    of_new = links.loc[links["portal_id"] == "new", "register_id"].tolist()
    twin = whole.duplicates.loc[whole.duplicates["doc_id"] == doc_id, "duplicate_of"].tolist()
    assert of_new and (doc_id in of_new or set(of_new) & set(twin))


def test_a_supplier_that_shares_nothing_changes_nothing(hard):
    register, records, whole = hard
    count = 60
    rows = pd.DataFrame(
        [document(supplier_gstin=STRANGER, doc_no=f"QQ/{at}", base=77.0 + at // 2) for at in range(count)]
    )
    rows["doc_date"] = pd.to_datetime(rows["doc_date"]).astype("datetime64[us]")
    added = [rows.iloc[part].assign(doc_id=[f"{side}{at}" for at in range(40)])
             for side, part in (("nr", slice(0, 40)), ("np", slice(20, 60)))]  # fmt: skip
    tables = [
        pd.concat([table, more], ignore_index=True) for table, more in zip((register, records), added, strict=True)
    ]
    more = reconcile(*tables)
    columns = ["match_id", "category", "flags", "confidence"]
    kept = more.matches[more.matches["match_id"].isin(whole.matches["match_id"])]
    pd.testing.assert_frame_equal(
        kept[columns].sort_values("match_id", ignore_index=True),
        whole.matches[columns].sort_values("match_id", ignore_index=True),
    )
    strange = more.links["register_id"].str.startswith("nr") | more.links["portal_id"].str.startswith("np")
    assert set(more.links.loc[~strange, "match_id"]) == set(whole.links["match_id"])


DOUBTS = {
    "a neighbour of that day and amount is left over": (
        [document(doc_no="INV/26-27/0054")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/0045")],
        "high",
    ),
    "a neighbour left over has another amount": (
        [document(doc_no="INV/26-27/0054")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/0045", base=700.0)],
        "certain",
    ),
    "what is left over of that day has quite another number": (
        [document(doc_no="INV/26-27/0054")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/1797")],
        "certain",
    ),
    "another date, and the books' date is that of one left over": (
        [document(doc_no="INV/26-27/0054", doc_date="2026-05-12")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/1797", doc_date="2026-05-12")],
        "high",
    ),
    "another date, and nothing left over": (
        [document(doc_no="INV/26-27/0054", doc_date="2026-05-12"), document(doc_no="INV/26-27/1797")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/1797")],
        "certain",
    ),
    "the same left over in the books": (
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/0045")],
        [document(doc_no="INV/26-27/0054")],
        "high",
    ),
    "left over at another supplier": (
        [document(doc_no="INV/26-27/0054")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/0045", supplier_gstin=OTHER)],
        "certain",
    ),
    "next month's rent under a number that is there": (
        [document(doc_no="INV/26-27/0054", doc_date="2026-06-09"), document(doc_no="INV/26-27/1797")],
        [document(doc_no="INV/26-27/0054"), document(doc_no="INV/26-27/1797")],
        "high",
    ),
    "a bare serial a few days apart": ([document(doc_no="45", doc_date="2026-05-17")], [document()], "certain"),
    "a bare serial weeks apart": ([document(doc_no="45", doc_date="2026-05-24")], [document()], "high"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_what_a_document_left_over_does_to_certain(name):
    left, right, confidence = DOUBTS[name]
    matches = reconcile(books(*left), portal(*right)).matches
    first = matches[matches["flags"].str.contains("date|number") | (len(matches) == 1)]
    assert first["confidence"].tolist() == [confidence]
    if "left over" in name and confidence == "high":
        assert "look which is meant" in first["reason"].iloc[0]
