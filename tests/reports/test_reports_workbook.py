"""The workbook: typed cells, Indian amounts, totals, hostile names as plain text, the same bytes again."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from imsrecon.reports import workbook
from imsrecon.reports.workbook import RUPEES, Sheet, write_workbook

TABLE = pd.DataFrame(
    {
        "Supplier": pd.Series(["Synthetic Traders", None, "=HYPERLINK(1)"], dtype="str"),
        "Date": pd.to_datetime(["2026-06-01", None, "2026-06-30"]),
        "Tax": [0.1, 0.2, -12_345_678.5],
        "Rows": [1, 2, 3],
        "Unseen": [True, False, True],
    }
)
SHEET = Sheet(TABLE, "3 rows, tax ₹-1,23,45,678.20.", ("Tax", "Rows"))


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Summary": SHEET}, title="Synthetic Traders, Jun 2026", facts=[("Client", "@SUM(1)")])
    return openpyxl.load_workbook(path)


def _rows(sheet: object) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_title_sentence_facts_totals_headings_rows(book: openpyxl.Workbook) -> None:
    rows = _rows(book["Summary"])
    assert rows[0][0] == "Summary · Synthetic Traders, Jun 2026"
    assert rows[1][0] == SHEET.sentence
    assert rows[2][:2] == ["Client", "@SUM(1)"]
    assert rows[3] == ["Total", "", "=SUBTOTAL(109,C6:C8)", "=SUBTOTAL(109,D6:D8)", ""]
    assert rows[4] == list(TABLE.columns)
    assert rows[5] == ["Synthetic Traders", datetime(2026, 6, 1), 0.1, 1, "Yes"]
    assert rows[6] == [None, None, 0.2, 2, "No"]


def test_total_is_added_in_paise_and_kept_beside_the_formula(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    table = pd.DataFrame({"Supplier": ["a", "b", "c"], "Tax": [0.1, 0.2, 1_00_000.0]})
    write_workbook(path, {"Summary": Sheet(table, "", ("Tax",))}, title="Synthetic")
    kept = openpyxl.load_workbook(path, data_only=True)["Summary"]
    assert kept["B3"].value == 100_000.3


def test_freeze_and_filter_stand_at_the_headings(book: openpyxl.Workbook) -> None:
    sheet = book["Summary"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B6", "A5:E8")


HOSTILE = {
    "formula": "=1+1",
    "plus": "+91 98765",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "link": "https://example.invalid/",
    "mail": "mailto:nobody@example.invalid",
    "number": "0012345678901234",
    "curly": "{=1+1}",
    "markup": "<b>&amp;</b>",
    "date": "1/2/2026",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Summary": pd.DataFrame({"Supplier": [text]})}, title="Synthetic")
    cell = openpyxl.load_workbook(path)["Summary"]["A5"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == text
    assert cell.hyperlink is None
    with zipfile.ZipFile(path) as files:
        assert b"<f>" not in files.read("xl/worksheets/sheet1.xml")


def test_text_that_excel_would_unescape_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Summary": pd.DataFrame({"Supplier": ["_x0041_"]})}, title="Synthetic")
    with zipfile.ZipFile(path) as files:
        assert b"<t>_x005F_x0041_</t>" in files.read("xl/worksheets/sheet1.xml")


def test_text_is_cleaned_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    table = pd.DataFrame({"Supplier": ["a\x00b\x1fc\u202ed\ud800", "x" * 40_000]}, dtype=object)
    write_workbook(path, {"Summary": table}, title="Synthetic\x07")
    sheet = openpyxl.load_workbook(path)["Summary"]
    assert sheet["A1"].value == "Summary · Synthetic"
    assert sheet["A5"].value == "abcd"
    assert len(sheet["A6"].value) == 32_767


AMOUNTS = {
    "rupees": (1_234.5, RUPEES),
    "crore": (12_345_678.0, RUPEES),
    "small negative": (-99_999.99, "#,##0.00;-#,##0.00"),
    "negative lakh": (-1_00_000.0, r"##\,##\,##0.00;-##\,##\,##0.00"),
    "negative crore": (-1_00_00_000.0, r"##\,##\,##\,##0.00;-##\,##\,##\,##0.00"),
}


@pytest.mark.parametrize(("amount", "shown"), AMOUNTS.values(), ids=AMOUNTS)
def test_amounts_group_as_in_india(amount: float, shown: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Summary": pd.DataFrame({"Tax": [amount]})}, title="Synthetic")
    cell = openpyxl.load_workbook(path)["Summary"]["A5"]
    assert (cell.value, cell.number_format) == (amount, shown)


def test_dates_are_dates(book: openpyxl.Workbook) -> None:
    assert book["Summary"]["B6"].number_format == "dd-mmm-yyyy"


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write_workbook(path, {"Summary": SHEET, "Empty": TABLE.iloc[:0]}, title="Synthetic", facts=[("a", "b")])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_long_table_goes_on_in_a_second_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 9)
    path = tmp_path / "book.xlsx"
    table = pd.DataFrame({"Rows": range(12)})
    write_workbook(path, {"Actions": Sheet(table, "12 rows", ("Rows",))}, title="Synthetic")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Actions, part 1", "Actions, part 2", "Actions, part 3"]
    values = [cell.value for sheet in book for cell in sheet["A"][4:]]
    assert values == list(range(12))


@pytest.mark.parametrize("table", [TABLE.iloc[:0], pd.DataFrame()], ids=["no rows", "no columns"])
def test_empty_table_is_a_sheet(table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Probable": Sheet(table, "0 rows", SHEET.totals)}, title="Synthetic")
    assert openpyxl.load_workbook(path)["Probable"]["A2"].value == "0 rows"
