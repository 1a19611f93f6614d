"""A GSTR-2B of one document, as JSON, to the line of GSTR-3B on which it counts: every section (formats 1.3, D.2)."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from imsrecon import Profile, preview_2b, read_portal

BUYER, SUPPLIER = "27ZZZCR1000A1ZM", "24ZZZFS1202C1ZD"
TAX = {"txval": 1000, "igst": 180, "cgst": 0, "sgst": 0, "cess": 0}
INVOICE = {
    "inum": "A/1", "dt": "05-10-2025", "val": 1180, "typ": "R", "pos": "27", "rev": "N", "itcavl": "Y", "rsn": "",
} | TAX  # fmt: skip
CREDIT = {key: value for key, value in INVOICE.items() if key != "inum"} | {
    "ntnum": "C/1", "typ": "C", "suptyp": "R",
}  # fmt: skip
AMENDED = CREDIT | {"onttyp": "C", "ontnum": "C/0", "ontdt": "05-09-2025"}
ISD = {"doctyp": "ISDI", "docnum": "I/1", "docdt": "05-10-2025", "igst": 180, "cgst": 0, "sgst": 0, "cess": 0}
BOE = {
    "refdt": "06-10-2025", "recdt": "07-10-2025", "portcode": "INNSA1", "boenum": "1234567", "boedt": "05-10-2025",
    "isamd": "N", "txval": 1000, "igst": 180, "cess": 0,
}  # fmt: skip
RATES = {key: value for key, value in INVOICE.items() if key not in TAX} | {
    "items": [{"num": 1, "rt": 18, "txval": 600, "igst": 108}, {"num": 2, "rt": 18, "txval": 400, "igst": 72}],
}  # fmt: skip
PARTLY = {"imsStatus": "A", "itcRedReq": "Y", "declIgst": 50, "declCgst": 0, "declSgst": 0, "declCess": 0}


def group(name: str, document: dict) -> dict:
    """One section with one supplier's one document."""
    if name == "impg":
        return {name: [document]}
    held = {"isd": "doclist", "impgsez": "boe"}.get(name, "nt" if name.startswith("cdnr") else "inv")
    return {name: [{"ctin": SUPPLIER, "trdnm": "S", "supfildt": "11-11-2025", "supprd": "102025", held: [document]}]}


LIVE, GONE = "docdata", "docRejdata"
# Where in the file, its section, the document, section of the table, part, line, IGST as it counts
CASES = {
    "D-10 b2b": (LIVE, "b2b", INVOICE, "B2B", "available", "4A5", 180.0),
    "D-10 b2b by rates": (LIVE, "b2b", RATES, "B2B", "available", "4A5", 180.0),
    "D-10 debit note": (LIVE, "cdnr", CREDIT | {"typ": "D"}, "DN", "available", "4A5", 180.0),
    "D-10 ecom": (LIVE, "ecom", INVOICE, "ECO", "available", "4A5", 180.0),
    "D-11 isd": (LIVE, "isd", ISD | {"itcelg": "Y"}, "ISD", "available", "4A4", 180.0),
    "D-12 reverse charge": (LIVE, "b2b", INVOICE | {"rev": "Y"}, "B2B", "available", "4A3", 180.0),
    "D-13 impg": (LIVE, "impg", BOE, "IMPG", "available", "4A1", 180.0),
    "D-13 impgsez": (LIVE, "impgsez", BOE, "IMPGSEZ", "available", "4A1", 180.0),
    "A-04 impg amended": (LIVE, "impg", BOE | {"isamd": "Y"}, "IMPGA", "available", "4A1", 180.0),
    "A-04 impgsez amended": (LIVE, "impgsez", BOE | {"isamd": "Y"}, "IMPGSEZA", "available", "4A1", 180.0),
    "D-14 credit note": (LIVE, "cdnr", CREDIT, "CN", "available", "4A5", -180.0),
    "D-14 credit note, reverse charge": (LIVE, "cdnr", CREDIT | {"rev": "Y"}, "CN", "available", "4A3", -180.0),
    "D-14 isd credit note": (LIVE, "isd", ISD | {"doctyp": "ISDC", "itcelg": "Y"}, "ISD", "available", "4A4", -180.0),
    "D-14 amended credit note": (LIVE, "cdnra", AMENDED, "CNA", "available", "4A5", -180.0),
    "B-23 reduced in part": (LIVE, "cdnr", CREDIT | PARTLY, "CN", "available", "4A5", -50.0),
    "B-23 not reduced": (
        LIVE, "cdnr", CREDIT | {"imsStatus": "A", "itcRedReq": "N"}, "CN", "available", "4A5", 0.0,
    ),
    "D-15 place of supply": (
        LIVE, "b2b", INVOICE | {"itcavl": "N", "rsn": "P"}, "B2B", "not_available", "4D2", 180.0,
    ),
    "D-15 cut-off": (LIVE, "ecom", INVOICE | {"itcavl": "N", "rsn": "C"}, "ECO", "not_available", "4D2", 180.0),
    "D-15 isd not eligible": (LIVE, "isd", ISD | {"itcelg": "N"}, "ISD", "not_available", "4D2", 180.0),
    "K-05 credit note, cut-off": (
        LIVE, "cdnr", CREDIT | {"itcavl": "N", "rsn": "C"}, "CN", "not_available", "4A5", -180.0,
    ),
    "K-05 credit note, place of supply": (
        LIVE, "cdnr", CREDIT | {"itcavl": "N", "rsn": "P"}, "CN", "not_available", "4D2", -180.0,
    ),
    "D-18 rejected": (GONE, "b2b", INVOICE | {"imsStatus": "R"}, "B2B", "rejected", None, 180.0),
    "D-18 rejected credit note": (GONE, "cdnr", CREDIT, "CN", "rejected", None, -180.0),
    "D-18 rejected ecom": (GONE, "ecom", INVOICE, "ECO", "rejected", None, 180.0),
    "D-17 rule 37A": (LIVE, "itcrev", [group("b2b", INVOICE)], "B2B", "reversal", "4B2", 180.0),
    "D-17 rule 37A by rates": (LIVE, "itcrev", [group("b2b", RATES)], "B2B", "reversal", "4B2", 180.0),
}  # fmt: skip


@pytest.mark.parametrize(("place", "name", "document", "section", "part", "line", "igst"), CASES.values(), ids=CASES)
def test_a_statement_of_one_document(tmp_path, place, name, document, section, part, line, igst):
    content = {name: document} if name == "itcrev" else group(name, document)
    data = {"gstin": BUYER, "rtnprd": "102025", "version": "1.0", "docdata": {}} | {place: content}
    path = tmp_path / "2b.json"
    path.write_text(json.dumps({"chksum": "0", "data": data}), encoding="utf-8")
    table = read_portal(path).documents
    seen = preview_2b(table, pd.DataFrame(), "2025-10", Profile(BUYER)).documents.iloc[0].astype(object)
    assert table["section"].tolist() == [section]
    assert [seen["part"], None if pd.isna(seen["line"]) else seen["line"], seen["igst"]] == [part, line, igst]
