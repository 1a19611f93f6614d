"""Cells to values, a column at a time: amounts to paise, dates to days, anything to text.

Works on the cells of a workbook (typed), of a CSV (all text) and on the values of a JSON record alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.domain import STATES, clean_gstins, to_paise

MAX_RUPEES = 1e13  # ten lakh crore: beyond it float64 no longer holds every paisa
_JUNK = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x1f\x7f\u00a0\u200b\u200e\u200f\ufeff]+")
_JUNK_RE2 = r"_x[0-9A-Fa-f]{4}_|[\x00-\x1f\x7f\x{00a0}\x{200b}\x{200e}\x{200f}\x{feff}]"
_NUMBER = r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?"
_EXCEL_EPOCH = np.datetime64("1899-12-30", "D")
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
)}  # fmt: skip
_DAY_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ T].*)?")
_NAMED = re.compile(r"(\d{1,2})[-/. ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})(?:[ T]\d.*)?", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"([a-z]{3,9})[-. ]+(\d{1,2})(?:st|nd|rd|th)?,?[-. ]+(\d{4})", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,. ]+", re.IGNORECASE)
_ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_NAMED_PERIOD = re.compile(r"([A-Za-z]{3,9})[-' ,’]*(20\d{2}|\d{2})")
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_STATE_CODES = {name.upper(): code for code, name in STATES.items()}


def clean_text(text: str) -> str:
    """Without the control characters, escapes (`_x000D_`) and hard blanks of exports; one blank between words."""
    return " ".join(_JUNK.sub(" ", text).split())


def text_column(values: Sequence[str | None] | pa.Array) -> pd.Series:
    """A str column, built through Arrow: several times faster than from Python objects."""
    return pd.Series(pd.array(pa.array(values, type=pa.large_string()), dtype="str"))


def nothing(cells: Sequence[object]) -> bool:
    """True if no cell holds anything: most columns of most sections."""
    if isinstance(cells, pa.Array):
        return cells.null_count == len(cells)
    if not isinstance(cells, (list, tuple)) or (cells and cells[0] is not None):
        return False
    return cells.count(None) == len(cells)


def listed(cells: Sequence[object] | pa.Array) -> Sequence[object]:
    """An Arrow column as a list; anything else as it is."""
    return cells.to_pylist() if isinstance(cells, pa.Array) else cells


def _is_text(cells: Sequence[object] | pa.Array) -> bool:
    return isinstance(cells, pa.Array) and cells.type == pa.large_string()


def no_texts(count: int) -> pd.Series:
    """`count` missing texts."""
    return text_column(pa.nulls(count, pa.large_string()))


def texts(cells: Sequence[object]) -> pd.Series:
    """Cells as text, str dtype, missing where blank. A whole number loses its `.0`; text stays as printed."""
    if nothing(cells):
        return no_texts(len(cells))
    column = cells if _is_text(cells) else _written(listed(cells))
    junk = pc.fill_null(pc.match_substring_regex(column, _JUNK_RE2), False)
    if pc.any(junk).as_py():
        cells = [clean_text(cell) if isinstance(cell, str) else cell for cell in column.to_pylist()]
        column = pa.array(cells, type=pa.large_string())
    column = pc.utf8_trim_whitespace(column)
    return text_column(pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.large_string()), column))


def _written(cells: Sequence[object]) -> pa.Array:
    if not set(map(type, cells)) <= {str, type(None)}:
        cells = [as_text(cell) for cell in cells]
    return pa.array(cells, type=pa.large_string())


def different_cells(cells: Sequence[object]) -> tuple[list[object], npt.NDArray[np.int64]]:
    """The different cells and, for each cell, which of them it is: what is read is read once."""
    cells = cells if _is_text(cells) else listed(cells)
    try:
        text = cells if _is_text(cells) else pa.array(cells, type=pa.large_string())
        encoded = text.dictionary_encode(null_encoding="encode")
        return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        different = list(dict.fromkeys(cells))
        table = dict(zip(different, range(len(different)), strict=True))
        return different, np.fromiter(map(table.__getitem__, cells), dtype=np.int64, count=len(cells))


def mapped_texts(cells: Sequence[object], convert: Callable[[object], str | None]) -> pd.Series:
    """Each cell converted to a text or None, str dtype."""
    if nothing(cells):
        return no_texts(len(cells))
    different, places = different_cells(cells)
    return text_column(pa.array([convert(cell) for cell in different], type=pa.large_string()).take(pa.array(places)))


def gstins(cells: Sequence[object]) -> pd.Series:
    """`domain.clean_gstins`, each different cell once."""
    if nothing(cells):
        return no_texts(len(cells))
    different, places = different_cells(cells)
    cleaned = pa.array(clean_gstins(texts(different)), type=pa.large_string(), from_pandas=True)
    return text_column(cleaned.take(pa.array(places)))


def as_text(cell: object) -> str | None:
    """One typed cell as it would be printed."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%d-%m-%Y")
    if isinstance(cell, date):
        return f"{cell.day:02d}-{cell.month:02d}-{cell.year:04d}"
    return str(cell)


