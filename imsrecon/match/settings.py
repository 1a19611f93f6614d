"""What a firm may tune, validated; kept with every result."""

from __future__ import annotations

import math
from dataclasses import dataclass

from imsrecon.domain import SettingsError

FLAGS = (
    "number_format", "number_typo", "number_differs", "rounding", "value", "tax_head", "rate", "date", "date_swap",
    "period", "pos", "gstin_branch", "gstin_typo", "no_gstin", "doc_type", "sign", "split", "merged", "amended",
    "reverse_charge", "duplicate",
)  # fmt: skip

# What a person must look at before it is accepted (design 5.3); a split, a merger and an amendment that agree in
# everything else are as good as any other match.
NEVER_CERTAIN = (
    "number_typo", "number_differs", "value", "tax_head", "rate", "date_swap", "period", "pos", "gstin_branch",
    "gstin_typo", "no_gstin", "doc_type", "sign", "reverse_charge", "duplicate",
)  # fmt: skip


@dataclass(frozen=True)
class MatchSettings:
    """How far two documents may differ and still be one.

    head_tolerance    rupees by which the taxable value and each tax head may differ
    total_tolerance   rupees by which the sum of the tax heads may differ
    date_window       days by which the dates of a certain match may differ (within one financial year)
    margin            evidence (bits) by which a certain match must beat its runner-up
    rival_window      rupees: a second document with the same number, so near in value, takes certain away
    block_limit       pairs looked at within one key before amount and date must agree as well
    never_certain     flags that take certain away

    Raises `SettingsError` if a value cannot be.
    """

    head_tolerance: float = 1.00
    total_tolerance: float = 1.00
    date_window: int = 31
    margin: float = 4.0
    rival_window: float = 10.00
    block_limit: int = 256
    never_certain: tuple[str, ...] = NEVER_CERTAIN

    @property
    def unit(self) -> int:
        """Paise in which taxable values are first held against each other: a rupee, or as much as they may differ."""
        return max(100, round(self.head_tolerance * 100))

    def __post_init__(self) -> None:
        for name in ("head_tolerance", "total_tolerance", "margin", "rival_window"):
            _check_amount(name, getattr(self, name))
        _check_whole("date_window", self.date_window, 0)
        _check_whole("block_limit", self.block_limit, 1)
        if isinstance(self.never_certain, str):
            raise SettingsError(f"never_certain is the text {self.never_certain!r}.", hint="Give a list of flags.")
        unknown = sorted(set(self.never_certain) - set(FLAGS))
        if unknown:
            raise SettingsError(
                f"never_certain names unknown flags: {', '.join(unknown)}.", hint=f"Known are {', '.join(FLAGS)}."
            )
        ordered = tuple(flag for flag in FLAGS if flag in self.never_certain)
        object.__setattr__(self, "never_certain", ordered)


def _check_amount(name: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < 0:
        raise SettingsError(f"{name} is {value!r}.", hint="Give a number of zero or more.")


def _check_whole(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SettingsError(f"{name} is {value!r}.", hint=f"Give a whole number of {least} or more.")
