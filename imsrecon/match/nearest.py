"""For each unmatched document: the nearest of the other side, and what kept the two apart."""

from __future__ import annotations

import numpy as np

from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.evidence import Evidence, join_evidence, weigh
from imsrecon.match.settings import MatchSettings

NEIGHBOURS = (-2, -1, 0, 1)


def nearest(
    pool: Pool, edges: Evidence, side: str, rows: np.ndarray, settings: MatchSettings
) -> tuple[np.ndarray, Evidence]:
    """The best pair of each of `rows` of one side: which of `rows` have one, and those pairs in the same order.

    Looks at what was weighed and at the rows of the same PAN whose taxable value is next.
    """
    ours, other = pool.side(side), pool.side("portal" if side == "register" else "register")
    mine = edges.i if side == "register" else edges.j
    weighed = edges.take(np.isin(mine, rows))
    here, there = _by_value(ours, other, rows)
    i, j = (here, there) if side == "register" else (there, here)
    pairs = join_evidence([weighed, weigh(pool, i, j, settings)])
    pairs = pairs.take(pairs.supplier != ev.OTHER)
    mine, theirs = (pairs.i, pairs.j) if side == "register" else (pairs.j, pairs.i)
    order = np.lexsort((theirs, -pairs.bits, mine))
    first = np.ones(len(order), dtype=bool)
    first[1:] = mine[order][1:] != mine[order][:-1]
    best = pairs.take(order[first])
    at = np.searchsorted(rows, best.i if side == "register" else best.j)
    return at, best


def _by_value(ours: Documents, other: Documents, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each row with the rows of its PAN whose taxable value is next below and above."""
    theirs = np.flatnonzero(other.pan >= 0)
    theirs = theirs[np.lexsort((theirs, other.money[theirs, 0], other.pan[theirs]))]
    known = rows[ours.pan[rows] >= 0]
    both_pan = np.concatenate([other.pan[theirs], ours.pan[known]])
    both_value = np.concatenate([other.money[theirs, 0], ours.money[known, 0]])
    is_ours = np.concatenate([np.zeros(len(theirs), bool), np.ones(len(known), bool)])
    order = np.lexsort((is_ours, both_value, both_pan))
    place = np.cumsum(~is_ours[order])[np.argsort(order, kind="stable")[len(theirs) :]]
    here, there = [], []
    for step in NEIGHBOURS:
        position = place + step
        inside = (position >= 0) & (position < len(theirs))
        candidate = theirs[position[inside]]
        same = other.pan[candidate] == ours.pan[known[inside]]
        here.append(known[inside][same])
        there.append(candidate[same])
    return np.concatenate(here), np.concatenate(there)
