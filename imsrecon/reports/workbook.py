"""Tables to an Excel workbook: typed cells, Indian amounts, totals, and no text that Excel could take for a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from imsrecon.domain import sum_rupees

MAX_ROWS = 1_048_575  # Excel has one more
MAX_CELL = 32_767
# Excel groups by thousands; these put the commas where they stand in lakhs and crores. A format has room for two
# conditions only, and some programs drop the minus in its last part, so negative amounts have formats of their own.
RUPEES = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;#,##0.00"
_SMALL = "#,##0.00;-#,##0.00"
_LAKHS = r"##\,##\,##0.00;-##\,##\,##0.00"
_CRORES = r"##\,##\,##\,##0.00;-##\,##\,##\,##0.00"
_TOP = {"valign": "top"}
# Long sentences are wrapped, but not in sheets so long that Excel would measure rows for minutes.
_WIDEST, _WRAPPED_ROWS = 60, 5_000
_LAKH, _CRORE = 1e5, 1e7
_FIXED_DAY = datetime(2024, 10, 1)  # the same workbook from the same data, byte by byte
# Control characters, lone surrogates, non-characters, and marks that turn the direction of what is read.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "constant_memory": True}  # fmt: skip

Writer = Callable[[Worksheet, int, int, object], object]


@dataclass(frozen=True)
class Sheet:
    """A table with the headings people read, the sentence above it, and the columns that have a total."""

    table: pd.DataFrame
    sentence: str = ""
    totals: tuple[str, ...] = ()


def write_workbook(
    path: Path | str,
    sheets: Mapping[str, Sheet | pd.DataFrame],
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
) -> None:
    """Write `sheets`, by name and in this order, to an .xlsx file; the same tables give the same bytes.

    Each sheet: the title with name and sentence, `facts` (label, value) on the first, a row of totals that follows
    the filter, the headings, the rows. float64 columns are rupees, datetimes are dates, whole numbers and truths are
    written as such, everything else is text. A table with more rows than a sheet holds goes on as "Name, part 2".
    """
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": _text(title), "created": _FIXED_DAY})
        styles = _Styles(book)
        for place, (name, given) in enumerate(sheets.items()):
            sheet = given if isinstance(given, Sheet) else Sheet(given)
            head = list(facts) if place == 0 else []
            room = MAX_ROWS - len(head) - 4
            for part in range(max(1, -(-len(sheet.table) // room))):
                rows = sheet.table.iloc[part * room : (part + 1) * room]
                label = f"{name}, part {part + 1}" if len(sheet.table) > room else name
                _write_sheet(book.add_worksheet(label), label, sheet, rows, title, head, styles)


class _Styles:
    """The formats of one workbook, and how a value of each kind is written."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.sentence = book.add_format({"italic": True})
        self.label = book.add_format({"bold": True})
        dark = {"bg_color": "#1F3864", "font_color": "white"}
        self.heading = book.add_format(
            dark | {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "align": "left", "indent": 1}
        )
        self.text = book.add_format(_TOP | {"align": "left", "indent": 1})
        self.wrapped = book.add_format(_TOP | {"align": "left", "indent": 1, "text_wrap": True})
        self.total_text = book.add_format({"bold": True, "bg_color": "#E7ECF5"})
        self.total = book.add_format({"bold": True, "bg_color": "#E7ECF5", "num_format": RUPEES})
        self.total_count = book.add_format({"bold": True, "bg_color": "#E7ECF5", "num_format": "#,##0"})
        self.rupees = book.add_format(_TOP | {"num_format": RUPEES})
        self.small = book.add_format(_TOP | {"num_format": _SMALL})
        self.lakhs = book.add_format(_TOP | {"num_format": _LAKHS})
        self.crores = book.add_format(_TOP | {"num_format": _CRORES})
        self.count = book.add_format(_TOP | {"num_format": "#,##0"})
        self.day = book.add_format(_TOP | {"num_format": "dd-mmm-yyyy", "align": "left", "indent": 1})

    def writer(self, column: pd.Series) -> Writer:
        """How the values of `column` are written."""
        kind = column.dtype.kind
        if pd.api.types.is_bool_dtype(column.dtype):
            return lambda sheet, row, place, value: sheet.write_string(row, place, "Yes" if value else "No", self.text)
        if kind == "f":
            return lambda sheet, row, place, value: sheet.write_number(row, place, value, self._amount(value))
        if kind in "iu":
            return lambda sheet, row, place, value: sheet.write_number(row, place, value, self.count)
        if kind == "M":
            return lambda sheet, row, place, value: sheet.write_datetime(row, place, value.to_pydatetime(), self.day)
        wrap = len(column) <= _WRAPPED_ROWS and _longest(column) > _WIDEST
        style = self.wrapped if wrap else self.text
        return lambda sheet, row, place, value: sheet.write_string(row, place, _text(value), style)

    def _amount(self, value: float) -> Format:
        if value >= 0:
            return self.rupees
        if value > -_LAKH:
            return self.small
        return self.lakhs if value > -_CRORE else self.crores


