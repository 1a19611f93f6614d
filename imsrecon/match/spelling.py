"""How alike two document numbers are: equal in one of the normal forms, a typing error, or different."""

from __future__ import annotations

import re
from enum import IntEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA, Hamming

from imsrecon.match.alike import LOOKALIKES, Pairs, may_be_alike
from imsrecon.match.numbers import NumberForms
from imsrecon.match.texts import bytes_of


class NUMBER(IntEnum):
    """From equal to the letter down to different. Up to SUFFIX a number counts as equal after normalising."""

    LITERAL = 0  # the same characters
    CANON = 1  # case, separators, leading zeros
    SQUASH = 2  # separators that part digits
    PLAIN = 3  # the financial year written in one of them only
    SUFFIX = 4  # one is the bare serial, or the end, of the other
    TAIL = 5  # the end of the other, in the midst of its digits
    LOOKALIKE = 6  # O for 0, I for 1 and the like
    SLIP = 7  # transposed, missing or doubled character
    CHANGED = 8  # one character changed
    SERIAL = 9  # the same serial after another prefix
    DIFFERENT = 10
    MISSING = 11


_WITH_PART = r"^[0-9]+(?:[A-Z]|REV[A-Z]*|DUP[A-Z]*)$"
_PARTED = r"[0-9][^0-9A-Za-z]+[0-9]"
_BETWEEN = re.compile(r"(?<=[0-9])[^0-9A-Za-z]+(?=[0-9])")
_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")
_POWER = re.compile(r"([0-9])(?:\.([0-9]+))?E\+?([0-9]{1,2})")
SHORTEST_TAIL = 3
SHORTEST_MISTYPED = 4
FARTHEST = 3


