"""Document numbers: the forms in which two spellings of one number are equal.

Each unique number is read once, all of them together, as a matrix of bytes: one pass finds the runs of digits,
a second one writes 64-bit hashes of every form. A number stays a string throughout.

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

from imsrecon.match.threads import at_once

WIDEST = 64
NARROW = 20
CHUNK = 1 << 15
DASH = ord("-")
RUNS = 6
FIRST_YEAR, LAST_YEAR = 17, 40
_PRIME = np.uint64(0x100000001B3)
_SEED = np.uint64(0xCBF29CE484222325)
_BOUNDARY = np.uint64(1)
_ARROW = ("text", "letters")
_WORDS = (  # words about a number, not of it: Inv. No. AB/77, AB/FY 26-27/77
    ("NO", r"^(?:(?:TAX )?(?:INVOICE|INV|BILL)[. ]*)?NO[.:# ][ .:#-]*([A-Z0-9])"),
    ("FY", r"\bFY[ .:-]*((?:20)?[0-9]{2}[-/ ]?(?:20)?[0-9]{2})"),
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

    def take(self, rows: np.ndarray) -> NumberForms:
        """Some of the numbers."""
        names, at = list(vars(self)), pa.array(rows)
        arrays = at_once(lambda name: getattr(self, name).take(at if name in _ARROW else rows), names, len(rows))
        return NumberForms(**dict(zip(names, arrays, strict=True)))


def number_forms(texts: pd.Series | np.ndarray) -> NumberForms:
    """Work out the forms of unique numbers (none of them missing)."""
    text = pa.array(texts, type=pa.large_string())
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    cleaned = clean_numbers(text)
    raw = cleaned.cast(pa.large_binary())
    lengths = pc.binary_length(raw).to_numpy()
    order = [np.zeros(0, dtype=np.int64), *_chunks(lengths)]
    parts = at_once(lambda chosen: _scan(byte_matrix(raw.take(pa.array(chosen)), WIDEST)), order, len(raw))
    back = np.empty(len(raw), dtype=np.int64)
    back[np.concatenate(order)] = np.arange(len(raw))
    joined = {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0] if name != "letters"}
    letters = pa.concat_arrays([part["letters"] for part in parts]).take(pa.array(back))
    _keep_unreadable_apart(joined, cleaned, lengths)
    exponent = pc.match_substring_regex(cleaned, EXPONENT).to_numpy(zero_copy_only=False)
    return NumberForms(text=text, exponent=exponent, letters=letters, **joined)


def _chunks(lengths: np.ndarray) -> list[np.ndarray]:
    """Numbers of about the same length together, few enough for the processor's cache."""
    chunks = []
    for lowest, highest in ((0, 12), (13, NARROW), (NARROW + 1, 1 << 40)):
        chosen = np.flatnonzero((lengths >= lowest) & (lengths <= highest))
        chunks += [chosen[begin : begin + CHUNK] for begin in range(0, len(chosen), CHUNK)]
    return chunks


def clean_numbers(texts: pa.Array) -> pa.Array:
    """Upper case, Unicode look-alikes folded, Excel's apostrophe and `.0` taken off."""
    if pc.all(pc.string_is_ascii(texts)).as_py():
        bare = pc.ascii_trim(pc.ascii_ltrim(pc.ascii_trim_whitespace(pc.ascii_upper(texts)), "'`"), " ")
    else:
        bare = pc.utf8_trim(pc.utf8_ltrim(pc.utf8_trim_whitespace(pc.utf8_upper(_plain_signs(texts))), "'’`"), " ")
    for word, pattern in _WORDS:
        worded = pc.match_substring(bare, word)
        if pc.any(worded).as_py():
            told = pc.replace_substring_regex(bare.filter(worded), pattern=pattern, replacement=r"\1")
            bare = pc.replace_with_mask(bare, worded, told)
    decimal = pc.and_(pc.ends_with(bare, pattern="0"), pc.match_substring(bare, ".0"))
    if not pc.any(decimal).as_py():
        return bare
    whole = pc.replace_substring_regex(bare.filter(decimal), pattern=r"^([0-9]+)\.0+$", replacement=r"\1")
    return pc.replace_with_mask(bare, decimal, whole)


