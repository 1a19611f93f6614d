"""The match notebook's screens without a kernel: lists, buttons, keys, sliders, answers; then the disk is looked at."""

from __future__ import annotations

import tomllib
from datetime import date

import ipywidgets as ipw
import pandas as pd
import pytest
from screen_hands import widgets_in

from imsrecon import MatchSettings, Workspace
from imsrecon.match import judged_pairs
from imsrecon.widgets import Desk
from imsrecon.widgets.keys import Keys
from imsrecon.widgets.match import MatchScreen
from imsrecon.widgets.match_learn import LearnScreen, proposals_html
from imsrecon.widgets.match_pair import pair_html
from imsrecon.widgets.match_settings import SettingsScreen
from imsrecon.widgets.match_state import Words, match_rows, pool_sentence
from imsrecon.workspace.tuning import keep_settings

PERIOD, TODAY = "2026-06", date(2026, 7, 16)


def key(screen, letter):
    (keys,) = widgets_in(screen.box, Keys)
    keys._handle_custom_msg({"key": letter}, [])


def fresh(month):
    return Workspace(month.workspace.folder).month(PERIOD, TODAY)


def pairs(month):
    links = month.reconciliation.links
    return set(zip(links["register_id"], links["portal_id"], strict=True))


@pytest.fixture
def screen(month):
    changed = []
    screen = MatchScreen(month, lambda: changed.append(1))
    screen.changed = changed
    return screen


# the list


def test_rows_say_every_document_once(month):
    rows = match_rows(month)
    assert rows["portal_id"].dropna().is_unique
    assert set(rows["portal_id"].dropna()) == set(month.portal["doc_id"])
    alone = rows.loc[rows["portal_id"].isna(), "register_id"]
    linked = set(month.reconciliation.links["register_id"])
    assert set(alone) | linked == set(month.register["doc_id"])
    assert not set(alone) & linked
    assert rows["why"].str.len().gt(0).all()
    assert rows["category"].notna().all()


def test_a_document_alone_lists_its_nearest_and_a_button_links_them(screen):
    screen.category.value = "only_in_books"
    while not screen.near.options:
        screen.list.index += 1
    screen.near.index = len(screen.near.options) - 1
    pair = screen._chosen()
    assert "What it says" in screen.pair.table.value
    assert screen.same.description == "One supply: link these two"
    screen.same.click()
    assert "Kept: linked as one supply" in screen.notice.value
    assert pair in pairs(fresh(screen.month))
    screen.back.click()
    assert pair not in pairs(fresh(screen.month))
    assert fresh(screen.month).verdicts.empty


def test_keys_do_what_the_buttons_do(screen):
    pair = screen._chosen()
    key(screen, "d")
    assert pair not in pairs(fresh(screen.month))
    key(screen, "z")
    assert pair in pairs(fresh(screen.month))
    key(screen, "s")
    assert fresh(screen.month).verdicts["verdict"].tolist() == ["same"]
    key(screen, "x")
    key(screen, None)
    assert len(screen.changed) == 3


def test_an_undo_brings_back_the_word_before(month):
    words = Words(month)
    link = month.reconciliation.links.iloc[0]
    pair = link["register_id"], link["portal_id"]
    words.say(*pair, "same")
    words.say(*pair, "different")
    assert words.take_back() == pair
    assert words.standing(*pair) == "same"
    assert words.take_back() == pair
    assert words.standing(*pair) is None
    with pytest.raises(Exception, match="No word of yours"):
        words.take_back()


def test_a_superseded_record_offers_nothing_to_link(screen):
    screen.category.value = "set_aside"
    assert screen.near.options == ()
    assert screen.same.layout.display == "none"
    screen._same()
    assert "No pair is chosen" in screen.notice.value


def test_a_hostile_number_stays_text(month):
    told = month.reconciliation.explain(*month.reconciliation.links.iloc[0][["register_id", "portal_id"]])
    told.loc[1, "books"] = "<img src=x onerror=alert(1)>"
    told.loc[1, "verdict"] = "<b>x</b>"
    assert "<img" not in pair_html(told)
    assert "<b>x" not in pair_html(told)


# sliders


def test_a_slider_shows_what_would_move_and_keeps_nothing(month):
    screen = SettingsScreen(month, lambda: None)
    before = (month.workspace.folder / "client.toml").read_bytes()
    assert screen.keep.disabled
    screen.sliders["head_tolerance"].value = 0.0
    assert "Not kept yet" in screen.shown.value
    assert "Would" in screen.shown.value
    assert "<table" in screen.shown.value
    assert not screen.keep.disabled
    assert (month.workspace.folder / "client.toml").read_bytes() == before
    screen.reset.click()
    assert screen.sliders["head_tolerance"].value == 1.0
    assert screen.keep.disabled


