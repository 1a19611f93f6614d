from __future__ import annotations

import pytest

from imsrecon.domain import RulebookError
from imsrecon.rulebook import cite, cite_inside, in_force, load, rule, table_names
from imsrecon.rulebook.loader import read_table

ROW = '[[row]]\nid = "B-08"\nsection = "CN"\nsource = "S7"\nconfidence = "H"\n'
KEY = '[table]\nkey = ["section"]\n'


@pytest.mark.parametrize("name", table_names())
def test_every_shipped_table_loads(name):
    assert load(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (KEY + ROW + ROW, "both hold"),
        (ROW.replace('"H"', '"X"'), "none of H, M, L"),
        (ROW.replace('source = "S7"\n', ""), "source is missing"),
        (ROW + 'from = "2025-13"\n', "not a tax period"),
        (ROW + 'from = "2025-10"\nuntil = "2025-09"\n', "before it begins"),
    ],
)
def test_a_table_that_contradicts_itself_does_not_load(text, message):
    with pytest.raises(Exception, match=message):
        read_table(text, "trial")


def test_rows_that_follow_each_other_load_and_hold_in_their_time():
    rows = read_table(KEY + ROW + 'until = "2025-09"\n' + ROW + 'from = "2025-10"\n', "trial")
    assert [row.holds("2025-09") for row in rows] == [True, False]
    assert [row.holds("2025-10") for row in rows] == [False, True]


def test_unknown_names_are_named():
    with pytest.raises(RulebookError, match="no table 'weather'"):
        load("weather")
    with pytest.raises(RulebookError, match="no rule 'Z-99'"):
        rule("Z-99")


def test_doubtful_rules_say_so():
    everything = [row for name in table_names() for row in load(name)]
    doubtful = next(row for row in everything if rule(row.id).confidence != "H")
    sure = next(row for row in everything if rule(row.id).confidence == "H")
    assert cite(doubtful.id) == f"{doubtful.id} (check with your CA)"
    assert cite_inside(doubtful.id) == f"{doubtful.id}, check with your CA"
    assert cite(sure.id) == sure.id


def test_in_force_leaves_out_what_has_ended():
    for name in table_names():
        assert all(row.start <= "2025-10" <= row.until for row in in_force(name, "2025-10"))
