"""The sample client's month, through the real files, matcher, law and database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from imsrecon import ActionNotAllowed, ImsreconError, Workspace, read_portal
from imsrecon.domain import sum_rupees
from imsrecon.resources import shipped
from imsrecon.workspace import database

PERIOD = "2026-06"


def _open_ids(month, action="pending", count=1):
    allowed = month.allowed[month.allowed["accept"] & month.allowed[action]]
    undecided = allowed.loc[~allowed["portal_id"].isin(month.decisions["portal_id"]), "portal_id"]
    return undecided.sort_values().head(count).tolist()


def _decide(month, action, ids, **columns):
    return month.decide(pd.DataFrame({"portal_id": ids, "action": action, **columns}))


def test_rows_and_rupees_add_up_from_step_to_step(month):
    control = month.control()
    for side, table in (("register", month.register), ("portal", month.portal)):
        for step in control.loc[control["side"].eq(side), "step"].unique():
            lines = control[control["side"].eq(side) & control["step"].eq(step)]
            assert lines["rows"].sum() == len(table)
            assert sum_rupees(lines["taxable_value"]) == sum_rupees(table["taxable_value"])
    assert set(control["step"]) == {"read", "import", "match", "preview"}


def test_the_truth_of_the_sample_is_found(month):
    truth = pd.read_csv(shipped("sample_data") / "truth.csv", dtype="str")
    true = truth.dropna(subset=["register_id", "portal_id"])
    links = month.reconciliation.links.merge(true, on=["register_id", "portal_id"])
    assert len(links) / len(true) > 0.99
    certain = month.reconciliation.matches.query("confidence == 'certain'")["match_id"]
    wrong = month.reconciliation.links.merge(true, on=["register_id", "portal_id"], how="left", indicator=True)
    assert not wrong.loc[wrong["_merge"].eq("left_only"), "match_id"].isin(certain).any()


def test_the_same_file_twice_has_no_effect(workspace, month):
    before = len(workspace.sources), len(month.portal)
    workspace.import_files([shipped("sample_data") / name for name in _names()], PERIOD)
    month.refresh()
    assert (len(workspace.sources), len(month.portal)) == before


def _names():
    return sorted(path.name for path in shipped("sample_data").glob("*.json"))


def test_a_decision_is_on_disk_before_decide_returns(workspace, month):
    ids = _open_ids(month, count=2)
    _decide(month, "P", ids, remarks=["bill awaited", None])
    code = (
        "import sys, sqlite3; db = sqlite3.connect(sys.argv[1]);"
        "print(db.execute('select count(*), max(remarks) from decisions').fetchone())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(workspace.folder / "imsrecon.db")], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "(2, 'bill awaited')"


def test_a_process_killed_after_deciding_loses_nothing(imported, tmp_path):
    folder = tmp_path / "client"
    shutil.copytree(imported, folder)
    code = (
        "import os, sys, datetime, pandas as pd; from imsrecon import Workspace;"
        "month = Workspace(sys.argv[1]).month('2026-06', datetime.date(2026, 7, 16));"
        "taken = month.decide_suggested(); print(taken, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    taken = int(killed.stdout)
    assert killed.returncode != 0
    assert taken > 100
    with Workspace(folder) as workspace:
        assert len(workspace.month(PERIOD).decisions) == taken


def test_undo_restores_and_only_adds_lines(month):
    first, second = _open_ids(month, count=2)
    before = month.preview.table4
    _decide(month, "P", [first], remarks=["one"])
    _decide(month, "A", [first, second])
    assert month.undo() == 2
    assert month.decisions[["portal_id", "action", "remarks"]].to_numpy().tolist() == [[first, "P", "one"]]
    assert month.undo() == 1
    assert month.decisions.empty
    assert month.undo() == 0
    assert len(month.decision_log) == 6
    pd.testing.assert_frame_equal(month.preview.table4, before)


def test_what_is_not_allowed_leaves_the_log_alone(month):
    allowed = month.allowed
    good, bad = _open_ids(month)[0], allowed.loc[~allowed["reject"], "portal_id"].iloc[0]
    with pytest.raises(ActionNotAllowed) as refusal:
        _decide(month, "R", [good, bad])
    assert refusal.value.rule
    assert month.decision_log.empty


def test_the_log_refuses_changes(workspace, month):
    month.decide_suggested()
    for change in (database.decisions.update().values(action="R"), database.decisions.delete()):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), workspace.engine.begin() as connection:
            connection.execute(change)


def test_only_certain_matches_are_taken_unseen(month):
    taken = month.decide_suggested()
    links = month.reconciliation.links.merge(month.reconciliation.matches, on="match_id")
    confidence = links.drop_duplicates("portal_id").set_index("portal_id")["confidence"]
    assert taken == len(month.decisions) > 0
    assert set(confidence.reindex(month.decisions["portal_id"])) == {"certain"}
    assert set(month.decisions["how"]) == {"policy"}
    assert month.decide_suggested() == 0


def test_a_changed_record_loses_its_decision_and_says_so(workspace, month, tmp_path):
    (name,) = [name for name in _names() if "_IMS_" in name]
    decided = month.portal[month.portal["section"].eq("B2B") & month.portal["portal_action"].eq("N")]
    decided = decided[decided["doc_id"].isin(_open_ids(month, count=500))].iloc[0]
    kept = next(found for found in _open_ids(month, count=2) if found != decided["doc_id"])
    _decide(month, "P", [decided["doc_id"], kept])

    download = json.loads((shipped("sample_data") / name).read_text(encoding="utf-8"))
    for record in download["imsDetails"]["b2b"]:
        if record["inum"] == decided["doc_no"] and record["stin"] == decided["supplier_gstin"]:
            record["txval"] = record["txval"] + 100
    changed_file = tmp_path / "again.json"
    changed_file.write_text(json.dumps(download), encoding="utf-8")
    workspace.import_files([changed_file], PERIOD)
    month.refresh()

    marks = month.decisions.set_index("portal_id")["changed"]
    assert marks.to_dict() == {decided["doc_id"]: True, kept: False}
    assert month.standing_decisions["portal_id"].tolist() == [kept]
    assert len(month.decision_log) == 2


def test_the_upload_file_reads_back_as_what_was_decided(month, tmp_path):
    month.decide_suggested()
    _decide(month, "P", _open_ids(month, count=3), remarks="bill awaited")
    paths = month.write_upload(tmp_path / "upload")
    written = {}
    for path in paths:
        payload = json.loads(path.read_text(encoding="utf-8"))
        assert payload["rtin"] == month.profile.gstin
        back = tmp_path / f"read-{path.name}"
        back.write_text(json.dumps({"rtin": payload["rtin"], "imsDetails": payload["invdata"]}), encoding="utf-8")
        documents = read_portal(back).documents
        written |= documents.set_index("doc_id")["portal_action"].to_dict()
    decided = month.standing_decisions.set_index("portal_id")["action"]
    uploadable = decided[decided.index.isin(month.portal.loc[month.portal["portal_action"].notna(), "doc_id"])]
    assert written == uploadable.to_dict()


def test_nothing_decided_nothing_written(month, tmp_path):
    assert month.write_upload(tmp_path / "upload") == []


def test_a_persons_word_stands_and_can_be_taken_back(month):
    alone = month.reconciliation.unmatched
    register_id = alone.loc[alone["category"].eq("only_in_books"), "doc_id"].min()
    portal_id = alone.loc[alone["category"].eq("only_in_portal"), "doc_id"].min()
    month.judge(register_id, portal_id, "same")
    links = month.reconciliation.links.merge(month.reconciliation.matches, on="match_id").set_index("register_id")
    assert links.loc[register_id, ["portal_id", "confidence"]].tolist() == [portal_id, "manual"]
    month.judge(register_id, portal_id, None)
    assert register_id not in set(month.reconciliation.links["register_id"])


def test_the_policy_does_not_overrule_what_another_kernel_decided(workspace, month):
    suggested = month.suggestions
    _ = month.decisions
    portal_id = suggested.loc[suggested["auto"], "portal_id"].iloc[0]
    _decide(workspace.month(PERIOD, month.today), "P", [portal_id], remarks="look first")
    month.decide_suggested()
    stands = month.decisions.set_index("portal_id").loc[portal_id]
    assert stands[["action", "how"]].tolist() == ["P", "person"]


def test_undo_of_a_record_that_is_gone(workspace, month, tmp_path):
    portal_id = _open_ids(month)[0]
    _decide(month, "P", [portal_id])
    (name,) = [name for name in _names() if "_IMS_" in name]
    download = json.loads((shipped("sample_data") / name).read_text(encoding="utf-8"))
    download["imsDetails"] = {section: [] for section in download["imsDetails"]}
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps(download), encoding="utf-8")
    workspace.import_files([empty], PERIOD)
    month.refresh()
    assert month.undo() == 1
    assert month.undo() == 0


def test_a_stale_upload_file_does_not_stay(month, tmp_path):
    month.decide_suggested()
    (written,) = month.write_upload(tmp_path)
    month.undo()
    assert month.write_upload(tmp_path) == []
    assert not written.exists()


def test_a_filed_return_freezes_its_records(workspace, month):
    portal_id = _open_ids(month)[0]
    _decide(month, "P", [portal_id])
    workspace.record_filed("GSTR-3B", PERIOD, month.today)
    month.refresh()
    with pytest.raises(ActionNotAllowed):
        _decide(month, "A", [portal_id])
    with pytest.raises(ActionNotAllowed, match="C-25"):
        month.undo()
    workspace.record_filed("GSTR-3B", PERIOD, None)
    month.refresh()
    _decide(month, "A", [portal_id])


def test_a_record_pending_from_may_keeps_its_period(month):
    carried = month.portal[month.portal["portal_action"].eq("P")]
    assert set(carried["gstr2b_period"]) <= {"2026-04", "2026-05"}
    assert len(carried) > 0


def test_a_month_without_files_says_what_to_do(workspace):
    with pytest.raises(ImsreconError, match="Run the import step first"):
        _ = workspace.month("2026-01").register


def test_two_programs_may_write_at_once(workspace, month):
    ids = _open_ids(month, count=12)
    code = (
        "import sys, datetime, pandas as pd; from imsrecon import Workspace;"
        "month = Workspace(sys.argv[1]).month('2026-06', datetime.date(2026, 7, 16));"
        "[month.decide(pd.DataFrame({'portal_id': [i], 'action': ['P']})) for i in sys.argv[2:]]"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", code, str(workspace.folder), *part]) for part in (ids[:6], ids[6:])
    ]
    assert [program.wait() for program in programs] == [0, 0]
    month.refresh()
    assert sorted(month.decisions["portal_id"]) == sorted(ids)


def test_a_copy_of_a_closed_folder_is_whole(workspace, month, tmp_path):
    taken = month.decide_suggested()
    workspace.close()
    copy = tmp_path / "copy"
    shutil.copytree(workspace.folder, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    with Workspace(copy) as again:
        assert len(again.month(PERIOD).decisions) == taken


def test_a_backup_of_an_open_folder_is_whole(workspace, month, tmp_path):
    taken = month.decide_suggested()
    copy = workspace.backup(tmp_path / "backup")
    with Workspace(copy) as again:
        assert len(again.month(PERIOD).decisions) == taken
    for target in (copy, workspace.folder / "inside"):
        with pytest.raises(ImsreconError, match="Name a new folder"):
            workspace.backup(target)


def test_tables_are_written_once(workspace):
    folder = Path(workspace.folder) / "tables"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    workspace.import_files([shipped("sample_data") / _names()[0]], "2026-07")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
