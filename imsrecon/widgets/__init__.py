"""The notebooks' screens; the only code that imports ipywidgets."""

from __future__ import annotations

from imsrecon.widgets.desk import Desk, open_desk
from imsrecon.widgets.grid import ReviewGrid
from imsrecon.widgets.lab import copy_notebooks, start_lab
from imsrecon.widgets.review_state import Outcome, ReviewState, Step
from imsrecon.widgets.start import start

__all__ = [
    "Desk",
    "Outcome",
    "ReviewGrid",
    "ReviewState",
    "Step",
    "copy_notebooks",
    "open_desk",
    "start",
    "start_lab",
]
