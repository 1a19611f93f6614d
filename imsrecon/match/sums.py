"""Splits that no number ties to their record: it is mistyped, or only the taxable values add up."""

from __future__ import annotations

import numpy as np

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.groups import LONGEST, Groups, agree, dated, joined, keys_of_form, no_groups, stems_of, that_add_up
from imsrecon.match.joins import join, mixed
from imsrecon.match.settings import MatchSettings

DAYS = 10  # between the rows of a split, and to the record whose number they do not bear


def by_one_number_in_value(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Rows that bear one number, several on one side, whose taxable values add up: the heads or the rate differ."""
    a, b = dated(pool.register, left), dated(pool.portal, right)
    found = []
    for stemmed in ((), (0,), (1,)):
        keys = [
            keys_of_form(side, rows, stems_of(pool, side, rows) if at in stemmed else _plain(pool, side, rows))
            for at, (side, rows) in enumerate(((pool.register, a), (pool.portal, b)))
        ]
        found.append(that_add_up(pool, a, b, keys[0], keys[1], settings, _agree_in_value))
    return joined(found)


def by_sum(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Groups:
    """Two to four rows of one number and day that add up, head by head, to one record of another number: only where
    no other record and no other rows have that sum."""
    found = []
    for one, many, mirrored in ((pool.portal, pool.register, False), (pool.register, pool.portal, True)):
        single, several = (left, right) if mirrored else (right, left)
        groups = _to_one(pool, one, many, dated(one, single), dated(many, several), settings)
        found.append(Groups(groups.j, groups.i, groups.group) if mirrored else groups)
    return joined(found)


def _plain(pool: Pool, side: Documents, rows: np.ndarray) -> np.ndarray:
    return pool.numbers.plain[side.number[rows]]


def _agree_in_value(left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> np.ndarray:
    return (np.abs(left[:, 0] - right[:, 0]) <= round(settings.head_tolerance * 100)) & (right[:, 0] > 0)


def _to_one(pool: Pool, one: Documents, many: Documents, single: np.ndarray, rows: np.ndarray, settings: MatchSettings):
    """Links (row of many, row of one)."""
    rows, at = _bundles(pool, many, rows)
    if not len(single) or not len(rows):
        return no_groups()
    begin = np.flatnonzero(np.diff(at, prepend=-1))
    sums, first = np.add.reduceat(many.money[rows], begin), rows[begin]
    span = np.maximum.reduceat(many.day[rows], begin) - np.minimum.reduceat(many.day[rows], begin)
    short = np.flatnonzero(span <= DAYS)
    value = (sums[short, 0] + 50) // 100
    theirs = [mixed(one.gstin[single], one.sign[single], (one.money[single, 0] + 50) // 100)]
    owner = many.gstin[first[short]], many.sign[first[short]]
    pairs = [join(short, single, [mixed(*owner, value + shift)], theirs, settings.block_limit) for shift in (-1, 0, 1)]
    bundle, record = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    near = np.abs(many.day[first[bundle]] - one.day[record]) <= DAYS
    near &= agree(sums[bundle], one.money[record], settings)
    bundle, record = bundle[near], record[near]
    sole = (np.bincount(bundle, minlength=len(first))[bundle] == 1) & (np.bincount(record)[record] == 1)
    of_bundle = np.full(len(first), -1)
    of_bundle[bundle[sole]] = record[sole]
    linked = of_bundle[at] >= 0
    return Groups(rows[linked], of_bundle[at[linked]], at[linked])


def _bundles(pool: Pool, many: Documents, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of which two to four bear one number, bundle by bundle, and the number of the bundle of each."""
    key = keys_of_form(many, rows, stems_of(pool, many, rows, apart=True)) if len(rows) else rows
    at = np.unique(key, return_inverse=True)[1]
    count = np.bincount(at)[at] if len(at) else at
    some = (count > 1) & (count <= LONGEST)
    rows, at = rows[some], np.unique(at[some], return_inverse=True)[1]
    order = np.argsort(at, kind="stable")
    return rows[order], at[order]
