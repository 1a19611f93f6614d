"""Each notebook from top to bottom as a report: no screen, the same tables and charts."""

from __future__ import annotations

import json
import warnings

import pytest

from imsrecon.resources import shipped
from imsrecon.widgets.lab import NOTEBOOKS

SEEN = {
    "0_start": ["Synthetic Traders", "Left to decide"],
    "1_import": ["IMS download", "Purchase register", "documents, taxable value"],
    "2_match": ["Mismatch", "Chart: Tax by category", "From earlier periods", "Kept now", "What your answers say"],
    "3_review": ["Accept", "G-01", "Suggested"],
    "4_act": ["not decided", "Supplier", "Carried over", "nobody has decided them", "on the portal by hand"],
    "5_preview": [
        "Net ITC, Table 4(C)",
        "Chart: GSTR-3B Table 4",
        "Chart: Tax on its way",
        "Credit now",
        "Nothing is given yet",
        "not filed",
    ],
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_headless(client, tmp_path, name):
    out = tmp_path / f"{name}.ipynb"
    parameters = {"workspace": str(client), "today": "2026-07-16", "interactive": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill

        papermill.execute_notebook(
            shipped("notebooks") / out.name, out, parameters, kernel_name="python3", progress_bar=False
        )
    notebook = json.loads(out.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    text = json.dumps([output.get("data", {}) for output in outputs], ensure_ascii=False)
    for words in SEEN[name]:
        assert words in text
    assert "widget-view" not in text
