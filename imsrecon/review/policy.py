"""The policy: a table that says which finding gets which suggestion. The shipped one, or a firm's own copy."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from imsrecon.domain import ACTIONS, REDUCTIONS, RulebookError, SettingsError, shift
from imsrecon.review.findings import FINDINGS, NOTES
from imsrecon.review.sentences import unknown_placeholders
from imsrecon.rulebook import Rule, load, read_table, rule

POLICY_COLUMNS = (
    "finding", "start", "until", "action", "auto", "rule", "sentence", "advice",
    "todo", "contact", "alternatives", "reduction", "confidence",
)  # fmt: skip
FIRST_IMS_PERIOD, FOREVER = "2024-10", "9999-12"
CONTACTS = ("", "supplier", "client", "customs")
_TEXTS = ("finding", "action", "rule", "sentence", "advice", "todo", "contact", "alternatives", "reduction")


def load_policy(path: Path | str | None = None) -> pd.DataFrame:
    """The shipped policy, or a firm's own TOML file laid over it, checked.

    A firm's file has the form of the shipped `rulebook/policy.toml`. Its rows take the place of the shipped rows of
    the same findings, at the same place in the order; findings that it does not name stay as shipped.

    Returns one row a finding and span of 2B-periods, in the order in which they decide: finding, start, until,
    action, auto, rule, sentence, advice, todo, contact, alternatives, reduction, confidence.
    Raises `SettingsError` naming everything that is wrong.
    """
    shipped = _frame(load("policy"))
    if path is None:
        return shipped
    own = _frame(_read(Path(path)))
    policy = _lay_over(shipped, own)
    check_policy(policy)
    return policy


def check_policy(policy: pd.DataFrame) -> None:
    """Raise `SettingsError`, naming every fault, if `policy` cannot be followed."""
    missing = [column for column in POLICY_COLUMNS if column not in policy.columns]
    if missing:
        raise SettingsError(f"The policy lacks the columns {', '.join(missing)}.", hint="Start from load_policy().")
    faults = [fault for row in policy.to_dict("records") for fault in _row_faults(row)]
    faults += [f"no row for finding '{name}'" for name in FINDINGS if name not in set(policy["finding"])]
    faults += [fault for name, rows in policy.groupby("finding", sort=False) for fault in _span_faults(str(name), rows)]
    if faults:
        raise SettingsError(f"The policy cannot be followed: {'; '.join(faults)}.", hint="Correct these rows.")


def policy_diff(mine: pd.DataFrame, shipped: pd.DataFrame | None = None) -> pd.DataFrame:
    """What a firm's policy says otherwise than the shipped one (or another): one row a finding, span and column.

    Columns, all str: finding, start, until, column, shipped, mine; `column` is `row` where one of the two has no row
    for the span, and `order` where the finding decides at another place; "" stands for nothing. Empty if they agree.
    """
    theirs = load_policy() if shipped is None else shipped
    keys = ["finding", "start", "until"]
    names = [name for name in POLICY_COLUMNS if name not in keys]
    sides = [table.astype({"auto": "str"}).set_index(keys)[names] for table in (theirs, mine)]
    both = sides[0].join(sides[1], how="outer", suffixes=("_shipped", "_mine"), sort=False)
    rows = [row for key, values in both.to_dict("index").items() for row in _differences(key, values, names)]
    places = [
        {name: place for place, name in enumerate(table["finding"].drop_duplicates())} for table in (theirs, mine)
    ]
    moved = [name for name in places[1] if _before(places[0], name) != _before(places[1], name)]
    rows += [(name, "", "", "order", _before(places[0], name), _before(places[1], name)) for name in moved]
    return pd.DataFrame(rows, columns=[*keys, "column", "shipped", "mine"]).astype("str")


def _differences(key: tuple[str, ...], values: dict[str, object], names: list[str]) -> list[tuple[str, ...]]:
    there = [pd.notna(values[f"rule_{side}"]) for side in ("shipped", "mine")]
    if not all(there):
        return [(*key, "row", *("here" if found else "" for found in there))]
    pairs = [(name, str(values[f"{name}_shipped"]), str(values[f"{name}_mine"])) for name in names]
    return [(*key, *pair) for pair in pairs if pair[1] != pair[2]]


def _before(places: dict[str, int], name: str) -> str:
    """The finding that is asked just before `name`."""
    return {place: other for other, place in places.items()}.get(places.get(name, -1) - 1, "")


def in_force(policy: pd.DataFrame, period: str) -> pd.DataFrame:
    """The rows of `policy` that hold in the 2B-period `period`."""
    return policy[(policy["start"] <= period) & (policy["until"] >= period)]


def _read(path: Path) -> tuple[Rule, ...]:
    try:
        return read_table(path.read_text(encoding="utf-8"), path.stem)
    except OSError as error:
        raise SettingsError(f"The policy {path.name} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RulebookError) as error:
        raise SettingsError(f"The policy {path.name} is not a policy table: {error}") from error


def _frame(rows: tuple[Rule, ...]) -> pd.DataFrame:
    def columns(row: Rule) -> dict[str, object]:
        texts = {name: str(row.get(name, "")) for name in _TEXTS}
        rest = {"start": row.start, "until": row.until, "confidence": row.confidence}
        return texts | rest | {"auto": row.get("auto", False)}

    return pd.DataFrame([columns(row) for row in rows], columns=list(POLICY_COLUMNS))


def _lay_over(shipped: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    places = {name: place for place, name in reversed(list(enumerate(shipped["finding"])))}
    both = pd.concat([shipped[~shipped["finding"].isin(own["finding"])], own], ignore_index=True)
    order = both["finding"].map(places).fillna(len(shipped))
    return both.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _row_faults(row: dict[str, object]) -> list[str]:
    name = row["finding"]
    note = name in NOTES
    checks = [
        (name not in FINDINGS and not note, f"finding '{name}' is unknown"),
        (note and row["action"] != "", f"'{name}' is a note and has no action"),
        (
            name in FINDINGS and row["action"] not in ACTIONS,
            f"'{name}': action {row['action']!r} is none of A, R, P, N",
        ),
        (row["auto"] not in (True, False), f"'{name}': auto is neither true nor false"),
        (row["auto"] is True and row["action"] != "A", f"'{name}': only an accept may be automatic"),
        (row["reduction"] not in ("", *REDUCTIONS), f"'{name}': reduction {row['reduction']!r} is unknown"),
        (row["contact"] not in CONTACTS, f"'{name}': contact {row['contact']!r} is unknown"),
        (not row["sentence"], f"'{name}' has no sentence"),
        (not _known_rule(str(row["rule"])), f"'{name}': the rulebook has no rule {row['rule']!r}"),
    ]
    faults = [text for wrong, text in checks if wrong]
    unknown = set().union(*(unknown_placeholders(str(row[name])) for name in ("sentence", "advice", "todo")))
    return faults + [f"'{name}': {{{word}}} cannot be filled in" for word in sorted(unknown)]


def _span_faults(name: str, rows: pd.DataFrame) -> list[str]:
    """A finding has one row at any time: in a gap the next finding in the order would decide instead."""
    spans = sorted(zip(rows["start"], rows["until"], strict=True))
    ends = [shift(until, 1) if until < FOREVER else FOREVER for _, until in spans]
    starts = [start for start, _ in spans]
    if starts[0] > FIRST_IMS_PERIOD:
        return [f"'{name}' has no row before {starts[0]}"]
    joints = zip(starts[1:], ends, strict=False)
    gaps = [f"'{name}' has none or two rows around {start}" for start, end in joints if start != end]
    return gaps if ends[-1] == FOREVER else [*gaps, f"'{name}' has no row from {ends[-1]}"]


def _known_rule(rule_id: str) -> bool:
    try:
        rule(rule_id)
    except RulebookError:
        return False
    return True
