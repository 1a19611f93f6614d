"""The start screen: choose or make a client, and see where each month stands."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import ipywidgets as ipw
from IPython.display import HTML

from imsrecon.domain import WorkspaceError
from imsrecon.reports.page import table_html
from imsrecon.widgets import clients
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.workspace import Workspace

_FREQUENCIES = [("every month", "monthly"), ("every quarter (QRMP)", "quarterly")]


def start(workspace: str | Path = ".", today: str = "", interactive: bool = True) -> ipw.VBox | HTML:
    """The clients of a folder, or one client's months: a screen, or where no widget runs a table."""
    root, day = Path(workspace).resolve(), date.fromisoformat(today) if today else date.today()
    if not root.is_dir():
        raise WorkspaceError(f"{root} is no folder.", hint="Set `workspace` to the folder of a client, or of clients.")
    return StartScreen(root, day).box if interactive else HTML(standing_html(root, day))


def standing_html(root: Path, today: date) -> str:
    """The clients under `root`; of a single one its months."""
    folders = clients.client_folders(root)
    if not folders:
        return "<p>There is no client here yet. Make the first one below.</p>"
    table = clients.clients_table(folders)
    parts = [table_html(table, len(table))]
    if len(folders) == 1 and table["GSTIN"].iloc[0]:
        parts.append(months_html(folders[0], today))
    return "".join(parts)


def months_html(folder: Path, today: date) -> str:
    """Where each month of one client stands."""
    with Workspace(folder) as workspace:
        months = clients.months_table(workspace, today)
        name = workspace.client.name or workspace.client.gstin
    title = f"<h4>{html.escape(name)}, month by month</h4>"
    if months.empty:
        where = html.escape(str(folder))
        return f"{title}<p>Nothing was imported yet. Put the files into {where} and go on to 1_import.</p>"
    return title + table_html(months, len(months))


class StartScreen(Screen):
    """The clients, their months on request, and a form for a new client."""

    def __init__(self, root: Path, today: date) -> None:
        super().__init__()
        self.root, self.today = root, today
        self.table, self.months = ipw.HTML(), ipw.HTML()
        self.client = ipw.Dropdown(description="Client", layout=ipw.Layout(width="420px"))
        wide = ipw.Layout(width="340px")
        self.gstin = ipw.Text(description="GSTIN", placeholder="15 characters", layout=wide)
        self.name = ipw.Text(description="Name", placeholder="as on the reports", layout=wide)
        self.frequency = ipw.Dropdown(description="GSTR-3B", options=_FREQUENCIES, layout=wide)
        form = ipw.VBox([self.gstin, self.name, self.frequency, button("Make this client", self._make, main=True)])
        self.form = ipw.Accordion([form], titles=("A new client",))
        self.choose = row(self.client, button("Show its months", self._show))
        self.fill(self.table, self.choose, self.months, *([] if self._single() else [self.form]))
        self._tell()

    def _single(self) -> bool:
        return (self.root / clients.FILE).is_file()

    def _tell(self) -> None:
        folders = clients.client_folders(self.root)
        self.table.value = standing_html(self.root, self.today)
        self.client.options = [(folder.name, str(folder)) for folder in folders]
        self.choose.layout.display = "none" if len(folders) < 2 else ""
        if not folders:
            self.form.selected_index = 0

    @safely
    def _show(self) -> None:
        self.months.value = months_html(Path(self.client.value), self.today)

    @safely
    def _make(self) -> None:
        folder = clients.make_client(self.root, self.gstin.value, self.name.value, self.frequency.value)
        self._tell()
        self.gstin.value = self.name.value = ""
        self.form.selected_index = None
        self.say(f"Made {folder.name}. Put the client's files into it, then open its 1_import in the list on the left.")
