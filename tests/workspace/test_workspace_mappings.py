"""What a client's registers taught: kept, used next month, shared, and never used where it no longer fits."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imsrecon import Workspace, read_register
from imsrecon.domain import InputError
from imsrecon.intake import propose_mapping
from imsrecon.resources import shipped
from imsrecon.workspace import Mappings, merged, read_mappings, with_layout, with_ledgers, write_mappings
from imsrecon.workspace.mappings import recall

GSTIN, SUPPLIER = "27ZZZCS2026T1Z6", "27ZZZCK1101B1ZP"
LABELS = ["Wer", "Was", "Wann", "Netto", "Steuer", "Brutto"]
FIELDS = dict(zip(LABELS, ["supplier_gstin", "doc_no", "doc_date", "taxable_value", "igst", "doc_value"], strict=True))
TALLY = shipped("sample_data") / "purchase_register_2026-04_to_2026-06.xlsx"


@pytest.fixture
def client(tmp_path):
    with Workspace.create(tmp_path / "client", GSTIN) as workspace:
        yield workspace


def odd(folder, name, *numbers, labels=LABELS, day="05-06-2026"):
    """A register whose labels nobody knows."""
    rows = [[SUPPLIER, number, day, "100.00", "18.00", "118.00", *["x"] * (len(labels) - 6)] for number in numbers]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(",".join(row) for row in [labels, *rows]), encoding="utf-8")
    return path


def teach(workspace, path, chosen):
    found = with_layout(read_mappings(workspace.folder), path.name, propose_mapping(path), chosen)
    write_mappings(workspace.folder, found)


def test_a_corrected_mapping_is_used_next_month_without_a_question(client, tmp_path):
    june = odd(tmp_path, "june", "A-1", "A-2")
    with pytest.raises(InputError, match="no row that names"):
        client.look(june)
    teach(client, june, FIELDS)
    client.import_files([june], "2026-06")
    again = Workspace(client.folder)
    side, july = again.look(odd(tmp_path, "july", "B-1", day="05-07-2026"))
    assert (side, july.documents["doc_no"].tolist()) == ("register", ["B-1"])
    assert july.documents[["taxable_value", "igst", "doc_value"]].to_numpy().tolist() == [[100, 18, 118]]
    assert "as remembered from 'june.csv'" in july.sources["why"].iloc[0]


KNOWN = ["GSTIN", "Bill No", "Bill Date", "Netto", "IGST", "Total"]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([*KNOWN[:3], "Nettobetrag", *KNOWN[4:]], "it has no column 'netto'"),
        ([*KNOWN, "Invoice Value"], "it has a new column 'invoice value'"),
        ([KNOWN[0], "Invoice No", *KNOWN[2:]], "it has no column 'bill no' and it has a new column 'invoice no'"),
    ],
    ids=["the named column is gone", "a column that the reader knows is new", "one is gone and one new"],
)
def test_a_mapping_that_no_longer_fits_is_said_and_not_used(client, tmp_path, labels, told):
    june = odd(tmp_path, "june", "A-1", labels=KNOWN)
    teach(client, june, {"Netto": "taxable_value", "Total": None})
    assert client.look(june)[1].documents[["taxable_value", "doc_value"]].to_numpy().tolist()[0][0] == 100
    intake = client.look(odd(tmp_path, "july", "B-1", labels=labels))[1]
    source = intake.sources.iloc[0]
    assert f"'june.csv' were not used: {told}" in source["why"]
    assert source["confidence"] == "low"
    assert intake.documents["doc_value"].notna().all()


def test_a_tax_or_ledger_column_may_come_and_go(client):
    teach(client, TALLY, {"Purchase @40%": None})
    columns = propose_mapping(TALLY)
    fewer = columns[~columns["label"].isin(["Input IGST", "Purchase URD", "Round Off", "Purchase @40%"])]
    for table in (columns, fewer):
        layout, told = recall(read_mappings(client.folder), table)
        assert layout is not None
        assert told == []


def test_a_ledger_that_a_person_leaves_out_or_adds_changes_the_value_by_its_amounts(client):
    plain = read_register(TALLY).documents
    forty = plain["ledger"].str.contains("@40%", na=False)
    teach(client, TALLY, {"Purchase @40%": None})
    without = client.look(TALLY)[1].documents
    lost = plain.loc[forty, "taxable_value"].sum()
    assert lost > 0
    assert round(plain["taxable_value"].sum() - without["taxable_value"].sum(), 2) == round(lost, 2)
    added = client.look(TALLY, mapping={"Round Off": "taxable_value", "Purchase @40%": "taxable_value"})[1].documents
    assert round(abs(added["taxable_value"].sum() - plain["taxable_value"].sum()), 2) < 100


def test_read_with_other_columns_a_register_counts_once_as_it_was_read_last(client, tmp_path):
    path = odd(tmp_path, "june", "A-1", labels=["GSTIN", "Bill No", "Bill Date", "Taxable Value", "IGST", "Other"])
    client.import_files([path], "2026-06")
    first = client.month("2026-06").register
    teach(client, path, {"Bill No": None, "Other": "doc_no"})
    client.import_files([path], "2026-06")
    second = client.month("2026-06").register
    assert (first["doc_no"].tolist(), second["doc_no"].tolist()) == (["A-1"], ["118.00"])
    assert len(list((client.folder / "tables").glob("*.parquet"))) == 2
    client.import_files([path], "2026-06")
    assert len(client.sources) == 2
    teach(client, path, {})
    client.import_files([path], "2026-06")
    assert client.month("2026-06").register["doc_no"].tolist() == ["A-1"]
    client.withdraw(int(client.sources["id"].iloc[-1]))
    assert client.month("2026-06").sources.empty


def test_ledgers_that_give_no_full_credit_reach_the_suggestions(client):
    found = with_ledgers(Mappings(), {"Purchase @5%": "ineligible", "Purchase @40%": "capital"})
    write_mappings(client.folder, found)
    documents = client.look(TALLY)[1].documents
    said = documents.groupby("ledger")["itc_eligibility"].unique().map(list).to_dict()
    assert said["Purchase @5%"] == ["Ineligible (17(5))"]
    assert said["Purchase @40%"] == ["Capital goods"]
    assert documents.loc[documents["ledger"].eq("Purchase @18%"), "itc_eligibility"].isna().all()
    client.import_files([TALLY, *shipped("sample_data").glob("*.json")], "2026-06")
    suggested = client.month("2026-06").suggestions
    blocked = suggested[suggested["rule"].eq("G-03")]
    assert len(blocked) > 10
    five = documents.loc[documents["ledger"].eq("Purchase @5%"), "doc_id"]
    assert blocked["register_id"].isin(five).all()


def test_a_document_of_several_ledgers_is_marked_in_part(client, tmp_path):
    path = tmp_path / "books.csv"
    rows = ["GSTIN,Bill No,Bill Date,Taxable Value,IGST,Ledger,Eligibility for ITC"]
    rows += [f"{SUPPLIER},A-{n},05-06-2026,100,18,{ledger}" for n, ledger in enumerate(
        ["Food; Freight,", "food,", "Freight,", "Food,Inputs"])]  # fmt: skip
    path.write_text("\n".join(rows), encoding="utf-8")
    write_mappings(client.folder, with_ledgers(Mappings(), {"FOOD": "ineligible"}))
    said = client.look(path)[1].documents["itc_eligibility"].fillna("").tolist()
    assert said == ["In part: Ineligible (17(5))", "Ineligible (17(5))", "", "Inputs"]


def test_a_ledgers_word_is_taken_back(client):
    found = with_ledgers(with_ledgers(Mappings(), {"Food": "common"}), {"Food": None})
    assert found.ledgers == {}
    with pytest.raises(InputError, match="ineligible, common, capital"):
        with_ledgers(Mappings(), {"Food": "eligible"})


def test_shared_mappings_are_read_as_they_were_written(client, tmp_path):
    path = odd(tmp_path, "june", "A-1")
    teach(client, path, FIELDS)
    shared = write_mappings(tmp_path / "shared.json", read_mappings(client.folder))
    with Workspace.create(tmp_path / "other", GSTIN) as other:
        write_mappings(other.folder, merged(read_mappings(other.folder), read_mappings(shared)))
        assert other.look(path)[1].documents["doc_no"].tolist() == ["A-1"]
        twice = merged(read_mappings(other.folder), read_mappings(shared))
    assert len(twice.layouts) == 1


@given(
    labels=st.lists(
        st.text(max_size=40) | st.sampled_from(["GSTIN", "Bill No", "₹", "x" * 900]), min_size=1, max_size=8
    ),
    fields=st.lists(st.sampled_from([None, "doc_no", "taxable_value", "igst"]), min_size=8, max_size=8),
    name=st.text(max_size=300),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_labels_are_what_is_written_is_read_back_and_fits(tmp_path, labels, fields, name):
    columns = pd.DataFrame({"label": labels, "field": None, "by": ""}, dtype="str")
    chosen = dict(zip(labels, fields, strict=False))
    found = with_ledgers(with_layout(Mappings(), name, columns, chosen), dict.fromkeys(labels, "common"))
    assert read_mappings(write_mappings(tmp_path / "any.json", found)) == found
    layout, told = recall(found, columns)
    assert told == []
    assert layout == (found.layouts[0] if found.layouts else None)


HOSTILE = {
    "no json": "{",
    "a list": "[]",
    "deep": "[" * 100_000,
    "unknown key": '{"imsrecon_mappings": 1, "run": "x"}',
    "another version": '{"imsrecon_mappings": 2}',
    "no such field": json.dumps({"layouts": [{"name": "x", "labels": [], "columns": {"a": "__class__"}}]}),
    "control characters": json.dumps({"layouts": [{"name": "x\x00", "labels": [], "columns": {"a": "doc_no"}}]}),
    "a number for a field": json.dumps({"layouts": [{"name": "x", "labels": [], "columns": {"a": 1}}]}),
    "an unknown word": json.dumps({"ledgers": {"Food": "yes"}}),
    "too large": " " * 1_000_001,
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "shared.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=r"shared\.json"):
        read_mappings(path)


def test_a_damaged_memory_stops_the_import_and_is_named(client, tmp_path):
    (client.folder / "mappings.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"mappings\.json is no file of remembered columns"):
        client.look(odd(tmp_path, "june", "A-1"))
