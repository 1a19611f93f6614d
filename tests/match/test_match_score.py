"""What the score means on the open benchmark."""

from __future__ import annotations

import pandas as pd

from imsrecon.match import reconcile
from imsrecon.synth.benchmark import make_benchmark


def test_of_the_pairs_at_90_about_nine_in_ten_are_one_supply():
    bench = make_benchmark("hard", 40_000, 16)
    pairs = reconcile(bench.register, bench.portal).weighed()
    key = ["register_id", "portal_id"]
    right = pd.Series(pd.MultiIndex.from_frame(pairs[key]).isin(pd.MultiIndex.from_frame(bench.truth[key])))
    at_90 = pairs["score"].between(85, 95)
    assert at_90.sum() > 500
    assert 0.82 <= right[at_90].mean() <= 0.97
    bands = right.groupby(pd.cut(pairs["score"], [-1, 40, 80, 100]), observed=False).mean()
    assert bands.is_monotonic_increasing and bands.iloc[0] < 0.2 and bands.iloc[2] > 0.95
