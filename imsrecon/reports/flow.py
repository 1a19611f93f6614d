"""The flow of tax from the books and the portal into GSTR-2B and GSTR-3B, as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from imsrecon.domain import last_day, show_paise, show_rupees, total_tax
from imsrecon.reports.charts import FONT, line_number, titled
from imsrecon.reports.sheets import LINE_WORDS

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_SOURCES = {"both": "In books and on portal", "portal": "Only on portal", "books": "Only in books"}
_PARTS = {
    "available": "2B: available", "not_available": "2B: not available", "reversal": "2B: reversal",
    "rejected": "Rejected", "held": "Held pending", "next_period": "Next period", "superseded": "Superseded",
    "removed": "Past section 16(4)", "missing": "Not on the portal",
}  # fmt: skip
# Words short enough that those of the last column do not run into the middle one; the whole line stands in the hover.
_SHORT = {
    "4A3": "Reverse charge", "4A4": "From ISD", "4B1": "Reversed for good", "4B2": "Reversed for now",
    "4C": "Net ITC", "4D1": "Reclaimed", "4D2": "Ineligible",
}  # fmt: skip
_COLOURS = {"both": "#2e7d32", "portal": "#9c4dcc", "books": "#ef6c00"}
_GREY = "#78909c"


def flow_table(month: Month) -> pd.DataFrame:
    """Tax of this period by where it stands: source (both, portal, books), part, line ("" for none), rows, paise.

    A credit note counts negative. What an earlier GSTR-3B has used is left out, and so are the books behind it, and
    documents of the books that are dated after the period: their suppliers report them in a later month.
    """
    documents = month.preview.documents
    documents = documents[documents["part"].ne("earlier")]
    linked = month.reconciliation.links
    source = np.where(documents["portal_id"].isin(linked["portal_id"]), "both", "portal")
    theirs = pd.DataFrame(
        {
            "source": source,
            "part": documents["part"],
            "line": documents["line"].fillna(""),
            "paise": total_tax(documents),
        }
    )
    alone = month.register[~month.register["doc_id"].isin(linked["register_id"])]
    alone = alone[~(alone["doc_date"] > pd.Timestamp(last_day(month.tax_period)))]
    sign = np.where(alone["doc_type"].eq("CN"), -1, 1)
    ours = pd.DataFrame({"source": "books", "part": "missing", "line": "", "paise": total_tax(alone) * sign})
    whole = pd.concat([theirs, ours], ignore_index=True)
    keys = ["source", "part", "line"]
    return whole.groupby(keys, sort=False)["paise"].agg(rows="size", paise="sum").reset_index()


def flow_chart(month: Month) -> go.Figure:
    """Books and portal → parts of GSTR-2B → lines of Table 4; width is tax."""
    table = flow_table(month)
    first = _edges(table, "source", "part")
    second = _edges(table[table["line"].ne("")], "part", "line")
    edges = pd.concat([first, second], ignore_index=True)
    nodes = list(dict.fromkeys([*edges["left"], *edges["right"]]))
    at = {name: number for number, name in enumerate(nodes)}
    node = {
        "label": [_label(name, edges) for name in nodes],
        "color": [_COLOURS.get(name, _GREY) for name in nodes],
        "pad": 22,
        "thickness": 14,
        "hovertemplate": "%{label}<extra></extra>",
    }
    link = {
        "source": edges["left"].map(at),
        "target": edges["right"].map(at),
        "value": edges["paise"].abs() / 100,
        "color": "rgba(120,144,156,.35)",
        "customdata": edges["text"],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    figure = go.Figure(go.Sankey(node=node, link=link))
    figure.update_layout(
        template="plotly_white",
        title=titled("Tax on its way: books and portal → GSTR-2B → GSTR-3B"),
        font=FONT,
        margin={"l": 10, "r": 10, "t": 50, "b": 20},
        height=430,
    )
    return figure


def _edges(table: pd.DataFrame, left: str, right: str) -> pd.DataFrame:
    totals = table.groupby([left, right], sort=False, as_index=False)[["rows", "paise"]].sum()
    totals = totals.rename(columns={left: "left", right: "right"})
    money = totals["paise"].map(show_paise)
    text = totals["left"].map(_word) + " → " + totals["right"].map(_word) + ": ₹" + money
    return totals.assign(text=text + " · " + totals["rows"].astype("str") + " documents")


def _word(name: str) -> str:
    return _SOURCES.get(name) or _PARTS.get(name) or f"{line_number(name)} {LINE_WORDS.get(name, '')}".strip()


def _label(name: str, edges: pd.DataFrame) -> str:
    """The node's word and its tax: what leaves it, or what comes to it at the end."""
    side = "left" if edges["left"].eq(name).any() else "right"
    if name in _PARTS:
        side = "right"
    tax = int(edges.loc[edges[side].eq(name), "paise"].sum()) / 100
    word = f"{line_number(name)} {_SHORT[name]}" if name in _SHORT else _word(name)
    return f"{word}  ₹{show_rupees(tax, paise=False)}"
