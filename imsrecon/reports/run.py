"""Runs the report's notebook headless."""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from imsrecon.domain import ImsreconError
from imsrecon.resources import shipped

if TYPE_CHECKING:
    from imsrecon.workspace import Month

TEMPLATE = "monthly_report.ipynb"
# The kernel warns on each start of TCP without encryption: it is local, and no affair of the reader's.
QUIET = "--IPKernelApp.log_level=ERROR"


def run_report(month: Month, out: Path) -> list[Path]:
    """Run the monthly report's notebook on a month; the files written, the notebook first.

    Raises `ImsreconError` with the failing cell's error and the notebook that shows it.
    """
    out.mkdir(parents=True, exist_ok=True)
    notebook = out / "report.ipynb"
    parameters = {
        "workspace": str(month.workspace.folder),
        "period": month.period,
        "out": str(out.resolve()),
        "today": month.today.isoformat(),
    }
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    _execute(shipped("templates") / TEMPLATE, notebook, parameters)
    written = [path for path in sorted(out.iterdir()) if before.get(path) != path.stat().st_mtime_ns]
    return [notebook, *(path for path in written if path != notebook)]


def _execute(template: Path, notebook: Path, parameters: dict[str, str]) -> None:
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill

        try:
            papermill.execute_notebook(
                template, notebook, parameters, kernel_name="python3", progress_bar=sys.stderr.isatty(),
                store_widget_state=False, cwd=notebook.parent, extra_arguments=[QUIET],
            )  # fmt: skip
        except papermill.PapermillExecutionError as error:
            raise ImsreconError(
                f"The report stopped: {error.ename}: {error.evalue}.", hint=f"{notebook} shows where."
            ) from error
