"""The nearest documents of the other side: one for each unmatched document, or several for one."""

from __future__ import annotations

import numpy as np

from imsrecon.match import evidence as ev
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.evidence import Evidence, join_evidence, weigh
from imsrecon.match.joins import distinct, join, mixed
from imsrecon.match.settings import MatchSettings
from imsrecon.match.stems import read_stems

NEIGHBOURS = (-2, -1, 0, 1)
MOST_OF_SUPPLIER = 5_000


def nearest(
    pool: Pool, edges: Evidence, side: str, rows: np.ndarray, settings: MatchSettings
) -> tuple[np.ndarray, Evidence]:
    """The best pair of each of `rows` of one side: which of `rows` have one, and those pairs in the same order.

    Looks at what was weighed, and at the rows of the same PAN whose taxable value is next, or whose number is the
    row's own, with or without the part that it ends in.
    """
    ours, other = pool.side(side), pool.side("portal" if side == "register" else "register")
    mine = edges.i if side == "register" else edges.j
    weighed = edges.take(np.isin(mine, rows))
    here, there = (
        np.concatenate(found)
        for found in zip(_by_value(ours, other, rows), _by_stem(pool, ours, other, rows, settings), strict=True)
    )
    i, j = (here, there) if side == "register" else (there, here)
    pairs = join_evidence([weighed, weigh(pool, i, j, settings)])
    pairs = join_evidence(
        [pairs.take(pairs.supplier != ev.OTHER), _of_another(pool, ours, other, side, rows, settings)]
    )
    mine, theirs = (pairs.i, pairs.j) if side == "register" else (pairs.j, pairs.i)
    # A twin of another supplier comes before what is no match of the own.
    bits = np.where(pairs.supplier == ev.OTHER, ev.LINK, pairs.bits)
    order = np.lexsort((theirs, -bits, mine))
    first = np.ones(len(order), dtype=bool)
    first[1:] = mine[order][1:] != mine[order][:-1]
    best = pairs.take(order[first])
    at = np.searchsorted(rows, best.i if side == "register" else best.j)
    return at, best


def candidates(pool: Pool, edges: Evidence, side: str, row: int, settings: MatchSettings, count: int) -> Evidence:
    """The `count` best pairs of one row, the best first: of what was weighed and of all that its supplier has."""
    ours, other = pool.side(side), pool.side("portal" if side == "register" else "register")
    mine = edges.i if side == "register" else edges.j
    of_supplier = np.flatnonzero(other.pan == ours.pan[row]) if ours.pan[row] >= 0 else np.zeros(0, dtype=np.int64)
    apart = np.abs(other.money[of_supplier, 0] - ours.money[row, 0])
    there = of_supplier[np.argsort(apart, kind="stable")[:MOST_OF_SUPPLIER]]
    here = np.full(len(there), row)
    i, j = (here, there) if side == "register" else (there, here)
    pairs = join_evidence([edges.take(mine == row), weigh(pool, i, j, settings)])
    pairs = pairs.take(pairs.supplier != ev.OTHER)
    theirs = pairs.j if side == "register" else pairs.i
    return pairs.take(np.lexsort((theirs, -pairs.bits))[:count])


def _of_another(
    pool: Pool, ours: Documents, other: Documents, side: str, rows: np.ndarray, settings: MatchSettings
) -> Evidence:
    """Pairs of each row with the documents of other suppliers that have its number, date and amounts."""
    theirs = np.flatnonzero((other.gstin >= 0) & (other.number >= 0) & ~other.aside)
    mine = rows[(ours.gstin[rows] >= 0) & (ours.number[rows] >= 0)]
    keys = [
        [
            mixed(
                pool.numbers.canon[each.number[some]].view(np.int64),
                each.day[some],
                each.money[some, 0],
                each.kind[some],
            )
        ]
        for each, some in ((ours, mine), (other, theirs))
    ]
    here, there = join(mine, theirs, *keys, settings.block_limit)
    pairs = weigh(pool, *((here, there) if side == "register" else (there, here)), settings)
    return pairs.take((pairs.supplier == ev.OTHER) & pairs.within)


def _by_stem(
    pool: Pool, ours: Documents, other: Documents, rows: np.ndarray, settings: MatchSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each row with the rows of its PAN that bear its number, or its number without a part (12 of 12/2)."""
    mine = rows[(ours.number[rows] >= 0) & (ours.pan[rows] >= 0)]
    theirs = np.flatnonzero((other.number >= 0) & (other.pan >= 0))
    stems = read_stems(pool.numbers, distinct(ours.number[mine]))
    at = np.searchsorted(stems.codes, ours.number[mine])
    plain = pool.numbers.plain
    whole = [mixed(other.pan[theirs], plain[other.number[theirs]])]
    forms = plain[ours.number[mine]], np.where(stems.apart, stems.plain, plain[stems.codes])[at]
    pairs = [join(mine, theirs, [mixed(ours.pan[mine], form)], whole, settings.block_limit) for form in forms]
    here, there = zip(*pairs, strict=True)
    return np.concatenate(here), np.concatenate(there)


def _by_value(ours: Documents, other: Documents, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each row with the rows of its PAN whose taxable value is next below and above: of its own direction
    (credit notes apart from invoices), and of any."""
    pairs = [
        _next(ours.pan * 2 + (ours.sign < 0), other.pan * 2 + (other.sign < 0), ours, other, rows),
        _next(ours.pan, other.pan, ours, other, rows),
    ]
    here, there = zip(*pairs, strict=True)
    return np.concatenate(here), np.concatenate(there)


def _next(
    own: np.ndarray, their: np.ndarray, ours: Documents, other: Documents, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same among the rows whose keys are equal: `own` and `their` have one for each row of either side."""
    theirs = np.flatnonzero(other.pan >= 0)
    theirs = theirs[np.lexsort((theirs, other.money[theirs, 0], their[theirs]))]
    known = rows[ours.pan[rows] >= 0]
    both_key = np.concatenate([their[theirs], own[known]])
    both_value = np.concatenate([other.money[theirs, 0], ours.money[known, 0]])
    is_ours = np.concatenate([np.zeros(len(theirs), bool), np.ones(len(known), bool)])
    order = np.lexsort((is_ours, both_value, both_key))
    place = np.cumsum(~is_ours[order])[np.argsort(order, kind="stable")[len(theirs) :]]
    here, there = [], []
    for step in NEIGHBOURS:
        position = place + step
        inside = (position >= 0) & (position < len(theirs))
        candidate = theirs[position[inside]]
        same = their[candidate] == own[known[inside]]
        here.append(known[inside][same])
        there.append(candidate[same])
    return np.concatenate(here), np.concatenate(there)
