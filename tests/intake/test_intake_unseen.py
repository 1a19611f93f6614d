"""Layouts that a new user made without a look at the reader: each of them failed once."""

from __future__ import annotations

import json

import openpyxl
import pytest
from book_layouts import DAY, G1, G2, ME, padded
from test_intake_books import found
from test_intake_register import adds_up, text, xlsx
from unseen_layouts import BIG, LAYOUTS, NOTE, PLAIN, SMALL, html, spreadsheet_xml

from imsrecon.domain import InputError
from imsrecon.intake import describe, read_gstr1, read_portal, read_register

PAIR = [PLAIN, ["Cauvery &amp; Co", G1, "00123", "05/06/2026", "1,00,000.00", "18,000", "0", "0"],
        ["Local&nbsp;", G2, "00124", "06/06/2026", "100", "", "9.00", "9.00"]]  # fmt: skip


def save(tmp_path, rows, **more):
    """A workbook by openpyxl: formulas have no result in it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in more.get("merged", ()):
        book.active.merge_cells(cells)
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


@pytest.mark.parametrize("dress", ["xlsx", "csv"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_unseen_layout_gives_its_documents(tmp_path, layout, dress):
    rows, expected = LAYOUTS[layout]
    path = xlsx(tmp_path, {"Sheet1": padded(rows)}) if dress == "xlsx" else text(tmp_path, padded(rows))
    intake = read_register(path, gstin=ME)
    adds_up(intake)
    assert found(intake) == expected
    assert intake.refused.empty
    assert "differs" not in intake.sources["why"][0]


@pytest.mark.parametrize("markup", [html, spreadsheet_xml])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_markup_named_xls(tmp_path, markup, encoding):
    rows = [[cell.replace("&nbsp;", "") for cell in row] for row in PAIR] if markup is spreadsheet_xml else PAIR
    (tmp_path / "register.xls").write_bytes(markup(rows).encode(encoding))
    intake = read_register(tmp_path / "register.xls", gstin=ME)
    adds_up(intake)
    assert found(intake) == [BIG, SMALL]
    assert intake.documents["supplier_name"].tolist() == ["Cauvery & Co", "Local"]


def test_spreadsheet_xml_keeps_numbers_and_days(tmp_path):
    rows = [PLAIN, ["Cauvery", G1, "00123", "2026-06-05T00:00:00.000", 100000, 18000, 0, 0]]
    (tmp_path / "register.xls").write_text(spreadsheet_xml(rows), encoding="utf-8")
    assert found(read_register(tmp_path / "register.xls")) == [BIG]


def test_spreadsheet_xml_with_entities_is_refused(tmp_path):
    page = spreadsheet_xml(PAIR).replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook')
    (tmp_path / "register.xls").write_text(page, encoding="utf-8")
    with pytest.raises(InputError, match="entities"):
        read_register(tmp_path / "register.xls")


def test_the_second_plain_date_is_the_documents(tmp_path):
    table = read_register(xlsx(tmp_path, {"S": LAYOUTS["a_second_plain_date"][0]})).documents
    assert table.loc[0, ["doc_date", "voucher_date"]].dt.strftime("%d-%m").tolist() == ["05-06", "01-07"]


def test_a_sheet_a_month_of_a_2b(tmp_path):
    months = {"B2B Apr": padded([FLAT, ROW]), "B2B May": padded([FLAT, [*ROW[:2], "00125", *ROW[3:]]])}
    table = read_portal(xlsx(tmp_path, months), gstin=ME).documents
    assert table["doc_no"].tolist() == ["00123", "00125"]
    assert table["company_gstin"].tolist() == [ME, ME]


def test_a_table_whose_value_nobody_knows_is_doubted(tmp_path):
    head = ["Party", "GSTIN", "Inv No", "Inv Date", "Foo", "IGST", "Total"]
    rows = [head, ["C", G1, "00123", DAY, 100000, 18000, 118000], ["C", G1, "00124", DAY, 100, 18, 118]]
    table = read_register(xlsx(tmp_path, {"S": rows}))
    assert table.documents["taxable_value"].tolist() == [100000, 100]
    wrong = [[*head[:4], "Taxable 5%", *head[5:]], *[[*row[:4], 1, *row[5:]] for row in rows[1:]]]
    doubted = read_register(xlsx(tmp_path, {"S": wrong})).sources.iloc[0]
    assert doubted["confidence"] == "medium"
    assert "give the total in 0% of the documents only" in doubted["why"]
    lost = [[*head[:4], "Foo", "Bar", "Baz", "Gross Payable Value"], ["C", G1, "1", DAY, 1, 1, 1, 0]]
    nothing = read_register(xlsx(tmp_path, {"S": lost})).sources.iloc[0]
    assert nothing["confidence"] == "low"
    assert "Name the columns with a mapping" in nothing["why"]


def test_a_page_beside_the_register_does_not_spoil_the_folder(tmp_path):
    (tmp_path / "readme.html").write_text("<html><p>Hello</p></html>", encoding="utf-8")
    (tmp_path / "menu.html").write_text("<table><tr><td>Home</td><td>Help</td></tr></table>", encoding="utf-8")
    text(tmp_path, padded(LAYOUTS["short_labels"][0]))
    assert found(read_register(tmp_path, gstin=ME)) == [BIG, SMALL]


def test_a_formula_without_a_result_is_never_a_nil_tax(tmp_path):
    rows = [PLAIN, ["Cauvery", G1, "00123", DAY, 100000, "=E2*0.18", 0, 0], ["Local", G2, "00124", DAY, 100, 0, 9, 9]]
    intake = read_register(save(tmp_path, rows))
    adds_up(intake)
    assert found(intake) == [SMALL]
    assert intake.refused["code"].tolist() == ["bad_amount"]
    assert "1 cells hold a formula without its result" in intake.sources["why"][0]


def test_a_total_by_formula_without_a_result_costs_no_document(tmp_path):
    rows = [[*PLAIN, "Total"], ["Cauvery", G1, "00123", DAY, 100000, 18000, 0, 0, "=SUM(E2:H2)"]]
    intake = read_register(save(tmp_path, rows))
    assert found(intake) == [BIG]
    assert intake.documents["doc_value"].isna().all()


def test_one_cell_of_words_does_not_cost_a_tax_its_column(tmp_path):
    head = ["Date", "Particulars", "Voucher Type", "Voucher No.", "Supplier Invoice No.", "GSTIN/UIN", "Gross Total",
            "Purchase", "Input IGST 18%"]  # fmt: skip
    rows = [head, [DAY, "Cauvery", "Purchase", "1", "00123", G1, 118000, 100000, 18000],
            [DAY, "Cauvery", "Purchase", "2", "00124", G1, 118, 100, 18],
            [DAY, "Cauvery", "Purchase", "3", "00125", G1, 118, 100, "see note"]]  # fmt: skip
    intake = read_register(xlsx(tmp_path, {"S": rows}))
    assert intake.documents["igst"].tolist() == [18000, 18]
    assert intake.refused["code"].tolist() == ["bad_amount"]


def test_cells_merged_downwards_hold_for_each_of_their_rows(tmp_path):
    rows = [["Vendor", "", "Bill", "", "Amount", "", "", ""],
            ["Name", "GSTIN", "Bill No.", "Bill Date", "Taxable", "CGST", "SGST", "IGST"],
            ["Local", G2, "00124", DAY, 100, 9, 9, 0], ["", "", "00125", DAY, 100, 9, 9, 0],
            ["Cauvery", G1, "00123", DAY, 100000, 0, 0, 18000]]  # fmt: skip
    rows = [[None if cell == "" else cell for cell in row] for row in rows]
    path = save(tmp_path, rows, merged=("A1:B1", "C1:D1", "E1:H1", "A3:A4", "B3:B4"))
    assert found(read_register(path)) == [SMALL, [G2, "00125", *SMALL[2:]], BIG]


def test_the_tax_of_an_unknown_supplier_is_not_divided(tmp_path):
    head = ["Supplier Name", "GSTIN", "Bill No", "Bill Date", "Taxable Amount", "GST Amount"]
    rows = [head, ["Cauvery", G1, "00123", DAY, 100000, 18000], ["Nobody", "", "9", DAY, 100, 18]]
    intake = read_register(xlsx(tmp_path, {"S": rows}), gstin=ME)
    adds_up(intake)
    assert found(intake) == [BIG]
    assert intake.refused["code"].tolist() == ["no_heads"]
    assert intake.sources["confidence"].tolist() == ["medium"]
    assert read_register(xlsx(tmp_path, {"S": rows})).refused["code"].tolist() == ["no_heads", "no_heads"]


def test_a_register_of_sales_is_set_aside(tmp_path):
    head = ["Date", "Particulars", "Voucher Type", "Voucher No.", "GSTIN/UIN", "Gross Total"]
    bought = [["Purchase Register"], [*head, "Purchase", "Input IGST"], [DAY, "C", "Purchase", "1", G1, 118, 100, 18]]
    sold = [["Sales Register"], [*head, "Sales 18%", "Output IGST"], [DAY, "X", "Sales", "9", G1, 236, 200, 36]]
    intake = read_register(xlsx(tmp_path, {"Purchase Register": padded(bought), "Sales Register": padded(sold)}))
    adds_up(intake)
    assert intake.documents["igst"].tolist() == [18]
    assert intake.set_aside["code"].tolist().count("sales") == 3


def test_numbers_that_excel_has_spoilt_are_told(tmp_path):
    rows = [PLAIN, ["Cauvery", G1, DAY, DAY, 100, 18, 0, 0], ["Cauvery", G1, "1.23E+15", DAY, 100, 18, 0, 0]]
    said = read_register(xlsx(tmp_path, {"S": rows})).sources["why"][0]
    assert "1 document numbers are dates" in said
    assert "1 document numbers have over 15 digits" in said


def test_tally_xml_whose_party_bears_another_name_in_its_entry(tmp_path):
    def entry(name, amount):
        return f"<LEDGERENTRIES.LIST><LEDGERNAME>{name}</LEDGERNAME><AMOUNT>{amount}</AMOUNT></LEDGERENTRIES.LIST>"

    entries = entry("Cauvery", 118000) + entry("Purchase", -100000) + entry("IGST 18%", -18000)
    voucher = (
        "<VOUCHER><DATE>20260605</DATE><VOUCHERTYPENAME>Purchase</VOUCHERTYPENAME><VOUCHERNUMBER>1</VOUCHERNUMBER>"
        f"<REFERENCE>00123</REFERENCE><PARTYLEDGERNAME>Cauvery Co</PARTYLEDGERNAME><PARTYGSTIN>{G1}</PARTYGSTIN>"
        f"{entries}</VOUCHER>"
    )
    path = tmp_path / "v.xml"
    path.write_text(f"<ENVELOPE><BODY>{voucher}</BODY></ENVELOPE>", encoding="utf-8")
    assert found(read_register(path)) == [BIG]


HEADS = ["Integrated Tax(₹)", "Central Tax(₹)", "State/UT Tax(₹)", "Cess(₹)"]
FLAT = ["GSTIN of supplier", "Trade/Legal name", "Invoice number", "Invoice Date", "Invoice Value(₹)",
        "Taxable Value (₹)", *HEADS]  # fmt: skip
ROW = [G1, "Cauvery", "00123", "05/06/2026", 118000, 100000, 18000, 0, 0, 0]


@pytest.mark.parametrize("title", [[], [["GSTR-2B of April to June"], []]], ids=["bare", "titled"])
def test_a_users_own_copy_of_one_sheet_of_a_2b(tmp_path, title):
    intake = read_portal(xlsx(tmp_path, {"B2B": padded([*title, FLAT, ROW])}), gstin=ME)
    assert found(intake) == [BIG]
    assert ("It calls itself GSTR-2B" if title else "GSTR-2B is assumed") in intake.sources["why"][0]


@pytest.mark.parametrize("dress", ["csv", "html"])
def test_a_sheet_of_a_2b_saved_as_another_kind_of_table(tmp_path, dress):
    head = [*FLAT, "GSTR-1/IFF/GSTR-5 Filing Date", "ITC Availability"]
    rows = [head, [*ROW, "11/07/2026", "Yes"]]
    path = text(tmp_path, rows) if dress == "csv" else tmp_path / "b2b.xls"
    if dress == "html":
        path.write_text(html(rows), encoding="utf-8")
    assert found(read_portal(path, gstin=ME)) == [BIG]


def test_gstns_templates_for_the_books_are_no_portal_file(tmp_path):
    head = ["GSTIN of Supplier/ECO*", "Trade/Legal name", "Document type*", "Document number*", "Document date*",
            "Taxable value (₹)*", "Integrated tax (₹)", "Central tax (₹)", "State/UT tax (₹)", "Cess (₹)"]  # fmt: skip
    offline = ["GSTIN of Supplier", "Invoice Number", "Invoice date", "Taxable Value", "Integrated Tax Paid"]
    for labels in (head, offline):
        with pytest.raises(InputError) as refusal:
            read_portal(xlsx(tmp_path, {"b2b": [labels, [G1, "a", "b", "c", "d", 1, 1, 1, 1, 1][: len(labels)]]}))
        assert refusal.value.code == "not_portal"


def statement(period, number, **more):
    document = {"inum": number, "dt": "05-06-2026", "typ": "R", "pos": "27", "rev": "N", "itcavl": "Y", "val": 118000,
                "txval": 100000, "igst": 18000, "cgst": 0, "sgst": 0, "cess": 0}  # fmt: skip
    group = {"ctin": G1, "trdnm": "C", "supfildt": "11-07-2026", "supprd": "062026", "inv": [document]}
    return {"data": {"gstin": ME, "rtnprd": period, "docdata": {"b2b": [group]}, **more}}


def write(tmp_path, content, name="download.json"):
    (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / name


def test_several_statements_in_one_list(tmp_path):
    intake = read_portal(write(tmp_path, [statement("052026", "1"), statement("062026", "2")]))
    assert intake.documents["gstr2b_period"].tolist() == ["2026-05", "2026-06"]
    assert intake.sources["file"].tolist() == ["download.json [1]", "download.json [2]"]


def test_a_providers_answer_around_the_statement(tmp_path):
    answer = {"status_cd": "1", "result": {"message": "ok", "data": statement("062026", "00123")}}
    assert found(read_portal(write(tmp_path, answer))) == [BIG]


def test_a_missing_part_is_named(tmp_path):
    for number in (1, 3):
        write(tmp_path, statement("062026", str(number), fc=3, file_num=number), f"{number}.json")
    intake = read_portal(tmp_path)
    assert intake.sources["why"].str.contains("part 2 of 3 is missing").all()
    assert intake.sources["confidence"].tolist() == ["low", "low"]
    write(tmp_path, statement("062026", "2", fc=3, file_num=2), "2.json")
    assert not read_portal(tmp_path).sources["why"].str.contains("missing").any()


def test_missing_parts_without_numbers_are_counted(tmp_path):
    intake = read_portal(write(tmp_path, statement("062026", "1", fc=3)))
    assert "1 of its 3 parts are here, 2 missing" in intake.sources["why"][0]


@pytest.mark.parametrize(("stated", "words"), [(18000, "agree"), (17000, "igst 17000.00, here 18000.00")])
def test_the_totals_of_each_supplier_are_control_totals(tmp_path, stated, words):
    line = {"ctin": G1, "ttldocs": 1, "txval": 100000, "igst": stated, "cgst": 0, "sgst": 0, "cess": 0}
    intake = read_portal(write(tmp_path, statement("062026", "1", cpsumm={"b2b": [line]})))
    assert words in intake.sources["why"][0]


@pytest.mark.parametrize(("stated", "words"), [(18000, "agree"), (18001, "IGST says 18,001.00, the documents 18,000")])
def test_the_itc_summary_sheets_are_control_totals(tmp_path, stated, words):
    other = "All other ITC - Supplies from registered persons other than reverse charge (IMS)"
    heads = ["Integrated Tax  (₹)", "Central Tax (₹)", "State/UT Tax (₹)", "Cess  (₹)"]
    summary = [
        ["FORM SUMMARY - ITC Available"],
        ["S.no.", "Heading", "GSTR-3B table", *heads],
        ["I", other, "4(A)(5)", stated, 0, 0, 0],
        ["", "B2B - Invoices (IMS)", "", stated, 0, 0, 0],
        ["II", "Inward Supplies liable for reverse charge", "", 0, 0, 0, 0],
        ["", "B2B - Invoices", "", 0, 0, 0, 0],
    ]
    sheet = [[*FLAT, "ITC Availability"], [*ROW, "Yes"]]
    intake = read_portal(xlsx(tmp_path, {"ITC Available": padded(summary), "B2B": sheet}), gstin=ME)
    assert words in intake.sources["why"][0]


def test_gstr1_totals(tmp_path):
    line = {"num": 1, "itm_det": {"rt": 18, "txval": 1000, "iamt": 180}}
    small = {"num": 1, "itm_det": {"rt": 18, "txval": 100, "camt": 9, "samt": 9}}
    path = write(tmp_path, {
        "gstin": ME, "fp": "062026", "b2b": [{"ctin": G1, "inv": [{"inum": "1", "itms": [line, small]}]}],
        "cdnr": [{"ctin": G1, "nt": [{"ntty": "C", "nt_num": "2", "itms": [small]}]}],
        "b2cs": [{"txval": 50, "camt": 4.5, "samt": 4.5, "csamt": 1}], "hsn": {},
    })  # fmt: skip
    table = read_gstr1(path).set_index("section")
    assert table.loc["b2b"].tolist() == [1, 1100, 180, 9, 9, 0]
    assert table.loc["cdnr"].tolist() == [1, -100, 0, -9, -9, 0]
    assert table.loc["b2cs"].tolist() == [1, 50, 0, 4.5, 4.5, 1]
    with pytest.raises(InputError, match="is a GSTR-1"):
        read_portal(path)
    with pytest.raises(InputError, match="docdata: a GSTR-2B"):
        read_gstr1(write(tmp_path, statement("062026", "1")))


def test_notes_with_labels_of_their_own_are_notes(tmp_path):
    rows = {"Invoices": [PLAIN, ["C", G1, "00123", DAY, 100000, 18000, 0, 0]],
            "Debit Notes": [PLAIN, ["L", G2, "CN-1", DAY, 50, 0, 4.5, 4.5]]}  # fmt: skip
    intake = read_register(xlsx(tmp_path, rows))
    assert found(intake) == [BIG, NOTE]
    assert len(describe(intake)) == 1


ONE_OF_EACH = {
    "2b.json": "gstr2b", "2b_sheet.csv": "gstr2b_excel", "hindi.xlsx": "register", "marg.csv": "register",
    "page.xls": "register", "sap.xls": "register", "xml2003.xls": "register",
}  # fmt: skip


def one_of_each(tmp_path):
    write(tmp_path, statement("062026", "00123"), "2b.json")
    head = [*FLAT, "GSTR-1/IFF/GSTR-5 Filing Date", "ITC Availability"]
    text(tmp_path, [head, [*ROW, "11/07/2026", "Yes"]], "2b_sheet.csv")
    xlsx(tmp_path, {"S": padded(LAYOUTS["hindi"][0])}, "hindi.xlsx")
    text(tmp_path, padded(LAYOUTS["marg_exchange"][0]), "marg.csv")
    (tmp_path / "page.xls").write_text(html(PAIR), encoding="utf-8")
    text(tmp_path, padded(LAYOUTS["sap_a_row_a_tax"][0]), "sap.xls", "\t", "utf-16")
    (tmp_path / "xml2003.xls").write_text(spreadsheet_xml(PAIR).replace("&nbsp;", ""), encoding="utf-8")
    write(tmp_path, {"gstin": ME, "fp": "062026", "b2cs": []}, "gstr1.json")
    write(tmp_path, {"theme": "dark"}, "settings.json")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")


def test_a_folder_with_one_of_each_kind(tmp_path):
    one_of_each(tmp_path)
    sides = [read_portal(tmp_path, gstin=ME), read_register(tmp_path, gstin=ME)]
    kinds = {}
    for intake in sides:
        assert intake.refused.empty
        kinds |= {one.file: one.kind for one in intake.sources.itertuples() if one.kind != "skipped"}
    adds_up(sides[1])
    assert kinds == ONE_OF_EACH
    assert found(sides[0]) == [BIG]  # the sheet of the 2B is the same record as the JSON's
    assert found(sides[1]) == [BIG, SMALL] * 5


@pytest.mark.parametrize("name", ["gstr1.json", "settings.json", "scan.pdf"])
def test_a_file_that_is_named_must_be_what_it_is_said_to_be(tmp_path, name):
    one_of_each(tmp_path)
    for read in (read_portal, read_register):
        with pytest.raises(InputError):
            read(tmp_path / name)
