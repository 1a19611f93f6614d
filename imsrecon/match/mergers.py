"""Mergers: several records booked as one row, under a range of numbers, one of them, another, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imsrecon.match.columns import NO_YEAR
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.groups import LONGEST, Groups, agree, dated, joined, no_groups, of_one_serial
from imsrecon.match.joins import in_all, in_rupees, in_units, join, mixed, sift
from imsrecon.match.settings import MatchSettings
from imsrecon.match.threads import at_once

_TAILS = (1000, 10_000, 100_000)
_ABREAST = 1 << 16
NEAR_DAYS = 10
SPAN = 100  # serials from the first neighbour to the last
RARE = 3  # documents of a supplier with one amount


def by_range(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row whose number names the first and the last of a few neighbours of the other side (101-103, 7/8), or bears
    that of the first or of the last alone."""
    a, b = dated(pool.register, left), dated(pool.portal, right)
    found = [_ranges(pool, pool.register, pool.portal, a, b, settings)]
    mirrored = _ranges(pool, pool.portal, pool.register, b, a, settings)
    found.append([Groups(part.j, part.i, part.group) for part in mirrored])
    return joined([*found[0], *found[1]])


def _ranges(pool, one, many, single, several, settings):
    """For each length of a range its groups (row of one, row of many)."""
    head, tail = _head_and_tail(pool, one, single)
    ours = mixed(one.gstin[single], one.sign[single], tail)
    theirs = mixed(many.gstin[several], many.sign[several], pool.numbers.serial[many.number[several]])
    single = single[(head != tail) | sift(ours, theirs)]  # one number must be that of a row
    series = _in_series(pool, many, several)
    ours = _value_keys(one, single, settings)
    return [_windows(pool, one, many, single, ours, series, length, settings) for length in range(2, LONGEST + 1)]


