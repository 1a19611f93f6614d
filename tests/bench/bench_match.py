"""How fast and how right `reconcile` is, on synthetic tables whose truth is known.

    python tests/bench/bench_match.py [N] [--seed S] [--hard]

N portal records (100,000 unless told), about as many register documents. All of it is synthetic: no GSTIN here
belongs to anybody. Printed are the time of `reconcile` and of one exact pandas merge on (GSTIN, number, type, total)
in the same process and their ratio, and against the truth:

  precision, recall   of links (a split of two rows is two links)
  recall by noise     of the pairs that bear that noise
  safe                a true pair with the same GSTIN and direction, every head within one rupee, over the whole match
  coverage            the share of safe pairs that are `certain`
  false accepts       links called `certain` that are not safe, and their tax for each million rupees of tax accepted
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from imsrecon import reconcile
from imsrecon.domain import AMOUNTS, HEADS, check_character, to_paise

FIRST_DAY = np.datetime64("2026-01-01")
DAYS = 181
STYLES = (
    "INV/{fy}/{n:04d}", "{fy}/{n}", "{p}/{n:05d}", "{p}{n:04d}", "{n}", "{p}-{n}/{fy}", "{p}/{fs}/{n:03d}",
    "GST{n:06d}", "{p}{fc}{n:05d}", "TI/{n}/{fy}", "{p}-{n:03d}", "{fl}/{p}/{n}", "S{n}", "{n:05d}", "{p}/{n}/A",
    "B-{n:02d}-{p}",
)  # fmt: skip
# The chance of each kind of noise on a pair: normal, hard. The rest is equal in every field.
NOISE = {
    "separators": (0.06, 0.06), "case": (0.02, 0.02), "zeros": (0.05, 0.05), "no_year": (0.04, 0.05),
    "bare_serial": (0.08, 0.10), "excel": (0.01, 0.01), "lookalike": (0.005, 0.02), "typo_change": (0.01, 0.03),
    "typo_swap": (0.005, 0.02), "typo_drop": (0.005, 0.02), "rounding": (0.08, 0.08), "wrong_amount": (0.015, 0.04),
    "wrong_rate": (0.008, 0.02), "tax_head": (0.01, 0.02), "date_days": (0.04, 0.06), "date_month": (0.01, 0.03),
    "date_swap": (0.005, 0.02), "branch": (0.015, 0.03), "gstin_typo": (0.008, 0.02), "gstin_blank": (0.004, 0.01),
    "number_wrong": (0.006, 0.02), "note_as_invoice": (0.002, 0.006), "split_number": (0.008, 0.02),
    "split_part": (0.004, 0.01),
}  # fmt: skip


@dataclass(frozen=True)
class Client:
    """A register, a portal table, and the true pairs: register_id, portal_id, noise."""

    register: pd.DataFrame
    portal: pd.DataFrame
    truth: pd.DataFrame


def make_client(size: int, seed: int, *, hard: bool = False) -> Client:
    """Synthetic tables with `size` portal records."""
    rng = np.random.default_rng(seed)
    portal = _portal(rng, size)
    noise = _choose_noise(rng, portal, hard)
    only_portal = rng.random(size) < (0.08 if hard else 0.05)
    booked = portal[~only_portal].reset_index(drop=True)
    kind = noise[~only_portal]
    register = _spoiled(rng, booked, kind)
    register["partner"], register["noise"] = booked["doc_id"], kind
    register = _split(rng, register)
    register = pd.concat([register, *_strangers(rng, register, hard)], ignore_index=True)
    register["doc_id"] = [f"r{at:08d}" for at in rng.permutation(len(register))]
    portal = _with_traps(rng, portal, hard)
    truth = register.loc[register["partner"].notna(), ["doc_id", "partner", "noise"]]
    truth = truth.set_axis(["register_id", "portal_id", "noise"], axis=1)
    shuffled = [table.sample(frac=1, random_state=int(rng.integers(1 << 30))) for table in (register, portal)]
    clean = [table.drop(columns=["partner", "noise"], errors="ignore").reset_index(drop=True) for table in shuffled]
    return Client(
        clean[0].drop(columns=["serial", "style", "prefix"]),
        clean[1].drop(columns=["serial", "style", "prefix"]),
        truth,
    )


def _gstins(rng: np.random.Generator, count: int, branches: int) -> np.ndarray:
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    states = ("27", "24", "29", "33", "07")
    result = []
    for at in range(count):
        pan = "ZZZ" + rng.choice(letters) + rng.choice(letters) + f"{at % 10000:04d}" + rng.choice(letters)
        heads = [f"{state}{pan}1Z" for state in states[:branches]]
        result.append([head + check_character(head) for head in heads])
    return np.array(result, dtype=object)


def _portal(rng: np.random.Generator, size: int) -> pd.DataFrame:
    count = max(3, size // 37)
    share = 1 / np.arange(1, count + 1) ** 0.9
    supplier = np.sort(rng.choice(count, size, p=share / share.sum()))
    gstins = _gstins(rng, count, 3)
    branch = np.where(rng.random(size) < 0.9, 0, rng.integers(0, 3, size))
    day = rng.integers(0, DAYS, size)
    order = np.lexsort((day, supplier))
    supplier, day, branch = supplier[order], day[order], branch[order]
    date = FIRST_DAY + day
    new_year = date >= np.datetime64("2026-04-01")
    series = supplier * 2 + new_year
    begin = rng.integers(1, 400, count * 2) * ~(np.arange(count * 2) % 2 == 1) + (np.arange(count * 2) % 2)
    serial = pd.Series(series).groupby(series).cumcount().to_numpy() + begin[series]
    kind = np.where(rng.random(size) < 0.05, np.where(rng.random(size) < 0.7, "CN", "DN"), "INV")
    taxable = _amounts(rng, supplier, count, size)
    rate = np.array([5, 12, 18, 18, 18, 28])[rng.integers(0, 6, count)][supplier]
    intra = (branch == 0) & (supplier % 3 != 0)
    tax = np.round(taxable * rate / 100, 2)
    half = np.round(tax / 2, 2)
    style = rng.integers(0, len(STYLES), count)[supplier]
    prefix = np.array(["AB", "SL", "K", "XYZ", "MH", "PUR"])[rng.integers(0, 6, count)][supplier]
    number = _numbers(style, prefix, serial, new_year)
    number = np.where(kind == "CN", "CN" + number, np.where(kind == "DN", "DN" + number, number))
    return pd.DataFrame({
        "doc_id": [f"p{at:08d}" for at in rng.permutation(size)],
        "supplier_gstin": pd.Series(gstins[supplier, branch], dtype="str"), "doc_type": kind,
        "doc_no": pd.Series(number, dtype="str").str.slice(0, 16), "doc_date": date.astype("datetime64[us]"),
        "taxable_value": taxable, "igst": np.where(intra, 0, tax), "cgst": np.where(intra, half, 0),
        "sgst": np.where(intra, half, 0), "cess": 0.0, "serial": serial, "style": style, "prefix": prefix,
        "section": np.where(kind == "INV", "B2B", kind),
    })  # fmt: skip


def _amounts(rng: np.random.Generator, supplier: np.ndarray, count: int, size: int) -> np.ndarray:
    free = np.round(np.exp(rng.normal(9, 1.3, size)), 2)
    habit = rng.random(count)
    listed = np.round(np.exp(rng.normal(9, 1, (count, 4))), 0)
    price = listed[supplier, rng.integers(0, 4, size)] * rng.integers(1, 4, size)
    return np.select([habit[supplier] < 0.03, habit[supplier] < 0.18], [listed[supplier, 0], price], free)


def _numbers(style: np.ndarray, prefix: np.ndarray, serial: np.ndarray, new_year: np.ndarray) -> np.ndarray:
    year = np.where(new_year, 26, 25)
    return np.array(
        [
            STYLES[s].format(p=p, n=n, fy=f"{y}-{y + 1}", fs=f"{y}{y + 1}", fc=f"{y}{y + 1}", fl=f"20{y}-{y + 1}")
            for s, p, n, y in zip(style, prefix, serial, year, strict=True)
        ],
        dtype=object,
    )


def _choose_noise(rng: np.random.Generator, portal: pd.DataFrame, hard: bool) -> np.ndarray:
    chances = np.array([pair[int(hard)] for pair in NOISE.values()])
    names = np.array([*NOISE, "none"], dtype=object)
    chosen = names[rng.choice(len(names), len(portal), p=[*chances, 1 - chances.sum()])]
    dull = (chosen == "note_as_invoice") & portal["doc_type"].ne("CN")
    return np.where(dull, "none", chosen)


def _spoiled(rng: np.random.Generator, booked: pd.DataFrame, noise: np.ndarray) -> pd.DataFrame:
    table = booked.drop(columns="section").copy()
    for name in NOISE:
        rows = np.flatnonzero(noise == name)
        if len(rows) and name in SPOILERS:
            part = table.iloc[rows].copy()
            SPOILERS[name](rng, part)
            for column in table.columns:
                values = table[column].to_numpy(copy=True)
                values[rows] = part[column].to_numpy()
                table[column] = values
    return table


def _texts(function):
    def spoil(rng: np.random.Generator, part: pd.DataFrame) -> None:
        part["doc_no"] = [function(rng, text, row) for text, row in zip(part["doc_no"], part.itertuples(), strict=True)]

    return spoil


def _typo(kind: str):
    def change(rng: np.random.Generator, text: str, _row: object) -> str:
        digits = [at for at, character in enumerate(text) if character.isdigit()]
        at = int(rng.choice(digits[-4:]))
        if kind == "change":
            return text[:at] + str((int(text[at]) + int(rng.integers(1, 10))) % 10) + text[at + 1 :]
        if kind == "drop":
            return text[:at] + text[at + 1 :]
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text

    return change


def _separators(rng: np.random.Generator, text: str, _row: object) -> str:
    return text.replace("/", "-" if rng.random() < 0.5 else " ") if "/" in text else text.replace("-", "/")


def _lookalike(_rng: np.random.Generator, text: str, _row: object) -> str:
    return text[:-1] + text[-1:].translate(str.maketrans("0158", "OISB"))


def _without_year(_rng: np.random.Generator, text: str, _row: object) -> str:
    for year in ("2025-26", "2026-27", "25-26", "26-27"):
        text = text.replace(f"/{year}", "").replace(f"{year}/", "")
    return text


def _money(factor):
    def spoil(rng: np.random.Generator, part: pd.DataFrame) -> None:
        by = factor(rng, len(part))
        for name in AMOUNTS:
            part[name] = np.round(part[name] * by, 2)

    return spoil


def _rounding(rng: np.random.Generator, part: pd.DataFrame) -> None:
    part["taxable_value"] = np.round(part["taxable_value"] + rng.choice([-0.4, -0.02, 0.03, 0.5], len(part)), 2)


def _rate(_rng: np.random.Generator, part: pd.DataFrame) -> None:
    for name in HEADS:
        part[name] = np.round(part[name] * 1.5, 2)


def _heads(_rng: np.random.Generator, part: pd.DataFrame) -> None:
    igst, half = part["cgst"] + part["sgst"], np.round(part["igst"] / 2, 2)
    part["igst"], part["cgst"], part["sgst"] = igst, half, half


def _dates(low: int, high: int):
    def spoil(rng: np.random.Generator, part: pd.DataFrame) -> None:
        part["doc_date"] = part["doc_date"] + pd.to_timedelta(rng.integers(low, high, len(part)), unit="D")

    return spoil


def _date_swap(_rng: np.random.Generator, part: pd.DataFrame) -> None:
    dates = part["doc_date"]
    fits = dates.dt.day <= 12
    swapped = pd.to_datetime(
        {
            "year": dates.dt.year,
            "month": dates.dt.day.where(fits, dates.dt.month),
            "day": dates.dt.month.where(fits, dates.dt.day),
        }
    )
    part["doc_date"] = swapped


def _branch(_rng: np.random.Generator, part: pd.DataFrame) -> None:
    heads = "06" + part["supplier_gstin"].str.slice(2, 14)
    part["supplier_gstin"] = [head + check_character(head) for head in heads]


def _gstin_typo(rng: np.random.Generator, part: pd.DataFrame) -> None:
    digit = rng.integers(7, 11, len(part))
    part["supplier_gstin"] = [
        text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]
        for text, at in zip(part["supplier_gstin"], digit, strict=True)
    ]


def _put(column: str, value: object):
    def spoil(_rng: np.random.Generator, part: pd.DataFrame) -> None:
        part[column] = value

    return spoil


SPOILERS = {
    "separators": _texts(_separators),
    "case": _texts(lambda _rng, text, _row: text.lower()),
    "zeros": _texts(lambda _rng, text, row: text.replace(str(row.serial), "00" + str(row.serial))),
    "no_year": _texts(_without_year),
    "bare_serial": _texts(lambda _rng, _text, row: str(row.serial)),
    "excel": _texts(lambda _rng, text, _row: f"{text}.0" if text.isdigit() else f"'{text}"),
    "lookalike": _texts(_lookalike),
    "typo_change": _texts(_typo("change")),
    "typo_swap": _texts(_typo("swap")),
    "typo_drop": _texts(_typo("drop")),
    "number_wrong": _texts(lambda rng, _text, _row: f"V{rng.integers(10_000, 99_999)}"),
    "rounding": _rounding,
    "wrong_amount": _money(lambda rng, count: rng.choice([0.5, 0.9, 1.1, 2.0, 1.01], count)),
    "wrong_rate": _rate,
    "tax_head": _heads,
    "date_days": _dates(1, 9),
    "date_month": _dates(10, 40),
    "date_swap": _date_swap,
    "branch": _branch,
    "gstin_typo": _gstin_typo,
    "gstin_blank": _put("supplier_gstin", ""),
    "note_as_invoice": _put("doc_type", "INV"),
}


def _split(rng: np.random.Generator, register: pd.DataFrame) -> pd.DataFrame:
    """Two rows for one portal record: with its number, or with a part behind it."""
    which = register["noise"].isin(["split_number", "split_part"])
    first, second = register[which].copy(), register[which].copy()
    part = rng.uniform(0.2, 0.8, len(first))
    for name in AMOUNTS:
        first[name] = np.round(first[name] * part, 2)
        second[name] = np.round(second[name] - first[name], 2)
    parts = first["noise"].eq("split_part")
    first["doc_no"] = first["doc_no"].where(~parts, first["doc_no"] + "/1")
    second["doc_no"] = second["doc_no"].where(~parts, second["doc_no"] + "/2")
    return pd.concat([register[~which], first, second], ignore_index=True)


def _strangers(rng: np.random.Generator, register: pd.DataFrame, hard: bool) -> list[pd.DataFrame]:
    """Rows without a partner: booked twice, only in the books, and look-alikes of a rent or price list."""
    twice = register.sample(frac=0.005 if not hard else 0.015, random_state=1)
    alone = register.sample(frac=0.04, random_state=2).copy()
    alone["doc_no"] = [f"X{at}" for at in rng.integers(10**6, 10**7, len(alone))]
    alone["taxable_value"] = np.round(alone["taxable_value"] * rng.uniform(0.3, 3, len(alone)), 2)
    # The next number of the same supplier, with the same amount, a month on: another month's rent.
    rent = register[register["noise"].eq("none")].sample(frac=0.004 if not hard else 0.02, random_state=3).copy()
    last = register.groupby(register["supplier_gstin"].fillna("").str.slice(2, 12))["serial"].transform("max")
    rent["serial"] = last[rent.index] + 1
    rent["doc_no"] = [
        text.replace(str(old), str(new)) if str(old) in text else f"{text}{new}"
        for text, old, new in zip(rent["doc_no"], register.loc[rent.index, "serial"], rent["serial"], strict=True)
    ]
    rent["doc_date"] = rent["doc_date"] + pd.Timedelta(days=30)
    return [
        part.assign(partner=None, noise=name) for part, name in ((twice, "twice"), (alone, "alone"), (rent, "rent"))
    ]


def _with_traps(rng: np.random.Generator, portal: pd.DataFrame, hard: bool) -> pd.DataFrame:
    """Amended originals beside their amendments."""
    amended = portal["section"].eq("B2B") & (rng.random(len(portal)) < (0.03 if hard else 0.015))
    portal = portal.assign(
        original_doc_no=portal["doc_no"].where(amended), original_doc_date=portal["doc_date"].where(amended)
    )
    originals = portal[amended].copy()
    originals["doc_id"] = "o" + originals["doc_id"]
    originals[["original_doc_no", "original_doc_date"]] = None, pd.NaT
    kept = rng.random(len(originals)) < 0.5
    originals["taxable_value"] = np.round(originals["taxable_value"] * np.where(kept, 1, 1.1), 2)
    portal["section"] = portal["section"].where(~amended, "B2BA")
    return pd.concat([portal, originals], ignore_index=True)


def judge(client: Client, result) -> dict[str, object]:
    """Precision, recall and false accepts of a result against the truth."""
    truth = client.truth
    links = result.links.merge(result.matches[["match_id", "confidence"]], on="match_id")
    right = links.merge(truth, on=["register_id", "portal_id"], how="left")
    right["right"] = right["noise"].notna()
    safe_link = _safe(client, right)
    certain = right["confidence"].eq("certain").to_numpy()
    tax = dict(zip(client.portal["doc_id"], client.portal[list(HEADS)].sum(axis=1), strict=True))
    link_tax = right["portal_id"].map(tax)
    found = truth.merge(right[["register_id", "portal_id", "confidence"]], on=["register_id", "portal_id"], how="left")
    safe_truth = _safe(client, truth.assign(match_id=truth["portal_id"], right=True))
    covered = found["confidence"].eq("certain").to_numpy() & safe_truth
    wrong = certain & ~safe_link
    by_noise = found.assign(hit=found["confidence"].notna(), sure=found["confidence"].eq("certain"))
    precision, recall = right["right"].mean(), found["confidence"].notna().mean()
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall),
        "certain": certain.mean(), "coverage": covered.sum() / max(safe_truth.sum(), 1),
        "false_accepts": int(wrong.sum()), "safe_precision": 1 - wrong.sum() / max(certain.sum(), 1),
        "false_tax_ppm": 1e6 * link_tax[wrong].sum() / max(link_tax[certain].sum(), 1),
        "superseded_linked": int(right["portal_id"].str.startswith("o").sum()),
        "by_noise": by_noise.groupby("noise").agg(
            pairs=("hit", "size"), recall=("hit", "mean"), certain=("sure", "mean")
        ),
        "wrong": right[wrong],
    }  # fmt: skip


def _safe(client: Client, pairs: pd.DataFrame) -> np.ndarray:
    """Right link, same GSTIN and direction, every head of the whole match within one rupee."""
    books, portal = client.register.set_index("doc_id"), client.portal.set_index("doc_id")
    left, right = books.loc[pairs["register_id"]], portal.loc[pairs["portal_id"]]
    safe = pairs["right"].to_numpy() & (left["supplier_gstin"].to_numpy() == right["supplier_gstin"].to_numpy())
    safe &= (left["doc_type"].to_numpy() == "CN") == (right["doc_type"].to_numpy() == "CN")
    for name in AMOUNTS:
        one = pairs.assign(books=to_paise(left[name]), portal=to_paise(right[name]))
        here = one.drop_duplicates(["match_id", "register_id"]).groupby("match_id")["books"].sum()
        there = one.drop_duplicates(["match_id", "portal_id"]).groupby("match_id")["portal"].sum()
        safe &= (pairs["match_id"].map((here - there).abs()) <= 100).to_numpy()
    return safe


def exact_merge(client: Client) -> pd.DataFrame:
    """The plain pandas merge that everything is measured against."""
    sides = [
        table.assign(total=to_paise(table[list(AMOUNTS)].sum(axis=1))) for table in (client.register, client.portal)
    ]
    return sides[0].merge(sides[1], on=["supplier_gstin", "doc_no", "doc_type", "total"], how="inner")


def _timed(function, repeat: int = 3) -> tuple[float, object]:
    best, value = float("inf"), None
    for _ in range(repeat):
        begin = time.perf_counter()
        value = function()
        best = min(best, time.perf_counter() - begin)
    return best, value


def main(arguments: list[str]) -> None:
    """Make the tables, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20260701)
    parser.add_argument("--hard", action="store_true")
    options = parser.parse_args(arguments)
    client = make_client(options.size, options.seed, hard=options.hard)
    print(f"register {len(client.register):,} x portal {len(client.portal):,} (synthetic, seed {options.seed})")
    merge_time, _ = _timed(lambda: exact_merge(client))
    own_time, result = _timed(lambda: reconcile(client.register, client.portal))
    print(f"reconcile {own_time:.2f} s   exact merge {merge_time:.2f} s   ratio {own_time / merge_time:.1f}")
    judged = judge(client, result)
    for name in ("precision", "recall", "f1", "certain", "coverage", "safe_precision", "false_tax_ppm"):
        print(f"{name:<18}{judged[name]:.5f}")
    print(f"{'false_accepts':<18}{judged['false_accepts']}\n{'superseded_linked':<18}{judged['superseded_linked']}")
    print(judged["by_noise"].round(3).to_string())


if __name__ == "__main__":
    main(sys.argv[1:])
