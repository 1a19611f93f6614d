"""What a label means by its words, where the table of names (`headers.toml`) does not have it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from imsrecon.intake.cells import clean_text

_OURS = r"\b(?:company|our|own|my|branch|buyer|recipient|consignee|billed to|bill to)\b"
_GSTIN = r"\b(?:gstin|gstn|gst ?in|gst (?:reg\w* )?(?:no|num|number|id))\b"
_PAPER = r"\b(?:bill|invoice|inv|doc|document|note|supplier ref|vendor ref|party ref|supplier reference)\b"
_OTHER_DATE = r"\b(?:due|received?|receipt|payment|paid|grn|posting|entry|ack|irn|e ?way|original|order|po|period)\b"
_OTHER_NUMBER = r"\b(?:our|internal|voucher|vch|po|order|irn|ack|e ?way|grn|original|against|entry|type|hsn|date)\b"
_OTHER_NAME = (
    r"\b(?:code|id|type|group|city|state|address|pan|no|number|ref|reference|category|class|date|invoice|bill|inv|"
    r"amount|value|payable|tax|gst\w*)\b"
)
_OTHER_VALUE = (
    r"\b(?:tax|taxable|taxes|gst|[ics]gst|utgst|cess|discount|t[dc]s|qty|quantity|rate|assessable|fcy|percent|balance|"
    r"paid|freight|hsn|round\w*|purchases?|exempt\w*|nil|other|unit)\b"
)
# The first that fits a label decides. Nothing is said of taxes and taxable values here: `ledgers` reads those.
_RULES = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("company_gstin", rf"(?=.*{_OURS}).*{_GSTIN}"),
        ("supplier_gstin", rf"(?!.*\b(?:customer|ship|e commerce|eco)\b).*{_GSTIN}"),
        ("doc_date", rf"(?!.*{_OTHER_DATE})(?:.*{_PAPER}.*\b(?:date|dt|dated)\b|.*\b(?:date|dt) of .*{_PAPER})"),
        ("voucher_date", r".*\b(?:voucher|vch|entry|posting|booking|accounting)\b.*\b(?:date|dt)\b"),
        ("doc_no", rf"(?!.*{_OTHER_NUMBER}).*{_PAPER}.*\b(?:no|nos|num|number|nr|id)\b"),
        ("voucher_no", r".*\b(?:voucher|vch|internal|entry)\b.*\b(?:no|num|number)\b"),
        ("supplier_name", rf"(?!.*{_OTHER_NAME}).*\b(?:suppliers?|vendors?|party|seller|creditor|dealer)\b"),
        ("pos", r".*\bplace of supply\b"),
        ("reverse_charge", (r"(?!.*\b(?:[ics]gst|tax|amount|amt|rate|payable|liability|cess|value)\b)"
                           r".*\b(?:reverse charge|rcm)\b")),
        ("doc_value", (rf"(?!.*{_OTHER_VALUE}).*\b(?:bill|invoice|inv|gross|net|grand|total|doc)\b"
                      r".*\b(?:amount|amt|value|val|total|payable)\b")),
    )
)  # fmt: skip


# The first that fits a label decides. `mirror` restates a base that another column has: never counted.
_KINDS = (
    ("rate", re.compile(r"\brate\b(?! \d)|\bpercent$(?<!\d percent)")),
    ("other", re.compile(r"\bt[dc]s\b|\b194\w*\b|\bfcy\b|\btotal (?:tax|gst)\b|\bnon ?ded")),
    ("state_tax", re.compile(r"\bcgst\b.*\b(?:sgst|utgst|ugst)\b(?!.*\b(?:txbl|taxable)\b)")),
    ("reverse", re.compile(r"\brcm\b|\breverse charge\b")),
    ("round", re.compile(r"\bround(?:ed|ing)?\b|\broundoff\b|\br off\b|\bshort (?:and )?excess\b")),
    ("mirror", re.compile(r"\b(?:sgst|utgst|ugst)\b.*\b(?:txbl|taxable)\b")),
    ("taxable_value", re.compile(r"\b(?:txbl|taxable|assessable)\b|\bpurchases?\b|^value of (?:supply|goods)\b")),
    ("cess", re.compile(r"\bcess\b")),
    ("igst", re.compile(r"\bigst|\bintegrated\b")),
    ("cgst", re.compile(r"\bcgst|\bcentral (?:gst|tax)\b|\btax.* central\b")),
    ("sgst", re.compile(r"\b(?:sgst|utgst|ugst)|\bstate(?: ut)? (?:gst|tax)\b|\but tax\b|\btax.* state\b")),
)
_PUNCTUATION = re.compile(r"[^a-z0-9\u0900-\u0d7f ]+")  # the scripts of India stay


@cache
def _english() -> list[tuple[str, str]]:
    content = tomllib.loads((Path(__file__).parent / "label_words.toml").read_text(encoding="utf-8"))
    longest_first = sorted(content["english"].items(), key=lambda one: -len(one[0]))
    return [(f" {word} ", f" {said} ") for word, said in longest_first]


def normal(label: str) -> str:
    """A label as `headers.toml` writes it: `Taxable Value (₹)*` gives `taxable value`, `बिल दिनांक` `bill date`."""
    text = clean_text(label).lower().replace("%", " percent ").replace("'s", "")
    text = re.sub(r"\((?:in )?(?:₹|rs\.?|inr|rupees)\)|₹", " ", text)
    name = _in_english(" ".join(_PUNCTUATION.sub(" ", text).split()))
    return name.removesuffix(" y n").removesuffix(" yes no")


def _in_english(name: str) -> str:
    padded = f" {name} "
    for word, said in _english():
        if word in padded:
            padded = padded.replace(word, said)
    return " ".join(padded.split())


def field_by_words(name: str) -> str | None:
    """What a label's words say it holds; None if they say nothing."""
    return next((field for field, pattern in _RULES if pattern.match(name)), None)


def ledger_kind(label: str) -> str | None:
    """What a column's name says it holds, None if it says nothing."""
    name = normal(label)
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), None)
