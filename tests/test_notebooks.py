from __future__ import annotations

import json

import pytest

from imsrecon.resources import shipped

NOTEBOOKS = sorted(path for folder in ("notebooks", "templates") for path in shipped(folder).rglob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_stripped_small_and_have_parameters(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert "widgets" not in notebook["metadata"]
    assert code[0]["metadata"]["tags"] == ["parameters"]
    assert len(code) <= 12
    assert max(len(cell["source"]) for cell in code) <= 6


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_parameters_are_typed_and_explained(path):
    import papermill

    for name, parameter in papermill.inspect_notebook(str(path)).items():
        assert parameter["inferred_type_name"] != "None", name
        assert parameter["help"], name
