"""Workbooks of the portal: GSTR-2B, GSTR-2A and IMS (its own and the offline tool's), told by their content."""

from __future__ import annotations

import re
from dataclasses import dataclass

from imsrecon.domain import InputError, is_valid_gstin
from imsrecon.intake.cells import as_text, clean_text, periods
from imsrecon.intake.files import InputFile, open_zip
from imsrecon.intake.grids import CFB, Sheet, is_table, open_sheets
from imsrecon.intake.headers import normal
from imsrecon.intake.model import Part, Source
from imsrecon.intake.portal_labels import SheetHeader, find_sheet_header
from imsrecon.intake.portal_sheets import Place, place_by_labels, place_of, read_sheet
from imsrecon.intake.sheet_rows import whole_sheet_aside

_PEEK = 400_000
_TELLING = {
    "gstr2b": {
        "itc available",
        "itc not available",
        "itc reversal",
        "itc rejected",
        "b2b cdnr",
        "b2b cdnra",
        "b2b dnr",
    },
    "gstr2a": {"cdnr", "cdnra", "tds", "tdsa", "tcs"},
    "ims": {"b2b cn", "b2b cna", "b2b dn", "b2b dna", "all other itc"},
}
_SAYS = (
    ("gstr2b", re.compile(r"gstr ?-? ?2b", re.IGNORECASE)),
    ("gstr2a", re.compile(r"gstr ?-? ?2a", re.IGNORECASE)),
    ("ims", re.compile(r"\bims\b|invoice management", re.IGNORECASE)),
)
_LABELS = (
    ("gstr2a", {"supplier_3b_filed"}),
    ("gstr2b", {"itc_available"}),
    ("ims", {"portal_action", "source_form"}),
    ("gstr2a", {"filing_status", "filing_date"}),
    ("gstr2b", {"filing_date", "return_period"}),
)
_NOT_DOCUMENTS = ("tds", "tdsa", "tcs", "tds credit", "tcs credit")
_YEAR = re.compile(r"20(\d{2})\s*-\s*(?:20)?\d{2}")
_MONTH = re.compile(r"(?:[A-Za-z]{3,9}\s*-\s*)?([A-Za-z]{3,9})")
ASSUMED = "assumed"
_NEEDED = {"supplier_gstin", "doc_no", "doc_date", "taxable_value"}
_OWN_TAX = re.compile(r"(?:.* / )?(?:Integrated|Central) Tax ?\(₹\)")  # GSTN's register templates have a star behind it
KIND_WORDS = {"gstr2b": "GSTR-2B", "gstr2a": "GSTR-2A", "ims": "IMS"}


@dataclass(frozen=True)
class Workbook:
    """An opened workbook of the portal: `kind` (`gstr2b_excel`, `gstr2a_excel`, `ims_excel`), why, its sheets."""

    kind: str
    why: str
    sheets: list[Sheet]
    gstin: str | None
    period: str | None


def open_portal_workbook(file: InputFile, kind: str | None) -> Workbook | None:
    """The workbook if it is one of the portal's, None if it is not; a long register is not read for the answer."""
    if not kind and not _worth_opening(file):
        return None
    sheets = open_sheets(file)
    found, why = _recognise(sheets)
    if not found:
        found, why = (kind, "The kind was named.") if kind else _guessed(sheets) if file.named else (None, "")
    if found is None:
        return None
    gstin, period = _read_me(sheets)
    return Workbook(f"{found}_excel", why, sheets, gstin, period)


def _worth_opening(file: InputFile) -> bool:
    """Sheets with the portal's names, or its labels at the head of the texts."""
    names = {normal(name) for name in _sheet_names(file)}
    if any(names & telling for telling in _TELLING.values()) or any(place_of(name) for name in names):
        return True
    if is_table(file) and not file.data.startswith((b"PK", CFB)):
        text = file.data[:_PEEK].replace(b"\0", b"")
    else:
        text = _head_of_texts(file)
    return text is None or (
        b"GSTIN of" in text and re.search(rb"Filing (Date|Status)|ITC Avail|GSTR-2[AB]", text) is not None
    )


def _sheet_names(file: InputFile) -> list[str]:
    if not file.data.startswith(b"PK"):
        return [sheet.name for sheet in open_sheets(file)] if file.data.startswith(CFB) else []
    archive, _ = open_zip(file.name, file.data)
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    except KeyError:
        return []
    return re.findall(r"<(?:\w+:)?sheet\b[^>]*?\bname=[\"']([^\"']*)[\"']", book)


