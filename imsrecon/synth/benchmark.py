"""The open benchmark: a register and a portal table with the truth between them, at any size, from a seed.

All of it is synthetic: the PANs begin with ZZZ, a series that is not issued.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, SettingsError
from imsrecon.synth.bench_noise import BENCH_NOISES, draw_noises, spoil
from imsrecon.synth.bench_tables import make_supplies
from imsrecon.synth.plan import stream

_NORMAL = {
    "separators": 0.05, "case": 0.02, "zeros": 0.05, "no_year": 0.04, "year_style": 0.03, "other_prefix": 0.01,
    "bare_serial": 0.07, "excel": 0.01, "look_alike": 0.005, "typo_change": 0.008, "typo_swap": 0.004,
    "typo_drop": 0.004, "typo_double": 0.002, "number_wrong": 0.005,
    "rounding": 0.07, "backed_out": 0.03, "rupees_off": 0.004, "wrong_amount": 0.012, "wrong_rate": 0.006,
    "tax_head": 0.01, "inclusive": 0.003, "date_days": 0.05, "date_month": 0.01, "date_swap": 0.005,
    "date_year": 0.002, "date_over_march": 0.02, "branch": 0.012, "gstin_typo": 0.006, "gstin_blank": 0.003,
    "note_as_invoice": 0.05, "note_negative": 0.1, "own_number": 0.05, "untaxed": 0.5,
}  # fmt: skip
_RARE = ("case", "zeros", "no_year", "excel", "rounding", "backed_out", "separators", "year_style", "bare_serial")


@dataclass(frozen=True)
class BenchProfile:
    """How one kind of firm keeps its books: the chance of each noise, and of what is no noise of one document.

    Shares of the documents: booked in two to four rows (`split`), booked two to four as one (`merged`), an invoice
    booked net of its credit note (`netted`), booked twice, only on the portal, only in the books, with a look-alike of
    its own in the books (`look_alikes`: the next number, a month on, the same amount), amended, reported twice, left
    open in the books since a period before (`earlier`: a lower number, sixty days or more back).
    """

    what: str
    noises: dict[str, float] = field(default_factory=dict)
    split: float = 0.012
    merged: float = 0.008
    netted: float = 0.002
    booked_twice: float = 0.005
    reported_twice: float = 0.001
    only_portal: float = 0.05
    only_books: float = 0.04
    look_alikes: float = 0.004
    amended: float = 0.015
    earlier: float = 0.01


PROFILES: dict[str, BenchProfile] = {
    "normal": BenchProfile("about half of the pairs equal in every field", _NORMAL),
    "hard": BenchProfile(
        "a quarter equal in every field, several noises at once, five times the traps",
        {name: chance * (1.1 if name in _RARE else 3.0) for name, chance in _NORMAL.items() if name != "untaxed"},
        split=0.03, merged=0.02, netted=0.005, booked_twice=0.015, reported_twice=0.004, only_portal=0.08,
        only_books=0.06, look_alikes=0.02, amended=0.03, earlier=0.02,
    ),
    "small_trader": BenchProfile(
        "the bare serial in three books of four, taxable values backed out of rounded totals",
        {"bare_serial": 0.74, "separators": 0.02, "typo_change": 0.004, "backed_out": 0.75, "rupees_off": 0.09,
         "wrong_amount": 0.01, "date_days": 0.06, "note_negative": 0.2, "untaxed": 0.5},
    ),
    "clean_erp": BenchProfile(
        "numbers to the letter, nine in ten amounts equal",
        {"wrong_amount": 0.03, "rounding": 0.04, "tax_head": 0.01, "date_days": 0.015, "date_month": 0.005},
        split=0.004, merged=0.001, booked_twice=0.001,
    ),
    "retailer": BenchProfile(
        "posting dates; one taxable value in five a few rupees off",
        {"zeros": 0.02, "separators": 0.03, "bare_serial": 0.01, "date_posting": 0.95, "rounding": 0.06,
         "wrong_amount": 0.1, "rupees_off": 0.05, "inclusive": 0.05},
    ),
    "leftovers": BenchProfile(
        "what is left after years: other branches, other formats, few exact",
        {"branch": 0.16, "gstin_typo": 0.01, "bare_serial": 0.1, "separators": 0.1, "zeros": 0.06, "no_year": 0.06,
         "year_style": 0.04, "typo_change": 0.02, "typo_drop": 0.01, "number_wrong": 0.03, "backed_out": 0.36,
         "wrong_amount": 0.03, "date_days": 0.05, "date_month": 0.03, "date_year": 0.01},
        only_portal=0.25, only_books=0.25,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Benchmark:
    """Two document tables and what is true of them.

    `truth`: register_id, portal_id, noise (names, space-joined; "" where every field is equal). `copies`: doc_id,
    original_id of what was booked or reported twice: either may be linked. `traps`: ids of look-alikes (register),
    `superseded`: ids of amended originals (portal).
    """

    register: pd.DataFrame
    portal: pd.DataFrame
    truth: pd.DataFrame
    copies: pd.DataFrame
    traps: frozenset[str]
    superseded: frozenset[str]


def make_benchmark(profile: str, size: int, seed: int, *, ten_suppliers: float = 0.0) -> Benchmark:
    """About `size` portal records and about as many register documents; the same arguments give the same tables.

    `ten_suppliers` is the share of documents that ten suppliers have. Raises `SettingsError` for an unknown profile.
    """
    if profile not in PROFILES:
        raise SettingsError(f"No profile {profile!r}.", hint=f"There are {', '.join(PROFILES)}.")
    habits = PROFILES[profile]
    portal = make_supplies(stream(seed, "supplies"), size, ten_suppliers)
    rng = stream(seed, "books")
    booked = portal[rng.random(size) >= habits.only_portal].reset_index(drop=True)
    chosen = draw_noises(rng, booked, habits.noises)
    books, noise = spoil(rng, booked.drop(columns="section"), chosen)
    books = books.assign(partner=booked["doc_id"], noise=noise)
    for rearrange in (_merged, _split, _netted):
        books = rearrange(rng, books, habits)
    books["doc_id"] = [f"r{at:08d}" for at in range(len(books))]
    earlier = _earlier(stream(seed, "earlier"), books, habits)
    books = pd.concat([books, *_extras(rng, books, habits), earlier], ignore_index=True)
    portal, superseded = _amended(rng, portal, habits)
    again = portal[rng.random(len(portal)) < habits.reported_twice].copy()
    again = again.assign(original_id=again["doc_id"], doc_id="d" + again["doc_id"])
    portal = pd.concat([portal, again], ignore_index=True)
    return _finished(rng, books, portal, superseded)


def _finished(rng: np.random.Generator, books: pd.DataFrame, portal: pd.DataFrame, superseded: pd.Series) -> Benchmark:
    again = [table[table["original_id"].notna()] for table in (books, portal)]
    copies = pd.concat([table[["doc_id", "original_id"]] for table in again])
    truth = books.loc[books["partner"].notna(), ["doc_id", "partner", "noise"]]
    truth = truth.assign(portal_id=truth["partner"].str.split(" ")).explode("portal_id", ignore_index=True)
    truth = truth.rename(columns={"doc_id": "register_id"})[["register_id", "portal_id", "noise"]]
    internal = ["partner", "noise", "serial", "style", "prefix", "supplier", "original_id"]
    tables = [table.drop(columns=internal, errors="ignore") for table in (books, portal)]
    tables = [table.sample(frac=1, random_state=rng) for table in tables]
    traps = frozenset(books.loc[books["noise"].eq("look_alike_trap"), "doc_id"])
    return Benchmark(
        tables[0].reset_index(drop=True), tables[1].reset_index(drop=True), truth.astype("str"),
        copies.reset_index(drop=True), traps, frozenset(superseded),
    )  # fmt: skip


def _split(rng: np.random.Generator, books: pd.DataFrame, habits: BenchProfile) -> pd.DataFrame:
    """One portal record booked in two to four rows: under its number, or with a part behind it."""
    which = (rng.random(len(books)) < habits.split) & books["doc_type"].eq("INV") & ~books["partner"].str.contains(" ")
    parts = rng.integers(2, 5, len(books))
    whole = books[which].assign(parts=parts[which], suffixed=rng.random(int(which.sum())) < 0.35)
    rows = whole.loc[whole.index.repeat(whole["parts"])]
    ordinal = rows.groupby(level=0).cumcount().to_numpy()
    last = ordinal == rows["parts"].to_numpy() - 1
    weight = rng.uniform(0.5, 1.5, len(rows))
    share = weight / pd.Series(weight, rows.index).groupby(level=0).transform("sum").to_numpy()
    for name in AMOUNTS:
        part = pd.Series(np.where(last, 0, np.round(rows[name] * share, 2)), rows.index)
        rest = rows[name] - part.groupby(level=0).transform("sum")
        rows[name] = np.where(last, np.round(rest, 2), part)
    mark = pd.Series(ordinal + 1, rows.index).astype("str").radd("/")
    rows["doc_no"] = rows["doc_no"] + mark.where(rows["suffixed"], "")
    kind = rows["suffixed"].map({True: " split_part", False: " split_number"}).astype("str")
    rows["noise"] = (rows["noise"] + kind).str.strip()
    return pd.concat([books[~which], rows.drop(columns=["parts", "suffixed"])], ignore_index=True)


def _merged(rng: np.random.Generator, books: pd.DataFrame, habits: BenchProfile) -> pd.DataFrame:
    """Two to four records with the next serials booked as one: first-last, first & last, or one number alone."""
    same = ["supplier_gstin", "doc_type"]
    plain = books["noise"].eq("") & books["doc_type"].eq("INV") & books["supplier_gstin"].notna()
    chance = rng.random(len(books)) < habits.merged / 2
    length = rng.integers(2, 5, len(books))
    begin = np.flatnonzero(plain & chance)
    taken = np.zeros(len(books), dtype=bool)
    groups = []
    for at in begin.tolist():
        members = np.arange(at, at + length[at])
        if members[-1] >= len(books) or taken[members].any() or not plain.iloc[members].all():
            continue
        rows = books.iloc[members]
        if (rows[same].nunique() == 1).all() and (rows["serial"].diff().iloc[1:] > 0).all():
            taken[members] = True
            groups.append(members)
    return pd.concat([books[~taken], *(_one_row(rng, books.iloc[members]) for members in groups)], ignore_index=True)


def _one_row(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    first, last = rows["doc_no"].iloc[0], str(rows["serial"].iloc[-1])
    form = rng.choice(["range", "ends", "first", "serials"], p=[0.4, 0.3, 0.15, 0.15])
    numbers = {
        "range": f"{first}-{last}", "ends": f"{first} & {last}", "first": first,
        "serials": "/".join(rows["serial"].astype("str")),
    }  # fmt: skip
    sums = {name: round(rows[name].sum(), 2) for name in AMOUNTS}
    merged = {"doc_no": numbers[form], "partner": " ".join(rows["partner"]), "noise": f"merged_{form}"}
    return rows.iloc[-1:].assign(**sums, **merged)


def _netted(rng: np.random.Generator, books: pd.DataFrame, habits: BenchProfile) -> pd.DataFrame:
    """An invoice entered less a credit note of the same supplier, under the invoice's number."""
    clean = books["noise"].eq("") & books["supplier_gstin"].notna()
    notes = books[clean & books["doc_type"].eq("CN")].drop_duplicates("supplier_gstin")
    invoices = books[clean & books["doc_type"].eq("INV")].drop_duplicates("supplier_gstin")
    pairs = invoices.reset_index().merge(notes.reset_index(), on="supplier_gstin", suffixes=("", "_note"))
    fits = (pairs["taxable_value"] > pairs["taxable_value_note"]) & (pairs["igst"].gt(0) == pairs["igst_note"].gt(0))
    pairs = pairs[fits].head(int(habits.netted * len(books)))
    net = {name: np.round(pairs[name] - pairs[f"{name}_note"], 2).to_numpy() for name in AMOUNTS}
    rows = books.loc[pairs["index"]].assign(
        **net, partner=(pairs["partner"] + " " + pairs["partner_note"]).to_numpy(), noise="netted"
    )
    gone = books.index.isin(pairs["index"]) | books.index.isin(pairs["index_note"])
    return pd.concat([books[~gone], rows], ignore_index=True)


