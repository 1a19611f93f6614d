"""The desk: one client and month on the table, and the screens and tables that the notebooks lay on it."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd
import plotly.graph_objects as go
from IPython.display import HTML

from imsrecon.domain import ImsreconError, check_period, show_period
from imsrecon.reports import MonthReport, month_report
from imsrecon.reports.charts import category_chart, scenario_chart
from imsrecon.reports.flow import flow_chart
from imsrecon.reports.month import show_chart
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import control_sheet, summary_sheet
from imsrecon.widgets import clients, preview
from imsrecon.widgets.act import ActScreen
from imsrecon.widgets.closing import FileScreen, SignScreen, carried_html, left_html
from imsrecon.widgets.closing import filed_html as closed_html
from imsrecon.widgets.frame import output
from imsrecon.widgets.grid import static_html
from imsrecon.widgets.head import HeadScreen, head_html
from imsrecon.widgets.imported import filed_html, sources_html
from imsrecon.widgets.imports import ImportScreen
from imsrecon.widgets.inputs import InputsScreen, inputs_html
from imsrecon.widgets.match import MatchScreen
from imsrecon.widgets.match_learn import LearnScreen, words_html
from imsrecon.widgets.match_moves import changes_html
from imsrecon.widgets.match_settings import SettingsScreen, wider_html
from imsrecon.widgets.match_state import flag_table, match_rows, pool_sentence
from imsrecon.widgets.proposed import ProposedScreen, proposed_html
from imsrecon.widgets.review import ReviewScreen
from imsrecon.widgets.review_lists import dashboard_html
from imsrecon.widgets.review_state import ReviewState
from imsrecon.widgets.whatif import TraceScreen, WeighedScreen, check_html, lines_html, weighed_html
from imsrecon.workspace import Workspace
from imsrecon.workspace.tuning import note_run

if TYPE_CHECKING:
    from imsrecon.workspace import Month

ROWS = 25
_STYLE = (
    ".ims-page table{font-size:12.5px;margin:4px 0 10px;border-collapse:collapse}"
    ".ims-page th,.ims-page td{text-align:left!important;vertical-align:top!important;padding:4px 6px}"
    ".ims-page th.number,.ims-page td.number{text-align:right!important;font-variant-numeric:tabular-nums}"
    ".ims-page td.number,.ims-page td.short,.ims-page th{white-space:nowrap}"
    ".ims-page td.prose{max-width:440px;white-space:normal}"
    ".ims-screen .ims-page td.name{min-width:104px}"
)
Shown = ipw.VBox | HTML
Piece = ipw.Widget | HTML | go.Figure


class Desk:
    """What a notebook shows of one month; `interactive=False` gives tables and charts where screens would be.

    Every method returns something to show. Where a month has no files yet, a sentence says what to do first. When
    another month is chosen in the head, all that is shown follows; tables and charts follow decisions and imports too.
    """

    def __init__(self, month: Month, *, interactive: bool = True) -> None:
        self.month = month
        self.interactive = interactive
        self._heads: list[HeadScreen] = []
        self._since: dict[str, str] = {}
        self._laid: list[tuple[ipw.VBox, Callable[[], list[Piece]]]] = []
        self._tells: list[Callable[[], None]] = []

    def head(self) -> Shown:
        """Who, which month, what is done, what is left, how many days; it follows what the screens do."""
        if not self.interactive:
            return page(head_html(self.month))
        self._heads.append(HeadScreen(self.month, self.choose))
        return self._heads[-1].box

    def choose(self, period: str) -> None:
        """Put another month on the desk; the client's other notebooks open with it as well."""
        self._take(check_period(period))
        for box, make in self._laid:
            self._fill(box, make)
        self._tell_heads()

    def imports(self) -> Shown:
        """Choose, look, import; or what this month works with."""
        return self._lay(self._imports)

    def control(self) -> Shown:
        """Rows and rupees of each step; they add up."""
        return self._lay(self._control)

    def summary(self) -> Shown:
        """Counts and rupees by category, books beside portal, and their chart."""
        return self._lay(self._summary)

    def flags(self) -> Shown:
        """What differs, how often, and the tax of those documents."""
        return self._lay(lambda: [_table(flag_table(match_rows(self.month)), ROWS)])

    def match(self) -> Shown:
        """Read any match; link and un-link. Or the mismatches and the probable matches."""
        return self._lay(self._match)

    def changes(self) -> Shown:
        """What came from earlier periods, and what changed since the run before, in rows and rupees."""
        return self._lay(self._changes)

    def tolerances(self) -> Shown:
        """Sliders that show what other tolerances would move. Or what is kept, and what wider ones would move."""
        return self._lay(self._tolerances)

    def doubts(self) -> Shown:
        """Thirty questions on doubtful pairs. Or what the words on record say of the matching."""
        return self._lay(self._doubts)

    def dashboard(self) -> Shown:
        """What the policy suggests, counted: action, rule, documents, rupees."""
        return self._lay(lambda: [page(dashboard_html(ReviewState(self.month)))])

    def review(self) -> Shown:
        """Supplier by supplier, document by document. Or the suggestions that wait for a person."""
        return self._lay(self._review)

    def act(self) -> Shown:
        """The review grid and the upload file. Or the first rows of what is left to decide."""
        return self._lay(self._act)

    def table4(self) -> Shown:
        """Table 4 as decided, if nobody acts, if every suggestion is taken, and the chart of the three."""
        return self._lay(self._table4)

    def parts(self) -> Shown:
        """GSTR-2B as it would be drawn: part, section, documents, rupees."""
        return self._lay(self._parts)

    def held(self) -> Shown:
        """What is kept pending and how old it is."""
        return self._lay(self._held)

    def carried(self) -> Shown:
        """What the month opened with, and what was done on the portal by hand."""
        return self._lay(lambda: [page(carried_html(self.month))])

    def sign(self) -> Shown:
        """The list that is left to silence, to be signed."""
        return self._lay(lambda: self._told(SignScreen, left_html))

    def inputs(self) -> Shown:
        """What GSTR-2B cannot know: typed here, kept with the month."""
        return self._lay(lambda: self._told(InputsScreen, inputs_html))

    def proposed(self) -> Shown:
        """What the register's own marks propose for it, to be taken over."""
        return self._lay(lambda: self._told(ProposedScreen, proposed_html))

    def weighed(self) -> Shown:
        """As decided, nobody acts, all suggested, another policy: credit now, later and lost, suppliers, cash."""
        return self._lay(lambda: self._told(lambda month, _change: WeighedScreen(month), weighed_html))

    def trace(self) -> Shown:
        """The documents and inputs behind a line of Table 4."""
        return self._lay(lambda: self._told(lambda month, _change: TraceScreen(month), lines_html))

    def check(self) -> Shown:
        """The preview against the portal's own GSTR-2B."""
        return self._lay(lambda: [page(check_html(self.month))])

    def file(self) -> Shown:
        """Note the GSTR-3B as filed: the month closes."""
        return self._lay(lambda: self._told(FileScreen, closed_html))

    def flow(self) -> Shown | None:
        """The chart of tax on its way: books and portal, GSTR-2B, GSTR-3B."""
        return self._lay(lambda: [flow_chart(self.month)])

    # the pieces ------------------------------------------------------------------------------------------------

    @cached_property
    def report(self) -> MonthReport:
        """The month's tables and charts, as the report has them."""
        return month_report(self.month)

    def _imports(self) -> list[Piece]:
        month = self.month
        if self.interactive:
            return [ImportScreen(month.workspace, month.period, month.today, self._imported).box]
        return [page(sources_html(month.workspace, month.period) + filed_html(month.workspace))]

    def _control(self) -> list[Piece]:
        sheet = control_sheet(self.month.control())
        return [page(f"<p>{html.escape(sheet.sentence)}</p>{table_html(sheet.table, 40)}")]

    def _summary(self) -> list[Piece]:
        month = self.month
        sheet = summary_sheet(month.reconciliation, month.register, month.portal)
        told = f"<p>{html.escape(sheet.sentence)}</p>"
        shown = sheet.table.rename(
            columns=lambda name: name.replace("documents", "no.").replace("taxable value", "taxable")
        )
        return [category_chart(sheet.table), page(told + table_html(shown, ROWS))]

    def _match(self) -> list[Piece]:
        if self.interactive:
            return [MatchScreen(self.month, self._changed).box]
        return [page(self.report.table("Mismatch", ROWS) + self.report.table("Probable", ROWS))]

    def _changes(self) -> list[Piece]:
        month = self.month
        last = note_run(month, self._since.get(month.period))
        self._since[month.period] = last.at
        return [page(f"<p>{html.escape(pool_sentence(month))}</p>{changes_html(last)}")]

    def _review(self) -> list[Piece]:
        if self.interactive:
            return [ReviewScreen(self.month).box]
        return [page(self.report.table("Actions", ROWS))]

    def _tolerances(self) -> list[Piece]:
        if self.interactive:
            return [SettingsScreen(self.month, self._rematched).box]
        return [page(wider_html(self.month))]

    def _doubts(self) -> list[Piece]:
        if self.interactive:
            return [LearnScreen(self.month, self._rematched).box]
        return [page(words_html(self.month))]

    def _act(self) -> list[Piece]:
        if self.interactive:
            return [ActScreen(self.month, self._changed).box]
        return [page(static_html(ReviewState(self.month)))]

    def _told(self, screen: Callable, table: Callable[[Month], str]) -> list[Piece]:
        """A screen that is told of every change; or its table."""
        if not self.interactive:
            return [page(table(self.month))]
        made = screen(self.month, self._changed)
        self._tells.append(made.show)
        return [made.box]

    def _table4(self) -> list[Piece]:
        said = page(f"<p><b>{html.escape(preview.net_sentence(self.month))}</b></p>")
        chart = scenario_chart({name: made.table4 for name, made in self.month.scenarios().items()})
        return [said, chart, _table(preview.table4(self.month), ROWS)]

    def _parts(self) -> list[Piece]:
        said = html.escape(preview.parts_sentence(self.month))
        return [page(f"<p>{said}</p>{table_html(preview.parts(self.month), 60)}")]

    def _held(self) -> list[Piece]:
        table = preview.held(self.month)
        return [page(f"<p>{html.escape(preview.held_sentence(table))}</p>{table_html(table, 60)}")]

    # laying them out -------------------------------------------------------------------------------------------

    def _lay(self, make: Callable[[], list[Piece]]) -> Shown | None:
        """What `make` gives, in a box that follows the month; or without widgets, its charts and then its tables."""
        if self.interactive:
            box = ipw.VBox()
            box.add_class("ims-screen")
            self._fill(box, make)
            self._laid.append((box, make))
            return box
        self._need_files(make)
        pieces = make()
        for piece in pieces:
            if isinstance(piece, go.Figure):
                show_chart(piece)
        tables = [piece.data for piece in pieces if isinstance(piece, HTML)]
        return HTML("".join(tables)) if tables else None

    def _fill(self, box: ipw.VBox, make: Callable[[], list[Piece]]) -> None:
        try:
            self._need_files(make)
            box.children = [_widget(piece) for piece in make()]
        except ImsreconError as error:
            box.children = [ipw.HTML(f"<p>{html.escape(str(error))}</p>")]

    def _need_files(self, make: Callable[[], list[Piece]]) -> None:
        """Raise `ImsreconError` if a side is missing and says what to do first; the import alone needs none."""
        missing = {"register", "portal"} - set(self.month.sources["side"])
        if not missing or make == self._imports:
            return
        words = {"register": "purchase register", "portal": "IMS download or GSTR-2B"}
        told = " and no ".join(words[side] for side in sorted(missing, reverse=True))
        raise ImsreconError(
            f"No {told} was imported for {show_period(self.month.period)}.",
            hint="Import it first, in 1_import.",
            code="empty",
        )

    def _take(self, period: str) -> None:
        workspace = self.month.workspace
        self.month = workspace.month(period, self.month.today)
        self.__dict__.pop("report", None)
        self._tells.clear()
        clients.keep_month(workspace, period)

    def _imported(self, period: str) -> None:
        """After an import: the month that was imported for is the one on the desk."""
        self._take(period)
        self._changed()

    def _rematched(self) -> None:
        """After other settings, or words from another screen: the match is read anew."""
        for box, make in self._laid:
            if make == self._match:
                self._fill(box, make)
        self._changed()

    def _changed(self) -> None:
        """After a decision or an import: tables and charts are made anew, screens see to themselves."""
        self.__dict__.pop("report", None)
        for box, make in self._laid:
            if not any(isinstance(child, ipw.VBox) for child in box.children):
                self._fill(box, make)
        for tell in self._tells:
            tell()
        self._tell_heads()

    def _tell_heads(self) -> None:
        for head in self._heads:
            head.show(self.month)


