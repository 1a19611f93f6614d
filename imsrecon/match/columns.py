"""The columns of one document table as arrays: checked at the door, amounts in paise, dates as days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from imsrecon.domain import AMOUNTS, COLUMNS, DOC_TYPES, IMPORT_SECTIONS, TableError, conform, to_paise
from imsrecon.match.dictionaries import joined_texts
from imsrecon.match.texts import bytes_of, hashed

NEEDED = ("doc_id", "supplier_gstin", "doc_type", "doc_no", "doc_date", *AMOUNTS)
OF_AMENDMENTS = ("original_doc_no", "original_doc_date", "return_period", "gstr2b_period", "filing_date")
OPTIONAL = (
    "pos", "reverse_charge", "supply_class", "port_code", "voucher_no", "section", "gstr2b_part", "itc_available",
    *OF_AMENDMENTS, "company_gstin", "itc_eligibility", "filing_status", "portal_action",
)  # fmt: skip
LARGEST = 9e12
NO_DAY = -(10**7)
NO_YEAR = -1
CN, BOE = DOC_TYPES.index("CN"), DOC_TYPES.index("BOE")
_CONTRACT = {"str": "str", "date": "datetime64[us]", "money": "float64", "bool": "boolean"}
_CHARGED = ("ITC on Reverse Charge",)  # ERPNext's word
FAMILY = {
    "B2B": 1, "B2BA": 1, "ECO": 2, "ECOA": 2, "CN": 3, "CNA": 3, "DN": 4, "DNA": 4, "ISD": 5, "ISDA": 5,
    "IMPG": 6, "IMPGA": 6, "IMPGSEZ": 7, "IMPGSEZA": 7,
}  # fmt: skip
_PLAIN_SECTION = {"INV": "B2B", "DN": "DN", "CN": "CN", "BOE": "IMPG"}


def conformed(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """The columns that the match reads, each in its dtype; raises `TableError` naming all that are missing."""
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise TableError(
            f"The {side} table lacks the columns {', '.join(missing)}.",
            hint=f"A document table has at least {', '.join(NEEDED)}.",
        )
    wanted = [*NEEDED, *(name for name in OPTIONAL if name in table.columns and name in COLUMNS[side])]
    _refuse_endless(table, side)
    ready = {name: conformed_column(table, side, name) for name in wanted if name not in OF_AMENDMENTS}
    # What amendments alone are asked for is conformed when asked for: they are few.
    others = {name: table[name].reset_index(drop=True) for name in wanted if name in OF_AMENDMENTS}
    return pd.DataFrame(ready | others, copy=False)


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
        if len(numbers) and numbers.max() < LARGEST and numbers.min() > -LARGEST:
            continue
        wild = ~(np.abs(numbers) < LARGEST) & ~np.isnan(numbers)
        if wild.any():
            raise TableError(
                f"{int(wild.sum())} amounts of '{name}' ({side}) are infinite or above {LARGEST:,.0f} rupees.",
                hint="Correct them and give the table again.",
            )


def refuse_ids(ids: pd.Series, side: str) -> None:
    """Raises `TableError` where ids are missing or stand more than once."""
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
    """No two are equal: told by their hashes, nearly in order by their first 16 bits, and then quickly in order."""
    keys = hashed(*bytes_of(joined_texts([ids])))
    keys = keys[np.argsort((keys >> np.uint64(48)).astype(np.uint16), kind="stable")]
    keys.sort(kind="stable")
    return bool((keys[1:] != keys[:-1]).all())


def column_of(table: pd.DataFrame, name: str) -> pd.Series:
    """A column of texts; missing throughout where the table lacks it."""
    if name in table.columns:
        return table[name]
    return pd.Series(pd.array(pa.nulls(len(table), pa.large_string()), dtype="str"), index=table.index)


def read_columns(table: pd.DataFrame, side: str) -> dict[str, np.ndarray]:
    """All of a row that needs no dictionary, by the names of `Documents`; ids that cannot be are refused."""
    refuse_ids(table["doc_id"], side)
    paise = [paise_of(table[name]) for name in AMOUNTS]
    money = np.stack(paise, axis=1)
    kind = _kinds(table["doc_type"], side)
    day, year = _days(table["doc_date"])
    return {
        "kind": kind, "day": day, "year": year,
        "sign": np.where((kind == CN) | (paise[0] < 0), -1, 1).astype(np.int8),
        "negative": np.logical_or.reduce([each < 0 for each in paise]), "money": np.abs(money, out=money),
        "charge": _charges(table), "imported": _imported(table, kind), "unavailable": _unavailable(table),
        "amended": _among(table, "section", ("B2BA", "DNA", "CNA", "ECOA", "ISDA", "IMPGA", "IMPGSEZA")),
        "aside": _among(table, "gstr2b_part", ("rejected", "reversal")), "family": _families(table, kind),
    }  # fmt: skip


def paise_of(rupees: pd.Series) -> np.ndarray:
    """`to_paise`; where every amount has its paise already, without the care for halves."""
    values = rupees.to_numpy()
    scaled = values * 100
    whole = np.rint(scaled)
    with np.errstate(invalid="ignore"):
        scaled -= whole
        plain = (np.abs(scaled, out=scaled) < 1e-4).all()
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
