from __future__ import annotations

import subprocess
import sys

import pytest

import imsrecon
from imsrecon.resources import shipped

HEAVY = ("papermill", "nbconvert", "jupyterlab", "ipywidgets", "plotly", "scipy")


@pytest.mark.parametrize("name", imsrecon.__all__)
def test_every_contract_name_imports(name):
    assert getattr(imsrecon, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'reconcil'"):
        _ = imsrecon.reconcil


def test_import_stays_light():
    code = f"import sys, imsrecon; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("folder", "file"), [("templates", "monthly_report.ipynb"), ("sample_data", "sample.toml"), ("notebooks", "")]
)
def test_shipped_folders_are_found(folder, file):
    assert (shipped(folder) / file).exists()


def test_a_folder_that_did_not_come_is_named():
    with pytest.raises(FileNotFoundError, match="'weather' did not come"):
        shipped("weather")
