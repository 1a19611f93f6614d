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
import pyarrow.compute

WIDEST = 64
NARROW = 20
RUNS = 6
FIRST_YEAR, LAST_YEAR = 17, 40
_PRIME = np.uint64(0x100000001B3)
_SEED = np.uint64(0xCBF29CE484222325)
_BOUNDARY = np.uint64(1)
EXPONENT = r"^\d(?:\.\d+)?E\+?\d{1,2}$"


@dataclass(frozen=True)
class NumberForms:
    """The forms of each unique number; all arrays are as long as `text`."""

    text: np.ndarray
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

    def plain_text(self, codes: np.ndarray) -> list[str]:
        """The plain form, readable, of some of the numbers."""
        return [raw.decode("utf-8", "replace") for raw in self.letters.take(pa.array(codes)).to_pylist()]


def number_forms(texts: pd.Series) -> NumberForms:
    """Work out the forms of unique numbers (a str Series without missing values)."""
    cleaned = clean_numbers(texts)
    raw = _bytes(cleaned)
    lengths = pa.compute.binary_length(raw).to_numpy()
    parts, order = [], []
    for lowest, highest in ((0, NARROW), (NARROW + 1, None)):
        chosen = np.flatnonzero((lengths >= lowest) & ((lengths <= highest) if highest else True))
        if len(chosen):
            parts.append(_scan(_matrix(raw.take(pa.array(chosen)))))
            order.append(chosen)
    if not parts:
        parts, order = [_scan(np.zeros((0, 1), dtype=np.uint8))], [np.zeros(0, dtype=np.int64)]
    back = np.argsort(np.concatenate(order), kind="stable")
    joined = {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0] if name != "letters"}
    letters = pa.concat_arrays([part["letters"] for part in parts]).take(pa.array(back))
    whole = pd.util.hash_pandas_object(cleaned, index=False).to_numpy()
    _keep_unreadable_apart(joined, whole, lengths)
    exponent = cleaned.str.fullmatch(EXPONENT).to_numpy(bool)
    return NumberForms(text=texts.to_numpy(dtype=object), exponent=exponent, letters=letters, **joined)


def clean_numbers(texts: pd.Series) -> pd.Series:
    """Upper case, Unicode look-alikes folded, Excel's apostrophe and `.0` taken off."""
    folded = texts.str.normalize("NFKC").str.upper().str.strip().str.lstrip("'’`").str.strip()
    return folded.str.replace(r"^(\d+)\.0+$", r"\1", regex=True).astype("str")


def _keep_unreadable_apart(forms: dict[str, np.ndarray], whole: np.ndarray, lengths: np.ndarray) -> None:
    """Numbers without a letter or digit, or too long to be read, equal only themselves."""
    strange = forms.pop("empty") | (lengths > WIDEST)
    for name in ("canon", "squash", "plain", "core"):
        forms[name] = np.where(strange, whole, forms[name])


def _bytes(texts: pd.Series) -> pa.Array:
    array = pa.array(texts, type=pa.large_string())
    joined = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return joined.cast(pa.large_binary())


def _matrix(raw: pa.Array) -> np.ndarray:
    offsets = np.frombuffer(raw.buffers()[1], dtype=np.int64)[raw.offset : raw.offset + len(raw) + 1]
    data = np.frombuffer(raw.buffers()[2] or b"\0", dtype=np.uint8)
    lengths = np.diff(offsets)
    width = max(1, min(int(lengths.max(initial=1)), WIDEST))
    columns = np.arange(width)
    positions = np.minimum(offsets[:-1, None] + columns, max(len(data) - 1, 0))
    return np.where(columns < lengths[:, None], data[positions] if len(data) else 0, 0).astype(np.uint8)


