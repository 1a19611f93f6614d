"""A mistyped GSTIN is mended on the dictionary of GSTINs, not on rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from imsrecon.domain import valid_gstins
from imsrecon.match.joins import distinct, join
from imsrecon.match.texts import bytes_of, eights, padded_bytes, spread


@dataclass(frozen=True)
class Suppliers:
    """The GSTINs of both tables in the order of their texts, the PAN of each as a code, and which were mended."""

    gstins: np.ndarray
    pan: np.ndarray
    repaired: np.ndarray

    @staticmethod
    def of(gstins: np.ndarray, in_books: np.ndarray, in_portal: np.ndarray) -> Suppliers:
        """Of the GSTINs in the order of their texts; the two masks say on which side each stands."""
        return Suppliers(gstins, *mended_pans(gstins, in_books, in_portal))

    def pans(self, gstins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """PAN and whether mended, of some of them."""
        at = pd.Index(self.gstins).get_indexer(gstins) if gstins is not self.gstins else slice(None)
        return self.pan[at], self.repaired[at]


def mended_pans(gstins: np.ndarray, in_books: np.ndarray, in_portal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The PAN of each GSTIN as a code in the order of their texts, and which were read as another's.

    `in_books` and `in_portal` say on which side each stands. A checksum finds every single mistyped character, so
    only GSTINs that fail it and stand on one side only are mended, and only where exactly one of the other side is a
    single typing error away (one character changed, missing, doubled, or two transposed).
    What is too short to hold a PAN stands for itself.
    """
    text = pd.Series(gstins, dtype="str")
    pan = pd.factorize(text.str.slice(2, 12).where(text.str.len() == 15, text), sort=True)[0]
    if not len(gstins):
        return pan, np.zeros(0, dtype=bool)
    lone = np.flatnonzero(in_books != in_portal)
    doubtful = lone[~valid_gstins(text.iloc[lone]).to_numpy()]
    ends, partner = _ends(gstins), np.full(len(gstins), -1)
    for here, there in ((in_books, in_portal), (in_portal, in_books)):
        wrong = doubtful[here[doubtful]]
        partner[wrong] = _only_neighbour(gstins, ends, wrong, np.flatnonzero(there))
    mended = partner >= 0
    return np.where(mended, pan[partner], pan), mended


def _ends(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first seven bytes of each text as a number, and the last seven: one error leaves one of them as it is."""
    data, offsets = bytes_of(pa.array(texts, type=pa.large_string()))
    padded, length = padded_bytes(data), np.minimum(np.diff(offsets), 7)
    return tuple(spread(eights(padded, begin, length)) for begin in (offsets[:-1], offsets[1:] - length))


def _only_neighbour(texts: np.ndarray, ends: tuple, wrong: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each wrong GSTIN the one other that a single typing error makes of it, or -1."""
    result = np.full(len(wrong), -1)
    if not len(wrong) or not len(others):
        return result
    found = [join(wrong, others, [end[wrong]], [end[others]], 1 << 40) for end in ends]
    pairs = distinct(np.concatenate([row << 32 | other for row, other in found]))
    row, other = pairs >> 32, pairs & 0xFFFFFFFF
    apart = process.cpdist(texts[row].tolist(), texts[other].tolist(), scorer=OSA.distance, score_cutoff=1)
    row, other = np.searchsorted(wrong, row[apart <= 1]), other[apart <= 1]
    only = np.bincount(row, minlength=len(wrong)) == 1
    result[row[only[row]]] = other[only[row]]
    return result
