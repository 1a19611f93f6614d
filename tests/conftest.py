"""Small portal tables and decisions for the tests of act and preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from imsrecon.domain import Profile, conform, with_doc_ids

BUYER = "27ZZZCR1000A1ZM"
TYPES = {"DN": "DN", "DNA": "DN", "CN": "CN", "CNA": "CN"}


def portal_of(*records: dict) -> pd.DataFrame:
    """A portal table of synthetic records; each says only what its case is about."""
    rows = []
    for number, record in enumerate(records):
        section = record.get("section", "B2B")
        kind = "BOE" if section.startswith("IMPG") else TYPES.get(section, "INV")
        standard = {
            "supplier_gstin": "24ZZZFS1202C1ZD", "doc_no": f"S/{number}", "doc_date": date(2025, 10, 5),
            "section": section, "doc_type": kind, "taxable_value": 1000.0, "igst": 180.0, "source_form": "R1",
            "filing_status": "filed", "company_gstin": BUYER,
        }  # fmt: skip
        rows.append(standard | record)
    return with_doc_ids(conform(pd.DataFrame(rows), "portal"), "portal")


def decisions_of(portal: pd.DataFrame, *decisions: dict | str) -> pd.DataFrame:
    """One decision a record, in order; a bare letter is an action, "" leaves the record alone."""
    rows = [{"action": said} if isinstance(said, str) else said for said in decisions]
    ids = portal["doc_id"].tolist()[: len(rows)]
    table = pd.DataFrame([{"portal_id": name} | row for name, row in zip(ids, rows, strict=True)])
    return table[table["action"].ne("")].reset_index(drop=True)


@pytest.fixture(scope="session")
def portal() -> Callable[..., pd.DataFrame]:
    return portal_of


@pytest.fixture(scope="session")
def decide() -> Callable[..., pd.DataFrame]:
    return decisions_of


@pytest.fixture(scope="session")
def monthly() -> Profile:
    return Profile(BUYER)
