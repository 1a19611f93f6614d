"""The page of all rules: what each says, where it is data, where code applies it, where it is tested, or why not.

`python -m imsrecon.rulebook docs/rules.md` writes it; a test holds the file against it.
"""

from __future__ import annotations

import re
from pathlib import Path

from imsrecon.rulebook.checks import FOREVER
from imsrecon.rulebook.listing import list_rules
from imsrecon.rulebook.loader import ALWAYS, load, table_names

ROOMS = ("rulebook", "act", "preview", "review")
_CODE = ("domain", "act", "preview", "review")
_ID = re.compile(r"\b([A-GK]-\d\d[a-z]?)\b")
_IN_NAME = re.compile(r"_([a-gk])(\d\d)(?=_|\()")
_GROUPS = {
    "A": "Record types",
    "B": "What may be done",
    "C": "The life of a record",
    "D": "GSTR-2B and Table 4",
    "E": "The supplier's side",
    "F": "Dates",
    "G": "What should be done",
    "K": "Practitioners' corrections",
    "R": "The sets of rules",
}
_HEAD = """# The rules

Written by `python -m imsrecon.rulebook docs/rules.md` from the rulebook's tables and the tests: do not edit it.

**data**: the table of `imsrecon/rulebook` that holds the rule. **code**: the rooms whose code names it beside the
tables. **tested**: the test files that name it. Where a program cannot apply a rule, it says why. Periods are those of
the GSTR-2B in which a record falls. Rules of medium or low confidence are to be checked with your CA.
"""


def rules_page(root: Path) -> str:
    """The page as Markdown, from the tables and from the sources and tests under `root` (a checkout)."""
    rows, reasons = list_rules(), why_no_code()
    code = _named(root / "imsrecon", _CODE)
    tests = _named(root / "tests", ROOMS, files=True)
    parts = [_HEAD]
    for letter, title in _GROUPS.items():
        parts.append(f"\n## {letter}: {title}\n")
        for name, held in rows[rows["id"].str.startswith(letter)].groupby("id", sort=False):
            parts.append(_entry(str(name), held.to_dict("records"), code, tests, reasons))
    return "\n".join(parts) + "\n"


def why_no_code() -> dict[str, str]:
    """For each rule that no program here applies, why."""
    rows = [row for name in table_names() for row in load(name)]
    return {row.id: str(row["why_no_code"]) for row in rows if row.get("why_no_code")}


def ids_in_tests(root: Path) -> set[str]:
    """The rules that at least one test of the rooms of law names."""
    return set(_named(root / "tests", ROOMS, files=True))


def _entry(
    name: str,
    rows: list[dict[str, str]],
    code: dict[str, set[str]],
    tests: dict[str, set[str]],
    reasons: dict[str, str],
) -> str:
    lines = [f"### {name}\n"]
    for row in rows:
        corrected = f", corrected by {row['corrected_by']}" if row["corrected_by"] else ""
        lines.append(f"- {row['says']} ({_span(row)}; {row['source']}; {row['confidence']}{corrected})")
    data = ", ".join(sorted({f"`{row['table']}.toml`" for row in rows}))
    found = [f"data: {data}", f"code: {_listed(code.get(name))}", f"tested: {_listed(tests.get(name))}"]
    if name in reasons:
        found = [found[0], f"no code: {reasons[name]}"]
    return "\n".join([*lines, "", " · ".join(found), ""])


def _listed(names: set[str] | None) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) if names else "by its table"


def _span(row: dict[str, str]) -> str:
    start = "" if row["start"] == ALWAYS else f"from {row['start']}"
    until = "" if row["until"] == FOREVER else f"until {row['until']}"
    return f"{start} {until}".strip() or "always"


def _named(folder: Path, rooms: tuple[str, ...], *, files: bool = False) -> dict[str, set[str]]:
    """By rule, the rooms (or files) whose Python sources name it: `B-08`, or `b08` in the name of a test."""
    found: dict[str, set[str]] = {}
    for room in rooms:
        for path in sorted((folder / room).glob("*.py")):
            text = path.read_text(encoding="utf-8")
            ids = _ID.findall(text) + [f"{letter.upper()}-{digits}" for letter, digits in _IN_NAME.findall(text)]
            for rule_id in ids:
                found.setdefault(rule_id, set()).add(path.name if files else room)
    return found
