"""Records that never pass through IMS: A-01, A-05, A-08, and what a GSTR-2B has already rejected (D-18)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import combinations, text, true
from imsrecon.act.deadlines import cutoffs
from imsrecon.domain import IMPORT_SECTIONS, Profile, to_paise
from imsrecon.rulebook import in_force

_SAID = ["gstr2b_part", "itc_available", "itc_reason", "portal_action", "pending_blocked"]
_OWN_WAYS = (*IMPORT_SECTIONS, "ISD", "ISDA")


def availability(portal: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """`barred` (bool: its credit is not available) and `reason` (P place of supply, C cut-off, "" none said).

    What the portal says goes first. Where neither 2B nor IMS has spoken, the record's own fields tell (A-10, A-11).
    """
    barred = portal["gstr2b_part"].eq("not_available") | portal["itc_available"].eq("N")
    reason = portal["itc_reason"].fillna("")
    silent = portal[_SAID].isna().all(axis="columns") & ~portal["section"].isin(_OWN_WAYS)
    rows = np.flatnonzero(silent)
    found = pd.DataFrame({"barred": barred.to_numpy(dtype=bool), "reason": reason.to_numpy(dtype=object)})
    if len(rows):
        table = portal.iloc[rows]
        computed = np.select([_furnished_late(table, profile), _elsewhere(table, profile)], ["C", "P"], "")
        found.loc[rows, "reason"] = computed
        found.loc[rows, "barred"] = computed != ""
    return found.set_axis(portal.index).assign(reason=text(found["reason"].to_numpy(), portal.index))


def _elsewhere(table: pd.DataFrame, profile: Profile) -> npt.NDArray[np.bool_]:
    """CGST and SGST of the supplier's own State, where the client is not (A-10)."""
    local = to_paise(table["cgst"]) + to_paise(table["sgst"]) > 0
    at_home = table["supplier_gstin"].str.slice(0, 2).eq(table["pos"])
    return local & (at_home & table["pos"].ne(profile.gstin[:2])).to_numpy(dtype=bool)


def _furnished_late(table: pd.DataFrame, profile: Profile) -> npt.NDArray[np.bool_]:
    """Known to be furnished after the section 16(4) cut-off (A-11), which does not reach credit notes (I-10)."""
    late = table["filing_date"].gt(cutoffs(table["doc_date"], profile))
    return (late & table["doc_type"].ne("CN")).to_numpy(dtype=bool)


def bypass_cases(portal: pd.DataFrame, gstr2b_period: pd.Series, credit: pd.DataFrame) -> npt.NDArray:
    """For each record the case of `sections.toml` by which it bypasses IMS in its 2B-period; "" for records of IMS.

    `credit` as `availability` gives it.
    """
    barred, reason = credit["barred"], credit["reason"]
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
