"""Which imports a month works with, through the real readers."""

from __future__ import annotations

import json
import zipfile

import pytest

from imsrecon import ImsreconError, Workspace, read_portal
from imsrecon.domain import WorkspaceError
from imsrecon.intake import describe
from imsrecon.resources import shipped

GSTIN, PERIOD = "27ZZZCS2026T1Z6", "2026-06"
SUPPLIER = "27ZZZCK1101B1ZP"
DOWNLOADED = len(read_portal(next(shipped("sample_data").glob("*_IMS_*.json"))).documents)


@pytest.fixture
def empty(tmp_path):
    with Workspace.create(tmp_path / "client", GSTIN) as workspace:
        yield workspace


def _register(folder, name, *numbers, day="05-06-2026"):
    path = folder / f"{name}.csv"
    rows = [f"{SUPPLIER},{number},{day},100.00,18.00,0,0" for number in numbers]
    path.write_text("\n".join(["GSTIN,Invoice No,Invoice Date,Taxable Value,IGST,CGST,SGST", *rows]), encoding="utf-8")
    return path


def _sample(kind):
    return sorted(path for path in shipped("sample_data").glob("*.json") if kind in path.name)


def _numbers(workspace, period=PERIOD):
    return sorted(workspace.month(period).register["doc_no"])


def test_registers_add_up(empty, tmp_path):
    empty.import_files([_register(tmp_path, "purchases", "A-1"), _register(tmp_path, "expenses", "E-1")], PERIOD)
    empty.import_files([_register(tmp_path, "late", "L-1", day="28-03-2026")], PERIOD)
    assert _numbers(empty) == ["A-1", "E-1", "L-1"]


def test_a_wrong_import_is_taken_back_and_comes_back(empty, tmp_path):
    wrong = _register(tmp_path, "wrong", "W-1")
    empty.import_files([_register(tmp_path, "right", "R-1"), wrong], PERIOD)
    number = int(empty.sources.loc[empty.sources["files"].str.contains("wrong"), "id"].iloc[0])
    empty.withdraw(number)
    assert _numbers(empty) == ["R-1"]
    empty.import_files([wrong], PERIOD)
    assert _numbers(empty) == ["R-1", "W-1"]
    with pytest.raises(WorkspaceError, match="no import number 99"):
        empty.withdraw(99)


def test_the_same_document_in_two_registers_counts_once(empty, tmp_path):
    empty.import_files([_register(tmp_path, "may", "A-1", "B-1"), _register(tmp_path, "june", "B-1", "C-1")], PERIOD)
    assert _numbers(empty) == ["A-1", "B-1", "C-1"]
    month = empty.month(PERIOD)
    empty.import_files(_sample("_IMS_"), PERIOD)
    read = month.control().query("step == 'read' and side == 'register'").set_index("what")["rows"]
    assert read["repeated, or replaced by a newer file"] == -1


def _download(tmp_path, name, keep):
    payload = json.loads(_sample("_IMS_")[0].read_text(encoding="utf-8"))
    payload["imsDetails"] = {
        section: records if keep(section) else [] for section, records in payload["imsDetails"].items()
    }
    path = tmp_path / name
    path.write_text(json.dumps(payload), encoding="utf-8")
    return path


def test_one_download_in_several_files_is_one_download(empty, tmp_path):
    invoices = _download(tmp_path, "a.json", lambda section: section == "b2b")
    others = _download(tmp_path, "b.json", lambda section: section != "b2b")
    nothing = _download(tmp_path, "c.json", lambda section: False)
    empty.import_files([invoices, others, nothing], PERIOD)
    whole = len(empty.month(PERIOD).portal)
    empty.import_files(_sample("_IMS_"), PERIOD)
    assert len(empty.month(PERIOD).portal) == whole == DOWNLOADED


def test_the_newest_download_counts_even_if_it_is_empty(empty, tmp_path):
    empty.import_files(_sample("_IMS_"), PERIOD)
    empty.import_files([_download(tmp_path, "c.json", lambda section: False)], PERIOD)
    assert len(empty.month(PERIOD).portal) == 0
    empty.import_files(_sample("_IMS_"), PERIOD)
    assert len(empty.month(PERIOD).portal) == DOWNLOADED


def test_a_zip_of_statements_is_as_good_as_its_files(empty, tmp_path):
    archive = tmp_path / "2b.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in _sample("_R2B_"):
            file.write(path, path.name)
    empty.import_files([archive], PERIOD)
    whole = set(empty.month(PERIOD).portal["doc_id"])
    april = _sample("_R2B_042026")
    empty.import_files(april, PERIOD)
    assert set(empty.month(PERIOD).portal["doc_id"]) == whole


def test_a_later_months_statement_waits_for_its_month(empty):
    empty.import_files(_sample("_R2B_"), "2026-04")
    assert set(empty.month("2026-04").portal["gstr2b_period"]) == {"2026-04"}
    assert set(empty.month("2026-06").portal["gstr2b_period"]) == {"2026-04", "2026-05", "2026-06"}


