"""Every rupee of a line of Table 4, traced to its documents and inputs."""

from __future__ import annotations

import pandas as pd

from imsrecon.domain import HEADS, InputError
from imsrecon.preview.gstr2b import LINES, Gstr2b

TRACE_COLUMNS = (
    "line", "source", "portal_id", "section", "supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date",
    "rule", "action", *HEADS, "note",
)  # fmt: skip
_SIGNS = {**dict.fromkeys(LINES[:5], 1), **dict.fromkeys(LINES[5:7], -1)}


def trace(preview: Gstr2b, line: str) -> pd.DataFrame:
    """The documents and the inputs that make up `line`, one row each; their sums are the line, head by head.

    Columns: line, source (`document`, or the input's own words), portal_id, section, supplier_gstin, supplier_name,
    doc_type, doc_no, doc_date, rule, action, igst … cess (rupees as they count), note. Of 4C: what stands in 4A, and
    what stands in 4B as a negative. Raises `InputError` for a line that is none.
    """
    if line not in LINES:
        raise InputError(f"{line!r} is no line of Table 4.", hint=f"Say one of {', '.join(LINES)}.")
    signs = _SIGNS if line == "4C" else {line: 1}
    documents = preview.documents[preview.documents["line"].isin(signs)].assign(source="document")
    inputs = preview.inputs[preview.inputs["line"].isin(signs)]
    inputs = inputs.assign(source=inputs["label"].fillna("input"))
    rows = pd.concat([documents, inputs.reindex(columns=list(TRACE_COLUMNS))], ignore_index=True)
    sign = rows["line"].map(signs)
    rows = rows.assign(**{head: rows[head] * sign for head in HEADS})
    order = rows[list(HEADS)].sum(axis="columns").abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order, list(TRACE_COLUMNS)].reset_index(drop=True)
