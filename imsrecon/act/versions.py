"""Amendment chains: which rows are versions of one document, and what an amendment has to be held against.

Source: C-40 to C-43, K-01, K-02. Works on whole columns; only documents that have an amendment are looked at.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from imsrecon.act.columns import alike
from imsrecon.domain import AMOUNTS, ORIGINAL_AMOUNTS
from imsrecon.rulebook import load

_IDENTITY = ["section", "supplier_gstin", "port_code", "doc_no", "doc_date", "original_doc_no", "original_doc_date"]
_TIMES = ["doc_id", "return_period", "filing_date", "filing_status", "portal_action", "gstr2b_part"]
_PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_DAY = np.datetime64("NaT", "D").astype("int64")
_COLUMNS = ["original_at", "original_state", "original_open", *ORIGINAL_AMOUNTS]


class Chains(NamedTuple):
    """What `resolve` gives. Rows of the portal table are told by their position, -1 where there is none.

    - superseded_at: of each record, the amendment of the same 2B-period that counts instead (C-41)
    - rows: the positions of the amendments
    - amended: one row for each of these: original_at (what it is held against: the last accepted version, else the
      last), original_state as far as known, original_open (an earlier period's version whose GSTR-3B is not known to
      be filed, C-40), original_taxable_value … original_cess as given or as that version has them
    """

    superseded_at: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    amended: pd.DataFrame


@cache
def families() -> pd.DataFrame:
    """section, family (the section of the original), amendment (bool) for every section."""
    rows = [row for row in load("sections") if row.get("section")]
    known = {row["section"]: (row["family"], row["amendment"]) for row in rows}
    known |= {"ISD": ("ISD", False), "ISDA": ("ISD", True)}
    return pd.DataFrame.from_dict(known, orient="index", columns=["family", "amendment"])


def resolve(portal: pd.DataFrame, kinds: pd.DataFrame, numbers: npt.NDArray[np.int64]) -> Chains:
    """What each row is in its chain.

    `kinds` has tax_period, closed, carried, barred of each kind of record, `numbers` the kind of each row.
    """
    amendment = portal["section"].isin(families().index[families()["amendment"]]).to_numpy(dtype=bool)
    rows = np.flatnonzero(amendment)
    amended = portal[["original_state", *ORIGINAL_AMOUNTS]].iloc[rows].reset_index(drop=True)
    amended = amended.assign(original_at=-1, original_open=False)[_COLUMNS]
    chains = Chains(np.full(len(portal), -1), rows, amended)
    if len(rows):
        _fill(chains, _versions(portal, kinds, numbers, amendment), portal)
    return chains


def _versions(
    portal: pd.DataFrame, kinds: pd.DataFrame, numbers: npt.NDArray[np.int64], amendment: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """The rows of documents that have an amendment: position, chain, rank in time, and what decides their state."""
    near = _near(portal, amendment)
    chain = _components(*_keys(portal[_IDENTITY].iloc[near], amendment[near]))
    named = np.zeros(len(chain), dtype=bool)
    named[chain[amendment[near]]] = True
    at = near[named[chain]]
    table = portal[_TIMES].iloc[at]
    rows = kinds[["tax_period", "closed", "carried", "barred"]].iloc[numbers[at]].reset_index(drop=True)
    rows["position"], rows["amendment"], rows["chain"] = at, amendment[at], chain[named[chain]]
    rows["action"] = table["portal_action"].mask(table["gstr2b_part"].eq("rejected"), "R").to_numpy()
    rows["saved"] = table["filing_status"].eq("saved").to_numpy(dtype=bool)
    rows["rank"] = _ranks(rows, table)
    return rows


def _near(portal: pd.DataFrame, amendment: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Positions of the rows of a supplier that are dated as one of his amendments or its original is, and whose
    numbers end as that one's. No other row can be of its chain.
    """
    again = np.flatnonzero(amendment)
    who, days = _suppliers(portal), _days(portal["doc_date"])
    earlier, since = _originals(portal[_IDENTITY].iloc[again])
    pairs, theirs = _pairs_of(who, days), _pairs_of(who[again], since)
    known = np.concatenate([pairs[again][days[again] != _NO_DAY], theirs[since != _NO_DAY]])
    dated = np.flatnonzero(pd.Series(pairs).isin(known) & (days != _NO_DAY))
    numbers = portal["doc_no"]
    ends = _ends(pd.concat([numbers.iloc[dated], numbers.iloc[again], earlier], ignore_index=True))
    kinds, _ = alike(np.concatenate([pairs[dated], pairs[again], theirs]), ends)
    near = amendment.copy()
    near[dated[pd.Series(kinds[: len(dated)]).isin(kinds[len(dated) :])]] = True
    return np.flatnonzero(near)


def _suppliers(portal: pd.DataFrame) -> npt.NDArray[np.int64]:
    """A number for each supplier, or port where no supplier is named."""
    codes, different = pd.factorize(portal["supplier_gstin"])
    unnamed = np.flatnonzero(codes < 0)
    codes[unnamed] = len(different) + 1 + pd.factorize(portal["port_code"].iloc[unnamed])[0]
    return codes


def _days(dates: pd.Series) -> npt.NDArray[np.int64]:
    return dates.to_numpy().astype("datetime64[D]").astype("int64")


