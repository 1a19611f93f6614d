"""GSTR-2B as JSON (formats 1): rate lines or document totals, every section, rejected and reversal parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS
from imsrecon.intake.cells import days, flags, gstins, listed, nothing, paise, periods, states, texts
from imsrecon.intake.model import Part, Source, noted_rows
from imsrecon.intake.payloads import Keys, Payload
from imsrecon.intake.portal_columns import DECLARED_KEYS, coded, constant, optional_rupees, reduction, supply_class
from imsrecon.intake.records import (
    Columns,
    Document,
    Faults,
    Invoice,
    Item,
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
    "b2b": "inv", "b2ba": "inv", "cdnr": "nt", "cdnra": "nt", "ecom": "inv", "ecoma": "inv",
    "isd": "doclist", "isda": "doclist", "impgsez": "boe", "impgsezamd": "boe",
}  # fmt: skip
_FLAT = ("impg", "impgamd")
_SECTION = {"b2b": "B2B", "b2ba": "B2BA", "ecom": "ECO", "ecoma": "ECOA", "isd": "ISD", "isda": "ISDA"}
_NOTES = {("cdnr", "C"): "CN", ("cdnr", "D"): "DN", ("cdnra", "C"): "CNA", ("cdnra", "D"): "DNA"}
_ISD_TYPES = {"ISDI": "INV", "ISDC": "CN", "ISD": "INV", "ISDCN": "CN"}


class Group(msgspec.Struct):
    """One supplier's documents of one filing period, still as bytes."""

    ctin: str | None = None
    trdnm: str | None = None
    supfildt: str | None = None
    supprd: str | int | None = None
    inv: list[msgspec.Raw] | None = None
    nt: list[msgspec.Raw] | None = None
    doclist: list[msgspec.Raw] | None = None
    boe: list[msgspec.Raw] | None = None


@dataclass(frozen=True)
class _Block:
    """One section of one part of the statement: its documents and, repeated for each, its supplier."""

    name: str
    part: str | None
    sheet: str
    raws: list[msgspec.Raw]
    suppliers: pd.DataFrame


def read_gstr2b(payload: Payload, source: Source) -> list[Part]:
    """Every section of a GSTR-2B, documents without ids; company and 2B-period are the source's."""
    parts = []
    for part, prefix, sections in _parts(payload.keys, source.file):
        for name, raw in sections.items():
            if name == "itcrev":
                continue
            block, broken = _block(name, part, f"{prefix}{name}", raw, source.file)
            parts += [_section(block, source)] if block else []
            parts += broken
    return parts


def _parts(keys: Keys, file: str) -> Iterator[tuple[str | None, str, Keys]]:
    """Part, prefix of the sheet's name, sections. `docdata` has no part of its own: each document says it."""
    for name, part, prefix in (("docdata", None, ""), ("docRejdata", "rejected", "docRejdata.")):
        sections = _sections(keys.get(name))
        yield part, prefix, sections
        for one in _wrapped(sections.get("itcrev"), file):
            yield part or "reversal", f"{prefix}itcrev.", one


def _sections(raw: msgspec.Raw | None) -> Keys:
    return (msgspec.json.decode(raw, type=Keys | None) or {}) if raw is not None else {}


def _wrapped(raw: msgspec.Raw | None, file: str) -> list[Keys]:
    """`itcrev` is a list that holds one dict; some files have the dict alone."""
    if raw is None:
        return []
    if bytes(raw).lstrip().startswith(b"{"):
        return [_sections(raw)]
    return [_sections(one) for one in raw_list(raw, file, "itcrev")]


def _block(name: str, part: str | None, sheet: str, raw: msgspec.Raw, file: str) -> tuple[_Block | None, list[Part]]:
    if name in _FLAT:
        raws = raw_list(raw, file, sheet)
        return _Block(name, part, sheet, raws, _suppliers([], [], len(raws))), []
    if name not in _GROUPED:
        raws = raw_list(raw, file, sheet)
        why = f"Section '{name}' is not known to this version. Look its documents up on the portal."
        return None, [_refused_groups(file, sheet, raws, "unknown_section", why)] if raws else []
    groups, broken, raws = _groups(raw, file, sheet)
    lists = [getattr(group, _GROUPED[name]) or [] for group in groups]
    suppliers = _suppliers(groups, [len(one) for one in lists], 0)
    block = _Block(name, part, sheet, list(chain.from_iterable(lists)), suppliers)
    if not broken:
        return block, []
    faulty, why = [raws[position] for position in broken], "; ".join(broken.values())
    return block, [_refused_groups(file, f"{sheet} (groups)", faulty, "bad_record", why)]


