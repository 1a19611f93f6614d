"""Which file is which side, and which imports a month works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.intake import Intake, read_portal, read_register

if TYPE_CHECKING:
    from pathlib import Path


def read_any(path: Path, gstin: str, *, kind: str | None = None) -> tuple[str, Intake]:
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


def standing(sources: pd.DataFrame, month: str) -> pd.DataFrame:
    """The imports up to `month` that were not taken back, in the order they came; a repeated one as it came last."""
    last = sources[sources["month"] <= month].drop_duplicates(["month", "table_key"], keep="last")
    return last[~last["withdrawn"].astype(bool)]


def portal_in_use(sources: pd.DataFrame, tables: list[pd.DataFrame], month: str) -> list[pd.DataFrame]:
    """Of what the portal's files say, what counts in `month`: the tables to combine, oldest first.

    `tables` are the documents of `sources`, one each. Of IMS downloads the month's newest counts, of GSTR-2B the
    newest of each period up to the month, of GSTR-2A everything. What was read by one import is one download, however
    many files it had. The portal's error file says what was refused, not what stands.
    """
    if not tables:
        return []
    batch = np.repeat(sources["batch"].to_numpy(), [len(table) for table in tables])
    of_month = np.repeat(sources["month"].eq(month).to_numpy(), [len(table) for table in tables])
    whole = pd.concat(tables, ignore_index=True).assign(batch=batch)
    statement = whole["gstr2b_part"].notna()
    download = whole["portal_action"].notna() & ~statement
    due = statement & (whole["gstr2b_period"].fillna(month) <= month)
    newest = whole[due].groupby("gstr2b_period", dropna=False)["batch"].transform("max")
    keep = due & whole["batch"].eq(newest.reindex(whole.index))
    keep |= download & of_month & whole["batch"].eq(_newest_download(sources, month))
    keep |= ~statement & ~download
    keep &= whole["portal_error"].isna()
    return [part.drop(columns="batch") for _, part in whole[keep].groupby("batch", sort=True)]


def _newest_download(sources: pd.DataFrame, month: str) -> int:
    of_month = sources[sources["month"].eq(month)]
    downloads = of_month[of_month["kind"].map(_has_download).astype(bool)]
    return int(downloads["batch"].max()) if len(downloads) else -1


def _has_download(kinds: str) -> bool:
    return any(kind.startswith("ims") and "error" not in kind for kind in kinds.split())


def first_seen(sources: pd.DataFrame, tables: list[pd.DataFrame], month: str) -> pd.Series:
    """The month before `month` in whose IMS download a record first stood as filed: doc_id → month."""
    parts = [
        table.loc[table["portal_action"].notna() & table["filing_status"].eq("filed"), ["doc_id"]].assign(
            month=of_month
        )
        for of_month, table in zip(sources["month"], tables, strict=True)
        if of_month < month
    ]
    if not parts:
        return pd.Series(dtype="str")
    return pd.concat(parts).groupby("doc_id")["month"].min()
