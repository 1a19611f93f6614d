"""Nothing confirmed is lost, nothing signed unseen: killed programs, two kernels at once, damaged and stale files."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from conftest import FILES

from imsrecon import Workspace
from imsrecon.domain import InputError, WorkspaceError
from imsrecon.workspace import database

PERIOD = "2026-06"

# The program ends itself without warning when its n-th line for a log has been given to the database.
KILLED = """
import datetime, os, signal, sys
import pandas as pd, sqlalchemy as sa
from imsrecon import Workspace
folder, at, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
workspace = Workspace(folder)
today = datetime.date(2026, 7, 16)
month = workspace.month("2026-06", today)
waiting = month.left["portal_id"].sort_values()
seen = []

@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def count(connection, cursor, statement, *rest):
    if statement.lstrip().upper().startswith("INSERT"):
        seen.append(statement)
        if len(seen) == at:
            os.kill(os.getpid(), 9)

if what == "decide":
    month.decide(pd.DataFrame({"portal_id": waiting, "action": "A"}))
elif what == "sign":
    month.sign("Meera Shah")
elif what == "file":
    month.file(today, "AA270626000001X")
elif what == "import":
    workspace.import_files(sys.argv[4:], "2026-07")
print("done", len(seen))
"""


def _run_killed(folder, at, what, *arguments):
    command = [sys.executable, "-c", KILLED, str(folder), str(at), what, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _counts(folder):
    with sqlite3.connect(folder / "imsrecon.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {log.name: len(connection.execute(str(sa.select(log.c.id))).fetchall()) for log in database.LOGS}


@pytest.mark.parametrize("what", ["decide", "sign", "file", "import"])
def test_killed_in_the_middle_leaves_all_or_nothing_and_can_be_repeated(workspace, month, what):
    """kill -9 after each of the step's lines: none of them is there; then the same step, left alone, is done."""
    folder, files = workspace.folder, FILES if what == "import" else []
    if what == "file":
        month.sign("Meera Shah")
    before = _counts(folder)
    for at in (1, 2, 3):
        ended = _run_killed(folder, at, what, *files)
        if ended.returncode == 0:
            break
        assert ended.returncode == -9, ended.stderr
        assert _counts(folder) == before
        with Workspace(folder) as again:
            assert PERIOD not in again.profile.filed_3b
            assert again.month(PERIOD, month.today).control() is not None
    assert ended.stdout.startswith("done"), ended.stderr
    added = {name: count - before[name] for name, count in _counts(folder).items() if count != before[name]}
    wanted = {
        "decide": {"decisions"},
        "sign": {"signatures", "signed_records"},
        "file": {"filed_returns", "runs"},
        "import": {"sources"},
    }
    assert set(added) == wanted[what]


def test_nobody_signs_for_what_he_has_not_seen(workspace, month):
    month.decide_suggested()
    shown = month.left
    other = workspace.month(PERIOD, month.today)
    assert other.undo() > 100
    with pytest.raises(InputError, match=r"list has changed since it was shown: \d+ came") as refusal:
        month.sign("Meera Shah")
    assert refusal.value.code == "changed"
    assert workspace.log(database.signatures).empty
    assert len(month.left) > len(shown), "the month shows the list as it is now"
    assert month.sign("Meera Shah").records == len(month.left)


def _changed(record, tmp_path):
    """The June download with another value in one record."""
    (path,) = [path for path in FILES if "_IMS_" in path.name]
    download = json.loads(path.read_text(encoding="utf-8"))
    for row in download["imsDetails"]["b2b"]:
        if (row["inum"], row["stin"]) == (record["doc_no"], record["supplier_gstin"]):
            row["txval"] += 100
    changed = tmp_path / "again.json"
    changed.write_text(json.dumps(download), encoding="utf-8")
    return changed


def test_a_kernel_that_has_not_seen_the_newest_download_files_nothing(workspace, month, tmp_path):
    """Another kernel imports a newer download after this one's list was signed: the list is not that one any more."""
    month.sign("Meera Shah")
    record = month.left.query("section == 'B2B'").iloc[0]
    with Workspace(workspace.folder) as other:
        other.import_files([_changed(record, tmp_path)], PERIOD)
    assert month.signature.stands, "this kernel knows of nothing"
    with pytest.raises(InputError, match="the list has changed since Meera Shah signed it"):
        month.file(month.today)
    assert PERIOD not in workspace.profile.filed_3b
    with pytest.raises(InputError, match="list has changed since it was shown"):
        month.sign("Meera Shah")


