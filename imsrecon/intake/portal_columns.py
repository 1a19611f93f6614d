"""Columns that IMS and GSTR-2B share, worked out from the values of a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from imsrecon.intake.cells import flags, listed, mapped_texts, no_texts, nothing, paise, text_column

DECLARED_KEYS = ("declIgst", "declCgst", "declSgst", "declCess")
_SEZ = dict.fromkeys(("SEWP", "SEWOP", "SEZWP", "SEZWOP"), "sez")


def constant(value: object, count: int) -> pd.Series:
    """The same text, or missing, `count` times."""
    return text_column(pa.repeat(pa.scalar(value, pa.large_string()), count))


def coded(values: Sequence[object], codes: Mapping[str, str]) -> pd.Series:
    """Words of the portal (any case) to ours; unknown ones are missing."""
    return mapped_texts(values, lambda value: codes.get(str(value).strip().upper()))


def supply_class(types: Sequence[object]) -> pd.Series:
    """`sez` for the invoice types of SEZ supplies, else `regular`."""
    return coded(types, _SEZ).fillna("regular")


def optional_rupees(cells: Sequence[object]) -> npt.NDArray[np.float64]:
    """Rupees that may be missing: blank and unreadable are NaN; the sign comes from the document's type."""
    if nothing(cells):
        return np.full(len(cells), np.nan)
    values, bad = paise(cells)
    if isinstance(cells, pa.Array) and cells.type == pa.float64():
        blank = cells.is_null().to_numpy(zero_copy_only=False)
    else:
        blank = np.array([cell is None or cell == "" for cell in listed(cells)], dtype=bool)
    return np.where(bad | blank, np.nan, np.abs(values) / 100)


def reduction(asked: Sequence[object], declared: Sequence[Sequence[object]]) -> dict[str, object]:
    """`itcRedReq` and the declared amounts (formats 3.4): Y alone is full, Y with an amount partial, N none."""
    names = ("declared_igst", "declared_cgst", "declared_sgst", "declared_cess")
    rupees = [optional_rupees(cells) for cells in declared]
    if nothing(asked):
        return {"itc_reduction": no_texts(len(asked))} | dict(zip(names, rupees, strict=True))
    wanted = flags(asked)
    some = np.nan_to_num(np.array(rupees)).sum(axis=0) > 0
    words = np.where(some, "partial", "full").astype(object)
    words[~wanted.fillna(True).to_numpy(bool)] = "none"
    words[wanted.isna().to_numpy()] = None
    return {"itc_reduction": pd.Series(words, dtype="str")} | dict(zip(names, rupees, strict=True))
