"""Registers (synthetic) in the layouts of the formats, nasty parts included, each with what must be read from it."""

from __future__ import annotations

from datetime import date

G1, G2, ME, SISTER = "29ZZZFC1303D1ZF", "27ZZZCK1101B1ZP", "27ZZZCR1000A1ZM", "27ZZZCR1000A2ZL"
DAY = date(2026, 6, 5)
LIST = ["Date", "Vch/Bill No", "Account Group", "Particulars", "TIN/GSTIN No.", "Item Details", "Material Centre",
        "Qty.", "Unit", "Price", "Amount", "Tax Rate", "CGST Amt", "SGST Amt", "IGST Amt", "Invoice Amt", "Type",
        "Narration"]  # fmt: skip
TEMPLATE = ["GSTIN of Supplier/ECO*", "Trade/Legal name", "Type of inward supplies*", "Document type*",
            "Document number*", "Document date*", "Taxable value (₹)*", "Integrated tax (₹)", "Central tax (₹)",
            "State/UT tax (₹)", "Cess (₹)"]  # fmt: skip
ZOHO = ["Bill Date", "Bill ID", "Vendor Name", "Bill Number", "SubTotal", "Total", "Balance", "Bill Status",
        "Is Inclusive Tax", "Item Name", "Account", "Tax Amount", "Item Total", "GST Treatment",
        "GST Identification Number (GSTIN)", "Rate", "Tax Percentage", "ITC Eligibility", "CGST(FCY)", "IGST(FCY)",
        "CGST", "SGST", "IGST", "CESS"]  # fmt: skip


def zoho(number, total, item, taxable, tax, status="Open", inclusive="false", entry="7001"):
    return ["2026-06-05", entry, "Cauvery", number, "100000", total, "0", status, inclusive, item, "Purchase", tax,
            taxable, "business_gst", G1, taxable, "18", "Eligible For ITC", "0", tax, "0", "0", tax, "0"]  # fmt: skip


BIG = [G1, "00123", "INV", 100000, 18000, 0, 0]
SMALL = [G2, "00124", "INV", 100, 0, 9, 9]

