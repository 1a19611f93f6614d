"""The head of every notebook: who, which month (chosen here), what is done and left, how many days there are."""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw

from imsrecon.domain import ImsreconError, period_of, shift, show_period
from imsrecon.reports.head import month_state
from imsrecon.widgets import clients
from imsrecon.widgets.frame import Screen, linked, row, safely
from imsrecon.widgets.watch import Watch

if TYPE_CHECKING:
    from imsrecon.workspace import Month, Workspace

# Inline, since this stands in a notebook's output, which has no style sheet; the colours follow JupyterLab's theme.
_BOX = "display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:8px;margin:2px 0 10px;padding:0"
_FACT = (
    "border-left:3px solid var(--jp-brand-color1,#1565c0);padding:5px 10px;line-height:1.4;"
    "background:var(--jp-layout-color2,#f4f7fa);color:var(--jp-ui-font-color1,#1c2733)"
)
_LABEL = "font-size:11.5px"
_VALUE = "font-size:13.5px;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap"
_MORE = "font-size:12px;font-variant-numeric:tabular-nums;white-space:nowrap"
_WHO = "font-size:15px;font-weight:600;overflow-wrap:anywhere"


def head_html(month: Month) -> str:
    """Who and which month, and the month's facts as boxes, escaped."""
    return f"<p>{_who_html(month)} · {show_period(month.period)}</p>{facts_html(month)}"


def facts_html(month: Month) -> str:
    """What is done, what is left and the days, as boxes."""
    facts = []
    for label, value in month_state(month):
        first, _, more = value.partition(" · ")
        parts = ((_LABEL, label), (_VALUE, first), (_MORE, more))
        lines = "".join(f'<div style="{style}">{html.escape(text)}</div>' for style, text in parts)
        facts.append(f'<div style="{_FACT}">{lines}</div>')
    return f'<div class="ims-head" style="{_BOX}">{"".join(facts)}</div>'


class HeadScreen(Screen):
    """Client and month to choose, and the facts. `choose(period)` puts another month on the desk."""

    def __init__(self, month: Month, choose: Callable[[str], None]) -> None:
        super().__init__()
        self.choose, self.month, self.settling = choose, month, False
        self.who, self.facts, self.link = ipw.HTML(), ipw.HTML(), ipw.Output()
        self.period = ipw.Dropdown(description="Month", layout=ipw.Layout(width="300px"))
        neighbours = [("another client …", None), *((folder.name, folder) for folder in _neighbours(month.workspace))]
        self.client = ipw.Dropdown(description="Open", options=neighbours, layout=ipw.Layout(width="260px"))
        self.client.layout.display = "" if len(neighbours) > 1 else "none"
        self.watch = Watch(month, choose)
        self.fill(self.watch, row(self.who, self.period, self.client, self.link), self.facts)
        self.show(month)
        self.period.observe(self._chosen, "value")
        self.client.observe(self._opened, "value")

    def show(self, month: Month) -> None:
        """Show a month as it stands now."""
        self.month, self.settling = month, True
        self.watch.drawn(month)
        options = month_options(month.workspace, month.period, month.today)
        if tuple(options) != self.period.options:
            self.period.options = options
        self.period.value = month.period
        self.settling = False
        self.who.value = _who_html(month)
        self.facts.value = facts_html(month)

    @safely
    def _chosen(self) -> None:
        if not self.settling and self.period.value != self.month.period:
            self.choose(self.period.value)

    @safely
    def _opened(self) -> None:
        folder = self.client.value
        name = _notebook()
        target = f"../{folder.name}/{name}" if folder else ""
        self.link.outputs = linked(f"Open {name.removesuffix('.ipynb')} of {folder.name}", target) if folder else ()


def month_options(workspace: Workspace, period: str, today: date) -> list[tuple[str, str]]:
    """The months to choose from, newest first: those imported for, the one on the desk, the last that has ended."""
    imported, filed = workspace.periods(), workspace.profile.filed_3b
    months = sorted({*imported, period, shift(period_of(today), -1)}, reverse=True)
    told = {month: "" if month in imported else " · no files yet" for month in months}
    told |= {month: " · GSTR-3B filed" for month in months if month in filed and month in imported}
    return [(show_period(month) + told[month], month) for month in months]


def _who_html(month: Month) -> str:
    name, gstin = html.escape(month.profile.name), html.escape(month.profile.gstin)
    return f'<span style="{_WHO}">{name}</span> <span style="overflow-wrap:anywhere">{gstin}</span>'


def _neighbours(workspace: Workspace) -> list[Path]:
    """The other clients' folders beside this one, if JupyterLab can open them."""
    folder = workspace.folder
    served = os.environ.get("JUPYTER_SERVER_ROOT")
    if not served or not folder.parent.is_relative_to(Path(served).resolve()):
        return []
    try:
        return [other for other in clients.client_folders(folder.parent) if other != folder]
    except (ImsreconError, OSError):
        return []


def _notebook() -> str:
    """The notebook this runs in, as JupyterLab tells its kernel; the start if it does not."""
    name = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    return name if name.endswith(".ipynb") else "0_start.ipynb"
