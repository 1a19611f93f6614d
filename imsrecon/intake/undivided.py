"""Tax in one column: divided into IGST, or CGST and SGST, by the States of supplier and buyer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imsrecon.domain import STATES
from imsrecon.intake.columns import Rows

UNDIVIDED = "The tax stands in one column, and without both GSTINs its head is unknown. Enter IGST, CGST and SGST."


def divide_tax(rows: Rows) -> npt.NDArray[np.bool_]:
    """Fill the heads of `rows` from its undivided tax; returns the rows whose head nobody can tell.

    Supplies between States, imports and supplies of a SEZ bear IGST (IGST Act, sections 5 and 7); within a State CGST
    and SGST are half each, and an odd paisa goes to SGST. Needs the company's GSTIN.
    """
    unknown = np.zeros(len(rows.amounts), dtype=bool)
    if rows.undivided is None:
        return unknown
    fields, tax = rows.fields, rows.undivided
    theirs, ours = (fields[name].str.slice(0, 2) for name in ("supplier_gstin", "company_gstin"))
    between = fields["supply_class"].isin(["import", "sez"]).to_numpy(bool)
    known = (theirs.isin(list(STATES)) & ours.isin(list(STATES))).to_numpy(bool)
    inter = between | (known & theirs.ne(ours).to_numpy(bool))
    intra = known & ~inter
    rows.amounts[inter, 1] += tax[inter]
    halves = np.trunc(tax / 2).astype(np.int64)
    rows.amounts[intra, 2] += halves[intra]
    rows.amounts[intra, 3] += (tax - halves)[intra]
    rows.notes.append(
        "One column has the whole tax: it is divided by the States of supplier and buyer. Check that with the bills."
    )
    return (tax != 0) & ~known & ~between
