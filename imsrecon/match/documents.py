"""The two tables as arrays of codes and paise, in an order that depends on the data alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, COLUMNS, DOC_TYPES, IMPORT_SECTIONS, TableError, clean_gstins, conform, to_paise
from imsrecon.match.numbers import NumberForms, number_forms

NEEDED = ("doc_id", "supplier_gstin", "doc_type", "doc_no", "doc_date", *AMOUNTS)
OPTIONAL = (
    "pos", "reverse_charge", "supply_class", "port_code", "voucher_no", "section", "gstr2b_part", "itc_available",
    "original_doc_no", "original_doc_date", "return_period", "gstr2b_period", "filing_date",
)  # fmt: skip
LARGEST = 9e12
NO_DAY = np.int64(-(10**7))
NO_YEAR = np.int64(-1)
CN, BOE = DOC_TYPES.index("CN"), DOC_TYPES.index("BOE")


@dataclass(frozen=True)
class Documents:
    """One side, row by row in canonical order (date, serial number, voucher, doc_id). Missing codes are -1.

    `gstin`, `pan`, `number` and `pos` are codes shared by the two sides; `money` is (rows, 5) paise, never negative,
    in the order of `AMOUNTS`; `sign` is -1 for a credit note; `negative` says that the table had a negative amount;
    `raw` is the table's own taxable value and tax in paise.
    """

    side: str
    table: pd.DataFrame
    ids: np.ndarray
    hashed: np.ndarray
    gstin: np.ndarray
    pan: np.ndarray
    number: np.ndarray
    kind: np.ndarray
    sign: np.ndarray
    negative: np.ndarray
    day: np.ndarray
    year: np.ndarray
    money: np.ndarray
    raw: np.ndarray
    pos: np.ndarray
    charge: np.ndarray
    imported: np.ndarray
    unavailable: np.ndarray
    amended: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tax(self) -> np.ndarray:
        """The sum of the four heads, paise."""
        return self.money[:, 1:].sum(axis=1)


@dataclass(frozen=True)
class Pool:
    """Both sides and the dictionaries that their codes point into.

    `repaired` marks the GSTINs (by code) whose PAN was read as another's because one character is mistyped.
    """

    register: Documents
    portal: Documents
    numbers: NumberForms
    gstins: np.ndarray
    repaired: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def side(self, name: str) -> Documents:
        """`register` or `portal`."""
        return self.register if name == "register" else self.portal


def read_pool(register: pd.DataFrame, portal: pd.DataFrame) -> Pool:
    """Both tables as a `Pool`.

    Raises `TableError` naming every missing column, and for ids or types that cannot be.
    """
    tables = {"register": _checked(register, "register"), "portal": _checked(portal, "portal")}
    gstin, gstins = _shared_codes([table["supplier_gstin"] for table in tables.values()], clean_gstins)
    number, texts = _shared_codes([table["doc_no"] for table in tables.values()], lambda column: column.str.strip())
    pos, _ = _shared_codes([_column(table, "pos") for table in tables.values()])
    ports, _ = _shared_codes([_column(table, "port_code") for table in tables.values()])
    pan = _pan_codes(gstins)
    forms = number_forms(pd.Series(texts, dtype="str"))
    sides = [
        _documents(side, table, forms, (gstin[k], _with_ports(pan, gstin[k], ports[k]), number[k], pos[k]))
        for k, (side, table) in enumerate(tables.items())
    ]
    return Pool(sides[0], sides[1], forms, gstins, np.zeros(len(gstins), dtype=bool))


def _checked(table: pd.DataFrame, side: str) -> pd.DataFrame:
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise TableError(
            f"The {side} table lacks the columns {', '.join(missing)}.",
            hint=f"A document table has at least {', '.join(NEEDED)}.",
        )
    wanted = [*NEEDED, *(name for name in OPTIONAL if name in table.columns and name in COLUMNS[side])]
    _refuse_endless(table, side)
    conformed = conform(table, side, only=wanted)
    _refuse_ids(conformed["doc_id"], side)
    conformed["doc_type"] = conformed["doc_type"].astype("category")
    return conformed


def _refuse_endless(table: pd.DataFrame, side: str) -> None:
    """Amounts that are no money: infinite, or beyond what paise in 64 bits can add up."""
    for name in AMOUNTS:
        numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype="float64", na_value=0.0)
        wild = ~(np.abs(numbers) < LARGEST)
        if (wild & ~np.isnan(numbers)).any():
            raise TableError(
                f"{int(wild.sum())} amounts of '{name}' ({side}) are infinite or above {LARGEST:,.0f} rupees.",
                hint="Correct them and give the table again.",
            )


def _refuse_ids(ids: pd.Series, side: str) -> None:
    if ids.isna().any():
        raise TableError(f"{int(ids.isna().sum())} rows of the {side} table have no doc_id.", hint="Give each one.")
    again = ids.duplicated()
    if again.any():
        raise TableError(
            f"doc_id {ids[again].iloc[0]!r} stands more than once in the {side} table ({int(again.sum())} such rows).",
            hint="Each document needs an id of its own; `combine_portal` joins downloads that overlap.",
        )


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table.columns else pd.Series(None, index=table.index, dtype="str")


def _shared_codes(columns: list[pd.Series], clean=None):
    """Codes for the columns of both sides in one dictionary; -1 for missing. Cleaning happens on unique values."""
    codes, uniques = pd.factorize(pd.concat(columns, ignore_index=True))
    values = pd.Series(uniques, dtype="str")
    if clean is not None:
        cleaned = clean(values)
        mapping, values = pd.factorize(cleaned.mask(cleaned == ""))
        codes = np.append(mapping, -1)[codes]
    texts = np.asarray(values, dtype=object)
    return np.split(codes.astype(np.int64), [len(columns[0])]), texts


def _pan_codes(gstins: np.ndarray) -> np.ndarray:
    """The PAN of each GSTIN as a code; what is too short to hold one stands for itself."""
    text = pd.Series(gstins, dtype="str")
    return pd.factorize(text.str.slice(2, 12).where(text.str.len() == 15, text))[0]


def _with_ports(pan: np.ndarray, gstin: np.ndarray, port: np.ndarray) -> np.ndarray:
    """A bill of entry has no supplier: its port stands for one, in codes beyond those of the PANs."""
    own = np.append(pan, -1)[gstin]
    return np.where((own < 0) & (port >= 0), port + 1_000_000_000, own)


def _documents(side: str, table: pd.DataFrame, forms: NumberForms, codes: tuple[np.ndarray, ...]) -> Documents:
    gstin, pan, number, pos = codes
    paise = np.column_stack([to_paise(table[name]) for name in AMOUNTS]).reshape(-1, len(AMOUNTS))
    negative = (paise < 0).any(axis=1)
    kind = _kinds(table["doc_type"], side)
    day, year = _days(table["doc_date"])
    arrays = {
        "ids": table["doc_id"].to_numpy(dtype=object),
        "hashed": pd.util.hash_pandas_object(table["doc_id"], index=False).to_numpy(),
        "gstin": gstin, "pan": pan, "number": number, "pos": pos, "kind": kind, "day": day, "year": year,
        "sign": np.where((kind == CN) | (paise[:, 0] < 0), -1, 1),
        "negative": negative, "money": np.abs(paise),
        "raw": np.column_stack([paise[:, 0], paise[:, 1:].sum(axis=1)]),
        "charge": _charges(table), "imported": _imported(table, kind), "unavailable": _unavailable(table),
        "amended": _column(table, "section").isin(["B2BA", "DNA", "CNA", "ECOA", "IMPGA", "IMPGSEZA"]).to_numpy(bool),
    }  # fmt: skip
    order = _canonical_order(arrays, np.append(forms.serial, -1)[number], _column(table, "voucher_no"))
    ordered = {name: values[order] for name, values in arrays.items()}
    return Documents(side=side, table=table.iloc[order].reset_index(drop=True), **ordered)


def _kinds(types: pd.Series, side: str) -> np.ndarray:
    categories = pd.Series(types.cat.categories, dtype="str").str.strip().str.upper()
    unknown = sorted(set(categories) - set(DOC_TYPES))
    if unknown or types.isna().any():
        found = ", ".join(map(repr, unknown)) or "nothing"
        raise TableError(f"doc_type of the {side} table holds {found}.", hint=f"Write {', '.join(DOC_TYPES)}.")
    known = np.array([DOC_TYPES.index(name) for name in categories], dtype=np.int64)
    return known[types.cat.codes.to_numpy()] if len(types) else np.zeros(0, dtype=np.int64)


def _days(dates: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Day number and calendar year in which the financial year starts (I-06); NO_DAY and NO_YEAR where missing."""
    days = dates.to_numpy().astype("datetime64[D]")
    missing = np.isnat(days)
    months = days.astype("datetime64[M]").astype(np.int64)
    year = 1970 + (months - 3) // 12
    return np.where(missing, NO_DAY, days.astype(np.int64)), np.where(missing, NO_YEAR, year)


