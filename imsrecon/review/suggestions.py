"""Facts and policy to suggestions: the finding, what is allowed, the sentence, the cautions, the deadline."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from imsrecon.act import due_date, portal_table
from imsrecon.domain import Profile, check_period, conform, to_paise, to_rupees
from imsrecon.match import Reconciliation
from imsrecon.review.deadlines import credit_days, deadlines, last_draws, pending_ends
from imsrecon.review.facts import gather
from imsrecon.review.findings import NOTES, Conditions, first_finding
from imsrecon.review.policy import check_policy, in_force, load_policy
from imsrecon.review.sentences import days, fill, fill_each
from imsrecon.rulebook import CHECK, rule

SUGGESTION_COLUMNS = (
    "register_id", "portal_id", "action", "auto", "rule", "reason", "caution", "deadline", "rupees",
    "finding", "todo", "contact", "alternatives", "assumption", "reduction", "pending_until",
)  # fmt: skip
_ALLOWED = {"A": "accept", "R": "reject", "P": "pending"}
_INSTEAD = {
    ("A", "N"): "accepting it is not open, so it stays as it is",
    ("P", "N"): "keeping it pending is not open, so a person must accept or reject it",
    ("R", "P"): "it cannot be rejected, so keep it pending",
    ("R", "N"): "neither rejecting nor pending is open, so a person must look",
}
_SOON = pd.Timedelta(days=31)
_WORDS = {"A": "Accept", "R": "Reject", "P": "Pending"}


def suggest(
    reconciliation: Reconciliation,
    register: pd.DataFrame,
    portal: pd.DataFrame,
    period: str,
    profile: Profile,
    policy: pd.DataFrame | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """What the policy suggests: each portal record once, and each document that is in the books only once.

    `register` and `portal` are the tables that `reconciliation` was made from, `policy` a table as `load_policy`
    gives it (None: the shipped one). Sorted by deadline, then by rupees at stake, the largest first.

    Columns: register_id and portal_id (one may be missing; of several documents booked for one record the largest),
    action (A, R, P, or N: leave as it is), auto (may be accepted without a person looking: the match is certain,
    the portal allows it, nobody has pended or rejected it, it is no amendment of an unknown original, and it
    charges no cess after the cess ended (K-20)), rule, reason, caution, deadline (datetime64, the day by which to act:
    for books-only the last useful day of the credit (K-08), else the due date of the period's GSTR-3B, or the end of
    pending if that is earlier; missing, and sorted last, where nothing can be done), rupees (tax of the document,
    negative for credit notes); and finding, todo (in 3B or in the books), contact, alternatives, assumption, reduction
    (for what is accepted and lowers the credit), pending_until (the last day of a suggested Pending).

    No action is suggested that `act.allowed_actions` refuses: what comes instead is in the rulebook (G-30), and the
    caution says why. Raises `SettingsError` for a policy that cannot be followed, `TableError` if the reconciliation
    is of other tables.
    """
    check_period(period)
    if policy is None:
        policy = load_policy()
    else:
        check_policy(policy)
    register, portal = conform(register, "register"), portal_table(portal)
    facts = gather(reconciliation, register, portal, period, profile, today)
    facts["gstr2b_period"] = facts["gstr2b_period"].astype("str").fillna(period)
    act_by = due_date("gstr3b", period, profile)
    facts = _with_days(facts, profile, today, act_by)
    conditions = Conditions(facts, int(to_paise([reconciliation.settings.total_tolerance])[0]))
    result = _suggested(facts, conditions, policy)
    result["pending_until"] = pending_ends(facts, result["action"])
    result["deadline"] = deadlines(facts, result["pending_until"], act_by)
    result["rupees"] = to_rupees(facts["paise"])
    return _sorted(result)


def _with_days(facts: pd.DataFrame, profile: Profile, today: date | None, act_by: date) -> pd.DataFrame:
    useful, legal = credit_days(facts["doc_date"], profile)
    now = pd.Timestamp(today) if today is not None else pd.NaT
    soon = (useful <= now + _SOON) & (legal >= now)
    too_late = (last_draws(useful, profile) <= now) & (legal >= now)
    ends = facts["portal_action"].eq("P") & (facts["pending_until"] <= pd.Timestamp(act_by))
    days = {"credit_ends_soon": soon, "too_late": too_late, "pending_ends": ends}
    return facts.assign(useful_day=useful, credit_over=legal < now, **days)


def _suggested(facts: pd.DataFrame, conditions: Conditions, policy: pd.DataFrame) -> pd.DataFrame:
    result = facts[["register_id", "portal_id"]].astype("str")
    rows = _policy_rows(facts, conditions, policy)
    for name in ("finding", "rule", "contact", "alternatives"):
        result[name] = rows[name]
    wanted = rows["action"]
    result["action"] = _allowed_action(facts, _kept(facts, wanted))
    acted = facts["portal_action"].isin(["R", "P"]).to_numpy()
    certain = facts["confidence"].eq("certain").to_numpy() & conditions.linked
    accepted = result["action"].eq("A").to_numpy()
    auto = rows["auto"].to_numpy(dtype=bool) & certain & ~conditions.unsure & ~conditions.late_cess
    result["auto"] = auto & accepted & facts["accept"].to_numpy() & ~acted
    result["reduction"] = rows["reduction"].where(accepted & conditions.yes("reduces") & rows["reduction"].ne(""))
    result["assumption"] = _assumption(facts, accepted & conditions.linked & ~conditions.note)
    spaced = result["assumption"].where(result["assumption"] == "", " " + result["assumption"])
    result["reason"] = _reason(facts, rows, result["action"]) + spaced
    result["todo"] = fill_each(rows["todo"], facts)
    result["caution"] = _caution(facts, conditions, policy, rows, result)
    return result


def _policy_rows(facts: pd.DataFrame, conditions: Conditions, policy: pd.DataFrame) -> pd.DataFrame:
    """The policy's row for each document: the first whose finding holds, as of the record's own 2B-period (B-19)."""
    parts = []
    for period, index in facts.groupby("gstr2b_period").groups.items():
        held = in_force(policy, period)
        held = held[held["action"].ne("")]
        held = held.drop_duplicates("finding")
        found = first_finding(conditions, list(held["finding"]))
        parts.append(held.iloc[found[index]].set_index(index))
    if len(parts) == 1:
        return parts[0]
    return pd.concat(parts).loc[facts.index] if parts else policy.iloc[:0]


def _kept(facts: pd.DataFrame, wanted: pd.Series) -> pd.Series:
    """Where the policy leaves it to a person, what stands on the portal stays: N would set it back (B-18)."""
    stands = facts["portal_action"]
    return wanted.mask(wanted.eq("N") & stands.isin(list(_ALLOWED)) & _open(facts), stands)


def _open(facts: pd.DataFrame) -> pd.Series:
    return facts[["accept", "reject", "pending"]].any(axis=1)


def _allowed_action(facts: pd.DataFrame, wanted: pd.Series) -> pd.Series:
    """`wanted` where the portal allows it, else the first of what G-30 names that it does allow; N always."""
    action = wanted.copy()
    for first, others in rule("G-30")["fallback"].items():
        refused = wanted.eq(first) & ~facts[_ALLOWED[first]]
        for other in others:
            possible = refused if other == "N" else refused & facts[_ALLOWED[other]]
            action = action.mask(possible, other)
            refused &= ~possible
    return action


def _assumption(facts: pd.DataFrame, accepted: np.ndarray) -> pd.Series:
    """K-27: what an accept rests on, or that the register says received."""
    known = facts["received_date"].notna() & ~facts["not_received"]
    text = pd.Series(str(rule("K-27")["sentence"]), index=facts.index, dtype="str")
    text = text.mask(known, "The register says received on " + days(facts["received_date"]) + ".")
    return text.where(accepted, "")


def _reason(facts: pd.DataFrame, rows: pd.DataFrame, action: pd.Series) -> pd.Series:
    """Sentence and advice; where the advised action is not open, what comes instead stands in the advice's place."""
    advice = fill_each(rows["advice"], facts)
    for (wanted, got), text in _INSTEAD.items():
        instead = rows["action"].eq(wanted) & action.eq(got)
        advice = advice.mask(instead, text) if instead.any() else advice
    no_pending = rows["action"].eq("P") & action.eq("N") & facts["doc_type"].eq("BOE")
    advice = advice.mask(no_pending, "keeping it pending is not open, so only accepting it is left")
    found = fill_each(rows["sentence"], facts)
    return found.where(advice == "", found + ": " + advice + ".")


