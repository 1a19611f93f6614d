"""Suppliers that do not exist: GSTINs that pass the checksum and belong to nobody, names that say so, Zipf sizes.

Their PANs begin with ZZZ, a series that is not issued. One row a supplier; documents draw from these rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from imsrecon.domain.gstin import ALPHABET

MARKERS = ("DEMO", "SAMPLE", "SPECIMEN", "SYNTHETIC", "EXAMPLE")
PLACES = (
    "ARAVALLI", "BRAHMANI", "CAUVERY", "CHILIKA", "DECCAN", "GANDAK", "GODAVARI", "HOOGHLY", "INDRAVATI", "JHELUM",
    "KAVERI", "KONKAN", "KRISHNA", "MAHANADI", "MALABAR", "MARINA", "NARMADA", "NILGIRI", "PALANI", "PAWNA",
    "RANN", "SABARMATI", "SAHYADRI", "SATPURA", "SHIVALIK", "TAPTI", "TUNGA", "VINDHYA", "YAMUNA", "ZANSKAR",
)  # fmt: skip
TRADES = (
    "ADHESIVES", "BEARINGS", "CABLES", "CASTINGS", "CHEMICALS", "COMPUTERS", "CORRUGATORS", "COURIER", "DYES",
    "ELECTRICALS", "ENGINEERING", "FASTENERS", "FOODS", "GLASS", "HARDWARE", "INSTRUMENTS", "LABELS", "LOGISTICS",
    "LUBRICANTS", "METALS", "OFFICE SUPPLIES", "PACKAGING", "PAINTS", "POLYMERS", "PRINTERS", "SECURITY SERVICES",
    "SOFTWARE", "STEELS", "TEXTILES", "TOOLS",
)  # fmt: skip
FORMS = {"C": "PRIVATE LIMITED", "F": "LLP", "P": "", "H": "& SONS"}
LEDGER_FORMS = {"PRIVATE LIMITED": "Pvt Ltd", "LLP": "LLP", "": "", "& SONS": "and Sons"}
STATES_MET = ("24", "29", "33", "07", "06", "36", "19", "09", "23", "08", "32", "30")
# What a supplier does for the buyer, beside the regular ones: how its trade is named, and its state if it must be one.
ROLES = {
    "operator": "CABS E-COMMERCE", "hotel": "HOTELS", "transporter": "GOODS TRANSPORT", "sez": "SEZ UNIT",
    "stranger": "TRADING", "overseas": "OVERSEAS GMBH", "unregistered": "TEA STALL",
}  # fmt: skip
NO_GSTIN = ("overseas", "unregistered")
NUMBER_STYLES = 16
LARGE = 12  # Suppliers who file monthly in any case: quarterly filing is for the small.


def make_suppliers(count: int, home_state: str, rng: np.random.Generator) -> pd.DataFrame:
    """`count` regular suppliers, and for every eighty of them one of each special role.

    Returns one row a supplier: supplier (its number), role (`regular` or a key of `ROLES`), pan, gstin, state,
    branch_gstin (another registration of the same PAN, or missing), name, ledger_name (as the buyer's books call
    it), weight (share of the documents of its role), scale (typical taxable value in rupees), rate (per cent),
    style, prefix and first_serial (of its document numbers), fixed (the same amount every time), rounded (totals
    in whole rupees), e_invoice, frequency (`monthly`, `iff`, `quarterly`).
    """
    roles = np.repeat(["regular", *ROLES], [count, *[max(1, count // 80)] * len(ROLES)])
    total = len(roles)
    pan = _pans(total, rng)
    names = _names(roles, pan, rng)
    state = _states(roles, home_state, rng)
    gstin = with_check_character(pd.Series(state) + pan + "1Z")
    table = pd.DataFrame({"supplier": np.arange(total), "role": roles, "pan": pan, "gstin": gstin, "state": state})
    table["branch_gstin"] = _branches(table, home_state, rng)
    unregistered = table["role"].isin(NO_GSTIN)
    table["gstin"] = table["gstin"].mask(unregistered)
    table["branch_gstin"] = table["branch_gstin"].mask(table["role"] != "regular")
    return pd.concat([table, names, _habits(roles, names["name"], rng)], axis=1)


def with_check_character(first14: pd.Series) -> pd.Series:
    """Append to each fourteen characters the fifteenth that belongs to them (I-02)."""
    codes = np.array(first14.tolist(), dtype="S14").view(np.uint8).reshape(-1, 14)
    values = np.where(codes >= ord("A"), codes - ord("A") + 10, codes - ord("0")).astype(np.int64)
    product = values * np.tile([1, 2], 7)
    check = (36 - (product // 36 + product % 36).sum(axis=1) % 36) % 36
    return first14 + pd.Series(np.array(list(ALPHABET))[check], index=first14.index, dtype="str")


def _pans(total: int, rng: np.random.Generator) -> pd.Series:
    # Holder type, initial, four digits, last letter: 27 million, drawn without repeating.
    draw = rng.choice(4 * 26 * 10_000 * 26, size=total, replace=False)
    holder, rest = np.divmod(draw, 26 * 10_000 * 26)
    initial, rest = np.divmod(rest, 10_000 * 26)
    digits, last = np.divmod(rest, 26)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    head = pd.Series(np.array(list(FORMS))[holder], dtype="str").radd("ZZZ") + letters[initial]
    return head + pd.Series(digits).astype("str").str.zfill(4) + letters[last]


def _names(roles: np.ndarray, pan: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    total = len(roles)
    marker = rng.choice(MARKERS, total)
    place = rng.choice(PLACES, total)
    trade = pd.Series(rng.choice(TRADES, total), dtype="str")
    role = pd.Series(roles, dtype="str")
    trade = trade.mask(role != "regular", role.map(ROLES))
    form = pan.str.slice(3, 4).map(FORMS).mask(role.isin(NO_GSTIN), "").astype("str")
    plain = pd.Series(marker, dtype="str") + " " + place + " " + trade
    ledger = plain.str.title() + " " + form.map(LEDGER_FORMS).astype("str")
    return pd.DataFrame({"name": (plain + " " + form).str.strip(), "ledger_name": ledger.str.strip()})


def _states(roles: np.ndarray, home_state: str, rng: np.random.Generator) -> np.ndarray:
    others = np.array([state for state in STATES_MET if state != home_state])
    elsewhere = rng.choice(others, len(roles))
    local = rng.random(len(roles)) < 0.55
    local = np.where(roles == "operator", True, local) & ~np.isin(roles, ["hotel", "sez"])
    return np.where(local, home_state, elsewhere)


def _branches(table: pd.DataFrame, home_state: str, rng: np.random.Generator) -> pd.Series:
    there = pd.Series(rng.choice([home_state, *STATES_MET], len(table)), dtype="str")
    there = there.mask(there == table["state"], "21")
    gstin = with_check_character(there + table["pan"] + "1Z")
    return gstin.mask(rng.random(len(table)) >= 0.4)


def _habits(roles: np.ndarray, names: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    total = len(roles)
    words = names.str.split(" ")
    draw = rng.random((total, 5))
    rank = np.arange(1.0, total + 1)
    rarely = np.where(draw[:, 4] < 0.95, "iff", "quarterly")
    return pd.DataFrame({
        "weight": np.where(roles == "regular", 1 / rank, 1.0),
        "scale": np.round(np.exp(rng.normal(10.0, 1.1, total)), -1).clip(400, 900_000),
        "rate": np.where(draw[:, 0] < 0.82, 18, np.where(draw[:, 0] < 0.95, 5, 40)).astype(float),
        "style": rng.integers(0, NUMBER_STYLES, total),
        "prefix": words.str[1].str.slice(0, 1) + words.str[2].str.slice(0, 2),
        "first_serial": rng.integers(1, 40, total),
        "fixed": (draw[:, 1] < 0.04) & (roles == "regular"),
        "rounded": draw[:, 2] < 0.7,
        "e_invoice": draw[:, 3] < 0.35,
        "frequency": np.where((rank <= LARGE) | (draw[:, 4] < 0.86), "monthly", rarely),
    })  # fmt: skip