def _plain_signs(texts: pa.Array) -> pa.Array:
    """Look-alikes of letters, digits and dashes folded (Word writes dashes of its own), invisible signs taken off."""
    folded = pc.utf8_normalize(texts, form="NFKC")
    dashed = pc.replace_substring_regex(folded, pattern=r"[\p{Pd}\x{2212}]", replacement="-")
    return pc.replace_substring_regex(dashed, pattern=r"\p{Cf}", replacement="")


def _keep_unreadable_apart(forms: dict[str, np.ndarray], cleaned: pa.Array, lengths: np.ndarray) -> None:
    """Numbers without a letter or digit, or too long to be read, equal only themselves."""
    strange = np.flatnonzero(forms.pop("empty") | (lengths > WIDEST))
    if len(strange):
        whole = pd.util.hash_array(cleaned.take(pa.array(strange)).to_numpy(zero_copy_only=False), categorize=False)
        for name in ("canon", "squash", "plain", "core"):
            forms[name][strange] = whole


def byte_matrix(raw: pa.Array, widest: int) -> np.ndarray:
    """The bytes of each text (large_binary) in a row, zeros behind them; what is beyond `widest` is cut."""
    offsets = np.frombuffer(raw.buffers()[1], dtype=np.int64)[raw.offset : raw.offset + len(raw) + 1]
    data = np.frombuffer(raw.buffers()[2] or b"\0", dtype=np.uint8)
    lengths = np.diff(offsets)
    width = max(1, min(int(lengths.max(initial=1)), widest))
    columns = np.arange(width, dtype=np.int32)
    result = np.zeros((len(raw), width), dtype=np.uint8)
    if lengths.max(initial=0) <= widest:
        result[columns < lengths.astype(np.int32)[:, None]] = data[offsets[0] : offsets[-1]]
        return result
    positions = np.minimum(offsets[:-1, None] + columns, max(len(data) - 1, 0))
    return np.where(columns < lengths[:, None], data[positions], 0).astype(np.uint8)


def _scan(matrix: np.ndarray) -> dict[str, np.ndarray]:
    matrix = np.asfortranarray(matrix)  # columns are read one by one
    digit = (matrix >= 48) & (matrix <= 57)
    letter = ((matrix >= 65) & (matrix <= 90)) | (matrix >= 128)
    value, length, touching, where = _digit_runs(matrix, digit, letter)
    year, dropped, cut = _financial_year(value, length, touching)
    dated = np.flatnonzero(year >= 0)
    kept_run = (length > 0) & ~dropped
    last = kept_run.shape[1] - 1 - np.argmax(kept_run[:, ::-1], axis=1)
    every = np.arange(len(matrix))
    serial, head = value[every, last], value[every, np.argmax(kept_run, axis=1)]
    has_serial = kept_run.any(axis=1)
    keep = (digit & ~_leading_zeros(matrix, digit, digit)) | letter
    canon = _hash_stream(matrix, digit, letter, keep, boundaries=True)
    squash = _hash_stream(matrix, digit, letter, digit | letter, boundaries=False)
    plain = canon.copy()
    if len(dated):
        part = [np.asfortranarray(each[dated]) for each in (matrix, digit, letter)]
        keep[dated] = _kept(*part, where[dated], dropped[dated], cut[dated])
        plain[dated] = _hash_stream(*part, np.asfortranarray(keep[dated]), boundaries=True)
    core = np.where(has_serial, _mix(serial.view(np.uint64)), plain)
    lettered = letter.any(axis=1)
    bare = has_serial & ~lettered & (kept_run.sum(axis=1) == 1)
    return {
        "canon": canon, "squash": squash, "plain": plain, "core": core,
        "serial": np.where(has_serial, serial, -1), "head": np.where(has_serial, head, -1),
        "year": year.astype(np.int16), "bare": bare, "empty": ~(lettered | (length[:, 0] > 0)),
        "letters": _compact(matrix, keep),
    }  # fmt: skip


def _kept(matrix, digit, letter, where, dropped, cut):
    """Letters, and digits that are neither leading zeros nor of the financial year."""
    gone = np.take_along_axis(dropped, np.maximum(where, 0).astype(np.int64), axis=1) & (where >= 0)
    gone |= _fused_year(where, cut)
    return (digit & ~_leading_zeros(matrix, digit, digit & ~gone) & ~gone) | letter


