"""GSTR-2A as JSON (formats 1.8): who has filed GSTR-1 and GSTR-3B, and the documents with their rate lines."""

from __future__ import annotations

from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS
from imsrecon.intake.cells import days, flags, gstins, listed, paise, periods, states, texts
from imsrecon.intake.model import Part, Source, noted_rows
from imsrecon.intake.payloads import Payload
from imsrecon.intake.portal_columns import coded, constant, optional_rupees, supply_class
from imsrecon.intake.records import (
    Amount,
    Columns,
    Faults,
    Word,
    amounts,
    column,
    dated,
    decode_columns,
    decode_records,
    finish,
    numbered,
    raw_list,
    raw_texts,
)

_GROUPED = {
    "b2b": "inv", "b2ba": "inv", "cdn": "nt", "cdnr": "nt", "cdna": "nt", "cdnra": "nt", "ecom": "inv",
    "ecoma": "inv", "eco": "inv", "ecoa": "inv", "isd": "doclist", "isda": "doclist",
}  # fmt: skip
_FLAT = ("impg", "impgsez")
_SECTION = {"b2b": "B2B", "b2ba": "B2BA", "ecom": "ECO", "eco": "ECO", "ecoma": "ECOA", "ecoa": "ECOA",
            "isd": "ISD", "isda": "ISDA", "impg": "IMPG", "impgsez": "IMPGSEZ"}  # fmt: skip
_NOT_DOCUMENTS = ("tds", "tdsa", "tcs", "tcsa")
_STATUS = {"Y": "filed", "N": "saved", "FILED": "filed", "NOT FILED": "saved"}
_NOTES = {"C": "CN", "D": "DN"}
_ISD_TYPES = {"ISD": "INV", "ISDI": "INV", "ISDCN": "CN", "ISDC": "CN"}
_KEYS = ("txval", "iamt", "camt", "samt", "csamt")


class Detail(msgspec.Struct, gc=False):
    """The amounts of one rate line; a head that is zero is missing."""

    txval: Amount = None
    iamt: Amount = None
    camt: Amount = None
    samt: Amount = None
    csamt: Amount = None


class Line(msgspec.Struct, gc=False):
    """One rate line of a document."""

    itm_det: Detail | None = None


class Document2a(msgspec.Struct, gc=False):
    """One document of any section of a GSTR-2A; imports and ISD have their amounts without rate lines."""

    inum: Word = None
    idt: Word = None
    oinum: Word = None
    oidt: Word = None
    ntty: Word = None
    nt_num: Word = None
    nt_dt: Word = None
    ont_num: Word = None
    ont_dt: Word = None
    isd_docty: Word = None
    docnum: Word = None
    docdt: Word = None
    odocnum: Word = None
    odocdt: Word = None
    itc_elg: Word = None
    pos: Word = None
    rchrg: Word = None
    inv_typ: Word = None
    irn: Word = None
    benum: Word = None
    bedt: Word = None
    refdt: Word = None
    portcd: Word = None
    amd: Word = None
    sgstin: Word = None
    tdname: Word = None
    val: Amount = None
    txval: Amount = None
    iamt: Amount = None
    camt: Amount = None
    samt: Amount = None
    csamt: Amount = None
    cess: Amount = None
    itms: list[Line] | None = None


class Supplier2a(msgspec.Struct):
    """One supplier's documents of one filing period, still as bytes."""

    ctin: Word = None
    trdnm: Word = None
    tdname: Word = None
    cfs: Word = None
    cfs3b: Word = None
    fldtr1: Word = None
    flprdr1: Word = None
    inv: list[msgspec.Raw] | None = None
    nt: list[msgspec.Raw] | None = None
    doclist: list[msgspec.Raw] | None = None


def read_gstr2a(payload: Payload, source: Source) -> list[Part]:
    """Every section of a GSTR-2A, documents without ids. TDS and TCS credits are set aside: they are no documents."""
    parts = []
    for name, raw in payload.keys.items():
        if name in _GROUPED:
            parts += _grouped(name, raw_list(raw, source.file, name), source)
        elif name in _FLAT:
            parts.append(_flat(name, raw_list(raw, source.file, name), source))
        elif bytes(raw).lstrip().startswith(b"["):
            parts += _other(name, raw_list(raw, source.file, name), source.file)
    return parts


def _other(name: str, raws: list[msgspec.Raw], file: str) -> list[Part]:
    raw, rows = [str(memoryview(one), "utf-8") for one in raws], np.arange(1, len(raws) + 1)
    read = np.array([len(raws), 0, 0, 0, 0, 0])
    if name in _NOT_DOCUMENTS:
        why = "TDS and TCS credits are no documents of a purchase."
        return [Part(file, name, read, set_aside=noted_rows(rows, raw, "tds_tcs", why))] if raws else []
    why = f"Section '{name}' is not known to this version. Look its documents up on the portal."
    return [Part(file, name, read, refused=noted_rows(rows, raw, "unknown_section", why))] if raws else []


def _grouped(name: str, raws: list[msgspec.Raw], source: Source) -> list[Part]:
    groups, broken = decode_records(raws, Supplier2a)
    lists = [getattr(group, _GROUPED[name]) or [] for group in groups]
    sizes = [len(one) for one in lists]
    suppliers = _suppliers(groups).iloc[np.repeat(np.arange(len(groups)), sizes)].reset_index(drop=True)
    part = _section(name, list(chain.from_iterable(lists)), suppliers, source)
    if not broken:
        return [part]
    texts_of = [str(memoryview(raws[position]), "utf-8") for position in broken]
    refused = noted_rows(np.arange(1, len(broken) + 1), texts_of, "bad_record", "; ".join(broken.values()))
    return [part, Part(source.file, f"{name} (groups)", np.array([len(broken), 0, 0, 0, 0, 0]), refused=refused)]


