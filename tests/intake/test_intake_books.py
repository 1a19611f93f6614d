"""Registers of every program that users have, built in `book_layouts` (synthetic), and what is read from them."""

from __future__ import annotations

import codecs

import pandas as pd
import pytest
import xlsxwriter
from book_layouts import DAY, G1, G2, LAYOUTS, ME, SISTER, XML, padded
from test_intake_register import PLAIN, adds_up, text, xlsx

from imsrecon.domain import InputError
from imsrecon.intake import describe, propose_mapping, read_portal, read_register, save_refused

NAMES = ["supplier_gstin", "doc_no", "doc_type", "taxable_value", "igst", "cgst", "sgst"]


def found(intake):
    table = intake.documents[NAMES].copy()
    table["supplier_gstin"] = table["supplier_gstin"].fillna("")
    return table.to_numpy().tolist()


DRESSES = [(layout, "xlsx") for layout in LAYOUTS]
DRESSES += [(layout, "utf16") for layout in ("sap_technical", "marg", "busy_list_of_vouchers", "tally_day_book")]


@pytest.mark.parametrize(("layout", "dress"), DRESSES, ids=["-".join(one) for one in DRESSES])
def test_each_layout_gives_its_documents(tmp_path, layout, dress):
    rows, expected = LAYOUTS[layout]
    sheet = "Purchase Reigster" if layout == "marg" else "Sheet1"
    if dress == "xlsx":
        path = xlsx(tmp_path, {sheet: padded(rows)}, "Register.xlsx")
    else:
        cells = [["" if cell is None else cell for cell in row] for row in padded(rows)]
        shown = [[cell.strftime("%d-%m-%Y") if cell == DAY else cell for cell in row] for row in cells]
        path = text(tmp_path, shown, "Register.xls", "\t", "utf-16")
    intake = read_register(path)
    adds_up(intake)
    assert found(intake) == expected
    assert intake.refused.empty
    assert "differs" not in intake.sources["why"][0]


def test_a_voucher_over_several_lines_has_its_gstin_from_a_later_one(tmp_path):
    intake = read_register(text(tmp_path, padded(LAYOUTS["busy_list_of_vouchers"][0])))
    assert intake.documents.loc[0, ["supplier_gstin", "lines", "doc_value"]].tolist() == [G1, 2, 118000]
    assert "further lines of a voucher" in intake.sources["why"][0]


def test_the_supplier_above_his_rows(tmp_path):
    table = read_register(text(tmp_path, padded(LAYOUTS["grouped_by_supplier"][0]))).documents
    assert table["supplier_name"].tolist() == ["Cauvery Traders", "Local"]


def test_void_and_draft_bills_are_set_aside_with_their_rupees(tmp_path):
    intake = read_register(text(tmp_path, LAYOUTS["zoho_bills"][0]))
    control = intake.control.set_index("measure")
    assert intake.set_aside["code"].tolist().count("void") == 2
    assert control.loc["taxable_value", ["kept", "set_aside"]].tolist() == [100100, 200]


def test_sap_keeps_its_own_document_number_as_the_voucher(tmp_path):
    for layout in ("sap_technical", "sap_cds_view"):
        table = read_register(text(tmp_path, padded(LAYOUTS[layout][0]))).documents
        assert table["voucher_no"].tolist() == ["510001", "510002"]


def test_a_template_of_one_row_a_document_is_not_added_up(tmp_path):
    rows = padded(LAYOUTS["marg"][0])
    rows[-1] = [*rows[-2][:6], 60000, 16800, 0, 0, 0]  # the same rate twice: entered twice
    assert len(read_register(xlsx(tmp_path, {"Sheet1": rows})).documents) == 2


