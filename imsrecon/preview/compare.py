"""What-if: what one set of decisions gives against another."""

from __future__ import annotations

import pandas as pd

from imsrecon.domain import HEADS, to_paise, to_rupees
from imsrecon.preview.gstr2b import Gstr2b
from imsrecon.preview.parts import ALL_PARTS

COLUMNS = ["table", "line", "head", "a", "b", "difference"]


def compare_previews(a: Gstr2b, b: Gstr2b) -> pd.DataFrame:
    """Two previews side by side: table (`table4`, `parts`), line (4A1 … 4D2, or the part), head, a, b, difference.

    One row for each line of Table 4 and head in rupees, then one for each part and head in rupees and for its number
    of documents (head `documents`); difference is b − a.
    """
    lines = _long(a.table4.set_index("line"), b.table4.set_index("line"), "table4")
    parts = _long(_parts(a), _parts(b), "parts")
    return pd.concat([lines, parts], ignore_index=True)[COLUMNS]


def _parts(preview: Gstr2b) -> pd.DataFrame:
    summary = preview.summary
    paise = pd.DataFrame({"documents": 100 * summary["documents"], **{head: to_paise(summary[head]) for head in HEADS}})
    sums = paise.groupby(summary["part"].to_numpy()).sum()
    return sums.reindex(ALL_PARTS, fill_value=0).rename_axis("line") / 100


def _long(a: pd.DataFrame, b: pd.DataFrame, name: str) -> pd.DataFrame:
    both = pd.DataFrame({"a": a.rename_axis(columns="head").stack(), "b": b.rename_axis(columns="head").stack()})
    both["difference"] = to_rupees(to_paise(both["b"]) - to_paise(both["a"]))
    return both.reset_index().assign(table=name)
