"""Reads the TOML tables beside it; code elsewhere never states a rule of law, it asks here.

A file has `[table]` (about, key: the columns that, with the period, tell its rows apart) and `[[row]]`: each row has
`id` (of `ims-rules`), `from` and, if it has ended, `until` (first and last 2B-period), `source`, `confidence`
(H, M, L) and the columns of its own table. A list in a key column means: this row for each of these values.
A row that K corrects names the correction in `corrected_by`. `[[table.complete]]` says which situations must have a
row: `from` which period, and for each column the values; a table with a gap does not load.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imsrecon.domain import RulebookError, check_period
from imsrecon.rulebook.checks import FOREVER, refuse_gaps, refuse_overlaps, refuse_strange_ids

FOLDER = Path(__file__).parent
ALWAYS = "2017-07"
_NEEDED = ("id", "source", "confidence")
CHECK = "check with your CA"


@dataclass(frozen=True)
class Rule:
    """One row: where it is, when it holds, who says so, and its own columns in `data`."""

    id: str
    table: str
    start: str
    until: str
    source: str
    confidence: str
    data: dict[str, object]

    def holds(self, period: str) -> bool:
        """True if the row is in force in the 2B-period `period`."""
        return self.start <= period <= self.until

    def __getitem__(self, column: str) -> object:
        return self.data[column]

    def get(self, column: str, default: object = None) -> object:
        """The row's own column, or `default` where the row has none."""
        return self.data.get(column, default)


def table_names() -> list[str]:
    """The tables that ship."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> tuple[Rule, ...]:
    """All rows of the table `name`, in the file's order, checked.

    Raises `RulebookError` if the table is unknown, a row lacks a column, two rows with one key overlap in time, a
    situation that the table must cover has no row, or an id is named that no table has.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        raise RulebookError(f"The rulebook has no table '{name}'.", hint=f"It has {', '.join(table_names())}.")
    rules = read_table(path.read_text(encoding="utf-8"), name)
    refuse_strange_ids(rules, name, FOLDER)
    return rules


def read_table(text: str, name: str) -> tuple[Rule, ...]:
    """The rows of one table's TOML text; `load` without the disk."""
    content = tomllib.loads(text)
    rules = tuple(_rule(row, name) for row in content.get("row", []))
    head = content.get("table", {})
    refuse_overlaps(rules, head.get("key", ["id"]), name)
    refuse_gaps(rules, head.get("complete", []), name)
    return rules


def in_force(name: str, period: str) -> tuple[Rule, ...]:
    """The rows of `name` that hold in the 2B-period `period`."""
    check_period(period)
    return tuple(row for row in load(name) if row.holds(period))


@cache
def _by_id() -> dict[str, Rule]:
    return {row.id: row for name in table_names() for row in reversed(load(name))}


def rule(rule_id: str) -> Rule:
    """The first row with this id, whichever table it stands in; `RulebookError` if there is none."""
    if rule_id not in _by_id():
        raise RulebookError(f"The rulebook has no rule '{rule_id}'.")
    return _by_id()[rule_id]


def cite(rule_id: str) -> str:
    """`B-08`, or `B-11 (check with your CA)` where the rule's confidence is not high."""
    return rule_id if rule(rule_id).confidence == "H" else f"{rule_id} ({CHECK})"


def cite_inside(rule_id: str) -> str:
    """The same for a place that is in brackets already: `B-11, check with your CA`."""
    return rule_id if rule(rule_id).confidence == "H" else f"{rule_id}, {CHECK}"


def _rule(row: dict[str, object], table: str) -> Rule:
    missing = [column for column in _NEEDED if not row.get(column)]
    if missing:
        raise RulebookError(f"Table '{table}', row {row.get('id', '?')}: {', '.join(missing)} is missing.")
    if row["confidence"] not in ("H", "M", "L"):
        raise RulebookError(f"Table '{table}', row {row['id']}: confidence {row['confidence']!r} is none of H, M, L.")
    start, until = str(row.get("from", ALWAYS)), str(row.get("until", FOREVER))
    check_period(start)
    if start > until:
        raise RulebookError(f"Table '{table}', row {row['id']}: it ends ({until}) before it begins ({start}).")
    own = {column: value for column, value in row.items() if column not in (*_NEEDED, "from", "until")}
    return Rule(str(row["id"]), table, start, until, str(row["source"]), str(row["confidence"]), own)
