from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from imsrecon import Workspace
from imsrecon.resources import shipped

SAMPLE = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
PERIOD, TODAY = SAMPLE["period"], SAMPLE["today"]
FILES = [shipped("sample_data") / entry["name"] for entry in SAMPLE["file"]]


@pytest.fixture(scope="session")
def imported(tmp_path_factory) -> Path:
    """The sample client with its files imported and April and May filed; copy it, do not change it."""
    folder = tmp_path_factory.mktemp("sample") / "client"
    with Workspace.create(folder, SAMPLE["gstin"], SAMPLE["name"]) as workspace:
        workspace.import_files(FILES, PERIOD)
        for period, day in SAMPLE["filed_3b"].items():
            workspace.record_filed("GSTR-3B", period, day)
    return folder


@pytest.fixture
def workspace(imported, tmp_path):
    """A fresh copy of the sample client, open."""
    folder = tmp_path / "client"
    shutil.copytree(imported, folder)
    with Workspace(folder) as opened:
        yield opened


@pytest.fixture
def month(workspace):
    return workspace.month(PERIOD, TODAY)
