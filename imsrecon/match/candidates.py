"""Which pairs are worth weighing: by supplier and number, then by supplier and amount, then without a supplier."""

from __future__ import annotations

import numpy as np

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import EMPTY, join, mixed
from imsrecon.match.settings import MatchSettings

Pairs = tuple[np.ndarray, np.ndarray]


def by_number(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN with the same serial number."""
    a, b = _numbered(pool.register, left), _numbered(pool.portal, right)
    keys = [
        [mixed(side.pan[rows], pool.numbers.core[side.number[rows]].view(np.int64)), *_finer(side, rows)]
        for side, rows in ((pool.register, a), (pool.portal, b))
    ]
    return join(a, b, keys[0], keys[1], settings.block_limit)


def by_spelling(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN whose numbers are equal without any separator."""
    a, b = _numbered(pool.register, left), _numbered(pool.portal, right)
    keys = [
        [mixed(side.pan[rows], pool.numbers.squash[side.number[rows]].view(np.int64)), *_finer(side, rows)]
        for side, rows in ((pool.register, a), (pool.portal, b))
    ]
    return join(a, b, keys[0], keys[1], settings.block_limit)


def by_amount(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN whose taxable value, tax or total agrees to about a rupee."""
    a, b = _known(pool.register, left), _known(pool.portal, right)
    found = [_near(pool, a, b, measure, settings) for measure in (_taxable, _tax, _gross)]
    found += [_near(pool, a, b, measure, settings, _gross) for measure in (_taxable,)]
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def without_supplier(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of which one side names no supplier (or an import): the same serial, and amounts to about a rupee."""
    found = []
    for lone_left in (True, False):
        a, b = _numbered(pool.register, left, named=False), _numbered(pool.portal, right, named=False)
        if lone_left:
            a = a[pool.register.gstin[a] < 0]
        else:
            b = b[pool.portal.gstin[b] < 0]
        for shift in (-1, 0, 1):
            keys = [
                [mixed(pool.numbers.core[side.number[rows]].view(np.int64), _bucket(_taxable(side, rows)) + move)]
                for side, rows, move in ((pool.register, a, shift), (pool.portal, b, 0))
            ]
            found.append(join(a, b, keys[0], keys[1], settings.block_limit))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _numbered(side: Documents, rows: np.ndarray, *, named: bool = True) -> np.ndarray:
    numbered = rows[side.number[rows] >= 0]
    return numbered[side.pan[numbered] >= 0] if named else numbered


def _known(side: Documents, rows: np.ndarray) -> np.ndarray:
    return rows[side.pan[rows] >= 0]


def _finer(side: Documents, rows: np.ndarray) -> list[np.ndarray]:
    """What a block that is too large must share as well: the amount to the rupee, then the date."""
    return [_bucket(side.money[rows, 0]), side.day[rows]]


def _taxable(side: Documents, rows: np.ndarray) -> np.ndarray:
    return side.money[rows, 0]


def _tax(side: Documents, rows: np.ndarray) -> np.ndarray:
    return side.tax[rows]


def _gross(side: Documents, rows: np.ndarray) -> np.ndarray:
    return side.money[rows].sum(axis=1)


def _bucket(paise: np.ndarray) -> np.ndarray:
    return (paise + 50) // 100


def _near(pool: Pool, a: np.ndarray, b: np.ndarray, measure, settings: MatchSettings, other=None) -> Pairs:
    left, right = measure(pool.register, a), (other or measure)(pool.portal, b)
    a, left = a[left > 0], left[left > 0]
    b, right = b[right > 0], right[right > 0]
    if not len(a) or not len(b):
        return EMPTY, EMPTY
    found = []
    for shift in (-1, 0, 1):
        keys = [
            [mixed(side.pan[rows], _bucket(amount) + move), side.day[rows]]
            for side, rows, amount, move in ((pool.register, a, left, shift), (pool.portal, b, right, 0))
        ]
        found.append(join(a, b, keys[0], keys[1], settings.block_limit))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])
