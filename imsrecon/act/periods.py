"""Which 2B-period each record falls in, and whether that period is closed.

A record is `closed` when the GSTR-3B of its 2B-period is filed (C-25). Returns are filed in order, and no 2B is drawn
before the last period's 3B is filed (C-24): a filed period, or a 2B in the table, closes what came before it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import by_value, text_by_value, true
from imsrecon.domain import Profile, check_period, shift


def periods(portal: pd.DataFrame, period: str, profile: Profile) -> pd.DataFrame:
    """`gstr2b_period` as resolved, `tax_period` (a quarter's last month under QRMP), `closed`, `carried`, `own_period`.

    A record without a 2B-period falls in `period`; one of GSTR-1A a month after its return period at the earliest
    (D-03). `carried`: its period is closed and it was pending then, so it may still be acted on (C-25, C-26).
    """
    check_period(period)
    own = portal["gstr2b_period"]
    resolved = own.fillna(period)
    later = own.isna() & portal["source_form"].eq("R1A")
    if later.any():
        returns = portal.loc[later, "return_period"].fillna(period)
        resolved[later] = by_value(returns, lambda month: max(period, shift(month, 1)))
    tax_period = text_by_value(resolved, profile.tax_period, portal.index)
    closed = _closed(portal, tax_period, profile)
    return pd.DataFrame(
        {
            "gstr2b_period": resolved,
            "tax_period": tax_period,
            "own_period": own.notna(),
            "closed": closed,
            "carried": closed & _was_pending(portal),
        }
    )


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
