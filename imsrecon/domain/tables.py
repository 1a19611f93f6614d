"""The two document tables, register and portal: their columns, their shape, and what can be wrong with one.

A table is a pandas DataFrame with every column of its side; a column its source lacks is there, and empty.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from imsrecon.domain.errors import TableError
from imsrecon.domain.gstin import STATES, valid_gstins
from imsrecon.domain.money import AMOUNTS, round_rupees

DOC_TYPES = ("INV", "DN", "CN", "BOE")
SUPPLY_CLASSES = ("regular", "reverse_charge", "unregistered", "composition", "import", "sez", "isd")
IMPORT_SECTIONS = ("IMPG", "IMPGA", "IMPGSEZ", "IMPGSEZA")
SECTIONS = ("B2B", "B2BA", "DN", "DNA", "CN", "CNA", "ECO", "ECOA", *IMPORT_SECTIONS, "ISD", "ISDA")
SOURCE_FORMS = ("R1", "IFF", "R1A", "R5", "R6", "ICEGATE")
PARTS = ("available", "not_available", "reversal", "rejected")
ACTIONS = ("A", "R", "P", "N")
REDUCTIONS = ("full", "partial", "none")
ORIGINAL_STATES = ("accepted_filed", "rejected", "pending", "open", "none")
DECLARED = ("declared_igst", "declared_cgst", "declared_sgst", "declared_cess")
ORIGINAL_AMOUNTS = tuple(f"original_{name}" for name in AMOUNTS)

# Kinds: str; date (datetime64); money (rupees, never missing); amount (rupees, may be missing); bool; int.
_BOTH: dict[str, str] = {
    "doc_id": "str", "supplier_gstin": "str", "supplier_name": "str", "doc_type": "str", "doc_no": "str",
    "doc_date": "date", "pos": "str", "reverse_charge": "bool", "supply_class": "str",
    "taxable_value": "money", "igst": "money", "cgst": "money", "sgst": "money", "cess": "money",
    "doc_value": "amount", "port_code": "str", "company_gstin": "str",
}  # fmt: skip
REGISTER_COLUMNS: dict[str, str] = _BOTH | {
    "voucher_no": "str", "voucher_date": "date", "lines": "int", "source_row": "int", "itc_eligibility": "str",
    "received_date": "date", "paid_date": "date", "ledger": "str", "number_source": "str",
}  # fmt: skip
_PORTAL_HEAD: dict[str, str] = {
    "section": "str", "source_form": "str", "return_period": "str", "gstr2b_period": "str", "gstr2b_part": "str",
    "filing_status": "str", "filing_date": "date", "supplier_3b_filed": "bool",
    "original_doc_no": "str", "original_doc_date": "date",
}  # fmt: skip
_PORTAL_TAIL: dict[str, str] = {
    "original_state": "str", "portal_action": "str", "pending_blocked": "bool", "remarks_blocked": "bool",
    "itc_reduction_blocked": "bool", "itc_available": "str", "itc_reason": "str", "itc_reduction": "str",
}  # fmt: skip
_PORTAL_END: dict[str, str] = {"remarks": "str", "irn": "str", "portal_error": "str", "raw": "str"}
PORTAL_COLUMNS: dict[str, str] = (
    _BOTH
    | _PORTAL_HEAD
    | dict.fromkeys(ORIGINAL_AMOUNTS, "amount")
    | _PORTAL_TAIL
    | dict.fromkeys(DECLARED, "amount")
    | _PORTAL_END
)
COLUMNS = {"register": REGISTER_COLUMNS, "portal": PORTAL_COLUMNS}
DTYPES = {
    "str": "str", "date": "datetime64[us]", "money": "float64", "amount": "float64",
    "bool": "boolean", "int": "Int64",
}  # fmt: skip
_CODES: dict[str, tuple[str, ...]] = {
    "doc_type": DOC_TYPES, "supply_class": SUPPLY_CLASSES, "section": SECTIONS, "source_form": SOURCE_FORMS,
    "gstr2b_part": PARTS, "filing_status": ("filed", "saved"), "portal_action": ACTIONS,
    "itc_available": ("Y", "N", "T"), "itc_reason": ("P", "C"), "itc_reduction": REDUCTIONS,
    "original_state": ORIGINAL_STATES, "number_source": ("field", "narration"),
}  # fmt: skip
_NEVER_MISSING = {
    "register": ("doc_id", "doc_type"),
    "portal": ("doc_id", "doc_type", "section"),
}


def empty_table(side: str) -> pd.DataFrame:
    """A table of `side` (`register` or `portal`) without rows, every column in its dtype."""
    return pd.DataFrame({name: pd.Series(dtype=DTYPES[kind]) for name, kind in COLUMNS[side].items()})


def conform(table: pd.DataFrame, side: str, *, only: Sequence[str] | None = None) -> pd.DataFrame:
    """Give `table` every column of `side` in its dtype and order; unknown columns are kept at the end.

    Money is rounded to paise, half up, and missing money becomes 0.0. Empty strings become missing.
    `only` asks for some columns alone: those of the contract that it names, in its order, and nothing else.
    Raises `TableError` naming the column if a value cannot be what its column holds.
    """
    if only is not None:
        wanted = {name: _conform_column(table, name, COLUMNS[side][name]) for name in only}
        return pd.DataFrame(wanted, index=table.index).reset_index(drop=True)
    columns = COLUMNS[side]
    data = {name: _conform_column(table, name, kind) for name, kind in columns.items()}
    extra = {name: table[name] for name in table.columns if name not in columns}
    return pd.DataFrame(data | extra, index=table.index, copy=False).reset_index(drop=True)


def _conform_column(table: pd.DataFrame, name: str, kind: str) -> pd.Series:
    if name not in table.columns:
        fill = 0.0 if kind == "money" else None
        return pd.Series(fill, index=table.index, dtype=DTYPES[kind])
    column = table[name]
    try:
        if kind in ("money", "amount"):
            numbers = pd.to_numeric(column).astype("float64")
            if np.isinf(numbers).any():
                raise ValueError("an amount without end")
            if kind == "amount" and numbers.isna().all():
                return numbers
            rounded = pd.Series(round_rupees(numbers), index=column.index)
            return rounded if kind == "money" else rounded.where(numbers.notna())
        if kind == "date":
            dated = column if column.dtype.kind == "M" else pd.to_datetime(column.mask(column == ""), format="ISO8601")
            return dated.astype(DTYPES["date"])
        if kind == "str":
            text = column.astype("str")
            if text.isna().all():
                return text
            empty = text == ""
            return text.mask(empty) if empty.any() else text
        return column.astype(DTYPES[kind])
    except (ValueError, TypeError) as error:
        raise TableError(
            f"Column '{name}' holds something that is not {_KIND_WORDS[kind]}: {error}.",
            hint="Correct the values and give the table again.",
        ) from error


_KIND_WORDS = {
    "str": "text", "date": "a date", "money": "an amount in rupees", "amount": "an amount in rupees",
    "bool": "true or false", "int": "a whole number",
}  # fmt: skip


def with_doc_ids(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return the table with `doc_id` filled: a hash of what identifies the document, 16 hex characters.

    Identity is side, company GSTIN, supplier GSTIN or port code, section and type (portal; a 2B reversal line is its
    own record) or type (register), number as printed and date; the register adds the voucher number. Documents
    alike in all of these are numbered in the order of their amounts, so the row order does not matter.
    """
    hashed = pd.util.hash_pandas_object(_identity(table, side), index=False).to_numpy(copy=True)
    order = np.lexsort([table[name].to_numpy() for name in AMOUNTS] + [hashed])
    runs = pd.Series(hashed[order])
    ordinal = np.empty(len(table), dtype=np.int64)
    ordinal[order] = runs.groupby(runs).cumcount().to_numpy()
    again = ordinal > 0
    if again.any():
        numbered = pd.DataFrame({"identity": hashed[again], "ordinal": ordinal[again]})
        hashed[again] = pd.util.hash_pandas_object(numbered, index=False).to_numpy()
    return table.assign(doc_id=pd.Series(hex_digits(hashed), index=table.index, dtype="str"))


