"""What every screen shares: its frame, its notice line, and how an exception in a handler becomes a sentence."""

from __future__ import annotations

import html
import logging
import traceback
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from threading import RLock

import anywidget
import ipywidgets as ipw

from imsrecon.domain import ImsreconError

HERE = Path(__file__).parent
_log = logging.getLogger(__name__)


class Guard(anywidget.AnyWidget):
    """Gives a screen its style and keeps its keys from JupyterLab."""

    _esm = HERE / "guard.js"
    _css = HERE / "screen.css"


@cache
def _guard() -> Guard:
    """The one guard of this kernel, shown on every screen: a busy browser has seconds to start each such widget."""
    return Guard()


class Screen:
    """A screen: `box` holds its widgets, `notice` its sentences; handlers run under `lock`, as threads may meet."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.notice = ipw.HTML()
        self.box = ipw.VBox([_guard(), self.notice])
        self.box.add_class("ims-screen")

    def fill(self, *children: ipw.Widget) -> None:
        """Put the widgets on the screen, the notice line under them."""
        self.box.children = [self.box.children[0], *children, self.notice]

    def say(self, text: str) -> None:
        """A sentence about something that was done."""
        self.notice.value = f'<div class="good" role="status">{html.escape(text)}</div>' if text else ""

    def complain(self, error: Exception) -> None:
        """A sentence about something that failed, the traceback folded away where the fault may be ours."""
        if isinstance(error, ImsreconError):
            told, folded = str(error), ""
        else:
            told = f"This did not work: {type(error).__name__}: {error}. If it happens again, please report it."
            trace = html.escape("".join(traceback.format_exception(error)))
            folded = f"<details><summary>Details for a report</summary><pre>{trace}</pre></details>"
        self.notice.value = f'<div class="problem" role="alert">⚠ {html.escape(told)}{folded}</div>'


def safely(handler: Callable[..., None]) -> Callable[..., None]:
    """A method of a Screen as a widget's handler: under its lock, and any exception becomes a sentence on it.

    An exception in a widget's handler would else go to the server's log, and nothing would happen on the screen.
    """

    @wraps(handler)
    def guarded(self: Screen, *_event: object) -> None:
        with self.lock:
            self.notice.value = ""
            try:
                handler(self)
            except ImsreconError as error:
                self.complain(error)
            except Exception as error:  # whatever it is, the person must see it
                _log.exception("A screen's handler failed")
                self.complain(error)

    return guarded


def button(
    text: str, handler: Callable[..., None], *, main: bool = False, tip: str = "", width: str = "auto"
) -> ipw.Button:
    """A button that calls `handler`; `main` for the one that leads on."""
    style = "primary" if main else ""
    made = ipw.Button(description=text, button_style=style, tooltip=tip or text, layout=ipw.Layout(width=width))
    made.on_click(handler)
    return made


def row(*children: ipw.Widget) -> ipw.HBox:
    """Widgets side by side, wrapping where there is no room."""
    return ipw.HBox(children, layout=ipw.Layout(flex_flow="row wrap", align_items="center", grid_gap="6px 10px"))


def offer(widget: ipw.Select, options: list[tuple[str, object]], at: int = 0) -> None:
    """Put options into a list and choose one, the first unless told; none if there is none."""
    widget.options = options
    widget.index = min(at, len(options) - 1) if options else None


def listed(facts: list[list[str]] | list[tuple[str, str]]) -> str:
    """Labels and texts as a definition list, escaped."""
    return (
        "<dl>" + "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in facts) + "</dl>"
    )


def linked(text: str, target: str) -> tuple[dict[str, object], ...]:
    """The outputs of an `Output` widget with a link to another notebook, which JupyterLab opens beside this one."""
    shown = f'<a href="{html.escape(target)}"><b>{html.escape(text)} ▸</b></a>'
    return output({"text/html": shown, "text/plain": text})


def output(data: dict[str, object]) -> tuple[dict[str, object], ...]:
    """The outputs of an `Output` widget that shows `data`, a text for each of its MIME types."""
    return ({"output_type": "display_data", "data": data, "metadata": {}},)
