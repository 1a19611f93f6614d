"""Any split over partitions gives what a single run gives."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import books, document, portal

from imsrecon import reconcile, reconcile_partitioned
from imsrecon.domain import ImsreconError, SettingsError, TableError
from imsrecon.match import engine
from imsrecon.synth import make_benchmark

KEYS = {
    "links": ["match_id", "register_id", "portal_id"], "matches": ["match_id"], "unmatched": ["side", "doc_id"],
    "duplicates": ["side", "doc_id"], "control": ["side", "category"],
}  # fmt: skip


@pytest.fixture(scope="module")
def hard():
    bench = make_benchmark("hard", 3_000, 77)
    return bench.register, bench.portal, reconcile(bench.register, bench.portal)


def assert_the_same(parted, whole):
    for name, key in KEYS.items():
        tables = [getattr(result, name).sort_values(key).reset_index(drop=True) for result in (parted, whole)]
        pd.testing.assert_frame_equal(*tables, check_dtype=name != "duplicates")


@pytest.mark.parametrize("size", [1, 100])
def test_blocks_of_any_size_give_what_one_block_gives(hard, monkeypatch, size):
    register, records, whole = hard
    monkeypatch.setattr(engine, "cut", partial(engine.cut, size=size))
    assert_the_same(reconcile(register, records), whole)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_any_split_is_the_same(hard, partitions, seed):
    register, portal, whole = hard
    shuffled = [table.sample(frac=1, random_state=seed) for table in (register, portal)]
    parted = reconcile_partitioned(*shuffled, partitions=partitions)
    assert parted.partitions <= max(partitions, 1) + 1
    assert_the_same(parted, whole)


def test_the_split_is_a_split(hard):
    register, portal, _ = hard
    assert reconcile_partitioned(register, portal, partitions=8).partitions > 4


def test_from_parquet(hard, tmp_path):
    register, portal, whole = hard
    paths = tmp_path / "books.parquet", tmp_path / "portal.parquet"
    for table, path in zip((register, portal), paths, strict=True):
        table.to_parquet(path)
    assert_the_same(reconcile_partitioned(*paths, partitions=5), whole)


def test_many_documents_without_a_supplier(hard):
    register, portal, _ = hard
    bare = register.assign(supplier_gstin=register["supplier_gstin"].where(register.index % 4 > 0))
    assert_the_same(reconcile_partitioned(bare, portal, partitions=6), reconcile(bare, portal))


def test_a_persons_word_reaches_across_suppliers(hard):
    register, portal, whole = hard
    alone = whole.unmatched[whole.unmatched["category"].isin(["only_in_books", "only_in_portal"])]
    ids = [alone.loc[alone["side"] == side, "doc_id"].tolist() for side in ("register", "portal")]
    linked = whole.links.sample(40, random_state=1)
    verdicts = pd.concat(
        [
            pd.DataFrame({"register_id": ids[0][:30], "portal_id": ids[1][30:60], "verdict": "same"}),
            linked[["register_id", "portal_id"]].assign(verdict="different"),
        ]
    )
    parted = reconcile_partitioned(register, portal, verdicts=verdicts, partitions=9)
    assert_the_same(parted, reconcile(register, portal, verdicts=verdicts))
    assert (parted.matches["confidence"] == "manual").sum() == 30


@pytest.mark.parametrize("sides", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("as_file", [False, True], ids=["frames", "files"])
def test_tiny_and_empty_tables(sides, as_file, tmp_path):
    tables = [make(document()).head(size) for make, size in zip((books, portal), sides, strict=True)]
    whole = reconcile(*tables)
    if as_file:
        for table, name in zip(tables, "rp", strict=True):
            table.to_parquet(tmp_path / name)
        tables = [tmp_path / name for name in "rp"]
    assert_the_same(reconcile_partitioned(*tables, partitions=3), whole)


def test_what_cannot_be_is_refused(hard):
    register, portal, _ = hard
    twice = pd.concat([register, register.tail(1)])
    with pytest.raises(TableError, match="doc_id"):
        reconcile_partitioned(twice, portal, partitions=4)
    with pytest.raises(TableError, match="taxable_value"):
        reconcile_partitioned(register.drop(columns="taxable_value"), portal)
    with pytest.raises(SettingsError, match="partitions"):
        reconcile_partitioned(register, portal, partitions=0)
    verdicts = pd.DataFrame({"register_id": ["a"], "portal_id": ["b"], "verdict": ["perhaps"]})
    with pytest.raises(ImsreconError, match="perhaps"):
        reconcile_partitioned(register, portal, verdicts=verdicts)


def test_over_a_cluster(hard, tmp_path):
    distributed = pytest.importorskip("distributed")
    register, portal, whole = hard
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(local_directory=str(tmp_path), **settings) as cluster, cluster.get_client() as client:
        assert_the_same(reconcile_partitioned(register, portal, partitions=4, client=client), whole)
