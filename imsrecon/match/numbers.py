"""Document numbers: the forms in which two spellings of one number are equal.

Each unique number is read once, all of them together, as one stream of bytes with a number to the line: the runs of
digits are found in it, what a form drops is struck out, and what is left is hashed. A number stays a string throughout.

Forms: `canon` (letters and digits, upper case, separators and leading zeros ignored, the boundary between two runs
of digits kept: DOS-77/1 is not DOS-771), `squash` (all separators dropped, zeros kept), `plain` (canon without the
financial year), `core` (the last run of digits that is no financial year).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.match.texts import EIGHT, bytes_of, cut_texts, eights, hashed, padded_bytes, spread
from imsrecon.match.threads import at_once

WIDEST = 64
CHUNK = 1 << 15
LINE, DASH, ZERO, BOUNDARY = ord("\n"), ord("-"), ord("0"), 1
FIRST_YEAR, LAST_YEAR = 17, 40
_TENS = 10 ** np.arange(19)
_WORDS = (  # words about a number, not of it: Inv. No. AB/77, AB/FY 26-27/77; and Excel's decimals: 77.0
    ("NO", r"^(?:(?:TAX )?(?:INVOICE|INV|BILL)[. ]*)?NO[.:# ][ .:#-]*([A-Z0-9])"),
    ("FY", r"\bFY[ .:-]*((?:20)?[0-9]{2}[-/ ]?(?:20)?[0-9]{2})"),
    (".0", r"^([0-9]+)\.0+$"),
)
EXPONENT = r"^\d(?:\.\d+)?E\+?\d{1,2}$"


@dataclass(frozen=True)
class NumberForms:
    """The forms of each unique number; all arrays are as long as `canon`."""

    text: pa.Array
    canon: np.ndarray
    squash: np.ndarray
    plain: np.ndarray
    core: np.ndarray
    serial: np.ndarray
    head: np.ndarray
    year: np.ndarray
    bare: np.ndarray
    exponent: np.ndarray
    letters: pa.Array

    def texts(self, codes: np.ndarray) -> list[str]:
        """Some of the numbers as printed; -1 gives None."""
        return self.text.take(pa.array(codes, mask=np.asarray(codes) < 0)).to_pylist()

    def plain_text(self, codes: np.ndarray) -> list[str]:
        """The plain form, readable, of some of the numbers."""
        return [raw.decode("utf-8", "replace") for raw in self.letters.take(pa.array(codes)).to_pylist()]


def number_forms(texts: pd.Series | np.ndarray) -> NumberForms:
    """Work out the forms of unique numbers (none of them missing)."""
    text = pa.array(texts, type=pa.large_string())
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    chunks = [text.slice(begin, CHUNK) for begin in range(0, max(len(text), 1), CHUNK)]
    parts = at_once(_forms_of, chunks, len(text))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name != "letters"}
    return NumberForms(text=text, letters=pa.concat_arrays([part["letters"] for part in parts]), **joined)


def _forms_of(text: pa.Array) -> dict[str, np.ndarray | pa.Array]:
    cleaned = clean_numbers(text)
    forms = _scan(cleaned)
    _keep_unreadable_apart(forms, cleaned)
    return forms | {"exponent": _exponents(cleaned, forms["head"])}


def _exponents(cleaned: pa.Array, head: np.ndarray) -> np.ndarray:
    """Which numbers Excel wrote as a power of ten: their first run of digits is a single one."""
    found = np.zeros(len(cleaned), dtype=bool)
    rows = np.flatnonzero((head >= 0) & (head < 10))
    found[rows] = pc.match_substring_regex(cleaned.take(pa.array(rows)), EXPONENT).to_numpy(zero_copy_only=False)
    return found


def clean_numbers(texts: pa.Array) -> pa.Array:
    """Upper case, Unicode look-alikes folded, Excel's apostrophe and `.0` taken off."""
    if bytes_of(texts)[0].max(initial=0) < 128:
        bare = pc.ascii_trim(pc.ascii_ltrim(pc.ascii_trim_whitespace(pc.ascii_upper(texts)), "'`"), " ")
    else:
        bare = pc.utf8_trim(pc.utf8_ltrim(pc.utf8_trim_whitespace(pc.utf8_upper(_plain_signs(texts))), "'’`"), " ")
    for pair, pattern in _WORDS:
        worded = _holding(bare, pair)
        if worded.any():
            told = pc.replace_substring_regex(bare.filter(pa.array(worded)), pattern=pattern, replacement=r"\1")
            bare = pc.replace_with_mask(bare, pa.array(worded), told)
    return bare


def _holding(texts: pa.Array, pair: str) -> np.ndarray:
    """Which texts hold two characters side by side, or end in the first where the next begins with the second."""
    data, offsets = bytes_of(texts)
    found = np.zeros(len(texts), dtype=bool)
    at = np.flatnonzero((data[:-1] == ord(pair[0])) & (data[1:] == ord(pair[1])))
    found[np.searchsorted(offsets, at, side="right") - 1] = True
    return found


