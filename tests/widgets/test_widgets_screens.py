"""The screens without a kernel: buttons clicked and boxes filled as a person does, then the disk is looked at."""

from __future__ import annotations

import json
from datetime import date

import ipywidgets as ipw
import pandas as pd
import pytest
from screen_hands import press

from imsrecon import ImsreconError, Workspace
from imsrecon.resources import shipped
from imsrecon.widgets import Desk, clients, open_desk, start
from imsrecon.widgets.act import ActScreen
from imsrecon.widgets.frame import Screen, button, safely
from imsrecon.widgets.match import MatchScreen
from imsrecon.widgets.progress import next_stage, stages
from imsrecon.widgets.review import ReviewScreen
from imsrecon.widgets.start import StartScreen

PERIOD, TODAY = "2026-06", date(2026, 7, 16)
SAMPLE = next(shipped("sample_data").glob("*_R2B_042026_*.json"))
SCREENS = ("imports", "match", "review", "act")
NEED_FILES = (
    "control", "summary", "flags", "match", "dashboard", "review", "act", "table4", "parts", "held",
)  # fmt: skip
TABLES = ("head", "imports", *NEED_FILES)


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
    assert "What it says" in match_screen.pair.table.value
    assert "GSTIN" in match_screen.pair.table.value
    (chart,) = match_screen.pair.chart.outputs
    (bars,) = chart["data"]["application/vnd.plotly.v1+json"]["data"]
    assert bars["type"] == "waterfall"
    assert list(bars["y"])[-1] in ("Together", "Next best pair")


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
    lists = match_screen.alone
    lists.books.index = lists.portal.index = 0
    pair = lists.books.value, lists.portal.value
    assert "What it says" in match_screen.alone.pair.table.value
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
    assert match_screen.pair.table.value == ""
    assert match_screen.pair.chart.outputs == ()


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
    beside = screen.box.children.index(screen.notice)
    assert beside < screen.box.children.index(screen.grid)
    assert f"{len(decided)} suggestions are taken" in screen.notice.value
    press(screen, "Write the upload file")
    (written,) = (month.workspace.folder / "reports" / PERIOD).glob("ims_save_*.json")
    sections = json.loads(written.read_text(encoding="utf-8"))["invdata"]
    assert sum(len(rows) for rows in sections.values()) == len(decided)
    assert written.name in screen.upload.files.value
    assert "written" in screen.upload.notice.value
    assert changed


def test_without_a_decision_there_is_no_file_to_write(month):
    assert ActScreen(month, lambda: None).upload.write.disabled


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
    assert "1_import" in getattr(Desk(empty), name)().children[0].value
    with pytest.raises(ImsreconError, match="1_import"):
        getattr(Desk(empty, interactive=False), name)()


def test_the_head_follows_what_is_done(month):
    desk = Desk(month)
    desk.head()
    facts = desk._heads[0].facts
    assert "0 records" in facts.value
    act = ActScreen(month, desk._changed)
    press(act, "suggestions that need no look")
    assert "0 records" not in facts.value


def test_another_month_in_the_head_changes_all_that_is_shown_and_stays_chosen(month):
    month.workspace.import_files([SAMPLE], "2026-05")
    desk = Desk(month)
    desk.head()
    shown, review = desk.dashboard(), desk.review()
    assert "A person looks" in shown.children[0].value
    desk._heads[0].period.value = "2026-05"
    assert desk.month.period == "2026-05"
    assert "No purchase register was imported for May 2026" in shown.children[0].value
    desk._heads[0].period.value = PERIOD
    assert isinstance(review.children[0], ipw.VBox)
    desk._heads[0].period.value = "2026-05"
    folder = month.workspace.folder
    assert open_desk(folder, today="2026-07-16").month.period == "2026-05"
    assert open_desk(folder, "2026-06", "2026-07-16").month.period == "2026-06"
    assert open_desk(folder, today="2026-07-16", interactive=False).month.period == PERIOD


def test_the_month_in_the_head_follows_an_import_and_rebuilds_no_screen(month):
    desk = Desk(month)
    desk.head()
    shown = desk.imports()
    screen = shown.children[0]
    month.workspace.import_files([SAMPLE], "2026-08")
    desk._imported("2026-08")
    assert desk._heads[0].period.value == desk.month.period == "2026-08"
    assert shown.children == (screen,)


