"""Layouts whose rows lean on the rows above them: vouchers over several lines, suppliers as group titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import is_valid_gstin
from imsrecon.intake.cells import as_text, clean_text, gstins, paise
from imsrecon.intake.columns import looks_like_total
from imsrecon.intake.headers import AMOUNT_FIELDS, Header, normal

Row = list[object]
_HEAD = (
    "doc_no", "doc_date", "voucher_date", "voucher_no", "voucher_type", "doc_type", "supplier_name", "supplier_gstin",
    "pos", "reverse_charge", "company_gstin",
)  # fmt: skip
_TOTAL_OF = re.compile(r"(?i)total\s+(?:for\s+|of\s+)?(.+)")
_GSTIN = re.compile(r"\b\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}\b")
_GSTIN_LABEL = re.compile(r"(?i)\bgst(?:in)?(?:/uin)?(?: no\.?)?\b")
_RATES = (0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000)  # GST rates in hundredths of a percent
_TEMPLATE = {"type of inward supplies", "document type", "document number", "document date"}


def unmerged(rows: list[Row], merged: tuple[tuple[int, int, int], ...], top: int) -> list[Row]:
    """Texts of cells merged downwards, in each of their rows; amounts stand once. `top`: the sheet's row of row 0."""
    filled = list(rows)
    for column, first, last in merged:
        if first < top or first - top >= len(rows) or column >= len(rows[0]):
            continue
        cell = rows[first - top][column]
        if isinstance(cell, (str, date)) and cell != "":
            for at in range(first - top + 1, min(last - top + 1, len(rows))):
                filled[at] = [*filled[at][:column], cell, *filled[at][column + 1 :]]
    return filled


def complete_rows(rows: list[Row], header: Header) -> tuple[list[Row], Header, list[str]]:
    """The rows below the header filled in from the rows above, the header, and notes for `.sources`."""
    if not rows:
        return rows, header, []
    named = _titles_without_totals(rows, header)
    if named is not None:
        return *named, ["The supplier stands above its rows."]
    titled = _group_titles(rows, header)
    if titled is not None:
        column, names, where = titled
        note = f"The supplier stands above its rows: {int(where.sum()):,} groups."
        filled = _with_column(rows, column, _carried(names, where))
        return filled, replace(header, fields=header.fields | {"supplier_name": [column]}), [note]
    lines = _voucher_lines(rows, header)
    if lines.any():
        return (
            _filled_lines(rows, header, lines),
            header,
            [f"{int(lines.sum()):,} rows are further lines of a voucher."],
        )
    return rows, header, []


def _group_titles(rows: list[Row], header: Header) -> tuple[int, pd.Series, npt.NDArray[np.bool_]] | None:
    """The column, its texts and where they are titles, if suppliers stand above their rows (`Total for X` below)."""
    if "supplier_name" in header.fields:
        return None
    for column in range(min(2, len(rows[0]))):
        names = pd.Series([clean_text(as_text(row[column]) or "") for row in rows], dtype="str")
        totals = {match[1].lower() for name in names.unique() if (match := _TOTAL_OF.fullmatch(name))}
        alone = np.array([sum(cell not in (None, "") for cell in row) == 1 for row in rows], dtype=bool)
        where = alone & names.str.lower().isin(totals).to_numpy(bool)
        if where.any():
            return column, names, where
    return None


def _titles_without_totals(rows: list[Row], header: Header) -> tuple[list[Row], Header] | None:
    """Rows with two columns more, GSTIN and name, where only lines of one cell above the rows name the supplier."""
    if {"supplier_gstin", "supplier_name"} & header.fields.keys():
        return None
    filled = [[clean_text(as_text(cell) or "") for cell in row if cell not in (None, "")] for row in rows]
    alone = [cells[0] if len(cells) == 1 else "" for cells in filled]
    found = [_GSTIN.search(text.upper()) for text in alone]
    if not any(match and is_valid_gstin(match[0]) for match in found):
        return None
    gstin = name = ""
    wider: list[Row] = []
    for row, cells, text, match in zip(rows, filled, alone, found, strict=True):
        if match:
            gstin, name = match[0], _GSTIN_LABEL.sub(" ", text[: match.start()] + text[match.end() :]).strip(" -:,()[]")
        document = len(cells) > 2 and not looks_like_total(row)
        wider.append([*row, gstin if document else "", name if document else ""])
    width = len(header.labels)
    fields = header.fields | {"supplier_gstin": [width], "supplier_name": [width + 1]}
    return wider, replace(header, labels=[*header.labels, "GSTIN", "Supplier"], fields=fields)


