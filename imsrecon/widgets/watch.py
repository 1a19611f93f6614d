"""What other notebooks of the client did since this one was drawn: told when it comes to the front again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

from imsrecon.domain import ImsreconError, show_period
from imsrecon.widgets import clients

if TYPE_CHECKING:
    from imsrecon.workspace import Month

HERE = Path(__file__).parent
_WORDS = {
    "sources": "imports",
    "decisions": "decisions",
    "verdicts": "words on matches",
    "filed_returns": "filings",
    "signatures": "signatures",
    "inputs": "amounts for the return",
}
_log = logging.getLogger(__name__)


class Watch(anywidget.AnyWidget):
    """A bar that says what this notebook does not show yet, with a button. `show(period)` is called when it is pressed.

    `drawn(month)` notes that the notebook shows a month as it stands now.
    """

    _esm = HERE / "watch.js"
    _css = HERE / "watch.css"
    told = traitlets.Unicode("").tag(sync=True)
    offer = traitlets.Unicode("").tag(sync=True)

    def __init__(self, month: Month, show: Callable[[str], None]) -> None:
        super().__init__()
        self._show = show
        self.drawn(month)
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def drawn(self, month: Month) -> None:
        """All that is shown is `month` as it stands now."""
        self.month, self.known = month, month.workspace.last_lines()
        self.told = self.offer = ""

    def receive(self, message: object) -> None:
        """Answer the browser: the notebook came to the front, or the button was pressed."""
        kind = message.get("type") if isinstance(message, Mapping) else None
        try:
            if kind == "front":
                self._look()
            elif kind == "show":
                self._show(clients.chosen_month(self.month.workspace) or self.month.period)
        except ImsreconError as error:
            self.told = str(error)
        except Exception:  # a fault of ours must not vanish in the server's log
            _log.exception("The notebook could not be brought up to date")
            self.told = "This notebook could not be brought up to date: run all its cells again."

    def _look(self) -> None:
        now = self.month.workspace.last_lines()
        period = clients.chosen_month(self.month.workspace) or self.month.period
        self.told = told(self.month.period, period, {name: now[name] - self.known[name] for name in _WORDS})
        self.offer = f"Show {show_period(period)} as it is now" if self.told else ""


def told(period: str, chosen: str, added: Mapping[str, int]) -> str:
    """What a notebook that stands at `period` does not show, in a sentence; "" if nothing is amiss.

    `chosen`: the month that the client's notebooks were put at last; `added`: lines in each log since it was drawn.
    """
    new = [_WORDS[name] for name, lines in added.items() if lines > 0]
    said = []
    if chosen != period:
        said.append(f"This notebook stands at {show_period(period)}, another one was put at {show_period(chosen)}.")
    if new:
        listed = ", ".join(new[:-1]) + (" and " if new[1:] else "") + new[-1]
        said.append(f"Not shown here yet: {listed} noted in another notebook.")
    return " ".join(said)
