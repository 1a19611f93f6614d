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
        values = np.ascontiguousarray(column)
        values = values.view(np.uint64) if values.dtype.itemsize == 8 else values.astype(np.int64).view(np.uint64)
        key = (key ^ values) * np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(29)
        key = key * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(32)
    return key


def sift(keys: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Which keys may stand `among` the others: all that do, and few that do not. Keys are spread 64-bit values."""
    bits = min(max(_LEAST_BITS, len(among).bit_length() + 4), _MOST_BITS)
    shift = np.uint64(64 - bits)
    seen = np.zeros(1 << bits, dtype=bool)
    seen[among >> shift] = True
    return seen[keys >> shift]


def join(
    left: np.ndarray,
    right: np.ndarray,
    left_keys: list[np.ndarray],
    right_keys: list[np.ndarray],
    limit: int,
    *,
    in_order: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left row, right row) with equal first key.

    `left` and `right` are row numbers; the keys belong to them position by position. A block of more than `limit`
    pairs must agree in the second key as well, and so on; if it is still too large, the rows pair in their order, or,
    where that would be a guess (`in_order` is False), not at all.
    """
    if not len(left) or not len(right):
        return EMPTY, EMPTY
    left, left_keys = _of(left, left_keys, sift(left_keys[0], right_keys[0]))
    right, right_keys = _of(right, right_keys, sift(right_keys[0], left_keys[0]))
    if not len(left) or not len(right):
        return EMPTY, EMPTY
    codes = pd.factorize(np.concatenate([left_keys[0], right_keys[0]]))[0]
    at, there = codes[: len(left)], codes[len(left) :]
    size = np.bincount(there, minlength=int(codes.max()) + 1)
    order = np.argsort(there, kind="stable")
    begin, count = (np.cumsum(size) - size)[at], size[at]
    large = np.bincount(at, minlength=len(size))[at] * count > limit
    small = np.flatnonzero(~large & (count > 0))
    at_left = np.repeat(small, count[small])
    offset = np.arange(len(at_left)) - np.repeat(np.cumsum(count[small]) - count[small], count[small])
    pairs_left, pairs_right = left[at_left], right[order[np.repeat(begin[small], count[small]) + offset]]
    if not large.any() or (len(left_keys) == 1 and not in_order):
        return pairs_left, pairs_right
    more = _join_large(left, right, left_keys, right_keys, np.flatnonzero(large), limit)
    return np.concatenate([pairs_left, more[0]]), np.concatenate([pairs_right, more[1]])


def _of(rows: np.ndarray, keys: list[np.ndarray], keep: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    return rows[keep], [key[keep] for key in keys]


def _join_large(left, right, left_keys, right_keys, rows, limit):
    heavy = np.flatnonzero(np.isin(right_keys[0], np.unique(left_keys[0][rows])))
    if len(left_keys) == 1:
        return _in_order(left[rows], right[heavy], left_keys[0][rows], right_keys[0][heavy])
    finer_left = [mixed(left_keys[0][rows], left_keys[1][rows]), *(key[rows] for key in left_keys[2:])]
    finer_right = [mixed(right_keys[0][heavy], right_keys[1][heavy]), *(key[heavy] for key in right_keys[2:])]
    return join(left[rows], right[heavy], finer_left, finer_right, limit)


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
    """How many rows share each row's key."""
    if not len(keys):
        return EMPTY
    codes = pd.factorize(keys)[0]
    return np.bincount(codes)[codes]


def distinct(keys: np.ndarray) -> np.ndarray:
    """The different values in ascending order; by sorting, which for many values is far quicker than by hashing."""
    ordered = np.sort(keys)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def first_of(conditions: list[np.ndarray], codes: list[int], otherwise: int) -> np.ndarray:
    """The code of the first condition that holds, as int8."""
    result = np.full(len(conditions[0]), otherwise, dtype=np.int8)
    for condition, code in zip(conditions[::-1], codes[::-1], strict=True):
        result[condition] = code
    return result
