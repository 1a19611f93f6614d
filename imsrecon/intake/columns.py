"""One sheet's rows below the header as typed columns: who, what number, which day, how many paise."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import AMOUNTS, HEADS
from imsrecon.intake.cells import as_text, days, flags, gstins, paise, states, text_column, texts
from imsrecon.intake.entries import recognise_entries
from imsrecon.intake.formulas import UNFINISHED
from imsrecon.intake.headers import Header
from imsrecon.intake.label_words import ledger_kind, normal
from imsrecon.intake.ledgers import classify

Cells = Sequence[object]
_NUMBER_IN_NARRATION = (
    r"(?i)\b(?:credit note|debit note|cr\.? ?note|dr\.? ?note|c/?n|d/?n|invoice|inv|bill)\s*"
    r"(?:number|num|no|#)[.:#\s-]*([A-Z0-9][A-Z0-9/_\-.]*[A-Z0-9]|\d)"
)
_DOC_TYPES = {
    "invoice": "INV", "inv": "INV", "tax invoice": "INV", "r": "INV", "b2b": "INV", "credit note": "CN", "cn": "CN",
    "c": "CN", "crn": "CN", "credit": "CN", "cdnr": "CN", "debit note": "DN", "dn": "DN", "d": "DN", "dbn": "DN",
    "debit": "DN",
    "re": "INV", "kr": "INV", "kg": "CN", "imports": "BOE",
    "bill of entry": "BOE", "boe": "BOE", "import of goods": "BOE", "impg": "BOE",
}  # fmt: skip
# What a phrase says that the table lacks; the first that fits decides.
_TYPE_WORDS = (
    ("CN", r"\breturn\b|\bdebit\b.*\b(?:issued|raised|to (?:supplier|vendor|party)|sent)\b"),
    ("DN", r"\bcredit\b.*\b(?:issued|raised|to (?:supplier|vendor|party)|sent)\b"),
    ("CN", r"\bcredit\b(?!ors?\b)"),
    ("DN", r"\bdebit\b"),
    ("BOE", r"\bbill of entry\b|\bimport of goods\b"),
)
_POWER = re.compile(r"(?i)\d(?:\.\d+)?e\+\d{1,2}")
_NO_VALUE = "No column has the taxable value"
_CLASSES = (
    ("composition", r"composition"),
    ("sez", r"\bsez\b|\bsewo?p\b|\bsezwo?p\b"),
    ("isd", r"\bisd\b"),
    ("import", r"\bimports?\b|\bimpg|overseas|foreign"),
)


@dataclass
class Rows:
    """Rows below a header: `amounts` in paise (rows × 5), `fields` of text, dates and flags, `notes` for `.sources`.

    `undivided`: tax in paise whose head no column says, where the table has no column of a head.
    """

    amounts: npt.NDArray[np.int64]
    value: npt.NDArray[np.int64]
    bad_amount: npt.NDArray[np.bool_]
    bad_date: npt.NDArray[np.bool_]
    fields: pd.DataFrame
    notes: list[str]
    undivided: npt.NDArray[np.int64] | None = None


def read_rows(data: list[list[object]], header: Header, tally: bool, default_type: str | None) -> Rows:
    """Type every column that counts. `default_type` holds where no cell says the kind of document."""
    cells: list[Cells] = list(zip(*data, strict=True)) if data else [()] * len(header.labels)
    count = len(data)
    amounts, value, bad, notes, marks = _read_amounts(cells, header, tally, count)
    fields = pd.DataFrame({name: texts(_cells(cells, header, name, count)) for name in _TEXT_FIELDS})
    _unforce_texts(fields)
    for name in ("supplier_gstin", "company_gstin"):
        fields[name] = gstins(_cells(cells, header, name, count))
    fields["pos"] = states(_cells(cells, header, "pos", count))
    bad_date = _read_dates(fields, cells, header, count, notes)
    _mine_narration(fields)
    fields["doc_type"] = _doc_types(fields, default_type or _type_by_label(header))
    reverse = flags(_cells(cells, header, "reverse_charge", count))
    fields["reverse_charge"] = reverse.mask(marks["reverse"], True)
    if "ledger" in marks:
        fields["ledger"] = fields["ledger"].fillna(marks["ledger"])
    entries = recognise_entries(fields, amounts)
    if entries:
        notes.append(
            f"{entries:,} rows are bills of entry: no GSTIN, IGST, and a number, narration or ledger of imports."
        )
    fields["supply_class"] = _supply_classes(fields)
    _take_out_included_tax(amounts, flags(_cells(cells, header, "inclusive", count)), notes)
    _note_spoilt_numbers(cells, header, notes)
    return Rows(amounts, value, bad, bad_date, fields, notes, marks.get("undivided"))


def _unforce_texts(fields: pd.DataFrame) -> None:
    """Exports for Excel force a text with `="00123"` or a leading apostrophe: neither belongs to it."""
    for name in ("doc_no", "voucher_no", "supplier_name"):
        forced = fields[name].str.startswith(('="', "'"), na=False)
        if forced.any():
            bare = fields.loc[forced, name].str.replace(r'^="(.*)"$', r"\1", regex=True)
            fields.loc[forced, name] = bare.str.removeprefix("'")


def _type_by_label(header: Header) -> str | None:
    """What the label of the number's or date's column says of every row: bills of entry, vendor credits."""
    labels = {normal(header.labels[column]) for columns in header.fields.values() for column in columns}
    number = header.column("doc_no")
    if number is not None and re.match(r"bill of entry|boe\b", normal(header.labels[number])):
        return "BOE"
    if number is not None and normal(header.labels[number]).startswith("credit note"):
        return "CN"
    return "CN" if {"vendor credit date", "vendor credit number"} & labels else None


def _take_out_included_tax(amounts: npt.NDArray[np.int64], inclusive: pd.Series, notes: list[str]) -> None:
    """Where the line's total includes its tax (Zoho's `Is Inclusive Tax`), the taxable value is what is left."""
    included = inclusive.fillna(False).to_numpy(bool)
    if included.any():
        amounts[included, 0] -= amounts[included, 1:].sum(axis=1)
        notes.append(f"{int(included.sum()):,} rows have their tax in the taxable value's column: taken out.")


_TEXT_FIELDS = (
    "supplier_name", "doc_no", "voucher_no", "voucher_type", "doc_type", "inward_type",
    "narration", "itc_eligibility", "ledger", "port_code", "status", "reversal_no",
)  # fmt: skip


def _cells(cells: list[Cells], header: Header, field: str, count: int) -> Cells:
    column = header.column(field)
    return [None] * count if column is None else cells[column]


def _read_amounts(
    cells: list[Cells], header: Header, tally: bool, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_], list[str], dict[str, object]]:
    @cache
    def column(position: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        values = cells[position]
        if position in header.fields.get("doc_value", []) and "taxable_value" in header.fields:
            values = [None if cell == UNFINISHED else cell for cell in values]  # a total can be missed
        return paise(values)

    kinds = classify(header, tally, _numeric(column, header))
    picked = _pick(header, kinds, tally)
    both = [] if picked["cgst"] or picked["sgst"] else kinds.get("state_tax", [])
    sums = {name: sum((column(c)[0] for c in picked[name]), np.zeros(count, dtype=np.int64)) for name in picked}
    bad = np.zeros(count, dtype=bool)
    for position in {c for columns in picked.values() for c in columns}:
        bad |= column(position)[1]
    for position in both:
        halves = column(position)[0] // 2
        sums["cgst"], sums["sgst"] = sums["cgst"] + halves, sums["sgst"] + column(position)[0] - halves
        bad |= column(position)[1]
    notes = [
        f"{_words(name)} from {', '.join(header.labels[c] for c in picked[name])}." for name in AMOUNTS if picked[name]
    ]
    if not picked["taxable_value"]:
        taxes = sum(sums[head] for head in HEADS)
        sums["taxable_value"] = np.where(sums["doc_value"] != 0, sums["doc_value"] - taxes - sums["round"], 0)
        known = bool(picked["doc_value"])
        notes.append(_NO_VALUE + (": it is the total less taxes and round-off." if known else ", and none the total."))
    reverse = [column(c)[0] != 0 for c in kinds.get("reverse", [])]
    marks: dict[str, object] = {"reverse": np.logical_or.reduce([np.zeros(count, dtype=bool), *reverse])}
    if tally and picked["taxable_value"]:
        marks["ledger"] = _ledger_names({header.labels[c]: column(c)[0] for c in picked["taxable_value"]}, count)
    amounts = np.column_stack([sums[name] for name in AMOUNTS])
    if "tax_total" in header.fields and not any(picked[head] for head in HEADS) and not both:
        marks["undivided"], unread = column(header.fields["tax_total"][0])
        bad |= unread
    unfinished = sum(one.count(UNFINISHED) for one in cells) if bad.any() else 0
    if unfinished:
        notes.append(f"{unfinished:,} cells hold a formula without its result: open the file in Excel and save it.")
    return amounts, sums["doc_value"], bad, notes, marks


def _words(field: str) -> str:
    return "Taxable value" if field == "taxable_value" else field.upper()


def _numeric(column: Callable[[int], tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]], header: Header) -> list[int]:
    """Columns without a known name that hold amounts."""
    known = {position for positions in header.fields.values() for position in positions}
    others = [position for position, label in enumerate(header.labels) if label and position not in known]
    return [position for position in others if _mostly_amounts(*column(position), ledger_kind(header.labels[position]))]


def _mostly_amounts(values: npt.NDArray[np.int64], bad: npt.NDArray[np.bool_], kind: str | None) -> bool:
    """Amounts and nothing else; where the name says what they are, a few cells that cannot be read are refused."""
    return bool(values.any()) and int(bad.sum()) <= (int(np.count_nonzero(values)) // 2 if kind else 0)


def _pick(header: Header, kinds: dict[str, list[int]], tally: bool) -> dict[str, list[int]]:
    """The columns of each amount: in Tally's layout ledgers beside named columns, elsewhere a named column alone."""
    picked = {
        "doc_value": header.fields.get("doc_value", []),
        "round": header.fields.get("round_off", []) + kinds.get("round", []),
    }
    for name in AMOUNTS:
        named, ledgers = header.fields.get(name, []), kinds.get(name, [])
        if name == "taxable_value":
            wished = [column for column in named if column in header.wished]
            picked[name] = sorted(wished + ledgers) if tally and ledgers else named or ledgers
        else:
            picked[name] = sorted(named + ledgers) if tally else named or ledgers
    return picked


