"""The two tables as arrays of codes and paise, in an order that depends on the data alone."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd
import pyarrow as pa

from imsrecon.domain import AMOUNTS, COLUMNS, DOC_TYPES, IMPORT_SECTIONS, TableError, conform, to_paise
from imsrecon.match.dictionaries import DICTIONARIES, chunks_of, shared_codes
from imsrecon.match.joins import counts, distinct, mixed
from imsrecon.match.numbers import NumberForms, number_forms
from imsrecon.match.stems import Stems, read_stems
from imsrecon.match.suppliers import Suppliers
from imsrecon.match.threads import at_once

NEEDED = ("doc_id", "supplier_gstin", "doc_type", "doc_no", "doc_date", *AMOUNTS)
OPTIONAL = (
    "pos", "reverse_charge", "supply_class", "port_code", "voucher_no", "section", "gstr2b_part", "itc_available",
    "original_doc_no", "original_doc_date", "return_period", "gstr2b_period", "filing_date",
    "company_gstin", "itc_eligibility", "filing_status", "portal_action",
)  # fmt: skip
OF_AMENDMENTS = ("original_doc_no", "original_doc_date", "return_period", "gstr2b_period", "filing_date")
LARGEST = 9e12
NO_DAY = -(10**7)
NO_YEAR = -1
CN, BOE = DOC_TYPES.index("CN"), DOC_TYPES.index("BOE")
_CONTRACT = {"str": "str", "date": "datetime64[us]", "money": "float64", "bool": "boolean"}
_DAY_BITS = 17
_DIGIT = 16  # bits
_CHARGED = ("ITC on Reverse Charge",)  # ERPNext's word
FAMILY = {
    "B2B": 1, "B2BA": 1, "ECO": 2, "ECOA": 2, "CN": 3, "CNA": 3, "DN": 4, "DNA": 4, "ISD": 5, "ISDA": 5,
    "IMPG": 6, "IMPGA": 6, "IMPGSEZ": 7, "IMPGSEZA": 7,
}  # fmt: skip
_PLAIN_SECTION = {"INV": "B2B", "DN": "DN", "CN": "CN", "BOE": "IMPG"}


@dataclass(frozen=True)
class Documents:
    """One side, row by row in canonical order (PAN, date, serial number, amounts, voucher, doc_id).

    `gstin`, `pan`, `number` and `pos` are codes shared by the two sides, -1 where missing; `money` is (rows, 5) paise,
    never negative, in the order of `AMOUNTS`; `sign` is -1 for a credit note; `negative` says that the table had a
    negative amount; `family` tells apart what an amendment may replace, `aside` marks 2B's rejected and reversal parts;
    `source` is the table as given, `order` says at which of its rows each row stands.
    """

    side: str
    source: pd.DataFrame
    order: np.ndarray
    gstin: np.ndarray
    pan: np.ndarray
    number: np.ndarray
    kind: np.ndarray
    sign: np.ndarray
    negative: np.ndarray
    day: np.ndarray
    year: np.ndarray
    money: np.ndarray
    pos: np.ndarray
    charge: np.ndarray
    imported: np.ndarray
    unavailable: np.ndarray
    amended: np.ndarray
    aside: np.ndarray
    family: np.ndarray
    counted: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.order)

    def part(self, rows: slice | np.ndarray) -> Documents:
        """Some of the rows."""
        names = [each.name for each in fields(self) if each.name not in ("side", "source", "counted")]
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    @property
    def tax(self) -> np.ndarray:
        """The sum of the four heads, paise."""
        return self.money[:, 1] + self.money[:, 2] + self.money[:, 3] + self.money[:, 4]

    def column(self, name: str, rows: np.ndarray | None = None) -> pd.Series:
        """A column of the table, of some rows (all unless told); missing where the table lacks it."""
        at = self.order if rows is None else self.order[rows]
        if name not in self.source.columns:
            return pd.Series(None, index=range(len(at)), dtype="str")
        taken = self.source[name].take(at).reset_index(drop=True)
        return conformed_column(taken.to_frame(), self.side, name) if name in OF_AMENDMENTS else taken

    @cached_property
    def ids(self) -> np.ndarray:
        """doc_id of each row."""
        return self.column("doc_id").to_numpy(dtype=object)

    @cached_property
    def hashed(self) -> np.ndarray:
        """A 64-bit hash of each doc_id."""
        return pd.util.hash_pandas_object(self.source["doc_id"], index=False).to_numpy()[self.order]

    @cached_property
    def amount_counts(self) -> np.ndarray:
        """How many documents of the same PAN have the same taxable value, to the rupee."""
        if self.counted is not None:
            return self.counted
        return counts(mixed(self.pan, (self.money[:, 0] + 50) // 100))

    @property
    def raw(self) -> np.ndarray:
        """The table's own taxable value and tax, with their signs, paise."""
        taxable, *heads = (to_paise(self.source[name]) for name in AMOUNTS)
        return np.column_stack([taxable, sum(heads)])[self.order]


