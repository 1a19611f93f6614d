"""The match screen: read any match with its reason and evidence; link or un-link two documents."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.reports.sheets import CATEGORY_WORDS
from imsrecon.widgets import match_state as state
from imsrecon.widgets.frame import Screen, button, offer, row, safely
from imsrecon.widgets.keys import Keys
from imsrecon.widgets.match_pair import PairView

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_WIDE = "calc(100% - 8px)"
_PAD, _LINE = 12, 21  # pixels of a list of lines
_KEYS = "Keys: ↑ ↓ the next line · S same · D different (un-link) · Z take the last word back"


class MatchScreen(Screen):
    """Categories and flags with counts and rupees, the list, the evidence. `on_change()` is called after a verdict."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.words = state.Words(month)
        self.rows = state.match_rows(month)
        wide = ipw.Layout(width="262px")
        self.category = ipw.Dropdown(options=state.category_options(self.rows), layout=wide)
        self.flag = ipw.Dropdown(options=state.flag_options(self.rows), layout=wide)
        self.text = ipw.Text(placeholder="supplier, GSTIN, number", layout=wide)
        self.list = ipw.Select(layout=ipw.Layout(width=_WIDE, height="230px"))
        self.told = ipw.HTML()
        self.head = ipw.HTML()
        self.near = ipw.Select(layout=ipw.Layout(width=_WIDE))
        self.nearest = ipw.VBox([ipw.HTML("<b>The nearest on the other side</b>"), self.near])
        self.pair = PairView(lambda: month.reconciliation)
        self.apart = button("Not one supply: un-link", self._different)
        self.same = button("One supply: confirm", self._same)
        self.back = button("Take back the last word", self._take_back)
        self.alone = AloneLists(self)
        self._start_at("mismatch")
        keys = Keys({"s": self._same, "d": self._different, "z": self._take_back})
        hint = ipw.HTML(f"<span class='soft'>{_KEYS}</span>")
        self.fill(keys, row(self.category, self.flag, self.text), self.told, self.list, row(self.same, self.apart,
                  self.back, hint), self.head, self.nearest, self.pair.box, self.alone.box)  # fmt: skip
        self._watch()
        self._refill()

    def _start_at(self, category: str) -> None:
        present = [value for _, value in self.category.options]
        self.category.value = category if category in present else present[0] if present else None

    def _watch(self) -> None:
        for widget in (self.category, self.flag, self.text):
            widget.observe(self._filter, "value")
        self.list.observe(self._read, "value")
        self.near.observe(self._read_near, "value")

    # reading ---------------------------------------------------------------------------------------------------

    @safely
    def _filter(self) -> None:
        self._refill()

    @safely
    def _read(self) -> None:
        self._show()

    @safely
    def _read_near(self) -> None:
        self._show_pair()

    def _refill(self, at: int = 0) -> None:
        found = state.chosen(self.rows, self.category.value, self.flag.value, self.text.value)
        more = f" The first {state.SHOWN} are listed; search for others." if len(found) > state.SHOWN else ""
        self.told.value = f"<span class='soft'>{len(found):,} in this list, the most rupees first.{more}</span>"
        shown = found.head(state.SHOWN)
        offer(self.list, [(label, int(place)) for label, place in zip(shown["label"], shown.index, strict=True)], at)
        self._show()

    def _show(self) -> None:
        line = self._line()
        self.head.value = "" if line is None else line_html(line)
        alone = line is not None and not _linked(line) and line["category"] in ("only_in_books", "only_in_portal")
        offer(self.near, state.candidate_options(self.month, line) if alone else [])
        self.near.layout.height = f"{_PAD + _LINE * len(self.near.options)}px"
        self.nearest.layout.display = "" if self.near.options else "none"
        self._show_pair()

    def _show_pair(self) -> None:
        pair = self._chosen()
        self.pair.show(*(pair or (None, None)))
        linked = pair is not None and _linked(self._line())
        self.apart.layout.display = self.same.layout.display = "none" if pair is None else ""
        self.apart.description = "Not one supply: un-link" if linked else "Not one supply"
        self.same.description = "One supply: confirm" if linked else "One supply: link these two"

    def _line(self) -> pd.Series | None:
        return None if self.list.value is None else self.rows.loc[self.list.value]

    def _chosen(self) -> tuple[str, str] | None:
        """The pair on the screen: the match, or the document alone with the candidate chosen beside it."""
        line = self._line()
        if line is None or (not _linked(line) and self.near.value is None):
            return None
        books, portal = line["register_id"], line["portal_id"]
        near = self.near.value
        return (near if pd.isna(books) else books, near if pd.isna(portal) else portal)

    # judging ---------------------------------------------------------------------------------------------------

    @safely
    def _different(self) -> None:
        linked = self._line() is not None and _linked(self._line())
        done = "un-linked: the two will not be put together again" if linked else "the two will never be put together"
        self._judge_chosen("different", done)

    @safely
    def _same(self) -> None:
        linked = self._line() is not None and _linked(self._line())
        self._judge_chosen("same", "confirmed as one supply" if linked else "linked as one supply")

    def _judge_chosen(self, verdict: str, told: str) -> None:
        pair = self._chosen()
        if pair is None:
            raise InputError("No pair is chosen.", hint="Choose a line in the list.")
        self.judge(*pair, verdict, told)

    @safely
    def _take_back(self) -> None:
        self.words.take_back()
        self._judged("taken back; the two stand as they did before")

    def judge(self, register_id: str, portal_id: str, verdict: str, told: str) -> None:
        """Keep a word and bring the screen up to date."""
        self.words.say(register_id, portal_id, verdict)
        self._judged(told)

    def _judged(self, told: str) -> None:
        self.reload()
        self.on_change()
        self.say(f"Kept: {told}.")

    def reload(self) -> None:
        """List what stands now; the line that was chosen stays where it was."""
        self.rows = state.match_rows(self.month)
        kept, at = self.category.value, self.list.index
        self.category.options = state.category_options(self.rows)
        self._start_at(kept)
        self._refill(at or 0)
        self.alone.refill()


