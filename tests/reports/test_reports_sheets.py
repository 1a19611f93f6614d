"""The sheets: every document once, the rupees of the tables that came in, words that people read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from imsrecon.domain import conform, sum_rupees, to_paise, total_tax, with_doc_ids
from imsrecon.match import reconcile
from imsrecon.reports.sheets import match_sheets
from imsrecon.reports.workbook import Sheet

COMPANY, SUPPLIER, OTHER = "27ZZZCR1000A1ZM", "24ZZZFS1202C1ZD", "27ZZZCK1101B1ZP"


def _rows(side: str, rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["supplier_gstin", "doc_type", "doc_no", "igst"])
    table = table.assign(taxable_value=table["igst"] / 0.18, doc_date="2026-06-10", supplier_name="Synthetic")
    table["section"] = table["doc_type"].map({"INV": "B2B", "CN": "CN"})
    return with_doc_ids(conform(table.assign(company_gstin=COMPANY), side), side)


REGISTER = _rows(
    "register",
    [
        (SUPPLIER, "INV", "A/1", 1800.0),
        (SUPPLIER, "INV", "A-02", 900.0),
        (SUPPLIER, "INV", "A/3", 180.0),
        (SUPPLIER, "CN", "C/1", 90.0),
        (SUPPLIER, "INV", "PART/1", 360.0),
        (SUPPLIER, "INV", "PART/1", 540.0),
        (SUPPLIER, "INV", "LONE/1", 77.0),
    ],
)
PORTAL = _rows(
    "portal",
    [
        (SUPPLIER, "INV", "A/1", 1800.0),
        (SUPPLIER, "INV", "A/2", 900.0),
        (SUPPLIER, "INV", "A/3", 360.0),
        (SUPPLIER, "CN", "C/1", 90.0),
        (SUPPLIER, "INV", "PART/1", 900.0),
        (OTHER, "CN", "Z/9", 45.0),
    ],
)


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    return match_sheets(reconcile(REGISTER, PORTAL), REGISTER, PORTAL)


def _signed_tax(table: pd.DataFrame) -> int:
    return int((total_tax(table) * np.where(table["doc_type"].eq("CN"), -1, 1)).sum())


def test_sheets_of_a_match_in_order(sheets: dict[str, Sheet]) -> None:
    assert list(sheets) == ["Summary", "Matched", "Mismatch", "Probable", "Only in books", "Only in portal"]


@pytest.mark.parametrize(("side", "table", "alone"), [("Books", REGISTER, "Only in books"),
                                                      ("Portal", PORTAL, "Only in portal")])  # fmt: skip
def test_rupees_in_are_rupees_out(side: str, table: pd.DataFrame, alone: str, sheets: dict[str, Sheet]) -> None:
    """A document booked in two rows, or shown beside two, counts once; a credit note counts negative."""
    paired = [sheets[name].table[f"{side} tax"] for name in ("Matched", "Mismatch", "Probable")]
    columns = pd.concat([*paired, sheets[alone].table["Tax"]])
    assert int(to_paise(columns).sum()) == _signed_tax(table)
    assert sum_rupees(sheets["Summary"].table[f"{side} tax"]) == _signed_tax(table) / 100
    assert sheets["Summary"].table[f"{side} documents"].sum() == len(table)


def test_difference_is_portal_less_books_and_once_a_match(sheets: dict[str, Sheet]) -> None:
    for name in ("Matched", "Mismatch", "Probable"):
        table = sheets[name].table
        assert sum_rupees(table["Tax difference"]) == sum_rupees(table["Portal tax"]) - sum_rupees(table["Books tax"])


def test_words_not_codes(sheets: dict[str, Sheet]) -> None:
    matched = sheets["Matched"].table
    assert {"Books number", "Portal number", "What differs", "Why"} <= set(matched.columns)
    assert set(matched["Type"]) <= {"Invoice", "Credit note"}
    assert "number written differently" in set(matched["What differs"])
    headings = [heading for sheet in sheets.values() for heading in sheet.table.columns]
    assert not [heading for heading in headings if "_" in heading]


def test_every_sentence_states_rows_and_rupees(sheets: dict[str, Sheet]) -> None:
    assert all("₹" in sheet.sentence and any(map(str.isdigit, sheet.sentence)) for sheet in sheets.values())
    assert sheets["Only in portal"].sentence == "1 record, tax ₹-45.00."


def test_nothing_on_either_side() -> None:
    empty = REGISTER.iloc[:0], PORTAL.iloc[:0]
    result = match_sheets(reconcile(*empty), *empty)
    assert all(sheet.table.empty for sheet in result.values())
