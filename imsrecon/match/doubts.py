"""Links that a document left over puts in doubt: perhaps a mistyped number hit its neighbour's.

A number mistyped in the books may be that of another document with the same amount. Then the document that was meant
is left over on the portal, with the same amount and the date that the books have (and the same the other way round).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import mixed
from imsrecon.match.spelling import NUMBER, compare_numbers

MANY = 32


@dataclass(frozen=True)
class LeftOver:
    """The unmatched documents of one side by PAN, amount to about a rupee, and date."""

    keys: np.ndarray
    rows: np.ndarray


def left_over(side: Documents, free: np.ndarray) -> LeftOver:
    """Of the rows that are `free` to the end."""
    rows = np.flatnonzero(free & (side.pan >= 0))
    keys = np.concatenate([_keys(side, rows, side.day[rows], move) for move in (-1, 0, 1)])
    order = np.argsort(keys, kind="stable")
    return LeftOver(keys[order], np.tile(rows, 3)[order])


def doubtful(
    pool: Pool, left: tuple[LeftOver, LeftOver], i: np.ndarray, j: np.ndarray, same_date: np.ndarray
) -> np.ndarray:
    """Which links have a document left over with the amount of one end and the date of the other.

    Where the two dates are one, only if its number too is a slip away: a price list has many of a day.
    """
    ends = ((pool.register, i, pool.portal, j, left[0]), (pool.portal, j, pool.register, i, left[1]))
    found = np.zeros(len(i), dtype=bool)
    for side, rows, other, partners, rest in ends:
        keys = _keys(side, rows, other.day[partners], 0)
        begin = np.searchsorted(rest.keys, keys)
        count = np.searchsorted(rest.keys, keys, side="right") - begin
        found |= (count > 0) & (~same_date | (count > MANY))
        near = np.flatnonzero(same_date & (count > 0) & (count <= MANY))
        link = np.repeat(near, count[near])
        offset = np.arange(len(link)) - np.repeat(np.cumsum(count[near]) - count[near], count[near])
        third = rest.rows[np.repeat(begin[near], count[near]) + offset]
        alike = compare_numbers(pool.numbers, other.number[partners[link]], side.number[third]) <= NUMBER.CHANGED
        found[link[alike]] = True
    return found


def _keys(side: Documents, rows: np.ndarray, day: np.ndarray, move: int) -> np.ndarray:
    return mixed(side.pan[rows], (side.money[rows, 0] + 50) // 100 + move, day)
