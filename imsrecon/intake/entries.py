"""Bills of entry in the books, told by their meaning: importers book them under no GSTIN, each in his own way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

_PORT = r"IN[A-Z]{3}[0-9]"
_NUMBERED = rf"(?i)^\s*({_PORT})\s*[-/ ]?\s*(\d{{5,8}})\s*$|^\s*(\d{{5,8}})\s*[-/ ]\s*({_PORT})\s*$"
_BARE = r"(?i)^(?:b\.?\s*/?\s*e\.?|boe|bill of entry)[\s.:#/-]*(?:no\.?)?[\s.:#/-]*(\d{5,8})$|^(\d{5,8})$"
_TOLD = (
    r"(?i)\b(?:bill\s+of\s+entry|boe|b\s*/\s*e|b\.e\.?|be)\b[\s.:#-]*(?:no|number|num)?[\s.:#-]*"
    rf"(?:({_PORT})[-/ ]*)?(\d{{5,8}})\b"
)
_PORT_TOLD = rf"(?i)\b({_PORT})\b"
_IMPORT_LEDGER = r"(?i)\bimport(?:s|ed)?\b|\bcustoms?\b|\boverseas\b"


def recognise_entries(fields: pd.DataFrame, amounts: npt.NDArray[np.int64]) -> int:
    """Turn rows that are bills of entry into such: `doc_type`, `doc_no` (bare), `port_code`. Returns how many.

    A bill of entry has no GSTIN, IGST and neither CGST nor SGST, no reverse charge, and something that says import:
    a number with its port, the narration, an import ledger or a port code.
    """
    igst, state = amounts[:, 1] != 0, (amounts[:, 2] != 0) | (amounts[:, 3] != 0)
    reverse = fields["reverse_charge"].fillna(False).to_numpy(bool)
    able = fields["supplier_gstin"].isna().to_numpy() & igst & ~state & ~reverse
    able &= fields["doc_type"].isna().to_numpy() | fields["doc_type"].isin(["INV", "BOE"]).to_numpy(bool)
    if not able.any():
        return 0
    rows = fields[able]
    number, narration = rows["doc_no"].fillna(""), rows["narration"].fillna("")
    in_number, told = number.str.extract(_NUMBERED), narration.str.extract(_TOLD)
    bare = number.str.extract(_BARE)
    ported = in_number[0].fillna(in_number[3])
    says_import = (
        narration.str.contains(r"\bbill\s+of\s+entry\b", case=False, regex=True)
        | rows["ledger"].str.contains(_IMPORT_LEDGER, regex=True, na=False)
        | rows["inward_type"].str.contains(_IMPORT_LEDGER, regex=True, na=False)
        | rows["supplier_name"].str.contains(r"(?i)\bcustoms?\b|\bicegate\b", regex=True, na=False)
        | number.str.match(r"(?i)b\.?\s*/?\s*e\b|boe\b")
        | rows["port_code"].notna()
        | rows["doc_type"].eq("BOE")
    )
    digits = in_number[1].fillna(in_number[2]).fillna(told[1]).fillna(bare[0]).fillna(bare[1])
    is_entry = ported.notna() | told[1].notna() | says_import
    port = rows["port_code"].fillna(ported).fillna(told[0]).fillna(narration.str.extract(_PORT_TOLD)[0]).str.upper()
    where = rows.index[is_entry.to_numpy(bool)]
    mined = in_number[1].isna() & in_number[2].isna() & bare[0].isna() & bare[1].isna() & told[1].notna()
    fields.loc[where, "doc_type"] = "BOE"
    fields.loc[where, "doc_no"] = digits.fillna(rows["doc_no"])[where]
    fields.loc[where, "port_code"] = port[where]
    fields.loc[where.intersection(rows.index[mined]), "number_source"] = "narration"
    return len(where)
