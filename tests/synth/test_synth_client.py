from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from imsrecon.domain import AMOUNTS, check_documents
from imsrecon.synth import SAMPLE_PLAN, Client, make_client

SHARED = ["supplier_gstin", "doc_type", "doc_no", "doc_date", "taxable_value", "igst", "cgst", "sgst", "cess"]


def joined(client: Client) -> pd.DataFrame:
    """The true links with both documents beside each other."""
    links = client.truth.dropna(subset=["register_id", "portal_id"])
    left = links.merge(client.register.add_prefix("b_"), left_on="register_id", right_on="b_doc_id")
    return left.merge(client.portal.add_prefix("p_"), left_on="portal_id", right_on="p_doc_id")


def normalised(numbers: pd.Series) -> pd.Series:
    bare = numbers.str.upper().str.replace(r"[/-]?(?:20)?26[ -]?27[/-]?", "", regex=True)
    bare = bare.str.replace(r"[^A-Z0-9]", " ", regex=True).str.replace(r"(^|[^0-9])0+([0-9])", r"\1\2", regex=True)
    return bare.str.replace(" ", "", regex=False)


def test_the_same_seed_makes_the_same_client(sample: Client) -> None:
    again = make_client(sample.plan, sample.seed)
    assert again.register.equals(sample.register)
    assert again.portal.equals(sample.portal)
    assert again.truth.equals(sample.truth)
    assert not make_client(sample.plan, sample.seed + 1).register.equals(sample.register)


@pytest.mark.parametrize("side", ["register", "portal"])
def test_tables_keep_the_contract(sample: Client, side: str) -> None:
    faults = check_documents(getattr(sample, side), side)
    # A mistyped GSTIN is one of the noises; nothing else may be wrong.
    assert set(faults["code"]) == ({"bad_gstin"} if side == "register" else set())


@pytest.mark.parametrize("side", ["register", "portal"])
def test_each_document_is_in_the_truth_once(sample: Client, side: str) -> None:
    ids = sample.truth[f"{side}_id"].dropna()
    assert ids.is_unique
    assert set(ids) == set(getattr(sample, side)["doc_id"])


def test_without_noise_linked_documents_are_equal() -> None:
    pairs = joined(make_client(replace(SAMPLE_PLAN, kinds={"credit_note": 0.05}, noises={}), 4))
    assert len(pairs) == SAMPLE_PLAN.documents
    assert (pairs["noise"] == "").all()
    for column in SHARED:
        assert (pairs[f"b_{column}"] == pairs[f"p_{column}"]).all()


def test_most_links_of_the_sample_are_clean(sample: Client) -> None:
    pairs = joined(sample)
    same = normalised(pairs["b_doc_no"]) == normalised(pairs["p_doc_no"])
    same &= pairs["b_supplier_gstin"] == pairs["p_supplier_gstin"]
    for name in AMOUNTS:
        same &= (pairs[f"b_{name}"] - pairs[f"p_{name}"]).abs() <= 1
    assert 0.78 <= same.mean() <= 0.9
    assert 0.5 <= (pairs["noise"] == "").mean() <= 0.75


@pytest.mark.parametrize("rows", [1, 7])
def test_small_clients_can_be_made(rows: int) -> None:
    client = make_client(replace(SAMPLE_PLAN, documents=rows, suppliers=1), 1)
    assert check_documents(client.portal, "portal").empty


def test_it_grows() -> None:
    client = make_client(replace(SAMPLE_PLAN, documents=8_000, suppliers=300), 1)
    assert abs(len(client.register) - 8_000) < 600
    assert client.register["doc_id"].is_unique
    assert client.portal["doc_id"].is_unique


def test_a08_what_bypasses_ims_has_no_action(sample: Client) -> None:
    portal = sample.portal
    bypass = portal["reverse_charge"] | portal["itc_available"].eq("N") | (portal["section"] == "IMPG")
    assert portal.loc[bypass, "portal_action"].isna().all()
    assert portal.loc[~bypass, "portal_action"].notna().all()


def test_d19_pending_records_are_in_no_2b(sample: Client) -> None:
    held = sample.portal[sample.portal["portal_action"] == "P"]
    assert held["gstr2b_part"].isna().all()
    assert {"2026-04", "2026-05"} <= set(held["gstr2b_period"])


def test_b20_pending_credit_notes_are_still_within_their_period(sample: Client) -> None:
    held = sample.portal[(sample.portal["portal_action"] == "P") & (sample.portal["doc_type"] == "CN")]
    assert len(held)
    assert (held["gstr2b_period"] >= "2026-05").all()


def test_a07_saved_records_are_in_no_2b(sample: Client) -> None:
    saved = sample.portal[sample.portal["filing_status"] == "saved"]
    assert len(saved) >= 4
    assert saved[["gstr2b_period", "gstr2b_part", "filing_date"]].isna().all(axis=None)


def test_d01_returns_are_filed_inside_their_window(sample: Client) -> None:
    table = sample.portal[sample.portal["filing_date"].notna() & (sample.portal["section"] != "IMPG")]
    table = table[~table["itc_reason"].eq("C")]
    opens = pd.to_datetime(table["return_period"] + "-01") + pd.offsets.MonthBegin(1)
    assert table["filing_date"].between(opens, opens + pd.Timedelta(days=10)).all()
    assert (table["gstr2b_period"] == table["return_period"]).all()
    assert (table.groupby(["supplier_gstin", "return_period"])["filing_date"].nunique() == 1).all()


def test_a09_unregistered_suppliers_are_in_the_books_only(sample: Client) -> None:
    there = sample.register[sample.register["supply_class"] == "unregistered"]
    truth = sample.truth.set_index("register_id").loc[there["doc_id"]]
    truth = truth[~truth["noise"].str.contains("gstin_blank")]
    assert len(truth) >= 3
    assert truth["portal_id"].isna().all()


def test_an_amendments_original_is_linked_to_nothing(sample: Client) -> None:
    amended = sample.portal[sample.portal["section"].isin(["B2BA", "CNA"])]
    keys = amended[["supplier_gstin", "original_doc_no"]].set_axis(["supplier_gstin", "doc_no"], axis=1)
    originals = sample.portal[~sample.portal["section"].isin(["B2BA", "CNA"])].merge(keys)
    assert len(originals) == len(amended)
    assert sample.truth.set_index("portal_id").loc[originals["doc_id"], "register_id"].isna().all()


def test_b23_a_partial_reduction_declares_half(sample: Client) -> None:
    portal = sample.portal
    for head in ("igst", "cgst", "sgst"):
        partial = portal[portal["itc_reduction"].eq("partial")]
        assert (partial[f"declared_{head}"] - partial[head] / 2).abs().max() <= 0.00501
        assert portal.loc[~portal["itc_reduction"].eq("partial"), f"declared_{head}"].isna().all()
    assert portal.loc[portal["itc_reduction"].isin(["partial", "none"]), "remarks"].notna().all()
