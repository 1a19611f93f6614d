"""How right and how fast `reconcile` is on the open benchmark.

    python tests/bench/bench_match.py [N] [--profile P] [--seed S]
    python tests/bench/bench_match.py [N] --table [--seed S --seed T]

N portal records (100,000 unless told). `--table` prints all that the matcher must reach, with the peers beside it. All
of it is synthetic; the definitions stand beside the figures.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

import pandas as pd

from imsrecon.match import reconcile
from imsrecon.synth import PROFILES, bench_report, make_benchmark, run_bench
from imsrecon.synth.bench_score import DEFINITIONS, PEERS, exact_merge
from imsrecon.synth.benchmark import Benchmark

SEED = 20260701
REPEATS = 3


def bench_table(size: int, seeds: Sequence[int]) -> str:
    """Measure at `size` portal records: right links and safe ones on normal and hard tables, speed, skew, row order."""
    figures = {profile: run_bench(profile, size, seeds) for profile in ("normal", "hard")}
    bench = make_benchmark("normal", size, seeds[0])
    merge, seconds, added = _timed(bench)
    skewed = _timed(make_benchmark("normal", size, seeds[0], ten_suppliers=0.5))[1]
    rows = [(name, *(_figure(figures[profile], name) for profile in figures)) for name in _MEASURED]
    rows += [
        (f"seconds for {size:,} x {size:,}", f"{seconds:.2f}", ""),
        ("ratio to one exact merge", f"{seconds / merge:.1f}", ""),
        ("memory added at most, MB", f"{added:.0f}", ""),
        ("half of all rows from ten suppliers: times as long", f"{skewed / seconds:.2f}", ""),
        ("links that change when rows are shuffled", f"{_changed(bench)}", ""),
    ]
    table = pd.DataFrame(rows, columns=["measure", "normal", "hard"])
    told = "\n".join(f"{name:15} {text}" for name, text in DEFINITIONS.items())
    head = f"Seeds {', '.join(map(str, seeds))}; all data are synthetic; measured on {pd.Timestamp.now():%d-%b-%Y}."
    peers = "Peers, measured in 2026 on a generator of the same kind (not this one), 100,000 records, normal:"
    return "\n\n".join([head, table.to_string(index=False), told, peers, PEERS.to_string(index=False)])


_MEASURED = ("f1", "precision", "recall", "safe_precision", "coverage", "false_ppm", "traps", "superseded")


def _figure(runs: pd.DataFrame, name: str) -> str:
    if name == "false_ppm":  # pooled over the seeds
        return f"{1e6 * runs['false_tax'].sum() / max(runs['tax_accepted'].sum(), 1):.1f}"
    if name in ("traps", "superseded"):
        return str(int(runs[name].sum()))
    return f"{runs[name].min():.5f} to {runs[name].max():.5f}"


def _timed(bench: Benchmark) -> tuple[float, float, float]:
    """Seconds of the exact merge and of `reconcile`, in turns, the best of a few; memory added in MB."""
    merges, seconds = [], []
    before = _peak()
    for _ in range(REPEATS):
        for taken, work in ((merges, exact_merge), (seconds, reconcile)):
            begin = time.perf_counter()
            work(bench.register, bench.portal)
            taken.append(time.perf_counter() - begin)
    return min(merges), min(seconds), _peak() - before


def _changed(bench: Benchmark) -> int:
    shuffled = [table.sample(frac=1, random_state=7) for table in (bench.register, bench.portal)]
    ids = [set(reconcile(*tables).links["match_id"]) for tables in ((bench.register, bench.portal), shuffled)]
    return len(ids[0] ^ ids[1])


def _peak() -> float:
    """The most memory that this process has had, in MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: list[str]) -> None:
    """Make the tables, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    parser.add_argument("--profile", choices=PROFILES, default="normal")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    seeds = options.seed or [SEED]
    print(bench_table(options.size, seeds) if options.table else bench_report(options.profile, options.size, seeds))


if __name__ == "__main__":
    main(sys.argv[1:])
