"""The waterfall of a pair's evidence: what speaks for one supply, what against, and where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from imsrecon.match import LINK

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE_WORDS = {
    "supplier_gstin": "Supplier", "doc_no": "Number", "doc_type": "Kind of document", "doc_date": "Date",
    "amounts": "Amounts", "pos": "Place of supply", "group": "The entries together", "total": "Together",
    "runner-up": "Next best pair",
}  # fmt: skip
# Readable on white and on JupyterLab's dark grey; the screens give the text the theme's own colour.
_INK = "#7b828a"
_FOR, _AGAINST, _SUM = "#2e7d32", "#c62828", "#1e88e5"
_ROW, _FRAME, _WIDTH = 27, 78, 740


def evidence_chart(told: pd.DataFrame) -> go.Figure:
    """The evidence of one pair as a waterfall. `told`: what `Reconciliation.explain` gives."""
    lines = told[told["field"].isin(EVIDENCE_WORDS)]
    lines = lines[lines["field"].ne("runner-up") | lines["books"].ne("")]
    kept = lines["weight"].abs().ge(0.05) | lines["field"].isin(["total", "runner-up"])
    lines = lines[kept]
    fields, weights = lines["field"].tolist(), lines["weight"].round(1).tolist()
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["absolute" if name in ("total", "runner-up") else "relative" for name in fields],
            y=[EVIDENCE_WORDS[name] for name in fields],
            x=weights,
            text=[f"{weight:+.1f}".replace("-", "−") for weight in weights],
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": _INK, "width": 1, "dash": "dot"}},
            increasing={"marker": {"color": _FOR}},
            decreasing={"marker": {"color": _AGAINST}},
            totals={"marker": {"color": _SUM}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.add_vline(x=LINK, line={"color": _INK, "width": 1.5, "dash": "dash"}, layer="below")
    figure.add_annotation(
        x=LINK, y=1, yref="paper", yanchor="bottom", xanchor="left", showarrow=False, text="linked from here on"
    )
    figure.update_layout(
        title={"text": "What speaks for one supply (+) and against (−)", "font": {"size": 13}, "x": 0, "y": 0.985},
        font={"family": "Segoe UI, Noto Sans, Arial, sans-serif", "size": 12, "color": _INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 10, "r": 50, "t": 48, "b": 24},
        height=_FRAME + _ROW * len(lines),
        width=_WIDTH,
        autosize=False,
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(zeroline=True, zerolinecolor=_INK, gridcolor="rgba(123,130,138,.25)", dtick=5)
    return figure
