"""Rows of the review table as the grid shows them: texts, marks and what is open. Made for one page at a time."""

from __future__ import annotations

import pandas as pd

from imsrecon.domain import show_date, show_paise
from imsrecon.reports.sheets import CATEGORY_WORDS, FLAG_WORDS
from imsrecon.widgets.review_rows import suggested_word

# Which flags say that a field is nearly the same, and which that it differs; a field without one is compared itself.
_NEAR = {"number": {"number_format"}, "value": {"rounding"}, "tax": {"rounding"}}
_MARKS = {
    "supplier": {"gstin_branch", "gstin_typo", "no_gstin"},
    "kind": {"doc_type", "sign"},
    "number": {"number_format", "number_typo", "number_differs"},
    "date": {"date", "date_swap", "period"},
    "value": {"rounding", "value"},
    "tax": {"rounding", "tax_head", "rate"},
}
ACTION_LETTERS = {"A": "accept", "R": "reject", "P": "pending", "N": "open"}


def cells(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Each row as a dictionary of texts; `fields` holds for each field books, portal and mark.

    Marks: `same`, `near` (equal but for writing or rounding), `differs`, `books` and `portal` (on one side only).
    """
    return [_cell(int(position), line) for position, line in zip(rows.index, rows.to_dict("records"), strict=True)]


def _cell(position: int, line: dict[str, object]) -> dict[str, object]:
    flags = str(line["flags"]).split()
    return {
        "id": position,
        "name": _text(line["supplier_key"]) or "No name",
        "fields": {name: _field(name, line, set(flags)) for name in _MARKS},
        "match": CATEGORY_WORDS.get(str(line["category"]), ""),
        "category": _text(line["category"]),
        "differs": ", ".join(FLAG_WORDS.get(flag, flag) for flag in flags),
        "suggested": _text(line["suggested_action"]),
        "suggests": suggested_word(line["suggested_action"], bool(line["open"])),
        "auto": bool(line["suggested_auto"]),
        "reason": _text(line["suggested_reason"]),
        "action": _text(line["action"]) if not line["changed"] else "",
        "stands": _text(line["portal_action"]),
        "remarks": _text(line["remarks"]),
        "reduction": _text(line["itc_reduction"]),
        "upload": _text(line["upload"]),
        "open": "".join(letter for letter, name in ACTION_LETTERS.items() if line[name]),
        "why": _text(line["why_not"]) if pd.notna(line["portal_id"]) else "Only in the books: nothing to act on.",
        "tax": int(line["tax_key"]),
    }


def _field(name: str, line: dict[str, object], flags: set[str]) -> list[str]:
    books, portal = _values(name, line, "books"), _values(name, line, "portal")
    if pd.isna(line["portal_id"]):
        return [books, "", "books"]
    if pd.isna(line["register_id"]):
        return ["", portal, "portal"]
    return [books, portal, _mark(name, books, portal, flags)]


def _mark(name: str, books: str, portal: str, flags: set[str]) -> str:
    said = flags & _MARKS[name]
    if books == portal and not said - _NEAR.get(name, set()):
        return "same"
    near = _NEAR.get(name, set())
    return "near" if said and said <= near else "differs"


def _values(name: str, line: dict[str, object], side: str) -> str:
    if name in ("value", "tax"):
        return show_paise(int(line[f"{side}_{name}"]))
    if name == "date":
        day = line[f"{side}_doc_date"]
        return show_date(day)
    if name == "kind":
        return _text(line[f"{side}_doc_type"])
    if name == "supplier":
        return _text(line[f"{side}_supplier_gstin"])
    number = _text(line[f"{side}_doc_no"])
    more = int(line["books_count"]) - 1 if side == "books" else 0
    return f"{number} +{more} more" if more > 0 else number


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
