"""Writes the register as TallyPrime exports it: a columnar Purchase Register, and a Debit Note Register beside it.

Title rows stand above the header, each ledger has its column, the last row is the grand total. The file is the same
to the byte on every machine: its parts are stored, not compressed, and bear a fixed date.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pandas as pd
import xlsxwriter

from imsrecon.domain import HEADS, STATES, show_date, sum_rupees, to_paise, to_rupees

TAX_LEDGERS = {"igst": "Input IGST", "cgst": "INPUT CGST", "sgst": "Input SGST", "cess": "Input Cess"}
ORDER = ("cgst", "sgst", "igst", "cess")
PURCHASES = ["Date", "Particulars", "Voucher Type", "Voucher No.", "Supplier Invoice No.", "Supplier Invoice Date",
             "GSTIN/UIN", "Narration", "Value", "Gross Total"]  # fmt: skip
NOTES = ["Voucher Ref. No." if name == "Supplier Invoice No." else "Voucher Ref. Date"
         if name == "Supplier Invoice Date" else name for name in PURCHASES]  # fmt: skip
WIDTHS = {"Particulars": 44, "Narration": 50, "GSTIN/UIN": 19}
WIDTH = 14
MADE_ON = datetime(2026, 7, 1)
AMOUNT_FORMAT = '""0.00'


def tally_register(register: pd.DataFrame, name: str, first: date, last: date) -> bytes:
    """The workbook with `register`'s documents, booked from `first` to `last`, of the company called `name`.

    Invoices and bills of entry are Purchase vouchers, suppliers' credit notes Debit Note vouchers on a sheet of
    their own, suppliers' debit notes Credit Note vouchers. A number whose source is the narration is written there.
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties({"title": f"{name}: purchase register", "comments": "Synthetic data", "created": MADE_ON})
    sheets = {"Purchase Register": ["INV", "BOE"], "Debit Note Register": ["CN"], "Credit Note Register": ["DN"]}
    for sheet, types in sheets.items():
        rows = register[register["doc_type"].isin(types)]
        if len(rows) or sheet == "Purchase Register":
            title = _titles(register, name, sheet, first, last)
            _write_sheet(book, sheet, title, _sheet_table(rows, sheet))
    book.close()
    return _stored(memory.getvalue())


def _titles(register: pd.DataFrame, name: str, sheet: str, first: date, last: date) -> list[str]:
    gstin = next(iter(register["company_gstin"].dropna()), "")
    span = " to ".join(f"{day.day}{show_date(day)[2:7]}{show_date(day)[-2:]}" for day in (first, last))
    address = "Unit 7, Specimen Industrial Estate\r\nNobody's Road"
    state = f"{STATES.get(gstin[:2], '')}, India"
    return [name, address, state, f"GSTIN/UIN: {gstin}", "E-Mail : accounts@example.invalid", sheet, span]


def _sheet_table(rows: pd.DataFrame, sheet: str) -> pd.DataFrame:
    """The sheet's columns in their order: the voucher's, then one a ledger, then the round-off; NaN: empty cell."""
    note = sheet != "Purchase Register"
    told = (rows["number_source"] == "narration").to_numpy(bool)
    labels = NOTES if note else PURCHASES
    cells = {
        "Date": rows["voucher_date"], "Particulars": rows["supplier_name"],
        "Voucher Type": sheet.removesuffix(" Register"), "Voucher No.": rows["voucher_no"],
        labels[4]: rows["doc_no"].mask(told), labels[5]: rows["doc_date"], "GSTIN/UIN": rows["supplier_gstin"],
        **_entry_cells(rows),
        "Narration": _narrations(rows, told), "Value": rows["taxable_value"], "Gross Total": rows["doc_value"],
    }  # fmt: skip
    ledgers = {
        str(ledger): rows["taxable_value"].where(rows["ledger"] == ledger) for ledger in sorted(set(rows["ledger"]))
    }
    taxes = {TAX_LEDGERS[head]: rows[head].where(rows[head] != 0) for head in ORDER}
    table = pd.DataFrame(cells | ledgers | {key: column for key, column in taxes.items() if column.notna().any()})
    off = to_paise(rows["doc_value"]) - sum((to_paise(rows[head]) for head in HEADS), to_paise(rows["taxable_value"]))
    return table.assign(**{"Round Off": pd.Series(to_rupees(off), rows.index).where(off != 0)})


def _entry_cells(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Two columns of the user's own for bills of entry, where there are any."""
    entry = rows["doc_type"] == "BOE"
    if not entry.any():
        return {}
    kind = pd.Series("Bill of Entry", rows.index, dtype="str").where(entry)
    return {"Document Type": kind, "Port Code": rows["port_code"]}


def _narrations(rows: pd.DataFrame, told: pd.Series) -> pd.Series:
    dated = rows["doc_no"] + " dt. " + rows["doc_date"].map(show_date).astype("str")
    entry = "Bill of Entry No. " + dated + " port " + rows["port_code"]
    text = "Being purchase from " + rows["supplier_name"]
    text = text.mask(rows["doc_type"] == "CN", "Being goods returned or rate difference")
    text = text.mask(told, "CREDIT NOTE NO. " + rows["doc_no"])
    text = text.mask(_untaxed(rows), "Freight, tax under reverse charge (RCM)")
    return text.mask(rows["doc_type"] == "BOE", entry)


def _untaxed(rows: pd.DataFrame) -> pd.Series:
    return rows["supplier_gstin"].notna() & (sum(to_paise(rows[head]) for head in HEADS) == 0)


def _write_sheet(book: xlsxwriter.Workbook, sheet: str, titles: list[str], table: pd.DataFrame) -> None:
    page = book.add_worksheet(sheet)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True, "border": 1})
    day, amount = book.add_format({"num_format": "d-mmm-yy"}), book.add_format({"num_format": AMOUNT_FORMAT})
    for row, text in enumerate(titles):
        page.write_string(row, 0, text, bold if row in (0, 5) else None)
    head = len(titles) + 1
    page.set_row(head, 32)
    page.write_row(head, 0, list(table.columns), wrap)
    for at, (label, column) in enumerate(table.items()):
        page.set_column(at, at, WIDTHS.get(str(label), WIDTH))
        form = day if column.dtype.kind == "M" else amount if column.dtype.kind == "f" else None
        values = column.dt.to_pydatetime() if column.dtype.kind == "M" else column.tolist()
        for row, value in enumerate(values, start=head + 1):
            if not pd.isna(value):
                page.write(row, at, value, form)
        if column.dtype.kind == "f":
            page.write_number(head + 1 + len(table), at, sum_rupees(column), book.add_format({"bold": True}))
        if label == "Particulars":
            page.write_string(head + 1 + len(table), at, "Grand Total", bold)


def _stored(workbook: bytes) -> bytes:
    """The same parts, not compressed: zlib's output differs from version to version."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Else Windows writes another byte here.
            new.writestr(entry, old.read(part.filename))
    return out.getvalue()
