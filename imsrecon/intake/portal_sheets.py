"""One sheet of a portal workbook (GSTR-2B, GSTR-2A, IMS) as documents, by its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS
from imsrecon.intake.cells import as_text, clean_text, days, flags, gstins, periods, states, text_column, texts
from imsrecon.intake.columns import looks_like_total
from imsrecon.intake.grids import Sheet
from imsrecon.intake.ims import FORMS
from imsrecon.intake.model import Part, Source
from imsrecon.intake.portal_columns import coded, constant, optional_rupees, reduction, supply_class
from imsrecon.intake.portal_labels import SheetHeader
from imsrecon.intake.records import Faults, amounts
from imsrecon.intake.sheet_rows import sheet_part

Cells = Sequence[object]


@dataclass(frozen=True)
class Place:
    """What a sheet holds: `section` (`CN/DN` where the note type decides), `part` of the 2B, if the sheet fixes it."""

    section: str
    part: str | None = None


_SECTIONS = {
    "b2b": "B2B", "b2ba": "B2BA", "b2bcdnr": "CN/DN", "b2bcdnra": "CNA/DNA", "cdnr": "CN/DN", "cdnra": "CNA/DNA",
    "eco": "ECO", "ecoa": "ECOA", "ecom": "ECO", "ecoma": "ECOA", "isd": "ISD", "isda": "ISDA",
    "impg": "IMPG", "impga": "IMPGA", "impgsez": "IMPGSEZ", "impgseza": "IMPGSEZA",
    "b2bdnr": "DN/CN", "b2bdnra": "DNA/CNA", "b2bdn": "DN", "b2bdna": "DNA", "b2bcn": "CN", "b2bcna": "CNA",
    "importofgoods": "IMPG",
}  # fmt: skip
# What a program or a person adds to a name: `Part 2`, `(2)`, `Apr`, `Jun'26`, `042026`.
_COPY = re.compile(
    r"[\s_\-]*(?:part ?\d+|\(\d+\)"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*[\s_\-']*(?:20)?(?:\d{2})?"
    r"|(?:0[1-9]|1[0-2])20\d{2})$"
)
_PARTS = {"rejected": "rejected", "itcreversal": "reversal"}
_NOTE_WORDS = {
    "C": "C", "CREDIT NOTE": "C", "CREDIT": "C", "CN": "C", "CDN": "C", "D": "D", "DEBIT NOTE": "D", "DEBIT": "D",
    "DN": "D", "ISDC": "C", "ISDCN": "C", "ISD CREDIT NOTE": "C", "ISDI": "I", "ISD": "I", "ISD INVOICE": "I",
    "INVOICE": "I",
}  # fmt: skip
_ITC = {"YES": "Y", "Y": "Y", "NO": "N", "N": "N", "TEMPORARY": "T", "T": "T", "ELIGIBLE": "Y", "INELIGIBLE": "N"}
_ACTIONS = {
    "NO ACTION": "N", "NO ACTION TAKEN": "N", "N": "N", "ACCEPTED": "A", "ACCEPT": "A", "A": "A", "REJECTED": "R",
    "REJECT": "R", "R": "R", "PENDING": "P", "P": "P", "PENDING/KEPT PENDING": "P", "DEEMED ACCEPTED": "N",
}  # fmt: skip
_SUPPLIES = {
    "SEZ SUPPLIES WITH PAYMENT OF TAX": "SEWP", "SEZ SUPPLIES WITH PAYMENT": "SEWP", "SEWP": "SEWP", "SEZWP": "SEWP",
    "SEZ SUPPLIES WITHOUT PAYMENT OF TAX": "SEWOP", "SEZ SUPPLIES WITHOUT PAYMENT": "SEWOP", "SEWOP": "SEWOP",
    "SEZWOP": "SEWOP", "REGULAR": "R", "R": "R", "DEEMED EXPORTS": "DE", "DEEMED EXPORT": "DE", "DE": "DE",
    "INTRA-STATE SUPPLIES ATTRACTING IGST": "CBW", "CBW": "CBW",
}  # fmt: skip
_FILED = {"Y": "filed", "YES": "filed", "FILED": "filed", "F": "filed", "SUBMITTED": "filed"}
_UNFILED = {"N": "saved", "NO": "saved", "NOT FILED": "saved", "NF": "saved", "SAVED": "saved", "NOTFILED": "saved"}
_DECLARED = ("declared_igst", "declared_cgst", "declared_sgst", "declared_cess")


def place_of(name: str) -> Place | None:
    """What a sheet of this name holds, None if it is none of the portal's document sheets."""
    bare = re.sub(r"[\s_\-']+", "", _COPY.sub("", name.strip().lower()))
    match = re.fullmatch(r"([a-z0-9]+)(?:\((rejected|itcreversal)\))?", bare)
    if not match or match[1] not in _SECTIONS:
        return None
    reversal = "reversal" if match[1] in ("b2bdnr", "b2bdnra") else None
    return Place(_SECTIONS[match[1]], _PARTS.get(match[2] or "", reversal))


