"""Workbooks of the portal (synthetic, built from the formats' facts): GSTR-2B of every era, GSTR-2A, IMS."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from portal_workbooks import DECLARED, G1, G2, ME, columns, row, with_stale_dimension, write

from imsrecon.domain import AMOUNTS, InputError, check_documents
from imsrecon.intake import read_portal, read_register

READ_ME = {
    "Financial Year": "2025-26", "Tax Period": "January", "GSTIN": ME, "Legal Name": "Synthetic Pvt Ltd",
    "Trade Name (if any)": "Synthetic", "Date of generation": "14/02/2026",
}  # fmt: skip
TAXES = {"taxable": 1000, "integrated": 180, "central": 0, "state": 0, "cess": 0}
DONE = {
    "gstr-1": "11/02/2026", "gstr-1/iff/gstr-5 period": "Jan'26", "gstr-1/5 period": "Jan'26",
    "gstr-1/iff period": "Jan'26", "gstr-1/1a/iff period": "Jan'26", "gstr-1/1a/iff filing date": "11/02/2026",
    "itc availability": "Yes",
}  # fmt: skip


def invoice(labels, number="000123", **changes):
    words = {
        "gstin": G1, "trade/legal": "Cauvery Traders", "invoice number": number, "invoice type": "Regular",
        "invoice date": "05/01/2026", "invoice value": 1180, "place": "Maharashtra", "supply attract": "No",
        **TAXES, **DONE, "irn": "a" * 64, "irn date": "05/01/2026", "source": "E-Invoice", "applicable": "100%",
        "rate": 18,
    }  # fmt: skip
    return row(labels, **(words | changes))


def note(labels, number, kind, **changes):
    words = {
        "gstin": G1, "trade/legal": "Cauvery Traders", "note number": number, "note type": kind,
        "note supply": "Regular", "note date": "06/01/2026", "note value": 1180, "place": "Maharashtra",
        "supply attract": "No", **TAXES, **DONE, "rate": 18,
    }  # fmt: skip
    return row(labels, **(words | changes))


def statement(path, era, drop=(), more=None):
    """A GSTR-2B of one era: 2 invoices (one at two rates in the oldest), notes, ISD, imports, reversal, rejected."""
    labels = columns(era)
    declared = {"whether": "Yes", "declared integrated": 100, "rmarks": "part", "remarks": "part"}
    sheets = {
        "ITC Available": (["S.no.", "Heading", "GSTR-3B table", "Integrated Tax  (₹)"], []),
        "B2B": (labels["B2B"], [
            invoice(labels["B2B"]),
            invoice(labels["B2B"], "RC/9", **{"supply attract": "Yes"}),
            invoice(labels["B2B"], "POS/1", **{"itc availability": "No", "invoice type": "SEZ supplies with payment",
                    "reason": "POS and supplier state are same but recipient state is different"}),
        ]),
        "B2BA": (labels["B2BA"], [
            invoice(labels["B2BA"], "000124", **{"original invoice number": "000120", "original invoice date":
                    "01/12/2025"}, **declared),
        ]),
        "B2B-CDNR": (labels["B2B-CDNR"], [
            note(labels["B2B-CDNR"], "CN-1", "Credit Note", **declared), note(labels["B2B-CDNR"], "DN-1", "Debit Note"),
        ]),
        "B2B-CDNRA": (labels["B2B-CDNRA"], [
            note(labels["B2B-CDNRA"], "CN-2", "Credit Note", **{"original note number": "CN-0",
                 "original note date": "01/12/2025", "original note type": "Credit Note"}),
        ]),
        "ISD": (labels["ISD"], [row(
            labels["ISD"], **{"gstin": G2, "trade": "Head office", "isd document type": "ISD Invoice",
            "isd document number": "ISD/1", "isd document date": "31/01/2026", "isd gstr-6 period": "Jan'26",
            "integrated": 50, "eligib": "Yes"})]),
        "IMPG": (labels["IMPG"], [row(
            labels["IMPG"], icegate="20/01/2026", port="INNSA1", number=7654321, date="18/01/2026",
            taxable=5000, integrated=900, cess=0)]),
        "B2B (ITC Reversal)": (labels["B2B (ITC Reversal)"], [invoice(labels["B2B (ITC Reversal)"], "REV-1")]),
        "B2B-DNRA": (labels["B2B-DNRA"], [note(labels["B2B-DNRA"], "DNR-1", "Debit Note", **{
            "original note number": "DNR-0", "original note date": "01/12/2025", "rate": "", "integrated": 400,
            "central": 72, "state": 0, "cess": 0, "tax amount": 5})]),
    }  # fmt: skip
    for name in ("ECO", "IMPGA", "B2B(Rejected)"):
        if name in labels:
            sheets[name] = (labels[name], [_extra(name, labels[name])])
    return write(path, "Goods and Services Tax  - GSTR-2B", READ_ME, sheets | (more or {}), drop)


def _extra(name, labels):
    if name == "ECO":
        words = {"gstin": G2, "trade": "Ride", "document number": "ECO-1", "document type": "Regular",
                 "document date": "07/01/2026", "place": "Maharashtra", **TAXES, **DONE}  # fmt: skip
        return row(labels, **words)
    if name == "IMPGA":
        words = {"icegate": "20/01/2026", "port": "INBOM4", "number": "7000001", "date": "19/01/2026",
                 "taxable": 800, "integrated": 144, "cess": 0, "type of": "Value"}  # fmt: skip
        return [*row(labels, **words)[:-3], "Yes", 44, 0]
    return invoice(labels, "REJ-1")


ERAS = {"rates": 11, "oct24": 13, "sep25": 13, "dec25": 14}


def adds_up(intake):
    control = intake.control
    assert (control["read"] == control[["kept", "added_up", "set_aside", "refused"]].sum(axis=1).round(2)).all()
    assert check_documents(intake.documents, "portal").empty, check_documents(intake.documents, "portal").to_string()
    assert intake.refused.empty, intake.refused.to_string()


@pytest.fixture(scope="module")
def eras(tmp_path_factory):
    """Each era's statement, read once."""
    folder = tmp_path_factory.mktemp("statements")
    return {era: read_portal(statement(folder / f"{era}.xlsx", era)) for era in ERAS}


