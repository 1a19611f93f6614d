"""Reports with a row for each tax of a document (SAP's BSET): the row says which tax, and repeats the base."""

from __future__ import annotations

import re
from dataclasses import replace

from imsrecon.intake.cells import as_text
from imsrecon.intake.headers import Header

Row = list[object]
_HEADS = (
    ("igst", re.compile(r"(?i)jii\w?|.*\b(?:igst|integrated)\b.*")),
    ("cgst", re.compile(r"(?i)jic\w?|jocg|.*\b(?:cgst|central)\b.*")),
    ("sgst", re.compile(r"(?i)jis\w?|jiu\w?|.*\b(?:sgst|utgst|ugst|state)\b.*")),
    ("cess", re.compile(r"(?i)jcss|jce\w*|.*\bcess\b.*")),
)


def is_by_tax(rows: list[Row], header: Header) -> bool:
    """True if one column names the tax of each row and another has its amount."""
    if (
        not {"tax_kind", "tax_total", "taxable_value"} <= header.fields.keys()
        or {"igst", "cgst"} & header.fields.keys()
    ):
        return False
    named = [_head(row, header) for row in rows if (as_text(row[header.fields["tax_kind"][0]]) or "").strip()]
    return bool(named) and sum(one is not None for one in named) >= 0.9 * len(named)


def spread_taxes(rows: list[Row], header: Header) -> tuple[list[Row], Header]:
    """The same rows with a column for each head. The base counts once: SGST restates that of CGST, cess that of all."""
    width = len(header.labels)
    columns = {name: width + at for at, (name, _) in enumerate(_HEADS)}
    base, tax = header.fields["taxable_value"][0], header.fields["tax_total"][0]
    spread = []
    for row in rows:
        head, cells = _head(row, header), [*row, "", "", "", ""]
        if head is not None:
            cells[columns[head]] = row[tax]
            cells[base] = "" if head in ("sgst", "cess") else row[base]
        spread.append(cells)
    fields = {name: where for name, where in header.fields.items() if name != "tax_total"}
    fields |= {name: [at] for name, at in columns.items()} | {"rate": header.fields.get("rate", []) or [width]}
    return spread, replace(header, labels=[*header.labels, "IGST", "CGST", "SGST", "Cess"], fields=fields)


def _head(row: Row, header: Header) -> str | None:
    said = (as_text(row[header.fields["tax_kind"][0]]) or "").strip()
    return next((name for name, pattern in _HEADS if pattern.fullmatch(said)), None)
