"""The action matrix (actions.toml) as one lookup for whole columns."""

from __future__ import annotations

from functools import cache

import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import combinations
from imsrecon.rulebook import Rule, in_force

_KEYS = ["sections", "directions", "originals"]
_COLUMNS = ["rule", "confidence", "accept", "reject", "pending", "limit", "reduction", "add_back", "locked", "doubt"]
_FLAGS = ["accept", "reject", "pending", "add_back", "locked", "doubt"]
_TEXTS = ["rule", "confidence", "limit", "reduction"]
_NONE = tuple(None if name in _TEXTS else False for name in _COLUMNS)


@cache
def _matrix(period: str) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """The matrix of one 2B-period, by section, direction and state of the original."""
    rows = pd.DataFrame([_row(row) for row in in_force("actions", period)], columns=[*_KEYS, *_COLUMNS])
    for key in _KEYS:
        rows = rows.explode(key)
    keys, answers = (rows[names].itertuples(index=False, name=None) for names in (_KEYS, _COLUMNS))
    return dict(zip(keys, answers, strict=True))


def _row(row: Rule) -> dict[str, object]:
    own = {name: row.get(name, False) for name in (*_KEYS, *_COLUMNS)}
    return own | {"rule": row.id, "confidence": row.confidence}


def look_up(
    gstr2b_period: npt.ArrayLike, section: npt.ArrayLike, direction: npt.ArrayLike, original: npt.ArrayLike
) -> pd.DataFrame:
    """The matrix row of each record, by position; `rule` is missing where the period has none (no IMS for it)."""
    numbers, parts = combinations(gstr2b_period, section, direction, original)
    found = [_matrix(month).get(tuple(key), _NONE) for month, *key in zip(*parts, strict=True)]
    table = pd.DataFrame(found, columns=_COLUMNS)
    table[_FLAGS] = table[_FLAGS].astype(bool)
    table = table.astype(dict.fromkeys(_TEXTS, "str"))
    return table.iloc[numbers].reset_index(drop=True)