@pytest.mark.parametrize("era", ERAS)
def test_gstr2b_workbook_of_each_era(eras, era):
    intake = eras[era]
    adds_up(intake)
    table = intake.documents.set_index("doc_no")
    assert len(table) == ERAS[era]
    assert intake.sources.loc[0, ["kind", "gstin", "period", "confidence"]].tolist() == [
        "gstr2b_excel", ME, "2026-01", "high",
    ]  # fmt: skip
    first = table.loc["000123", ["supplier_gstin", "section", "doc_type", "pos", "return_period", "gstr2b_part"]]
    assert first.tolist() == [G1, "B2B", "INV", "27", "2026-01", "available"]
    assert table.loc["000123", list(AMOUNTS)].tolist() == [1000, 180, 0, 0, 0]
    assert table.loc["000123", ["doc_date", "filing_date"]].tolist() == [
        pd.Timestamp("2026-01-05"), pd.Timestamp("2026-02-11"),
    ]  # fmt: skip
    assert table.loc["RC/9", "supply_class"] == "reverse_charge"
    assert table.loc["POS/1", ["gstr2b_part", "itc_available", "itc_reason"]].tolist() == ["not_available", "N", "P"]
    assert table.loc["POS/1", "supply_class"] == "sez"
    assert table.loc["000124", ["section", "original_doc_no"]].tolist() == ["B2BA", "000120"]
    assert table.loc["000124", "original_doc_date"] == pd.Timestamp("2025-12-01")
    assert table.loc[["CN-1", "DN-1", "CN-2"], "section"].tolist() == ["CN", "DN", "CNA"]
    assert table.loc["ISD/1", ["section", "supply_class", "igst", "itc_available"]].tolist() == ["ISD", "isd", 50, "Y"]
    boe = table.loc["7654321", ["section", "doc_type", "port_code", "igst", "filing_date"]].tolist()
    assert boe == ["IMPG", "BOE", "INNSA1", 900, pd.Timestamp("2026-01-20")]  # K-13
    assert table.loc["REV-1", "gstr2b_part"] == "reversal"


