"""Small helpers on whole columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import TableError, conform

_MOST_KINDS = 2**62  # numbers of kinds fit into 64 bits


def portal_table(portal: pd.DataFrame) -> pd.DataFrame:
    """The portal table with every column of its contract; raises `TableError` where a row has no identity."""
    missing = [name for name in ("doc_id", "section", "doc_type") if name not in portal.columns]
    if missing:
        raise TableError(f"The portal table has no column {', '.join(missing)}.", hint="Give it as read_portal() does.")
    table = conform(portal, "portal")
    for name in ("doc_id", "section", "doc_type"):
        if table[name].isna().any():
            raise TableError(f"{int(table[name].isna().sum())} portal records have no {name}.", hint="Read them again.")
    if not table["doc_id"].is_unique:
        twice = table.loc[table["doc_id"].duplicated(), "doc_id"].iloc[0]
        raise TableError(f"The portal table holds {twice} twice.", hint="Put downloads together with combine_portal().")
    return table


def by_value(values: npt.ArrayLike, function: Callable, dtype: str = "object") -> npt.NDArray:
    """`function` of each value, worked out once for each different one; no value may be missing."""
    codes, different = _codes(values)
    return np.array([function(value) for value in different], dtype=dtype)[codes]


def text_by_value(values: npt.ArrayLike, function: Callable, index: pd.Index) -> pd.Series:
    """`by_value` for text: a column of the `str` dtype."""
    codes, different = _codes(values)
    answers = pd.array([function(value) for value in different], dtype="str")
    return pd.Series(answers.take(codes), index=index)


def combinations(*columns: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], list[npt.NDArray]]:
    """The different combinations of values that occur, column by column, and for each row which of them it has."""
    numbers, first = alike(*columns)
    return numbers, [_at(column, first) for column in columns]


def alike(*columns: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each row the number of its kind, and for each kind the first row that is of it.

    Rows are of one kind if they agree in every column, missing values too. What follows from these columns alone is
    worked out once for each kind: far faster than for each row, or than joining the columns as text.
    """
    codes, most = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        own, different = _codes(column)
        if most > _MOST_KINDS // (len(different) + 1):
            codes, most = pd.factorize(codes)[0], len(codes)
        codes, most = codes * (len(different) + 1) + own + 1, most * (len(different) + 1)
    numbers, _ = pd.factorize(codes)
    return numbers, np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))


def _at(column: npt.ArrayLike, rows: npt.NDArray[np.int64]) -> npt.NDArray:
    return column.iloc[rows].to_numpy(dtype=object) if isinstance(column, pd.Series) else np.asarray(column)[rows]


def _codes(values: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """`pd.factorize`; a column of text is not made into objects first, which takes longer than all the rest."""
    if values.dtype == bool:
        return np.asarray(values).astype(np.int64), np.array([False, True])
    codes, different = pd.factorize(values if isinstance(values, pd.Series) else np.asarray(values))
    return codes, np.asarray(different, dtype=object) if isinstance(different, pd.Index) else different


def positions(ids: pd.Series, among: pd.Series) -> npt.NDArray[np.int64]:
    """Where each id stands among others that are all different, by position; -1 if it is not there."""
    codes, different = pd.factorize(pd.concat([among, ids], ignore_index=True))
    places = np.full(len(different) + 1, -1)  # the last is that of a missing id
    places[codes[: len(among)]] = np.arange(len(among))
    return places[codes[len(among) :]]


def coded(column: pd.Series, words: Sequence[str]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """A column of few words as numbers, -1 where it is missing, and the words they stand for: `words`, then others."""
    codes, different = pd.factorize(column)
    every = list(dict.fromkeys([*words, *different]))
    return np.array([*map(every.index, different), -1])[codes], every


def worded(codes: npt.NDArray[np.int64], words: Sequence[str], index: pd.Index) -> pd.Series:
    """Numbers as `coded` gives them back as a column of the `str` dtype."""
    return pd.Series(pd.array(words, dtype="str").take(codes, allow_fill=True), index=index)


def text(values: npt.ArrayLike, index: pd.Index) -> pd.Series:
    """A column of the `str` dtype; None becomes missing."""
    return pd.Series(values, index=index, dtype="str")


def true(column: pd.Series) -> npt.NDArray[np.bool_]:
    """True where a nullable flag is True; missing is False."""
    return column.fillna(False).to_numpy(dtype=bool)


def false(column: pd.Series) -> npt.NDArray[np.bool_]:
    """True where a nullable flag says False; missing is not that."""
    return ~column.fillna(True).to_numpy(dtype=bool)
