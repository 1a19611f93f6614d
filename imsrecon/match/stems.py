"""Numbers without the part that they end in (12A, 12/2, 12 PART-3): what the rows of a split have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.match.numbers import NumberForms, number_forms

_PARTS = pa.array(list("ABCD123456789"), type=pa.large_string())
_PARTED_BY = " /-_.("
_SEPARATORS = pa.array(list(_PARTED_BY), type=pa.large_string())


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
    parted, apart, cut = _cut_parts(numbers.text.take(pa.array(codes)))
    forms = number_forms(cut)
    plain, core = np.zeros(len(codes), dtype=np.uint64), np.zeros(len(codes), dtype=np.uint64)
    plain[parted], core[parted] = forms.plain, forms.core
    return Stems(codes, parted, apart, plain, core)


def _cut_parts(text: pa.Array) -> tuple[np.ndarray, np.ndarray, pa.Array]:
    """Which numbers end in a part (12A, 12/2, 12 PART-3), in which of them a separator parts it, and those numbers
    without it."""
    whole = pc.utf8_rtrim(pc.utf8_upper(text), " )")
    ends = pc.is_in(pc.utf8_slice_codeunits(whole, -1), value_set=_PARTS)
    apart = pc.is_in(pc.utf8_slice_codeunits(whole, -2, -1), value_set=_SEPARATORS).to_numpy(zero_copy_only=False)
    cut = pc.utf8_rtrim(pc.utf8_slice_codeunits(whole.filter(ends), 0, -1), _PARTED_BY)
    named = pc.ends_with(cut, "PART")
    if pc.any(named).as_py():
        cut = pc.if_else(named, pc.utf8_rtrim(pc.utf8_slice_codeunits(cut, 0, -4), _PARTED_BY), cut)
    numbered = pc.match_substring_regex(cut, "[0-9]")
    parted = ends.to_numpy(zero_copy_only=False)
    parted[parted] = numbered.to_numpy(zero_copy_only=False)
    return parted, parted & apart, cut.filter(numbered)
