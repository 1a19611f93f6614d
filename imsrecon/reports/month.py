"""One month's report: the same facts, tables and charts for notebook, HTML page and workbook."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.domain import InputError, check_period, show_period
from imsrecon.reports.charts import category_chart, scenario_chart
from imsrecon.reports.head import month_facts
from imsrecon.reports.page import table_html, write_page
from imsrecon.reports.sheets import month_sheets
from imsrecon.reports.views import view
from imsrecon.reports.workbook import Sheet, write_workbook
from imsrecon.workspace import Month, Workspace

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from IPython.display import HTML

PREVIEW_ROWS = 25


@dataclass(frozen=True)
class MonthReport:
    """What is handed out for a month: `facts` (label, value), `sheets` by name, `charts` by the sheet they stand on."""

    month: Month
    title: str
    facts: list[tuple[str, str]]
    sheets: dict[str, Sheet]
    charts: dict[str, go.Figure]

    def head(self) -> HTML:
        """The head of the report, for a notebook."""
        from IPython.display import HTML

        return HTML(table_html(pd.DataFrame(self.facts, columns=["", self.title]), len(self.facts)))

    def show(self, name: str, rows: int = PREVIEW_ROWS) -> HTML:
        """One table by its name, its first rows, for a notebook; its chart above it where it has one."""
        from IPython.display import HTML

        if name in self.charts:
            show_chart(self.charts[name])
        return HTML(self.table(name, rows))

    def table(self, name: str, rows: int = PREVIEW_ROWS) -> str:
        """The same table as HTML, its sentence above it."""
        sentence, table, _ = view(name, self.sheets[name])
        return f"<p>{html.escape(sentence)}</p>{table_html(table, rows)}"

    def write(self, out: str | Path) -> list[Path]:
        """Write report.html, workbook.xlsx, run.json and, if anything changed, the files for the portal."""
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        page, workbook, run = folder / "report.html", folder / "workbook.xlsx", folder / "run.json"
        sections = {name: view(name, sheet) for name, sheet in self.sheets.items()}
        write_page(page, title=self.title, facts=self.facts, sections=sections, charts=self.charts)
        write_workbook(workbook, self.sheets, title=self.title, facts=self.facts)
        files = [page, workbook, *self.month.write_upload(folder)]
        run.write_text(json.dumps(self._run(files), indent=1), encoding="utf-8")
        return [*files, run]

    def _run(self, files: list[Path]) -> dict[str, object]:
        month = self.month
        return {
            "gstin": month.profile.gstin,
            "period": month.period,
            "today": month.today.isoformat(),
            "files": [path.name for path in files],
            "control": month.control().to_dict("records"),
            "table4": month.preview.table4.to_dict("records"),
        }


def show_chart(figure: go.Figure) -> None:
    """Show a chart in a notebook: live in JupyterLab, without its 5 MB of script in the file."""
    from IPython.display import display

    text = f"Chart: {figure.layout.title.text}"
    display({"application/vnd.plotly.v1+json": figure.to_plotly_json(), "text/plain": text}, raw=True)


def open_month(workspace: str, period: str, today: str = "") -> Month:
    """The month that a notebook's parameters name; `InputError` if they cannot be."""
    if not workspace:
        raise InputError("No workspace was given.", hint="Set `workspace` to the client's folder.")
    day = date.fromisoformat(today) if today else None
    return Workspace(workspace).month(check_period(period), day)


def month_report(month: Month) -> MonthReport:
    """Put a month's report together."""
    scenarios = {name: preview.table4 for name, preview in month.scenarios().items()}
    sheets = month_sheets(month, scenarios)
    charts = {"Summary": category_chart(sheets["Summary"].table), "Table 4": scenario_chart(scenarios)}
    title = f"{month.profile.name or month.profile.gstin}: IMS report for {show_period(month.period)}"
    return MonthReport(month, title, month_facts(month), sheets, charts)
