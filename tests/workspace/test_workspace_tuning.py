"""Settings that a person keeps, and what changed between two results."""

from __future__ import annotations

import tomllib

import pytest

from imsrecon import MatchSettings, Workspace
from imsrecon.workspace import database
from imsrecon.workspace.tuning import RUN, SETTINGS, keep_settings, note_run, trial, without_words

PERIOD = "2026-06"
WIDE = MatchSettings(head_tolerance=10.0, date_window=62)
EXACT = MatchSettings(head_tolerance=0.0, total_tolerance=0.0)


def test_settings_are_kept_in_client_toml_and_used_by_every_later_month(workspace):
    keep_settings(workspace, WIDE)
    told = tomllib.loads((workspace.folder / "client.toml").read_text(encoding="utf-8"))
    assert told["match"] == {"head_tolerance": 10.0, "date_window": 62}
    assert told["gstin"] == workspace.client.gstin
    assert Workspace(workspace.folder).month(PERIOD).reconciliation.settings == WIDE
    keep_settings(workspace, MatchSettings())
    assert "match" not in tomllib.loads((workspace.folder / "client.toml").read_text(encoding="utf-8"))
    assert len(workspace.log(database.runs, verb=SETTINGS)) == 2


def test_what_a_person_wrote_into_client_toml_stays(workspace):
    path = workspace.folder / "client.toml"
    own = (
        '# Files late in March\ngstin = "27ZZZCS2026T1Z6"  # Mumbai\nname = "Synthetic Traders"\n\n'
        "[match] # as agreed\n# Freight is rounded\nhead_tolerance = 2.0 # not more\n\n[frequency]\n"
        '"2025-04" = "monthly"  # since then\n'
    )
    path.write_text(own, encoding="utf-8")
    keep_settings(workspace, WIDE)
    assert path.read_text(encoding="utf-8") == own.replace(
        "head_tolerance = 2.0 # not more\n", "head_tolerance = 10.0 # not more\ndate_window = 62\n"
    )
    keep_settings(workspace, MatchSettings())
    assert path.read_text(encoding="utf-8") == own.replace("head_tolerance = 2.0 # not more\n", "")
    assert Workspace(workspace.folder).client.match_settings() == MatchSettings()


@pytest.mark.parametrize(
    "table", ["[match]\nnever_certain = [\n  'value',\n  'rate', # both\n]\n", "match = { head_tolerance = 3.0 }\n", ""]
)
def test_settings_are_kept_whatever_the_way_the_old_ones_were_written(workspace, table):
    path = workspace.folder / "client.toml"
    path.write_text(f'gstin = "27ZZZCS2026T1Z6"\n{table}', encoding="utf-8")
    keep_settings(workspace, WIDE)
    assert Workspace(workspace.folder).client.match_settings() == WIDE


def test_flags_that_take_certain_away_survive_the_file(workspace):
    settings = MatchSettings(never_certain=("number_format", "value"))
    keep_settings(workspace, settings)
    assert Workspace(workspace.folder).client.match_settings() == settings


def test_a_trial_keeps_nothing(workspace, month):
    before = (workspace.folder / "client.toml").read_bytes()
    assert trial(month, WIDE).settings == WIDE
    assert (workspace.folder / "client.toml").read_bytes() == before
    assert month.reconciliation.settings == MatchSettings()


def test_without_words_a_persons_word_counts_nothing(month):
    link = month.reconciliation.links.iloc[0]
    month.judge(link["register_id"], link["portal_id"], "different")
    plain = without_words(month).links
    assert plain[["register_id", "portal_id"]].eq(link[["register_id", "portal_id"]]).all(axis="columns").any()


def test_the_first_result_has_nothing_to_be_compared_with(month):
    last = note_run(month)
    assert last.at == ""
    assert last.changed.empty


def test_a_result_is_compared_with_the_one_before_until_the_next(workspace, month):
    note_run(month)
    link = month.reconciliation.links.iloc[0]
    month.judge(link["register_id"], link["portal_id"], "different")
    fresh = workspace.month(PERIOD, month.today)
    last = note_run(fresh)
    assert last.at
    assert {"match lost", "other partner"} & set(last.changed["what"])
    assert link["portal_id"] in set(last.changed["doc_id"])
    again = note_run(workspace.month(PERIOD, month.today))
    assert again.at == last.at
    assert again.changed.equals(last.changed)
    assert len(workspace.log(database.runs, verb=RUN)) == 2
    assert len(list((workspace.folder / "tables").glob("match-*"))) == 2


def test_within_a_session_the_same_result_stays_the_yardstick_and_nothing_is_kept(workspace, month):
    note_run(month)
    keep_settings(workspace, EXACT)
    month.refresh("reconciliation")
    at = note_run(month).at
    keep_settings(workspace, MatchSettings())
    month.refresh("reconciliation")
    assert note_run(month, at).changed.empty
    assert note_run(month, "").at == ""
    assert len(workspace.log(database.runs, verb=RUN)) == 2


def test_a_result_whose_file_is_gone_is_no_error(workspace, month):
    note_run(month)
    for path in (workspace.folder / "tables").glob("match-*"):
        path.unlink()
    keep_settings(workspace, EXACT)
    assert note_run(workspace.month(PERIOD, month.today)).at == ""
