"""What becomes of a supply on the portal: section, return, filing, IMS action, and the part of which GSTR-2B.

The steps are `report` (each supply as its supplier writes it down), then the noises of the portal's side, then
`file_returns` and `decide`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, last_day, quarter_end, round_rupees
from imsrecon.synth.plan import ClientPlan, share_count

NAMED_KINDS = ("reverse_charge", "pos_ineligible", "time_barred", "import", "unregistered", "not_ours")
SECTION_OF_TYPE = {"INV": "B2B", "DN": "DN", "CN": "CN", "BOE": "IMPG"}
ALREADY_ACCEPTED = 0.85
ACCEPTED_THIS_MONTH = 0.06
REJECTED_OF_UNWANTED = 0.5


def report(documents: pd.DataFrame, plan: ClientPlan) -> pd.DataFrame:
    """The supplies as reported: the documents' columns and section, source_form, return_period, latest (the plan's
    last month), role, noise.

    A quarterly supplier without IFF reports three months in one return. Supplies of the unregistered are not here
    (A-09). `role` is `main`; noises add rows that are `duplicate` or `superseded`.
    """
    table = documents[documents["kind"] != "unregistered"].reset_index(drop=True)
    imported = table["kind"] == "import"
    section = table["doc_type"].map(SECTION_OF_TYPE).mask(table["kind"] == "eco", "ECO")
    month = table["doc_date"].dt.strftime("%Y-%m").astype("str")
    month = month.mask((month < plan.months[0]) & (table["kind"] != "time_barred"), plan.months[0])
    ends = {period: quarter_end(period) for period in month.unique()}
    month = month.mask(table["frequency"] == "quarterly", month.map(ends))
    return table.assign(
        section=section.astype("str"),
        source_form=pd.Series(np.where(imported, "ICEGATE", "R1"), dtype="str"),
        return_period=month.mask(imported),
        filing_status="filed",
        portal_action=pd.Series(np.nan, index=table.index, dtype="str"),
        original_doc_no=pd.Series(np.nan, index=table.index, dtype="str"),
        original_doc_date=pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"),
        role="main",
        latest=plan.months[-1],
        noise=table["kind"].where(table["kind"].isin(NAMED_KINDS), "").astype("str"),
    )


def file_returns(table: pd.DataFrame, plan: ClientPlan, rng: np.random.Generator) -> pd.DataFrame:
    """Add filing_date and gstr2b_period; what is reported after the plan's last month is only saved.

    A return has one filing date, inside its window, so its 2B-period is the return's own (D-01, D-02); bills of
    entry go by the month of the ICEGATE reference date (K-13), late returns by the last window.
    """
    last = plan.months[-1]
    imported, barred = table["kind"] == "import", table["kind"] == "time_barred"
    saved = (table["filing_status"] == "saved") | (table["return_period"] > last)
    period = table["return_period"].mask(barred, last)
    code, returns = pd.factorize(table["supplier_gstin"].fillna("") + period.fillna(""))
    days = rng.integers(6, 11, len(returns))[code]
    due = pd.to_datetime(period.fillna(last) + "-01") + pd.offsets.MonthBegin(1)
    filed = due + pd.to_timedelta(days, unit="D")
    arrived = table["doc_date"] + pd.to_timedelta(rng.integers(1, 4, len(table)), unit="D")
    arrived = arrived.clip(upper=pd.Timestamp(last_day(last)))
    filed = filed.mask(imported, arrived).mask(saved).astype("datetime64[us]")
    period = period.mask(imported, arrived.dt.strftime("%Y-%m").astype("str")).mask(saved)
    return table.assign(
        filing_date=filed, gstr2b_period=period,
        filing_status=pd.Series(np.where(saved, "saved", "filed"), index=table.index, dtype="str"),
    )  # fmt: skip


def decide(table: pd.DataFrame, plan: ClientPlan, rng: np.random.Generator) -> pd.DataFrame:
    """Add action, 2B part, ITC flags and the answers about ITC reduction, as they stand at the last 2B.

    What bypasses IMS has no action (A-08). Earlier months are decided; in the last one most records still wait.
    """
    last = plan.months[-1]
    no_credit = table["kind"].isin(["pos_ineligible", "time_barred"])
    bypass = no_credit | table["kind"].isin(["reverse_charge", "import"])
    pending = table["portal_action"] == "P"
    accepted = rng.random(len(table)) < np.where(table["gstr2b_period"] < last, ALREADY_ACCEPTED, ACCEPTED_THIS_MONTH)
    open_to_all = table["gstr2b_period"].notna() & ~bypass & ~pending
    refused = _refused(table, open_to_all, rng)
    action = pd.Series("N", index=table.index, dtype="str").mask(open_to_all & accepted, "A").mask(refused, "R")
    action = action.mask(pending, "P").mask(bypass)
    part = pd.Series("available", index=table.index, dtype="str").mask(no_credit, "not_available")
    part = part.mask(refused, "rejected").mask(pending | table["gstr2b_period"].isna())
    reason = table["kind"].map({"pos_ineligible": "P", "time_barred": "C"}).astype("str")
    available = pd.Series(np.where(no_credit, "N", "Y"), index=table.index, dtype="str").mask(
        part.isna() | (table["kind"] == "import")
    )
    table = table.assign(portal_action=action, gstr2b_part=part, itc_available=available, itc_reason=reason)
    return _with_reductions(_with_flags(table, bypass))


def _refused(table: pd.DataFrame, able: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Half of what nobody wants, in each 2B-period: strangers' invoices and supplies reported twice."""
    unwanted = able & ((table["kind"] == "not_ours") | (table["role"] == "duplicate"))
    refused = pd.Series(False, index=table.index)
    for _, rows in table[unwanted].groupby("gstr2b_period"):
        refused.loc[rng.choice(rows.index, share_count(REJECTED_OF_UNWANTED, len(rows)), replace=False)] = True
    return refused


def _with_flags(table: pd.DataFrame, bypass: pd.Series) -> pd.DataFrame:
    reducible = table["section"].isin(["CN", "CNA"]) | table["noise"].str.contains("amended_down")
    never = pd.Series(False, index=table.index, dtype="boolean").mask(bypass)
    return table.assign(
        pending_blocked=never, remarks_blocked=never,
        itc_reduction_blocked=(~reducible).astype("boolean").mask(bypass),
    )  # fmt: skip


def _with_reductions(table: pd.DataFrame) -> pd.DataFrame:
    """Accepted credit notes say how much credit goes back (B-23): of ten, eight all of it, one half, one none."""
    asked = (table["portal_action"] == "A") & ~table["itc_reduction_blocked"].fillna(True)
    turn = (asked.cumsum() % 10).where(asked, -1)
    reduction = pd.Series(np.nan, index=table.index, dtype="str").mask(asked, "full")
    reduction = reduction.mask(turn == 4, "partial").mask(turn == 8, "none")
    half = {f"declared_{head}": (table[head] / 2).where(reduction == "partial") for head in HEADS}
    half = {name: pd.Series(round_rupees(column), table.index).where(column.notna()) for name, column in half.items()}
    remarks = pd.Series(np.nan, index=table.index, dtype="str")
    remarks = remarks.mask(reduction == "partial", "Credit was taken on half of the supply")
    remarks = remarks.mask(reduction == "none", "Credit was reversed before")
    remarks = remarks.mask(table["portal_action"] == "R", "Not our purchase")
    return table.assign(itc_reduction=reduction, remarks=remarks, **half)
