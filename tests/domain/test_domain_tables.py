from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from imsrecon.domain import COLUMNS, TableError, check_documents, conform, empty_table, with_doc_ids


def _documents(**columns):
    base = {
        "supplier_gstin": ["27AAPFU0939F1ZV"] * 3,
        "doc_no": ["A-1", "A-1", "A-2"],
        "doc_date": ["2025-10-03", "2025-10-03", "2025-10-04"],
        "doc_type": ["INV"] * 3,
        "section": ["B2B"] * 3,
        "taxable_value": [100, 200, 1.005],
    }
    return pd.DataFrame(base | columns)


@pytest.mark.parametrize("side", ["register", "portal"])
def test_an_empty_table_is_sound(side):
    table = empty_table(side)
    assert list(table.columns) == list(COLUMNS[side])
    assert check_documents(table, side).empty
    assert check_documents(conform(pd.DataFrame(), side), side).empty


@pytest.mark.parametrize("side", ["register", "portal"])
def test_conform_fills_and_rounds(side):
    table = with_doc_ids(conform(_documents(), side), side)
    assert check_documents(table, side).empty
    assert table["taxable_value"].tolist() == [100.0, 200.0, 1.01]
    assert table["igst"].tolist() == [0.0, 0.0, 0.0]
    assert table["doc_value"].isna().all()


def test_doc_id_ignores_row_order_and_tells_equals_apart():
    table = with_doc_ids(conform(_documents(), "portal"), "portal")
    shuffled = with_doc_ids(conform(_documents().iloc[::-1], "portal"), "portal")
    by_value = table.set_index("taxable_value")["doc_id"]
    assert shuffled.set_index("taxable_value")["doc_id"].reindex(by_value.index).equals(by_value)
    assert table["doc_id"].is_unique
    assert table["doc_id"].str.fullmatch("[0-9a-f]{16}").all()


def test_doc_id_has_no_value_in_it_but_section_side_and_voucher():
    def ids(side, **columns):
        return with_doc_ids(conform(_documents(doc_no=["1", "2", "3"], **columns), side), side)["doc_id"].tolist()

    assert ids("portal") == ids("portal", taxable_value=[9, 9, 9], doc_value=[1, 2, 3])
    different = [ids("portal"), ids("portal", section=["B2BA"] * 3), ids("register")]
    different += [ids("register", voucher_no=["7"] * 3), ids("portal", gstr2b_part=["reversal"] * 3)]
    assert len({tuple(found) for found in different}) == len(different)


def test_doc_id_is_the_same_on_every_machine_and_version():
    table = with_doc_ids(conform(_documents(company_gstin=["27AAPFU0939F1ZV"] * 3), "portal"), "portal")
    assert table["doc_id"].tolist() == GOLDEN_IDS


GOLDEN_IDS = ["957ac59140c89523", "0f037b80a339d7c2", "b0cd74c05176405f"]


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("doc_type", ["INV", "XX", "INV"], "unknown_code"),
        ("doc_type", ["INV", None, "INV"], "missing_value"),
        ("supplier_gstin", ["27AABCU9603R1ZM"] * 3, "bad_gstin"),
        ("taxable_value", [-1.0, 1.0, 1.0], "negative"),
        ("taxable_value", [1.001, 1.0, 1.0], "not_paise"),
        ("return_period", ["102025", None, None], "bad_period"),
        ("pos", ["Maharashtra", None, "27"], "bad_pos"),
        ("pos", ["77", "96", "27"], "bad_pos"),
        ("doc_no", [1, 2, 3], "wrong_dtype"),
    ],
)
def test_check_finds(column, values, code):
    table = with_doc_ids(conform(_documents(), "portal"), "portal")
    table[column] = pd.Series(values)
    faults = check_documents(table, "portal")
    assert faults[["column", "code"]].to_numpy().tolist() == [[column, code]]
    assert code != "bad_pos" or faults["rows"].tolist() == [1]


def test_check_says_everything_at_once():
    table = with_doc_ids(conform(_documents(), "portal"), "portal").drop(columns="igst")
    table["doc_id"] = "same"
    assert set(check_documents(table, "portal")["code"]) == {"missing_column", "duplicate"}


@pytest.mark.parametrize(("column", "value"), [("taxable_value", "ten"), ("doc_date", "yesterday")])
def test_conform_names_the_column_it_cannot_read(column, value):
    with pytest.raises(TableError, match=column):
        conform(_documents(**{column: [value] * 3}), "portal")


def test_conform_keeps_unknown_columns():
    table = conform(_documents(note=["x", "y", "z"]), "register")
    assert table["note"].tolist() == ["x", "y", "z"]
    assert table.columns[-1] == "note"


def test_conform_takes_dates_as_people_hold_them():
    for values in ([date(2025, 10, 3)] * 3, [np.datetime64("2025-10-03")] * 3, ["2025-10-03", "", None]):
        assert conform(_documents(doc_date=values), "portal")["doc_date"].iloc[0] == pd.Timestamp("2025-10-03")
