"""The benchmark's true supplies: what suppliers uploaded, before any bookkeeper touches it.

One row a document. Suppliers have Zipf-like sizes, one to three branches, one number series a year that restarts on
1 April, and habits: some bill one rent every month, some sell from a price list, most bill any amount.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.synth.suppliers import with_check_character

FIRST_DAY = np.datetime64("2026-01-01")
DAYS = 181  # January to June: the window crosses 1 April
STYLES = (
    "INV/{fy}/{n:04d}", "{fy}/{n}", "{p}/{n:05d}", "{p}{n:04d}", "{n}", "{p}-{n}/{fy}", "{p}/{fs}/{n:03d}",
    "GST{n:06d}", "{p}{fs}{n:05d}", "TI/{n}/{fy}", "{p}-{n:03d}", "{fl}/{p}/{n}", "S{n}", "{n:05d}", "{p}/{n}/A",
    "B-{n:02d}-{p}",
)  # fmt: skip
PREFIXES = np.array(["AB", "SL", "K", "XYZ", "MH", "PUR"])
RATES = np.array([5, 12, 18, 18, 18, 28])
HOME_STATES = ("27", "24", "29", "33", "07")
PORTS = np.array(["INNSA1", "INBOM4", "INMUN1"])
RENT, PRICE_LIST = 0.03, 0.15
NOTES, CREDITS, IMPORTS, REVERSE_CHARGE = 0.05, 0.7, 0.01, 0.01


def make_supplies(rng: np.random.Generator, size: int, ten_suppliers: float = 0.0) -> pd.DataFrame:
    """`size` portal records, and behind them serial, style, prefix, year (of the financial year), supplier.

    `ten_suppliers` is the share of all documents that come from the ten largest.
    """
    count = max(3, size // 37)
    supplier = _who(rng, count, size, ten_suppliers)
    gstins = _gstins(rng, count)
    branch = np.where(rng.random(size) < 0.9, 0, rng.integers(0, 3, size))
    day = rng.integers(0, DAYS, size)
    order = np.lexsort((day, supplier))
    supplier, day, branch = supplier[order], day[order], branch[order]
    date = FIRST_DAY + day
    later = date >= np.datetime64("2026-04-01")
    style = rng.integers(0, len(STYLES), count)[supplier]
    prefix = PREFIXES[rng.integers(0, len(PREFIXES), count)][supplier]
    kind = np.where(rng.random(size) < NOTES, np.where(rng.random(size) < CREDITS, "CN", "DN"), "INV")
    serial = _serials(rng, supplier, later, count)
    table = pd.DataFrame({
        "doc_id": [f"p{at:08d}" for at in rng.permutation(size)],
        "supplier_gstin": pd.Series(gstins[supplier, branch], dtype="str"), "doc_type": kind,
        "doc_no": _numbers(style, prefix, serial, np.where(later, 26, 25), kind),
        "doc_date": pd.Series(date).astype("datetime64[us]"),
        "serial": serial, "style": style, "prefix": prefix, "supplier": supplier,
    })  # fmt: skip
    table = pd.concat([table, _amounts(rng, supplier, branch, count)], axis=1)
    table["section"] = table["doc_type"].mask(table["doc_type"] == "INV", "B2B").astype("str")
    table["reverse_charge"] = (rng.random(size) < REVERSE_CHARGE) & (table["doc_type"] == "INV")
    return _with_imports(rng, table)


def _who(rng: np.random.Generator, count: int, size: int, ten_suppliers: float) -> np.ndarray:
    share = 1 / np.arange(1, count + 1) ** 0.9
    share /= share.sum()
    if ten_suppliers:
        few = np.arange(count) < 10
        share = np.where(few, ten_suppliers / few.sum(), (1 - ten_suppliers) * share / share[~few].sum())
    return rng.choice(count, size, p=share / share.sum())


def _gstins(rng: np.random.Generator, count: int) -> np.ndarray:
    draw = rng.choice(26**3 * 10_000, size=count, replace=False)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    rest, digits = np.divmod(draw, 10_000)
    three = [letters[rest // 26**power % 26] for power in range(3)]
    pan = pd.Series("ZZZ", index=range(count), dtype="str") + three[0] + three[1]
    pan = pan + pd.Series(digits).astype("str").str.zfill(4) + three[2]
    home = rng.integers(0, len(HOME_STATES), count)
    columns = []
    for step in range(3):
        state = pd.Series(np.array(HOME_STATES)[(home + step) % len(HOME_STATES)], dtype="str")
        columns.append(with_check_character(state + pan + "1Z").to_numpy(dtype=object))
    return np.column_stack(columns)


def _serials(rng: np.random.Generator, supplier: np.ndarray, later: np.ndarray, count: int) -> np.ndarray:
    """Numbers run on in the old year and restart in the new one; a few are given to other buyers."""
    series = supplier * 2 + later
    gap = np.where(rng.random(len(supplier)) < 0.6, 1, rng.integers(2, 9, len(supplier)))
    run = pd.Series(gap).groupby(series).cumsum().to_numpy()
    return run + np.where(later, 0, rng.integers(0, 4000, count)[supplier])


def _numbers(style, prefix, serial, year, kind) -> pd.Series:
    text = [
        STYLES[s].format(p=p, n=n, fy=f"{y}-{y + 1}", fs=f"{y}{y + 1}", fl=f"20{y}-{y + 1}")
        for s, p, n, y in zip(style.tolist(), prefix.tolist(), serial.tolist(), year.tolist(), strict=True)
    ]
    head = pd.Series(kind, dtype="str").map({"CN": "CN", "DN": "DN", "INV": ""})
    return (head + pd.Series(text, dtype="str")).str.slice(0, 16).astype("str")


def _amounts(rng: np.random.Generator, supplier: np.ndarray, branch: np.ndarray, count: int) -> pd.DataFrame:
    size = len(supplier)
    free = np.round(np.exp(rng.normal(9, 1.3, size)), 2)
    habit = rng.random(count)[supplier]
    listed = np.round(np.exp(rng.normal(9, 1, (count, 4))), 0)
    price = listed[supplier, rng.integers(0, 4, size)] * rng.integers(1, 4, size)
    taxable = np.select([habit < RENT, habit < RENT + PRICE_LIST], [listed[supplier, 0], price], free)
    tax = np.round(taxable * RATES[rng.integers(0, len(RATES), count)][supplier] / 100, 2)
    half = np.round(tax / 2, 2)
    intra = (branch == 0) & (supplier % 3 != 0)
    return pd.DataFrame({
        "taxable_value": taxable, "igst": np.where(intra, 0.0, tax), "cgst": np.where(intra, half, 0.0),
        "sgst": np.where(intra, half, 0.0), "cess": 0.0,
    })  # fmt: skip


def _with_imports(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """A few of the invoices are bills of entry: a port and seven digits instead of supplier and number."""
    rows = (table["doc_type"] == "INV") & (rng.random(len(table)) < IMPORTS)
    entry = pd.Series(rng.integers(2_000_000, 9_999_999, len(table)), dtype="int64").astype("str")
    tax = table["igst"] + table["cgst"] + table["sgst"]
    return table.assign(
        doc_type=table["doc_type"].mask(rows, "BOE"), section=table["section"].mask(rows, "IMPG"),
        supplier_gstin=table["supplier_gstin"].mask(rows), doc_no=table["doc_no"].mask(rows, entry),
        port_code=pd.Series(rng.choice(PORTS, len(table)), dtype="str").where(rows),
        igst=table["igst"].mask(rows, tax), cgst=table["cgst"].mask(rows, 0.0), sgst=table["sgst"].mask(rows, 0.0),
        reverse_charge=(table["reverse_charge"] & ~rows).astype("boolean"),
    )  # fmt: skip