def test_the_upload_file_holds_what_another_kernel_decided(workspace, month, tmp_path):
    month.decide_suggested()
    portal_id = month.left.query("section == 'B2B'")["portal_id"].iloc[0]
    workspace.month(PERIOD, month.today).decide(pd.DataFrame({"portal_id": [portal_id], "action": ["R"]}))
    own = tmp_path / "ims_error_27ZZZCS2026T1Z6_2026-06_1.json"
    own.write_text("{}", encoding="utf-8")
    month.write_upload(tmp_path)
    assert portal_id in set(month.standing_decisions["portal_id"])
    number = month.portal.set_index("doc_id").loc[portal_id, "doc_no"]
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("ims_save_*.json")]
    assert any(number in text for text in written)
    assert own.exists(), "a file that is not ours stays"


def test_what_another_kernel_does_in_the_same_moment_is_not_written_over(workspace, month):
    portal_id = month.left["portal_id"].iloc[0]
    row = {"portal_id": portal_id, "action": "P"}
    seen = workspace.newest()
    workspace.month(PERIOD, month.today).decide(pd.DataFrame([row]))
    line = workspace.signed({"form": "GSTR-3B", "period": PERIOD, "filed_on": "2026-07-16", "arn": ""})
    with pytest.raises(WorkspaceError, match="nothing was written") as refusal:
        workspace.append(database.filed_returns, [line], seen={"decisions": seen["decisions"]})
    assert refusal.value.code == "meanwhile"
    assert workspace.filings["period"].tolist() == ["2026-04", "2026-05"]


def test_the_policy_gives_way_to_a_person_who_decides_meanwhile(workspace, month):
    """The person's line comes while the suggestions are being checked, after the log was read."""
    portal_id = month.suggestions.loc[month.suggestions["auto"], "portal_id"].iloc[0]
    month.__class__ = _slow(workspace, portal_id)
    with pytest.raises(WorkspaceError, match="Somebody else"):
        month.decide_suggested()
    month.refresh()
    assert month.decisions[["portal_id", "action", "how"]].to_numpy().tolist() == [[portal_id, "P", "person"]]


def _slow(workspace, portal_id):
    """A Month in which a person of another kernel decides just before this one looks whether the month is open."""
    from imsrecon import Month

    class Slow(Month):
        def still_open(self):
            seen = super().still_open()
            other = Workspace(workspace.folder).month(PERIOD, self.today)
            other.decide(pd.DataFrame({"portal_id": [portal_id], "action": ["P"]}))
            return seen

    return Slow


def test_two_imports_at_once_are_two_downloads(workspace, tmp_path):
    code = "import sys; from imsrecon import Workspace; Workspace(sys.argv[1]).import_files(sys.argv[2:], '2026-07')"
    files = [path for path in FILES if path.suffix == ".json"][:4]
    programs = [subprocess.Popen([sys.executable, "-c", code, str(workspace.folder), str(path)]) for path in files]
    assert [program.wait() for program in programs] == [0] * 4
    july = workspace.sources.query("month == '2026-07'")
    assert july["batch"].nunique() == len(july) == 4


@pytest.mark.parametrize("damage", [lambda content: content[:200], lambda content: content[:-400] + b"\0" * 400])
def test_a_damaged_import_is_mended_by_importing_the_file_again(workspace, damage):
    path = workspace.folder / "tables" / f"{workspace.sources['table_key'].iloc[0]}.parquet"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    with pytest.raises(WorkspaceError, match="Import the file again"):
        _ = workspace.month(PERIOD).register
    workspace.import_files(FILES, PERIOD)
    assert path.read_bytes() == whole
    assert len(workspace.month(PERIOD).register) == 601


def test_a_damaged_database_is_one_sentence(imported, tmp_path):
    folder = tmp_path / "client"
    shutil.copytree(imported, folder)
    with Workspace(folder) as workspace:
        assert len(workspace.sources) > 0
    path = folder / "imsrecon.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(WorkspaceError, match="Restore it from the last copy"):
        _ = Workspace(folder).sources


def test_what_a_filing_took_does_not_follow_later_imports(workspace, month):
    """Taking the register back after the filing leaves the links that the filed month had settled."""
    month.sign("Meera Shah")
    links = month.reconciliation.links
    taken = month.preview.documents.query("part == 'available'")["portal_id"]
    month.file(month.today)
    june = workspace.sources.query("kind.str.startswith('ims')")["id"].iloc[0]
    workspace.withdraw(int(june))
    (settled,) = [part for part in workspace.month("2026-07", month.today).settled if part.period == PERIOD]
    assert set(settled.records["doc_id"]) >= set(taken)
    assert set(settled.links["portal_id"]) == set(links["portal_id"]) & set(settled.records["doc_id"])


def test_a_filing_on_which_a_later_one_rests_is_not_taken_back(workspace, month):
    with pytest.raises(InputError, match="May 2026 is noted as filed after that of Apr 2026"):
        workspace.month("2026-04", month.today).take_back_filing()
    for period in ("2026-05", "2026-04"):
        workspace.month(period, month.today + timedelta(days=1)).take_back_filing()
    assert workspace.filings.empty
