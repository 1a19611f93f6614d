"""Columns of texts as bytes: many at once, no text is read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EIGHT = 8
_CHUNK = 1 << 16  # texts, few enough for the processor's cache
_SEED = np.uint64(0xCBF29CE484222325)


def bytes_of(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of all texts (large_string or large_binary), and where in them each begins."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    return data[offsets[0] : offsets[-1]], offsets - offsets[0] if offsets[0] else offsets


def byte_matrix(raw: pa.Array, widest: int, *, right: bool = False) -> np.ndarray:
    """The bytes of each text (large_binary) in a row, zeros behind them (before them if they stand to the `right`).

    What is beyond `widest` is cut.
    """
    data, offsets = bytes_of(cut_texts(raw, widest))
    lengths = np.diff(offsets).astype(np.int32)
    columns = np.arange(max(1, lengths.max(initial=1)), dtype=np.int32)
    inside = columns < lengths[:, None] if not right else columns >= len(columns) - lengths[:, None]
    result = np.zeros(inside.shape, dtype=np.uint8)
    result.reshape(-1)[np.flatnonzero(inside)] = data
    return result


def cut_texts(raw: pa.Array, widest: int) -> pa.Array:
    """The texts (large_binary) without what is beyond `widest`."""
    longest = pc.max(pc.binary_length(raw)).as_py() or 0
    return pc.binary_slice(raw, 0, widest) if longest > widest else raw


def hashed(data: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """A 64-bit hash of each text, eight bytes at a time."""
    padded, count = padded_bytes(data), len(offsets) - 1
    result = np.empty(count, dtype=np.uint64)
    for begin in range(0, count, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        result[part] = _hashed(padded, offsets[:-1][part], np.diff(offsets[begin : begin + _CHUNK + 1]))
    return result


def _hashed(padded: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    result = spread(_SEED ^ length.astype(np.uint64) ^ eights(padded, begin, length))
    for done in range(EIGHT, int(length.max()), EIGHT):
        rows = np.flatnonzero(length > done)
        result[rows] = spread(result[rows] ^ eights(padded, begin[rows] + done, length[rows] - done))
    return result


def padded_bytes(data: np.ndarray) -> np.ndarray:
    """Eight zeros behind the bytes, for `eights`."""
    return np.concatenate([data, np.zeros(EIGHT, dtype=np.uint8)])


def eights(padded: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """The first eight bytes of each text as one number; of a shorter text all, behind zeros."""
    words = np.ndarray(len(padded) - EIGHT + 1, dtype="<u8", buffer=padded, strides=(1,))
    return words[begin] << (8 * (EIGHT - np.minimum(length, EIGHT))).astype(np.uint64)


def spread(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit values so that sums and exclusive-ors of them stay apart (splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
