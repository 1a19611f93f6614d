from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from imsrecon.domain import AMOUNTS, SettingsError, is_valid_gstin, to_paise, total_tax
from imsrecon.synth import NOISES, SAMPLE_PLAN, make_client
from imsrecon.synth import noise_numbers as numbers
from imsrecon.synth.books import book
from imsrecon.synth.documents import make_documents
from imsrecon.synth.noise import add_noise
from imsrecon.synth.plan import stream
from imsrecon.synth.portal import report
from imsrecon.synth.suppliers import make_suppliers

SHARE = 0.5
NUMBER_NOISES = [name for name in NOISES if name.startswith(("number_", "typo_"))]
DATE_NOISES = [name for name in NOISES if name.startswith("date_")]
SAME_ROWS = [name for name in NOISES if name not in (
    "booked_twice", "not_booked", "not_reported", "reported_twice", "amended_up", "amended_down", "note_amended",
)]  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    plan = replace(SAMPLE_PLAN, noises={})
    suppliers = make_suppliers(plan.suppliers, "27", stream(1, "suppliers"))
    documents = make_documents(suppliers, plan, stream(1, "documents"))
    nobody = pd.Series([], dtype="int64")
    return {"portal": report(documents, plan), "books": book(documents, nobody, plan, stream(1, "books"))}


