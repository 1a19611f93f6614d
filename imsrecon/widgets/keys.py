"""Single keys of a screen, such as S for "same": what a person who lives on the keyboard expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import anywidget
import traitlets


class Keys(anywidget.AnyWidget):
    """Calls `handlers[key]` when one of the keys is pressed anywhere on the screen that this widget stands in."""

    _esm = Path(__file__).parent / "keys.js"
    known = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, handlers: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(known=list(handlers))
        self._handlers = dict(handlers)
        self.on_msg(self._pressed)

    def _pressed(self, _widget: object, content: object, _buffers: object) -> None:
        # The browser is an input like any other: an unknown key does nothing.
        key = content.get("key") if isinstance(content, dict) else None
        if isinstance(key, str) and key in self._handlers:
            self._handlers[key]()
