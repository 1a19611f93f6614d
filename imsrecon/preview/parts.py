"""Which part of GSTR-2B each record is in, on which line of Table 4 it counts, and how much."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import EFFECTS, by_value, combinations
from imsrecon.domain import AMOUNTS, HEADS, PARTS, Profile, to_paise, to_rupees
from imsrecon.rulebook import in_force

ALL_PARTS = (*PARTS, "held", "next_period", "earlier", "superseded", "removed")
_KEYS = ["part", "sections", "credit_note", "reverse_charge", "reasons"]


class Kinds(NamedTuple):
    """What decides the line beside the part: of each record the number of its kind, and the kinds' columns."""

    numbers: npt.NDArray[np.int64]
    parts: list[npt.NDArray]


def line_kinds(table: pd.DataFrame, facts: pd.DataFrame) -> Kinds:
    """The kinds of a portal table; several sets of decisions share them."""
    reverse = table["reverse_charge"].fillna(False).astype(bool) | table["supply_class"].eq("reverse_charge")
    note = table["doc_type"].eq("CN")
    return Kinds(*combinations(table["section"], note, reverse, facts["reason"]))


def place(
    table: pd.DataFrame,
    facts: pd.DataFrame,
    applied: pd.DataFrame,
    period: str,
    profile: Profile,
    kinds: Kinds | None = None,
) -> pd.DataFrame:
    """part, line (missing where the part has none) and rule of each record; each is in exactly one part.

    `table`, `facts` (act.standing) and `applied` (act.apply_decisions) share one index. The first that holds decides.
    """
    tax_period = profile.tax_period(period)
    choices = _outside(table, facts, applied, tax_period, profile)
    choices += _beside_ims(table, facts)
    choices += _in_ims(facts, applied, tax_period, profile)
    choices += [(True, "available", "")]
    decides = np.full(len(table), len(choices) - 1)
    for number in range(len(choices) - 2, -1, -1):
        decides[np.asarray(choices[number][0], dtype=bool)] = number
    return _with_lines(table, choices, decides, tax_period, kinds or line_kinds(table, facts))


Choice = tuple[object, str, str]


def _outside(
    table: pd.DataFrame, facts: pd.DataFrame, applied: pd.DataFrame, tax_period: str, profile: Profile
) -> list[Choice]:
    """Records that the 2B of this period does not look at."""
    when = by_value(facts["tax_period"], lambda month: (month > tax_period) - (month < tax_period), "int64")
    amended = table["source_form"].eq("R1A") & ~facts["own_period"]
    held_over = facts["carried"] | applied["stated"].eq("P") | applied["action"].eq("P")
    before = (when < 0) & ~held_over
    return [
        ((when > 0) & amended, "next_period", "D-03"),
        ((when > 0) & ~facts["own_period"], "next_period", "D-01"),
        (when > 0, "next_period", "D-04"),
        (before & facts["closed"], "earlier", "C-25"),
        (before, "earlier", "C-24"),
        (facts["saved"], "next_period", "A-07"),
        (facts["superseded_by"].notna(), "superseded", "C-41"),
    ]


def _beside_ims(table: pd.DataFrame, facts: pd.DataFrame) -> list[Choice]:
    """Records that GSTR-2B carries without IMS; the rule is the line's own."""
    bypass = facts["bypass"].ne("")
    return [
        (table["gstr2b_part"].eq("reversal"), "reversal", ""),
        (facts["bypass"].eq("rejected_in_2b"), "rejected", ""),
        (bypass & facts["barred"], "not_available", ""),
        (bypass, "available", ""),
    ]


