"""What a period holds back: pending and locked records, how long each has been waiting and until when it may."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from imsrecon.act import by_value, periods_between
from imsrecon.domain import AMOUNTS, Profile

HELD_COLUMNS = (
    "portal_id", "section", "supplier_gstin", "supplier_name", "doc_no", "doc_date", "gstr2b_period", "periods_held",
    "pending_until", "days_left", "rule", *AMOUNTS,
)  # fmt: skip


def held(documents: pd.DataFrame, facts: pd.DataFrame, period: str, profile: Profile, as_of: date) -> pd.DataFrame:
    """The documents in the part `held`, the longest waiting first (C-26, B-20, D-19).

    periods_held: tax periods of the client since the record's own, 0 for one of this period; pending_until: the last
    day of pending, missing where the law states none; days_left: from `as_of` to that day, negative once it is past;
    amounts: what accepting in full would add to the credit.
    """
    here = np.flatnonzero(documents["part"].eq("held"))
    here = here[documents["portal_id"].iloc[here].argsort()]
    theirs = documents[[name for name in HELD_COLUMNS if name in documents]]
    rows = pd.concat(
        [part.iloc[here] for part in (theirs, facts[["gstr2b_period", "tax_period", "pending_until"]])], axis=1
    )
    now = profile.tax_period(period)
    rows["periods_held"] = by_value(rows["tax_period"], lambda month: periods_between(month, now, profile), "int64")
    rows["days_left"] = (rows["pending_until"] - pd.Timestamp(as_of)).dt.days.astype("Int64")
    order = np.argsort(-rows["periods_held"].to_numpy(), kind="stable")
    return rows[list(HELD_COLUMNS)].iloc[order].reset_index(drop=True)
