"""`read_register`: the books, from whatever program they came, as one table."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import (
    AMOUNTS,
    InputError,
    check_period,
    conform,
    empty_table,
    is_valid_gstin,
    parse_gstin,
    show_rupees,
    with_doc_ids,
)
from imsrecon.intake.cells import as_text, clean_text, days
from imsrecon.intake.columns import Rows, read_rows
from imsrecon.intake.day_book import is_day_book, unfold
from imsrecon.intake.files import InputFile, PathLike, open_inputs
from imsrecon.intake.grids import Sheet, is_table, open_sheets
from imsrecon.intake.headers import Header, find_header, normal
from imsrecon.intake.joining import group_rows, join, settle_signs, turn_convention
from imsrecon.intake.layouts import complete_rows, one_row_a_rate
from imsrecon.intake.ledgers import is_tally
from imsrecon.intake.model import PLACE, Intake, Part, Source, assemble, no_collection, note_gstins
from imsrecon.intake.owners import IN_ITS_FOLDER, foreign_gstin, split_by_company
from imsrecon.intake.row_kinds import classify_rows
from imsrecon.intake.sheet_rows import UNCOUNTED, sheet_part, whole_sheet_aside
from imsrecon.intake.tally_xml import is_tally_xml, tally_vouchers

REGISTER_KINDS = ("register", "tally")
_WRITTEN_DAY = r"(\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ,]*\d{2,4})"
_RANGE = re.compile(rf"(?i)\b{_WRITTEN_DAY}\s*(?:to|-|–)\s*{_WRITTEN_DAY}\b")
_GSTIN = re.compile(r"\b\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}\b")
_NO_REGISTER = {
    "hidden_sheet": "The sheet is hidden.", "no_header": "No row of this sheet names the columns of a register.",
}  # fmt: skip
_PORTAL_SHEETS = {"itc available", "itc not available", "b2b cdnr", "all other itc", "b2b cn"}


@dataclass(frozen=True)
class _Title:
    """What stands above the header: the company, the months it covers, the type of its documents."""

    gstin: str | None
    months: tuple[str, str] | None
    doc_type: str | None


def read_register(
    path: PathLike | Sequence[PathLike],
    *,
    gstin: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Intake:
    """Read a purchase register (XLSX, XLS, CSV): a file, a folder, a zip, or a list of these.

    `gstin` and `period` (`2026-06`) are what the file's own title must not contradict; `kind` (`register`, `tally`)
    fixes the layout; `mapping` (column label → field, None to leave a column out) corrects what the labels are taken
    for. Rows join into one document only within one voucher or, without voucher numbers, in a rate-wise or item-wise
    layout; no document is ever dropped as repeated. Amounts in `.control` are magnitudes, as in `.documents`.
    Raises `InputError` if a file is unreadable, has no register in it, or is of another GSTIN or period.
    """
    _check_wishes(gstin, period, kind)
    files = open_inputs(path)
    parts: list[Part] = []
    with no_collection():
        sources = [_read_file(file, parts, gstin, period, kind, mapping) for file in files]
    if all(source.kind == "skipped" for source in sources):
        raise InputError(
            f"None of {len(files)} files is a purchase register ({', '.join(file.name for file in files[:3])}).",
            hint="Give the register as an Excel workbook or CSV.",
        )
    tables = [part.documents.assign(**{PLACE: i}) for i, part in enumerate(parts) if part.documents is not None]
    filled = [table for table in tables if len(table)]
    if not filled:
        return assemble(parts, empty_table("register").assign(**{PLACE: pd.Series(dtype="int64")}), sources)
    documents = conform(pd.concat(filled, ignore_index=True), "register")
    return assemble(parts, with_doc_ids(documents, "register"), sources)


def _check_wishes(gstin: str | None, period: str | None, kind: str | None) -> None:
    if gstin is not None:
        parse_gstin(gstin)
    if period is not None:
        check_period(period)
    if kind is not None and kind not in REGISTER_KINDS:
        raise InputError(f"Kind '{kind}' is unknown.", hint=f"Say one of {', '.join(REGISTER_KINDS)}, or nothing.")


def _read_file(
    file: InputFile,
    parts: list[Part],
    gstin: str | None,
    period: str | None,
    kind: str | None,
    mapping: Mapping[str, str | None] | None,
) -> Source:
    source = Source(file.name, kind or "register", file.sha256)
    if not file.named and not is_table(file) and not is_tally_xml(file.data):
        source.kind, source.confidence = "skipped", "low"
        source.why.append("No workbook and no text table: not read as a register.")
        return source
    from_xml = is_tally_xml(file.data)
    sheets = tally_vouchers(file) if from_xml else open_sheets(file)
    _refuse_portal_workbook(file, sheets)
    found = [(sheet, None if sheet.hidden else find_header(sheet.rows, mapping)) for sheet in sheets]
    if not any(header for _, header in found):
        return _no_register(file, sheets, source)
    for sheet, header in found:
        if header is None:
            code = "hidden_sheet" if sheet.hidden else "no_header"
            parts += whole_sheet_aside(file.name, sheet, code, _NO_REGISTER[code])
            continue
        title = _read_title(sheet, header)
        _check_title(source, title, gstin, period)
        parts += _read_sheet(sheet, header, title, source, gstin, kind)
    source.kind = "tally_xml" if from_xml else source.kind
    return source


def _refuse_portal_workbook(file: InputFile, sheets: list[Sheet]) -> None:
    names = {normal(sheet.name) for sheet in sheets}
    if len(names & _PORTAL_SHEETS) >= 2:
        raise InputError(
            f"'{file.name}' is a workbook of the portal (sheets {', '.join(sheet.name for sheet in sheets[:4])}, …).",
            hint="It is not a purchase register: read it with read_portal.",
        )


def _no_register(file: InputFile, sheets: list[Sheet], source: Source) -> Source:
    if not file.named:
        source.kind, source.confidence = "skipped", "low"
        source.why.append("No row names the columns of a register.")
        return source
    top = next((row for sheet in sheets for row in sheet.rows if sum(bool(as_text(c)) for c in row) > 2), [])
    seen = ", ".join(f"'{clean_text(as_text(cell) or '')}'" for cell in top[:8] if as_text(cell))
    raise InputError(
        f"'{file.name}' has no row that names the columns of a purchase register; it begins with {seen or 'nothing'}.",
        hint="There should be columns such as GSTIN, Invoice No., Invoice Date and Taxable Value; "
        "mapping={'your label': 'taxable_value'} names yours.",
    )


def _read_title(sheet: Sheet, header: Header) -> _Title:
    above = [clean_text(as_text(cell) or "") for row in sheet.rows[: header.row + 1 - header.tiers] for cell in row]
    text = "\n".join(line for line in above if line)
    gstin = next((found for found in _GSTIN.findall(text.upper()) if is_valid_gstin(found)), None)
    name = f"{sheet.name}\n{text}".lower()
    # In the buyer's books a debit note answers the supplier's credit note.
    doc_type = "CN" if "debit note register" in name else None
    return _Title(gstin, _months(text), doc_type)


def _months(text: str) -> tuple[str, str] | None:
    match = _RANGE.search(text)
    if not match:
        return None
    found = days([match[1], match[2]]).values
    if np.isnat(found).any():
        return None
    return str(found[0])[:7], str(found[1])[:7]


def _check_title(source: Source, title: _Title, gstin: str | None, period: str | None) -> None:
    if title.gstin and gstin and title.gstin != gstin.upper():
        raise InputError(foreign_gstin(source.file, title.gstin, gstin.upper()), hint=IN_ITS_FOLDER, code="other_gstin")
    source.gstin = source.gstin or title.gstin or (gstin.upper() if gstin else None)
    if not title.months:
        return
    start, end = title.months
    if period and not start <= period <= end:
        covered = start if start == end else f"{start} to {end}"
        raise InputError(
            f"'{source.file}' covers {covered}, not {period}.",
            hint="Give the file of that month, or leave out period.",
            code="other_period",
        )
    if start == end or (int(end[5:]) % 3 == 0 and start == f"{end[:5]}{int(end[5:]) - 2:02d}"):
        source.period = source.period or end
    source.why.append(f"Its title covers {_say(start)} to {_say(end)}.")


def _say(period: str) -> str:
    return f"{calendar.month_name[int(period[5:])]} {period[:4]}"


def _unfolded(sheet: Sheet, header: Header, source: Source) -> tuple[list[list[object]], Header, list[str]]:
    rows = sheet.rows[header.row + 1 :]
    if rows and is_day_book(header):
        source.kind = "day_book"
        return *unfold(rows, header), ["It is a day book: amounts are told by the ledgers below each voucher."]
    return complete_rows(rows, header)


def _read_sheet(
    sheet: Sheet, header: Header, title: _Title, source: Source, gstin: str | None, kind: str | None
) -> list[Part]:
    tally = kind == "tally" or (kind is None and is_tally(header))
    source.kind = "tally" if tally else source.kind
    data, header, notes = _unfolded(sheet, header, source)
    rows = read_rows(data, header, tally, title.doc_type)
    rows.notes += notes + turn_convention(rows, title.doc_type)
    rows.fields["company_gstin"] = rows.fields["company_gstin"].fillna(
        title.gstin or (gstin.upper() if gstin else np.nan)
    )
    codes, whys = classify_rows(data, header, rows, gstin)
    _refuse_other_company(source, rows, codes, gstin)
    where = np.flatnonzero(np.equal(codes, None))
    by_line = bool({"rate", "item"} & header.fields.keys()) or one_row_a_rate(data, header, sheet.name)
    owner = group_rows(rows, where, by_line)
    table, sign, contradicts = settle_signs(join(rows, where, owner, header.row + 2))
    refuse = contradicts[owner]
    codes[where[refuse]], whys[where[refuse]] = (
        "mixed_signs",
        "Taxable value and taxes have different signs. Correct the voucher.",
    )
    signs = np.ones(len(data), dtype=np.int64)
    signs[where] = np.where(refuse, 1, sign[owner])
    _note_sheet(source, sheet, header, rows, table, codes, where)
    table = table[~contradicts].drop(columns=["voucher_type", "inward_type", "narration", "status"])
    amounts = rows.amounts * signs[:, None]
    part = sheet_part(source.file, sheet, header.row, header.tiers, table, amounts, codes, whys)
    company = rows.fields["company_gstin"].mask(np.isin(codes.astype(str), UNCOUNTED))
    return split_by_company(part, company, amounts, header.row + 2)


def _refuse_other_company(source: Source, rows: Rows, codes: npt.NDArray[np.object_], gstin: str | None) -> None:
    """A register none of whose rows belong to the company asked for is another company's."""
    others = rows.fields["company_gstin"][codes == "other_company"]
    if gstin and len(others) and not np.equal(codes, None).any():
        own = others.iloc[0]
        raise InputError(foreign_gstin(source.file, own, gstin.upper()), hint=IN_ITS_FOLDER, code="other_gstin")