def place_by_labels(header: SheetHeader) -> Place | None:
    """The section of a sheet that was renamed, from the words of its labels."""
    words = " ".join(header.labels).lower()
    if not {"taxable_value", "igst"} & header.fields.keys():
        return None
    amended = "A" if "original_doc_no" in header.fields and "isd" not in words else ""
    if "port_code" in header.fields:
        return Place(("IMPGSEZ" if "supplier_gstin" in header.fields else "IMPG") + amended)
    if "isd document" in words or "gstin of isd" in words:
        return Place("ISD")
    if "note number" in words or "note type" in words:
        return Place(f"CN{amended}/DN{amended}")
    return Place(("ECO" if "gstin of eco" in words else "B2B") + amended)


def read_sheet(sheet: Sheet, header: SheetHeader, place: Place, kind: str, source: Source) -> Part:
    """The documents of one sheet without ids; company and 2B-period are the source's. Rate rows are added up."""
    data = sheet.rows[header.row + 1 :]
    cells = list(zip(*data, strict=True)) if data else [()] * len(header.labels)
    table = _columns(cells, header, place, kind, source, len(data))
    faults, noted = Faults(len(data)), Faults(len(data))
    values = amounts([_cells(cells, header, name, len(data)) for name in AMOUNTS], faults, table["doc_type"].eq("CN"))
    _set_aside(noted, data, cells, header, table, values)
    _refuse(faults, table)
    table = table.drop(columns="_bad_date")
    codes = np.where(noted.any, noted.code, faults.code)
    whys = np.where(noted.any, noted.why, faults.why)
    where = np.flatnonzero(np.equal(codes, None))
    sums, firsts = _added_up(table, values, where, "rate" in header.fields)
    table = table.iloc[firsts].reset_index(drop=True)
    for position, name in enumerate(AMOUNTS):
        table[name] = sums[:, position] / 100
    table["raw"] = _raws(data, firsts, header, kind, table)
    return sheet_part(
        source.file, sheet, header.row, header.tiers, table, values, codes, whys, len(where) - len(firsts)
    )


def _cells(cells: list[Cells], header: SheetHeader, field: str, count: int) -> Cells:
    return cells[header.fields[field]] if field in header.fields else [None] * count


def _columns(
    cells: list[Cells], header: SheetHeader, place: Place, kind: str, source: Source, count: int
) -> pd.DataFrame:
    def of(field: str) -> Cells:
        return _cells(cells, header, field, count)

    section, doc_type = _kinds(place, of("doc_type"), flags(of("amended")), count)
    dates = days(of("doc_date"))
    table: dict[str, object] = {
        "supplier_gstin": gstins(of("supplier_gstin")),
        "supplier_name": texts(of("supplier_name")),
        "doc_type": doc_type,
        "section": section,
        "doc_no": texts(of("doc_no")),
        "doc_date": dates.values,
        "_bad_date": dates.bad,
        "doc_value": optional_rupees(of("doc_value")),
        "pos": states(of("pos")),
        "port_code": texts(of("port_code")),
        "company_gstin": constant(source.gstin, count),
        "return_period": periods(of("return_period")),
        "filing_date": days(of("filing_date")).values,
        "irn": texts(of("irn")),
        "original_doc_no": texts(of("original_doc_no")),
        "original_doc_date": days(of("original_doc_date")).values,
        "remarks": texts(of("remarks")),
    }
    table |= _supply(of, place) | reduction(of("itc_reduction"), [of(name) for name in _DECLARED])
    table |= _of_ims(of) if kind.startswith("ims") else _of_2a(of) if kind == "gstr2a" else _of_2b(of, place, source)
    return pd.DataFrame(table)


def _kinds(place: Place, types: Cells, amended: pd.Series, count: int) -> tuple[pd.Series, pd.Series]:
    """Section and type of each row; in a sheet of notes the note type decides, if it says anything."""
    words = coded([clean_text(as_text(cell) or "") for cell in types], _NOTE_WORDS)
    if "/" in place.section:
        first, second = place.section.split("/")
        other = words.eq("D" if first.startswith("C") else "C")
        section = constant(first, count).mask(other, second)
        return section, section.str.slice(0, 2)
    if place.section in ("ISD", "ISDA"):
        return constant(place.section, count), constant("INV", count).mask(words.eq("C"), "CN")
    if place.section.startswith("IMPG"):
        base = place.section.rstrip("A")
        again = amended.fillna(False).to_numpy(bool) | place.section.endswith("A")
        return constant(base, count).mask(again, f"{base}A"), constant("BOE", count)
    return constant(place.section, count), constant({"DN": "DN", "CN": "CN"}.get(place.section[:2], "INV"), count)


