"""The contract of `reconcile` (design 5.2): columns, ids, control totals, verdicts, any order of the rows."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import BASE, BRANCH, OTHER, SUPPLIER, books, document, portal

from imsrecon import ImsreconError, MatchSettings, reconcile
from imsrecon.domain import TableError, sum_rupees

COLUMNS = {
    "links": ["match_id", "register_id", "portal_id"],
    "matches": [
        "match_id", "category", "confidence", "score", "flags", "reason", "register_count", "portal_count",
        "taxable_difference", "tax_difference",
    ],
    "unmatched": [
        "side", "doc_id", "category", "flags", "related_id", "nearest_id", "nearest_score", "reason",
    ],
    "duplicates": ["side", "doc_id", "duplicate_of", "reason"],
    "control": ["side", "category", "rows", "taxable_value", "tax"],
}  # fmt: skip
MISTYPED = SUPPLIER[:8] + "9" + SUPPLIER[9:]
WORDS = ["register_id", "portal_id", "verdict"]


def verdicts(*rows):
    return pd.DataFrame(list(rows), columns=WORDS)


def check_contract(register, record, result):
    """Everything that holds of every result."""
    for name, columns in COLUMNS.items():
        assert getattr(result, name).columns.tolist() == columns
    for side, table, column in (("register", register, "register_id"), ("portal", record, "portal_id")):
        unmatched = result.unmatched.loc[result.unmatched["side"] == side, "doc_id"]
        linked = set(result.links[column])
        assert unmatched.is_unique
        assert not linked & set(unmatched)
        assert linked | set(unmatched) == set(table["doc_id"])
        control = result.control[result.control["side"] == side]
        assert control["rows"].sum() == len(table)
        assert sum_rupees(control["taxable_value"]) == sum_rupees(table["taxable_value"])
    assert result.matches["match_id"].is_unique
    assert set(result.links["match_id"]) == set(result.matches["match_id"])
    assert result.matches["score"].between(0, 100).all()
    assert result.matches["reason"].str.len().gt(0).all()
    assert result.unmatched["reason"].str.len().gt(0).all()


amounts = st.sampled_from([100.0, 100.4, 250.0, 1000.0, 1000.0, 98765.43])
documents = st.fixed_dictionaries(
    {
        "supplier_gstin": st.sampled_from([SUPPLIER, SUPPLIER, BRANCH, OTHER, None, MISTYPED]),
        "doc_type": st.sampled_from(["INV", "INV", "INV", "CN", "DN"]),
        "doc_no": st.sampled_from(["1", "INV/1", "INV/26-27/1", "INV/2", "2", "A/3/1", "A/3/2", "A/3", "1-2", ""]),
        "doc_date": st.sampled_from(["2026-03-30", "2026-04-01", "2026-05-10", "2026-10-05", None]),
        "taxable_value": amounts, "igst": st.sampled_from([18.0, 180.0, 0.0]),
        "cgst": st.just(0.0), "sgst": st.just(0.0), "cess": st.just(0.0),
    }
)  # fmt: skip


def as_table(rows, prefix):
    frame = pd.DataFrame(rows, columns=list(BASE)).astype({"doc_date": "datetime64[us]"})
    frame.insert(0, "doc_id", [f"{prefix}{at}" for at in range(len(frame))])
    return frame


@settings(max_examples=15, deadline=None)
@given(st.lists(documents, max_size=9), st.lists(documents, max_size=9), st.randoms(use_true_random=False))
def test_any_tables_in_any_order(left, right, random):
    register, record = as_table(left, "r"), as_table(right, "p")
    result = reconcile(register, record)
    check_contract(register, record, result)
    orders = [random.sample(range(len(table)), len(table)) for table in (register, record)]
    again = reconcile(register.iloc[orders[0]], record.iloc[orders[1]])
    for name in ("links", "matches", "unmatched", "duplicates"):
        columns = COLUMNS[name][:3]
        one, two = (getattr(each, name).sort_values(columns, ignore_index=True) for each in (result, again))
        pd.testing.assert_frame_equal(one, two)


@settings(max_examples=12, deadline=None)
@given(st.lists(documents, max_size=6), st.lists(documents, max_size=6))
def test_a_supplier_that_shares_nothing_changes_nothing(left, right):
    stranger = document(supplier_gstin="33ZZZPQ7777L1Z0", doc_no="ZZ/9", base=31.07)
    register, record = as_table(left, "r"), as_table(right, "p")
    before = reconcile(register, record)
    more = reconcile(pd.concat([register, as_table([stranger], "rx")]), pd.concat([record, as_table([stranger], "px")]))
    kept = more.links[~more.links["register_id"].str.startswith("rx")]
    assert set(map(tuple, kept.to_numpy())) == set(map(tuple, before.links.to_numpy()))
    columns = ["match_id", "category", "confidence", "flags"]
    assert set(map(tuple, before.matches[columns].to_numpy())) <= set(map(tuple, more.matches[columns].to_numpy()))


@settings(max_examples=8, deadline=None)
@given(st.lists(documents, max_size=6), st.lists(documents, max_size=6))
def test_a_perfect_partner_is_found(left, right):
    perfect = document(supplier_gstin=OTHER, doc_no="UNIQUE/77", doc_date="2026-05-20", base=4321.99)
    register = pd.concat([as_table(left, "r"), as_table([perfect], "rx")], ignore_index=True)
    record = pd.concat([as_table(right, "p"), as_table([perfect], "px")], ignore_index=True)
    links = reconcile(register, record).links
    assert ("rx0", "px0") in set(zip(links["register_id"], links["portal_id"], strict=True))


@pytest.mark.parametrize(("here", "there"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_tiny_tables(here, there):
    register, record = books(*[document()] * here), portal(*[document()] * there)
    result = reconcile(register, record)
    check_contract(register, record, result)
    assert len(result.links) == min(here, there)


def test_every_missing_column_is_named():
    with pytest.raises(TableError, match="supplier_gstin, doc_no") as caught:
        reconcile(books(document()).drop(columns=["supplier_gstin", "doc_no"]), portal(document()))
    assert "register" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"doc_type": "Bill"}, "BILL"),
        ({"doc_type": None}, "doc_type"),
        ({"taxable_value": "much"}, "taxable_value"),
        ({"taxable_value": float("inf")}, "infinite"),
        ({"taxable_value": 1e17}, "infinite or above"),
        ({"doc_date": "yesterday"}, "doc_date"),
    ],
    ids=["unknown-type", "no-type", "text-for-money", "infinite", "beyond-paise", "no-date"],
)
def test_what_cannot_be_is_refused(change, told):
    with pytest.raises(TableError, match=told):
        reconcile(books(document(**change)), portal(document()))


def test_one_id_twice_is_refused():
    twice = books(document(), document()).assign(doc_id="r1")
    with pytest.raises(TableError, match="more than once"):
        reconcile(twice, portal(document()))


@pytest.mark.parametrize(
    "dates",
    [pd.Series([date(2026, 5, 10)]), pd.Series(["2026-05-10"]), pd.Series(pd.to_datetime(["2026-05-10"]))],
    ids=["python-dates", "iso-text", "timestamps"],
)
def test_dates_and_texts_of_any_dtype(dates):
    register = books(document()).astype(object).assign(doc_date=dates.astype(object))
    assert reconcile(register, portal(document())).matches["category"].tolist() == ["exact"]


def test_the_tables_given_are_left_alone():
    register, record = books(document(doc_no="")), portal(document())
    before = register.copy(), record.copy()
    reconcile(register, record).unmatched  # noqa: B018 - worked out on access
    pd.testing.assert_frame_equal(register, before[0])
    pd.testing.assert_frame_equal(record, before[1])


def test_differences_are_portal_less_books_and_credit_notes_negative():
    invoice = reconcile(books(document(base=900.0)), portal(document(base=1000.0))).matches.iloc[0]
    note = reconcile(
        books(document(doc_type="CN", base=900.0)), portal(document(doc_type="CN", base=1000.0))
    ).matches.iloc[0]
    assert (invoice["taxable_difference"], invoice["tax_difference"]) == (100.0, 18.0)
    assert (note["taxable_difference"], note["tax_difference"]) == (-100.0, -18.0)


def test_same_links_whatever_the_amounts():
    register, record = books(document(doc_no="X", base=1.0)), portal(document(supplier_gstin=OTHER, base=99999.0))
    result = reconcile(register, record, verdicts=verdicts(("r1", "p1", "same")))
    assert result.matches[["confidence", "score"]].to_numpy().tolist() == [["manual", 100]]


def test_same_takes_the_document_from_a_better_partner():
    register, record = books(document()), portal(document(), document(doc_no="Q1", base=5.0))
    result = reconcile(register, record, verdicts=verdicts(("r1", "p2", "same")))
    assert result.links["portal_id"].tolist() == ["p2"]


def test_same_twice_makes_one_match():
    register, record = books(document()), portal(document(base=400.0), document(base=600.0, doc_no="Z"))
    result = reconcile(register, record, verdicts=verdicts(("r1", "p1", "same"), ("r1", "p2", "same")))
    assert result.matches[["confidence", "portal_count", "taxable_difference"]].to_numpy().tolist() == [
        ["manual", 2, 0.0]
    ]
    assert "merged" in result.matches["flags"].iloc[0]


def test_different_is_never_linked():
    result = reconcile(books(document()), portal(document()), verdicts=verdicts(("r1", "p1", "different")))
    assert result.links.empty
    assert result.unmatched["reason"].str.contains("A person|a person").all()


def test_different_keeps_a_group_apart():
    register = books(document(base=400.0), document(base=600.0))
    record = portal(document(base=1000.0))
    assert len(reconcile(register, record).links) == 2
    result = reconcile(register, record, verdicts=verdicts(("r1", "p1", "different")))
    assert "r1" not in set(result.links["register_id"])


@pytest.mark.parametrize(
    "rows",
    [
        [("r1", "p1", "same"), ("r1", "p1", "different")],
        [("r1", "p1", "same"), ("r1", "p2", "same"), ("r2", "p2", "same"), ("r2", "p1", "different")],
    ],
    ids=["of-one-pair", "inside-one-match"],
)
def test_verdicts_that_contradict_are_named(rows):
    register, record = books(document(), document(doc_no="2")), portal(document(), document(doc_no="2"))
    with pytest.raises(ImsreconError, match="p1"):
        reconcile(register, record, verdicts=verdicts(*rows))


def test_verdicts_on_other_months_are_passed_over():
    result = reconcile(books(document()), portal(document()), verdicts=verdicts(("old", "p1", "same")))
    assert result.matches["confidence"].tolist() == ["certain"]


@pytest.mark.parametrize("word", ["maybe", None])
def test_unknown_verdicts_are_refused(word):
    with pytest.raises(TableError, match="same or different"):
        reconcile(books(document()), portal(document()), verdicts=verdicts(("r1", "p1", word)))


def test_explain_weighs_any_pair():
    result = reconcile(books(document(), document(doc_no="9", base=77.0)), portal(document()))
    told = result.explain("r2", "p1").set_index("field")
    assert told.columns.tolist() == ["books", "portal", "verdict", "weight"]
    assert told.loc["doc_no", "books"] == "9"
    parts = told.loc[["supplier_gstin", "doc_no", "doc_type", "doc_date", "amounts", "pos"], "weight"]
    assert np.isclose(parts.sum(), told.loc["total", "weight"])
    assert told.loc["runner-up", "books"].startswith("invoice INV/26-27/0045")


def test_explain_of_an_unknown_document_is_refused():
    with pytest.raises(TableError, match="nobody"):
        reconcile(books(document()), portal(document())).explain("nobody", "p1")


def test_settings_stay_with_the_result():
    chosen = MatchSettings(head_tolerance=5.0, total_tolerance=5.0)
    result = reconcile(books(document(taxable_value=996.0)), portal(document()), chosen)
    assert result.settings is chosen
    assert result.matches["category"].tolist() == ["matched"]


def test_no_match_has_a_nearest_and_what_kept_it_apart():
    result = reconcile(books(document(doc_no="INV/9", doc_date="2026-06-20", base=1500.0)), portal(document()))
    row = result.unmatched.iloc[0]
    assert row["nearest_id"] == "p1"
    assert "no document of this supplier with its number or amounts" in row["reason"]
    assert "₹500.00 lower on the portal" in row["reason"]


def test_the_one_change_that_would_have_matched_is_told():
    result = reconcile(books(document(doc_no="V9", doc_date="2026-08-20")), portal(document()))
    assert result.links.empty
    assert (
        "102 days apart; with the same date or the same number it would be a match"
        in result.unmatched["reason"].iloc[0]
    )


def test_the_one_thing_that_kept_two_apart_is_told():
    result = reconcile(books(document(doc_date="2025-06-20", base=700.0)), portal(document()))
    assert "324 days apart and in another financial year" in result.unmatched["reason"].iloc[0]
