from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from imsrecon.act import credit_cutoff
from imsrecon.domain import InputError, SettingsError, fy_starts, to_paise
from imsrecon.synth import KINDS, ClientPlan
from imsrecon.synth.documents import make_documents
from imsrecon.synth.plan import share_count, stream
from imsrecon.synth.suppliers import make_suppliers

GSTIN = "27ZZZCS2026T1Z6"


@pytest.fixture(scope="module")
def documents() -> pd.DataFrame:
    plan = ClientPlan(GSTIN, "Synthetic", ("2026-03", "2026-04"), 4000, 200)
    suppliers = make_suppliers(plan.suppliers, "27", stream(5, "suppliers"))
    return make_documents(suppliers, plan, stream(5, "documents"))


def test_i04_numbers_are_of_rule_46(documents: pd.DataFrame) -> None:
    assert documents["doc_no"].str.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/-]{0,15}").all()


def test_i04_numbers_are_unique_within_gstin_type_and_year(documents: pd.DataFrame) -> None:
    year = fy_starts(documents["doc_date"])
    assert not documents.assign(year=year).duplicated(["supplier_gstin", "doc_type", "year", "doc_no"]).any()


def test_numbers_run_with_the_dates(documents: pd.DataFrame) -> None:
    plain = documents[documents["doc_no"].str.fullmatch(r"[0-9]{6}") & (documents["doc_type"] == "INV")]
    plain = plain[(plain["doc_date"] >= "2026-04-01") & (plain["kind"] == "regular")].sort_values("doc_no")
    rising = plain.groupby("supplier_gstin")["doc_date"].is_monotonic_increasing
    assert len(plain) > 20
    assert rising.all()


def test_tax_is_the_rate_of_the_taxable_value(documents: pd.DataFrame) -> None:
    tax = sum(to_paise(documents[head]) for head in ("igst", "cgst", "sgst"))
    assert (np.abs(tax - to_paise(documents["taxable_value"]) * documents["rate"] / 100) <= 1).all()
    assert (documents["cess"] == 0).all()
    assert set(documents["rate"]) == {0.0, 5.0, 18.0, 40.0}


def test_heads_follow_state_and_place_of_supply(documents: pd.DataFrame) -> None:
    with_gstin = documents[documents["supplier_gstin"].notna() & (documents["kind"] != "sez")]
    local = with_gstin["supplier_gstin"].str.slice(0, 2) == with_gstin["pos"]
    assert ((with_gstin["igst"] == 0) == local).all()
    assert (with_gstin["cgst"] == with_gstin["sgst"]).all()


def test_a10_pos_ineligible_is_supplied_where_the_supplier_is(documents: pd.DataFrame) -> None:
    hotel = documents[documents["kind"] == "pos_ineligible"]
    assert (hotel["pos"] == hotel["supplier_gstin"].str.slice(0, 2)).all()
    assert (hotel["pos"] != "27").all()


def test_a11_time_barred_is_past_its_day(documents: pd.DataFrame) -> None:
    days = documents.loc[documents["kind"] == "time_barred", "doc_date"]
    assert len(days)
    assert all(credit_cutoff(day.date()).isoformat() < "2026-03" for day in days)


@pytest.mark.parametrize("kind", KINDS)
def test_shares_of_kinds_are_kept(documents: pd.DataFrame, kind: str) -> None:
    plan = ClientPlan(GSTIN, "Synthetic", ("2026-04",), 4000, 60)
    assert (documents["kind"] == kind).sum() == share_count(plan.kinds[kind], 4000)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"months": ()}, SettingsError, "oldest first"),
        ({"months": ("2026-05", "2026-04")}, SettingsError, "oldest first"),
        ({"months": ("2026-04", "2026-06")}, SettingsError, "without a gap"),
        ({"months": ("2026-13",)}, InputError, "tax period"),
        ({"documents": 0}, SettingsError, "at least one document"),
        ({"kinds": {"gift": 0.1}}, SettingsError, "gift"),
        ({"kinds": {"eco": 1.1}}, SettingsError, "eco"),
        ({"gstin": "27ZZZCS2026T1Z7"}, InputError, "checksum"),
    ],
    ids=[
        "no months",
        "backwards",
        "a month missing",
        "no such month",
        "empty",
        "unknown kind",
        "share above 1",
        "bad GSTIN",
    ],
)
def test_a_plan_that_cannot_be_is_refused(change: dict, error: type, match: str) -> None:
    right = {"gstin": GSTIN, "name": "Synthetic", "months": ("2026-04",), "documents": 10, "suppliers": 3}
    with pytest.raises(error, match=match):
        ClientPlan(**(right | change))
