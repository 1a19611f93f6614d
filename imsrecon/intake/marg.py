"""Marg's exchange file, without a header: `H` lines head a bill, `T` lines are its items, `F` lines end it (4.5)."""

from __future__ import annotations

from imsrecon.domain import is_valid_gstin
from imsrecon.intake.cells import as_text

Table = list[list[object]]
_HEAD = [
    "GSTIN of Supplier", "Supplier Name", "Invoice Number", "Invoice Date", "Place of Supply", "HSN", "GST %",
    "Taxable Value", "GST Amount", "Bill Value",
]  # fmt: skip
_NUMBER, _DATE, _STATE, _NAME, _GSTIN = 1, 2, 12, 29, 31
_QUANTITY, _PRICE, _RATE, _HSN = 19, 21, 23, 38


def is_exchange(rows: Table) -> bool:
    """True if the rows begin with an H, are H, T and F throughout, and an H has a GSTIN where Marg writes it."""
    if not rows or _text(rows[0], 0) != "H":
        return False
    marks = {_text(row, 0) for row in rows}
    heads = [row for row in rows if _text(row, 0) == "H"]
    return {"H", "T"} <= marks <= {"H", "T", "F", ""} and any(is_valid_gstin(_text(row, _GSTIN)) for row in heads)


def unfold_exchange(rows: Table) -> Table:
    """One row an item: quantity × price, and the tax at the item's rate. The header stands in the first row's place."""
    table: Table = [list(_HEAD)]
    head: list[object] = []
    for at, row in enumerate(rows):
        mark = _text(row, 0)
        if mark == "H":
            head = [_text(row, at) for at in (_GSTIN, _NAME, _NUMBER, _DATE, _STATE)]
        if at == 0:
            continue
        if mark == "T" and head:
            value, rate = _figure(row, _QUANTITY) * _figure(row, _PRICE), _figure(row, _RATE)
            # The file has no amounts of tax.
            table.append([*head, _text(row, _HSN), rate, round(value, 2), round(value * rate / 100, 2), ""])
        else:
            table.append([""] * len(_HEAD))
    return table


def _text(row: list[object], at: int) -> str:
    return (as_text(row[at]) or "").strip() if at < len(row) else ""


def _figure(row: list[object], at: int) -> float:
    try:
        return float(_text(row, at).replace(",", "") or 0)
    except ValueError:
        return 0.0
