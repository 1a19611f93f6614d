"""How far a month has come: imported, matched, decided, uploaded, filed, and what is next. No widget here."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imsrecon.act import apply_decisions, differs, due_date, upload_keys
from imsrecon.domain import show_date, show_paise, show_period
from imsrecon.reports import undecided
from imsrecon.reports.head import days_left, signed_tax

if TYPE_CHECKING:
    import pandas as pd

    from imsrecon.workspace import Month

_SIDES = {"register": "in the books", "portal": "on the portal"}
_FILES = {"register": "purchase register", "portal": "IMS download or GSTR-2B"}
_MARKS = {"done": "✓", "next": "▸", "later": "○"}


@dataclass(frozen=True)
class Stage:
    """One step of a month: its name, what is to be said, whether it is done, the notebook for it."""

    name: str
    said: str
    done: bool
    notebook: str


def stages(month: Month) -> list[Stage]:
    """The month's steps in their order, as far as they can be told: without files only the import."""
    return list(_stages(month))


def _stages(month: Month) -> Iterator[Stage]:
    sides = set(month.sources["side"])
    lacking = [words for side, words in _FILES.items() if side not in sides]
    parts = [_counted(getattr(month, side), words) for side, words in _SIDES.items() if side in sides]
    parts += [f"no {word} yet" for word in lacking]
    yield Stage("Import", " · ".join(parts), not lacking, "1_import")
    if lacking:
        return
    yield Stage("Match", _matched(month), True, "2_match")
    filed = month.profile.filed_on(month.period)
    left, decided = undecided(month), month.standing_decisions
    theirs = month.portal[month.portal["doc_id"].isin(decided["portal_id"])]
    said = f"{_counted(theirs, 'decided')} · {_counted(left, 'left')}"
    yield Stage("Review and act", said, left.empty or filed is not None, "4_act")
    yield _upload(month, decided, closed=filed is not None)
    due = due_date("gstr3b", month.period, month.profile)
    until = f"due {show_date(due)}, {days_left(due, month.today)}: look at the preview, file, note it there"
    yield Stage("GSTR-3B", f"filed {show_date(filed)}" if filed else until, filed is not None, "5_preview")


def _upload(month: Month, decided: pd.DataFrame, *, closed: bool) -> Stage:
    differing = differs(month.portal, apply_decisions(month.portal, decided))
    carried = month.portal["section"].isin(upload_keys())
    changed, by_hand = int((differing & carried).sum()), int((differing & ~carried).sum())
    told = []
    if changed:
        does = "; the month is closed" if closed else ": write the file, upload it, import the new download"
        told.append(f"{changed:,} {'decision differs' if changed == 1 else 'decisions differ'} from the portal{does}")
    if by_hand:
        told.append(f"{by_hand:,} by hand: no file carries bills of entry")
    return Stage("Upload", " · ".join(told) or "the portal has every decision", not changed or closed, "4_act")


def _matched(month: Month) -> str:
    links = month.reconciliation.links
    register, portal = month.register, month.portal
    ours = register[register["doc_id"].isin(links["register_id"])]
    alone = register[~register["doc_id"].isin(links["register_id"])]
    theirs = portal[~portal["doc_id"].isin(links["portal_id"])]
    groups = ((ours, "matched"), (alone, "only in the books"), (theirs, "only on the portal"))
    return " · ".join(_counted(table, words) for table, words in groups)


def _counted(table: pd.DataFrame, words: str) -> str:
    return f"{len(table):,} {words} ₹{show_paise(signed_tax(table))}"


def next_stage(found: list[Stage]) -> Stage | None:
    """The first step that is not done; none if all are."""
    return next((stage for stage in found if not stage.done), None)


def stages_html(month: Month, found: list[Stage]) -> str:
    """The steps as a list with their marks; the rupees are tax."""
    after = next_stage(found)
    lines = []
    for stage in found:
        state = "done" if stage.done else "next" if stage is after else "later"
        cells = (f"{_MARKS[state]} {state}", stage.name, stage.said)
        tags = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        lines.append(f"<tr{' style=font-weight:600' if state == 'next' else ''}>{tags}</tr>")
    who = html.escape(month.profile.name or month.profile.gstin)
    title = f"<h4>{who}, {show_period(month.period)}, step by step; rupees are tax</h4>"
    return f"{title}<table>{''.join(lines)}</table>"
