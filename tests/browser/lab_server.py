"""A real JupyterLab for tests, and the few moves that a test makes in it."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from imsrecon.widgets.lab import lab_command, lab_environment, prepare

TOKEN = "only-for-tests"
OURS = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
_LATE = "[anywidget] Failed to initialize model"
_READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.sessionContext?.session?.kernel?.status === 'idle' && panel.context.path === PATH;
}"""
_DONE = """() => {
  const panel = window.jupyterapp.shell.currentWidget, cells = panel.content.model.cells;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells.get(i);
    if (cell.type !== 'code') continue;
    for (let j = 0; j < cell.outputs.length; j++)
      if (cell.outputs.get(j).type === 'error') throw new Error(cell.outputs.get(j).toJSON().evalue);
    if (cell.executionCount == null) return false;
  }
  return panel.sessionContext.session.kernel.status === 'idle';
}"""


class Lab:
    """JupyterLab on `folder`/work with settings of its own; started on entering, stopped on leaving."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.root = folder / "work"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Lab:
        prepare(self.root)
        names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        homes = {f"JUPYTER_{name}": str(self.state / name.lower()) for name in names}
        homes |= {f"JUPYTERLAB_{name}": str(self.state / name.lower()) for name in ("SETTINGS_DIR", "WORKSPACES_DIR")}
        homes["IPYTHONDIR"] = str(self.state / "ipython")
        for home in homes.values():
            Path(home).mkdir(parents=True, exist_ok=True)
        command = lab_command(self.root, port=self.port, open_browser=False)
        command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
        self.log = (self.state / "lab.log").open("w", encoding="utf-8")
        environment = lab_environment(self.state / "quiet") | homes
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=subprocess.STDOUT)
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.base}/api/status?token={TOKEN}", timeout=2)  # noqa: S310
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.state / "lab.log").read_text(encoding="utf-8"))

    def watch(self, page) -> None:
        """Refuse requests to anywhere else and note them, and every error of the console.

        One complaint goes to `page.late` instead: anywidget gives each widget two seconds to start and says so when the
        machine is too busy for that. The widget is drawn all the same but hears no more of Python; whether that
        mattered, the test sees by what it then clicks and reads.
        """
        page.outside, page.problems, page.late = [], [], []

        def complain(text: str) -> None:
            (page.late if _LATE in text else page.problems).append(text[:300])

        def route(request) -> None:
            if request.request.url.startswith(OURS):
                request.continue_()
            else:
                page.outside.append(request.request.url)
                request.abort()

        page.route("**/*", route)
        page.on("console", lambda line: complain(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))

    def open(self, page, notebook: str, *, fresh: bool = True) -> None:
        """Open a notebook and wait for its kernel."""
        page.goto(f"{self.base}/lab/tree/{notebook}?token={TOKEN}{'&reset' if fresh else ''}")
        page.wait_for_selector(".jp-NotebookPanel", timeout=60000)
        page.wait_for_function(_READY.replace("PATH", repr(notebook)), timeout=60000)

    def run(self, page, timeout: int = 60000) -> None:
        """Run all cells and wait; an error in a cell ends the wait at once."""
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); return 1 }")
        page.wait_for_function(_DONE, timeout=timeout)

    def shut_down(self, page) -> None:
        """End the kernel of the notebook in front."""
        page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); return 1 }")


def theme(page, name: str) -> None:
    """Switch JupyterLab's theme: `Light` or `Dark`."""
    change = "window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab ' + name})"
    page.evaluate(f"name => {{ {change}; return 1 }}", name)
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(name == 'Light').lower()}'")