@pytest.mark.parametrize("era", ERAS)
def test_the_shifted_header_of_b2b_dnra_is_read_as_its_data_stand(eras, era):
    table = eras[era].documents.set_index("doc_no")
    assert table.loc["DNR-1", ["section", "gstr2b_part", *AMOUNTS]].tolist() == ["DNA", "reversal", 400, 72, 0, 0, 5]


@pytest.mark.parametrize("era", ["sep25", "dec25"])
def test_declared_amounts_are_told_from_the_documents_own(eras, era):
    table = eras[era].documents.set_index("doc_no")
    for number in ("CN-1", "000124"):
        got = table.loc[number, ["igst", "itc_reduction", "declared_igst"]].tolist()
        assert got == [180, "partial", 100]
    if era == "dec25":
        assert table.loc[["CN-1", "000124"], "remarks"].tolist() == ["part", "part"]
        boe = table.loc["7000001", ["section", "igst", "itc_reduction", "declared_igst"]].tolist()
        assert boe == ["IMPGA", 144, "partial", 44]


def test_rejected_documents_stand_in_their_part(eras):
    table = eras["dec25"].documents.set_index("doc_no")
    assert table.loc["REJ-1", ["gstr2b_part", "portal_action", "igst"]].tolist() == ["rejected", "R", 180]


def test_rate_wise_rows_are_one_document_and_control_says_so(tmp_path):
    labels = columns("rates")["B2B"]
    rows = [
        invoice(labels, "9", rate=5, taxable=100, integrated=5),
        invoice(labels, "9", rate=18, taxable=100, integrated=18),
    ]
    path = write(tmp_path / "a.xlsx", "Goods and Services Tax  - GSTR-2B", READ_ME, {"B2B": (labels, rows)})
    intake = read_portal(path)
    assert intake.documents[["doc_no", "taxable_value", "igst", "doc_value"]].to_numpy().tolist() == [
        ["9", 200, 23, 1180]
    ]
    assert intake.control.query("measure == 'rows' and sheet == 'B2B'")["added_up"].item() == 1
    adds_up(intake)


def test_a_stale_dimension_loses_no_row(tmp_path):
    path = with_stale_dimension(statement(tmp_path / "a.xlsx", "dec25"))
    assert len(read_portal(path).documents) == ERAS["dec25"]


def test_json_and_workbook_give_a_record_one_id(tmp_path):
    book = read_portal(statement(tmp_path / "a.xlsx", "dec25"))
    content = {"data": {"gstin": ME, "rtnprd": "012026", "docdata": {"b2b": [{"ctin": G1, "inv": [
        {"inum": "000123", "dt": "05-01-2026", "txval": 1000, "igst": 180, "itcavl": "Y"}]}]}}}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(content), encoding="utf-8")
    single = read_portal(tmp_path / "a.json").documents["doc_id"].item()
    assert book.documents.set_index("doc_no").loc["000123", "doc_id"] == single
    assert len(read_portal([tmp_path / "a.json", tmp_path / "a.xlsx"]).documents) == ERAS["dec25"]


