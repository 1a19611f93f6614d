"""A register's columns in words: what each may be, what it is read as, whether the amounts agree. No widget here."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from imsrecon.domain import HEADS, to_paise, total_tax, valid_gstins
from imsrecon.intake import Intake, field_names, normal_label
from imsrecon.widgets.choices import Choice
from imsrecon.workspace import ELIGIBILITY, LEFT_OUT

HEAD = ("Column", "Three values in it", "It is read as", "Why")
LEDGER_HEAD = ("Ledger", "Documents", "Its credit", "What that means")
_WORDS = {
    "Who, which, when": {
        "supplier_gstin": "Supplier's GSTIN", "supplier_name": "Supplier's name", "doc_no": "Supplier's invoice number",
        "doc_date": "Invoice date", "doc_type": "Kind of document", "pos": "Place of supply",
        "reverse_charge": "Reverse charge, yes or no", "inward_type": "Kind of supply", "port_code": "Port code",
        "company_gstin": "Our own GSTIN",
    },
    "Amounts": {
        "taxable_value": "Taxable value", "igst": "IGST", "cgst": "CGST", "sgst": "SGST or UTGST", "cess": "Cess",
        "doc_value": "Invoice total", "round_off": "Round-off", "rate": "Rate of tax",
        "inclusive": "Tax is included, yes or no", "item": "Item or HSN",
    },
    "Our books": {
        "voucher_no": "Our voucher number", "voucher_date": "Voucher date", "voucher_type": "Voucher type",
        "ledger": "Ledger", "narration": "Narration", "status": "Status", "itc_eligibility": "Eligibility for ITC",
        "received_date": "Goods received on", "paid_date": "Paid on",
    },
}  # fmt: skip
_ADDED_UP = {"taxable_value", *HEADS, "round_off", "rate", "item", LEFT_OUT}
_BY = {
    "label": "By its label.", "ledger": "A ledger of the bill.", "content": "Its cells look so.",
    "arithmetic": "The amounts add up so.",
}  # fmt: skip
_GUESSED = ("content", "arithmetic")
FULL = ""
_CREDIT = {
    FULL: "", "ineligible": "Blocked by section 17(5): goes to Table 4(B)(1).",
    "common": "Also for exempt supplies or private use: rules 42 and 43.", "capital": "Capital goods, noted as such.",
}  # fmt: skip
LEDGER_OPTIONS = (("", ((FULL, "Full credit"), *ELIGIBILITY.items())),)


def options() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column may be, in groups; a field that has no word of its own yet is named as in the documentation."""
    known = set(field_names())
    groups = [(group, [(field, word) for field, word in words.items() if field in known])
              for group, words in _WORDS.items()]  # fmt: skip
    named = {field for words in _WORDS.values() for field in words}
    others = [(field, field.replace("_", " ")) for field in sorted(known - named - {LEFT_OUT})]
    return [("", [(LEFT_OUT, "– not used –")]), *groups, *([("Other", others)] if others else [])]


def guesses(columns: pd.DataFrame) -> dict[str, str]:
    """Label → field of the columns that only their cells or the arithmetic tell."""
    guessed = columns[columns["by"].isin(_GUESSED) & columns["field"].notna() & columns["label"].ne("")]
    return {normal_label(label): field for label, field in zip(guessed["label"], guessed["field"], strict=True)}


def by_itself(columns: pd.DataFrame) -> dict[str, str]:
    """Label → field as the reader takes it without a word from anybody; `ignored` if it does not use the column."""
    ledgers = columns["by"].eq("ledger") & columns["field"].eq("taxable_value")
    read = columns["field"].where(columns["by"].isin(["label", "ledger"]))
    if ledgers.any():
        # In Tally's layout the ledgers are the taxable value, and the column of that name restates it.
        read = read.mask(columns["field"].eq("taxable_value") & ~ledgers)
    found = zip(columns["label"], read.fillna(LEFT_OUT), strict=True)
    return {normal_label(label): field for label, field in reversed([*found]) if label}


