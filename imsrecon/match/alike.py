"""How alike two columns of texts are, pair by pair, told from their bytes: many pairs at once, no text is read."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.match.texts import byte_matrix, bytes_of

LOOKALIKES = tuple(zip("OQDILSBZG", "000115826", strict=True))
_WIDEST = 64
_PRIME = np.uint64(0x100000001B3)
_ASCII = 128
_FOLD = np.arange(256, dtype=np.uint8)
for _letter, _digit in LOOKALIKES:
    _FOLD[ord(_letter)] = ord(_digit)
# Lower case as upper case, too.
_BLIND = _FOLD[[ord(chr(at).upper()) if at < _ASCII else at for at in range(256)]]
_NO_ZEROS = np.where(np.isin(_FOLD, ord("0")), 0, _FOLD)


def may_be_alike(texts: pa.Array, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Which pairs (places in `texts`) need a closer look: all that differ by one slip or by look-alikes, or of which
    one is the end of the other, and few others. Upper and lower case count as the same.

    Their last characters are the same but for look-alikes; or the slip is among the last two, and the one before is.
    """
    data, offsets = bytes_of(texts)
    if not len(data):
        return np.zeros(len(one), dtype=bool)
    begins, ends = zip(*((offsets[each], offsets[each + 1]) for each in (one, two)), strict=True)
    short = np.minimum(*(end - begin for begin, end in zip(begins, ends, strict=True)))
    last = [_BLIND[data.take(end - 1, mode="clip")] for end in ends]
    before = [_BLIND[data.take(begin + short - 3, mode="clip")] for begin in begins]
    return (last[0] == last[1]) | (before[0] == before[1]) | (np.maximum(*last) >= _ASCII)


class Pairs:
    """Pairs of texts (large_binary, none missing) and what they have in common; every answer is a mask of the pairs.

    The answers hold for what is `readable`: ASCII of at most 64 characters.
    """

    def __init__(self, first: pa.Array, second: pa.Array) -> None:
        both = pa.concat_arrays([first, second])
        self._bytes = _halves(byte_matrix(both, _WIDEST + 1))
        self._backwards = _halves(byte_matrix(both, _WIDEST + 1, right=True)[:, ::-1])
        self._length = _halves(np.minimum(pc.binary_length(both).to_numpy(), _WIDEST + 1))
        self.short, self.long = np.minimum(*self._length), np.maximum(*self._length)
        self._head, self._tail = _common(*self._bytes), _common(*self._backwards)
        self.readable = self.long <= _WIDEST
        for each in self._bytes:
            if each.max(initial=0) >= _ASCII:
                self.readable[np.nonzero(each >= _ASCII)[0]] = False

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
        after = np.minimum(self.short, a.shape[1] - 1)
        beyond = np.maximum(a[every, after], b[every, after])
        return (first >= ord("A")) != (beyond >= ord("A"))

    @cached_property
    def fold_alike(self) -> np.ndarray:
        """Perhaps the same but for look-alikes, and for the zeros that these make."""
        return _folded_hash(self._bytes[0]) == _folded_hash(self._bytes[1])


def _halves(both: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return both[: len(both) // 2], both[len(both) // 2 :]


def _common(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many characters are equal from the beginning."""
    equal = np.zeros((len(a), a.shape[1] + 1), dtype=bool)
    equal[:, :-1] = (a == b) & (a > 0)
    return np.argmin(equal, axis=1)


def _folded_hash(matrix: np.ndarray) -> np.ndarray:
    """A hash of the characters with look-alike letters as digits, and no zeros."""
    hashed = np.zeros(len(matrix), dtype=np.uint64)
    for column in _NO_ZEROS.take(matrix.T):
        hashed = np.where(column > 0, (hashed + column) * _PRIME, hashed)
    return hashed
