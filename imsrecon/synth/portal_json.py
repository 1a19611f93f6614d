"""Writes GSTR-2B and the IMS offline download as JSON: the portal's own keys, order and number forms.

Source of the shapes: GSTR-2B of both generations (items per document up to the statement of September 2024, amounts
per document since), IMS offline tool V1.1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, HEADS, InputError, to_paise, to_portal, total_tax

JsonRecord = dict[str, object]
SECTION_2B = {
    "B2B": "b2b", "B2BA": "b2ba", "DN": "cdnr", "CN": "cdnr", "DNA": "cdnra", "CNA": "cdnra", "ECO": "ecom",
    "ECOA": "ecoma", "IMPG": "impg",
}  # fmt: skip
SECTION_IMS = {
    "B2B": "b2b", "B2BA": "b2ba", "DN": "b2bdn", "DNA": "b2bdna", "CN": "b2bcn", "CNA": "b2bcna", "ECO": "ecom",
    "ECOA": "ecoma",
}  # fmt: skip
BLOCK_OF_PART = {"available": "itcavl", "not_available": "itcunavl", "reversal": "itcrev", "rejected": "itcRejected"}
NOTES = ("DN", "CN", "DNA", "CNA")
CREDITS = ("CN", "CNA")
FLAT_FORM = {"igst": "iamt", "cgst": "camt", "sgst": "samt", "cess": "cess"}
DECLARED_KEYS = {
    "declared_igst": "declIgst", "declared_cgst": "declCgst", "declared_sgst": "declSgst", "declared_cess": "declCess",
}  # fmt: skip


def ims_download(portal: pd.DataFrame, period: str) -> JsonRecord:
    """The IMS offline download as it stands in `period`: that 2B-period's records, the pending ones, the saved ones.

    `portal` is a portal table of one client. What bypasses IMS (A-08) and imports are not in the offline file.
    """
    _refuse_other_sections(portal, SECTION_2B)
    bypass = portal["reverse_charge"].fillna(False) | portal["itc_available"].eq("N")
    held = portal["portal_action"].eq("P") & (portal["gstr2b_period"] <= period)
    here = portal["gstr2b_period"].eq(period) | held | portal["gstr2b_period"].isna()
    table = portal[here & ~bypass & portal["section"].isin(SECTION_IMS)].reset_index(drop=True)
    rows = table.groupby(table["section"].map(SECTION_IMS)).indices
    records = _ims_records(table)
    sections = {key: [records[at] for at in rows.get(key, ())] for key in SECTION_IMS.values()}
    return {"rtin": _one_gstin(portal), "imsDetails": sections}


def gstr2b(portal: pd.DataFrame, period: str, generated: date, *, items: bool = False) -> JsonRecord:
    """GSTR-2B of `period` with its summaries: of the IMS era, or with `items` of the generation before October 2024.

    `portal` is a portal table; its rows with that `gstr2b_period` and a `gstr2b_part` are written. In the older
    generation nothing is rejected, so rejected rows raise `InputError`, as do sections that have no writer.
    """
    table = portal[portal["gstr2b_period"].eq(period) & portal["gstr2b_part"].notna()].reset_index(drop=True)
    _refuse_other_sections(table, SECTION_2B)
    part = table["gstr2b_part"]
    if items and part.isin(["rejected"]).any():
        raise InputError("A GSTR-2B before October 2024 has no rejected documents.", hint="Leave them out.")
    records = pd.Series(_records_2b(table, items), index=table.index, dtype=object)
    live, refused, back = (part.isin(names) for names in (["available", "not_available"], ["rejected"], ["reversal"]))
    docdata = _sections(table[live], records)
    if back.any():
        docdata["itcrev"] = [_sections(table[back], records)]
    data: JsonRecord = {
        "gstin": _one_gstin(portal), "rtnprd": to_portal(period), "version": "1.0",
        "gendt": generated.strftime("%d-%m-%Y"), "itcsumm": _itc_summary(table),
        "cpsumm": _supplier_summary(table[live]), "docdata": docdata,
    }  # fmt: skip
    if refused.any():
        data |= {"docRejdata": _sections(table[refused], records), "cpSummRej": _supplier_summary(table[refused])}
    return {"chksum": hashlib.sha256(to_bytes(data)).hexdigest(), "data": data}


def to_bytes(payload: JsonRecord) -> bytes:
    """Compact UTF-8, as the portal writes it."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _one_gstin(portal: pd.DataFrame) -> str:
    gstins = portal["company_gstin"].dropna().unique()
    if len(gstins) != 1:
        raise InputError(f"A download has one GSTIN, the table has {len(gstins)}.", hint="Give one client's rows.")
    return str(gstins[0])