def _plain_signs(texts: pa.Array) -> pa.Array:
    """Look-alikes of letters, digits and dashes folded (Word writes dashes of its own), invisible signs taken off."""
    folded = pc.utf8_normalize(texts, form="NFKC")
    dashed = pc.replace_substring_regex(folded, pattern=r"[\p{Pd}\x{2212}]", replacement="-")
    return pc.replace_substring_regex(dashed, pattern=r"\p{Cf}", replacement="")


def _keep_unreadable_apart(forms: dict[str, np.ndarray], cleaned: pa.Array) -> None:
    """Numbers without a letter or digit, or too long to be read, equal only themselves."""
    too_long = pc.binary_length(cleaned).to_numpy() > WIDEST
    strange = np.flatnonzero(forms.pop("empty") | too_long)
    if len(strange):
        whole = pd.util.hash_array(cleaned.take(pa.array(strange)).to_numpy(zero_copy_only=False), categorize=False)
        for name in ("canon", "squash", "plain", "core"):
            forms[name][strange] = whole


@dataclass(frozen=True)
class _Runs:
    """Every run of digits of a stream, in order: its line, where it begins and ends, and its value.

    Two runs that no letter and no line's end parts have the same `stretch`.
    """

    line: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    value: np.ndarray
    stretch: np.ndarray


def _scan(cleaned: pa.Array) -> dict[str, np.ndarray]:
    data, start = _stream(cleaned)
    count = len(cleaned)
    digit = (data - np.uint8(ZERO)) < 10
    letter = ((data - np.uint8(ord("A"))) < 26) | (data >= 128)
    closing = np.zeros(len(data), dtype=bool)
    closing[start[1:] - 1] = True
    stretch = np.cumsum(closing | letter, dtype=np.int32)
    runs = _digit_runs(data, digit, closing, stretch)
    first = _past_zeros(data, runs.begin, runs.end)
    keep = digit | letter
    squash = hashed(*_struck(data, keep, start))
    canon = hashed(*_parted(data, _without(keep, runs.begin, first), start, runs, np.arange(len(runs.line))))
    year, dropped = _financial_year(data, runs, first, count)
    kept = np.flatnonzero(~dropped)
    keep = _without(keep, runs.begin, np.where(dropped, runs.end, first))
    plain = hashed(*_parted(data, keep, start, runs, kept))
    line, value = runs.line[kept], runs.value[kept]
    serial, head = np.full(count, -1), np.full(count, -1)
    serial[line], head[line[::-1]] = value, value[::-1]  # of a line's runs, the one that comes last here stays
    of_line = np.bincount(line, minlength=count)
    core = np.where(of_line > 0, spread(serial.view(np.uint64)), plain)
    lettered = stretch[start[1:] - 1] - stretch[start[:-1] - 1] > 1
    filled = lettered.copy()
    filled[runs.line] = True
    return {
        "canon": canon, "squash": squash, "plain": plain, "core": core, "serial": serial, "head": head,
        "year": year.astype(np.int16), "bare": (of_line == 1) & ~lettered, "empty": ~filled,
        "letters": _texts(*_struck(data, keep, start)),
    }  # fmt: skip


def _stream(cleaned: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of all texts, a line's end before and behind each, and where each begins (and one would that follows).

    A text too long to be read is cut.
    """
    data, offsets = bytes_of(cut_texts(cleaned.cast(pa.large_binary()), WIDEST))
    return np.insert(data, offsets, LINE), offsets + np.arange(1, len(offsets) + 1)


def _digit_runs(data: np.ndarray, digit: np.ndarray, closing: np.ndarray, stretch: np.ndarray) -> _Runs:
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    begin, end = np.ascontiguousarray(edges[::2]), np.ascontiguousarray(edges[1::2])
    line = np.cumsum(closing, dtype=np.int32)[begin]
    return _Runs(line, begin, end, _values(data, begin, end - begin), stretch[begin])


def _values(data: np.ndarray, begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """The value of each run of digits, eight of them at a time: neighbours are put together, thrice."""
    padded, value = padded_bytes(data), np.zeros(len(begin), dtype=np.uint64)
    for done in range(0, int(length.max(initial=0)), EIGHT):
        rows = np.flatnonzero(length > done)
        left = length[rows] - done
        word = eights(padded, begin[rows] + done, left) & np.uint64(0x0F0F0F0F0F0F0F0F)
        word = (word * np.uint64(10) + (word >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
        word = (word * np.uint64(100) + (word >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
        word = (word * np.uint64(10000) + (word >> np.uint64(32))) & np.uint64(0x00000000FFFFFFFF)
        value[rows] = value[rows] * _TENS.view(np.uint64)[np.minimum(left, EIGHT)] + word
    return value.view(np.int64)


def _past_zeros(data: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Where each run begins without its leading zeros; its last digit always stays."""
    first = begin.copy()
    rows = np.arange(len(first))
    while len(rows := rows[(data[first[rows]] == ZERO) & (first[rows] < end[rows] - 1)]):
        first[rows] += 1
    return first


def _is_year_pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first >= FIRST_YEAR) & (first <= LAST_YEAR) & (second == first + 1)


