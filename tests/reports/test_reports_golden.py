"""The sample month's handed-out files against what they were when a person last read them.

After a change that is meant, run `python tests/reports/test_reports_golden.py`, read the difference, and commit it.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path

import openpyxl
import pytest

from imsrecon import Workspace
from imsrecon.reports import month_report
from imsrecon.resources import shipped

GOLDEN = Path(__file__).parent / "golden"
SAMPLE = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
ROWS = 16


def handed_out(folder: Path) -> dict[str, object]:
    """Name of the golden file → what the sample month gives: Table 4 and control, the workbook's heads, the upload."""
    with Workspace.create(folder / "client", SAMPLE["gstin"], SAMPLE["name"]) as workspace:
        workspace.import_files([shipped("sample_data") / entry["name"] for entry in SAMPLE["file"]], SAMPLE["period"])
        for period, day in SAMPLE["filed_3b"].items():
            workspace.record_filed("GSTR-3B", period, day)
        month = workspace.month(SAMPLE["period"], SAMPLE["today"])
        month.decide_suggested()
        month_report(month).write(folder / "out")
    (upload,) = (folder / "out").glob("ims_save_*.json")
    return {
        "run.json": json.loads((folder / "out" / "run.json").read_text(encoding="utf-8")),
        "workbook.json": _heads(folder / "out" / "workbook.xlsx"),
        "upload.json": json.loads(upload.read_text(encoding="utf-8")),
    }


def _heads(path: Path) -> dict[str, list[list[str]]]:
    return {
        sheet.title: [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(max_row=ROWS, values_only=True)
        ]
        for sheet in openpyxl.load_workbook(path)
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return handed_out(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", ["run.json", "workbook.json", "upload.json"])
def test_the_sample_month_is_as_it_was_read(found, name):
    assert found[name] == json.loads((GOLDEN / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for file, content in handed_out(Path(temporary)).items():
            (GOLDEN / file).write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
