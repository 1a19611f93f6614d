"""Small synthetic document tables for the tests of `match`."""

from __future__ import annotations

import pandas as pd

from imsrecon.domain import check_character


def gstin(first14: str) -> str:
    """A GSTIN with the right check character; it belongs to nobody."""
    return first14 + check_character(first14)


SUPPLIER = gstin("27ZZZPS1234F1Z")
BRANCH = gstin("29ZZZPS1234F1Z")
OTHER = gstin("24ZZZCX9876K1Z")
BASE = {
    "supplier_gstin": SUPPLIER, "doc_type": "INV", "doc_no": "INV/26-27/0045", "doc_date": "2026-05-10",
    "taxable_value": 1000.0, "igst": 180.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0,
}  # fmt: skip


def document(**changes: object) -> dict[str, object]:
    """One document; `base` scales the amounts (IGST at 18 %)."""
    base = changes.pop("base", None)
    amounts = {} if base is None else {"taxable_value": base, "igst": round(base * 0.18, 2)}
    return BASE | amounts | changes


def table(*documents: dict[str, object], prefix: str) -> pd.DataFrame:
    """Documents as a table, with ids r1, r2 … or p1, p2 …"""
    frame = pd.DataFrame(list(documents), columns=None if documents else list(BASE))
    frame.insert(0, "doc_id", [f"{prefix}{at + 1}" for at in range(len(frame))])
    return frame


def books(*documents: dict[str, object]) -> pd.DataFrame:
    """A register."""
    return table(*documents, prefix="r")


def portal(*documents: dict[str, object]) -> pd.DataFrame:
    """Portal records."""
    return table(*documents, prefix="p")
