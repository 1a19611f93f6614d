"""What a person must look at though everything agrees: nothing to accept yet, or someone has spoken already."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from imsrecon.domain import clean_gstins, marked_ineligible
from imsrecon.match.documents import Documents, Pool

NOTHING, UNAVAILABLE, ISD, SAVED, PENDING, REJECTED, INELIGIBLE = range(7)
TOLD = {
    UNAVAILABLE: "The portal says that its credit is not available: there is nothing to accept.",
    ISD: "A record of an input service distributor: a person must look.",
    SAVED: "The supplier has saved it and not filed it yet: there is nothing to accept.",
    PENDING: "It was kept pending on the portal: a person decides when it is accepted.",
    REJECTED: "It was rejected on the portal: a person must look before it is accepted after all.",
    INELIGIBLE: "Your books mark it as not eligible for credit: look before you accept.",
}
COMPANY = "Booked under your GSTIN {}, uploaded to your GSTIN {}."
_ISD_SECTIONS = ("ISD", "ISDA")


def waiting(side: Documents) -> np.ndarray:
    """For each row why it waits for a person: the highest of the codes of `TOLD` that holds, or NOTHING."""
    found = np.where(side.unavailable, UNAVAILABLE, NOTHING).astype(np.int8)
    tests: tuple[tuple[int, str, Callable[[pd.Series], pd.Series]], ...] = (
        (ISD, "section", lambda texts: texts.isin(_ISD_SECTIONS)),
        (ISD, "supply_class", lambda texts: texts.eq("isd")),
        (SAVED, "filing_status", lambda texts: texts.str.lower().isin(("saved", "not filed"))),
        (PENDING, "portal_action", lambda texts: texts.str.upper().isin(("P", "PENDING"))),
        (REJECTED, "portal_action", lambda texts: texts.str.upper().isin(("R", "REJECTED"))),
        (INELIGIBLE, "itc_eligibility", marked_ineligible),
    )
    for code, name, test in tests:
        if name in side.source.columns:
            found[_holds(side.source[name], test)[side.order]] = code
    return found


def _holds(column: pd.Series, test: Callable[[pd.Series], pd.Series]) -> np.ndarray:
    """The test on each row, worked out on the different values alone."""
    codes, values = pd.factorize(column)
    return np.append(test(pd.Series(values, dtype="str")).to_numpy(bool), False)[codes]


def companies(pool: Pool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes of `company_gstin` by row of either side (-1 for missing), and the GSTINs that they mean."""
    columns = [side.column("company_gstin") for side in (pool.register, pool.portal)]
    codes, texts = pd.factorize(pd.concat(columns, ignore_index=True).replace("", None))
    same, names = pd.factorize(clean_gstins(pd.Series(texts, dtype="str")))
    codes = np.append(same, -1)[codes]
    return codes[: len(columns[0])], codes[len(columns[0]) :], np.asarray(names, dtype=object)


def other_company(pool: Pool, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Which pairs are of two registrations of the company."""
    if not all("company_gstin" in side.source.columns for side in (pool.register, pool.portal)):
        return np.zeros(len(i), dtype=bool)
    ours, theirs, names = companies(pool)
    if len(names) < 2:
        return np.zeros(len(i), dtype=bool)
    return (ours[i] >= 0) & (theirs[j] >= 0) & (ours[i] != theirs[j])
