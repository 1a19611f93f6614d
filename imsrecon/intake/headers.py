"""Finds the header row of a table and says which column means what (`headers.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from imsrecon.domain import InputError
from imsrecon.intake.cells import as_text, clean_text

SEARCHED_ROWS = 40
AMOUNT_FIELDS = ("taxable_value", "igst", "cgst", "sgst", "cess", "doc_value")
_AMOUNTS_OF_VOUCHERS = ("debit amount", "credit amount")
_OWN_NUMBERS = ("document no", "document number", "doc no", "doc number")
_PUNCTUATION = re.compile(r"[^a-z0-9 ]+")


@dataclass(frozen=True)
class Header:
    """Where a table's header is and what it says.

    `row` is the last row of the header (0-based), `labels` one text a column, `fields` field → columns.
    """

    row: int
    tiers: int
    labels: list[str]
    fields: dict[str, list[int]]

    def column(self, field: str) -> int | None:
        """The column of a field that has one, None if the table lacks it."""
        return self.fields[field][0] if field in self.fields else None


@cache
def aliases() -> dict[str, tuple[str, int]]:
    """Label → field and preference (0 is best)."""
    content = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))
    return {name: (field, rank) for field, entry in content.items() for rank, name in enumerate(entry["names"])}


@cache
def _many() -> frozenset[str]:
    content = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))
    return frozenset(field for field, entry in content.items() if entry.get("many"))


def field_names() -> list[str]:
    """What a mapping may name."""
    return sorted({field for field, _ in aliases().values()})


def normal(label: str) -> str:
    """A label as `headers.toml` writes it: `Taxable Value (₹)*` gives `taxable value`."""
    text = clean_text(label).lower().replace("%", " percent ").replace("'s", "")
    text = re.sub(r"\((?:in )?(?:₹|rs\.?|inr|rupees)\)|₹", " ", text)
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def find_header(rows: Sequence[Sequence[object]], mapping: Mapping[str, str | None] | None = None) -> Header | None:
    """The row, or two rows, among the first that name the most fields; None if no row names a register's.

    A register has a number or a date, an amount, and at least three fields that are known. `mapping` (label → field,
    None for a column to leave out) comes before the table of names.
    """
    wishes = _wishes(mapping)
    found: list[tuple[int, int, Header]] = []
    for row in range(min(SEARCHED_ROWS, len(rows))):
        if not _is_text_row(rows[row]):
            continue
        for tiers in (1, 2):
            header = _read_tiers(rows, row, tiers, wishes)
            if header and _is_register(header):
                found.append((_score(header), -tiers, header))
    if not found:
        return None
    return max(found, key=lambda one: (one[0], one[1], -one[2].row))[2]


def _wishes(mapping: Mapping[str, str | None] | None) -> dict[str, str | None]:
    known = field_names()
    for label, field in (mapping or {}).items():
        if field is not None and field not in known:
            raise InputError(
                f"The mapping sends '{label}' to '{field}', which is no field.", hint=f"Fields: {', '.join(known)}."
            )
    return {normal(label): field for label, field in (mapping or {}).items()}


def _is_text_row(row: Sequence[object]) -> bool:
    """A header is text: no date, hardly a number, at least three labels."""
    numbers = sum(isinstance(cell, (int, float, date)) for cell in row)
    labels = sum(isinstance(cell, str) and bool(cell.strip()) for cell in row)
    return labels >= 3 and numbers * 4 <= labels


def _read_tiers(
    rows: Sequence[Sequence[object]], row: int, tiers: int, wishes: Mapping[str, str | None]
) -> Header | None:
    upper = [clean_text(as_text(cell) or "") for cell in rows[row]]
    if tiers == 1:
        return Header(row, 1, upper, _fields(upper, wishes))
    if row + 1 >= len(rows) or not _may_be_second_tier(rows[row + 1]):
        return None
    lower = [clean_text(as_text(cell) or "") for cell in rows[row + 1]]
    labels = [_joined(above, below) for above, below in zip(upper, lower, strict=True)]
    return Header(row + 1, 2, labels, _fields(labels, wishes))


def _may_be_second_tier(row: Sequence[object]) -> bool:
    return any(isinstance(cell, str) and cell.strip() for cell in row) and not any(
        isinstance(cell, (int, float, date)) or (isinstance(cell, str) and re.search(r"\d{2}[-/]|\d{5}", cell))
        for cell in row
    )


def _joined(above: str, below: str) -> str:
    if not below:
        return above
    return below if normal(below) in aliases() or not above else f"{above} {below}"


def _is_register(header: Header) -> bool:
    fields = header.fields.keys()
    known = len(fields - {"ignored", "item", "rate"})
    identified = {"doc_no", "doc_date", "voucher_date", "voucher_no"} & fields
    return known >= 3 and bool(identified) and (bool(set(AMOUNT_FIELDS) & fields) or _has_sides(header))


def _has_sides(header: Header) -> bool:
    """A day book has its amounts under debit and credit."""
    return set(_AMOUNTS_OF_VOUCHERS) <= {normal(label) for label in header.labels}


def _score(header: Header) -> int:
    return sum(len(columns) for columns in header.fields.values())


def _fields(labels: Sequence[str], wishes: Mapping[str, str | None]) -> dict[str, list[int]]:
    """Field → columns. A field that is not `many` gets its best-named column, the first of equals."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    for column, label in enumerate(labels):
        name = normal(label)
        if not name or (name in wishes and wishes[name] is None):
            continue
        field, rank = (wishes[name], -1) if name in wishes else aliases().get(name, (None, 0))
        if field:
            ranked.setdefault(field, []).append((rank, column))
    fields = {
        field: [column for _, column in (found if field in _many() else [min(found)])]
        for field, found in ranked.items()
    }
    return _with_leftovers(fields, labels, wishes)


def _with_leftovers(
    fields: dict[str, list[int]], labels: Sequence[str], wishes: Mapping[str, str | None]
) -> dict[str, list[int]]:
    """Two labels that mean what the others leave: a document's number beside the supplier's, and an amount."""
    taken = {column for columns in fields.values() for column in columns}
    free = [(column, normal(label)) for column, label in enumerate(labels) if column not in taken]
    free = [(column, name) for column, name in free if name and name not in wishes]
    number = next((column for column, name in free if name in _OWN_NUMBERS), None)
    if number is not None and "doc_no" in fields and "voucher_no" not in fields:
        fields["voucher_no"] = [number]  # SAP: the document is the buyer's, the reference the supplier's
    amount = next((column for column, name in free if name in ("amount", "amt")), None)
    if amount is not None and "taxable_value" not in fields and "doc_value" in fields:
        fields["taxable_value"] = [amount]
    elif amount is not None and "doc_value" not in fields:
        fields["doc_value"] = [amount]
    return fields
