"""The screens on which a month closes: the list that is left to silence, signed; and the GSTR-3B, filed."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from imsrecon.act import next_tax_period
from imsrecon.domain import InputError, show_date, show_period, show_rupees, sum_rupees
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import ACTION_WORDS
from imsrecon.rulebook import cite
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.review_rows import suggested_word

if TYPE_CHECKING:
    from imsrecon.workspace import Month

_FIRST, _MOST = 8, 500
_HAND_WORDS = {
    "taken": "done on the portal, not from here",
    "changed": "written as one action, stands as another",
    "reset": "written, but stands at No action: not uploaded, set back, or changed by the supplier",
}


class SignScreen(Screen):
    """What silence will accept, and a person's name under it. `on_change()` is called after a signature."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.list, self.now = ipw.HTML(), ipw.HTML()
        self.name = ipw.Text(placeholder="your name", description="Name", layout=ipw.Layout(width="320px"))
        self.button = button("", self._sign, main=True)
        self.fill(self.list, self.now, row(self.name, self.button))
        self.show()

    def show(self) -> None:
        """Show the list as it stands now."""
        left, signed = self.month.left, self.month.signature
        self.list.value = left_html(self.month)
        self.now.value = f"<p>{html.escape(self.month.signature_sentence())}</p>"
        self.button.description = f"Sign: leave {_records(len(left))} to silence"
        closed = left.empty or (signed is not None and signed.stands)
        self.button.disabled = self.name.disabled = closed

    @safely
    def _sign(self) -> None:
        signed = self.month.sign(self.name.value)
        self.on_change()
        self.show()
        self.say(f"Signed by {signed.name}: {_records(signed.records)}, tax ₹{show_rupees(signed.tax)}.")


