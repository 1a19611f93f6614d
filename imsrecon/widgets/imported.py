"""What a month works with: its imports, which can be taken back, and the returns that are filed."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date

import ipywidgets as ipw

from imsrecon.domain import InputError, period_of, shift, show_date, show_period
from imsrecon.reports.page import table_html
from imsrecon.widgets import files
from imsrecon.widgets.frame import Screen, button, offer, row, safely
from imsrecon.workspace import Workspace

_CLOSE = {"description_width": "initial"}
_MONTHS = 18


class ImportedScreen(Screen):
    """The imports of `period` and before, and the filed returns. `on_change()` is called when either changed."""

    def __init__(self, workspace: Workspace, period: str, today: date, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.workspace, self.period, self.today, self.on_change = workspace, period, today, on_change
        self.now, self.filed = ipw.HTML(), ipw.HTML()
        self.imported = ipw.Dropdown(description="Import", style=_CLOSE, layout=ipw.Layout(width="480px"))
        self.take_back = row(self.imported, button("Take it back", self._withdraw))
        months = month_options(shift(period, -1), today)
        self.filed_period = ipw.Dropdown(
            description="GSTR-3B of", style=_CLOSE, options=months, value=shift(period, -1)
        )
        self.filed_on = ipw.DatePicker(description="filed on", style=_CLOSE)
        self.tell()
        self.fill(
            ipw.HTML("<h4>What this month works with</h4>"),
            self.now,
            self.take_back,
            ipw.HTML("<h4>Returns already filed</h4><p class='soft'>What a filed GSTR-3B has used is closed.</p>"),
            self.filed,
            row(self.filed_period, self.filed_on, button("Note it as filed", self._file)),
        )

    def show(self, period: str) -> None:
        """Show another month."""
        self.period = period
        self.notice.value = ""
        self.tell()

    def tell(self) -> None:
        """Show what stands on the disk."""
        table = files.sources_table(self.workspace, self.period)
        self.now.value = sources_html(self.workspace, self.period)
        pairs = zip(table["No."], table["File"], strict=True) if len(table) else ()
        offer(self.imported, [(f"No. {number}, {name}", number) for number, name in pairs], len(table) - 1)
        self.take_back.layout.display = None if len(table) else "none"
        self.filed.value = filed_html(self.workspace)

    def _changed(self, told: str) -> None:
        self.tell()
        self.on_change()
        self.say(told)

    @safely
    def _withdraw(self) -> None:
        name = self.imported.label
        self.workspace.withdraw(self.imported.value)
        self._changed(f"{name} counts no more. Importing the file again brings it back.")

    @safely
    def _file(self) -> None:
        period, day = self.filed_period.value, self.filed_on.value
        if day is None:
            raise InputError("The day of filing is missing.", hint="Choose it in the calendar.")
        if period_of(day) <= period or day > self.today:
            raise InputError(
                f"GSTR-3B of {show_period(period)} cannot have been filed on {show_date(day)}.",
                hint="It is filed after the period's end, and not after today.",
            )
        if period in self.workspace.periods():
            raise InputError(
                f"{show_period(period)} was worked here, so it closes in 5_preview.",
                hint="There what is left undecided is signed for, and the ARN is noted.",
            )
        self.workspace.record_filed("GSTR-3B", period, day)
        self._changed(f"GSTR-3B of {show_period(period)} is noted as filed on {show_date(day)}.")


def sources_html(workspace: Workspace, period: str) -> str:
    """The files that a month works with, and their sum."""
    table = files.sources_table(workspace, period)
    if table.empty:
        return f"<p>Nothing was imported for {show_period(period)} or before.</p>"
    return f"<p>{html.escape(files.totals(table))}</p>{table_html(files.shown(table), len(table))}"


def filed_html(workspace: Workspace) -> str:
    """The returns noted as filed, in one line."""
    noted = sorted(workspace.profile.filed_3b.items())
    text = "; ".join(f"{show_period(period)} on {show_date(day)}" for period, day in noted)
    return f"<p>GSTR-3B: {html.escape(text or 'none noted')}.</p>"


def month_options(period: str, today: date) -> list[tuple[str, str]]:
    """The months to choose from, newest first: those of a year and a half, and `period`."""
    last = period_of(today)
    known = {shift(last, -back) for back in range(_MONTHS)} | {period}
    return [(show_period(one), one) for one in sorted(known, reverse=True)]
