from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from imsrecon import InputError, Profile, compare_previews, preview_2b, read_portal

SAMPLES = Path(__file__).parents[1] / "samples"
LINES = ["4A1", "4A2", "4A3", "4A4", "4A5", "4B1", "4B2", "4C", "4D1", "4D2"]
CN = {"section": "CN", "igst": 0.0, "cgst": 90.0, "sgst": 90.0}
HALF = {"itc_reduction": "partial", "declared_cgst": 40.0, "declared_sgst": 40.0, "remarks": "half"}


def lines(preview) -> pd.DataFrame:
    return preview.table4.set_index("line")


def test_always_ten_lines(portal, monthly):
    empty = preview_2b(portal({}).iloc[:0], pd.DataFrame(), "2025-10", monthly)
    assert empty.table4["line"].tolist() == LINES
    assert empty.table4.columns.tolist() == ["line", "igst", "cgst", "sgst", "cess"]
    assert (lines(empty) == 0).all(axis=None)
    assert empty.summary.columns.tolist() == [
        "part",
        "section",
        "documents",
        "taxable_value",
        "igst",
        "cgst",
        "sgst",
        "cess",
    ]
    assert len(empty.documents) == 0


def test_the_sample_2b_gives_its_own_summary(monthly):
    """Of the file's itcsumm; its credit notes carry declared reductions, so 4A5 has 320 less taken off (D.3)."""
    table = read_portal(SAMPLES / "27ZZZCR1000A1ZM_R2B_062026_20260714.json").documents
    seen = lines(preview_2b(table, pd.DataFrame(), "2026-06", monthly))
    assert seen.loc["4A1"].tolist() == [86400.0, 0.0, 0.0, 0.0]
    assert seen.loc["4A3"].tolist() == [600.0, 0.0, 0.0, 0.0]
    assert seen.loc["4A5"].tolist() == [217125.09 - 465.0 + 320.0, 14202.5 - 450.0, 14202.5 - 450.0, 5000.0]
    assert seen.loc["4B2"].tolist() == [0.0, 270.0, 270.0, 0.0]
    assert seen.loc["4D2", "cgst"] == 1260.0
    assert (seen.loc["4C"] == (seen.loc["4A1":"4A5"].sum() - seen.loc["4B1":"4B2"].sum()).round(2)).all()


@pytest.mark.parametrize(
    ("period", "decision", "cgst"),
    [
        ("2025-10", {"action": "A"}, -90.0),
        ("2025-10", {"action": "N"}, -90.0),
        ("2025-10", {"action": "A", "itc_reduction": "full"}, -90.0),
        ("2025-10", {"action": "A", "itc_reduction": "none", "remarks": "done"}, 0.0),
        ("2025-10", {"action": "A"} | HALF, -40.0),
        ("2025-10", {"action": "R"}, 0.0),
        ("2025-10", {"action": "P"}, 0.0),
        ("2025-09", {"action": "A"} | HALF, -90.0),
        ("2025-09", {"action": "A", "itc_reduction": "none"}, -90.0),
    ],
    ids=["B-23-default", "B-23-deemed", "full", "none", "partial", "R", "P", "R1-partial-is-full", "R1-none-is-full"],
)
def test_d3_what_a_credit_note_takes_off(portal, decide, monthly, period, decision, cgst):
    table = portal(CN)
    seen = lines(preview_2b(table, decide(table, decision), period, monthly))
    assert seen.loc["4A5"].tolist() == [0.0, cgst, cgst, 0.0]
    assert seen.loc["4C", "cgst"] == cgst


@pytest.mark.parametrize(
    ("reduction", "igst"),
    [({}, -120.0), ({"itc_reduction": "none"}, 0.0), ({"itc_reduction": "partial", "declared_igst": 50.0}, -50.0)],
    ids=["full", "none", "partial"],
)
def test_d3_a_downward_amendment_reduces_by_the_difference(portal, decide, monthly, reduction, igst):
    table = portal({"section": "B2BA", "original_igst": 300.0, "original_state": "accepted_filed"})
    seen = preview_2b(table, decide(table, {"action": "A"} | reduction), "2025-10", monthly)
    assert lines(seen).loc["4A5", "igst"] == igst