def _supply(of: object, place: Place) -> dict[str, object]:
    types = of("supply_type")
    types = of("doc_type") if all(cell is None for cell in types) else types
    kind = supply_class(coded([clean_text(as_text(cell) or "") for cell in types], _SUPPLIES).tolist())
    fixed = "import" if place.section.startswith("IMPG") else "isd" if place.section.startswith("ISD") else None
    reverse = flags(of("reverse_charge")).fillna(False)
    kind = kind if fixed is None else kind.mask(kind.notna(), fixed)
    return {"reverse_charge": reverse, "supply_class": kind.mask(reverse.to_numpy(bool), "reverse_charge")}


def _of_2b(of: object, place: Place, source: Source) -> dict[str, object]:
    available = coded([clean_text(as_text(cell) or "") for cell in of("itc_available")], _ITC)
    count = len(available)
    part = constant("available", count).mask(available.eq("N"), "not_available")
    reasons = pd.Series([_reason(as_text(cell) or "") for cell in of("itc_reason")], dtype="str")
    imports, isd = place.section.startswith("IMPG"), place.section.startswith("ISD")
    return {
        "gstr2b_period": constant(source.period, count),
        "gstr2b_part": constant(place.part, count) if place.part else part,
        "itc_available": available,
        "itc_reason": reasons,
        "portal_action": constant("R" if place.part == "rejected" else None, count),
        "source_form": constant("ICEGATE" if imports else "R6" if isd else None, count),
        "filing_status": constant("filed", count),
    }


def _reason(text: str) -> str | None:
    """P (place of supply) or C (after the cut-off), as code or sentence (formats 1.6)."""
    words = clean_text(text).lower()
    return "P" if words == "p" or "pos" in words else "C" if words == "c" or "cut-off" in words else None


def _of_2a(of: object) -> dict[str, object]:
    status = coded([clean_text(as_text(cell) or "") for cell in of("filing_status")], _FILED | _UNFILED)
    filed = coded([clean_text(as_text(cell) or "") for cell in of("supplier_3b_filed")], _FILED | _UNFILED)
    return {"filing_status": status, "supplier_3b_filed": filed.eq("filed").astype("boolean").mask(filed.isna())}


def _of_ims(of: object) -> dict[str, object]:
    status = coded([clean_text(as_text(cell) or "") for cell in of("filing_status")], _FILED | _UNFILED)
    action = coded([clean_text(as_text(cell) or "") for cell in of("portal_action")], _ACTIONS)
    return {
        "filing_status": status,
        "portal_action": action,
        "source_form": coded(of("source_form"), FORMS),
        "pending_blocked": flags(of("pending_blocked")),
        "remarks_blocked": flags(of("remarks_blocked")),
        "itc_reduction_blocked": flags(of("itc_reduction_blocked")),
        "portal_error": texts(of("portal_error")),
    }


def _set_aside(
    noted: Faults,
    data: list[list[object]],
    cells: list[Cells],
    header: SheetHeader,
    table: pd.DataFrame,
    values: npt.NDArray[np.int64],
) -> None:
    """Blank rows, totals (`<number>-Total`), repeated headers and notes below the table."""
    undated = np.isnat(table["doc_date"].to_numpy())
    numbers = table["doc_no"]
    dash = pd.Series(_cells(cells, header, "rate", len(data)), dtype=object).astype("str").str.strip().eq("-")
    total = numbers.str.contains(r"(?i)-\s*total$", regex=True, na=False).to_numpy(bool)
    total = total | np.array([undated[i] and looks_like_total(row) for i, row in enumerate(data)], dtype=bool)
    noted.add(_blank(cells, len(data)), "blank", "The row is empty.")
    noted.add(total | (dash.to_numpy(bool) & undated), "total", "A total of the rows above.")
    bare = {label.split(" / ")[-1] for label in header.labels if label}
    again = [undated[i] and _repeats(row, bare) for i, row in enumerate(data)]
    noted.add(np.array(again, dtype=bool), "header", "The header is repeated here.")
    nothing = ~values.any(axis=1) & undated & (numbers.isna() | table["supplier_gstin"].isna()).to_numpy()
    noted.add(nothing & ~table["_bad_date"].to_numpy(), "text", "No date and no amount: a note, not a document.")


