"""Returns as filed: GSTR-3B, Table 4."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, InputError, round_rupees
from imsrecon.intake.files import PathLike, open_inputs
from imsrecon.intake.payloads import looks_like_json, open_payload, refuse_foreign

LINES = ("4A1", "4A2", "4A3", "4A4", "4A5", "4B1", "4B2", "4C", "4D1", "4D2")
_AVAILABLE = {"IMPG": "4A1", "IMPS": "4A2", "ISRC": "4A3", "ISD": "4A4", "OTH": "4A5"}
_REVERSED = {"RUL": "4B1", "OTH": "4B2"}
_INELIGIBLE = {"RUL": "4D1", "OTH": "4D2"}


class _Line(msgspec.Struct):
    ty: str = ""
    iamt: float | None = None
    camt: float | None = None
    samt: float | None = None
    csamt: float | None = None


class _Table4(msgspec.Struct):
    itc_avl: list[_Line] = []
    itc_rev: list[_Line] = []
    itc_inelg: list[_Line] = []
    itc_net: _Line | None = None


def read_gstr3b(path: PathLike) -> pd.DataFrame:
    """Table 4 of a GSTR-3B (JSON): line, igst, cgst, sgst, cess in rupees, signed as filed; always ten lines.

    A line that the file lacks is 0; net credit (4C) that it lacks is available less reversed.
    Raises `InputError` if the file is no GSTR-3B, or if `path` is more than one file.
    """
    files = open_inputs(path)
    if len(files) != 1 or not looks_like_json(files[0].data):
        raise InputError(f"'{files[0].name}' is not one GSTR-3B in JSON.", hint="Name the JSON file of one return.")
    payload = open_payload(files[0])
    refuse_foreign(payload, files[0].name, ("gstr3b",))
    try:
        table4 = msgspec.json.decode(payload.keys["itc_elg"], type=_Table4)
    except msgspec.DecodeError as error:
        raise InputError(f"'{files[0].name}': Table 4 (itc_elg) cannot be read: {error}.") from error
    amounts = _amounts(table4)
    rows = [[line, *round_rupees(amounts[line])] for line in LINES]
    return pd.DataFrame(rows, columns=["line", *HEADS]).astype({"line": "str"} | dict.fromkeys(HEADS, "float64"))


def _amounts(table4: _Table4) -> dict[str, np.ndarray]:
    amounts = {line: np.zeros(len(HEADS)) for line in LINES}
    blocks = ((table4.itc_avl, _AVAILABLE), (table4.itc_rev, _REVERSED), (table4.itc_inelg, _INELIGIBLE))
    for lines, names in blocks:
        for line in lines:
            if line.ty.upper() in names:
                amounts[names[line.ty.upper()]] += _heads(line)
    available = sum(amounts[line] for line in _AVAILABLE.values())
    reversed_ = sum(amounts[line] for line in _REVERSED.values())
    amounts["4C"] = _heads(table4.itc_net) if table4.itc_net else available - reversed_
    return amounts


def _heads(line: _Line) -> np.ndarray:
    return np.array([line.iamt or 0, line.camt or 0, line.samt or 0, line.csamt or 0], dtype=np.float64)