def test_d36_k04_4a5_may_be_negative(portal, monthly):
    seen = lines(preview_2b(portal(CN, {"igst": 0.0, "cgst": 10.0, "sgst": 10.0}), pd.DataFrame(), "2025-10", monthly))
    assert seen.loc["4A5", "cgst"] == -80.0
    assert seen.loc["4C", "cgst"] == -80.0


def test_inputs_add_to_the_lines(portal, monthly):
    inputs = pd.DataFrame(
        [
            {"line": "4B1", "igst": 30.0, "cgst": 5.5, "sgst": 5.5, "cess": 0.0},
            {"line": "4B1", "igst": 0.1, "cgst": 0.0, "sgst": 0.0, "cess": 0.0},
            {"line": "4A2", "igst": 18.0, "cgst": None, "sgst": None, "cess": None},
            {"line": "4A5", "igst": 7.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0},
            {"line": "4D1", "igst": 7.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0},
            {"line": "3.1a", "igst": 999.0, "cgst": 0.0, "sgst": 0.0, "cess": 0.0},
        ]
    )
    seen = lines(preview_2b(portal({}), pd.DataFrame(), "2025-10", monthly, inputs=inputs))
    assert seen["igst"].tolist() == [0.0, 18.0, 0.0, 0.0, 187.0, 30.1, 0.0, 174.9, 7.0, 0.0]
    assert seen["cgst"].tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 5.5, 0.0, -5.5, 0.0, 0.0]


@pytest.mark.parametrize("line", ["4C", "4A6", "5"])
def test_an_input_on_no_line_is_refused(portal, monthly, line):
    with pytest.raises(InputError, match=line):
        preview_2b(portal({}), pd.DataFrame(), "2025-10", monthly, inputs=pd.DataFrame({"line": [line], "igst": [1.0]}))


def test_every_rupee_of_a_line_can_be_traced(monthly):
    table = read_portal(SAMPLES / "27ZZZCR1000A1ZM_R2B_062026_20260714.json").documents
    seen = preview_2b(table, pd.DataFrame(), "2026-06", monthly)
    traced = seen.documents.groupby("line")[["igst", "cgst", "sgst", "cess"]].sum().round(2)
    assert (lines(seen).loc[traced.index] == traced).all(axis=None)
    summed = seen.summary.groupby("part")[["igst", "cgst"]].sum().round(2)
    assert (seen.documents.groupby("part")[["igst", "cgst"]].sum().round(2) == summed).all(axis=None)


def test_compare_says_what_one_decision_changes(portal, decide, monthly):
    table = portal({}, {"igst": 50.0})
    now = preview_2b(table, pd.DataFrame(), "2025-10", monthly)
    then = preview_2b(table, decide(table, "", "R"), "2025-10", monthly)
    changed = compare_previews(now, then).query("difference != 0").set_index(["table", "line", "head"])["difference"]
    assert changed.to_dict() == {
        ("table4", "4A5", "igst"): -50.0,
        ("table4", "4C", "igst"): -50.0,
        ("parts", "available", "documents"): -1.0,
        ("parts", "available", "igst"): -50.0,
        ("parts", "rejected", "documents"): 1.0,
        ("parts", "rejected", "igst"): 50.0,
    }
    assert (compare_previews(now, now)["difference"] == 0).all()


def test_a_profile_of_the_past_has_no_ims(portal):
    profile = Profile("27ZZZCR1000A1ZM")
    seen = preview_2b(portal({}, CN, {"section": "IMPG"}), pd.DataFrame(), "2024-09", profile)
    assert seen.documents["line"].tolist() == ["4A5", "4A5", "4A1"]
    assert lines(seen).loc["4A5"].tolist() == [180.0, -90.0, -90.0, 0.0]