def _carried(names: pd.Series, where: npt.NDArray[np.bool_]) -> list[object]:
    """Each title on the rows below it that have nothing of their own; total rows keep their own words."""
    carried = names.where(where).ffill()
    return carried.where(names.eq("") | where, names).fillna("").tolist()


def _with_column(rows: list[Row], column: int, values: list[object]) -> list[Row]:
    # A row with nothing in it stays blank.
    return [
        [*row[:column], value, *row[column + 1 :]] if any(cell not in (None, "") for cell in row) else row
        for row, value in zip(rows, values, strict=True)
    ]


def _blank(rows: list[Row], column: int) -> npt.NDArray[np.bool_]:
    return np.array([row[column] is None or str(row[column]).strip() == "" for row in rows], dtype=bool)


def _voucher_lines(rows: list[Row], header: Header) -> npt.NDArray[np.bool_]:
    """Rows with an item or a rate and no head: further lines of the voucher above (BUSY's list of vouchers)."""
    nothing = np.zeros(len(rows), dtype=bool)
    marks = header.fields.get("item", []) + header.fields.get("rate", [])
    heads = [header.fields[name][0] for name in ("doc_no", "doc_date", "voucher_date") if name in header.fields]
    if not marks or not heads:
        return nothing
    bare = np.logical_and.reduce([_blank(rows, column) for column in heads])
    if not bare.any():
        return nothing
    said = ~np.logical_and.reduce([_blank(rows, column) for column in marks])
    lines = bare & said
    lines[np.flatnonzero(lines)] = [not looks_like_total(rows[at]) for at in np.flatnonzero(lines)]
    first = np.flatnonzero(~bare)
    return lines & (np.arange(len(rows)) > (first[0] if len(first) else len(rows)))


def _filled_lines(rows: list[Row], header: Header, lines: npt.NDArray[np.bool_]) -> list[Row]:
    cells: list[Sequence[object]] = list(zip(*rows, strict=True))
    date = header.column("doc_date") if header.column("doc_date") is not None else header.column("voucher_date")
    block = np.cumsum(~lines)
    for name in _HEAD:
        for column in header.fields.get(name, [])[:1]:
            values = pd.Series(list(cells[column]), dtype=object)
            blank = pd.Series(_blank(rows, column))
            # The first that the voucher has, wherever it stands: BUSY writes the GSTIN on a later line.
            known = values.mask(blank).groupby(block).transform("first")
            take = blank & (lines | (~_blank(rows, date) if date is not None else lines))
            cells[column] = values.where(~take, known.where(known.notna(), "")).tolist()
    return [list(row) for row in zip(*cells, strict=True)]


def one_row_a_rate(rows: list[Row], header: Header, sheet: str) -> bool:
    """True if GSTN's template is filled one row a rate (Marg): one document's rows each bear another rate."""
    labels = {normal(label) for label in header.labels}
    if not labels >= _TEMPLATE:
        return False
    if "reigster" in sheet.lower():
        return True
    names = ("supplier_gstin", "doc_no", "doc_date", "doc_type")
    columns = {name: [as_text(row[header.fields[name][0]]) for row in rows] for name in names if name in header.fields}
    columns["supplier_gstin"] = gstins(columns.get("supplier_gstin", [None] * len(rows))).tolist()
    keys = pd.DataFrame(columns).astype("str")
    repeated = keys.duplicated(keep=False) & keys["supplier_gstin"].notna()
    rates = _rates(rows, header)
    return bool(repeated.any()) and not keys.assign(rate=rates)[repeated].duplicated().any() and (rates >= 0).all()


def _rates(rows: list[Row], header: Header) -> npt.NDArray[np.int64]:
    """The GST rate of each row in hundredths of a percent; -1 where taxes and value give none that exists."""
    sums = {name: np.zeros(len(rows), dtype=np.int64) for name in AMOUNT_FIELDS}
    for name in ("taxable_value", "igst", "cgst", "sgst"):
        for column in header.fields.get(name, []):
            sums[name] += paise([row[column] for row in rows])[0]
    tax, base = sums["igst"] + sums["cgst"] + sums["sgst"], sums["taxable_value"]
    rate = np.where(base == 0, 0, tax * 10_000 / np.where(base == 0, 1, base))
    nearest = np.array(_RATES)[np.abs(rate[:, None] - np.array(_RATES)).argmin(axis=1)]
    return np.where(np.abs(rate - nearest) <= 5, nearest, -1)
