"""GSTR-1 as filed or prepared: the totals of each section, for the cross checks with GSTR-3B and IMS."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, InputError, to_rupees
from imsrecon.intake.cells import paise
from imsrecon.intake.files import PathLike, open_inputs
from imsrecon.intake.payloads import looks_like_json, open_payload, refuse_foreign

_DOCUMENTS = {
    "b2b": "inv", "b2ba": "inv", "b2cl": "inv", "b2cla": "inv", "exp": "inv", "expa": "inv", "cdnr": "nt",
    "cdnra": "nt", "cdnur": None, "cdnura": None, "b2cs": None, "b2csa": None,
}  # fmt: skip
_KEYS = ("txval", "iamt", "camt", "samt", "csamt")
_Object = dict[str, object]


def read_gstr1(path: PathLike) -> pd.DataFrame:
    """Totals of a GSTR-1 (JSON): section, documents, taxable_value, igst, cgst, sgst, cess in rupees.

    One row a section that has documents (`b2b`, `cdnr`, `b2cs`, …); credit notes count negative. Sections without
    tax of their own (`nil`, `hsn`, `doc_issue`) are left out. Raises `InputError` if the file is no GSTR-1, or if
    `path` is more than one file.
    """
    files = open_inputs(path)
    if len(files) != 1:
        raise InputError(f"{len(files)} files were given; one GSTR-1 is read at a time.", hint="Name one file.")
    if not looks_like_json(files[0].data):
        raise InputError(f"'{files[0].name}' is no JSON; a GSTR-1 was expected.", hint="Download the JSON.")
    payload = open_payload(files[0])
    refuse_foreign(payload, files[0].name, ("gstr1",))
    rows = []
    for section, inner in _DOCUMENTS.items():
        if section in payload.keys:
            try:
                groups = msgspec.json.decode(payload.keys[section], type=list[_Object] | None) or []
            except msgspec.DecodeError as error:
                raise InputError(f"'{files[0].name}': section {section} cannot be read: {error}.") from error
            rows.append([section, *_totals(list(_documents(groups, inner)), files[0].name, section)])
    table = pd.DataFrame(rows, columns=["section", "documents", *AMOUNTS])
    return table.astype({"section": "str", "documents": "int64"} | dict.fromkeys(AMOUNTS, "float64"))


def _documents(groups: list[_Object], inner: str | None) -> Iterator[_Object]:
    for group in groups:
        found = group.get(inner) if inner else None
        yield from (found if isinstance(found, list) else [group])


def _totals(documents: list[_Object], file: str, section: str) -> list[float]:
    lines = [(line, -1 if str(one.get("ntty", "")).upper() == "C" else 1) for one in documents for line in _lines(one)]
    sign = np.array([turn for _, turn in lines], dtype=np.int64)
    sums = []
    for key in _KEYS:
        values, bad = paise([line.get(key) for line, _ in lines])
        if bad.any():
            raise InputError(f"'{file}': section {section} has a {key} that is no amount.", hint="Download it again.")
        sums.append(int((values * sign).sum()))
    return [len(documents), *to_rupees(np.array(sums, dtype=np.int64)).tolist()]


def _lines(document: _Object) -> list[_Object]:
    """The rate lines; a document without has its amounts itself (`b2cs`)."""
    items = document.get("itms")
    if not isinstance(items, list):
        return [document]
    return [
        one.get("itm_det") if isinstance(one.get("itm_det"), dict) else one for one in items if isinstance(one, dict)
    ]
