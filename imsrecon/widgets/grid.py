"""The review grid in a notebook: a window on the review table. Every message of the browser is checked here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import numpy as np
import pandas as pd
import traitlets

from imsrecon.domain import HEADS, ImsreconError, InputError
from imsrecon.reports.page import table_html
from imsrecon.reports.sheets import ACTION_WORDS
from imsrecon.widgets.review_detail import detail
from imsrecon.widgets.review_page import cells
from imsrecon.widgets.review_state import MATCHES, PAGE, ReviewState, Step

if TYPE_CHECKING:
    from imsrecon.workspace import Month

HERE = Path(__file__).parent
STATIC_ROWS = 50
STEPS = 5000
_log = logging.getLogger(__name__)


class ReviewGrid(anywidget.AnyWidget):
    """Books beside portal, with match, suggestion, decision and upload state; acts on rows by key and click.

    `on_change` functions are called without arguments after decisions were written.
    """

    _esm = HERE / "reviewgrid.js"
    _css = HERE / "reviewgrid.css"
    n_rows = traitlets.Int(0).tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    chips = traitlets.List().tag(sync=True)
    status = traitlets.Unicode("left").tag(sync=True)
    matches = traitlets.List().tag(sync=True)
    height = traitlets.Int(460).tag(sync=True)

    def __init__(self, month: Month, *, height: int = 460) -> None:
        self.state = ReviewState(month)
        self.changed: list[object] = []
        super().__init__(matches=[list(pair) for pair in MATCHES.items()], height=height)
        self._tell_view()
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def on_change(self, function: object) -> None:
        """Call `function` whenever decisions were written."""
        self.changed.append(function)

    def reload(self) -> None:
        """Show decisions that were taken elsewhere."""
        with self.state.lock:
            self.state.reload()
            self.state.show()
            self._stale()

    def receive(self, message: object) -> None:
        """Answer one message of the browser; whatever is wrong with it becomes a sentence in the grid."""
        try:
            if not isinstance(message, Mapping) or message.get("type") not in _HANDLERS:
                raise InputError("The grid sent something unknown.", hint="Run the cell again.")
            with self.state.lock:
                _HANDLERS[message["type"]](self, message)
        except ImsreconError as error:
            self._fail(message, str(error))
        except Exception as error:  # a fault of ours must not vanish in the server's log
            _log.exception("The review grid failed")
            self._fail(message, f"This is a fault of imsrecon, please report it: {type(error).__name__}: {error}")

    def _fail(self, message: object, text: str) -> None:
        """Say what went wrong, and set the browser's copy right."""
        if isinstance(message, Mapping) and message.get("type") in ("act", "undo"):
            self.send(
                {"type": "acted", "seq": message.get("seq"), "answered": [], "rows": [], "said": text, "kind": "error"}
            )
            self._stale()
            return
        self.send({"type": "said", "text": text, "kind": "error"})

    # what the browser asks -------------------------------------------------------------------------------------

    def _rows(self, message: Mapping[str, object]) -> None:
        start, stop = _whole(message, "start"), _whole(message, "stop")
        current = message.get("gen") == self.state.generation
        rows = self.state.page(start, stop) if current else []
        self.send(
            {"type": "rows", "gen": self.state.generation if current else -1, "start": max(0, start), "rows": rows}
        )

    def _view(self, message: Mapping[str, object]) -> None:
        known = {name: message[name] for name in ("sort", "ascending", "text", "status", "match") if name in message}
        for name, value in known.items():
            if not isinstance(value, bool if name == "ascending" else str):
                raise InputError(f"{name} cannot be {value!r}.", hint="Run the cell again.")
        self.state.show(**known)
        self._stale()

    def _act(self, message: Mapping[str, object]) -> None:
        steps = [_step(step) for step in _list(message, "steps")]
        outcomes = self.state.act(steps)
        answered = [row for step in steps for row in step.rows]
        said = next((outcome.said for outcome in outcomes if outcome.said), "")
        self._written(_acted(message, answered, said, "error"), list(dict.fromkeys(answered)))

    def _written(self, reply: dict[str, object], rows: list[int]) -> None:
        """Answer with the rows as they stand on the disk."""
        self.send(reply | {"rows": self.state.rows(rows)})
        if len(rows) > PAGE:
            self._stale()
        self._tell_change()

    def _undo(self, message: Mapping[str, object]) -> None:
        """Take back the last step; if it holds many decisions, and another than a person agreed to, ask first."""
        step, decisions, words = self.state.last_step()
        if decisions > 1 and message.get("step") != step:
            self.send(_acted(message, [], "", "info") | {"rows": [], "ask": f"Take back {words}?", "step": step})
            return
        rows = self.state.undo() if decisions else []
        said = f"Taken back: {words}." if decisions else "There is nothing to take back."
        self._written(_acted(message, [], said, "info") | {"back": rows[:1]}, rows)

    def _bulk(self, message: Mapping[str, object]) -> None:
        if message.get("gen") != self.state.generation:
            raise InputError("The list has changed since.", hint="Look at it and press the button again.")
        rows = self.state.scope(str(message.get("scope")), message.get("row"))
        step = Step(rows.tolist(), str(message.get("action")), bulk=True)
        if step.action not in ACTION_WORDS:
            raise InputError(f"{step.action!r} is no action.", hint="Use the grid's buttons.")
        if message.get("sure") is not True:
            self.send({"type": "ask", "text": self.state.question(rows, step.action)})
            return
        outcome = self.state.act([step])[0]
        self._stale()
        word = "record" if len(outcome.taken) == 1 else "records"
        left = f" {len(outcome.refused):,} are left as they were: {outcome.said}" if outcome.refused else ""
        self.send(
            {
                "type": "said",
                "text": f"{ACTION_WORDS[step.action]}: {len(outcome.taken):,} {word}.{left}",
                "kind": "info",
            }
        )
        self._tell_change()

    def _detail(self, message: Mapping[str, object]) -> None:
        row = message.get("row")
        self.state.check_rows([row])
        line = self.state.table.iloc[row]
        self.send({"type": "detail", "row": row, **detail(self.state.month, line)})

    # what the browser is told ----------------------------------------------------------------------------------

    def _stale(self) -> None:
        self._tell_view()
        self.send({"type": "stale", "gen": self.state.generation, "n": len(self.state.view)})

    def _tell_view(self) -> None:
        with self.hold_sync():
            self.n_rows = len(self.state.view)
            self.generation = self.state.generation
            self.status = str(self.state.wanted["status"])
            self.chips = self.state.chips()

    def _tell_change(self) -> None:
        self.chips = self.state.chips()
        for function in self.changed:
            function()

    # where no widget can run -----------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **options: object) -> tuple[dict, dict]:
        """The live grid, and a table of its first rows for a page or a notebook that runs no widget."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        data["text/plain"] = f"Review grid: {self.n_rows:,} rows"
        data["text/html"] = static_html(self.state)
        return data, metadata


def static_html(state: ReviewState, rows: int = STATIC_ROWS) -> str:
    """The first rows of the view as a plain table, every text escaped."""
    with state.lock:
        shown = cells(state.table.iloc[state.view[:rows]])
        hidden = len(state.view) - len(shown)
    table = pd.DataFrame([_static(row) for row in shown])
    more = f"<p>… and {hidden:,} more.</p>" if hidden else ""
    return table_html(table, rows) + more


def _static(row: Mapping[str, object]) -> dict[str, str]:
    fields = row["fields"]
    names = {"number": "number", "date": "date", "value": "taxable value", "tax": "tax"}
    pairs = {
        f"{side} {word}": fields[name][at]
        for name, word in names.items()
        for at, side in enumerate(("Books", "Portal"))
    }
    return {
        "Supplier": row["name"],
        **pairs,
        "Match": row["match"],
        "What differs": row["differs"],
        "Suggested": row["suggests"],
        "Decision": ACTION_WORDS.get(row["action"], "not decided"),
        "Upload": row["upload"],
    }


def _acted(message: Mapping[str, object], answered: list[int], said: str, kind: str) -> dict[str, object]:
    return {"type": "acted", "seq": message.get("seq"), "answered": answered, "said": said, "kind": kind}


def _whole(message: Mapping[str, object], name: str) -> int:
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{name} is {value!r}, not a whole number.", hint="Run the cell again.")
    return value


def _list(message: Mapping[str, object], name: str) -> list[object]:
    value = message.get(name)
    if not isinstance(value, list) or not 0 < len(value) <= STEPS:
        raise InputError(f"{name} is not a list of 1 to {STEPS:,} things.", hint="Run the cell again.")
    return value


def _step(raw: object) -> Step:
    """A step from the browser; `InputError` for what is none. Rows and action are checked by the state."""
    if not isinstance(raw, Mapping):
        raise InputError("A step must say rows and action.", hint="Run the cell again.")
    rows = _list(raw, "rows")
    remarks, reduction, declared = raw.get("remarks"), raw.get("reduction"), raw.get("declared") or {}
    if not all(value is None or isinstance(value, str) for value in (remarks, reduction)):
        raise InputError("A remark and a reduction are text.", hint="Type it again.")
    return Step(rows, str(raw.get("action")), remarks, reduction or None, _declared(declared))


def _declared(raw: object) -> dict[str, float]:
    numbers = isinstance(raw, Mapping) and all(
        head in HEADS and isinstance(value, int | float) and np.isfinite(value) for head, value in raw.items()
    )
    if not numbers:
        raise InputError("The amounts to reduce are numbers under IGST, CGST, SGST and cess.", hint="Type them again.")
    return {f"declared_{head}": float(value) for head, value in raw.items()}


_HANDLERS = {
    "rows": ReviewGrid._rows,
    "view": ReviewGrid._view,
    "act": ReviewGrid._act,
    "undo": ReviewGrid._undo,
    "bulk": ReviewGrid._bulk,
    "detail": ReviewGrid._detail,
}
