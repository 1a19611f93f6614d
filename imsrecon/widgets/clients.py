"""Clients' folders: which there are, where each month stands, how a new one is made. No widget here."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pandas as pd

from imsrecon.act import due_date
from imsrecon.domain import ImsreconError, InputError, check_period, period_of, shift, show_date, show_period
from imsrecon.reports import undecided
from imsrecon.reports.head import days_left, signed_tax
from imsrecon.widgets.lab import copy_notebooks
from imsrecon.workspace import Workspace

FILE = "client.toml"
CHOSEN = ".imsrecon-month"
MONTHS = 6
_NO_NAME = re.compile(r"[^\w.-]+")


def client_folders(root: Path) -> list[Path]:
    """`root` if it is a client's folder, else the clients' folders in it, by name."""
    if (root / FILE).is_file():
        return [root]
    return sorted((path.parent for path in root.glob(f"*/{FILE}")), key=lambda folder: folder.name.lower())


def chosen_month(workspace: Workspace) -> str | None:
    """The month that was chosen last on this computer, unless a newer one was imported or the newest filed since."""
    try:
        chosen, newest = (workspace.folder / CHOSEN).read_text(encoding="utf-8").split()
        return check_period(chosen) if newest == _newest(workspace) else None
    except (OSError, ValueError, ImsreconError):
        return None


def keep_month(workspace: Workspace, period: str) -> None:
    """Remember the month on the desk for the client's other notebooks. A folder that cannot be written forgets it."""
    with suppress(OSError):
        (workspace.folder / CHOSEN).write_text(f"{period} {_newest(workspace)}", encoding="utf-8")


def _newest(workspace: Workspace) -> str:
    newest = max(workspace.periods(), default="none")
    filed = newest != "none" and workspace.profile.filed_on(newest) is not None
    return f"{newest},filed" if filed else newest


def month_to_open(workspace: Workspace, today: date) -> str:
    """The newest month that was imported for, or the next if that one's GSTR-3B is filed; else the last that ended."""
    ended = shift(period_of(today), -1)
    newest = max(workspace.periods(), default=ended)
    filed = workspace.profile.filed_on(newest) is not None
    return min(shift(newest, 1), ended) if filed and newest < ended else newest


def clients_table(folders: list[Path]) -> pd.DataFrame:
    """One line a client: Client, GSTIN, Files, Newest month, Folder; what is wrong with a folder stands in its line."""
    return pd.DataFrame([_client(folder) for folder in folders])


def _client(folder: Path) -> dict[str, object]:
    try:
        with Workspace(folder) as workspace:
            client, periods, files = workspace.client, workspace.periods(), len(workspace.sources)
    except ImsreconError as error:
        return {"Client": str(error), "GSTIN": "", "Files": 0, "Newest month": "", "Folder": folder.name}
    newest = show_period(periods[0]) if periods else "nothing imported"
    return {"Client": client.name, "GSTIN": client.gstin, "Files": files, "Newest month": newest, "Folder": folder.name}


def months_table(workspace: Workspace, today: date) -> pd.DataFrame:
    """Where each of the newest months stands: Month, Books, Portal, Decided, Left to decide, Tax left, GSTR-3B."""
    return pd.DataFrame([_month(workspace, period, today) for period in workspace.periods()[:MONTHS]])


def _month(workspace: Workspace, period: str, today: date) -> dict[str, object]:
    month = workspace.month(period, today)
    sides = set(month.sources["side"])
    left = undecided(month) if "portal" in sides else pd.DataFrame()
    filed = month.profile.filed_3b.get(period)
    due = due_date("gstr3b", period, month.profile)
    return {
        "Month": show_period(period),
        "Books": len(month.register) if "register" in sides else 0,
        "Portal": len(month.portal) if "portal" in sides else 0,
        "Decided": len(month.standing_decisions) if "portal" in sides else 0,
        "Left to decide": len(left),
        "Tax left": signed_tax(left) / 100 if len(left) else 0.0,
        "GSTR-3B": f"filed {show_date(filed)}" if filed else f"due {show_date(due)}, {days_left(due, today)}",
    }


def make_client(root: Path, gstin: str, name: str, frequency: str) -> Path:
    """Make a client's folder in `root`, named after the client, with its notebooks; its path.

    Raises `InputError` or `WorkspaceError` if the GSTIN is none, the name is empty or the folder is taken.
    """
    if not name.strip():
        raise InputError("The client has no name.", hint="Write it as it should stand on the reports.")
    folder = root / (_NO_NAME.sub("_", name.strip()).strip("._")[:60] or gstin.strip())
    Workspace.create(folder, gstin.strip().upper(), name.strip(), frequency=frequency).close()
    copy_notebooks(folder)
    return folder