def _in_ims(facts: pd.DataFrame, applied: pd.DataFrame, tax_period: str, profile: Profile) -> list[Choice]:
    """Records of IMS by their action; no action is deemed acceptance (B-18), except where the record is locked."""
    action, pending = applied["action"], applied["action"].eq("P")
    was_pending = facts["carried"] | applied["stated"].eq("P") | pending
    lapsed = pending & facts["expired"]
    enters = by_value(facts["enters"], lambda month: (month > tax_period) - (month < tax_period), "int64")
    consumed = by_value(facts["enters"], lambda month: profile.filed_on(month) is not None, "bool")
    of_period = facts["tax_period"].eq(tax_period)
    return [
        (facts["locked"] & facts["original_open"], "held", "C-40"),
        (facts["locked"], "held", "K-01"),
        (was_pending & facts["time_over"], "removed", "C-27"),
        (action.eq("R"), "rejected", ""),
        (lapsed & (enters > 0) & ~of_period, "next_period", "B-22"),
        (lapsed & (enters < 0) & consumed, "earlier", "B-22"),
        (lapsed & (enters <= 0), "available", "B-22"),
        (pending, "held", ""),
        (facts["carried"], "available", "C-26"),
    ]


def _with_lines(
    table: pd.DataFrame, choices: list[Choice], decides: npt.NDArray[np.int64], period: str, kinds: Kinds
) -> pd.DataFrame:
    """part, line and rule, worked out once for each pair of choice and kind that occurs."""
    numbers, (chosen, kind) = combinations(decides, kinds.numbers)
    parts, rules = (np.array([choice[field] for choice in choices], dtype=object)[chosen] for field in (1, 2))
    lines = _lines(period).reindex(pd.MultiIndex.from_arrays([parts, *(values[kind] for values in kinds.parts)]))
    line, own = (lines[name].to_numpy(dtype=object) for name in ("line", "rule"))
    answers = {"part": parts, "line": np.where(line == "", None, line), "rule": np.where(rules == "", own, rules)}
    return pd.DataFrame(
        {name: pd.array(values, dtype="str").take(numbers) for name, values in answers.items()}, index=table.index
    )


@cache
def _lines(period: str) -> pd.DataFrame:
    """line and rule by part, section, credit note, reverse charge and reason, as parts.toml has them in this period."""
    rows = pd.DataFrame([row.data | {"rule": row.id} for row in in_force("parts", period)])
    for key in _KEYS[1:]:
        rows = rows.explode(key, ignore_index=True)
    rows = rows.astype({"credit_note": "bool", "reverse_charge": "bool"})
    return rows.set_index(_KEYS)[["line", "rule"]]


def amounts(table: pd.DataFrame, facts: pd.DataFrame, applied: pd.DataFrame, part: pd.Series) -> pd.DataFrame:
    """taxable_value, igst … cess of each record as they count in its part (D.3, C-43), rupees.

    Available: what the record adds to the credit, negative where it reduces, after the declared reduction. Not
    available: the same, for 4(D)(2). Reversal: what is to be reversed, positive. Rejected, held, next period: what
    accepting in full would have added. Earlier, superseded, removed: the document's own amounts, a credit note's
    negative.
    """
    by_effect = part.isin(["available", "not_available", "rejected", "held", "next_period"]).to_numpy(dtype=bool)
    face = np.where(table["doc_type"].eq("CN"), -1, 1)
    declares = part.eq("available") & facts["reduction"] & applied["action"].eq("A")
    none = (declares & applied["itc_reduction"].eq("none")).to_numpy(dtype=bool)
    partial = (declares & applied["itc_reduction"].eq("partial")).to_numpy(dtype=bool)
    result = {}
    for name, effect in zip(AMOUNTS, EFFECTS, strict=True):
        counted = np.where(by_effect, to_paise(facts[effect]), face * to_paise(table[name]))
        reduced = np.minimum(counted, 0)
        less = np.where(none, 0, reduced)
        if name in HEADS:
            less = np.where(partial, np.maximum(-to_paise(applied[f"declared_{name}"]), reduced), less)
        result[name] = to_rupees(counted - reduced + less)
    return pd.DataFrame(result, index=table.index)
