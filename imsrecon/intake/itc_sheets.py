"""The ITC summary sheets of a GSTR-2B workbook (formats 2.3) as control totals of its documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from imsrecon.domain import HEADS, show_rupees, to_paise
from imsrecon.intake.cells import as_text, paise
from imsrecon.intake.grids import Sheet
from imsrecon.intake.label_words import normal

_PARTS = {
    "itc available": "available", "itc not available": "not_available", "itc reversal": "reversal",
    "itc rejected": "rejected",
}  # fmt: skip
_HEAD_WORDS = {"igst": "integrated tax", "cgst": "central tax", "sgst": "state ut tax", "cess": "cess"}
# The first that fits a row's heading decides; `A` is added for an amendment.
_SECTIONS = (
    ("CN", re.compile(r"^b2b credit notes?\b")),
    ("DN", re.compile(r"^b2b debit notes?\b")),
    ("B2B", re.compile(r"^b2b invoices?\b")),
    ("ECO", re.compile(r"^eco\b")),
    ("ISD CN", re.compile(r"^isd credit notes?\b")),
    ("ISD INV", re.compile(r"^isd invoices?\b")),
    ("IMPGSEZ", re.compile(r"^impg ?sez\b")),
    ("IMPG", re.compile(r"^impg\b")),
)


@dataclass(frozen=True)
class _Line:
    """One line of a summary: what it adds up, and its heads in paise."""

    part: str
    section: str
    reverse: bool
    heading: str
    paise: dict[str, int]


def compare_itc_sheets(sheets: Sequence[Sheet], documents: pd.DataFrame) -> list[str]:
    """Sentences for `.sources`: lines of the summary sheets that differ from the documents, or that all agree."""
    lines = [line for sheet in sheets if normal(sheet.name) in _PARTS for line in _lines(sheet)]
    if not any(any(line.paise.values()) for line in lines):
        return []
    differences = [text for line in lines for text in _differences(line, documents)]
    if differences:
        more = f" and {len(differences) - 5} more" if len(differences) > 5 else ""
        return ["Its ITC summary differs: " + "; ".join(differences[:5]) + more + "."]
    return ["Its ITC summary sheets agree with the documents."]


def _lines(sheet: Sheet) -> list[_Line]:
    columns, top = _columns(sheet)
    lines, reverse = [], False
    for row in sheet.rows[top:]:
        words = [normal(as_text(cell) or "") for cell in row]
        if any("reverse charge" in word or re.match(r"(?:inward )?supplies|all other itc", word) for word in words):
            reverse = any("reverse charge" in word and "other than" not in word for word in words)
        found = next(((name, word) for word in words for name, rule in _SECTIONS if rule.search(word)), None)
        if found:
            section = found[0] + ("A" if "amendment" in found[1] and not found[0].startswith("ISD") else "")
            figures = {head: int(paise([row[at]])[0][0]) for head, at in columns.items()}
            own = reverse or "reverse charge" in found[1]
            lines.append(_Line(_PARTS[normal(sheet.name)], section, own, found[1], figures))
    return lines


def _columns(sheet: Sheet) -> tuple[dict[str, int], int]:
    """The column of each head, and the first row below the labels."""
    for at, row in enumerate(sheet.rows[:20]):
        words = [normal(as_text(cell) or "") for cell in row]
        found = {head: words.index(word) for head, word in _HEAD_WORDS.items() if word in words}
        if len(found) >= 3:
            return found, at + 1
    return {}, len(sheet.rows)


def _differences(line: _Line, documents: pd.DataFrame) -> list[str]:
    section, _, doc_type = line.section.partition(" ")
    rows = documents[
        documents["gstr2b_part"].eq(line.part)
        & documents["section"].isin([section, f"{section}A"] if doc_type else [section])
        & documents["reverse_charge"].fillna(False).eq(line.reverse)
    ]
    rows = rows[rows["doc_type"].eq(doc_type)] if doc_type else rows
    sums = {head: int(to_paise(rows[head]).sum()) for head in line.paise}
    return [
        f"{line.part.replace('_', ' ')}, {line.heading} {head.upper()} says {show_rupees(said / 100)}, "
        f"the documents {show_rupees(sums[head] / 100)}"
        for head, said in line.paise.items()
        if head in HEADS and said != sums[head]
    ]
