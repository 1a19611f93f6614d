"""The desk: one client and month on the table, and the screens and tables that the notebooks lay on it."""

from __future__ import annotations

import html
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd
from IPython.display import HTML

from imsrecon.domain import ImsreconError, check_period, period_of, shift
from imsrecon.reports import MonthReport, month_report
from imsrecon.reports.flow import flow_chart
from imsrecon.reports.month import show_chart
from imsrecon.reports.page import table_html
from imsrecon.widgets import preview
from imsrecon.widgets.act import ActScreen
from imsrecon.widgets.frame import Guard
from imsrecon.widgets.grid import static_html
from imsrecon.widgets.head import head_html
from imsrecon.widgets.imports import ImportScreen, filed_html, sources_html
from imsrecon.widgets.match import MatchScreen
from imsrecon.widgets.match_state import flag_table, match_rows
from imsrecon.widgets.review import ReviewScreen
from imsrecon.widgets.review_lists import dashboard
from imsrecon.widgets.review_state import ReviewState
from imsrecon.workspace import Workspace

if TYPE_CHECKING:
    from imsrecon.workspace import Month

ROWS = 25
_STYLE = (
    ".ims-page table{font-size:12.5px;margin:4px 0 10px;border-collapse:collapse}"
    ".ims-page th,.ims-page td{text-align:left!important;vertical-align:top!important;padding:4px 8px}"
    ".ims-page th.number,.ims-page td.number{text-align:right!important;font-variant-numeric:tabular-nums}"
    ".ims-page td.number,.ims-page td.short,.ims-page th{white-space:nowrap}"
    ".ims-page td.prose{max-width:440px;white-space:normal}"
)
Shown = ipw.VBox | HTML


class Desk:
    """What a notebook shows of one month; `interactive=False` gives tables and charts where screens would be.

    Every method returns something to show. Where a month has no files yet, a sentence says what to do first.
    """

    def __init__(self, month: Month, *, interactive: bool = True) -> None:
        self.month = month
        self.interactive = interactive
        self._heads: list[ipw.HTML] = []

    def head(self) -> Shown:
        """Who, which month, what is done, what is left, how many days; it follows what the screens do."""
        if not self.interactive:
            return page(head_html(self.month))
        head = ipw.HTML(head_html(self.month))
        self._heads.append(head)
        return _framed(head)

    def imports(self) -> Shown:
        """Choose, look, import; or what this month works with."""
        month = self.month
        if self.interactive:
            return ImportScreen(month.workspace, month.period, month.today, self._imported).box
        return page(sources_html(month.workspace, month.period) + filed_html(month.workspace))

    def control(self) -> HTML:
        """Rows and rupees of each step; they add up."""
        return self._sheet("Control", 40)

    def summary(self) -> HTML:
        """Counts and rupees by category, books beside portal, and their chart."""
        return self._sheet("Summary", ROWS)

    def flags(self) -> HTML:
        """What differs, how often, and the tax of those documents."""
        return self._ready() or _table(flag_table(match_rows(self.month)), ROWS)

    def match(self) -> Shown:
        """Read any match; link and un-link. Or the mismatches and the probable matches."""
        if refusal := self._ready():
            return refusal
        if self.interactive:
            return MatchScreen(self.month, self._changed).box
        return page(self._sheet("Mismatch", ROWS).data + self._sheet("Probable", ROWS).data)

    def dashboard(self) -> HTML:
        """What the policy suggests, counted: action, rule, documents, rupees."""
        return self._ready() or _table(dashboard(ReviewState(self.month)), 60)

    def review(self) -> Shown:
        """Supplier by supplier, document by document. Or the suggestions that wait for a person."""
        if refusal := self._ready():
            return refusal
        return ReviewScreen(self.month).box if self.interactive else self._sheet("Actions", ROWS)

    def act(self) -> Shown:
        """The review grid and the upload file. Or the first rows of what is left to decide."""
        if refusal := self._ready():
            return refusal
        return (
            ActScreen(self.month, self._changed).box if self.interactive else page(static_html(ReviewState(self.month)))
        )

    def table4(self) -> HTML:
        """Table 4 as decided, if nobody acts, if every suggestion is taken, and the chart of the three."""
        shown = self._sheet("Table 4", ROWS)
        return self._ready() or page(f"<p><b>{html.escape(preview.net_sentence(self.month))}</b></p>{shown.data}")

    def parts(self) -> HTML:
        """GSTR-2B as it would be drawn: part, section, documents, rupees."""
        return self._ready() or _table(preview.parts(self.month), 60)

    def held(self) -> HTML:
        """What is kept pending and how old it is."""
        if refusal := self._ready():
            return refusal
        table = preview.held(self.month)
        return page(f"<p>{html.escape(preview.held_sentence(table))}</p>{table_html(table, 60)}")

    def flow(self) -> HTML | None:
        """The chart of tax on its way: books and portal, GSTR-2B, GSTR-3B."""
        return self._ready() or show_chart(flow_chart(self.month))

    # inside ----------------------------------------------------------------------------------------------------

    @cached_property
    def report(self) -> MonthReport:
        """The month's tables and charts, as the report has them."""
        return month_report(self.month)

    def _sheet(self, name: str, rows: int) -> HTML:
        return self._ready() or page(self.report.show(name, rows).data)

    def _ready(self) -> HTML | None:
        """None if both sides are there; else what to do first. Headless that is an error, and the run stops."""
        missing = {"register", "portal"} - set(self.month.sources["side"])
        if not missing:
            return None
        words = {"register": "purchase register", "portal": "IMS download or GSTR-2B"}
        told = " and no ".join(words[side] for side in sorted(missing, reverse=True))
        error = ImsreconError(
            f"No {told} was imported for {self.month.period}.", hint="Go to 1_import first.", code="empty"
        )
        if not self.interactive:
            raise error
        return HTML(f"<p>{html.escape(str(error))}</p>")

    def _imported(self, period: str) -> None:
        """After an import: the month that was imported for is the one on the desk."""
        workspace = self.month.workspace
        self.month = workspace.month(period, self.month.today)
        self._changed()

    def _changed(self) -> None:
        self.__dict__.pop("report", None)
        for head in self._heads:
            head.value = head_html(self.month)


def open_desk(workspace: str | Path = ".", period: str = "", today: str = "", interactive: bool = True) -> Desk:
    """Open a client's month. Without `period` it is the newest that was imported, else the last that has ended.

    Raises `WorkspaceError` if the folder is no client's, `InputError` for a period or day that is none.
    """
    day = date.fromisoformat(today) if today else date.today()
    opened = Workspace(workspace)
    known = opened.periods()
    newest = known[0] if known else shift(period_of(day), -1)
    return Desk(opened.month(check_period(period) if period else newest, day), interactive=interactive)


def page(content: str) -> HTML:
    """A piece of HTML with the tables set as the kit sets them: JupyterLab would set all text to the right."""
    return HTML(f'<style>{_STYLE}</style><div class="ims-page">{content}</div>')


def _framed(widget: ipw.Widget) -> ipw.VBox:
    box = ipw.VBox([Guard(), widget])
    box.add_class("ims-screen")
    return box


def _table(table: pd.DataFrame, rows: int) -> HTML:
    return page(table_html(table, rows))
