"""Mergers: several records booked as one row, under a range of numbers, one of them, another, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.match.documents import NO_YEAR, Documents, Pool
from imsrecon.match.groups import LONGEST, Groups, agree, dated, joined, no_groups, of_one_serial
from imsrecon.match.joins import join, mixed
from imsrecon.match.settings import MatchSettings

_TAILS = (1000, 10_000, 100_000)
_ABREAST = 1 << 16
NEAR_DAYS = 10
SPAN = 100  # serials from the first neighbour to the last
RARE = 3  # documents of a supplier with one amount


def by_range(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row whose number names the first and the last of a few neighbours of the other side (101-103, 7/8), or bears
    that of the first or of the last alone."""
    found = []
    for one, many, mirrored in ((pool.register, pool.portal, False), (pool.portal, pool.register, True)):
        single, several = (right, left) if mirrored else (left, right)
        single, series = dated(one, single), _in_series(pool, many, dated(many, several))
        for length in range(2, LONGEST + 1):
            found.append(_windows(pool, one, many, single, series, length, settings))
            if mirrored:
                found[-1] = Groups(found[-1].j, found[-1].i, found[-1].group)
    return joined(found)


def with_another(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row of the books under the number of one record, that is the sum of that record and of another of about its
    date: the one of the nearest serial."""
    a, b, record = dated(pool.register, left), dated(pool.portal, right), pool.portal
    i, j = of_one_serial(pool, a, b, settings)
    over = pool.register.money[i] - record.money[j]
    more = (over >= 0).all(axis=1) & (over[:, 0] > round(settings.head_tolerance * 100))
    i, j, over = i[more], j[more], over[more]
    pair, other = _of_amount(record, j, over, b, settings)
    # Twice the amount is rather a wrong amount than a second record.
    good = (other != j[pair]) & (record.money[other, 0] != record.money[j[pair], 0])
    good &= np.abs(record.day[other].astype(np.int64) - pool.register.day[i[pair]]) <= NEAR_DAYS
    pair, other = pair[good], other[good]
    serial = pool.numbers.serial
    away = np.abs(serial[record.number[other]] - serial[record.number[j[pair]]])
    least = np.full(len(i), np.iinfo(np.int64).max)
    np.minimum.at(least, pair, away)
    pair, other = pair[away == least[pair]], other[away == least[pair]]
    group = np.arange(len(pair))
    links = np.concatenate([i[pair]] * 2), np.concatenate([j[pair], other]), np.concatenate([group] * 2)
    return joined([Groups(*links)])


def _of_amount(side, like, amounts, rows, settings):
    """Pairs (place in `amounts`, row) of the supplier and direction of the rows `like` them that have the amounts."""
    theirs = [mixed(side.gstin[rows], side.sign[rows], (side.money[rows, 0] + 50) // 100)]
    value, every = (amounts[:, 0] + 50) // 100, np.arange(len(amounts))
    keys = [[mixed(side.gstin[like], side.sign[like], value + shift)] for shift in (-1, 0, 1)]
    pairs = [join(every, rows, key, theirs, settings.block_limit, in_order=False) for key in keys]
    place, row = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    good = agree(amounts[place], side.money[row], settings)
    return place[good], row[good]


def by_sum_alone(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row of the books, of any number or none, that is to the paisa the sum of two to four neighbours of a series
    left over on the portal, of about its date: only where no other row and no other neighbours have that sum."""
    a, b = pool.register, pool.portal
    single = left[(a.gstin[left] >= 0) & (a.year[left] != NO_YEAR) & ~a.negative[left]]
    series = _in_series(pool, b, dated(b, right))
    found = [_sums_of(a, b, single, series, length, settings) for length in range(2, LONGEST + 1)]
    begin = np.cumsum([0, *(int(part.group.max(initial=-1)) + 1 for part in found)])
    group = [part.group + first for part, first in zip(found, begin, strict=False)]
    i, j = (np.concatenate([getattr(part, name) for part in found]) for name in ("i", "j"))
    return joined([Groups(i, j, np.concatenate(group))])


def _sums_of(one, many, single, series, length, settings):
    rows = series.rows
    if len(rows) < length or not len(single):
        return no_groups()
    first = np.flatnonzero(series.label[length - 1 :] == series.label[: 1 - length])
    at, window = _of_one_sum(one, single, many, series, first, length, settings)
    first = first[window]
    members = rows[first[:, None] + np.arange(length)]
    day = one.day[single[at]][:, None]
    near = (np.abs(many.day[members] - day).min(axis=1) <= NEAR_DAYS) & (np.ptp(many.day[members], axis=1) <= 31)
    apart = np.abs(one.money[single[at]] - (series.total[first + length] - series.total[first]))
    rare = many.amount_counts[members].max(axis=1) <= RARE
    close = series.serial[first + length - 1] - series.serial[first] <= SPAN
    good = np.flatnonzero(near & rare & close & (apart <= length).all(axis=1) & (one.money[single[at], 0] > 0))
    return Groups(np.repeat(single[at[good]], length), members[good].ravel(), np.repeat(np.arange(len(good)), length))


@dataclass(frozen=True)
class Series:
    """Rows by supplier, direction, year and serial: `label` numbers the first three, `total` (one row more) adds up
    the amounts before each row."""

    rows: np.ndarray
    label: np.ndarray
    serial: np.ndarray
    total: np.ndarray


def _in_series(pool: Pool, side: Documents, rows: np.ndarray) -> Series:
    serial = pool.numbers.serial[side.number[rows]]
    order = np.lexsort((rows, serial, side.year[rows], side.sign[rows], side.gstin[rows]))
    rows = rows[order]
    label = np.zeros(len(rows), dtype=np.int64)
    label[1:] = np.cumsum(np.logical_or.reduce([np.diff(of[rows]) != 0 for of in (side.gstin, side.sign, side.year)]))
    total = np.concatenate([np.zeros((1, 5), np.int64), np.cumsum(side.money[rows], axis=0)])
    return Series(rows, label, serial[order], total)


def _windows(pool, one, many, single, series, length, settings):
    rows, serial = series.rows, series.serial
    if len(rows) < length or not len(single):
        return no_groups()
    together = (series.label[length - 1 :] == series.label[: 1 - length]) & (
        serial[length - 1 :] > serial[: 1 - length]
    )
    first = np.flatnonzero(together)
    at, window = _of_one_sum(one, single, many, series, first, length, settings)
    first, last = first[window], first[window] + length - 1
    head, tail = pool.numbers.head[one.number[single[at]]], pool.numbers.serial[one.number[single[at]]]
    begins, closes, value = serial[first], serial[last], many.money[rows, 0]
    # One number alone may be that of the first or of the last, whole, if no multiple of one amount makes the sum; two
    # must be both.
    alone = (head == tail) & ((head == begins) | (tail == closes)) & (value[first] != value[last])
    both = (head != tail) & _names_last(tail, closes) & ((tail == closes) | _names_first(head, begins))
    named = alone | both
    # Serials named in full, and of the same year, are rather meant than 166 for 1166 or last year's 166.
    better = 2 * ((head == begins).astype(int) + (tail == closes)) + (one.year[single[at]] == many.year[rows[first]])
    best = np.full(len(single), -1)
    np.maximum.at(best, at[named], better[named])
    named &= better == best[at]
    at, first = at[named], first[named]
    members = rows[(first[:, None] + np.arange(length)).ravel()]
    return Groups(np.repeat(single[at], length), members, np.repeat(np.arange(len(at)), length))


def _of_one_sum(one, single, many, series, first, length, settings):
    """Pairs (single row, window) of one supplier and direction whose amounts agree; windows of `length` rows begin at
    `first`."""
    unit = max(100, round(settings.head_tolerance * 100))
    value, total = one.money[single, 0], series.total[first + length, 0] - series.total[first, 0]
    owner = series.rows[first]
    theirs = mixed(many.gstin[owner], many.sign[owner], (total + unit // 2) // unit)
    every, windows = np.arange(len(single)), np.arange(len(first))
    pairs = []
    for move in (-1, 0, 1):
        ours = mixed(one.gstin[single], one.sign[single], (value + unit // 2) // unit + move)
        pairs.append(join(every, windows, [ours], [theirs], _ABREAST, in_order=False))
    at, window = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    begin = first[window]
    good = agree(one.money[single[at]], series.total[begin + length] - series.total[begin], settings)
    order = np.lexsort((window[good], at[good]))
    return at[good][order], window[good][order]


def _names_first(named: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """The serial itself, or 2228 for EM05262228."""
    tails = [(serial >= power) & (named == serial % power) for power in _TAILS]
    return np.logical_or.reduce([named == serial, *tails])


def _names_last(named: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """103 for 103, or 03 (read as 3) for 103, or 229 for 5262229, when it follows another number."""
    return np.logical_or.reduce([named == serial, *(named == serial % power for power in (10, 100, *_TAILS))])
