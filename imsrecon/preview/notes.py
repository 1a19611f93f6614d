"""What to know about a document beside its amounts: K-05, K-07, K-08, K-20, and amendments without their original."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.act import alike, late_cess
from imsrecon.domain import IMPORT_SECTIONS
from imsrecon.preview.parts import Placed
from imsrecon.rulebook import cite, rule

UNKNOWN_ORIGINAL = (
    "The original is not here, so the amendment counts in full; if it was claimed, only the difference does"
)
NOT_AVAILABLE_NOTE = "The portal's own figures may cut 4(A) for it"
LAPSED_NOTE = "The credit ended by section 16(4) before this GSTR-3B can be filed: reverse it in 4(B)(1)"
_CLAIMED = ("available", "held", "next_period")


def notes(table: pd.DataFrame, facts: pd.DataFrame, placed: Placed) -> pd.Series:
    """One text a record, str, "" where there is nothing to say; each sentence ends with its rule."""
    late = late_cess(table)
    known = facts["effect_known"].to_numpy(dtype=bool)
    numbers, first = alike(4 * placed.numbers + 2 * known + late)
    kinds = placed.kinds.iloc[placed.numbers[first]].reset_index(drop=True)
    unknown = ~known[first] & kinds["line"].notna()
    parts = [
        (unknown, UNKNOWN_ORIGINAL, "C-43"),
        (kinds["rule"].eq("K-05"), NOT_AVAILABLE_NOTE, "K-05"),
        (kinds["section"].isin(IMPORT_SECTIONS) & kinds["part"].eq("held"), str(rule("K-07")["note"]), "K-07"),
        (kinds["lapsed"] & kinds["line"].eq("4A5"), LAPSED_NOTE, "K-08"),
        (kinds["either_window"] & kinds["part"].isin(_CLAIMED), str(rule("D-02")["note"]), "D-02"),
        (late[first] & kinds["part"].isin(_CLAIMED), str(rule("K-20")["note"]), "K-20"),
    ]
    text = np.full(len(kinds), "", dtype=object)
    for holds, sentence, rule_id in parts:
        text[np.flatnonzero(holds)] += f" {sentence}: {cite(rule_id)}."
    each = pd.Series(text, dtype="str").str.strip().array
    return pd.Series(each.take(numbers), index=table.index)