def _digit_runs(matrix, digit, letter):
    """Value, length and neighbourhood of each run of digits: two columns or more; the seventh falls into the last.

    Neighbourhood: 0 if letters part it from the run before, 1 if not, 2 if a dash stands before it.
    """
    count, width = matrix.shape
    begins = digit[:, 0].astype(np.int8) + (digit[:, 1:] & ~digit[:, :-1]).sum(axis=1, dtype=np.int8)
    most = min(max(2, int(begins.max(initial=0))), RUNS)
    value = np.zeros((count, most), dtype=np.int64)
    length = np.zeros((count, most), dtype=np.int8)
    touching = np.zeros((count, most), dtype=np.int8)
    where = np.full((count, width), -1, dtype=np.int8, order="F")
    run = np.full(count, -1, dtype=np.int8)
    number, digits = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int8)
    before, lettered = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    for column in range(width):
        here = digit[:, column]
        start = here & ~before
        begun = np.flatnonzero(start)
        fresh = begun[run[begun] < most - 1]
        run[fresh] += 1
        number[fresh], digits[fresh] = 0, 0
        dashed = matrix[begun, column - 1] == DASH if column else False
        touching[begun, run[begun]] = np.where(lettered[begun], 0, 1 + dashed)
        with np.errstate(over="ignore"):
            number = np.where(here, number * 10 + (matrix[:, column] - np.int64(48)), number)
        digits += here
        end = np.flatnonzero(here & ~digit[:, column + 1] if column + 1 < width else here)
        value[end, run[end]], length[end, run[end]] = number[end], digits[end]
        lettered = np.where(here, False, lettered | letter[:, column])
        where[:, column] = np.where(here, run, np.int8(-1))
        before = here
    return value, length, touching, where


def _is_year_pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first >= FIRST_YEAR) & (first <= LAST_YEAR) & (second == first + 1)


