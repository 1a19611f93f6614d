"""Workbooks and text tables as rows of typed cells, whatever the name of the file says."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, replace

import python_calamine as calamine

from imsrecon.domain import InputError
from imsrecon.intake.files import InputFile, open_zip, unpack
from imsrecon.intake.formulas import UNFINISHED, has_formula, unfinished_cells
from imsrecon.intake.marg import is_exchange, unfold_exchange
from imsrecon.intake.markup import is_markup, markup_tables
from imsrecon.intake.number_formats import column_number, credit_cells, sheet_files

MAX_CELLS = 60_000_000
_REFERENCE = re.compile(rb"""<c [^>]*?r=["']([A-Z]{1,3})(\d{1,7})["']""")
_FAR_RIGHT = re.compile(rb"""r=["'][A-Z]{2,3}\d""")
_LAST_ROW = re.compile(rb"""<row [^>]*?r=["'](\d{1,7})["']""")
_MERGED = re.compile(rb"<mergeCell ref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)[\"']")
Merges = tuple[tuple[int, int, int], ...]
_DELIMITERS = (",", ";", "\t", "|")
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Sheet:
    """A rectangle of cells (str, float, int, bool, date, datetime; blank is ''), with the sheet's name."""

    name: str
    rows: list[list[object]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int], ...] = ()  # cells merged downwards: column, first and last row, from 0


def open_sheets(file: InputFile) -> list[Sheet]:
    """Every sheet of a workbook, or the one table of a CSV. Raises `InputError` naming the file if it is neither."""
    data = file.data
    if not data.strip(b" \t\r\n\0"):
        raise InputError(f"'{file.name}' is empty.", hint="Export it again.")
    if data.startswith((b"PK\x03\x04", CFB)):
        return _workbook(file)
    if is_markup(data):
        return [Sheet(name, _squared(rows, file.name)) for name, rows in markup_tables(file)]
    _refuse_other_kinds(file)
    rows = _table(_decode(data, file.name), file.name)
    return [_as_table(Sheet("", rows))]


def _as_table(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=unfold_exchange(sheet.rows)) if is_exchange(sheet.rows) else sheet


def is_table(file: InputFile) -> bool:
    """True if the bytes may be a workbook or a text table; used to pass over what lies beside them in a folder."""
    if file.data.startswith((b"PK\x03\x04", CFB)):
        return True
    head = file.data[:4096]
    text = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in head
    other = head.lstrip(codecs.BOM_UTF8).lstrip().startswith((b"{", b"[", b"%PDF", b"<"))
    return is_markup(file.data) or (text and not other)


def _refuse_other_kinds(file: InputFile) -> None:
    head = file.data[:1024].lstrip(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"%PDF"):
        raise InputError(f"'{file.name}' is a PDF.", hint="Export the register as Excel or CSV.")
    if head.startswith(b"<"):
        raise InputError(
            f"'{file.name}' is HTML or XML without a table, whatever its name says.",
            hint="Open it in Excel and save it as an Excel workbook (.xlsx).",
        )
    if head.startswith((b"{", b"[")):
        raise InputError(
            f"'{file.name}' is JSON; a purchase register was expected.",
            hint="Files of the portal are read by read_portal.",
        )
    if b"\0" in file.data[:4096] and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"'{file.name}' is no workbook and no text.", hint="Give the register as Excel or CSV.")


