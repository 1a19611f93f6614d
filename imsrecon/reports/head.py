"""The head of every screen and report: who, which month, what is done, what is left, and how many days there are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import due_date
from imsrecon.domain import credit_cutoff, financial_year, first_day, show_date, show_period, show_rupees, total_tax

if TYPE_CHECKING:
    from imsrecon.workspace import Month


def month_facts(month: Month) -> list[tuple[str, str]]:
    """Label and value of each fact, in the order they are shown; rupees are tax, credit notes negative."""
    return [
        ("Client", month.profile.name or month.profile.gstin),
        ("GSTIN", month.profile.gstin),
        ("Period", show_period(month.period)),
        ("Worked as on", show_date(month.today)),
        *_work(month),
        *_dates(month),
    ]


def undecided(month: Month) -> pd.DataFrame:
    """The portal records that may be acted on, carry no decision and stand at N: silence would accept them (B-18)."""
    allowed = month.allowed.set_index("portal_id")[["accept", "reject", "pending"]].any(axis=1)
    open_ids = allowed.index[allowed]
    portal = month.portal
    decided = portal["doc_id"].isin(month.standing_decisions["portal_id"])
    return portal[portal["doc_id"].isin(open_ids) & ~decided & portal["portal_action"].fillna("N").eq("N")]


def _work(month: Month) -> list[tuple[str, str]]:
    sides = set(month.sources["side"])
    books = _counted(month.register, "documents") if "register" in sides else "not imported yet"
    if "portal" not in sides:
        return [("Books", books), ("Portal", "not imported yet")]
    return [
        ("Books", books),
        ("Portal", _counted(month.portal, "records")),
        ("Decided", f"{len(month.standing_decisions):,} records"),
        ("Left to decide", _counted(undecided(month), "records")),
    ]


def _counted(table: pd.DataFrame, word: str) -> str:
    signs = table["doc_type"].eq("CN").map({True: -1, False: 1})
    paise = int((total_tax(table) * signs.to_numpy(dtype="int64")).sum())
    return f"{len(table):,} {word} · tax ₹{show_rupees(paise / 100)}"


def _dates(month: Month) -> list[tuple[str, str]]:
    last_year_end = date(first_day(month.period).year - (first_day(month.period).month < 4), 3, 31)
    cutoff = credit_cutoff(last_year_end, month.profile.filed_gstr9.get(financial_year(last_year_end)))
    return [
        ("GSTR-2B made on", _until(due_date("gstr2b", month.period, month.profile), month.today)),
        ("GSTR-3B due on", _until(due_date("gstr3b", month.period, month.profile), month.today)),
        ("Last year's credit ends", _until(cutoff, month.today)),
    ]


def _until(day: date, today: date) -> str:
    days = (day - today).days
    words = "today" if days == 0 else f"in {days} days" if days > 0 else f"{-days} days ago"
    return f"{show_date(day)} ({words})"
