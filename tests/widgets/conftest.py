"""The synthetic sample client, imported once; each test gets a copy of its own."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date

import pytest

from imsrecon import Workspace
from imsrecon.resources import shipped

PERIOD = "2026-06"
TODAY = date(2026, 7, 16)
STEPS = ("sources", "profile", "intakes", "register", "portal", "verdicts", "reconciliation", "rulings", "suggestions")


@pytest.fixture(scope="session")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("client")
    sample = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
    with Workspace.create(folder, sample["gstin"], sample["name"]) as workspace:
        workspace.import_files([shipped("sample_data") / entry["name"] for entry in sample["file"]], PERIOD)
        for period, day in sample["filed_3b"].items():
            workspace.record_filed("GSTR-3B", period, day)
    return folder


@pytest.fixture
def client(imported, tmp_path):
    """The sample client's folder."""
    folder = tmp_path / "client"
    shutil.copytree(imported, folder)
    return folder


@pytest.fixture(scope="session")
def worked(imported):
    """What the steps before act gave, worked out once: no test of the widgets changes it."""
    month = Workspace(imported).month(PERIOD, TODAY)
    return {name: getattr(month, name) for name in STEPS}


@pytest.fixture
def month(client, worked):
    month = Workspace(client).month(PERIOD, TODAY)
    month.__dict__.update(worked)
    return month


@pytest.fixture
def empty(tmp_path):
    """A client for whom nothing was imported."""
    return Workspace.create(tmp_path / "empty", "27ZZZCS2026T1Z6", "Synthetic Empty").month(PERIOD, TODAY)
