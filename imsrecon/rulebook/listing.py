"""The rulebook for people: which rules are in force, what each says, who says so and how sure that is."""

from __future__ import annotations

import re
import textwrap

import pandas as pd

from imsrecon.domain import RulebookError, check_period, show_period
from imsrecon.rulebook.checks import FOREVER
from imsrecon.rulebook.loader import ALWAYS, CHECK, Rule, load, table_names

LISTING_COLUMNS = ("id", "table", "says", "start", "until", "source", "confidence", "corrected_by")
_WIDTH = 100
_NO_RULES = ("policy", "reasons", "inputs")  # a firm's choice, words and amounts, not law
_CONFIDENCE = {"H": "high", "M": "medium", "L": "low"}
_ACTIONS = ("accept", "reject", "pending")


def list_rules(rule_id: str | None = None, period: str | None = None) -> pd.DataFrame:
    """The rows of every table of law, in the order of their ids.

    `rule_id` asks for one rule, with every row that has it or corrects it; `period` for what holds in that 2B-period.
    Columns, all str: id, table, says (one sentence), start, until (first and last 2B-period; `2017-07` and `9999-12`
    where the rule has no beginning or end), source, confidence (H, M, L), corrected_by. Raises `RulebookError` for an
    id that no table has and `InputError` for a period that is none.
    """
    rows = [row for name in table_names() if name not in _NO_RULES for row in load(name)]
    if period is not None:
        check_period(period)
        rows = [row for row in rows if row.holds(period)]
    if rule_id is not None:
        rows = _about(_written(rule_id), rows)
    rows = sorted(rows, key=lambda row: (row.id, row.table, row.start))
    return pd.DataFrame([_listed(row) for row in rows], columns=list(LISTING_COLUMNS)).astype("str")


def show_rules(rule_id: str | None = None, period: str | None = None) -> str:
    """`list_rules` as text to read, one rule after another with its rows; errors as there."""
    blocks = []
    for name, rows in list_rules(rule_id, period).groupby("id", sort=False):
        blocks.append("\n".join([f"{name}", *(_shown(row) for row in rows.to_dict("records"))]))
    return "\n\n".join(blocks)


def says(row: Rule) -> str:
    """What one row says, in a sentence, whatever its table."""
    for column in ("text", "advice"):
        if row.get(column):
            return f"{row['finding']}: {row['advice']}" if column == "advice" else str(row["text"])
    return _SAYS.get(row.table, _says_case)(row)


def _written(rule_id: str) -> str:
    """`b-08 ` as `B-08`; only the letter behind the digits is small (G-18a)."""
    text = rule_id.strip()
    return text[:1].upper() + text[1:].lower()


def _about(rule_id: str, rows: list[Rule]) -> list[Rule]:
    found = [row for row in rows if row.id == rule_id]
    corrections = {row.get("corrected_by") for row in found}
    corrected = {row.id for row in rows if row.get("corrected_by") == rule_id}
    if not found and not corrected:
        raise RulebookError(
            f"The rulebook has no rule '{rule_id}'.", hint="Ids are like B-08; ask without one for all."
        )
    return [row for row in rows if row.id == rule_id or row.id in corrections or row.id in corrected]


def _listed(row: Rule) -> dict[str, str]:
    own = {"id": row.id, "table": row.table, "says": says(row), "start": row.start, "until": row.until}
    corrected = str(row.get("corrected_by", ""))
    return own | {"source": row.source, "confidence": row.confidence, "corrected_by": corrected}


def _shown(row: dict[str, str]) -> str:
    text = textwrap.fill(row["says"], _WIDTH, initial_indent="  ", subsequent_indent="  ")
    doubt = "" if row["confidence"] == "H" else f": {CHECK}"
    confidence = f"{_CONFIDENCE[row['confidence']]} confidence{doubt}"
    corrected = f"; corrected by {row['corrected_by']}" if row["corrected_by"] else ""
    where = f"    {_span(row['start'], row['until'])}; {confidence}{corrected}"
    return "\n".join([text, where, f"    source: {row['source']}"])


def _span(start: str, until: str) -> str:
    if start == ALWAYS and until == FOREVER:
        return "always"
    words = [] if start == ALWAYS else [f"from {show_period(start)}"]
    return " ".join(words + ([] if until == FOREVER else [f"until {show_period(until)}"]))


def _listing(values: object) -> str:
    return ", ".join(str(value) for value in values if value != "") or ""


def _says_action(row: Rule) -> str:
    situation = _listing(row["sections"])
    if any(row["directions"]):
        situation += f" with tax {_or(row['directions'])} against an original {_or(row['originals'])}"
    allowed = [name for name in _ACTIONS if row[name]]
    limits = {"one_period": " (for one tax period)", "section_16_4": " (until the section 16(4) cut-off)"}
    limit = limits.get(str(row["limit"]), "") if row["pending"] else ""
    reduction = {"yes": "; the ITC reduction may be declared", "flag": "; reduction as the portal's row says"}
    adds = "; a rejection is added back to the supplier" if row["add_back"] else ""
    nothing = "nothing may be done (locked)"
    return f"{situation}: {', '.join(allowed) or nothing}{limit}{reduction.get(str(row['reduction']), '')}{adds}."


def _or(values: list[str]) -> str:
    return " or ".join(re.sub("_", " and ", value) for value in values)


def _says_part(row: Rule) -> str:
    kind = " credit notes" if row["credit_note"] == [True] else ""
    charge = {(True,): " under reverse charge", (False,): ""}.get(tuple(row["reverse_charge"]), "")
    reasons = [reason for reason in row["reasons"] if reason]
    reason = f", reason {_or(reasons)}" if len(row["reasons"]) < 3 and reasons else ""
    line = f"count in {row['line']}" if row["line"] else "count on no line"
    return f"{row['part'].replace('_', ' ').capitalize()}{reason}: {_listing(row['sections'])}{kind}{charge} {line}."


def _says_calendar(row: Rule) -> str:
    who = f"{_or(row['frequency'])} filers, states {_listing(row['states'])}"
    event = row["event"].upper().replace("GSTR", "GSTR-")
    if row.get("due"):
        return f"{event} of that period is due on {row['due']:%d-%m-%Y} ({who})."
    of = "each of a quarter's first two months" if row.get("first_two_months") else "the tax period"
    return f"{event} is due on day {row['day']} of the month after {of} ({who})."


def _says_liability(row: Rule) -> str:
    situation = _listing(row["sections"])
    if any(row["directions"]):
        situation += f" with tax {_or(row['directions'])} against an original {_or(row['originals'])}"
    return f"{situation}, rejected: the reduction that the supplier took is added back in a later GSTR-3B of his."


def _says_case(row: Rule) -> str:
    if row.get("section"):
        kind = "an amendment section" if row["amendment"] else "a section"
        return f"{row['section']} is {kind} of IMS, from {_or(row['forms'])}."
    return f"Not in IMS: {row['why']}. {row['instead']}"


_SAYS = {"actions": _says_action, "parts": _says_part, "calendar": _says_calendar, "liability": _says_liability}
