"""The client's match settings, changed by a person's yes; and each result of the matching, to tell what changed."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from imsrecon.match import MatchSettings, Reconciliation, changes, reconcile, state_of
from imsrecon.workspace import database, pool, store
from imsrecon.workspace.client import read_client, write_match

if TYPE_CHECKING:
    from pathlib import Path

    from imsrecon.workspace.month import Month
    from imsrecon.workspace.workspace import Workspace

RUN, SETTINGS = "match result", "match settings"
_KEYS = ["side", "doc_id"]


class LastRun(NamedTuple):
    """What differs from the run before: when that was (UTC, as in the log; "" if there was none), and
    `match.changes`."""

    at: str
    changed: pd.DataFrame


def keep_settings(workspace: Workspace, settings: MatchSettings) -> None:
    """Write the settings to client.toml, as far as they are not the usual ones; the log keeps who and when."""
    usual = MatchSettings()
    differing = {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != getattr(usual, field.name)
    }
    workspace.client = replace(read_client(workspace.folder), match=differing)
    write_match(workspace.folder, workspace.client)
    workspace.record_run("", SETTINGS, differing)


def note_run(month: Month, since: str | None = None) -> LastRun:
    """Keep the month's result if it is new, and say what differs from the one before it.

    `since`: the moment of the result to compare with (the log's text, "" for none); nothing is kept then.
    """
    state = state_of(month.reconciliation, month.register, month.portal).sort_values(_KEYS, ignore_index=True)
    runs = month.workspace.log(database.runs, period=month.period, verb=RUN)
    runs = runs.assign(state=[json.loads(result)["state"] for result in runs["result"]])
    if since is None:
        digest = _digest(state)
        if runs.empty or runs["state"].iloc[-1] != digest:
            _write(month, digest, state)
            month.workspace.record_run(month.period, RUN, {"state": digest, "documents": len(state)})
        before = runs[runs["state"].ne(digest)]
    else:
        before = runs[runs["at"].eq(since)]
    path = _path(month, before["state"].iloc[-1]) if len(before) else None
    if path is None or not path.is_file():
        return LastRun("", changes(state, state))
    return LastRun(before["at"].iloc[-1], changes(pd.read_parquet(path), state))


def _digest(state: pd.DataFrame) -> str:
    hashed = pd.util.hash_pandas_object(state.fillna({"confidence": "", "match_id": ""}), index=False)
    return hashlib.sha256(hashed.to_numpy().tobytes()).hexdigest()[:16]


def _path(month: Month, digest: str) -> Path:
    return month.workspace.folder / "tables" / f"match-{month.period}-{digest}.parquet"


def _write(month: Month, digest: str, state: pd.DataFrame) -> None:
    sink = io.BytesIO()
    state.to_parquet(sink, index=False)
    path = _path(month, digest)
    path.parent.mkdir(exist_ok=True)
    store.write_whole(path, sink.getvalue())


def trial(month: Month, settings: MatchSettings) -> Reconciliation:
    """The month's match with other settings; nothing is kept."""
    return reconcile(month.register, month.portal, settings, verdicts=pool.matching_words(month))


def without_words(month: Month) -> Reconciliation:
    """The month's match as it would be had nobody said anything: what a person's words are held against."""
    return reconcile(month.register, month.portal, month.workspace.client.match_settings())
