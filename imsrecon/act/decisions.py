"""Decisions held against the portal table: what stands, what changes, and what may not be."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.allowed import ACTION_WORDS, reason, refusal, refusals
from imsrecon.act.columns import coded, portal_table, positions, true, worded
from imsrecon.act.reasons import check_reasons, reason_remarks
from imsrecon.act.standing import stand
from imsrecon.domain import (
    ACTIONS,
    DECLARED,
    HEADS,
    REDUCTIONS,
    ActionNotAllowed,
    InputError,
    Profile,
    to_paise,
)
from imsrecon.rulebook import cite_inside

DECISION_COLUMNS = ("portal_id", "action", "itc_reduction", *DECLARED, "remarks", "reason_code")
REMARK_LENGTH = 250
_ACCEPT, _FULL = ACTIONS.index("A"), REDUCTIONS.index("full")
_WORDS = {"A": "Accept", "R": "Reject", "P": "Pending", "N": "Reset"}


def decision_table(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions with every column in its dtype; raises `InputError` for what is no decision.

    A reason code (`reasons.reason_codes`) without a remark of its own brings the code's remark.
    """
    if decisions.empty:
        decisions = pd.DataFrame(columns=list(DECISION_COLUMNS))
    lacking = {"portal_id", "action"} - set(decisions.columns)
    if lacking:
        raise InputError(
            f"The decisions have no column {', '.join(sorted(lacking))}.", hint="Give portal_id and action."
        )
    table = pd.DataFrame({name: _column(decisions, name) for name in DECISION_COLUMNS})
    _known(table["action"], ACTIONS, "action", missing=False)
    _known(table["itc_reduction"], REDUCTIONS, "itc_reduction", missing=True)
    if table["reason_code"].notna().any():
        check_reasons(table["reason_code"], table["action"])
        table["remarks"] = table["remarks"].fillna(reason_remarks(table["reason_code"]))
    if not table["portal_id"].is_unique:
        raise InputError(
            f"Record {table.loc[table['portal_id'].duplicated(), 'portal_id'].iloc[0]} is decided twice.",
            hint="Give one row a record, the last word.",
        )
    return table


def _column(decisions: pd.DataFrame, name: str) -> pd.Series:
    dtype = "float64" if name in DECLARED else "str"
    if name not in decisions:
        return pd.Series(np.nan, index=range(len(decisions)), dtype=dtype)
    column = decisions[name].astype(dtype).reset_index(drop=True)
    empty = column.eq("") if dtype == "str" else pd.Series(False)
    return column.mask(empty) if empty.any() else column


def _known(column: pd.Series, words: tuple[str, ...], name: str, *, missing: bool) -> None:
    if missing and column.isna().all():
        return
    wrong = ~(column.isin(words) | (column.isna() & missing))
    if wrong.any():
        raise InputError(f"{column[wrong].iloc[0]!r} is no {name}.", hint=f"Write one of {', '.join(words)}.")


