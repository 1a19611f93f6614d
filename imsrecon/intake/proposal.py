"""What the columns of any table may be: by label, by content, and checked by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import InputError, valid_gstins
from imsrecon.intake.cells import as_text, clean_text, days, gstins, paise
from imsrecon.intake.columns import looks_like_total
from imsrecon.intake.files import PathLike, open_inputs
from imsrecon.intake.grids import Sheet, open_sheets
from imsrecon.intake.headers import AMOUNT_FIELDS, Header, find_header
from imsrecon.intake.ledgers import classify, is_tally

COLUMNS = ("sheet", "column", "label", "field", "confidence", "examples", "why", "by")
_SAMPLE = 2_000
_MOST = 0.9
_TAXES = ("igst", "cgst", "sgst")
_LEDGERS = {"round": "round_off", "taxable_value": "taxable_value", "igst": "igst", "cgst": "cgst", "sgst": "sgst",
            "cess": "cess"}  # fmt: skip
_MAX_AMOUNTS = 12


@dataclass
class _Column:
    """One column while it is judged; `share` is of the filled cells."""

    label: str
    cells: Sequence[object]
    field: str | None = None
    confidence: str = ""
    why: str = ""
    by: str = ""

    @property
    def filled(self) -> list[object]:
        return [cell for cell in self.cells if cell not in (None, "")]


def propose_mapping(path: PathLike) -> pd.DataFrame:
    """How `read_register` would take, or could take, each column of a table.

    One row a column that holds something: sheet, column (Excel's letter), label, field (missing: not used),
    confidence (`high`: label and content agree; `medium`: one of them; `low`: they disagree), examples (three values)
    and why, with the arithmetic where it proves something (taxable + taxes = total, CGST = SGST), and by: `label` and
    `ledger` are what is read without a mapping, `content` and `arithmetic` are guesses. Correct it and
    give it to `read_register` as `mapping={label: field}`. Raises `InputError` if the file is no table.
    """
    files = open_inputs(path)
    if len(files) != 1:
        raise InputError(f"{len(files)} files were given; a mapping is proposed for one.", hint="Name one file.")
    rows = [row for sheet in open_sheets(files[0]) if not sheet.hidden for row in _sheet_rows(sheet)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


def _sheet_rows(sheet: Sheet) -> list[list[object]]:
    header = find_header(sheet.rows) or _guessed_header(sheet.rows)
    if header is None:
        return []
    data = [row for row in sheet.rows[header.row + 1 :][:_SAMPLE] if not looks_like_total(row)]
    cells = list(zip(*data, strict=True)) if data else [()] * len(header.labels)
    columns = [_Column(label, cells[at]) for at, label in enumerate(header.labels)]
    _by_label(columns, header)
    _by_content(columns)
    _by_arithmetic(columns)
    return [
        [sheet.name, _letter(at), one.label, one.field, one.confidence, _examples(one), one.why, one.by]
        for at, one in enumerate(columns)
        if one.label or one.filled
    ]


def _guessed_header(rows: Sequence[Sequence[object]]) -> Header | None:
    """The first row of at least three different texts that has a row as wide with a number below it."""
    for at, row in enumerate(rows[:40]):
        labels = [clean_text(cell) if isinstance(cell, str) else "" for cell in row]
        named = [label for label in labels if label and not paise([label])[0].any()]
        below = rows[at + 1] if at + 1 < len(rows) else []
        wide = sum(cell not in (None, "") for cell in below) >= 3
        if len(set(named)) >= 3 and len(named) == sum(cell not in (None, "") for cell in row) and wide:
            return Header(at, 1, labels, {})
    return None


def _by_label(columns: list[_Column], header: Header) -> None:
    for field, places in header.fields.items():
        for place in places:
            one = columns[place]
            fits = _fits(one, field)
            one.field, one.confidence = field, "high" if fits >= _MOST else "low"
            one.why, one.by = f"The label says {field}", "label"
            one.why += "." if fits >= _MOST else f", but {1 - fits:.0%} of its cells cannot be read so."
    numeric = [at for at, one in enumerate(columns) if one.field is None and one.label and _holds_amounts(one)]
    for kind, places in classify(header, is_tally(header), numeric).items():
        for one in (columns[at] for at in places if kind in _LEDGERS):
            one.field, one.confidence, one.by = _LEDGERS[kind], "medium", "ledger"
            one.why = f"As a ledger it counts as {one.field}."


def _holds_amounts(column: _Column) -> bool:
    return _fits(column, "taxable_value") >= _MOST and bool(paise(column.filled)[0].any())


def _fits(column: _Column, field: str) -> float:
    """The share of filled cells that can be read as what the field holds."""
    filled = column.filled
    if not filled:
        return 1.0
    if field in (*AMOUNT_FIELDS, "round_off"):
        return float((~paise(filled)[1]).mean())
    if field.endswith("_date"):
        return float((~days(filled).bad).mean())
    if field.endswith("_gstin"):
        return float((valid_gstins(gstins(filled)) | gstins(filled).isna()).mean())
    return 1.0


def _by_content(columns: list[_Column]) -> None:
    taken = {one.field for one in columns}
    for field, test in (("supplier_gstin", _is_gstin), ("doc_date", _is_date), ("doc_no", _is_number)):
        if field in taken:
            continue
        found = next((one for one in columns if one.field is None and one.filled and test(one)), None)
        if found:
            found.field, found.confidence, found.by = field, "medium", "content"
            found.why = f"Its cells look like {field}."


def _is_gstin(column: _Column) -> bool:
    found = gstins(column.filled)
    return bool(valid_gstins(found).sum() >= max(1, _MOST * found.notna().sum()))


def _is_date(column: _Column) -> bool:
    written = [cell for cell in column.filled if not isinstance(cell, (int, float))]
    return bool(written) and len(written) == len(column.filled) and float((~days(written).bad).mean()) >= _MOST


def _is_number(column: _Column) -> bool:
    """Texts with digits, nearly all different: an invoice's number."""
    words = pd.Series([as_text(cell) for cell in column.filled if isinstance(cell, str)], dtype="str")
    if len(words) < _MOST * len(column.filled) or words.str.len().max() > 25:
        return False
    return bool(words.str.contains(r"\d").mean() >= _MOST and words.nunique() >= 0.7 * len(words))


def _by_arithmetic(columns: list[_Column]) -> None:
    """Find or confirm taxable value, taxes and total: in nearly every row the first two must give the third."""
    amounts = {at: paise(one.cells)[0] for at, one in enumerate(columns) if _may_be_amount(one)}
    known = {one.field: at for at, one in enumerate(columns) if at in amounts and one.field in AMOUNT_FIELDS}
    if any(one.field in ("item", "rate") for one in columns):
        return  # several rows a document: a row's amounts need not give its total
    if {"taxable_value", "doc_value"} <= known.keys():
        _confirm(columns, amounts)
        return
    free = [at for at in amounts if columns[at].field in (None, *_TAXES, "taxable_value", "doc_value")]
    found = _solve({at: amounts[at] for at in free[:_MAX_AMOUNTS]})
    for field, (at, share) in found.items():
        if columns[at].field in (None, field):
            sure = "high" if columns[at].field == field else "medium"
            columns[at].by = columns[at].by or "arithmetic"
            columns[at].field, columns[at].confidence = field, sure
            columns[at].why = f"Taxable value and taxes give the total in {share:.0%} of the rows if it is {field}."


def _may_be_amount(column: _Column) -> bool:
    if column.field not in (None, *AMOUNT_FIELDS) or not column.filled:
        return False
    values, bad = paise(column.cells)
    return not bad.any() and bool(values.any())


def _confirm(columns: list[_Column], amounts: dict[int, npt.NDArray[np.int64]]) -> None:
    def total(*fields: str) -> npt.NDArray[np.int64]:
        return sum((amounts[at] for at in amounts if columns[at].field in fields), np.zeros(_height(amounts), np.int64))

    share = _share(total("taxable_value", *_TAXES, "cess"), total("doc_value"))
    for at in amounts:
        if columns[at].field in ("taxable_value", "doc_value", *_TAXES, "cess"):
            columns[at].why += f" Taxable value and taxes give the total in {share:.0%} of the rows."
            if share < _MOST and columns[at].confidence == "high":
                columns[at].confidence = "medium"
    if (total("cgst") != total("sgst")).any():
        for at in amounts:
            if columns[at].field in ("cgst", "sgst"):
                columns[at].confidence = "low"
                columns[at].why += " But CGST and SGST differ in some rows."


def _height(amounts: dict[int, npt.NDArray[np.int64]]) -> int:
    return len(next(iter(amounts.values())))


def _share(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> float:
    """In how many of the rows with an amount the two agree to one rupee."""
    rows = (left != 0) | (right != 0)
    return float((np.abs(left - right) <= 100)[rows].mean()) if rows.any() else 0.0


def _solve(amounts: dict[int, npt.NDArray[np.int64]]) -> dict[str, tuple[int, float]]:
    """The columns that can be taxable value, total and taxes, and in what share of the rows they add up."""
    pair = next(
        (
            (a, b)
            for a, b in permutations(amounts, 2)
            if a < b and (amounts[a] == amounts[b]).all() and amounts[a].any()
        ),
        None,
    )
    state = amounts[pair[0]] * 2 if pair else 0
    best: tuple[float, dict[str, int]] = (0.0, {})
    for base, total in permutations([at for at in amounts if not pair or at not in pair], 2):
        for tax in [None, *(at for at in amounts if at not in (base, total, *(pair or ())))]:
            if tax is None and pair is None:
                continue
            left = amounts[base] + state + (amounts[tax] if tax is not None else 0)
            share = _share(left, amounts[total])
            larger = tax is None or amounts[base].sum() > amounts[tax].sum()
            if share > best[0] and larger:
                best = share, {"taxable_value": base, "doc_value": total} | ({"igst": tax} if tax is not None else {})
    if best[0] < _MOST:
        return {}
    fields = best[1] | ({"cgst": pair[0], "sgst": pair[1]} if pair else {})
    return {field: (at, best[0]) for field, at in fields.items()}


def _examples(column: _Column) -> str:
    texts = [clean_text(as_text(cell) or "") for cell in column.filled]
    return "; ".join([one for one in dict.fromkeys(texts) if one][:3])


def _letter(position: int) -> str:
    letters = ""
    while position >= 0:
        letters, position = chr(65 + position % 26) + letters, position // 26 - 1
    return letters
