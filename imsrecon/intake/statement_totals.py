"""A GSTR-2B carries its own totals (`itcsumm`): read against the documents, block by block."""

from __future__ import annotations

import msgspec
import pandas as pd

from imsrecon.domain import HEADS, show_rupees, to_paise
from imsrecon.intake.payloads import Payload

# Block of itcsumm: part, section, reverse charge (reverse charge is kept out of nonrevsup, formats 1.7).
_BLOCKS = {
    ("itcavl", "nonrevsup", "b2b"): ("available", "B2B", False),
    ("itcavl", "nonrevsup", "ecom"): ("available", "ECO", False),
    ("itcavl", "nonrevsup", "cdnr"): ("available", "DN", False),
    ("itcavl", "othersup", "cdnr"): ("available", "CN", False),
    ("itcavl", "revsup", "b2b"): ("available", "B2B", True),
    ("itcavl", "imports", "impg"): ("available", "IMPG", False),
    ("itcavl", "imports", "impgsez"): ("available", "IMPGSEZ", False),
    ("itcunavl", "nonrevsup", "b2b"): ("not_available", "B2B", False),
    ("itcrev", "nonrevsup", "b2b"): ("reversal", "B2B", False),
}  # fmt: skip


def compare_totals(payload: Payload, documents: pd.DataFrame) -> list[str]:
    """Sentences for `.sources`: each head of each block that differs from its documents, or that all agree."""
    try:
        summary = msgspec.json.decode(payload.keys["itcsumm"], type=dict[str, dict[str, dict[str, object]] | None])
    except (KeyError, msgspec.DecodeError):
        return []
    found = [(path, block) for path in _BLOCKS if isinstance(block := _block(summary, path), dict)]
    differences = [text for path, block in found for text in _differences(path, block, documents)]
    if differences:
        return ["Its own totals (itcsumm) differ: " + "; ".join(differences) + "."]
    return ["Its own totals (itcsumm) agree with the documents."] if found else []


def _block(summary: dict[str, dict[str, dict[str, object]] | None], path: tuple[str, str, str]) -> object:
    outer = (summary.get(path[0]) or {}).get(path[1]) or {}
    return outer.get(path[2])


def _differences(path: tuple[str, str, str], block: dict[str, object], documents: pd.DataFrame) -> list[str]:
    part, section, reverse = _BLOCKS[path]
    rows = documents[
        (documents["gstr2b_part"] == part)
        & (documents["section"] == section)
        & (documents["reverse_charge"].fillna(False) == reverse)
    ]
    stated = {head: value for head in HEADS if isinstance(value := block.get(head), (int, float))}
    sums = {head: int(to_paise(rows[head]).sum()) for head in stated}
    return [
        f"{'.'.join(path)} {head} says {show_rupees(value)}, the documents {show_rupees(sums[head] / 100)}"
        for head, value in stated.items()
        if int(to_paise([value])[0]) != sums[head]
    ]
