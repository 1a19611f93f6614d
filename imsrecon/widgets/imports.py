"""The import screen: choose files, see what is in them, confirm; and note which returns are filed."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path

import ipywidgets as ipw

from imsrecon.domain import InputError, period_of, shift, show_date, show_period
from imsrecon.reports.page import table_html
from imsrecon.widgets import files
from imsrecon.widgets.frame import Screen, button, listed, row, safely
from imsrecon.workspace import Workspace

_KINDS = [("found by content", ""), ("purchase register", "register"), ("IMS or GSTR-2B", "portal")]
_LEFT_OUT = 60


class ImportScreen(Screen):
    """Choose files of the client's folder or drop small ones, look, import. `on_import(period)` is called after."""

    def __init__(self, workspace: Workspace, period: str, today: date, on_import: Callable[[str], None]) -> None:
        super().__init__()
        self.workspace, self.today, self.on_import = workspace, today, on_import
        self.period = ipw.Dropdown(description="Period", options=_periods(period, today), value=period)
        self.kind = ipw.Dropdown(description="They are", options=_KINDS)
        tall = ipw.Layout(width="calc(100% - 8px)", height="130px")
        self.choice = ipw.SelectMultiple(layout=tall)
        self.upload = ipw.FileUpload(multiple=True, description="Drop small files", layout=ipw.Layout(width="auto"))
        self.upload.observe(self._dropped, "value")
        self.seen: list[files.Seen] = []
        self.shown, self.now, self.filed = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.filed_period = ipw.Dropdown(description="GSTR-3B of", options=_periods(shift(period, -1), today))
        self.filed_period.value = shift(period, -1)
        self.filed_on = ipw.DatePicker(description="filed on")
        self.do_import = button("Import these files", self._import, main=True)
        self.do_import.disabled = True
        self._list()
        self._tell()
        self.fill(
            ipw.HTML(f"<h4>1. Choose files from the folder {html.escape(workspace.folder.name)}</h4>"),
            self.choice,
            row(self.period, self.kind, button("Look into them", self._look), self.do_import),
            row(self.upload, button("Read the folder again", self._relist), ipw.HTML(_DROP)),
            self.shown,
            ipw.HTML("<h4>2. What this month works with</h4>"),
            self.now,
            ipw.HTML("<h4>3. Returns already filed</h4><p class='soft'>What a filed GSTR-3B has used is closed.</p>"),
            self.filed,
            row(self.filed_period, self.filed_on, button("Note it as filed", self._file)),
        )

    def _list(self) -> None:
        folder = self.workspace.folder
        found = files.client_files(folder)
        self.choice.options = [(f"{path.relative_to(folder).as_posix()}   {_size(path)}", str(path)) for path in found]

    @safely
    def _relist(self) -> None:
        self._list()
        self.say(f"{len(self.choice.options)} files may be imported.")

    @safely
    def _dropped(self) -> None:
        if not self.upload.value:
            return
        kept = [
            files.keep_dropped(self.workspace.folder, one["name"], bytes(one["content"])) for one in self.upload.value
        ]
        self.upload.value = ()
        self._list()
        self.choice.value = tuple(str(path) for path in kept)
        self.say(f"{len(kept)} files are in the folder {files.DROPPED} and chosen.")

    @safely
    def _look(self) -> None:
        self.seen = files.look_into(self.workspace, self._chosen(), self.period.value, self.kind.value or None)
        self.shown.value = seen_html(self.seen)
        self.do_import.disabled = not any(one.intake is not None for one in self.seen)

    @safely
    def _import(self) -> None:
        good = [one.path for one in self.seen if one.intake is not None]
        if not good:
            raise InputError("Nothing was looked into.", hint="Choose files and press “Look into them” first.")
        self.workspace.import_files(good, self.period.value, kind=self.kind.value or None)
        self.seen, self.do_import.disabled = [], True
        self.on_import(self.period.value)
        self._tell()
        self.shown.value = ""
        word = "file is" if len(good) == 1 else "files are"
        self.say(f"{len(good)} {word} imported for {show_period(self.period.value)}. Next: match.")

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
        self.workspace.record_filed("GSTR-3B", period, day)
        self.on_import(self.period.value)
        self._tell()
        self.say(f"GSTR-3B of {show_period(period)} is noted as filed on {show_date(day)}.")

    def _chosen(self) -> list[Path]:
        if not self.choice.value:
            raise InputError("No file is chosen.", hint="Click one in the list; Ctrl or Shift takes several.")
        return [Path(path) for path in self.choice.value]

    def _tell(self) -> None:
        self.now.value = sources_html(self.workspace, self.period.value)
        self.filed.value = filed_html(self.workspace)


_DROP = f"<span class='soft'>up to {files.LARGEST // 1_000_000} MB each; copy larger ones into the folder</span>"


def seen_html(seen: list[files.Seen]) -> str:
    """What a look gave: files, totals, what was left out and why, and what cannot be read."""
    table, out = files.files_table(seen), files.left_out(seen)
    failed = [
        f'<div class="problem">⚠ {html.escape(one.path.name)}: {html.escape(one.error)}</div>'
        for one in seen
        if one.error
    ]
    parts = [
        *failed,
        f"<p><b>{html.escape(files.totals(table))}</b></p>",
        table_html(table, len(table)) if len(table) else "",
    ]
    if len(out):
        inner = table_html(out, _LEFT_OUT)
        parts.append(f"<details><summary>{len(out):,} rows set aside or refused, and why</summary>{inner}</details>")
    if len(table):
        parts.append(f"<details><summary>How each file was known</summary>{listed(files.known_by(seen))}</details>")
    return "".join(parts)


def sources_html(workspace: Workspace, period: str) -> str:
    """The files that a month works with, and their sum."""
    table = files.sources_table(workspace, period)
    if table.empty:
        return f"<p>Nothing was imported for {show_period(period)} or before.</p>"
    return f"<p>{html.escape(files.totals(table))}</p>{table_html(table, len(table))}"


def filed_html(workspace: Workspace) -> str:
    """The returns noted as filed, in one line."""
    noted = sorted(workspace.profile.filed_3b.items())
    text = "; ".join(f"{show_period(period)} on {show_date(day)}" for period, day in noted)
    return f"<p>GSTR-3B: {html.escape(text or 'none noted')}.</p>"


def _periods(period: str, today: date) -> list[tuple[str, str]]:
    last = period_of(today)
    known = {shift(last, -back) for back in range(18)} | {period}
    return [(show_period(one), one) for one in sorted(known, reverse=True)]


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"
