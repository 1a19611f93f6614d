from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from imsrecon import ImsreconError, Workspace
from imsrecon.domain import SettingsError, WorkspaceError
from imsrecon.workspace import database
from imsrecon.workspace.client import Client, read_client, write_client

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
        ("gstin = 5", "gstin is not text"),
        (f"gstin = '{GSTIN}'\nfrequency = 5", "frequency is not text"),
        (f"gstin = '{GSTIN}'\n[frequency]", "frequency is empty"),
        (f"gstin = '{GSTIN}'\nfrequency = 'weekly'", "monthly or quarterly"),
    ],
)
def test_a_faulty_client_toml_is_named(tmp_path, text, message):
    (tmp_path / "client.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ImsreconError, match=message):
        read_client(tmp_path)


def test_a_byte_order_mark_and_small_letters_do_no_harm(tmp_path):
    (tmp_path / "client.toml").write_text(f"gstin = '{GSTIN.lower()}'", encoding="utf-8-sig")
    assert read_client(tmp_path).gstin == GSTIN


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


def test_a_lost_database_is_not_made_again(tmp_path):
    Workspace.create(tmp_path, GSTIN).close()
    (tmp_path / "imsrecon.db").unlink()
    with pytest.raises(WorkspaceError, match=r"is missing.*last backup"):
        Workspace(tmp_path)
    assert not (tmp_path / "imsrecon.db").exists()


@pytest.mark.parametrize("name", ["R&D%2050", "a?b", "with space#x", "ग्राहक"])
def test_the_database_lies_in_the_folder_whatever_its_name(tmp_path, name):
    Workspace.create(tmp_path / name, GSTIN).close()
    assert (tmp_path / name / "imsrecon.db").is_file()


def test_two_clients_do_not_share_a_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'firm.db'}"
    Workspace.create(tmp_path / "one", GSTIN, database=url).close()
    with pytest.raises(WorkspaceError, match="belongs to"):
        Workspace.create(tmp_path / "two", "27ZZZCS2026T1Z6", database=url)


@pytest.mark.parametrize(("url", "message"), [("no url", "no database URL"), ("nosuch://x", "no database URL")])
def test_a_wrong_database_url_is_named(tmp_path, url, message):
    with pytest.raises(WorkspaceError, match=message):
        Workspace.create(tmp_path / "x", GSTIN, database=url)


def test_a_quarterly_return_is_kept_by_its_quarter(tmp_path):
    with Workspace.create(tmp_path, GSTIN, frequency="quarterly") as workspace:
        workspace.record_filed("GSTR-3B", "2026-05", date(2026, 7, 20))
        assert workspace.profile.filed_on("2026-04") == date(2026, 7, 20)
        workspace.record_filed("GSTR-9", "2024-25", date(2025, 10, 2))
        assert workspace.profile.filed_gstr9 == {"2024-25": date(2025, 10, 2)}
        with pytest.raises(WorkspaceError, match="is not kept"):
            workspace.record_filed("GSTR-9", "junk", date(2025, 10, 2))


def test_the_schema_is_the_same_on_postgres():
    from sqlalchemy.dialects import postgresql

    for table in database.metadata.sorted_tables:
        assert str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))
