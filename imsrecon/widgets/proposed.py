"""What the register's own marks propose for the return: what it rests on, taken over and taken back by one button."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, InputError, show_rupees, sum_rupees, to_paise, total_tax
from imsrecon.preview import input_items
from imsrecon.reports.page import table_html
from imsrecon.review import proposed_entries, proposed_sentence
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.inputs import lines_shown

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_MOST = 300
_HEAD_WORDS = {head: "Cess" if head == "cess" else head.upper() for head in HEADS}
NOTHING = (
    "Nothing is proposed: the register marks no document as ineligible whose credit counts in Table 4(A). It can be "
    "marked by a column of the register, or ledger by ledger in 1_import."
)
JUDGE = (
    "It is a proposal and counts nowhere until you take it over: whether section 17(5) really blocks this credit, you "
    "and your CA judge."
)


class ProposedScreen(Screen):
    """The proposal, a button that takes it over, one that takes that back. `on_change()` is called after either."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.now = ipw.HTML()
        self.take = button("", self._take, main=True)
        self.back = button("Undo: take it out again", self._take_back)
        self.fill(self.now, row(self.take, self.back))
        self.show()

    def show(self) -> None:
        """Show what is proposed now, and whether it is given."""
        self.shown = self.month.proposed_inputs
        self.now.value = _html(self.month, self.shown)
        given, filed = _is_given(self.month, self.shown), self.month.profile.filed_on(self.month.period)
        offered = len(self.shown) > 0 and filed is None
        self.take.description = f"Take over ₹{show_rupees(sum_rupees(total_tax(self.shown) / 100))}"
        self.take.layout.display = "" if offered and not given else "none"
        self.back.layout.display = "" if offered and given else "none"

    @safely
    def _take(self) -> None:
        shown = self.shown
        self.month.log_as_it_is()  # decisions of another notebook may have changed what counts in 4(A)
        if not self.month.proposed_inputs.equals(shown):
            self.show()
            raise InputError("The proposal has changed since it was shown.", hint="Look at it and press again.")
        self.month.give_inputs(proposed_entries(shown))
        self.on_change()
        self.show()
        self.say(f"₹{show_rupees(sum_rupees(total_tax(shown) / 100))} is taken over and counts in Table 4 below.")

    @safely
    def _take_back(self) -> None:
        before = self.month.inputs_before(self.shown["item"].unique())
        self.month.give_inputs(before)
        self.on_change()
        self.show()
        left = sum_rupees(total_tax(before) / 100)
        self.say("Taken out again" + (f"; ₹{show_rupees(left)} stands, as before." if left else "."))


def proposed_html(month: Month) -> str:
    """The proposal without its buttons."""
    return _html(month, month.proposed_inputs)


def _html(month: Month, proposals: pd.DataFrame) -> str:
    """What would be entered, line and heads, whether it is given; and the documents it rests on."""
    if proposals.empty:
        return f"<p>{NOTHING}</p>"
    entries = proposed_entries(proposals).merge(input_items(), on="item", how="left")
    entered = pd.DataFrame(
        {"Would be entered": entries["label"], "Line": entries["lines"].map(lines_shown), **_amounts(entries)}
    )
    rests = pd.DataFrame(
        {
            "Supplier": proposals["supplier_name"],
            "Number": proposals["doc_no"],
            "Date": proposals["doc_date"],
            "Ledger": proposals["ledger"].fillna(""),
            "The register says": proposals["marked"],
            **_amounts(proposals),
        }
    )
    word = "document" if len(rests) == 1 else "documents"
    return (
        f"<p><b>{html.escape(proposed_sentence(proposals))}</b> {html.escape(_stands(month, entries))}</p>"
        f"{table_html(entered, len(entered))}"
        f"<details><summary>The {len(rests):,} {word} it rests on</summary>{table_html(rests, _MOST)}</details>"
    )


def _amounts(table: pd.DataFrame) -> dict[str, pd.Series | np.ndarray]:
    return {_HEAD_WORDS[head]: table[head] for head in HEADS} | {"Total": total_tax(table) / 100}


def _stands(month: Month, entries: pd.DataFrame) -> str:
    """Whether it is given, or what is given in its place."""
    given = month.inputs[month.inputs["item"].isin(entries["item"])]
    if _same(given, entries):
        return "It is taken over and counts below."
    if given.empty:
        return JUDGE
    return f"{JUDGE} It would take the place of ₹{show_rupees(sum_rupees(total_tax(given) / 100))} that is given now."


def _is_given(month: Month, proposals: pd.DataFrame) -> bool:
    return len(proposals) > 0 and _same(month.inputs, proposed_entries(proposals))


def _same(given: pd.DataFrame, entries: pd.DataFrame) -> bool:
    """True if each of `entries` is given with just these amounts."""
    now = given.set_index("item")[list(HEADS)].reindex(entries["item"])
    return bool((to_paise(now) == to_paise(entries[list(HEADS)])).all())
