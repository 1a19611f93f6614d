"""Noises of the portal's side: late, doubled and amended reporting, returns not filed, records kept pending."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import shift
from imsrecon.synth.documents import with_tax

AMENDMENT_OF = {"B2B": "B2BA", "DN": "DNA", "CN": "CNA", "ECO": "ECOA"}
LARGEST_SHARE = 0.02


def _able(table: pd.DataFrame) -> pd.Series:
    plain = table["kind"].isin(["regular", "credit_note", "debit_note"])
    return (table["role"] == "main") & plain & table["portal_action"].isna()


def is_invoice(table: pd.DataFrame) -> pd.Series:
    """Plain invoices, not amended."""
    return _able(table) & (table["section"] == "B2B")


def can_be_amended(table: pd.DataFrame) -> pd.Series:
    """Invoices of an earlier return than the last, in their first version."""
    return is_invoice(table) & (table["return_period"] < table["latest"])


def is_earlier_note(table: pd.DataFrame) -> pd.Series:
    """Credit notes of an earlier return than the last, in their first version."""
    return _able(table) & (table["section"] == "CN") & (table["return_period"] < table["latest"])


def can_be_pending(table: pd.DataFrame) -> pd.Series:
    """First versions of invoices and debit notes of earlier months."""
    return _able(table) & table["section"].isin(["B2B", "DN"]) & (table["return_period"] < table["latest"])


def is_last_months_note(table: pd.DataFrame) -> pd.Series:
    """Credit notes of the month before the last: they may be pending for one period and no longer (B-08, B-20)."""
    return is_earlier_note(table) & (table["return_period"] == _later(table["latest"], -1))


def in_last_return(table: pd.DataFrame) -> pd.Series:
    """The last return of suppliers who have little in it: the large ones file in time."""
    last = table["return_period"] == table["latest"]
    size = last.groupby(table["supplier_gstin"]).transform("sum")
    return _able(table) & last & (size <= max(3, LARGEST_SHARE * last.sum()))


def report_late(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same document, one return later."""
    return table.assign(return_period=_later(table["return_period"], 1))


def amend_up(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """First reported at nine tenths, then amended to what is true."""
    return _amend(table, 0.9, rng)


def amend_down(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """First reported at five quarters, then amended to what is true."""
    return _amend(table, 1.25, rng)


def _amend(table: pd.DataFrame, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    local = (table["cgst"] > 0).to_numpy(bool)
    first = with_tax(table.assign(taxable_value=np.round(table["taxable_value"] * factor, 2), role="superseded"), local)
    amended = table.assign(
        section=table["section"].map(AMENDMENT_OF).astype("str"), original_doc_no=table["doc_no"],
        original_doc_date=table["doc_date"], return_period=_later(table["return_period"], 1),
    )  # fmt: skip
    return pd.concat([first, amended])


def report_twice(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Once more: the number without separators, or with INV before it."""
    bare = table["doc_no"].str.replace(r"[/-]", "", regex=True)
    number = bare.where(bare != table["doc_no"], ("INV" + table["doc_no"]).str.slice(0, 16))
    return pd.concat([table, table.assign(role="duplicate", doc_no=number, irn=table["irn"].str.slice(None, None, -1))])


def keep_pending(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The buyer's action is P."""
    return table.assign(portal_action="P")


def leave_saved(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Seen in IMS, in no 2B (A-07)."""
    return table.assign(filing_status="saved")


def _later(periods: pd.Series, months: int) -> pd.Series:
    return periods.map({period: shift(period, months) for period in periods.dropna().unique()}).astype("str")
