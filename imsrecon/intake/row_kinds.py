"""Which rows of a register are documents, and why the others are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import valid_gstins
from imsrecon.intake.columns import Rows, looks_like_total
from imsrecon.intake.headers import Header, normal
from imsrecon.intake.sheet_rows import raw_text
from imsrecon.intake.tally_xml import OTHER_VOUCHER

_WHO = ["supplier_gstin", "doc_no"]
_NOT_COUNTED = re.compile(r"(?i)void|voided|draft|cancell?ed|deleted|rejected")


def classify_rows(
    data: list[list[object]], header: Header, rows: Rows, gstin: str | None
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Code and sentence of each row that is no document; None for a row that is one.

    `gstin`: the company asked for; rows that name another one of its registrations are set aside.
    """
    count = len(data)
    codes, whys = np.full(count, None, dtype=object), np.full(count, None, dtype=object)

    def mark(where: npt.NDArray[np.bool_], code: str, why: str) -> None:
        fresh = where & np.equal(codes, None)
        codes[fresh], whys[fresh] = code, why

    fields = rows.fields
    dated = fields["doc_date"].notna().to_numpy()
    amounts = rows.amounts.any(axis=1) | (rows.value != 0)
    known = fields[["supplier_gstin", "supplier_name", "doc_no"]].notna().any(axis=1).to_numpy()
    undated = np.flatnonzero(~dated)
    registered = _at(undated, count, valid_gstins(fields["supplier_gstin"].iloc[undated]).to_numpy())
    words = {normal(label) for label in header.labels if label}
    mark(_at(undated, count, [not raw_text(data[row]) for row in undated]), "blank", "The row is empty.")
    mark(_at(undated, count, [_repeats(data[row], words) for row in undated]), "header", "The header is repeated here.")
    void = fields["status"].str.fullmatch(_NOT_COUNTED, na=False).to_numpy(bool)
    other = fields["status"].eq(OTHER_VOUCHER).to_numpy(bool)
    mark(other, "other_voucher", "The voucher is neither a purchase nor a note from a supplier.")
    mark(void & dated, "void", "The program that wrote it does not count it: void, draft or cancelled.")
    total = _at(undated, count, [looks_like_total(data[row]) for row in undated]) & ~registered
    mark(total, "total", "A total of the rows above.")
    mark(_unlabelled_total(rows, ~dated & ~known & amounts, dated), "total", "It adds up the rows above.")
    elsewhere = fields["company_gstin"].notna() & fields["company_gstin"].ne(gstin.upper() if gstin else "")
    if gstin:
        why = f"It belongs to another GSTIN of the company than {gstin.upper()}: import it in that client's folder."
        mark(elsewhere.to_numpy(bool) & dated, "other_company", why)
    bad = rows.bad_amount
    mark(
        bad & (dated | known), "bad_amount", "An amount cannot be read. Correct the cell: digits, one point, no words."
    )
    mark(~amounts & ~dated, "text", "No date and no amount: a note, not a document.")
    mark(~amounts, "nil", "All amounts are nil.")
    mark(rows.bad_date, "bad_date", "The date cannot be read. Write it as dd-mm-yyyy.")
    mark(~dated, "no_date", "There is no date. Enter the supplier's invoice date and export again.")
    mark(~known, "no_identity", "Neither supplier nor number. Enter the supplier's name, GSTIN or invoice number.")
    return codes, whys


def reversed_rows(rows: Rows, codes: npt.NDArray[np.object_], whys: npt.NDArray[np.object_]) -> None:
    """Mark vouchers that were reversed, and their reversals: supplier and number agree, and together they are nil.

    Only a voucher that names its reversal, or a reversal that names its voucher, is such a pair.
    """
    names = ["voucher_no", "reversal_no", *_WHO]
    free = np.equal(codes, None) & rows.fields[["voucher_no", "reversal_no"]].notna().all(axis=1).to_numpy(bool)
    if not free.any():
        return
    own = rows.fields.loc[np.equal(codes, None), names].fillna("")
    sums = pd.DataFrame(rows.amounts[own.index]).groupby([own[name].to_numpy() for name in names[:1]]).sum()
    heads = own.drop_duplicates("voucher_no").set_index("voucher_no")
    pairs = heads[heads["reversal_no"].isin(heads.index)]
    if pairs.empty:
        return
    others = heads.loc[pairs["reversal_no"]]
    nil = (sums.loc[pairs.index].to_numpy() + sums.loc[pairs["reversal_no"]].to_numpy() == 0).all(axis=1)
    same = (pairs[["supplier_gstin", "doc_no"]].to_numpy() == others[["supplier_gstin", "doc_no"]].to_numpy()).all(
        axis=1
    )
    gone = {*pairs.index[nil & same], *pairs["reversal_no"][nil & same]}
    where = np.equal(codes, None) & rows.fields["voucher_no"].isin(gone).to_numpy(bool)
    codes[where], whys[where] = "reversed", "The voucher was reversed: with its reversal it comes to nothing."


def _at(where: npt.NDArray[np.int64], count: int, values: list[bool]) -> npt.NDArray[np.bool_]:
    result = np.zeros(count, dtype=bool)
    result[where] = values
    return result


def _repeats(row: Sequence[object], words: set[str]) -> bool:
    cells = [normal(cell) for cell in row if isinstance(cell, str) and cell.strip()]
    return len(cells) >= 3 and all(cell in words for cell in cells)


def _unlabelled_total(
    rows: Rows, candidates: npt.NDArray[np.bool_], dated: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    if not candidates.any():
        return candidates
    running = np.cumsum(rows.amounts * dated[:, None], axis=0)
    return candidates & (rows.amounts == running).all(axis=1)