def open_desk(workspace: str | Path = ".", period: str = "", today: str = "", interactive: bool = True) -> Desk:
    """Open a client's month. Without `period` it is the newest that was imported, else the last that has ended.

    On a screen the month that was chosen last goes before the newest, and the month after a filed one before that;
    `period` goes before all.
    Raises `WorkspaceError` if the folder is no client's, `InputError` for a period or day that is none.
    """
    day = date.fromisoformat(today) if today else date.today()
    opened = Workspace(workspace)
    chosen = check_period(period) if period else clients.chosen_month(opened) if interactive else None
    if not chosen:
        known = opened.periods()
        chosen = known[0] if known and not interactive else clients.month_to_open(opened, day)
    return Desk(opened.month(chosen, day), interactive=interactive)


def page(content: str) -> HTML:
    """A piece of HTML with the tables set as the kit sets them: JupyterLab would set all text to the right."""
    return HTML(f'<style>{_STYLE}</style><div class="ims-page">{content}</div>')


def _widget(piece: Piece) -> ipw.Widget:
    """A piece as a widget; what is one already stays."""
    if isinstance(piece, go.Figure):
        text = f"Chart: {piece.layout.title.text}"
        data = {"application/vnd.plotly.v1+json": piece.to_plotly_json(), "text/plain": text}
        return ipw.Output(outputs=output(data))
    return ipw.HTML(piece.data) if isinstance(piece, HTML) else piece


def _table(table: pd.DataFrame, rows: int) -> HTML:
    return page(table_html(table, rows))
