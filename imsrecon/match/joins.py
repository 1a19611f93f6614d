"""Joins of rows to rows by a key, never all pairs of a large block."""

from __future__ import annotations

import numpy as np
import pandas as pd

EMPTY = np.zeros(0, dtype=np.int64)
_LEAST_BITS, _MOST_BITS = 10, 24


def mixed(*columns: np.ndarray) -> np.ndarray:
    """One 64-bit key of several integer columns (splitmix64 chained)."""
    key = np.full(len(columns[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in columns:
        key ^= column.view(np.uint64) if column.dtype.itemsize == 8 else column.astype(np.int64).view(np.uint64)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(29)
        key *= np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(32)
    return key


def sift(keys: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which keys may stand `among` the others: all that do, and few that do not. Keys are spread 64-bit values."""
    bits = _bits(16 * len(among))
    seen = np.zeros(1 << bits, dtype=bool)
    seen[_cells(among, bits)] = True
    return seen[_cells(keys, bits)]


def repeated(keys: np.ndarray, times: int = 2) -> np.ndarray:
    """The places of the keys that may stand so many `times`: all that do, and few that do not. Keys as for `sift`."""
    cells = _cells(keys, _bits(8 * len(keys)))
    return np.flatnonzero(np.bincount(cells)[cells] >= times)


def _bits(cells: int) -> int:
    return min(max(_LEAST_BITS, cells.bit_length()), _MOST_BITS)


def _cells(keys: np.ndarray, bits: int) -> np.ndarray:
    """The first bits of each key."""
    return (keys >> np.uint64(64 - bits)).view(np.int64)


def sift_both(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places on either side of the keys that may stand on the other."""
    here = np.flatnonzero(sift(left, right))
    return here, np.flatnonzero(sift(right, left[here]))


def stand_among(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which keys stand among the others. Keys as for `sift`."""
    here, there = sift_both(keys, others)
    result = np.zeros(len(keys), dtype=bool)
    result[here] = np.isin(keys[here], others[there])
    return result


def join(
    left: np.ndarray,
    right: np.ndarray,
    left_keys: list,
    right_keys: list,
    limit: int,
    *,
    in_order: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left row, right row) with equal first key.

    `left` and `right` are row numbers; the first key belongs to them position by position, finer ones are functions of
    row numbers. A block of more than `limit` pairs must agree in the second key as well, and so on; if it is still too
    large, the rows pair in their order, or, where that would be a guess (`in_order` is False), not at all.
    """
    if not len(left) or not len(right):
        return EMPTY, EMPTY
    here, there = sift_both(left_keys[0], right_keys[0])
    if not len(here) or not len(there):
        return EMPTY, EMPTY
    left, left_key, right, right_key = left[here], left_keys[0][here], right[there], right_keys[0][there]
    codes = pd.factorize(np.concatenate([left_key, right_key]), size_hint=max(len(left), len(right)))[0]
    of_left, of_right = codes[: len(left)], codes[len(left) :]
    size = np.bincount(of_right, minlength=int(codes.max()) + 1)
    large = np.bincount(of_left, minlength=len(size)) * size > limit
    # Codes of sixteen bits are sorted by radix, which is quick.
    order = np.argsort(of_right.astype(np.min_scalar_type(len(size))), kind="stable")
    begin = np.cumsum(size) - size
    small = np.flatnonzero((size > 0)[of_left] & ~large[of_left])
    count = size[of_left[small]]
    before = np.cumsum(count) - count
    at_right = np.arange(int(count.sum())) + np.repeat(begin[of_left[small]] - before, count)
    pairs = left[np.repeat(small, count)], right[order[at_right]]
    if not large.any() or (len(left_keys) == 1 and not in_order):
        return pairs
    heavy_left, heavy_right = np.flatnonzero(large[of_left]), np.flatnonzero(large[of_right])
    finer = [left_key[heavy_left], *left_keys[1:]], [right_key[heavy_right], *right_keys[1:]]
    more = _join_large(left[heavy_left], right[heavy_right], *finer, limit)
    return np.concatenate([pairs[0], more[0]]), np.concatenate([pairs[1], more[1]])


def _join_large(left, right, left_keys, right_keys, limit):
    if len(left_keys) == 1:
        return _in_order(left, right, left_keys[0], right_keys[0])
    sides = (left, left_keys), (right, right_keys)
    finer = [[mixed(keys[0], keys[1](rows)), *keys[2:]] for rows, keys in sides]
    return join(left, right, *finer, limit)


def _in_order(left, right, left_key, right_key):
    """The first with the first, the second with the second, within each key."""
    keys = [mixed(left_key, ordinals(left_key)), mixed(right_key, ordinals(right_key))]
    _, at_left, at_right = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    return left[at_left], right[at_right]


def ordinals(keys: np.ndarray) -> np.ndarray:
    """0 for the first row with a key, 1 for the second, and so on, in the rows' order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    begin = np.maximum.accumulate(np.where(new, np.arange(len(keys)), 0))
    result = np.empty(len(keys), dtype=np.int64)
    result[order] = np.arange(len(keys)) - begin
    return result


def counts(keys: np.ndarray) -> np.ndarray:
    """How many rows share each row's key. Keys as for `sift`."""
    result = np.ones(len(keys), dtype=np.int64)
    again = repeated(keys)
    codes = pd.factorize(keys[again])[0]
    result[again] = np.bincount(codes)[codes]
    return result


def distinct(keys: np.ndarray) -> np.ndarray:
    """The different values in ascending order; by sorting, which for many values is far quicker than by hashing."""
    ordered = np.sort(keys)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def in_all(heads: np.ndarray) -> np.ndarray:
    """Which rows are true in all five amounts; by columns, which is quicker than along short rows."""
    return heads[:, 0] & heads[:, 1] & heads[:, 2] & heads[:, 3] & heads[:, 4]


def in_units(paise: np.ndarray, unit: int) -> np.ndarray:
    """Amounts as part of a key: those a unit (of so many paise) apart are in the same one or in the next."""
    return (paise + unit // 2) // unit


def in_rupees(paise: np.ndarray) -> np.ndarray:
    """`in_units` of a rupee."""
    return in_units(paise, 100)


def first_of(conditions: list[np.ndarray], codes: list[int], otherwise: int) -> np.ndarray:
    """The code of the first condition that holds, as int8."""
    result = np.full(len(conditions[0]), otherwise, dtype=np.int8)
    for condition, code in zip(conditions[::-1], codes[::-1], strict=True):
        result[np.flatnonzero(condition)] = code  # by places: a mask of many changes takes numpy far longer
    return result
