"""A table with a drop-down in each row: what a column is, what credit a ledger gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import anywidget
import ipywidgets as ipw
import traitlets

HERE = Path(__file__).parent
Options = Sequence[tuple[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class Choice:
    """One row: `id` names it in messages, `choice` is what stands in its drop-down, `mark` a word that sets it off."""

    id: str
    name: str
    place: str
    examples: str
    choice: str
    why: str
    mark: str = ""


class ChoiceTable(anywidget.AnyWidget):
    """The table. `on_choice(id, value)` is called for a row and a value that are really offered, for nothing else.

    `head`: four headings; `options`: groups of (value, words), a group without a name first.
    """

    _esm = HERE / "choices.js"
    _css = HERE / "choices.css"
    head = traitlets.List().tag(sync=True)
    heading = traitlets.Unicode().tag(sync=True)
    options = traitlets.List().tag(sync=True)
    rows = traitlets.List().tag(sync=True)

    def __init__(self, head: Sequence[str], options: Options, on_choice: Callable[[str, str], None]) -> None:
        self.on_choice = on_choice
        offered = [[group, [list(option) for option in values]] for group, values in options]
        layout = ipw.Layout(max_height="420px", overflow="auto", width="100%")
        super().__init__(head=list(head), heading=head[2], options=offered, rows=[], layout=layout)
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def show(self, rows: Sequence[Choice]) -> None:
        """Put rows into the table, in place of those that were there."""
        self.rows = [asdict(row) for row in rows]

    def receive(self, message: object) -> None:
        """Pass on what a person chose; anything that was not offered is passed over."""
        if not isinstance(message, Mapping) or message.get("type") != "choose":
            return
        row, value = message.get("row"), message.get("value")
        known = {one["id"] for one in self.rows}
        offered = {option for _, options in self.options for option, _ in options}
        if isinstance(row, str) and isinstance(value, str) and row in known and value in offered:
            self.on_choice(row, value)
