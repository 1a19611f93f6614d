"""Tally's day book: a voucher's row, its ledger lines and its narration below it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from imsrecon.intake.cells import as_text, clean_text, paise
from imsrecon.intake.headers import Header, normal
from imsrecon.intake.ledgers import ledger_kind
from imsrecon.intake.tally_xml import OTHER_VOUCHER

Row = list[object]
_FIELDS = ("taxable_value", "igst", "cgst", "sgst", "cess", "round_off", "doc_value")
_KEPT = re.compile(r"purchase|debit ?note", re.IGNORECASE)
_HEADS = ("voucher_date", "supplier_name", "voucher_type", "voucher_no")


def is_day_book(header: Header) -> bool:
    """Particulars, a voucher, a debit and a credit column, and no column for value or tax."""
    labels = {normal(label) for label in header.labels}
    return {"particulars", "vch type"} <= labels and {"debit amount", "credit amount"} <= labels


def unfold(rows: list[Row], header: Header) -> tuple[list[Row], Header]:
    """Each row with its voucher's head, and its amount in the column of what its ledger is.

    The voucher's own row carries the total; a narration goes to all rows of its voucher. Vouchers that are neither
    purchases nor debit notes get a status by which they are set aside. In a detailed view a ledger's name says what
    it is; a voucher without lines has a total and no more.
    """
    labels = [normal(label) for label in header.labels]
    debit, credit = labels.index("debit amount"), labels.index("credit amount")
    where = {name: _column(header, name) for name in _HEADS}
    dated = np.array([_filled(row[where["voucher_date"]]) for row in rows], dtype=bool)
    signed = paise([row[debit] for row in rows])[0] - paise([row[credit] for row in rows])[0]
    block = np.cumsum(dated)
    names = pd.Series([clean_text(as_text(row[where["supplier_name"]]) or "") for row in rows], dtype="str")
    ledger = ~dated & (signed != 0) & (block > 0)
    table = pd.DataFrame({name: np.zeros(len(rows), dtype=np.int64) for name in _FIELDS})
    kinds = names.map({name: _kind(name) for name in names.unique()})
    for name in _FIELDS[:-1]:
        table[name] = np.where(ledger & kinds.eq(name).to_numpy(), signed, 0)
    alone = ~pd.Series(ledger).groupby(block).transform("any").to_numpy()
    table["doc_value"] = np.where(dated, -signed, 0)
    table.loc[alone & dated, "taxable_value"] = -signed[alone & dated]
    texts = names.where(~dated & (signed == 0) & (block > 0) & names.ne("")).groupby(block).transform("first")
    heads = {name: pd.Series([row[column] for row in rows], dtype=object) for name, column in where.items()}
    carried = {name: column.where(dated).groupby(block).transform("first") for name, column in heads.items()}
    kept = carried["voucher_type"].astype("str").str.contains(_KEPT, na=False)
    status = pd.Series(np.where(kept | (block == 0), "", OTHER_VOUCHER))
    return _rebuilt(rows, header, where, ledger, carried, table, [texts, status])


def _column(header: Header, name: str) -> int:
    found = header.column(name)
    return found if found is not None else 0


def _filled(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def _kind(name: str) -> str:
    """A ledger without a telling name is part of the bill; TDS and the like are not."""
    kind = ledger_kind(name)
    return {"round": "round_off", None: "taxable_value"}.get(kind, kind or "")


def _rebuilt(
    rows: list[Row],
    header: Header,
    where: dict[str, int],
    ledger: np.ndarray,
    carried: dict[str, pd.Series],
    table: pd.DataFrame,
    more: list[pd.Series],
) -> tuple[list[Row], Header]:
    cells = [list(column) for column in zip(*rows, strict=True)]
    for name, column in where.items():
        values = pd.Series(cells[column], dtype=object)
        cells[column] = values.mask(ledger, carried[name]).tolist()
    width = len(cells)
    cells += [(table[name] / 100).tolist() for name in _FIELDS]
    cells += [column.astype(object).where(column.notna(), "").tolist() for column in more]
    fields = {name: [column] for name, column in where.items()}
    fields |= {name: [width + position] for position, name in enumerate(_FIELDS)}
    fields |= {"narration": [width + len(_FIELDS)], "status": [width + len(_FIELDS) + 1]}
    labels = [*header.labels, *("ledger lines" for _ in _FIELDS), "lines without an amount", "kind of voucher"]
    return [list(row) for row in zip(*cells, strict=True)], Header(header.row, header.tiers, labels, fields)
