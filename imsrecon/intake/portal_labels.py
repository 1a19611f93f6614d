"""Header rows of the portal's sheets: one to three tiers, merged cells, and what each column holds, by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from imsrecon.intake.cells import as_text, clean_text
from imsrecon.intake.headers import normal

SEARCHED_ROWS = 30
MAX_TIERS = 4
_START = re.compile(r"\bgstin\b|\bicegate\b|\bport code\b|\bctin\b|^original details$|^original$")
_VALUE = re.compile(
    r"\d{2}[A-Z]{4}[A-Z0-9]\d{4}[A-Z][0-9A-Z]{3}|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}-[A-Za-z]{3}-\d{2,4}|-?[\d,]+(?:\.\d*)?"
)
# Words of a label → field; the first that fits decides. A label under "Original Details" begins with "original",
# one under "Amount declared …" with "declared". Source of the labels: formats 2.2, 2.4, 3.5.
_RULES = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("", r"^(?:s|sr|sl) no\b|^s ?no$|\bprevious\b|sheet validation|amendment made|in which amended|cancel|^ack"),
        ("portal_error", r"\bvalidation error|\berror"),
        ("declared_igst", r"declared.*(?:integrated|igst)"),
        ("declared_cgst", r"declared.*(?:central|cgst)"),
        ("declared_sgst", r"declared.*(?:state|sgst)"),
        ("declared_cess", r"declared.*cess"),
        ("pending_blocked", r"pending.*block"),
        ("remarks_blocked", r"remarks?.*block"),
        ("itc_reduction_blocked", r"itc.*block"),
        ("itc_reduction", r"itc.*to be reduced|whether itc"),
        ("original_doc_no", r"original.*(?:number|\bno\b)"),
        ("original_doc_date", r"original.*date"),
        ("", r"\boriginal\b"),
        ("supplier_gstin", r"\bgstin\b|^ctin$|^stin$"),
        ("supplier_name", r"trade|legal name|\bname\b"),
        ("port_code", r"\bport\b"),
        ("", r"\birn\b.*date|date.*\birn\b"),
        ("irn", r"\birn\b|invoice reference number"),
        ("filing_date", r"icegate|reference date"),
        ("amend_type", r"type of amendment"),
        ("amended", r"^amended\b"),
        ("supplier_3b_filed", r"gstr ?3b"),
        ("filing_status", r"filing status|return status"),
        ("filing_date", r"filing date|filed on"),
        ("return_period", r"\bperiod\b"),
        ("itc_available", r"itc availability|\beligib"),
        ("itc_reason", r"^reason"),
        ("", r"^applicable percent|percent of tax rate"),
        ("source_form", r"^source(?: type| form)?$"),
        ("portal_action", r"^status$|\bims status$|^action$"),
        ("remarks", r"^r(?:e)?marks?$"),
        ("pos", r"place of supply|^pos$"),
        ("reverse_charge", r"reverse charge|^rcm$"),
        ("rate", r"^rate\b|^tax rate"),
        ("taxable_value", r"\btaxable\b"),
        ("igst", r"\bintegrated\b|\bigst\b"),
        ("cgst", r"\bcentral\b|\bcgst\b"),
        ("sgst", r"\bstate\b|\bsgst\b|\butgst\b"),
        ("cess", r"\bcess\b"),
        ("tax_amount", r"^tax amount$"),
        ("doc_value", r"\bvalue\b"),
        ("supply_type", r"supply type|type of supply"),
        ("doc_type", r"\btype\b"),
        ("doc_date", r"\bdate\b"),
        ("doc_no", r"\bnumber\b|\bno\b"),
    )
)
_HEADS = ("igst", "cgst", "sgst", "cess")


@dataclass(frozen=True)
class SheetHeader:
    """The header of a portal sheet: its last row (0-based), how many rows, a label a column, field → column."""

    row: int
    tiers: int
    labels: list[str]
    fields: dict[str, int]

    def unnamed(self) -> list[str]:
        """Labels of which nothing is known."""
        used = {self.labels[column] for column in self.fields.values()}
        return [label for label in self.labels if label and label not in used and _rule(_key(label)) is None]


def find_sheet_header(rows: Sequence[Sequence[object]]) -> SheetHeader | None:
    """The header block of a portal sheet, None if the sheet has none: from its first label row to the first value."""
    for start in range(min(SEARCHED_ROWS, len(rows))):
        words = [normal(as_text(cell) or "") for cell in rows[start]]
        if sum(bool(word) for word in words) >= 2 and any(_START.search(word) for word in words):
            end = start + 1
            while end < min(len(rows), start + MAX_TIERS) and _is_labels(rows[end]):
                end += 1
            labels = column_labels(rows[start:end])
            return SheetHeader(end - 1, end - start, labels, _fields(labels))
    return None


def _is_labels(row: Sequence[object]) -> bool:
    filled = [cell for cell in row if as_text(cell) not in (None, "")]
    return bool(filled) and not any(
        isinstance(cell, (int, float, date)) or _VALUE.fullmatch(clean_text(str(cell))) for cell in filled
    )


def column_labels(tiers: Sequence[Sequence[object]]) -> list[str]:
    """One label a column: `group / label`. A cell merged to the right has its text in the first cell only."""
    texts = [[clean_text(as_text(cell) or "") for cell in row] for row in tiers]
    lowest = [next((row[c] for row in reversed(texts) if row[c]), "") for c in range(len(texts[0]))]
    groups = [[""] * len(lowest) for _ in texts]
    for tier, row in enumerate(texts[:-1]):
        current = ""
        for column, text in enumerate(row):
            below = any(lower[column] for lower in texts[tier + 1 :])
            current = text or (current if below else "")
            groups[tier][column] = current
    return [_qualified([tier[c] for tier in groups], lowest[c]) for c in range(len(lowest))]


def _qualified(above: list[str], label: str) -> str:
    names = [name for name in dict.fromkeys(above) if name and name != label]
    return " / ".join([*names, label])


def _key(label: str) -> str:
    """The words that `_RULES` are asked for: of the groups above only what changes the meaning."""
    *groups, own = label.split(" / ")
    above = normal(" ".join(groups))
    original = "original " if re.search(r"\boriginal\b", above) and "revised" not in above else ""
    declared = "declared " if re.search(r"\bdeclared\b|itc reduction", above) else ""
    return original + declared + normal(own)


def _rule(key: str) -> str | None:
    return next((field for field, pattern in _RULES if key and pattern.search(key)), None)


def _fields(labels: Sequence[str]) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, label in enumerate(labels):
        field = _rule(_key(label))
        if field in _HEADS and field in fields and "itc_reduction" in fields:
            field = f"declared_{field}"  # the second tax block, its group label lost
        if field and field not in fields:
            fields[field] = column
    return _mended(fields, labels)


def _mended(fields: dict[str, int], labels: Sequence[str]) -> dict[str, int]:
    """Two headers that the portal itself gets wrong (formats 2.2)."""
    if {"rate", "igst", "cgst", "sgst", "cess", "tax_amount"} <= fields.keys() and "taxable_value" not in fields:
        # B2B-DNRA: the labels stand one column to the left of their data.
        names = ("taxable_value", "igst", "cgst", "sgst", "cess")
        shifted = {name: fields["igst"] + offset for offset, name in enumerate(names)}
        return {name: column for name, column in fields.items() if name not in ("rate", "tax_amount")} | shifted
    if "amend_type" in fields and "itc_reduction" not in fields:
        # IMPGA, IMPGSEZA: three columns without a label after the type of amendment.
        after = [c for c in range(fields["amend_type"] + 1, len(labels)) if not labels[c]][:3]
        return fields | dict(zip(("itc_reduction", "declared_igst", "declared_cess"), after, strict=False))
    return fields