def _write_sheet(
    sheet: Worksheet,
    name: str,
    given: Sheet,
    rows: pd.DataFrame,
    title: str,
    facts: list[tuple[str, str]],
    styles: _Styles,
) -> None:
    sheet.write_string(0, 0, _text(f"{name} · {title}"), styles.title)
    sheet.write_string(
        1, 0, _text(given.sentence or f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"), styles.sentence
    )
    for row, (label, value) in enumerate(facts, start=2):
        sheet.write_string(row, 0, _text(label), styles.label)
        sheet.write_string(row, 1, _text(value))
    top = len(facts) + 2
    _write_totals(sheet, top, given, rows, styles)
    sheet.set_row(top + 1, 32)
    for place, heading in enumerate(rows.columns):
        sheet.write_string(top + 1, place, _text(heading), styles.heading)
    _write_rows(sheet, top + 2, rows, styles)
    _lay_out(sheet, top, rows)


def _write_totals(sheet: Worksheet, top: int, given: Sheet, rows: pd.DataFrame, styles: _Styles) -> None:
    """A row of totals above the headings; SUBTOTAL follows the filter, the value beside it is for who does not."""
    if not given.totals:
        return
    for place, heading in enumerate(rows.columns):
        if heading not in given.totals:
            sheet.write_string(top, place, "Total" if place == 0 else "", styles.total_text)
            continue
        column = rows[heading]
        money = column.dtype.kind == "f"
        value = sum_rupees(column) if money else int(column.sum())
        cells = xl_range(top + 2, place, max(top + 2, top + 1 + len(rows)), place)
        sheet.write_formula(top, place, f"=SUBTOTAL(109,{cells})", styles.total if money else styles.total_count, value)
        if money:
            _group_negatives(sheet, top, place, styles)


def _group_negatives(sheet: Worksheet, row: int, place: int, styles: _Styles) -> None:
    for limit, style in ((-_CRORE, styles.crores), (-_LAKH, styles.lakhs), (0.0, styles.small)):
        criteria = "<=" if limit else "<"
        rule = {"type": "cell", "criteria": criteria, "value": int(limit), "format": style, "stop_if_true": True}
        sheet.conditional_format(row, place, row, place, rule)


def _write_rows(sheet: Worksheet, first: int, rows: pd.DataFrame, styles: _Styles) -> None:
    writers = [styles.writer(rows[heading]) for heading in rows.columns]
    wraps = len(rows) <= _WRAPPED_ROWS
    for row, values in enumerate(_values(rows), start=first):
        if wraps:
            _set_height(sheet, row, values)
        for place, value in enumerate(values):
            if value is not None:
                writers[place](sheet, row, place, value)


def _set_height(sheet: Worksheet, row: int, values: tuple[object, ...]) -> None:
    """Room for the longest sentence; not every program measures wrapped rows by itself."""
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    if longest > _WIDEST:
        sheet.set_row(row, 15 * min(8, -(-longest // (_WIDEST - 5))))


def _values(rows: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    columns = [rows[heading].astype(object) for heading in rows.columns]
    return zip(*(column.where(column.notna(), None).tolist() for column in columns), strict=True)


def _lay_out(sheet: Worksheet, top: int, rows: pd.DataFrame) -> None:
    sheet.freeze_panes(top + 2, min(1, len(rows.columns)))
    if len(rows.columns):
        sheet.autofilter(top + 1, 0, top + 1 + len(rows), len(rows.columns) - 1)
    for place, heading in enumerate(rows.columns):
        sheet.set_column(place, place, _width(heading, rows[heading]))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top + 1)


def _width(heading: str, column: pd.Series) -> float:
    if column.dtype.kind in "fM":
        return 16.0 if column.dtype.kind == "f" else 13.5
    word = max(map(len, heading.split()), default=0) + 3
    return float(min(_WIDEST, max(_longest(column) + 2, word, 9)) + 1)


def _longest(column: pd.Series) -> int:
    return max((len(str(value)) for value in column.dropna().unique()), default=0)


def _text(value: object) -> str:
    return _UNPRINTABLE.sub("", str(value))[:MAX_CELL]
