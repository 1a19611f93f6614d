"""What to know about a document beside its amounts: K-05, K-07, K-08, K-20, and amendments without their original."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import HEADS, IMPORT_SECTIONS, to_paise
from imsrecon.rulebook import cite, rule

UNKNOWN_ORIGINAL = (
    "The original is not here, so the amendment counts in full; if it was claimed, only the difference does"
)
NOT_AVAILABLE_NOTE = "The portal's own figures may cut 4(A) for it"
LAPSED_NOTE = "The credit ended by section 16(4) before this GSTR-3B can be filed: reverse it in 4(B)(1)"
_CLAIMED = ("available", "held", "next_period")


def notes(table: pd.DataFrame, facts: pd.DataFrame, placed: pd.DataFrame) -> pd.Series:
    """One text a record, str, "" where there is nothing to say; each sentence ends with its rule."""
    unknown = ~facts["effect_known"] & placed["line"].notna()
    claimed = placed["part"].isin(_CLAIMED)
    parts = [
        (unknown, UNKNOWN_ORIGINAL, "C-43"),
        (placed["rule"].eq("K-05"), NOT_AVAILABLE_NOTE, "K-05"),
        (table["section"].isin(IMPORT_SECTIONS) & placed["part"].eq("held"), str(rule("K-07")["note"]), "K-07"),
        (facts["lapsed"] & placed["line"].eq("4A5"), LAPSED_NOTE, "K-08"),
        (_late_cess(table) & claimed, str(rule("K-20")["note"]), "K-20"),
    ]
    text = np.full(len(table), "", dtype=object)
    for holds, sentence, rule_id in parts:
        where = np.flatnonzero(holds)
        text[where] += f" {sentence}: {cite(rule_id)}."
    return pd.Series(text, index=table.index, dtype="str").str.strip()


def _late_cess(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Domestic invoices and debit notes with cess after the day on which it ended; credit notes may carry it (K-20)."""
    late = table["doc_date"] > pd.Timestamp(rule("K-20")["last_day"])
    charged = table["doc_type"].isin(["INV", "DN"]) & (to_paise(table[HEADS[-1]]) > 0)
    return (late & charged).to_numpy(dtype=bool)
