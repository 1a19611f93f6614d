"""The open benchmark: what it makes is what it says, and the matcher keeps its promises on it."""

from __future__ import annotations

import pandas as pd
import pytest

from imsrecon.domain import SettingsError, valid_gstins
from imsrecon.synth import PROFILES, bench_report, describe_noises, make_benchmark, run_bench

SIZE = 4_000


@pytest.mark.parametrize("profile", PROFILES)
def test_truth_names_documents_of_both_tables(profile):
    bench = make_benchmark(profile, SIZE, 5)
    assert bench.register["doc_id"].is_unique and bench.portal["doc_id"].is_unique
    assert set(bench.truth["register_id"]) <= set(bench.register["doc_id"])
    assert set(bench.truth["portal_id"]) <= set(bench.portal["doc_id"])
    assert not set(bench.truth["portal_id"]) & bench.superseded
    assert not set(bench.truth["register_id"]) & bench.traps


def test_the_same_seed_gives_the_same_tables_and_another_does_not():
    one, again, other = (make_benchmark("hard", 1_000, seed) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(one.register, again.register)
    pd.testing.assert_frame_equal(one.portal, again.portal)
    assert not one.register.equals(other.register)


def test_gstins_pass_the_checksum_and_belong_to_nobody():
    gstins = make_benchmark("normal", SIZE, 5).portal["supplier_gstin"].dropna()
    assert valid_gstins(gstins).all()
    assert gstins.str.slice(2, 5).eq("ZZZ").all()


def test_noises_come_about_as_often_as_they_are_said_to():
    truth = make_benchmark("normal", 20_000, 5).truth
    share = truth["noise"].str.split().explode().value_counts() / len(truth)
    for name in ("bare_serial", "rounding", "date_days", "branch"):
        assert share[name] == pytest.approx(PROFILES["normal"].noises[name], rel=0.25)


def test_late_march_may_be_booked_in_april_and_what_is_open_since_earlier_has_no_partner():
    bench = make_benchmark("normal", 20_000, 5)
    over = bench.truth[bench.truth["noise"].str.contains("date_over_march")]
    dates = [
        table.set_index("doc_id")["doc_date"].reindex(over[f"{side}_id"]).dt.month
        for table, side in ((bench.register, "register"), (bench.portal, "portal"))
    ]
    assert len(over) and dates[0].eq(4).all() and dates[1].eq(3).all()
    earlier = bench.register["doc_id"].str.startswith("e")
    assert 0.005 < earlier.mean() < 0.02
    assert not bench.register.loc[earlier, "doc_id"].isin(bench.truth["register_id"]).any()


def test_half_the_rows_of_ten_suppliers():
    pan = make_benchmark("normal", SIZE, 5, ten_suppliers=0.5).portal["supplier_gstin"].str.slice(2, 12)
    assert pan.value_counts(normalize=True).head(10).sum() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("profile", "least"),
    [("normal", 0.99), ("hard", 0.975), ("small_trader", 0.98), ("clean_erp", 0.99), ("retailer", 0.98),
     ("leftovers", 0.96)],
    ids=list(PROFILES),
)  # fmt: skip
def test_the_matcher_on_each_profile(profile, least):
    figures = run_bench(profile, SIZE, [7]).iloc[0]
    assert figures["f1"] > least
    assert figures["false_accepts"] == figures["traps"] == figures["superseded"] == 0
    assert figures["safe_precision"] == 1.0


def test_the_report_has_definitions_beside_the_figures():
    text = bench_report("normal", 1_000, [7])
    for part in ("precision", "score", "of_pairs", "####", "Splink", "synthetic", "of tax for each million"):
        assert part in text


def test_every_noise_is_described_with_its_chance():
    table = describe_noises()
    assert set(PROFILES) <= set(table.columns)
    assert table["what"].str.len().gt(5).all()


def test_an_unknown_profile_is_refused():
    with pytest.raises(SettingsError, match="normal, hard"):
        make_benchmark("easy", 10, 1)


@pytest.mark.slow
def test_the_targets_at_100_000():
    normal, hard = (run_bench(profile, 100_000, [7]).iloc[0] for profile in ("normal", "hard"))
    assert normal["f1"] >= 0.995 and hard["f1"] >= 0.983
    assert normal["safe_precision"] >= 0.9999 and normal["coverage"] >= 0.93
    assert hard["safe_precision"] >= 0.9999 and hard["coverage"] >= 0.80
