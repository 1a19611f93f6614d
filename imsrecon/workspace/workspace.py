"""One client's folder: settings, imports, decisions, and what has been filed."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from imsrecon.domain import Profile, WorkspaceError, check_period, parse_gstin
from imsrecon.workspace import database, store
from imsrecon.workspace.client import FILE, Client, read_client, write_client
from imsrecon.workspace.imports import is_zip, read_any, read_folder, read_part, read_zip, standing
from imsrecon.workspace.mappings import read_mappings
from imsrecon.workspace.month import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from imsrecon.intake import Intake

Part = tuple[sa.Table, "list[dict[str, object]]"]

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
        if not self.client.database and not (self.folder / DATABASE).is_file():
            raise WorkspaceError(
                f"{self.folder / DATABASE} is missing: the client's imports and decisions are in it.",
                hint="Copy it back from the last backup.",
            )
        self.engine = database.open_database(_url(self.folder, self.client), self.client.gstin)

    @classmethod
    def create(cls, folder: str | Path, gstin: str, name: str = "", **settings: object) -> Workspace:
        """Make a client's folder, which may exist but holds no client yet, and open it."""
        folder = Path(folder)
        if (folder / FILE).exists():
            raise WorkspaceError(f"{folder} already holds a client.", hint="Choose another folder, or use this one.")
        client = Client(parse_gstin(gstin).text, name, **settings)
        client.profile({}, {})
        folder.mkdir(parents=True, exist_ok=True)
        database.open_database(_url(folder.resolve(), client), client.gstin, create=True).dispose()
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

    def look(
        self, path: str | Path, *, kind: str | None = None, mapping: Mapping[str, str | None] | None = None
    ) -> tuple[str, Intake]:
        """Read a file and store nothing: its side, and what it holds (`imports.read_any`).

        A register is read with the columns remembered for its layout, or as `mapping` says.
        """
        remembered = read_mappings(self.folder)
        return read_any(Path(path), self.client.gstin, kind=kind, mappings=remembered, mapping=mapping)

    def import_files(self, paths: Iterable[str | Path], month: str, *, kind: str | None = None) -> list[Intake]:
        """Read files, each on its own, and add them as sources of `month`; nothing is stored if one cannot be read.

        A folder or a zip may hold files of both sides; what lies in it and cannot be read is told and passed over.
        """
        check_period(month)
        return self.keep([pair for path in paths for pair in self.look_all(Path(path), kind=kind)], month)

    def look_all(self, path: Path, *, kind: str | None = None) -> list[tuple[str, Intake]]:
        """`look` into a file, or into each file of a folder or a zip."""
        if path.is_dir():
            return read_folder(path, lambda inner: self.look_all(inner, kind=kind))
        if kind is None and is_zip(path):
            return read_zip(path, self.client.gstin, read_mappings(self.folder), None)
        return [self.look(path, kind=kind)]

    def keep(self, read: Sequence[tuple[str, Intake]], month: str) -> list[Intake]:
        """Add what `look` gave as sources of `month`; one call is one import.

        Registers add up. Of the portal's files the newest import counts (`imports.portal_in_use`). A file that
        counts already has no effect; a register read with other columns than before counts as it is read now.
        """
        check_period(month)
        rows = []
        for side, whole in read:
            intake = read_part(whole)
            key = store.table_key(intake, side)
            store.save(self.folder / TABLES, key, intake)
            rows.append(self.signed(_source_row(side, intake, key, month)))
        with database.writing(self.engine) as connection:
            sources = pd.read_sql(sa.select(database.sources).order_by(database.sources.c.id), connection)
            batch = int(sources["batch"].max()) + 1 if len(sources) else 1
            new = [row | {"batch": batch} for row in _new(rows, standing(sources, month), month)]
            if new:
                connection.execute(database.sources.insert(), new)
        return [intake for _, intake in read]

    def withdraw(self, source_id: int) -> None:
        """Take an import back, by its number in `sources`; importing the file again brings it back."""
        known = self.sources.set_index("id")
        if source_id not in known.index:
            raise WorkspaceError(f"There is no import number {source_id}.", hint="`imsrecon sources DIR` lists them.")
        row = known.loc[source_id].drop(["by", "at"]).to_dict()
        self.append(database.sources, [self.signed(row | {"withdrawn": True})])

    def record_filed(self, form: str, period: str, filed_on: date | None, arn: str = "") -> None:
        """Note that a return was filed: `GSTR-3B` of a period (of a quarterly filer: of any month of the quarter),
        `GSTR-9` of a year such as 2024-25; None takes the note back. Raises `WorkspaceError` for any other form."""
        self.append(database.filed_returns, [self.filed_row(form, period, filed_on, arn)])

    def filed_row(self, form: str, period: str, filed_on: date | None, arn: str) -> dict[str, object]:
        """The line of the log that `record_filed` adds."""
        if form == "GSTR-3B":
            period = self.profile.tax_period(check_period(period))
        elif form != "GSTR-9" or not re.fullmatch(r"20\d{2}-\d{2}", period):
            raise WorkspaceError(f"{form} of {period!r} is not kept.", hint="GSTR-3B of a period, GSTR-9 of a year.")
        filed = filed_on.isoformat() if filed_on else None
        return self.signed({"form": form, "period": period, "filed_on": filed, "arn": arn})

    def signed(self, row: dict[str, object]) -> dict[str, object]:
        """The row with who and when."""
        return row | {"by": _user(), "at": datetime.now(UTC).isoformat(timespec="milliseconds")}

    def append(
        self, table: sa.Table, rows: list[dict[str, object]], *more: Part, seen: Mapping[str, int] | None = None
    ) -> None:
        """Add rows to a log of the client's database, and to others with it, all or none; then they are on the disk.

        `seen`: log → the number of its last row when it was looked at (`newest`). Raises `WorkspaceError` and adds
        nothing if somebody has written into one of them since.
        """
        parts = [(log, found) for log, found in ((table, rows), *more) if found]
        if not parts:
            return
        with database.writing(self.engine) as connection:
            now = database.newest(connection)
            if any(now[name] != number for name, number in (seen or {}).items()):
                raise WorkspaceError(
                    "Somebody else has worked on this client in this moment: nothing was written.",
                    hint="Look at it again, and repeat it.",
                    code="meanwhile",
                )
            for log, found in parts:
                connection.execute(log.insert(), found)

    def newest(self) -> dict[str, int]:
        """Log → the number of its last row: it grows with every line, whoever writes it."""
        with database.told(), self.engine.connect() as connection:
            return database.newest(connection)

    def log(self, table: sa.Table, **equal: object) -> pd.DataFrame:
        """All rows of a log in their order, those that equal what is given, or one of a list."""
        query = sa.select(table).order_by(table.c.id)
        for name, value in equal.items():
            column = table.c[name]
            query = query.where(column.in_(value) if isinstance(value, list) else column == value)
        return database.fetch(self.engine, query)

    def last_lines(self) -> dict[str, int]:
        """The number of the last line of each log but `runs`: another number says that somebody wrote since."""
        newest = {table.name: sa.func.coalesce(sa.func.max(table.c.id), 0) for table in database.LOGS}
        newest.pop("runs")
        query = sa.select(*(sa.select(last).scalar_subquery().label(name) for name, last in newest.items()))
        return database.fetch(self.engine, query).iloc[0].astype("int64").to_dict()

    def record_run(self, period: str, verb: str, result: dict[str, object]) -> None:
        """Note what a step or a report gave."""
        self.append(database.runs, [self.run_row(period, verb, result)])

    def run_row(self, period: str, verb: str, result: dict[str, object]) -> dict[str, object]:
        """The line of the log that `record_run` adds."""
        return self.signed({"period": period, "verb": verb, "result": json.dumps(result, default=str)})

    def results(self, verb: str) -> pd.DataFrame:
        """What `record_run` noted under `verb`, oldest first: period, at, by, and what the result says."""
        log = self.log(database.runs, verb=verb)
        said = pd.DataFrame([json.loads(text) for text in log["result"]], index=log.index)
        return log[["period", "by", "at"]].join(said)

    @property
    def filings(self) -> pd.DataFrame:
        """The returns recorded as filed, as last noted: form, period, filed_on, arn, by, at."""
        last = self.log(database.filed_returns).drop_duplicates(["form", "period"], keep="last")
        return last[last["filed_on"].notna()].drop(columns="id").sort_values(["form", "period"], ignore_index=True)

    @property
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

    def new_reports(self, period: str) -> Path:
        """`reports(period)`, emptied: what was handed out before moves to `earlier-1`, `earlier-2` … inside it."""
        folder = self.reports(period)
        handed_out = [path for path in folder.iterdir() if not path.name.startswith("earlier-")]
        if handed_out:
            earlier = folder / f"earlier-{1 + len(list(folder.glob('earlier-*')))}"
            earlier.mkdir()
            for path in handed_out:
                path.rename(earlier / path.name)
        return folder

    def backup(self, target: str | Path) -> Path:
        """Copy the client's folder to `target`, which must not exist yet, also while others have it open."""
        target = Path(target).resolve()
        if target.exists() or target.is_relative_to(self.folder):
            raise WorkspaceError(f"{target} exists, or lies inside the client's folder.", hint="Name a new folder.")
        target.mkdir(parents=True)
        database.copy_to(self.engine, target / DATABASE)
        shutil.copytree(
            self.folder, target, ignore=shutil.ignore_patterns(f"{DATABASE}*", "*.part"), dirs_exist_ok=True
        )
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


