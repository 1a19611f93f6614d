"""What GSTR-2B cannot know, and the month's previews side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import DECISION_COLUMNS
from imsrecon.domain import HEADS
from imsrecon.preview import (
    INPUT_COLUMNS,
    Gstr2b,
    cash_needed,
    check_inputs,
    compare_with_2b,
    exposure,
    input_lines,
    preview_each,
    weigh,
)
from imsrecon.review import propose_inputs
from imsrecon.workspace import database
from imsrecon.workspace.imports import drawn_2b

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from imsrecon.workspace.month import Month

NOBODY_ACTS = (
    "Nobody acts: whatever is still open counts as accepted, also where an action of this period is on the portal "
    "already; what was pending from before stays pending."
)


def inputs(month: Month) -> pd.DataFrame:
    """What GSTR-2B cannot know of the tax period, as last given."""
    last = month.workspace.log(database.inputs, period=month.tax_period).drop_duplicates("item", keep="last")
    return check_inputs(last.loc[last[list(HEADS)].ne(0).any(axis="columns"), list(INPUT_COLUMNS)])


def give_inputs(month: Month, entries: pd.DataFrame) -> None:
    """Check entries and add them to the log, all or none."""
    rows = check_inputs(entries)
    filed = database.filed_returns.name
    seen = {filed: month.still_open()[filed]}
    rows = rows.assign(period=month.tax_period).astype(object)
    records = rows.where(rows.notna(), None).to_dict("records")
    month.workspace.append(database.inputs, [month.workspace.signed(row) for row in records], seen=seen)
    month.refresh("inputs", "preview")


def proposed_inputs(month: Month) -> pd.DataFrame:
    """What the register's own marks propose, document by document."""
    return propose_inputs(month.reconciliation.links, month.register, month.preview)


def inputs_before(month: Month, items: Sequence[str]) -> pd.DataFrame:
    """What was given for each item before its amounts last changed; no rupees where nothing was."""
    log = month.workspace.log(database.inputs, period=month.tax_period)
    before = [_before(log[log["item"].eq(item)], item) for item in items]
    return pd.concat(before, ignore_index=True)[list(INPUT_COLUMNS)]


def _before(lines: pd.DataFrame, item: str) -> pd.DataFrame:
    amounts = lines[list(HEADS)]
    other = lines[amounts.ne(amounts.iloc[-1]).any(axis="columns")] if len(lines) else lines
    return other.tail(1) if len(other) else pd.DataFrame([{"item": item, **dict.fromkeys(HEADS, 0.0), "note": None}])


def previews(month: Month, decisions: dict[str, pd.DataFrame]) -> dict[str, Gstr2b]:
    """A preview for each of several sets of decisions."""
    lines = input_lines(month.inputs)
    return preview_each(month.portal, decisions, month.period, month.profile, lines, month.today, facts=month.rulings)


def scenarios(month: Month, policy: Path | None = None) -> dict[str, Gstr2b]:
    """Three previews: as decided now, if nobody had acted, and if every suggestion were taken; a fourth if every one
    of another policy were.

    What was uploaded comes back with the next IMS download. So all but the first begin at what the month opened with,
    not at what the portal says by then; what is suggested to be left stays as it was.
    """
    then = _then(month)
    opened = _as_opened(then)
    others = {"nobody acts": opened, "all suggested": _taken(then.suggestions, opened)}
    if policy is not None:
        others[policy.stem.replace("_", " ")] = _taken(then.suggested_by(policy), opened)
    return {"as decided": month.preview, **previews(then, others)}


def _then(month: Month) -> Month:
    """The month as what might be done in it is reckoned: before its GSTR-3B was filed, if it is."""
    return month if month.profile.filed_on(month.period) is None else month.before_filing


def before_filing(month: Month) -> Month:
    """The month as it was on the day its GSTR-3B was filed, with nothing frozen by that."""
    filed_on = month.profile.filed_on(month.period)
    then = month.workspace.month(month.period, filed_on)
    rest = {period: day for period, day in month.profile.filed_3b.items() if period < month.tax_period}
    then.__dict__["profile"] = replace(month.profile, filed_3b=rest)
    then.__dict__ |= {name: getattr(month, name) for name in ("portal", "register", "reconciliation", "inputs")}
    return then


def _taken(suggestions: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Every suggestion as a decision, and the rest as it was."""
    suggested = suggestions[suggestions["portal_id"].notna() & suggestions["action"].ne("N")]
    suggested = suggested.rename(columns={"reduction": "itc_reduction"}).reindex(columns=list(DECISION_COLUMNS))
    rest = opened[~opened["portal_id"].isin(suggested["portal_id"])]
    return pd.concat([suggested, rest], ignore_index=True)


def _as_opened(month: Month) -> pd.DataFrame:
    """Where the records stood that may be acted on: pending if they came so from an earlier period (C-26), else at N,
    to be deemed accepted (B-18)."""
    ruled = month.rulings
    stands = month.portal["portal_action"].set_axis(ruled.index)
    pending = ruled["carried"] | (stands.eq("P") & (ruled["tax_period"] < month.tax_period))
    action = pd.Series("N", index=ruled.index, dtype="str").mask(pending, "P")
    may = ruled[["accept", "reject", "pending"]].any(axis="columns")
    table = pd.DataFrame({"portal_id": ruled["portal_id"], "action": action})[may]
    return table.reindex(columns=list(DECISION_COLUMNS)).reset_index(drop=True)


def weighed(month: Month, made: dict[str, Gstr2b]) -> pd.DataFrame:
    """`scenarios` side by side: measure and a column each."""
    return weigh(made, month.profile, _output(month), _doubtful(month))


def cash(month: Month) -> pd.DataFrame | None:
    """The cash that the GSTR-3B asks for, by head; None without output tax."""
    lines = _output(month)
    return None if lines is None else cash_needed(month.preview, lines)


def exposed(month: Month) -> pd.DataFrame:
    """The interest on each doubtful record that counts as accepted, if its credit is denied after a year."""
    return exposure(month.preview, month.profile, _doubtful(month))


def _output(month: Month) -> pd.DataFrame | None:
    lines = input_lines(month.inputs)
    return lines if lines["line"].str.startswith("3.1").any() else None


def _doubtful(month: Month) -> pd.Series:
    """The records that may be, or might have been, acted on and that the policy does not suggest to accept."""
    then = _then(month)
    suggested = then.suggestions
    doubted = suggested["action"].ne("A") & suggested["portal_id"].isin(_as_opened(then)["portal_id"])
    return suggested.loc[doubted, "portal_id"]


def differences_from_2b(month: Month) -> pd.DataFrame | None:
    """Each document on which the preview differs from the portal's own GSTR-2B; None if that is not imported."""
    sources = month.sources[month.sources["side"].eq("portal")]
    drawn = drawn_2b(sources, month.documents_read("portal"), {month.period, month.tax_period})
    return None if drawn is None else compare_with_2b(month.preview, drawn, month.profile)
