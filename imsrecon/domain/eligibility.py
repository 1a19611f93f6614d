"""What registers write in their eligibility column; the words are the trade's."""

from __future__ import annotations

import pandas as pd

_INELIGIBLE = (  # "no" is the offline tool's own code for it
    r"in-?eligible|not eligible|non-?creditable|\bno itc|^\s*no?\s*$|blocked|17\s*\(5\)|personal|exempt use"
)


def marked_ineligible(eligibility: pd.Series) -> pd.Series:
    """True where the register's own words say that the credit is blocked or personal (G-03); missing says nothing."""
    return eligibility.str.lower().str.contains(_INELIGIBLE, regex=True, na=False)