def test_tally_xml(tmp_path):
    path = tmp_path / "vouchers.xml"
    path.write_bytes(XML.encode("utf-16"))
    intake = read_register(path)
    adds_up(intake)
    assert found(intake) == [[G1, "00123", "INV", 100000, 18000, 0, 0], [G1, "CN-1", "CN", 100, 18, 0, 0]]
    first = intake.documents.loc[0, ["supplier_name", "ledger", "doc_value", "pos", "voucher_no"]].tolist()
    assert first == ["Cauvery & Co", "Purchase @18%", 118000, "27", "7"]
    assert intake.documents.loc[0, "doc_date"] == pd.Timestamp("2026-06-05")
    assert intake.set_aside["code"].tolist() == ["header", "other_voucher"]
    assert describe(intake)[0].startswith("Vouchers, no GSTIN named, Tally XML, 2 documents")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_tally_xml_in_each_encoding(tmp_path, encoding):
    (tmp_path / "v.xml").write_bytes(XML.encode(encoding))
    assert len(read_register(tmp_path / "v.xml").documents) == 2


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (XML.replace("<ENVELOPE>", BOMB + "<ENVELOPE>", 1).replace("Steel", "&b;"), "entities"),
        (XML.replace("</ENVELOPE>", ""), "broken XML"),
        ("<ENVELOPE><BODY/></ENVELOPE>", "without a voucher"),
        ("<html><body>no</body></html>", "HTML or XML"),
    ],
    ids=["entities", "cut_short", "nothing", "html"],
)
def test_xml_that_cannot_be_gets_one_sentence(tmp_path, content, words):
    (tmp_path / "client.xml").write_bytes(codecs.BOM_UTF8 + content.encode())
    with pytest.raises(InputError, match=words) as caught:
        read_register(tmp_path / "client.xml")
    assert "client.xml" in str(caught.value)


TALLY = ["Date", "Particulars", "Voucher Type", "Voucher No.", "Supplier Invoice No.", "GSTIN/UIN", "Narration",
         "Gross Total", "Purchase", "Import Purchase", "Input IGST", "Input CGST", "Input SGST"]  # fmt: skip


def tally(number="", gstin="", narration="", base=100, imported="", igst=18, state="", party="Shenzhen Co"):
    return [
        DAY,
        party,
        "Purchase",
        number + narration,
        number,
        gstin,
        narration,
        118,
        base,
        imported,
        igst,
        state,
        state,
    ]


