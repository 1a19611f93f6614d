"""Files that are empty, foreign, encrypted, broken or made to do harm: one sentence each, and no harm."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import xlsxwriter

from imsrecon.domain import InputError
from imsrecon.intake import files, read_portal, read_register

RECORD = {"stin": "29ZZZFC1303D1ZF", "inum": "A/1", "idt": "05-06-2026", "txval": 100, "iamt": 18}
IMS = json.dumps({"rtin": "27ZZZCR1000A1ZM", "imsDetails": {"b2b": [RECORD]}}).encode()
HEADER = "GSTIN,Invoice No,Invoice Date,Taxable Value\n"


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def encrypted():
    data = bytearray(zipped({"ims.json": IMS}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def workbook(cells):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Register")
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    book.close()
    return buffer.getvalue()


def without_member(data, name):
    source = zipfile.ZipFile(io.BytesIO(data))
    return zipped({one: source.read(one) for one in source.namelist() if one != name})


BOMB = zipped({"ims.json": b" " * (70 * 1024**2)})
DEEP = zipped({"b.zip": zipped({"c.zip": zipped({"ims.json": IMS})})})
FAR = workbook({(0, 0): "GSTIN", (1_048_575, 16_383): 1})
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

PORTAL = {
    "zip_bomb": (BOMB, "unpack"),
    "zip_in_zip_in_zip": (DEEP, "zip inside a zip"),
    "encrypted_zip": (encrypted(), "encrypted"),
    "empty_zip": (zipped({}), "no file"),
    "zip_of_other_things": (zipped({"a.txt": b"hello"}), "None of 1 files"),
    "pdf": (b"%PDF-1.7 ...", "no JSON"),
    "blank": (b"  \n\n ", "empty"),
    "cut_short": (IMS[:-20], "broken JSON"),
    "not_utf8": (b'{"imsDetails": {"b2b": [{"stin": "\xff\xfe"}]}}', "bad"),
    "list_of_lists": (b'{"imsDetails": {"b2b": [[[]]]}}', None),
    "section_is_text": (b'{"imsDetails": {"b2b": "no"}}', "no list"),
    "deeply_nested": (b'{"imsDetails": {"b2b": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "broken JSON"),
}


@pytest.mark.parametrize("name", PORTAL)
def test_a_harmful_portal_file(tmp_path, name):
    data, words = PORTAL[name]
    path = tmp_path / "client.zip"
    path.write_bytes(data)
    if words is None:
        assert read_portal(path).refused["code"].tolist() == ["bad_record"]
        return
    with pytest.raises(InputError, match=words) as caught:
        read_portal(path)
    assert "client.zip" in str(caught.value)


REGISTERS = {
    "far_cell": (FAR, "no register"),
    "broken_workbook": (without_member(workbook({(0, 0): 1}), "xl/workbook.xml"), "workbook"),
    "truncated_workbook": (workbook({(0, 0): 1})[:900], "broken|workbook"),
    "broken_xls": (CFB + b"\0" * 2000, "workbook|broken"),
    "html_as_xls": (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "image": (b"\x89PNG\r\n\x1a\n\0\0\0\0", "no workbook"),
    "empty": (b"", "empty"),
    "huge_field": ((HEADER + '"' + "x" * 1_100_000 + '",1,05-06-2026,1\n').encode(), "CSV"),
    "opendocument": (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
}


@pytest.mark.parametrize("name", REGISTERS)
def test_a_harmful_register(tmp_path, name):
    data, words = REGISTERS[name]
    path = tmp_path / "client.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        read_register(path)
    assert "client.xlsx" in str(caught.value)


def test_a_folder_without_files(tmp_path):
    for read in (read_portal, read_register):
        with pytest.raises(InputError, match="no file"):
            read(tmp_path)


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match=r"gone\.json"):
        read_portal(tmp_path / "gone.json")


def test_names_in_a_zip_never_leave_it(tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.zip"
    path.write_bytes(zipped({"../../evil\n<b>.json": IMS, "/etc/passwd": b"x", "C:\\x\\y.txt": b"x"}))
    intake = read_portal(path)
    assert intake.sources["file"].tolist()[0] == "a.zip/evil <b>.json"
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["a.zip"]


def test_too_many_files_in_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILES", 3)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{number}.json": IMS for number in range(4)}))
    with pytest.raises(InputError, match="at most 3"):
        read_portal(path)


def test_links_out_of_a_folder_are_not_followed(tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_bytes(IMS)
    folder = tmp_path / "client"
    folder.mkdir()
    try:
        (folder / "link.json").symlink_to(outside)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    with pytest.raises(InputError, match="no file"):
        read_portal(folder)


def test_lock_files_and_hidden_files_are_passed_over(tmp_path):
    (tmp_path / "~$register.xlsx").write_bytes(b"lock")
    (tmp_path / ".hidden.json").write_bytes(b"{")
    (tmp_path / "ims.json").write_bytes(IMS)
    assert read_portal(tmp_path).sources["file"].tolist() == ["ims.json"]


FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "<script>alert(1)</script>"]


@pytest.mark.parametrize("name", FORMULAS)
def test_names_that_look_like_code_stay_names(tmp_path, name):
    path = tmp_path / "r.csv"
    path.write_text(
        f'GSTIN,Supplier Name,Invoice No,Invoice Date,Taxable Value\n,"{name}",1,05-06-2026,100\n', encoding="utf-8"
    )
    assert read_register(path).documents["supplier_name"].tolist() == [name]


@pytest.mark.parametrize("amount", ["1e999", "nan", "9" * 30, "1e15"])
def test_absurd_amounts_are_refused(tmp_path, amount):
    path = tmp_path / "r.csv"
    path.write_text(f"{HEADER}29ZZZFC1303D1ZF,1,05-06-2026,{amount}\n", encoding="utf-8")
    assert read_register(path).refused["code"].tolist() == ["bad_amount"]


def test_a_workbook_of_the_portal_is_no_register(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "2b.xlsx"))
    for name in ("Read me", "ITC Available", "B2B", "B2B-CDNR"):
        book.add_worksheet(name)
    book.close()
    with pytest.raises(InputError, match="workbook of the portal"):
        read_register(tmp_path / "2b.xlsx")


def test_a_hidden_sheet_is_set_aside_and_said(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"))
    for name in ("Register", "Old"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["GSTIN", "Invoice No", "Invoice Date", "Taxable Value"])
        sheet.write_row(1, 0, ["29ZZZFC1303D1ZF", "1", "05-06-2026", 100])
    sheet.hide()
    book.close()
    intake = read_register(tmp_path / "r.xlsx")
    assert len(intake.documents) == 1
    assert intake.set_aside.loc[intake.set_aside["sheet"] == "Old", "code"].tolist() == ["hidden_sheet"] * 2