class AloneLists:
    """Two lists of documents that stand alone, searched together, and the button that links one of each."""

    def __init__(self, screen: MatchScreen) -> None:
        self.screen = screen
        self.books, self.portal = (ipw.Select(layout=ipw.Layout(width=_WIDE, height="130px")) for _ in range(2))
        self.search = ipw.Text(
            placeholder="search both lists: supplier, GSTIN, number", layout=ipw.Layout(width="100%")
        )
        self.pair = PairView(lambda: screen.month.reconciliation)
        half = ipw.Layout(width="50%")
        titled = (("Only in books", self.books), ("Only on the portal", self.portal))
        lists = ipw.HBox([ipw.VBox([ipw.HTML(f"<b>{title}</b>"), widget], layout=half) for title, widget in titled])
        link = button("They are one supply: link", self._link, main=True)
        inside = ipw.VBox([self.search, lists, row(link), self.pair.box])
        self.box = ipw.Accordion([inside], titles=("Link any two documents that stand alone",))
        self.refill()
        self.search.observe(self._search, "value")
        for widget in (self.books, self.portal):
            widget.observe(self._weigh, "value")

    def refill(self) -> None:
        """List what stands alone now."""
        for widget, side in ((self.books, "register"), (self.portal, "portal")):
            offer(widget, state.alone(self.screen.rows, side, self.search.value))
        self.pair.show(self.books.value, self.portal.value)

    def _search(self, _event: object) -> None:
        _run(self.screen, self.refill)

    def _weigh(self, _event: object) -> None:
        _run(self.screen, lambda: self.pair.show(self.books.value, self.portal.value))

    def _link(self, _event: object) -> None:
        _run(self.screen, self._link_chosen)

    def _link_chosen(self) -> None:
        if self.books.value is None or self.portal.value is None:
            raise InputError("Two documents are needed.", hint="Choose one in each list.")
        self.screen.judge(self.books.value, self.portal.value, "same", "linked as one supply")


def _run(screen: Screen, work: Callable[[], None]) -> None:
    """A part's handler, guarded as the screen's own are."""
    safely(lambda _screen: work())(screen)


def _linked(line: pd.Series) -> bool:
    return pd.notna(line["register_id"]) and pd.notna(line["portal_id"])


def line_html(line: pd.Series) -> str:
    """A match, or a document without one, in words."""
    what = CATEGORY_WORDS[line["category"]] + (f", {line['confidence']} confidence" if _linked(line) else "")
    return f"<p><b>{html.escape(what)}.</b> {html.escape(str(line['why']))}</p>"
