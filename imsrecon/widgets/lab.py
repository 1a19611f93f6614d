"""JupyterLab with the settings that the kit needs, and the notebooks in a client's folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from imsrecon.domain import WorkspaceError
from imsrecon.resources import shipped

NOTEBOOKS = ("0_start", "1_import", "2_match", "3_review", "4_act", "5_preview")
# A dropped file travels in one message; JupyterLab's own limit of 10 MiB drops a larger one without a word.
_LARGEST_MESSAGE = 200 * 1024 * 1024
_QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def copy_notebooks(folder: str | Path, **parameters: str) -> list[Path]:
    """Put the notebooks into a client's folder; those that are there stay as they are. The paths written.

    `parameters`: texts for the notebooks' first cell, such as `today="2026-07-16"`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in NOTEBOOKS:
        target = folder / f"{name}.ipynb"
        if not target.exists():
            source = (shipped("notebooks") / target.name).read_text(encoding="utf-8")
            target.write_text(_with_parameters(source, parameters), encoding="utf-8")
            written.append(target)
    return written


def _with_parameters(source: str, parameters: dict[str, str]) -> str:
    notebook = json.loads(source)
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = [_with_parameter(line, parameters) for line in first["source"]]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _with_parameter(line: str, parameters: dict[str, str]) -> str:
    found = re.match(r'(\w+)( *: *str = )"[^"]*"(.*)', line, re.DOTALL)
    if not found or found[1] not in parameters:
        return line
    return f"{found[1]}{found[2]}{json.dumps(parameters[found[1]])}{found[3]}"


def lab_command(folder: Path, *, port: int = 0, open_browser: bool = True) -> list[str]:
    """The command that starts JupyterLab on `folder`: on this computer only, with a token, opened at the start."""
    command = [
        sys.executable, "-m", "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/0_start.ipynb",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--ServerApp.tornado_settings={{'websocket_max_message_size': {_LARGEST_MESSAGE}}}",
    ]  # fmt: skip
    if port:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not open_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def start_lab(folder: Path, *, port: int = 0, open_browser: bool = True) -> int:
    """Run JupyterLab on a client's folder, or a folder of clients, until it is stopped; its exit code.

    The notebooks that are missing are put there: all into a client's folder, the start alone into another.
    """
    folder = Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file.", hint="Name the folder of a client, or of clients.")
    prepare(folder)
    with tempfile.TemporaryDirectory(prefix="imsrecon-lab-") as settings:
        environment = lab_environment(Path(settings))
        command = lab_command(folder, port=port, open_browser=open_browser)
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 0


def lab_environment(settings: Path) -> dict[str, str]:
    """The environment for `lab_command`: JupyterLab asks for no news. `settings` is a folder for it to read."""
    quiet = settings / "labconfig"
    quiet.mkdir(parents=True, exist_ok=True)
    (quiet / "page_config.json").write_text(json.dumps(_QUIET), encoding="utf-8")
    paths = [str(settings), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def prepare(folder: Path) -> None:
    """See to it that `folder` has what the start needs."""
    if (folder / "client.toml").is_file():
        copy_notebooks(folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    start = folder / "0_start.ipynb"
    if not start.exists():
        start.write_bytes((shipped("notebooks") / start.name).read_bytes())
