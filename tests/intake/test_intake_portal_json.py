"""IMS and GSTR-2B as JSON: every shape of the envelope, both generations, what is refused and why."""

from __future__ import annotations

import json
import zipfile

import pandas as pd
import pytest

from imsrecon.domain import AMOUNTS, InputError, check_documents
from imsrecon.intake import combine_portal, read_gstr3b, read_portal, read_register

ME, SISTER, OTHER = "27ZZZCR1000A1ZM", "27ZZZCR1000A2ZL", "24ZZZFS1202C1ZD"
SUPPLIER = "29ZZZFC1303D1ZF"


def write(folder, content, name="file.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def ims_record(**changes):
    return {
        "stin": SUPPLIER, "tradenm": "Synthetic Supplier", "inum": "A/1", "idt": "05-06-2026", "inv_typ": "R",
        "val": 118, "action": "N", "pos": "27", "txval": 100, "iamt": 18, "camt": 0, "samt": 0, "cess": 0,
        "srcform": "R1", "rtnprd": "062026", "srcfilstatus": "Filed", "ispendactblocked": "N",
        "isRemarksBlocked": "N", "itcRedReqBlocked": "Y",
    } | changes  # fmt: skip


def document(**changes):
    return {
        "inum": "A/1", "dt": "05-06-2026", "val": 118, "typ": "R", "rev": "N", "pos": "27", "itcavl": "Y", "rsn": "",
        "txval": 100, "igst": 18, "cgst": 0, "sgst": 0, "cess": 0,
    } | changes  # fmt: skip


def gstr2b(docdata=None, period="062026", gstin=ME, **more):
    return {"chksum": "0", "data": {"gstin": gstin, "rtnprd": period, "docdata": docdata or {}} | more}


def b2b(*documents):
    return {
        "b2b": [
            {
                "ctin": SUPPLIER,
                "trdnm": "Synthetic",
                "supfildt": "11-07-2026",
                "supprd": "062026",
                "inv": list(documents),
            }
        ]
    }


WEB_RECORD = ims_record(ispendactblocked=False, isRemarksBlocked=False, srcfilstatus="F")


@pytest.mark.parametrize(
    "content",
    [
        {"rtin": ME, "imsDetails": {"b2b": [ims_record()]}},
        {"imsDetailsErr": {"b2b": [ims_record(error_msg="Refused: record not found")]}, "rtin": ME},
        {"rtin": ME, "b2b": [ims_record()], "b2bcn": []},
        {"status": 1, "rtin": ME, "data": {"b2b": [WEB_RECORD]}},
        {"rtin": ME, "data": {"imsDetails": {"b2b": [ims_record()]}}},
    ],
    ids=["offline", "error_file", "api_root", "portal_web", "wrapped"],
)  # fmt: skip
def test_ims_in_each_envelope(tmp_path, content):
    row = read_portal(write(tmp_path, content)).documents.iloc[0]
    assert row[["supplier_gstin", "doc_no", "igst", "section", "company_gstin"]].tolist() == [
        SUPPLIER,
        "A/1",
        18.0,
        "B2B",
        ME,
    ]
    assert row[["filing_status", "source_form", "return_period"]].tolist() == ["filed", "R1", "2026-06"]
    assert not row["pending_blocked"]
    assert not row["remarks_blocked"]
    assert pd.isna(row["gstr2b_period"])
    assert pd.isna(row["gstr2b_part"])


def test_the_error_file_has_each_error_at_its_record(tmp_path):
    records = [ims_record(error_msg="Pending is not allowed"), ims_record(inum="A/2")]
    table = read_portal(write(tmp_path, {"imsDetailsErr": {"b2b": records}})).documents
    assert table["portal_error"].tolist()[0] == "Pending is not allowed"
    assert pd.isna(table["portal_error"][1])


@pytest.mark.parametrize("together", [True, False], ids=["one reading", "combined"])
def test_what_the_portal_refused_never_came_to_stand(tmp_path, together):
    download = write(tmp_path, {"rtin": ME, "imsDetails": {"b2b": [ims_record(), ims_record(inum="A/2")]}}, "ims.json")
    refused = ims_record(action="P", error_msg="Pending is not allowed", remarks="wait")
    errors = write(tmp_path, {"imsDetailsErr": {"b2b": [refused]}, "rtin": ME}, "zz.json")
    tables = [read_portal(file).documents for file in (download, errors)]
    found = read_portal([download, errors]).documents if together else combine_portal(*tables)
    row = found.set_index("doc_no").loc["A/1"]
    assert (len(found), row["portal_action"], row["portal_error"]) == (2, "N", "Pending is not allowed")
    assert pd.isna(row["remarks"])
    assert "error_msg" not in row["raw"]
    again = combine_portal(found, tables[0])
    assert again["portal_error"].isna().all()


PARTLY = {"action": "A", "itcRedReq": "Y", "declIgst": 5, "declCgst": 0, "declSgst": 0, "declCess": 0}
DONE = ["portal_action", "itc_reduction", "declared_igst", "remarks"]


@pytest.mark.parametrize("flag", [{}, {"ispendactblocked": None}], ids=["flags", "no flag"])
@pytest.mark.parametrize(
    ("status", "stands"), [(None, None), ({}, None), ({"imsStatus": "A"}, "A")], ids=["alone", "with 2B", "2B says"]
)
def test_what_the_portal_refused_does_not_stand_without_a_download_either(tmp_path, status, stands, flag):
    refused = ims_record(error_msg="Amount is not allowed", remarks="wait", **PARTLY | flag)
    errors = write(tmp_path, {"imsDetailsErr": {"b2b": [refused]}, "rtin": ME}, "zz.json")
    files = [errors]
    if status is not None:
        files.insert(0, write(tmp_path, gstr2b(b2b(document(**status))), "2b.json"))
    tables = [read_portal(file).documents for file in files]
    for found in (combine_portal(*tables), combine_portal(*tables[::-1]), read_portal(files).documents):
        row = found.astype(object).where(found.notna(), None).iloc[0]
        assert (len(found), row[DONE].tolist()) == (1, [stands, None, None, None])
        assert row["portal_error"] == "Amount is not allowed"
        assert "error_msg" in row["raw"]
        assert combine_portal(found)["portal_action"].equals(found["portal_action"])


BOE = {
    "refdt": "06-11-2025", "recdt": "07-11-2025", "portcode": "INNSA1", "boenum": "1234567", "boedt": "30-10-2025",
    "isamd": "N", "txval": 1000, "igst": 180, "cess": 0,
}  # fmt: skip
OLD_BOE = {
    "refdt": "06-11-2025", "portcd": "INNSA1", "benum": 1234567, "bedt": "30-10-2025", "amd": "N", "txval": 1000,
    "iamt": 180, "csamt": 0,
}  # fmt: skip
ENTRIES = {
    "2B": gstr2b({"impg": [BOE]}, "112025"),
    "2B SEZ": gstr2b({"impgsez": [{"ctin": SUPPLIER, "trdnm": "S", "boe": [BOE]}]}, "112025"),
    "2A": {"gstin": ME, "fp": "112025", "impg": [OLD_BOE]},
    "2A SEZ": {"gstin": ME, "fp": "112025", "impgsez": [OLD_BOE | {"sgstin": SUPPLIER, "tdname": "S"}]},
}


@pytest.mark.parametrize("content", ENTRIES.values(), ids=ENTRIES)
def test_k13_a_bill_of_entry_has_its_icegate_reference_date(tmp_path, content):
    row = read_portal(write(tmp_path, content)).documents.iloc[0]
    assert (row["doc_no"], str(row["filing_date"].date())) == ("1234567", "2025-11-06")


FLAGS = [("Y", True), ("N", False), (True, True), (False, False), (None, None)]


@pytest.mark.parametrize("key", ["itcRedReqBlocked", "isItcRedReqBlocked"])
@pytest.mark.parametrize(("token", "flag"), FLAGS, ids=[repr(token) for token, _ in FLAGS])
def test_blocked_flags_in_each_spelling(tmp_path, key, token, flag):
    record = {name: value for name, value in ims_record().items() if name != "itcRedReqBlocked"} | {key: token}
    found = read_portal(write(tmp_path, {"imsDetails": {"b2b": [record]}})).documents["itc_reduction_blocked"][0]
    assert found is pd.NA if flag is None else found == flag


REDUCTIONS = [
    ({"itcRedReq": "Y"}, "full"), ({"itcRedReq": "Y", "declIgst": 5}, "partial"), ({"itcRedReq": "N"}, "none"),
    ({}, None), ({"itcRedReq": "Y", "declIgst": 0, "declCgst": 0}, "full"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "word"), REDUCTIONS, ids=[str(keys) for keys, _ in REDUCTIONS])
def test_itc_reduction(tmp_path, keys, word):
    record = {"nt_num": "C1", "nt_dt": "05-06-2026", **keys}
    table = read_portal(write(tmp_path, {"imsDetails": {"b2bcn": [ims_record(**record)]}})).documents
    assert table["doc_type"][0] == "CN"
    assert table["itc_reduction"][0] == word if word else pd.isna(table["itc_reduction"][0])


OLD_ITEMS = [
    {"num": 1801, "rt": 18, "txval": 100, "igst": 18},
    {"num": 501, "rt": 5, "txval": 40.5, "igst": 2.03, "cess": 1},
]
OLD = {name: value for name, value in document(items=OLD_ITEMS).items() if name not in ("txval", *AMOUNTS)}


def test_a_document_of_the_old_generation_is_the_sum_of_its_rate_lines(tmp_path):
    intake = read_portal(write(tmp_path, gstr2b(b2b(OLD, document(inum="A/2")))))
    assert intake.documents[list(AMOUNTS)].to_numpy().tolist() == [[140.5, 20.03, 0, 0, 1], [100, 18, 0, 0, 0]]
    assert intake.control.set_index("measure")["read"]["taxable_value"] == 240.5


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"gstin": ME, "rtnprd": "062026", "docdata": b2b(document())}},
        {"gstin": ME, "rtnprd": "062026", "docdata": b2b(document())},
        {"data": {"data": {"gstin": ME, "rtnprd": "062026", "docdata": b2b(document())}, "fc": 2}},
    ],
    ids=["wrapped", "root", "twice_wrapped"],
)
def test_gstr2b_in_each_envelope(tmp_path, content):
    row = read_portal(write(tmp_path, content), gstin=ME, period="2026-06").documents.iloc[0]
    assert row[["gstr2b_period", "gstr2b_part", "filing_status"]].tolist() == ["2026-06", "available", "filed"]
    assert row["filing_date"] == pd.Timestamp("2026-07-11")


