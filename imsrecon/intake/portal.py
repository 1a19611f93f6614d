"""`read_portal`: files from the portal, whatever they are, as one table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from imsrecon.domain import (
    AMOUNTS,
    InputError,
    check_period,
    conform,
    empty_table,
    parse_gstin,
    to_paise,
    with_doc_ids,
)
from imsrecon.intake.cells import periods
from imsrecon.intake.combine import combine_portal, without_refused
from imsrecon.intake.files import InputFile, PathLike, open_inputs
from imsrecon.intake.grids import is_table
from imsrecon.intake.gstr2a import read_gstr2a
from imsrecon.intake.gstr2b import read_gstr2b
from imsrecon.intake.ims import read_ims
from imsrecon.intake.itc_sheets import compare_itc_sheets
from imsrecon.intake.model import PLACE, Intake, Part, Source, assemble, no_collection, note_gstins, noted_rows
from imsrecon.intake.owners import IN_ITS_FOLDER, foreign_gstin
from imsrecon.intake.payloads import (
    FOREIGN,
    Payload,
    looks_like_json,
    open_payload,
    refuse_foreign,
    split_list,
    text_of,
)
from imsrecon.intake.portal_workbook import (
    ASSUMED,
    KIND_WORDS,
    Workbook,
    open_portal_workbook,
    read_portal_workbook,
)
from imsrecon.intake.statement_parts import is_part, note_missing_parts
from imsrecon.intake.statement_totals import compare_totals
from imsrecon.intake.supplier_totals import compare_supplier_totals

PORTAL_KINDS = ("ims", "ims_errors", "gstr2b", "gstr2a")
_WORKBOOKS = ("ims", "gstr2b", "gstr2a")
Opened = Payload | Workbook


def read_portal(
    path: PathLike | Sequence[PathLike], *, gstin: str | None = None, period: str | None = None, kind: str | None = None
) -> Intake:
    """Read IMS downloads, GSTR-2B and GSTR-2A (JSON or Excel): a file, a folder, a zip, or a list of these.

    `gstin` and `period` (`2026-06`) are what the files must belong to; `kind` (`ims`, `ims_errors`, `gstr2b`,
    `gstr2a`) is what they must be. An IMS download has no period of its own. A record that several files have counts
    once: it is kept from the newest IMS download, else the latest 2B, and set aside as `repeated` in the others.
    Raises `InputError` if a file is unreadable, of an unknown kind, or of another GSTIN or period.
    """
    _check_wishes(gstin, period, kind)
    gstin = gstin.upper() if gstin else None
    files = [one for file in open_inputs(path) for one in (split_list(file) if looks_like_json(file.data) else [file])]
    opened = [(file, payload) for file in files if (payload := _open(file, kind)) is not None]
    if not opened:
        raise InputError(
            f"None of {len(files)} files is from the portal ({_some([file.name for file in files])}).",
            hint="Give an IMS download, a GSTR-2B or a GSTR-2A, as JSON or Excel.",
        )
    headers = [_header(file, payload, gstin, period) for file, payload in opened]
    _lend_gstin(headers, gstin)
    note_missing_parts([(payload, source) for (_, payload), source in zip(opened, headers, strict=True)])
    parts: list[Part] = []
    tables: list[pd.DataFrame] = []
    for (_, payload), source in zip(opened, headers, strict=True):
        tables.append(_read_one(payload, source, parts))
    documents = _count_once(tables, parts)
    skipped = [_skipped(file) for file in files if file.name not in {source.file for source in headers}]
    return assemble(parts, documents, headers + skipped)


def _check_wishes(gstin: str | None, period: str | None, kind: str | None) -> None:
    if gstin is not None:
        parse_gstin(gstin)
    if period is not None:
        check_period(period)
    if kind is not None and kind not in PORTAL_KINDS:
        raise InputError(f"Kind '{kind}' is unknown.", hint=f"Say one of {', '.join(PORTAL_KINDS)}, or nothing.")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _open(file: InputFile, kind: str | None) -> Opened | None:
    """The payload or workbook; None for a file of a folder or zip that is neither (the register next to it)."""
    if not file.data.strip(b" \t\r\n\0"):
        if not file.named:
            return None
        raise InputError(f"'{file.name}' is empty.", hint="Download it again.")
    if not looks_like_json(file.data):
        return _open_workbook(file, kind)
    wanted = PORTAL_KINDS if kind is None else (kind,)
    try:
        payload = open_payload(file)
        refuse_foreign(payload, file.name, wanted)
    except InputError as error:
        if file.named or error.code != FOREIGN:
            raise
        return None  # what lies beside the statements: a GSTR-3B, a program's settings
    return payload


def _open_workbook(file: InputFile, kind: str | None) -> Workbook | None:
    excel = is_table(file)
    book = open_portal_workbook(file, kind if file.named else None) if excel and kind in (None, *_WORKBOOKS) else None
    if book is not None and kind is not None and not book.kind.startswith(kind):
        raise InputError(f"'{file.name}' is no {kind}. {book.why}", hint="Leave out kind, or name the other file.")
    if book is None and file.named:
        found = "no workbook of the portal" if excel else "no JSON file and no workbook of the portal"
        raise InputError(
            f"'{file.name}' is {found}. A portal file was expected.",
            hint="Give an IMS download, a GSTR-2B or a GSTR-2A; a purchase register is read with read_register.",
            code="not_portal",
        )
    return book


def _skipped(file: InputFile) -> Source:
    why = "No file of the portal: not read here. A purchase register is read with read_register."
    return Source(file.name, "skipped", file.sha256, confidence="low", why=[why])


def _header(file: InputFile, opened: Opened, gstin: str | None, period: str | None) -> Source:
    source = Source(file.name, opened.kind, file.sha256, why=[opened.why])
    source.confidence = "medium" if ASSUMED in opened.why else "high"
    own = _own_gstin(opened)
    source.gstin = own or gstin
    if own and gstin and own != gstin:
        raise InputError(foreign_gstin(file.name, own, gstin), hint=IN_ITS_FOLDER, code="other_gstin")
    if not own:
        source.why.append(
            "The file names no recipient GSTIN; " + ("the one given is used." if gstin else "none given.")
        )
        source.confidence = "medium"
    if not opened.kind.startswith("ims"):
        _take_period(source, opened, period)
    elif period:
        source.why.append("An IMS download has no period of its own.")
    return source


def _own_gstin(opened: Opened) -> str | None:
    if isinstance(opened, Workbook):
        return opened.gstin
    own = text_of(opened.keys, "rtin" if opened.kind.startswith("ims") else "gstin")
    return own.upper() if own else None


def _own_period(opened: Opened) -> str | None:
    if isinstance(opened, Workbook):
        return opened.period
    found = periods([text_of(opened.keys, "fp" if opened.kind == "gstr2a" else "rtnprd")]).iloc[0]
    return None if pd.isna(found) else found


def _take_period(source: Source, opened: Opened, period: str | None) -> None:
    source.period = _own_period(opened)
    if source.period is None:
        source.period, source.confidence = period, "medium"
        source.why.append("The file names no tax period" + ("; the one asked for is used." if period else "."))
    elif period and source.period != period:
        word = KIND_WORDS[source.kind.removesuffix("_excel")]
        raise InputError(
            f"'{source.file}' is the {word} of {source.period}, not of {period}.",
            hint="Give the file of that month, or leave out period.",
            code="other_period",
        )


def _lend_gstin(headers: list[Source], gstin: str | None) -> None:
    """A download without `rtin` belongs with the files it was given with, if these name one GSTIN only."""
    named = {source.gstin for source in headers if source.gstin}
    if gstin is None and len(named) == 1:
        for source in headers:
            if not source.gstin:
                source.gstin = next(iter(named))
                source.why.append(f"{source.gstin} is taken from the files read with it.")


def _parts_of(opened: Opened, source: Source) -> list[Part]:
    if isinstance(opened, Workbook):
        return read_portal_workbook(opened, source)
    return {"gstr2b": read_gstr2b, "gstr2a": read_gstr2a}.get(opened.kind, read_ims)(opened, source)


def _read_one(payload: Opened, source: Source, parts: list[Part]) -> pd.DataFrame:
    """Read one file, add its parts to `parts` and return its documents with ids and places."""
    try:
        with no_collection():
            mine = _parts_of(payload, source)
    except (UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise InputError(
            f"'{source.file}' is badly encoded: JSON must be UTF-8.",
            hint="Download it again; do not save it in an editor.",
        ) from error
    tables = [
        part.documents.assign(**{PLACE: len(parts) + i}) for i, part in enumerate(mine) if part.documents is not None
    ]
    parts += mine
    filled = [table for table in tables if len(table)]
    if not filled:
        source.why.append("It holds no document.")
        return empty_table("portal").assign(**{PLACE: pd.Series(dtype="int64")})
    table = pd.concat(filled, ignore_index=True)
    table = without_refused(with_doc_ids(conform(table, "portal"), "portal"))
    source.why += note_gstins(table["supplier_gstin"])
    if isinstance(payload, Payload) and payload.kind == "gstr2b" and not is_part(payload):
        source.why += compare_totals(payload, table) + compare_supplier_totals(payload, table)
    if isinstance(payload, Workbook) and payload.kind == "gstr2b_excel":
        source.why += compare_itc_sheets(payload.sheets, table)
    source.why.append(f"{len(table):,} documents.")
    return table


def _count_once(tables: list[pd.DataFrame], parts: list[Part]) -> pd.DataFrame:
    """One row a record; the rows that lost are set aside where they stood."""
    filled = [table for table in tables if len(table)]
    if len(filled) < 2:
        return filled[0] if filled else tables[0]
    kept = combine_portal(*filled)
    everything = pd.concat(filled, ignore_index=True)
    winners = pd.MultiIndex.from_frame(kept[["doc_id", PLACE]])
    repeated = everything[~pd.MultiIndex.from_frame(everything[["doc_id", PLACE]]).isin(winners)]
    homes = kept.set_index("doc_id")[PLACE]
    for place, rows in repeated.groupby(PLACE):
        _set_repeated_aside(parts[place], rows, [parts[home].file for home in homes[rows["doc_id"]]])
    return kept


def _set_repeated_aside(part: Part, rows: pd.DataFrame, files: list[str]) -> None:
    why = [f"The same record is counted once, from {file}." for file in files]
    values = pd.DataFrame({name: to_paise(rows[name]) for name in AMOUNTS}).to_numpy()
    noted = noted_rows([0] * len(rows), rows["raw"].tolist(), "repeated", why, values)
    noted = noted.astype({"row": "Int64"})
    noted["row"] = pd.NA
    part.set_aside = noted if part.set_aside is None else pd.concat([part.set_aside, noted], ignore_index=True)
