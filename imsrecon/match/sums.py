"""Splits that no number ties to their record: it is mistyped, or only the taxable values add up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from imsrecon.match.columns import NO_DAY
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.groups import (
    LONGEST,
    Groups,
    agree,
    dated,
    joined,
    key_of,
    keys_of_both,
    keys_of_stems,
    no_groups,
    stems_of,
    that_add_up,
)
from imsrecon.match.joins import in_rupees, join, mixed, ordinals, repeated, stand_among
from imsrecon.match.settings import MatchSettings

FAR_OFF = -(1 << 60)  # paise
DAYS = 10  # between the rows of a split, and to the record whose number they do not bear


def by_one_number_in_value(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Rows that bear one number, several on one side, whose taxable values add up: the heads or the rate differ."""
    a, b = dated(pool.register, left), dated(pool.portal, right)
    whole = keys_of_both(pool, a, b, "plain")
    parts = keys_of_stems(pool, a, b, "plain", whole)
    ways = whole, (parts[0], whole[1]), (whole[0], parts[1])
    return joined([that_add_up(pool, a, b, *keys, settings, _agree_in_value) for keys in ways])


def by_sum(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Two to four rows of one number and day that add up, head by head, to one record of another number: only where
    no record has theirs, and no other record and no other rows have that sum."""
    return _either_way(pool, dated(pool.register, left), dated(pool.portal, right), settings, _adding_up)


def by_one_number_apart(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Two to four rows that bear one number, or parts of it, whose sum does not agree with the record of that number,
    and yet comes nearer to it than any one of them: an amount, the year, the branch or the sign differs."""
    left, right = _numbered(pool.register, left), _numbered(pool.portal, right)
    stages = [partial(_nearer_together, form=form) for form in (_plain, stems_of)]
    return joined([_either_way(pool, left, right, settings, stage) for stage in stages])


def _either_way(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings, stage) -> Groups:
    """Several rows of the books for one portal record, and the reverse."""
    merged = stage(pool, pool.portal, pool.register, right, left, settings)
    split = stage(pool, pool.register, pool.portal, left, right, settings)
    return joined([split, Groups(merged.j, merged.i, merged.group)])


def _plain(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    return pool.numbers.plain[side.number[rows]]


def _numbered(side: Documents, rows: np.ndarray) -> np.ndarray:
    return rows[(side.number[rows] >= 0) & (side.gstin[rows] >= 0) & (side.day[rows] != NO_DAY)]


def _agree_in_value(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    return (np.abs(left[:, 0] - right[:, 0]) <= round(settings.head_tolerance * 100)) & (right[:, 0] > 0)


@dataclass(frozen=True)
class Bundles:
    """Two to four rows of one side that share a key, few days apart: `rows` bundle by bundle, `at` the bundle of each;
    of each bundle the `first` row and the `sums` of its amounts."""

    rows: np.ndarray
    at: np.ndarray
    first: np.ndarray
    sums: np.ndarray


def _bundles(side: Documents, rows: np.ndarray, key: np.ndarray) -> Bundles:
    again = repeated(key)
    rows, at = rows[again], np.unique(key[again], return_inverse=True)[1]
    count = np.bincount(at)[at]
    some = (count > 1) & (count <= LONGEST)
    order = np.flatnonzero(some)[np.argsort(at[some], kind="stable")]
    rows, at = rows[order], at[order]
    begin = np.flatnonzero(np.diff(at, prepend=-1))
    if not len(begin):
        return Bundles(rows, at, rows, side.money[rows])
    days = side.day[rows]
    close = np.maximum.reduceat(days, begin) - np.minimum.reduceat(days, begin) <= DAYS
    of_bundle = np.repeat(np.arange(len(begin)), np.diff(begin, append=len(rows)))
    kept = close[of_bundle]
    sums = np.add.reduceat(side.money[rows], begin)[close]
    return Bundles(rows[kept], (np.cumsum(close) - 1)[of_bundle[kept]], rows[begin][close], sums)


def _adding_up(pool, many, one, rows, single, settings):
    """Links (row of many, row of one)."""
    bundles = _bundles(many, rows, key_of(many, rows, "plain", stems_of(pool, many, rows)))
    first, value = bundles.first, in_rupees(bundles.sums[:, 0])
    if not len(first) or not len(single):
        return no_groups()
    own = mixed(many.pan[first], stems_of(pool, many, first), many.sign[first])
    every = np.flatnonzero(~stand_among(own, mixed(one.pan[single], _plain(pool, one, single), one.sign[single])))
    theirs = [mixed(one.gstin[single], one.sign[single], in_rupees(one.money[single, 0]))]
    ours = [[mixed(many.gstin[first], many.sign[first], value + shift)[every]] for shift in (-1, 0, 1)]
    pairs = [join(every, single, keys, theirs, settings.block_limit, in_order=False) for keys in ours]
    bundle, record = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    near = np.abs(many.day[first[bundle]] - one.day[record]) <= DAYS
    near &= agree(bundles.sums[bundle], one.money[record], settings)
    return _soles(bundles, bundle[near], record[near])


def _nearer_together(pool, many, one, rows, single, settings, *, form):
    """Links (row of many, row of one)."""
    bundles = _bundles(many, rows, mixed(many.gstin[rows], form(pool, many, rows), many.sign[rows]))
    first = bundles.first
    if not len(first) or not len(single):
        return no_groups()
    ours = mixed(many.pan[first], form(pool, many, first), many.sign[first])
    theirs = mixed(one.pan[single], _plain(pool, one, single), one.sign[single])
    bundle, record = join(np.arange(len(first)), single, [ours], [theirs], settings.block_limit, in_order=False)
    near = np.abs(many.day[first[bundle]] - one.day[record]) <= DAYS
    near |= agree(bundles.sums[bundle], one.money[record], settings)
    bundle, record = bundle[near], record[near]
    value = one.money[record, 0]
    alone = np.full((len(first), LONGEST), FAR_OFF)
    alone[bundles.at, ordinals(bundles.at)] = many.money[bundles.rows, 0]
    nearer = np.abs(bundles.sums[bundle, 0] - value) < np.abs(alone[bundle] - value[:, None]).min(axis=1)
    return _soles(bundles, bundle[nearer], record[nearer])


def _soles(bundles: Bundles, bundle: np.ndarray, record: np.ndarray) -> Groups:
    """The groups of bundles and records that have no other choice."""
    sole = (np.bincount(bundle, minlength=len(bundles.first))[bundle] == 1) & (np.bincount(record)[record] == 1)
    of_bundle = np.full(len(bundles.first), -1)
    of_bundle[bundle[sole]] = record[sole]
    of_row = of_bundle[bundles.at]
    linked = of_row >= 0
    return Groups(bundles.rows[linked], of_row[linked], bundles.at[linked])
