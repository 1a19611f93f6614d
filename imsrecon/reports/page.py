"""The report as one HTML page: everything inside it, nothing fetched, every name escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
import pandas as pd

from imsrecon.domain import show_date, show_rupees
from imsrecon.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import plotly.graph_objects as go

SHORT, LONG = 24, 60
_CHART = {"displayModeBar": False, "responsive": True}


def table_html(table: pd.DataFrame, rows: int) -> str:
    """An HTML table of the first `rows` rows: Indian amounts, dates like 14-Nov-2025, every text escaped."""
    shown = table.head(rows)
    cells = [[_cell(value) for value in shown[name]] for name in shown.columns]
    kinds = [_kind(shown[name], column) for name, column in zip(shown.columns, cells, strict=True)]
    return (
        _environment()
        .get_template("table.html.j2")
        .render(
            headings=list(zip(table.columns, kinds, strict=True)),
            rows=[list(zip(row, kinds, strict=True)) for row in zip(*cells, strict=True)],
            hidden=len(table) - len(shown),
        )
    )


def write_page(
    path: Path,
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    sections: Mapping[str, tuple[str, pd.DataFrame, int]],
    charts: Mapping[str, go.Figure],
) -> None:
    """Write the page: `sections`, heading → (sentence, table, rows to show), and `charts`, heading → figure."""
    drawn = {
        heading: figure.to_html(full_html=False, include_plotlyjs=number == 0, include_mathjax=False, config=_CHART)
        for number, (heading, figure) in enumerate(charts.items())
    }
    blocks = [
        (name, sentence, table_html(table, rows), drawn.get(name, ""))
        for name, (sentence, table, rows) in sections.items()
    ]
    page = _environment().get_template("monthly_report.html.j2").render(title=title, facts=facts, blocks=blocks)
    path.write_text(page, encoding="utf-8")


def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(shipped("templates"))
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _kind(column: pd.Series, cells: list[str]) -> str:
    """How a column is set: numbers to the right, short texts on one line, sentences with the most room."""
    if column.dtype.kind in "fiu":
        return "number"
    longest = max(map(len, cells), default=0)
    return "short" if longest <= SHORT else "name" if longest <= LONG else "prose"


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return ""
    if isinstance(value, pd.Timestamp):
        return show_date(value)
    if isinstance(value, float):
        return show_rupees(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