def apply_decisions(portal: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """What stands for each portal record, on its index; decisions on records that are not in the table have no effect.

    `portal` is a whole portal table. Columns: decided; stated (the portal's action, N if it has none); action (the
    decision's, else the portal's); itc_reduction (full, partial, none: what an acceptance means, full unless said);
    declared_igst … declared_cess (0.0 unless partial); remarks; touched (a decision that differs from the portal in
    anything); given_reduction, given_declared (bool), given_remarks: what the decision itself says.
    """
    return _applied(portal, decision_table(decisions))


def _applied(portal: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """`apply_decisions` of a `decision_table`."""
    at = positions(portal["doc_id"], decisions["portal_id"])
    stated, actions = coded(portal["portal_action"], ACTIONS)
    stated = np.where(stated < 0, ACTIONS.index("N"), stated)
    action = np.where(at < 0, stated, _given(coded(decisions["action"], ACTIONS)[0], at))
    was, reductions = coded(portal["itc_reduction"], REDUCTIONS)
    was = np.where(stated == _ACCEPT, was, -1)
    said = _given(coded(decisions["itc_reduction"], REDUCTIONS)[0], at)
    reduction = np.where(action == _ACCEPT, np.where(said < 0, was, said), -1)
    reduction = np.where(reduction < 0, _FULL, reduction)
    remarks = pd.Series(_at(decisions["remarks"], at), index=portal.index)
    declares = decisions[list(DECLARED)].notna().any(axis="columns").to_numpy(dtype=bool)
    changed = (action != stated) | ((said >= 0) & (said != np.where(was < 0, _FULL, was)))
    return pd.DataFrame(
        {
            "decided": at >= 0,
            "stated": worded(stated, actions, portal.index),
            "action": worded(action, actions, portal.index),
            "itc_reduction": worded(reduction, reductions, portal.index),
            **_declared(portal, decisions, at, said, reduction == REDUCTIONS.index("partial")),
            "remarks": remarks.fillna(portal["remarks"]),
            "given_reduction": worded(said, REDUCTIONS, portal.index),
            "given_declared": _given(declares, at, missing=False),
            "given_remarks": remarks,
            "touched": (changed | _restated(portal, decisions, remarks, at)) & (at >= 0),
        },
        index=portal.index,
        copy=False,
    )


def _given(values: npt.NDArray, at: npt.NDArray[np.int64], missing: object = -1) -> npt.NDArray:
    """The decisions' values at these positions, `missing` where there is no decision."""
    return np.append(values, missing).astype(values.dtype)[at]


def _at(column: pd.Series, at: npt.NDArray[np.int64]) -> pd.array:
    """The column at these positions, missing at -1; most columns of most decisions hold nothing at all."""
    if column.isna().all():
        return pd.Series(np.nan, index=range(len(at)), dtype=column.dtype).array
    return column.array.take(at, allow_fill=True)


def _declared(
    portal: pd.DataFrame,
    decisions: pd.DataFrame,
    at: npt.NDArray[np.int64],
    said: npt.NDArray[np.int64],
    partial: npt.NDArray[np.bool_],
) -> dict[str, npt.NDArray[np.float64]]:
    """What a partial reduction declares by head: the decision's amounts where it says `partial`, else the portal's."""
    rows, declared = np.flatnonzero(partial), {}
    for name in DECLARED:
        given = _given(decisions[name].to_numpy(dtype=np.float64), at[rows], missing=np.nan)
        declared[name] = np.zeros(len(portal))
        declared[name][rows] = np.nan_to_num(np.where(said[rows] >= 0, given, portal[name].to_numpy()[rows]))
    return declared


def _restated(
    portal: pd.DataFrame, decisions: pd.DataFrame, remarks: pd.Series, at: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """A decision whose remark or declared amounts are not those that the portal has; a remark as it is sent there."""
    restated = (remarks.notna() & remarks.ne(portal["remarks"])).to_numpy(dtype=bool, copy=True)
    if restated.any():
        sent, has = (sent_remark(column[restated]).fillna("") for column in (remarks, portal["remarks"]))
        restated[restated] = sent.ne(has).to_numpy(dtype=bool)
    for name in DECLARED:
        if decisions[name].notna().any():
            given = _given(decisions[name].to_numpy(dtype=np.float64), at, missing=np.nan)
            restated |= ~np.isnan(given) & (to_paise(given) != to_paise(portal[name]))
    return restated


def sent_remark(remarks: pd.Series) -> pd.Series:
    """Remarks as the portal takes them: plain ASCII on one line, at most 250 characters; missing if nothing is left."""
    plain = remarks.str.replace("₹", "Rs ").str.normalize("NFKD").str.replace(r"[^ -~]+", " ", regex=True)
    plain = plain.str.replace(r"\s+", " ", regex=True).str.strip().str.slice(0, REMARK_LENGTH)
    return plain.mask(plain.eq(""))


def check_decisions(
    portal: pd.DataFrame,
    decisions: pd.DataFrame,
    period: str,
    profile: Profile,
    today: date | None = None,
    *,
    cases: pd.DataFrame | None = None,
) -> None:
    """Raise `ActionNotAllowed`, with the rule and what may be done instead, if one decision may not be taken.

    Only what differs from the portal is held against the rules. An action must be one of `allowed_actions`; a
    reduction goes with Accept on rows that may declare one, partial with amounts by head (CGST = SGST, none above
    what the record reduces), partial and none with a remark (B-23, B-24). Raises `InputError` for a record that is
    not in the table.

    `cases` is what `rulings` gave for this table, period, profile and day, where it is known already: a decision
    changes nothing in it, and only the decided rows of the table, which has every column then, are looked at.
    """
    given = decision_table(decisions)
    if cases is None:
        portal = portal_table(portal)
        cases = refusals(portal, stand(portal, period, profile, today))
    at = _decided(portal["doc_id"], given["portal_id"])
    table = portal.iloc[at].reset_index(drop=True)
    applied = _applied(table, given)
    known = cases.drop(columns="section").iloc[at].reset_index(drop=True)
    rows = pd.concat([table, known, applied.add_prefix("new_")], axis="columns")
    rows = rows.loc[:, ~rows.columns.duplicated()][applied["touched"].to_numpy(dtype=bool)]
    _check_actions(rows)
    if rows["new_given_reduction"].notna().any() or rows["new_given_declared"].any():
        _check_reductions(rows)
        _check_amounts(rows)
    _check_remarks(rows)


def _decided(doc_ids: pd.Series, wanted: pd.Series) -> npt.NDArray[np.int64]:
    """Where the decided records stand in the table, in its order."""
    at = positions(wanted, doc_ids)
    unknown = wanted[at < 0]
    if len(unknown):
        raise InputError(
            f"{len(unknown)} decisions are about records that are not here, first: {unknown.min()}.",
            hint="Decide on records of this client and month.",
        )
    return np.sort(at)


def _check_actions(rows: pd.DataFrame) -> None:
    # Nothing open at all refuses a reset as well.
    column = {"A": "accept_case", "R": "reject_case", "P": "pending_case", "N": "accept_case"}
    for action, name in column.items():
        wrong = rows["new_action"].eq(action) & rows[name].ne("")
        if wrong.any():
            refused = rows[wrong]
            row = refused.iloc[0].to_dict()
            case = row[name]
            row |= {"rule": row["matrix_rule"], "until": row["pending_until"]}
            rule = row["matrix_rule"] if case == "not_in_matrix" else refusal(case).id
            _refuse(refused, _WORDS[action], reason(case, row), rule)


def _check_reductions(rows: pd.DataFrame) -> None:
    said = rows["new_given_reduction"].notna() | rows["new_given_declared"]
    _demand(rows, ~said | rows["new_action"].eq("A"), "B-23", "a reduction goes with Accept only.")
    less = rows["new_given_reduction"].isin(["partial", "none"]) | rows["new_given_declared"]
    blocked = true(rows["itc_reduction_blocked"])
    _demand(
        rows, ~(less & blocked), "B-23", "the portal has closed the declaration for it; accepted, it reduces in full."
    )
    _demand(rows, ~less | rows["reduction"], "B-23", "its reduction cannot be declared in this period.")
    idle = rows["new_given_reduction"].eq("full") & ~rows["reduction"] & ~rows["reduces"]
    _demand(rows, ~idle, "B-23", "it reduces no credit; leave the reduction empty.")


def _check_amounts(rows: pd.DataFrame) -> None:
    partial = rows["new_given_reduction"].eq("partial")
    _demand(rows, partial | ~rows["new_given_declared"], "B-23", "amounts are declared for a partial reduction only.")
    declared = {head: to_paise(rows[f"new_declared_{head}"]) for head in HEADS}
    some = sum(declared.values()) > 0
    _demand(rows, ~partial | some, "B-23", "a partial reduction needs the amount for each head; for nothing say none.")
    equal = declared["cgst"] == declared["sgst"]
    _demand(rows, ~partial | equal, "B-23", "the CGST declared must equal the SGST declared.")
    for head in HEADS:
        most = _most(rows, head)
        fits = (declared[head] >= 0) & (declared[head] <= most)
        _demand(rows, ~partial | fits, "B-23", f"the {head.upper()} declared is not within what the record reduces.")


def _most(rows: pd.DataFrame, head: str) -> npt.NDArray[np.int64]:
    """What the record reduces under this head, in paise; the document's own tax where the original is not known."""
    base = np.maximum(-to_paise(rows[f"effect_{head}"]), 0)
    return np.where(rows["effect_known"], base, to_paise(rows[head]))


def _check_remarks(rows: pd.DataFrame) -> None:
    remark, blocked = rows["new_given_remarks"], true(rows["remarks_blocked"])
    _demand(rows, ~(remark.notna() & blocked), "B-24", "the portal takes no remark on it; leave the remark empty.")
    short = remark.str.len().fillna(0) <= REMARK_LENGTH
    _demand(rows, short, "B-24", f"its remark is longer than the {REMARK_LENGTH} characters that the portal takes.")
    needed = rows["new_given_reduction"].isin(["partial", "none"]) & ~blocked
    says = sent_remark(rows["new_remarks"]).notna()
    _demand(rows, ~needed | says, "B-24", "a partial or no reduction needs a remark, in plain English letters.")


def _demand(rows: pd.DataFrame, holds: pd.Series, rule: str, why: str) -> None:
    broken = ~np.asarray(holds, dtype=bool)
    if broken.any():
        broken = rows[broken]
        _refuse(broken, _WORDS[broken["new_action"].iloc[0]], f"{why} ({cite_inside(rule)})", rule)


def _refuse(rows: pd.DataFrame, word: str, why: str, rule: str) -> None:
    first = rows.iloc[0]
    others = f" The same holds for {len(rows) - 1} more." if len(rows) > 1 else ""
    allowed = ", ".join(name for key, name in ACTION_WORDS.items() if first[f"{key}_case"] == "") or "nothing"
    raise ActionNotAllowed(
        f"{word} is not possible for {first['section']} {first['doc_no']} of {first['supplier_gstin']}: {why}{others}",
        rule=rule,
        allowed=allowed,
        hint=f"Open to you: {allowed}.",
    )
