"""The table of suggestions that a person edits in Excel and gives back as decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imsrecon.act import DECISION_COLUMNS
from imsrecon.domain import to_rupees, total_tax
from imsrecon.reports.once import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from imsrecon.workspace import Month

_RECORD = ("supplier_name", "supplier_gstin", "section", "doc_no", "doc_date", "taxable_value", "tax", "portal_action")
_ADVICE = ("suggested", "rule", "reason", "caution", "deadline")
ACTION_COLUMNS = (*DECISION_COLUMNS, *_RECORD, *_ADVICE)


def write_actions(month: Month, path: Path) -> Path:
    """Write a row for each record that may be acted on: what was decided (or nothing), the record, the advice."""
    allowed = month.allowed.set_index("portal_id")[["accept", "reject", "pending"]].any(axis=1)
    advice = month.suggestions[month.suggestions["portal_id"].isin(allowed.index[allowed])]
    advice = advice.rename(columns={"action": "suggested"})[["portal_id", *_ADVICE]]
    portal = month.portal.assign(tax=to_rupees(total_tax(month.portal))).rename(columns={"doc_id": "portal_id"})
    table = advice.merge(portal[["portal_id", *_RECORD]], on="portal_id", how="left", validate="1:1")
    table = table.merge(month.standing_decisions, on="portal_id", how="left")
    write_csv(path, table[list(ACTION_COLUMNS)])
    return path
