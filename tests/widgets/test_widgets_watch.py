"""What a notebook says of the client's other notebooks, without a browser: two desks of one client."""

from __future__ import annotations

import pandas as pd
import pytest

from imsrecon import Workspace
from imsrecon.widgets import Desk, clients
from imsrecon.widgets.watch import told

PERIOD = "2026-06"
SHOWN = "Show Jun 2026 as it is now"


@pytest.fixture
def desk(month):
    desk = Desk(month)
    desk.head()
    return desk


def watch(desk):
    return desk._heads[0].watch


def elsewhere(desk):
    """The same month as another notebook has it, in its own kernel."""
    return Workspace(desk.month.workspace.folder).month(desk.month.period, desk.month.today)


def test_nothing_is_said_while_nothing_was_done_elsewhere(desk):
    watch(desk).receive({"type": "front"})
    assert (watch(desk).told, watch(desk).offer) == ("", "")


def test_decisions_taken_elsewhere_are_told_and_shown_when_asked(desk):
    shown = desk.held()
    before = shown.children[0].value
    other = elsewhere(desk)
    other.decide(pd.DataFrame({"portal_id": other.allowed.query("pending")["portal_id"].head(3), "action": "P"}))
    watch(desk).receive({"type": "front"})
    assert watch(desk).told == "Not shown here yet: decisions noted in another notebook."
    assert watch(desk).offer == SHOWN
    watch(desk).receive({"type": "show"})
    assert shown.children[0].value != before
    assert watch(desk).told == ""


def test_what_this_notebook_does_is_no_news_to_it(desk):
    desk.month.decide_suggested()
    desk._changed()
    watch(desk).receive({"type": "front"})
    assert watch(desk).told == ""


def test_another_month_chosen_elsewhere_is_told_and_taken_when_asked(desk):
    clients.keep_month(desk.month.workspace, "2026-05")
    watch(desk).receive({"type": "front"})
    assert watch(desk).told == "This notebook stands at Jun 2026, another one was put at May 2026."
    watch(desk).receive({"type": "show"})
    assert desk.month.period == desk._heads[0].period.value == "2026-05"
    assert watch(desk).told == ""


def test_several_things_stand_in_one_sentence():
    added = {"sources": 2, "decisions": 5, "verdicts": 0, "inputs": 1}
    sentence = "Not shown here yet: imports, decisions and amounts for the return noted in another notebook."
    assert told(PERIOD, PERIOD, added) == sentence
    assert told(PERIOD, PERIOD, {}) == ""


@pytest.mark.parametrize("message", [None, "front", {}, {"type": "drop"}, {"type": ["front"]}])
def test_what_is_no_message_does_nothing(desk, message):
    watch(desk).receive(message)
    assert watch(desk).told == ""


def test_a_folder_that_went_away_becomes_a_sentence(desk, monkeypatch):
    def gone():
        raise OSError("the drive was taken out")

    monkeypatch.setattr(desk.month.workspace, "last_lines", gone)
    watch(desk).receive({"type": "front"})
    assert "run all its cells again" in watch(desk).told
