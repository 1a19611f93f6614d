"""Signing for what is left to silence, and noting that the GSTR-3B is filed: what `Month` does when a month closes."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from imsrecon.domain import InputError, show_period, sum_rupees
from imsrecon.workspace import closing, database, pool

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month

_LIST = ("sources", "decisions", "filed_returns")  # what a list that is signed rests on
_FILING = (*_LIST, "signatures", "inputs")


def signature(month: Month) -> closing.Signature | None:
    """The month's last signature, held against the list as it is now."""
    signatures = month.workspace.log(database.signatures, period=month.tax_period)
    if signatures.empty:
        return None
    records = month.workspace.log(database.signed_records, batch=signatures["batch"].iloc[-1])
    return closing.signature(signatures, records, month.left)


def sign(month: Month, name: str) -> None:
    """Add a signature under the list, if it is still as the month has shown it."""
    who, shown = closing.signer(name), month.left
    seen = month.still_open()
    closing.refuse_part_of_quarter(month.period, month.tax_period)
    if seen["sources"] != month.imports_known:
        month.refresh()
    left = month.left
    closing.refuse_changed(shown, left)
    if left.empty:
        raise InputError("Nothing is left to silence.", hint="There is nothing to sign: file the GSTR-3B.")
    workspace, batch = month.workspace, uuid.uuid4().hex
    mark = workspace.signed({"batch": batch})
    rows = left[["portal_id", "content", "tax"]].to_dict("records")
    head = {"period": month.tax_period, "name": who, "signed_on": month.today.isoformat()}
    head |= {"records": len(left), "tax": sum_rupees(left["tax"])}
    signed = (database.signed_records, [row | mark for row in rows])
    workspace.append(database.signatures, [head | mark], signed, seen={name: seen[name] for name in _LIST})


def sentence(month: Month) -> str:
    """Who signed for what is left to silence, whether it still stands, or what is to be done."""
    filed_on = month.profile.filed_on(month.period)
    if filed_on is None and month.period != month.tax_period:
        return f"This month closes with its quarter: sign and file in {show_period(month.tax_period)}."
    return closing.sentence(month.left, month.signature, filed_on)


def file(month: Month, filed_on: date, arn: str) -> None:
    """Note the filing, and with it Table 4 as it was filed; the list is held against the day of filing.

    All is read anew from the disk: what another kernel imported or decided counts as well. What the filing settles is
    worked out now, so that no later import changes it.
    """
    workspace, period = month.workspace, month.tax_period
    seen = month.still_open()
    closing.check_filing(period, filed_on, month.today, arn)
    then = workspace.month(period, filed_on)
    row = workspace.filed_row("GSTR-3B", period, filed_on, arn)
    sources = then.sources
    if not (sources["side"].eq("portal") & sources["month"].isin(then.worked)).any():
        workspace.append(database.filed_returns, [row], seen={database.filed_returns.name: seen["filed_returns"]})
        return
    closing.refuse_unsigned(then.left, then.signature)
    lines = {"table4": then.preview.table4.to_dict("records"), "arn": arn}
    run = (database.runs, [workspace.run_row(period, closing.FILED, lines)])
    workspace.append(database.filed_returns, [row], run, seen={name: seen[name] for name in _FILING})
    pool.keep(workspace.month(period, filed_on))


def take_back(month: Month) -> None:
    """Note that the GSTR-3B is not filed after all, unless a later one is: that one rests on it."""
    closing.refuse_later(month.tax_period, month.workspace.profile.filed_3b)
    month.workspace.record_filed("GSTR-3B", month.period, None)
