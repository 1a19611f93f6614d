"""The IMS download (formats 3.3): offline JSON, the error file after an upload, the API's sections at the root."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd

from imsrecon.intake.cells import days, flags, gstins, periods, states, texts
from imsrecon.intake.model import Part, Source, noted_rows
from imsrecon.intake.payloads import IMS_IMPORTS, IMS_SECTIONS, Keys, Payload
from imsrecon.intake.portal_columns import DECLARED_KEYS, coded, constant, optional_rupees, reduction, supply_class
from imsrecon.intake.records import (
    Columns,
    Faults,
    ImsInvoice,
    Record,
    amounts,
    column,
    dated,
    decode_columns,
    finish,
    numbered,
    raw_list,
    raw_texts,
)

# The portal's key of a section: ours, the type of its documents.
SECTIONS = {
    "b2b": ("B2B", "INV"), "b2ba": ("B2BA", "INV"), "b2bdn": ("DN", "DN"), "b2bdna": ("DNA", "DN"),
    "b2bcn": ("CN", "CN"), "b2bcna": ("CNA", "CN"), "ecom": ("ECO", "INV"), "ecoma": ("ECOA", "INV"),
    "impg": ("IMPG", "BOE"), "impga": ("IMPGA", "BOE"), "impgsez": ("IMPGSEZ", "BOE"),
    "impgseza": ("IMPGSEZA", "BOE"),
}  # fmt: skip
FORMS = {
    "R1": "R1", "GSTR1": "R1", "GSTR-1": "R1", "IFF": "IFF", "R1A": "R1A", "GSTR1A": "R1A", "GSTR-1A": "R1A",
    "R5": "R5", "GSTR5": "R5", "R6": "R6", "GSTR6": "R6", "ICEGATE": "ICEGATE",
}  # fmt: skip
_STATUS = {"FILED": "filed", "F": "filed", "NOT FILED": "saved", "NF": "saved", "NOTFILED": "saved"}


def read_ims(payload: Payload, source: Source) -> list[Part]:
    """Every section of an IMS download, documents without ids; company GSTIN is the source's."""
    sections = _sections(payload, source.file)
    parts = [_section(source, name, raws) for name, raws in sections.items() if name in SECTIONS]
    return parts + [_unknown(source, name, raws) for name, raws in sections.items() if name not in SECTIONS and raws]


def _sections(payload: Payload, file: str) -> dict[str, list[msgspec.Raw]]:
    envelope = {"ims": "imsDetails", "ims_errors": "imsDetailsErr"}[payload.kind]
    if envelope in payload.keys:
        keys = msgspec.json.decode(payload.keys[envelope], type=Keys | None) or {}
    else:
        known = (*IMS_SECTIONS, *IMS_IMPORTS)
        keys = {name: raw for name, raw in payload.keys.items() if name in known or _is_list(raw)}
    return {name: raw_list(raw, file, name) for name, raw in keys.items()}


def _is_list(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:64]).lstrip().startswith(b"[")


def _unknown(source: Source, name: str, raws: list[msgspec.Raw]) -> Part:
    why = f"Section '{name}' is not known to this version. Act on these records on the portal."
    texts_of = [str(memoryview(raw), "utf-8") for raw in raws]
    refused = noted_rows(np.arange(1, len(raws) + 1), texts_of, "unknown_section", why)
    return Part(source.file, name, np.array([len(raws), 0, 0, 0, 0, 0]), refused=refused)


def _section(source: Source, name: str, raws: list[msgspec.Raw]) -> Part:
    section, doc_type = SECTIONS[name]
    records, broken = decode_columns(raws, ImsInvoice if doc_type == "INV" else Record)
    faults = Faults(len(records))
    faults.add_each(broken)
    heads = [("txval",), ("iamt", "igst"), ("camt", "cgst"), ("samt", "sgst"), ("cess",)]
    values = amounts([column(records, *names) for names in heads], faults, np.full(len(records), doc_type == "CN"))
    numbers = texts(column(records, *_number_keys(doc_type)))
    numbered(numbers, faults)
    table = {
        "supplier_gstin": gstins(column(records, "stin")),
        "supplier_name": texts(column(records, "tradenm")),
        "doc_type": constant(doc_type, len(records)),
        "doc_no": numbers,
        "doc_date": dated(column(records, *_date_keys(doc_type)), faults),
        "doc_value": optional_rupees(column(records, "val")),
        "raw": raw_texts(raws),
    }
    table |= _status(records, section, source) | _reduced(records) | _original(records)
    return finish(source.file, name, table, values, raws, faults)


def _number_keys(doc_type: str) -> tuple[str, ...]:
    return {"INV": ("inum",), "BOE": ("boenum", "inum")}.get(doc_type, ("nt_num", "inum"))


def _date_keys(doc_type: str) -> tuple[str, ...]:
    return {"INV": ("idt",), "BOE": ("boedt", "idt")}.get(doc_type, ("nt_dt", "idt"))


def _original(records: Columns) -> dict[str, object]:
    numbers = texts(column(records, "oinum", "ont_num"))
    return {"original_doc_no": numbers, "original_doc_date": days(column(records, "oidt", "ont_dt")).values}


def _reduced(records: Columns) -> dict[str, object]:
    return reduction(column(records, "itcRedReq"), [column(records, key) for key in DECLARED_KEYS])


def _status(records: Columns, section: str, source: Source) -> dict[str, object]:
    count = len(records)
    imports = section.startswith("IMPG")
    forms = coded(column(records, "srcform"), FORMS)
    return {
        "section": constant(section, count),
        "supply_class": constant("import", count) if imports else supply_class(column(records, "inv_typ")),
        # Reverse-charge documents bypass IMS.
        "reverse_charge": pd.Series([False] * count, dtype="boolean"),
        "pos": states(column(records, "pos")),
        "port_code": texts(column(records, "portcd")),
        "company_gstin": constant(source.gstin, count),
        "source_form": forms.fillna("ICEGATE") if imports else forms,
        "return_period": periods(column(records, "rtnprd")),
        "filing_status": coded(column(records, "srcfilstatus"), _STATUS),
        "portal_action": coded(column(records, "action"), {code: code for code in "ARPN"}),
        "pending_blocked": flags(column(records, "ispendactblocked")),
        "remarks_blocked": flags(column(records, "isRemarksBlocked")),
        "itc_reduction_blocked": flags(column(records, "itcRedReqBlocked", "isItcRedReqBlocked")),
        "remarks": texts(column(records, "remarks")),
        "portal_error": texts(column(records, "error_msg")),
    }
