"""Noises of the books: amounts, heads, dates, GSTINs, vouchers entered twice or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import round_rupees
from imsrecon.synth.documents import with_tax

OTHER_RATE = {18.0: 5.0, 5.0: 18.0, 40.0: 18.0}
AGAIN_WITHIN = 8
PLAIN = ("regular", "credit_note", "debit_note")


def _able(table: pd.DataFrame) -> pd.Series:
    return (table["role"] == "main") & table["kind"].isin(PLAIN)


def has_gstin(table: pd.DataFrame) -> pd.Series:
    """Documents with a supplier's GSTIN."""
    return _able(table) & table["supplier_gstin"].notna()


def has_branch(table: pd.DataFrame) -> pd.Series:
    """Documents of suppliers with another registration."""
    return has_gstin(table) & table["other_gstin"].notna()


def early_enough(table: pd.DataFrame) -> pd.Series:
    """Vouchers that leave the days to be entered again."""
    return _able(table) & (table["voucher_date"] <= table["voucher_date"].max() - pd.Timedelta(days=AGAIN_WITHIN))


def is_debit_note(table: pd.DataFrame) -> pd.Series:
    """Suppliers' debit notes."""
    return table["doc_type"] == "DN"


def can_swap(table: pd.DataFrame) -> pd.Series:
    """Dates that are still dates, and other ones, with day and month exchanged."""
    return _able(table) & (table["doc_date"].dt.day <= 12) & (table["doc_date"].dt.day != table["doc_date"].dt.month)


def near_month_end(table: pd.DataFrame) -> pd.Series:
    """Dates in the last third of a month, except the last month."""
    latest = table["doc_date"].max().replace(day=1)
    return _able(table) & (table["doc_date"].dt.day >= 21) & (table["doc_date"] < latest)


def rounding(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Half: taxable value backed out of the total in whole rupees. The others: heads in whole rupees."""
    total = np.round(table["doc_value"])
    backed = table.assign(taxable_value=round_rupees(total / (1 + table["rate"] / 100)), doc_value=total)
    backed = with_tax(backed, _local(table))
    whole = {head: np.floor(table[head] + 0.5) for head in ("igst", "cgst", "sgst")}
    first = rng.random(len(table)) < 0.5
    columns = ("taxable_value", "doc_value", *whole)
    return table.assign(**{name: backed[name].where(first, whole.get(name, table[name])) for name in columns})


def value(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Taxable value 1 to 20 per cent up or down, and at least 10 rupees; the tax follows."""
    by = table["taxable_value"] * rng.uniform(0.01, 0.2, len(table)) * rng.choice([-1, 1], len(table))
    moved = table["taxable_value"] + np.sign(by) * np.maximum(np.round(np.abs(by)), 10)
    return with_tax(table.assign(taxable_value=round_rupees(np.maximum(moved, 20))), _local(table))


def tax_head(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same tax under the other head."""
    return with_tax(table, ~_local(table))


def rate(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same taxable value at another rate."""
    other = table["rate"].map(OTHER_RATE).fillna(table["rate"])
    ledger = "Purchase @" + other.astype("int64").astype("str") + "%"
    return with_tax(table.assign(rate=other, ledger=ledger), _local(table))


def date_days(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One to four days before or after."""
    days = pd.to_timedelta(rng.choice([-3, -2, -1, 1, 2, 3, 4], len(table)), unit="D")
    return table.assign(doc_date=table["doc_date"] + days)


def date_swap(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """5 June becomes 6 May."""
    date = table["doc_date"].dt
    parts = {"year": date.year, "month": date.day, "day": date.month}
    return table.assign(doc_date=pd.to_datetime(pd.DataFrame(parts)).astype("datetime64[us]"))


def date_month_end(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The first days of the next month."""
    first = table["doc_date"] + pd.offsets.MonthBegin(1)
    days = pd.to_timedelta(rng.integers(0, 6, len(table)), unit="D")
    return table.assign(doc_date=(first + days).astype("datetime64[us]"))


def branch(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The supplier's other registration."""
    return table.assign(supplier_gstin=table["other_gstin"])


def gstin_typo(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One of the PAN's four digits is another digit, so the checksum fails."""
    text = table["supplier_gstin"]
    codes = np.array(text.tolist(), dtype="S15").view(np.uint8).reshape(-1, 15).copy()
    rows, at = np.arange(len(table)), rng.integers(7, 11, len(table))
    codes[rows, at] = ord("0") + (codes[rows, at] - ord("0") + rng.integers(1, 10, len(table))) % 10
    return table.assign(supplier_gstin=pd.Series(codes.view("S15").ravel().astype("U15"), text.index, dtype="str"))


def gstin_blank(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """No GSTIN, so to the books an unregistered supplier."""
    return table.assign(supplier_gstin=pd.Series(np.nan, table.index, dtype="str"), supply_class="unregistered")


def as_purchase(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """An invoice in the books, a debit note on the portal."""
    return table.assign(doc_type="INV")


def booked_twice(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Once more, some days later, without the number's separators."""
    later = table["voucher_date"] + pd.to_timedelta(rng.integers(1, AGAIN_WITHIN + 1, len(table)), unit="D")
    number = table["doc_no"].str.replace(r"[/-]", "", regex=True)
    number = number.mask(rng.random(len(table)) < 0.5, table["doc_no"])
    return pd.concat([table, table.assign(role="duplicate", voucher_date=later, doc_no=number)])


def drop(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Nothing is left."""
    return table.iloc[:0]


def _local(table: pd.DataFrame) -> np.ndarray:
    return (table["cgst"] > 0).to_numpy(bool)
