"""Workbooks of random layout: titles, header tiers, order, aliases, styles, totals, sheets; read as written."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_intake_register import adds_up

from imsrecon.domain import AMOUNTS, show_rupees, to_paise
from imsrecon.intake import read_register

SUPPLIERS = ["29ZZZFC1303D1ZF", "24ZZZFS1202C1ZD", "27ZZZCK1101B1ZP"]
# Group and labels: a field's label stands alone, or below its group where the header has tiers.
GROUPS = {
    "supplier_gstin": ("Party", ["GSTIN", "GSTIN/UIN", "GST No.", "Vendor GSTIN", "जीएसटीआईएन"]),
    "supplier_name": ("Party", ["Supplier Name", "Name of Supplier", "Vendor", "पार्टी का नाम"]),
    "doc_no": ("Document", ["Invoice No.", "Bill Number", "Inv. Num", "Bill Kramank", "बिल नंबर"]),
    "doc_date": ("Document", ["Invoice Date", "Bill Dt.", "Date of Invoice", "बिल दिनांक"]),
    "taxable_value": ("Amounts", ["Taxable Value (₹)", "Taxable Amt", "Assessable Value", "कर योग्य मूल्य"]),
    "igst": ("Amounts", ["IGST", "Integrated Tax", "IGST (Rs.)", "आईजीएसटी"]),
    "cgst": ("Amounts", ["CGST", "Central Tax", "C. Tax", "सीजीएसटी"]),
    "sgst": ("Amounts", ["SGST", "State/UT Tax", "SGST/UTGST", "एसजीएसटी"]),
    "cess": ("Amounts", ["Cess", "Cess Amount", "उपकर"]),
}
EXTRA = ["Sr. No.", "HSN Group", "Our Ref", "Prepared by", "E-way Bill"]
DAYS = [lambda day: day, lambda day: (day - date(1899, 12, 30)).days, lambda day: day.strftime("%d-%m-%Y"),
        lambda day: day.strftime("%d/%m/%y"), lambda day: day.strftime("%d.%m.%Y"),
        lambda day: day.strftime("%d %B, %Y")]  # fmt: skip
MONEY = [lambda paise: paise / 100, lambda paise: paise / 100 or "", lambda paise: show_rupees(paise / 100),
         lambda paise: f"Rs. {paise / 100:,.2f}/-" if paise else "-",
         lambda paise: f"{paise / 100:.2f} Dr"]  # fmt: skip

numbers = st.text("ABXYZ0123456789/-", min_size=1, max_size=16).filter(lambda text: any(map(str.isalnum, text)))
rows = st.fixed_dictionaries(
    {
        "supplier_gstin": st.sampled_from(SUPPLIERS),
        "supplier_name": st.sampled_from(["Cauvery", "Total Gas Ltd", "कावेरी", "Ärger & Söhne"]),
        "doc_no": st.text("ABXYZ0123456789/-", min_size=1, max_size=16).filter(
            lambda text: any(map(str.isalnum, text))
        ),
        "doc_date": st.integers(0, 700).map(lambda offset: date(2025, 1, 1) + timedelta(days=offset)),
        **{name: st.integers(1 if name == "taxable_value" else 0, 10**10) for name in AMOUNTS},
    }
)


def header(fields, labels, tiers):
    """One row, or a row of groups above it; with three tiers an empty one between."""
    groups = [GROUPS[field][0] if field in GROUPS else "" for field in fields]
    shown = [group if at == 0 or groups[at - 1] != group else "" for at, group in enumerate(groups)]
    between = ["" if tiers < 3 else "of the supplier" if at == 0 else "" for at in range(len(fields))]
    return [labels] if tiers == 1 else [shown, labels] if tiers == 2 else [shown, between, labels]


def sheet_rows(documents, chance):
    """The rows of one sheet, as a person or a program might lay them out."""
    fields = list(GROUPS)
    chance.shuffle(fields)
    tiers = chance.choice([1, 1, 2, 3])
    if tiers > 1:
        fields.sort(key=lambda field: ["Party", "Document", "Amounts"].index(GROUPS[field][0]))
    for extra in chance.sample(EXTRA, chance.randrange(3)):
        fields.insert(chance.randrange(len(fields) + 1) if tiers == 1 else 0, extra)
    labels = [chance.choice(GROUPS[field][1]) if field in GROUPS else field for field in fields]
    show_day, show_money = chance.choice(DAYS), chance.choice(MONEY)
    titles = [["Synthetic Traders"], ["1, Some Road, Thane 400601"], [], ["Purchase Register"], []]
    lines = [*titles[: chance.randrange(6)], *header(fields, labels, tiers)]
    repeat = chance.random() < 0.3
    for at, document in enumerate(documents):
        cells = document | {"doc_date": show_day(document["doc_date"])}
        cells |= {name: show_money(document[name]) for name in AMOUNTS}
        lines.append([cells.get(field, f"x{at}") for field in fields])
        if repeat and tiers == 1:
            lines += [[], labels]
    if chance.random() < 0.5:
        sums = {name: show_money(sum(document[name] for document in documents)) for name in AMOUNTS}
        lines += [[], [sums.get(field, "Grand Total" if field == "supplier_name" else "") for field in fields]]
    indent = chance.randrange(2)
    return [[""] * indent + list(line) for line in lines]


def write(path, sheets):
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for number, lines in enumerate(sheets):
        page = book.add_worksheet(f"Sheet {number}")
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, date):
                    page.write_datetime(at, column, datetime(cell.year, cell.month, cell.day), day)
                elif cell != "":
                    page.write(at, column, cell)
    book.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books=st.lists(st.lists(rows, min_size=1, max_size=6), min_size=1, max_size=3), seed=st.integers(0, 10**6))
def test_what_is_read_equals_what_was_written(tmp_path, books, seed):
    chance, path = random.Random(seed), tmp_path / "book.xlsx"
    write(path, [sheet_rows(documents, chance) for documents in books])
    intake = read_register(path)
    adds_up(intake)
    table, expected = intake.documents, [one for documents in books for one in documents]
    assert intake.refused.empty
    for name in ("supplier_gstin", "supplier_name", "doc_no"):
        assert table[name].tolist() == [one[name] for one in expected]
    assert table["doc_date"].dt.date.tolist() == [one["doc_date"] for one in expected]
    for name in AMOUNTS:
        assert to_paise(table[name]).tolist() == [one[name] for one in expected]
    assert "differs" not in intake.sources["why"][0]