def _groups(raw: msgspec.Raw, file: str, sheet: str) -> tuple[list[Group], dict[int, str], list[msgspec.Raw]]:
    """A section's groups; one by one, with the faulty ones told, only if some cannot be read."""
    try:
        return msgspec.json.decode(raw, type=list[Group] | None) or [], {}, []
    except (msgspec.DecodeError, RecursionError):
        raws = raw_list(raw, file, sheet)
        return *decode_records(raws, Group), raws


def _refused_groups(file: str, sheet: str, raws: list[msgspec.Raw], code: str, why: str) -> Part:
    raw = [str(memoryview(one), "utf-8") for one in raws]
    refused = noted_rows(np.arange(1, len(raws) + 1), raw, code, why)
    return Part(file, sheet, np.array([len(raws), 0, 0, 0, 0, 0]), refused=refused)


def _suppliers(groups: list[Group], sizes: list[int], without: int) -> pd.DataFrame:
    """The group's supplier repeated for each of its documents; `without`: documents that have none."""
    filed = days([group.supfildt for group in groups]).values
    table = pd.DataFrame({
        "supplier_gstin": gstins([group.ctin for group in groups]),
        "supplier_name": texts([group.trdnm for group in groups]),
        "filing_date": pd.Series(filed, dtype="datetime64[s]"),
        "return_period": periods([group.supprd for group in groups]),
    })  # fmt: skip
    if without:
        return table.reindex(range(without))
    return table.iloc[np.repeat(np.arange(len(groups)), sizes)].reset_index(drop=True)


def _section(block: _Block, source: Source) -> Part:
    records, broken = decode_columns(block.raws, Invoice if _GROUPED.get(block.name) == "inv" else Document)
    faults = Faults(len(records))
    faults.add_each(broken)
    kinds = _kinds(block.name, records)
    faults.add(kinds["section"].isna().to_numpy(), "bad_type", "The document's type (C or D, ISDI or ISDC) is missing.")
    values = _amounts(records, faults, kinds["doc_type"].eq("CN").to_numpy(bool))
    numbers = texts(column(records, "inum", "ntnum", "docnum", "boenum"))
    numbered(numbers, faults)
    table = {name: block.suppliers[name] for name in block.suppliers} | kinds
    # Of a bill of entry it is the ICEGATE reference date (K-13).
    referred = pd.Series(days(column(records, "refdt")).values, dtype="datetime64[s]")
    table["filing_date"] = table["filing_date"].fillna(referred)
    table |= {
        "doc_no": numbers,
        "doc_date": dated(column(records, "dt", "docdt", "boedt"), faults),
        "company_gstin": constant(source.gstin, len(records)),
        "gstr2b_period": constant(source.period, len(records)),
        "doc_value": optional_rupees(column(records, "val")),
        "raw": raw_texts(block.raws),
    }
    table |= _original(records) | _credit(block, records) | _supply(block, records)
    return finish(source.file, block.sheet, table, values, block.raws, faults)


def _kinds(name: str, records: Columns) -> dict[str, pd.Series]:
    """Section and type. `typ` is the note type in cdnr and the supply type elsewhere; ISD documents have `doctyp`."""
    count = len(records)
    if name in ("cdnr", "cdnra"):
        letters = coded(column(records, "typ"), {"C": "C", "D": "D", "CREDIT": "C", "DEBIT": "D"})
        section = letters.map({letter: _NOTES[name, letter] for letter in "CD"}).astype("str")
        return {"section": section, "doc_type": section.str.slice(0, 2).fillna("INV")}
    if name in ("isd", "isda"):
        types = coded(column(records, "doctyp"), _ISD_TYPES)
        return {"section": constant(_SECTION[name], count).where(types.notna()), "doc_type": types.fillna("INV")}
    if name in _SECTION:
        return {"section": constant(_SECTION[name], count), "doc_type": constant("INV", count)}
    base = "IMPGSEZ" if name.startswith("impgsez") else "IMPG"
    amended = flags(column(records, "isamd")).fillna(name.endswith("amd")).to_numpy(bool)
    return {"section": constant(base, count).mask(amended, f"{base}A"), "doc_type": constant("BOE", count)}


