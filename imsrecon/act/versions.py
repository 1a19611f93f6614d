"""Amendment chains: which rows are versions of one document, and what an amendment has to be held against.

Source: C-40 to C-43, K-01, K-02. Works on whole columns; only documents that have an amendment are looked at.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from imsrecon.domain import AMOUNTS, ORIGINAL_AMOUNTS
from imsrecon.rulebook import load

_COLUMNS = ["superseded_by", "original_id", "original_state", "original_open", *ORIGINAL_AMOUNTS]


@cache
def families() -> pd.DataFrame:
    """section, family (the section of the original), amendment (bool) for every section."""
    rows = [row for row in load("sections") if row.get("section")]
    known = {row["section"]: (row["family"], row["amendment"]) for row in rows}
    known |= {"ISD": ("ISD", False), "ISDA": ("ISD", True)}
    return pd.DataFrame.from_dict(known, orient="index", columns=["family", "amendment"])


def is_amendment(portal: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """True for rows of an amendment section."""
    kinds = families()["amendment"]
    return portal["section"].isin(kinds.index[kinds]).to_numpy(dtype=bool)


def resolve(portal: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """What each row is in its chain.

    `facts` has tax_period, closed, carried, barred of the same rows. Returns, on the same index: `superseded_by`
    (doc_id of the amendment of the same 2B-period that counts instead, C-41), and for amendments `original_id` (what
    it is held against: the last accepted version, else the last), `original_state` as far as known, `original_open`
    (an earlier period's version whose GSTR-3B is not known to be filed, C-40), `original_taxable_value` …
    `original_cess` as given or as that version has them.
    """
    amendment = is_amendment(portal)
    result = portal[["original_state", *ORIGINAL_AMOUNTS]].copy()
    result["original_state"] = result["original_state"].where(amendment)
    result = result.assign(superseded_by=None, original_id=None, original_open=False)[_COLUMNS]
    if amendment.any():
        rows = _chains(portal, facts, amendment)
        _fill(result, rows, portal)
    return result.astype({"superseded_by": "str", "original_id": "str"})


def _chains(portal: pd.DataFrame, facts: pd.DataFrame, amendment: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The rows of documents that have an amendment: position, chain, rank in time, and what decides their state."""
    near = _near(portal, amendment)
    table = portal.iloc[near]
    who = table["supplier_gstin"].fillna(table["port_code"])
    family = families()["family"].reindex(table["section"]).to_numpy(dtype=object)
    own = _keys(family, who, table["doc_no"], table["doc_date"])
    given_no, given_date = table["original_doc_no"], table["original_doc_date"]
    old = _keys(family, who, given_no.fillna(table["doc_no"]), given_date.fillna(table["doc_date"]))
    old = old.where(amendment[near], own)
    rows = facts.iloc[near][["tax_period", "closed", "carried", "barred"]].reset_index(drop=True)
    rows["position"], rows["amendment"] = near, amendment[near]
    rows["chain"] = _components(own.to_numpy(), old.to_numpy())
    rows["action"] = table["portal_action"].mask(table["gstr2b_part"].eq("rejected"), "R").to_numpy()
    rows["saved"] = table["filing_status"].eq("saved").to_numpy(dtype=bool)
    rows["rank"] = _ranks(rows, table)
    return rows[rows["chain"].isin(rows.loc[rows["amendment"], "chain"])]


def _near(portal: pd.DataFrame, amendment: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Positions of the rows of a supplier that are dated as one of his amendments or its original is.

    No other row can be of its chain.
    """
    days = portal["doc_date"].to_numpy()
    named = np.concatenate([days[amendment], portal["original_doc_date"].to_numpy()[amendment]])
    dated = np.flatnonzero(amendment | np.isin(days, named[~np.isnat(named)]))
    suppliers = portal["supplier_gstin"].iloc[dated].fillna(portal["port_code"].iloc[dated]).fillna("")
    codes, amended = pd.factorize(suppliers.to_numpy(dtype=object))[0], amendment[dated]
    theirs = np.concatenate([_pairs_of(codes[amended], part) for part in np.split(named, 2)])
    return dated[np.isin(_pairs_of(codes, days[dated]), theirs) | amended]


def _pairs_of(codes: npt.NDArray[np.int64], days: npt.NDArray) -> npt.NDArray[np.int64]:
    """One number for each pair of supplier and day."""
    return codes * 1_000_000 + days.astype("datetime64[D]").astype("int64") % 1_000_000


def _keys(family: npt.NDArray, who: pd.Series, number: pd.Series, day: pd.Series) -> pd.Series:
    numbers = number.str.upper().str.replace(r"[^0-9A-Z]+", "", regex=True).fillna("")
    days = day.to_numpy().astype("datetime64[D]").astype("int64").astype(str)
    return pd.Series(family, index=who.index) + "|" + who.fillna("") + "|" + numbers + "|" + days


def _components(own: npt.NDArray, old: npt.NDArray) -> npt.NDArray:
    """One number for all rows that name one another, however long the chain and however often it was renumbered."""
    codes, different = pd.factorize(np.concatenate([own, old]))
    here, there = codes[: len(own)], codes[len(own) :]
    graph = coo_array((np.ones(len(here), dtype=np.int8), (here, there)), shape=(len(different), len(different)))
    return connected_components(graph, directed=False)[1][here]


def _ranks(rows: pd.DataFrame, table: pd.DataFrame) -> npt.NDArray[np.int64]:
    order = pd.DataFrame(
        {
            "tax_period": rows["tax_period"],
            "amendment": rows["amendment"],
            "return_period": table["return_period"].fillna("").to_numpy(),
            "filing_date": table["filing_date"].to_numpy(),
            "doc_id": table["doc_id"].to_numpy(),
        }
    ).sort_values(["tax_period", "amendment", "return_period", "filing_date", "doc_id"], na_position="first")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order.index.to_numpy()] = np.arange(len(order))
    return ranks


def _fill(result: pd.DataFrame, rows: pd.DataFrame, portal: pd.DataFrame) -> None:
    filed = rows[~rows["saved"]]
    together = filed.merge(filed[filed["amendment"]], on=["chain", "tax_period"], suffixes=("", "_by"))
    together = together[together["rank"] < together["rank_by"]].sort_values("rank_by")
    together = together.drop_duplicates("position", keep="last")
    ids = portal["doc_id"].to_numpy()
    _put(result, "superseded_by", together["position"], ids[together["position_by"]])
    pairs = _pairs(rows[rows["amendment"]], filed)
    # A version superseded in its own period was never accepted; in the amendment's own it is the one replaced.
    pairs = pairs[pairs["state"].eq("open") | ~pairs["position_old"].isin(together["position"])]
    _fill_states(result, pairs)
    _fill_amounts(result, pairs, portal, ids)


def _put(result: pd.DataFrame, column: str, positions: pd.Series, values: object) -> None:
    result.iloc[positions.to_numpy(), result.columns.get_loc(column)] = values


def _pairs(amendments: pd.DataFrame, versions: pd.DataFrame) -> pd.DataFrame:
    """Each amendment with each earlier version of its document, in order of time, and that version's state."""
    pairs = amendments.merge(versions, on="chain", suffixes=("", "_old"))
    pairs = pairs[pairs["rank_old"] < pairs["rank"]]
    return pairs.assign(state=_states(pairs)).sort_values(["position", "rank_old"])


def _states(pairs: pd.DataFrame) -> npt.NDArray:
    same = pairs["tax_period"].eq(pairs["tax_period_old"]).to_numpy(dtype=bool)
    action = pairs["action_old"]
    # No credit was taken on a version that 2B showed as not available, so the amendment counts in full.
    barred = pairs["barred_old"].to_numpy(dtype=bool) & ~pairs["barred"].to_numpy(dtype=bool)
    rejected = action.eq("R").to_numpy(dtype=bool) | barred
    settled = pairs["closed_old"].to_numpy(dtype=bool) & ~pairs["carried_old"].to_numpy(dtype=bool)
    choices = [same, action.eq("P").to_numpy(dtype=bool), settled & rejected, settled]
    return np.select(choices, ["open", "pending", "rejected", "accepted_filed"], "unfiled")


def _fill_states(result: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """The state of the original from its own rows; what the table says itself goes first."""
    order = pairs["state"].map({"pending": 5, "unfiled": 4, "accepted_filed": 3, "rejected": 2, "open": 1})
    decisive = pairs.assign(strength=order).sort_values(["position", "strength"])
    decisive = decisive.drop_duplicates("position", keep="last")
    given = result["original_state"].iloc[decisive["position"]]
    unfiled = decisive["state"].eq("unfiled").to_numpy(dtype=bool)
    # Pending in an earlier period locks an amendment; pending in its own period it is superseded (K-01, C-41).
    open_now = given.eq("pending").to_numpy(dtype=bool) & decisive["state"].eq("open").to_numpy(dtype=bool)
    fill = given.isna().to_numpy(dtype=bool) | open_now
    _put(result, "original_open", decisive["position"], unfiled & fill)
    _put(result, "original_state", decisive["position"][fill], decisive["state"].replace("unfiled", "open")[fill])


def _fill_amounts(result: pd.DataFrame, pairs: pd.DataFrame, portal: pd.DataFrame, ids: npt.NDArray) -> None:
    """The version that counts as the original: the last accepted one, else the last (K-02)."""
    accepted = pairs["state"].eq("accepted_filed")
    base = pairs.assign(accepted=accepted).sort_values(["position", "accepted", "rank_old"])
    base = base.drop_duplicates("position", keep="last")
    _put(result, "original_id", base["position"], ids[base["position_old"]])
    unknown = result[list(ORIGINAL_AMOUNTS)].isna().all(axis="columns").to_numpy(dtype=bool)
    base = base[unknown[base["position"].to_numpy()]]
    for name, original in zip(AMOUNTS, ORIGINAL_AMOUNTS, strict=True):
        _put(result, original, base["position"], portal[name].to_numpy()[base["position_old"]])