def _pairs_of(codes: npt.NDArray[np.int64], days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for each pair of supplier and day."""
    return codes * 1_000_000 + days % 1_000_000


def _originals(amended: pd.DataFrame) -> tuple[pd.Series, npt.NDArray[np.int64]]:
    """Number and day of what each amendment amends: its own where it names none."""
    dates = amended["original_doc_date"].fillna(amended["doc_date"])
    return amended["original_doc_no"].fillna(amended["doc_no"]), _days(dates)


def _ends(numbers: pd.Series) -> pd.Series:
    """The last letter or digit of each number."""
    ends = numbers.str.slice(-1).str.upper()
    odd = ~ends.isin([*_PLAIN]).to_numpy(dtype=bool)
    return ends.mask(odd, _plain(numbers[odd]).str.slice(-1)) if odd.any() else ends


def _plain(numbers: pd.Series) -> pd.Series:
    return numbers.str.upper().str.replace(rf"[^{_PLAIN}]+", "", regex=True).fillna("")


def _keys(table: pd.DataFrame, amendment: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for the document of each row, and one for what it amends: the same where it amends nothing."""
    again = np.flatnonzero(amendment)
    earlier, since = _originals(table.iloc[again])
    family = families()["family"].reindex(table["section"]).to_numpy(dtype=object)
    both = np.concatenate([np.arange(len(table)), again])
    numbers = _plain(pd.concat([table["doc_no"], earlier], ignore_index=True))
    days = np.concatenate([_days(table["doc_date"]), since])
    keys, _ = alike(family[both], _suppliers(table)[both], numbers, days)
    own = keys[: len(table)]
    old = own.copy()
    old[again] = keys[len(table) :]
    return own, old


def _components(own: npt.NDArray[np.int64], old: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for all rows that name one another, however long the chain and however often it was renumbered."""
    size = max(own.max(), old.max()) + 1
    graph = coo_array((np.ones(len(own), dtype=np.int8), (own, old)), shape=(size, size))
    return connected_components(graph, directed=False)[1][own]


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


def _fill(chains: Chains, rows: pd.DataFrame, portal: pd.DataFrame) -> None:
    filed = rows[~rows["saved"]].reset_index(drop=True)
    replaced, by = _superseded(filed)
    chains.superseded_at[replaced] = by
    pairs = _pairs(rows[rows["amendment"]], filed)
    # A version superseded in its own period was never accepted; in the amendment's own it is the one replaced.
    pairs = pairs[pairs["state"].eq("open") | ~pairs["position_old"].isin(replaced)]
    pairs["row"] = np.searchsorted(chains.rows, pairs["position"])
    _fill_states(chains.amended, pairs)
    _fill_amounts(chains.amended, pairs, portal)


def _superseded(filed: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The positions of the rows that have a later amendment in their own period, and of the last one there (C-41)."""
    groups, first = alike(filed["chain"], filed["tax_period"])
    ranks, position = filed["rank"].to_numpy(), filed["position"].to_numpy()
    amending = np.flatnonzero(filed["amendment"])
    last = np.full(len(first), -1)
    np.maximum.at(last, groups[amending], ranks[amending])
    of_rank = np.full(ranks.max(initial=-1) + 1, -1)
    of_rank[ranks] = position
    there = last[groups] > ranks
    return position[there], of_rank[last[groups][there]]


def _put(amended: pd.DataFrame, column: str, rows: pd.Series, values: object) -> None:
    amended.iloc[rows.to_numpy(), amended.columns.get_loc(column)] = values


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


def _fill_states(amended: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """The state of the original from its own rows; what the table says itself goes first."""
    order = pairs["state"].map({"pending": 5, "unfiled": 4, "accepted_filed": 3, "rejected": 2, "open": 1})
    decisive = pairs.assign(strength=order).sort_values(["row", "strength"])
    decisive = decisive.drop_duplicates("row", keep="last")
    given = amended["original_state"].iloc[decisive["row"]]
    unfiled = decisive["state"].eq("unfiled").to_numpy(dtype=bool)
    # Pending in an earlier period locks an amendment; pending in its own period it is superseded (K-01, C-41).
    open_now = given.eq("pending").to_numpy(dtype=bool) & decisive["state"].eq("open").to_numpy(dtype=bool)
    fill = given.isna().to_numpy(dtype=bool) | open_now
    _put(amended, "original_open", decisive["row"], unfiled & fill)
    _put(amended, "original_state", decisive["row"][fill], decisive["state"].replace("unfiled", "open")[fill])


def _fill_amounts(amended: pd.DataFrame, pairs: pd.DataFrame, portal: pd.DataFrame) -> None:
    """The version that counts as the original: the last accepted one, else the last (K-02)."""
    accepted = pairs["state"].eq("accepted_filed")
    base = pairs.assign(accepted=accepted).sort_values(["row", "accepted", "rank_old"])
    base = base.drop_duplicates("row", keep="last")
    _put(amended, "original_at", base["row"], base["position_old"])
    unknown = amended[list(ORIGINAL_AMOUNTS)].isna().all(axis="columns").to_numpy(dtype=bool)
    base = base[unknown[base["row"].to_numpy()]]
    for name, original in zip(AMOUNTS, ORIGINAL_AMOUNTS, strict=True):
        _put(amended, original, base["row"], portal[name].to_numpy()[base["position_old"]])
