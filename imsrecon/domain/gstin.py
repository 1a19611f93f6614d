"""GSTIN: parts, checksum, PAN and state, for one number or a whole column.

Source: `ims-rules` I-01 (shape), I-02 (check character), I-03 (state codes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.domain.errors import InputError

STATES: dict[str, str] = {
    "01": "Jammu and Kashmir", "02": "Himachal Pradesh", "03": "Punjab", "04": "Chandigarh",
    "05": "Uttarakhand", "06": "Haryana", "07": "Delhi", "08": "Rajasthan", "09": "Uttar Pradesh",
    "10": "Bihar", "11": "Sikkim", "12": "Arunachal Pradesh", "13": "Nagaland", "14": "Manipur",
    "15": "Mizoram", "16": "Tripura", "17": "Meghalaya", "18": "Assam", "19": "West Bengal",
    "20": "Jharkhand", "21": "Odisha", "22": "Chhattisgarh", "23": "Madhya Pradesh", "24": "Gujarat",
    "25": "Daman and Diu (old)", "26": "Dadra and Nagar Haveli and Daman and Diu", "27": "Maharashtra",
    "28": "Andhra Pradesh (old)", "29": "Karnataka", "30": "Goa", "31": "Lakshadweep", "32": "Kerala",
    "33": "Tamil Nadu", "34": "Puducherry", "35": "Andaman and Nicobar Islands", "36": "Telangana",
    "37": "Andhra Pradesh", "38": "Ladakh", "96": "Other Countries", "97": "Other Territory",
    "99": "Centre Jurisdiction",
}  # fmt: skip
_REGISTERING = STATES.keys() - {"96"}  # a place of supply only (I-03)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHAPES: dict[str, str] = {
    "normal": r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]",
    "tds": r"[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]",
    "tcs": r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]",
    "government": r"[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]",
}
_NOT_PLAIN = "[^!-~]"
_ANY_SHAPE = "|".join(f"(?:{shape})" for shape in SHAPES.values())


@dataclass(frozen=True)
class Gstin:
    """A GSTIN taken apart."""

    text: str
    state_code: str
    state: str
    pan: str
    entity: str
    kind: str


def check_character(first14: str) -> str:
    """Return the fifteenth character that belongs to the first fourteen (I-02)."""
    total = 0
    for position, character in enumerate(first14):
        product = ALPHABET.index(character) * (position % 2 + 1)
        total += product // 36 + product % 36
    return ALPHABET[(36 - total % 36) % 36]


def parse_gstin(text: str) -> Gstin:
    """Take one GSTIN apart, or raise `InputError` that says what is wrong with it.

    >>> parse_gstin("27AAPFU0939F1ZV").state
    'Maharashtra'
    """
    cleaned = text.strip().upper()
    kind = next((name for name, shape in SHAPES.items() if re.fullmatch(shape, cleaned)), None)
    if kind is None:
        raise InputError(
            f"'{text}' is not a GSTIN: expected 15 characters, two digits of state, ten of PAN, three more.",
            hint="Copy it from the registration certificate.",
        )
    expected = check_character(cleaned[:14])
    if cleaned[14] != expected:
        raise InputError(
            f"GSTIN {cleaned} fails its checksum: it ends in {cleaned[14]}, the others ask for {expected}.",
            hint="One character is mistyped; compare it with the invoice.",
        )
    if cleaned[:2] not in _REGISTERING:
        raise InputError(f"GSTIN {cleaned} names state {cleaned[:2]}, which does not exist.")
    return Gstin(cleaned, cleaned[:2], STATES[cleaned[:2]], cleaned[2:12], cleaned[12], kind)


def is_valid_gstin(text: str) -> bool:
    """True if `text` has the shape, the state and the check character of a GSTIN."""
    try:
        parse_gstin(text)
    except InputError:
        return False
    return True


def clean_gstins(column: pd.Series) -> pd.Series:
    """Upper case, no blanks inside; empty, URP, NA and the like become missing."""
    cleaned = column.astype("str").str.upper()
    if cleaned.str.contains(_NOT_PLAIN, regex=True).any():
        cleaned = cleaned.str.replace(r"[\s ]+", "", regex=True)
    return cleaned.mask(cleaned.isin(["", "URP", "URD", "NA", "N/A", "NAN", "NONE", "NIL", "-", "UNREGISTERED"]))


def valid_gstins(column: pd.Series) -> pd.Series:
    """Shape, state and checksum of a whole column, vectorised; missing counts as not valid.

    Returns a bool Series on the same index.
    """
    text = column.astype("str").fillna("")
    shaped = text.str.fullmatch(_ANY_SHAPE).to_numpy(bool)
    shaped = shaped & text.str.slice(0, 2).isin(_REGISTERING).to_numpy(bool)
    result = np.zeros(len(text), dtype=bool)
    if shaped.any():
        codes = np.array(text[shaped].tolist(), dtype="S15").view(np.uint8).reshape(-1, 15)
        values = np.where(codes >= ord("A"), codes - ord("A") + 10, codes - ord("0")).astype(np.int64)
        product = values[:, :14] * np.tile([1, 2], 7)
        total = (product // 36 + product % 36).sum(axis=1)
        result[shaped] = (36 - total % 36) % 36 == values[:, 14]
    return pd.Series(result, index=column.index)


def pans(column: pd.Series) -> pd.Series:
    """The PAN inside each GSTIN (characters 3 to 12); missing where there is none."""
    text = column.astype("str")
    return text.str.slice(2, 12).where(text.str.len() >= 12)


def state_codes(column: pd.Series) -> pd.Series:
    """The two-digit state code at the head of each GSTIN."""
    text = column.astype("str")
    return text.str.slice(0, 2).where(text.str.len() >= 2)
