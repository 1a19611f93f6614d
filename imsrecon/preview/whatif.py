"""What-if: two sets of decisions side by side: credit now, later and lost, and when; suppliers; cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from imsrecon.act import due_date
from imsrecon.domain import HEADS, Profile, shift, sum_rupees, to_paise, to_rupees
from imsrecon.preview.cash import cash_needed, interest_exposure
from imsrecon.preview.compare import compare_previews
from imsrecon.preview.gstr2b import Gstr2b
from imsrecon.preview.liability import by_supplier
from imsrecon.rulebook import rule

# What becomes of the credit of a document, by its part; an empty word: it is no longer in question.
_OUTCOMES = {
    "available": "now", "not_available": "lost", "reversal": "now", "rejected": "lost", "removed": "lost",
    "held": "deferred", "next_period": "deferred", "earlier": "", "superseded": "",
}  # fmt: skip
MEASURES = (
    "credit_now", "credit_deferred", "reduction_deferred", "credit_lost", "reduction_refused", "supplier_liability",
    "cash",
)  # fmt: skip
_SUPPLIER = ["supplier_gstin", "supplier_period"]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Two previews weighed against each other; amounts in rupees of tax, difference is b − a.

    - summary: measure, a, b, difference. `credit_now` is 4C; `credit_deferred` and `reduction_deferred` wait in the
      parts held and next_period; `credit_lost` is rejected, not available or removed; `reduction_refused`: credit
      notes and the like that were rejected, so the credit stays and the supplier is loaded (`supplier_liability`);
      `cash`: what GSTR-3B asks for in cash, only where output tax was given
    - documents: the records that differ: portal_id, supplier_gstin, doc_no, part_a, part_b, outcome_a, outcome_b
      (now, deferred, lost, or empty), when_a, when_b (the day on which it comes or is final), tax_a, tax_b, difference
    - suppliers: supplier_gstin, supplier_name, supplier_period, a, b, difference (tax added back)
    - lines: `compare_previews`
    """

    summary: pd.DataFrame
    documents: pd.DataFrame
    suppliers: pd.DataFrame
    lines: pd.DataFrame


def what_if(a: Gstr2b, b: Gstr2b, profile: Profile, inputs: pd.DataFrame | None = None) -> WhatIf:
    """What one set of decisions gives against another; both previews are of one portal table and one period.

    `inputs`: the client's output tax as `cash_needed` takes it; without it there is no row `cash`.
    """
    return WhatIf(
        summary=_summary(a, b, inputs),
        documents=_documents(a, b, profile),
        suppliers=_suppliers(a, b),
        lines=compare_previews(a, b),
    )


def weigh(
    previews: Mapping[str, Gstr2b],
    profile: Profile,
    inputs: pd.DataFrame | None = None,
    doubtful: pd.Series | None = None,
) -> pd.DataFrame:
    """Any number of previews of one month side by side: measure, and one column of rupees for each name.

    The measures are those of `WhatIf.summary`; with `doubtful` (portal_ids) also `interest`: what section 50 asks for
    one year if the credit of these, where it is taken now, is denied a year after the GSTR-3B is due (D-57).
    """
    table = pd.DataFrame({name: _measures(preview, inputs) for name, preview in previews.items()}) / 100
    if doubtful is not None:
        table.loc["interest"] = [
            sum_rupees(exposure(preview, profile, doubtful)["interest"]) for preview in previews.values()
        ]
    return table.rename_axis("measure").reset_index().astype({"measure": "str"})


def exposure(preview: Gstr2b, profile: Profile, doubtful: pd.Series) -> pd.DataFrame:
    """`interest_exposure` of these records, if they are denied a year after the period's GSTR-3B is due."""
    day = due_date("gstr3b", preview.period, profile)
    return interest_exposure(preview, doubtful, day, day + timedelta(days=rule("D-57")["days_a_year"]))


def weigh_suppliers(previews: Mapping[str, Gstr2b]) -> pd.DataFrame:
    """Whose tax the rejections of each preview add back: supplier_gstin, supplier_name, supplier_period (of his
    GSTR-3B), and one column of rupees for each name, the largest first."""
    sides = {name: by_supplier(preview.liability) for name, preview in previews.items()}
    paise = {
        name: pd.Series(_tax(rows), index=pd.MultiIndex.from_frame(rows[_SUPPLIER])) for name, rows in sides.items()
    }
    both = pd.DataFrame(paise).fillna(0).astype("int64").rename_axis(_SUPPLIER)
    both = both.loc[both.max(axis="columns").sort_values(ascending=False, kind="stable").index]
    names = pd.concat(sides.values()).drop_duplicates("supplier_gstin").set_index("supplier_gstin")["supplier_name"]
    table = (both / 100).reset_index()
    table.insert(1, "supplier_name", table["supplier_gstin"].map(names).astype("str"))
    return table


