"""Reads both tables into a pool, in an order that depends on the data alone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from imsrecon.match.columns import NO_DAY, column_of, conformed, read_columns
from imsrecon.match.dictionaries import DICTIONARIES, number_codes, shared_codes
from imsrecon.match.documents import Documents, Pool
from imsrecon.match.numbers import NumberForms, number_forms
from imsrecon.match.suppliers import Suppliers
from imsrecon.match.threads import at_once

_SIDES = ("register", "portal")
_DAY_BITS = 17
_DIGIT = 16  # bits


def read_pool(register: pd.DataFrame, portal: pd.DataFrame, suppliers: Suppliers | None = None) -> Pool:
    """Both tables as a `Pool`; a GSTIN that one typing error explains has the PAN of the one that was meant.

    `suppliers` knows the GSTINs of tables of which these are a part; else they are read from these alone.

    Raises `TableError` naming every missing column, and for ids or types that cannot be.
    """
    size = len(register) + len(portal)
    tables = at_once(lambda pair: conformed(*pair), ((register, "register"), (portal, "portal")), size)
    tasks = [
        partial(_suppliers_and_numbers, tables, suppliers),
        *(partial(read_columns, table, side) for table, side in zip(tables, _SIDES, strict=True)),
        partial(_coded, tables, "pos"),
        partial(_coded, tables, "port_code"),
    ]
    (gstin, gstins, pan, repaired, number, texts), *columns, (pos, _), (port, _) = at_once(
        lambda task: task(), tasks, size
    )
    forms = number_forms(texts)
    for k, arrays in enumerate(columns):
        arrays |= {"gstin": gstin[k], "pan": _with_ports(pan, gstin[k], port[k]), "number": number[k], "pos": pos[k]}
    sides = at_once(lambda k: _in_order(_SIDES[k], tables[k], columns[k], forms), range(2), size)
    return Pool(sides[0], sides[1], forms, gstins, repaired)


def _coded(tables: list[pd.DataFrame], name: str) -> tuple[list[np.ndarray], pa.Array]:
    return shared_codes([column_of(table, name) for table in tables], *DICTIONARIES[name])


def _suppliers(tables: list[pd.DataFrame], known: Suppliers | None) -> tuple:
    """Codes of the GSTINs of either side; the GSTINs, the PAN of each as a code, and which were repaired."""
    codes, texts = _coded(tables, "supplier_gstin")
    gstins = texts.to_numpy(zero_copy_only=False)
    if known is None:
        known = Suppliers.of(gstins, *(_present(of_side, len(gstins)) for of_side in codes))
    return codes, gstins, *known.pans(gstins)


def _suppliers_and_numbers(tables: list[pd.DataFrame], known: Suppliers | None) -> tuple:
    """`_suppliers`; and the codes of the numbers of either side, and their texts: neighbours as their suppliers are."""
    gstin, gstins, pan, repaired = _suppliers(tables, known)
    of_rows = np.append(pan, -1)[np.concatenate(gstin)]
    return gstin, gstins, pan, repaired, *number_codes([column_of(table, "doc_no") for table in tables], of_rows)


def _present(codes: np.ndarray, count: int) -> np.ndarray:
    present = np.zeros(count + 1, dtype=bool)
    present[codes] = True  # the last one for those that have none
    return present[:count]


def _with_ports(pan: np.ndarray, gstin: np.ndarray, port: np.ndarray) -> np.ndarray:
    """A bill of entry has no supplier: its port stands for one, in codes beyond those of the PANs."""
    own = np.append(pan, -1).astype(np.int32)[gstin]
    lone = np.flatnonzero((own < 0) & (port >= 0))
    own[lone] = port[lone] + (pan.max(initial=-1) + 1)
    return own


def _in_order(side: str, table: pd.DataFrame, arrays: dict[str, np.ndarray], forms: NumberForms) -> Documents:
    """The rows in canonical order; `arrays` is emptied, so that no column takes memory twice."""
    serial = np.append(forms.serial, -1)[arrays["number"]]
    order = _canonical_order(arrays, serial, table)
    ordered = {name: arrays.pop(name).take(order, axis=0) for name in list(arrays)}
    return Documents(side=side, source=table, order=order, **ordered)


def _canonical_order(arrays: dict[str, np.ndarray], serial: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Rows by PAN, date, serial, then amounts, voucher, doc_id: the tie-break of every later step."""
    key, bits = _order_key(arrays["pan"], arrays["day"], serial)
    order = _sorted_rows(key, bits)
    ordered = key[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    if tied.any():
        places = np.flatnonzero(tied)
        rows = order[places]
        few = table.filter(["doc_id", "voucher_no"]).take(rows)
        voucher = pd.factorize(column_of(few, "voucher_no").fillna(""), sort=True)[0]
        ids = pd.factorize(few["doc_id"], sort=True)[0]
        fine = (ids, voucher, arrays["money"][rows, 0], arrays["gstin"][rows], serial[rows], arrays["day"][rows])
        order[places] = rows[np.lexsort((*fine, ordered[places]))]
    return order


def _order_key(pan: np.ndarray, day: np.ndarray, serial: np.ndarray) -> tuple[np.ndarray, int]:
    """PAN, then day, then as much of the serial as there is room for, in one integer; and its bits."""
    known = day[day != NO_DAY]
    since = np.clip(day - known.min(initial=10**6) + 1, 0, (1 << _DAY_BITS) - 1)
    pan_bits, day_bits = (int(of.max(initial=0) + 2).bit_length() for of in (pan, since))
    room = max(4, 3 * _DIGIT - pan_bits - day_bits)
    high = ((pan.astype(np.int64) + 1) << day_bits | since) << room
    return high | np.clip(serial + 1, 0, (1 << room) - 1), pan_bits + day_bits + room


def _sorted_rows(key: np.ndarray, bits: int) -> np.ndarray:
    """The rows in ascending order of a key of so many bits: digit by digit, lowest first; numpy counts those."""
    order = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(_DIGIT, bits, _DIGIT):
        order = order[np.argsort((key >> shift).astype(np.uint16)[order], kind="stable")]
    return order
