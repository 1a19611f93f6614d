"""Act: what is allowed, the decisions, the file for the portal."""

from __future__ import annotations

from imsrecon.act.allowed import ALLOWED_COLUMNS, allowed_actions, rulings
from imsrecon.act.columns import alike, by_value, combinations, portal_table, positions, text, text_by_value
from imsrecon.act.deadlines import (
    credit_cutoff,
    cutoffs,
    due_date,
    late_cess,
    next_tax_period,
    one_period_end,
    periods_between,
)
from imsrecon.act.decisions import DECISION_COLUMNS, apply_decisions, check_decisions
from imsrecon.act.periods import arrival_periods
from imsrecon.act.reasons import reason_codes, taken_by_hand, with_reason_codes
from imsrecon.act.standing import EFFECTS, stand, standing
from imsrecon.act.upload import differs, not_from_ims, upload_keys, upload_payloads

__all__ = [
    "ALLOWED_COLUMNS",
    "DECISION_COLUMNS",
    "EFFECTS",
    "alike",
    "allowed_actions",
    "apply_decisions",
    "arrival_periods",
    "by_value",
    "check_decisions",
    "combinations",
    "credit_cutoff",
    "cutoffs",
    "differs",
    "due_date",
    "late_cess",
    "next_tax_period",
    "not_from_ims",
    "one_period_end",
    "periods_between",
    "portal_table",
    "positions",
    "reason_codes",
    "rulings",
    "stand",
    "standing",
    "taken_by_hand",
    "text",
    "text_by_value",
    "upload_keys",
    "upload_payloads",
    "with_reason_codes",
]
