"""Kinds of records: those that the rules cannot tell apart. What the rules say is worked out once for each kind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.bypass import elsewhere, rejected_outside_ims
from imsrecon.act.columns import alike
from imsrecon.domain import Profile

# All that period, regime, availability, bypass, the matrix and the limits look at, the chain of amendments aside.
_FIELDS = [
    "section", "doc_type", "supply_class", "reverse_charge", "source_form", "return_period", "gstr2b_period",
    "gstr2b_part", "filing_status", "filing_date", "portal_action", "pending_blocked", "itc_reduction_blocked",
    "itc_available", "itc_reason", "itc_reduction",
]  # fmt: skip


def kinds_of(table: pd.DataFrame, profile: Profile) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """The kind of each row of a portal table, and one row for each kind.

    Its columns: those of the table that tell kinds apart, doc_date (of one record: only its month counts, as every
    date of the law goes by the financial year), carried where the table has it, and elsewhere and rejected_outside_ims
    as `bypass` has them.
    """
    own = table[[*_FIELDS, *(["carried"] if "carried" in table else [])]]
    computed = {"elsewhere": elsewhere(table, profile), "rejected_outside_ims": rejected_outside_ims(table)}
    numbers, first = alike(*(own[name] for name in own), _months(table["doc_date"]), *computed.values())
    rows = own.iloc[first].assign(doc_date=table["doc_date"].iloc[first])
    return numbers, rows.assign(**{name: values[first] for name, values in computed.items()}).reset_index(drop=True)


def _months(dates: pd.Series) -> npt.NDArray:
    """The month of each date, worked out once for each day."""
    codes, days = pd.factorize(dates.to_numpy())
    return np.append(days.astype("datetime64[M]"), np.datetime64("NaT", "M"))[codes]
