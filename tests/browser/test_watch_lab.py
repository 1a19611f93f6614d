"""Two notebooks of one client side by side in a real JupyterLab: the one that stayed behind says so, and follows."""

from __future__ import annotations

import re

from screens import sample_client

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"


def test_a_notebook_that_stayed_open_says_what_it_does_not_show_and_follows(lab, lab_page):
    page = lab_page
    folder = lab.root / "side_by_side"
    sample_client(folder)
    act, preview = (f"{folder.name}/{name}.ipynb" for name in ("4_act", "5_preview"))
    lab.open(page, preview)
    lab.run(page)
    page.locator(f"{PANEL} .ims-head", has_text="187 records").wait_for(state="attached")
    bar = page.locator(f"{PANEL} .imswatch")
    assert bar.is_hidden()

    page.locator(f"{PANEL} a", has_text=re.compile("^act$")).click()
    page.wait_for_function(
        "path => { const panel = window.jupyterapp.shell.currentWidget;"
        " return panel.context?.path === path && panel.sessionContext.session?.kernel?.status === 'idle' }",
        arg=act,
    )
    lab.run(page)
    page.locator(f"{PANEL} .imsgrid .line[data-at='3'] .name").click()
    page.keyboard.press("p")
    page.locator(f"{PANEL} .imsgrid .line[data-at='3'] .upload", has_text="To upload").wait_for()

    page.get_by_role("tab", name="5_preview.ipynb").click()
    bar.get_by_text("decisions noted in another notebook").wait_for()
    bar.get_by_role("button", name="Show Jun 2026 as it is now").click()
    bar.wait_for(state="hidden", timeout=60000)
    page.locator(f"{PANEL} .ims-head", has_text="188 records").wait_for(state="attached")
    assert page.problems == []
