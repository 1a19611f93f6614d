"""Which part of GSTR-2B each record is in, on which line of Table 4 it counts, and how much."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import alike, by_value
from imsrecon.domain import AMOUNTS, HEADS, PARTS, Profile, to_paise
from imsrecon.rulebook import in_force

ALL_PARTS = (*PARTS, "held", "next_period", "earlier", "superseded", "removed")
_KEYS = ["part", "sections", "credit_note", "reverse_charge", "reasons"]


_RECORD = ["section", "doc_type", "source_form", "gstr2b_part", "reverse_charge", "supply_class"]
_FACTS = [
    "tax_period", "own_period", "closed", "carried", "saved", "superseded_by", "bypass", "barred", "reason", "locked",
    "original_open", "time_over", "expired", "enters", "reduction", "lapsed", "gstr2b_period", "direction",
    "original_state", "either_window",
]  # fmt: skip


class Placed(NamedTuple):
    """Where each record is: the number of its kind, and for each kind part, line (missing where the part has none),
    rule, and what its records share beside: the columns of `_RECORD`, `_FACTS`, action."""

    numbers: npt.NDArray[np.int64]
    kinds: pd.DataFrame

    def of_each(self, name: str, index: pd.Index) -> pd.Series:
        """A column of the kinds, for each record."""
        return pd.Series(self.kinds[name].array.take(self.numbers), index=index)

    def where(self, kinds: pd.Series) -> npt.NDArray[np.bool_]:
        """A yes or no of the kinds, for each record."""
        return kinds.to_numpy(dtype=bool)[self.numbers]


def place(table: pd.DataFrame, facts: pd.DataFrame, applied: pd.DataFrame, period: str, profile: Profile) -> Placed:
    """Part, line and rule of each record; each is in exactly one part. The first that holds decides.

    `table`, `facts` (act.stand) and `applied` (act.apply_decisions) share one index. Records of one standing and one
    action are in one part, so only one of each kind is looked at.
    """
    tax_period = profile.tax_period(period)
    numbers, first = alike(facts["kind"], facts["superseded_by"].notna(), applied["action"])
    parts = (table[_RECORD], facts[_FACTS], applied[["stated", "action"]])
    kinds = pd.concat([part.iloc[first].reset_index(drop=True) for part in parts], axis="columns")
    choices = _outside(kinds, tax_period, profile)
    choices += _beside_ims(kinds)
    choices += _in_ims(kinds, tax_period, profile)
    choices += [(True, "available", "")]
    decides = np.full(len(kinds), len(choices) - 1)
    for number in range(len(choices) - 2, -1, -1):
        decides[np.asarray(choices[number][0], dtype=bool)] = number
    return Placed(numbers, kinds.join(_with_lines(kinds, choices, decides, tax_period)))


Choice = tuple[object, str, str]


def _outside(kinds: pd.DataFrame, tax_period: str, profile: Profile) -> list[Choice]:
    """Records that the 2B of this period does not look at."""
    when = by_value(kinds["tax_period"], lambda month: (month > tax_period) - (month < tax_period), "int64")
    amended = kinds["source_form"].eq("R1A") & ~kinds["own_period"]
    held_over = kinds["carried"] | kinds["stated"].eq("P") | kinds["action"].eq("P")
    before = (when < 0) & ~held_over
    return [
        ((when > 0) & amended, "next_period", "D-03"),
        ((when > 0) & ~kinds["own_period"], "next_period", "D-01"),
        (when > 0, "next_period", "D-04"),
        (before & kinds["closed"], "earlier", "C-25"),
        (before, "earlier", "C-24"),
        (kinds["saved"], "next_period", "A-07"),
        (kinds["superseded_by"].notna(), "superseded", "C-41"),
    ]


def _beside_ims(kinds: pd.DataFrame) -> list[Choice]:
    """Records that GSTR-2B carries without IMS; the rule is the line's own."""
    bypass = kinds["bypass"].ne("")
    return [
        (kinds["gstr2b_part"].eq("reversal"), "reversal", ""),
        (kinds["bypass"].eq("rejected_in_2b"), "rejected", ""),
        (bypass & kinds["barred"], "not_available", ""),
        (bypass, "available", ""),
    ]


