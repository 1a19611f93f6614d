"""What makes a table contradict itself: two rows for one situation, none for another, an id that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from imsrecon.domain import RulebookError, check_period, shift

if TYPE_CHECKING:
    from imsrecon.rulebook.loader import Rule

FOREVER = "9999-12"
_SHAPE = re.compile(r"[A-GK]-\d\d[a-z]?|R\d|(?:POL-N?|RC-|IN-)\d+")
_REFERS = ("corrected_by", "rule")


def refuse_overlaps(rules: tuple[Rule, ...], key: list[str], name: str) -> None:
    """Raise `RulebookError` if two rows with one key hold in one period."""
    seen: dict[tuple[object, ...], list[Rule]] = {}
    for row in rules:
        for identity in _identities(row, key):
            for other in seen.setdefault(identity, []):
                if row.start <= other.until and other.start <= row.until:
                    raise RulebookError(
                        f"Table '{name}': rows {other.id} and {row.id} both hold for {identity} "
                        f"from {max(row.start, other.start)}.",
                        hint="End one before the other begins.",
                    )
            seen[identity].append(row)


def refuse_gaps(rules: tuple[Rule, ...], complete: list[dict[str, object]], name: str) -> None:
    """Raise `RulebookError` if a situation that the table says it covers has no row in some period.

    `complete`: the situations, each `from` (the first period) and for each column the values that must be there.
    """
    for claim in complete:
        columns = [column for column in claim if column != "from"]
        start = check_period(str(claim["from"]))
        spans: dict[tuple[object, ...], list[Rule]] = {}
        for row in rules:
            for identity in _identities(row, columns):
                spans.setdefault(identity, []).append(row)
        for wanted in product(*(claim[column] for column in columns)):
            gap = _first_gap(spans.get(wanted, []), start)
            if gap:
                raise RulebookError(
                    f"Table '{name}' has no row for {dict(zip(columns, wanted, strict=True))} in {gap}.",
                    hint="Add the row, or the period from which the table need not have it.",
                )


def _first_gap(rows: list[Rule], start: str) -> str:
    """The first period from `start` on that no row covers; "" if there is none."""
    need = start
    for row in sorted(rows, key=lambda row: row.start):
        if row.start > need:
            return need
        if row.until == FOREVER:
            return ""
        need = max(need, shift(row.until, 1))
    return need


def refuse_strange_ids(rules: tuple[Rule, ...], name: str, folder: Path) -> None:
    """Raise `RulebookError` for an id of no known shape, or a reference to a rule that no table has."""
    for row in rules:
        if not _SHAPE.fullmatch(row.id):
            raise RulebookError(f"Table '{name}' has a row '{row.id}'.", hint="Ids are like B-08, R2 or POL-01.")
        for column in _REFERS:
            found = row.get(column)
            if found and found not in _known(folder):
                raise RulebookError(
                    f"Table '{name}', row {row.id}: {column} names '{found}', which no table has.",
                    hint="Add that row, or name one that exists.",
                )


@cache
def _known(folder: Path) -> frozenset[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))]
    return frozenset(found for text in texts for found in re.findall(r'^id = "(.*)"$', text, re.MULTILINE))


def _identities(row: Rule, key: list[str]) -> Iterator[tuple[object, ...]]:
    values = [row.id if column == "id" else row.get(column) for column in key]
    return product(*(value if isinstance(value, list) else [value] for value in values))
