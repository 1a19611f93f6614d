"""Rules of sections C and D that have no test of their own elsewhere, each by its id."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from imsrecon import preview_2b, read_portal
from imsrecon.domain import HEADS
from imsrecon.preview import trace

NONE = pd.DataFrame()
SAMPLE = Path(__file__).parents[1] / "samples" / "27ZZZCR1000A1ZM_R2B_062026_20260714.json"


def igst(preview) -> dict[str, float]:
    return preview.table4.set_index("line")["igst"].to_dict()


@pytest.mark.parametrize(
    ("form", "period", "day", "told"),
    [
        ("R1", "2025-12", "2026-01-11", False),
        ("R1", "2025-12", "2026-01-12", True),
        ("R1", "2025-12", "2026-01-13", True),
        ("IFF", "2025-11", "2025-12-13", False),
        ("R1", "2025-11", "2025-12-11", False),
    ],
)
def test_d02_a_filing_date_that_only_a_quarterly_filer_has_in_time_is_told(portal, monthly, form, period, day, told):
    seen = preview_2b(
        portal({"source_form": form, "return_period": period, "filing_date": day}), NONE, period, monthly
    ).documents
    assert seen["part"].tolist() == ["available"]
    assert seen["note"].str.contains("D-02").tolist() == [told]


def test_c04_d51_a_saved_record_counts_once_filed_and_its_action_stands(portal, decide, monthly):
    saved, filed = portal({"filing_status": "saved"}), portal({})
    decisions = decide(saved, "R")
    assert preview_2b(saved, NONE, "2025-10", monthly).documents["part"].tolist() == ["next_period"]
    assert preview_2b(filed, decisions, "2025-10", monthly).documents["part"].tolist() == ["rejected"]


def test_c06_c45_an_amendment_is_a_record_of_its_own_and_silence_accepts_it(portal, monthly):
    new = {
        "doc_no": "A/1",
        "section": "B2BA",
        "igst": 100.0,
        "original_doc_no": "A/1",
        "original_doc_date": "2025-10-05",
    }
    seen = preview_2b(portal({"doc_no": "A/1"}, new), NONE, "2025-10", monthly)
    assert seen.documents["part"].tolist() == ["superseded", "available"]
    assert igst(seen)["4A5"] == 100.0


def test_c07_gstr1a_never_reaches_the_same_months_2b(portal, monthly):
    seen = preview_2b(portal({"source_form": "R1A", "return_period": "2025-10"}), NONE, "2025-10", monthly)
    assert seen.documents[["part", "rule"]].to_numpy().tolist() == [["next_period", "D-03"]]


@pytest.mark.parametrize(
    ("reason", "line"), [("C", "4A5"), ("P", "4D2")], ids=["D-16 K-05 cut-off", "D-16 K-05 place of supply"]
)
def test_credit_notes_of_supplies_without_credit(portal, monthly, reason, line):
    note = {"section": "CN", "gstr2b_part": "not_available", "itc_reason": reason, "gstr2b_period": "2025-10"}
    assert igst(preview_2b(portal(note), NONE, "2025-10", monthly))[line] == -180.0


def test_d20_the_portals_own_file_keeps_its_parts(monthly):
    table = read_portal(SAMPLE).documents
    seen = preview_2b(table, NONE, "2026-06", monthly).documents
    assert seen["part"].tolist() == table["gstr2b_part"].tolist()


def given(**lines: float) -> pd.DataFrame:
    return pd.DataFrame([[line, amount, 0, 0, 0] for line, amount in lines.items()], columns=["line", *HEADS])


LINES = {
    "D-30 blocked credit stays in 4A5 and leaves in 4B1": ({"4B1": 30.0}, {"4A5": 180.0, "4B1": 30.0, "4C": 150.0}),
    "D-31 a reclaim stands in 4A5 and 4D1": ({"4A5": 7.0, "4D1": 7.0}, {"4A5": 187.0, "4D1": 7.0, "4C": 187.0}),
    "D-31 given in 4D1 alone": ({"4D1": 7.0}, {"4A5": 187.0, "4D1": 7.0, "4C": 187.0}),
    "D-31 the rest of a reclaim": ({"4A5": 3.0, "4D1": 7.0}, {"4A5": 187.0, "4D1": 7.0, "4C": 187.0}),
    "D-31 4A5 has more": ({"4A5": 9.0, "4D1": 7.0}, {"4A5": 189.0, "4D1": 7.0, "4C": 189.0}),
    "D-32 4D2 leaves 4C alone": ({"4D2": 9.0}, {"4A5": 180.0, "4D2": 9.0, "4C": 180.0}),
}


@pytest.mark.parametrize(("lines", "expected"), LINES.values(), ids=LINES)
def test_lines_that_2b_cannot_know(portal, monthly, lines, expected):
    seen = preview_2b(portal({}), NONE, "2025-10", monthly, inputs=given(**lines))
    assert {line: amount for line, amount in igst(seen).items() if amount} == expected
    assert trace(seen, "4A5")["igst"].sum() == expected["4A5"]


def test_d33_a_credit_note_nets_in_4a_and_is_no_reversal(portal, monthly):
    found = igst(preview_2b(portal({}, {"section": "CN", "igst": 80.0}), NONE, "2025-10", monthly))
    assert (found["4A5"], found["4B2"]) == (100.0, 0.0)