def _scan(matrix: np.ndarray) -> dict[str, np.ndarray]:
    matrix = np.asfortranarray(matrix)  # columns are read one by one
    digit = (matrix >= 48) & (matrix <= 57)
    letter = ((matrix >= 65) & (matrix <= 90)) | (matrix >= 128)
    value, length, touching, where = _digit_runs(matrix, digit, letter)
    year, dropped, cut = _financial_year(value, length, touching)
    runs = (length > 0).sum(axis=1)
    dropped_at = np.take_along_axis(dropped, np.maximum(where, 0), axis=1) & (where >= 0)
    dropped_at |= _fused_year(where, cut)
    kept_run = (length > 0) & ~dropped
    last = RUNS - 1 - np.argmax(kept_run[:, ::-1], axis=1)
    serial = np.take_along_axis(value, last[:, None], axis=1)[:, 0]
    zero = _leading_zeros(matrix, digit, dropped_at)
    canon = _hash_stream(matrix, digit, letter, (digit & ~_leading_zeros(matrix, digit, ~digit)) | letter, True)
    squash = _hash_stream(matrix, digit, letter, digit | letter, False)
    keep = (digit & ~zero & ~dropped_at) | letter
    plain = _hash_stream(matrix, digit, letter, keep, True)
    head = np.take_along_axis(value, np.argmax(kept_run, axis=1)[:, None], axis=1)[:, 0]
    has_serial = kept_run.any(axis=1)
    core = np.where(has_serial, _mix(serial.view(np.uint64)), plain)
    bare = has_serial & ~letter.any(axis=1) & (kept_run.sum(axis=1) == 1)
    return {
        "canon": canon, "squash": squash, "plain": plain, "core": core,
        "serial": np.where(has_serial, serial, -1), "head": np.where(has_serial, head, -1), "year": year, "bare": bare,
        "empty": ~(letter.any(axis=1) | (runs > 0)), "letters": _compact(matrix, keep),
    }  # fmt: skip


def _digit_runs(matrix, digit, letter):
    """Value, length and neighbourhood of each run of digits; more than RUNS runs fall into the last."""
    count, width = matrix.shape
    value = np.zeros((count, RUNS), dtype=np.int64)
    length = np.zeros((count, RUNS), dtype=np.int64)
    touching = np.zeros((count, RUNS), dtype=bool)
    where = np.full((count, width), -1, dtype=np.int64, order="F")
    run = np.full(count, -1, dtype=np.int64)
    before = np.zeros(count, dtype=bool)
    lettered = np.ones(count, dtype=bool)
    for column in range(width):
        here = digit[:, column]
        start = here & ~before
        run = np.minimum(run + start, RUNS - 1)
        rows = np.flatnonzero(here)
        at = run[rows]
        with np.errstate(over="ignore"):
            value[rows, at] = value[rows, at] * 10 + (matrix[rows, column] - 48)
        length[rows, at] += 1
        begun = np.flatnonzero(start)
        touching[begun, run[begun]] = ~lettered[begun]
        lettered = np.where(here, False, lettered | letter[:, column])
        where[rows, column] = at
        before = here
    return value, length, touching, where


def _is_year_pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first >= FIRST_YEAR) & (first <= LAST_YEAR) & (second == first + 1)


