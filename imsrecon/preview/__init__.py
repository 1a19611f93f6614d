"""Preview: decisions → GSTR-2B, GSTR-3B Table 4, supplier liability, cash, what-if."""

from __future__ import annotations

from imsrecon.preview.cash import cash_needed, interest_exposure
from imsrecon.preview.compare import compare_previews
from imsrecon.preview.gstr2b import LINES, Gstr2b, preview_2b, preview_each
from imsrecon.preview.liability import supplier_liability
from imsrecon.preview.parts import ALL_PARTS
from imsrecon.preview.portal_check import compare_with_2b
from imsrecon.preview.whatif import MEASURES, WhatIf, what_if

__all__ = [
    "ALL_PARTS",
    "LINES",
    "MEASURES",
    "Gstr2b",
    "WhatIf",
    "cash_needed",
    "compare_previews",
    "compare_with_2b",
    "interest_exposure",
    "preview_2b",
    "preview_each",
    "supplier_liability",
    "what_if",
]
