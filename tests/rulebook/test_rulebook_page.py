"""The listing of rules and the page made from it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from imsrecon.domain import InputError, RulebookError
from imsrecon.rulebook import LISTING_COLUMNS, list_rules, load, rule, show_rules, table_names
from imsrecon.rulebook.__main__ import main
from imsrecon.rulebook.checks import refuse_strange_ids
from imsrecon.rulebook.loader import FOLDER, read_table
from imsrecon.rulebook.page import ids_in_tests, rules_page, why_no_code

ROOT = Path(__file__).parents[2]
SPANS = {
    "A": [(1, 12)], "B": [(1, 26)], "C": [(1, 9), (20, 28), (40, 45)], "D": [(1, 7), (10, 20), (30, 37), (50, 58)],
    "E": [(1, 16)], "F": [(1, 17)], "G": [(1, 31)], "K": [(1, 30)],
}  # fmt: skip
IDS = [f"{letter}-{n:02d}" for letter, spans in SPANS.items() for low, high in spans for n in range(low, high + 1)]


def test_every_rule_has_a_row_and_says_something():
    listed = list_rules()
    assert set(IDS) | {"G-18a", "R0", "R1", "R2"} == set(listed["id"])
    assert {rule(name).id for name in IDS} == set(IDS)
    assert listed["says"].str.len().min() > 10 and not listed["says"].str.contains(r"[{}]").any()


def test_sources_are_public_names():
    assert not list_rules()["source"].str.contains(r"\bS\d+\b|SEED").any()


def test_every_rule_that_a_program_can_apply_is_tested():
    programmable = {name for name in list_rules()["id"] if not name.startswith("R")} - set(why_no_code())
    assert sorted(programmable - ids_in_tests(ROOT)) == []


def test_the_page_is_up_to_date():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page(ROOT), "run: python -m imsrecon.rulebook docs/rules.md"


def test_the_page_is_written_where_asked(tmp_path):
    for name in ("imsrecon", "tests"):
        shutil.copytree(ROOT / name / "rulebook", tmp_path / name / "rulebook")
    (tmp_path / "docs").mkdir()
    assert main([str(tmp_path / "docs" / "rules.md")]) == 0
    assert "### B-08" in (tmp_path / "docs" / "rules.md").read_text(encoding="utf-8")
    assert main([]) == 2


@pytest.mark.parametrize(
    ("period", "actions"), [("2025-09", "CN: accept, reject;"), ("2025-10", "CN: accept, reject, pending")]
)
def test_what_is_in_force_in_a_period(period, actions):
    listed = list_rules("B-08", period)
    assert len(listed) == 1 and tuple(listed.columns) == LISTING_COLUMNS
    assert listed["says"].iloc[0].startswith(actions)


def test_asking_for_a_correction_shows_what_it_corrects_and_the_other_way_round():
    assert set(list_rules("K-04")["id"]) == {"K-04", "D-14", "D-33", "D-36"}
    assert set(list_rules("D-33")["id"]) == {"D-33", "K-04"}


@pytest.mark.parametrize("asked", ["g-18a", "G-18A ", "G-18a"])
def test_an_id_may_be_written_as_one_likes(asked):
    assert list_rules(asked)["id"].tolist() == ["G-18a"]


def test_shown_rules_carry_source_period_and_doubt():
    text = show_rules("B-22")
    assert "from Oct 2025" in text and "check with your CA" in text and "source: Inference" in text
    assert all(len(line) < 140 for line in show_rules().splitlines())


def test_strange_questions_are_refused():
    with pytest.raises(RulebookError, match="no rule 'Z-99'"):
        list_rules("z-99")
    with pytest.raises(InputError, match="not a tax period"):
        list_rules(period="October")


ROW = '[[row]]\nid = "{id}"\nsection = "{section}"\nfrom = "{start}"\nsource = "x"\nconfidence = "H"\n'
CLAIM = '[table]\nkey = ["section"]\n[[table.complete]]\nfrom = "2024-10"\nsection = ["CN", "DN"]\n'


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("CN", "2024-10")], "no row for {'section': 'DN'} in 2024-10"),
        ([("CN", "2024-10"), ("DN", "2025-01")], "no row for {'section': 'DN'} in 2024-10"),
    ],
    ids=["a section without a row", "a row that begins too late"],
)
def test_a_table_with_a_gap_does_not_load(rows, message):
    text = CLAIM + "".join(ROW.format(id="B-08", section=name, start=start) for name, start in rows)
    with pytest.raises(RulebookError, match=re.escape(message)):
        read_table(text, "trial")


def test_a_row_that_ends_leaves_a_gap_behind():
    row = ROW.format(id="B-08", section="CN", start="2024-10") + 'until = "2025-09"\n'
    with pytest.raises(RulebookError, match="in 2025-10"):
        read_table(CLAIM.replace(', "DN"', "") + row, "trial")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('id = "B-08"', 'id = "weather"'), "a row 'weather'"),
        (('source = "x"', 'source = "x"\ncorrected_by = "K-99"'), "corrected_by names 'K-99'"),
        (('source = "x"', 'source = "x"\nrule = "G-99"'), "rule names 'G-99'"),
    ],
)
def test_an_unknown_id_does_not_load(change, message):
    rows = read_table(ROW.format(id="B-08", section="CN", start="2024-10").replace(*change), "trial")
    with pytest.raises(RulebookError, match=message):
        refuse_strange_ids(rows, "trial", FOLDER)


@pytest.mark.parametrize("name", ["actions", "parts", "sections", "regimes"])
def test_the_tables_of_situations_say_what_they_cover(name):
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    claim = text[text.index("[[table.complete]]") :]
    assert len(load(name)) == len(read_table(text, name))
    first = claim.index("[[row]]")
    without = text[: text.index("[[row]]")] + claim[claim.index("[[row]]", first + 1) :]
    with pytest.raises(RulebookError, match="has no row for"):
        read_table(without, name)


def test_no_table_is_left_out_of_the_listing():
    assert set(list_rules()["table"]) == set(table_names()) - {"policy", "reasons", "inputs"}
