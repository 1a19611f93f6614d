"""Numbers without the part that they end in (12A, 12/2, 12 PART-3): what the rows of a split have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.match.numbers import NumberForms, number_forms
from imsrecon.match.texts import bytes_of

_PARTS = np.frombuffer(b"ABCD123456789", dtype=np.uint8)
_PARTED_BY = " /-_.("
_NOTHING = np.zeros(2, dtype=np.uint8)
_SEPARATORS = np.frombuffer(_PARTED_BY.encode(), dtype=np.uint8)


@dataclass(frozen=True)
class Stems:
    """The forms of numbers without their part; all arrays are as long as `codes`.

    `codes`: of which numbers, ascending; `parted`: which end in a part; `apart`: with a separator before it.
    """

    codes: np.ndarray
    parted: np.ndarray
    apart: np.ndarray
    plain: np.ndarray
    core: np.ndarray


def read_stems(numbers: NumberForms, codes: np.ndarray) -> Stems:
    """The stems of the numbers with these codes (ascending, each once)."""
    ends, apart, cut = _cut_parts(numbers.text.take(pa.array(codes)))
    forms = number_forms(cut)
    numbered = forms.serial != -1
    parted = np.zeros(len(codes), dtype=bool)
    parted[ends] = numbered
    plain, core = np.zeros(len(codes), dtype=np.uint64), np.zeros(len(codes), dtype=np.uint64)
    plain[parted], core[parted] = forms.plain[numbered], forms.core[numbered]
    return Stems(codes, parted, parted & apart, plain, core)


def _cut_parts(text: pa.Array) -> tuple[np.ndarray, np.ndarray, pa.Array]:
    """Which texts end like a part (12A, 12/2, 12 PART-3), in which of all a separator stands before the last character,
    and those that end so without the part."""
    whole = pc.utf8_rtrim(pc.utf8_upper(text), " )")
    data, offsets = bytes_of(whole)
    last, before = (np.append(data, _NOTHING).take(offsets[1:] - back) for back in (1, 2))
    ends = np.flatnonzero(np.isin(last, _PARTS))
    cut = pc.utf8_rtrim(pc.utf8_slice_codeunits(whole.take(pa.array(ends)), 0, -1), _PARTED_BY)
    named = pc.ends_with(cut, "PART")
    if pc.any(named).as_py():
        cut = pc.if_else(named, pc.utf8_rtrim(pc.utf8_slice_codeunits(cut, 0, -4), _PARTED_BY), cut)
    return ends, np.isin(before, _SEPARATORS), cut
