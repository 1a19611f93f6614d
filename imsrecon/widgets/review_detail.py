"""What is known of one row: the evidence field by field, the suggestion with its reason, where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import reason_codes
from imsrecon.domain import DECLARED, show_date, show_moment, show_period, show_rupees
from imsrecon.reports.sheets import ACTION_WORDS, CATEGORY_WORDS, TYPE_WORDS
from imsrecon.rulebook import cite_inside
from imsrecon.widgets.review_rows import suggested_word

if TYPE_CHECKING:
    from imsrecon.workspace import Month

FIELD_WORDS = {
    "supplier_gstin": "GSTIN", "doc_no": "Number", "doc_type": "Type", "doc_date": "Date", "amounts": "Amounts, all",
    "pos": "Place of supply", "taxable_value": "Taxable value", "igst": "IGST", "cgst": "CGST", "sgst": "SGST",
    "cess": "Cess", "total": "Evidence", "runner-up": "Next best",
}  # fmt: skip
REDUCTION_WORDS = {"full": "Credit reduced in full", "partial": "Credit reduced in part", "none": "Credit not reduced"}
_ALONE = "Nothing on the other side comes near it."


def evidence(month: Month, register_id: object, portal_id: object) -> list[list[str]]:
    """Field, books, portal and what it says, of any pair; [] if one of them is missing."""
    if not _there(register_id) or not _there(portal_id):
        return []
    table = month.reconciliation.explain(str(register_id), str(portal_id))
    field = table["field"].map(FIELD_WORDS).fillna(table["field"])
    said = table["verdict"].astype("str").str.replace(r"; linked from .*$", "", regex=True)
    columns = [field, table["books"].astype("str"), table["portal"].astype("str"), said]
    return [list(line) for line in zip(*columns, strict=True)]


def detail(month: Month, row: pd.Series) -> dict[str, object]:
    """The panel of a row of the review table: title, facts, evidence, and what its form needs."""
    near = not _there(row["register_id"]) or not _there(row["portal_id"])
    register_id = row["register_id"] if _there(row["register_id"]) else row["nearest_id"]
    portal_id = row["portal_id"] if _there(row["portal_id"]) else row["nearest_id"]
    return {
        "title": _title(row),
        "facts": _facts(row) + _neighbour(near and _there(row["nearest_id"])),
        "evidence": evidence(month, register_id, portal_id),
        "alone": _ALONE,
        "open": "".join(
            key for key, name in (("A", "accept"), ("R", "reject"), ("P", "pending"), ("N", "open")) if row[name]
        ),
        "remarks": _text(row["remarks"]),
        "reduction": _text(row["itc_reduction"]),
        "declared": {name.removeprefix("declared_"): row[name] for name in DECLARED if _there(row[name])},
        "reducible": bool(row["reduction"]),
        "reasons": _reasons(),
    }


def _reasons() -> list[list[str]]:
    """Each reason's remark, and the words by which it is chosen: `In transit: Goods … not received yet (Pending)`."""
    codes = reason_codes()
    actions = codes["actions"].map(lambda letters: " or ".join(ACTION_WORDS[one] for one in letters.split()))
    words = codes["code"].str.replace("_", " ").str.capitalize() + ": " + codes["remark"] + " (" + actions + ")"
    return [list(pair) for pair in zip(codes["remark"], words, strict=True)]


def _title(row: pd.Series) -> str:
    kind = TYPE_WORDS.get(_text(row["portal_doc_type"]) or _text(row["books_doc_type"]), "Document")
    return f"{kind} {row['number_key']} of {row['supplier_key'] or 'no name'}"


def _facts(row: pd.Series) -> list[list[str]]:
    facts = [
        ("Match", f"{CATEGORY_WORDS.get(row['category'], '')}. {_text(row['why'])}"),
        ("Suggested", f"{suggested_word(row['suggested_action'], row['open'])}. {_text(row['suggested_reason'])}"),
        ("Take care", _text(row["suggested_caution"])),
        ("To do", _text(row["suggested_todo"])),
        ("Rule, date", f"{_text(row['suggested_rule'])}, by {show_date(row['suggested_deadline'])}"),
        ("On the portal", _portal(row)),
        ("Decided", _decided(row)),
        ("Allowed", _allowed(row)),
        ("Not allowed", _text(row["why_not"])),
    ]
    return [[label, text] for label, text in facts if text]


def _portal(row: pd.Series) -> str:
    if not _there(row["portal_id"]):
        return ""
    filed = {"filed": "filed", "saved": "saved, not filed"}.get(_text(row["filing_status"]), "")
    drawn = f"GSTR-2B of {show_period(row['gstr2b_period'])}" if _there(row["gstr2b_period"]) else ""
    parts = [row["section"], filed, drawn, ACTION_WORDS[row["portal_action"]]]
    return ", ".join(part for part in parts if part)


def _allowed(row: pd.Series) -> str:
    """`Accept, Reject, Pending until 20-Dec-2025 (B-08)`; "" where nothing is."""
    words = [ACTION_WORDS[key] for key, name in (("A", "accept"), ("R", "reject"), ("P", "pending")) if row[name]]
    if not words:
        return ""
    until = f" until {show_date(row['pending_until'])}" if row["pending"] and _there(row["pending_until"]) else ""
    return f"{', '.join(words)}{until} ({cite_inside(row['allowed_rule'])})"


def _decided(row: pd.Series) -> str:
    if not _there(row["action"]):
        return ""
    changed = "The supplier changed the record since; the decision counts no more. " if row["changed"] else ""
    remark = f' Remark: "{row["remarks"]}".' if _there(row["remarks"]) else ""
    said = f"{ACTION_WORDS[row['action']]}, by {row['by']}, {show_moment(row['at'])}."
    return f"{changed}{said}{_reduced(row)}{remark}"


def _reduced(row: pd.Series) -> str:
    """What an acceptance declares of the credit, head by head."""
    if not _there(row["itc_reduction"]):
        return ""
    heads = ", ".join(
        f"{name.removeprefix('declared_').upper()} {show_rupees(row[name])}" for name in DECLARED if _there(row[name])
    )
    return f" {REDUCTION_WORDS[row['itc_reduction']]}{': ' + heads if heads else ''}."


def _neighbour(near: bool) -> list[list[str]]:
    return [["Beside it", "the nearest document of the other side, which it was not linked to"]] if near else []


def _there(value: object) -> bool:
    return value is not None and bool(pd.notna(value)) and value != ""


def _text(value: object) -> str:
    return str(value) if _there(value) else ""
