"""Taking decisions, taking them back, and telling which of them stand: lines added to the log, never changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import DECISION_COLUMNS, check_decisions, with_reason_codes
from imsrecon.domain import AMOUNTS
from imsrecon.workspace import database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imsrecon.workspace.month import Month

_FILED, _DECIDED = database.filed_returns.name, database.decisions.name


def content(portal: pd.DataFrame) -> pd.Series:
    """What the supplier stated in each record, as a short text by doc_id: it differs when he changes the record."""
    words = portal[["pos", "reverse_charge", "original_doc_no"]].astype("str").fillna("")
    stated = pd.concat([portal[list(AMOUNTS)], words], axis=1)
    hashes = pd.util.hash_pandas_object(stated, index=False).tolist()
    return pd.Series([f"{value:016x}" for value in hashes], index=portal["doc_id"])


def log(month: Month) -> pd.DataFrame:
    """Every line of the decisions that count in a month, oldest first: its own, and of a quarter its earlier months'.

    What was decided in a later month of the quarter stands above what was said of an earlier month, whenever that was.
    """
    lines = month.workspace.log(database.decisions, period=month.worked)
    return lines.sort_values(["period", "id"], ignore_index=True)


def standing(month: Month) -> pd.DataFrame:
    """The decisions that stand, with who and when; `changed` where the supplier has changed the record since."""
    last = month.decision_log.drop_duplicates("portal_id", keep="last")
    last = last[last["action"].notna()]
    now = month.content.reindex(last["portal_id"]).to_numpy()
    last, now = last[pd.notna(now)], now[pd.notna(now)]
    changed = last["content"].to_numpy() != now
    columns = [*DECISION_COLUMNS, "how", "rule", "by", "at"]
    return last[columns].assign(changed=changed).reset_index(drop=True)


def decide(month: Month, decisions: pd.DataFrame, how: str, rule: pd.Series | None, steps: pd.Series | None) -> str:
    """Check decisions and add them to the log, all or none; the batch's name."""
    seen = month.still_open()
    rows = _checked(month, decisions).assign(how=how, rule=None if rule is None else rule.to_numpy())
    batch = uuid.uuid4().hex
    batches = batch if steps is None else [f"{batch}-{step}" for step in steps.tolist()]
    _add(month, rows, batches, {_FILED: seen[_FILED]})
    return batch


def decide_suggested(month: Month) -> int:
    """Take what the policy lets pass unseen; nothing if somebody decides while it is worked out."""
    seen = month.log_as_it_is()
    suggested = month.suggestions
    taken = suggested[suggested["auto"] & ~suggested["portal_id"].isin(month.decisions["portal_id"])]
    current = month.portal.set_index("doc_id")["portal_action"].reindex(taken["portal_id"])
    taken = taken[taken["action"].to_numpy() != current.fillna("N").to_numpy()]
    if len(taken):
        month.still_open()
        rows = _checked(month, taken.rename(columns={"reduction": "itc_reduction"}))
        rows = rows.assign(how="policy", rule=taken["rule"].to_numpy())
        _add(month, rows, uuid.uuid4().hex, {name: seen[name] for name in (_FILED, _DECIDED)})
    return len(taken)


def last_step(month: Month) -> pd.DataFrame:
    """The log's lines that `undo` would take back: those of the last batch that still stands."""
    lines = month.decision_log
    undone = set(lines.loc[lines["how"].eq("undo"), "rule"])
    stands = lines[~lines["how"].eq("undo") & ~lines["batch"].isin(undone)]
    return stands[stands["batch"].eq(stands["batch"].iloc[-1])] if len(stands) else stands


def undo(month: Month) -> int:
    """Take back the last batch of decisions by new lines in the log; how many records it touched."""
    seen = month.still_open()
    step = last_step(month)
    if step.empty:
        return 0
    batch, touched = step["batch"].iloc[0], step["portal_id"].unique()
    before = month.decision_log.iloc[: step.index.min()]
    before = before.drop_duplicates("portal_id", keep="last").set_index("portal_id").reindex(touched)
    rows = before.reset_index().reindex(columns=[*DECISION_COLUMNS, "content"]).assign(how="undo", rule=batch)
    _add(month, rows, uuid.uuid4().hex, {name: seen[name] for name in (_FILED, _DECIDED)})
    return len(touched)


def _checked(month: Month, decisions: pd.DataFrame) -> pd.DataFrame:
    rows = with_reason_codes(decisions.reindex(columns=list(DECISION_COLUMNS)).reset_index(drop=True))
    check_decisions(month.portal, rows, month.period, month.profile, month.today, cases=month.rulings)
    return rows


def _add(month: Month, rows: pd.DataFrame, batch: str | list[str], seen: Mapping[str, int]) -> None:
    now = pd.Series(month.content.reindex(rows["portal_id"]).to_numpy())
    kept = rows["content"].fillna(now) if "content" in rows else now
    rows = rows.assign(content=kept.fillna(""), batch=batch, period=month.period).astype(object)
    signed = month.workspace.signed({})
    records = [row | signed for row in rows.where(rows.notna(), None).to_dict("records")]
    month.workspace.append(database.decisions, records, seen=seen)
    month.refresh("decision_log", "decisions", "preview")