def _refuse_other_sections(table: pd.DataFrame, known: dict[str, str]) -> None:
    other = sorted(set(table["section"].dropna()) - set(known))
    if other:
        raise InputError(f"No writer for {', '.join(other)}.", hint=f"Leave them out. Known: {', '.join(known)}.")


# --- records ---------------------------------------------------------------------------------------------------


def _numbers(column: pd.Series) -> list[object]:
    """Whole rupees as integers, as the portal's files mix them; missing as None."""
    values = column.to_numpy(dtype=float)
    whole = np.nan_to_num(values) == np.floor(np.nan_to_num(values))
    return [None if v != v else int(v) if w else v for v, w in zip(values.tolist(), whole.tolist(), strict=True)]


def _texts(column: pd.Series) -> list[object]:
    return column.astype(object).where(column.notna(), None).tolist()


def _days(column: pd.Series) -> list[object]:
    return _texts(column.dt.strftime("%d-%m-%Y"))


def _yes(column: pd.Series) -> list[object]:
    return [None if pd.isna(value) else "Y" if value else "N" for value in column]


def _periods(column: pd.Series) -> list[object]:
    return _texts(column.str.slice(5) + column.str.slice(0, 4))


def _zip(columns: dict[str, list[object]]) -> list[JsonRecord]:
    """One dict a row, without the keys that have no value."""
    keys = list(columns)
    rows = zip(*columns.values(), strict=True)
    return [{key: value for key, value in zip(keys, row, strict=True) if value is not None} for row in rows]


def _only(values: list[object], where: pd.Series) -> list[object]:
    return [value if here else None for value, here in zip(values, where, strict=True)]


def _reduction(table: pd.DataFrame) -> dict[str, list[object]]:
    """`itcRedReq` and what is declared: full is Y alone, partial is Y with amounts, none is N."""
    asked = table["itc_reduction"].map({"full": "Y", "partial": "Y", "none": "N"}).astype("str")
    declared = {
        key: _numbers(table[name].where(table["itc_reduction"].eq("partial")))
        for name, key in DECLARED_KEYS.items()
    }  # fmt: skip
    return {"itcRedReq": _texts(asked), **declared, "remarks": _texts(table["remarks"])}


def _ims_records(table: pd.DataFrame) -> list[JsonRecord]:
    note = table["section"].isin(NOTES)
    eco = table["section"].isin(["ECO", "ECOA"])
    number, day = _texts(table["doc_no"]), _days(table["doc_date"])
    original, original_day = _texts(table["original_doc_no"]), _days(table["original_doc_date"])
    kind = np.where(table["supply_class"] == "sez", "SEWP", "R").tolist()
    status = np.where(table["filing_status"] == "saved", "Not Filed", "Filed").tolist()
    return _zip({
        "stin": _texts(table["supplier_gstin"]), "tradenm": _texts(table["supplier_name"]),
        "inum": _only(number, ~note), "nt_num": _only(number, note),
        "idt": _only(day, ~note), "nt_dt": _only(day, note),
        "oinum": _only(original, ~note), "ont_num": _only(original, note),
        "oidt": _only(original_day, ~note), "ont_dt": _only(original_day, note),
        "inv_typ": _only(kind, ~eco), "val": _numbers(table["doc_value"]), "action": _texts(table["portal_action"]),
        "pos": _texts(table["pos"]), "txval": _numbers(table["taxable_value"]),
        **{key: _numbers(table[head]) for head, key in FLAT_FORM.items()},
        "srcform": _texts(table["source_form"]), "rtnprd": _periods(table["return_period"]), "srcfilstatus": status,
        "ispendactblocked": _yes(table["pending_blocked"]), "isRemarksBlocked": _yes(table["remarks_blocked"]),
        "itcRedReqBlocked": _yes(table["itc_reduction_blocked"]), **_reduction(table),
    })  # fmt: skip


