"""Rows to documents: rows that are lines of one document become one, and nothing else does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS
from imsrecon.intake.columns import Rows

_KEYS = ("supplier", "doc_no", "doc_date", "doc_type", "company_gstin")


def group_rows(rows: Rows, where: npt.NDArray[np.int64], lines_of_one: bool) -> npt.NDArray[np.int64]:
    """The document (0, 1, … in order of appearance) of each row in `where`.

    Rows are one document within one voucher with the same supplier, number and date; without a voucher number, when
    they share supplier, number and date and the layout is rate-wise or item-wise (`lines_of_one`).
    """
    fields = rows.fields.iloc[where]
    supplier = fields["supplier_gstin"].fillna(fields["supplier_name"].str.upper())
    voucher = fields["voucher_no"]
    key = fields.assign(supplier=supplier)[list(_KEYS)]
    key = key.assign(voucher=voucher.fillna(""), voucher_type=fields["voucher_type"], lone=-1)
    joinable = voucher.notna() | (fields["doc_no"].notna() & supplier.notna() & lines_of_one)
    key["lone"] = np.where(joinable, -1, np.arange(len(where)))
    hashes = pd.util.hash_pandas_object(key, index=False).to_numpy()
    return pd.factorize(hashes)[0].astype(np.int64)


def join(rows: Rows, where: npt.NDArray[np.int64], codes: npt.NDArray[np.int64], first_row: int) -> pd.DataFrame:
    """One row a document, amounts still signed as written; `first_row` is the sheet's row number of row 0."""
    count = int(codes.max()) + 1 if len(codes) else 0
    fields = rows.fields.iloc[where].reset_index(drop=True)
    lines = np.bincount(codes, minlength=count)
    if (lines > 1).any():
        # first() takes, column by column, the first value that is there: a head written on one line only is kept.
        reverse = fields["reverse_charge"].groupby(codes).max()
        fields = fields.groupby(codes, sort=True).first()
        fields["reverse_charge"] = reverse
    sums = np.zeros((count, len(AMOUNTS)), dtype=np.int64)
    np.add.at(sums, codes, rows.amounts[where])
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, codes, where)
    table = fields.reset_index(drop=True)
    table["lines"], table["source_row"] = lines, first + first_row
    for position, name in enumerate(AMOUNTS):
        table[name] = sums[:, position]
    table["doc_value"] = _values(rows.value[where], codes, sums.sum(axis=1), count)
    return table


def _values(
    values: npt.NDArray[np.int64], codes: npt.NDArray[np.int64], taxed: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.int64]:
    """The document's total: repeated on each line, or one part a line; whichever is nearer to its amounts."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, codes, values)
    largest = np.zeros(count, dtype=np.int64)
    order = np.argsort(np.abs(values), kind="stable")
    largest[codes[order]] = values[order]
    return np.where(np.abs(largest - taxed) <= np.abs(total - taxed), largest, total)


def turn_convention(rows: Rows, sheet_type: str | None) -> list[str]:
    """Turn every amount of a sheet that writes its purchases with a minus (credits negative); says so if it did."""
    kind = rows.fields["voucher_type"].str.lower()
    bought = (kind.str.contains("purchase", na=False) & ~kind.str.contains("return", na=False)).to_numpy(bool)
    if sheet_type is not None or not bought.any():
        return []
    signs = np.sign(rows.amounts[bought, 0])
    if (signs < 0).sum() <= (signs > 0).sum():
        return []
    rows.amounts *= -1
    rows.value *= -1
    return ["The sheet writes purchases with a minus: every sign is turned."]


def settle_signs(table: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Amounts positive, the sign in `doc_type`. Returns the table, each document's sign, where signs contradict.

    A document written with a minus throughout is a credit note unless something says what it is.
    """
    amounts = table[list(AMOUNTS)].to_numpy(np.int64)
    low, high = (amounts < 0).any(axis=1), (amounts > 0).any(axis=1)
    negative = (low & ~high) | (~low & ~high & (table["doc_value"].to_numpy() < 0))
    sign = np.where(negative, -1, 1)
    kind = table["doc_type"].fillna(pd.Series(np.where(negative, "CN", "INV"), index=table.index, dtype="str"))
    kind = kind.mask(negative & kind.eq("INV").to_numpy(bool), "CN")
    rupees = {name: amounts[:, position] * sign / 100 for position, name in enumerate(AMOUNTS)}
    value = np.abs(table["doc_value"].to_numpy()) / 100
    return table.assign(doc_type=kind, doc_value=np.where(value == 0, np.nan, value), **rupees), sign, low & high
