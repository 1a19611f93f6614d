"""One file of those that were looked at: what it is, its documents, its columns and ledgers, and what was left out."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets as ipw

from imsrecon.reports.page import table_html
from imsrecon.widgets import files, import_columns
from imsrecon.widgets.choices import ChoiceTable
from imsrecon.widgets.frame import Screen, button, listed, offer, row, safely
from imsrecon.widgets.import_state import ImportState, Seen, chosen_in
from imsrecon.workspace import read_mappings

ROWS, LEFT_OUT_ROWS = 20, 60
_KINDS = [
    ("found by its content", ""), ("purchase register", "register"), ("purchase register, as Tally's", "tally"),
    ("IMS download", "ims"), ("GSTR-2B", "gstr2b"), ("GSTR-2A", "gstr2a"),
]  # fmt: skip
WHAT, DOCUMENTS, COLUMNS, LEDGERS, LEFT_OUT = "What it is", "Documents", "Columns", "Ledgers", "Left out"
_CLOSE = {"description_width": "initial"}
_REMEMBERED = (
    "<p class='soft'>What you choose is remembered when you import, and used next month without a question.</p>"
)


class FileLook(Screen):
    """The file chosen in `file`, seen as `view` says. `on_change()` is called when a file reads differently."""

    def __init__(self, state: ImportState, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.state, self.on_change = state, on_change
        self.file = ipw.Dropdown(description="File", style=_CLOSE, layout=ipw.Layout(width="430px"))
        self.kind = ipw.Dropdown(description="It is", style=_CLOSE, options=_KINDS, layout=ipw.Layout(width="330px"))
        self.view = ipw.ToggleButtons(style={"button_width": "auto"})
        self.text, self.checks = ipw.HTML(), ipw.HTML()
        self.columns = ChoiceTable(import_columns.HEAD, import_columns.options(), self._choose)
        self.ledgers = ChoiceTable(import_columns.LEDGER_HEAD, import_columns.LEDGER_OPTIONS, self._credit)
        self.by_labels = button("Read it by its labels alone", self._forget)
        self.save = button("Save the refused rows as Excel", self._save)
        # Made once: a widget that is laid out anew loses the focus, and with it who works by keyboard.
        self.count = ipw.HTML()
        self._columns_foot = row(self.by_labels, self.count)
        self._ledgers_foot, self._save_row = ipw.HTML(_REMEMBERED), row(self.save)
        self.body = ipw.VBox()
        self._telling = False
        for widget, handler in ((self.file, self._file), (self.kind, self._kind), (self.view, self._view)):
            widget.observe(handler, "value")
        self.fill(row(self.file, self.kind), self.view, self.body)

    def show(self) -> None:
        """Show the files of the state anew; one that needs a person's eye first."""
        seen = list(enumerate(self.state.seen))
        wanting = [at for at, one in seen if one.guessed] + [at for at, one in seen if one.error or one.doubtful]
        self._telling = True
        offer(self.file, [(one.path.name, at) for at, one in seen], wanting[0] if wanting else 0)
        self._telling = False
        self._file()

    @property
    def one(self) -> Seen:
        """The file that is shown."""
        return self.state.seen[self.file.value]

    @safely
    def _file(self) -> None:
        if self._telling or self.file.value is None:
            return
        self._tell(first=COLUMNS if self.one.guessed else WHAT)

    @safely
    def _kind(self) -> None:
        if not self._telling:
            self.state.name_kind(self.file.value, self.kind.value or None)
            self._tell(first=WHAT)
            self.on_change()

    @safely
    def _view(self) -> None:
        if not self._telling:
            self._fill_view()

    def _tell(self, first: str) -> None:
        self._telling = True
        self.kind.value = self.one.kind or ""
        views = self._views()
        if list(self.view.options) != views:
            self.view.options = views
        self.view.value = first if first in views else views[0]
        self._telling = False
        self._fill_view()

    def _views(self) -> list[str]:
        one = self.one
        if one.intake is None:
            return [WHAT, COLUMNS] if one.columns is not None else [WHAT]
        books = one.side == "register"
        ledgers = [LEDGERS] if books and one.intake.documents["ledger"].notna().any() else []
        return [WHAT, DOCUMENTS, *([COLUMNS] if books else []), *ledgers, LEFT_OUT]

    def _fill_view(self) -> None:
        shown = {
            WHAT: self._what, DOCUMENTS: self._documents, COLUMNS: self._columns, LEDGERS: self._ledgers,
            LEFT_OUT: self._left_out,
        }  # fmt: skip
        self.body.children = shown[self.view.value]()

    def _what(self) -> list[ipw.Widget]:
        one = self.one
        self.text.value = _problem(one.error) if one.error else listed(files.facts(one))
        return [self.text]

    def _documents(self) -> list[ipw.Widget]:
        count = len(self.one.intake.documents)
        said = f"<p>The first {min(ROWS, count):,} of {count:,} documents, as they were read.</p>"
        self.text.value = said + table_html(files.first_documents(self.one, ROWS), ROWS)
        return [self.text]

    def _columns(self) -> list[ipw.Widget]:
        one = self.state.with_columns(self.file.value)
        if one.columns is None:
            self.text.value = "<p>This file is not a single table: its columns cannot be corrected here.</p>"
            return [self.text]
        chosen = chosen_in(one)
        self.checks.value = checks_html(one)
        rows = import_columns.column_rows(one.columns, chosen)
        self.columns.show(rows)
        self.count.value = _REMEMBERED.replace("<p class='soft'>", f"<p class='soft'>{len(rows)} columns. ")
        self.by_labels.disabled = not chosen
        return [self.checks, self.columns, self._columns_foot]

    def _ledgers(self) -> list[ipw.Widget]:
        remembered = read_mappings(self.state.workspace.folder).ledgers
        self.ledgers.show(import_columns.ledger_rows(self.one.intake, self.state.ledgers, remembered))
        self.text.value = (
            "<p>Say which ledgers give no full credit. Documents whose own row says something keep that.</p>"
        )
        return [self.text, self.ledgers, self._ledgers_foot]

    def _left_out(self) -> list[ipw.Widget]:
        table = files.left_out(self.one)
        self.save.disabled = self.one.intake.refused.empty
        told = table_html(table, LEFT_OUT_ROWS) if len(table) else "<p>Nothing was left out.</p>"
        self.text.value = told
        return [self._save_row, self.text]

    # what a person does ----------------------------------------------------------------------------------------

    def _choose(self, label: str, field: str) -> None:
        self._asked = label, field
        self._chosen()

    @safely
    def _chosen(self) -> None:
        self.checks.value = bar("Reading with this column")
        self.state.choose(self.file.value, *self._asked)
        self._read_again()

    @safely
    def _forget(self) -> None:
        self.state.forget(self.file.value)
        self._read_again()

    def _read_again(self) -> None:
        self._tell(first=COLUMNS)
        self.on_change()

    def _credit(self, ledger: str, word: str) -> None:
        self.state.credit(ledger, word)
        self._view()

    @safely
    def _save(self) -> None:
        folder = self.state.workspace.folder
        path = self.state.save_refused(self.file.value, folder / files.DROPPED)
        place = path.relative_to(folder).as_posix()
        self.say(f"Saved in {place}: mend the rows there in Excel, save, and choose that file here as well.")


def bar(text: str, done: int = 0, whole: int = 0) -> str:
    """A bar of progress; without anything done it only says that there is work going on."""
    value = f' value="{done}" max="{whole}"' if done else ""
    return f"<label><progress{value}></progress> {html.escape(text)} …</label>"


def checks_html(one: Seen) -> str:
    """What speaks for the columns as they are read, and what against; a sign and a word, not colour alone."""
    if one.intake is None:
        return _problem(one.error)
    found = import_columns.checks(one.intake, one.columns, chosen_in(one))
    lines = "".join(f"<li>{'✓' if good else '⚠ Look:'} {html.escape(told)}</li>" for good, told in found)
    return f"<ul class='checks' role='status'>{lines}</ul>"


def _problem(text: str) -> str:
    return f'<div class="problem">⚠ {html.escape(text)}</div>'
