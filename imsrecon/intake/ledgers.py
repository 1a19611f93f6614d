"""Columns that bear a ledger's name (Tally's columnar register, BUSY's rate columns): what each of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from imsrecon.intake.headers import Header, normal

# The first that fits a label decides. `mirror` restates a base that another column has: never counted.
_KINDS = (
    ("rate", re.compile(r"\brate\b|\bpercent$(?<!\d percent)")),
    ("other", re.compile(r"\bt[dc]s\b|\b194\w*\b|\bfcy\b|\btotal (?:tax|gst)\b|\bnon ?ded")),
    ("reverse", re.compile(r"\brcm\b|\breverse charge\b")),
    ("round", re.compile(r"\bround(?:ed|ing)?\b|\broundoff\b|\br off\b|\bshort (?:and )?excess\b")),
    ("mirror", re.compile(r"\b(?:sgst|utgst|ugst)\b.*\b(?:txbl|taxable)\b")),
    ("taxable_value", re.compile(r"\b(?:txbl|taxable)\b|\bpurchases?\b")),
    ("cess", re.compile(r"\bcess\b")),
    ("igst", re.compile(r"\bigst|\bintegrated\b")),
    ("cgst", re.compile(r"\bcgst|\bcentral (?:gst|tax)\b")),
    ("sgst", re.compile(r"\b(?:sgst|utgst|ugst)|\bstate(?: ut)? (?:gst|tax)\b|\but tax\b")),
)
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


def ledger_kind(label: str) -> str | None:
    """What a column's name says it holds, None if it says nothing."""
    name = normal(label)
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), None)


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