def _short_year(value: np.ndarray, length: np.ndarray) -> np.ndarray:
    """25 for 25 and 2025; -1 for what is no year."""
    long = (length == 4) & (value // 100 == 20)
    return np.where(length == 2, value, np.where(long, value % 100, -1))


def _financial_year(value, length, touching):
    """The first financial year in each number (-1 for none), which runs it takes up, how many digits of a fused run.

    `value` loses the year of a fused run.
    """
    year = np.full(len(value), -1)
    dropped, cut = np.zeros(value.shape, dtype=bool), np.zeros(value.shape, dtype=np.int8)
    rows = np.flatnonzero(((length[:, 1] > 0) & (length >= 2).any(axis=1)) | (length[:, 0] >= 7))
    if len(rows):
        year[rows], dropped[rows] = _year_of_runs(value[rows], length[rows], touching[rows])
    rows = np.flatnonzero((length >= 7).any(axis=1) & (year < 0))
    if len(rows):
        year[rows], cut[rows], value[rows] = _fused_years(value[rows], length[rows])
    return year, dropped, cut


def _year_of_runs(value, length, touching):
    """The first financial year that takes up whole runs, and which runs.

    24-25, 2024-25, 2024-2025, 2425, 202425, 20242025, and 2425 or 202425 at the head of a longer run. Only where
    another run of digits remains: 2425 alone is a serial.
    """
    short = _short_year(value, length)
    pair = np.zeros(value.shape, dtype=bool)
    follows = (touching[:, 1:] > 0) & (length[:, 1:] <= length[:, :-1])
    pair[:, :-1] = _is_year_pair(short[:, :-1], short[:, 1:]) & follows
    one4 = (length == 4) & _is_year_pair(value // 100, value % 100)
    one6 = (length == 6) & (value // 10000 == 20) & _is_year_pair(value // 100 % 100, value % 100)
    one8 = (length == 8) & (value // 1000000 == 20) & (value // 100 % 100 == 20)
    one8 &= _is_year_pair(value // 10000 % 100, value % 100)
    runs = (length > 0).sum(axis=1)
    pair &= (runs >= 3)[:, None]
    single = (one4 | one6 | one8) & (runs >= 2)[:, None] & ~pair.any(axis=1)[:, None]
    found = pair | single
    # 25/26-27 is number 25 of the year 26-27: a year is rather parted by a dash.
    dashed = np.zeros(value.shape, dtype=bool)
    dashed[:, :-1] = pair[:, :-1] & (touching[:, 1:] == 2)
    first = np.argmax(np.where(dashed.any(axis=1)[:, None], dashed, found), axis=1)[:, None]
    has = found.any(axis=1)
    places = np.arange(value.shape[1])
    dropped = (places == first) & has[:, None]
    second = np.take_along_axis(pair, first, axis=1) & has[:, None]
    dropped |= (places == first + 1) & second
    at, size = np.take_along_axis(value, first, axis=1)[:, 0], np.take_along_axis(length, first, axis=1)[:, 0]
    of_single = np.select([size == 4, size == 6, size == 8], [at // 100, at // 100 % 100, at // 10000 % 100], -1)
    of_pair = np.take_along_axis(short, first, axis=1)[:, 0]
    return np.where(has, np.where(second[:, 0], of_pair, of_single), -1), dropped


def _fused_years(value, length):
    """The financial year at the head of a run, how many of its digits that is, and the values without it."""
    # Zeros at the head are no part of the number: 0252600031 is 252600031.
    digits = np.searchsorted(10 ** np.arange(19), value, side="right")
    zeros = np.maximum(length - digits, 0)
    length = np.minimum(digits, length)
    head4 = value // 10 ** np.clip(length - 4, 0, 14)
    fused4 = (length >= 7) & (length <= 18) & _is_year_pair(head4 // 100, head4 % 100)
    head6 = value // 10 ** np.clip(length - 6, 0, 12)
    fused6 = (length >= 8) & (length <= 18) & (head6 // 10000 == 20) & _is_year_pair(head6 // 100 % 100, head6 % 100)
    size = np.where(fused6, 6, np.where(fused4, 4, 0))
    at = np.argmax(size > 0, axis=1)[:, None]
    taken = np.take_along_axis(size, at, axis=1)
    cut = np.where(np.arange(value.shape[1]) == at, taken, 0)
    zeros = np.where(cut > 0, zeros, 0)
    head = np.take_along_axis(np.where(size == 6, head6 // 100 % 100, head4 // 100), at, axis=1)[:, 0]
    rest = np.where(cut > 0, value % 10 ** np.clip(length - cut, 0, 18), value)
    return np.where(taken[:, 0] > 0, head, -1), cut + zeros, rest


def _fused_year(where: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Which characters are the financial year at the head of a longer run of digits."""
    inside = np.where(where >= 0, np.take_along_axis(cut, np.maximum(where, 0).astype(np.int64), axis=1), 0)
    if not inside.any():
        return inside > 0
    begin = (where >= 0) & np.concatenate([np.ones((len(where), 1), bool), where[:, 1:] != where[:, :-1]], axis=1)
    columns = np.arange(where.shape[1])
    started = np.maximum.accumulate(np.where(begin, columns, 0), axis=1)
    return (where >= 0) & (columns - started < inside)


def _leading_zeros(matrix: np.ndarray, digit: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Zeros at the head of a run; the last digit of a run always stays. Only digits `among` these count."""
    count, width = matrix.shape
    result = np.zeros((count, width), dtype=bool, order="F")
    leading = np.ones(count, dtype=bool)
    for column in range(width):
        here = among[:, column]
        more = digit[:, column + 1] if column + 1 < width else np.zeros(count, dtype=bool)
        zero = here & leading & (matrix[:, column] == 48)
        result[:, column] = zero & more
        leading = zero | ~here
    return result


def _hash_stream(matrix, digit, letter, keep, *, boundaries):
    """A rolling 64-bit hash of the kept characters, with a mark between two runs of digits."""
    count, width = matrix.shape
    hashed = np.full(count, _SEED, dtype=np.uint64)
    after_digit = np.zeros(count, dtype=bool)
    parted = np.zeros(count, dtype=bool)
    for column in range(width):
        rows = keep[:, column]
        if boundaries:
            mark = np.flatnonzero(rows & digit[:, column] & after_digit & parted)
            hashed[mark] = (hashed[mark] ^ _BOUNDARY) * _PRIME
            after_digit = (rows & digit[:, column]) | (~rows & after_digit)
            parted = ~rows & (parted | ~(digit[:, column] | letter[:, column]))
        hashed = np.where(rows, (hashed ^ matrix[:, column]) * _PRIME, hashed)
    return hashed


def _compact(matrix: np.ndarray, keep: np.ndarray) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(keep.sum(axis=1))]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(matrix[keep].tobytes())]
    return pa.Array.from_buffers(pa.large_binary(), len(matrix), buffers)


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit values so that sums and exclusive-ors of them stay apart (splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