def test_columns_and_sheets_that_a_user_took_out(tmp_path):
    labels = ["GSTIN of supplier", "Invoice number", "Invoice Date", "Taxable Value (₹)", "Integrated Tax(₹)",
              "Central Tax(₹)", "State/UT Tax(₹)", "GSTR-1/IFF/GSTR-5 Filing Date", "ITC Availability"]  # fmt: skip
    rows = [[G1, "A-1", "05-01-2026", 100, 18, 0, 0, "11-02-2026", "Y"]]
    path = write(tmp_path / "a.xlsx", "cleaned", {"By": "me"}, {"Purchases": (labels, rows)})
    intake = read_portal(path, gstin=ME, period="2026-01")
    assert intake.documents[["section", "doc_no", "igst", "gstr2b_period"]].to_numpy().tolist() == [
        ["B2B", "A-1", 18, "2026-01"]
    ]
    assert intake.sources["confidence"][0] == "medium"


def test_rows_below_the_table_and_bad_rows_are_told(tmp_path):
    labels = columns("dec25")["B2B"]
    bad = [invoice(labels, "B-1", **{"invoice date": "soon"}), invoice(labels, ""),
           invoice(labels, "B-2", integrated="abc")]  # fmt: skip
    total = row(labels, gstin="Total", taxable=4000, integrated=720)
    rows = [invoice(labels), *bad, [""] * len(labels), total, ["prepared by me", *[""] * (len(labels) - 1)]]
    path = write(tmp_path / "a.xlsx", "Goods and Services Tax  - GSTR-2B", READ_ME, {"B2B": (labels, rows)})
    intake = read_portal(path)
    assert intake.documents["doc_no"].tolist() == ["000123"]
    assert intake.refused["code"].tolist() == ["bad_date", "no_number", "bad_amount"]
    aside = intake.set_aside[intake.set_aside["sheet"] == "B2B"]["code"].tolist()
    assert aside[-3:] == ["blank", "total", "text"]
    assert intake.set_aside["code"].eq("summary").sum() > 5


def test_an_empty_section_stays_an_empty_sheet(tmp_path):
    labels = columns("dec25")
    sheets = {"B2B": (labels["B2B"], []), "B2B-CDNR": (labels["B2B-CDNR"], [])}
    intake = read_portal(write(tmp_path / "a.xlsx", "Goods and Services Tax  - GSTR-2B", READ_ME, sheets))
    assert intake.documents.empty
    assert intake.sources["period"][0] == "2026-01"


WHO_2A = ["GSTIN of supplier", "Trade/Legal name"]
FILED_2A = ["GSTR-1/IFF/GSTR-1A/5 Filing Status", "GSTR-1/IFF/GSTR-1A/5 Filing Date",
            "GSTR-1/IFF/GSTR-1A/5 Filing Period", "GSTR-3B Filing Status", "Amendment made, if any",
            "Tax Period in which Amended", "Effective date of cancellation"]  # fmt: skip
TAX_2A = [f"Tax Amount|{one} (₹)" for one in ("Integrated Tax", "Central Tax", "State/UT Tax", "Cess")]


def gstr2a(path, drop=()):
    invoice_labels = [*WHO_2A, *[f"Invoice details|Invoice {one}" for one in ("number", "type", "date", "value (₹)")],
                      "Place of supply", "Supply attract reverse charge", "Rate (%)", "Taxable value (₹)", *TAX_2A,
                      *FILED_2A]  # fmt: skip
    filed = ["Y", "11-Jul-26", "Jun-26", "N", "", "", ""]

    def line(number, rate, taxable, igst):
        return [G1, "Cauvery", number, "R", "05-06-2026", 336, "27", "N", rate, taxable, igst, 0, 0, 0, *filed]

    rows = [line("A-1", 5, 100, 5), line("A-1", 18, 200, 26), line("A-1-Total", "-", 300, 31), [""] * 21,
            line("A-2", 18, 100, 18), line("A-2-Total", "-", 100, 18)]  # fmt: skip
    tds = (["GSTIN of deductor", "Amount"], [[G2, 10]])
    sheets = {"B2B": (invoice_labels, rows), "TDS": tds}
    return write(path, "Goods and Services Tax - GSTR-2A", {"GSTIN": ME, "Period": "062026"}, sheets, drop)