def _workbook(file: InputFile) -> list[Sheet]:
    with_formulas, merged = _check_sizes(file) if file.data.startswith(b"PK") else (set(), {})
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        sheets = [_sheet(book, meta) for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    except calamine.PasswordError as error:
        raise InputError(
            f"'{file.name}' is encrypted.", hint="Save a copy without a password and give that."
        ) from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise InputError(
            f"'{file.name}' cannot be opened as a workbook: {error}.", hint="Open it in Excel and save it again."
        ) from error
    except BaseException as error:
        # The reader is written in Rust; on a hostile file it panics, and its panic derives from BaseException only.
        if type(error).__name__ != "PanicException":
            raise
        raise InputError(f"'{file.name}' is broken.", hint="Open it in Excel and save it again.") from None
    if file.data.startswith(b"PK"):
        sheets = _with_credits(sheets, credit_cells(file))
        if merged:
            homes = sheet_files(file)
            sheets = [replace(sheet, merged=merged.get(homes.get(sheet.name, ""), ())) for sheet in sheets]
        sheets = _with_unfinished(sheets, unfinished_cells(file, with_formulas) if with_formulas else {})
    sheets = list(map(_as_table, sheets))
    if not sheets:
        raise InputError(f"'{file.name}' is a workbook without a sheet.", hint="Export it again.")
    return sheets


def _with_credits(sheets: list[Sheet], cells: dict[str, list[tuple[int, int]]]) -> list[Sheet]:
    """Amounts that only their number format calls Cr, negative: as an amount with `Cr` behind it is read."""
    for sheet in sheets:
        for row, column in cells.get(sheet.name, []):
            if row < len(sheet.rows) and column < len(sheet.rows[row]):
                cell = sheet.rows[row][column]
                if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    sheet.rows[row][column] = -cell
    return sheets


def _with_unfinished(sheets: list[Sheet], cells: dict[str, list[tuple[int, int]]]) -> list[Sheet]:
    """Formulas without a result are marked, lest they pass for blanks."""
    for sheet in sheets:
        for row, column in cells.get(sheet.name, []):
            if row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] in ("", 0.0):
                sheet.rows[row][column] = UNFINISHED
    return sheets


def _sheet(book: calamine.CalamineWorkbook, meta: calamine.SheetMetadata) -> Sheet:
    rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
    return Sheet(meta.name, rows, meta.visible != calamine.SheetVisibleEnum.Visible)


def _check_sizes(file: InputFile) -> tuple[set[str], dict[str, Merges]]:
    """A cell in the last column of the last row makes a reader fill the whole rectangle: refuse such a sheet.

    Returns the files of sheets that have formulas, and for each file of a sheet its cells merged downwards.
    """
    with_formulas, merged = set(), {}
    archive, members = open_zip(file.name, file.data)
    if any(member.filename == "mimetype" for member in members):
        raise InputError(f"'{file.name}' is an OpenDocument file.", hint="Save it as an Excel workbook (.xlsx).")
    for member in members:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename, re.IGNORECASE):
            xml = unpack(archive, member, file.name)
            _check_rectangle(xml, file.name, member.filename)
            if has_formula(xml):
                with_formulas.add(member.filename)
            merged[member.filename] = _merged_downwards(xml)
    return with_formulas, {name: cells for name, cells in merged.items() if cells}


def _merged_downwards(xml: bytes) -> Merges:
    found = _MERGED.findall(xml, max(0, xml.rfind(b"<mergeCells")))
    return tuple(
        (column_number(letters.decode("ascii")) - 1, int(first) - 1, int(last) - 1)
        for letters, first, _, last in found
        if first != last
    )


def _check_rectangle(xml: bytes, name: str, sheet: str) -> None:
    rows = _LAST_ROW.findall(xml, max(0, xml.rfind(b"<row ")))
    last = int(rows[-1]) if rows else 0
    if not _FAR_RIGHT.search(xml) and last <= 1_048_576:
        return
    found = set(_REFERENCE.findall(xml))
    width = max((column_number(letters.decode("ascii")) for letters, _ in found), default=0)
    height = max((int(row) for _, row in found), default=0)
    if width * height > MAX_CELLS:
        raise InputError(
            f"'{name}', {sheet}: its cells reach to column {width:,} and row {height:,}, which is no register.",
            hint="Delete the stray cells far right and far below the table, and save it again.",
        )


def _decode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _table(text: str, name: str) -> list[list[object]]:
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise InputError(f"'{name}' cannot be read as CSV: {error}.", hint="Save it as an Excel workbook.") from error
    return _squared(rows, name)


def _squared(rows: list[list[object]], name: str) -> list[list[object]]:
    """Every row as wide as the widest."""
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise InputError(f"'{name}' has {len(rows):,} rows and up to {width:,} columns, which is no register.")
    return [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]


def _delimiter(text: str) -> str:
    """The one that most lines of the head share in the same number."""
    lines = [line for line in text[:20_000].splitlines()[:60] if line.strip()]
    scores = {mark: sum(line.count(mark) > 1 for line in lines) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (scores[mark], sum(line.count(mark) for line in lines)))
