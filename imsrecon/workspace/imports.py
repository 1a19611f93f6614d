"""Which file is which side, and which imports a month works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import InputError
from imsrecon.intake import Intake, read_portal, read_register

if TYPE_CHECKING:
    from pathlib import Path


def read_any(path: Path, gstin: str, month: str, *, kind: str | None = None) -> tuple[str, Intake]:
    """Read one file as what its content shows it to be: side and `Intake`.

    `kind` may be `register` or `portal` where the content leaves it open. Raises `InputError` as the readers do.
    """
    if kind == "register":
        return "register", read_register(path, gstin=gstin)
    if kind == "portal":
        return "portal", read_portal(path, gstin=gstin)
    try:
        return "portal", read_portal(path, gstin=gstin)
    except InputError as error:
        if error.code != "not_portal":
            raise
    return "register", read_register(path, gstin=gstin)


def in_use(sources: pd.DataFrame, month: str) -> pd.DataFrame:
    """The imports that `month` works with, in the order they came.

    Of IMS downloads the month's newest; of GSTR-2B the newest of each period up to the month; of registers every one
    up to the month, unless a later import covers all of its months.
    """
    known = sources[sources["month"] <= month]
    ims = known["side"].eq("portal") & known["kind"].str.contains("ims")
    downloads = known[ims & known["month"].eq(month)].tail(1)
    statements = known[known["side"].eq("portal") & ~ims]
    statements = statements[statements["period"].fillna(month) <= month].drop_duplicates("period", keep="last")
    registers = known[known["side"].eq("register")]
    registers = registers[~_covered(registers)]
    return pd.concat([registers, statements, downloads]).sort_values("id")


def earlier_downloads(sources: pd.DataFrame, month: str) -> pd.DataFrame:
    """The newest IMS download of each month before `month`: they tell in which period a carried record came."""
    earlier = sources[sources["side"].eq("portal") & sources["kind"].str.contains("ims") & (sources["month"] < month)]
    return earlier.drop_duplicates("month", keep="last").sort_values("month")


def _covered(registers: pd.DataFrame) -> pd.Series:
    """True where a later register spans the same months or more: it is the corrected copy."""
    spans = registers[["id", "first_month", "last_month"]]
    pairs = spans.merge(spans, how="cross", suffixes=("", "_later"))
    later = pairs["id_later"] > pairs["id"]
    wider = (pairs["first_month_later"] <= pairs["first_month"]) & (pairs["last_month_later"] >= pairs["last_month"])
    return registers["id"].isin(pairs.loc[later & wider, "id"])