def _url(folder: Path, client: Client) -> str | sa.URL:
    return client.database or sa.URL.create("sqlite", database=str(folder / DATABASE))


def _user() -> str:
    """Who works here; a hosted hub may run people under numbers without a name."""
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _new(rows: list[dict[str, object]], stand: pd.DataFrame, month: str) -> list[dict[str, object]]:
    """The rows to add: registers that do not stand yet, and the portal's files unless they are the newest anyway."""
    stand = stand[stand["month"].eq(month)]
    keys = {row["table_key"] for row in rows}
    own = stand[stand["table_key"].isin(keys)]
    later = stand[stand["side"].eq("portal") & ~stand["table_key"].isin(keys) & (stand["id"] > own["id"].min())]
    known = set(own["table_key"])
    portal = [row for row in rows if row["side"] == "portal"]
    if all(row["table_key"] in known for row in portal) and later.empty:
        portal = []
    return [row for row in rows if row["side"] == "register" and row["table_key"] not in known] + portal


def _source_row(side: str, intake: Intake, key: str, month: str) -> dict[str, object]:
    found = intake.sources
    periods = found["period"].dropna()
    return {
        "month": month,
        "side": side,
        "kind": " ".join(sorted(set(found["kind"]))),
        "files": json.dumps(found["file"].tolist(), ensure_ascii=False),
        "table_key": key,
        "period": periods.iloc[0] if len(periods) else None,
        "documents": len(intake.documents),
        "withdrawn": False,
    }
