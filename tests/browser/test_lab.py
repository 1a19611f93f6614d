"""The sample month in a real JupyterLab, by clicking and typing: from import to the upload file."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date

from playwright.sync_api import TimeoutError as NotShown

from imsrecon import Workspace
from imsrecon.resources import shipped
from imsrecon.widgets.lab import copy_notebooks

GSTIN, NAME = "27ZZZCS2026T1Z6", "Synthetic Traders"
PERIOD, TODAY = "2026-06", date(2026, 7, 16)


def press(page, name):
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").get_by_role("button", name=name).click()


def heard(page, text):
    page.locator(".ims-screen [role=status]", has_text=text).last.wait_for(timeout=60000)


def cells(page):
    source = (
        "[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => [c.type, c.sharedModel.getSource()])"
    )
    return page.evaluate(source)


def disk(folder):
    with Workspace(folder) as workspace:
        return workspace.month(PERIOD, TODAY).decisions.set_index("portal_id")


def make_client(page, lab):
    lab.open(page, "0_start.ipynb")
    lab.run(page)
    field = page.get_by_label("GSTIN")
    try:
        field.wait_for(timeout=10000)
    except NotShown:  # other tests' clients are there already: the form is folded
        page.get_by_text("A new client").click()
    field.fill(GSTIN)
    page.get_by_label("Name").fill(NAME)
    press(page, "Make this client")
    heard(page, "Made Synthetic_Traders")
    folder = lab.root / "Synthetic_Traders"
    for path in shipped("sample_data").glob("*.[jx]*"):
        shutil.copy(path, folder)
    for path in folder.glob("*.ipynb"):
        path.unlink()
    copy_notebooks(folder, today=TODAY.isoformat())
    return folder


def import_files(page, lab, folder):
    lab.open(page, f"{folder.name}/1_import.ipynb")
    lab.run(page)
    page.locator(".ims-screen select[multiple]").select_option(index=list(range(5)))
    press(page, "Look into them")
    page.locator(".ims-screen h4", has_text="3. Confirm: 5 files for Jun 2026").wait_for(timeout=60000)
    press(page, "Import these files")
    heard(page, "5 files are imported")
    for period, day in (("2026-04", "2026-05-19"), ("2026-05", "2026-06-19")):
        page.get_by_label("GSTR-3B of").select_option({"2026-04": "Apr 2026", "2026-05": "May 2026"}[period])
        page.get_by_label("filed on").fill(day)
        press(page, "Note it as filed")
        heard(page, f"{'Apr' if period == '2026-04' else 'May'} 2026 is noted")


def test_the_sample_month_from_import_to_upload_file(lab, lab_page):
    page = lab_page
    folder = make_client(page, lab)
    import_files(page, lab, folder)
    assert len(Workspace(folder).sources) == 5
    lab.shut_down(page)

    act = f"{folder.name}/4_act.ipynb"
    lab.open(page, act)
    before = cells(page)
    lab.run(page)
    press(page, re.compile("suggestions that need no look"))
    heard(page, "suggestions are taken")
    unseen = disk(folder)
    assert len(unseen) > 100

    grid = page.locator(".imsgrid")
    grid.locator(".chip[data-status=left]").click()
    grid.locator(".line[data-at='3'] .name").click()
    for key in ("p", "r", "b", "x", "d", "d"):
        page.keyboard.press(key)
    grid.locator(".line[data-at='4'] .upload", has_text="To upload").wait_for()
    names = [grid.locator(f".line[data-at='{at}'] .docno .portal").inner_text().lstrip("≠≈ ") for at in (3, 4)]

    page.reload()
    lab.open(page, act, fresh=False)
    lab.run(page)
    assert cells(page) == before
    number = disk(folder).drop(unseen.index)["action"].to_dict()
    month = Workspace(folder).month(PERIOD, TODAY)
    by_number = month.portal.set_index("doc_id")["doc_no"]
    assert {by_number[portal_id]: action for portal_id, action in number.items()} == dict(zip(names, "PR", strict=True))

    page.locator(".imsgrid .search").fill(names[0])
    page.locator(".imsgrid .chip[data-status=all]").click()
    page.get_by_text("1 row", exact=True).wait_for()
    page.locator(".imsgrid .line[data-at='0'] .name").click()
    page.keyboard.press("Enter")
    page.get_by_label("Remark").fill("Short supply, awaiting a credit note")
    page.get_by_role("button", name="Pending with this remark").click()
    page.locator(".imsgrid .line[data-at='0'] .sub", has_text="remark").wait_for()

    press(page, re.compile("Write the upload file"))
    heard(page, "written")
    (written,) = (folder / "reports" / PERIOD).glob("ims_save_*.json")
    sent = [row for rows in json.loads(written.read_text(encoding="utf-8"))["invdata"].values() for row in rows]
    found = disk(folder)
    assert len(found) == len(unseen) + 2
    assert len(sent) == int((found["action"] != "N").sum())
    assert "Short supply, awaiting a credit note" in {row.get("remarks") for row in sent}
    assert page.outside == []
    assert page.problems == []
