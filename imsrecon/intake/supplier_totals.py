"""`cpsumm` of a GSTR-2B: its totals of each supplier (formats 1.7) against the documents."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, to_paise
from imsrecon.intake.cells import gstins, paise
from imsrecon.intake.payloads import Payload

_SECTIONS = {
    "b2b": ("B2B",), "b2ba": ("B2BA",), "cdnr": ("CN", "DN"), "cdnra": ("CNA", "DNA"), "ecom": ("ECO",),
    "ecoma": ("ECOA",),
}  # fmt: skip
_KEYS = ("taxable_value", *HEADS)
_STATED = {"taxable_value": "txval"} | {head: head for head in HEADS}


def compare_supplier_totals(payload: Payload, documents: pd.DataFrame) -> list[str]:
    """Sentences for `.sources`: the suppliers whose documents or rupees differ from `cpsumm`, or that all agree."""
    try:
        stated = msgspec.json.decode(payload.keys["cpsumm"], type=dict[str, object])
    except (KeyError, msgspec.DecodeError):
        return []
    counted = documents[documents["gstr2b_part"].isin(["available", "not_available"])]
    differences, sections = [], 0
    for name, ours in _SECTIONS.items():
        lines = [one for one in _list(stated.get(name)) if isinstance(one.get("ctin"), str)]
        if lines:
            sections += 1
            differences += _section(name, lines, counted[counted["section"].isin(ours)])
    if differences:
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        return ["Its totals of each supplier (cpsumm) differ: " + "; ".join(differences[:3]) + more + "."]
    return ["Its totals of each supplier (cpsumm) agree with the documents."] if sections else []


def _list(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _section(name: str, lines: list[dict[str, object]], rows: pd.DataFrame) -> list[str]:
    said = pd.DataFrame({_STATED[key]: paise([one.get(_STATED[key]) for one in lines])[0] for key in _KEYS})
    said["ttldocs"] = paise([one.get("ttldocs") for one in lines])[0] // 100
    said = said.groupby(gstins([one["ctin"] for one in lines]).to_numpy()).sum()
    found = pd.DataFrame({_STATED[key]: to_paise(rows[key]) for key in _KEYS})
    found["ttldocs"] = np.ones(len(rows), dtype=np.int64)
    found = found.groupby(rows["supplier_gstin"].to_numpy()).sum()
    every = said.index.union(found.index)
    said, found = said.reindex(every, fill_value=0), found.reindex(every, fill_value=0)
    wrong = said.ne(found)
    return [
        f"{name} {supplier}: "
        + ", ".join(_figure(key, said.at[supplier, key], found.at[supplier, key]) for key in keys)
        for supplier, keys in ((one, wrong.columns[wrong.loc[one]]) for one in every[wrong.any(axis=1)])
    ]


def _figure(key: str, said: int, found: int) -> str:
    if key == "ttldocs":
        return f"{said} documents, here {found}"
    return f"{key} {said / 100:.2f}, here {found / 100:.2f}"
