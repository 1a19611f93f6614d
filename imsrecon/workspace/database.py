"""The client's database: sources, decisions, verdicts, signed lists, inputs, filed returns and runs.

Rows are added, never changed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from imsrecon.domain import DECLARED, HEADS, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 2
OLDEST_VERSION = 1  # what a newer imsrecon brings up to date by itself
_BUSY_SECONDS = 30

metadata = sa.MetaData()


def _log_table(name: str, *columns: sa.Column) -> sa.Table:
    """A table whose rows are numbered, signed and dated."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *columns,
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )


meta = sa.Table(
    "meta",
    metadata,
    sa.Column("gstin", sa.Text, primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
)
sources = _log_table(
    "sources",
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("table_key", sa.Text, nullable=False),
    sa.Column("period", sa.Text),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("batch", sa.Integer, nullable=False),  # what one call imported is one download
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)
decisions = _log_table(
    "decisions",
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False, index=True),
    sa.Column("portal_id", sa.Text, nullable=False, index=True),
    sa.Column("action", sa.Text),  # missing: the decision is withdrawn
    sa.Column("itc_reduction", sa.Text),
    *(sa.Column(name, sa.Float) for name in DECLARED),
    sa.Column("remarks", sa.Text),
    sa.Column("reason_code", sa.Text),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("rule", sa.Text),
)
verdicts = _log_table(
    "verdicts",
    sa.Column("register_id", sa.Text, nullable=False),
    sa.Column("portal_id", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text),  # missing: the word is taken back
)
filed_returns = _log_table(
    "filed_returns",
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("filed_on", sa.Text),
    sa.Column("arn", sa.Text),
)
runs = _log_table(
    "runs",
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
)
# Since version 2.
signatures = _log_table(
    "signatures",
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("signed_on", sa.Text, nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("tax", sa.Float, nullable=False),
)
signed_records = _log_table(
    "signed_records",
    sa.Column("batch", sa.Text, nullable=False, index=True),
    sa.Column("portal_id", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("tax", sa.Float, nullable=False),
)
inputs = _log_table(
    "inputs",
    sa.Column("period", sa.Text, nullable=False, index=True),
    sa.Column("item", sa.Text, nullable=False),
    *(sa.Column(head, sa.Float, nullable=False) for head in HEADS),
    sa.Column("note", sa.Text),
)
LOGS = (sources, decisions, verdicts, filed_returns, runs, signatures, signed_records, inputs)


def open_database(url: str | sa.URL, gstin: str, *, create: bool = False) -> sa.Engine:
    """An engine for a client's database, checked to be his; with `create` it is made where there is none.

    No connection outlives its use, so threads and several kernels may share the workspace. A database of an older
    version is brought up to date: tables are added, nothing in it changes.
    Raises `WorkspaceError` if it is no database, of another version, of another client, or in use for too long.
    """
    with told():
        engine = sa.create_engine(url, poolclass=NullPool)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_pragmas)
        if create:
            _create(engine, gstin)
        found = fetch(engine, sa.select(meta))
        if found["schema_version"].between(OLDEST_VERSION, SCHEMA_VERSION - 1).all() and len(found):
            _bring_up_to_date(engine)
            found = fetch(engine, sa.select(meta))
    versions = found["schema_version"].tolist()
    if versions != [SCHEMA_VERSION]:
        raise WorkspaceError(
            f"The client's database has schema {versions}, this imsrecon reads {SCHEMA_VERSION}.",
            hint="Use the imsrecon version that made it, or newer.",
        )
    if found["gstin"].tolist() != [gstin]:
        raise WorkspaceError(
            f"The database belongs to {found['gstin'].iloc[0]}, the folder to {gstin}.",
            hint="Give each client a database of his own.",
        )
    return engine


@contextmanager
def told() -> Iterator[None]:
    """Turn what a database complains of into one sentence with the way out."""
    try:
        yield
    except sa.exc.ArgumentError as error:
        raise WorkspaceError(f"The setting `database` is no database URL: {error}.") from error
    except ModuleNotFoundError as error:
        raise WorkspaceError(f"{error}.", hint="Install the driver with `pip install imsrecon[postgres]`.") from error
    except sa.exc.OperationalError as error:
        raise WorkspaceError(
            f"The client's database does not answer: {error.orig}.",
            hint="Close what else has it open for long, and check that the folder may be written.",
        ) from error
    except sa.exc.DatabaseError as error:
        raise WorkspaceError(
            f"The client's database cannot be opened: {error.orig}.", hint="Restore it from the last copy."
        ) from error


def _set_pragmas(connection: object, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _create(engine: sa.Engine, gstin: str) -> None:
    metadata.create_all(engine)
    with engine.begin() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(meta)).scalar() == 0:
            connection.execute(meta.insert().values(gstin=gstin, schema_version=SCHEMA_VERSION))
        _refuse_changes(connection)


def _bring_up_to_date(engine: sa.Engine) -> None:
    """Add what newer versions have. Each step may be repeated: two programs may do it at once, or one be killed."""
    with engine.begin() as connection:
        for table in LOGS:
            connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
        _refuse_changes(connection)
        connection.execute(meta.update().values(schema_version=SCHEMA_VERSION))


def _refuse_changes(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        for table in LOGS:
            for change in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(_refusal(table.name, change))


def _refusal(table: str, change: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    )


def fetch(engine: sa.Engine, query: sa.Select) -> pd.DataFrame:
    """The rows of a query as a DataFrame."""
    with told(), engine.connect() as connection:
        return pd.read_sql(query, connection)


def newest(connection: sa.Connection) -> dict[str, int]:
    """Log → the number of its last row, 0 where it has none."""
    return {
        table.name: connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar()
        for table in LOGS
    }


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that no other writer comes between: all of it is on the disk when it ends, or nothing."""
    with told(), engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(meta.c.gstin).with_for_update())
        yield connection


def checkpoint(engine: sa.Engine) -> None:
    """Fold SQLite's write-ahead log into the one file, so that a copy of it is whole."""
    if engine.dialect.name == "sqlite":
        with told(), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def copy_to(engine: sa.Engine, path: Path) -> None:
    """Copy SQLite's database, as it stands between two writes, into a file of its own.

    Raises `WorkspaceError` for another database, which has its own tools for that.
    """
    if engine.dialect.name != "sqlite":
        raise WorkspaceError("The client's database is not a file.", hint="Use the database server's own backup.")
    with told(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM INTO :path"), {"path": str(path)})
