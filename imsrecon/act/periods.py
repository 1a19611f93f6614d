"""Which 2B-period each record falls in, and whether that period is closed.

A record is `closed` when the GSTR-3B of its 2B-period is filed (C-25). Returns are filed in order, and no 2B is drawn
before the last period's 3B is filed (C-24): a filed period, or a 2B in the table, closes what came before it.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import by_value, combinations, text, text_by_value, true
from imsrecon.act.deadlines import day_of
from imsrecon.domain import Profile, check_period, quarter_end, shift

# The calendar's event and filing frequency that end the window of each form; others as a monthly filer's GSTR-1.
_WINDOWS = {
    "IFF": ("iff", "quarterly"),
    "R5": ("gstr5_gstr6", "monthly"),
    "R6": ("gstr5_gstr6", "monthly"),
    "ICEGATE": ("icegate", "monthly"),
}
_ANY_STATE = "27"


def periods(portal: pd.DataFrame, period: str, profile: Profile) -> pd.DataFrame:
    """`gstr2b_period` as resolved, `tax_period` (a quarter's last month under QRMP), `closed`, `carried`, `own_period`,
    `either_window` (it rests on a filing date by which a monthly filer would be a period later, D-02).

    A record without a 2B-period falls in `period`, or later where its form was filed too late for that (D-01 to
    D-04); one of GSTR-1A a month after its return period at the earliest (D-03). `carried`: its period is closed and
    it was pending then, so it may still be acted on (C-25, C-26).
    """
    check_period(period)
    own = portal["gstr2b_period"]
    resolved = own.fillna(_arrived(portal, period))
    tax_period = text_by_value(resolved, profile.tax_period, portal.index)
    closed = _closed(portal, tax_period, profile)
    return pd.DataFrame(
        {
            "gstr2b_period": resolved,
            "tax_period": tax_period,
            "own_period": own.notna(),
            "closed": closed,
            "carried": closed & _was_pending(portal),
            "either_window": own.isna() & _either_window(portal),
        }
    )


def _arrived(portal: pd.DataFrame, period: str) -> pd.Series:
    """`period`, or the later one in which its return, form or filing date puts the record."""
    arrived = arrival_periods(portal.assign(return_period=portal["return_period"].fillna(period)))
    return text_by_value(arrived, lambda month: max(month, period), portal.index)


def arrival_periods(portal: pd.DataFrame) -> pd.Series:
    """The 2B-period in which each record arrived by its form and filing date (D-01 to D-04, K-13), str.

    The first period, from its return's own on, whose window was open on that day; the windows end with the calendar's
    due dates, extensions heeded (D-07). No file says who files quarterly, so GSTR-1 of a quarter's last month is given
    the quarterly filer's two days more (D-02). Without a filing date the form is taken to have been filed in time: the
    return's own period, for GSTR-1A the next (D-03). Missing where the return period is.
    """
    known = portal["return_period"].notna()
    rows = portal[known]
    days = rows["filing_date"].to_numpy().astype("datetime64[D]").astype("int64")
    numbers, parts = combinations(rows["return_period"], rows["source_form"].fillna(""), days)
    found = [_arrival(*case) for case in zip(*parts, strict=True)]
    return text(np.array([*found, None], dtype=object)[numbers], rows.index).reindex(portal.index)


def _arrival(period: str, form: str, day: int) -> str:
    perhaps_quarterly = _perhaps_quarterly(period, form)
    if form == "R1A":
        period = shift(period, 1)
    filed = np.datetime64(int(day), "D")
    while not np.isnat(filed) and filed > np.datetime64(_window_end(form, period, perhaps_quarterly)):
        period = shift(period, 1)
    return period


def _perhaps_quarterly(period: str, form: str) -> bool:
    """GSTR-1 of a quarter's last month: the only one that a quarterly filer files."""
    return form == "R1" and period == quarter_end(period)


def _either_window(portal: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Filed after the monthly filer's window of a period ended and before the quarterly filer's did."""
    rows = np.flatnonzero(portal[["return_period", "filing_date"]].notna().all(axis="columns"))
    given = portal.iloc[rows]
    days = given["filing_date"].to_numpy().astype("datetime64[D]").astype("int64")
    numbers, parts = combinations(given["return_period"], given["source_form"].fillna(""), days)
    found = [
        _perhaps_quarterly(period, form) and _arrival(period, form, day) != _arrival(period, "", day)
        for period, form, day in zip(*parts, strict=True)
    ]
    result = np.zeros(len(portal), dtype=bool)
    result[rows] = np.array(found, dtype=bool)[numbers]
    return result


@cache
def _window_end(form: str, period: str, perhaps_quarterly: bool) -> date:
    """The last day on which this form still falls in the 2B of `period`."""
    event, frequency = _WINDOWS.get(form, ("gstr1", "quarterly" if perhaps_quarterly else "monthly"))
    return day_of(event, period, frequency, _ANY_STATE)


def closed_periods(portal: pd.DataFrame, tax_period: pd.Series, profile: Profile) -> set[str]:
    """The tax periods of this table whose GSTR-3B is filed, or must have been (C-24)."""
    different = set(tax_period.unique())
    filed = max((profile.tax_period(month) for month in profile.filed_3b), default="")
    drawn = portal["gstr2b_part"].notna().to_numpy(dtype=bool) & portal["gstr2b_period"].notna().to_numpy(dtype=bool)
    newest = max(set(tax_period[drawn].unique()), default="")
    return {month for month in different if month <= filed or month < newest}


def _closed(portal: pd.DataFrame, tax_period: pd.Series, profile: Profile) -> npt.NDArray[np.bool_]:
    closed = closed_periods(portal, tax_period, profile)
    return by_value(tax_period, closed.__contains__, "bool")


def _was_pending(portal: pd.DataFrame) -> npt.NDArray[np.bool_]:
    pending = portal["portal_action"].eq("P").to_numpy(dtype=bool)
    # The portal does not tell a carried record that was accepted since from one consumed long ago; who kept the
    # earlier downloads says so in a column of his own.
    return pending | true(portal["carried"].astype("boolean")) if "carried" in portal else pending
