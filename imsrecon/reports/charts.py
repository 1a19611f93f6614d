"""The report's charts. Labels are the kit's own words: no text from a file reaches a chart, which reads HTML in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from imsrecon.domain import HEADS, show_rupees
from imsrecon.reports.sheets import CATEGORY_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

LAKH = 100_000
_SCENARIO_COLOURS = ("#1565c0", "#90a4ae", "#2e7d32")
# Orange for books and purple for the portal, as in the screens; the hatching tells them apart in black and white.
_SIDES = (("register", "Books", "#ef6c00", "/"), ("portal", "Portal", "#7b1fa2", ""))
_LAYOUT = {
    "template": "plotly_white",
    "font": {"family": "Segoe UI, Noto Sans, Arial, sans-serif", "size": 13},
    "margin": {"l": 10, "r": 30, "t": 50, "b": 40},
    "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.12},
}


def category_chart(control: pd.DataFrame) -> go.Figure:
    """Tax by category, a bar for the books and one for the portal. `control`: side, category, rows, tax."""
    figure = go.Figure()
    order = [name for name in CATEGORY_WORDS if name in set(control["category"])]
    for side, word, colour, pattern in _SIDES:
        lines = control[control["side"].eq(side)].set_index("category").reindex(order).dropna(subset="rows")
        figure.add_bar(
            y=[CATEGORY_WORDS[name] for name in lines.index],
            x=lines["tax"],
            name=word,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"₹{show_rupees(row.tax, paise=False)} · {int(row.rows)}" for row in lines.itertuples()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"{word}, %{{y}}: %{{text}} documents<extra></extra>",
        )
    height = 110 + 36 * len(order)
    figure.update_layout(**_LAYOUT, title="Tax by category, with the number of documents", height=height)
    words = [CATEGORY_WORDS[name] for name in order]
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=words)
    longest = control["tax"].max() if len(control) else 0
    figure.update_xaxes(title="tax, ₹", showticklabels=False, range=[0, max(longest, 1) * 1.22])
    return figure


def scenario_chart(tables: Mapping[str, pd.DataFrame]) -> go.Figure:
    """GSTR-3B Table 4, all heads together, for each named set of decisions. Each table: line and the four heads."""
    figure = go.Figure()
    for (name, table), colour in zip(tables.items(), _SCENARIO_COLOURS, strict=False):
        total = table[list(HEADS)].sum(axis=1)
        figure.add_bar(
            x=table["line"],
            y=total / LAKH,
            name=name,
            marker_color=colour,
            customdata=[show_rupees(value) for value in total],
            hovertemplate=f"%{{x}}, {name}: ₹%{{customdata}}<extra></extra>",
        )
    figure.update_layout(**_LAYOUT, title="GSTR-3B Table 4 by what is decided", barmode="group", height=380)
    figure.update_yaxes(title="₹ lakh")
    return figure