def _charges(table: pd.DataFrame) -> np.ndarray:
    """1 reverse charge, 0 not, -1 unknown."""
    if "reverse_charge" in table.columns:
        known = table["reverse_charge"].astype("Float64").to_numpy(dtype="float64", na_value=-1.0).astype(np.int64)
    else:
        known = np.full(len(table), -1, dtype=np.int64)
    return np.where(_column(table, "supply_class").eq("reverse_charge").fillna(False).to_numpy(bool), 1, known)


def _imported(table: pd.DataFrame, kind: np.ndarray) -> np.ndarray:
    by_class = _column(table, "supply_class").eq("import").fillna(False).to_numpy(bool)
    return (kind == BOE) | by_class | _column(table, "section").isin(IMPORT_SECTIONS).to_numpy(bool)


def _unavailable(table: pd.DataFrame) -> np.ndarray:
    part = _column(table, "gstr2b_part").eq("not_available").fillna(False).to_numpy(bool)
    return part | _column(table, "itc_available").isin(["N", "T"]).to_numpy(bool)


def _canonical_order(arrays: dict[str, np.ndarray], serial: np.ndarray, voucher: pd.Series) -> np.ndarray:
    """Rows by date, serial, amounts, voucher, doc_id: the tie-break of every later step."""
    money = arrays["money"][:, 0]
    order = np.lexsort((money, serial, arrays["gstin"] < 0, arrays["day"]))
    keys = np.column_stack([arrays["day"], serial, money, arrays["gstin"] < 0])[order]
    tied = np.zeros(len(order), dtype=bool)
    if len(order) > 1:
        same = (keys[1:] == keys[:-1]).all(axis=1)
        tied[1:] |= same
        tied[:-1] |= same
    rows = order[tied]
    if len(rows):
        ranks = pd.DataFrame({"voucher": voucher.to_numpy(dtype=object)[rows], "id": arrays["ids"][rows]})
        ranks["voucher"] = ranks["voucher"].astype("str").fillna("")
        by_text = np.lexsort((pd.factorize(ranks["id"], sort=True)[0], pd.factorize(ranks["voucher"], sort=True)[0]))
        rank = np.zeros(len(order), dtype=np.int64)
        rank[rows[by_text]] = np.arange(len(rows))
        order = np.lexsort((rank, money, serial, arrays["gstin"] < 0, arrays["day"]))
    return order
