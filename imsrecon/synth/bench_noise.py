"""The benchmark's noises: what a bookkeeper does to a document, each with its name and its chance in each profile.

A document draws one noise, or none, from each family (number, amounts, date, party, kind), so several may meet.
Nothing here knows how the matcher works.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, HEADS
from imsrecon.synth.suppliers import with_check_character

FAMILIES = ("number", "amounts", "date", "party", "kind")


@dataclass(frozen=True)
class BenchNoise:
    """`spoil(rng, part)` changes the documents of `part`; `what` says how, for the printed table."""

    family: str
    what: str
    spoil: Callable[[np.random.Generator, pd.DataFrame], pd.DataFrame]


def _by_text(change: Callable[[np.random.Generator, str, int], str]) -> Callable:
    def spoil(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
        both = zip(part["doc_no"].tolist(), part["serial"].tolist(), strict=True)
        return part.assign(doc_no=pd.Series([change(rng, text, n) for text, n in both], part.index, dtype="str"))

    return spoil


def _separators(rng: np.random.Generator, text: str, _: int) -> str:
    return re.sub(r"[/\-]", rng.choice(["/", "-", " ", ""]), text)


def _zeros(_: np.random.Generator, text: str, serial: int) -> str:
    return re.sub(rf"0*{serial}(?!.*{serial})", f"{serial}" if f"0{serial}" in text else f"00{serial}", text)


def _no_year(_: np.random.Generator, text: str, __: int) -> str:
    return re.sub(r"/?(20)?2[567]-2[67]/?|(?<=/)2[56]2[67]/", "", text) or text


def _year_style(_: np.random.Generator, text: str, __: int) -> str:
    return re.sub(r"(?:20)?(2[56])-(2[67])", r"\1\2" if "20" in text else r"20\1-\2", text)


def _other_prefix(rng: np.random.Generator, text: str, _: int) -> str:
    return re.sub(r"^[A-Z]+", lambda found: rng.choice(["", f"{found[0]}/", "BILL-"]), text)


def _excel(_: np.random.Generator, text: str, __: int) -> str:
    return f"{text.lstrip('0') or '0'}.0" if text.isdigit() else f"'{text}"


def _look_alike(rng: np.random.Generator, text: str, _: int) -> str:
    places = [at for at, character in enumerate(text) if character in "0158OISB"]
    if not places:
        return text
    at = int(rng.choice(places))
    return text[:at] + text[at].translate(str.maketrans("0158OISB", "OISB0158")) + text[at + 1 :]


def _typo(kind: str) -> Callable[[np.random.Generator, str, int], str]:
    def change(rng: np.random.Generator, text: str, _: int) -> str:
        digits = [at for at, character in enumerate(text) if character.isdigit()][-4:]
        at = int(rng.choice(digits))
        forms = {
            "change": text[:at] + str((int(text[at]) + int(rng.integers(1, 10))) % 10) + text[at + 1 :],
            "swap": text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text,
            "drop": text[:at] + text[at + 1 :],
            "double": text[:at] + text[at] + text[at:],
        }
        return forms[kind] or text

    return change


def _set_amounts(part: pd.DataFrame, factor: np.ndarray, names: tuple[str, ...] = AMOUNTS) -> pd.DataFrame:
    return part.assign(**{name: np.round(part[name] * factor, 2) for name in names})


def _rounding(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    off = rng.choice([-0.4, -0.02, 0.03, 0.5], len(part))
    return part.assign(taxable_value=np.round(part["taxable_value"] + off, 2))


def _backed_out(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    """The total in whole rupees is the truth in the books; the taxable value is computed back from it."""
    total = part[list(AMOUNTS)].sum(axis=1)
    return _set_amounts(part, np.round(total) / np.maximum(total, 0.01))


def _rupees_off(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    return part.assign(taxable_value=np.round(part["taxable_value"] + rng.uniform(3, 10, len(part)), 2))


def _heads(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    return part.assign(
        igst=part["cgst"] + part["sgst"], cgst=np.round(part["igst"] / 2, 2), sgst=np.round(part["igst"] / 2, 2)
    )


def _inclusive(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    total = part[list(AMOUNTS)].sum(axis=1).round(2)
    return part.assign(taxable_value=total, **dict.fromkeys(HEADS, 0.0))


def _later(low: int, high: int) -> Callable:
    def spoil(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
        return part.assign(doc_date=part["doc_date"] + pd.to_timedelta(rng.integers(low, high, len(part)), unit="D"))

    return spoil


def _posting(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    """The day of booking: a few days to weeks after the document."""
    days = np.minimum(np.round(rng.exponential(9, len(part))), 40).astype(int)
    return part.assign(doc_date=part["doc_date"] + pd.to_timedelta(days, unit="D"))


def _over_march(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    """A document of late March that is booked in April, in the next financial year."""
    dates = part["doc_date"]
    late = (dates.dt.month == 3) & (dates.dt.day > 10)
    april = pd.to_datetime({"year": dates.dt.year, "month": 4, "day": rng.integers(1, 16, len(part))})
    return part.assign(doc_date=dates.where(~late, april.astype("datetime64[us]")))


def _swap(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    dates = part["doc_date"]
    fits = dates.dt.day <= 12
    month, day = dates.dt.day.where(fits, dates.dt.month), dates.dt.month.where(fits, dates.dt.day)
    parts = {"year": dates.dt.year, "month": month, "day": day}
    return part.assign(doc_date=pd.to_datetime(parts).astype("datetime64[us]"))


def _other_year(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    return part.assign(doc_date=part["doc_date"] - pd.DateOffset(years=1))


def _branch(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    state = pd.Series(rng.choice(["06", "36", "19"], len(part)), part.index, dtype="str")
    other = with_check_character(state + part["supplier_gstin"].fillna("06ZZZAA0000A1Z0").str.slice(2, 14))
    return part.assign(supplier_gstin=other.where(part["supplier_gstin"].notna()))


def _gstin_typo(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    def change(text: object, at: int) -> object:
        return text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :] if isinstance(text, str) else None

    places = rng.integers(7, 11, len(part)).tolist()
    texts = [change(text, at) for text, at in zip(part["supplier_gstin"], places, strict=True)]
    return part.assign(supplier_gstin=pd.Series(texts, part.index, dtype="str"))


def _note_as_invoice(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    return part.assign(doc_type=part["doc_type"].mask(part["doc_type"] == "CN", "INV"))


def _negative(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    note = part["doc_type"] == "CN"
    signs = {name: part[name].mask(note, -part[name]) for name in AMOUNTS}
    return part.assign(doc_type=part["doc_type"].mask(note, "INV"), **signs)


def _own_number(rng: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    note = part["doc_type"] == "CN"
    own = "DN/" + pd.Series(rng.integers(1, 900, len(part)), part.index).astype("str")
    return part.assign(doc_no=part["doc_no"].mask(note, own))


def _untaxed(_: np.random.Generator, part: pd.DataFrame) -> pd.DataFrame:
    rows = part["reverse_charge"].fillna(False).to_numpy(bool)
    return part.assign(**{head: part[head].mask(rows, 0.0) for head in HEADS})


BENCH_NOISES: dict[str, BenchNoise] = {
    "separators": BenchNoise("number", "one separator for another, or none", _by_text(_separators)),
    "case": BenchNoise("number", "lower case", _by_text(lambda _, text, __: text.lower())),
    "zeros": BenchNoise("number", "leading zeros of the serial added or dropped", _by_text(_zeros)),
    "no_year": BenchNoise("number", "financial year left out", _by_text(_no_year)),
    "year_style": BenchNoise("number", "financial year in another style", _by_text(_year_style)),
    "other_prefix": BenchNoise("number", "prefix dropped, parted or replaced", _by_text(_other_prefix)),
    "bare_serial": BenchNoise("number", "the serial alone", _by_text(lambda _, __, serial: str(serial))),
    "excel": BenchNoise("number", "Excel's .0 or apostrophe", _by_text(_excel)),
    "look_alike": BenchNoise("number", "O for 0, I for 1, S for 5, B for 8, or back", _by_text(_look_alike)),
    "typo_change": BenchNoise("number", "one of the last four digits changed", _by_text(_typo("change"))),
    "typo_swap": BenchNoise("number", "two characters transposed", _by_text(_typo("swap"))),
    "typo_drop": BenchNoise("number", "one digit missing", _by_text(_typo("drop"))),
    "typo_double": BenchNoise("number", "one digit doubled", _by_text(_typo("double"))),
    "number_wrong": BenchNoise(
        "number", "a number of the buyer's own", _by_text(lambda rng, _, __: f"V{rng.integers(10_000, 99_999)}")
    ),
    "rounding": BenchNoise("amounts", "taxable value up to ₹0.50 off", _rounding),
    "backed_out": BenchNoise("amounts", "computed back from a total in whole rupees", _backed_out),
    "rupees_off": BenchNoise("amounts", "taxable value ₹3 to 10 off", _rupees_off),
    "wrong_amount": BenchNoise(
        "amounts", "half, nine tenths, double and the like",
        lambda rng, part: _set_amounts(part, rng.choice([0.5, 0.9, 1.1, 2.0, 1.01], len(part))),
    ),
    "wrong_rate": BenchNoise(
        "amounts", "tax one and a half times", lambda _, part: _set_amounts(part, np.full(len(part), 1.5), HEADS)
    ),
    "tax_head": BenchNoise("amounts", "IGST for CGST and SGST, or back", _heads),
    "inclusive": BenchNoise("amounts", "total with tax in the taxable field", _inclusive),
    "date_days": BenchNoise("date", "1 to 8 days later", _later(1, 9)),
    "date_month": BenchNoise("date", "10 to 39 days later", _later(10, 40)),
    "date_posting": BenchNoise("date", "the day of booking, about nine days later", _posting),
    "date_swap": BenchNoise("date", "day and month exchanged", _swap),
    "date_year": BenchNoise("date", "a year earlier", _other_year),
    "date_over_march": BenchNoise("date", "the day of booking in April, for late March", _over_march),
    "branch": BenchNoise("party", "another GSTIN of the same PAN", _branch),
    "gstin_typo": BenchNoise("party", "one digit of the GSTIN changed", _gstin_typo),
    "gstin_blank": BenchNoise(
        "party", "no GSTIN", lambda _, part: part.assign(supplier_gstin=pd.Series(None, part.index, dtype="str"))
    ),
    "note_as_invoice": BenchNoise("kind", "credit note entered as invoice", _note_as_invoice),
    "note_negative": BenchNoise("kind", "credit note entered as negative invoice", _negative),
    "own_number": BenchNoise("kind", "purchase return under the buyer's number", _own_number),
    "untaxed": BenchNoise("kind", "reverse charge booked without tax", _untaxed),
}  # fmt: skip


def draw_noises(rng: np.random.Generator, table: pd.DataFrame, chances: dict[str, float]) -> dict[str, np.ndarray]:
    """Which rows bear each noise, by one draw a family."""
    chosen = {}
    for family in FAMILIES:
        names = [name for name, noise in BENCH_NOISES.items() if noise.family == family and name in chances]
        edges = np.cumsum([chances[name] for name in names])
        at = np.searchsorted(edges, rng.random(len(table)), side="right")
        chosen |= {name: np.flatnonzero(at == place) for place, name in enumerate(names)}
    return chosen


def spoil(
    rng: np.random.Generator, table: pd.DataFrame, chosen: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.Series]:
    """The table with its noises, and the names of those that changed something of each row, space-joined."""
    told = pd.Series("", index=table.index, dtype="str")
    for name, rows in chosen.items():
        if not len(rows):
            continue
        before = table.iloc[rows]
        after = BENCH_NOISES[name].spoil(rng, before.copy())
        changed = (before.astype("str").fillna("") != after.astype("str").fillna("")).any(axis=1)
        table = pd.concat([table.drop(index=before.index), after]).sort_index()
        told[changed[changed].index] += f" {name}"
    return table, told.str.strip()
