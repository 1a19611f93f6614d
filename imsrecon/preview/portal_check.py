"""The preview held against the GSTR-2B that the portal made: each difference by document, with the likely reason."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.act import portal_table
from imsrecon.domain import HEADS, InputError, Profile, to_paise, to_rupees
from imsrecon.preview.gstr2b import Gstr2b, preview_2b
from imsrecon.rulebook import cite_inside

CHECK_COLUMNS = (
    "portal_id", "section", "supplier_gstin", "doc_no", "part", "portal_part", "tax", "portal_tax", "difference",
    "rule", "reason",
)  # fmt: skip
_IN_2B = ("available", "not_available", "reversal", "rejected")
_ABSENT = "absent"
# By our part and the portal's ("" stands for any): the rule, and what is most likely to have happened.
_REASONS = {
    ("held", "available"): ("B-18", "it was not pending on the portal when 2B was drawn, so it was deemed accepted"),
    ("held", "rejected"): ("C-20", "it was rejected on the portal by hand"),
    ("rejected", "available"): ("C-23", "the rejection was not uploaded, or came after 2B was drawn: compute it again"),
    ("available", "rejected"): ("C-20", "it was rejected on the portal by hand, or the change was not uploaded"),
    ("available", "not_available"): (
        "A-08",
        "the portal bars its credit: place of supply or section 16(4)",
    ),
    ("available", _ABSENT): ("C-20", "it was pending on the portal when 2B was drawn, or the supplier filed too late"),
    ("rejected", _ABSENT): ("C-20", "it was pending on the portal when 2B was drawn, or the supplier filed too late"),
    ("next_period", ""): ("D-01", "the supplier had filed in time after all"),
    ("earlier", ""): ("C-24", "its period is not closed on the portal: an earlier GSTR-3B was filed late"),
    ("superseded", ""): ("C-41", "the portal lists the original as well as its amendment"),
    ("removed", ""): ("C-27", "the portal has kept it beyond the section 16(4) cut-off"),
    (_ABSENT, "reversal"): ("D-17", "the supplier has not filed his GSTR-3B in time (rule 37A)"),
    (_ABSENT, "not_available"): ("A-08", "it bypasses IMS, so no IMS download has it"),
    (_ABSENT, ""): ("A-08", "it bypasses IMS, or came after the IMS download was made"),
    ("", _ABSENT): ("D-04", "the supplier's form was not filed in time for this 2B"),
}
_LOCKED = ("K-01", "its original still waits, so it is locked here, and the portal counted it all the same")
_SAME_PART = ("B-23", "the reduction declared on the portal is another, or the supplier changed the record")
_OTHER = ("C-23", "an action was changed after one of the two was made: compute 2B again")


def compare_with_2b(preview: Gstr2b, portal: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Each document on which the preview and the portal's own GSTR-2B of the period differ; none if they agree.

    `portal`: the table that `read_portal` gives for that 2B file. Columns: portal_id, section, supplier_gstin,
    doc_no, part and portal_part (available, not_available, reversal, rejected; of the preview also its other parts;
    `absent` where one does not have it), tax and portal_tax (rupees as they count, 0 outside these parts),
    difference (portal − preview), rule, reason (the likely one). The largest first. Raises `InputError` if the table
    is no GSTR-2B of the period.
    """
    table = portal_table(portal)
    if not _is_2b_of(table, preview.period, profile):
        raise InputError(
            f"The table is not GSTR-2B of {preview.period}: some records have no part of a 2B, or another period.",
            hint="Read the portal's GSTR-2B file of that period by itself.",
        )
    theirs = preview_2b(table, pd.DataFrame(), preview.period, profile).documents
    both = preview.documents.merge(theirs, on="portal_id", how="outer", suffixes=("", "_portal"))
    parts = table.set_index("doc_id")["gstr2b_part"].reindex(both["portal_id"])
    both = _sides(both.assign(portal_part=parts.to_numpy()))
    differs = (both["part"] != both["portal_part"]) | both["difference"].ne(0)
    outside = ~both["part"].isin(_IN_2B) & both["portal_part"].eq(_ABSENT)
    rows = both[differs & ~outside].reset_index(drop=True)
    order = rows.assign(size=-rows["difference"].abs()).sort_values(["size", "portal_id"]).index
    return _with_reasons(rows).loc[order, list(CHECK_COLUMNS)].reset_index(drop=True)


def _is_2b_of(table: pd.DataFrame, period: str, profile: Profile) -> bool:
    different = table["gstr2b_period"].dropna().unique()
    ours = {profile.tax_period(month) for month in different} <= {profile.tax_period(period)}
    return ours and not table[["gstr2b_part", "gstr2b_period"]].isna().any(axis=None)


def _sides(both: pd.DataFrame) -> pd.DataFrame:
    """Both sides' parts and tax; an original that only the preview knows makes no difference (C-43)."""
    ours = sum(to_paise(both[head]) for head in HEADS) * both["part"].isin(_IN_2B)
    theirs = sum(to_paise(both[f"{head}_portal"]) for head in HEADS) * both["portal_part"].notna()
    unknown = both["note_portal"].fillna("").str.contains("C-43") & ~both["note"].fillna("").str.contains("C-43")
    theirs = theirs.where(~(unknown & both["part"].eq(both["portal_part"])), ours)
    for name in ("section", "supplier_gstin", "doc_no"):
        both[name] = both[name].fillna(both[f"{name}_portal"])
    both["part"], both["portal_part"] = both["part"].fillna(_ABSENT), both["portal_part"].fillna(_ABSENT)
    amounts = {"tax": to_rupees(ours), "portal_tax": to_rupees(theirs), "difference": to_rupees(theirs - ours)}
    return both.assign(**amounts)


def _with_reasons(rows: pd.DataFrame) -> pd.DataFrame:
    locked = rows["part"].eq("held") & rows["rule"].isin(["K-01", "C-40"])
    cases = list(zip(rows["part"], rows["portal_part"], locked, strict=True))
    known = {case: _reason(*case) for case in set(cases)}
    found = np.array([known[case] for case in cases], dtype=object).reshape(-1, 2)
    return rows.assign(rule=found[:, 0], reason=found[:, 1]).astype({"rule": "str", "reason": "str"})


def _reason(ours: str, theirs: str, locked: bool) -> tuple[str, str]:
    keys = [(ours, theirs), (ours, ""), ("", theirs)]
    rule, text = _SAME_PART if ours == theirs else next((_REASONS[key] for key in keys if key in _REASONS), _OTHER)
    rule, text = _LOCKED if locked and theirs != _ABSENT else (rule, text)
    return rule, f"Likely {text} ({cite_inside(rule)})."
