"""How alike two columns of texts are, pair by pair, told from their bytes: many pairs at once, no text is read."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa

from imsrecon.match.numbers import byte_matrix

LOOKALIKES = tuple(zip("OQDILSBZG", "000115826", strict=True))
_WIDEST = 64
_PRIME = np.uint64(0x100000001B3)
_ASCII = 128
_FOLD = np.arange(256, dtype=np.uint8)
for _letter, _digit in LOOKALIKES:
    _FOLD[ord(_letter)] = ord(_digit)


class Pairs:
    """Pairs of texts (large_binary, none missing) and what they have in common; every answer is a mask of the pairs.

    The answers hold for what is `readable`: ASCII of at most 64 characters.
    """

    def __init__(self, first: pa.Array, second: pa.Array) -> None:
        a, b = byte_matrix(first, _WIDEST + 1), byte_matrix(second, _WIDEST + 1)
        width = max(a.shape[1], b.shape[1]) + 1
        self._bytes = [np.pad(each, ((0, 0), (0, width - each.shape[1]))) for each in (a, b)]
        self._length = [(each > 0).sum(axis=1) for each in self._bytes]
        self._backwards = [_reversed(*each) for each in zip(self._bytes, self._length, strict=True)]
        self.short, self.long = np.minimum(*self._length), np.maximum(*self._length)
        self._head, self._tail = _common(*self._bytes), _common(*self._backwards)
        self.readable = (self.long <= _WIDEST) & ~(np.maximum(*self._bytes) >= _ASCII).any(axis=1)

    @cached_property
    def changed(self) -> np.ndarray:
        """One character stands for another."""
        return (self.short == self.long) & (self._head + self._tail == self.short - 1)

    @cached_property
    def slipped(self) -> np.ndarray:
        """One character is missing or added, or two neighbours are transposed."""
        added = (self.long - self.short == 1) & (self._head + self._tail >= self.short)
        return added | ((self.short == self.long) & (self._head + self._tail == self.short - 2) & self._crossed)

    @property
    def _crossed(self) -> np.ndarray:
        (a, b), every = self._bytes, np.arange(len(self.short))
        at = np.minimum(self._head, a.shape[1] - 2)
        return (a[every, at] == b[every, at + 1]) & (a[every, at + 1] == b[every, at])

    @cached_property
    def end_alike(self) -> np.ndarray:
        """The longer ends in all of the shorter."""
        return (self._tail >= self.short) & (self.short < self.long)

    @cached_property
    def joined_at_boundary(self) -> np.ndarray:
        """Where the longer goes on beyond the shorter, a letter stands beside what is none."""
        (a, b), every = self._backwards, np.arange(len(self.short))
        first = np.where(self._length[0] < self._length[1], a[every, self.short - 1], b[every, self.short - 1])
        beyond = np.maximum(a[every, self.short], b[every, self.short])
        return (first >= ord("A")) != (beyond >= ord("A"))

    @cached_property
    def fold_alike(self) -> np.ndarray:
        """Perhaps the same but for look-alikes, and for the zeros that these make."""
        return _folded_hash(self._bytes[0]) == _folded_hash(self._bytes[1])


def _common(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many characters are equal from the beginning; both end in a zero."""
    return np.argmin((a == b) & (a > 0), axis=1)


def _reversed(matrix: np.ndarray, length: np.ndarray) -> np.ndarray:
    at = length[:, None] - 1 - np.arange(matrix.shape[1])
    return np.where(at >= 0, np.take_along_axis(matrix, np.maximum(at, 0), axis=1), 0).astype(np.uint8)


def _folded_hash(matrix: np.ndarray) -> np.ndarray:
    """A hash of the characters with look-alike letters as digits, and no zeros."""
    hashed = np.zeros(len(matrix), dtype=np.uint64)
    for column in _FOLD[matrix].T:
        kept = (column != 0) & (column != ord("0"))
        hashed = np.where(kept, (hashed + column) * _PRIME, hashed)
    return hashed
