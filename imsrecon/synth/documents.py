"""The true supplies: what was really sold to the client, before anyone books or reports it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain import first_day, fy_starts, last_day, round_rupees, shift, to_paise, to_rupees
from imsrecon.synth.plan import KINDS, ClientPlan, share_count

ROLE_OF_KIND = {
    "pos_ineligible": "hotel", "reverse_charge": "transporter", "eco": "operator", "import": "overseas",
    "sez": "sez", "unregistered": "unregistered", "not_ours": "stranger",
}  # fmt: skip
RATE_OF_KIND = {"reverse_charge": 5, "eco": 5, "import": 18, "unregistered": 0, "pos_ineligible": 18}
CLASS_OF_KIND = {
    "reverse_charge": "reverse_charge", "import": "import", "sez": "sez", "unregistered": "unregistered",
}  # fmt: skip
TYPE_OF_KIND = {"credit_note": "CN", "debit_note": "DN", "import": "BOE"}
PORTS = ("INNSA1", "INBOM4", "INMUN1", "INMAA1")
FROM_BRANCH = 0.08
OF_LAST_YEAR = 0.015
NOTE_SHARE_OF_INVOICE = 0.12


def make_documents(suppliers: pd.DataFrame, plan: ClientPlan, rng: np.random.Generator) -> pd.DataFrame:
    """The plan's supplies, from `make_suppliers`' table.

    Returns one row a supply: the document columns of both tables, company_gstin, irn, and supply (its number),
    kind (`regular` or a key of `KINDS`), rate (per cent), frequency (the supplier's), ledger_name, and other_gstin
    (another registration of the same PAN, or missing).
    """
    table = pd.DataFrame({"supply": np.arange(plan.documents), "kind": _kinds(plan, rng)})
    habits = suppliers.iloc[_who(table["kind"], suppliers, rng)].reset_index(drop=True)
    table = pd.concat([table, habits.drop(columns=["pan", "role"])], axis=1)
    table["doc_type"] = table["kind"].map(TYPE_OF_KIND).fillna("INV").astype("str")
    table["doc_date"] = _dates(table["kind"], plan, rng)
    table = _from_branches(table, rng)
    table["doc_no"] = _numbers(table, rng)
    table["port_code"] = pd.Series(rng.choice(PORTS, len(table)), dtype="str").where(table["kind"] == "import")
    table = _with_amounts(table, plan, rng)
    table["supply_class"] = table["kind"].map(CLASS_OF_KIND).fillna("regular").astype("str")
    table["reverse_charge"] = (table["kind"] == "reverse_charge").astype("boolean")
    table["irn"] = _irns(table, rng)
    table["company_gstin"] = plan.gstin
    table = table.rename(columns={"gstin": "supplier_gstin", "name": "supplier_name", "branch_gstin": "other_gstin"})
    return table.drop(columns=["supplier", "state", "weight", "style", "prefix", "first_serial",
                               "fixed", "rounded", "e_invoice", "scale"])  # fmt: skip


def _kinds(plan: ClientPlan, rng: np.random.Generator) -> np.ndarray:
    counts = [share_count(plan.kinds.get(kind, 0), plan.documents) for kind in KINDS]
    special = np.repeat(list(KINDS), counts)[: plan.documents]
    kinds = np.concatenate([special, np.repeat("regular", plan.documents - len(special))])
    return rng.permutation(kinds)


def _who(kinds: pd.Series, suppliers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    role = kinds.map(ROLE_OF_KIND).fillna("regular")
    chosen = np.empty(len(kinds), dtype=np.int64)
    for name in role.unique():
        rows = np.flatnonzero(role == name)
        those = np.flatnonzero(suppliers["role"] == name)
        weight = suppliers["weight"].to_numpy()[those]
        chosen[rows] = rng.choice(those, len(rows), p=weight / weight.sum())
    return chosen


def _dates(kinds: pd.Series, plan: ClientPlan, rng: np.random.Generator) -> pd.Series:
    first, last = np.datetime64(first_day(plan.months[0])), np.datetime64(last_day(plan.months[-1]))
    days = first + rng.integers(0, (last - first).astype(int) + 1, len(kinds))
    # Reported a month late: the weeks before the first month, so that document numbers of two years can meet.
    before = first - rng.integers(1, 25, len(kinds))
    days = np.where(rng.random(len(kinds)) < OF_LAST_YEAR, before, days)
    # Two years back is past the section 16(4) day, whatever the month (A-11, I-10).
    long_ago = np.datetime64(first_day(shift(plan.months[0], -24))) + rng.integers(0, 28, len(kinds))
    days = np.where(kinds == "time_barred", long_ago, days)
    days = np.where(np.isin(kinds, ["import", "eco", "not_ours", "reverse_charge"]) & (days < first), first, days)
    return pd.Series(days).astype("datetime64[us]")


def _from_branches(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    moved = table["branch_gstin"].notna() & (rng.random(len(table)) < FROM_BRANCH)
    gstin = table["gstin"].mask(moved, table["branch_gstin"])
    state = table["state"].mask(moved, table["branch_gstin"].str.slice(0, 2))
    other = table["branch_gstin"].mask(moved, table["gstin"])
    return table.assign(gstin=gstin, state=state, branch_gstin=other)


def _numbers(table: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Numbers run with the dates within GSTIN, series and financial year, and restart on 1 April (I-04)."""
    year = fy_starts(table["doc_date"]).astype("int64")
    gap = rng.geometric(0.35, len(table))
    keys = pd.DataFrame({
        "who": table["gstin"].fillna("none") + table["supplier"].astype("str"), "type": table["doc_type"],
        "year": year, "day": table["doc_date"], "gap": gap, "start": table["first_serial"],
    })  # fmt: skip
    keys = keys.sort_values(["who", "type", "year", "day"], kind="stable")
    serial = keys.groupby(["who", "type", "year"])["gap"].cumsum() + keys["start"]
    # Late in the year the serials are high; the year of the last documents is taken as just begun.
    serial = serial + (year.max() - keys["year"]) * 310
    numbers = _styled(table, serial.reindex(table.index), year)
    entry = pd.Series(rng.choice(np.arange(2_000_000, 9_999_999), len(table), replace=False)).astype("str")
    return numbers.mask(table["kind"] == "import", entry)


def _styled(table: pd.DataFrame, serial: pd.Series, year: pd.Series) -> pd.Series:
    """Sixteen ways to write a number, none longer than 16 characters (rule 46(b), I-04)."""
    prefix, month = table["prefix"], table["doc_date"].dt.strftime("%m").astype("str")
    s, yyyy = serial.astype("str"), year.astype("str")
    yy, next_yy = yyyy.str.slice(2), ((year + 1) % 100).astype("str").str.zfill(2)
    fy, short = yy + "-" + next_yy, yy + next_yy
    styles = [
        prefix + "/" + fy + "/" + s.str.zfill(4), prefix + "/" + s + "/" + fy, s, s.str.zfill(6),
        "INV-" + s.str.zfill(4), prefix + short + s.str.zfill(4), prefix + "-" + s.str.zfill(3),
        short + "/" + s.str.zfill(5), "GST/" + s.str.zfill(3) + "/" + fy, yyyy + month + s.str.zfill(5),
        prefix + "/" + s, "TI/" + month + "/" + s.str.zfill(4), prefix + s.str.zfill(5), s + "/" + yyyy + "-" + next_yy,
        prefix + "-" + month + yy + "-" + s.str.zfill(4), "90" + yyyy + month + s.str.zfill(8),
    ]  # fmt: skip
    style, numbers = table["style"].to_numpy(), styles[0]
    for index, written in enumerate(styles):
        numbers = numbers.mask(style == index, written)
    notes = {"CN": "CN", "DN": "DN"}
    head = table["doc_type"].map(notes).fillna("").astype("str")
    return numbers.mask(head != "", head + "/" + fy + "/" + s.str.zfill(3))


def _with_amounts(table: pd.DataFrame, plan: ClientPlan, rng: np.random.Generator) -> pd.DataFrame:
    spread = np.where(table["fixed"], 1.0, np.exp(rng.normal(0, 0.7, len(table))))
    note = table["doc_type"].isin(["CN", "DN"])
    # Rounded before it is used, so that the last bit of exp() on another machine does not matter.
    taxable = np.round(table["scale"] * spread * np.where(note, NOTE_SHARE_OF_INVOICE, 1.0), 6)
    taxable = taxable.mask(table["kind"] == "import", taxable * 6).mask(table["kind"] == "unregistered", taxable % 900)
    grain = np.where(table["fixed"], 500.0, np.array([10.0, 1.0, 0.01, 0.01])[rng.integers(0, 4, len(table))])
    taxable = round_rupees(np.maximum(np.round(taxable / grain) * grain, 50.0))
    rate = table["kind"].map(RATE_OF_KIND).fillna(table["rate"]).astype(float)
    buyer = plan.gstin[:2]
    pos = table["state"].where(table["kind"] == "pos_ineligible", buyer)
    local = (table["state"] == pos) & ~table["kind"].isin(["import", "sez"])
    taxed = table.assign(taxable_value=taxable, rate=rate, pos=pos.mask(table["kind"] == "import"))
    return with_tax(taxed, local.to_numpy(bool), table["rounded"].to_numpy(bool))


def with_tax(table: pd.DataFrame, local: np.ndarray, rounded: np.ndarray | None = None) -> pd.DataFrame:
    """Work the heads out of taxable value and rate: CGST and SGST where `local`, else IGST; no cess (K-20).

    `doc_value` becomes their sum, in whole rupees where `rounded` (where None: if it was in whole rupees before).
    """
    if rounded is None:
        rounded = (to_paise(table["doc_value"]) % 100 == 0) & (table["doc_value"] > 0).to_numpy(bool)
    taxable, rate = table["taxable_value"].to_numpy(), table["rate"].to_numpy()
    half = np.where(local, to_paise(np.round(taxable * rate / 200, 6)), 0)
    whole = np.where(local, 0, to_paise(np.round(taxable * rate / 100, 6)))
    total = to_paise(taxable) + 2 * half + whole
    total = np.where(rounded, (total + 50) // 100 * 100, total)
    return table.assign(igst=to_rupees(whole), cgst=to_rupees(half), sgst=to_rupees(half), cess=0.0,
                        doc_value=to_rupees(total))  # fmt: skip


def _irns(table: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """64 hex characters where the supplier is under e-invoicing; made up, as everything here."""
    raw = rng.integers(0, 16, (len(table), 64), dtype=np.uint8)
    text = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[raw].view("S64").ravel().astype("U64")
    covered = table["e_invoice"] & ~table["kind"].isin(["import", "unregistered", "eco"])
    return pd.Series(text, dtype="str").where(covered)
