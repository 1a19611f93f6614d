"""By when: the due date of GSTR-3B (F-06, F-07), the last useful day for a credit (K-08), the end of pending (B-20)."""

from __future__ import annotations

from datetime import date

import pandas as pd

from imsrecon.act import credit_cutoff, due_date
from imsrecon.domain import Profile, financial_year, fy_starts, period_of, quarter_end, shift


def useful_day(document_date: date, profile: Profile) -> date:
    """The due date of the last GSTR-3B that can carry the document's credit (K-08, F-17).

    The legal day (`act.credit_cutoff`) is later: what suppliers furnish after this day reaches no return in time.
    """
    cutoff = _cutoff(document_date, profile)
    month = period_of(cutoff)
    for _ in range(12):
        month = shift(month, -1)
        last_of_its_return = profile.frequency_in(month) == "monthly" or month == quarter_end(month)
        due = due_date("gstr3b", month, profile)
        if last_of_its_return and due <= cutoff:
            return due
    return cutoff


def credit_days(dates: pd.Series, profile: Profile) -> tuple[pd.Series, pd.Series]:
    """The useful day and the legal day (section 16(4)) for a column of document dates; missing where the date is."""
    years = fy_starts(dates)
    heads = {year: date(int(year), 4, 1) for year in years.dropna().unique()}
    useful = {year: pd.Timestamp(useful_day(day, profile)) for year, day in heads.items()}
    legal = {year: pd.Timestamp(_cutoff(day, profile)) for year, day in heads.items()}
    return years.map(useful).astype("datetime64[us]"), years.map(legal).astype("datetime64[us]")


def last_draws(useful: pd.Series, profile: Profile) -> pd.Series:
    """The day on which the 2B of the last usable GSTR-3B is drawn: later reports reach no return in time (K-08)."""
    periods = {day: shift(period_of(day), -1) for day in useful.dropna().unique()}
    drawn = {day: pd.Timestamp(due_date("gstr2b", period, profile)) for day, period in periods.items()}
    return useful.map(drawn).astype("datetime64[us]")


def _cutoff(document_date: date, profile: Profile) -> date:
    return credit_cutoff(document_date, profile.filed_gstr9.get(financial_year(document_date)))


def pending_ends(facts: pd.DataFrame, actions: pd.Series) -> pd.Series:
    """Until when a suggested Pending may last: `pending_until`, for invoices and debit notes no later than the useful
    day of their credit; missing for every other action."""
    until, useful = facts["pending_until"].astype("datetime64[us]"), facts["useful_day"]
    capped = until.mask(facts["doc_type"].isin(["INV", "DN"]) & (useful < until), useful)
    return capped.where(actions.eq("P"))


def deadlines(facts: pd.DataFrame, ends: pd.Series, act_by: date) -> pd.Series:
    """The day by which a person must have acted, datetime64; `ends` as `pending_ends` gives it.

    A document in the books only: the useful day of its credit. A record that is pending already: when that ends, if
    it ends before the period's GSTR-3B is due. A record that nothing can be done with: none. Everything else:
    `act_by`, the GSTR-3B's due date (F-10).
    """
    due = pd.Series(pd.Timestamp(act_by), index=facts.index).astype("datetime64[us]")
    due = due.mask(facts["portal_action"].eq("P") & (ends < due), ends)
    can_act = facts[["accept", "reject", "pending"]].fillna(False).any(axis=1)
    due = due.where(can_act | facts["portal_id"].isna())
    return due.mask(facts["portal_id"].isna() & facts["useful_day"].notna(), facts["useful_day"])