def _suppliers(groups: list[Supplier2a]) -> pd.DataFrame:
    filed_3b = coded(column(groups, "cfs3b"), _STATUS)
    return pd.DataFrame({
        "supplier_gstin": gstins(column(groups, "ctin")),
        "supplier_name": texts(column(groups, "trdnm", "tdname")),
        "filing_status": coded(column(groups, "cfs"), _STATUS),
        "supplier_3b_filed": filed_3b.eq("filed").astype("boolean").mask(filed_3b.isna()),
        "filing_date": pd.Series(days(column(groups, "fldtr1")).values, dtype="datetime64[s]"),
        "return_period": periods(column(groups, "flprdr1")),
    })  # fmt: skip


def _flat(name: str, raws: list[msgspec.Raw], source: Source) -> Part:
    records, _ = decode_columns(raws, Document2a)
    suppliers = pd.DataFrame({
        "supplier_gstin": gstins(column(records, "sgstin")),
        "supplier_name": texts(column(records, "tdname")),
        "filing_date": days(column(records, "refdt")).values,  # the ICEGATE reference date (K-13)
    })  # fmt: skip
    return _section(name, raws, suppliers, source)


def _section(name: str, raws: list[msgspec.Raw], suppliers: pd.DataFrame, source: Source) -> Part:
    records, broken = decode_columns(raws, Document2a)
    faults = Faults(len(records))
    faults.add_each(broken)
    kinds = _kinds(name, records)
    faults.add(kinds["doc_type"].isna().to_numpy(), "bad_type", "Its type (C or D, ISD or ISDCN) is missing.")
    values = _amounts(records, faults, kinds["doc_type"].eq("CN").to_numpy(bool))
    numbers = texts(column(records, "inum", "nt_num", "docnum", "benum"))
    numbered(numbers, faults)
    table = {one: suppliers[one] for one in suppliers} | kinds
    table |= {
        "doc_no": numbers,
        "doc_date": dated(column(records, "idt", "nt_dt", "docdt", "bedt"), faults),
        "company_gstin": constant(source.gstin, len(records)),
        "doc_value": optional_rupees(column(records, "val")),
        "raw": raw_texts(raws),
        "original_doc_no": texts(column(records, "oinum", "ont_num", "odocnum")),
        "original_doc_date": days(column(records, "oidt", "ont_dt", "odocdt")).values,
        "itc_available": coded(column(records, "itc_elg"), {code: code for code in "YN"}),
        "pos": states(column(records, "pos")),
        "port_code": texts(column(records, "portcd")),
        "irn": texts(column(records, "irn")),
    } | _supply(name, records)
    return finish(source.file, name, table, values, raws, faults)


def _kinds(name: str, records: Columns) -> dict[str, pd.Series]:
    count = len(records)
    if name.startswith("cdn"):
        types = coded(column(records, "ntty"), _NOTES)
        return {"section": types + "A" if name.endswith("a") else types, "doc_type": types}
    if name.startswith("impg"):
        amended = flags(column(records, "amd")).fillna(False).to_numpy(bool)
        section = constant(_SECTION[name], count)
        return {"section": section.mask(amended, f"{_SECTION[name]}A"), "doc_type": constant("BOE", count)}
    types = coded(column(records, "isd_docty"), _ISD_TYPES) if name.startswith("isd") else constant("INV", count)
    return {"section": constant(_SECTION[name], count), "doc_type": types}


def _amounts(records: Columns, faults: Faults, notes: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The document's own amounts where it has them (imports, ISD), else the sum of its rate lines."""
    cells = [column(records, *keys) for keys in (("txval",), ("iamt",), ("camt",), ("samt",), ("csamt", "cess"))]
    lines = [[line.itm_det for line in one or [] if line.itm_det] for one in listed(column(records, "itms"))]
    flat = list(chain.from_iterable(lines))
    if not flat:
        return amounts(cells, faults, notes)
    owner = np.repeat(np.arange(len(lines)), [len(one) for one in lines])
    sums = np.zeros((len(records), len(AMOUNTS)), dtype=np.int64)
    unread = np.zeros(len(records), dtype=bool)
    for position, key in enumerate(_KEYS):
        values, bad = paise(column(flat, key))
        np.add.at(sums[:, position], owner, values)
        unread[owner[bad]] = True
    faults.add(unread, "bad_amount", "An amount of a rate line cannot be read.")
    lined = np.array([bool(one) for one in lines], dtype=bool)
    rupees = [
        np.where(lined, sums[:, i] / 100, [_number(cell) for cell in listed(cells[i])]) for i in range(len(AMOUNTS))
    ]
    return amounts(rupees, faults, notes)


def _number(cell: object) -> float:
    values, bad = paise([cell])
    return float("nan") if bad[0] else float(values[0]) / 100


def _supply(name: str, records: Columns) -> dict[str, object]:
    count = len(records)
    imports, isd = name.startswith("impg"), name.startswith("isd")
    reverse = flags(column(records, "rchrg")).fillna(False)
    fixed = "import" if imports else "isd" if isd else None
    kind = constant(fixed, count) if fixed else supply_class(column(records, "inv_typ"))
    return {
        "reverse_charge": reverse,
        "supply_class": kind.mask(reverse.to_numpy(bool), "reverse_charge"),
        "source_form": constant("ICEGATE" if imports else "R6" if isd else None, count),
    }
