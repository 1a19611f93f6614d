"""Thirty answers to "same or not?": how far the matching is right on this client's books, and which settings fit."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.match import apply_proposals, judged_pairs, precision, propose, to_ask
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import FLAG_WORDS
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.keys import Keys
from imsrecon.widgets.match_moves import precision_table, setting_words
from imsrecon.widgets.match_pair import PairView
from imsrecon.widgets.match_state import Words
from imsrecon.workspace.tuning import keep_settings, without_words

if TYPE_CHECKING:
    from imsrecon.match import MatchSettings, Reconciliation
    from imsrecon.workspace import Month

_SETTINGS = {
    "head_tolerance": "Taxable value and each tax head may differ by",
    "total_tolerance": "All tax heads together may differ by",
    "date_window": "Dates of a certain match may differ by",
}  # fmt: skip


class LearnScreen(Screen):
    """One question after the other; the answers are kept as a person's words. `on_change()` after a "finish"."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.words = Words(month)
        self.plain: Reconciliation = without_words(month)
        self.pairs = judged_pairs(self.plain)
        self._kept: list[MatchSettings] = []
        self.told, self.learnt = ipw.HTML(), ipw.HTML()
        self.pair = PairView(lambda: self.plain)
        self.same = button("Same supply (S)", self._same)
        self.different = button("Not the same (D)", self._different)
        self.unsure = button("Not sure (U)", self._unsure)
        self.back = button("Back (Z)", self._back)
        self.finish = button("Finish: match with these answers", self._finish)
        self.use = button("Yes, use the proposed settings", self._use, main=True)
        self.undo = button("Undo: the settings before", self._undo)
        handlers = {"s": self._same, "d": self._different, "u": self._unsure, "z": self._back}
        self.fill(Keys(handlers), self.told, row(self.same, self.different, self.unsure, self.back, self.finish),
                  self.pair.box, self.learnt, row(self.use, self.undo))  # fmt: skip
        self._start()

    def _start(self) -> None:
        settled = pd.concat([part.links["register_id"] for part in self.month.settled] or [pd.Series(dtype="str")])
        open_pairs = self.pairs[~self.pairs["register_id"].isin(settled)]
        self.questions = to_ask(open_pairs, self.month.verdicts)
        self.at = 0
        self._path: list[bool] = []
        self._show()

    # answering -------------------------------------------------------------------------------------------------

    @safely
    def _same(self) -> None:
        self._answer("same")

    @safely
    def _different(self) -> None:
        self._answer("different")

    @safely
    def _unsure(self) -> None:
        self._answer(None)

    def _answer(self, verdict: str | None) -> None:
        if self.at >= len(self.questions):
            raise InputError("There is no question left.", hint="Finish, or go back.")
        if verdict:
            pair = self.questions.iloc[self.at]
            self.words.say(pair["register_id"], pair["portal_id"], verdict)
        self._path.append(bool(verdict))
        self.at += 1
        self._show()

    @safely
    def _back(self) -> None:
        if not self.at:
            raise InputError("This is the first question.", hint="Answer it, or leave it.")
        if self._path.pop():
            self.words.take_back()
        self.at -= 1
        self._show()

    @safely
    def _finish(self) -> None:
        self.on_change()
        self._start()
        self.say("The matching works with your answers.")

    # settings --------------------------------------------------------------------------------------------------

    @safely
    def _use(self) -> None:
        kept = self.month.workspace.client.match_settings()
        self._kept.append(kept)
        self._put(apply_proposals(kept, self._proposed()), "Kept in client.toml: the proposed settings are used.")

    @safely
    def _undo(self) -> None:
        self._put(self._kept.pop(), "Undone: the settings before are kept again.")

    def _put(self, settings: MatchSettings, told: str) -> None:
        keep_settings(self.month.workspace, settings)
        self.month.refresh("reconciliation", "suggestions")
        self.plain = without_words(self.month)
        self.pairs = judged_pairs(self.plain)
        self._show()
        self.on_change()
        self.say(told)

    def _proposed(self) -> pd.DataFrame:
        return propose(self.plain, self.month.verdicts, self.month.register, self.month.portal)

    # showing ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        asked = self.at < len(self.questions)
        pair = self.questions.iloc[self.at] if asked else None
        self.pair.show(*((pair["register_id"], pair["portal_id"]) if asked else (None, None)))
        self.told.value = self._question(pair)
        for widget in (self.same, self.different, self.unsure):
            widget.disabled = not asked
        self.back.disabled, self.finish.disabled = not self.at, not any(self._path)
        proposals = self._proposed()
        self.learnt.value = learnt_html(self.pairs, self.month.verdicts, proposals)
        self.use.layout.display = "" if len(proposals) else "none"
        self.undo.layout.display = "" if self._kept else "none"

    def _question(self, pair: pd.Series | None) -> str:
        if pair is None:
            words = "No pair is in doubt." if self.questions.empty else "That was the last question. Thank you."
            return f"<h4>{words}</h4>"
        linked = "the matching linked them" if pair["linked"] else "the matching did not link them"
        head = f"{self.at + 1} of {len(self.questions)}: one and the same supply?"
        return f"<h4>{head} <span class='soft'>({linked})</span></h4>"


def words_html(month: Month) -> str:
    """What the words on record say of the matching, and what they would propose: for a report."""
    plain = without_words(month)
    return learnt_html(
        judged_pairs(plain), month.verdicts, propose(plain, month.verdicts, month.register, month.portal)
    )


def learnt_html(pairs: pd.DataFrame, verdicts: pd.DataFrame, proposals: pd.DataFrame) -> str:
    """How often each band was right by the person's words, and what is proposed."""
    head = (
        "<p><b>What your answers say</b> <span class='soft'>(those of earlier months on documents that are here count "
        "too; few answers leave a wide range, and doubtful pairs were asked about first)</span></p>"
    )
    table = table_html(precision_table(precision(pairs, verdicts)), 10)
    return head + table + proposals_html(proposals)


def proposals_html(proposals: pd.DataFrame) -> str:
    """The proposed settings as a list, or the sentence that there are none."""
    if proposals.empty:
        return "<p>No other setting is proposed: too few answers, or they fit the settings as they are.</p>"
    lines = "".join(f"<li>{html.escape(_proposal(line))}</li>" for line in proposals.itertuples())
    return f"<p><b>Proposed</b>; nothing changes without your yes:</p><ul>{lines}</ul>"


def _proposal(line: object) -> str:
    """One proposal as a sentence; of flags only those that are new."""
    if line.setting == "never_certain":
        new = ", ".join(FLAG_WORDS.get(flag, flag) for flag in line.proposed if flag not in line.now)
        return f"Always look at a match that differs in: {new}. {line.because}"
    now, then = setting_words(line.setting, line.now), setting_words(line.setting, line.proposed)
    return f"{_SETTINGS[line.setting]} {then} instead of {now}. {line.because}"
