"""Records that never pass through IMS: A-01, A-05, A-08, and what a GSTR-2B has already rejected (D-18)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import combinations, true
from imsrecon.domain import IMPORT_SECTIONS
from imsrecon.rulebook import in_force


def bypass_cases(portal: pd.DataFrame, gstr2b_period: pd.Series) -> npt.NDArray:
    """For each record the case of `sections.toml` by which it bypasses IMS in its 2B-period; "" for records of IMS."""
    reason = portal["itc_reason"]
    barred = portal["gstr2b_part"].eq("not_available") | portal["itc_available"].eq("N")
    conditions = {
        "reversal": portal["gstr2b_part"].eq("reversal"),
        "before_ims": pd.Series(True, index=portal.index),
        "isd": portal["section"].isin(["ISD", "ISDA"]) | portal["source_form"].eq("R6"),
        "gstr5": portal["source_form"].eq("R5"),
        "reverse_charge": portal["supply_class"].eq("reverse_charge") | true(portal["reverse_charge"]),
        "time_barred": barred & reason.eq("C"),
        "place_of_supply": barred & reason.eq("P"),
        "not_available": barred,
        "icegate": portal["section"].isin(IMPORT_SECTIONS),
        "rejected_in_2b": _rejected_outside_ims(portal),
    }
    cases = np.full(len(portal), "", dtype=object)
    numbers, (months,) = combinations(gstr2b_period)
    for case, holds in reversed(conditions.items()):
        there = np.array([case in _cases(month) for month in months], dtype=bool)[numbers]
        cases[holds.to_numpy(dtype=bool) & there] = case
    return cases


def _cases(period: str) -> set[str]:
    return {row["case"] for row in in_force("sections", period) if row.get("case")}


def _rejected_outside_ims(portal: pd.DataFrame) -> pd.Series:
    """In the rejected part of a 2B, and no IMS download has it: only IMS tells what is blocked and says `stin`."""
    rejected = portal["gstr2b_part"].eq("rejected")
    rows = portal[rejected]
    in_ims = rows["pending_blocked"].notna() | rows["raw"].str.contains('"stin"', regex=False, na=False)
    return rejected & ~in_ims.reindex(portal.index, fill_value=False)
