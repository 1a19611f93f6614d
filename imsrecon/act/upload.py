"""The files for the portal (formats 3.4): changed records only, every value echoed as it was downloaded."""

from __future__ import annotations

import json

import pandas as pd

from imsrecon.act.columns import false, portal_table, true
from imsrecon.act.decisions import apply_decisions, sent_remark
from imsrecon.act.standing import stand
from imsrecon.domain import DECLARED, HEADS, ActionNotAllowed, InputError, Profile, show_paise, to_paise, total_tax
from imsrecon.rulebook import load

RECORDS_A_FILE = 5000
_NAMES = ["doc_id", "section", "doc_no", "supplier_gstin"]
# The portal's own words for a record that are never sent back, and those that a decision writes anew.
_NOT_SENT = ("tradenm", "hash", "error_msg")
_WRITTEN = ("action", "remarks", "itcRedReq", "declIgst", "declCgst", "declSgst", "declCess")
_DECLARED_KEYS = dict(zip(DECLARED, _WRITTEN[3:], strict=True))


def upload_payloads(portal: pd.DataFrame, decisions: pd.DataFrame, profile: Profile) -> list[dict[str, object]]:
    """The upload files as dictionaries `{rtin, reqtyp, invdata}`, ready for `json.dump`; none if nothing changed.

    A file holds at most 5,000 records whose decision differs from the portal, `SAVE` for A, R and P, `RESET` for those
    set back to N. A record of the portal's error file is written again whatever is decided: what it says was refused.
    Bills of entry and records that never are in IMS have no place in the file and are left out.
    Raises `InputError` where a decided record does not come from an IMS download, so that its values could not be
    echoed, and `ActionNotAllowed` for P where the portal has closed it (it would refuse the whole file) and for a
    declared reduction that is above a credit note's tax or whose CGST and SGST differ.
    """
    keys, rows = _to_write(portal_table(portal), decisions, profile)
    _refuse_blocked(rows[rows["blocked"]])
    _refuse_amounts(rows)
    rows = rows.assign(record=_originals(rows))
    rows["sent"] = sent_remark(rows["remarks"]).where(rows["takes_remark"])
    order = pd.Categorical(rows["section"], categories=list(keys), ordered=True)
    rows = rows.assign(order=order).sort_values("order", kind="stable")
    reset = rows["action"].eq("N")
    return [
        *_files(rows[~reset], "SAVE", keys, profile),
        *_files(rows[reset], "RESET", keys, profile),
    ]


def not_from_ims(portal: pd.DataFrame, decisions: pd.DataFrame, profile: Profile) -> pd.Series:
    """The portal_ids of the decided records on which `upload_payloads` would fail: no IMS download has them, so their
    values cannot be echoed."""
    _, rows = _to_write(portal_table(portal), decisions, profile)
    return rows.loc[[_record(raw) is None for raw in rows["raw"]], "doc_id"].reset_index(drop=True)


def upload_keys() -> dict[str, str]:
    """Section → its name in the file; the others, bills of entry, are acted on by hand on the portal."""
    return {row["section"]: row["upload_key"] for row in load("sections") if row.get("upload_key")}


def _to_write(table: pd.DataFrame, decisions: pd.DataFrame, profile: Profile) -> tuple[dict[str, str], pd.DataFrame]:
    """The file's name for each section, and the records that have a place in the file and something to say there."""
    keys = upload_keys()
    applied = apply_decisions(table, decisions)
    changed = differs(table, applied) & table["section"].isin(keys)
    facts = _facts(table, profile)
    changed &= facts["bypass"].eq("") | facts["bypass"].eq("rejected_in_2b")
    rows = pd.concat([table[[*_NAMES, *HEADS, "raw"]], applied], axis="columns")[changed]
    takes = _takes_remark(table, applied)[changed]
    rows = rows.assign(blocked=true(table["pending_blocked"])[changed], takes_remark=takes)
    return keys, rows.assign(says=_says_reduction(facts[changed], rows, table[changed]))


def differs(table: pd.DataFrame, applied: pd.DataFrame) -> pd.Series:
    """Where a decision says something that the portal does not have yet and that its file carries.

    `applied` is what `apply_decisions` gave for `table`: of a remark on an acceptance in full nothing is sent. What the
    portal refused the last time it does not have.
    """
    action = applied["action"].ne(applied["stated"])
    reduction = applied["action"].eq("A") & applied["given_reduction"].notna() & _reduces_otherwise(table, applied)
    remark = _takes_remark(table, applied) & applied["given_remarks"].notna()
    refused = table["portal_error"].notna() & applied["decided"] & applied["action"].ne("N")
    return (applied["touched"] & (action | reduction | remark)) | refused


def _reduces_otherwise(table: pd.DataFrame, applied: pd.DataFrame) -> pd.Series:
    """Where the reduction or the amounts declared for a part are not those that stand on the portal; unsaid is full."""
    other = applied["itc_reduction"].ne(table["itc_reduction"].fillna("full"))
    part = applied["itc_reduction"].eq("partial")
    for name in DECLARED if part.any() else ():
        other |= part & (to_paise(applied[name]) != to_paise(table[name]))
    return other