def _blank(cells: list[Cells], count: int) -> npt.NDArray[np.bool_]:
    empty = np.ones(count, dtype=bool)
    for column in cells:
        empty &= np.array([cell is None or (isinstance(cell, str) and not cell.strip()) for cell in column], dtype=bool)
    return empty


def _repeats(row: Sequence[object], labels: set[str]) -> bool:
    words = [clean_text(cell) for cell in row if isinstance(cell, str) and cell.strip()]
    return len(words) >= 3 and all(word in labels for word in words)


def _refuse(faults: Faults, table: pd.DataFrame) -> None:
    faults.add(table["doc_no"].isna().to_numpy(), "no_number", "There is no document number. Look it up on the portal.")
    faults.add(table["_bad_date"].to_numpy(), "bad_date", "The date cannot be read; the portal writes dd/mm/yyyy.")
    undated = np.isnat(table["doc_date"].to_numpy())
    faults.add(undated, "no_date", "There is no date. Look the document up on the portal.")


def _added_up(
    table: pd.DataFrame, values: npt.NDArray[np.int64], where: npt.NDArray[np.int64], by_rate: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Paise of each document and its first row. Only a layout with a rate column has several rows a document."""
    if not by_rate or not len(where):
        return values[where], where
    names = ["supplier_gstin", "port_code", "doc_no", "doc_date", "section", "doc_type", "original_doc_no"]
    hashes = pd.util.hash_pandas_object(table.iloc[where][names].astype("str").fillna(""), index=False).to_numpy()
    codes, _ = pd.factorize(hashes)
    sums = np.zeros((codes.max() + 1, len(AMOUNTS)), dtype=np.int64)
    np.add.at(sums, codes, values[where])
    return sums, where[np.unique(codes, return_index=True)[1]]


_IMS_KEYS = {
    "supplier_gstin": "stin", "supplier_name": "tradenm", "doc_no": "inum", "doc_date": "idt",
    "original_doc_no": "oinum", "original_doc_date": "oidt", "doc_value": "val", "pos": "pos",
    "taxable_value": "txval", "igst": "iamt", "cgst": "camt", "sgst": "samt", "cess": "cess",
    "source_form": "srcform",
}  # fmt: skip
_NOTE_KEYS = {"inum": "nt_num", "idt": "nt_dt", "oinum": "ont_num", "oidt": "ont_dt"}


def _raws(
    data: list[list[object]], firsts: npt.NDArray[np.int64], header: SheetHeader, kind: str, table: pd.DataFrame
) -> pd.Series:
    """Each document's row as JSON text: label → cell; of an IMS workbook the record that the portal's JSON has."""
    records = _ims_records(data, firsts, header, table) if kind.startswith("ims") else _labelled(data, firsts, header)
    return text_column([text.decode() for text in map(msgspec.json.Encoder().encode, records)])


def _labelled(data: list[list[object]], firsts: npt.NDArray[np.int64], header: SheetHeader) -> list[dict[str, object]]:
    named = [(column, label) for column, label in enumerate(header.labels) if label]
    return [{label: as_text(data[row][column]) for column, label in named if data[row][column] != ""} for row in firsts]


def _ims_records(
    data: list[list[object]], firsts: npt.NDArray[np.int64], header: SheetHeader, table: pd.DataFrame
) -> list[dict[str, object]]:
    """Formats 3.3: numbers as numbers; document numbers, dates (dd-mm-yyyy) and periods (MMYYYY) as text."""
    columns = {key: table[field] for field, key in _IMS_KEYS.items() if field in header.fields}
    types = header.fields.get("supply_type", header.fields.get("doc_type"))
    if types is not None:
        columns["inv_typ"] = coded([clean_text(as_text(data[row][types]) or "") for row in firsts], _SUPPLIES)
    columns["rtnprd"] = table["return_period"].str.replace(r"(\d{4})-(\d{2})", r"\2\1", regex=True)
    for key in ("idt", "oidt"):
        if key in columns:
            columns[key] = columns[key].dt.strftime("%d-%m-%Y")
    note = table["section"].str.match("CN|DN").to_numpy(bool)
    values = [column.astype(object).where(column.notna(), None).tolist() for column in columns.values()]
    keys = list(columns), [_NOTE_KEYS.get(key, key) for key in columns]
    return [
        {key: _whole(value) for key, value in zip(keys[is_note], row, strict=True) if value is not None}
        for row, is_note in zip(zip(*values, strict=True), note.tolist(), strict=True)
    ]


def _whole(value: object) -> object:
    """Excel has no whole numbers: 118.0 is written 118, as the portal does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
