"""What GSTR-2B cannot know: the items that a person may give for a period, and the lines on which they count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, InputError, round_rupees
from imsrecon.rulebook import load

INPUT_COLUMNS = ("item", *HEADS, "note")
_NAMES = ("item", "label", "lines", "rule")


def input_items() -> pd.DataFrame:
    """The items that may be given: item, label, lines (space-joined: 4A1 …, 3.1a …, ledger), rule."""
    rows = [(row["item"], row["label"], " ".join(row["lines"]), row["rule"]) for row in load("inputs")]
    return pd.DataFrame(rows, columns=list(_NAMES)).astype("str")


def check_inputs(entries: pd.DataFrame) -> pd.DataFrame:
    """The entries with all of item, igst … cess (rupees to the paisa, 0.0 where not given) and note.

    Raises `InputError` for an item that is none or comes twice, a column that is none, and an amount that is no
    number or negative: what is taken back later is an item of its own (`reclaim`).
    """
    strange = set(entries.columns) - set(INPUT_COLUMNS)
    if strange or "item" not in entries:
        found = f"unknown columns: {', '.join(sorted(map(str, strange)))}" if strange else "no column 'item'"
        raise InputError(f"The inputs have {found}.", hint=f"Give {', '.join(INPUT_COLUMNS)}.")
    table = entries.reindex(columns=list(INPUT_COLUMNS)).reset_index(drop=True)
    known = input_items()["item"]
    for item in table["item"]:
        if item not in set(known):
            raise InputError(f"{item!r} is no input.", hint=f"Give one of {', '.join(known)}.")
    if table["item"].duplicated().any():
        raise InputError(
            f"{table.loc[table['item'].duplicated(), 'item'].iloc[0]} is given twice.", hint="Add the two amounts."
        )
    for head in HEADS:
        amounts = pd.to_numeric(table[head], errors="coerce").fillna(0.0)
        odd = table[head].notna() & (pd.to_numeric(table[head], errors="coerce").isna() | ~np.isfinite(amounts))
        if odd.any() or (amounts < 0).any():
            wrong = table.loc[odd | (amounts < 0)].iloc[0]
            raise InputError(
                f"{head.upper()} of {wrong['item']} is {wrong[head]!r}.",
                hint="Give rupees, 0 or more, such as 1250.50.",
            )
        table[head] = round_rupees(amounts)
    return table.astype({"item": "str", "note": "str"})


def input_lines(entries: pd.DataFrame) -> pd.DataFrame:
    """Each entry on each line on which it counts: line, item, label, rule, igst … cess, note.

    Goes into `preview_2b` and `cash_needed` as `inputs`. `entries` as `check_inputs` gives them.
    """
    items = input_items().assign(line=lambda table: table["lines"].str.split(" ")).explode("line")
    rows = entries.merge(items, on="item", how="inner", sort=False)
    return rows[["line", "item", "label", "rule", *HEADS, "note"]].reset_index(drop=True)