def test_the_start_says_how_far_a_month_has_come_and_leads_on(client):
    screen = StartScreen(client, TODAY)
    assert "601 in the books" in screen.stages.value
    assert "1_import.ipynb" not in screen.link.outputs[0]["data"]["text/html"]
    assert "4_act.ipynb" in screen.link.outputs[0]["data"]["text/html"]
    assert not (client / clients.CHOSEN).exists()
    with Workspace(client) as workspace:
        workspace.import_files([SAMPLE], "2026-07")
    later = StartScreen(client, TODAY)
    assert later.month.value == "2026-07"
    assert "no purchase register yet" not in later.stages.value
    later.month.value = PERIOD
    with Workspace(client) as workspace:
        assert clients.chosen_month(workspace) == PERIOD


def test_a_month_that_is_filed_is_done(month):
    assert [stage.done for stage in stages(month)] == [True, True, False, True, False]
    month.decide_suggested()
    assert next_stage(stages(month)).name == "Review and act"
    month.workspace.record_filed("GSTR-3B", PERIOD, date(2026, 7, 20))
    month.refresh()
    found = stages(month)
    assert found[-1].said == "filed 20-Jul-2026"
    assert found[2].done


def test_what_no_file_can_carry_is_by_hand(month):
    entries = month.portal["section"].str.startswith("IMPG") & month.portal["portal_action"].fillna("N").eq("N")
    ids = month.allowed.loc[month.allowed["accept"], "portal_id"]
    ids = ids[ids.isin(month.portal.loc[entries, "doc_id"])]
    month.decide(pd.DataFrame({"portal_id": ids, "action": "A"}))
    assert month.payloads() == []
    upload = stages(month)[3]
    assert (upload.done, upload.said) == (True, f"{len(ids)} by hand: no file carries bills of entry")


def test_a_newer_import_goes_before_the_month_that_was_chosen(month):
    workspace = month.workspace
    clients.keep_month(workspace, "2026-05")
    assert clients.chosen_month(workspace) == "2026-05"
    workspace.import_files([next(workspace.folder.glob("*.json"), SAMPLE)], "2026-07")
    assert clients.chosen_month(workspace) is None
    (workspace.folder / clients.CHOSEN).write_text("no month", encoding="utf-8")
    assert clients.chosen_month(workspace) is None


def test_tables_follow_what_the_screens_do(month):
    desk = Desk(month)
    table = desk.table4()
    before = table.children[-1].value
    allowed = month.allowed.query("pending")["portal_id"].head(20)
    month.decide(pd.DataFrame({"portal_id": allowed, "action": "P"}))
    desk._changed()
    assert table.children[-1].value != before


def test_the_desk_opens_the_newest_month_else_the_last_that_ended(client, tmp_path):
    assert open_desk(client, today="2026-09-01").month.period == PERIOD
    Workspace.create(tmp_path / "none", "27ZZZCS2026T1Z6")
    assert open_desk(tmp_path / "none", today="2026-09-01").month.period == "2026-08"


def test_once_a_month_is_filed_the_notebooks_open_with_the_next(client, month):
    folder, later = month.workspace.folder, "2026-08-03"
    clients.keep_month(month.workspace, PERIOD)
    assert open_desk(folder, today=later).month.period == PERIOD
    month.workspace.record_filed("GSTR-3B", PERIOD, date(2026, 7, 20))
    assert open_desk(folder, today="2026-07-28").month.period == PERIOD  # July has not ended
    assert open_desk(folder, today=later).month.period == "2026-07"
    assert StartScreen(client, date(2026, 8, 3)).month.value == "2026-07"
    assert open_desk(folder, today=later, interactive=False).month.period == PERIOD
    clients.keep_month(month.workspace, PERIOD)
    assert open_desk(folder, today=later).month.period == PERIOD  # somebody goes back to look at it


def test_held_is_the_oldest_first_and_is_what_the_preview_holds(month):
    from imsrecon.widgets.preview import held

    month.decide(pd.DataFrame({"portal_id": month.allowed.query("pending")["portal_id"].head(5), "action": "P"}))
    table = held(month)
    assert len(table) == int(month.preview.documents["part"].eq("held").sum())
    assert table["Days old"].is_monotonic_decreasing


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