def noisy(tables: dict[str, pd.DataFrame], name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    before = tables[NOISES[name].side]
    return before, add_noise(before, NOISES[name].side, {name: SHARE}, 1)


@pytest.mark.parametrize("name", SAME_ROWS)
def test_a_noise_names_the_rows_it_changed_and_no_others(tables: dict[str, pd.DataFrame], name: str) -> None:
    before, after = noisy(tables, name)
    named = after["noise"].str.split(" ").map(lambda words: name in words).to_numpy(bool)
    data = [column for column in before.columns if column != "noise"]
    same = ((before[data] == after[data]) | (before[data].isna() & after[data].isna())).fillna(False).all(axis=1)
    assert (named == ~same.to_numpy(bool)).all()
    assert named.sum() >= 0.4 * SHARE * NOISES[name].eligible(before).sum() > 0


@pytest.mark.parametrize("name", NUMBER_NOISES + DATE_NOISES)
def test_number_and_date_noises_leave_rupees_alone(tables: dict[str, pd.DataFrame], name: str) -> None:
    before, after = noisy(tables, name)
    assert before[list(AMOUNTS)].equals(after[list(AMOUNTS)])
    other = "doc_date" if name in NUMBER_NOISES else "doc_no"
    assert before[other].equals(after[other])


def one(text: str) -> pd.DataFrame:
    return pd.DataFrame({"doc_no": pd.Series([text] * 40, dtype="str")})


@pytest.mark.parametrize(
    ("change", "text", "expected"),
    [
        (numbers.lower_case, "KPL/26-27/0412", {"kpl/26-27/0412"}),
        (numbers.separators, "KPL/26-27/0412", {"KPL26270412", "KPL 26 27 0412", "KPL-26-27-0412"}),
        (numbers.strip_zeros, "KPL/26-27/0412", {"KPL/26-27/412"}),
        (numbers.strip_zeros, "000123", {"123"}),
        (numbers.year_style, "KPL/26-27/0412", {"KPL/2026-27/0412", "KPL/2627/0412", "KPL/0412"}),
        (numbers.year_style, "14/2026-27", {"14/2026-27", "14/2627", "14"}),
        (numbers.prefix, "KPL/0412", {"0412"}),
        (numbers.prefix, "0412", {"INV/0412"}),
        (numbers.serial_only, "KPL/26-27/0412", {"412"}),
        (numbers.serial_only, "KPL/412/26-27", {"412"}),
        (numbers.serial_only, "KPL26270412", {"412"}),
        (numbers.excel, "000123", {"123.0"}),
        (numbers.excel, "9020260600000123", {"9020260600000120"}),
        (numbers.look_alike, "A1", {"AI"}),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_number_noise(change, text: str, expected: set[str]) -> None:
    got = set(change(one(text), np.random.default_rng(0))["doc_no"])
    assert got == expected


@pytest.mark.parametrize("text", ["KPL/26-27/0412", "12", "9020260600000123", "A1"])
def test_typos_are_one_slip(text: str) -> None:
    rng = np.random.default_rng(0)
    for wrong in numbers.transpose(one(text), rng)["doc_no"]:
        assert wrong != text
        assert Counter(wrong) == Counter(text)
        assert sum(a != b for a, b in zip(wrong, text, strict=True)) == 2
    for wrong in numbers.leave_out(one(text), rng)["doc_no"]:
        assert len(wrong) == len(text) - 1
        assert any(text[:at] + text[at + 1 :] == wrong for at in range(len(text)))
    for wrong in numbers.double(one(text), rng)["doc_no"]:
        assert any(text[: at + 1] + text[at:] == wrong for at in range(len(text)))


def test_a_number_of_one_kind_of_character_cannot_be_transposed() -> None:
    assert set(numbers.transpose(one("111"), np.random.default_rng(0))["doc_no"]) == {"111"}


def test_rounding_stays_within_a_rupee(tables: dict[str, pd.DataFrame]) -> None:
    before, after = noisy(tables, "rounding")
    for name in AMOUNTS:
        assert np.abs(to_paise(before[name]) - to_paise(after[name])).max() <= 100


def test_value_is_off_by_more_than_any_tolerance(tables: dict[str, pd.DataFrame]) -> None:
    before, after = noisy(tables, "value")
    changed = after["noise"].str.contains("value")
    off = np.abs(to_paise(before["taxable_value"]) - to_paise(after["taxable_value"]))[changed]
    assert off.min() >= 1000


def test_tax_head_keeps_the_total(tables: dict[str, pd.DataFrame]) -> None:
    before, after = noisy(tables, "tax_head")
    assert np.abs(total_tax(before) - total_tax(after)).max() <= 1
    changed = after["noise"].str.contains("tax_head")
    assert ((before["igst"] > 0) != (after["igst"] > 0))[changed].all()


def test_gstin_typo_fails_the_checksum(tables: dict[str, pd.DataFrame]) -> None:
    _, after = noisy(tables, "gstin_typo")
    wrong = after.loc[after["noise"] == "gstin_typo", "supplier_gstin"]
    assert not any(is_valid_gstin(text) for text in wrong)


@pytest.mark.parametrize("name", ["not_booked", "not_reported"])
def test_what_is_left_out_is_gone(tables: dict[str, pd.DataFrame], name: str) -> None:
    before, after = noisy(tables, name)
    assert len(before) - len(after) == round(SHARE * NOISES[name].eligible(before).sum())


def test_booked_twice_is_two_vouchers_of_one_amount(tables: dict[str, pd.DataFrame]) -> None:
    _, after = noisy(tables, "booked_twice")
    pairs = after[after["noise"] == "booked_twice"].groupby("supply")
    assert (pairs.size() == 2).all()
    assert (pairs["taxable_value"].nunique() == 1).all()
    assert (pairs["role"].agg(set) == {"main", "duplicate"}).all()


@pytest.mark.parametrize(("name", "sign"), [("amended_up", 1), ("amended_down", -1), ("note_amended", 1)])
def test_an_amendment_stands_beside_its_original(tables: dict[str, pd.DataFrame], name: str, sign: int) -> None:
    _, after = noisy(tables, name)
    rows = after[after["noise"] == name]
    new = rows[rows["role"] == "main"].set_index("supply")
    old = rows[rows["role"] == "superseded"].set_index("supply").loc[new.index]
    assert len(new) and new["section"].isin(["B2BA", "CNA"]).all()
    assert (new["original_doc_no"] == old["doc_no"]).all()
    assert (new["return_period"] > old["return_period"]).all()
    assert (np.sign(total_tax(new) - total_tax(old)) == sign).all()


def test_not_filed_befalls_whole_returns(tables: dict[str, pd.DataFrame]) -> None:
    _, after = noisy(tables, "not_filed")
    last = after[(after["return_period"] == "2026-06") & after["kind"].isin(["regular", "credit_note", "debit_note"])]
    assert (last.groupby("supplier_gstin")["filing_status"].nunique() == 1).all()


def test_a_noise_leaves_the_draws_of_the_others_alone() -> None:
    few = make_client(replace(SAMPLE_PLAN, noises={"value": 0.05}), 3)
    more = make_client(replace(SAMPLE_PLAN, noises={"value": 0.05, "number_case": 0.1}), 3)
    assert few.register[list(AMOUNTS)].equals(more.register[list(AMOUNTS)])


def test_unknown_noise_is_refused() -> None:
    with pytest.raises(SettingsError, match="gremlin"):
        make_client(replace(SAMPLE_PLAN, noises={"gremlin": 0.1}), 1)
