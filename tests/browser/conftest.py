"""One Chromium for all browser tests; without one they are skipped with the reason, under CI they fail."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lab_server import Lab

import imsrecon.widgets

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDGETS = Path(imsrecon.widgets.__file__).parent
FAKE_MODEL = Path(__file__).with_name("fake_model.js")
LOCAL = ("http://127.0.0.1", "http://localhost", "ws://127.0.0.1", "ws://localhost", "file:", "data:", "blob:")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Heard:
    """What a page asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser():
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = "No Chromium was found; install it, or run the test command with --install-browser."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """A page of 1280 × 900 that cannot leave the machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("**/*", lambda route: route.continue_() if route.request.url.startswith(LOCAL) else route.abort())
    yield context.new_page()
    context.close()


@pytest.fixture
def heard(page) -> Heard:
    """Every request and every console error of the page, from before it loads."""
    found = Heard()
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def grid_page(browser):
    """The grid's JavaScript with a fake model of 100,000 rows: no Jupyter, no kernel."""
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    script, style = ((WIDGETS / f"reviewgrid.{end}").read_text(encoding="utf-8") for end in ("js", "css"))
    html = f"<!doctype html><meta charset=utf-8><style>{style}</style><div id=el></div>"

    def answer(route):
        is_script = route.request.url.endswith("grid.js")
        route.fulfill(body=script if is_script else html, content_type="text/javascript" if is_script else "text/html")

    page.route("**/*", answer)
    page.goto("http://grid.test/")
    page.add_script_tag(content=FAKE_MODEL.read_text(encoding="utf-8"))
    page.evaluate("startGrid('http://grid.test/grid.js')")
    page.locator(".imsgrid .act").first.wait_for()
    yield page
    page.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab as `imsrecon lab` starts it, on an empty folder."""
    with Lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def lab_page(browser, lab):
    """A page of that JupyterLab; requests to anywhere else are refused and noted in `page.outside`."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    lab.watch(page)
    yield page
    page.close()