def _takes_remark(table: pd.DataFrame, applied: pd.DataFrame) -> pd.Series:
    """Reject, pending, and an acceptance that reduces in part or not at all carry one, unless it is blocked (B-24)."""
    less = applied["action"].eq("A") & applied["itc_reduction"].isin(["partial", "none"])
    return (applied["action"].isin(["R", "P"]) | less) & ~true(table["remarks_blocked"])


def _facts(table: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Standing of each record in the period it was reported for: the file itself has no period."""
    stated = table["gstr2b_period"].fillna(table["return_period"])
    newest = stated.max() if stated.notna().any() else max(row.start for row in load("regimes"))
    return stand(table.assign(gstr2b_period=stated), newest, profile)


def _says_reduction(facts: pd.DataFrame, rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Credit notes always say whether ITC is reduced; amendments where they reduce it or the decision says so.

    Where the direction of an amendment is not known, the portal's own flag decides.
    """
    reduces = facts["reduction"] & facts["reduces"] & facts["effect_known"]
    asked = facts["direction"].eq("unknown") & false(table["itc_reduction_blocked"])
    return rows["section"].isin(["CN", "CNA"]) | reduces | asked | rows["given_reduction"].notna()


def _refuse_blocked(rows: pd.DataFrame) -> None:
    blocked = rows[rows["action"].eq("P")]
    if len(blocked):
        raise ActionNotAllowed(
            f"The portal has closed pending for {_named(blocked)} (B-26) and would refuse the whole file.",
            rule="B-26",
            allowed="Accept, Reject",
            hint="Accept or reject it, then write the file again.",
        )


def _refuse_amounts(rows: pd.DataFrame) -> None:
    """Amounts that no record can declare; `check_decisions` knows the period and holds them against more.

    What an amendment of an invoice or debit note reduces is its difference, which may be above its own tax (D.3).
    """
    declared = {head: to_paise(rows[f"declared_{head}"]) for head in HEADS}
    wrong = declared["cgst"] != declared["sgst"]
    note = rows["section"].isin(["CN", "CNA"]).to_numpy()
    for head in HEADS:
        wrong |= note & (declared[head] > to_paise(rows[head]))
    partial = rows[wrong & rows["action"].eq("A").to_numpy()]
    if len(partial):
        raise ActionNotAllowed(
            f"The reduction declared for {_named(partial)} is above the credit note's tax, or its CGST is not its SGST "
            "(B-23).",
            rule="B-23",
            allowed="full, partial, none",
            hint="Declare CGST and SGST alike, and for each head of a credit note no more than its tax.",
        )


def _originals(rows: pd.DataFrame) -> list[dict[str, object]]:
    """The records as downloaded, of the decided rows only."""
    records = [_record(raw) for raw in rows["raw"]]
    missing = [record is None for record in records]
    if any(missing):
        tax = show_paise(int(total_tax(rows[missing]).sum()))
        raise InputError(
            f"The decision on {_named(rows[missing])} cannot be written: it does not come from an IMS download "
            f"(tax ₹{tax} in all).",
            hint="Download IMS from the portal (Offline, Download JSON), import it, and write the file again.",
        )
    return records


def _record(raw: object) -> dict[str, object] | None:
    if not isinstance(raw, str):
        return None
    try:
        record = json.loads(raw)
    except ValueError:
        return None
    return record if isinstance(record, dict) and record.get("stin") else None


def _named(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    others = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    return f"{first['section']} {first['doc_no']} of {first['supplier_gstin']}{others}"


def _files(rows: pd.DataFrame, request: str, keys: dict[str, str], profile: Profile) -> list[dict[str, object]]:
    parts = [rows.iloc[start : start + RECORDS_A_FILE] for start in range(0, len(rows), RECORDS_A_FILE)]
    return [{"rtin": profile.gstin, "reqtyp": request, "invdata": _sections(part, keys)} for part in parts]


def _sections(rows: pd.DataFrame, keys: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    sections: dict[str, list[dict[str, object]]] = {}
    for row in rows.to_dict("records"):
        sections.setdefault(keys[row["section"]], []).append(_written(row))
    return sections


def _written(row: dict[str, object]) -> dict[str, object]:
    """One record of the file: the portal's values, and what was decided."""
    record = {key: value for key, value in row["record"].items() if key not in (*_NOT_SENT, *_WRITTEN[1:])}
    record["action"] = row["action"]
    if row["action"] == "A" and row["says"]:
        record["itcRedReq"] = "N" if row["itc_reduction"] == "none" else "Y"
        if row["itc_reduction"] == "partial":
            record |= {_DECLARED_KEYS[f"declared_{head}"]: row[f"declared_{head}"] for head in HEADS}
    if isinstance(row["sent"], str):
        record["remarks"] = row["sent"]
    return record
