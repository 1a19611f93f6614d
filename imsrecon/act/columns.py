"""Small helpers on whole columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import TableError, conform


def portal_table(portal: pd.DataFrame) -> pd.DataFrame:
    """The portal table with every column of its contract; raises `TableError` where a row has no identity."""
    missing = [name for name in ("doc_id", "section", "doc_type") if name not in portal.columns]
    if missing:
        raise TableError(f"The portal table has no column {', '.join(missing)}.", hint="Give it as read_portal() does.")
    table = conform(portal, "portal")
    for name in ("doc_id", "section", "doc_type"):
        if table[name].isna().any():
            raise TableError(f"{int(table[name].isna().sum())} portal records have no {name}.", hint="Read them again.")
    if table["doc_id"].duplicated().any():
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
    """The different combinations of values that occur, column by column, and for each row which of them it has.

    Far faster than joining the columns as text. No value may be missing.
    """
    codes, parts = np.zeros(len(columns[0]), dtype=np.int64), []
    for column in columns:
        own, different = _codes(column)
        codes = codes * max(len(different), 1) + own
        parts.append((own, different))
    numbers, _ = pd.factorize(codes)
    first = np.flatnonzero(~pd.Series(numbers).duplicated())
    return numbers, [different[own[first]] for own, different in parts]


def _codes(values: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """`pd.factorize`; a column of text is not made into objects first, which takes longer than all the rest."""
    codes, different = pd.factorize(values if isinstance(values, pd.Series) else np.asarray(values))
    return codes, np.asarray(different, dtype=object) if isinstance(different, pd.Index) else different


def text(values: npt.ArrayLike, index: pd.Index) -> pd.Series:
    """A column of the `str` dtype; None becomes missing."""
    return pd.Series(values, index=index, dtype="str")


def true(column: pd.Series) -> npt.NDArray[np.bool_]:
    """True where a nullable flag is True; missing is False."""
    return column.fillna(False).to_numpy(dtype=bool)


def false(column: pd.Series) -> npt.NDArray[np.bool_]:
    """True where a nullable flag says False; missing is not that."""
    return ~column.fillna(True).to_numpy(dtype=bool)