def _ledger_names(ledgers: dict[str, npt.NDArray[np.int64]], count: int) -> pd.Series:
    """The names of the ledgers that a row uses, joined by `; `. Rows that use the same ledgers are named once."""
    pattern = np.zeros(count, dtype=object)
    for position, amounts in enumerate(ledgers.values()):
        pattern[amounts != 0] += 1 << position
    labels = list(ledgers)
    names = {
        used: "; ".join(label for position, label in enumerate(labels) if used >> position & 1) or None
        for used in set(pattern.tolist())
    }
    return text_column([names[used] for used in pattern.tolist()])


def _read_dates(
    fields: pd.DataFrame, cells: list[Cells], header: Header, count: int, notes: list[str]
) -> npt.NDArray[np.bool_]:
    """The document's own date; where its column is blank or absent, the voucher's. Returns where it is unreadable."""
    own, voucher = days(_cells(cells, header, "doc_date", count)), days(_cells(cells, header, "voucher_date", count))
    dates = np.where(np.isnat(own.values) & ~own.bad, voucher.values, own.values)
    borrowed = int((np.isnat(own.values) & ~own.bad & ~np.isnat(voucher.values)).sum())
    if header.column("doc_date") is not None and borrowed:
        notes.append(f"{borrowed:,} rows have no invoice date: the voucher's date stands in.")
    if own.month_first or voucher.month_first:
        notes.append("Dates are month-first: the file has some that can be nothing else.")
    has_voucher = header.column("voucher_no") is not None or header.column("doc_date") is not None
    nothing = np.full(count, "NaT", dtype="datetime64[D]")
    fields["doc_date"] = pd.Series(dates.astype("datetime64[s]"))
    fields["voucher_date"] = pd.Series((voucher.values if has_voucher else nothing).astype("datetime64[s]"))
    for name in ("received_date", "paid_date"):
        fields[name] = pd.Series(days(_cells(cells, header, name, count)).values.astype("datetime64[s]"))
    return own.bad | (voucher.bad & np.isnat(own.values))