@dataclass(frozen=True)
class Pool:
    """Both sides and the dictionaries that their codes point into.

    `repaired` marks the GSTINs (by code) whose PAN was read as another's because one character is mistyped. `shared`
    says of each row of either side how many documents have its amount: of those open when only the amount and the
    date can still tell, or of all of the PAN. `stems` are those of the numbers that groups are sought among.
    """

    register: Documents
    portal: Documents
    numbers: NumberForms
    gstins: np.ndarray
    repaired: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    shared: tuple[np.ndarray, np.ndarray] | None = None
    stems: Stems | None = None

    def side(self, name: str) -> Documents:
        """`register` or `portal`."""
        return self.register if name == "register" else self.portal

    @property
    def sharing(self) -> tuple[np.ndarray, np.ndarray]:
        """How many documents have the amount of each row, by side."""
        return self.shared or (self.register.amount_counts, self.portal.amount_counts)

    def with_stems(self, left: np.ndarray, right: np.ndarray) -> Pool:
        """The same, with the stems of the numbers of some rows of either side."""
        numbers = np.concatenate([self.register.number[left], self.portal.number[right]])
        return replace(self, stems=read_stems(self.numbers, distinct(numbers[numbers >= 0])))

    def with_open(self, free: list[np.ndarray]) -> Pool:
        """The same, with the rows of `free` compared among themselves alone."""
        shared = []
        for side, is_free in zip((self.register, self.portal), free, strict=True):
            rows, count = np.flatnonzero(is_free), side.amount_counts.copy()
            count[rows] = counts(mixed(side.pan[rows], (side.money[rows, 0] + 50) // 100))
            shared.append(count)
        return replace(self, shared=(shared[0], shared[1]))


def read_pool(register: pd.DataFrame, portal: pd.DataFrame, suppliers: Suppliers | None = None) -> Pool:
    """Both tables as a `Pool`; a GSTIN that one typing error explains has the PAN of the one that was meant.

    `suppliers` knows the GSTINs of tables of which these are a part; else they are read from these alone.

    Raises `TableError` naming every missing column, and for ids or types that cannot be.
    """
    size = len(register) + len(portal)
    tables = at_once(lambda pair: _conformed(*pair), ((register, "register"), (portal, "portal")), size)
    coded = [partial(shared_codes, [_column(table, name) for table in tables], *how) for name, *how in DICTIONARIES]
    read = [partial(_read_columns, table, side) for table, side in zip(tables, ("register", "portal"), strict=True)]
    (number, texts), *columns, (gstin, gstins), (pos, _), (ports, _) = at_once(
        lambda task: task(), [coded[0], *read, *coded[1:]], size
    )
    gstins = gstins.to_numpy(zero_copy_only=False)
    if suppliers is None:
        suppliers = Suppliers.of(gstins, *(_present(codes, len(gstins)) for codes in gstin))
    pan, repaired = suppliers.pans(gstins)
    forms = number_forms(texts)
    for k, arrays in enumerate(columns):
        arrays |= {"gstin": gstin[k], "pan": _with_ports(pan, gstin[k], ports[k]), "number": number[k], "pos": pos[k]}
    sides = at_once(lambda k: _in_order(("register", "portal")[k], tables[k], columns[k], forms), range(2), size)
    return _near_together(Pool(sides[0], sides[1], forms, gstins, repaired))


def _near_together(pool: Pool) -> Pool:
    """Number the numbers in the order of the rows, so that neighbours in one are neighbours in the other."""
    codes = np.concatenate([pool.register.number, pool.portal.number])
    count = len(pool.numbers.canon)
    first = np.zeros(count + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # of several rows the one written last, the first, stays
    old = _sorted_rows(first[:count], len(codes).bit_length())
    rank = np.full(count + 1, -1, dtype=np.int32)
    rank[old] = np.arange(count, dtype=np.int32)
    sides = [replace(side, number=rank[side.number]) for side in (pool.register, pool.portal)]
    return replace(pool, register=sides[0], portal=sides[1], numbers=pool.numbers.take(old))


def _conformed(table: pd.DataFrame, side: str) -> pd.DataFrame:
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise TableError(
            f"The {side} table lacks the columns {', '.join(missing)}.",
            hint=f"A document table has at least {', '.join(NEEDED)}.",
        )
    wanted = [*NEEDED, *(name for name in OPTIONAL if name in table.columns and name in COLUMNS[side])]
    _refuse_endless(table, side)
    conformed = {name: conformed_column(table, side, name) for name in wanted if name not in OF_AMENDMENTS}
    # What amendments alone are asked for is conformed when asked for: they are few.
    others = {name: table[name].reset_index(drop=True) for name in wanted if name in OF_AMENDMENTS}
    return pd.DataFrame(conformed | others, copy=False)


def conformed_column(table: pd.DataFrame, side: str, name: str) -> pd.Series:
    """A column in its dtype; one that has it already is taken as it is."""
    kind = COLUMNS[side][name]
    if table[name].dtype == _CONTRACT[kind]:
        return table[name].reset_index(drop=True)
    return conform(table[[name]], side, only=[name])[name]


def _refuse_endless(table: pd.DataFrame, side: str) -> None:
    """Amounts that are no money: infinite, or beyond what paise in 64 bits can add up."""
    for name in AMOUNTS:
        numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        if len(numbers) and np.abs(numbers).max() < LARGEST:
            continue
        wild = ~(np.abs(numbers) < LARGEST) & ~np.isnan(numbers)
        if wild.any():
            raise TableError(
                f"{int(wild.sum())} amounts of '{name}' ({side}) are infinite or above {LARGEST:,.0f} rupees.",
                hint="Correct them and give the table again.",
            )


def refuse_ids(ids: pd.Series, side: str) -> None:
    nameless = int((ids.isna() | ids.eq("").fillna(False)).sum())
    if nameless:
        raise TableError(f"{nameless} rows of the {side} table have no doc_id.", hint="Give each one.")
    if _surely_distinct(ids):
        return
    again = ids.duplicated()
    if again.any():
        raise TableError(
            f"doc_id {ids[again].iloc[0]!r} stands more than once in the {side} table ({int(again.sum())} such rows).",
            hint="Each document needs an id of its own; `combine_portal` joins downloads that overlap.",
        )


def _surely_distinct(ids: pd.Series) -> bool:
    """No two are equal: told for ids of 8 to 16 bytes, by their first and last eight, which is quick."""
    if not len(ids):
        return False
    array = pa.concat_arrays(chunks_of(ids))
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(offsets)
    if lengths.min() < 8 or lengths.max() > 16:
        return False
    data = np.frombuffer(array.buffers()[2], dtype=np.uint8)
    words = np.lib.stride_tricks.as_strided(data, (len(data) - 7, 8), (1, 1), writeable=False)
    first, last = (np.ascontiguousarray(words[at]).view(np.uint64)[:, 0] for at in (offsets[:-1], offsets[1:] - 8))
    keys = np.sort(mixed(first, last, lengths))
    return bool((keys[1:] != keys[:-1]).all())


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table.columns else pd.Series(None, index=table.index, dtype="str")


def _present(codes: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(codes[codes >= 0], minlength=count) > 0


def _with_ports(pan: np.ndarray, gstin: np.ndarray, port: np.ndarray) -> np.ndarray:
    """A bill of entry has no supplier: its port stands for one, in codes beyond those of the PANs."""
    own = np.append(pan, -1).astype(np.int32)[gstin]
    return np.where((own < 0) & (port >= 0), port + np.int32(pan.max(initial=-1) + 1), own)


def _read_columns(table: pd.DataFrame, side: str) -> dict[str, np.ndarray]:
    """All of a row that needs no dictionary, by the names of `Documents`; ids that cannot be are refused."""
    refuse_ids(table["doc_id"], side)
    paise = np.empty((len(table), len(AMOUNTS)), dtype=np.int64)
    for at, name in enumerate(AMOUNTS):
        paise[:, at] = paise_of(table[name])
    negative = np.logical_or.reduce([paise[:, at] < 0 for at in range(len(AMOUNTS))])
    kind = _kinds(table["doc_type"], side)
    day, year = _days(table["doc_date"])
    return {
        "kind": kind, "day": day, "year": year,
        "sign": np.where((kind == CN) | (paise[:, 0] < 0), -1, 1).astype(np.int8),
        "negative": negative, "money": np.abs(paise) if negative.any() else paise,
        "charge": _charges(table), "imported": _imported(table, kind), "unavailable": _unavailable(table),
        "amended": _among(table, "section", ("B2BA", "DNA", "CNA", "ECOA", "ISDA", "IMPGA", "IMPGSEZA")),
        "aside": _among(table, "gstr2b_part", ("rejected", "reversal")), "family": _families(table, kind),
    }  # fmt: skip


def _in_order(side: str, table: pd.DataFrame, arrays: dict[str, np.ndarray], forms: NumberForms) -> Documents:
    """The rows in canonical order; `arrays` is emptied, so that no column takes memory twice."""
    serial = np.append(forms.serial, -1)[arrays["number"]]
    order = _canonical_order(arrays, serial, table)
    ordered = {name: arrays.pop(name).take(order, axis=0) for name in list(arrays)}
    return Documents(side=side, source=table, order=order, **ordered)


def paise_of(rupees: pd.Series) -> np.ndarray:
    """`to_paise`; where every amount has its paise already, without the care for halves."""
    values = rupees.to_numpy()
    scaled = values * 100
    whole = np.rint(scaled)
    with np.errstate(invalid="ignore"):
        plain = (np.abs(scaled - whole) < 1e-4).all()
    return whole.astype(np.int64) if plain else to_paise(values)


def _kinds(types: pd.Series, side: str) -> np.ndarray:
    codes, uniques = pd.factorize(types)
    names = pd.Series(uniques, dtype="str").str.strip().str.upper().tolist()
    unknown = sorted(set(names) - set(DOC_TYPES))
    if unknown or (codes < 0).any():
        found = ", ".join(map(repr, unknown)) or "nothing"
        raise TableError(f"doc_type of the {side} table holds {found}.", hint=f"Write {', '.join(DOC_TYPES)}.")
    return np.array([DOC_TYPES.index(name) for name in names], dtype=np.int8)[codes]


def _days(dates: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Day number and calendar year in which the financial year starts (I-06); NO_DAY and NO_YEAR where missing."""
    codes, uniques = pd.factorize(dates.to_numpy())
    days = uniques.astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    number = np.append(days.astype(np.int64), NO_DAY).astype(np.int32)
    year = np.append(1970 + (months - 3) // 12, NO_YEAR).astype(np.int16)
    return number[codes], year[codes]


def _charges(table: pd.DataFrame) -> np.ndarray:
    """1 reverse charge, 0 not, -1 unknown."""
    known = np.full(len(table), -1, dtype=np.int8)
    if "reverse_charge" in table.columns:
        known = table["reverse_charge"].to_numpy(dtype="float64", na_value=-1.0).astype(np.int8)
    known[_among(table, "supply_class", ("reverse_charge",)) | _among(table, "itc_eligibility", _CHARGED)] = 1
    return known


def _among(table: pd.DataFrame, name: str, values: tuple[str, ...]) -> np.ndarray:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].isin(values).to_numpy(bool)


def _imported(table: pd.DataFrame, kind: np.ndarray) -> np.ndarray:
    return (kind == BOE) | _among(table, "supply_class", ("import",)) | _among(table, "section", IMPORT_SECTIONS)


def _unavailable(table: pd.DataFrame) -> np.ndarray:
    return _among(table, "gstr2b_part", ("not_available",)) | _among(table, "itc_available", ("N", "T"))


def _families(table: pd.DataFrame, kind: np.ndarray) -> np.ndarray:
    """What an amendment may replace; a row without a section is taken for the plain document of its type."""
    plain = np.array([FAMILY[_PLAIN_SECTION[name]] for name in DOC_TYPES], dtype=np.int8)[kind]
    if "section" not in table.columns:
        return plain
    codes, names = pd.factorize(table["section"])
    found = np.array([*(FAMILY.get(name, 0) for name in names), 0], dtype=np.int8)[codes]
    return np.where(codes < 0, plain, found)


def _canonical_order(arrays: dict[str, np.ndarray], serial: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Rows by PAN, date, serial, then amounts, voucher, doc_id: the tie-break of every later step."""
    key, bits = _order_key(arrays["pan"], arrays["day"], serial)
    order = _sorted_rows(key, bits)
    same = key[order[1:]] == key[order[:-1]]
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    if tied.any():
        places = np.flatnonzero(tied)
        rows = order[places]
        voucher = pd.factorize(_column(table, "voucher_no").take(rows).fillna(""), sort=True)[0]
        ids = pd.factorize(table["doc_id"].take(rows), sort=True)[0]
        fine = (ids, voucher, arrays["money"][rows, 0], arrays["gstin"][rows], serial[rows], arrays["day"][rows])
        order[places] = rows[np.lexsort((*fine, key[rows]))]
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