def with_choice(columns: pd.DataFrame, chosen: Mapping[str, str], label: str, field: str) -> dict[str, str]:
    """What a person chose so far, and this. Another column that was read as the same thing is left out, if there can
    be only one; what he chose to add up stays."""
    read = by_itself(columns)
    now = read | dict(chosen)
    ledgers = {normal_label(one) for one in columns.loc[columns["by"].eq("ledger"), "label"]}
    rivals = [one for one, other in now.items() if other == field and one != label and one in read]
    if field in _ADDED_UP:
        rivals = [one for one in rivals if field == "taxable_value" and one not in chosen and one not in ledgers]
    result = {**chosen, label: field} | dict.fromkeys(rivals, LEFT_OUT)
    return {one: said for one, said in result.items() if said != read.get(one, LEFT_OUT)}


def column_rows(columns: pd.DataFrame, chosen: Mapping[str, str]) -> list[Choice]:
    """One row a label of the register: where it stands, three values, what it is read as and why."""
    read, guessed = by_itself(columns), guesses(columns)
    rows: dict[str, Choice] = {}
    for one in columns.fillna("").itertuples():
        name = normal_label(one.label)
        if name in rows or not name:
            continue
        said = name in chosen
        place = f"{one.sheet}, column {one.column}" if one.sheet else f"column {one.column}"
        guess = guessed.get(name) == chosen.get(name)
        mark = ("A guess" if guess else "Chosen") if said else ""
        why = "" if mark == "Chosen" else _BY.get(one.by, "") if one.by not in _GUESSED or said else _may_be(one)
        rows[name] = Choice(name, one.label, place, one.examples, chosen.get(name, read[name]), why, mark)
    return list(rows.values())


def _may_be(column: object) -> str:
    words = {field: word for group in _WORDS.values() for field, word in group.items()}
    return f"Not used; it may be: {words.get(column.field, column.field)}."


def checks(intake: Intake, columns: pd.DataFrame | None, chosen: Mapping[str, str]) -> list[tuple[bool, str]]:
    """What speaks for or against the columns as they are read: (it agrees, a sentence with its counts)."""
    table = intake.documents
    count = len(table)
    found = [(count > 0, f"{count:,} documents read, {len(intake.refused):,} rows refused.")]
    if not count:
        return found
    return [
        (intake.refused.empty, found[0][1]),
        _total_check(table, columns, chosen),
        _share(to_paise(table["cgst"]) == to_paise(table["sgst"]), "CGST equals SGST in"),
        _share(valid_gstins(table["supplier_gstin"]), "The supplier's GSTIN is there and valid in", 0.9),
        _share(table["doc_no"].notna(), "An invoice number is there in"),
        _share(table["doc_date"].notna(), "A date is there in"),
    ]


def _total_check(table: pd.DataFrame, columns: pd.DataFrame | None, chosen: Mapping[str, str]) -> tuple[bool, str]:
    fields = set() if columns is None else set((by_itself(columns) | dict(chosen)).values())
    if columns is not None and "taxable_value" not in fields:
        return False, "No column is the taxable value: it is worked out as the total less the taxes, unchecked."
    known = table["doc_value"].notna() & table["doc_value"].ne(0)
    if not known.any():
        return False, "No column is the invoice total: the amounts cannot be checked against it."
    rows = table[known]
    gap = to_paise(rows["taxable_value"]) + total_tax(rows) - to_paise(rows["doc_value"].abs())
    return _share(pd.Series(abs(gap) <= 100), "Taxable value and taxes give the total, within ₹1, in", 0.98)


def _share(agree: pd.Series, words: str, enough: float = 1.0) -> tuple[bool, str]:
    good, count = int(pd.Series(agree).fillna(False).sum()), len(agree)
    return good >= enough * count, f"{words} {good:,} of {count:,} documents."


def ledger_rows(intake: Intake, words: Mapping[str, str], remembered: Mapping[str, str]) -> list[Choice]:
    """One row a ledger of the register: in how many documents, and what credit it gives (`words`: what is said)."""
    counts = intake.documents["ledger"].dropna().str.split("; ").explode().value_counts(sort=False).sort_index()
    rows = []
    for ledger, count in counts.items():
        name = normal_label(ledger)
        said, before = words.get(name, FULL), remembered.get(name, FULL)
        mark = "" if said == before == FULL else "Remembered" if said == before else "Chosen"
        rows.append(Choice(name, ledger, "", f"{count:,}", said, _CREDIT[said], mark))
    return rows
