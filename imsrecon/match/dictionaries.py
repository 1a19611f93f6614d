"""The texts of both tables as codes, in one dictionary for each column."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.domain import clean_gstins
from imsrecon.match.texts import bytes_of, hashed

_NOTHING = ("NA", "N/A", "N.A.", "N.A", "NIL", "NIL.", "NONE", "NULL", "NAN")
_CASES = (str, str.lower, str.title)
_NO_NUMBER = ("-", "--", ".", "/", "0", "NaN", *(case(word) for word in _NOTHING for case in _CASES))

_LONGEST = max(map(len, _NO_NUMBER))


def shared_codes(columns: list[pd.Series], clean: Callable, ranked: bool) -> tuple[list[np.ndarray], pa.Array]:
    """Codes for a column of both sides in one dictionary; -1 for missing. Cleaning happens on unique values.

    `ranked` numbers the values in the order of their texts, whatever the order of the rows.
    """
    chunks = [chunk for column in columns for chunk in chunks_of(column)]
    coded = pa.chunked_array(chunks, type=pa.large_string()).dictionary_encode()  # one dictionary for all chunks
    uniques = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], type=pa.large_string())
    mapping, texts = _cleaned(uniques, clean, ranked)
    codes = [chunk.indices.fill_null(len(uniques)).to_numpy() for chunk in coded.chunks]
    every = np.append(mapping, np.int32(-1))[np.concatenate(codes) if codes else np.zeros(0, dtype=np.int32)]
    return np.split(every, [len(columns[0])]), texts


def number_codes(columns: list[pd.Series], pan: np.ndarray) -> tuple[list[np.ndarray], pa.Array]:
    """`shared_codes` of document numbers, those of a PAN (a code for each row of both sides) one behind the other.

    They are told apart by their hashes, which is quicker where nearly every row has another text.
    """
    texts = joined_texts(columns).fill_null("")
    order = np.argsort(pan.astype(np.uint16), kind="stable")  # numpy counts those; what two PANs mix does no harm
    found, uniques = pd.factorize(hashed(*bytes_of(texts)).take(order))
    rows = np.empty(len(uniques), dtype=np.int64)
    rows[found] = order  # one of those that have the text
    mapping, cleaned = _cleaned(texts.take(pa.array(rows)), _numbered, ranked=False)
    codes = np.empty(len(texts), dtype=np.int32)
    codes[order] = mapping[found]
    return np.split(codes, [len(columns[0])]), cleaned


def joined_texts(columns: list[pd.Series]) -> pa.Array:
    """The texts of columns, one behind the other."""
    nothing = pa.array([], type=pa.large_string())
    return pa.concat_arrays([nothing, *(chunk for column in columns for chunk in chunks_of(column))])


def chunks_of(column: pd.Series) -> list[pa.Array]:
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    return array.chunks if isinstance(array, pa.ChunkedArray) else [array]


def _cleaned(uniques: pa.Array, clean: Callable, ranked: bool) -> tuple[np.ndarray, pa.Array]:
    """The code of each unique value after cleaning, -1 for what is then empty, and the clean values."""
    given = pd.Series(uniques, dtype="str")
    cleaned = clean(given)
    kept = cleaned.ne("").to_numpy(bool)
    if not ranked and (cleaned.eq(given).to_numpy(bool) | ~kept).all():
        return np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32), uniques.filter(pa.array(kept))
    mapping, texts = pd.factorize(cleaned.mask(cleaned == ""), sort=ranked)
    return mapping.astype(np.int32), pa.array(texts, type=pa.large_string(), from_pandas=True)


def _stripped(column: pd.Series) -> pd.Series:
    return column.str.strip()


def _numbered(column: pd.Series) -> pd.Series:
    """Blanks taken off; what is written where there is no number counts as missing."""
    stripped = _stripped(column)
    short = np.flatnonzero(pc.binary_length(pa.array(stripped)).to_numpy(zero_copy_only=False) <= _LONGEST)
    nothing = short[stripped.iloc[short].isin(_NO_NUMBER).to_numpy(bool)]
    if len(nothing):
        stripped.iloc[nothing] = ""
    return stripped


DICTIONARIES = {
    "supplier_gstin": (clean_gstins, True), "pos": (_stripped, False),
    "port_code": (lambda column: _stripped(column).str.upper(), True),
}  # fmt: skip
