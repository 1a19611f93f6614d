"""A person's word: pairs that are the same document, and pairs that are not. Never overruled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.domain import ImsreconError, TableError
from imsrecon.match.assign import components
from imsrecon.match.documents import Pool

NEEDED = ("register_id", "portal_id", "verdict")
WORDS = ("same", "different")


@dataclass(frozen=True)
class Verdicts:
    """Pairs of rows that are the same, with the match they belong to, and keys of pairs that are not.

    `told` says why each pair is the same, `None` where a person said so; the pairs are in the order of their keys.
    """

    i: np.ndarray
    j: np.ndarray
    match: np.ndarray
    different: np.ndarray
    told: np.ndarray

    def allows(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Which pairs nobody has called different."""
        return ~np.isin(pair_keys(i, j), self.different)


def pair_keys(i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """One integer for each pair of rows."""
    return i.astype(np.int64) << 32 | j.astype(np.int64)


def read_verdicts(pool: Pool, verdicts: pd.DataFrame | None) -> Verdicts:
    """Verdicts on documents of other months are passed over.

    Raises `TableError` for missing columns or unknown words, `ImsreconError` naming the pairs that contradict.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if verdicts is None or not len(verdicts):
        return Verdicts(nothing, nothing, nothing, nothing, nothing.astype(object))
    table = _checked(verdicts)
    i = pd.Index(pool.register.ids).get_indexer(table["register_id"])
    j = pd.Index(pool.portal.ids).get_indexer(table["portal_id"])
    here = (i >= 0) & (j >= 0)
    i, j, same = i[here], j[here], table["verdict"].eq("same").to_numpy()[here]
    keys = pair_keys(i, j)
    (agreed, first), denied = np.unique(keys[same], return_index=True), np.unique(keys[~same])
    _refuse(pool, np.intersect1d(agreed, denied))
    left, right = agreed >> 32, agreed & 0xFFFFFFFF
    match = components(left, right) if len(left) else nothing
    _refuse(pool, _denied_inside(left, right, match, denied))
    told = verdicts["reason"] if "reason" in verdicts.columns else pd.Series(None, index=verdicts.index, dtype="str")
    return Verdicts(left, right, match, denied, told.to_numpy(dtype=object)[here][same][first])


def _checked(verdicts: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in NEEDED if name not in verdicts.columns]
    if missing:
        raise TableError(f"The verdicts lack the columns {', '.join(missing)}.", hint=f"Needed: {', '.join(NEEDED)}.")
    table = verdicts[list(NEEDED)].astype("str")
    unknown = sorted(set(table["verdict"].dropna()) - set(WORDS))
    if unknown or table.isna().any(axis=None):
        raise TableError(
            f"Verdicts must be {' or '.join(WORDS)} on two ids; found {', '.join(unknown) or 'missing values'}.",
            hint="Correct them and give the table again.",
        )
    return table


def _denied_inside(left: np.ndarray, right: np.ndarray, match: np.ndarray, denied: np.ndarray) -> np.ndarray:
    """Pairs called different though other verdicts put both into one match."""
    of_left, of_right = dict(zip(left, match, strict=True)), dict(zip(right, match, strict=True))
    inside = [of_left.get(key >> 32, -1) == of_right.get(key & 0xFFFFFFFF, -2) for key in denied]
    return denied[np.array(inside, dtype=bool)] if len(denied) else denied


def _refuse(pool: Pool, keys: np.ndarray) -> None:
    if len(keys):
        named = [f"{pool.register.ids[key >> 32]} and {pool.portal.ids[key & 0xFFFFFFFF]}" for key in keys[:5]]
        raise ImsreconError(
            f"Called both same and different, in {len(keys)} case(s): {'; '.join(named)}.",
            hint="Withdraw one of the two verdicts.",
            code="verdicts",
        )
