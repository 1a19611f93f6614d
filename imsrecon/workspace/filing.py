"""Signing for what is left to silence, and noting that the GSTR-3B is filed: what `Month` does when a month closes."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from imsrecon.domain import InputError, sum_rupees
from imsrecon.workspace import closing, database

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month


def signature(month: Month) -> closing.Signature | None:
    """The month's last signature, held against the list as it is now."""
    signatures = month.workspace.log(database.signatures, period=month.tax_period)
    if signatures.empty:
        return None
    records = month.workspace.log(database.signed_records, batch=signatures["batch"].iloc[-1])
    return closing.signature(signatures, records, month.left)


def sign(month: Month, name: str) -> None:
    """Add a signature under the list as it is now; the head is written last, so that half a list counts for nothing."""
    who, left = closing.signer(name), month.left
    if left.empty:
        raise InputError("Nothing is left to silence.", hint="There is nothing to sign: file the GSTR-3B.")
    workspace, batch = month.workspace, uuid.uuid4().hex
    mark = workspace.signed({"batch": batch})
    rows = left[["portal_id", "content", "tax"]].to_dict("records")
    workspace.append(database.signed_records, [row | mark for row in rows])
    head = {"period": month.tax_period, "name": who, "signed_on": month.today.isoformat()}
    workspace.append(database.signatures, [head | mark | {"records": len(left), "tax": sum_rupees(left["tax"])}])


def file(month: Month, filed_on: date, arn: str) -> None:
    """Note the filing, and with it Table 4 as it was filed; the list is held against the day of filing."""
    workspace, period = month.workspace, month.tax_period
    closing.check_filing(period, filed_on, month.today, arn)
    sources = month.sources
    if "portal" in set(sources.loc[sources["month"].eq(month.period), "side"]):
        then = month if filed_on == month.today else workspace.month(month.period, filed_on)
        closing.refuse_unsigned(then.left, then.signature)
        lines = {"table4": then.preview.table4.to_dict("records"), "arn": arn}
        workspace.record_run(period, closing.FILED, lines)
    workspace.record_filed("GSTR-3B", period, filed_on, arn)
