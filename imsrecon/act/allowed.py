"""What may be done with each record, and why not: the matrix, the portal's flags, the calendar and the chain."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.columns import alike, false, portal_table, text, true
from imsrecon.act.standing import stand
from imsrecon.domain import Profile, show_date, show_period
from imsrecon.rulebook import Rule, cite_inside, load

ACTION_WORDS = {"accept": "Accept", "reject": "Reject", "pending": "Pending"}
ALLOWED_COLUMNS = ("portal_id", *ACTION_WORDS, "rule", "why_not", "pending_until")


def allowed_actions(portal: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """What the portal lets the client do with each record while he works on `period`.

    One row a record, in the table's order: portal_id; accept, reject, pending (bool); rule (the row of the rulebook
    that governs the record: B, or A-01, A-05, A-08, C-25, C-27, C-40, D-18, K-01 where nothing is open); why_not
    (one sentence for each refused action with its rule and the way out, "" if nothing is refused); pending_until (last
    day of pending, missing where there is none). Without `today` the day is the one on which GSTR-2B is drawn.
    """
    return rulings(portal_table(portal), period, profile, today)[list(ALLOWED_COLUMNS)]


def rulings(table: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """`allowed_actions` and `standing` in one table, of a portal table that went through `portal_table` already."""
    return refusals(table, stand(table, period, profile, today))


def refusals(portal: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """`stand` with accept_case, reject_case, pending_case (why each is refused, "" where it is open), rule,
    matrix_rule, and accept, reject, pending, why_not as `allowed_actions` has them."""
    numbers, first = alike(facts["kind"])
    answers = _refused(portal.iloc[first], facts.iloc[first])
    return facts.drop(columns="rule").join(answers.iloc[numbers].set_axis(facts.index))


def _refused(portal: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """What `refusals` adds, for one record of each kind."""
    nothing = _nothing_open(facts)
    rule = np.where(nothing == "", facts["rule"].to_numpy(dtype=object), None)
    for case in set(nothing) - {""}:
        rule[nothing == case] = refusal(case).id
    reject = np.where(facts["matrix_reject"], "", "bill_of_entry")
    found = {"accept": nothing, "reject": reject, "pending": _pending_cases(portal, facts)}
    cases = {f"{name}_case": text(np.where(nothing == "", case, nothing), facts.index) for name, case in found.items()}
    answers = pd.DataFrame({"rule": text(rule, facts.index), "matrix_rule": facts["rule"], **cases}, index=facts.index)
    open_to = {name: cases[f"{name}_case"].eq("").to_numpy(dtype=bool) for name in ACTION_WORDS}
    return answers.assign(**open_to, why_not=sentences(facts.assign(**answers)))


def _nothing_open(facts: pd.DataFrame) -> npt.NDArray:
    """The case that leaves no action at all."""
    bypass = facts["bypass"].to_numpy(dtype=object)
    original_open = (facts["locked"] & facts["original_open"]).to_numpy(dtype=bool)
    gone = (facts["carried"] & facts["time_over"]).to_numpy(dtype=bool)
    choices = [bypass != "", facts["frozen"], original_open, facts["locked"], gone]
    return np.select(choices, [bypass, "frozen", "original_open", "original_pending", "time_over"], "").astype(object)


def _pending_cases(portal: pd.DataFrame, facts: pd.DataFrame) -> npt.NDArray:
    """The portal's flag wins over the table both ways (B-26); a day that has passed wins over an older flag."""
    blocked, free = portal["pending_blocked"].astype("boolean"), facts["matrix_pending"].to_numpy(dtype=bool)
    free = free | false(blocked)
    choices = [true(blocked), facts["expired"], facts["time_over"], free, facts["doubt"]]
    cases = ["flag", "expired", "time_over", "", "direction_unknown"]
    return np.select(choices, cases, "not_in_matrix").astype(object)


@cache
def refusal(case: str) -> Rule:
    """The row of the rulebook with the sentence for this case of refusal."""
    return next(row for table in ("sections", "rules") for row in load(table) if row.get("case") == case)


def sentences(cases: pd.DataFrame) -> pd.Series:
    """`why_not` of each record, worked out once for each different answer."""
    names = [f"{name}_case" for name in ACTION_WORDS]
    until = cases["pending_until"].where(cases["pending_case"].isin(["expired", "time_over"]))
    keys = cases[[*names, "tax_period"]].assign(rule=cases["matrix_rule"].fillna(""), until=until)
    open_rows = keys[names].eq("").all(axis="columns").to_numpy(dtype=bool)
    numbers = keys.groupby(list(keys.columns), sort=False, dropna=False).ngroup().to_numpy()
    first = keys[~open_rows].assign(number=numbers[~open_rows]).drop_duplicates("number")
    answers = np.full(numbers.max(initial=-1) + 1, "", dtype=object)
    answers[first["number"]] = [_sentence(row) for row in first.to_dict("records")]
    return text(answers[numbers], cases.index)


def _sentence(row: dict[str, object]) -> str:
    """`Pending: … (rule). Way out.`, one for each refused action; actions refused alike share one."""
    grouped: dict[str, list[str]] = {}
    for name, word in ACTION_WORDS.items():
        if row[f"{name}_case"]:
            grouped.setdefault(row[f"{name}_case"], []).append(word)
    return " ".join(f"{', '.join(words)} not possible: {reason(case, row)}" for case, words in grouped.items())


def reason(case: str, row: dict[str, object]) -> str:
    """Why `case` refuses the record of `row` (tax_period, rule, until), with the rule and the way out."""
    found = refusal(case)
    rule = row["rule"] if case == "not_in_matrix" else found.id
    fill = {"period": show_period(row["tax_period"]), "until": show_date(row["until"])}
    instead = found["instead"]
    if row["reject_case"] == "bill_of_entry":
        instead = found.get("instead_of_entry") or instead
    return f"{found['why'].format(**fill)} ({cite_inside(rule)}). {instead.format(**fill)}"
