"""How right and how fast `reconcile` is on the open benchmark.

    python tests/bench/bench_match.py [N] [--profile P] [--seed S]

N portal records (100,000 unless told). All of it is synthetic; the definitions stand beside the figures.
"""

from __future__ import annotations

import argparse
import sys

from imsrecon.synth import PROFILES, bench_report


def main(arguments: list[str]) -> None:
    """Make the tables, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    parser.add_argument("--profile", choices=PROFILES, default="normal")
    parser.add_argument("--seed", type=int, default=20260701)
    options = parser.parse_args(arguments)
    print(bench_report(options.profile, options.size, [options.seed]))


if __name__ == "__main__":
    main(sys.argv[1:])