def _head_of_texts(file: InputFile) -> bytes | None:
    if not file.data.startswith(b"PK"):
        return None
    archive, members = open_zip(file.name, file.data)
    wanted = [one for one in members if re.fullmatch(r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml", one.filename)]
    text = b""
    for member in wanted:
        with archive.open(member) as stream:
            text += stream.read(_PEEK)
    return text


def _recognise(sheets: list[Sheet]) -> tuple[str | None, str]:
    names = {normal(sheet.name): sheet.name for sheet in sheets}
    top = " ".join(clean_text(as_text(cell) or "") for sheet in sheets[:2] for row in sheet.rows[:6] for cell in row)
    for kind, telling in _TELLING.items():
        found = telling & names.keys()
        if found and (kind != "gstr2a" or _has_place(sheets)):
            return kind, f"It has the sheet '{names[min(found)]}': {KIND_WORDS[kind]} as a workbook."
    if not _has_place(sheets) and not any(place_by_labels(h) for s in sheets if (h := find_sheet_header(s.rows))):
        return None, ""
    for kind, pattern in _SAYS:
        if pattern.search(top):
            return kind, f"It calls itself {KIND_WORDS[kind]}."
    return _by_labels(sheets)


def _guessed(sheets: list[Sheet]) -> tuple[str | None, str]:
    """A user's own copy: the portal's labels are there, and what tells the kinds apart is gone."""
    for sheet in sheets:
        header = find_sheet_header(sheet.rows)
        if header and header.fields.keys() >= _NEEDED and _in_portal_words(header.labels):
            kind = "ims" if "portal_action" in header.fields else "gstr2b"
            said = f"Sheet '{sheet.name}' has" if sheet.name else "It has"
            return kind, f"{said} labels of the portal and nothing that says more: {KIND_WORDS[kind]} is {ASSUMED}."
    return None, ""


def _in_portal_words(labels: list[str]) -> bool:
    return any(normal(label).startswith("gstin of") for label in labels) and any(map(_OWN_TAX.fullmatch, labels))


def _has_place(sheets: list[Sheet]) -> bool:
    return any(place_of(sheet.name) and find_sheet_header(sheet.rows) for sheet in sheets)


def _by_labels(sheets: list[Sheet]) -> tuple[str | None, str]:
    for sheet in sheets:
        header = find_sheet_header(sheet.rows)
        for kind, needed in _LABELS:
            if header and needed <= header.fields.keys():
                return kind, f"Sheet '{sheet.name}' has the columns of {KIND_WORDS[kind]}."
    return None, ""


def _read_me(sheets: list[Sheet]) -> tuple[str | None, str | None]:
    """GSTIN and period, from the cells beside their labels; a GSTIN or MMYYYY alone where there are no labels."""
    above = [_above_documents(sheet) for sheet in sheets]
    rows = [row for sheet in above for row in sheet]
    first = above[0]
    gstin = _beside(first, r"gstin\b(?! of)") or next((c for row in first for c in row if is_valid_gstin(c)), None)
    if gstin is None or not is_valid_gstin(gstin):
        gstin = next((cell for row in rows for cell in [_beside([row], r"gstin$") or ""] if is_valid_gstin(cell)), None)
    return (gstin.strip().upper() if gstin else None), _period(first)


def _above_documents(sheet: Sheet) -> list[list[str]]:
    """The head of a sheet as texts, up to the labels of its documents: the GSTINs below are the suppliers'."""
    header = find_sheet_header(sheet.rows)
    header = header if header and (place_of(sheet.name) or place_by_labels(header)) else None
    end = 12 if header is None else min(12, header.row + 1 - header.tiers)
    return [[clean_text(as_text(cell) or "") for cell in row] for row in sheet.rows[:end]]


def _beside(rows: list[list[str]], label: str) -> str | None:
    """The first filled cell to the right of the cell whose words match `label`."""
    for row in rows:
        for column, cell in enumerate(row):
            if cell and re.match(label, normal(cell)):
                return next((other for other in row[column + 1 :] if other), None)
    return None


def _period(rows: list[list[str]]) -> str | None:
    said, year = _beside(rows, r"tax period|return period|period$"), _beside(rows, r"financial year|fy$")
    whole = periods([said]).iloc[0] if said else None
    if isinstance(whole, str):
        return whole
    named, years = _MONTH.fullmatch(said or ""), _YEAR.search(year or "")
    if named and years:
        calendar_year = int(years[1]) + (named[1][:3].lower() in ("jan", "feb", "mar"))
        found = periods([f"{named[1]} 20{calendar_year:02d}"]).iloc[0]
        return found if isinstance(found, str) else None
    return next((p for row in rows for cell in row if isinstance(p := _mmyyyy(cell), str)), None)


def _mmyyyy(cell: str) -> object:
    return periods([cell]).iloc[0] if re.fullmatch(r"(0[1-9]|1[0-2])20\d{2}", cell) else None


def read_portal_workbook(book: Workbook, source: Source) -> list[Part]:
    """Every sheet of the workbook, documents without ids; what holds no documents is set aside whole."""
    kind = book.kind.removesuffix("_excel")
    parts: list[Part] = []
    for sheet in book.sheets:
        header = find_sheet_header(sheet.rows)
        place = place_of(sheet.name) or (place_by_labels(header) if header else None)
        if normal(sheet.name) in _NOT_DOCUMENTS or place is None or header is None:
            parts += _aside(source.file, sheet, place)
            continue
        _note_columns(sheet, header, place, source)
        parts.append(read_sheet(sheet, header, place, kind, source))
    if not any(part.documents is not None for part in parts):
        raise InputError(
            f"'{source.file}' looks like a workbook of {KIND_WORDS[kind]}, but no sheet names its columns.",
            hint="Download it again, or give the JSON.",
        )
    return parts


def _aside(file: str, sheet: Sheet, place: Place | None) -> list[Part]:
    if normal(sheet.name) in _NOT_DOCUMENTS:
        return whole_sheet_aside(file, sheet, "tds_tcs", "TDS and TCS credits are no documents of a purchase.")
    if place is not None:
        return whole_sheet_aside(file, sheet, "no_header", "No row of this sheet names the columns of its section.")
    return whole_sheet_aside(file, sheet, "summary", "The portal's own summary or instructions.")


def _note_columns(sheet: Sheet, header: SheetHeader, place: Place, source: Source) -> None:
    lacking = {"doc_no", "doc_date", "taxable_value"} - header.fields.keys()
    lacking -= {"taxable_value"} if place.section.startswith("ISD") else set()
    if lacking:
        source.confidence = "medium"
        source.why.append(f"Sheet '{sheet.name}' has no column for {', '.join(sorted(lacking))}.")
    if header.unnamed():
        source.why.append(f"Sheet '{sheet.name}': nothing is known of {', '.join(header.unnamed()[:5])}.")