class FileScreen(Screen):
    """Notes the GSTR-3B as filed, or takes the note back. `on_change()` is called after either."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.now = ipw.HTML()
        self.day = ipw.DatePicker(description="Filed on", value=month.today)
        self.arn = ipw.Text(description="ARN", placeholder="such as AA270626123456A", layout=ipw.Layout(width="300px"))
        self.file = button(f"Note GSTR-3B of {show_period(month.period)} as filed", self._file, main=True)
        self.back = button("It is not filed: take the note back", self._take_back)
        self.entry = row(self.day, self.arn, self.file)
        self.fill(self.now, self.entry, row(self.back))
        self.show()

    def show(self) -> None:
        """Show whether it is filed, and what stands in the way."""
        filed = self.month.profile.filed_on(self.month.period) is not None
        self.now.value = filed_html(self.month)
        self.entry.layout.display = "none" if filed else ""
        self.back.layout.display = "" if filed else "none"

    @safely
    def _file(self) -> None:
        if self.day.value is None:
            raise InputError("The day of filing is missing.", hint="Choose it in the calendar.")
        self.month.file(self.day.value, self.arn.value.strip())
        self.on_change()
        self.show()
        following = show_period(next_tax_period(self.month.period, self.month.profile))
        self.say(
            "The month is closed: its decisions can no longer be changed, the pending is carried on. "
            f"{following} begins in 0_start or 1_import, with its own files."
        )

    @safely
    def _take_back(self) -> None:
        self.month.take_back_filing()
        self.on_change()
        self.show()
        self.say("The note is taken back; the month is open again.")


def left_html(month: Month) -> str:
    """The list that is left to silence: how many, how many rupees, and which."""
    left = month.left
    if left.empty:
        return "<p><b>Nothing is left to silence.</b></p>"
    said = (
        f"{_records(len(left))}, tax as it counts ₹{show_rupees(sum_rupees(left['tax']))}: nobody has decided them, so "
        f"they count as accepted when GSTR-3B is filed ({cite('B-18')})."
    )
    documents = month.preview.documents
    saved = int((documents["rule"].eq("A-07") & documents["action"].eq("N")).sum())
    aside = (
        f"<p>{_records(saved)} more are only saved by their suppliers and cannot count now (A-07).</p>" if saved else ""
    )
    table = _left_table(month, left)
    more = ""
    if len(table) > _FIRST:
        rest = table_html(table.iloc[_FIRST:], _MOST)
        more = f"<details><summary>The other {len(table) - _FIRST:,}, smaller in tax</summary>{rest}</details>"
    return f"<p><b>{html.escape(said)}</b></p>{table_html(table.head(_FIRST), _FIRST)}{more}{aside}"


def _left_table(month: Month, left: pd.DataFrame) -> pd.DataFrame:
    action = month.suggestions.dropna(subset="portal_id").set_index("portal_id")["action"]
    return pd.DataFrame(
        {
            "Supplier": left["supplier_name"],
            "Section": left["section"],
            "Number": left["doc_no"],
            "Date": left["doc_date"],
            "Tax": left["tax"],
            "Suggested": left["portal_id"].map(action).map(lambda one: suggested_word(one, True)).astype("str"),
        }
    )


def filed_html(month: Month) -> str:
    """Whether the GSTR-3B is filed, when and by which ARN; or what is to be done before."""
    period = month.tax_period
    noted = month.workspace.filings
    noted = noted[noted["form"].eq("GSTR-3B") & noted["period"].eq(period)]
    if noted.empty:
        return f"<p>GSTR-3B of {show_period(period)} is not filed yet. {html.escape(month.signature_sentence())}</p>"
    last = noted.iloc[0]
    arn = f", ARN {last['arn']}" if last["arn"] else ""
    said = f"GSTR-3B of {show_period(period)} is filed on {show_date(pd.Timestamp(last['filed_on']))}{arn}."
    return f"<p><b>{html.escape(said)}</b> {html.escape(_since_filing(month))}</p>"


def _since_filing(month: Month) -> str:
    """Whether the preview still is what was noted when the return was filed."""
    kept = month.workspace.results("filed")
    kept = kept[kept["period"].eq(month.tax_period)]
    if kept.empty:
        return "What was decided for it stands."
    then = pd.DataFrame(kept["table4"].iloc[-1])
    same = (
        then[["igst", "cgst", "sgst", "cess"]].to_numpy() == month.preview.table4.drop(columns="line").to_numpy()
    ).all()
    return "Table 4 stands as it was filed." if same else "Table 4 below differs from what was filed: files came since."


def carried_html(month: Month) -> str:
    """What the month opened with, and what was done on the portal by hand."""
    return _carried(month) + _by_hand(month)


def _carried(month: Month) -> str:
    rows = month.carried
    if rows.empty:
        return "<p>Nothing was carried over from earlier months.</p>"
    waiting = rows[rows["action"].isin(["P", "N"])]
    ends = waiting["pending_until"].dropna()
    first = f"; the first must be decided by {show_date(ends.min())}" if len(ends) else ""
    total = f"{_records(len(rows))}, tax ₹{show_rupees(sum_rupees(rows['tax']))}"
    said = f"Carried over: {total}; {len(waiting):,} still wait{first}."
    table = pd.DataFrame(
        {
            "Supplier": rows["supplier_name"],
            "Section": rows["section"],
            "Number": rows["doc_no"],
            "GSTR-2B of": rows["gstr2b_period"].map(show_period),
            "Periods": rows["periods_held"].astype("int64"),
            "Tax": rows["tax"],
            "Stands at": rows["action"].map(ACTION_WORDS),
            "May wait until": rows["pending_until"],
        }
    )
    return _folded(said, table)


def _by_hand(month: Month) -> str:
    found = month.by_hand
    if found.empty:
        return ""
    rows = found.merge(month.preview.documents, on="portal_id", how="left", suffixes=("", "_document"))
    stand = "stands" if len(rows) == 1 else "stand"
    said = f"Done on the portal by hand: {_records(len(rows))} {stand} otherwise than what was written here."
    table = pd.DataFrame(
        {
            "Supplier": rows["supplier_name"],
            "Number": rows["doc_no"],
            "Written here": rows["uploaded"].map(ACTION_WORDS).fillna(""),
            "On the portal": rows["portal_action"].map(ACTION_WORDS),
            "What": rows["what"].map(_HAND_WORDS),
        }
    )
    return _folded(said, table)


def _folded(said: str, table: pd.DataFrame) -> str:
    return f"<details><summary><b>{html.escape(said)}</b></summary>{table_html(table, _MOST)}</details>"


def _records(count: int) -> str:
    return f"{count:,} {'record' if count == 1 else 'records'}"
