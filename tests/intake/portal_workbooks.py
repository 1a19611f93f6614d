"""Builds portal workbooks (synthetic) from the facts of the formats: header tiers, merged cells, shifted labels."""

from __future__ import annotations

import io
import re
import zipfile

import xlsxwriter

ME = "27ZZZCR1000A1ZM"
G1, G2 = "29ZZZFC1303D1ZF", "24ZZZFS1202C1ZD"
TAX = ["Tax Amount|Integrated Tax(₹)", "Tax Amount|Central Tax(₹)", "Tax Amount|State/UT Tax(₹)", "Tax Amount|Cess(₹)"]
INVOICE = [f"Invoice Details|Invoice {one}" for one in ("number", "type", "Date", "Value(₹)")]
NOTE = [f"Credit note/Debit note details|Note {one}" for one in ("number", "type", "Supply type", "date", "Value (₹)")]
DECLARED = ["Whether ITC to be reduced (Taxpayer's Input)"] + [
    f"Amount declared by taxpayer for ITC reduction|{one}"
    for one in ("Integrated Tax(₹)", "Central Tax(₹)", "State/UT Tax(₹)", "Cess(₹)")
]
FILED = ["GSTR-1/IFF/GSTR-5 Period", "GSTR-1/IFF/GSTR-5 Filing Date", "ITC Availability", "Reason"]
IRN = ["Source", "IRN", "IRN Date"]
WHO = ["GSTIN of supplier", "Trade/Legal name"]
BASE = [*WHO, *INVOICE, "Place of supply", "Supply Attract Reverse Charge"]
NOTES = [*WHO, *NOTE, "Place of supply", "Supply Attract Reverse Charge", "Taxable Value (₹)", *TAX]
ORIGINAL = ["Original Details|Invoice number", "Original Details|Invoice Date"]
ORIGINAL_NOTE = ["Original Details|Note type", "Original Details|Note number", "Original Details|Note date"]


def revised(labels):
    return [f"Revised Details|{one}" for one in labels]


def columns(era):
    """Sheet → labels (`group|label`, or three tiers) of an era: `rates`, `oct24`, `sep25`, `dec25`."""
    declared = DECLARED if era in ("sep25", "dec25") else []
    remarks, rmarks = (["Remarks"], ["Rmarks"]) if era == "dec25" else ([], [])
    rate = ["Rate(%)"] if era == "rates" else []
    filed = ["GSTR-1/5 Period", *FILED[1:]] if era == "rates" else FILED
    invoice = [*BASE, *rate, "Taxable Value (₹)", *TAX]
    notes = [*NOTES[:9], *rate, *NOTES[9:]]
    sheets = {
        "B2B": [*invoice, *filed, "Applicable % of Tax Rate", *IRN],
        "B2BA": [*ORIGINAL, *revised([*invoice, *declared, *remarks, *filed, "Applicable % of Tax Rate"])],
        "B2B-CDNR": [*notes, *declared, *rmarks, *filed, "Applicable % of Tax Rate", *IRN],
        "B2B-CDNRA": [*ORIGINAL_NOTE, *revised([*notes, *declared, *remarks, *filed, "Applicable % of Tax Rate"])],
        "ISD": [
            "GSTIN of ISD", "Trade/Legal name", "ISD Document type", "ISD Document number", "ISD Document date",
            "Original Invoice Number", "Original invoice date",
            *[one.replace("Tax Amount", "Input tax distribution by ISD") for one in TAX],
            "ISD GSTR-6 Period", "ISD GSTR-6 Filing Date", "Eligibility of ITC",
        ],
        "IMPG": [
            "Icegate Reference Date", "Bill of entry Details|Port Code", "Bill of entry Details|Number",
            "Bill of entry Details|Date", "Bill of entry Details|Taxable Value", "Amount of tax (₹)|Integrated Tax(₹)",
            "Amount of tax (₹)|Cess(₹)", *(["Amended (Yes)"] if era != "dec25" else []),
        ],
        "B2B (ITC Reversal)": [*invoice, "GSTR-1/IFF Period", *filed[1:]],
        "B2B-DNRA": [
            *ORIGINAL_NOTE,
            *revised([*NOTES[:9], "Rate(%)", "Integrated Tax(₹)", "Central Tax(₹)", "State/UT Tax(₹)", "Cess(₹)",
                      "Tax Amount", *filed[:2]]),
        ],
    }  # fmt: skip
    if era != "rates":
        sheets["ECO"] = [
            "GSTIN of ECO", "Trade/Legal name", *[f"Document details|Document {one}" for one in
            ("number", "type", "date", "value(₹)")], "Place of supply", "Taxable value (₹)", *TAX,
            "GSTR-1/1A/IFF period", "GSTR-1/1A/IFF filing date", "ITC availability", "Reason", *IRN,
        ]  # fmt: skip
        sheets["B2B(Rejected)"] = [*BASE[:-1], "Taxable Value (₹)", *TAX, *remarks, *filed[:2], *FILED[4:]]
    if era == "dec25":
        sheets["IMPGA"] = [
            "Icegate Reference Date", "Bill of entry Details|Port Code", "Bill of entry Details|Number",
            "Bill of entry Details|Date", "Bill of entry Details|Taxable Value", "Amount of tax (₹)|Integrated Tax(₹)",
            "Amount of tax (₹)|Cess(₹)", "Type of amendment", "", "", "",
        ]  # fmt: skip
    return sheets


def row(labels, **values):
    """A row of cells: values by a word that the label (its last tier, or `Original …`, `declared …`) begins with."""
    given = {key.replace("_", " "): value for key, value in values.items()}
    return [_cell(label, given) for label in labels]


def _cell(label, given):
    own = label.rsplit("|", 1)[-1].lower()
    prefix = "original " if "Original Details" in label else "declared " if "Amount declared" in label else ""
    keys = [key for key in given if (prefix + own).startswith(key)]
    return given[max(keys, key=len)] if keys else ""


def write(path, kind_title, read_me, sheets, drop=()):
    """Write a workbook: Read me, then each sheet (name → (labels, rows)) with merged header tiers from row 5."""
    book = xlsxwriter.Workbook(str(path))
    front = book.add_worksheet("Read me")
    front.merge_range(0, 0, 2, 5, kind_title)
    for at, (label, value) in enumerate(read_me.items(), start=3):
        front.merge_range(at, 0, at, 1, label)
        front.merge_range(at, 2, at, 5, value)
    for name, (labels, rows) in sheets.items():
        if name not in drop:
            _sheet(book.add_worksheet(name), kind_title, name, labels, rows)
    book.close()
    return path


def _sheet(sheet, title, name, labels, rows):
    sheet.merge_range(0, 0, 2, max(len(labels) - 1, 1), title)
    sheet.write(3, 0, f"Taxable inward supplies, {name}")
    tiers = [label.split("|") for label in labels]
    depth = max(map(len, tiers))
    for column, parts in enumerate(tiers):
        for tier, text in enumerate(parts[:-1]):
            if column == 0 or tiers[column - 1][: tier + 1] != parts[: tier + 1]:
                sheet.write(4 + tier, column, text)
        sheet.write(4 + len(parts) - 1 if len(parts) < depth else 4 + depth - 1, column, parts[-1])
    for r, cells in enumerate(rows, start=4 + depth):
        for c, cell in enumerate(cells):
            sheet.write(r, c, cell)


def with_stale_dimension(path):
    """The same workbook with a dimension that names one cell, as the portal's own files have it."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', data))
    return path