def _records_2b(table: pd.DataFrame, items: bool) -> list[JsonRecord]:
    both = zip(table["section"] == "IMPG", _entries(table), _documents(table, items), strict=True)
    return [entry if imported else document for imported, entry, document in both]


def _entries(table: pd.DataFrame) -> list[JsonRecord]:
    return _zip({
        "refdt": _days(table["filing_date"]), "recdt": _days(table["filing_date"]),
        "portcode": _texts(table["port_code"]), "boenum": _texts(table["doc_no"]), "boedt": _days(table["doc_date"]),
        "isamd": ["N"] * len(table), "txval": _numbers(table["taxable_value"]), "igst": _numbers(table["igst"]),
        "cess": _numbers(table["cess"]),
    })  # fmt: skip


def _documents(table: pd.DataFrame, items: bool) -> list[JsonRecord]:
    note, eco = table["section"].isin(NOTES), table["section"].isin(["ECO", "ECOA"])
    number, original = _texts(table["doc_no"]), _texts(table["original_doc_no"])
    original_day = _days(table["original_doc_date"])
    kind = np.where(table["supply_class"] == "sez", "SEWP", "R").tolist()
    note_kind = np.where(table["doc_type"] == "CN", "C", "D").tolist()
    amended_note = note & table["original_doc_no"].notna()
    amounts: dict[str, list[object]] = {"txval": _numbers(table["taxable_value"])}
    amounts |= {head: _numbers(table[head]) for head in HEADS}
    era = {"items": _items(table)} if items else amounts | {"imsStatus": _texts(table["portal_action"])}
    return _zip({
        "inum": _only(number, ~note), "ntnum": _only(number, note), "dt": _days(table["doc_date"]),
        "val": _numbers(table["doc_value"]),
        "typ": [b if is_note else a for a, b, is_note in zip(kind, note_kind, note, strict=True)],
        "suptyp": _only(kind, note), "rev": _yes(table["reverse_charge"]), "pos": _texts(table["pos"]),
        "itcavl": _texts(table["itc_available"]), "rsn": _texts(table["itc_reason"].fillna("")),
        "diffprcnt": _only([1] * len(table), ~eco), "srctyp": _only(["E-Invoice"] * len(table), table["irn"].notna()),
        "irn": _texts(table["irn"]), "irngendate": _only(_days(table["doc_date"]), table["irn"].notna()),
        "onttyp": _only(note_kind, amended_note), "oinum": _only(original, ~note), "ontnum": _only(original, note),
        "oidt": _only(original_day, ~note), "ontdt": _only(original_day, note),
        **era, **({} if items else _reduction(table)),
    })  # fmt: skip


def _items(table: pd.DataFrame) -> list[object]:
    """One item a document: its rate, and of the heads only those that are not zero."""
    taxable = to_paise(table["taxable_value"])
    rate = np.round(100 * total_tax(table) / np.maximum(taxable, 1), 0)
    heads: dict[str, list[object]] = {
        "num": (rate * 100 + 1).astype(int).tolist(), "rt": rate.astype(int).tolist(),
        "txval": _numbers(table["taxable_value"]),
    }  # fmt: skip
    heads |= {head: _numbers(table[head].where(table[head] != 0)) for head in HEADS}
    return [[item] for item in _zip(heads)]


# --- sections and summaries --------------------------------------------------------------------------------------


