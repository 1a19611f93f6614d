"""The action matrix (actions.toml) as one lookup for whole columns."""

from __future__ import annotations

from functools import cache

import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import combinations
from imsrecon.rulebook import Rule, in_force

EARLIEST = "2017-07"
_KEYS = ["sections", "directions", "originals"]
_COLUMNS = ["rule", "confidence", "accept", "reject", "pending", "limit", "reduction", "add_back", "locked", "doubt"]


@cache
def _matrix(period: str) -> pd.DataFrame:
    """The matrix of one 2B-period, indexed by section, direction and state of the original."""
    rows = pd.DataFrame([_row(row) for row in in_force("actions", period)], columns=[*_KEYS, *_COLUMNS])
    for key in _KEYS:
        rows = rows.explode(key)
    return rows.set_index(rows["sections"] + "|" + rows["directions"] + "|" + rows["originals"])[_COLUMNS]


def _row(row: Rule) -> dict[str, object]:
    own = {name: row.get(name, False) for name in (*_KEYS, *_COLUMNS)}
    return own | {"rule": row.id, "confidence": row.confidence}


def look_up(
    gstr2b_period: npt.ArrayLike, section: npt.ArrayLike, direction: npt.ArrayLike, original: npt.ArrayLike
) -> pd.DataFrame:
    """The matrix row of each record, by position; `rule` is missing where the period has none (no IMS for it)."""
    numbers, (periods, *keys) = combinations(gstr2b_period, section, direction, original)
    names = keys[0] + "|" + keys[1] + "|" + keys[2]
    # One table row for each combination that occurs, then one look-up by number for each record.
    found = [_matrix(month).reindex([name]) for month, name in zip(periods, names, strict=True)]
    table = pd.concat(found or [_matrix(EARLIEST)], ignore_index=True)
    flags = ["accept", "reject", "pending", "add_back", "locked", "doubt"]
    table[flags] = table[flags].astype("boolean").fillna(False).astype(bool)
    table = table.astype({"rule": "str", "confidence": "str", "limit": "str", "reduction": "str"})
    return table.iloc[numbers].reset_index(drop=True)