def _amounts(records: Columns, faults: Faults, notes: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Document totals (from October 2024), or the sum of the rate lines where a document has no total."""
    keys = ("txval", "igst", "cgst", "sgst", "cess")
    cells = [column(records, key) for key in keys]
    values = amounts(cells, faults, notes)
    items = column(records, "items")
    if nothing(items):
        return values
    totals = listed(cells[0])
    lined = np.array([total is None and bool(one) for total, one in zip(totals, items, strict=True)], dtype=bool)
    if lined.any():
        lists = [one for one, wanted in zip(items, lined, strict=True) if wanted]
        values[lined] = _sum_items(lists, np.flatnonzero(lined), faults, notes[lined])
    return values


def _sum_items(
    lists: list[list[Item]], where: npt.NDArray[np.int64], faults: Faults, notes: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    flat = list(chain.from_iterable(lists))
    owner = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
    sums = np.zeros((len(lists), len(AMOUNTS)), dtype=np.int64)
    for position, key in enumerate(("txval", "igst", "cgst", "sgst", "cess")):
        values, bad = paise(column(flat, key))
        np.add.at(sums[:, position], owner, values)
        wrong = np.zeros(len(faults.code), dtype=bool)
        wrong[where[np.unique(owner[bad])]] = True
        faults.add(wrong, "bad_amount", f"{AMOUNTS[position]} of a rate line cannot be read as an amount.")
    turned = notes & (sums <= 0).all(axis=1)
    sums[turned] = -sums[turned]
    negative = np.zeros(len(faults.code), dtype=bool)
    negative[where] = (sums < 0).any(axis=1)
    faults.add(negative, "negative", "An amount is negative; the portal writes notes as positive.")
    return sums


def _original(records: Columns) -> dict[str, object]:
    numbers = texts(column(records, "oinum", "ontnum", "odocnum", "oinvnum"))
    found = days(column(records, "oidt", "ontdt", "odocdt", "oinvdt")).values
    return {"original_doc_no": numbers, "original_doc_date": found}


def _credit(block: _Block, records: Columns) -> dict[str, object]:
    """Part, availability and what was done in IMS. `docRejdata` holds what the recipient rejected (formats 1.3)."""
    available = coded(column(records, "itcavl", "itcelg"), {"Y": "Y", "N": "N", "T": "T", "YES": "Y", "NO": "N"})
    part = constant("available", len(records)).mask(available == "N", "not_available")
    action = coded(column(records, "imsStatus"), {code: code for code in "ARPN"})
    declared = [column(records, key) for key in DECLARED_KEYS]
    return {
        "gstr2b_part": constant(block.part, len(records)) if block.part else part,
        "itc_available": available,
        "itc_reason": coded(column(records, "rsn"), {"P": "P", "C": "C"}),
        "portal_action": action.fillna("R") if block.part == "rejected" else action,
        "remarks": texts(column(records, "remarks")),
    } | reduction(column(records, "itcRedReq"), declared)


def _supply(block: _Block, records: Columns) -> dict[str, object]:
    count = len(records)
    imports, isd = block.name.startswith("impg"), block.name.startswith("isd")
    reverse = flags(column(records, "rev")).fillna(False)
    types = "suptyp" if block.name.startswith("cdnr") else "typ"
    fixed = "import" if imports else "isd" if isd else None
    kind = constant(fixed, count) if fixed else supply_class(column(records, types))
    return {
        "supply_class": kind.mask(reverse.to_numpy(bool), "reverse_charge"),
        "reverse_charge": reverse,
        "pos": states(column(records, "pos")),
        "port_code": texts(column(records, "portcode")),
        "irn": texts(column(records, "irn")),
        "source_form": constant("ICEGATE" if imports else "R6" if isd else None, count),
        "filing_status": constant("filed", count),
    }