@pytest.mark.parametrize("wrap", [lambda one: [one], lambda one: one], ids=["list", "dict"])
def test_itcrev_wrapped_or_not_is_the_reversal_part(tmp_path, wrap):
    table = read_portal(write(tmp_path, gstr2b({"itcrev": wrap(b2b(OLD))}))).documents
    assert table[["gstr2b_part", "taxable_value"]].to_numpy().tolist() == [["reversal", 140.5]]


def test_rejected_documents_keep_their_part(tmp_path):
    table = read_portal(write(tmp_path, gstr2b(docRejdata=b2b(document())))).documents
    assert table[["gstr2b_part", "portal_action"]].to_numpy().tolist() == [["rejected", "R"]]


def test_a_nil_statement_has_no_documents(tmp_path):
    intake = read_portal(write(tmp_path, gstr2b()))
    assert intake.documents.empty
    assert check_documents(intake.documents, "portal").empty
    assert "no document" in intake.sources["why"][0]


def test_notes_by_type_c_and_d(tmp_path):
    notes = [document(ntnum="N1", typ="C"), document(ntnum="N2", typ="D"), document(ntnum="N3", typ="X")]
    groups = [{"ctin": SUPPLIER, "nt": notes}]
    intake = read_portal(write(tmp_path, gstr2b({"cdnr": groups, "cdnra": groups})))
    assert intake.documents[["section", "doc_type"]].to_numpy().tolist() == [
        ["CN", "CN"],
        ["DN", "DN"],
        ["CNA", "CN"],
        ["DNA", "DN"],
    ]
    assert intake.refused["code"].tolist() == ["bad_type", "bad_type"]