def _caution(
    facts: pd.DataFrame, conditions: Conditions, policy: pd.DataFrame, rows: pd.DataFrame, result: pd.DataFrame
) -> pd.Series:
    """Everything to know before following the suggestion, one sentence after another; "" if there is nothing."""
    nothing = pd.Series("", index=facts.index, dtype="str")
    parts = [_refused(facts, rows["action"], result["action"]), _left(facts, rows["action"], result)]
    parts += [_note(name, conditions, policy, facts) for name in NOTES]
    silent = str(rule("K-30")["sentence"]).removesuffix(".") + " (K-30)."
    waits = _open(facts) & ~result["auto"] & ~conditions.saved & ~facts["portal_action"].isin(list(_ALLOWED))
    parts += [nothing.mask(waits, silent), _weak(rows)]
    text = np.full(len(facts), "", dtype=object)
    for part in parts:
        where = np.flatnonzero(part.ne(""))
        text[where] = text[where] + np.where(text[where] == "", "", " ") + part.iloc[where].to_numpy(dtype=object)
    return pd.Series(text, index=facts.index, dtype="str")


def _refused(facts: pd.DataFrame, wanted: pd.Series, action: pd.Series) -> pd.Series:
    text = np.full(len(facts), "", dtype=object)
    where = np.flatnonzero(wanted.isin(list(_ALLOWED)) & wanted.ne(action))
    words = wanted.iloc[where].map(_WORDS) + " would be the advice. " + facts["why_not"].iloc[where].fillna("")
    text[where] = words.to_numpy(dtype=object)
    return pd.Series(text, index=facts.index, dtype="str")


