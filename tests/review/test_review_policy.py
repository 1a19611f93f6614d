"""The policy table: the shipped one is sound in every period, a firm's own is laid over it or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from review_documents import STRANGER, books, portal, suggested

from imsrecon.domain import SettingsError
from imsrecon.review import FINDINGS, NOTES, check_policy, load_policy, policy_diff
from imsrecon.rulebook import load, rule

ROW = """
[[row]]
id = "OWN-1"
source = "the firm's own policy"
confidence = "H"
finding = "supplier_unknown"
action = "R"
rule = "G-07"
sentence = "{number} is not ours"
advice = "reject it"
"""


def test_shipped_policy_is_sound() -> None:
    check_policy(load_policy())


@pytest.mark.parametrize("period", ["2024-10", "2025-09", "2025-10", "2026-06"])
def test_every_finding_and_note_has_exactly_one_row(period: str) -> None:
    policy = load_policy()
    held = policy[(policy["start"] <= period) & (policy["until"] >= period)]
    assert sorted(held["finding"]) == sorted([*FINDINGS, *NOTES])


def test_only_accepts_are_automatic_and_never_below_their_match() -> None:
    policy = load_policy()
    auto = policy.loc[policy["auto"], ["finding", "action"]]
    assert set(auto["action"]) == {"A"}
    assert set(auto["finding"]) == {
        "agrees", "number_differs", "rounding", "common_credit", "blocked_credit", "boe_agrees", "credit_note_agrees",
    }  # fmt: skip


@pytest.mark.parametrize("number", range(21, 31))
def test_guidance_has_the_practitioners_corrections(number: int) -> None:
    assert rule(f"K-{number}").table == "guidance"


def test_guidance_is_whole() -> None:
    ids = {row.id for row in load("guidance")}
    assert {f"G-{number:02d}" for number in range(1, 32)} | {"G-18a"} <= ids
    assert all(row["finding"] and row["advice"] and row["sentence"] for row in load("guidance"))
    corrected = {row.id: row["corrected_by"] for row in load("guidance") if row.get("corrected_by")}
    assert corrected["G-07"] == "K-25" and corrected["G-09"] == "K-23" and corrected["G-18"] == "K-22"


def test_own_policy_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(ROW, encoding="utf-8")
    policy = load_policy(path)
    assert len(policy) == len(load_policy())
    assert list(policy["finding"]) == list(load_policy()["finding"])
    row = suggested(books(), portal({"supplier_gstin": STRANGER}), policy=policy).iloc[0]
    assert (row["action"], row["reason"]) == ("R", "SC/001 is not ours: reject it.")


FAULTS = {
    "unknown finding": (("supplier_unknown", "no_such"), "no_such"),
    "unknown action": (('action = "R"', 'action = "X"'), "none of A, R, P, N"),
    "unknown rule": (('rule = "G-07"', 'rule = "G-99"'), "no rule 'G-99'"),
    "unknown word": (("{number}", "{colour}"), "{colour}"),
    "automatic reject": (('rule = "G-07"', 'rule = "G-07"\nauto = true'), "only an accept may be automatic"),
    "automatic in words": (('rule = "G-07"', 'rule = "G-07"\nauto = "yes"'), "neither true nor false"),
    "no sentence": (('sentence = "{number} is not ours"', ""), "no sentence"),
    "no TOML": (("[[row]]", "[[row"), "not a policy table"),
    "a gap in time": (('action = "R"', 'action = "R"\nuntil = "2025-12"'), "supplier_unknown"),
}


@pytest.mark.parametrize(("change", "said"), FAULTS.values(), ids=FAULTS)
def test_faulty_policy_is_refused_with_the_row(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(ROW.replace(*change), encoding="utf-8")
    with pytest.raises(SettingsError, match=r".") as error:
        load_policy(path)
    assert said in str(error.value)


def test_missing_policy_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"own\.toml cannot be read"):
        load_policy(tmp_path / "own.toml")


def test_table_without_columns_is_refused() -> None:
    with pytest.raises(SettingsError, match="lacks the columns"):
        check_policy(pd.DataFrame({"finding": ["agrees"]}))


DIFFS = {
    "nothing": ("", []),
    "an action and its words": (
        ROW,
        [
            ("supplier_unknown", "action", "P", "R"),
            ("supplier_unknown", "sentence", None, "{number} is not ours"),
            ("supplier_unknown", "advice", None, "reject it"),
            ("supplier_unknown", "todo", None, ""),
            ("supplier_unknown", "contact", "client", ""),
            ("supplier_unknown", "alternatives", None, ""),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), DIFFS.values(), ids=DIFFS)
def test_what_a_firm_does_otherwise(text: str, expected: list[tuple], tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    found = policy_diff(load_policy(path))
    assert found[["finding", "column", "mine"]].to_numpy().tolist() == [[row[0], row[1], row[3]] for row in expected]
    assert [given for given, row in zip(found["shipped"], expected, strict=True) if row[2]] == [
        row[2] for row in expected if row[2]
    ]


def test_a_moved_finding_and_a_row_more_are_told() -> None:
    shipped = load_policy()
    last = shipped[shipped["finding"].eq("agrees")]
    moved = pd.concat([last, shipped[shipped["finding"].ne("agrees")]], ignore_index=True)
    assert ("agrees", "order") in set(policy_diff(moved)[["finding", "column"]].itertuples(index=False, name=None))
    less = policy_diff(shipped.iloc[:-1])
    assert less[["finding", "column", "shipped", "mine"]].to_numpy().tolist() == [
        [shipped["finding"].iloc[-1], "row", "here", ""]
    ]
