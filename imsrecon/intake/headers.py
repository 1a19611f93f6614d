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
from imsrecon.intake.label_words import field_by_words, ledger_kind, normal

SEARCHED_ROWS = 40
MAX_TIERS = 3
AMOUNT_FIELDS = ("taxable_value", "igst", "cgst", "sgst", "cess", "doc_value")
_AMOUNTS = {*AMOUNT_FIELDS, "tax_total"}
_VALUE = re.compile(r"\d{2}[-/]|\d{5}|^\s*[-(]?\d[\d,]*(?:\.\d*)?\)?\s*$")
_AMOUNTS_OF_VOUCHERS = ("debit amount", "credit amount")
_PLAIN_DATES = ("date", "dt", "dated")
_OTHER_SIDE = re.compile(r"\bgstr\b|\b2[ab]\b|\bportal\b|\bas per return\b|\bdifference\b|\bims\b")
_OWN_NUMBERS = ("document no", "document number", "doc no", "doc number")


@dataclass(frozen=True)
class Header:
    """Where a table's header is and what it says.

    `row` is the last row of the header (0-based), `labels` one text a column, `fields` field → columns, `wished` the
    columns whose field a mapping named.
    """

    row: int
    tiers: int
    labels: list[str]
    fields: dict[str, list[int]]
    wished: frozenset[int] = frozenset()

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


def find_header(rows: Sequence[Sequence[object]], mapping: Mapping[str, str | None] | None = None) -> Header | None:
    """The row, or up to three, among the first that name the most fields; None if no row names a register's.

    A register has a number or a date, an amount, and at least three fields that are known. `mapping` (label → field,
    None for a column to leave out) comes before the table of names.
    """
    wishes = _wishes(mapping)
    found: list[tuple[int, int, Header]] = []
    for row in range(min(SEARCHED_ROWS, len(rows))):
        if not _is_text_row(rows[row]):
            continue
        for tiers in range(1, MAX_TIERS + 1):
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
    block = rows[row : row + tiers]
    if len(block) < tiers or not all(_may_be_lower_tier(one) for one in block[1:]):
        return None
    labels = _joined_tiers([[clean_text(as_text(cell) or "") for cell in one] for one in block])
    return Header(row + tiers - 1, tiers, labels, _fields(labels, wishes, tiers > 1), _wished(labels, wishes))


def _wished(labels: Sequence[str], wishes: Mapping[str, str | None]) -> frozenset[int]:
    return frozenset(column for column, label in enumerate(labels) if normal(label) in wishes)


def _may_be_lower_tier(row: Sequence[object]) -> bool:
    return any(isinstance(cell, str) and cell.strip() for cell in row) and not any(
        isinstance(cell, (int, float, date)) or (isinstance(cell, str) and _VALUE.search(cell)) for cell in row
    )


def _joined_tiers(tiers: list[list[str]]) -> list[str]:
    """One label a column. A cell merged to the right has its text in its first cell: it holds for those below it."""
    labels = tiers[-1]
    for at in range(len(tiers) - 2, -1, -1):
        group, joined = "", []
        for above, below in zip(tiers[at], labels, strict=True):
            group = above or (group if below else "")
            joined.append(_joined(group, below))
        labels = joined
    return labels


def _joined(above: str, below: str) -> str:
    if not above or not below:
        return above or below
    both = f"{above} {below}"
    if _OTHER_SIDE.search(normal(above)):
        return both  # a block beside the books: what the portal says, or the difference
    return below if normal(both) not in aliases() and normal(below) in aliases() else both


def _is_register(header: Header) -> bool:
    fields = header.fields.keys()
    known = len(fields - {"ignored", "item", "rate"})
    identified = {"doc_no", "doc_date", "voucher_date", "voucher_no"} & fields
    return known >= 3 and bool(identified) and (bool(_AMOUNTS & fields) or _has_sides(header) or _has_rates(header))


def _has_rates(header: Header) -> bool:
    """Every amount may stand in a column a rate."""
    return len({"taxable_value", "igst", "cgst", "sgst"} & {ledger_kind(label) for label in header.labels}) > 1


def _has_sides(header: Header) -> bool:
    """A day book has its amounts under debit and credit."""
    return set(_AMOUNTS_OF_VOUCHERS) <= {normal(label) for label in header.labels}


def _score(header: Header) -> int:
    return sum(len(columns) for columns in header.fields.values())


def _fields(labels: Sequence[str], wishes: Mapping[str, str | None], grouped: bool) -> dict[str, list[int]]:
    """Field → columns. A field that is not `many` gets its best-named column, the first of equals.

    A mapping's columns of taxable value add up, and so do those of one name below several groups (`grouped`): rates,
    or purchases within the State and beyond. What a mapping leaves out is `ignored`: no ledger either.
    """
    ranked: dict[str, list[tuple[int, int]]] = {}
    for column, label in enumerate(labels):
        name = normal(label)
        if not name:
            continue
        field, rank = (wishes[name] or "ignored", -1) if name in wishes else aliases().get(name, (None, 0))
        if field:
            ranked.setdefault(field, []).append((rank, column))
    fields = {
        field: [column for _, column in (found if field in _many() else [min(found)])]
        for field, found in ranked.items()
    }
    if "taxable_value" in ranked:
        added = [column for rank, column in ranked["taxable_value"] if rank < 0]
        fields["taxable_value"] = added or fields["taxable_value"]
    for field in ("taxable_value", "doc_value") if grouped else ():
        found = ranked.get(field, [])
        equal = [column for rank, column in found if rank == min(found)[0]]
        fields |= {field: equal} if len(equal) > 1 else {}
    return _with_leftovers(_with_words(fields, labels, wishes), labels, wishes)


def _with_words(
    fields: dict[str, list[int]], labels: Sequence[str], wishes: Mapping[str, str | None]
) -> dict[str, list[int]]:
    """Fields that no name of the table gave, from the words of the labels left; right of a gross total are ledgers."""
    taken = {column for columns in fields.values() for column in columns}
    names = [normal(label) for label in labels]
    end = names.index("gross total") if "gross total" in names else len(names)
    for column, name in enumerate(names[:end]):
        field = None if column in taken or name in wishes or name in aliases() else field_by_words(name)
        if field and field not in fields:
            fields = fields | {field: [column]}
    return fields


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
    behind = fields["doc_no"][0] + 1 if "doc_no" in fields else -1
    if "doc_date" not in fields and any(column == behind and name in _PLAIN_DATES for column, name in free):
        fields["doc_date"] = [behind]  # a second plain `Date`, behind the supplier's number
    amount = next((column for column, name in free if name in ("amount", "amt")), None)
    if amount is not None and "taxable_value" not in fields and "doc_value" in fields:
        fields["taxable_value"] = [amount]
    elif amount is not None and "doc_value" not in fields:
        fields["doc_value"] = [amount]
    return fields
