"""What a hand does on a screen, without a kernel."""

from __future__ import annotations

import ipywidgets as ipw


def widgets_in(box, kind):
    """Every widget of that kind in a box, in its order."""
    found = [box] if isinstance(box, kind) else []
    return found + [one for child in getattr(box, "children", ()) for one in widgets_in(child, kind)]


def press(screen, words):
    """Click the one button whose words these are."""
    (found,) = [one for one in widgets_in(screen.box, ipw.Button) if words in one.description]
    assert not found.disabled
    found.click()