def paise(cells: Sequence[object]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Amounts in paise, and where a cell holds something that is no amount. Blank and `-` are 0.

    Reads `1,23,456.00`, `₹ 12`, `Rs. 12/-`, `(1,234.00)`, `(-)1,234.00`, `1,234.56-`,
    `NIL`, `12.00 Dr` (positive), `12.00 Cr` (negative).
    """
    if nothing(cells):
        return np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=bool)
    cells = cells if isinstance(cells, pa.Array) and cells.type == pa.float64() else listed(cells)
    try:
        numbers = cells if isinstance(cells, pa.Array) else pa.array(cells, type=pa.float64())
        rupees = pc.fill_null(numbers, 0.0).to_numpy(zero_copy_only=False)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        rupees = _amounts_of_mixed(cells)
    bad = ~(np.abs(rupees) < MAX_RUPEES)
    return to_paise(np.where(bad, 0.0, rupees)), bad


def _amounts_of_mixed(cells: Sequence[object]) -> npt.NDArray[np.float64]:
    """Numbers beside blanks, or text that is a bare number throughout; else cell by cell."""
    try:
        return np.array([cell or 0.0 for cell in cells], dtype=np.float64)
    except (ValueError, TypeError):
        return _read_amounts(cells)


def _read_amounts(cells: Sequence[object]) -> npt.NDArray[np.float64]:
    """The slow road: cells that numpy does not take as they are; NaN where nothing can be read."""
    values = np.array([_plain_number(cell) for cell in cells], dtype=np.float64)
    written = np.array([isinstance(cell, str) for cell in cells], dtype=bool)
    if written.any():
        values[written] = _amounts_of_text(pd.Series([c for c in cells if isinstance(c, str)], dtype="str"))
    return values


def _plain_number(cell: object) -> float:
    if cell is None:
        return 0.0
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else np.nan


def _amounts_of_text(text: pd.Series) -> npt.NDArray[np.float64]:
    bare = text.str.replace(r"_x[0-9A-Fa-f]{4}_|₹|rs\.?|inr|[\s\u00a0\u200b]+|/[-=]?$", "", regex=True, case=False)
    bare = bare.str.replace(r"^\(-\)", "-", regex=True).str.replace(r"\(([cd]r)\.?\)$", r"\1", regex=True, case=False)
    credit = bare.str.contains(r"cr\.?$", regex=True, case=False)
    bare = bare.str.replace(r"[cd]r\.?$", "", regex=True, case=False)
    negative = bare.str.fullmatch(r"\(.*\)|-.*|.*-") & (bare != "-")
    digits = bare.str.replace(r"^\((.*)\)$", r"\1", regex=True).str.replace(r"^[+-]|-$", "", regex=True)
    nothing = digits.str.fullmatch(r"-{0,3}|[—–]|nil|n\.?/?a\.?|none", case=False)
    sound = digits.str.fullmatch(_NUMBER) & digits.str.contains(r"\d", regex=True)
    numbers = pd.to_numeric(digits.where(sound).str.replace(",", ""), errors="coerce").to_numpy(np.float64)
    numbers = np.where(nothing, 0.0, numbers)
    return np.where(negative.to_numpy(bool) ^ credit.to_numpy(bool), -numbers, numbers)


@dataclass(frozen=True)
class Days:
    """A column of days (datetime64[D], NaT where there is none), where a cell could not be read, and how it was."""

    values: npt.NDArray[np.datetime64]
    bad: npt.NDArray[np.bool_]
    month_first: bool


def days(cells: Sequence[object]) -> Days:
    """Dates of a column. Each different cell is read once.

    Never month-first, unless the column proves it: some cell can only be month-first and none only day-first.
    """
    if nothing(cells):
        return Days(np.full(len(cells), "NaT", dtype="datetime64[D]"), np.zeros(len(cells), dtype=bool), False)
    different, places = different_cells(cells)
    month_first = _proves_month_first([cell for cell in different if isinstance(cell, str)])
    read = [_day(cell, month_first) for cell in different]
    values = np.array([day if isinstance(day, date) else "NaT" for day in read], dtype="datetime64[D]")
    return Days(values[places], np.array([day is False for day in read], dtype=bool)[places], month_first)


def _proves_month_first(written: list[str]) -> bool:
    matches = [match for cell in written if (match := _DAY_MONTH.fullmatch(clean_text(cell)))]
    return any(int(m[2]) > 12 for m in matches) and not any(int(m[1]) > 12 for m in matches)


def _day(cell: object, month_first: bool) -> date | bool | None:
    """A day, None for a blank cell, False for one that is no date."""
    if isinstance(cell, datetime):
        return _sensible(cell.date())
    if isinstance(cell, date):
        return _sensible(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _day_of_number(float(cell))
    if cell is None:
        return None
    text = clean_text(cell) if isinstance(cell, str) else "?"
    if text in ("", "-"):
        return None
    return _day_of_text(text, month_first)


def _day_of_number(number: float) -> date | bool:
    if 36526 <= number < 73051:  # 2000 to 2099 as Excel counts days
        return (_EXCEL_EPOCH + np.timedelta64(int(number), "D")).item()
    return _day_of_text(f"{number:.0f}".zfill(8), False) if number.is_integer() and 0 < number < 1e8 else False


def _day_of_text(text: str, month_first: bool) -> date | bool:
    if match := _DAY_MONTH.fullmatch(text):
        first, second, year = match.groups()
        return _made(year, *((first, second) if month_first else (second, first)))
    if match := _NAMED.fullmatch(text):
        month = _MONTHS.get(match[2][:3].lower())
        return _made(match[3], month, match[1]) if month else False
    if match := _ISO.fullmatch(text):
        return _made(match[1], match[2], match[3])
    if _EIGHT.fullmatch(text):
        return _made(text[:4], text[4:6], text[6:]) or _made(text[4:], text[2:4], text[:2])
    if match := _MONTH_NAMED.fullmatch(text):
        month = _MONTHS.get(match[1][:3].lower())
        return _made(match[3], month, match[2]) if month else False
    if _SERIAL.fullmatch(text):
        return _day_of_number(float(text))
    plain = _ORDINAL.sub(r"\1", _WEEKDAY.sub("", text, count=1).lstrip("'"))
    return _day_of_text(plain, month_first) if plain != text else False


def _made(year: str, month: str | int, day: str) -> date | bool:
    number = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        return _sensible(date(number, int(month), int(day)))
    except ValueError:
        return False


def _sensible(day: date) -> date | bool:
    return day if 2000 <= day.year <= 2099 else False


def flags(cells: Sequence[object]) -> pd.Series:
    """Y/N, Yes/No, true/false, 1/0 as a nullable boolean column; anything else is missing."""
    if nothing(cells):
        return pd.Series(pd.array([pd.NA], dtype="boolean").repeat(len(cells)))
    words = {"Y": True, "YES": True, "TRUE": True, "1": True, "N": False, "NO": False, "FALSE": False, "0": False}
    different, places = different_cells(cells)
    known = pd.array([words.get((as_text(cell) or "").strip().upper()) for cell in different], dtype="boolean")
    return pd.Series(known.take(places))


def states(cells: Sequence[object]) -> pd.Series:
    """Two-digit state codes from `27`, `7`, `27-Maharashtra` or `Maharashtra`; missing if it is none of these."""
    return mapped_texts(cells, lambda cell: _state(as_text(cell)))


def _state(text: str | None) -> str | None:
    cleaned = clean_text(text or "").upper()
    match = re.match(r"(\d{1,2})(?!\d)", cleaned)
    code = match[1].zfill(2) if match else _STATE_CODES.get(cleaned.replace("&", "AND"))
    return code if code in STATES else None


def periods(cells: Sequence[object]) -> pd.Series:
    """Tax periods as `2026-06`, from `062026` as the portal writes it (I-07), `May'25`, `Apr-25`, `June 2026`.

    Anything else is missing.
    """
    return mapped_texts(cells, _period)


def _period(cell: object) -> str | None:
    if isinstance(cell, date):
        return f"{cell.year:04d}-{cell.month:02d}"
    text = (as_text(cell) or "").strip()
    if match := re.fullmatch(r"(0?[1-9]|1[0-2])(20\d{2})", text):
        return f"{match[2]}-{match[1].zfill(2)}"
    match = _NAMED_PERIOD.fullmatch(text)
    month = _MONTHS.get(match[1][:3].lower()) if match else None
    return f"20{match[2][-2:]}-{month:02d}" if match and month else None
