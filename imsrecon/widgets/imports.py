"""The import screen: choose files, see what is in them, confirm."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path

import ipywidgets as ipw

from imsrecon.domain import InputError, show_period
from imsrecon.reports.page import table_html
from imsrecon.widgets import files
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.import_look import FileLook, bar
from imsrecon.widgets.import_state import ImportState, months_told
from imsrecon.widgets.imported import ImportedScreen, month_options
from imsrecon.workspace import Workspace


class ImportScreen(Screen):
    """Choose files of the client's folder or drop small ones, look, import. `on_import(period)` is called after."""

    def __init__(self, workspace: Workspace, period: str, today: date, on_import: Callable[[str], None]) -> None:
        super().__init__()
        self.workspace, self.today, self.on_import = workspace, today, on_import
        self.state = ImportState(workspace)
        self.file_look = FileLook(self.state, self._tell_seen)
        self.period = ipw.Dropdown(
            description="Import for", style=_CLOSE, options=month_options(period, today), value=period
        )
        self.period.observe(self._period_chosen, "value")
        self.choice = ipw.SelectMultiple(layout=ipw.Layout(width="calc(100% - 8px)", height="130px"))
        self.upload = ipw.FileUpload(multiple=True, description="Drop small files", layout=ipw.Layout(width="auto"))
        self.upload.observe(self._dropped, "value")
        self.progress, self.shown, self.months = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.do_import = button("Import these files", self._import, main=True)
        self.other_month = button("", self._take_month)
        self.confirm, self.looked = ipw.HTML(), ipw.VBox([])
        self._looked = (
            ipw.HTML("<h4>2. What is in them</h4>"),
            self.shown,
            self.file_look.box,
            self.confirm,
            self.months,
            row(self.do_import, self.other_month, button("Leave it", self._leave)),
        )
        self.imported = ImportedScreen(workspace, period, today, lambda: on_import(self.period.value))
        self.file_look.lock = self.imported.lock = self.lock  # one screen to the person, one lock
        self._list()
        self.fill(
            ipw.HTML(f"<h4>1. Choose files from the folder {html.escape(workspace.folder.name)}</h4>"),
            self.choice,
            row(self.period, button("Look into them", self._look, main=True), button(_AGAIN, self._relist)),
            row(self.upload, ipw.HTML(_DROP)),
            self.progress,
            self.looked,
        )
        # What was said stands where it was done: above what the month works with.
        self.box.children = [*self.box.children, self.imported.box]

    # choose ----------------------------------------------------------------------------------------------------

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
        self.say(f"{_counted(len(kept))} {'is' if len(kept) == 1 else 'are'} in the folder {files.DROPPED} and chosen.")

    # look ------------------------------------------------------------------------------------------------------

    @safely
    def _look(self) -> None:
        paths = self._chosen()
        whole = sum(path.stat().st_size for path in paths if path.is_file())
        try:
            self.state.look(paths, lambda done, name: self._read_so_far(bar(f"Reading {name}", done, whole)))
        finally:
            self.progress.value = ""
        self.file_look.show()
        self._tell_seen()

    def _read_so_far(self, shown: str) -> None:
        self.progress.value = shown

    def _chosen(self) -> list[Path]:
        if not self.choice.value:
            raise InputError("No file is chosen.", hint="Click one in the list; Ctrl or Shift takes several.")
        return [Path(path) for path in self.choice.value]

    def _tell_seen(self) -> None:
        self.shown.value = seen_html(self.state)
        good = len(self.state.good)
        self.do_import.disabled = not good
        told, month = months_told(self.state.seen, self.period.value)
        self.months.value = f"<p>{'⚠ ' if month else ''}{html.escape(told)}</p>" if told else ""
        self.other_month.description = f"They are for {show_period(month)}" if month else ""
        self.other_month.layout.display = None if month else "none"
        self._month = month
        count = _counted(good) if good == len(self.state.seen) else f"{good} of {_counted(len(self.state.seen))}"
        self.confirm.value = f"<h4>3. Confirm: {count} for {show_period(self.period.value)}</h4>{_NOTHING_YET}"
        self.looked.children = self._looked

    @safely
    def _period_chosen(self) -> None:
        self.imported.show(self.period.value)
        if self.state.seen:
            self._tell_seen()

    @safely
    def _take_month(self) -> None:
        known = [period for _, period in self.period.options]
        if self._month not in known:
            self.period.options = sorted(
                [*self.period.options, (show_period(self._month), self._month)], key=lambda one: one[1], reverse=True
            )
        self.period.value = self._month

    @safely
    def _leave(self) -> None:
        self._forget()
        self.say("Nothing was imported.")

    def _forget(self) -> None:
        self.state.seen = []
        self.looked.children = []

    # confirm -------------------------------------------------------------------------------------------------

    @safely
    def _import(self) -> None:
        if not self.state.good:
            raise InputError("Nothing was looked into.", hint="Choose files and press “Look into them” first.")
        period = self.period.value
        kept = self.state.keep(period)
        self._forget()
        self.on_import(period)
        self.imported.show(period)
        missing = {"register", "portal"} - set(self.workspace.month(period, self.today).sources["side"])
        then = _MISSING[missing.pop()] if len(missing) == 1 else "Next: match (the link below)."
        word = "is" if len(kept) == 1 else "are"
        self.say(f"{_counted(len(kept))} {word} imported for {show_period(period)}. {then}")


_AGAIN = "Read the folder again"
_CLOSE = {"description_width": "initial"}
_DROP = f"<span class='soft'>up to {files.LARGEST // 1_000_000} MB each; copy larger ones into the folder</span>"
_NOTHING_YET = "<p class='soft'>Nothing is stored before this.</p>"
_MISSING = {
    "register": "The purchase register is still to come.",
    "portal": "The IMS download or GSTR-2B is still to come.",
}


def seen_html(state: ImportState) -> str:
    """What a look gave, in one line a file; above them what cannot be read, and what a person must look at."""
    told = [f"{one.path.name}: {one.error}" for one in state.seen if one.error]
    told += [
        f"{one.path.name}: its labels are not known, so its columns are guessed. Look at each under “Columns”."
        for one in state.good if one.guessed
    ]  # fmt: skip
    told += [
        f"{one.path.name}: look at “What it is” and “Columns” before you import; what was remembered does not fit."
        for one in state.good if one.doubtful
    ]  # fmt: skip
    problems = "".join(f'<div class="problem">⚠ {html.escape(text)}</div>' for text in told)
    table = files.files_table(state.seen)
    total = f"<p><b>{html.escape(files.totals(table))}</b></p>"
    return problems + total + (table_html(files.shown(table), len(table)) if len(table) else "")


def _counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"
