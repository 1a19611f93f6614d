"""A month's two tables: the register's documents, and the portal's records with what earlier months hold of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import arrival_periods
from imsrecon.domain import empty_table
from imsrecon.intake import combine_portal
from imsrecon.workspace import closing, database, pool
from imsrecon.workspace.imports import first_seen, newest_download, portal_in_use, standing

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month


def register(month: Month) -> pd.DataFrame:
    """The register documents: registers add up; a document that stands in two of them counts once, as in the newer."""
    tables = month.documents_read("register") or [empty_table("register")]
    return pd.concat(tables, ignore_index=True).drop_duplicates("doc_id", keep="last", ignore_index=True)


def portal(month: Month) -> pd.DataFrame:
    """The portal records, IMS and GSTR-2B as one table, with those that earlier months hold or have settled."""
    sources, tables = month.sources[month.sources["side"].eq("portal")], month.documents_read("portal")
    table = combine_portal(*portal_in_use(sources, tables, month.worked) or [empty_table("portal")])
    pending = table["portal_action"].eq("P") & table["filing_status"].eq("filed")
    pending &= table["return_period"] < month.period
    seen = table["doc_id"].map(first_seen(sources, tables, month.period)).astype("str")
    period = table["gstr2b_period"].fillna(seen).fillna(arrival_periods(table).where(pending))
    # What still stands in IMS after its period's return was pending: all else has left (C-25). A GSTR-2B that was
    # drawn before the record was pended here may list it still.
    unlisted = table["gstr2b_part"].isna() | table["doc_id"].isin(_pended_before(month))
    carried = table["portal_action"].notna() & unlisted & (_tax_periods(month, period) < month.tax_period)
    table = table.assign(gstr2b_period=period, carried=carried.fillna(False).astype("bool"))
    if newest_download(sources, month.worked) < 0:
        table = _with_held_over(month, table)
    return pool.with_settled(month, table)


def _tax_periods(month: Month, periods: pd.Series) -> pd.Series:
    known = {period: month.profile.tax_period(period) for period in periods.dropna().unique()}
    return periods.map(known).astype("str")


def _pended_before(month: Month) -> pd.Series:
    """The records whose last decision in an earlier tax period was Pending."""
    log = month.workspace.log(database.decisions)
    last = log[_tax_periods(month, log["period"]) < month.tax_period].drop_duplicates("portal_id", keep="last")
    return last.loc[last["action"].eq("P"), "portal_id"]


def _with_held_over(month: Month, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the rows that the last month worked before this one holds, as pending rows of this one."""
    sources = month.workspace.sources
    worked = standing(sources[sources["month"] < month.period], month.period)
    months = worked.loc[worked["side"].eq("portal"), "month"]
    if months.empty:
        return table
    before = month.workspace.month(months.max(), month.today)
    newer = table.loc[table["gstr2b_period"] >= month.period, "doc_id"]
    rows = closing.carried_over(before.portal, before.preview, newer)
    rest = table[~table["doc_id"].isin(rows["doc_id"])]
    return pd.concat([rest, rows], ignore_index=True) if len(rows) else table
