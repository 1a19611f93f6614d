"""Small synthetic registers and portal tables for the tests of the review."""

from __future__ import annotations

from datetime import date

import pandas as pd

from imsrecon.domain import Profile, check_character, conform, with_doc_ids
from imsrecon.match import reconcile
from imsrecon.review import suggest

COMPANY = "27ZZZCR1000A1ZM"
SUPPLIER = "24ZZZFS1202C1ZD"
STRANGER = "27ZZZCK1101B1ZP"
BRANCH, OTHER_BRANCH = "29ZZZFM1505F1ZX", "33ZZZFM1505F1Z8"
PROFILE = Profile(COMPANY, "Synthetic Traders")
PERIOD = "2026-06"
TODAY = date(2026, 7, 16)

_BASE = {
    "supplier_gstin": SUPPLIER, "supplier_name": "Synthetic Chemicals", "doc_type": "INV", "doc_no": "SC/001",
    "doc_date": "2026-06-10", "taxable_value": 10_000.0, "igst": 1_800.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0,
    "supply_class": "regular", "reverse_charge": False, "company_gstin": COMPANY,
}  # fmt: skip
_SECTIONS = {"INV": "B2B", "DN": "DN", "CN": "CN", "BOE": "IMPG"}


def books(*rows: dict[str, object]) -> pd.DataFrame:
    """A register with these rows; what a row does not say is as in an ordinary invoice."""
    return _table("register", [_BASE | row for row in rows])


def portal(*rows: dict[str, object]) -> pd.DataFrame:
    """A portal table with these rows, filed and without an action where a row does not say otherwise."""
    filled = [_BASE | {"filing_status": "filed", "source_form": "R1", "portal_action": "N"} | row for row in rows]
    for row in filled:
        row.setdefault("section", _SECTIONS[str(row["doc_type"])])
    return _table("portal", filled)


def _table(side: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    table = conform(pd.DataFrame(rows) if rows else pd.DataFrame(columns=["doc_id"]), side)
    return with_doc_ids(table, side)


def own_supplier(row: dict[str, object], number: int) -> dict[str, object]:
    """The row with its supplier replaced by one that only case `number` has; branches stay branches of one PAN."""
    gstin = row.get("supplier_gstin", SUPPLIER)
    if gstin is None:
        return row
    body = f"{str(gstin)[:2]}ZZZF{str(gstin)[6]}{number + 1000}{str(gstin)[11]}1Z"
    return row | {"supplier_gstin": body + check_character(body)}


def suggested(register: pd.DataFrame, records: pd.DataFrame, period: str = PERIOD, **named: object) -> pd.DataFrame:
    """Match and suggest."""
    profile = named.pop("profile", PROFILE)
    named.setdefault("today", TODAY)
    return suggest(reconcile(register, records), register, records, period, profile, **named)
