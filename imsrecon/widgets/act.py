"""The act screen: the review grid, the suggestions that need no look, and the file for the portal."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as ipw

from imsrecon.domain import InputError
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.grid import ReviewGrid

if TYPE_CHECKING:
    from imsrecon.workspace import Month


class UploadScreen(Screen):
    """The button that writes the file for the portal, and where it lies."""

    def __init__(self, month: Month, grid: ReviewGrid) -> None:
        super().__init__()
        self.month, self.grid = month, grid
        self.write = button("", self._write, main=True)
        self.files = ipw.HTML()
        self.fill(row(self.write))
        self.box.children = [*self.box.children, self.files]

    def show(self) -> None:
        """Set the button's words to what differs from the portal."""
        changed = int(self.grid.state.table["upload"].eq("To upload").sum())
        self.write.description = f"Write the upload file ({_counted(changed, 'record')})"
        self.write.disabled = not changed

    @safely
    def _write(self) -> None:
        with self.grid.state.lock:
            written = self.month.write_upload(self.month.workspace.reports(self.month.period))
        if not written:
            raise InputError("No decision differs from the portal, so there is no file.", hint="Decide first.")
        folder = written[0].parent.relative_to(self.month.workspace.folder).as_posix()
        names = "".join(f"<li><code>{html.escape(path.name)}</code></li>" for path in written)
        self.files.value = (
            f"<p>In <code>{html.escape(folder)}</code>. Upload it in the IMS offline tool or on the portal, then "
            f"download IMS again and import it: the portal's own word closes the loop.</p><ul>{names}</ul>"
        )
        self.say("The file for the portal is written.")


class ActScreen(Screen):
    """Decide record by record, or many at once; then write the file. `on_change()` is called after each decision."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self.grid = ReviewGrid(month)
        self.grid.on_change(self._tell)
        self.unseen = button("", self._take)
        self.upload = UploadScreen(month, self.grid)
        self.upload.lock = self.lock  # one screen to the person, one lock
        # What was said stands beside the button that did it: under the grid nobody would see it.
        self.fill(row(self.unseen))
        self.box.children = [*self.box.children, self.grid, self.upload.box]
        self._tell()

    @safely
    def _take(self) -> None:
        with self.grid.state.lock:
            taken = self.month.decide_suggested()
            self.grid.reload()
        self._tell()
        word = "suggestion is" if taken == 1 else "suggestions are"
        self.say(f"{taken:,} {word} taken and on the disk. Undo, in the grid below, takes them back together.")

    def _tell(self) -> None:
        """Set the buttons' words to what is left."""
        state = self.grid.state
        table = state.table
        ready = int(
            (table["suggested_auto"] & table["open"] & table["action"].isna() & table["portal_action"].eq("N")).sum()
        )
        self.unseen.description = (
            f"Take the {_counted(ready, 'suggestion')} that need no look"
            if ready
            else "No suggestion is left to take unseen"
        )
        self.unseen.disabled = not ready
        self.upload.show()
        self.on_change()


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