def _extras(rng: np.random.Generator, books: pd.DataFrame, habits: BenchProfile) -> list[pd.DataFrame]:
    """Rows without a partner: booked twice, only in the books, and look-alikes."""
    single = books[~books["partner"].str.contains(" ") & ~books["noise"].str.contains("split")]
    twice = single.sample(frac=habits.booked_twice, random_state=rng)
    days = rng.integers(0, 2, len(twice)) * rng.integers(1, 6, len(twice))
    later = twice["doc_date"] + pd.to_timedelta(days, unit="D")
    twice = twice.assign(original_id=twice["doc_id"], doc_date=later, noise="booked_twice")
    alone = single.sample(frac=habits.only_books, random_state=rng)
    factor = rng.uniform(0.3, 3, len(alone))
    alone = alone.assign(
        doc_no=[f"X{at}" for at in rng.integers(10**6, 10**7, len(alone))], noise="only_in_books",
        **{name: np.round(alone[name] * factor, 2) for name in AMOUNTS},
    )  # fmt: skip
    trap = _look_alikes(single[single["noise"].eq("")].sample(frac=habits.look_alikes, random_state=rng), books)
    parts = [part.assign(partner=None) for part in (twice, alone, trap)]
    for part, letter in zip(parts, "tax", strict=True):
        part["doc_id"] = [f"{letter}{at:08d}" for at in range(len(part))]
    return parts


