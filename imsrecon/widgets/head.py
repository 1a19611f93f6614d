"""The head of every notebook: who, which month, what is done, what is left, how many days there are."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from imsrecon.reports import month_facts

if TYPE_CHECKING:
    from imsrecon.workspace import Month

# Inline, since this stands in a notebook's output, which has no style sheet; the colours follow JupyterLab's theme.
_BOX = "display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:8px;margin:2px 0 10px;padding:0"
_FACT = (
    "border-left:3px solid var(--jp-brand-color1,#1565c0);padding:5px 10px;"
    "background:var(--jp-layout-color2,#f4f7fa);color:var(--jp-ui-font-color1,#1c2733)"
)
_LABEL = "font-size:11.5px;color:var(--jp-ui-font-color2,#5d6b7a)"
_VALUE = "font-size:13px;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums"


def head_html(month: Month) -> str:
    """The month's facts as boxes, escaped."""
    facts = (
        f'<div style="{_FACT}"><div style="{_LABEL}">{html.escape(label)}</div>'
        f'<div style="{_VALUE}">{html.escape(value)}</div></div>'
        for label, value in month_facts(month)
    )
    return f'<div class="ims-head" style="{_BOX}">{"".join(facts)}</div>'
