"""Makes clients: documents, noise, truth, and files in the real formats. Everything it makes is synthetic."""

from __future__ import annotations

from imsrecon.synth.bench_score import bench_report, run_bench
from imsrecon.synth.benchmark import PROFILES, Benchmark, describe_noises, make_benchmark
from imsrecon.synth.client import Client, make_client
from imsrecon.synth.files import client_files, truth_table, write_files
from imsrecon.synth.noise import NOISES, SAMPLE_NOISES, Noise
from imsrecon.synth.plan import KINDS, SAMPLE_KINDS, ClientPlan
from imsrecon.synth.portal_json import gstr2b, ims_download, to_bytes
from imsrecon.synth.sample import SAMPLE_PLAN, SAMPLE_SEED, SAMPLE_TODAY, sample_client
from imsrecon.synth.tally import tally_register

__all__ = [
    "KINDS",
    "NOISES",
    "PROFILES",
    "SAMPLE_KINDS",
    "SAMPLE_NOISES",
    "SAMPLE_PLAN",
    "SAMPLE_SEED",
    "SAMPLE_TODAY",
    "Benchmark",
    "Client",
    "ClientPlan",
    "Noise",
    "bench_report",
    "client_files",
    "describe_noises",
    "gstr2b",
    "ims_download",
    "make_benchmark",
    "make_client",
    "run_bench",
    "sample_client",
    "tally_register",
    "to_bytes",
    "truth_table",
    "write_files",
]
