"""Links that a document left over puts in doubt: perhaps a mistyped number hit its neighbour's.

A number mistyped in the books may be that of another document with the same amount. Then the document that was meant
is left over on the portal, with the same amount and a number one slip away (and the same the other way round).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import mixed
from imsrecon.match.settings import MatchSettings

CLOSE_BY = 3  # days
_WIDEST = 32
_PRIME = 0x100000001B3


@dataclass(frozen=True)
class LeftOver:
    """The documents of one side that are unmatched, or (`free` is False) linked under another number.

    `amounts` and `days`: sorted keys of PAN and amount to about a rupee, without and with the date, the latter of what
    is free. `slips`: sorted keys of PAN and number, whole and with each one character left out, of `rows`.
    """

    amounts: np.ndarray
    days: np.ndarray
    slips: np.ndarray
    rows: np.ndarray
    free: np.ndarray


def left_over(pool: Pool, side: Documents, free: np.ndarray, other_number: np.ndarray) -> LeftOver:
    """Of the rows that are `free` to the end, and of the rows `other_number`."""
    open_rows = np.flatnonzero(free & (side.pan >= 0))
    rows = np.unique(np.concatenate([open_rows, other_number[side.pan[other_number] >= 0]]))
    rows = rows[side.number[rows] >= 0]
    slips, owner = _slips(pool, side.pan[rows], side.number[rows])
    order = np.argsort(slips, kind="stable")
    days, amounts = _keys(side, open_rows, side.day[open_rows]), _keys(side, np.union1d(rows, open_rows))
    return LeftOver(amounts, days, slips[order], rows[owner[order]], free)


def _keys(side: Documents, rows: np.ndarray, *more: np.ndarray) -> np.ndarray:
    return np.sort(np.concatenate([mixed(side.pan[rows], _bucket(side, rows) + move, *more) for move in (-1, 0, 1)]))


def doubtful(
    pool: Pool,
    left: tuple[LeftOver, LeftOver],
    i: np.ndarray,
    j: np.ndarray,
    gap: np.ndarray,
    bare: np.ndarray,
    settings: MatchSettings,
) -> np.ndarray:
    """Which links have a document left over that one of their ends may have meant instead.

    It has the amount of either end and a number one slip away, and where the link's dates are one, that date too: a
    price list has many of a day. Where the dates differ, or the number is a `bare` serial, that day and that amount are
    enough; and with other dates what is linked under another number counts as left over.
    """
    found = np.zeros(len(i), dtype=bool)
    ends = (pool.register, i, pool.portal, j, left[1]), (pool.portal, j, pool.register, i, left[0])
    for side, rows, other, partners, rest in ends:
        amounts = _bucket(side, rows), _bucket(other, partners)
        some = np.flatnonzero((side.pan[rows] >= 0) & (side.number[rows] >= 0))
        pan, day = side.pan[rows[some]], side.day[rows[some]]
        some = some[np.logical_or.reduce([_within(mixed(pan, amount[some]), rest.amounts) for amount in amounts])]
        pan, day = side.pan[rows[some]], side.day[rows[some]]
        of_day = np.logical_or.reduce([_within(mixed(pan, amount[some], day), rest.days) for amount in amounts])
        found[some[of_day & (bare[some] | (gap[some] > 0))]] = True
        some = some[~found[some]]
        link, third = _one_slip_away(pool, side, rows, some, rest)
        days = np.abs(side.day[rows[link]].astype(np.int64) - other.day[third])
        meant = days <= np.where(gap[link] == 0, 0, np.maximum(gap[link], CLOSE_BY))
        meant &= (side.sign[rows[link]] == other.sign[third]) & (rest.free[third] | (gap[link] > 0))
        meant &= third != partners[link]
        values = side.money[rows[link], 0], other.money[partners[link], 0]
        apart = np.minimum.reduce([np.abs(value - other.money[third, 0]) for value in values])
        meant &= apart <= round(settings.head_tolerance * 100)
        link, third = link[meant], third[meant]
        numbers = [pool.numbers.plain_text(codes) for codes in (side.number[rows[link]], other.number[third])]
        found[link[process.cpdist(*numbers, scorer=OSA.distance, score_cutoff=1) <= 1]] = True
    return found


def _one_slip_away(
    pool: Pool, side: Documents, rows: np.ndarray, some: np.ndarray, rest: LeftOver
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (link, document left over): all whose numbers are one slip apart, and a few more."""
    slips, owner = _slips(pool, side.pan[rows[some]], side.number[rows[some]])
    begin = np.searchsorted(rest.slips, slips)
    count = np.searchsorted(rest.slips, slips, side="right") - begin
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return some[np.repeat(owner, count)], rest.rows[np.repeat(begin, count) + offset]


def _slips(pool: Pool, pan: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys of each PAN with its number, whole and with each one character left out; and which row each is of.

    Two numbers one slip apart have a key in common. A rolling hash, so that leaving one out costs two sums.
    """
    if not len(number):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    text = pool.numbers.letters.take(number).to_numpy(zero_copy_only=False).astype(f"S{_WIDEST}")
    width = text.dtype.itemsize
    letter = text.view(np.uint8).reshape(len(text), width).astype(np.uint64)
    width = max(1, int((letter > 0).sum(axis=1).max()))
    letter = letter[:, :width]
    power = np.concatenate([[1], np.cumprod(np.full(width, _PRIME, dtype=np.uint64))]).astype(np.uint64)
    before = np.cumsum(letter * power[1:], axis=1, dtype=np.uint64)
    after = np.cumsum(letter * power[:-1], axis=1, dtype=np.uint64)
    without = after[:, -1:] - after
    without[:, 1:] += before[:, :-1]
    hashed = np.column_stack([before[:, -1:], without])
    used = np.column_stack([np.ones(len(text), dtype=bool), letter > 0])
    owner = np.nonzero(used)[0]
    return mixed(pan[owner], hashed[used]), owner


def _within(keys: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which of the keys stand among the ordered ones."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    return ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys


def _bucket(side: Documents, rows: np.ndarray) -> np.ndarray:
    return (side.money[rows, 0] + 50) // 100
