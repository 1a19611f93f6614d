"""Preview: decisions → GSTR-2B, GSTR-3B Table 4, supplier liability, cash, what-if."""

from __future__ import annotations

from imsrecon.preview.cash import cash_needed, interest_exposure
from imsrecon.preview.compare import compare_previews
from imsrecon.preview.gstr2b import LINES, Gstr2b, preview_2b, preview_each
from imsrecon.preview.inputs import INPUT_COLUMNS, check_inputs, input_items, input_lines
from imsrecon.preview.liability import supplier_liability
from imsrecon.preview.parts import ALL_PARTS
from imsrecon.preview.portal_check import compare_with_2b
from imsrecon.preview.trace import trace
from imsrecon.preview.whatif import MEASURES, WhatIf, exposure, weigh, weigh_suppliers, what_if

__all__ = [
    "ALL_PARTS",
    "INPUT_COLUMNS",
    "LINES",
    "MEASURES",
    "Gstr2b",
    "WhatIf",
    "cash_needed",
    "check_inputs",
    "compare_previews",
    "compare_with_2b",
    "exposure",
    "input_items",
    "input_lines",
    "interest_exposure",
    "preview_2b",
    "preview_each",
    "supplier_liability",
    "trace",
    "weigh",
    "weigh_suppliers",
    "what_if",
]