ENTRIES = {
    "number_with_port": (tally("INNSA1-7654321"), ["7654321", "INNSA1"]),
    "number_with_port_behind": (tally("7654321/INBOM4"), ["7654321", "INBOM4"]),
    "narration": (tally(narration="Bill of Entry No. 7654321 dt 1-6-26 port INNSA1"), ["7654321", "INNSA1"]),
    "narration_with_invoice_number": (tally("SZ-99", narration="B/E No 7654321 of INDEL4"), ["7654321", "INDEL4"]),
    "import_ledger": (tally("7654321", base="", imported=100), ["7654321", None]),
    "prefixed": (tally("BOE/7654321"), ["7654321", None]),
    "customs": (tally("7654321", party="Commissioner of Customs"), ["7654321", None]),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_bill_of_entry_is_known_by_its_meaning(tmp_path, name):
    row, (number, port) = ENTRIES[name]
    intake = read_register(xlsx(tmp_path, {"Purchase Register": [TALLY, row]}))
    one = intake.documents.iloc[0]
    assert one[["doc_type", "supply_class", "doc_no", "igst"]].tolist() == ["BOE", "import", number, 18]
    assert (one["port_code"] if port else pd.isna(one["port_code"])) == (port or True)
    assert "bills of entry" in intake.sources["why"][0]


NO_ENTRIES = {
    "with_gstin": (tally("INNSA1-7654321", G1), "regular"),
    "state_taxes": (tally("INNSA1-7654321", igst="", state=9), "unregistered"),
    "no_tax": (tally("INNSA1-7654321", igst=""), "unregistered"),
    "plain_number": (tally("SZ-99"), "unregistered"),
    "bare_digits_and_nothing_else": (tally("7654321"), "unregistered"),
}


@pytest.mark.parametrize("name", NO_ENTRIES)
def test_what_only_resembles_a_bill_of_entry_is_none(tmp_path, name):
    row, word = NO_ENTRIES[name]
    one = read_register(xlsx(tmp_path, {"Purchase Register": [TALLY, row]})).documents.iloc[0]
    assert one[["doc_type", "supply_class"]].tolist() == ["INV", word]


def in_number_formats(path, rows):
    """Amounts without a sign, Cr and Dr in the number format only."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Purchase Register")
    sides = {side: book.add_format({"num_format": f'""0.00" {side}"'}) for side in ("Dr", "Cr")}
    day = book.add_format({"num_format": "d-mmm-yy"})
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_number(r, c, cell[0], sides[cell[1]])
            elif cell == DAY:
                sheet.write_datetime(r, c, pd.Timestamp(DAY).to_pydatetime(), day)
            elif cell != "":
                sheet.write(r, c, cell)
    book.close()
    return path


def test_debit_and_credit_that_live_in_the_number_format(tmp_path):
    def row(number, side, other):
        return [DAY, "Cauvery", "Journal", number, number, G1, "", (118, other), (100, side), "", (18, side), "", ""]

    path = in_number_formats(tmp_path / "a.xlsx", [TALLY, row("A-1", "Dr", "Cr"), row("A-2", "Cr", "Dr")])
    intake = read_register(path)
    assert intake.documents[["doc_no", "doc_type", "taxable_value", "igst", "doc_value"]].to_numpy().tolist() == [
        ["A-1", "INV", 100, 18, 118], ["A-2", "CN", 100, 18, 118],
    ]  # fmt: skip


def test_a_sheet_that_writes_purchases_with_a_minus_is_turned(tmp_path):
    rows = [tally(f"A-{n}", G1, base=-100, igst=-18) for n in (1, 2, 3)] + [tally("R-1", G1)]
    intake = read_register(xlsx(tmp_path, {"Purchase Register": [TALLY, *rows]}))
    assert intake.documents["doc_type"].tolist() == ["INV", "INV", "INV", "CN"]
    assert "every sign is turned" in intake.sources["why"][0]


MIXED = [
    ["Company GSTIN", "Supplier GSTIN", "Invoice No", "Invoice Date", "Taxable Value", "IGST"],
    [ME, G1, "1", "05-06-2026", 100, 18], [SISTER, G1, "2", "05-06-2026", 200, 36],
    [SISTER, G1, "3", "soon", 400, 72], ["Total", "", "", "", 700, 126],
]  # fmt: skip


def test_a_register_of_several_companies_has_a_control_line_each(tmp_path):
    intake = read_register(xlsx(tmp_path, {"S": MIXED}))
    adds_up(intake)
    assert sorted(intake.documents["company_gstin"]) == [ME, SISTER]
    lines = intake.control[intake.control["measure"] == "taxable_value"].set_index("sheet")
    assert lines.loc[f"S {ME}", ["read", "kept", "refused"]].tolist() == [100, 100, 0]
    assert lines.loc[f"S {SISTER}", ["read", "kept", "refused"]].tolist() == [600, 200, 400]
    assert lines.loc["S", ["read", "set_aside"]].tolist() == [700, 700]
    assert "total row agrees" in intake.sources["why"][0]


def test_rows_of_a_sister_are_set_aside_when_one_company_is_asked_for(tmp_path):
    intake = read_register(xlsx(tmp_path, {"S": MIXED}), gstin=ME)
    adds_up(intake)
    assert intake.documents["doc_no"].tolist() == ["1"]
    assert intake.set_aside["code"].tolist().count("other_company") == 1
    assert "total row agrees" in intake.sources["why"][0]
    with pytest.raises(InputError, match="sister registration") as caught:
        read_register(xlsx(tmp_path, {"S": [MIXED[0], MIXED[2]]}), gstin=ME)
    assert caught.value.code == "other_gstin"


def test_refused_rows_are_saved_mended_and_read_back(tmp_path):
    titles = [["Synthetic Ltd"], [f"GSTIN: {ME}"], ["1-Jun-26 to 30-Jun-26"]]
    bad = [[G1, "=1+1|x", "soon", "100", "18", "0", "0", "0"], ["", "", "05-06-2026", "1,50,000.00", "1", "", "", ""]]
    intake = read_register(
        xlsx(tmp_path, {"Debit Note Register": padded([*titles, ["", *PLAIN], *[["", *r] for r in bad]])})
    )
    assert save_refused(intake, tmp_path / "refused.xlsx") == 2
    again = read_register(tmp_path / "refused.xlsx")
    assert again.refused["code"].tolist() == intake.refused["code"].tolist()
    mended = mend(tmp_path / "refused.xlsx", {"soon": "05-06-2026"})
    fixed = read_register(mended)
    assert found(fixed) == [[G1, "=1+1|x", "CN", 100, 18, 0, 0]]
    assert fixed.documents["company_gstin"].tolist() == [ME]
    assert fixed.sources["period"][0] == "2026-06"


def mend(path, changes):
    import openpyxl

    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr")
            assert cell.data_type != "f"
            if cell.value in changes:
                cell.value = changes[cell.value]
            elif isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"
    book.save(path)
    return path


def test_a_sound_file_has_nothing_to_save(tmp_path):
    intake = read_register(text(tmp_path, [PLAIN]))
    with pytest.raises(InputError, match="nothing to save"):
        save_refused(intake, tmp_path / "refused.xlsx")


def unknown_table(rows=11):
    lines = [
        [G1, f"AB/{n}", f"{n:02d}-06-2026", 100 * n, 18 * n if n % 2 else 0, *[0 if n % 2 else 9 * n] * 2, 118 * n]
        for n in range(1, rows + 1)
    ]
    return [["Wer", "Was", "Wann", "Netto", "A", "B", "C", "Brutto"], *lines]


def test_a_mapping_is_proposed_for_labels_that_nobody_knows(tmp_path):
    path = xlsx(tmp_path, {"S": unknown_table()})
    proposal = propose_mapping(path)
    assert proposal.columns.tolist() == ["sheet", "column", "label", "field", "confidence", "examples", "why", "by"]
    assert dict(zip(proposal["label"], proposal["field"], strict=True)) == {
        "Wer": "supplier_gstin", "Was": "doc_no", "Wann": "doc_date", "Netto": "taxable_value", "A": "igst",
        "B": "cgst", "C": "sgst", "Brutto": "doc_value",
    }  # fmt: skip
    assert set(proposal["confidence"]) == {"medium"}
    assert proposal.loc[1, "examples"] == "AB/1; AB/2; AB/3"
    assert "100%" in proposal.loc[3, "why"]
    with pytest.raises(InputError, match="no row that names"):
        read_register(path)
    intake = read_register(path, mapping=dict(zip(proposal["label"], proposal["field"], strict=True)))
    assert found(intake)[0] == [G1, "AB/1", "INV", 100, 18, 0, 0]


def test_a_proposal_says_where_label_and_cells_disagree(tmp_path):
    rows = [[*PLAIN, "Invoice Value", "Colour"]]
    rows += [[G1, f"A/{n}", "05-06-2026", "100", "18", "0", "9", "0", "118", "red"] for n in range(5)]
    rows[2][3] = rows[3][3] = "about 100"
    by_label = propose_mapping(text(tmp_path, rows)).set_index("label")
    assert by_label.loc["Taxable Value", "confidence"] == "low"
    assert "cannot be read" in by_label.loc["Taxable Value", "why"]
    assert by_label.loc["Invoice Number", "confidence"] == "high"
    assert pd.isna(by_label.loc["Colour", "field"])


def test_a_proposal_is_checked_by_arithmetic(tmp_path):
    rows = [[*PLAIN, "Invoice Value"], *[[G1, f"A/{n}", "05-06-2026", 100, 18, 0, 0, 0, 118] for n in range(5)]]
    sound = propose_mapping(xlsx(tmp_path, {"S": rows})).set_index("label")
    assert "100% of the rows" in sound.loc["Taxable Value", "why"]
    rows = [[*row[:6], 9, *row[7:]] if at else row for at, row in enumerate(rows)]
    wrong = propose_mapping(xlsx(tmp_path, {"S": rows})).set_index("label")
    assert wrong.loc["SGST", "confidence"] == "low"
    assert wrong.loc["Taxable Value", "confidence"] == "medium"


def test_describe_says_each_file_in_one_line(tmp_path):
    xlsx(tmp_path, {"S": MIXED}, "mixed.xlsx")
    (tmp_path / "note.pdf").write_bytes(b"%PDF-1.7")
    lines = describe(read_register(tmp_path))
    assert lines[0] == "Purchase register, no GSTIN named, table, 2 documents, taxable ₹300.00, 1 refused (mixed.xlsx)"
    assert lines[1].startswith("Not read: note.pdf.")


def test_describe_of_a_statement(tmp_path):
    content = '{"data": {"gstin": "%s", "rtnprd": "062026", "docdata": {}}}' % ME  # noqa: UP031 - braces of JSON
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    line = describe(read_portal(tmp_path / "a.json"))[0]
    assert line == f"GSTR-2B, June 2026, GSTIN {ME}, portal JSON, 0 documents, taxable ₹0.00 (a.json)"


def test_a_folder_with_one_of_each_is_read_at_once(tmp_path):
    for layout, (rows, _) in LAYOUTS.items():
        xlsx(tmp_path, {"Purchase Reigster" if layout == "marg" else "Sheet1": padded(rows)}, f"{layout}.xlsx")
    (tmp_path / "vouchers.xml").write_bytes(XML.encode("utf-16"))
    intake = read_register(tmp_path)
    adds_up(intake)
    assert len(intake.documents) == sum(len(expected) for _, expected in LAYOUTS.values()) + 2
    assert len(describe(intake)) == len(LAYOUTS) + 1
    assert set(intake.documents["supplier_gstin"].dropna()) == {G1, G2}