def _mine_narration(fields: pd.DataFrame) -> None:
    """The supplier's number where only the narration has it: `CREDIT NOTE NO. CD-12/04-2025`."""
    fields["number_source"] = pd.Series("field", index=fields.index, dtype="str").where(fields["doc_no"].notna())
    missing = fields["doc_no"].isna() & fields["narration"].notna()
    if missing.any():
        mined = fields.loc[missing, "narration"].str.extract(_NUMBER_IN_NARRATION, expand=False)
        mined = mined[mined.str.contains(r"\d", regex=True, na=False)]
        fields.loc[mined.index, "doc_no"] = mined
        fields.loc[mined.index, "number_source"] = "narration"


def _doc_types(fields: pd.DataFrame, default: str | None) -> pd.Series:
    """INV, CN, DN, BOE as the supplier sees it; missing where nothing says it (the sign will).

    In the buyer's books a Debit Note voucher is the supplier's credit note, and a Credit Note voucher his debit note.
    """
    said = fields["doc_type"].map({word: _type_of(normal(word)) for word in fields["doc_type"].dropna().unique()})
    voucher = fields["voucher_type"].str.lower()
    by_voucher = pd.Series(None, index=fields.index, dtype="str")
    by_voucher[voucher.str.contains(r"debit note|\breturn\b", regex=True, na=False)] = "CN"
    by_voucher[voucher.str.contains("credit note", na=False)] = "DN"
    found = said.astype("str").fillna(by_voucher)
    return found if default is None else found.fillna(default)