REFUSED = [
    ({"idt": "31-02-2026"}, "bad_date"), ({"idt": None}, "no_date"), ({"txval": "a lot"}, "bad_amount"),
    ({"iamt": -18}, "negative"), ({"inum": ""}, "no_number"), ({"txval": [1]}, "bad_record"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_refused_record_says_why_and_the_good_ones_go_on(tmp_path, change, code):
    intake = read_portal(write(tmp_path, {"imsDetails": {"b2b": [ims_record(**change), ims_record(inum="A/2")]}}))
    assert intake.documents["doc_no"].tolist() == ["A/2"]
    assert intake.refused[["sheet", "row", "code"]].to_numpy().tolist() == [["b2b", 1, code]]
    assert json.loads(intake.refused["raw"][0]) == ims_record(**change)
    rows = intake.control[intake.control["measure"] == "rows"].iloc[0]
    assert rows[["read", "kept", "refused"]].tolist() == [2, 1, 1]


def test_records_of_an_unknown_section_are_refused_not_lost(tmp_path):
    intake = read_portal(write(tmp_path, {"imsDetails": {"b2b": [ims_record()], "b2x": [{"a": 1}]}}))
    assert intake.refused[["sheet", "code", "raw"]].to_numpy().tolist() == [["b2x", "unknown_section", '{"a": 1}']]


def test_bills_of_entry_in_ims(tmp_path):
    boe = {
        "portcd": "INNSA1",
        "boenum": 7654321,
        "boedt": "18-06-2026",
        "action": "N",
        "txval": 10,
        "igst": 1.8,
        "cess": 0,
    }
    row = read_portal(write(tmp_path, {"imsDetails": {"impg": [boe]}})).documents.iloc[0]
    found = row[["doc_type", "section", "doc_no", "port_code", "igst", "supply_class", "source_form"]].tolist()
    assert found == ["BOE", "IMPG", "7654321", "INNSA1", 1.8, "import", "ICEGATE"]


def test_numbers_stay_text_and_a_bad_checksum_is_kept_and_said(tmp_path):
    records = [ims_record(inum="00123"), ims_record(inum=9876543210123456, stin=SUPPLIER[:-1] + "A")]
    intake = read_portal(write(tmp_path, {"imsDetails": {"b2b": records}}))
    assert intake.documents["doc_no"].tolist() == ["00123", "9876543210123456"]
    assert "fails its checksum" in intake.sources["why"][0]


def test_raw_keeps_bytes_that_a_parser_would_change(tmp_path):
    record = '{ "stin":"' + SUPPLIER + '", "inum" : "A\\/1","idt":"05-06-2026","txval":100.00 , "new_key":{"x":1.50}}'
    table = read_portal(write(tmp_path, '{"imsDetails":{"b2b":[' + record + "]}}")).documents
    assert table["raw"][0] == record


def test_a_record_repeated_across_files_counts_once_and_control_says_so(tmp_path):
    paths = [
        write(tmp_path, gstr2b(b2b(document(), document(inum="A/2"))), "part1.json"),
        write(tmp_path, gstr2b(b2b(document(), document(inum="A/3"))), "part2.json"),
    ]
    intake = read_portal(paths)
    assert sorted(intake.documents["doc_no"]) == ["A/1", "A/2", "A/3"]
    rows = intake.control[intake.control["measure"] == "rows"]
    assert rows[["read", "kept", "set_aside"]].to_numpy().tolist() == [[2, 1, 1], [2, 2, 0]]
    assert intake.set_aside["why"].tolist() == ["The same record is counted once, from part2.json."]


def test_within_one_file_equal_records_stay_two(tmp_path):
    intake = read_portal(write(tmp_path, {"imsDetails": {"b2b": [ims_record(), ims_record()]}}))
    assert len(intake.documents) == 2
    assert intake.documents["doc_id"].is_unique


def test_a_zip_of_parts_is_read_as_one(tmp_path):
    archive = tmp_path / "parts.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for number in (1, 2):
            out.writestr(f"../../part{number}.json", json.dumps(gstr2b(b2b(document(inum=f"A/{number}")))))
    intake = read_portal(archive)
    assert len(intake.documents) == 2
    assert intake.sources["file"].tolist() == ["parts.zip/part1.json", "parts.zip/part2.json"]


def test_an_ims_download_without_rtin_belongs_to_the_files_it_came_with(tmp_path):
    paths = [
        write(tmp_path, gstr2b(b2b(document())), "2b.json"),
        write(tmp_path, {"imsDetails": {"b2b": [ims_record()]}}, "ims.json"),
    ]
    intake = read_portal(paths)
    assert len(intake.documents) == 1
    alone = read_portal(paths[1])
    assert alone.documents["company_gstin"].isna().all()
    assert "names no recipient GSTIN" in alone.sources["why"][0]


@pytest.mark.parametrize(
    ("content", "wishes", "words"),
    [
        (gstr2b(), {"gstin": OTHER}, [ME, OTHER]),
        (gstr2b(), {"gstin": SISTER}, [ME, SISTER, "sister"]),
        ({"rtin": ME, "imsDetails": {}}, {"gstin": OTHER}, [ME, OTHER]),
        (gstr2b(), {"period": "2026-05"}, ["2026-06", "2026-05"]),
        (gstr2b(), {"kind": "ims"}, ["GSTR-2B"]),
        (gstr2b(), {"kind": "nonsense"}, ["nonsense", "gstr2b"]),
        ({"rtin": ME, "reqtyp": "SAVE", "invdata": {"b2b": []}}, {}, ["upload"]),
        ({"itc_elg": {}}, {}, ["GSTR-3B", "read_gstr3b"]),
        ({"gstin": ME, "fp": "062026", "b2b": [{"ctin": SUPPLIER, "inv": []}]}, {"kind": "ims"}, ["GSTR-2A"]),
        ({"hello": 1}, {}, ["hello", "neither"]),
        ("[1, 2]", {}, ["not an object"]),
        ('{"data": {"docdata"', {}, ["broken JSON"]),
        ("", {}, ["empty"]),
        ("a,b\n1,2\n", {}, ["read_register"]),
        ("{" * 5000, {}, ["broken JSON"]),
    ],
)
def test_a_file_that_cannot_be_gets_one_clear_sentence(tmp_path, content, wishes, words):
    path = write(tmp_path, content, "client.json")
    with pytest.raises(InputError) as caught:
        read_portal(path, **wishes)
    assert all(word in str(caught.value) for word in [*words, "" if "kind" in wishes else "client.json"])


def test_an_ims_download_is_not_refused_for_the_periods_of_its_rows(tmp_path):
    records = [ims_record(rtnprd="032026"), ims_record(inum="A/2", rtnprd="06")]
    table = read_portal(write(tmp_path, {"imsDetails": {"b2b": records}}), period="2026-06").documents
    assert table["return_period"][0] == "2026-03"
    assert pd.isna(table["return_period"][1])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_do_no_harm(tmp_path, encoding):
    path = tmp_path / "ims.json"
    path.write_text(
        json.dumps({"imsDetails": {"b2b": [ims_record(tradenm="Café")]}}, ensure_ascii=False), encoding=encoding
    )
    assert read_portal(path).documents["supplier_name"].tolist() == ["Café"]


def test_its_own_totals_that_differ_are_said_with_both_figures(tmp_path):
    summary = {"itcavl": {"nonrevsup": {"b2b": {"igst": 22.75, "cgst": 0, "sgst": 0, "cess": 0}}}}
    why = read_portal(write(tmp_path, gstr2b(b2b(document()), itcsumm=summary))).sources["why"][0]
    assert "itcavl.nonrevsup.b2b igst says 22.75, the documents 18.00" in why


def test_reverse_charge_stays_out_of_the_non_reverse_totals(tmp_path):
    summary = {"itcavl": {"nonrevsup": {"b2b": {"igst": 18}}, "revsup": {"b2b": {"igst": 5}}}}
    docs = b2b(document(), document(inum="R/1", rev="Y", igst=5))
    why = read_portal(write(tmp_path, gstr2b(docs, itcsumm=summary))).sources["why"][0]
    assert "(itcsumm) agree" in why


def test_gstr3b_table_4(tmp_path):
    heads = {"iamt": 10.5, "camt": 2, "samt": 2, "csamt": 0}
    content = {
        "gstin": ME, "ret_period": "062026",
        "itc_elg": {
            "itc_avl": [{"ty": "IMPG", **heads}, {"ty": "OTH", "iamt": 100, "camt": 50, "samt": 50, "csamt": 1}],
            "itc_rev": [{"ty": "RUL", "iamt": 1, "camt": 0, "samt": 0, "csamt": 0}, {"ty": "OTH", **heads}],
            "itc_net": {"iamt": 99, "camt": 50, "samt": 50, "csamt": 1},
            "itc_inelg": [{"ty": "RUL", **heads}, {"ty": "OTH", "iamt": 0, "camt": 0, "samt": 0, "csamt": 0}],
        },
    }  # fmt: skip
    table = read_gstr3b(write(tmp_path, content)).set_index("line")
    assert table.index.tolist() == ["4A1", "4A2", "4A3", "4A4", "4A5", "4B1", "4B2", "4C", "4D1", "4D2"]
    assert table.loc["4A1"].tolist() == [10.5, 2, 2, 0]
    assert table.loc["4A5"].tolist() == [100, 50, 50, 1]
    assert table.loc["4B2"].tolist() == [10.5, 2, 2, 0]
    assert table.loc["4C"].tolist() == [99, 50, 50, 1]
    assert table.loc["4D1", "igst"] == 10.5
    assert table.loc["4A2"].tolist() == [0, 0, 0, 0]


def test_gstr3b_refuses_another_return(tmp_path):
    with pytest.raises(InputError, match=r"GSTR-2B|IMS"):
        read_gstr3b(write(tmp_path, gstr2b()))


def test_the_portals_json_is_no_register(tmp_path):
    with pytest.raises(InputError, match="read_portal"):
        read_register(write(tmp_path, gstr2b()))
