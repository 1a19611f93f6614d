"""The supplier's side: whose tax a rejection adds back, how much, and in which of his periods (E-01 to E-06, K-03)."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from imsrecon.act import apply_decisions, combinations, portal_table, stand, text, text_by_value
from imsrecon.domain import HEADS, Profile, shift, to_paise, to_rupees
from imsrecon.preview.parts import Placed, place
from imsrecon.rulebook import in_force

_KEYS = ["sections", "directions", "originals"]
_PAISE = list(HEADS)
_SUPPLIER = ["supplier_gstin", "supplier_name", "doc_no"]
LIABILITY_COLUMNS = (
    "portal_id",
    "supplier_gstin",
    "supplier_name",
    "section",
    "doc_no",
    "supplier_period",
    "rule",
    *HEADS,
)
REGISTER_COLUMNS = ("supplier_gstin", "supplier_name", "supplier_period", "documents", *HEADS, "rules")


def supplier_liability(
    portal: pd.DataFrame, decisions: pd.DataFrame, period: str, profile: Profile, today: date | None = None
) -> pd.DataFrame:
    """What the rejections that stand add back to the suppliers, by supplier and period, the largest first.

    Columns: supplier_gstin, supplier_name, supplier_period (the first of his GSTR-3B periods that can carry it: the
    one after the client's own in which the rejection is filed, E-03), documents, igst … cess (rupees: the reduction
    he had taken, E-02), rules. Records rejected in an earlier period that the table still has count in their own.
    Rejecting an original invoice, debit note or e-commerce document adds nothing (E-04), nor does pending or a lower
    reduction (E-05).
    """
    table = portal_table(portal)
    facts = stand(table, period, profile, today)
    applied = apply_decisions(table, decisions)
    return by_supplier(add_backs(table, facts, place(table, facts, applied, period, profile), period))


def add_backs(table: pd.DataFrame, facts: pd.DataFrame, placed: Placed, period: str) -> pd.DataFrame:
    """One row a rejected document whose tax goes back to its supplier: portal_id, supplier_gstin, supplier_name,
    section, doc_no, supplier_period, rule, igst … cess in rupees."""
    kinds = placed.kinds
    before = kinds["part"].eq("earlier") & kinds["stated"].eq("R") & ~kinds["saved"]
    # What leaves IMS in this period is filed in it, even if it was held since an earlier one.
    filed_in = kinds["tax_period"].where(before, period)
    kinds = kinds[["part"]].assign(
        rule=_rules(kinds), supplier_period=text_by_value(filed_in, lambda month: shift(month, 1), kinds.index)
    )
    where = np.flatnonzero(placed.where((kinds["part"].eq("rejected") | before) & kinds["rule"].notna()))
    rows = pd.concat([facts[["portal_id", "section"]].iloc[where], table[_SUPPLIER].iloc[where]], axis="columns")
    for name in ("rule", "supplier_period"):
        rows[name] = kinds[name].array.take(placed.numbers[where])
    for head in HEADS:
        rows[head] = to_rupees(np.maximum(-to_paise(facts[f"effect_{head}"].iloc[where]), 0))
    return rows[list(LIABILITY_COLUMNS)].reset_index(drop=True)


def by_supplier(documents: pd.DataFrame) -> pd.DataFrame:
    """`add_backs` summed by supplier and period, the largest first."""
    paise = documents[["supplier_gstin", "supplier_period", "supplier_name"]].assign(
        documents=1, rules=documents["rule"]
    )
    paise[_PAISE] = np.column_stack([to_paise(documents[head]) for head in HEADS])
    groups = paise.groupby(["supplier_gstin", "supplier_period"], dropna=False)
    rules = groups["rules"].agg(lambda names: " ".join(sorted(set(names))))
    sums = groups[["documents", *HEADS]].sum().join(groups["supplier_name"].first()).join(rules).reset_index()
    order = sums.assign(size=-sums[_PAISE].sum(axis="columns")).sort_values(
        ["supplier_period", "size", "supplier_gstin"]
    )
    sums[_PAISE] = to_rupees(sums[_PAISE].to_numpy())
    return sums.loc[order.index, list(REGISTER_COLUMNS)].reset_index(drop=True)


def _rules(rows: pd.DataFrame) -> pd.Series:
    """The row of liability.toml for each record if it is rejected; missing where it adds nothing back (E-04)."""
    direction = rows["direction"].fillna("")
    state = rows["original_state"].fillna("unknown").mask(direction.eq(""), "")
    numbers, parts = combinations(rows["gstr2b_period"], rows["section"], direction, state)
    found = [_table(month).get(tuple(key)) for month, *key in zip(*parts, strict=True)]
    return text(np.array([*found, None], dtype=object)[numbers], rows.index)


@cache
def _table(period: str) -> dict[tuple[str, ...], str]:
    rows = pd.DataFrame(
        [row.data | {"rule": row.id} for row in in_force("liability", period)], columns=[*_KEYS, "rule"]
    )
    for key in _KEYS:
        rows = rows.explode(key)
    return dict(zip(rows[_KEYS].itertuples(index=False, name=None), rows["rule"], strict=True))
