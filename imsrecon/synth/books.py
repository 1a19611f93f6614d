"""How the client's bookkeeper enters the supplies: voucher dates, ledgers, reverse charge without tax."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, first_day, last_day
from imsrecon.synth.plan import ClientPlan
from imsrecon.synth.portal import NAMED_KINDS

NUMBER_IN_NARRATION = 0.4
RECEIVED_OF_PENDING = 0.5
LEDGER_OF_KIND = {"import": "Import Purchase", "unregistered": "Purchase URD"}


def book(documents: pd.DataFrame, pending: pd.Series, plan: ClientPlan, rng: np.random.Generator) -> pd.DataFrame:
    """The supplies as entered: the documents' columns and voucher_date, ledger, number_source, lines, role, noise.

    `pending` lists the supplies kept pending on the portal: half of them have arrived and are booked at the end
    of the last month, the others are not booked yet. A stranger's invoices are never booked.
    """
    waiting = documents["supply"].isin(pending)
    arrived = rng.random(len(documents)) < RECEIVED_OF_PENDING
    kept = (documents["kind"] != "not_ours") & ~(waiting & ~arrived)
    table = documents[kept].reset_index(drop=True)
    table["voucher_date"] = _voucher_dates(table, waiting[kept].reset_index(drop=True), plan, rng)
    ledger = "Purchase @" + table["rate"].astype("int64").astype("str") + "%"
    table["ledger"] = table["kind"].map(LEDGER_OF_KIND).fillna(ledger).astype("str")
    untaxed = table["kind"] == "reverse_charge"
    for head in HEADS:
        table[head] = table[head].mask(untaxed, 0.0)
    table["doc_value"] = table["doc_value"].mask(untaxed, table["taxable_value"])
    # A purchase ledger does not tell a SEZ supply, nor reverse charge: only the narration does.
    table["supply_class"] = table["supply_class"].mask(table["kind"].isin(["sez", "reverse_charge"]), "regular")
    table["reverse_charge"] = pd.Series(pd.NA, index=table.index, dtype="boolean")
    narrated = (table["doc_type"] == "CN") & (rng.random(len(table)) < NUMBER_IN_NARRATION)
    table["number_source"] = pd.Series(np.where(narrated, "narration", "field"), dtype="str")
    return table.assign(
        supplier_name=table["ledger_name"], lines=1, role="main",
        noise=table["kind"].where(table["kind"].isin(NAMED_KINDS), "").astype("str"),
    )  # fmt: skip


def _voucher_dates(table: pd.DataFrame, late: pd.Series, plan: ClientPlan, rng: np.random.Generator) -> pd.Series:
    first, last = pd.Timestamp(first_day(plan.months[0])), pd.Timestamp(last_day(plan.months[-1]))
    slow = rng.random(len(table)) < 0.1
    lag = np.where(slow, rng.integers(7, 25, len(table)), rng.integers(0, 6, len(table)))
    days = (table["doc_date"] + pd.to_timedelta(lag, unit="D")).clip(first, last)
    at_the_end = last - pd.to_timedelta(rng.integers(0, 8, len(table)), unit="D")
    days = days.mask(late, pd.Series(at_the_end))
    barred = last - pd.Timedelta(days=18)
    return days.mask(table["kind"] == "time_barred", barred).astype("datetime64[us]")


def with_voucher_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Number the vouchers in the order of their dates: PUR/1, PUR/2 … and DN/1 … for debit note vouchers.

    Returns the table in the order of the register: purchases, then notes, by voucher number.
    """
    note = (table["doc_type"] == "CN").to_numpy(bool)
    table = table.assign(_note=note).sort_values(["_note", "voucher_date", "supply", "role"], ignore_index=True)
    serial = (table.groupby("_note").cumcount() + 1).astype("str").str.zfill(4)
    series = pd.Series(np.where(table["_note"], "DN/", "PUR/"), dtype="str")
    return table.assign(voucher_no=series + serial).drop(columns="_note")
