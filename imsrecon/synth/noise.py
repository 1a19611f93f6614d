"""The noises, each with its name: what bookkeepers do to a document, and what suppliers and the portal do.

A noise is a function from the rows it befalls to the rows that stand in their place: the same rows changed, none, or
more. The plan says to what share of the rows it can befall; the truth table names it. What a name means is here, and
nothing here knows how the matcher works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.domain import SettingsError
from imsrecon.synth import noise_books as books
from imsrecon.synth import noise_numbers as numbers
from imsrecon.synth import noise_portal as portal
from imsrecon.synth.plan import share_count, stream

Change = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]
Test = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Noise:
    """One noise: its name, the side it is on, what it is, whom it can befall, what it does.

    `together` names columns whose equal rows share one fate (a return is filed or not, not half of it).
    """

    name: str
    side: str
    about: str
    change: Change
    eligible: Test
    together: tuple[str, ...] = ()


def _numbered(table: pd.DataFrame) -> pd.Series:
    return (table["role"] == "main") & ~table["kind"].isin(["import", "unregistered"])


def _plain(table: pd.DataFrame) -> pd.Series:
    return (table["role"] == "main") & table["kind"].isin(["regular", "credit_note", "debit_note"])


_BOOKS: list[tuple[str, str, Change, Test]] = [
    ("number_case", "number in lower case", numbers.lower_case, numbers.has_letters),
    ("number_separators", "separators left out, blank, or / for -", numbers.separators, numbers.has_separators),
    ("number_zeros", "leading zeros left out", numbers.strip_zeros, numbers.has_zeros),
    ("number_fy", "financial year in another style, or left out", numbers.year_style, numbers.has_year),
    ("number_prefix", "letters before the number left out, or added", numbers.prefix, _numbered),
    ("number_serial", "only the serial is booked", numbers.serial_only, _numbered),
    ("number_excel", "Excel's damage: a decimal, or the sixteenth digit lost", numbers.excel, numbers.digits_only),
    ("typo_transposed", "two neighbouring characters changed places", numbers.transpose, _numbered),
    ("typo_missing", "one character left out", numbers.leave_out, _numbered),
    ("typo_doubled", "one character typed twice", numbers.double, _numbered),
    ("typo_lookalike", "O for 0, I for 1, and the reverse", numbers.look_alike, numbers.has_look_alike),
    ("rounding", "taxable value backed out of the rounded total, or tax in whole rupees", books.rounding, _plain),
    ("value", "another amount, 1 to 20 per cent off", books.value, _plain),
    ("tax_head", "IGST booked as CGST and SGST, or the reverse", books.tax_head, _plain),
    ("rate", "another rate of tax", books.rate, _plain),
    ("date_days", "a few days off", books.date_days, _plain),
    ("date_swap", "day and month changed places", books.date_swap, books.can_swap),
    ("date_month_end", "the booking date, over the month's end", books.date_month_end, books.near_month_end),
    ("gstin_branch", "the GSTIN of another branch of the same PAN", books.branch, books.has_branch),
    ("gstin_typo", "one character of the GSTIN wrong", books.gstin_typo, books.has_gstin),
    ("gstin_blank", "no GSTIN in the ledger", books.gstin_blank, books.has_gstin),
    ("note_as_purchase", "a supplier's debit note booked as a purchase", books.as_purchase, books.is_debit_note),
    ("not_booked", "not in the books", books.drop, _plain),
    ("booked_twice", "entered again under another voucher", books.booked_twice, books.early_enough),
]
_PORTAL: list[tuple[str, str, Change, Test]] = [
    ("reported_late", "left out of its month's return, reported in the next", portal.report_late, portal.is_invoice),
    ("amended_up", "reported too low, put right in a later return", portal.amend_up, portal.can_be_amended),
    ("amended_down", "reported too high, put right in a later return", portal.amend_down, portal.can_be_amended),
    (
        "note_amended",
        "a credit note reported too low, put right in a later return",
        portal.amend_up,
        portal.is_earlier_note,
    ),
    ("not_reported", "the supplier has not reported it", books.drop, _plain),
    ("reported_twice", "reported again under another number", portal.report_twice, portal.is_invoice),
    (
        "pending",
        "kept pending by the buyer since an earlier month, so in no 2B yet",
        portal.keep_pending,
        portal.can_be_pending,
    ),
    ("note_pending", "a credit note kept pending since last month", portal.keep_pending, portal.is_last_months_note),
]
NOISES: dict[str, Noise] = {
    **{name: Noise(name, "portal", about, change, test) for name, about, change, test in _PORTAL},
    "not_filed": Noise(
        "not_filed", "portal", "the last return is saved, not filed", portal.leave_saved, portal.in_last_return,
        together=("supplier_gstin",),
    ),
    **{name: Noise(name, "books", about, change, test) for name, about, change, test in _BOOKS},
}  # fmt: skip

# The sample client: four in five of its links are equal once the number is normalised.
SAMPLE_NOISES: Mapping[str, float] = {
    "number_case": 0.02, "number_separators": 0.07, "number_zeros": 0.08, "number_fy": 0.06, "number_prefix": 0.025,
    "number_serial": 0.015, "typo_transposed": 0.006, "typo_missing": 0.004, "typo_doubled": 0.004,
    "typo_lookalike": 0.004, "rounding": 0.05, "value": 0.018, "tax_head": 0.008, "rate": 0.005, "date_days": 0.03,
    "date_swap": 0.012, "date_month_end": 0.03, "gstin_branch": 0.035, "gstin_typo": 0.004, "gstin_blank": 0.004,
    "note_as_purchase": 1.0, "booked_twice": 0.008, "not_booked": 0.03,
    "reported_late": 0.015, "amended_up": 0.008, "amended_down": 0.008, "note_amended": 0.1, "reported_twice": 0.01,
    "pending": 0.028, "note_pending": 0.1, "not_reported": 0.03, "not_filed": 0.12,
}  # fmt: skip


def add_noise(table: pd.DataFrame, side: str, shares: Mapping[str, float], seed: int) -> pd.DataFrame:
    """Let the noises of `side` (`portal` or `books`) befall a working table, in the order of `NOISES`.

    `shares` maps names to the share of the rows each can befall. Every row that a noise changed, or left in the
    place of another, has its name in `noise`. Rows stay in the order of supply and role.
    Raises `SettingsError` for a name that is not in `NOISES`.
    """
    unknown = sorted(set(shares) - set(NOISES))
    if unknown:
        raise SettingsError(f"Unknown noises: {', '.join(unknown)}.", hint=f"Known: {', '.join(NOISES)}.")
    for noise in NOISES.values():
        if noise.side == side and shares.get(noise.name, 0) > 0:
            table = _befall(table, noise, shares[noise.name], stream(seed, noise.name))
    return table


def _befall(table: pd.DataFrame, noise: Noise, share: float, rng: np.random.Generator) -> pd.DataFrame:
    able = np.flatnonzero(noise.eligible(table).fillna(False).to_numpy(bool))
    chosen = table.iloc[_choose(table.iloc[able], able, noise.together, share, rng)]
    if chosen.empty:
        return table
    changed = noise.change(chosen, rng)
    if changed.index.equals(chosen.index):
        return _with_changes(table, chosen, changed, noise.name)
    changed = changed.assign(noise=_named(changed["noise"], noise.name))
    whole = pd.concat([table.drop(index=chosen.index), changed])
    return whole.sort_values(["supply", "role"], kind="stable", ignore_index=True)


def _with_changes(table: pd.DataFrame, chosen: pd.DataFrame, changed: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with the columns that changed put in; only rows that differ from what they were are named."""
    touched = pd.Series(False, index=chosen.index)
    columns = {}
    for label in chosen.columns:
        before, after = chosen[label], changed[label]
        if not before.equals(after):
            same = (before == after) | (before.isna() & after.isna())
            touched |= ~same.fillna(False).astype(bool)
            columns[label] = _put(table[label], after)
    noise = chosen["noise"].mask(touched, _named(chosen["noise"], name))
    return table.assign(**columns, noise=_put(table["noise"], noise))


def _put(column: pd.Series, values: pd.Series) -> pd.Series:
    whole = column.copy()
    whole.loc[values.index] = values
    return whole


def _named(noise: pd.Series, name: str) -> pd.Series:
    return (noise + " " + name).str.strip()


def _choose(
    able: pd.DataFrame, positions: np.ndarray, together: tuple[str, ...], share: float, rng: np.random.Generator
) -> np.ndarray:
    if not together:
        return np.sort(rng.choice(positions, share_count(share, len(positions)), replace=False))
    group = able.groupby(list(together), sort=True).ngroup().to_numpy()
    groups = np.unique(group)
    picked = rng.choice(groups, share_count(share, len(groups)), replace=False)
    return positions[np.isin(group, picked)]
