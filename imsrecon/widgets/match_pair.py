"""A pair side by side: what each field says, and the waterfall of the evidence."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.domain import HEADS
from imsrecon.reports.evidence import evidence_chart
from imsrecon.reports.page import table_html
from imsrecon.widgets.frame import output

if TYPE_CHECKING:
    from imsrecon.match import Reconciliation

_FIELD_WORDS = {
    "supplier_gstin": "GSTIN", "doc_no": "Number", "doc_type": "Kind", "doc_date": "Date", "amounts": "Amounts, all",
    "pos": "Place of supply", "taxable_value": "Taxable value", "igst": "IGST", "cgst": "CGST", "sgst": "SGST",
    "cess": "Cess", "group": "The entries together", "total": "Together", "runner-up": "Next best pair",
}  # fmt: skip
_HEADINGS = ["", "Books", "Portal", "What it says"]
_WHOSE = (
    "The bars are measured on the open benchmark's synthetic books, not on this client's: a bar one longer means "
    "twice as likely."
)
_CHART = {"displayModeBar": False}


class PairView:
    """`box` shows one pair of `result()`; `show` changes it, and shows nothing if one of the two is missing."""

    def __init__(self, result: Callable[[], Reconciliation]) -> None:
        self.result = result
        self.table = ipw.HTML()
        self.chart = ipw.Output(layout=ipw.Layout(max_width="760px"))
        self.box = ipw.VBox([self.table, self.chart])

    def show(self, register_id: object, portal_id: object) -> None:
        """Show a pair by its ids."""
        if pd.isna(register_id) or pd.isna(portal_id):
            self.table.value, self.chart.outputs = "", ()
            return
        told = self.result().explain(str(register_id), str(portal_id))
        self.table.value = pair_html(told)
        figure = evidence_chart(told)
        data = figure.to_plotly_json() | {"config": _CHART}
        text = f"Chart: {figure.layout.title.text}"
        self.chart.outputs = output({"application/vnd.plotly.v1+json": data, "text/plain": text})


def pair_html(told: pd.DataFrame) -> str:
    """The fields of `Reconciliation.explain` side by side; amounts that are nothing on both sides are left out."""
    nothing = told["field"].isin(HEADS) & told["books"].eq("0.00") & told["portal"].eq("0.00")
    said = told[~nothing]
    verdict = said["verdict"].str.slice(0, 1).str.upper() + said["verdict"].str.slice(1)
    columns = [said["field"].map(_FIELD_WORDS), said["books"], said["portal"], verdict]
    table = pd.concat(columns, axis="columns").set_axis(_HEADINGS, axis="columns")
    return f"{table_html(table, len(table))}<p class='soft'>{html.escape(_WHOSE)}</p>"
