"""The match screen: read any match with its reason and evidence; link or un-link two documents."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import CATEGORY_WORDS
from imsrecon.widgets import match_state as state
from imsrecon.widgets.frame import Screen, button, offer, row, safely
from imsrecon.widgets.review_detail import evidence

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_HEADINGS = ["", "Books", "Portal", "What it says"]
_TALL = "230px"


class MatchScreen(Screen):
    """Categories and flags with counts and rupees, the list, the evidence. `on_change()` is called after a verdict."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.rows = state.match_rows(month)
        wide = ipw.Layout(width="262px")
        self.category = ipw.Dropdown(options=state.category_options(self.rows), layout=wide)
        self.flag = ipw.Dropdown(options=state.flag_options(self.rows), layout=wide)
        self.text = ipw.Text(placeholder="supplier, GSTIN, number", layout=wide)
        self.list = ipw.Select(layout=ipw.Layout(width="calc(100% - 8px)", height=_TALL))
        self.told = ipw.HTML()
        self.evidence = ipw.HTML()
        self.apart = button("These two are not one supply: un-link", self._unlink)
        self.confirm = button("They are one supply: confirm", self._confirm)
        self.books, self.portal = (
            ipw.Select(layout=ipw.Layout(width="calc(100% - 8px)", height="130px")) for _ in range(2)
        )
        self.search = ipw.Text(
            placeholder="search both lists: supplier, GSTIN, number", layout=ipw.Layout(width="100%")
        )
        self.pair = ipw.HTML()
        self._start_at("mismatch")
        self.fill(row(self.category, self.flag, self.text), self.told, self.list, self.evidence,
                  row(self.apart, self.confirm), self._linking())  # fmt: skip
        self._watch()
        self._refill()
        self._refill_alone()

    def _start_at(self, category: str) -> None:
        present = [value for _, value in self.category.options]
        self.category.value = category if category in present else present[0] if present else None

    def _linking(self) -> ipw.Accordion:
        half = ipw.Layout(width="50%")
        lists = ipw.HBox([
            ipw.VBox([ipw.HTML("<b>Only in books</b>"), self.books], layout=half),
            ipw.VBox([ipw.HTML("<b>Only on the portal</b>"), self.portal], layout=half),
        ])  # fmt: skip
        link = button("They are one supply: link", self._link, main=True)
        inside = ipw.VBox(
            [self.search, lists, self.pair, row(link, button("Take back the last word", self._take_back))]
        )
        return ipw.Accordion([inside], titles=("Link two documents that stand alone",))

    def _watch(self) -> None:
        for widget in (self.category, self.flag, self.text):
            widget.observe(self._filter, "value")
        self.list.observe(self._read, "value")
        self.search.observe(self._search, "value")
        for widget in (self.books, self.portal):
            widget.observe(self._weigh, "value")

    # reading ---------------------------------------------------------------------------------------------------

    @safely
    def _filter(self) -> None:
        self._refill()

    @safely
    def _read(self) -> None:
        self._show()

    def _refill(self, at: int = 0) -> None:
        found = state.chosen(self.rows, self.category.value, self.flag.value, self.text.value)
        more = f" The first {state.SHOWN} are listed; search for others." if len(found) > state.SHOWN else ""
        self.told.value = f"<span class='soft'>{len(found):,} in this list, the most rupees first.{more}</span>"
        shown = found.head(state.SHOWN)
        offer(self.list, [(label, int(place)) for label, place in zip(shown["label"], shown.index, strict=True)], at)
        self._show()

    def _show(self) -> None:
        line = self._line()
        linked = line is not None and pd.notna(line["register_id"]) and pd.notna(line["portal_id"])
        self.apart.layout.display = self.confirm.layout.display = "" if linked else "none"
        self.evidence.value = "" if line is None else line_html(self.month, line)

    def _line(self) -> pd.Series | None:
        return None if self.list.value is None else self.rows.loc[self.list.value]

    # judging ---------------------------------------------------------------------------------------------------

    @safely
    def _unlink(self) -> None:
        self._judge_line("different", "un-linked: the two will not be put together again")

    @safely
    def _confirm(self) -> None:
        self._judge_line("same", "confirmed as one supply")

    def _judge_line(self, verdict: str, told: str) -> None:
        line = self._line()
        if line is None:
            raise InputError("No match is chosen.", hint="Choose one in the list.")
        self._judge(line["register_id"], line["portal_id"], verdict, told)

    @safely
    def _link(self) -> None:
        if self.books.value is None or self.portal.value is None:
            raise InputError("Two documents are needed.", hint="Choose one in each list.")
        self._judge(self.books.value, self.portal.value, "same", "linked as one supply")

    @safely
    def _take_back(self) -> None:
        words = self.month.verdicts
        if words.empty:
            raise InputError("No word of yours is on record for this month.", hint="Link or un-link first.")
        last = words.iloc[-1]
        self._judge(last["register_id"], last["portal_id"], None, "left to the matching again")

    def _judge(self, register_id: str, portal_id: str, verdict: str | None, told: str) -> None:
        self.month.judge(register_id, portal_id, verdict)
        self.rows = state.match_rows(self.month)
        kept, at = self.category.value, self.list.index
        self.category.options = state.category_options(self.rows)
        self._start_at(kept)
        self._refill(at or 0)
        self._refill_alone()
        self.on_change()
        self.say(f"Kept: {told}.")

    @safely
    def _search(self) -> None:
        self._refill_alone()

    def _refill_alone(self) -> None:
        for widget, side in ((self.books, "register"), (self.portal, "portal")):
            offer(widget, state.alone(self.rows, side, self.search.value))

    @safely
    def _weigh(self) -> None:
        self.pair.value = evidence_html(self.month, self.books.value, self.portal.value)


def line_html(month: Month, line: pd.Series) -> str:
    """A match, or a document without one, in words, and its evidence field by field."""
    books, portal, near = line["register_id"], line["portal_id"], line["nearest_id"]
    linked = pd.notna(books) and pd.notna(portal)
    what = CATEGORY_WORDS[line["category"]] + (f", {line['confidence']} confidence" if linked else "")
    head = f"<p><b>{html.escape(what)}.</b> {html.escape(str(line['why']))}</p>"
    if linked:
        return head + evidence_html(month, books, portal)
    if pd.isna(near):
        return head
    pair = (books, near) if pd.isna(portal) else (near, portal)
    return f"{head}<p class='soft'>The nearest on the other side:</p>{evidence_html(month, *pair)}"


def evidence_html(month: Month, register_id: str | None, portal_id: str | None) -> str:
    """The evidence of any pair as a table; nothing if one is missing."""
    lines = evidence(month, register_id, portal_id)
    return table_html(pd.DataFrame(lines, columns=_HEADINGS), len(lines)) if lines else ""
