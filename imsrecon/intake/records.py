"""JSON records to columns: typed decoding, the verbatim text kept, and one bad record never costs the others."""

# ruff: noqa: N815 - the keys are the portal's own
from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from imsrecon.domain import AMOUNTS, InputError
from imsrecon.intake.cells import days, listed, nothing, paise, text_column
from imsrecon.intake.model import Part, noted_rows

Word = str | int | float | bool | None
Amount = float | str | None
T = TypeVar("T")
_CHUNK = 8_192


class ImsInvoice(msgspec.Struct, gc=False):
    """One invoice in IMS; every key may be missing, unknown keys live on in the raw text."""

    stin: Word = None
    tradenm: Word = None
    inum: Word = None
    idt: Word = None
    oinum: Word = None
    oidt: Word = None
    inv_typ: Word = None
    pos: Word = None
    action: Word = None
    srcform: Word = None
    rtnprd: Word = None
    srcfilstatus: Word = None
    ispendactblocked: Word = None
    isRemarksBlocked: Word = None
    itcRedReqBlocked: Word = None
    isItcRedReqBlocked: Word = None
    itcRedReq: Word = None
    remarks: Word = None
    error_msg: Word = None
    val: Amount = None
    txval: Amount = None
    iamt: Amount = None
    camt: Amount = None
    samt: Amount = None
    igst: Amount = None
    cgst: Amount = None
    sgst: Amount = None
    cess: Amount = None
    declIgst: Amount = None
    declCgst: Amount = None
    declSgst: Amount = None
    declCess: Amount = None


class Record(ImsInvoice, gc=False):
    """One IMS record of any other section: notes, bills of entry."""

    nt_num: Word = None
    nt_dt: Word = None
    ont_num: Word = None
    ont_dt: Word = None
    portcd: Word = None
    boenum: Word = None
    boedt: Word = None


class Item(msgspec.Struct, gc=False):
    """One rate line of a document in a GSTR-2B until September 2024; a head that is zero is missing."""

    txval: Amount = None
    igst: Amount = None
    cgst: Amount = None
    sgst: Amount = None
    cess: Amount = None


class Invoice(msgspec.Struct, gc=False):
    """An invoice of a GSTR-2B, from a supplier or an e-commerce operator."""

    inum: Word = None
    dt: Word = None
    oinum: Word = None
    oidt: Word = None
    typ: Word = None
    pos: Word = None
    rev: Word = None
    itcavl: Word = None
    rsn: Word = None
    irn: Word = None
    imsStatus: Word = None
    remarks: Word = None
    itcRedReq: Word = None
    val: Amount = None
    txval: Amount = None
    igst: Amount = None
    cgst: Amount = None
    sgst: Amount = None
    cess: Amount = None
    declIgst: Amount = None
    declCgst: Amount = None
    declSgst: Amount = None
    declCess: Amount = None
    items: list[Item] | None = None


class Document(Invoice, gc=False):
    """One document of any other section: notes, ISD, bills of entry."""

    ntnum: Word = None
    ontnum: Word = None
    ontdt: Word = None
    suptyp: Word = None
    doctyp: Word = None
    docnum: Word = None
    docdt: Word = None
    odocnum: Word = None
    odocdt: Word = None
    oinvnum: Word = None
    oinvdt: Word = None
    itcelg: Word = None
    portcode: Word = None
    boenum: Word = None
    boedt: Word = None
    refdt: Word = None
    isamd: Word = None


def raw_list(raw: msgspec.Raw | bytes, file: str, section: str) -> list[msgspec.Raw]:
    """The records of a list, each as the bytes it stands in; null counts as empty."""
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw] | None) or []
    except msgspec.DecodeError as error:
        raise InputError(
            f"'{file}': section {section} is no list of records: {error}.", hint="Download the file again."
        ) from error


class Columns:
    """Decoded records, a column a key: Arrow where its values are of one type, a list where they are mixed."""

    def __init__(self, count: int, cells: dict[str, pa.Array | list[object]]) -> None:
        self._count, self._cells = count, cells

    def __len__(self) -> int:
        return self._count

    def of(self, name: str) -> pa.Array | list[object]:
        """The values of a key; it may be missing from every record."""
        return self._cells[name] if name in self._cells else pa.nulls(self._count, pa.large_string())


def decode_columns(raws: Sequence[msgspec.Raw], kind: type[msgspec.Struct]) -> tuple[Columns, dict[int, str]]:
    """Records decoded into columns; one that cannot be is blank and its position is told with the reason.

    A few thousand at a time: the objects of a million records would not fit the processor's cache, nor the memory.
    """
    pieces: dict[str, list[pa.Array | list[object]]] = {name: [] for name in kind.__struct_fields__}
    faults: dict[int, str] = {}
    starts = range(0, len(raws), _CHUNK)
    for start in starts:
        records, broken = decode_records(raws[start : start + _CHUNK], kind)
        faults |= {start + position: why for position, why in broken.items()}
        for name, values in zip(pieces, zip(*map(msgspec.structs.astuple, records), strict=True), strict=True):
            pieces[name].append(_piece(values))
    cells = {name: _whole(found) for name, found in pieces.items()}
    return Columns(len(raws), {name: whole for name, whole in cells.items() if whole is not None}), faults


