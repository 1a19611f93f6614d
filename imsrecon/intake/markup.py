"""Tables in HTML or in Excel's XML of 2003, as many programs write them into a file named .xls."""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

from imsrecon.domain import InputError
from imsrecon.intake.files import InputFile

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9_\-]+)", re.IGNORECASE)
_TABLE = re.compile(rb"<table\b", re.IGNORECASE)
_MAX_SPAN = 200
Table = list[list[object]]


def is_markup(data: bytes) -> bool:
    """True for an HTML page with a table and for Excel's XML of 2003."""
    if not _decode(data[:2048]).lstrip().startswith("<"):
        return False
    return _SPREADSHEET in _decode(data[:4096]) or _TABLE.search(data.replace(b"\0", b"")) is not None


def markup_tables(file: InputFile) -> list[tuple[str, Table]]:
    """Name and rows of each table; rows of one table may differ in length. Raises `InputError` if there is none."""
    text = _decode(file.data)
    tables = _workbook_xml(text, file.name) if _SPREADSHEET in text[:4096] else _html(text)
    tables = [(name, rows) for name, rows in tables if rows]
    if not tables:
        raise InputError(
            f"'{file.name}' is HTML or XML without a table, whatever its name says.",
            hint="Open it in Excel and save it as an Excel workbook (.xlsx).",
        )
    return tables


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"<\0"):
        return data.decode("utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_charset(data), errors="replace")


def _charset(data: bytes) -> str:
    match = _CHARSET.search(data[:4096])
    try:
        return codecs.lookup(match[1].decode("ascii")).name if match and b"utf-8" not in match[1].lower() else "cp1252"
    except LookupError:
        return "cp1252"


class _Tables(HTMLParser):
    """Collects the cells of every table; what a cell spans to the right is blank."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._open: list[Table] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._close_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._close_cell()
            width = dict(attrs).get("colspan") or "1"
            self._span = min(int(width), _MAX_SPAN) if width.isdigit() else 1
            self._cell = []
        elif tag in ("br", "p", "div") and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None or not self._open:
            return
        if not self._open[-1]:
            self._open[-1].append([])
        self._open[-1][-1] += ["".join(self._cell).strip(), *[""] * (self._span - 1)]
        self._cell = None


def _html(text: str) -> list[tuple[str, Table]]:
    """The tables that have cells; one that only lays out others is passed over."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    filled = [rows for rows in parser.tables if any(len(row) > 1 for row in rows)]
    # A page often has the titles, the header and the rows in tables of their own: as one sheet they are one report.
    return [("", [row for rows in filled for row in rows])]


def _workbook_xml(text: str, name: str) -> list[tuple[str, Table]]:
    if _DECLARED.search(text):
        raise InputError(f"'{name}' declares XML entities: not read.", hint="Save it as an Excel workbook (.xlsx).")
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no declarations in it
    except ElementTree.ParseError as error:
        raise InputError(f"'{name}' is broken XML: {error}.", hint="Export it again.") from error
    sheets = root.iter(f"{{{_SPREADSHEET}}}Worksheet")
    return [(one.get(f"{{{_SPREADSHEET}}}Name", ""), _sheet_rows(one)) for one in sheets]


def _sheet_rows(sheet: ElementTree.Element) -> Table:
    rows: Table = []
    for row in sheet.iter(f"{{{_SPREADSHEET}}}Row"):
        rows += [[] for _ in range(_index(row, len(rows)) - len(rows))]
        cells: list[object] = []
        for cell in row.iter(f"{{{_SPREADSHEET}}}Cell"):
            cells += [""] * (_index(cell, len(cells)) - len(cells))
            cells.append(_value(cell.find(f"{{{_SPREADSHEET}}}Data")))
            cells += [""] * _number(cell, "MergeAcross")
        rows.append(cells)
    return rows


def _index(element: ElementTree.Element, now: int) -> int:
    """Where a row or cell stands (from 0), if it says so; a step of more than a little is no register's."""
    given = _number(element, "Index") - 1
    return given if now <= given <= now + 10 * _MAX_SPAN else now


def _number(element: ElementTree.Element, name: str) -> int:
    given = element.get(f"{{{_SPREADSHEET}}}{name}", "0")
    return min(int(given), 10**6) if given.isdigit() else 0


def _value(data: ElementTree.Element | None) -> object:
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{{{_SPREADSHEET}}}Type")
    try:
        if kind == "Number":
            return float(text)
        return _day(text) if kind == "DateTime" else text
    except ValueError:
        return text


def _day(text: str) -> date | datetime:
    return datetime.fromisoformat(text)
