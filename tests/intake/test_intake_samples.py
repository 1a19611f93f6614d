"""The three hand-made sample files (synthetic) against the totals they were made from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from imsrecon.domain import AMOUNTS, check_documents, sum_rupees
from imsrecon.intake import Intake, combine_portal, read_portal, read_register

SAMPLES = Path(__file__).parents[1] / "samples"
GSTR2B, IMS, TALLY = (
    SAMPLES / name
    for name in (
        "27ZZZCR1000A1ZM_R2B_062026_20260714.json",
        "ims_offline_download_untouched_062026.json",
        "tally_purchase_register_columnar_062026.xlsx",
    )
)
EXPECTED = json.loads((SAMPLES / "EXPECTED.json").read_text(encoding="utf-8"))["files"]
SECTIONS = {
    "b2b": ["B2B"], "b2ba": ["B2BA"], "b2bdn": ["DN"], "b2bdna": ["DNA"], "b2bcn": ["CN"], "b2bcna": ["CNA"],
    "cdnr": ["CN", "DN"], "cdnra": ["CNA", "DNA"], "ecom": ["ECO"], "ecoma": ["ECOA"],
}  # fmt: skip


@pytest.fixture(scope="module")
def gstr2b() -> Intake:
    return read_portal(GSTR2B)


@pytest.fixture(scope="module")
def ims() -> Intake:
    return read_portal(IMS)


@pytest.fixture(scope="module")
def tally() -> Intake:
    return read_register(TALLY)


def figures(table: pd.DataFrame) -> dict[str, float]:
    names = ("txval", "igst", "cgst", "sgst", "cess")
    sums = {name: sum_rupees(table[column]) for name, column in zip(names, AMOUNTS, strict=True)}
    return {"documents": len(table), **sums}


def expected(entry: dict[str, object]) -> dict[str, object]:
    return {name: entry[name] for name in ("documents", "txval", "igst", "cgst", "sgst", "cess")}


@pytest.mark.parametrize("section", EXPECTED[IMS.name]["sections"])
def test_ims_sections_have_their_totals(ims, section):
    table = ims.documents[ims.documents["section"].isin(SECTIONS[section])]
    entry = EXPECTED[IMS.name]["sections"][section]
    assert figures(table) == expected(entry)
    assert (table["portal_action"] == "N").sum() == entry["actions"]["N"]


@pytest.mark.parametrize("section", EXPECTED[GSTR2B.name]["sections"])
def test_gstr2b_sections_have_their_totals(gstr2b, section):
    counted = gstr2b.documents["gstr2b_part"].isin(["available", "not_available"])
    table = gstr2b.documents[gstr2b.documents["section"].isin(SECTIONS[section]) & counted]
    assert figures(table) == expected(EXPECTED[GSTR2B.name]["sections"][section])


def parts(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    part = table["gstr2b_part"]
    return {
        "itcrev_b2b": table[part == "reversal"],
        "reverse_charge": table[table["reverse_charge"]],
        "itc_not_available": table[(part == "not_available") & (table["section"] == "B2B")],
    }


@pytest.mark.parametrize("name", ["itcrev_b2b", "reverse_charge", "itc_not_available"])
def test_gstr2b_parts_have_their_totals(gstr2b, name):
    assert figures(parts(gstr2b.documents)[name]) == expected(EXPECTED[GSTR2B.name][name])


@pytest.mark.parametrize(("key", "section"), [("b2b", "B2B"), ("cdnr", "CN")])
def test_gstr2b_rejected_documents_have_their_totals(gstr2b, key, section):
    rejected = gstr2b.documents[gstr2b.documents["gstr2b_part"] == "rejected"]
    assert figures(rejected[rejected["section"] == section]) == expected(EXPECTED[GSTR2B.name]["docRejdata"][key])


@pytest.mark.parametrize(
    ("section", "count"), [("ISD", 2), ("ISDA", 1), ("IMPG", 1), ("IMPGA", 1), ("IMPGSEZ", 1), ("IMPGSEZA", 0)]
)
def test_gstr2b_isd_and_imports(gstr2b, section, count):
    assert (gstr2b.documents["section"] == section).sum() == count


def test_tally_has_its_totals_without_the_notional_reverse_charge_tax(tally):
    entry = expected(EXPECTED[TALLY.name]["purchases"])
    entry["igst"] = round(entry["igst"] - 600.00, 2)
    assert figures(tally.documents) == entry


@pytest.mark.parametrize("side", ["gstr2b", "ims", "tally"])
def test_samples_keep_the_contract(side, request):
    intake = request.getfixturevalue(side)
    faults = check_documents(intake.documents, "register" if side == "tally" else "portal")
    assert faults.empty, faults.to_string()
    assert intake.refused.empty
    assert len(intake.sources) == 1


@pytest.mark.parametrize("side", ["gstr2b", "ims", "tally"])
def test_samples_control_adds_up_to_the_documents(side, request):
    intake = request.getfixturevalue(side)
    control = intake.control
    parts_of = control[["kept", "added_up", "set_aside", "refused"]].sum(axis=1).round(2)
    assert (control["read"] == parts_of).all()
    kept = control.groupby("measure")["kept"].sum().round(2)
    assert kept["rows"] == len(intake.documents)
    assert {name: kept[name] for name in AMOUNTS} == {name: sum_rupees(intake.documents[name]) for name in AMOUNTS}


def test_tally_rows_are_typed_as_they_are_printed(tally):
    rows = tally.documents.set_index("voucher_no")
    assert rows.loc["PUR/406", "doc_no"] == "9876543210123456"
    assert rows.loc["PUR/401", "doc_date"] == pd.Timestamp("2026-06-05")
    assert rows.loc["PUR/412", "doc_date"] == pd.Timestamp("2026-03-28")
    assert rows.loc["PUR/412", "voucher_date"] == pd.Timestamp("2026-06-01")
    assert rows.loc["PUR/408", "ledger"] == "Purchase @5%; Purchase @12%"
    assert rows.loc["PUR/418", "supply_class"] == "unregistered"
    assert rows.loc["PUR/401", "source_row"] == 10
    assert tally.sources.loc[0, ["kind", "period", "confidence"]].tolist() == ["tally", "2026-06", "high"]
    assert "Its total row agrees" in tally.sources.loc[0, "why"]
    assert tally.set_aside["code"].value_counts().to_dict() == {"title": 8, "header": 1, "total": 1}


def test_gstr2b_says_what_was_done_in_ims(gstr2b):
    rows = gstr2b.documents.set_index("doc_no")
    notes = ["itc_reduction", "declared_igst", "remarks", "portal_action"]
    assert rows.loc["CRN-55", notes].tolist() == ["partial", 100.0, "Partial reversal", "A"]
    assert rows.loc["CN/0007", "itc_reduction"] == "full"
    assert rows.loc["CN-9", "itc_reduction"] == "none"
    assert rows.loc["OLD-9", ["original_doc_no", "declared_igst"]].tolist() == ["OLD-9", 1800.0]
    assert rows.loc["AM/2627/101", ["itc_available", "itc_reason"]].tolist() == ["N", "P"]
    assert rows.loc["PC-0099", ["return_period", "gstr2b_period"]].tolist() == ["2024-11", "2026-06"]
    assert rows.loc["6543210", ["section", "port_code", "source_form"]].tolist() == ["IMPGA", "INBOM4", "ICEGATE"]
    assert rows.loc["YL-RCM-31", "supply_class"] == "reverse_charge"
    assert rows.loc["SEZ/55", "supply_class"] == "sez"
    assert "itcsumm) agree" in gstr2b.sources.loc[0, "why"]


def test_raw_is_the_record_verbatim(ims):
    text = IMS.read_text(encoding="utf-8")
    assert all(raw in text for raw in ims.documents["raw"])
    first = json.loads(text)["imsDetails"]["b2b"][0]
    assert json.loads(ims.documents.loc[0, "raw"]) == first


def test_a_record_has_one_id_in_ims_and_gstr2b(gstr2b, ims):
    ids = ims.documents.set_index("doc_no")["doc_id"]
    others = gstr2b.documents.set_index("doc_no")["doc_id"]
    for number in ("000123", "DN-12", "CN/0007", "MT/0/26-27", "RIDE-2605", "TG/88"):
        assert ids[number] == others[number]


def test_both_files_read_at_once_count_each_record_once(gstr2b, ims):
    both = read_portal([GSTR2B, IMS])
    pd.testing.assert_frame_equal(both.documents, combine_portal(gstr2b.documents, ims.documents))
    repeated = both.set_aside[both.set_aside["code"] == "repeated"]
    assert len(both.documents) + len(repeated) == len(gstr2b.documents) + len(ims.documents)
    assert set(repeated["file"]) == {GSTR2B.name}
    assert check_documents(both.documents, "portal").empty


def test_a_folder_gives_each_side_its_own_and_says_what_it_passed_over(tmp_path, gstr2b, ims, tally):
    for file in (GSTR2B, IMS, TALLY):
        shutil.copy(file, tmp_path)
    portal, register = read_portal(tmp_path), read_register(tmp_path)
    pd.testing.assert_frame_equal(portal.documents, combine_portal(gstr2b.documents, ims.documents))
    pd.testing.assert_frame_equal(register.documents, tally.documents)
    assert sorted(portal.sources["kind"]) == ["gstr2b", "ims", "skipped"]
    assert sorted(register.sources["kind"]) == ["skipped", "skipped", "tally"]
