"""Pictures of every screen, light and dark, at 1280 × 900, of the synthetic sample client.

    python tests/browser/screens.py OUT [4_act …]

OUT is the folder for the pictures; names of notebooks after it take these alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from lab_server import Lab, theme
from playwright.sync_api import sync_playwright

from imsrecon import Workspace
from imsrecon.resources import shipped
from imsrecon.widgets.lab import NOTEBOOKS, copy_notebooks
from imsrecon.workspace import read_mappings, with_ledgers, write_mappings

FLAGS = ["--no-sandbox", "--disable-gpu"]


def main(arguments: list[str]) -> int:
    """Take the pictures; the folder and, if wanted, the notebooks."""
    if not arguments:
        sys.stderr.write(__doc__)
        return 2
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab, sync_playwright() as playwright:
        sample_client(lab.root / "client")
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        lab.watch(page)
        for name in arguments[1:] or NOTEBOOKS:
            take(lab, page, name, out)
        browser.close()
    return 0


def sample_client(folder: Path, ledgers: dict[str, str] | None = None) -> None:
    """The sample client's June, imported, with the suggestions taken that need no look.

    `ledgers`: what is said of the register's ledgers before the import, such as `ineligible`.
    """
    sample = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
    with Workspace.create(folder, sample["gstin"], sample["name"]) as workspace:
        if ledgers:
            write_mappings(folder, with_ledgers(read_mappings(folder), ledgers))
        for entry in sample["file"]:
            shutil.copy(shipped("sample_data") / entry["name"], folder)
        workspace.import_files([folder / entry["name"] for entry in sample["file"]], sample["period"])
        for period, day in sample["filed_3b"].items():
            workspace.record_filed("GSTR-3B", period, day)
        workspace.month(sample["period"], sample["today"]).decide_suggested()
    copy_notebooks(folder, today=sample["today"].isoformat())


def take(lab: Lab, page, name: str, out: Path) -> None:
    """Run a notebook and picture it from top to bottom, in both themes."""
    lab.open(page, f"client/{name}.ipynb")
    lab.run(page)
    prepare(page, name)
    for look in ("Light", "Dark"):
        theme(page, look)
        page.wait_for_timeout(400)
        scroll(page, name, look.lower(), out)


def prepare(page, name: str) -> None:
    """Bring a screen into the state worth seeing."""
    if name == "1_import":
        page.locator(".ims-screen select[multiple]").select_option(index=list(range(5)))
        page.get_by_role("button", name="Look into them").click()
        page.locator(".ims-screen h4", has_text="3. Confirm").wait_for()
        files = page.locator(".widget-dropdown", has=page.get_by_text("File", exact=True)).locator("select")
        files.select_option(label=files.locator("option", has_text="purchase_register").inner_text())
        page.get_by_role("button", name="Columns").click()
        page.locator(".imschoices select").first.wait_for()
    if name == "2_match":
        match = page.locator(".ims-screen", has_text="Take back the last word").last
        option = match.locator("option", has_text="Only in books").first.text_content()
        match.locator("select").first.select_option(label=option)
        page.locator(".ims-screen .noUi-handle").first.focus()
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        page.locator(".ims-screen b", has_text="Not kept yet").wait_for()
    if name == "4_act":
        page.locator(".imsgrid .line[data-at='3'] .name").click()
        for key in ("p", " ", " "):
            page.keyboard.press(key)
        page.locator(".imsgrid .line[data-at='7'] .name").click()
        page.keyboard.press("Enter")
        page.locator(".imsgrid .evidence").wait_for()
    page.wait_for_timeout(500)


def scroll(page, name: str, look: str, out: Path) -> None:
    """One picture a window's height of the notebook."""
    view = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer"
    height = page.evaluate(f"document.querySelector('{view}').scrollHeight")
    shown = page.evaluate(f"document.querySelector('{view}').clientHeight")
    for number, top in enumerate(range(0, max(1, height - 60), shown - 40)):
        page.evaluate(f"document.querySelector('{view}').scrollTop = {top}")
        page.wait_for_timeout(150)
        page.screenshot(path=out / f"{name}-{look}-{number}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