# Layout → rows of its one sheet, what its documents are (GSTIN, number, type, taxable value, IGST, CGST, SGST).
LAYOUTS = {
    "busy_list_of_vouchers": ([
        ["Synthetic Traders"], ["List of Purchase Vouchers"],
        ["Voucher Series : Main  (From 01-06-2026 To 30-06-2026)"], LIST,
        ["05-06-2026", "00123", "Sundry Creditors", "Cauvery", "", "Steel", "Main", "1", "Kg", "600", "60,000.000",
         "18", "", "", "10,800.00", "1,18,000.00", "", ""],
        ["", "", "", "", G1, "Iron", "Main", "1", "Kg", "400", "40,000.000", "18", "", "", "7,200.00", "", "", ""],
        LIST,
        ["06-06-2026", "00124", "Sundry Creditors", "Local", G2, "Iron", "Main", "1", "Kg", "100", "100.000", "18", "9",
         "9", "", "118", "", ""],
        ["", "", "", "", "", "Totals", "", "", "", "", "1,00,100.000", "", "9", "9", "18,000.00", "1,18,118.00"],
        [],
    ], [BIG, SMALL]),
    "busy_gst_details": ([
        ["Account", "TIN/GSTIN No.", "Purchase Bill No", "Purchase Bill Date", "Taxable Amount", "Igst Amount",
         "Cgst Amount", "Sgst Amount", "Ugst Amount", "Bill Amount"],
        ["Cauvery", G1, "00123", "05-06-2026", "100000", "18000", "0", "0", "0", "118000"],
    ], [BIG]),
    "tally_gstr3b_voucher_register": ([
        ["Synthetic"], ["GSTR-3B - Voucher Register"], ["1-Jun-26 to 30-Jun-26"], [], [], [], [], [],
        ["Date", "Particulars", "Party GSTIN/UIN", "Vch Type", "Vch No.", "Doc No.", "Taxable Amount", "Integrated Tax",
         "Central Tax", "State Tax", "Cess", "Tax Amount", "Invoice Amount"],
        ["", "", "", "", "", "", "", "Amount", "Amount", "Amount", "Amount", "", ""],
        [DAY, "Cauvery", G1, "Purchase", "7", "00123", 100000, 18000, 0, 0, 0, 18000, 118000],
        ["Total", "", "", "", "", "", 100000, 18000, 0, 0, 0, 18000, 118000],
    ], [BIG]),
    "tally_two_tiers_and_escapes": ([
        ["Synthetic Ltd_x000D_\nUnit 1"], ["Purchase Register"], ["1-Jun-26 to 30-Jun-26"],
        ["_x0004_ Date", "Particulars", "Voucher Type", "Voucher No.", "Voucher Ref. No.", "Voucher Ref. Date",
         "GSTIN/UIN", "Narration", "Quantity", "Value", "Gross Total", "All Items", "INPUT IGST", "Unclaimed IGST",
         "TDS Payable U/s 194 I", "Short & Excess"],
        ["", "", "", "", "", "", "", "", "Billed", "", "", "", "", "", "", ""],
        [DAY, "Cauvery", "Purchase", "7", "00123", DAY, G1, "", "5 Kg", 100000, 118000, 100000, 17000, 1000, -5, 0.4],
        ["", "Grand Total", "", "", "", "", "", "", "", 100000, 118000, 100000, 17000, 1000, -5, 0.4],
    ], [BIG]),
    "marg": ([
        ["GSTIN of recipient*", ME], ["Financial year*", "2026-27", "Tax period*", "June"], [], [], TEMPLATE,
        [G1, "C", "B2B", "Invoice", "00123", "05/06/2026", 60000, 16800, 0, 0, 0],
        [G1.lower(), "C", "B2B", "Invoice", "00123", "05/06/2026", 40000, 1200, 0, 0, 0],
    ], [BIG]),
    "gstn_offline_cdnr_csv": ([
        ["GSTIN of Supplier", "Note/Refund Voucher Number", "Note/Refund Voucher date",
         "Invoice/Advance Payment Voucher Number", "Invoice/Advance Payment Voucher date", "Pre GST", "Document Type",
         "Reason For Issuing document", "Supply Type", "Note/Refund Voucher Value", "Rate", "Taxable Value",
         "Integrated Tax Paid", "Central Tax Paid", "State/UT Tax Paid", "Cess Paid", "Eligibility For ITC"],
        [G1, "CN1", "5-Jun-26", "00120", "1-May-26", "N", "C", "07-Others", "Inter State", "118", "18", "100", "18", "",
         "", "", "Inputs"],
    ], [[G1, "CN1", "CN", 100, 18, 0, 0]]),
    "gstn_offline_impg_csv": ([
        ["Port Code", "Bill Of Entry Number", "Bill Of Entry Date", "Bill Of Entry Value", "Document type",
         "GSTIN Of SEZ Supplier", "Rate", "Taxable Value", "Integrated Tax Paid", "Cess Paid", "Eligibility For ITC"],
        ["INNSA1", "7654321", "5-Jun-26", "118", "Imports", "", "18", "100", "18", "", "Inputs"],
    ], [["", "7654321", "BOE", 100, 18, 0, 0]]),
    "sap_technical": ([
        ["Purchase register"], [],
        ["BUKRS", "BELNR", "BLDAT", "BUDAT", "XBLNR", "NAME1", "STCD3", "HWBAS", "JII", "JIC", "JIS", "MWSKZ"],
        ["1000", "510001", "05.06.2026", "07.06.2026", "00123", "Cauvery", G1, "60,000.00", "10,800.00", "0", "",
         "P1"],
        ["1000", "510001", "05.06.2026", "07.06.2026", "00123", "Cauvery", G1, "40,000.00", "7,200.00", "0", "0", "P2"],
        ["*", "", "", "", "", "", "", "100,000.00", "18,000.00", "0.00", "0.00", ""],
        ["1000", "510002", "06.06.2026", "07.06.2026", "CN-1", "Cauvery", G1, "100.00-", "18.00-", "0", "0", "P1"],
    ], [BIG, [G1, "CN-1", "CN", 100, 18, 0, 0]]),
    "sap_cds_view": ([
        ["Company Code", "Document No", "Original Invoice Number", "Document Type", "Document Date", "Posting Date",
         "Supplier Name", "Supplier GSTIN", "Taxable Amount", "IGST Amount", "CGST Amount", "SGST Amount",
         "Invoice Value"],
        ["1000", "510001", "00123", "RE", "05.06.2026", "07.06.2026", "Cauvery", G1, "100000", "18000", "0", "0",
         "118000"],
        ["1000", "510002", "CN-1", "KG", "06.06.2026", "07.06.2026", "Cauvery", G1, "100", "18", "0", "0", "118"],
    ], [BIG, [G1, "CN-1", "CN", 100, 18, 0, 0]]),
    "grouped_by_supplier": ([
        ["Synthetic"], ["Purchases by Supplier Detail"], ["June 2026"], [],
        ["", "Date", "Transaction Type", "Num", "Memo/Description", "GSTIN", "Taxable Amount", "IGST", "CGST", "SGST",
         "Amount"],
        ["Cauvery Traders"], ["", "05/06/2026", "Bill", "00123", "", G1, "100000", "18000", "0", "0", "118000"],
        ["Total for Cauvery Traders", "", "", "", "", "", "100000", "18000", "0", "0", "118000"], ["Local"],
        ["", "06/06/2026", "Bill", "00124", "", G2, "100", "0", "9", "9", "118"],
        ["Total for Local", "", "", "", "", "", "100", "0", "9", "9", "118"],
        ["TOTAL", "", "", "", "", "", "100100", "18000", "9", "9", "118118"],
    ], [BIG, SMALL]),
    "many_blank_rows": ([
        ["Supplier GSTIN", "Invoice Number", "Invoice Date", "Taxable Amount", "IGST Amount", "CGST Amount",
         "SGST Amount", "Supplier Name", "Invoice Value", "Vno", "Document Mode", "Document Type", "Book", "InvType"],
        [G1, "00123", "05/06/2026", "100000", "18000", "0", "0", "Cauvery", "118000", "7", "B2B", "Invoice", "PB", "R"],
        *[[" "] * 14] * 50,
    ], [BIG]),
    "zoho_bills": ([
        ZOHO, zoho("00123", "118000", "Steel", "60000", "10800"), zoho("00123", "118000", "Iron", "40000", "7200"),
        zoho("V-1", "118", "Iron", "100", "18", status="Void", entry="7002"),
        zoho("V-2", "118", "Iron", "100", "18", status="Draft", entry="7003"),
        zoho("I-1", "118", "Iron", "118", "18", inclusive="true", entry="7004"),
    ], [BIG, [G1, "I-1", "INV", 100, 18, 0, 0]]),
    "zoho_vendor_credits": ([
        ["Vendor Credit Date", "Vendor Credit ID", "Vendor Credit Number", "Vendor Credit Status", "Vendor Name",
         "Reference Number", "Item Name", "Item Total", "Total", "GST Identification Number (GSTIN)", "CGST", "SGST",
         "IGST", "CESS"],
        ["2026-06-05", "81", "DN-00001", "Open", "Cauvery", "CN-7", "Steel", "100", "118", G1, "0", "0", "18", "0"],
    ], [[G1, "CN-7", "CN", 100, 18, 0, 0]]),
    "tally_day_book": ([
        ["Synthetic"], ["Day Book"], ["1-Jun-26 to 30-Jun-26"],
        ["Date", "Particulars", "Vch Type", "Vch No.", "Debit Amount", "Credit Amount"],
        [DAY, "Cauvery", "Purchase", "7", None, 118000.4], ["", "Purchase @18%", "", "", 100000, None],
        ["", "Input IGST", "", "", 18000, None], ["", "Round Off", "", "", 0.4, None],
        ["", "Being steel, Inv No. 00123 dt 1-6", "", "", None, None],
        [DAY, "Bank", "Payment", "3", 500, None], ["", "Cash", "", "", None, 500],
        [DAY, "Cauvery", "Debit Note", "2", 118, None], ["", "Purchase Return", "", "", None, 100],
        ["", "Input IGST", "", "", None, 18], ["", "CREDIT NOTE NO. CD-1", "", "", None, None],
        ["", "Total", "", "", 118618, 118618],
    ], [["", "00123", "INV", 100000, 18000, 0, 0], ["", "CD-1", "CN", 100, 18, 0, 0]]),
}  # fmt: skip


