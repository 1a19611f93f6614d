"""The report's charts. Labels are the kit's own words: no text from a file reaches a chart, which reads HTML in it.

They stand on white paper; in JupyterLab the screens' style sheet lays them on the theme's own paper.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from imsrecon.domain import HEADS, show_rupees
from imsrecon.reports.sheets import LINE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

LAKH = 100_000
FONT = {"family": "Segoe UI, Noto Sans, Arial, sans-serif", "size": 12.5, "color": "#1c2733"}
# Each colour reads on white and on JupyterLab's dark paper; a pattern tells them apart in black and white.
_SCENARIOS = (("#1e88e5", ""), ("#8a9ba8", "/"), ("#43a047", "."))
# Orange for books and purple for the portal, as in the screens.
_SIDES = (("Books", "#ef6c00", "/"), ("Portal", "#9c4dcc", ""))
_LAYOUT = {
    "template": "plotly_white",
    "font": FONT,
    "margin": {"l": 10, "r": 30, "t": 56, "b": 30},
    "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
}


def titled(text: str) -> dict[str, object]:
    """A chart's title as all charts have it: at the left edge, no larger than a heading of the page."""
    return {"text": text, "x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 10}, "font": {"size": 14.5}}


def category_chart(summary: pd.DataFrame) -> go.Figure:
    """Tax by category, a bar for the books and one for the portal; a credit note counts negative.

    `summary`: Category, and for Books and Portal each `… documents` and `… tax`, as the sheet Summary has them.
    """
    figure = go.Figure()
    for side, colour, pattern in _SIDES:
        lines = summary[summary[f"{side} documents"] > 0]
        pairs = zip(lines[f"{side} tax"], lines[f"{side} documents"], strict=True)
        figure.add_bar(
            y=lines["Category"],
            x=lines[f"{side} tax"],
            name=side,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"₹{show_rupees(tax, paise=False)} · {documents:,}" for tax, documents in pairs],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"{side}, %{{y}}: %{{text}} documents<extra></extra>",
        )
    words = list(summary["Category"])
    height = 100 + 38 * len(words)
    figure.update_layout(**_LAYOUT, title=titled("Tax by category, ₹ · number of documents"), height=height)
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=words, ticksuffix="  ")
    tax = summary[[f"{side} tax" for side, _, _ in _SIDES]]
    least, most = (min(tax.min().min(), 0), max(tax.max().max(), 1)) if len(tax) else (0, 1)
    figure.update_xaxes(showticklabels=False, showgrid=False, range=[least * 1.22, most * 1.22])
    return figure


def scenario_chart(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """GSTR-3B Table 4, all heads together, for each named set of decisions; lines that are nowhere used are left out.

    Each table: line and the four heads.
    """
    totals = {name: table.set_index("line")[list(HEADS)].sum(axis=1) for name, table in tables.items()}
    used = [line for line in next(iter(totals.values())).index if any(total[line] for total in totals.values())]
    figure = go.Figure()
    for (name, total), (colour, pattern) in zip(totals.items(), _SCENARIOS, strict=False):
        shown = total[used]
        figure.add_bar(
            x=[_line(line) for line in used],
            y=shown / LAKH,
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"{value / LAKH:.2f}" for value in shown],
            textposition="outside",
            textfont={"size": 11},
            cliponaxis=False,
            customdata=[show_rupees(value) for value in shown],
            hovertemplate=f"%{{x}}, {name}: ₹%{{customdata}}<extra></extra>",
        )
    title = titled("GSTR-3B Table 4 by what is decided, ₹ lakh")
    figure.update_layout(**_LAYOUT, title=title, barmode="group", height=360)
    figure.update_yaxes(showticklabels=False)
    return figure


def line_number(name: str) -> str:
    """`4A5` as the form has it: `4(A)(5)`."""
    return f"{name[0]}({name[1]})" + (f"({name[2:]})" if name[2:] else "")


def _line(name: str) -> str:
    """`4A5` as `4(A)(5)` with its words under it."""
    return "<br>".join([f"<b>{line_number(name)}</b>", *textwrap.wrap(LINE_WORDS.get(name, ""), 22)])
