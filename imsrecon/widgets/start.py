"""The start screen: choose or make a client, and see where each month stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ipywidgets as ipw
from IPython.display import HTML

from imsrecon.domain import WorkspaceError
from imsrecon.reports.page import table_html
from imsrecon.widgets import clients
from imsrecon.widgets.frame import Screen, button, linked, output, row, safely
from imsrecon.widgets.head import month_options
from imsrecon.widgets.progress import next_stage, stages, stages_html
from imsrecon.workspace import Workspace

_FREQUENCIES = [("every month", "monthly"), ("every quarter (QRMP)", "quarterly")]


def start(workspace: str | Path = ".", today: str = "", interactive: bool = True) -> ipw.VBox | HTML:
    """The clients of a folder, or one client's months: a screen, or where no widget runs a table."""
    root, day = Path(workspace).resolve(), date.fromisoformat(today) if today else date.today()
    if not root.is_dir():
        raise WorkspaceError(f"{root} is no folder.", hint="Set `workspace` to the folder of a client, or of clients.")
    return StartScreen(root, day).box if interactive else HTML(standing_html(root, day))


def standing_html(root: Path, today: date) -> str:
    """The clients under `root`; of a single one its months, and how far the newest has come."""
    folders = clients.client_folders(root)
    if not folders:
        return "<p>There is no client here yet. Make the first one below.</p>"
    table = clients.clients_table(folders)
    shown = table_html(table, len(table))
    if len(folders) > 1 or not table["GSTIN"].iloc[0]:
        return shown
    with Workspace(folders[0]) as workspace:
        month = workspace.month(clients.month_to_open(workspace, today), today)
        return f"{shown}{months_html(workspace, today)}{stages_html(month, stages(month))}"


def months_html(workspace: Workspace, today: date) -> str:
    """Where each month of one client stands; empty before the first import."""
    months = clients.months_table(workspace, today)
    return "" if months.empty else f"<h4>Month by month</h4>{table_html(months, len(months))}"


class StartScreen(Screen):
    """The clients; of one of them the months, how far the chosen one has come, and the way on; a form for a new one."""

    def __init__(self, root: Path, today: date) -> None:
        super().__init__()
        self.root, self.today, self.settling = root, today, False
        self.table, self.months, self.stages, self.link = ipw.HTML(), ipw.HTML(), ipw.HTML(), ipw.Output()
        self.client = ipw.Dropdown(description="Client", layout=ipw.Layout(width="420px"))
        self.month = ipw.Dropdown(description="Month", layout=ipw.Layout(width="300px"))
        wide = ipw.Layout(width="340px")
        self.gstin = ipw.Text(description="GSTIN", placeholder="15 characters", layout=wide)
        self.name = ipw.Text(description="Name", placeholder="as on the reports", layout=wide)
        self.frequency = ipw.Dropdown(description="GSTR-3B", options=_FREQUENCIES, layout=wide)
        form = ipw.VBox([self.gstin, self.name, self.frequency, button("Make this client", self._make, main=True)])
        self.form = ipw.Accordion([form], titles=("A new client",))
        self.way = ipw.VBox([row(self.client, self.month, self.link), self.stages, self.months])
        self.fill(self.table, self.way, *([] if self._single() else [self.form]))
        self._tell()
        self.client.observe(self._show, "value")
        self.month.observe(self._choose, "value")

    def _single(self) -> bool:
        return (self.root / clients.FILE).is_file()

    def _tell(self, chosen: Path | None = None) -> None:
        """List the clients anew, and show `chosen` or the first."""
        folders = clients.client_folders(self.root)
        table = clients.clients_table(folders)
        self.table.layout.display = "none" if self._single() and table["GSTIN"].iloc[0] else ""
        none = "<p>There is no client here yet. Make the first one below.</p>"
        self.table.value = table_html(table, len(table)) if folders else none
        self.way.layout.display = "" if folders else "none"
        self.client.layout.display = "" if len(folders) > 1 else "none"
        if not folders:
            self.form.selected_index = 0
            return
        self.settling = True
        self.client.options = [(folder.name, str(folder)) for folder in folders]
        self.client.value = str(chosen or folders[0])
        self.settling = False
        self._show()

    @safely
    def _show(self) -> None:
        """The months of the client, and how far the one he was left at has come."""
        if self.settling:
            return
        for part in (self.months, self.stages):
            part.value = ""
        self.link.outputs = ()
        with Workspace(self.client.value) as workspace:
            self.months.value = months_html(workspace, self.today)
            period = clients.chosen_month(workspace) or clients.month_to_open(workspace, self.today)
            self.settling = True
            self.month.options = month_options(workspace, period, self.today)
            self.month.value = period
            self.settling = False
            self._lead(workspace)

    @safely
    def _choose(self) -> None:
        """Another month: the client's notebooks open with it."""
        if self.settling:
            return
        with Workspace(self.client.value) as workspace:
            clients.keep_month(workspace, self.month.value)
            self._lead(workspace)

    def _lead(self, workspace: Workspace) -> None:
        """How far the chosen month has come, and a link to what is next."""
        month = workspace.month(self.month.value, self.today)
        found = stages(month)
        self.stages.value = stages_html(month, found)
        stage = next_stage(found)
        if stage is None:
            self.link.outputs = output({"text/html": "<b>Every step is done.</b>", "text/plain": "Every step is done."})
            return
        folder = "" if self._single() else f"{workspace.folder.name}/"
        self.link.outputs = linked(f"Next: {stage.name}, in {stage.notebook}", f"{folder}{stage.notebook}.ipynb")

    @safely
    def _make(self) -> None:
        folder = clients.make_client(self.root, self.gstin.value, self.name.value, self.frequency.value)
        self._tell(folder)
        self.gstin.value = self.name.value = ""
        self.form.selected_index = None
        self.say(f"Made {folder.name}. Put the client's files into this folder, then follow the link above.")
