"""What is to be known about the period itself: no 2B yet, a quarter's month, a return that is late or filed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from imsrecon.act import due_date
from imsrecon.domain import Profile, shift, show_date, show_period
from imsrecon.rulebook import rule


def cautions(period: str, profile: Profile, as_of: date) -> pd.DataFrame:
    """rule, text: one row a caution about the GSTR-2B of `period`, none if it is drawn, open and in its turn.

    C-24 is said only where the profile records any GSTR-3B at all: without that nothing is known about filings.
    """
    tax_period = profile.tax_period(period)
    before = profile.tax_period(shift(tax_period, -_length(tax_period, profile)))
    drawn = due_date("gstr2b", period, profile)
    filed = profile.filed_on(tax_period) is not None
    holds = {
        "D-06": period != tax_period,
        "C-25": filed,
        "C-24": not filed and bool(profile.filed_3b) and max(profile.filed_3b) < before,
        "C-22": not filed and as_of < drawn,
        "C-23": not filed and as_of > drawn,
    }
    words = {
        "period": show_period(tax_period),
        "month": show_period(period),
        "before": show_period(before),
        "drawn": show_date(drawn),
    }
    rows = [{"rule": name, "text": f"{str(rule(name)['caution']).format(**words)}."} for name in holds if holds[name]]
    return pd.DataFrame(rows, columns=["rule", "text"]).astype("str")


def _length(tax_period: str, profile: Profile) -> int:
    return 3 if profile.frequency_in(tax_period) == "quarterly" else 1
