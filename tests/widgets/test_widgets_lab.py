from __future__ import annotations

import json
import sys

import pytest

from imsrecon import ImsreconError
from imsrecon.widgets import copy_notebooks, start_lab
from imsrecon.widgets.lab import NOTEBOOKS, lab_command, lab_environment, prepare


def test_the_notebooks_are_copied_once_with_their_parameters(tmp_path):
    written = copy_notebooks(tmp_path, today="2026-07-16", period="2026-06")
    assert [path.stem for path in written] == list(NOTEBOOKS)
    source = "".join(json.loads(written[1].read_text(encoding="utf-8"))["cells"][1]["source"])
    assert 'today: str = "2026-07-16"  # ' in source
    assert 'period: str = "2026-06"  # ' in source
    assert 'workspace: str = "."  # ' in source
    written[1].write_text("mine", encoding="utf-8")
    assert copy_notebooks(tmp_path) == []
    assert written[1].read_text(encoding="utf-8") == "mine"


def test_a_folder_of_clients_gets_the_start_alone(tmp_path):
    prepare(tmp_path / "firm")
    assert [path.name for path in (tmp_path / "firm").iterdir()] == ["0_start.ipynb"]


def test_a_client_s_folder_gets_all(client):
    prepare(client)
    assert len(list(client.glob("*.ipynb"))) == 6


def test_lab_listens_on_this_computer_alone_with_its_token(tmp_path):
    command = lab_command(tmp_path, port=8899, open_browser=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--ServerApp.port=8899" in command
    assert "--no-browser" in command
    assert not [part for part in command if "token" in part or "xsrf" in part or "password" in part]


def test_lab_asks_for_no_news(tmp_path):
    environment = lab_environment(tmp_path)
    assert environment["JUPYTER_CONFIG_PATH"].startswith(str(tmp_path))
    assert "announcements" in (tmp_path / "labconfig" / "page_config.json").read_text(encoding="utf-8")


def test_a_file_is_no_folder_to_start_on(tmp_path):
    path = tmp_path / "file"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(ImsreconError, match="is a file"):
        start_lab(path)
