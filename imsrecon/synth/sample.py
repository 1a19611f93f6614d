"""The sample client that ships: its plan, its seed, its day."""

from __future__ import annotations

from datetime import date

from imsrecon.synth.client import Client, make_client
from imsrecon.synth.noise import SAMPLE_NOISES
from imsrecon.synth.plan import ClientPlan

SAMPLE_PLAN = ClientPlan(
    gstin="27ZZZCS2026T1Z6",
    name="Synthetic Traders Private Limited",
    months=("2026-04", "2026-05", "2026-06"),
    documents=625,
    suppliers=80,
    noises=SAMPLE_NOISES,
)
SAMPLE_SEED = 39
SAMPLE_TODAY = date(2026, 7, 16)


def sample_client() -> Client:
    """The client whose files are in `sample_data`."""
    return make_client(SAMPLE_PLAN, SAMPLE_SEED)
