"""The match notebook in a real JupyterLab: a link by button and by key, the sliders, an answer; all on the disk."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from imsrecon import Workspace
from imsrecon.resources import shipped
from imsrecon.widgets.lab import copy_notebooks

PERIOD, TODAY = "2026-06", date(2026, 7, 16)
CELLS = "[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => [c.type, c.sharedModel.getSource()])"


@pytest.fixture
def folder(lab):
    """The sample client, imported."""
    place = lab.root / "match-client"
    sample = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
    with Workspace.create(place, sample["gstin"], sample["name"]) as workspace:
        workspace.import_files([shipped("sample_data") / entry["name"] for entry in sample["file"]], PERIOD)
    copy_notebooks(place, today=TODAY.isoformat())
    return place


def verdicts(folder):
    with Workspace(folder) as workspace:
        month = workspace.month(PERIOD, TODAY)
        return month.verdicts, month.reconciliation.links


def settings(folder):
    return tomllib.loads((folder / "client.toml").read_text(encoding="utf-8")).get("match", {})


def screen(page, words):
    return page.locator(".ims-screen", has_text=words).last


def heard(page, text):
    page.locator(".ims-screen [role=status]", has_text=text).last.wait_for(timeout=60000)


def test_link_sliders_and_an_answer_by_mouse_and_keyboard(lab, lab_page, folder):
    page = lab_page
    lab.open(page, f"{folder.name}/2_match.ipynb")
    lab.run(page)
    before = page.evaluate(CELLS)

    match = screen(page, "Take back the last word")
    match.locator("select").first.select_option(label=_option(match, "Only in books"))
    link = match.get_by_role("button", name="One supply: link these two")
    rows, near = match.locator(".widget-select select").nth(0), match.locator(".widget-select select").nth(1)
    rows.focus()
    for _ in range(20):
        if near.is_visible() and near.locator("option").count():
            break
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(300)
    match.locator(".js-plotly-plot .waterfalllayer .point").first.wait_for(timeout=60000)
    link.click()
    heard(page, "linked as one supply")
    words, links = verdicts(folder)
    assert words["verdict"].tolist() == ["same"]
    assert len(links.merge(words, on=["register_id", "portal_id"])) == 1
    rows.focus()
    page.keyboard.press("z")
    heard(page, "taken back")
    assert verdicts(folder)[0].empty
    page.keyboard.press("d")
    heard(page, "the two will never be put together")
    assert verdicts(folder)[0]["verdict"].tolist() == ["different"]

    sliders = screen(page, "Keep these settings")
    keep = sliders.get_by_role("button", name="Keep these settings")
    assert keep.is_disabled()
    sliders.locator(".noUi-handle").first.focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    sliders.locator("b", has_text="Not kept yet").wait_for(timeout=60000)
    sliders.locator("td", has_text="Would change category").first.wait_for(timeout=60000)
    assert settings(folder) == {}
    keep.click()
    heard(page, "Kept in client.toml")
    assert settings(folder) == {"head_tolerance": 0.0}
    sliders.get_by_role("button", name="Undo the last keeping").click()
    heard(page, "Undone")
    assert settings(folder) == {}

    doubts = screen(page, "one and the same supply?")
    doubts.get_by_role("button", name="Not sure (U)").click()
    doubts.locator("h4", has_text="2 of 30").wait_for(timeout=60000)
    page.keyboard.press("s")
    doubts.locator("h4", has_text="3 of 30").wait_for(timeout=60000)
    assert sorted(verdicts(folder)[0]["verdict"]) == ["different", "same"]

    assert page.evaluate(CELLS) == before
    assert page.outside == []
    # anywidget gives a model two seconds to start and complains when a busy machine needs longer.
    assert [problem for problem in page.problems if "Failed to initialize model" not in problem] == []


def _option(match, words):
    option = match.locator("select").first.locator("option", has_text=words).first
    option.wait_for(state="attached", timeout=60000)
    return option.text_content()
