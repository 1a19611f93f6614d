"""Tax periods, financial years and the dates the law hangs on them.

A period is a string `2025-10`; a quarter is written by its last month. Source: `ims-rules` I-06 to I-10, F, K-08.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd

from imsrecon.domain.errors import InputError

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INDIA = timezone(timedelta(hours=5, minutes=30))
_PERIOD = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")


def check_period(period: str) -> str:
    """Return `period` if it is written like `2025-10`, else raise `InputError`."""
    if not isinstance(period, str) or not _PERIOD.fullmatch(period):
        raise InputError(f"{period!r} is not a tax period.", hint="Write it as year-month, for example 2025-10.")
    return period


def period_of(day: date) -> str:
    """The month that `day` lies in: `date(2025, 10, 3)` gives `2025-10`."""
    return f"{day.year:04d}-{day.month:02d}"


def from_portal(text: str) -> str:
    """`MMYYYY` as the portal writes it (102025) to `2025-10` (I-07)."""
    digits = str(text).strip().zfill(6)
    if not re.fullmatch(r"(0[1-9]|1[0-2])20\d{2}", digits):
        raise InputError(f"{text!r} is not a period of the portal.", hint="The portal writes MMYYYY, e.g. 102025.")
    return f"{digits[2:]}-{digits[:2]}"


def to_portal(period: str) -> str:
    """`2025-10` to `102025`."""
    check_period(period)
    return period[5:] + period[:4]


def shift(period: str, months: int) -> str:
    """The period `months` later, or earlier if negative (I-08)."""
    check_period(period)
    count = int(period[:4]) * 12 + int(period[5:]) - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def quarter_end(period: str) -> str:
    """The last month of the period's quarter: June, September, December or March (I-06)."""
    check_period(period)
    return shift(period, -int(period[5:]) % 3)


def first_day(period: str) -> date:
    """The first calendar day of the period's month."""
    check_period(period)
    return date(int(period[:4]), int(period[5:]), 1)


def last_day(period: str) -> date:
    """The last calendar day of the period's month."""
    return first_day(shift(period, 1)) - timedelta(days=1)


def fy_start(day: date) -> int:
    """The calendar year in which the financial year of `day` starts (I-06)."""
    return day.year if day.month >= 4 else day.year - 1


def financial_year(day: date) -> str:
    """`date(2026, 3, 31)` gives `2025-26`."""
    start = fy_start(day)
    return f"{start}-{(start + 1) % 100:02d}"


def fy_of_period(period: str) -> str:
    """The financial year that a period belongs to."""
    return financial_year(first_day(period))


def fy_starts(dates: pd.Series) -> pd.Series:
    """`fy_start` for a column of datetimes; missing (`<NA>`) where the date is. Int64."""
    years = dates.dt.year.astype("Int64")
    return years - (dates.dt.month < 4).astype("Int64")


def rule37_day(document_date: date) -> date:
    """The 180th day after an invoice (rule 37, I-09): unpaid then, its credit is to be reversed."""
    return document_date + timedelta(days=180)


def show_period(period: str) -> str:
    """`2025-10` as people write it: `Oct 2025`."""
    check_period(period)
    return f"{MONTHS[int(period[5:]) - 1]} {period[:4]}"


def show_date(day: date | pd.Timestamp | None) -> str:
    """`14-Nov-2025`; an empty string for a missing date."""
    if day is None or pd.isna(day):
        return ""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def show_moment(at: str) -> str:
    """A moment of the log (ISO, UTC) as India's clocks have it: `14-Nov-2025, 18:02 IST`."""
    moment = datetime.fromisoformat(at)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_INDIA)
    return f"{show_date(moment.date())}, {moment:%H:%M} IST"
