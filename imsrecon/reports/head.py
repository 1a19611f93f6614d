"""The head of every screen and report: who, which month, what is done, what is left, and how many days there are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import credit_cutoff, due_date
from imsrecon.domain import financial_year, first_day, show_date, show_paise, show_period, total_tax

if TYPE_CHECKING:
    from imsrecon.workspace import Month


def month_facts(month: Month) -> list[tuple[str, str]]:
    """Label and value of each fact, in the order they are shown: who and which month, then `month_state`."""
    return [
        ("Client", month.profile.name or month.profile.gstin),
        ("GSTIN", month.profile.gstin),
        ("Period", show_period(month.period)),
        *month_state(month),
    ]


def month_state(month: Month) -> list[tuple[str, str]]:
    """What is done and left, and the days; a value is one or two parts with ` · ` between; a credit note counts
    negative in rupees of tax."""
    return [*_work(month), *_dates(month), ("Worked as on", show_date(month.today))]


def undecided(month: Month) -> pd.DataFrame:
    """The portal records that may be acted on, carry no decision and stand at N: silence would accept them (B-18)."""
    portal = month.portal
    may = month.allowed[["accept", "reject", "pending"]].any(axis=1).to_numpy(dtype=bool)
    left = may & portal["portal_action"].fillna("N").eq("N").to_numpy(dtype=bool)
    left[_decided(month)] = False
    return portal[left]


def _decided(month: Month) -> npt.NDArray[np.intp]:
    """Where the records with a decision that stands are in the portal table."""
    return month.content.index.get_indexer(month.standing_decisions["portal_id"])


def _work(month: Month) -> list[tuple[str, str]]:
    sides = set(month.sources["side"])
    books = _counted(month.register, "documents") if "register" in sides else "not imported yet"
    if "portal" not in sides:
        return [("Books", books), ("Portal", "not imported yet")]
    return [
        ("Books", books),
        ("Portal", _counted(month.portal, "records")),
        ("Decided", _counted(month.portal.iloc[_decided(month)], "records")),
        ("Left to decide", _counted(undecided(month), "records")),
    ]


def _counted(table: pd.DataFrame, word: str) -> str:
    return f"{len(table):,} {word} · tax ₹{show_paise(signed_tax(table))}"


def signed_tax(table: pd.DataFrame) -> int:
    """Tax of documents in paise, a credit note negative."""
    signs = table["doc_type"].eq("CN").map({True: -1, False: 1})
    return int((total_tax(table) * signs.to_numpy(dtype="int64")).sum())


def _dates(month: Month) -> list[tuple[str, str]]:
    last_year_end = date(first_day(month.period).year - (first_day(month.period).month < 4), 3, 31)
    cutoff = credit_cutoff(last_year_end, month.profile.filed_gstr9.get(financial_year(last_year_end)))
    return [
        ("GSTR-2B made on", _until(due_date("gstr2b", month.period, month.profile), month.today)),
        _return(month),
        ("Last year's credit ends", _until(cutoff, month.today)),
    ]


def _return(month: Month) -> tuple[str, str]:
    """When the GSTR-3B is due and whether the list that is left to silence is signed; once filed, when it was."""
    filed = month.profile.filed_on(month.period)
    if filed is not None:
        return "GSTR-3B filed on", f"{show_date(filed)} · the month is closed"
    due = _until(due_date("gstr3b", month.period, month.profile), month.today)
    signed = month.signature if "portal" in set(month.sources["side"]) else None
    told = "" if signed is None else ", list signed" if signed.stands else ", sign again"
    return "GSTR-3B due on", f"{due}{told}"


def _until(day: date, today: date) -> str:
    return f"{show_date(day)} · {days_left(day, today)}"


def days_left(day: date, today: date) -> str:
    """`in 4 days`, `today`, `4 days ago`."""
    days = (day - today).days
    count = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return "today" if days == 0 else f"in {count}" if days > 0 else f"{count} ago"
