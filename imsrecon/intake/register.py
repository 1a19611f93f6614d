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
from imsrecon.intake.layouts import complete_rows, one_row_a_rate, unmerged
from imsrecon.intake.ledgers import is_tally
from imsrecon.intake.model import PLACE, Intake, Part, Source, assemble, no_collection, note_gstins
from imsrecon.intake.owners import IN_ITS_FOLDER, foreign_gstin, split_by_company
from imsrecon.intake.row_kinds import classify_rows, reversed_rows
from imsrecon.intake.sheet_rows import UNCOUNTED, sheet_part, whole_sheet_aside
from imsrecon.intake.tally_xml import is_tally_xml, tally_vouchers
from imsrecon.intake.tax_lines import is_by_tax, spread_taxes
from imsrecon.intake.undivided import UNDIVIDED, divide_tax

REGISTER_KINDS = ("register", "tally")
_WRITTEN_DAY = r"(\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ,]*\d{2,4})"
_RANGE = re.compile(rf"(?i)\b{_WRITTEN_DAY}\s*(?:to|-|–)\s*{_WRITTEN_DAY}\b")
_RETURNS = re.compile(r"\bdebit ?notes?\b|\bpurchase returns?\b")
_PURCHASES = re.compile(r"\bpurchases?\b(?! returns?)|\binvoices?\b")
_SALES = re.compile(r"(?i)\bsales?\b(?! tax)|\boutward\b")
_INWARD = re.compile(r"(?i)\bpurchases?\b|\binward\b|\bbills?\b|\bvendor|\bsupplier")
_GSTIN = re.compile(r"\b\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}\b")
_ROUNDED = 5.0  # rupees: round-off and small charges
_MOST = 0.5
_NO_REGISTER = {
    "hidden_sheet": "The sheet is hidden.", "no_header": "No row of this sheet names the columns of a register.",
}  # fmt: skip
_PORTAL_LABEL = re.compile(r"gstr 1\b.*\b(?:period|filing)\b")
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
    if kind is None and _is_portal(sheets):
        return _portal_file(file, sheets, source)
    found = [(sheet, None if sheet.hidden else find_header(sheet.rows, mapping)) for sheet in sheets]
    if not any(header for _, header in found):
        return _no_register(file, sheets, source)
    for sheet, header in found:
        if header is None:
            code = "hidden_sheet" if sheet.hidden else "no_header"
            parts += whole_sheet_aside(file.name, sheet, code, _NO_REGISTER[code])
            continue
        if _is_sales(sheet, header):
            parts += whole_sheet_aside(file.name, sheet, "sales", "It is a register of sales.")
            continue
        title = _read_title(sheet, header)
        _check_title(source, title, gstin, period)
        parts += _read_sheet(sheet, header, title, source, gstin, kind)
    source.kind = "tally_xml" if from_xml else source.kind
    return source


def _is_portal(sheets: list[Sheet]) -> bool:
    """Two sheets that only the portal names so, or its label of the supplier's own return."""
    if len({normal(sheet.name) for sheet in sheets} & _PORTAL_SHEETS) >= 2:
        return True
    top = (cell for sheet in sheets for row in sheet.rows[:10] for cell in row if isinstance(cell, str))
    return any("GSTR" in cell and _PORTAL_LABEL.match(normal(cell)) for cell in top)


def _portal_file(file: InputFile, sheets: list[Sheet], source: Source) -> Source:
    names = ", ".join(sheet.name for sheet in sheets[:4] if sheet.name)
    what = f"a workbook of the portal (sheets {names}, …)" if names else "a sheet of the portal"
    if file.named:
        raise InputError(f"'{file.name}' is {what}.", hint="It is not a purchase register: read it with read_portal.")
    source.kind, source.confidence = "skipped", "low"
    source.why.append(f"It is {what}: read it with read_portal.")
    return source


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
        "name yours with `imsrecon mappings columns`, or in Python with mapping={'your label': 'taxable_value'}.",
    )


def _read_title(sheet: Sheet, header: Header) -> _Title:
    above = [clean_text(as_text(cell) or "") for row in sheet.rows[: header.row + 1 - header.tiers] for cell in row]
    text = "\n".join(line for line in above if line)
    gstin = next((found for found in _GSTIN.findall(text.upper()) if is_valid_gstin(found)), None)
    name = f"{sheet.name}\n{text}".lower()
    # In the buyer's books a debit note answers the supplier's credit note.
    doc_type = "CN" if _RETURNS.search(name) and not _PURCHASES.search(name) else None
    return _Title(gstin, _months(text), doc_type)


def _is_sales(sheet: Sheet, header: Header) -> bool:
    """A register of sales beside the purchases: its name or title says so, and nothing in it speaks of purchases."""
    above = [as_text(cell) or "" for row in sheet.rows[: header.row + 1 - header.tiers] for cell in row]
    title, labels = "\n".join([sheet.name, *above]), " ".join(header.labels)
    return bool(_SALES.search(title)) and not _INWARD.search(title) and not _INWARD.search(labels)


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
    rows = unmerged(sheet.rows[header.row + 1 :], sheet.merged, header.row + 1)
    if rows and is_day_book(header):
        source.kind = "day_book"
        return *unfold(rows, header), ["It is a day book: amounts are told by the ledgers below each voucher."]
    if is_by_tax(rows, header):
        rows, header = spread_taxes(rows, header)
        note = "It has a row for each tax: its kind stands in the row, and a base that is repeated counts once."
        return rows, header, [note]
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
    undivided = divide_tax(rows)
    codes, whys = classify_rows(data, header, rows, gstin)
    reversed_rows(rows, codes, whys)
    headless = undivided & np.equal(codes, None)
    codes[headless], whys[headless] = "no_heads", UNDIVIDED
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
    table = table[~contradicts].drop(columns=["voucher_type", "inward_type", "narration", "status", "reversal_no"])
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
    if rows.undivided is not None:
        source.confidence = "medium"
    lacking = {"doc_no", "supplier_gstin", "doc_date"} - header.fields.keys()
    if "voucher_date" in header.fields and "voucher_no" not in header.fields:
        lacking -= {"doc_date"}  # a plain `Date` beside the supplier's number is the document's
    if lacking:
        source.confidence = "medium"
        source.why.append(f"No column for {', '.join(sorted(lacking))}.")
    if table.empty and np.isin(codes.astype(str), ["nil", "bad_amount", "bad_date"]).any():
        source.confidence = "low"
        source.why.append(
            "No row of it is a document: a column is missing or taken for another. Name the columns with a mapping."
        )
    source.why += note_gstins(table["supplier_gstin"])
    negative = (rows.amounts[where] < 0).any(axis=1)
    if negative.any():
        source.why.append(f"{int(negative.sum())} rows are written with a minus: notes and returns.")
    source.why += _compare_total(rows, codes)
    doubt = _adds_to_total(table)
    if doubt:
        source.confidence = "medium" if source.confidence == "high" else source.confidence
        source.why.append(doubt)
    source.why.append(f"{len(table):,} documents from {len(where):,} rows.")


def _adds_to_total(table: pd.DataFrame) -> str:
    """A sentence if most documents' taxable value and taxes do not give their total: a column may be missing."""
    stated = table[table["doc_value"].notna()]
    sums = stated[list(AMOUNTS)].sum(axis=1)
    share = float(((sums - stated["doc_value"]).abs() <= _ROUNDED).mean()) if len(stated) else 1.0
    if share >= _MOST:
        return ""
    return f"Taxable value and taxes give the total in {share:.0%} of the documents only: check the columns."


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
