"""Registers in the layouts that users have, made here from the facts of the formats (synthetic), and what is read."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pandas as pd
import pytest
import xlsxwriter

from imsrecon.domain import InputError, check_documents
from imsrecon.intake import read_register

G1, G2, ME = "29ZZZFC1303D1ZF", "24ZZZFS1202C1ZD", "27ZZZCR1000A1ZM"


def xlsx(folder, sheets, name="register.xlsx"):
    """Write sheets (name → rows) with typed cells."""
    book = xlsxwriter.Workbook(str(folder / name))
    day = book.add_format({"num_format": "d-mmm-yy"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(r, c, datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write(r, c, cell)
    book.close()
    return folder / name


def text(folder, rows, name="register.csv", delimiter=",", encoding="utf-8"):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    (folder / name).write_bytes(buffer.getvalue().encode(encoding))
    return folder / name


PLAIN = ["GSTIN of Supplier", "Invoice Number", "Invoice Date", "Taxable Value", "IGST", "CGST", "SGST", "Cess"]


def plain(*rows):
    return [PLAIN, *rows]


def adds_up(intake):
    control = intake.control
    assert (control["read"] == control[["kept", "added_up", "set_aside", "refused"]].sum(axis=1).round(2)).all()
    assert check_documents(intake.documents, "register").empty


LAYOUTS = {
    "gstn_matching_tool": [
        ["GSTIN of recipient*", ME, "Trade/Legal name", "Synthetic"], ["Financial year*", "2026-27", "Tax period*",
         "June"], [],
        ["GSTIN of Supplier/ECO*", "Trade/Legal name", "Type of inward supplies*", "Document type*", "Document number*",
         "Document date*", "Taxable value (₹)*", "Integrated tax (₹)", "Central tax (₹)", "State/UT tax (₹)",
         "Cess (₹)"],
        [G1, "Cauvery", "B2B", "Invoice", "00123", "05/06/2026", "1,00,000.00", "18,000.00", "", "", "0"],
    ],
    "busy_bill_wise": [
        ["Synthetic Traders"], ["Address"], ["Purchase Register (Bill-wise)"], ["(From: 01-06-2026 To 30-06-2026)"], [],
        ["S.No.", "Bill No", "Date", "Name & Address of Dealer", "GSTIN", "Purc. Type", "Bill Amount",
         "IGST Txbl. Amt @ 5%",
         "IGST Tax Amt @ 5%", "IGST Txbl. Amt @ 18%", "IGST Tax Amt @ 18%", "CGST Txbl. Amt @ 9%", "CGST Tax Amt @ 9%",
         "SGST Txbl. Amt @ 9%", "SGST Tax Amt @ 9%", "Other Amt."],
        ["1", "00123", "05-06-2026", "Cauvery", G1, "I", "118000.00", "0", "0", "100000", "18000", "", "", "", "", ""],
        ["2", "X/9", "06-06-2026", "Local", "27ZZZCK1101B1ZP", "L", "118.00", "", "", "", "", "100", "9", "100", "9",
         ""],
        [], ["", "", "", "", "", "Total", "118118", "0", "0", "100000", "18000", "100", "9", "100", "9", ""],
    ],
    "sap_trailing_minus": [
        ["DOC NO.", "DOCUMENT DATE", "POSTING DATE", "REF NO or BILL NO.", "VENDOR NAME", "VENDOR GSTN", "TAXABLE",
         "IGST", "CGST", "SGST", "TOT AMOUNT"],
        ["510001", "05.06.2026", "07.06.2026", "00123", "Cauvery", G1, "100,000.00", "18,000.00", "0.00", "0.00",
         "118,000.00"],
        ["510002", "06.06.2026", "07.06.2026", "CN-1", "Cauvery", G1, "1,000.00-", "180.00-", "0.00", "0.00",
         "1,180.00-"],
    ],
    "zoho_bills": [
        ["Bill Date", "Bill ID", "Vendor Name", "Bill Number", "SubTotal", "Total", "Item Name", "Item Total",
         "GST Identification Number (GSTIN)", "CGST Rate %", "IGST Rate %", "IGST(FCY)", "CGST", "SGST", "IGST",
         "CESS"],
        ["2026-06-05", "7001", "Cauvery", "00123", "100000", "118000", "Steel", "60000", G1, "", "18", "10800", "0",
         "0", "10800", "0"],
        ["2026-06-05", "7001", "Cauvery", "00123", "100000", "118000", "Iron", "40000", G1, "", "18", "7200", "0",
         "0", "7200", "0"],
    ],
    "returns_offline_rate_wise": [
        ["GSTIN of Supplier", "Invoice Number", "Invoice date", "Invoice Value", "Place Of Supply", "Reverse Charge",
         "Invoice Type",
         "Rate", "Taxable Value", "Integrated Tax Paid", "Central Tax Paid", "State/UT Tax Paid", "Cess Paid",
         "Eligibility For ITC",
         "Availed ITC Integrated Tax"],
        [G1, "00123", "5-Jun-26", "1,18,000", "27-Maharashtra", "N", "Regular", "18", "60000", "10800", "", "", "",
         "Inputs", "10800"],
        [G1, "00123", "5-Jun-26", "1,18,000", "27-Maharashtra", "N", "Regular", "18", "40000", "7200", "", "", "",
         "Inputs", "7200"],
    ],
    "hisabkitab": [
        ["SrNo", "Customer Name", "GST Number", "Bill No", "Bill Date", "HSN", "GST%", "Qty", "Taxable Amt", "SGST",
         "CGST", "IGST", "Bill Amt"],
        ["1", "Cauvery", G1.lower(), "00123", "05/06/2026", "7213", "18", "1", "100000", "0", "0", "18000", "118000"],
    ],
    "two_tiers": [
        ["Supplier GSTIN", "Invoice No.", "Invoice Date", "Taxable Value", "Tax Amount", "", "", ""],
        ["", "", "", "", "Integrated Tax", "Central Tax", "State/UT Tax", "Cess"],
        [G1, "00123", "05-06-2026", "100000", "18000", "0", "0", "0"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_known_layout_is_read(tmp_path, layout):
    intake = read_register(text(tmp_path, LAYOUTS[layout]))
    row = intake.documents.iloc[0]
    found = row[["supplier_gstin", "doc_no", "taxable_value", "igst", "cgst", "sgst", "cess", "doc_type"]].tolist()
    assert found == [G1, "00123", 100000.0, 18000.0, 0.0, 0.0, 0.0, "INV"]
    assert row["doc_date"] == pd.Timestamp("2026-06-05")
    adds_up(intake)


def test_busy_counts_the_base_of_cgst_and_sgst_once(tmp_path):
    intake = read_register(text(tmp_path, LAYOUTS["busy_bill_wise"]))
    assert intake.documents.loc[1, ["taxable_value", "cgst", "sgst"]].tolist() == [100, 9, 9]
    assert "Its total row agrees" in intake.sources["why"][0]
    assert intake.sources["period"][0] == "2026-06"


def test_a_document_written_with_a_minus_is_a_credit_note(tmp_path):
    row = read_register(text(tmp_path, LAYOUTS["sap_trailing_minus"])).documents.iloc[1]
    assert row[["doc_type", "taxable_value", "igst", "doc_value"]].tolist() == ["CN", 1000, 180, 1180]


def test_rate_rows_are_one_document_and_control_says_how_many_were_added(tmp_path):
    intake = read_register(text(tmp_path, LAYOUTS["returns_offline_rate_wise"]))
    row = intake.documents.iloc[0]
    assert row[["lines", "doc_value", "pos", "itc_eligibility"]].tolist() == [2, 118000, "27", "Inputs"]
    rows = intake.control[intake.control["measure"] == "rows"].iloc[0]
    assert rows[["read", "kept", "added_up", "set_aside"]].tolist() == [3, 1, 1, 1]


def test_the_company_is_taken_from_the_title(tmp_path):
    intake = read_register(text(tmp_path, LAYOUTS["gstn_matching_tool"]))
    assert intake.documents["company_gstin"].tolist() == [ME]
    with pytest.raises(InputError, match=f"{ME}.*{G2}"):
        read_register(tmp_path / "register.csv", gstin=G2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_text_tables_in_each_dress(tmp_path, encoding, delimiter):
    rows = plain([G1, "É/1", "05-06-2026", "1,00,000.00", "18000", "0", "0", "0"])
    table = read_register(text(tmp_path, rows, "register.xls", delimiter, encoding)).documents
    assert table[["doc_no", "taxable_value"]].to_numpy().tolist() == [["É/1", 100000.0]]


JOINS = {
    "no_voucher_and_one_row_a_document": (PLAIN, ["A", "A"], 2),
    "rate_wise": ([*PLAIN, "Rate"], ["A", "A"], 1),
    "item_wise": ([*PLAIN, "HSN"], ["A", "A"], 1),
    "one_voucher": ([*PLAIN, "Voucher No."], ["A", "A"], 1),
    "two_vouchers": ([*PLAIN, "Voucher No."], ["A", "B"], 2),
    "two_vouchers_rate_wise": ([*PLAIN, "Rate", "Voucher No."], ["A", "B"], 2),
    "no_number_rate_wise": ([*PLAIN, "Rate"], ["", ""], 2),
}


@pytest.mark.parametrize("name", JOINS)
def test_rows_join_only_within_one_voucher_or_a_line_wise_layout(tmp_path, name):
    labels, last, documents = JOINS[name]
    number = "" if "no_number" in name else "00123"
    extra = [["18", one] if len(labels) == 10 else [one] for one in last] if len(labels) > 8 else [[], []]
    rows = [[G1, number, "05-06-2026", "100", "18", "0", "0", "0", *more] for more in extra]
    intake = read_register(text(tmp_path, [labels, *rows]))
    assert len(intake.documents) == documents
    assert intake.documents["taxable_value"].sum() == 200
    adds_up(intake)


def test_rows_of_other_suppliers_numbers_or_days_never_join(tmp_path):
    day = "05-06-2026"
    rows = [[G1, "1", day], [G2, "1", day], [G1, "2", day], [G1, "1", "06-06-2026"]]
    table = [[*PLAIN, "Rate"], *[[*row, "100", "18", "0", "0", "0", "18"] for row in rows]]
    assert len(read_register(text(tmp_path, table)).documents) == 4


def test_one_file_twice_is_never_taken_for_one(tmp_path):
    rows = plain([G1, "1", "05-06-2026", "100", "18", "0", "0", "0"])
    paths = [text(tmp_path, rows, "a.csv"), text(tmp_path, rows, "b.csv")]
    intake = read_register(paths)
    assert len(intake.documents) == 2
    assert intake.documents["doc_id"].is_unique
    assert intake.control["file"].unique().tolist() == ["a.csv", "b.csv"]


NOT_DOCUMENTS = [
    (["Total", "", "", "300", "0", "0", "0", "0"], "total"),
    (["", "Grand Total", "", "100", "18", "0", "0", "0"], "total"),
    (["", "", "Total for Cauvery", "100", "18", "0", "0", "0"], "total"),
    (["", "", "", "100", "18", "0", "0", "0"], "total"),
    (["", "", "", "", "", "", "", ""], "blank"),
    (PLAIN, "header"),
    (["End of Report", "", "", "", "", "", "", ""], "text"),
    ([G1, "5", "05-06-2026", "0", "0.00", "", "-", ""], "nil"),
]


@pytest.mark.parametrize(
    ("row", "code"), NOT_DOCUMENTS, ids=[f"{code}-{i}" for i, (_, code) in enumerate(NOT_DOCUMENTS)]
)
def test_what_is_no_document_is_set_aside_with_its_rupees(tmp_path, row, code):
    good = [G1, "1", "05-06-2026", "100", "18", "0", "0", "0"]
    intake = read_register(text(tmp_path, [PLAIN, good, row, [G1, "2", *good[2:]]]))
    assert len(intake.documents) == 2
    assert intake.set_aside[["row", "code"]].to_numpy().tolist() == [[1, "header"], [3, code]]
    adds_up(intake)


REFUSED = [
    ([G1, "5", "soon", "100", "0", "0", "0", "0"], "bad_date"),
    ([G1, "5", "", "100", "0", "0", "0", "0"], "no_date"),
    ([G1, "5", "05-06-2026", "about 100", "0", "0", "0", "0"], "bad_amount"),
    (["", "", "05-06-2026", "100", "0", "0", "0", "0"], "no_identity"),
    ([G1, "5", "05-06-2026", "100", "-18", "0", "0", "0"], "mixed_signs"),
]


@pytest.mark.parametrize(("row", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_row_that_cannot_be_read_is_refused_and_the_others_go_on(tmp_path, row, code):
    intake = read_register(text(tmp_path, plain([G1, "1", "05-06-2026", "100", "18", "0", "0", "0"], row)))
    assert intake.documents["doc_no"].tolist() == ["1"]
    assert intake.refused[["row", "code"]].to_numpy().tolist() == [[3, code]]
    assert intake.refused["why"].str.len().min() > 20
    adds_up(intake)


def test_a_supplier_called_total_is_a_supplier(tmp_path):
    rows = [
        ["Particulars", "Invoice No", "Date", "Taxable Value"],
        ["Total", "1", "05-06-2026", "100"],
        ["Total Gas Ltd", "2", "05-06-2026", "100"],
    ]
    assert len(read_register(text(tmp_path, rows)).documents) == 2


TALLY = [
    "Date",
    "Particulars",
    "Voucher Type",
    "Voucher No.",
    "Supplier Invoice No.",
    "Supplier Invoice Date",
    "GSTIN/UIN",
    "Narration",
    "Value",
    "Gross Total",
]
LEDGERS = [
    "Purchase @18%",
    "Freight Inward",
    "CGST @ 2.5%",
    "Unclaimed CGST @ 2.5%",
    "SGST @ 2.5%",
    "Input UTGST",
    "TDS Payable U/s 194 I",
    "Short & Excess",
]


def tally_row(number, voucher="Purchase", vno="1", ledgers=(100, 20, 1, 2, 2, 1, -5, 0.4), narration="", gross=126.4):
    return [date(2026, 6, 7), "Cauvery", voucher, vno, number, date(2026, 6, 5), G1, narration, 100, gross, *ledgers]


def test_tally_ledgers_are_told_by_their_names(tmp_path):
    rows = [["Synthetic Ltd"], ["1-Jun-26 to 30-Jun-26"], [*TALLY, *LEDGERS], tally_row("00123")]
    intake = read_register(xlsx(tmp_path, {"Purchase Register": rows}))
    row = intake.documents.iloc[0]
    assert row[["taxable_value", "igst", "cgst", "sgst", "cess", "doc_value"]].tolist() == [120, 0, 3, 3, 0, 126.4]
    assert row["ledger"] == "Purchase @18%; Freight Inward"
    assert row["voucher_date"] == pd.Timestamp("2026-06-07")
    adds_up(intake)


@pytest.mark.parametrize("sign", [1, -1], ids=["positive", "negative"])
def test_a_tally_debit_note_voucher_is_the_suppliers_credit_note(tmp_path, sign):
    amounts = [sign * one for one in (100, 0, 1, 2, 2, 1, 0, 0)]
    narration = "Being goods returned CREDIT NOTE NO. CD-12/04-2025 dt 1.6.26"
    rows = [[*TALLY, *LEDGERS], tally_row(None, "Debit Note", "DN/1", amounts, narration, sign * 106)]
    row = read_register(xlsx(tmp_path, {"Purchase Register": rows})).documents.iloc[0]
    assert row[["doc_type", "taxable_value", "cgst", "doc_value"]].tolist() == ["CN", 100, 3, 106]
    assert row[["doc_no", "number_source"]].tolist() == ["CD-12/04-2025", "narration"]


def test_two_sheets_of_one_workbook_have_a_control_line_each(tmp_path):
    purchase = [[*TALLY, *LEDGERS], tally_row("00123")]
    notes = [["Debit Note Register"], [*TALLY, *LEDGERS], tally_row("CN-1", "Journal", "9")]
    summary = [["Supplier", "Bills"], ["Cauvery", 2]]
    sheets = {"Purchase Register": purchase, "Debit Note Register": notes, "Summary": summary}
    intake = read_register(xlsx(tmp_path, sheets))
    assert intake.documents["doc_type"].tolist() == ["INV", "CN"]
    assert intake.control["sheet"].unique().tolist() == list(sheets)
    assert intake.set_aside.loc[intake.set_aside["sheet"] == "Summary", "code"].tolist() == ["no_header", "no_header"]
    adds_up(intake)


def test_without_purchase_ledgers_the_base_is_the_total_less_taxes(tmp_path):
    rows = [
        ["Date", "Particulars", "Voucher No.", "GSTIN/UIN", "Gross Total", "Input IGST", "Round Off"],
        [date(2026, 6, 5), "Cauvery", "7", G1, 118.4, 18, 0.4],
    ]
    intake = read_register(xlsx(tmp_path, {"Sheet1": rows}))
    assert intake.documents.loc[0, ["taxable_value", "igst"]].tolist() == [100, 18]
    assert intake.sources["confidence"][0] == "medium"
    assert "less taxes" in intake.sources["why"][0]


def test_typed_cells_keep_text_numbers_as_text(tmp_path):
    rows = plain(
        ["x", "00123", date(2026, 6, 5), 100, 18, None, None, None],
        [G1, 456, date(2026, 6, 5), 100, 18, None, None, None],
    )
    assert read_register(xlsx(tmp_path, {"S": rows})).documents["doc_no"].tolist() == ["00123", "456"]


CLASSES = [
    ("", "N", "unregistered"), (G1, "N", "regular"), (G1, "Y", "reverse_charge"), ("", "Y", "reverse_charge"),
]  # fmt: skip


@pytest.mark.parametrize(("gstin", "reverse", "word"), CLASSES)
def test_supply_class(tmp_path, gstin, reverse, word):
    rows = [
        [*PLAIN, "Supplier Name", "Reverse Charge"],
        [gstin, "1", "05-06-2026", "100", "0", "0", "0", "0", "Cauvery", reverse],
    ]
    row = read_register(text(tmp_path, rows)).documents.iloc[0]
    assert row["supply_class"] == word
    assert row["reverse_charge"] == (reverse == "Y")


def test_a_bad_checksum_is_kept_and_said(tmp_path):
    intake = read_register(text(tmp_path, plain([G1[:-1] + "A", "1", "05-06-2026", "100", "18", "0", "0", "0"])))
    assert intake.documents["supplier_gstin"].tolist() == [G1[:-1] + "A"]
    assert "fails its checksum" in intake.sources["why"][0]


def test_a_total_row_that_differs_is_said_with_both_figures(tmp_path):
    rows = plain([G1, "1", "05-06-2026", "100", "18", "0", "0", "0"], ["Total", "", "", "101", "18", "0", "0", "0"])
    why = read_register(text(tmp_path, rows)).sources["why"][0]
    assert "taxable_value says 101.00, the rows 100.00" in why


def test_a_mapping_comes_before_the_table_of_names(tmp_path):
    rows = [["Wer", "Was", "Wann", "Wieviel", "Taxable Value"], [G1, "1", "05-06-2026", "100", "999"]]
    mapping = {
        "Wer": "supplier_gstin",
        "Was": "doc_no",
        "Wann": "doc_date",
        "Wieviel": "taxable_value",
        "Taxable Value": None,
    }
    row = read_register(text(tmp_path, rows), mapping=mapping).documents.iloc[0]
    assert row[["supplier_gstin", "doc_no", "taxable_value"]].tolist() == [G1, "1", 100]
    with pytest.raises(InputError, match="no_such"):
        read_register(tmp_path / "register.csv", mapping={"Wer": "no_such"})


@pytest.mark.parametrize(
    ("rows", "wishes", "words"),
    [
        ([["From: 01-06-2026 To 30-06-2026"], *plain([G1, "1", "05-06-2026", "1", "", "", "", ""])],
         {"period": "2026-05"}, ["2026-06", "2026-05"]),
        ([["a", "b", "c"], ["1", "2", "3"]], {}, ["no row", "'a'", "mapping"]),
        (plain(), {"kind": "ledger"}, ["ledger", "tally"]),
    ],
)  # fmt: skip
def test_a_register_that_cannot_be_gets_one_clear_sentence(tmp_path, rows, wishes, words):
    with pytest.raises(InputError) as caught:
        read_register(text(tmp_path, rows), **wishes)
    assert all(word in str(caught.value) for word in words)


def test_a_quarter_may_be_asked_for_one_of_its_months(tmp_path):
    rows = [["From: 01-04-2026 To 30-06-2026"], *plain([G1, "1", "05-06-2026", "1", "", "", "", ""])]
    assert read_register(text(tmp_path, rows), period="2026-05").sources["period"][0] == "2026-06"


def test_header_only_is_an_empty_register(tmp_path):
    intake = read_register(text(tmp_path, plain()))
    assert intake.documents.empty
    adds_up(intake)