def test_gstr2a_workbook_adds_up_rates_and_sets_totals_aside(tmp_path):
    intake = read_portal(gstr2a(tmp_path / "a.xlsx"))
    adds_up(intake)
    got = intake.documents[["doc_no", "taxable_value", "igst", "filing_status", "return_period"]].to_numpy().tolist()
    assert got == [["A-1", 300, 31, "filed", "2026-06"], ["A-2", 100, 18, "filed", "2026-06"]]
    assert intake.documents["supplier_3b_filed"].tolist() == [False, False]
    assert intake.documents["gstr2b_part"].isna().all()
    assert intake.sources.loc[0, ["kind", "period", "gstin"]].tolist() == ["gstr2a_excel", "2026-06", ME]
    assert {"total", "tds_tcs"} <= set(intake.set_aside["code"])


def item(rate, taxable, **taxes):
    return {"num": int(rate * 100), "itm_det": {"rt": rate, "txval": taxable, **taxes}}


GSTR2A = {
    "gstin": ME, "fp": "062026",
    "b2b": [{"ctin": G1, "cfs": "Y", "cfs3b": "N", "fldtr1": "11-Jul-26", "flprdr1": "Jun-26", "inv": [
        {"inum": "A-1", "idt": "05-06-2026", "val": 336, "pos": "27", "rchrg": "N", "inv_typ": "R",
         "itms": [item(5, 100, iamt=5), item(18, 200, iamt=26)]}]}],
    "cdn": [{"ctin": G1, "cfs": "N", "nt": [
        {"ntty": "C", "nt_num": "C-1", "nt_dt": "06-06-2026", "val": 118, "itms": [item(18, 100, iamt=18)]}]}],
    "isd": [{"ctin": G2, "doclist": [{"isd_docty": "ISDCN", "docnum": "I-1", "docdt": "30-06-2026", "itc_elg": "Y",
                                      "iamt": 7, "camt": 0, "samt": 0, "cess": 0}]}],
    "impg": [{"benum": 7654321, "bedt": "10-06-2026", "portcd": "INNSA1", "refdt": "12-06-2026", "amd": "N",
              "txval": 500, "iamt": 90, "csamt": 1}],
    "tds": [{"gstin_deductor": G2, "amt_ded": 5}],
}  # fmt: skip


def test_gstr2a_json(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(GSTR2A), encoding="utf-8")
    intake = read_portal(path)
    adds_up(intake)
    got = intake.documents[["doc_no", "section", "doc_type", "taxable_value", "igst", "cess"]].to_numpy().tolist()
    assert got == [
        ["A-1", "B2B", "INV", 300, 31, 0], ["C-1", "CN", "CN", 100, 18, 0], ["I-1", "ISD", "CN", 0, 7, 0],
        ["7654321", "IMPG", "BOE", 500, 90, 1],
    ]  # fmt: skip
    assert intake.documents["filing_status"].fillna("").tolist() == ["filed", "saved", "", ""]
    assert not intake.documents.loc[0, "supplier_3b_filed"]
    assert intake.set_aside["code"].tolist() == ["tds_tcs"]
    assert intake.sources.loc[0, ["kind", "period"]].tolist() == ["gstr2a", "2026-06"]


IMS_DOC = ["GSTIN of supplier", "Trade/Legal name"]
IMS_TAX = [f"Tax amount|{one}(₹)" for one in ("Integrated tax", "Central tax", "State/UT tax", "Cess")]
IMS_TAIL = ["Source", "Source Return Period", "Source Filing Status", "Sheet validation errors",
            "GST portal validation errors", "Previous Status", "Remarks", "IsPendingBlocked",
            "IsRemarkBlocked"]  # fmt: skip


