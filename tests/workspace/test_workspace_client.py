from __future__ import annotations

import pytest
import sqlalchemy as sa

from imsrecon import ImsreconError, Workspace
from imsrecon.domain import SettingsError, WorkspaceError
from imsrecon.workspace import database
from imsrecon.workspace.client import Client, read_client, write_client
from imsrecon.workspace.imports import in_use

GSTIN = "27ZZZCR1000A1ZM"
NAMES = ['Plain "quoted" & <b>bold</b>', "line\nbreak\tand \\", "रुपया ₹", "=1+1", "\x7f\x01"]


@pytest.mark.parametrize("name", NAMES)
def test_client_toml_round_trip(tmp_path, name):
    client = Client(GSTIN, name, {"2025-04": "quarterly", "2026-04": "monthly"}, match={"head_tolerance": 2.0})
    write_client(tmp_path, client)
    assert read_client(tmp_path) == client
    assert read_client(tmp_path).match_settings().head_tolerance == 2.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 'x'", "names no gstin"),
        (f"gstin = '{GSTIN}'\ncolour = 'red'", "colour"),
        ("gstin = ", "cannot be read"),
        ("gstin = '27AABCU9603R1ZM'", "checksum"),
        (f"gstin = '{GSTIN}'\nfrequency = 'weekly'", "monthly or quarterly"),
    ],
)
def test_a_faulty_client_toml_is_named(tmp_path, text, message):
    (tmp_path / "client.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ImsreconError, match=message):
        read_client(tmp_path)


def test_an_unknown_tolerance_is_named():
    with pytest.raises(SettingsError, match="head_tolerence"):
        Client(GSTIN, match={"head_tolerence": 1}).match_settings()


def test_a_folder_that_is_no_client(tmp_path):
    with pytest.raises(WorkspaceError, match="no client's folder"):
        Workspace(tmp_path)


def test_a_client_is_made_once(tmp_path):
    Workspace.create(tmp_path, GSTIN, "One").close()
    with pytest.raises(WorkspaceError, match="already holds a client"):
        Workspace.create(tmp_path, GSTIN, "Two")


def test_a_database_of_another_version_is_refused(tmp_path):
    with Workspace.create(tmp_path, GSTIN) as workspace, workspace.engine.begin() as connection:
        connection.execute(sa.text("update meta set schema_version = 99"))
    with pytest.raises(WorkspaceError, match="schema"):
        Workspace(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    Workspace.create(tmp_path, GSTIN).close()
    (tmp_path / "imsrecon.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Workspace(tmp_path)


def _source(number, month, side, kind, period=None, first=None, last=None):
    row = {"id": number, "month": month, "side": side, "kind": kind, "period": period}
    return row | {"first_month": first, "last_month": last}


@pytest.mark.parametrize(
    ("rows", "used"),
    [
        ([_source(1, "2026-06", "portal", "ims"), _source(2, "2026-06", "portal", "ims")], [2]),
        ([_source(1, "2026-05", "portal", "ims"), _source(2, "2026-07", "portal", "ims")], []),
        ([_source(1, "2026-06", "portal", "gstr2b", "2026-05"), _source(2, "2026-06", "portal", "gstr2b", "2026-06")],
         [1, 2]),
        ([_source(1, "2026-06", "portal", "gstr2b", "2026-06"), _source(2, "2026-06", "portal", "gstr2b", "2026-06")],
         [2]),
        ([_source(1, "2026-06", "portal", "gstr2b", "2026-07")], []),
        ([_source(1, "2026-05", "register", "tally", None, "2026-05", "2026-05"),
          _source(2, "2026-06", "register", "tally", None, "2026-06", "2026-06")], [1, 2]),
        ([_source(1, "2026-05", "register", "tally", None, "2026-05", "2026-05"),
          _source(2, "2026-06", "register", "tally", None, "2026-04", "2026-06")], [2]),
        ([_source(1, "2026-06", "register", "tally", None, "2026-04", "2026-06"),
          _source(2, "2026-06", "register", "tally", None, "2026-06", "2026-06")], [1, 2]),
    ],
    ids=["newest download", "of the month only", "each statement", "newest statement", "no later statement",
         "registers add up", "a wider register replaces", "a narrower one does not"],
)  # fmt: skip
def test_which_imports_a_month_uses(rows, used):
    import pandas as pd

    assert in_use(pd.DataFrame(rows), "2026-06")["id"].tolist() == used


def test_the_schema_is_the_same_on_postgres():
    from sqlalchemy.dialects import postgresql

    for table in database.metadata.sorted_tables:
        assert str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))
