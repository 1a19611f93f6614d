"""The review screen: dashboard, then supplier, then document, each suggestion with its rule and rupees."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.reports.page import table_html
from imsrecon.widgets import review_lists as lists
from imsrecon.widgets.frame import Screen, listed, offer, row, safely
from imsrecon.widgets.review_detail import detail
from imsrecon.widgets.review_state import ReviewState

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_HEADINGS = ["", "Books", "Portal", "What it says"]


class ReviewScreen(Screen):
    """Choose what to look at, a supplier, a document; read why something is suggested. Nothing is decided here."""

    def __init__(self, month: Month) -> None:
        super().__init__()
        self.state = ReviewState(month)
        first = "look" if len(lists.wanted(self.state, "look")) else "all"
        options = [(f"{word} · {len(lists.wanted(self.state, key)):,}", key) for key, word in lists.WHAT.items()]
        self.what = ipw.ToggleButtons(options=options, value=first, style={"button_width": "auto"})
        tall = ipw.Layout(width="calc(100% - 8px)", height="200px")
        self.supplier, self.document = ipw.Select(layout=tall), ipw.Select(layout=tall)
        self.panel = ipw.HTML()
        half = ipw.Layout(width="50%")
        titles = ("Tax, documents, GSTIN, supplier: the most rupees first", "Document")
        lists_ = zip(titles, (self.supplier, self.document), strict=True)
        boxes = [ipw.VBox([ipw.HTML(f"<b>{title}</b>"), widget], layout=half) for title, widget in lists_]
        self.fill(row(self.what), ipw.HBox(boxes), self.panel)
        self._fill_suppliers()
        self.what.observe(self._changed_what, "value")
        self.supplier.observe(self._changed_supplier, "value")
        self.document.observe(self._changed_document, "value")

    @safely
    def _changed_what(self) -> None:
        self._fill_suppliers()

    @safely
    def _changed_supplier(self) -> None:
        self._fill_documents()

    @safely
    def _changed_document(self) -> None:
        self._show()

    def _fill_suppliers(self) -> None:
        offer(self.supplier, lists.suppliers(lists.wanted(self.state, self.what.value)))
        self._fill_documents()

    def _fill_documents(self) -> None:
        rows = lists.wanted(self.state, self.what.value)
        offer(self.document, lists.documents(rows, self.supplier.value))
        self._show()

    def _show(self) -> None:
        at = self.document.value
        self.panel.value = "" if at is None else panel_html(self.state, at)


def panel_html(state: ReviewState, at: int) -> str:
    """One document: what is suggested and why, and the evidence."""
    found = detail(state.month, state.table.iloc[at])
    lines = found["evidence"]
    table = (
        table_html(pd.DataFrame(lines, columns=_HEADINGS), len(lines))
        if lines
        else f"<p class='soft'>{found['alone']}</p>"
    )
    return f"<h4>{html.escape(found['title'])}</h4>{listed(found['facts'])}{table}"