def _note_sheet(
    source: Source,
    sheet: Sheet,
    header: Header,
    rows: Rows,
    table: pd.DataFrame,
    codes: npt.NDArray[np.object_],
    where: npt.NDArray[np.int64],
) -> None:
    place = f"sheet '{sheet.name}', " if sheet.name else ""
    source.why.append(f"Header in {place}row {header.row + 1}.")
    source.why += rows.notes
    if not {"doc_no", "supplier_gstin", "doc_date"} <= header.fields.keys():
        source.confidence = "medium"
        lacking = sorted({"doc_no", "supplier_gstin", "doc_date"} - header.fields.keys())
        source.why.append(f"No column for {', '.join(lacking)}.")
    source.why += note_gstins(table["supplier_gstin"])
    negative = (rows.amounts[where] < 0).any(axis=1)
    if negative.any():
        source.why.append(f"{int(negative.sum())} rows are written with a minus: notes and returns.")
    source.why += _compare_total(rows, codes)
    source.why.append(f"{len(table):,} documents from {len(where):,} rows.")


def _compare_total(rows: Rows, codes: npt.NDArray[np.object_]) -> list[str]:
    """The sheet's last total row, if it has one, against the rows above it, as they are written."""
    totals = np.flatnonzero(codes == "total")
    if not len(totals):
        return []
    last = totals[-1]
    counted = ~np.isin(codes[:last].astype(str), UNCOUNTED)
    found, said = rows.amounts[:last][counted].sum(axis=0), rows.amounts[last]
    differences = [
        f"{name} says {show_rupees(said[i] / 100)}, the rows {show_rupees(found[i] / 100)} "
        f"(difference {show_rupees((said[i] - found[i]) / 100)})"
        for i, name in enumerate(AMOUNTS)
        if said[i] and said[i] != found[i]
    ]
    if differences:
        return ["Its total row differs: " + "; ".join(differences) + "."]
    return ["Its total row agrees with the rows."] if said.any() else []
