"""Runs the benchmark and counts: how many links are right, how many may be accepted unseen, what wrong ones cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, to_paise, total_tax
from imsrecon.match import Reconciliation, reconcile
from imsrecon.synth.benchmark import PROFILES, Benchmark, make_benchmark

DEFINITIONS = {
    "precision": "of the links made, how many are true (a split of two rows is two links; a copy of a document booked "
    "or reported twice may stand for it, once)",
    "recall": "of the true pairs, how many are linked",
    "f1": "harmonic mean of the two",
    "safe_precision": "of the links called certain, how many are safe: a true pair with the same GSTIN and direction, "
    "taxable value and every head within one rupee over the whole match",
    "coverage": "of the safe pairs in the truth that leave something to accept (no import, no reverse charge), how "
    "many are called certain",
    "false_accepts": "links called certain that are not safe",
    "false_ppm": "the tax of those, in rupees for each million rupees of tax of all links called certain",
    "traps": "look-alikes (next number, next month, same amount) called certain; traps_linked: linked at all",
    "superseded": "originals linked though their amendment is in the table",
    "seconds, ratio": "wall time of `reconcile`, and that time over one exact pandas merge on (GSTIN, number, type, "
    "total) in the same process",
}
# What others reach on a generator of the same kind, not on this one (measured in 2026 with 100,000 records): link
# precision, recall, F1 of all pairs; safe precision, coverage, rupees per million of their accept-unseen class; seconds
# with reading two CSV files.
PEERS = pd.DataFrame(
    [
        ("exact pandas merge", 0.998, 0.511, 0.676, 0.976, 0.533, 1589, 0.22),
        ("india-compliance rules", 0.947, 0.882, 0.914, 0.9901, 0.773, 6540, 279.0),
        ("recordlinkage, threshold", 0.991, 0.912, 0.950, 0.938, 0.745, 373, 1.75),
        ("Splink 5 + DuckDB", 0.991, 0.919, 0.954, 0.927, 0.850, 4848, 5.75),
    ],
    columns=["peer", "precision", "recall", "f1", "safe_precision", "coverage", "false_ppm", "seconds"],
)
SCORES = (0, 20, 40, 60, 70, 80, 85, 88, 92, 95, 98, 101)


def run_bench(profile: str, size: int, seeds: Sequence[int]) -> pd.DataFrame:
    """One row a seed: profile, seed, rows, the figures of `DEFINITIONS`, and tax_accepted and false_tax in rupees.

    Raises `SettingsError` for an unknown profile.
    """
    return pd.DataFrame([_run(profile, size, seed)[0] for seed in seeds])


def bench_report(profile: str, size: int, seeds: Sequence[int]) -> str:
    """What `imsrecon bench` prints: the figures, by noise, the curve of the score, the definitions, the peers."""
    rows, noises, curves = zip(*(_run(profile, size, seed) for seed in seeds), strict=True)
    figures = pd.DataFrame(list(rows))
    pooled = 1e6 * figures["false_tax"].sum() / max(figures["tax_accepted"].sum(), 1)
    by_noise = _rates(pd.concat(noises).groupby(level=0).sum())
    curve = pd.concat(curves).groupby(level=0, sort=False).sum()
    parts = [
        f"Profile {profile}: {PROFILES[profile].what}. All data are synthetic.",
        figures.drop(columns=["tax_accepted", "false_tax"]).to_string(index=False),
        f"False accepts over all seeds: ₹{pooled:.2f} of tax for each million accepted.",
        by_noise.round(4).to_string(),
        "Of the pairs weighed and of the links made, how many are right by score (here, not in your books):",
        _drawn(curve).to_string(),
        "\n".join(f"{name:15} {text}" for name, text in DEFINITIONS.items()),
        "Peers, on a generator of the same kind (not this one), 100,000 records, normal:",
        PEERS.to_string(index=False),
    ]
    return "\n\n".join(parts)


def _run(profile: str, size: int, seed: int) -> tuple[dict[str, object], pd.DataFrame, pd.DataFrame]:
    bench = make_benchmark(profile, size, seed)
    merge = _seconds(lambda: exact_merge(bench.register, bench.portal))[0]
    seconds, result = _seconds(lambda: reconcile(bench.register, bench.portal))
    figures, by_noise, curve = score(bench, result)
    head = {"profile": profile, "seed": seed, "register": len(bench.register), "portal": len(bench.portal)}
    timed = {"seconds": round(seconds, 2), "ratio": round(seconds / merge, 1)}
    return head | figures | timed, by_noise, curve


def exact_merge(register: pd.DataFrame, portal: pd.DataFrame) -> pd.DataFrame:
    """The plain pandas merge that the time is measured against."""
    sides = [table.assign(total=to_paise(table[list(AMOUNTS)].sum(axis=1))) for table in (register, portal)]
    return sides[0].merge(sides[1], on=["supplier_gstin", "doc_no", "doc_type", "total"], how="inner")


def _seconds(function) -> tuple[float, object]:
    begin = time.perf_counter()
    value = function()
    return time.perf_counter() - begin, value


def score(bench: Benchmark, result: Reconciliation) -> tuple[dict[str, object], pd.DataFrame, pd.DataFrame]:
    """The figures; by noise pairs, linked, made and true; by score range links and right."""
    links = _judged(bench, result)
    truth = bench.truth.assign(match_id=_truth_groups(bench.truth))
    key = ["register_id", "portal_id"]
    found = truth.merge(links[links["right"]].drop_duplicates(key)[[*key, "certain"]], on=key, how="left")
    hit = found["certain"].notna()
    wanted = _safe(bench, truth) & ~_nothing_to_accept(bench, truth["portal_id"])
    safe = links["right"].to_numpy() & _safe(bench, links)
    false = links["certain"].to_numpy() & ~safe
    tax = _tax(bench, links["portal_id"])
    precision, recall = links["right"].mean(), hit.mean()
    accepted, lost = tax[links["certain"].to_numpy()].sum(), tax[false].sum()
    figures = {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "safe_precision": 1 - false.sum() / max(links["certain"].sum(), 1),
        "coverage": (found["certain"].eq(True).to_numpy() & wanted).sum() / max(wanted.sum(), 1),
        "false_accepts": int(false.sum()), "false_ppm": 1e6 * lost / max(accepted, 1),
        "traps": int(links.loc[links["certain"], "made_by"].isin(bench.traps).sum()),
        "traps_linked": int(links["made_by"].isin(bench.traps).sum()),
        "superseded": int(links["portal_id"].isin(bench.superseded).sum()),
        "tax_accepted": accepted / 100, "false_tax": lost / 100,
    }  # fmt: skip
    rounded = {name: round(value, 5) if isinstance(value, float) else value for name, value in figures.items()}
    return rounded, _by_noise(truth, hit, links), _curve(bench, result, links)


def _judged(bench: Benchmark, result: Reconciliation) -> pd.DataFrame:
    """The links with copies under the name of what they copy: right, certain, score, made_by (the register row)."""
    matches = result.matches[["match_id", "confidence", "score"]]
    links = result.links.merge(matches, on="match_id").assign(made_by=result.links["register_id"])
    original = bench.copies.set_index("doc_id")["original_id"]
    for name in ("register_id", "portal_id"):
        links[name] = links[name].map(original).fillna(links[name]).astype("str")
    key = ["register_id", "portal_id"]
    true = pd.MultiIndex.from_frame(bench.truth[key])
    links["right"] = pd.MultiIndex.from_frame(links[key]).isin(true) & ~links.duplicated(key)
    return links.assign(certain=links["confidence"].eq("certain"))


def _truth_groups(truth: pd.DataFrame) -> pd.Series:
    """The match that a true pair belongs to: that of its portal record, or of its register row where that has many."""
    many = truth["register_id"].duplicated(keep=False)
    return truth["register_id"].where(many, truth["portal_id"])


def _safe(bench: Benchmark, pairs: pd.DataFrame) -> np.ndarray:
    """The same GSTIN and direction, and amounts that agree over the whole match, head by head."""
    left = _rows(bench.register, pairs["register_id"])
    right = _rows(bench.portal, pairs["portal_id"])
    safe = left["supplier_gstin"].to_numpy() == right["supplier_gstin"].to_numpy()
    signs = [np.where(side["doc_type"] == "CN", -1, 1) for side in (left, right)]
    safe &= (signs[0] == signs[1]) & (left["taxable_value"].to_numpy() >= 0)
    for name in AMOUNTS:
        sums = [
            _summed(pairs, column, to_paise(side[name]) * sign)
            for column, side, sign in (("register_id", left, signs[0]), ("portal_id", right, signs[1]))
        ]
        safe &= np.abs(sums[0] - sums[1]) <= 100
    return safe


def _rows(table: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return table.take(pd.Index(table["doc_id"]).get_indexer(ids))


def _summed(pairs: pd.DataFrame, column: str, paise: np.ndarray) -> np.ndarray:
    once = ~pairs.duplicated(["match_id", column]).to_numpy()
    match = pd.factorize(pairs["match_id"])[0]
    total = np.zeros(match.max(initial=-1) + 1, dtype=np.int64)
    np.add.at(total, match[once], paise[once])
    return total[match]


def _nothing_to_accept(bench: Benchmark, ids: pd.Series) -> np.ndarray:
    rows = _rows(bench.portal, ids)
    return (rows["reverse_charge"].fillna(False) | rows["doc_type"].eq("BOE")).to_numpy(bool)


def _tax(bench: Benchmark, ids: pd.Series) -> np.ndarray:
    return total_tax(_rows(bench.portal, ids))


def _by_noise(truth: pd.DataFrame, hit: pd.Series, links: pd.DataFrame) -> pd.DataFrame:
    """Of each noise the true pairs, those linked, and the links made by its register rows and those that are right."""
    noise = truth.drop_duplicates("register_id").set_index("register_id")["noise"]
    of_links = links["register_id"].map(noise).fillna("no_partner").replace("", "none")
    counted = {
        "pairs": truth["noise"].replace("", "none"), "linked": truth["noise"].replace("", "none")[hit.to_numpy()],
        "made": of_links, "right": of_links[links["right"]],
    }  # fmt: skip
    tables = {name: names.str.split(" ").explode().value_counts() for name, names in counted.items()}
    return pd.DataFrame(tables).fillna(0).astype("int64")


def _rates(counted: pd.DataFrame) -> pd.DataFrame:
    precision, recall = counted["right"] / counted["made"], counted["linked"] / counted["pairs"]
    f1 = 2 * precision * recall / (precision + recall)
    return counted[["pairs", "made"]].assign(precision=precision, recall=recall, f1=f1)


def _curve(bench: Benchmark, result: Reconciliation, links: pd.DataFrame) -> pd.DataFrame:
    """By score range the pairs weighed and how many of them are true, the links made and how many are right."""
    pairs = result.weighed()
    key = ["register_id", "portal_id"]
    pairs["right"] = pd.MultiIndex.from_frame(pairs[key]).isin(pd.MultiIndex.from_frame(bench.truth[key]))
    labels = [f"{low}-{high - 1}" for low, high in pairwise(SCORES)]
    counted = []
    for table in (pairs, links):
        of_range = pd.cut(table["score"], SCORES, right=False, labels=labels)
        counted.append(table.groupby(of_range, observed=False)["right"].agg(["size", "sum"]))
    return pd.concat(counted, axis=1).set_axis(["pairs", "pairs_true", "links", "links_right"], axis=1)


def _drawn(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve with its shares, and a bar of twenty for that of the pairs."""
    share = curve["pairs_true"] / curve["pairs"]
    bar = ["#" * round(20 * each) if each == each else "" for each in share]
    shares = {"of_pairs": share.round(3), "of_links": (curve["links_right"] / curve["links"]).round(4)}
    return curve.assign(**shares, drawn=pd.Series(bar, curve.index).str.ljust(20, "."))
