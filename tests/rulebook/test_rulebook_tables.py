from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import imsrecon.act
import imsrecon.preview
from imsrecon.act.matrix import look_up
from imsrecon.domain import SECTIONS, RulebookError
from imsrecon.preview.parts import ALL_PARTS, _lines
from imsrecon.rulebook import in_force, load, rule, table_names
from imsrecon.rulebook.loader import read_table


@pytest.mark.parametrize("name", table_names())
def test_table_loads_and_every_row_is_sourced(name):
    assert all(row.source and row.confidence in "HML" for row in load(name))


@pytest.mark.parametrize("rule_id", [f"B-{number:02d}" for number in range(1, 27)])
def test_every_row_of_section_b_is_in_the_rulebook(rule_id):
    assert rule(rule_id).id == rule_id


def test_every_rule_that_code_names_is_in_the_rulebook():
    folders = [Path(module.__file__).parent for module in (imsrecon.act, imsrecon.preview)]
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py")]
    named = {found for text in texts for found in re.findall(r'"([A-FK]-\d\d)"', text)}
    assert len(named) > 10
    assert {rule(name).id for name in named} == named


def _row(rule_id: str, sections: str, start: str, until: str) -> str:
    return (
        f'[[row]]\nid = "{rule_id}"\nfrom = "{start}"\nuntil = "{until}"\nsections = {sections}\n'
        'source = "x"\nconfidence = "H"\n'
    )


def test_a_list_in_a_key_column_stands_for_each_of_its_values():
    head = '[table]\nkey = ["sections"]\n'
    apart = head + _row("X-1", '["B2B", "DN"]', "2024-10", "2025-09") + _row("X-2", '["DN"]', "2025-10", "2026-09")
    assert len(read_table(apart, "made_up")) == 2
    with pytest.raises(RulebookError, match="X-1 and X-2 both hold"):
        read_table(
            head + _row("X-1", '["B2B", "DN"]', "2024-10", "2025-09") + _row("X-2", '["DN"]', "2025-09", "2026-09"),
            "made_up",
        )


STATES = ("accepted_filed", "rejected", "pending", "open", "none", "unknown")
AMENDMENTS = ("B2BA", "DNA", "CNA", "ECOA")


@pytest.mark.parametrize("period", ["2024-10", "2025-09", "2025-10", "2026-11"])
def test_the_matrix_has_one_row_for_every_situation(period):
    sections = AMENDMENTS + (("IMPGA", "IMPGSEZA") if period >= "2025-10" else ())
    situations = list(product(sections, ("up", "nil", "down", "unknown"), STATES))
    originals = ("B2B", "DN", "CN", "ECO") + (("IMPG", "IMPGSEZ") if period >= "2025-10" else ())
    situations += [(section, "", "") for section in originals]
    columns = [list(column) for column in zip(*situations, strict=True)]
    found = look_up(np.array([period] * len(situations), dtype=object), *(np.array(c, dtype=object) for c in columns))
    assert found["rule"].notna().all()


def test_every_part_with_a_line_has_one_for_every_section():
    lines = _lines("2026-06")
    assert lines.index.is_unique
    assert set(lines["line"]) == {"4A1", "4A3", "4A4", "4A5", "4B2", "4D2", ""}
    assert set(lines.index.get_level_values("part")) == set(ALL_PARTS[:5])
    for _, rows in lines.groupby("part"):
        assert set(rows.index.get_level_values("sections")) == set(SECTIONS)


def test_a_period_has_one_regime():
    periods = ("2024-09", "2024-10", "2025-09", "2025-10")
    assert [[row.id for row in in_force("regimes", period)] for period in periods] == [["R0"], ["R1"], ["R1"], ["R2"]]


@pytest.mark.parametrize("period", ["2024-10", "2025-09", "2025-10", "2026-11"])
def test_e01_the_matrix_and_the_add_back_table_say_the_same(period):
    """E-01, E-04: where the original's state is known, a rejection adds back exactly where the matrix says so."""
    keys = ("sections", "directions", "originals")
    listed = {found for row in in_force("liability", period) for found in product(*(row[key] for key in keys))}
    known = [row for row in in_force("actions", period) if not row.get("doubt")]
    cases = {found: row["add_back"] for row in known for found in product(*(row[key] for key in keys))}
    cases = {found: adds for found, adds in cases.items() if "unknown" not in found}
    assert {found for found, adds in cases.items() if adds} == listed