def ims_workbook(path, first="Home", status="No Action"):
    b2b = [*IMS_DOC, *[f"Invoice details|Invoice {one}" for one in ("number", "type", "date", "value(₹)")], "Status",
           "Place of supply", "Taxable value(₹)", *IMS_TAX, "Remarks", *IMS_TAIL]  # fmt: skip
    cn = [*IMS_DOC, *[f"Credit note details|Credit note {one}" for one in ("number", "type", "date", "value(₹)")],
          "Status", "Place of supply", "Taxable value(₹)", *IMS_TAX, *DECLARED, "Remarks", *IMS_TAIL,
          "IsITCBlocked"]  # fmt: skip
    tail = ["R1", "Jun-26", "Filed", "", "", "", "", "N", "Y"]
    rows = [[G1, "Cauvery", "0007", "Regular", "05-06-2026", 118, status, "Maharashtra", 100, 18, 0, 0, 0, "", *tail]]
    notes = [[G1, "Cauvery", "9876543210123456", "Regular", "06-06-2026", 118, "Accepted", "Maharashtra", 100, 18, 0, 0,
              0, "Yes", 9, 0, 0, 0, "half", *tail, "N"]]  # fmt: skip
    return write(path, "Invoice Management System", {"GSTIN": ME}, {first: (["a", "b"], []), "B2B": (b2b, rows),
                                                                      "B2B-CN": (cn, notes)})  # fmt: skip


@pytest.mark.parametrize("first", ["Home", "All other ITC"])
def test_ims_workbook(tmp_path, first):
    intake = read_portal(ims_workbook(tmp_path / "a.xlsx", first))
    adds_up(intake)
    table = intake.documents.set_index("doc_no")
    assert intake.sources.loc[0, ["kind", "gstin"]].tolist() == ["ims_excel", ME]
    names = ["section", "portal_action", "source_form", "return_period", "pending_blocked", "remarks_blocked"]
    assert table.loc["0007", names].tolist() == ["B2B", "N", "R1", "2026-06", False, True]
    note = table.loc["9876543210123456", ["section", "doc_type", "portal_action", "itc_reduction", "declared_igst"]]
    assert note.tolist() == ["CN", "CN", "A", "partial", 9]
    record = json.loads(table.loc["9876543210123456", "raw"])
    assert '"val":118,' in table.loc["9876543210123456", "raw"]
    assert record == {
        "stin": G1, "tradenm": "Cauvery", "nt_num": "9876543210123456", "nt_dt": "06-06-2026", "val": 118.0,
        "pos": "27", "txval": 100.0, "iamt": 18.0, "camt": 0.0, "samt": 0.0, "cess": 0.0, "srcform": "R1",
        "inv_typ": "R", "rtnprd": "062026",
    }  # fmt: skip


@pytest.mark.parametrize("status", ["No Action Taken", "no action", "N"])
def test_the_words_for_no_action(tmp_path, status):
    table = read_portal(ims_workbook(tmp_path / "a.xlsx", status=status)).documents
    assert table["portal_action"].tolist() == ["N", "A"]


def test_a_workbook_of_another_gstin_or_period_is_refused(tmp_path):
    path = statement(tmp_path / "a.xlsx", "dec25")
    with pytest.raises(InputError, match="sister registration in Maharashtra"):
        read_portal(path, gstin="27ZZZCR1000A2ZL")
    with pytest.raises(InputError, match="GSTR-2B of 2026-01, not of 2026-02"):
        read_portal(path, period="2026-02")
    with pytest.raises(InputError, match="no ims"):
        read_portal(path, kind="ims")


def test_a_register_is_no_portal_workbook_and_a_portal_workbook_no_register(tmp_path):
    register = tmp_path / "register.xlsx"
    labels = ["GSTIN of supplier", "Invoice number", "Invoice Date", "Taxable Value", "IGST"]
    write(register, "Purchase Register", {"By": "me"}, {"b2b": (labels, [[G1, "1", "05-01-2026", 1, 0]])})
    with pytest.raises(InputError) as caught:
        read_portal(register)
    assert caught.value.code == "not_portal"
    with pytest.raises(InputError, match="read_portal"):
        read_register(statement(tmp_path / "a.xlsx", "dec25"))
