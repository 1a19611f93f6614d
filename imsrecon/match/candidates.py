"""Which pairs are worth weighing: by supplier and number, then by supplier and amount, then without a supplier."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from imsrecon.match.documents import Documents, Pool
from imsrecon.match.joins import in_rupees, join, mixed
from imsrecon.match.settings import MatchSettings

Pairs = tuple[np.ndarray, np.ndarray]


def by_number(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN with the same serial number."""
    a, b = _numbered(pool.register, left), _numbered(pool.portal, right)
    keys = [
        [mixed(side.pan[rows], pool.numbers.core[side.number[rows]]), *_finer(side)]
        for side, rows in ((pool.register, a), (pool.portal, b))
    ]
    return join(a, b, keys[0], keys[1], settings.block_limit)


def by_spelling(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN whose numbers are equal without any separator."""
    a, b = _numbered(pool.register, left), _numbered(pool.portal, right)
    keys = [
        [mixed(side.pan[rows], pool.numbers.squash[side.number[rows]]), *_finer(side)]
        for side, rows in ((pool.register, a), (pool.portal, b))
    ]
    return join(a, b, keys[0], keys[1], settings.block_limit)


def by_amount(pool: Pool, left: np.ndarray, right: np.ndarray, settings: MatchSettings) -> Pairs:
    """Pairs of one PAN whose taxable value, tax or total agrees to about a rupee, or the value is the other's total."""
    a, b = _known(pool.register, left), _known(pool.portal, right)
    ours, theirs = _by_measure(pool.register, a, (-1, 0, 1)), _by_measure(pool.portal, b, (0,))
    taxable, tax, gross = range(3)
    ways = (taxable, taxable), (tax, tax), (gross, gross), (taxable, gross)
    found = [pair for one, other in ways for pair in _near(pool, ours[one], theirs[other], settings)]
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
                [mixed(pool.numbers.core[side.number[rows]], in_rupees(side.money[rows, 0]) + move)]
                for side, rows, move in ((pool.register, a, shift), (pool.portal, b, 0))
            ]
            found.append(join(a, b, keys[0], keys[1], settings.block_limit))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _numbered(side: Documents, rows: np.ndarray, *, named: bool = True) -> np.ndarray:
    numbered = side.number[rows] >= 0
    return rows[numbered & (side.pan[rows] >= 0)] if named else rows[numbered]


def _known(side: Documents, rows: np.ndarray) -> np.ndarray:
    return rows[side.pan[rows] >= 0]


def _finer(side: Documents) -> list[Callable[[np.ndarray], np.ndarray]]:
    """What a block that is too large must share as well: the amount to the rupee, then the date."""
    return [lambda rows: in_rupees(side.money[rows, 0]), lambda rows: side.day[rows]]


def _by_measure(side: Documents, rows: np.ndarray, moves: tuple[int, ...]) -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """For taxable value, tax and total: the rows that have it, and keys of PAN and rupees, some rupees more or less."""
    money = side.money[rows]
    tax = money[:, 1] + money[:, 2] + money[:, 3] + money[:, 4]
    found = []
    for amount in (money[:, 0], tax, money[:, 0] + tax):
        some = np.flatnonzero(amount > 0)
        pan, rupees = side.pan[rows[some]], in_rupees(amount[some])
        found.append((rows[some], [mixed(pan, rupees + move) for move in moves]))
    return found


def _near(pool: Pool, ours: tuple, theirs: tuple, settings: MatchSettings) -> list[Pairs]:
    """Pairs of any of our keys with theirs; of too many those of one day."""
    (a, keys), (b, (whole,)) = ours, theirs
    days = (lambda rows: pool.register.day[rows]), (lambda rows: pool.portal.day[rows])
    return [join(a, b, [key, days[0]], [whole, days[1]], settings.block_limit) for key in keys]
