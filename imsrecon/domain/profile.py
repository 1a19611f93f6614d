"""Who the client is: GSTIN, name, how often he files, and what he has filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from imsrecon.domain.errors import SettingsError
from imsrecon.domain.gstin import parse_gstin
from imsrecon.domain.periods import check_period, quarter_end

FREQUENCIES = ("monthly", "quarterly")


@dataclass(frozen=True)
class Profile:
    """One registration.

    `frequency` is `monthly`, `quarterly`, or a mapping from the period on which each begins to hold, such as
    `{"2025-04": "quarterly", "2026-04": "monthly"}`. `filed_3b` maps a tax period (a quarter by its last month)
    to the day its GSTR-3B was filed, `filed_gstr9` a financial year (`2024-25`) to the day of its annual return.
    Raises `SettingsError` if any of these cannot be.
    """

    gstin: str
    name: str = ""
    frequency: str | Mapping[str, str] = "monthly"
    filed_3b: Mapping[str, date] = field(default_factory=dict)
    filed_gstr9: Mapping[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parse_gstin(self.gstin)
        spans = {"": self.frequency} if isinstance(self.frequency, str) else dict(self.frequency)
        if not spans:
            raise SettingsError("The filing frequency is empty.", hint="Write monthly or quarterly.")
        for start, word in spans.items():
            if word not in FREQUENCIES:
                raise SettingsError(f"Filing frequency {word!r} is unknown.", hint="Write monthly or quarterly.")
            if start:
                check_period(start)
        for period in self.filed_3b:
            check_period(period)

    def frequency_in(self, period: str) -> str:
        """`monthly` or `quarterly`, as it holds in `period`; before the first stated period, the first holds."""
        if isinstance(self.frequency, str):
            return self.frequency
        spans = sorted(self.frequency.items())
        return next((word for start, word in reversed(spans) if start <= period), spans[0][1])

    def tax_period(self, period: str) -> str:
        """The tax period that `period`'s month belongs to: itself, or its quarter's last month."""
        return quarter_end(period) if self.frequency_in(period) == "quarterly" else period

    def filed_on(self, period: str) -> date | None:
        """The day the GSTR-3B that covers `period` was filed, or None."""
        return self.filed_3b.get(self.tax_period(period))
