"""IMS and GSTR-2B of one client as one table: one row a record."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import DECLARED, empty_table

# What the recipient did, and what he may do: only IMS knows it, the newest download best.
_DONE = ("portal_action", "itc_reduction", *DECLARED, "remarks")
_FROM_IMS = (*_DONE, "pending_blocked", "remarks_blocked", "itc_reduction_blocked", "raw")
# Where the record stands in the statement: only 2B knows it, the latest period best.
_FROM_2B = ("gstr2b_period", "gstr2b_part", "itc_available", "itc_reason", "filing_date", "irn")
_ORDER = ("company_gstin", "section", "supplier_gstin", "doc_date", "doc_no", "doc_id")


def combine_portal(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put portal tables (of `read_portal`) together: one row a record (`doc_id`), in an order that only data decides.

    Action, reduction, remarks, blocked flags, amounts and `raw` come from the newest IMS table that has the record
    (a later argument is newer); period, part and ITC flags from the 2B of the latest period that has it. A record
    that stands only in an earlier 2B keeps that period. What the preferred row lacks is taken from the others.
    The portal's error file gives its `portal_error` and nothing else: what it refused never came to stand.
    """
    given = [table for table in tables if len(table)]
    if not given:
        return empty_table("portal")
    stacked = pd.concat(given, ignore_index=True)
    stacked["_turn"] = np.repeat(np.arange(len(given)), [len(table) for table in given])
    combined = _fold(stacked).drop(columns="_turn")
    return combined.sort_values(list(_ORDER), ignore_index=True, kind="stable")


def without_refused(table: pd.DataFrame) -> pd.DataFrame:
    """One file's portal table without the actions that the portal refused, with all that goes with an action."""
    refused = table["portal_error"].notna()
    return table.assign(**{name: table[name].mask(refused) for name in _DONE}) if refused.any() else table


def _is_ims(table: pd.DataFrame) -> pd.Series:
    """Rows that an IMS download gave; a row that was combined before has its blocked flags as well as a part."""
    acted = table["portal_action"].notna() & table["gstr2b_part"].isna()
    return table["pending_blocked"].notna() | table["portal_error"].notna() | acted


def _fold(stacked: pd.DataFrame) -> pd.DataFrame:
    alone = ~stacked["doc_id"].duplicated(keep=False)
    if alone.all():
        return stacked
    several = stacked[~alone]
    ims = _is_ims(several).to_numpy(bool)
    stands = ims & several["portal_error"].isna().to_numpy(bool)
    periods = several["gstr2b_period"].fillna("")
    groups, turns = pd.factorize(several["doc_id"], sort=True)[0], several["_turn"].to_numpy()
    # Last is best: IMS before 2B, among 2B the latest period, among equals the later argument.
    newest = np.lexsort([turns, _ranks(periods.mask(ims, "")), ims, groups])
    best = np.lexsort([turns, _ranks(periods.mask(ims, "")), stands, ims, groups])
    latest = np.lexsort([turns, _ranks(periods), several["gstr2b_part"].notna(), groups])
    starts = np.flatnonzero(np.diff(groups[best], prepend=-1))
    ends = np.append(starts[1:], len(best)) - 1
    known_to_ims = ims[best][ends]
    # Of a record that only the error file has of IMS, GSTR-2B says what stands.
    done_in_ims = known_to_ims & several["portal_action"].notna().to_numpy(bool)[best][ends]
    folded = {}
    for name in several.columns:
        order = latest if name in _FROM_2B else newest if name == "portal_error" else best
        found = _last_valid(several[name].notna().to_numpy()[order], starts, ends)
        if name in (*_FROM_IMS, "portal_error"):
            found = np.where(done_in_ims if name in _DONE else known_to_ims, ends, found)
        folded[name] = several[name].iloc[order[found]].reset_index(drop=True)
    filed = np.logical_or.reduceat(several["filing_status"].eq("filed").to_numpy(bool)[best], starts)
    folded["filing_status"] = folded["filing_status"].mask(filed, "filed")
    return pd.concat([stacked[alone], pd.DataFrame(folded)], ignore_index=True)


def _ranks(column: pd.Series) -> npt.NDArray[np.int64]:
    return pd.factorize(column, sort=True)[0]


def _last_valid(
    valid: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The position of each group's last value that is there; of its last row if none is."""
    found = np.maximum.reduceat(np.where(valid, np.arange(len(valid)), -1), starts)
    return np.where(found < 0, ends, found)
