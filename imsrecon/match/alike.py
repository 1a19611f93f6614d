"""Which pairs of texts are worth a closer look: told from their bytes, many pairs at once, before any text is read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from imsrecon.match.numbers import byte_matrix

LOOKALIKES = tuple(zip("OQDILSBZG", "000115826", strict=True))
_WIDEST = 64
_PRIME = np.uint64(0x100000001B3)
_FOLD = np.arange(256, dtype=np.uint8)
for _letter, _digit in LOOKALIKES:
    _FOLD[ord(_letter)] = ord(_digit)


def maybe_alike(first: pa.Array, second: pa.Array) -> np.ndarray:
    """Which pairs (large_binary, none missing) may be one slip apart, end alike, or be the same but for look-alikes.

    All that are so, and few that are not.
    """
    pair = _Pair(first, second)
    return pair.unreadable | pair.one_slip | pair.ends_alike | pair.folds_alike


def maybe_one_slip(first: pa.Array, second: pa.Array) -> np.ndarray:
    """Which pairs may be one slip apart: a character changed, missing or added, or two transposed."""
    pair = _Pair(first, second)
    return pair.unreadable | pair.one_slip


class _Pair:
    """Two columns of bytes, row by row: their lengths, and how much they have in common from either end."""

    def __init__(self, first: pa.Array, second: pa.Array) -> None:
        a, b = byte_matrix(first, _WIDEST + 1), byte_matrix(second, _WIDEST + 1)
        width = max(a.shape[1], b.shape[1])
        self.a, self.b = (np.pad(each, ((0, 0), (0, width + 1 - each.shape[1]))) for each in (a, b))
        self.long = (self.a > 0).sum(axis=1), (self.b > 0).sum(axis=1)
        self.short = np.minimum(*self.long)
        self.head = _common(self.a, self.b)
        self.tail = np.minimum(
            _common(*(_reversed(*each) for each in zip((self.a, self.b), self.long, strict=True))), self.short
        )

    @property
    def unreadable(self) -> np.ndarray:
        """Too long, or not plain ASCII, where a character is several bytes."""
        return (np.maximum(*self.long) > _WIDEST) | ((self.a | self.b) >= 128).any(axis=1)

    @property
    def one_slip(self) -> np.ndarray:
        apart = np.abs(self.long[0] - self.long[1])
        shared, at, every = self.head + self.tail, np.minimum(self.head, self.a.shape[1] - 2), np.arange(len(self.a))
        crossed = (self.a[every, at] == self.b[every, at + 1]) & (self.a[every, at + 1] == self.b[every, at])
        one = (shared >= self.short - 1) | ((shared == self.short - 2) & crossed)
        return ((apart == 0) & one) | ((apart == 1) & (shared >= self.short))

    @property
    def ends_alike(self) -> np.ndarray:
        return (self.tail == self.short) & (self.long[0] != self.long[1])

    @property
    def folds_alike(self) -> np.ndarray:
        return _folded_hash(self.a) == _folded_hash(self.b)


def _common(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many characters are equal from the beginning; both end in a zero."""
    return np.argmin((a == b) & (a > 0), axis=1)


def _reversed(matrix: np.ndarray, length: np.ndarray) -> np.ndarray:
    at = length[:, None].astype(np.int32) - 1 - np.arange(matrix.shape[1], dtype=np.int32)
    return np.where(at >= 0, np.take_along_axis(matrix, np.maximum(at, 0).astype(np.int64), axis=1), 0).astype(np.uint8)


def _folded_hash(matrix: np.ndarray) -> np.ndarray:
    """A hash of the characters with look-alike letters as digits, and no zeros: folding makes leading ones."""
    hashed = np.zeros(len(matrix), dtype=np.uint64)
    for column in _FOLD[matrix].T:
        kept = (column != 0) & (column != ord("0"))
        hashed = np.where(kept, (hashed + column) * _PRIME, hashed)
    return hashed
