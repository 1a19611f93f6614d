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


def availability(kinds: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """`barred` (bool: its credit is not available) and `reason` (P place of supply, C cut-off, "" none said).

    What the portal says goes first. Where neither 2B nor IMS has spoken, the record's own fields tell (A-10, A-11).
    `kinds` as `kinds.kinds_of` gives them, or any portal table with the columns that it adds.
    """
    barred = kinds["gstr2b_part"].eq("not_available") | kinds["itc_available"].eq("N")
    computed = np.select([_furnished_late(kinds, profile), kinds["elsewhere"]], ["C", "P"], "")
    silent = _silent(kinds)
    reason = text(np.where(silent, computed, kinds["itc_reason"].fillna("")), kinds.index)
    return pd.DataFrame({"barred": np.where(silent, computed != "", barred), "reason": reason}, index=kinds.index)


def _silent(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Neither 2B nor IMS has spoken of the record, and it is of those that they speak of."""
    said = np.zeros(len(table), dtype=bool)
    for name in _SAID:
        said |= table[name].notna().to_numpy(dtype=bool)
    return ~said & ~table["section"].isin(_OWN_WAYS).to_numpy(dtype=bool)


def elsewhere(table: pd.DataFrame, profile: Profile) -> npt.NDArray[np.bool_]:
    """Nothing is said of it, and it has CGST and SGST of the supplier's own State, where the client is not (A-10)."""
    result = np.zeros(len(table), dtype=bool)
    rows = np.flatnonzero(_silent(table))
    if len(rows):
        silent = table[["supplier_gstin", "pos", "cgst", "sgst"]].iloc[rows]
        local = to_paise(silent["cgst"]) + to_paise(silent["sgst"]) > 0
        at_home = silent["supplier_gstin"].str.slice(0, 2).eq(silent["pos"])
        result[rows] = local & (at_home & silent["pos"].ne(profile.gstin[:2])).to_numpy(dtype=bool)
    return result


def _furnished_late(table: pd.DataFrame, profile: Profile) -> npt.NDArray[np.bool_]:
    """Known to be furnished after the section 16(4) cut-off (A-11), which does not reach credit notes (I-10)."""
    late = table["filing_date"].gt(cutoffs(table["doc_date"], profile))
    return (late & table["doc_type"].ne("CN")).to_numpy(dtype=bool)


def bypass_cases(kinds: pd.DataFrame, gstr2b_period: pd.Series, credit: pd.DataFrame) -> npt.NDArray:
    """For each kind the case of `sections.toml` by which it bypasses IMS in its 2B-period; "" for records of IMS.

    `kinds` and `credit` as `availability` takes and gives them.
    """
    barred, reason = credit["barred"], credit["reason"]
    conditions = {
        "reversal": kinds["gstr2b_part"].eq("reversal"),
        "before_ims": pd.Series(True, index=kinds.index),
        "isd": kinds["section"].isin(["ISD", "ISDA"]) | kinds["source_form"].eq("R6"),
        "gstr5": kinds["source_form"].eq("R5"),
        "reverse_charge": kinds["supply_class"].eq("reverse_charge") | true(kinds["reverse_charge"]),
        "time_barred": barred & reason.eq("C"),
        "place_of_supply": barred & reason.eq("P"),
        "not_available": barred,
        "icegate": kinds["section"].isin(IMPORT_SECTIONS),
        "rejected_in_2b": kinds["rejected_outside_ims"],
    }
    cases = np.full(len(kinds), "", dtype=object)
    numbers, (months,) = combinations(gstr2b_period)
    for case, holds in reversed(conditions.items()):
        there = np.array([case in _cases(month) for month in months], dtype=bool)[numbers]
        cases[holds.to_numpy(dtype=bool) & there] = case
    return cases


def _cases(period: str) -> set[str]:
    return {row["case"] for row in in_force("sections", period) if row.get("case")}


def rejected_outside_ims(portal: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """In the rejected part of a 2B, and no IMS download has it: only IMS tells what is blocked and says `stin`."""
    rejected = np.flatnonzero(portal["gstr2b_part"].eq("rejected"))
    rows = portal[["pending_blocked", "raw"]].iloc[rejected]
    in_ims = rows["pending_blocked"].notna() | rows["raw"].str.contains('"stin"', regex=False, na=False)
    result = np.zeros(len(portal), dtype=bool)
    result[rejected[~in_ims.to_numpy(dtype=bool)]] = True
    return result