def test_a_wide_head_tolerance_alone_says_what_still_holds_it_back(month):
    screen = SettingsScreen(month, lambda: None)
    screen.sliders["head_tolerance"].value = 50.0
    assert "All tax heads together may still differ by ₹1.00 only" in screen.shown.value


def test_kept_settings_are_on_disk_and_undone(month):
    changed = []
    screen = SettingsScreen(month, lambda: changed.append(1))
    screen.sliders["date_window"].value = 62
    screen.keep.click()
    told = tomllib.loads((month.workspace.folder / "client.toml").read_text(encoding="utf-8"))
    assert told["match"] == {"date_window": 62}
    assert fresh(month).reconciliation.settings.date_window == 62
    assert "Kept in client.toml" in screen.notice.value
    screen.undo.click()
    assert fresh(month).reconciliation.settings == MatchSettings()
    assert screen.sliders["date_window"].value == 31
    assert changed == [1, 1]
    assert screen.undo.disabled


def test_a_tolerance_between_the_steps_has_its_place(month):
    keep_settings(month.workspace, MatchSettings(head_tolerance=7.25))
    screen = SettingsScreen(month, lambda: None)
    assert screen.sliders["head_tolerance"].value == 7.25
    assert screen.sliders["head_tolerance"].label == "₹7.25"


# thirty answers


def test_answers_are_kept_counted_and_taken_back(month):
    finished = []
    screen = LearnScreen(month, lambda: finished.append(1))
    assert len(screen.questions) == 30
    first = screen.questions.iloc[0]
    key(screen, "s")
    key(screen, "d")
    key(screen, "u")
    words = fresh(month).verdicts
    assert words["verdict"].tolist() == ["same", "different"]
    assert (words["register_id"].iloc[0], words["portal_id"].iloc[0]) == (first["register_id"], first["portal_id"])
    assert "4 of 30" in screen.told.value
    key(screen, "z")
    key(screen, "z")
    assert fresh(month).verdicts["verdict"].tolist() == ["same"]
    assert "2 of 30" in screen.told.value
    assert "1 of 1" in screen.learnt.value
    assert finished == []
    screen.finish.click()
    assert finished == [1]
    asked = set(zip(screen.questions["register_id"], screen.questions["portal_id"], strict=True))
    assert (first["register_id"], first["portal_id"]) not in asked


def test_after_the_last_question_there_is_none(month):
    screen = LearnScreen(month, lambda: None)
    for _ in range(30):
        key(screen, "u")
    assert "last question" in screen.told.value
    assert screen.same.disabled
    key(screen, "s")
    assert "no question left" in screen.notice.value
    assert fresh(month).verdicts.empty


def test_proposed_settings_change_nothing_without_a_yes(month):
    links = judged_pairs(month.reconciliation).query("band == 'certain' and flags.str.contains('number_format')")
    month.judge(links["register_id"].iloc[0], links["portal_id"].iloc[0], "different")
    screen = LearnScreen(month, lambda: None)
    assert "number written differently" in screen.learnt.value
    assert "match" not in tomllib.loads((month.workspace.folder / "client.toml").read_text(encoding="utf-8"))
    screen.use.click()
    assert "number_format" in fresh(month).workspace.client.match_settings().never_certain
    screen.undo.click()
    assert fresh(month).workspace.client.match_settings() == MatchSettings()


def test_a_proposal_is_a_sentence():
    rows = pd.DataFrame(
        [("head_tolerance", 1.0, 5.0, "9 pairs <i>say</i> so.")], columns=["setting", "now", "proposed", "because"]
    )
    told = proposals_html(rows)
    assert "Taxable value and each tax head may differ by ₹5.00 instead of ₹1.00. 9 pairs &lt;i&gt;say" in told


# the desk


def test_the_pool_is_told_in_one_sentence(month):
    assert pool_sentence(month).startswith("From earlier periods come ")


@pytest.mark.parametrize("name", ["changes", "tolerances", "doubts"])
def test_the_tables_appear_without_widgets(month, name):
    assert "<p>" in getattr(Desk(month, interactive=False), name)().data


def test_other_settings_are_read_by_the_match_screen_on_the_same_desk(month):
    desk = Desk(month)
    match, tolerances = desk.match(), desk.tolerances()
    before = widgets_in(match, ipw.Dropdown)[0].options
    slider = widgets_in(tolerances, ipw.SelectionSlider)[0]
    slider.value = 0.0
    (keep,) = [one for one in widgets_in(tolerances, ipw.Button) if one.description == "Keep these settings"]
    keep.click()
    assert widgets_in(match, ipw.Dropdown)[0].options != before