def _sections(table: pd.DataFrame, records: pd.Series) -> JsonRecord:
    """docdata: each section's records under their supplier and return; bills of entry flat. Only what is there."""
    sections: JsonRecord = {}
    for key, rows in _by(table, table["section"].map(SECTION_2B), list(SECTION_2B.values())):
        if key == "impg":
            sections[key] = records[rows.index].tolist()
            continue
        listed = "nt" if key in ("cdnr", "cdnra") else "inv"
        sections[key] = [
            _who(group) | {listed: records[group.index].tolist()} for _, group in rows.groupby(_RETURN, sort=False)
        ]
    return sections


_RETURN = ["supplier_gstin", "supplier_name", "filing_date", "return_period"]


def _by(table: pd.DataFrame, key: pd.Series, order: list[str]) -> list[tuple[str, pd.DataFrame]]:
    groups = {str(name): rows for name, rows in table.groupby(key, sort=False)}
    return [(name, groups[name]) for name in dict.fromkeys(order) if name in groups]


def _who(group: pd.DataFrame) -> JsonRecord:
    first = group.iloc[0]
    return {
        "ctin": first["supplier_gstin"], "trdnm": first["supplier_name"],
        "supfildt": first["filing_date"].strftime("%d-%m-%Y"), "supprd": to_portal(first["return_period"]),
    }  # fmt: skip


def _sums(rows: pd.DataFrame, names: tuple[str, ...]) -> JsonRecord:
    paise = {name: int(to_paise(rows[name]).sum()) for name in names}
    return {name: value // 100 if value % 100 == 0 else value / 100 for name, value in paise.items()}


def _supplier_summary(table: pd.DataFrame) -> JsonRecord:
    """cpsumm: for each section, supplier and return (notes: and their type) the count and the sums."""
    summary: JsonRecord = {}
    rows = table[table["section"] != "IMPG"]
    for key, section in _by(rows, rows["section"].map(SECTION_2B), list(SECTION_2B.values())):
        keys = [*_RETURN, "doc_type"] if key in ("cdnr", "cdnra") else _RETURN
        summary[key] = [_supplier_line(key, group) for _, group in section.groupby(keys, sort=False)]
    return summary


def _supplier_line(key: str, group: pd.DataFrame) -> JsonRecord:
    line = _who(group) | {"ttldocs": len(group)} | _sums(group, AMOUNTS)
    line = {("txval" if name == "taxable_value" else name): value for name, value in line.items()}
    note = {"nttyp": "C" if group["doc_type"].iloc[0] == "CN" else "D"} if key in ("cdnr", "cdnra") else {}
    return line | note


def _itc_summary(table: pd.DataFrame) -> JsonRecord:
    """itcsumm: the documents' heads summed by part, kind of supply and section; credit notes under `othersup`."""
    summary: JsonRecord = {}
    for part, block in BLOCK_OF_PART.items():
        rows = table[table["gstr2b_part"].eq(part)]
        groups: JsonRecord = {}
        for name, test in _SUPPLIES.items():
            those = rows[test(rows)]
            if len(those):
                groups[name] = _sums(those, HEADS) | _by_section(those, name)
        if groups:
            summary[block] = groups
    return summary


def _by_section(rows: pd.DataFrame, name: str) -> JsonRecord:
    key = rows["section"].map(SECTION_2B)
    if name == "othersup":
        key = key + rows["reverse_charge"].fillna(False).map({True: "rev", False: ""}).astype("str")
    heads = ("igst", "cess") if name == "imports" else HEADS
    return {str(section): _sums(group, heads) for section, group in rows.groupby(key, sort=False)}


def _reverse(rows: pd.DataFrame) -> pd.Series:
    return rows["reverse_charge"].fillna(False).astype(bool) & ~rows["section"].isin(CREDITS)


_SUPPLIES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "nonrevsup": lambda rows: ~_reverse(rows) & ~rows["section"].isin([*CREDITS, "IMPG"]),
    "revsup": _reverse,
    "imports": lambda rows: rows["section"] == "IMPG",
    "othersup": lambda rows: rows["section"].isin(CREDITS),
}