def _left(facts: pd.DataFrame, wanted: pd.Series, result: pd.DataFrame) -> pd.Series:
    """A record that a person set on the portal is never changed unseen, and never set back."""
    stands = facts["portal_action"]
    set_by_hand = stands.isin(list(_ALLOWED)) & _open(facts)
    word = stands.map(_WORDS).fillna("").astype("str")
    kept = set_by_hand & wanted.eq("N")
    changed = set_by_hand & ~kept & stands.ne(result["action"])
    text = pd.Series("", index=facts.index, dtype="str")
    text = text.mask(kept, "It stands at " + word + " on the portal and is left so until a person decides.")
    return text.mask(changed, "It stands at " + word + " on the portal; a person must confirm the change.")


def _note(name: str, conditions: Conditions, policy: pd.DataFrame, facts: pd.DataFrame) -> pd.Series:
    text = np.full(len(facts), "", dtype=object)
    holds = NOTES[name](conditions)
    for row in policy[policy["finding"].eq(name)].to_dict("records"):
        where = np.flatnonzero(holds & facts["gstr2b_period"].between(row["start"], row["until"]).to_numpy())
        text[where] = fill(str(row["sentence"]), facts, where)
    return pd.Series(text, index=facts.index, dtype="str")


def _weak(rows: pd.DataFrame) -> pd.Series:
    """Rules of less than high confidence, and policy rows that say so of themselves: "check with your CA"."""
    doubted = {name: rule(name).confidence != "H" for name in rows["rule"].unique()}
    weak = rows["rule"].map(doubted).eq(True) | rows["confidence"].ne("H")
    return ("Rests on " + rows["rule"] + f": {CHECK}.").where(weak, "")


def _sorted(result: pd.DataFrame) -> pd.DataFrame:
    at_stake = np.abs(to_paise(result["rupees"]))
    order = np.concatenate([_by_id(result, "portal_id"), _by_id(result[result["portal_id"].isna()], "register_id")])
    order = order[np.argsort(-at_stake[order], kind="stable")]
    deadlines = result["deadline"].to_numpy().astype("int64")
    last = np.where(result["deadline"].isna(), np.iinfo(np.int64).max, deadlines)  # without one: at the end
    order = order[np.argsort(last[order], kind="stable")]
    return result[list(SUGGESTION_COLUMNS)].iloc[order].reset_index(drop=True)


def _by_id(rows: pd.DataFrame, name: str) -> np.ndarray:
    """The positions in the whole table of the rows that have this id, in its order."""
    ids = rows.loc[rows[name].notna(), name]
    return ids.index.to_numpy()[ids.argsort()]
