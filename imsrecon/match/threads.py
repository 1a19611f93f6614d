"""The same work on several parts at once; numpy, Arrow and rapidfuzz let go of the interpreter while they count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

THREADS = 2
WORTHWHILE = 20_000


def at_once(function: Callable, items: Iterable, size: int) -> list:
    """`function` of each item, in their order; one after the other where `size` rows are too few to gain by it."""
    if size < WORTHWHILE:
        return list(map(function, items))
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(function, items))


def concatenated(parts: Sequence[object], names: list[str]) -> dict[str, np.ndarray]:
    """The arrays of these names of all parts, one behind the other, by name."""
    size = sum(len(getattr(part, names[0])) for part in parts)
    arrays = at_once(lambda name: np.concatenate([getattr(part, name) for part in parts]), names, size)
    return dict(zip(names, arrays, strict=True))