def _type_of(phrase: str) -> str | None:
    known = _DOC_TYPES.get(phrase)
    return known or next((kind for kind, pattern in _TYPE_WORDS if re.search(pattern, phrase)), None)


def _supply_classes(fields: pd.DataFrame) -> pd.Series:
    """From what the row says of its supply; a supplier without GSTIN is unregistered, reverse charge comes first."""
    kind = fields["inward_type"].fillna(fields["supplier_gstin"].where(fields["supplier_gstin"].isna())).str.lower()
    result = pd.Series("regular", index=fields.index, dtype="str").mask(fields["supplier_gstin"].isna(), "unregistered")
    for name, pattern in _CLASSES:
        result = result.mask(kind.str.contains(pattern, regex=True, na=False), name)
    result = result.mask(fields["doc_type"].eq("BOE"), "import")
    return result.mask(fields["reverse_charge"].fillna(False).to_numpy(bool), "reverse_charge")


def _note_spoilt_numbers(cells: list[Cells], header: Header, notes: list[str]) -> None:
    """Numbers that Excel has spoilt: it keeps 15 digits, writes `1.23E+15` into a CSV, and takes `1/6` for a date."""
    column = header.column("doc_no")
    if column is None:
        return
    dates = [cell for cell in cells[column] if isinstance(cell, date)]
    if dates:
        notes.append(f"{len(dates)} document numbers are dates (first {as_text(dates[0])}): Excel has taken a number "
                     "such as 1/6 for a date. Correct them at the source.")  # fmt: skip
    powers = [cell for cell in cells[column] if isinstance(cell, str) and _POWER.fullmatch(cell.strip())]
    lost = powers + [cell for cell in cells[column] if type(cell) is float and abs(cell) >= 1e15]
    if lost:
        notes.append(f"{len(lost)} document numbers have over 15 digits as Excel numbers (first {as_text(lost[0])}): "
                     "Excel has rounded them. Format the column as text and export again.")  # fmt: skip


def looks_like_total(row: Sequence[object]) -> bool:
    """A row that some cell calls a total."""
    return any(isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) for cell in row)


_TOTAL = re.compile(
    r"(?i)(?:grand|sub|net|page|report|overall)?[\s-]*totals?\s*[:.]?|\*+|total\s+(?:for|of)\b.*|.*-\s*total|"
    r"कुल.*|योग|kul(?: rashi| yog)?|yog|carried (?:over|forward)|brought forward|totals?\s+\(.*\)"
)
