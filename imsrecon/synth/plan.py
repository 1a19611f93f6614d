"""What to make: the size, the months, and how often each kind of document and each noise comes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from imsrecon.domain import Profile, SettingsError, check_period, parse_gstin, shift

# Shares of all documents. What is not named is a plain invoice of a regular supplier.
KINDS: dict[str, str] = {
    "credit_note": "a supplier's credit note",
    "debit_note": "a supplier's debit note",
    "reverse_charge": "tax is the buyer's to pay (A-08): in 2B only, without tax in the books",
    "pos_ineligible": "place of supply in the supplier's state (A-10): in 2B only, not available, reason P",
    "time_barred": "furnished after the section 16(4) day (A-11): in 2B only, not available, reason C",
    "eco": "through an e-commerce operator, section 9(5)",
    "import": "a bill of entry, from ICEGATE",
    "sez": "from a SEZ unit, IGST whatever the state",
    "unregistered": "from someone without GSTIN: in the books only (A-09)",
    "not_ours": "an invoice that a stranger reported on the buyer's GSTIN: never in the books",
}
SAMPLE_KINDS: Mapping[str, float] = MappingProxyType({
    "credit_note": 0.05, "debit_note": 0.01, "reverse_charge": 0.007, "pos_ineligible": 0.005, "time_barred": 0.002,
    "eco": 0.008, "import": 0.01, "sez": 0.005, "unregistered": 0.01, "not_ours": 0.012,
})  # fmt: skip


@dataclass(frozen=True)
class ClientPlan:
    """One client to make.

    `months` are consecutive tax periods, oldest first; `documents` counts true supplies (the register has a few
    more or fewer, since some are booked twice and some not at all); `kinds` and `noises` map a name of `KINDS`
    and of `synth.NOISES` to its share. Shares are kept exactly, to the nearest document and at least one.
    Raises `SettingsError` for a share outside 0 to 1, an unknown kind, or months that do not follow each other.
    """

    gstin: str
    name: str
    months: tuple[str, ...]
    documents: int
    suppliers: int
    kinds: Mapping[str, float] = field(default_factory=lambda: SAMPLE_KINDS)
    noises: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parse_gstin(self.gstin)
        first = [check_period(month) for month in self.months][:1]
        if self.months != tuple(shift(month, at) for month in first for at in range(len(self.months))) or not first:
            raise SettingsError(f"Months are {self.months!r}.", hint="Give them without a gap, oldest first.")
        if self.documents < 1 or self.suppliers < 1:
            raise SettingsError("A client needs at least one document and one supplier.")
        unknown = sorted(set(self.kinds) - set(KINDS))
        if unknown:
            raise SettingsError(f"Unknown kinds of document: {', '.join(unknown)}.", hint=f"Known: {', '.join(KINDS)}.")
        wrong = [name for name, share in {**self.kinds, **self.noises}.items() if not 0 <= share <= 1]
        if wrong:
            raise SettingsError(f"Shares of {', '.join(wrong)} are not between 0 and 1.")

    @property
    def profile(self) -> Profile:
        """The client as the other rooms know him: a monthly filer."""
        return Profile(self.gstin, self.name)


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each stage, so that a change in one does not reshuffle the others."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def share_count(share: float, among: int) -> int:
    """How many of `among` a share means: the nearest whole number, at least one where anything is asked for."""
    if share <= 0 or among == 0:
        return 0
    return min(among, max(1, round(share * among)))
