"""Rows and rupees from the files' rows to the preview's parts: at each step as much comes out as went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.domain import HEADS, ImsreconError, to_paise, total_tax

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month


def control(month: Month) -> pd.DataFrame:
    """`Month.control`: step, side, what, rows, taxable_value, tax; raises if a step does not add up."""
    read = [line for side in ("register", "portal") for line in _read_lines(month, side)]
    imported = [
        _line("import", "register", "register documents", month.register),
        _line("import", "portal", "portal records", month.portal),
    ]
    matched = month.reconciliation.control.rename(columns={"category": "what"}).assign(step="match")
    part = month.preview.documents.set_index("portal_id")["part"].reindex(month.portal["doc_id"])
    groups = month.portal.groupby(part.to_numpy(), dropna=False)
    previewed = [_line("preview", "portal", str(name), group) for name, group in groups]
    table = pd.concat([pd.DataFrame(read + imported), matched, pd.DataFrame(previewed)], ignore_index=True)
    table = table[["step", "side", "what", "rows", "taxable_value", "tax"]]
    _refuse_unequal(table)
    return table


def _read_lines(month: Month, side: str) -> list[dict[str, object]]:
    """From the rows of the side's files to its documents."""
    controls = [intake.control for found, intake in month.intakes if found == side]
    if not controls:
        return []
    counted = pd.concat(controls, ignore_index=True)
    table = month.register if side == "register" else month.portal
    used = np.array([len(table), to_paise(table["taxable_value"]).sum(), total_tax(table).sum()], dtype=np.int64)
    lines = {"rows in the files": _counts(counted, "read")}
    for column, what in (("added_up", "joined"), ("set_aside", "set aside"), ("refused", "refused")):
        lines[what] = -_counts(counted, column)
    lines["repeated, or replaced by a newer file"] = used - _counts(counted, "kept")
    return [_counted_line("read", side, what, counts) for what, counts in lines.items()]


def _counts(control: pd.DataFrame, column: str) -> npt.NDArray[np.int64]:
    """Rows, paise of taxable value and paise of tax in one column of intakes' controls."""
    by_measure = control.assign(paise=to_paise(control[column])).groupby("measure")["paise"].sum()
    heads = sum(int(by_measure.get(head, 0)) for head in HEADS)
    return np.array([by_measure.get("rows", 0) // 100, by_measure.get("taxable_value", 0), heads], dtype=np.int64)


def _line(step: str, side: str, what: str, table: pd.DataFrame) -> dict[str, object]:
    taxable, tax = int(to_paise(table["taxable_value"]).sum()), int(total_tax(table).sum())
    amounts = {"taxable_value": taxable / 100, "tax": tax / 100}
    return {"step": step, "side": side, "what": what, "rows": len(table)} | amounts


def _counted_line(step: str, side: str, what: str, counts: npt.NDArray[np.int64]) -> dict[str, object]:
    rows, taxable, tax = counts.tolist()
    return {"step": step, "side": side, "what": what, "rows": rows, "taxable_value": taxable / 100, "tax": tax / 100}


def _refuse_unequal(table: pd.DataFrame) -> None:
    paise = table.assign(taxable_value=to_paise(table["taxable_value"]), tax=to_paise(table["tax"]))
    totals = paise.groupby(["side", "step"])[["rows", "taxable_value", "tax"]].sum()
    for side, steps in totals.groupby("side"):
        if len(steps.drop_duplicates()) > 1:
            raise ImsreconError(
                f"The {side} side does not add up from step to step: {steps.droplevel('side').to_dict('index')}.",
                hint="This is a fault of imsrecon: please report it with this line.",
                code="control",
            )
