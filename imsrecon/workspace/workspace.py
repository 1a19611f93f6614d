"""One client's folder: settings, imports, decisions, and what has been filed."""

from __future__ import annotations

import getpass
import json
import shutil
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from imsrecon.domain import Profile, WorkspaceError, check_period, parse_gstin
from imsrecon.workspace import database, store
from imsrecon.workspace.client import FILE, Client, read_client, write_client
from imsrecon.workspace.imports import read_any
from imsrecon.workspace.month import Month

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imsrecon.intake import Intake

DATABASE = "imsrecon.db"
TABLES = "tables"
REPORTS = "reports"


class Workspace:
    """A client's folder, opened. Steps run on `month(period)`.

    Raises `WorkspaceError` if `folder` is no client's folder or its database is of another version.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).resolve()
        self.client = read_client(self.folder)
        local = f"sqlite:///{self.folder / DATABASE}"
        self.engine = database.open_database(self.client.database or local, create=True)

    @classmethod
    def create(cls, folder: str | Path, gstin: str, name: str = "", **settings: object) -> Workspace:
        """Make a client's folder, which may exist but holds no client yet, and open it."""
        folder = Path(folder)
        if (folder / FILE).exists():
            raise WorkspaceError(f"{folder} already holds a client.", hint="Choose another folder, or use this one.")
        client = Client(parse_gstin(gstin).text, name, **settings)
        client.profile({}, {})
        folder.mkdir(parents=True, exist_ok=True)
        write_client(folder, client)
        return cls(folder)

    @property
    def profile(self) -> Profile:
        """GSTIN, name, filing frequency, and the returns recorded as filed."""
        return self.client.profile(self._filed("GSTR-3B"), self._filed("GSTR-9"))

    def month(self, period: str, today: date | None = None) -> Month:
        """The five steps for one period; `today` decides what is still allowed (the computer's date if not given)."""
        return Month(self, check_period(period), today or date.today())

    def periods(self) -> list[str]:
        """The months that something was imported for, newest first."""
        return sorted(self.sources["month"].unique(), reverse=True)

    def look(self, path: str | Path, month: str, *, kind: str | None = None) -> tuple[str, Intake]:
        """Read a file as `import_files` would and store nothing: its side, and what it holds."""
        return read_any(Path(path), self.client.gstin, check_period(month), kind=kind)

    def import_files(self, paths: Iterable[str | Path], month: str, *, kind: str | None = None) -> list[Intake]:
        """Read files, each on its own, and add them as sources of `month`.

        A file that was added to the month before has no effect. Nothing is stored if any of them cannot be read.
        """
        check_period(month)
        read = [read_any(Path(path), self.client.gstin, month, kind=kind) for path in paths]
        rows = []
        for side, intake in read:
            key = store.table_key(intake, side)
            store.save(self.folder / TABLES, key, intake)
            rows.append(_source_row(side, intake, key, month))
        known = set(zip(self.sources["month"], self.sources["table_key"], strict=True))
        new = [self.signed(row) for row in rows if (row["month"], row["table_key"]) not in known]
        self.append(database.sources, new)
        return [intake for _, intake in read]

    def record_filed(self, form: str, period: str, filed_on: date | None, arn: str = "") -> None:
        """Note that a return was filed: `GSTR-3B` of a period, `GSTR-9` of a year; None takes the note back."""
        filed = filed_on.isoformat() if filed_on else None
        row = {"form": form, "period": period, "filed_on": filed, "arn": arn}
        self.append(database.filed_returns, [self.signed(row)])

    def signed(self, row: dict[str, object]) -> dict[str, object]:
        """The row with who and when."""
        return row | {"by": getpass.getuser(), "at": datetime.now(UTC).isoformat(timespec="milliseconds")}

    def append(self, table: sa.Table, rows: list[dict[str, object]]) -> None:
        """Add rows to a log of the client's database; on the disk when this returns."""
        database.append(self.engine, table, rows)
        if table is database.sources:
            self.__dict__.pop("sources", None)

    def log(self, table: sa.Table, **equal: object) -> pd.DataFrame:
        """All rows of a log in their order, those that equal what is given."""
        query = sa.select(table).order_by(table.c.id)
        for name, value in equal.items():
            query = query.where(table.c[name] == value)
        return database.fetch(self.engine, query)

    def record_run(self, period: str, verb: str, result: dict[str, object]) -> None:
        """Note what a step or a report gave."""
        row = {"period": period, "verb": verb, "result": json.dumps(result, default=str)}
        self.append(database.runs, [self.signed(row)])

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Every import, one row each, in the order they came."""
        return self.log(database.sources)

    def load(self, table_key: str, side: str) -> Intake:
        """One import, as it was read."""
        return store.load(self.folder / TABLES, table_key, side)

    def reports(self, period: str) -> Path:
        """The folder for what is handed out for `period`."""
        folder = self.folder / REPORTS / check_period(period)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def backup(self, target: str | Path) -> Path:
        """Copy the client's folder to `target`, which must not exist yet, also while others have it open."""
        target = Path(target).resolve()
        if target.exists() or target.is_relative_to(self.folder):
            raise WorkspaceError(f"{target} exists, or lies inside the client's folder.", hint="Name a new folder.")
        target.mkdir(parents=True)
        database.copy_to(self.engine, target / DATABASE)
        shutil.copytree(self.folder, target, ignore=shutil.ignore_patterns(f"{DATABASE}*"), dirs_exist_ok=True)
        return target

    def close(self) -> None:
        """Fold the database into one file; the folder may be copied then."""
        database.checkpoint(self.engine)
        self.engine.dispose()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _filed(self, form: str) -> dict[str, date]:
        latest = self.log(database.filed_returns, form=form).drop_duplicates("period", keep="last")
        latest = latest[latest["filed_on"].notna()]
        return {row.period: date.fromisoformat(row.filed_on) for row in latest.itertuples()}


def _source_row(side: str, intake: Intake, key: str, month: str) -> dict[str, object]:
    documents = intake.documents
    days = documents["doc_date"] if side == "portal" else documents["voucher_date"].fillna(documents["doc_date"])
    months = days.dropna().dt.strftime("%Y-%m")
    found = intake.sources
    periods = found["period"].dropna()
    return {
        "month": month,
        "side": side,
        "kind": " ".join(sorted(set(found["kind"]))),
        "files": json.dumps(found["file"].tolist(), ensure_ascii=False),
        "table_key": key,
        "period": periods.iloc[0] if len(periods) else None,
        "first_month": months.min() if len(months) else None,
        "last_month": months.max() if len(months) else None,
        "documents": len(documents),
    }