def _tax(documents: pd.DataFrame) -> np.ndarray:
    return sum((to_paise(documents[head]) for head in HEADS), start=np.zeros(len(documents), dtype=np.int64))


def _measures(preview: Gstr2b, inputs: pd.DataFrame | None) -> pd.Series:
    documents, tax = preview.documents, _tax(preview.documents)
    deferred, rejected = documents["part"].isin(["held", "next_period"]), documents["part"].eq("rejected")
    lost = rejected | documents["part"].isin(["not_available", "removed"])
    values = [
        _tax(preview.table4[preview.table4["line"].eq("4C")]).sum(),
        tax[deferred & (tax > 0)].sum(),
        tax[deferred & (tax < 0)].sum(),
        tax[lost & (tax > 0)].sum(),
        tax[rejected & (tax < 0)].sum(),
        _tax(preview.liability).sum(),
    ]
    if inputs is not None:
        values.append(to_paise(cash_needed(preview, inputs)["cash"]).sum())
    return pd.Series(values, index=pd.Index(MEASURES[: len(values)], name="measure", dtype="str"), dtype="int64")


def _summary(a: Gstr2b, b: Gstr2b, inputs: pd.DataFrame | None) -> pd.DataFrame:
    both = pd.DataFrame({"a": _measures(a, inputs), "b": _measures(b, inputs)})
    return _with_difference(both).reset_index()


def _with_difference(paise: pd.DataFrame) -> pd.DataFrame:
    return paise.assign(difference=paise["b"] - paise["a"]) / 100


def _documents(a: Gstr2b, b: Gstr2b, profile: Profile) -> pd.DataFrame:
    left, right = a.documents, b.documents
    differs = left["part"].ne(right["part"]).to_numpy() | (_tax(left) != _tax(right))
    left, right = left[differs], right[differs]
    result = left[["portal_id", "supplier_gstin", "doc_no"]].copy()
    for name, preview, rows in (("a", a, left), ("b", b, right)):
        result[f"part_{name}"] = rows["part"]
        result[f"outcome_{name}"] = rows["part"].map(_OUTCOMES).astype("str")
        result[f"when_{name}"] = _when(preview, rows, profile)
        result[f"tax_{name}"] = to_rupees(_tax(rows))
    result["difference"] = to_rupees(_tax(right) - _tax(left))
    sizes = -np.abs(to_paise(result["difference"]))
    order = result.assign(size=sizes).sort_values(["size", "portal_id"]).index
    names = ["portal_id", "supplier_gstin", "doc_no"]
    pairs = [f"{name}_{side}" for name in ("part", "outcome", "when", "tax") for side in "ab"]
    return result.loc[order, [*names, *pairs, "difference"]].reset_index(drop=True)


def _when(preview: Gstr2b, rows: pd.DataFrame, profile: Profile) -> pd.Series:
    """Now and lost: the due date of the period's GSTR-3B, which makes it final; next period: that of the next return;
    held: the last day of pending, missing where none is stated."""
    this = pd.Timestamp(due_date("gstr3b", preview.period, profile))
    after = shift(profile.tax_period(preview.period), 1)
    following = pd.Timestamp(due_date("gstr3b", after, profile))
    until = preview.held.set_index("portal_id")["pending_until"].reindex(rows["portal_id"]).set_axis(rows.index)
    when = pd.Series(this, index=rows.index).astype("datetime64[us]").mask(rows["part"].eq("next_period"), following)
    when = when.mask(rows["part"].eq("held"), until)
    return when.mask(rows["part"].isin(["earlier", "superseded"]))


def _suppliers(a: Gstr2b, b: Gstr2b) -> pd.DataFrame:
    table = weigh_suppliers({"a": a, "b": b}).sort_values(_SUPPLIER, ignore_index=True)
    table["difference"] = to_rupees(to_paise(table["b"]) - to_paise(table["a"]))
    return table[["supplier_gstin", "supplier_name", "supplier_period", "a", "b", "difference"]]