def _piece(values: tuple[object, ...]) -> pa.Array | list[object]:
    if values[0] is None and values.count(None) == len(values):
        return pa.nulls(len(values))
    try:
        return pa.array(values, type=pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        floats = set(map(type, values)) <= {float, type(None)}
        return pa.array(values, type=pa.float64()) if floats else list(values)


def _whole(pieces: list[pa.Array | list[object]]) -> pa.Array | list[object] | None:
    """One column of all its pieces; None if no record has the key."""
    types = {piece.type if isinstance(piece, pa.Array) else None for piece in pieces} - {pa.null()}
    if not types:
        return None
    if len(types) > 1 or None in types:
        return [cell for piece in pieces for cell in (piece.to_pylist() if isinstance(piece, pa.Array) else piece)]
    only = types.pop()
    return pa.concat_arrays([piece.cast(only) for piece in pieces])


def decode_records(raws: Sequence[msgspec.Raw], kind: type[T]) -> tuple[list[T], dict[int, str]]:
    """Each record decoded; one that cannot be is blank and its position is told with the reason."""
    decode: Callable[[msgspec.Raw], T] = msgspec.json.Decoder(kind).decode
    try:
        return list(map(decode, raws)), {}
    except (msgspec.DecodeError, RecursionError):
        return _one_by_one(raws, decode, kind)


def _one_by_one(
    raws: Sequence[msgspec.Raw], decode: Callable[[msgspec.Raw], T], kind: type[T]
) -> tuple[list[T], dict[int, str]]:
    records, faults = [], {}
    for position, raw in enumerate(raws):
        try:
            records.append(decode(raw))
        except (msgspec.DecodeError, RecursionError) as error:
            records.append(kind())
            faults[position] = str(error)
    return records, faults


def column(records: Columns | Sequence[object], *names: str) -> pa.Array | list[object]:
    """The values of a key; of the first of several keys that has one."""
    found = [
        records.of(name) if isinstance(records, Columns) else list(map(attrgetter(name), records)) for name in names
    ]
    values = found[0]
    for other in found[1:]:
        values = _filled(values, other)
    return values


def _filled(values: pa.Array | list[object], other: pa.Array | list[object]) -> pa.Array | list[object]:
    """`values`, with `other` where they are missing."""
    if nothing(other):
        return values
    if nothing(values):
        return other
    if isinstance(values, pa.Array) and isinstance(other, pa.Array) and values.type == other.type:
        return pc.coalesce(values, other)
    return [second if first is None else first for first, second in zip(listed(values), listed(other), strict=True)]


def raw_texts(raws: Sequence[msgspec.Raw]) -> pd.Series:
    """Each record's JSON text, byte for byte: all of them in one buffer."""
    lengths = np.fromiter((memoryview(raw).nbytes for raw in raws), dtype=np.int64, count=len(raws))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    text = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(raws), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(raws))]
    )
    return text_column(text.cast(pa.large_string()))


class Faults:
    """Why a record is refused: the first fault found is the one told."""

    def __init__(self, count: int) -> None:
        self.code = np.full(count, None, dtype=object)
        self.why = np.full(count, None, dtype=object)

    def add(self, where: npt.NDArray[np.bool_], code: str, why: str) -> None:
        """Note a fault for the rows in `where` that have none yet."""
        fresh = where & np.equal(self.code, None)
        self.code[fresh], self.why[fresh] = code, why

    def add_each(self, broken: dict[int, str]) -> None:
        """Note the records that could not be decoded, each with its own reason."""
        for position, message in broken.items():
            self.code[position], self.why[position] = "bad_record", f"The record cannot be read: {message}."

    @property
    def any(self) -> npt.NDArray[np.bool_]:
        """True for each row that is refused."""
        return np.not_equal(self.code, None)


def amounts(columns: Sequence[Sequence[object]], faults: Faults, notes: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Five columns of amounts as paise (rows × 5), always positive; what cannot be is a fault.

    `notes`: which rows are credit notes, whose amounts some write with a minus, throughout.
    """
    values = np.empty((len(columns[0]), len(AMOUNTS)), dtype=np.int64)
    for position, cells in enumerate(columns):
        values[:, position], bad = paise(cells)
        faults.add(bad, "bad_amount", f"{AMOUNTS[position]} cannot be read as an amount. Correct it at the source.")
    turned = notes & (values <= 0).all(axis=1)
    values[turned] = -values[turned]
    faults.add((values < 0).any(axis=1), "negative", "An amount is negative; the portal writes notes as positive.")
    return values


def dated(cells: Sequence[object], faults: Faults) -> npt.NDArray[np.datetime64]:
    """The documents' own dates; a document without a readable one is refused."""
    found = days(cells)
    faults.add(found.bad, "bad_date", "The date cannot be read; the portal writes dd-mm-yyyy.")
    faults.add(np.isnat(found.values), "no_date", "There is no date. Look the document up on the portal.")
    return found.values


def numbered(column_of_numbers: pd.Series, faults: Faults) -> None:
    """A portal record without a number cannot be told from another: refused."""
    faults.add(
        column_of_numbers.isna().to_numpy(), "no_number", "There is no document number. Look it up on the portal."
    )


def finish(
    file: str,
    sheet: str,
    columns: dict[str, object],
    values: npt.NDArray[np.int64],
    raws: Sequence[msgspec.Raw],
    faults: Faults,
) -> Part:
    """One section as a `Part`: sound rows are documents, the others are refused with their raw text."""
    read = np.concatenate([[len(raws)], values.sum(axis=0)]).astype(np.int64)
    rupees = {name: values[:, position] / 100 for position, name in enumerate(AMOUNTS)}
    table = pd.DataFrame(columns | rupees)
    bad = faults.any
    if not bad.any():
        return Part(file, sheet, read, table)
    where = np.flatnonzero(bad)
    texts_of = [str(memoryview(raws[row]), "utf-8") for row in where]
    refused = noted_rows(where + 1, texts_of, faults.code[where], faults.why[where], values[where])
    return Part(file, sheet, read, table[~bad].reset_index(drop=True), refused=refused)