def _short_year(value: np.ndarray, length: np.ndarray) -> np.ndarray:
    """25 for 25 and 2025; -1 for what is no year."""
    long = (length == 4) & (value // 100 == 20)
    return np.where(length == 2, value, np.where(long, value % 100, -1))


def _financial_year(value, length, touching):
    """The first financial year in each number, which runs it takes up, and how many digits of a fused run.

    24-25, 2024-25, 2024-2025, 2425, 202425, 20242025, and 2425 or 202425 at the head of a longer run. Only where
    another run of digits remains: 2425 alone is a serial.
    """
    short = _short_year(value, length)
    pair = np.zeros(value.shape, dtype=bool)
    pair[:, :-1] = _is_year_pair(short[:, :-1], short[:, 1:]) & touching[:, 1:] & (length[:, 1:] <= length[:, :-1])
    one4 = (length == 4) & _is_year_pair(value // 100, value % 100)
    one6 = (length == 6) & (value // 10000 == 20) & _is_year_pair(value // 100 % 100, value % 100)
    one8 = (length == 8) & (value // 1000000 == 20) & (value // 100 % 100 == 20)
    one8 &= _is_year_pair(value // 10000 % 100, value % 100)
    runs = (length > 0).sum(axis=1)
    pair &= (runs >= 3)[:, None]
    single = (one4 | one6 | one8) & (runs >= 2)[:, None] & ~pair.any(axis=1)[:, None]
    found = pair | single
    first = np.argmax(found, axis=1)[:, None]
    has = found.any(axis=1)
    dropped = (np.arange(RUNS) == first) & has[:, None]
    second = np.take_along_axis(pair, first, axis=1) & has[:, None]
    dropped |= (np.arange(RUNS) == first + 1) & second
    at, size = np.take_along_axis(value, first, axis=1)[:, 0], np.take_along_axis(length, first, axis=1)[:, 0]
    of_single = np.select([size == 4, size == 6, size == 8], [at // 100, at // 100 % 100, at // 10000 % 100], -1)
    of_pair = np.take_along_axis(short, first, axis=1)[:, 0]
    year = np.where(has, np.where(second[:, 0], of_pair, of_single), -1)
    return _cut_fused(value, length, has, year, dropped)


def _cut_fused(value, length, has, year, dropped):
    scale = 10 ** np.clip(length - 4, 0, 14)
    head4 = value // scale
    fused4 = (length >= 7) & (length <= 18) & _is_year_pair(head4 // 100, head4 % 100)
    head6 = value // 10 ** np.clip(length - 6, 0, 12)
    fused6 = (length >= 8) & (length <= 18) & (head6 // 10000 == 20) & _is_year_pair(head6 // 100 % 100, head6 % 100)
    size = np.where(has[:, None], 0, np.where(fused6, 6, np.where(fused4, 4, 0)))
    at = np.argmax(size > 0, axis=1)[:, None]
    taken = np.take_along_axis(size, at, axis=1)
    cut = np.where(np.arange(RUNS) == at, taken, 0)
    head = np.take_along_axis(np.where(size == 6, head6 // 100 % 100, head4 // 100), at, axis=1)[:, 0]
    rest = length - cut
    np.copyto(value, value % 10 ** np.clip(rest, 0, 18), where=cut > 0)
    return np.where(taken[:, 0] > 0, head, year), dropped, cut


def _fused_year(where: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Which characters are the financial year at the head of a longer run of digits."""
    inside = np.where(where >= 0, np.take_along_axis(cut, np.maximum(where, 0), axis=1), 0)
    if not inside.any():
        return inside > 0
    begin = (where >= 0) & np.concatenate([np.ones((len(where), 1), bool), where[:, 1:] != where[:, :-1]], axis=1)
    columns = np.arange(where.shape[1])
    started = np.maximum.accumulate(np.where(begin, columns, 0), axis=1)
    return (where >= 0) & (columns - started < inside)


def _leading_zeros(matrix: np.ndarray, digit: np.ndarray, skipped: np.ndarray) -> np.ndarray:
    """Zeros at the head of a run; the last digit of a run always stays. `skipped` characters count as not there."""
    count, width = matrix.shape
    result = np.zeros((count, width), dtype=bool)
    leading = np.ones(count, dtype=bool)
    for column in range(width):
        here = digit[:, column] & ~skipped[:, column]
        more = digit[:, column + 1] if column + 1 < width else np.zeros(count, dtype=bool)
        zero = here & leading & (matrix[:, column] == 48)
        result[:, column] = zero & more
        leading = np.where(here, zero, True)
    return result


def _hash_stream(matrix, digit, letter, keep, boundaries):
    """A rolling 64-bit hash of the kept characters, with a mark between two runs of digits."""
    count, width = matrix.shape
    hashed = np.full(count, _SEED, dtype=np.uint64)
    after_digit = np.zeros(count, dtype=bool)
    parted = np.zeros(count, dtype=bool)
    for column in range(width):
        rows = keep[:, column]
        if boundaries:
            mark = rows & digit[:, column] & after_digit & parted
            hashed = np.where(mark, (hashed ^ _BOUNDARY) * _PRIME, hashed)
        hashed = np.where(rows, (hashed ^ matrix[:, column]) * _PRIME, hashed)
        after_digit = np.where(rows, digit[:, column], after_digit)
        parted = np.where(rows, False, parted | (~digit[:, column] & ~letter[:, column]))
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
