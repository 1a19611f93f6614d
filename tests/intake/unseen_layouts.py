"""Registers (synthetic) as a new user would bring them, made without a look at the reader, each with what is in it."""

from __future__ import annotations

from book_layouts import G1, G2, ME

# GSTIN, number, type, taxable value, IGST, CGST, SGST.
BIG = [G1, "00123", "INV", 100000, 18000, 0, 0]
SMALL = [G2, "00124", "INV", 100, 0, 9, 9]
NOTE = [G2, "CN-1", "CN", 50, 0, 4.5, 4.5]
PLAIN = ["Supplier", "GSTIN", "Invoice No", "Invoice Date", "Taxable Value", "IGST", "CGST", "SGST"]

LAYOUTS = {
    "hindi": ([
        ["एक्मे ट्रेडर्स"], ["खरीद रजिस्टर जून 2026"],
        ["क्र.सं.", "पार्टी का नाम", "जीएसटी नंबर", "बिल नंबर", "बिल दिनांक", "कर योग्य राशि", "आईजीएसटी", "सीजीएसटी",
         "एसजीएसटी", "कुल राशि"],
        [1, "कावेरी", G1, "00123", "05-06-2026", 100000, 18000, 0, 0, 118000],
        [2, "स्थानीय", G2, "00124", "06-06-2026", 100, 0, 9, 9, 118],
        ["", "", "", "", "कुल", 100100, 18000, 9, 9, 118118],
    ], [BIG, SMALL]),
    "hindi_in_latin_letters": ([
        ["Kharidi Khata 2026-27"],
        ["Kram", "Vikreta ka naam", "Vendor GSTIN No.", "Bill Kramank", "Bill ki Tarikh", "Taxable Rashi", "IGST Rs.",
         "CGST Rs.", "SGST Rs.", "Kul Rashi"],
        [1, "Cauvery", G1, "00123", "05 June 2026", 100000, 18000, 0, 0, 118000],
        [2, "Local", G2, "00124", "6 Jun 2026", 100, 0, 9, 9, 118],
        ["Kul", "", "", "", "", 100100, 18000, 9, 9, 118118],
    ], [BIG, SMALL]),
    "short_labels": ([
        ["Sr", "Party", "GST No", "Bill #", "Dt.", "Assessable Value", "I. Tax", "C. Tax", "S. Tax", "Net Amt"],
        [1, "Cauvery", G1, "00123", "5.6.26", "₹ 1,00,000.00", "₹ 18,000.00", "", "", "₹ 1,18,000.00"],
        [2, "Local", G2, "00124", "16.6.26", "₹ 100.00", "", "₹ 9.00", "₹ 9.00", "₹ 118.00"],
    ], [BIG, SMALL]),
    "labels_of_other_words": ([
        ["Name of our supplier", "Supplier's GST Registration No.", "Supp. Inv. Num", "Dated", "Inv. Dt.",
         "Taxable Amount (Rs.)", "IGST (Rs.)", "CGST (Rs.)", "SGST/UTGST (Rs.)", "Total Payable Amount"],
        ["Cauvery", G1, "00123", "", "05/06/2026", 100000, 18000, 0, 0, 118000],
        ["Local", G2, "00124", "", "06/06/2026", 100, 0, 9, 9, 118],
    ], [BIG, SMALL]),
    "three_tiers": ([
        ["Synthetic Ltd: inward supplies"],
        ["Party", "", "Document", "", "", "Value of supply", "", "", "Tax", "", "", "", "Total"],
        ["", "", "", "", "", "Rate 5%", "Rate 18%", "Exempt", "Integrated", "Central", "State", "Cess", ""],
        ["Name", "GSTIN", "No.", "Date", "Type", "", "", "", "", "", "", "", ""],
        ["Cauvery", G1, "00123", "05-06-2026", "Invoice", 0, 100000, 0, 18000, 0, 0, 0, 118000],
        ["Local", G2, "CN-1", "06-06-2026", "Credit Note", 0, 50, 0, 0, 4.5, 4.5, 0, 59],
    ], [BIG, NOTE]),
    "tax_in_one_column": ([
        [f"GSTIN: {ME}"],
        ["Supplier Name", "GSTIN", "Bill No", "Bill Date", "Taxable Amount", "GST %", "GST Amount", "Total"],
        ["Cauvery", G1, "00123", "05-06-2026", 100000, 18, 18000, 118000],
        ["Local", G2, "00124", "06-06-2026", 100, 18, 18, 118],
    ], [BIG, SMALL]),
    "cgst_and_sgst_in_one_column": ([
        ["Party Name", "GSTIN", "Bill No", "Bill Date", "Taxable Value", "CGST+SGST", "IGST", "Total Bill Amount"],
        ["Cauvery", G1, "00123", "05-06-2026", 100000, 0, 18000, 118000],
        ["Local", G2, "00124", "06-06-2026", 100, 18, 0, 118],
    ], [BIG, SMALL]),
    "a_column_a_rate_and_no_other": ([
        ["Supplier Name", "GSTIN No.", "Inv No", "Inv Date", "Taxable Value 5%", "Taxable Value 18%", "Nil Rated",
         "IGST 5%", "IGST 18%", "CGST 2.5%", "CGST 9%", "SGST 2.5%", "SGST 9%", "R/off"],
        ["Cauvery", G1, "00123", "05-06-2026", 0, 100000, 40, 0, 18000, 0, 0, 0, 0, -0.3],
        ["Local", G2, "00124", "06-06-2026", 0, 100, 0, 0, 0, 0, 9, 0, 9, 0],
    ], [BIG, SMALL]),
    "amounts_in_words_of_cells": ([
        PLAIN,
        ["Cauvery", G1, "00123", "05-06-2026", "Rs. 1,00,000/-", "INR 18,000.00", "NIL", "N/A"],
        ["Local", G2, "CN-1", "06-06-2026", "(-)50.00", "", "(-)4.50", "(-)4.50"],
    ], [BIG, NOTE]),
    "dates_in_words": ([
        PLAIN,
        ["Cauvery", G1, "00123", "5th June 2026", 100000, 18000, 0, 0],
        ["Local", G2, "00124", "June 6, 2026", 100, 0, 9, 9],
        ["Local", G2, "00125", "Fri, 05 Jun 2026", 100, 0, 9, 9],
    ], [BIG, SMALL, [G2, "00125", *SMALL[2:]]]),
    "types_in_words": ([
        ["Date", "Doc Type", "Party Name", "Party GSTIN", "Doc No", "Taxable Amt", "IGST", "CGST", "SGST", "Total"],
        ["05-06-2026", "Purchase Invoice", "Cauvery", G1, "00123", 100000, 18000, 0, 0, 118000],
        ["06-06-2026", "Purchase Return", "Local", G2, "CN-1", 50, 0, 4.5, 4.5, 59],
        ["06-06-2026", "Credit Note Received", "Local", G2, "CN-2", 50, 0, 4.5, 4.5, 59],
        ["06-06-2026", "Debit Note from supplier", "Local", G2, "DN-1", 50, 0, 4.5, 4.5, 59],
        ["06-06-2026", "Debit note issued", "Local", G2, "CN-3", 50, 0, 4.5, 4.5, 59],
    ], [BIG, NOTE, [G2, "CN-2", *NOTE[2:]], [G2, "DN-1", "DN", *NOTE[3:]], [G2, "CN-3", *NOTE[2:]]]),
    "forced_texts": ([
        PLAIN,
        ["Cauvery", G1, '="00123"', "05-06-2026", "100000", "18000", "", ""],
        ["Local", G2, "'00124", "06-06-2026", "100", "", "9", "9"],
    ], [BIG, SMALL]),
    "supplier_in_a_line_above": ([
        ["Party-wise purchase, June 2026"],
        ["Bill Date", "Bill No.", "Taxable Value", "CGST", "SGST", "IGST", "Bill Amt"],
        [f"Cauvery Traders ({G1})"], ["05-06-2026", "00123", 100000, 0, 0, 18000, 118000],
        ["Sub Total", "", 100000, 0, 0, 18000, 118000],
        [f"Local, GSTIN: {G2}"], ["06-06-2026", "00124", 100, 9, 9, 0, 118], ["Sub Total", "", 100, 9, 9, 0, 118],
        ["Grand Total", "", 100100, 9, 9, 18000, 118118],
    ], [BIG, SMALL]),
    "credit_note_labels": ([
        ["Supplier", "GSTIN", "Credit Note No", "Credit Note Date", "Taxable Value", "IGST", "CGST", "SGST"],
        ["Local", G2, "CN-1", "06-06-2026", 50, 0, 4.5, 4.5],
    ], [NOTE]),
    "sap_a_row_a_tax": ([
        ["Document No", "Reference", "Document Date", "Vendor Name", "Vendor GSTIN", "Tax Code", "Condition Type",
         "Tax Base Amount", "Tax Amount"],
        ["51", "00123", "05.06.2026", "Cauvery", G1, "V3", "JII", "1,00,000.00", "18,000.00"],
        ["52", "00124", "06.06.2026", "Local", G2, "V1", "JIC", "60.00", "5.40"],
        ["52", "00124", "06.06.2026", "Local", G2, "V1", "JIS", "60.00", "5.40"],
        ["52", "00124", "06.06.2026", "Local", G2, "V2", "JIC", "40.00", "3.60"],
        ["52", "00124", "06.06.2026", "Local", G2, "V2", "JIS", "40.00", "3.60"],
    ], [BIG, SMALL]),
    "sap_reversed": ([
        ["Document No", "Reversed with", "Reference", "Document Date", "Vendor Name", "Vendor GSTIN", "Taxable Amount",
         "IGST", "CGST", "SGST"],
        ["51", "61", "00123", "05.06.2026", "Cauvery", G1, "90,000.00", "16,200.00", "", ""],
        ["61", "51", "00123", "05.06.2026", "Cauvery", G1, "90,000.00-", "16,200.00-", "", ""],
        ["53", "", "00123", "05.06.2026", "Cauvery", G1, "1,00,000.00", "18,000.00", "", ""],
    ], [BIG]),
    "a_block_a_rate": ([
        ["Purchase Book"],
        ["Date", "Bill No", "Party Name", "GSTIN", "5%", "", "", "", "18%", "", "", "", "Total"],
        ["", "", "", "", *["Taxable", "IGST", "CGST", "SGST"] * 2, ""],
        ["05-06-2026", "00123", "Cauvery", G1, 0, 0, 0, 0, 100000, 18000, 0, 0, 118000],
        ["06-06-2026", "00124", "Local", G2, 60, 0, 1.5, 1.5, 40, 0, 7.5, 7.5, 118],
    ], [BIG, SMALL]),
    "within_the_state_and_beyond": ([
        ["Sl", "Bill Date", "Bill No", "Name of the Party", "GSTIN/UIN", "Local Purchase", "", "", "",
         "Interstate Purchase", "", ""],
        ["", "", "", "", "", "Taxable Value", "CGST", "SGST", "Total", "Taxable Value", "IGST", "Total"],
        [1, "05-06-2026", "00123", "Cauvery", G1, "", "", "", "", 100000, 18000, 118000],
        [2, "06-06-2026", "00124", "Local", G2, 100, 9, 9, 118, "", "", ""],
        ["", "", "", "Total", "", 100, 9, 9, 118, 100000, 18000, 118000],
    ], [BIG, SMALL]),
    "books_beside_the_portal": ([
        ["GSTIN", "Party Name", "Invoice No", "Invoice Date", "As per books", "", "", "", "As per GSTR-2B", "", "", ""],
        ["", "", "", "", *["Taxable Value", "IGST", "CGST", "SGST"] * 2],
        [G1, "Cauvery", "00123", "05-06-2026", 100000, 18000, 0, 0, 90000, 16200, 0, 0],
        [G2, "Local", "00124", "06-06-2026", 100, 0, 9, 9, 0, 0, 0, 0],
    ], [BIG, SMALL]),
    "a_second_plain_date": ([
        ["Date", "Supplier", "GSTIN", "Vch No", "Supplier Inv No", "Date", "Basic Amt", "IGST", "CGST", "SGST"],
        ["01-07-2026", "Cauvery", G1, "55", "00123", "05-06-2026", 100000, 18000, 0, 0],
    ], [BIG]),
    "business_central": ([
        ["Posting Date", "Document Type", "Document No.", "External Document No.", "Vendor No.", "Vendor Name",
         "Vendor GST Reg. No.", "GST Base Amount", "GST Component Code", "GST Amount"],
        ["05-06-26", "Invoice", "PPI/1", "00123", "V01", "Cauvery", G1, 100000, "IGST", 18000],
        ["06-06-26", "Credit Memo", "PCM/1", "CN-1", "V02", "Local", G2, -50, "CGST", -4.5],
        ["06-06-26", "Credit Memo", "PCM/1", "CN-1", "V02", "Local", G2, -50, "SGST", -4.5],
    ], [BIG, NOTE]),
    "marg_exchange": ([
        ["H", "00123", "05062026", *[""] * 9, "27-MAHARASHTRA", *[""] * 16, "CAUVERY", "", G1],
        ["T", *[""] * 18, "10", "", "10,000.00", "", "18", *[""] * 14, "3004"],
        ["F", "118000.00"],
        ["H", "00124", "06062026", *[""] * 9, "27-MAHARASHTRA", *[""] * 16, "LOCAL", "", G2],
        ["T", *[""] * 18, "1", "", "60.00", "", "18", *[""] * 14, "3004"],
        ["T", *[""] * 18, "2", "", "20.00", "", "18", *[""] * 14, "3004"], ["F", "118.00"],
    ], [BIG, SMALL]),
}  # fmt: skip


def html(rows: list[list[object]]) -> str:
    """A page as programs write it into a file named .xls: a title that spans, entities, a table in a table."""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    title = f'<tr><td colspan="{len(rows[0])}"><b>Purchase Register</b></td></tr>'
    return f"<html><body><table><tr><td><table>{title}{lines}</table></td></tr></table></body></html>"


def spreadsheet_xml(rows: list[list[object]]) -> str:
    """Excel's XML of 2003."""

    def cell(value: object) -> str:
        kind = "Number" if isinstance(value, (int, float)) else "DateTime" if str(value).endswith(".000") else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    lines = "".join("<Row>" + "".join(map(cell, row)) + "</Row>" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="June"><Table>{lines}</Table></Worksheet></Workbook>'
    )
