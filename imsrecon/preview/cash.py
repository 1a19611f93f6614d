"""What must be paid: the set-off of credit against output tax (D-37), and interest on credit denied later (D-57)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from imsrecon.domain import HEADS, InputError, to_paise, to_rupees
from imsrecon.preview.gstr2b import Gstr2b
from imsrecon.rulebook import rule

CASH_COLUMNS = ("head", "output_tax", "reverse_charge", "credit", "paid_by_credit", "cash", "credit_left")
_BY_CASH = "31d"


def cash_needed(preview: Gstr2b, inputs: pd.DataFrame) -> pd.DataFrame:
    """Cash by head that the period's GSTR-3B asks for, with the credit of the preview set off in the law's order.

    `inputs`: the client's output tax: line (`3.1a`, `3.1b`, …; `3.1d` is reverse charge, paid in cash), igst … cess.
    Without a line 3.1d the reverse charge is what stands in 4A2 and 4A3. Credit carried over from earlier periods is
    not known here: give it as a line `ledger`. Columns, rupees: head, output_tax, reverse_charge, credit (4C; where
    it is negative it adds to the output tax), paid_by_credit, cash, credit_left. Source: D-37, rule 88A.
    """
    if "line" not in inputs:
        raise InputError("The inputs have no column 'line'.", hint="Give line (3.1a …), igst, cgst, sgst, cess.")
    lines = inputs["line"].astype("str").str.lower().str.replace(r"[^0-9a-z]", "", regex=True)
    table4 = preview.table4.set_index("line")
    given = {name: _sums(inputs[mask]) for name, mask in _groups(lines).items()}
    reverse = given["reverse"] if lines.eq(_BY_CASH).any() else _sums(table4.loc[["4A2", "4A3"]])
    net = _sums(table4.loc[["4C"]]) + given["ledger"]
    output, credit = given["output"] + np.maximum(-net, 0), np.maximum(net, 0)
    used, paid = _set_off(dict(zip(HEADS, credit, strict=True)), dict(zip(HEADS, output, strict=True)))
    columns = [given["output"], reverse, net, paid, output - paid + reverse, credit - used]
    values = dict(zip(CASH_COLUMNS[1:], map(to_rupees, columns), strict=True))
    return pd.DataFrame({"head": pd.Series(HEADS, dtype="str")} | values)


def _groups(lines: pd.Series) -> dict[str, pd.Series]:
    output = lines.str.startswith("31") & lines.ne(_BY_CASH)
    return {"output": output, "reverse": lines.eq(_BY_CASH), "ledger": lines.eq("ledger")}


def _sums(rows: pd.DataFrame) -> np.ndarray:
    return np.array([int(to_paise(rows[head]).sum()) if head in rows else 0 for head in HEADS], dtype=np.int64)


def _set_off(credit: dict[str, int], tax: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Paise of credit used and of tax paid, by head.

    IGST credit goes first, and may be split between CGST and SGST as one likes: first to what their own credit cannot
    pay, so that the least cash is left.
    """
    own, left = dict(tax), dict(credit)
    order = [tuple(pair) for pair in rule("D-37")["set_off"]]
    for source, target in [pair for pair in order if pair[0] == "igst"]:
        short = own[target] if target == "igst" else max(own[target] - left[target], 0)
        _pay(left, own, source, target, short)
    for source, target in order:
        _pay(left, own, source, target, own[target])
    used = np.array([credit[head] - left[head] for head in HEADS], dtype=np.int64)
    return used, np.array([tax[head] - own[head] for head in HEADS], dtype=np.int64)


def _pay(left: dict[str, int], owed: dict[str, int], source: str, target: str, most: int) -> None:
    amount = min(left[source], most)
    left[source] -= amount
    owed[target] -= amount


def interest_exposure(preview: Gstr2b, doubtful: pd.Series, used_on: date, denied_on: date) -> pd.DataFrame:
    """Interest if the credit of these records, claimed now, is denied later (section 50(3)), the largest first.

    `doubtful`: portal_ids; only those that count as available credit are reckoned. `used_on`: the day on which the
    GSTR-3B uses the credit, `denied_on`: the day of reversal. Columns: portal_id, supplier_gstin, doc_no, tax
    (rupees), days, interest (rupees). Assumes that the whole credit is used at once, which is the most it can be.
    """
    documents = preview.documents
    claimed = documents["part"].eq("available") & documents["portal_id"].isin(doubtful)
    rows = documents[claimed]
    tax = np.maximum(sum(to_paise(rows[head]) for head in HEADS), 0)
    law, days = rule("D-57"), max((denied_on - used_on).days, 0)
    interest = (tax * law["rate"] * days * 2 + 100 * law["days_a_year"]) // (200 * law["days_a_year"])
    values = {"tax": to_rupees(tax), "days": days, "interest": to_rupees(interest)}
    table = rows[["portal_id", "supplier_gstin", "doc_no"]].assign(**values)
    return table.sort_values(["interest", "portal_id"], ascending=[False, True]).reset_index(drop=True)
