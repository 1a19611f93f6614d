"""Reason codes of decisions, and actions that were taken on the portal by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.act.columns import portal_table
from imsrecon.domain import InputError
from imsrecon.rulebook import load

HAND_COLUMNS = ("portal_id", "uploaded", "portal_action", "what")


def reason_codes() -> pd.DataFrame:
    """The reason codes that a decision may carry: code, actions (space-joined), remark (sent if no other is given)."""
    rows = [(row["code"], " ".join(row["actions"]), row["remark"]) for row in load("reasons")]
    return pd.DataFrame(rows, columns=["code", "actions", "remark"]).astype("str")


def check_reasons(codes: pd.Series, actions: pd.Series) -> None:
    """Raise `InputError` for a code that is none, or that does not go with its row's action; missing is no fault."""
    known = {row["code"]: row["actions"] for row in load("reasons")}
    given = codes.dropna()
    for code in given.unique():
        if code not in known:
            raise InputError(f"{code!r} is no reason code.", hint=f"Write one of {', '.join(known)}.")
        strange = set(actions[given.index[given.eq(code)]]) - set(known[code])
        if strange:
            raise InputError(
                f"Reason {code!r} does not go with action {min(strange)}.",
                hint=f"It goes with {', '.join(known[code])}; leave it empty, or write a remark.",
            )


def reason_remarks(codes: pd.Series) -> pd.Series:
    """The remark that stands for each code; missing where there is none."""
    return codes.map({row["code"]: row["remark"] for row in load("reasons")}).astype("str")


def with_reason_codes(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions whose remark is word for word that of a code get the code, where it goes with their action.

    So a remark that was picked from the list is counted under its code wherever it was picked.
    """
    codes = {(row["remark"], action): row["code"] for row in load("reasons") for action in row["actions"]}
    said = pd.Series(list(zip(decisions["remarks"], decisions["action"], strict=True)), index=decisions.index)
    found = said.map(codes.get).astype("str")
    return decisions.assign(reason_code=decisions["reason_code"].astype("str").fillna(found))


def taken_by_hand(portal: pd.DataFrame, uploaded: pd.DataFrame) -> pd.DataFrame:
    """The records whose action on the portal is not the one that was last sent there.

    `portal`: the newest download; `uploaded`: portal_id and action of what was last uploaded, one row a record.
    Columns: portal_id, uploaded (missing if nothing was sent), portal_action, what: `taken` (an action nobody sent),
    `changed` (another one), `reset` (no action any more: set back by hand, or the supplier edited a saved record and
    the portal set it back, C-02). Records that IMS does not show are left out.
    """
    table = portal_table(portal)
    twice = uploaded["portal_id"].duplicated()
    if twice.any():
        raise InputError(
            f"Record {uploaded.loc[twice, 'portal_id'].iloc[0]} was uploaded twice.", hint="Give the last."
        )
    sent = uploaded.set_index("portal_id")["action"].reindex(table["doc_id"]).set_axis(table.index).astype("str")
    stands = table["portal_action"]
    what = np.select([sent.fillna("N").eq("N"), stands.eq("N")], ["taken", "reset"], "changed")
    result = pd.DataFrame({"portal_id": table["doc_id"], "uploaded": sent, "portal_action": stands, "what": what})
    differs = stands.notna() & stands.ne(sent.fillna("N"))
    return result.loc[differs, list(HAND_COLUMNS)].astype("str").reset_index(drop=True)
