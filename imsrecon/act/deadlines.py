"""Dates: due dates and the last day of pending, by who the client is; the ends of section 16(4) and of the cess."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import by_value
from imsrecon.domain import Profile, RulebookError, financial_year, first_day, fy_start, period_of, shift, to_paise
from imsrecon.rulebook import Rule, in_force, rule


def due_date(event: str, period: str, profile: Profile) -> date:
    """The day by which `event` (`gstr1`, `gstr2b`, `gstr3b`, …) of `period` is due for this client.

    The tax period is the client's: a month of a QRMP quarter has its quarter's date, save for what falls due each
    month all the same (F-04), or in a quarter's first two months only (F-03 `iff`, F-08 `pmt06`). Source: F-01 to F-08,
    extensions K-14. Raises `RulebookError` if the calendar has no such event for the client and month.
    """
    tax_period = profile.tax_period(period)
    rows = [row for row in in_force("calendar", period) if row["event"] == event]
    if period == tax_period and any(row.get("first_two_months") for row in rows):
        raise RulebookError(f"The calendar has no '{event}' for {period}, the last month of its tax period.")
    due_of = period if any(row.get("each_month") for row in rows) else tax_period
    return day_of(event, due_of, profile.frequency_in(tax_period), profile.gstin[:2])


def day_of(event: str, tax_period: str, frequency: str, state: str) -> date:
    """`due_date` of a tax period for any registration of that filing frequency and state."""
    rows = [row for row in in_force("calendar", tax_period) if row["event"] == event and _is_for(row, frequency, state)]
    if not rows:
        raise RulebookError(f"The calendar has no '{event}' for {frequency} filers of state {state}.")
    row = next((row for row in rows if row["kind"] == "extension"), rows[0])
    if row.get("due"):
        return row["due"]
    return first_day(shift(tax_period, row["months_after"])) + timedelta(days=row["day"] - 1)


def _is_for(row: Rule, frequency: str, state: str) -> bool:
    if frequency not in row.get("frequency", ()):
        return False
    return any(low <= state <= high for low, high in (span.split("-") for span in row["states"]))


def next_tax_period(period: str, profile: Profile) -> str:
    """The client's tax period after the one that `period` belongs to; his frequency then decides its length (I-08)."""
    return profile.tax_period(shift(profile.tax_period(period), 1))


def periods_between(start: str, end: str, profile: Profile) -> int:
    """How many of the client's tax periods lie from one to a later one; 0 if it is not later."""
    count = 0
    while start < end:
        start, count = next_tax_period(start, profile), count + 1
    return count


def one_period_end(period: str, profile: Profile) -> date:
    """Last day of pending for a record of this 2B-period that may be pending for one tax period (B-20, K-12)."""
    return due_date("gstr3b", next_tax_period(period, profile), profile)


def credit_cutoff(document_date: date, filed_gstr9: date | None = None) -> date:
    """The legal last day for the credit of a document: section 16(4), I-10, F-12, K-08.

    The day that the calendar names after the financial year, or the day GSTR-9 was filed if that is earlier.
    """
    row = next(row for row in in_force("calendar", period_of(document_date)) if row["event"] == "credit_cutoff")
    cutoff = date(fy_start(document_date) + 1, row["month"], row["day"])
    return min(cutoff, filed_gstr9) if filed_gstr9 else cutoff


def cutoffs(doc_dates: pd.Series, profile: Profile) -> pd.Series:
    """Section 16(4) cut-off of each document date, datetimes; missing where the date is (I-10)."""

    def cutoff(day: np.datetime64) -> np.datetime64:
        document_date = pd.Timestamp(day).date()
        filed = profile.filed_gstr9.get(financial_year(document_date))
        return np.datetime64(credit_cutoff(document_date, filed), "D")

    days = doc_dates.to_numpy().astype("datetime64[M]")
    known = ~np.isnat(days)
    result = np.full(len(days), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    result[known] = by_value(days[known], cutoff, "datetime64[D]")
    return pd.Series(result.astype("datetime64[us]"), index=doc_dates.index)


def late_cess(documents: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Domestic invoices and debit notes with cess after the day on which it ended; credit notes may carry it (K-20).

    `documents`: doc_type, doc_date and cess, of the register or the portal.
    """
    late = np.zeros(len(documents), dtype=bool)
    rows = np.flatnonzero(to_paise(documents["cess"]) > 0)
    charged = documents[["doc_type", "doc_date"]].iloc[rows]
    late[rows] = charged["doc_type"].isin(["INV", "DN"]) & (
        charged["doc_date"] > pd.Timestamp(rule("K-20")["last_day"])
    )
    return late
