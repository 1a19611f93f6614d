"""Fills the policy's sentences: {number}, {supplier}, {tax} … from the facts of each document, a column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import show_date, show_paise, show_period

_PLACE = re.compile(r"\{(\w+)\}")
_CONTROLS = r"[\x00-\x1f\x7f-\x9f]+"


def placeholders(template: str) -> set[str]:
    """The words in braces."""
    return set(_PLACE.findall(template))


def unknown_placeholders(template: str) -> set[str]:
    """The words in braces that nothing can fill."""
    return placeholders(template) - _FILLERS.keys()


class _Rows:
    """Some rows of the facts, a column at a time: only what a sentence asks for is taken."""

    def __init__(self, facts: pd.DataFrame, where: npt.NDArray[np.int64]) -> None:
        self._facts = facts
        self._where = where

    def __getitem__(self, name: str) -> pd.Series:
        return self._facts[name].iloc[self._where]


def fill(template: str, facts: pd.DataFrame, where: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """`template` for the rows of `facts` (see `facts.gather`) at the positions `where`."""
    rows = _Rows(facts, where)
    parts = _PLACE.split(template)
    text = np.full(len(where), parts[0], dtype=object)
    for word, after in zip(parts[1::2], parts[2::2], strict=True):
        text = text + _FILLERS[word](rows).to_numpy(dtype=object) + after
    return text


def fill_each(templates: pd.Series, facts: pd.DataFrame) -> pd.Series:
    """Each row's own template filled, str, on the index of `facts`."""
    text = np.full(len(facts), "", dtype=object)
    codes, different = pd.factorize(templates)
    for number, template in enumerate(different):
        where = np.flatnonzero(codes == number)
        text[where] = fill(str(template), facts, where)
    return pd.Series(text, index=facts.index, dtype="str")


def money(paise: pd.Series) -> pd.Series:
    """Whole paise as rupees in Indian grouping, without the sign; each different amount is written once."""
    return _each(paise.abs(), lambda amount: show_paise(int(amount)))


def days(dates: pd.Series) -> pd.Series:
    """Dates as `14-Nov-2025`; "" where missing."""
    return _each(dates, show_date).fillna("")


def numbers(frame: pd.DataFrame | _Rows) -> pd.Series:
    """What each document is called: its number, or "(no number)"; control characters become spaces."""
    return _clean(frame["doc_no"]).fillna("(no number)")


def numbers_and_dates(frame: pd.DataFrame) -> pd.Series:
    """`INV-7 of 03-Jun-2026`, or the number alone where the date is missing."""
    dates = days(frame["doc_date"])
    return numbers(frame) + dates.where(dates == "", " of " + dates)


def _suppliers(facts: _Rows) -> pd.Series:
    named = _clean(facts["supplier_name"]).fillna(facts["supplier_gstin"])
    return named.mask(named.isna() & facts["doc_type"].eq("BOE"), "Customs").fillna("an unnamed supplier")


def _clean(text: pd.Series) -> pd.Series:
    return text.str.replace(_CONTROLS, " ", regex=True)


def _each(column: pd.Series, show: Callable[..., str]) -> pd.Series:
    different = column.dropna().unique()
    return column.map(dict(zip(different, map(show, different), strict=True))).astype("str")


def _text(name: str, missing: str = "") -> Callable[[_Rows], pd.Series]:
    return lambda facts: facts[name].astype("str").fillna(missing)


_FILLERS: dict[str, Callable[[_Rows], pd.Series]] = {
    "number": numbers,
    "supplier": _suppliers,
    "gstin": _text("supplier_gstin", "no GSTIN"),
    "date": lambda facts: days(facts["doc_date"]),
    "tax": lambda facts: money(facts["paise"]),
    "difference": lambda facts: money(facts["tax_difference"]),
    "books_number": lambda facts: _clean(facts["books_number"]).fillna("(no number)"),
    "match": _text("match_reason"),
    "related": _text("related", "another record"),
    "why_not": _text("why_not"),
    "period": lambda facts: _each(facts["gstr2b_period"], show_period).fillna(""),
    "received": lambda facts: days(facts["received_date"]),
}