def _identity(table: pd.DataFrame, side: str) -> pd.DataFrame:
    identity = {
        "company": table["company_gstin"],
        "supplier": table["supplier_gstin"].fillna(table["port_code"]),
        "number": table["doc_no"],
    }
    if side == "portal":
        reversal = np.where(table["gstr2b_part"].eq("reversal"), "+reversal", "")
        identity["section"] = "portal" + table["section"].astype("str") + table["doc_type"].astype("str") + reversal
    else:
        identity["type"] = "register" + table["doc_type"].astype("str")
        identity["voucher"] = table["voucher_no"]
    days = table["doc_date"].to_numpy().astype("datetime64[D]").astype("int64")
    return pd.DataFrame({name: part.astype("str").fillna("") for name, part in identity.items()}).assign(day=days)


def hex_digits(hashes: np.ndarray) -> np.ndarray:
    """64-bit hashes (uint64) as text of 16 hexadecimal digits each."""
    raw = np.ascontiguousarray(hashes.astype(">u8")).view(np.uint8).reshape(-1, 8)
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    text = np.empty((len(hashes), 16), dtype=np.uint8)
    text[:, 0::2] = digits[raw >> 4]
    text[:, 1::2] = digits[raw & 15]
    return text.view("S16").ravel().astype("U16")