def _financial_year(data, runs, first, count):
    """The first financial year in each line (-1 for none), and which runs it takes up.

    Of a year at the head of a longer run, `runs.value` and `first` are put right.
    """
    year, dropped = np.full(count, -1), np.zeros(len(runs.line), dtype=bool)
    for begun, of, taken in _years_of_runs(data, runs, np.bincount(runs.line, minlength=count)):
        new = _first_of_lines(runs.line[begun], year)
        at = begun[new]
        year[runs.line[at]] = of[new]
        dropped[at] = True
        dropped[at + taken - 1] = True
    digits = runs.end - first  # zeros at the head are no part of the number: 0252600031 is 252600031
    at = np.flatnonzero((digits >= 7) & (digits <= 18))
    of, size = _fused_years(runs.value[at], digits[at])
    new = np.flatnonzero(size)
    new = new[_first_of_lines(runs.line[at[new]], year)]
    at, size = at[new], size[new]
    year[runs.line[at]] = of[new]
    runs.value[at] %= _TENS[digits[at] - size]
    first[at] = _past_zeros(data, first[at] + size, runs.end[at])
    return year, dropped


def _first_of_lines(line: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Which of these (lines, ascending) is the first of its line, of lines that have no year yet."""
    return np.flatnonzero((np.diff(line, prepend=-1) != 0) & (year[line] < 0))


def _years_of_runs(data, runs, count):
    """Financial years that take up whole runs, by rank: at which runs, which years, and of how many runs.

    24-25, 2024-25, 2024-2025, or 2425, 202425, 20242025. Only where another run of digits remains: 2425 alone is a
    serial. 25/26-27 is number 25 of the year 26-27: a year is rather parted by a dash.
    """
    value, length, stretch, runs_of = runs.value, runs.end - runs.begin, runs.stretch, count[runs.line]
    short = np.where(length == 2, value, np.where(length == 4, value - 2000, -1))
    pair = np.flatnonzero(_is_year_pair(short[:-1], short[1:]))
    follows = (stretch[pair] == stretch[pair + 1]) & (length[pair + 1] <= length[pair])
    pair = pair[follows & (runs_of[pair] >= 3)]
    dashed = pair[data[runs.begin[pair + 1] - 1] == DASH]
    single = np.flatnonzero(((length == 4) | (length == 6) | (length == 8)) & (runs_of >= 2))
    value, length = value[single], length[single]
    begun = np.where(length == 8, value // 10000, value // 100) - np.where(length == 4, 0, 2000)
    good = _is_year_pair(begun, value % 100) & ((length < 8) | (value // 100 % 100 == 20))
    return (dashed, short[dashed], 2), (pair, short[pair], 2), (single[good], begun[good], 1)


def _fused_years(value: np.ndarray, digits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The financial year (2526 or 202526) at the head of each long run, and how many digits it has (0 for no year)."""
    head4, head6 = value // _TENS[digits - 4], value // _TENS[digits - 6]
    four = _is_year_pair(head4 // 100, head4 % 100)
    six = (digits >= 8) & (head6 // 10000 == 20) & _is_year_pair(head6 // 100 % 100, head6 % 100)
    return np.where(six, head6 // 100 % 100, head4 // 100), np.where(six, 6, np.where(four, 4, 0))


def _without(keep: np.ndarray, begin: np.ndarray, first: np.ndarray) -> np.ndarray:
    """What is kept without the head of each run, from where it begins up to its `first` digit that counts."""
    change = np.zeros(len(keep), dtype=np.int8)
    cut = np.flatnonzero(first > begin)
    change[begin[cut]], change[first[cut]] = 1, -1
    return keep & (np.cumsum(change, dtype=np.int32) == 0)


def _parted(data, keep, start, runs, kept):
    """`_struck`, with a mark between two runs of digits that only separators part."""
    stretch = runs.stretch[kept]
    marks = runs.begin[kept[1:][stretch[1:] == stretch[:-1]]] - 1
    data, keep = data.copy(), keep.copy()
    data[marks], keep[marks] = BOUNDARY, True
    return _struck(data, keep, start)


def _struck(data: np.ndarray, keep: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bytes that are kept, and where in them each text begins."""
    return data.take(np.flatnonzero(keep)), np.cumsum(keep, dtype=np.int32)[start - 1].astype(np.int64)


def _texts(data: np.ndarray, offsets: np.ndarray) -> pa.Array:
    return pa.Array.from_buffers(pa.large_binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
