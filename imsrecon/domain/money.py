"""Money: float64 rupees in tables, int64 paise in every sum and comparison.

Rounded once, at the door, half up (away from zero for negatives).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

HEADS = ("igst", "cgst", "sgst", "cess")
AMOUNTS = ("taxable_value", *HEADS)


def to_paise(rupees: pd.Series | npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Rupees to whole paise, half up; missing counts as 0.

    >>> to_paise([1.005, -2.675]).tolist()
    [101, -268]
    """
    values = np.asarray(rupees, dtype=np.float64)
    scaled = values * 100
    whole = np.rint(scaled)
    # Whole paise already, as in every table of ours: nothing to round. What is missing is not off either.
    if not (np.abs(scaled - whole) >= 1e-4).any():
        missing = np.isnan(whole)
        return (np.where(missing, 0, whole) if missing.any() else whole).astype(np.int64)
    values = np.nan_to_num(values)
    # The inner rounding takes away what binary floats add: 1.005 * 100 is 100.49999999999999.
    return (np.sign(values) * np.floor(np.round(np.abs(values) * 100, 4) + 0.5)).astype(np.int64)


def to_rupees(paise: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Whole paise to rupees."""
    return np.asarray(paise, dtype=np.int64) / 100


def round_rupees(rupees: pd.Series | npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Rupees rounded to paise, half up: what every reader does at the door."""
    return to_rupees(to_paise(rupees))


def sum_rupees(rupees: pd.Series | npt.ArrayLike) -> float:
    """The exact sum of a column, added in paise."""
    return int(to_paise(rupees).sum()) / 100


def total_tax(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """IGST + CGST + SGST + cess of each row, in paise."""
    return sum((to_paise(table[head]) for head in HEADS), start=np.zeros(len(table), dtype=np.int64))


def show_rupees(rupees: float | None, *, paise: bool = True) -> str:
    """Indian grouping: 1234567.5 gives `12,34,567.50`; an empty string for a missing amount."""
    if rupees is None or pd.isna(rupees):
        return ""
    amount = int(to_paise([rupees])[0])
    return show_paise(amount) if paise else show_paise(int(np.sign(amount)) * ((abs(amount) + 50) // 100) * 100)[:-3]


def show_paise(amount: int) -> str:
    """Whole paise as rupees in Indian grouping: 123456750 gives `12,34,567.50`."""
    whole, fraction = divmod(abs(amount), 100)
    text = f"{_group(str(whole))}.{fraction:02d}"
    return f"-{text}" if amount < 0 else text


def _group(digits: str) -> str:
    head, tail = digits[:-3], digits[-3:]
    pairs = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*pairs, tail])