def padded(rows):
    """The rows, all as wide as the widest."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


XML = """<?xml version="1.0" encoding="UTF-16"?><ENVELOPE><BODY><IMPORTDATA><REQUESTDATA>
<TALLYMESSAGE><VOUCHER VCHTYPE="Purchase"><DATE>20260607</DATE><VOUCHERTYPENAME>Purchase</VOUCHERTYPENAME>
<VOUCHERNUMBER>7</VOUCHERNUMBER><REFERENCE>00123</REFERENCE><REFERENCEDATE>20260605</REFERENCEDATE>
<PARTYLEDGERNAME>Cauvery &amp; Co&#4;</PARTYLEDGERNAME><PARTYGSTIN>29ZZZFC1303D1ZF</PARTYGSTIN>
<PLACEOFSUPPLY>Maharashtra</PLACEOFSUPPLY>
<LEDGERENTRIES.LIST><LEDGERNAME>Cauvery &amp; Co&#4;</LEDGERNAME><AMOUNT>118000.00</AMOUNT></LEDGERENTRIES.LIST>
<LEDGERENTRIES.LIST><LEDGERNAME>Input IGST</LEDGERNAME><AMOUNT>-18000.00</AMOUNT></LEDGERENTRIES.LIST>
<ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>Steel</STOCKITEMNAME><ACCOUNTINGALLOCATIONS.LIST>
<LEDGERNAME>Purchase @18%</LEDGERNAME><AMOUNT>-100000.00</AMOUNT></ACCOUNTINGALLOCATIONS.LIST>
</ALLINVENTORYENTRIES.LIST>
</VOUCHER></TALLYMESSAGE>
<TALLYMESSAGE><VOUCHER><DATE>20260606</DATE><VOUCHERTYPENAME>Debit Note</VOUCHERTYPENAME>
<VOUCHERNUMBER>2</VOUCHERNUMBER>
<REFERENCE>CN-1</REFERENCE><PARTYLEDGERNAME>Cauvery</PARTYLEDGERNAME><PARTYGSTIN>29ZZZFC1303D1ZF</PARTYGSTIN>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Cauvery</LEDGERNAME><AMOUNT>-118.00</AMOUNT></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Input IGST</LEDGERNAME><AMOUNT>18.00</AMOUNT></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Purchase @18%</LEDGERNAME><AMOUNT>100.00</AMOUNT></ALLLEDGERENTRIES.LIST>
</VOUCHER></TALLYMESSAGE>
<TALLYMESSAGE><VOUCHER><DATE>20260606</DATE><VOUCHERTYPENAME>Payment</VOUCHERTYPENAME><VOUCHERNUMBER>9</VOUCHERNUMBER>
<PARTYLEDGERNAME>Bank</PARTYLEDGERNAME>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Rent</LEDGERNAME><AMOUNT>-118.00</AMOUNT></ALLLEDGERENTRIES.LIST>
</VOUCHER></TALLYMESSAGE></REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>"""