def compare_numbers(forms: NumberForms, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Codes of NUMBER for pairs of number codes (-1 for missing)."""
    result = np.full(len(left), int(NUMBER.LITERAL), dtype=np.int8)
    missing = (left < 0) | (right < 0)
    result[missing] = NUMBER.MISSING
    present = np.flatnonzero((left != right) & ~missing)
    result[present] = NUMBER.CANON
    apart = present[np.flatnonzero(forms.canon[left[present]] != forms.canon[right[present]])]
    if len(apart):
        result[apart] = _beyond_canon(forms, left[apart], right[apart])
    return result


def _beyond_canon(forms: NumberForms, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The same for pairs that differ in more than case, separators and leading zeros."""
    result = np.full(len(a), int(NUMBER.DIFFERENT), dtype=np.int8)
    result[_bare_serial(forms, a, b)] = NUMBER.SUFFIX
    plain = forms.plain[a] == forms.plain[b]
    result[np.flatnonzero(plain)] = NUMBER.PLAIN
    result[np.flatnonzero(forms.squash[a] == forms.squash[b])] = NUMBER.SQUASH
    bare = np.flatnonzero(result == NUMBER.SUFFIX)
    parted = _with_part(forms, np.concatenate([a[bare], b[bare]])).reshape(2, -1)
    result[bare[parted[0] ^ parted[1]]] = NUMBER.TAIL
    squashed = np.flatnonzero((result == NUMBER.SQUASH) & ~plain)
    result[squashed[_crossed(forms, a[squashed], b[squashed])]] = NUMBER.DIFFERENT
    rest = np.flatnonzero(result == NUMBER.DIFFERENT)
    if len(rest):
        result[rest] = _spelled(forms, a[rest], b[rest])
        # 177 is the end of S1/77 only if the separator is overlooked: serial 177 is not serial 77.
        ends = rest[result[rest] == NUMBER.SUFFIX]
        result[ends[forms.core[a[ends]] != forms.core[b[ends]]]] = NUMBER.TAIL
    return result


def _bare_serial(forms: NumberForms, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which pairs have the same serial, and one of them little else: no year, or the other's."""
    rows = np.flatnonzero(forms.bare[a] | forms.bare[b])
    rows = rows[np.flatnonzero(forms.core[a[rows]] == forms.core[b[rows]])]
    rows = rows[np.flatnonzero(forms.serial[a[rows]] >= 0)]
    (bare, other), (year, others) = ([form[each[rows]] for each in (a, b)] for form in (forms.bare, forms.year))
    return rows[np.flatnonzero((bare & (year < 0)) | (other & (others < 0)) | (year == others))]


def _with_part(forms: NumberForms, codes: np.ndarray) -> np.ndarray:
    """Which numbers are a serial with a letter or a word behind it: 77-A or 77/REV may be another bill than 77."""
    data, offsets = bytes_of(forms.letters)
    result = data.take(offsets[codes + 1] - 1, mode="clip") >= ord("A")
    lettered = np.flatnonzero(result)
    plain = forms.letters.take(pa.array(codes[lettered]))
    result[lettered] = pc.match_substring_regex(plain, _WITH_PART).to_numpy(zero_copy_only=False)
    return result


def _crossed(forms: NumberForms, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which pairs part the same digits at places that contradict: 1/12 and 11/2 are no two ways to write one number."""
    printed = [forms.text.take(pa.array(codes)) for codes in (left, right)]
    parted = [pc.match_substring_regex(texts, _PARTED).to_numpy(zero_copy_only=False) for texts in printed]
    rows = np.flatnonzero(parted[0] & parted[1])
    places = [[_places(text) for text in texts.take(pa.array(rows)).to_pylist()] for texts in printed]
    return rows[[not (one <= two or two <= one) for one, two in zip(*places, strict=True)]]


def _places(text: str) -> set[int]:
    """How many letters and digits stand before each separator between two digits."""
    return {len(_SEPARATORS.sub("", text[: found.start()])) for found in _BETWEEN.finditer(text)}


def _spelled(forms: NumberForms, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The same for pairs that no normal form makes equal."""
    result = np.full(len(a), int(NUMBER.DIFFERENT), dtype=np.int8)
    result[np.flatnonzero((forms.core[a] == forms.core[b]) & (forms.serial[a] > 0))] = NUMBER.SERIAL
    near = np.flatnonzero(may_be_alike(forms.letters, a, b))
    result[near] = _by_bytes(forms, a[near], b[near], result[near])
    dated = np.flatnonzero(((forms.year[a] < 0) ^ (forms.year[b] < 0)) & (result == NUMBER.DIFFERENT))
    dated = dated[may_be_alike(forms.text, a[dated], b[dated])]
    result[dated[_one_slip(*(forms.text.take(pa.array(codes[dated])) for codes in (a, b)))]] = NUMBER.SLIP
    strange = np.flatnonzero(forms.exponent[a] ^ forms.exponent[b])
    swapped = forms.exponent[b[strange]]
    powers = forms.texts(np.where(swapped, b[strange], a[strange]))
    wholes = forms.texts(np.where(swapped, a[strange], b[strange]))
    result[strange[[_damaged(*each) for each in zip(powers, wholes, strict=True)]]] = NUMBER.TAIL
    return result


def _by_bytes(forms: NumberForms, a: np.ndarray, b: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """One slip, look-alikes or an end; what the bytes cannot tell is read."""
    pairs = Pairs(*(forms.letters.take(pa.array(codes)) for codes in (a, b)))
    result = otherwise.copy()
    mistyped = pairs.long >= SHORTEST_MISTYPED
    result[pairs.changed & mistyped] = NUMBER.CHANGED
    result[pairs.slipped & mistyped] = NUMBER.SLIP
    ends = np.flatnonzero(pairs.end_alike & (pairs.short >= SHORTEST_TAIL))
    tails = np.where(pairs.joined_at_boundary[ends], NUMBER.SUFFIX, NUMBER.TAIL)
    folds = np.flatnonzero(pairs.readable & pairs.fold_alike)
    result[folds[_look_alike(forms.plain_text(a[folds]), forms.plain_text(b[folds]))]] = NUMBER.LOOKALIKE
    result[ends] = tails
    unread = np.flatnonzero(~pairs.readable)
    if len(unread):
        result[unread] = _by_text(forms.plain_text(a[unread]), forms.plain_text(b[unread]), result[unread])
    return result


def _by_text(first: list[str], second: list[str], otherwise: np.ndarray) -> np.ndarray:
    """The same for texts that are long, or not ASCII."""
    distance = process.cpdist(first, second, scorer=OSA.distance, dtype=np.int32, score_cutoff=FARTHEST)
    transposed = process.cpdist(first, second, scorer=Hamming.distance, dtype=np.int32) != 1
    short, long = np.array(list(map(len, first))), np.array(list(map(len, second)))
    result = otherwise.copy()
    one = (distance == 1) & (np.maximum(short, long) >= SHORTEST_MISTYPED)
    result[one] = np.where((short[one] == long[one]) & ~transposed[one], NUMBER.CHANGED, NUMBER.SLIP)
    result[_look_alike(first, second)] = NUMBER.LOOKALIKE
    for at in np.flatnonzero(_tails(first, second)):
        result[at] = _tail(*sorted((first[at], second[at]), key=len), int(result[at]))
    return result


def _one_slip(first: pa.Array, second: pa.Array) -> np.ndarray:
    """Which pairs of numbers as printed are a single typing error apart: here, within the financial year itself."""
    printed = [pc.utf8_upper(texts) for texts in (first, second)]
    pairs = Pairs(*(texts.cast(pa.large_binary()) for texts in printed))
    found = pairs.changed | pairs.slipped
    unread = np.flatnonzero(~pairs.readable)
    texts = [each.take(pa.array(unread)).to_pylist() for each in printed]
    found[unread] = process.cpdist(*texts, scorer=OSA.distance) == 1
    return np.flatnonzero(found)


def _look_alike(first: list[str], second: list[str]) -> np.ndarray:
    """Which pairs differ, and by nothing but a few look-alikes."""
    distance = process.cpdist(first, second, scorer=OSA.distance, dtype=np.int32, score_cutoff=FARTHEST)
    few = (distance > 0) & (distance <= FARTHEST)
    folded = _folded([*first, *second])
    return few & pc.equal(folded[: len(first)], folded[len(first) :]).to_numpy(zero_copy_only=False)


def _folded(texts: list[str]) -> pa.Array:
    """Look-alike letters as digits, without the leading zeros that this makes."""
    folded = pa.array(texts, type=pa.large_string())
    for letter, digit in LOOKALIKES:
        folded = pc.replace_substring(folded, letter, digit)
    return pc.replace_substring_regex(folded, r"(^|[^0-9])0+([0-9])", r"\1\2")


def _tails(first: list[str], second: list[str]) -> np.ndarray:
    """Which pairs of texts of different length end alike, all of the shorter."""
    a, b = np.array(first, dtype=np.str_), np.array(second, dtype=np.str_)
    return (np.strings.endswith(a, b) | np.strings.endswith(b, a)) & (np.strings.str_len(a) != np.strings.str_len(b))


def _tail(short: str, long: str, otherwise: int) -> int:
    """One number ends in the other: at a boundary of letters and digits, or in the midst of a run."""
    if len(short) < SHORTEST_TAIL:
        return otherwise
    boundary = short[0].isalpha() != long[-len(short) - 1].isalpha()
    return int(NUMBER.SUFFIX if boundary else NUMBER.TAIL)


def _damaged(power: str, whole: str) -> bool:
    """A number that Excel wrote as 1.23457E+15: its leading digits and its length are left."""
    read = _POWER.search(power.upper())
    if not read or not whole.isdigit():
        return False
    digits = (read[1] + (read[2] or "")).rstrip("0") or "0"
    kept = digits[:-1] if len(digits) > 1 else digits
    return len(whole) == int(read[3]) + 1 and whole.startswith(kept)