def _in_ims(kinds: pd.DataFrame, tax_period: str, profile: Profile) -> list[Choice]:
    """Records of IMS by their action; no action is deemed acceptance (B-18), except where the record is locked."""
    action, pending = kinds["action"], kinds["action"].eq("P")
    was_pending = kinds["carried"] | kinds["stated"].eq("P") | pending
    lapsed = pending & kinds["expired"]
    enters = by_value(kinds["enters"], lambda month: (month > tax_period) - (month < tax_period), "int64")
    consumed = by_value(kinds["enters"], lambda month: profile.filed_on(month) is not None, "bool")
    of_period = kinds["tax_period"].eq(tax_period)
    return [
        (kinds["locked"] & kinds["original_open"], "held", "C-40"),
        (kinds["locked"], "held", "K-01"),
        (was_pending & kinds["time_over"], "removed", "C-27"),
        (action.eq("R"), "rejected", ""),
        (lapsed & (enters > 0) & ~of_period, "next_period", "B-22"),
        (lapsed & (enters < 0) & consumed, "earlier", "B-22"),
        (lapsed & (enters <= 0), "available", "B-22"),
        (pending, "held", ""),
        (kinds["carried"], "available", "C-26"),
    ]


def _with_lines(
    kinds: pd.DataFrame, choices: list[Choice], decides: npt.NDArray[np.int64], period: str
) -> pd.DataFrame:
    """part, line and rule of each kind."""
    reverse = kinds["reverse_charge"].fillna(False).astype(bool) | kinds["supply_class"].eq("reverse_charge")
    keys = [kinds["section"], kinds["doc_type"].eq("CN"), reverse, kinds["reason"]]
    parts, rules = (np.array([choice[field] for choice in choices], dtype=object)[decides] for field in (1, 2))
    lines = _lines(period).reindex(pd.MultiIndex.from_arrays([parts, *(key.to_numpy(dtype=object) for key in keys)]))
    line, own = (lines[name].to_numpy(dtype=object) for name in ("line", "rule"))
    answers = {"part": parts, "line": np.where(line == "", None, line), "rule": np.where(rules == "", own, rules)}
    return pd.DataFrame(answers, index=kinds.index, dtype="str")


@cache
def _lines(period: str) -> pd.DataFrame:
    """line and rule by part, section, credit note, reverse charge and reason, as parts.toml has them in this period."""
    rows = pd.DataFrame([row.data | {"rule": row.id} for row in in_force("parts", period)])
    for key in _KEYS[1:]:
        rows = rows.explode(key, ignore_index=True)
    rows = rows.astype({"credit_note": "bool", "reverse_charge": "bool"})
    return rows.set_index(_KEYS)[["line", "rule"]]


def own_paise(table: pd.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """taxable_value, igst … cess of each record as the portal has them, in paise, a credit note's negative."""
    sign = np.where(table["doc_type"].eq("CN"), -1, 1)
    return {name: sign * to_paise(table[name]) for name in AMOUNTS}


def counted_paise(
    own: dict[str, npt.NDArray[np.int64]], facts: pd.DataFrame, applied: pd.DataFrame, placed: Placed
) -> dict[str, npt.NDArray[np.int64]]:
    """taxable_value, igst … cess of each record as they count in its part (D.3, C-43), in paise; `own` is `own_paise`.

    Available: what the record adds to the credit, negative where it reduces, after the declared reduction. Not
    available: the same, for 4(D)(2). Reversal: what is to be reversed, positive. Rejected, held, next period: what
    accepting in full would have added. Earlier, superseded, removed: the document's own amounts, a credit note's
    negative.
    """
    kinds = placed.kinds
    by_effect = placed.where(kinds["part"].isin(["available", "not_available", "rejected", "held", "next_period"]))
    counted = {name: np.where(by_effect, to_paise(facts[f"effect_{name}"]), own[name]) for name in AMOUNTS}
    declares = placed.where(kinds["part"].eq("available") & kinds["reduction"] & kinds["action"].eq("A"))
    rows = np.flatnonzero(declares & applied["itc_reduction"].ne("full").to_numpy(dtype=bool))
    partial = applied["itc_reduction"].iloc[rows].eq("partial").to_numpy(dtype=bool)
    none = applied["itc_reduction"].iloc[rows].eq("none").to_numpy(dtype=bool)
    for name in AMOUNTS:
        reduced = np.minimum(counted[name][rows], 0)
        less = np.where(none, 0, reduced)
        if name in HEADS:
            declared = to_paise(applied[f"declared_{name}"].to_numpy()[rows])
            less = np.where(partial, np.maximum(-declared, reduced), less)
        counted[name][rows] += less - reduced
    return counted
