"""Every text of every notebook stands out from its paper, light and dark."""

from __future__ import annotations

import pytest
from contrast import too_faint
from lab_server import theme
from screens import prepare, sample_client

from imsrecon.widgets.lab import NOTEBOOKS

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
SCROLL = "([view, top]) => { document.querySelector(view).scrollTop = top }"


@pytest.fixture(scope="module")
def client(lab):
    folder = lab.root / "contrast"
    sample_client(folder)
    return folder.name


def _draw_all(page):
    """What is far out of sight is not painted before somebody scrolls there."""
    view = f"{PANEL} .jp-WindowedPanel-outer"
    for top in range(0, page.evaluate("view => document.querySelector(view).scrollHeight", view), 700):
        page.evaluate(SCROLL, [view, top])
        page.wait_for_timeout(60)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_text_can_be_read(lab, lab_page, client, name):
    lab.open(lab_page, f"{client}/{name}.ipynb")
    lab.run(lab_page)
    prepare(lab_page, name)
    faint = {}
    for look in ("Dark", "Light"):
        theme(lab_page, look)
        _draw_all(lab_page)
        faint[look] = too_faint(lab_page, f"{PANEL} .jp-OutputArea-output")
    lab.shut_down(lab_page)
    assert faint == {"Dark": [], "Light": []}