def check_documents(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """Say everything that is wrong with a document table, all of it at once.

    Returns one row a fault, none if the table is sound: column, code (`missing_column`, `wrong_dtype`,
    `missing_value`, `duplicate`, `negative`, `not_paise`, `unknown_code`, `bad_gstin`, `bad_period`,
    `bad_pos`), rows (how many), doc_id (of the first), message.
    """
    faults: list[dict[str, object]] = []
    for name, kind in COLUMNS[side].items():
        if name not in table.columns:
            faults.append(_fault(name, "missing_column", len(table), None, f"Column '{name}' is missing."))
        elif not _dtype_fits(table[name], kind):
            message = f"Column '{name}' should hold {_KIND_WORDS[kind]} ({DTYPES[kind]}), got {table[name].dtype}."
            faults.append(_fault(name, "wrong_dtype", len(table), None, message))
        else:
            faults += _column_faults(table, name, kind, side)
    return pd.DataFrame(faults, columns=["column", "code", "rows", "doc_id", "message"])


def _dtype_fits(column: pd.Series, kind: str) -> bool:
    if kind == "date":
        return column.dtype.kind == "M"
    if kind == "str":
        return isinstance(column.dtype, pd.StringDtype)
    return str(column.dtype) == DTYPES[kind]


def _column_faults(table: pd.DataFrame, name: str, kind: str, side: str) -> list[dict[str, object]]:
    column = table[name]
    checks: list[tuple[str, pd.Series, str]] = []
    if name in _NEVER_MISSING[side] or kind == "money":
        checks.append(("missing_value", column.isna(), "is missing"))
    if name == "doc_id":
        checks.append(("duplicate", column.duplicated() & column.notna(), "stands more than once"))
    if kind in ("money", "amount"):
        checks.append(("negative", column < 0, "is negative: the sign comes from doc_type"))
        off = pd.Series(round_rupees(column) != column.fillna(0), index=column.index)
        checks.append(("not_paise", off, "is not rounded to paise"))
    if name in _CODES:
        known = column.isin(_CODES[name]) | column.isna()
        checks.append(("unknown_code", ~known, f"is none of {', '.join(_CODES[name])}"))
    if name.endswith("_gstin"):
        checks.append(("bad_gstin", column.notna() & ~valid_gstins(column), "is not a valid GSTIN"))
    if name.endswith("_period"):
        fits = column.str.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])") | column.isna()
        checks.append(("bad_period", ~fits, "is not a period like 2025-10"))
    if name == "pos":
        fits = column.isin(list(STATES)) | column.isna()
        checks.append(("bad_pos", ~fits, "is not a two-digit state code"))
    return [_rows_fault(table, name, code, wrong, text) for code, wrong, text in checks if wrong.any()]


def _rows_fault(table: pd.DataFrame, name: str, code: str, wrong: pd.Series, text: str) -> dict[str, object]:
    first = wrong.to_numpy(bool).argmax()
    doc_id = table["doc_id"].iloc[first] if "doc_id" in table.columns else None
    count = int(wrong.sum())
    message = f"{name} {text} in {count} row{'s' if count > 1 else ''}, first: {table[name].iloc[first]!r}."
    return _fault(name, code, count, doc_id, message)


def _fault(column: str, code: str, rows: int, doc_id: object, message: str) -> dict[str, object]:
    return {"column": column, "code": code, "rows": rows, "doc_id": doc_id, "message": message}
