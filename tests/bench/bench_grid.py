"""How fast the review grid is in a real JupyterLab, on a synthetic client.

    python tests/bench/bench_grid.py [N]

About N documents (100,000 unless told). Printed are the time from running the cell to the first rows, from a key to
its colour, for 150 keys sent without pause until the last is on the disk, for End, a sort and a search.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "browser"))

from lab_server import Lab
from playwright.sync_api import sync_playwright

MAKE = """
import time
from dataclasses import replace
from datetime import date
from imsrecon import Workspace
from imsrecon.synth import SAMPLE_PLAN, make_client
from imsrecon.widgets import ReviewGrid

made = make_client(replace(SAMPLE_PLAN, documents={size}, suppliers={suppliers}), 1)
month = Workspace.create("bench", made.plan.gstin).month("2026-06", date(2026, 7, 16))
month.__dict__.update(register=made.register, portal=made.portal.assign(gstr2b_period="2026-06", gstr2b_part=None))
begun = time.perf_counter()
month.suggestions, month.allowed
worked = time.perf_counter()
grid = ReviewGrid(month)
facts = [len(month.portal), worked - begun, time.perf_counter() - worked]
print(*facts)
"""
KEY = """() => new Promise(done => {
  const table = document.querySelector('.imsgrid .table'), line = document.querySelector(".line[data-at='0']");
  table.focus();
  const watch = new MutationObserver(() => { if (line.dataset.action === 'A') requestAnimationFrame(() => done(performance.now() - begun)); });
  watch.observe(line, { attributes: true });
  const begun = performance.now();
  table.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
})"""  # noqa: E501
CELL = "n => { const p = window.jupyterapp.shell.currentWidget; p.content.activeCellIndex = n; return 1 }"
RUN = "() => { window.jupyterapp.commands.execute('notebook:run-cell'); return 1 }"
IDLE = """n => { const p = window.jupyterapp.shell.currentWidget, c = p.content.model.cells.get(n);
  return c.executionCount != null && p.sessionContext.session.kernel.status === 'idle' && c.outputs.length > 0 }"""


def main(arguments: list[str]) -> int:
    """Run the bench and print what it found."""
    size = int(arguments[0]) if arguments else 100_000
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab, sync_playwright() as playwright:
        notebook = lab.root / "bench.ipynb"
        notebook.write_text(_notebook(MAKE.format(size=size, suppliers=max(20, size // 50)), "grid"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        lab.watch(page)
        lab.open(page, notebook.name)
        measure(page)
        browser.close()
    return 0


def measure(page) -> None:
    """All the times, on the notebook in front."""
    _run(page, 0, timeout=600_000)
    print(
        "records, seconds for match and review, seconds for the table:",
        page.locator(".jp-OutputArea-output").first.inner_text(),
    )
    begun = time.perf_counter()
    _run(page, 1, wait=False)
    page.locator(".imsgrid .act").first.wait_for(timeout=60_000)
    print(f"first rows               {time.perf_counter() - begun:8.2f} s")
    print(f"a key to its colour      {page.evaluate(KEY):8.0f} ms")
    _saved(page)
    _keys(page)
    for name, act in MOVES.items():
        print(f"{name:25}{_timed(page, act):8.2f} s")


def _keys(page) -> None:
    page.locator(".imsgrid .table").focus()
    page.keyboard.press("Home")
    before = page.locator(".chip[data-status=decided] b").inner_text()
    begun = time.perf_counter()
    for _ in range(50):
        for key in "apn":
            page.keyboard.press(key)
    sent = time.perf_counter() - begun
    _saved(page)
    landed = page.locator(".chip[data-status=decided] b").inner_text()
    print(f"150 keys: sent in {sent:.2f} s, on the disk after {time.perf_counter() - begun:.2f} s")
    print(f"decided                  {before} → {landed}")


def _saved(page) -> None:
    page.wait_for_function("!document.querySelector('.imsgrid').textContent.includes('saving')", timeout=120_000)
    page.wait_for_timeout(200)


def _end(page) -> None:
    page.keyboard.press("End")
    page.locator(".line.current .act").first.wait_for()


def _sort(page) -> None:
    page.locator(".head [data-sort=tax]").click()
    page.wait_for_function("document.querySelector('.head [data-sort=tax]').ariaSort === 'ascending'")
    page.locator(".line[data-at='0'] .act").first.wait_for()


def _search(page) -> None:
    before = page.locator(".count").inner_text()
    page.locator(".search").fill("kaveri|tapti")
    page.wait_for_function(f"document.querySelector('.count').textContent !== {json.dumps(before)}")


MOVES = {"End": _end, "sort": _sort, "search (0.2 s is its pause)": _search}


def _timed(page, act) -> float:
    begun = time.perf_counter()
    act(page)
    return time.perf_counter() - begun


def _run(page, cell: int, *, wait: bool = True, timeout: int = 60_000) -> None:
    page.evaluate(CELL, cell)
    page.evaluate(RUN)
    if wait:
        page.wait_for_function(IDLE, arg=cell, timeout=timeout)


def _notebook(*sources: str) -> str:
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [empty | {"id": str(number), "source": source} for number, source in enumerate(sources)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