def _earlier(rng: np.random.Generator, books: pd.DataFrame, habits: BenchProfile) -> pd.DataFrame:
    """Documents of a period before that the books still hold open: the supplier never reported them."""
    plain = books[books["noise"].eq("") & books["serial"].gt(50)]
    rows = plain.sample(frac=min(1.0, habits.earlier * len(books) / max(len(plain), 1)), random_state=rng)
    serial = (rows["serial"] - rng.integers(20, 50, len(rows))).tolist()
    numbers = [
        text.replace(str(old), str(new))
        for text, old, new in zip(rows["doc_no"], rows["serial"].tolist(), serial, strict=True)
    ]
    back = pd.to_timedelta(rng.integers(60, 150, len(rows)), unit="D")
    free = np.where(rng.random(len(rows)) < 0.5, 1.0, rng.uniform(0.5, 2, len(rows)))
    rows = rows.assign(
        doc_no=numbers, doc_date=rows["doc_date"] - back, partner=None, noise="earlier_period",
        doc_id=[f"e{at:08d}" for at in range(len(rows))],
        **{name: np.round(rows[name] * free, 2) for name in AMOUNTS},
    )  # fmt: skip
    key = ["supplier_gstin", "doc_no"]
    return rows[~pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(books[key]))]


def _look_alikes(rows: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    """Another month's rent: the next number of the supplier, the same amount, thirty days on."""
    pan = books["supplier_gstin"].fillna("").str.slice(2, 12)
    serial = (books.groupby(pan)["serial"].transform("max") + 1)[rows.index]
    numbers = [
        text.replace(str(old), str(new)) if str(old) in text else f"{text}{new}"
        for text, old, new in zip(rows["doc_no"], rows["serial"], serial, strict=True)
    ]
    return rows.assign(doc_no=numbers, doc_date=rows["doc_date"] + pd.Timedelta(days=30), noise="look_alike_trap")


def _amended(rng: np.random.Generator, portal: pd.DataFrame, habits: BenchProfile) -> tuple[pd.DataFrame, pd.Series]:
    """Amended originals beside their amendments; half of the originals had another value."""
    amended = portal["section"].eq("B2B") & (rng.random(len(portal)) < habits.amended)
    portal = portal.assign(
        original_doc_no=portal["doc_no"].where(amended), original_doc_date=portal["doc_date"].where(amended)
    )
    originals = portal[amended].assign(original_doc_no=None, original_doc_date=pd.NaT)
    originals["doc_id"] = "o" + originals["doc_id"]
    factor = np.where(rng.random(len(originals)) < 0.5, 1, 1.1)
    originals["taxable_value"] = np.round(originals["taxable_value"] * factor, 2)
    portal["section"] = portal["section"].mask(amended, "B2BA")
    return pd.concat([portal, originals], ignore_index=True), originals["doc_id"]


def describe_noises() -> pd.DataFrame:
    """noise, what it does, and its chance in each profile (per cent of the documents)."""
    rows = [
        {"noise": name, "what": noise.what}
        | {profile: round(100 * habits.noises.get(name, 0.0), 2) for profile, habits in PROFILES.items()}
        for name, noise in BENCH_NOISES.items()
    ]
    return pd.DataFrame(rows)
