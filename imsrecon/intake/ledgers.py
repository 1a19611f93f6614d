"""Columns that bear a ledger's name (Tally's columnar register, BUSY's rate columns): what each of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from imsrecon.intake.headers import Header
from imsrecon.intake.label_words import ledger_kind, normal

# A reverse-charge ledger that names a tax is the buyer's own liability; any other is the bill's value.
_TAX = re.compile(r"\b(?:[ics]gst|utgst|ugst|cess|tax|payable|liability|gst)\b")


def is_tally(header: Header) -> bool:
    """Tally's columnar register: particulars, a voucher, a gross total, and no column for the taxable value."""
    labels = {normal(label) for label in header.labels}
    return (
        "particulars" in labels
        and "gross total" in labels
        and bool({"voucher type", "voucher no", "vch type", "vch no"} & labels)
    )


def classify(header: Header, tally: bool, numeric: Iterable[int]) -> dict[str, list[int]]:
    """Kind → columns, for the columns that the alias table does not know.

    In Tally's layout every other column with amounts right of the gross total is a ledger, and one whose name is no
    tax, round-off or deduction is part of the bill: freight, an expense, a stock item. Elsewhere only a name that
    says what it is counts.
    """
    known = {column for columns in header.fields.values() for column in columns}
    gross = header.column("doc_value") if tally else None
    kinds: dict[str, list[int]] = {}
    for column in numeric:
        if column in known or not header.labels[column]:
            continue
        kind = ledger_kind(header.labels[column])
        if kind is None and gross is not None and column > gross:
            kind = "taxable_value"
        if kind not in (None, "rate", "other", "mirror"):
            kinds.setdefault(kind, []).append(column)
        if kind == "reverse" and not _TAX.search(normal(header.labels[column])):
            kinds.setdefault("taxable_value", []).append(column)
    return kinds
