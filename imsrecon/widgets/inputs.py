"""The screen for what GSTR-2B cannot know: one item at a time, and the list of what is given."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.domain import HEADS, show_period, show_rupees, sum_rupees, to_paise
from imsrecon.preview import input_items
from imsrecon.reports.charts import line_number
from imsrecon.reports.page import table_html
from imsrecon.widgets.frame import Screen, button, row, safely

if TYPE_CHECKING:
    from imsrecon.workspace import Month


class InputsScreen(Screen):
    """Choose an item, type its rupees, keep them. `on_change()` is called after that."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.now = ipw.HTML()
        options = [(label, item) for item, label in input_items()[["item", "label"]].itertuples(index=False)]
        self.item = ipw.Dropdown(options=options, layout=ipw.Layout(width="520px"))
        self.amounts = {
            head: ipw.FloatText(description=_word(head), layout=ipw.Layout(width="190px")) for head in HEADS
        }
        for field in self.amounts.values():
            field.style.description_width = "45px"
        self.note = ipw.Text(placeholder="note, such as the working paper", layout=ipw.Layout(width="320px"))
        self.item.observe(self._chosen, "value")
        keep = button("Keep", self._keep, main=True)
        self.fill(self.now, self.item, row(*self.amounts.values()), row(self.note, keep))
        self._chosen()
        self.show()

    def show(self) -> None:
        """Show what is given; if the chosen item was given elsewhere meanwhile, its fields follow."""
        self.now.value = inputs_html(self.month)
        if self._given() != self.filled:
            self._chosen()

    def _given(self) -> dict[str, float | str]:
        """What is given for the chosen item: head → rupees, and the note."""
        known = self.month.inputs.set_index("item").reindex([self.item.value]).iloc[0]
        note = known["note"]
        return {**known[list(HEADS)].fillna(0.0), "note": "" if pd.isna(note) else note}

    def _chosen(self, _event: object = None) -> None:
        self.filled = self._given()
        for head, field in self.amounts.items():
            field.value = self.filled[head]
        self.note.value = self.filled["note"]

    @safely
    def _keep(self) -> None:
        amounts = {head: field.value for head, field in self.amounts.items()}
        entry = {"item": self.item.value, **amounts, "note": self.note.value.strip() or None}
        self.month.give_inputs(pd.DataFrame([entry]))
        self.on_change()
        self.show()
        self.say(f"{self.item.label}: ₹{show_rupees(sum(amounts.values()))} is kept and counts in Table 4 below.")


def inputs_html(month: Month) -> str:
    """What is given for the period: item, line, heads, note."""
    rows = month.inputs.merge(input_items(), on="item", how="left")
    if rows.empty:
        return f"<p>Nothing is given yet for {show_period(month.tax_period)}.</p>"
    tax = sum(to_paise(rows[head]) for head in HEADS) / 100
    table = pd.DataFrame(
        {
            "What": rows["label"],
            "Line": rows["lines"].map(lines_shown),
            **{_word(head): rows[head] for head in HEADS},
            "Total": tax,
            "Note": rows["note"].fillna(""),
        }
    )
    word = "item is" if len(rows) == 1 else "items are"
    said = (
        f"{len(rows):,} {word} given for {show_period(month.tax_period)}, ₹{show_rupees(sum_rupees(table['Total']))}."
    )
    return f"<p>{html.escape(said)}</p>{table_html(table, len(table))}"


def lines_shown(lines: str) -> str:
    """`4A5 4D1` as the form has it: `4(A)(5) and 4(D)(1)`; a line outside Table 4 stays as it is."""
    return " and ".join(line_number(line) if line.startswith("4") else line for line in lines.split())


def _word(head: str) -> str:
    return "Cess" if head == "cess" else head.upper()