def _head_and_tail(pool: Pool, side: Documents, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last serial that each row's number names: the same where it names one."""
    return pool.numbers.head[side.number[rows]], pool.numbers.serial[side.number[rows]]


def with_another(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row of the books under the number of one record, that is the sum of that record and of another of about its
    date: the one of the nearest serial."""
    a, b, record = dated(pool.register, left), dated(pool.portal, right), pool.portal
    i, j = of_one_serial(pool, a, b, settings)
    over = pool.register.money[i] - record.money[j]
    more = in_all(over >= 0) & (over[:, 0] > round(settings.head_tolerance * 100))
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
    theirs = [mixed(side.gstin[rows], side.sign[rows], in_rupees(side.money[rows, 0]))]
    value, every = in_rupees(amounts[:, 0]), np.arange(len(amounts))
    keys = [[mixed(side.gstin[like], side.sign[like], value + shift)] for shift in (-1, 0, 1)]
    pairs = [join(every, rows, key, theirs, settings.block_limit, in_order=False) for key in keys]
    place, row = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    good = agree(amounts[place], side.money[row], settings)
    return place[good], row[good]


def by_sum_alone(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """One row of the books, of any number or none, that is to the paisa the sum of two to four neighbours of a series
    left over on the portal, of about its date: only where no other row and no other neighbours have that sum."""
    a, b = pool.register, pool.portal
    single = left[(a.gstin[left] >= 0) & (a.year[left] != NO_YEAR) & ~a.negative[left] & (a.money[left, 0] > 0)]
    series = _in_series(pool, b, dated(b, right))
    ours = _value_keys(a, single, settings)
    lengths = range(2, LONGEST + 1)
    found = at_once(lambda length: _sums_of(a, b, single, ours, series, length, settings), lengths, len(single))
    begin = np.cumsum([0, *(int(part.group.max(initial=-1)) + 1 for part in found)])
    group = [part.group + first for part, first in zip(found, begin, strict=False)]
    i, j = (np.concatenate([getattr(part, name) for part in found]) for name in ("i", "j"))
    return joined([Groups(i, j, np.concatenate(group))])


def _sums_of(one, many, single, ours, series, length, settings):
    first = series.windows(length)
    first = first[series.serial[first + length - 1] - series.serial[first] <= SPAN]
    at, first = _of_one_value(ours, many, series, first, length, settings)
    at, first = _agreeing(one, single, many, series, at, first, length, settings)
    members = series.rows[first[:, None] + np.arange(length)]
    day = one.day[single[at]][:, None]
    near = (np.abs(many.day[members] - day).min(axis=1) <= NEAR_DAYS) & (np.ptp(many.day[members], axis=1) <= 31)
    apart = np.abs(one.money[single[at]] - many.money[members].sum(axis=1))
    rare = many.amount_counts[members].max(axis=1) <= RARE
    good = np.flatnonzero(near & rare & (apart <= length).all(axis=1))
    return Groups(np.repeat(single[at[good]], length), members[good].ravel(), np.repeat(np.arange(len(good)), length))


@dataclass(frozen=True)
class Series:
    """Rows by supplier, direction, year and serial: `label` numbers the first three, `total` (one value more) adds up
    the taxable values before each row."""

    rows: np.ndarray
    label: np.ndarray
    serial: np.ndarray
    total: np.ndarray

    def windows(self, length: int) -> np.ndarray:
        """Where rows of one series begin, as many as `length`."""
        return np.flatnonzero(self.label[length - 1 :] == self.label[: max(0, len(self.label) - length + 1)])


def _in_series(pool: Pool, side: Documents, rows: np.ndarray) -> Series:
    serial = pool.numbers.serial[side.number[rows]]
    name = side.gstin[rows].astype(np.int64) << 17 | side.year[rows].astype(np.int64) << 1 | (side.sign[rows] > 0)
    order = np.lexsort((serial, name))
    rows, name = rows[order], name[order]
    label = np.cumsum(np.diff(name, prepend=name[:1]) != 0)
    return Series(rows, label, serial[order], np.cumsum(np.append(0, side.money[rows, 0])))


def _windows(pool, one, many, single, ours, series, length, settings):
    rows, serial, value = series.rows, series.serial, many.money[:, 0]
    first = series.windows(length)
    first = first[serial[first + length - 1] > serial[first]]
    at, first = _of_one_value(ours, many, series, first, length, settings)
    if not len(at):
        return no_groups()
    head, tail = _head_and_tail(pool, one, single[at])
    begins, closes = serial[first], serial[first + length - 1]
    # One number alone may be that of the first or of the last, whole, if no multiple of one amount makes the sum; two
    # must be both.
    named = ((head == begins) | (tail == closes)) & (value[rows[first]] != value[rows[first + length - 1]])
    two = np.flatnonzero(head != tail)
    named[two] = _name_both(head[two], tail[two], begins[two], closes[two])
    at, first = at[named], first[named]
    at, first = _agreeing(one, single, many, series, at, first, length, settings)
    # Serials named in full, and of the same year, are rather meant than 166 for 1166 or last year's 166.
    head, tail = _head_and_tail(pool, one, single[at])
    whole = (head == serial[first]).astype(int) + (tail == serial[first + length - 1])
    better = 2 * whole + (one.year[single[at]] == many.year[rows[first]])
    best = np.full(len(single), -1)
    np.maximum.at(best, at, better)
    at, first = (each[better == best[at]] for each in (at, first))
    members = rows[(first[:, None] + np.arange(length)).ravel()]
    return Groups(np.repeat(single[at], length), members, np.repeat(np.arange(len(at)), length))


def _value_keys(side: Documents, rows: np.ndarray, settings: MatchSettings) -> list[np.ndarray]:
    """Supplier, direction and taxable value, a unit less, as it is, and a unit more."""
    gstin, sign, value = side.gstin[rows], side.sign[rows], in_units(side.money[rows, 0], settings.unit)
    return [mixed(gstin, sign, value + move) for move in (-1, 0, 1)]


def _of_one_value(ours, many, series, first, length, settings):
    """Pairs (place of the key among `ours`, beginning of a window) of one supplier and direction whose taxable values
    are about equal; windows of `length` rows begin at `first`."""
    owner, every = series.rows[first], np.arange(len(ours[0]))
    total = in_units(series.total[first + length] - series.total[first], settings.unit)
    theirs = mixed(many.gstin[owner], many.sign[owner], total)
    pairs = [join(every, first, [key], [theirs], _ABREAST, in_order=False) for key in ours]
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _agreeing(one, single, many, series, at, first, length, settings):
    """Those of these pairs all of whose amounts agree, in order."""
    sums = many.money[series.rows[first[:, None] + np.arange(length)]].sum(axis=1)
    good = np.flatnonzero(agree(one.money[single[at]], sums, settings))
    good = good[np.lexsort((first[good], at[good]))]
    return at[good], first[good]


def _name_both(head: np.ndarray, tail: np.ndarray, begins: np.ndarray, closes: np.ndarray) -> np.ndarray:
    """Which two numbers name the first and the last serial of a range."""
    return _names_last(tail, closes) & ((tail == closes) | _names_first(head, begins))


def _names_first(named: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """The serial itself, or 2228 for EM05262228."""
    tails = [(serial >= power) & (named == serial % power) for power in _TAILS]
    return np.logical_or.reduce([named == serial, *tails])


def _names_last(named: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """103 for 103, or 03 (read as 3) for 103, or 229 for 5262229, when it follows another number."""
    return np.logical_or.reduce([named == serial, *(named == serial % power for power in (10, 100, *_TAILS))])
