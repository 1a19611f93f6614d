"""The screens without a kernel: buttons clicked and boxes filled as a person does, then the disk is looked at."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime

import ipywidgets as ipw
import pandas as pd
import pytest

from imsrecon import ImsreconError, Workspace
from imsrecon.resources import shipped
from imsrecon.widgets import Desk, open_desk, start
from imsrecon.widgets.act import ActScreen
from imsrecon.widgets.frame import Screen, button, safely
from imsrecon.widgets.imports import ImportScreen
from imsrecon.widgets.match import MatchScreen
from imsrecon.widgets.review import ReviewScreen
from imsrecon.widgets.start import StartScreen

PERIOD, TODAY = "2026-06", date(2026, 7, 16)
NOW = datetime(2026, 7, 16, tzinfo=UTC)
SCREENS = ("imports", "match", "review", "act")
NEED_FILES = (
    "control", "summary", "flags", "match", "dashboard", "review", "act", "table4", "parts", "held",
)  # fmt: skip
TABLES = ("head", "imports", *NEED_FILES)


def widgets_in(box, kind):
    found = [box] if isinstance(box, kind) else []
    return found + [one for child in getattr(box, "children", ()) for one in widgets_in(child, kind)]


def press(screen, words):
    (found,) = [one for one in widgets_in(screen.box, ipw.Button) if words in one.description]
    assert not found.disabled
    found.click()


# frame


class Failing(Screen):
    def __init__(self):
        super().__init__()
        self.fill(button("Refuse", self.refuse), button("Fail", self.fail), button("Work", self.work))

    @safely
    def refuse(self):
        raise ImsreconError("Found <b>this</b>.", hint="Do that.")

    @safely
    def fail(self):
        raise KeyError("<script>")

    @safely
    def work(self):
        self.say("Done & kept.")


def test_a_refusal_becomes_a_sentence_without_traceback():
    screen = Failing()
    press(screen, "Refuse")
    assert "Found &lt;b&gt;this&lt;/b&gt;. Do that." in screen.notice.value
    assert "Traceback" not in screen.notice.value


def test_a_fault_becomes_a_sentence_with_its_traceback_folded_away(caplog):
    screen = Failing()
    press(screen, "Fail")
    assert "KeyError" in screen.notice.value
    assert "<details>" in screen.notice.value
    assert "<script>" not in screen.notice.value
    press(screen, "Work")
    assert "Done &amp; kept." in screen.notice.value
    assert "KeyError" not in screen.notice.value


# import


@pytest.fixture
def import_screen(tmp_path):
    workspace = Workspace.create(tmp_path / "new", "27ZZZCS2026T1Z6", "Synthetic New")
    for path in shipped("sample_data").glob("*.[jx]*"):
        shutil.copy(path, workspace.folder)
    (workspace.folder / "reports").mkdir()
    (workspace.folder / "reports" / "workbook.xlsx").write_bytes(b"ours")
    imported = []
    screen = ImportScreen(workspace, PERIOD, TODAY, imported.append)
    screen.imported = imported
    return screen


def test_import_lists_the_folder_and_none_of_our_own_files(import_screen):
    names = [label.split("   ")[0] for label, _ in import_screen.choice.options]
    assert len(names) == 5
    assert not [name for name in names if name.startswith("reports")]


def test_look_shows_and_stores_nothing_and_import_stores(import_screen):
    screen = import_screen
    screen.choice.value = tuple(path for _, path in screen.choice.options)
    press(screen, "Look into them")
    assert "rows set aside or refused" in screen.shown.value
    assert "IMS download" in screen.shown.value
    assert screen.workspace.sources.empty
    press(screen, "Import these files")
    assert len(Workspace(screen.workspace.folder).sources) == 5
    assert screen.imported == [PERIOD]
    assert "Purchase register" in screen.now.value


def test_a_file_that_cannot_be_read_says_why_and_stops_no_other(import_screen):
    screen = import_screen
    bad = screen.workspace.folder / "<b>bad.json"
    bad.write_text("{", encoding="utf-8")
    press(screen, "Read the folder again")
    good = next(path for label, path in screen.choice.options if "IMS" in label)
    screen.choice.value = (str(bad), good)
    press(screen, "Look into them")
    assert "&lt;b&gt;bad.json" in screen.shown.value
    assert "problem" in screen.shown.value
    press(screen, "Import these files")
    assert len(screen.workspace.sources) == 1


def test_looking_without_a_choice_says_what_to_do(import_screen):
    press(import_screen, "Look into them")
    assert "No file is chosen" in import_screen.notice.value


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../evil.csv", "evil.csv"),
        ("C:\\x\\reg<1>.csv", "reg_1_.csv"),
        ("a\x00b.csv", "a_b.csv"),
    ],
    ids=["path", "windows", "control"],
)
def test_a_dropped_file_gets_a_harmless_name(import_screen, name, kept):
    screen = import_screen
    screen.upload.value = ({"name": name, "type": "", "size": 3, "content": b"a,b", "last_modified": NOW},)
    assert (screen.workspace.folder / "incoming" / kept).read_bytes() == b"a,b"
    assert sorted(screen.workspace.folder.parent.iterdir()) == [screen.workspace.folder]


@pytest.mark.parametrize(("name", "content"), [("run.exe", b"x"), ("big.csv", b"x" * 7_000_001)], ids=["kind", "size"])
def test_a_dropped_file_that_cannot_be_taken_is_refused(import_screen, name, content):
    screen = import_screen
    screen.upload.value = ({"name": name, "type": "", "size": 1, "content": content, "last_modified": NOW},)
    assert "problem" in screen.notice.value
    assert not list(screen.workspace.folder.rglob(name))


def test_a_second_dropped_file_of_one_name_does_not_replace_the_first(import_screen):
    for content in (b"one", b"two", b"one"):
        drop = {"name": "r.csv", "type": "", "size": 3, "content": content, "last_modified": NOW}
        import_screen.upload.value = (drop,)
    found = sorted(path.name for path in (import_screen.workspace.folder / "incoming").iterdir())
    assert found == ["r-2.csv", "r.csv"]


def test_a_filed_return_is_noted(import_screen):
    screen = import_screen
    screen.filed_period.value, screen.filed_on.value = "2026-05", date(2026, 6, 19)
    press(screen, "Note it as filed")
    assert Workspace(screen.workspace.folder).profile.filed_3b == {"2026-05": date(2026, 6, 19)}
    screen.filed_on.value = date(2026, 5, 2)
    press(screen, "Note it as filed")
    assert "cannot have been filed" in screen.notice.value


# match


@pytest.fixture
def match_screen(month):
    changed = []
    screen = MatchScreen(month, lambda: changed.append(1))
    screen.changed = changed
    return screen


def test_match_lists_every_document_once(match_screen):
    counted = 0
    for _, category in match_screen.category.options:
        match_screen.category.value = category
        counted += int(match_screen.told.value.split(">")[1].split(" in this list")[0].replace(",", ""))
    assert counted == len(match_screen.rows)


def test_match_is_read_with_its_evidence(match_screen):
    assert "What it says" in match_screen.evidence.value
    assert "GSTIN" in match_screen.evidence.value


def test_unlink_is_kept_and_taken_back(match_screen):
    line = match_screen._line()
    pair = line["register_id"], line["portal_id"]
    press(match_screen, "un-link")
    month = Workspace(match_screen.month.workspace.folder).month(PERIOD, TODAY)
    assert month.verdicts["verdict"].tolist() == ["different"]
    links = month.reconciliation.links
    assert pair not in set(zip(links["register_id"], links["portal_id"], strict=True))
    assert match_screen.changed == [1]
    press(match_screen, "Take back")
    assert Workspace(match_screen.month.workspace.folder).month(PERIOD, TODAY).verdicts.empty


def test_two_that_stand_alone_are_linked(match_screen):
    match_screen.books.index = match_screen.portal.index = 0
    pair = match_screen.books.value, match_screen.portal.value
    assert "What it says" in match_screen.pair.value
    press(match_screen, "They are one supply: link")
    links = Workspace(match_screen.month.workspace.folder).month(PERIOD, TODAY).reconciliation.links
    assert pair in set(zip(links["register_id"], links["portal_id"], strict=True))


def test_a_flag_narrows_the_list(match_screen):
    match_screen.flag.value = "value"
    assert match_screen.list.options
    rows = match_screen.rows.loc[[at for _, at in match_screen.list.options]]
    assert rows["flags"].str.contains(r"\bvalue\b").all()
    match_screen.text.value = "no such supplier"
    assert match_screen.list.options == ()
    assert match_screen.evidence.value == ""


# review and act


def test_review_goes_from_supplier_to_document_to_reason(month):
    screen = ReviewScreen(month)
    assert "Suggested" in screen.panel.value
    screen.what.value = "all"
    for label, _ in screen.supplier.options[:5]:
        screen.supplier.label = label
        assert screen.document.options
        assert "<dt>Match</dt>" in screen.panel.value


def test_act_takes_the_suggestions_and_writes_the_file(month):
    changed = []
    screen = ActScreen(month, lambda: changed.append(1))
    press(screen, "suggestions that need no look")
    decided = Workspace(month.workspace.folder).month(PERIOD, TODAY).decisions
    assert len(decided) > 100
    assert decided["how"].eq("policy").all()
    assert screen.unseen.disabled
    press(screen, "Write the upload file")
    (written,) = (month.workspace.folder / "reports" / PERIOD).glob("ims_save_*.json")
    sections = json.loads(written.read_text(encoding="utf-8"))["invdata"]
    assert sum(len(rows) for rows in sections.values()) == len(decided)
    assert written.name in screen.files.value
    assert changed


def test_without_a_decision_there_is_no_file_to_write(month):
    assert ActScreen(month, lambda: None).write.disabled


# desk, start


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_appear_without_widgets(month, name):
    shown = getattr(Desk(month, interactive=False), name)()
    assert len(shown.data) > 200


@pytest.mark.parametrize("name", SCREENS)
def test_the_screens_appear(month, name):
    assert isinstance(getattr(Desk(month), name)(), ipw.VBox)


@pytest.mark.parametrize("name", NEED_FILES)
def test_an_empty_month_says_what_to_do_first(empty, name):
    assert "1_import" in getattr(Desk(empty), name)().data
    with pytest.raises(ImsreconError, match="1_import"):
        getattr(Desk(empty, interactive=False), name)()


def test_the_head_follows_what_is_done(month):
    desk = Desk(month)
    head = desk.head().children[1]
    assert "0 records" in head.value
    act = ActScreen(month, desk._changed)
    press(act, "suggestions that need no look")
    assert "0 records" not in head.value


def test_the_desk_opens_the_newest_month_else_the_last_that_ended(client, tmp_path):
    assert open_desk(client, today="2026-09-01").month.period == PERIOD
    Workspace.create(tmp_path / "none", "27ZZZCS2026T1Z6")
    assert open_desk(tmp_path / "none", today="2026-09-01").month.period == "2026-08"


def test_held_is_the_oldest_first_and_is_what_the_preview_holds(month):
    from imsrecon.widgets.preview import held

    month.decide(pd.DataFrame({"portal_id": month.allowed.query("pending")["portal_id"].head(5), "action": "P"}))
    table = held(month)
    assert len(table) == int(month.preview.documents["part"].eq("held").sum())
    assert table["Days since the document"].is_monotonic_decreasing


def test_start_lists_clients_and_makes_one(client):
    root = client.parent
    assert "Synthetic Traders" in start(root, "2026-07-16", interactive=False).data
    screen = StartScreen(root, TODAY)
    screen.gstin.value, screen.name.value = "27ZZZCR1000A1ZM", "New & Co <b>"
    press(screen, "Make this client")
    made = next(folder for folder in root.iterdir() if folder.name.startswith("New"))
    assert (made / "1_import.ipynb").is_file()
    assert "New &amp; Co &lt;b&gt;" in screen.table.value
    screen.gstin.value, screen.name.value = "27ZZZCR1000A1ZM", "New & Co <b>"
    press(screen, "Make this client")
    assert "already holds a client" in screen.notice.value


@pytest.mark.parametrize(("gstin", "name"), [("27ZZZCR1000A1ZX", "x"), ("", "x"), ("27ZZZCR1000A1ZM", " ")])
def test_a_client_that_is_none_is_refused(tmp_path, gstin, name):
    screen = StartScreen(tmp_path, TODAY)
    screen.gstin.value, screen.name.value = gstin, name
    press(screen, "Make this client")
    assert "problem" in screen.notice.value
    assert not list(tmp_path.glob("*/client.toml"))
