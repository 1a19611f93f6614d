from __future__ import annotations

import io
import json
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from imsrecon.domain import HEADS, REGISTER_COLUMNS, InputError, sum_rupees, to_portal
from imsrecon.intake import combine_portal, read_portal, read_register
from imsrecon.resources import shipped
from imsrecon.synth import SAMPLE_TODAY, Client, gstr2b, ims_download, tally_register, to_bytes
from imsrecon.synth.__main__ import main

KEYS = ["supplier_gstin", "doc_type", "section", "doc_no", "doc_date", "taxable_value", *HEADS, "doc_value", "pos",
        "return_period", "reverse_charge", "original_doc_no", "original_doc_date"]  # fmt: skip
OF_IMS = [*KEYS, "portal_action", "filing_status", "pending_blocked", "itc_reduction_blocked", "itc_reduction"]
OF_2B = [*KEYS, "gstr2b_part", "itc_available", "itc_reason", "irn", "portal_action", "itc_reduction"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample")
    assert main([str(path)]) == 0
    return path


def by_id(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table.set_index("doc_id")[columns].sort_index()


def written(client: Client, period: str) -> pd.DataFrame:
    portal = client.portal
    return portal[portal["gstr2b_period"].eq(period) & portal["gstr2b_part"].notna()]


def in_ims(client: Client) -> pd.DataFrame:
    portal = client.portal
    waiting = portal["portal_action"].eq("P") | portal["gstr2b_period"].isna() | portal["gstr2b_period"].eq("2026-06")
    return portal[waiting & portal["portal_action"].notna()]


def test_the_shipped_files_are_the_generated_ones(folder: Path) -> None:
    shipped_folder = shipped("sample_data")
    names = {path.name for path in shipped_folder.iterdir()} - {"README.md"}
    assert names == {path.name for path in folder.iterdir()}
    different = [name for name in names if (folder / name).read_bytes() != (shipped_folder / name).read_bytes()]
    assert different == []


def test_the_command_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Usage" in capsys.readouterr().err


def test_the_ims_download_reads_back(sample: Client, folder: Path) -> None:
    intake = read_portal(next(folder.glob("*_IMS_*.json")))
    assert len(intake.refused) == len(intake.set_aside) == 0
    pd.testing.assert_frame_equal(by_id(intake.documents, OF_IMS), by_id(in_ims(sample), OF_IMS))


@pytest.mark.parametrize("period", ["2026-04", "2026-05", "2026-06"])
def test_gstr2b_reads_back(sample: Client, folder: Path, period: str) -> None:
    intake = read_portal(next(folder.glob(f"*_R2B_{to_portal(period)}_*.json")))
    assert len(intake.refused) == len(intake.set_aside) == 0
    assert intake.sources["period"].tolist() == [period]
    pd.testing.assert_frame_equal(by_id(intake.documents, OF_2B), by_id(written(sample, period), OF_2B))


def test_all_downloads_together_are_the_portal_table(sample: Client, folder: Path) -> None:
    files = sorted(folder.glob("*.json"))
    whole = combine_portal(*[read_portal(file, period="2026-06").documents for file in files if "IMS" in file.name],
                           *[read_portal(file).documents for file in files if "R2B" in file.name])  # fmt: skip
    pd.testing.assert_frame_equal(by_id(whole, KEYS), by_id(sample.portal, KEYS))


def test_ims_and_2b_of_the_month_tell_the_same_story(sample: Client) -> None:
    ims, statement = in_ims(sample), written(sample, "2026-06")
    only_ims, only_2b = (
        ims[~ims["doc_id"].isin(statement["doc_id"])], statement[~statement["doc_id"].isin(ims["doc_id"])]
    )  # fmt: skip
    assert (only_ims["portal_action"].eq("P") | only_ims["filing_status"].eq("saved")).all()
    bypass = only_2b["reverse_charge"] | only_2b["itc_available"].eq("N") | only_2b["section"].eq("IMPG")
    assert bypass.all()
    assert len(only_ims) and len(only_2b)


def test_the_month_has_something_of_everything(sample: Client) -> None:
    june = written(sample, "2026-06")
    assert set(june["section"]) == {"B2B", "B2BA", "CN", "CNA", "DN", "ECO", "IMPG"}
    assert set(june["gstr2b_part"]) == {"available", "not_available", "rejected"}
    assert set(june["itc_reason"].dropna()) == {"P", "C"}
    assert june["reverse_charge"].any()


def summed(records: list[dict], names: tuple[str, ...] = HEADS) -> list[int]:
    return [sum(round(record.get(name, 0) * 100) for record in records) for name in names]


def listed(groups: list[dict], name: str) -> list[dict]:
    return [record for group in groups for record in group[name]]


@pytest.mark.parametrize("period", ["2026-04", "2026-05", "2026-06"])
def test_itcsumm_is_the_sum_of_the_documents(sample: Client, period: str) -> None:
    data = gstr2b(sample.portal, period, date(2026, 7, 14))["data"]
    b2b = listed(data["docdata"]["b2b"], "inv")
    plain = [record for record in b2b if record["itcavl"] == "Y" and record["rev"] == "N"]
    available = data["itcsumm"]["itcavl"]
    assert summed([available["nonrevsup"]["b2b"]]) == summed(plain)
    notes = [record for record in listed(data["docdata"]["cdnr"], "nt") if record["typ"] == "C"]
    assert summed([available["othersup"]["cdnr"]]) == summed(notes)
    assert summed([available["imports"]]) == summed(data["docdata"]["impg"])
    rejected = [record for groups in data["docRejdata"].values() for record in listed(groups, "inv")]
    assert summed([data["itcsumm"]["itcRejected"]["nonrevsup"]]) == summed(rejected)
    for block in data["itcsumm"].values():
        for supply in block.values():
            parts = [part for part in supply.values() if isinstance(part, dict)]
            assert summed([supply]) == summed(parts)


def test_cpsumm_is_the_sum_of_each_suppliers_documents(sample: Client) -> None:
    data = gstr2b(sample.portal, "2026-06", date(2026, 7, 14))["data"]
    lines = data["cpsumm"]["b2b"]
    groups = data["docdata"]["b2b"]
    assert [line["ctin"] for line in lines] == [group["ctin"] for group in groups]
    assert [line["ttldocs"] for line in lines] == [len(group["inv"]) for group in groups]
    names = ("txval", *HEADS)
    assert [summed([line], names) for line in lines] == [summed(group["inv"], names) for group in groups]


def test_the_older_generation_has_items_without_zero_heads_and_reads_back(sample: Client, tmp_path: Path) -> None:
    portal = sample.portal[~sample.portal["gstr2b_part"].eq("rejected")]
    payload = gstr2b(portal, "2026-04", date(2026, 5, 14), items=True)
    records = listed(payload["data"]["docdata"]["b2b"], "inv")
    assert not any("txval" in record or "imsStatus" in record for record in records)
    items = [item for record in records for item in record["items"]]
    assert {item["rt"] for item in items} == {5, 18, 40}
    assert all(item.get(head) != 0 for item in items for head in HEADS)
    path = tmp_path / "old.json"
    path.write_bytes(to_bytes(payload))
    columns = [name for name in KEYS if name != "return_period"]
    expected = portal[portal["gstr2b_period"].eq("2026-04") & portal["gstr2b_part"].notna()]
    pd.testing.assert_frame_equal(by_id(read_portal(path).documents, columns), by_id(expected, columns))


def test_rejected_rows_are_not_written_in_the_older_generation(sample: Client) -> None:
    with pytest.raises(InputError, match="rejected"):
        gstr2b(sample.portal, "2026-04", date(2026, 5, 14), items=True)


def test_a_section_without_a_writer_is_refused(sample: Client) -> None:
    with pytest.raises(InputError, match="ISD"):
        ims_download(sample.portal.assign(section="ISD"), "2026-06")


def test_two_clients_do_not_share_a_download(sample: Client) -> None:
    other = sample.portal.head(2).assign(company_gstin=["27ZZZCS2026T1Z6", "27ZZZCR1000A1ZM"])
    with pytest.raises(InputError, match="one GSTIN"):
        ims_download(other, "2026-06")


@pytest.fixture(scope="module")
def workbook(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(next(folder.glob("*.xlsx")))


def sheet_rows(workbook: openpyxl.Workbook, sheet: str) -> tuple[list[dict], dict]:
    rows = list(workbook[sheet].iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if row[0] == "Date")
    assert head == 8
    table = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    return table[:-1], table[-1]


@pytest.mark.parametrize(
    ("sheet", "types"), [("Purchase Register", ["INV", "BOE"]), ("Debit Note Register", ["CN"])], ids=["INV", "CN"]
)
def test_the_tally_workbook_has_the_register(
    sample: Client, workbook: openpyxl.Workbook, sheet: str, types: list
) -> None:
    rows, total = sheet_rows(workbook, sheet)
    register = sample.register[sample.register["doc_type"].isin(types)]
    assert total["Particulars"] == "Grand Total"
    assert [row["Voucher No."] for row in rows] == register["voucher_no"].tolist()
    columns = {"Value": "taxable_value", "INPUT CGST": "cgst", "Input SGST": "sgst", "Input IGST": "igst"}
    for label, name in columns.items():
        assert sum(round(100 * (row[label] or 0)) for row in rows) == round(100 * sum_rupees(register[name]))
        assert round(100 * total[label]) == round(100 * sum_rupees(register[name]))
    ledgers = [label for label in total if label.startswith(("Purchase", "Import"))]
    assert all(sum(row[label] is not None for label in ledgers) == 1 for row in rows)
    parts = [*ledgers, "INPUT CGST", "Input SGST", "Input IGST", "Round Off"]
    for row in rows:
        assert round(100 * row["Gross Total"]) == sum(round(100 * (row[label] or 0)) for label in parts)


def test_the_register_reads_back(sample: Client, folder: Path) -> None:
    intake = read_register(next(folder.glob("*.xlsx")))
    assert len(intake.refused) == 0
    columns = [name for name in REGISTER_COLUMNS if name not in ("doc_id", "source_row")]
    pd.testing.assert_frame_equal(by_id(intake.documents, columns), by_id(sample.register, columns))


def test_a_number_told_in_the_narration_is_not_in_its_column(sample: Client, workbook: openpyxl.Workbook) -> None:
    rows, _ = sheet_rows(workbook, "Debit Note Register")
    told = [row for row in rows if row["Voucher Ref. No."] is None]
    register = sample.register[sample.register["number_source"] == "narration"]
    assert len(told) == len(register) > 3
    assert [row["Narration"] for row in told] == [f"CREDIT NOTE NO. {number}" for number in register["doc_no"]]


def test_the_workbook_says_that_it_is_synthetic(workbook: openpyxl.Workbook) -> None:
    assert "Synthetic" in workbook.properties.description
    assert "Synthetic" in workbook["Purchase Register"]["A1"].value


def test_sheets_follow_what_is_booked(sample: Client) -> None:
    debit = sample.register.head(3).assign(doc_type="DN")
    book = openpyxl.load_workbook(
        io.BytesIO(tally_register(debit, "Synthetic", date(2026, 4, 1), date(2026, 4, 30)))
    )  # fmt: skip
    assert book.sheetnames == ["Purchase Register", "Credit Note Register"]


def test_sample_toml_names_the_files(folder: Path) -> None:
    about = tomllib.loads((folder / "sample.toml").read_text(encoding="utf-8"))
    assert about["gstin"] == "27ZZZCS2026T1Z6"
    assert (about["period"], about["frequency"], about["today"]) == ("2026-06", "monthly", SAMPLE_TODAY)
    assert [entry["kind"] for entry in about["file"]] == ["register", "ims", "gstr2b", "gstr2b", "gstr2b"]
    assert all((folder / entry["name"]).is_file() for entry in about["file"])


def test_truth_csv_names_the_documents(sample: Client, folder: Path) -> None:
    truth = pd.read_csv(folder / "truth.csv", dtype="str", keep_default_na=False)
    assert len(truth) == len(sample.truth)
    assert (truth["register_id"] != "").sum() == len(sample.register)
    assert ((truth["register_id"] != "") == (truth["voucher_no"] != "")).all()
    assert ((truth["portal_id"] != "") == (truth["section"] != "")).all()


def test_files_are_json_of_the_portals_kind(sample: Client) -> None:
    ims = json.loads(to_bytes(ims_download(sample.portal, "2026-06")))
    assert list(ims) == ["rtin", "imsDetails"]
    assert list(ims["imsDetails"]) == ["b2b", "b2ba", "b2bdn", "b2bdna", "b2bcn", "b2bcna", "ecom", "ecoma"]
    record = ims["imsDetails"]["b2b"][0]
    assert list(record)[:6] == ["stin", "tradenm", "inum", "idt", "inv_typ", "val"]
    notes = ims["imsDetails"]["b2bcn"]
    assert all("itcRedReq" in note for note in notes if note["action"] == "A")
