"""Act: what is allowed, the decisions, the file for the portal."""

from __future__ import annotations

from imsrecon.act.allowed import allowed_actions
from imsrecon.act.columns import by_value, combinations, portal_table, text
from imsrecon.act.deadlines import cutoffs, due_date, next_tax_period, one_period_end
from imsrecon.act.decisions import DECISION_COLUMNS, apply_decisions, check_decisions
from imsrecon.act.standing import EFFECTS, stand, standing
from imsrecon.act.upload import upload_payloads

__all__ = [
    "DECISION_COLUMNS",
    "EFFECTS",
    "allowed_actions",
    "apply_decisions",
    "by_value",
    "check_decisions",
    "combinations",
    "cutoffs",
    "due_date",
    "next_tax_period",
    "one_period_end",
    "portal_table",
    "stand",
    "standing",
    "text",
    "upload_payloads",
]
