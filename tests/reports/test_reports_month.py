"""The monthly report: run by papermill, read back, opened with hostile names in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import nbformat
import openpyxl
import pandas as pd
import pytest

from imsrecon import ImsreconError, Workspace
from imsrecon.domain import sum_rupees
from imsrecon.reports import month_report, run_report
from imsrecon.reports.once import write_csv
from imsrecon.resources import shipped

SAMPLE = tomllib.loads((shipped("sample_data") / "sample.toml").read_text(encoding="utf-8"))
PERIOD, TODAY = SAMPLE["period"], SAMPLE["today"]
HOSTILE = [
    '<img src=x onerror="alert(1)">',
    "</script><script>alert(2)</script>",
    '=HYPERLINK("http://x")',
    "{{ 7*7 }}",
]
SHEETS = [
    "Summary", "Matched", "Mismatch", "Probable", "Only in books", "Only in portal", "Actions", "Table 4", "Control",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The sample client; every third supplier of the IMS download bears a hostile name."""
    folder = tmp_path_factory.mktemp("report") / "client"
    paths = []
    for entry in SAMPLE["file"]:
        path = shipped("sample_data") / entry["name"]
        if entry["kind"] == "ims":
            download = json.loads(path.read_text(encoding="utf-8"))
            for section in download["imsDetails"].values():
                for number, record in enumerate(section):
                    if number % 3 == 0:
                        record["tradenm"] = HOSTILE[number // 3 % len(HOSTILE)]
            path = folder.parent / path.name
            path.write_text(json.dumps(download), encoding="utf-8")
        paths.append(path)
    with Workspace.create(folder, SAMPLE["gstin"], '<b>Bold</b> & "Sons"') as workspace:
        workspace.import_files(paths, PERIOD)
        for period, day in SAMPLE["filed_3b"].items():
            workspace.record_filed("GSTR-3B", period, day)
        workspace.month(PERIOD, TODAY).decide_suggested()
    return folder


@pytest.fixture(scope="module")
def month(folder):
    return Workspace(folder).month(PERIOD, TODAY)


@pytest.fixture(scope="module")
def report(month, tmp_path_factory):
    """The report's folder, made by the notebook."""
    out = tmp_path_factory.mktemp("out")
    run_report(month, out)
    return out


def test_the_notebook_ran_to_its_end(report):
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert (report / "report.ipynb").stat().st_size < 1_000_000
    assert "widgets" not in notebook.metadata


def test_the_files_say_what_the_month_says(report, month):
    run = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert run["table4"] == json.loads(month.preview.table4.to_json(orient="records", double_precision=2))
    assert run["period"] == PERIOD
    assert sorted(run["files"]) == sorted(
        path.name for path in report.iterdir() if path.name not in ("run.json", "report.ipynb")
    )


def test_the_workbook_holds_every_record_once(report, month):
    workbook = openpyxl.load_workbook(report / "workbook.xlsx")
    assert workbook.sheetnames == SHEETS
    tables = pd.read_excel(report / "workbook.xlsx", sheet_name=None, header=3, engine="openpyxl")
    assert len(tables["Actions"]) == len(month.portal)
    tax = sum_rupees(tables["Actions"]["Tax"])
    signs = month.portal["doc_type"].eq("CN").map({True: -1, False: 1})
    heads = month.portal[["igst", "cgst", "sgst", "cess"]].mul(signs, axis=0)
    assert tax == round(sum(sum_rupees(heads[name]) for name in heads), 2)
    lines = tables["Table 4"].set_index("Line")["Total as decided"]
    table4 = month.preview.table4.set_index("line")[["igst", "cgst", "sgst", "cess"]].sum(axis=1)
    assert lines.round(2).to_dict() == table4.round(2).to_dict()


def test_no_formula_but_our_own_totals(report):
    workbook = openpyxl.load_workbook(report / "workbook.xlsx")
    formulas = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert all(formula.startswith("=SUBTOTAL(109,") for formula in formulas)
    texts = {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert '=HYPERLINK("http://x")' in texts


def test_names_are_text_in_the_page(report):
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "<script>alert(2)" not in page
    assert "<b>Bold</b>" not in page
    assert "&lt;img src=x" in page
    assert "{{ 7*7 }}" in page


def test_a_month_reports_the_same_twice(month, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        month_report(month).write(out)
    for name in ("workbook.xlsx", "run.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_papermill_runs_the_template_by_itself(folder, tmp_path):
    template = shipped("templates") / "monthly_report.ipynb"
    command = [sys.executable, "-m", "papermill", str(template), str(tmp_path / "ran.ipynb")]
    command += ["-p", "workspace", str(folder), "-r", "period", PERIOD, "-r", "today", TODAY.isoformat()]
    subprocess.run([*command, "-p", "out", str(tmp_path / "out")], check=True, capture_output=True)
    assert {"report.html", "workbook.xlsx", "run.json"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_a_failing_report_says_where_to_look(folder, tmp_path):
    with Workspace(folder) as workspace, pytest.raises(ImsreconError, match=r"report\.ipynb shows where"):
        run_report(workspace.month("2020-01", TODAY), tmp_path)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1", "|x", "%x", "\r=1"])
def test_a_csv_for_excel_runs_nothing(tmp_path, text):
    write_csv(tmp_path / "x.csv", pd.DataFrame({"name": [text, "plain"], "amount": [-1.5, 2.0]}))
    lines = (tmp_path / "x.csv").read_bytes().decode("utf-8-sig")
    assert "'" + text in lines
    assert "-1.5" in lines
    assert "'-1.5" not in lines
