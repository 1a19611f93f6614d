"""The tolerances on sliders: what they would move is shown at once; nothing is kept without a yes."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import ipywidgets as ipw

from imsrecon.domain import InputError
from imsrecon.match import MatchSettings, changes, state_of
from imsrecon.reports.page import table_html
from imsrecon.widgets.frame import Screen, button, row, safely
from imsrecon.widgets.match_moves import WOULD, moves_sentence, moves_table, setting_words
from imsrecon.workspace.tuning import keep_settings, trial

if TYPE_CHECKING:
    from imsrecon.workspace import Month

SLIDERS = {
    "head_tolerance": ("Taxable value and each tax head", (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)),
    "total_tolerance": ("All tax heads together", (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)),
    "date_window": ("Dates of a certain match", (0, 1, 3, 7, 10, 15, 31, 45, 62, 92, 183, 365)),
}


class SettingsScreen(Screen):
    """Three sliders, what they would move, and the button that keeps them. `on_change()` is called once kept."""

    def __init__(self, month: Month, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.month, self.on_change = month, on_change
        self._before: list[MatchSettings] = []
        self.kept = month.workspace.client.match_settings()
        self.state = self._state_now()
        self.sliders = {name: _slider(name, label, steps, self.kept) for name, (label, steps) in SLIDERS.items()}
        self.shown = ipw.HTML()
        self.keep = button("Keep these settings", self._keep, main=True)
        self.reset = button("Back to what is kept", self._reset)
        self.undo = button("Undo the last keeping", self._undo)
        self.fill(ipw.VBox(list(self.sliders.values())), row(self.keep, self.reset, self.undo), self.shown)
        for slider in self.sliders.values():
            slider.observe(self._try, "value")
        self._show()

    def chosen(self) -> MatchSettings:
        """The settings that the sliders show."""
        return replace(self.kept, **{name: slider.value for name, slider in self.sliders.items()})

    @safely
    def _try(self) -> None:
        self._show()

    @safely
    def _keep(self) -> None:
        settings = self.chosen()
        if settings == self.kept:
            raise InputError("These settings are kept already.", hint="Move a slider first.")
        self._before.append(self.kept)
        self._put(settings, "Kept in client.toml: the match works with these settings from now on.")

    @safely
    def _undo(self) -> None:
        if not self._before:
            raise InputError("Nothing was kept here since this screen opened.", hint="Move a slider, then keep.")
        self._put(self._before.pop(), "Undone: the settings before are kept again.")

    @safely
    def _reset(self) -> None:
        self._set_sliders(self.kept)
        self._show()

    def _put(self, settings: MatchSettings, told: str) -> None:
        keep_settings(self.month.workspace, settings)
        self.month.refresh("reconciliation", "suggestions")
        self.reload()
        self.on_change()
        self.say(told)

    def reload(self) -> None:
        """Start again from what is kept now."""
        self.kept = self.month.workspace.client.match_settings()
        self.state = self._state_now()
        self._set_sliders(self.kept)
        self._show()

    def _state_now(self):
        return state_of(self.month.reconciliation, self.month.register, self.month.portal)

    def _set_sliders(self, settings: MatchSettings) -> None:
        for name, slider in self.sliders.items():
            slider.unobserve(self._try, "value")
            _set(slider, name, getattr(settings, name))
            slider.observe(self._try, "value")

    def _show(self) -> None:
        settings = self.chosen()
        same = settings == self.kept
        self.keep.disabled, self.reset.disabled, self.undo.disabled = same, same, not self._before
        self.shown.value = _kept_html(self.kept) if same else self._moves_html(settings)

    def _moves_html(self, settings: MatchSettings) -> str:
        month = self.month
        after = state_of(trial(month, settings), month.register, month.portal)
        changed = changes(self.state, after)
        told = f"{moves_sentence(changed, WOULD)}{_held_back(settings)}"
        head = f"<p>{_kept_words(self.kept, settings)} {html.escape(told)}</p>"
        return head + (table_html(moves_table(changed, WOULD), 40) if len(changed) else "")


def _slider(name: str, label: str, steps: tuple, kept: MatchSettings) -> ipw.SelectionSlider:
    slider = ipw.SelectionSlider(
        options=_options(name, steps, getattr(kept, name)), description=label, continuous_update=False,
        style={"description_width": "230px"}, layout=ipw.Layout(width="640px", max_width="100%"),
    )  # fmt: skip
    slider.value = getattr(kept, name)
    return slider


def _set(slider: ipw.SelectionSlider, name: str, value: object) -> None:
    slider.options = _options(name, SLIDERS[name][1], value)
    slider.value = value


def _options(name: str, steps: tuple, value: object) -> list[tuple[str, object]]:
    """The steps, and the present value between them."""
    return [(setting_words(name, step), step) for step in sorted({*steps, value})]


def _held_back(settings: MatchSettings) -> str:
    """A hint where the sum of the heads is the narrower: the other slider alone moves little then."""
    if settings.head_tolerance <= settings.total_tolerance:
        return ""
    total = setting_words("total_tolerance", settings.total_tolerance)
    return f" All tax heads together may still differ by {total} only."


def _kept_html(kept: MatchSettings) -> str:
    return f"<p class='soft'>{html.escape(_said(kept))} Move a slider to see what it would move.</p>"


def _kept_words(kept: MatchSettings, settings: MatchSettings) -> str:
    moved = [
        f"{label.lower()}: {setting_words(name, getattr(kept, name))} → {setting_words(name, getattr(settings, name))}"
        for name, (label, _) in SLIDERS.items()
        if getattr(kept, name) != getattr(settings, name)
    ]
    return f"<b>Not kept yet</b> ({html.escape('; '.join(moved))})."


def _said(kept: MatchSettings) -> str:
    words = {name: setting_words(name, getattr(kept, name)) for name in SLIDERS}
    return (
        f"Kept now: amounts may differ by {words['head_tolerance']} each and {words['total_tolerance']} in all, "
        f"dates of a certain match by {words['date_window']}."
    )


def wider_html(month: Month) -> str:
    """What is kept, and what ten times wider tolerances would move: for a report, where no slider can be moved."""
    kept = month.workspace.client.match_settings()
    wide = replace(kept, head_tolerance=kept.head_tolerance * 10, total_tolerance=kept.total_tolerance * 10)
    before = state_of(month.reconciliation, month.register, month.portal)
    changed = changes(before, state_of(trial(month, wide), month.register, month.portal))
    told = f"With {setting_words('head_tolerance', wide.head_tolerance)} instead: {moves_sentence(changed, WOULD)}"
    table = table_html(moves_table(changed, WOULD), 40) if len(changed) else ""
    return f"<p>{html.escape(_said(kept))}</p><p>{html.escape(told)}</p>{table}"