@pytest.mark.parametrize("together", [True, False], ids=["in one import", "later"])
def test_a_portals_error_file_displaces_no_download(empty, tmp_path, together):
    payload = json.loads(_sample("_IMS_")[0].read_text(encoding="utf-8"))
    first = payload["imsDetails"]["b2b"][0] | {"error_msg": "IMS-1", "action": "R"}
    errors = tmp_path / "errors.json"
    errors.write_text(json.dumps({"rtin": GSTIN, "imsDetailsErr": {"b2b": [first]}}), encoding="utf-8")
    for files in [[*_sample("_IMS_"), errors]] if together else [_sample("_IMS_"), [errors]]:
        empty.import_files(files, PERIOD)
    portal = empty.month(PERIOD).portal.set_index("doc_id")
    downloaded = read_portal(_sample("_IMS_")[0]).documents.set_index("doc_id")
    assert portal["portal_action"].to_dict() == downloaded["portal_action"].to_dict()
    assert portal["portal_error"].isna().all()


def test_a_month_with_one_side_only_is_previewed(empty, tmp_path):
    empty.import_files(_sample("_IMS_"), PERIOD)
    month = empty.month(PERIOD)
    assert len(month.preview.table4) == 10
    assert month.register.empty
    assert set(month.reconciliation.unmatched["category"]) <= {"only_in_portal", "superseded"}
    assert not month.suggestions["auto"].any()
    assert month.control()["rows"].sum() > 0


def test_a_month_with_books_only(empty, tmp_path):
    empty.import_files([_register(tmp_path, "books", "A-1")], PERIOD)
    month = empty.month(PERIOD)
    assert month.portal.empty
    assert len(month.suggestions) == 1
    assert month.preview.table4["igst"].sum() == 0


def test_nothing_imported_says_so(empty):
    with pytest.raises(ImsreconError, match="Run the import step first"):
        _ = empty.month(PERIOD).portal


def test_refused_rows_are_the_months(empty, tmp_path):
    path = _register(tmp_path, "books", "A-1")
    path.write_text(path.read_text(encoding="utf-8") + f"\n{SUPPLIER},A-2,no day,999,1,0,0", encoding="utf-8")
    empty.import_files([path], PERIOD)
    month = empty.month(PERIOD)
    assert month.refused["row"].tolist() == [3]
    refused = month.control().query("what == 'refused'")
    assert refused[["rows", "taxable_value"]].to_numpy().tolist() == [[-1, -999.0]]


def _one_of_each(folder, tmp_path):
    folder.mkdir()
    _register(folder, "books", "A-1", "A-2")
    for path in _sample(""):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "letter.csv").write_text("Dear Sir,\nplease find the files\n", encoding="utf-8")
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7")
    (folder / ".hidden.csv").write_text("x", encoding="utf-8")
    return folder


def test_a_folder_with_one_of_each_kind_is_read_by_one_call(empty, tmp_path):
    folder = _one_of_each(tmp_path / "sent", tmp_path)
    read = empty.import_files([folder], PERIOD)
    assert sorted(empty.sources["side"]) == ["portal"] * len(_sample("")) + ["register"]
    assert len(empty.month(PERIOD).register) == 2
    told = [line for intake in read for line in describe(intake)]
    for name in ("letter.csv", "scan.pdf"):
        assert len([line for line in told if line.startswith(f"Not read: {name}")]) == 1
    assert "skipped" not in " ".join(empty.sources["kind"])


def test_a_zip_with_files_of_both_sides_is_read_by_one_call(empty, tmp_path):
    folder = _one_of_each(tmp_path / "sent", tmp_path)
    archive = tmp_path / "sent.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.iterdir():
            file.write(path, path.name)
    read = empty.import_files([archive], PERIOD)
    assert sorted(empty.sources["side"]) == ["portal", "register"]
    assert len(empty.month(PERIOD).register) == 2
    told = [line for intake in read for line in describe(intake)]
    unread = sorted(line for line in told if line.startswith("Not read"))
    assert [name in line for name, line in zip(("letter.csv", "scan.pdf"), unread, strict=True)] == [True, True]
    with pytest.raises(ImsreconError, match="books and of the portal"):
        empty.look(archive)


def test_a_zip_of_registers_is_looked_into(empty, tmp_path):
    archive = tmp_path / "books.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(_register(tmp_path, "books", "A-1"), "books.csv")
    side, intake = empty.look(archive)
    assert (side, intake.documents["doc_no"].tolist()) == ("register", ["A-1"])


def test_a_folder_of_which_nothing_can_be_read_says_so(empty, tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.csv").write_text("Dear Sir,\nplease find the files\n", encoding="utf-8")
    with pytest.raises(ImsreconError, match=r"No file in .* can be read"):
        empty.import_files([folder], PERIOD)
    assert empty.sources.empty
