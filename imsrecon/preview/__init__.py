"""Preview: decisions → GSTR-2B, GSTR-3B Table 4, what-if."""

from __future__ import annotations

from imsrecon.preview.compare import compare_previews
from imsrecon.preview.gstr2b import LINES, Gstr2b, preview_2b
from imsrecon.preview.parts import ALL_PARTS

__all__ = ["ALL_PARTS", "LINES", "Gstr2b", "compare_previews", "preview_2b"]
