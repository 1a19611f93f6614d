"""A second reading of the rules, written from their text alone, against the preview on months drawn at random.

What is held together here: allowed actions (section B in both regimes), part, line and rupees by head (D.2, D.3, C-43,
K-01 to K-05), what a rejection adds back (E-01, E-02), and for chains of versions the base of each amendment (K-02).
"""

from __future__ import annotations

import random
from datetime import date

import pandas as pd
import pytest

from imsrecon import Profile, allowed_actions, preview_2b
from imsrecon.domain import HEADS, to_paise

PERIODS = ["2024-10", "2025-09", "2025-10", "2026-09"]
AMENDED = ("B2BA", "DNA", "CNA", "ECOA")
DOMESTIC = ("B2B", "DN", "CN", "ECO", *AMENDED)
IMPORTS = ("IMPG", "IMPGSEZ")
STATES = ("accepted_filed", "rejected", "open", "pending", "none")
# Records that no action reaches: what they are, their part and their line.
BESIDE = [
    ({"reverse_charge": True}, "available", "4A3"),
    ({"section": "CN", "reverse_charge": True}, "available", "4A3"),
    ({"section": "ISD"}, "available", "4A4"),
    ({"section": "ISD", "doc_type": "CN"}, "available", "4A4"),
    ({"itc_available": "N", "itc_reason": "P"}, "not_available", "4D2"),
    ({"section": "DN", "itc_available": "N", "itc_reason": "C"}, "not_available", "4D2"),
    ({"section": "CN", "itc_available": "N", "itc_reason": "P"}, "not_available", "4D2"),
    ({"section": "CN", "itc_available": "N", "itc_reason": "C"}, "not_available", "4A5"),
    ({"gstr2b_part": "reversal"}, "reversal", "4B2"),
]


def drawn(draw: random.Random) -> dict[str, float]:
    """Tax of one document: IGST, or CGST and SGST alike, and sometimes cess."""
    tax = draw.choice([0.0, 0.01, 50.0, 90.0, 180.0, 999.99])
    heads = (tax, 0.0, 0.0) if draw.random() < 0.6 else (0.0, tax, tax)
    return dict(zip(HEADS, (*heads, draw.choice([0.0, 0.0, 5.5])), strict=True))


def record(draw: random.Random, period: str) -> dict:
    section = draw.choice(DOMESTIC + IMPORTS)
    row = {"section": section, "doc_date": f"{period}-03", "gstr2b_period": period} | drawn(draw)
    row["portal_action"] = draw.choice("NAP" if section in IMPORTS else "NARP")
    if section in AMENDED:
        row |= {f"original_{head}": tax for head, tax in drawn(draw).items()}
        row["original_state"] = draw.choice(STATES)
    return row


def decision(draw: random.Random, row: dict) -> dict:
    said = {"action": draw.choice("NAP" if row["section"] in IMPORTS else "NARP"), "remarks": "said"}
    if said["action"] == "A":
        said["itc_reduction"] = draw.choice(["full", "partial", "none"])
        share = draw.random()
        said |= {f"declared_{head}": round(row[head] * share, 2) for head in HEADS}
    return said


def paise(row: dict, prefix: str = "") -> dict[str, int]:
    return dict(zip(HEADS, to_paise([row[prefix + head] for head in HEADS]).tolist(), strict=True))


def read_again(row: dict, said: dict, period: str) -> dict:
    """What the rules say of one record of IMS: open, part, line, the effect of accepting it, what counts."""
    section, new = row["section"], period >= "2025-10"
    if section in IMPORTS:
        if not new:
            return {"open": "", "part": "available", "line": "4A1", "counts": paise(row), "add_back": False}
        open_, line, effect, reduces = "AP", "4A1", paise(row), False
    else:
        base, reduces = paise(row), section == "CN"
        if section in AMENDED:
            state, old = row["original_state"], paise(row, "original_")
            if state == "pending":
                return {"open": "", "part": "held", "line": None, "counts": None, "add_back": False}
            change = sum(base.values()) - sum(old.values())
            taken = state == "accepted_filed"
            reduces = (not taken or change > 0) if section == "CNA" else (taken and change < 0)
            base = {head: base[head] - old[head] * taken for head in HEADS}
        sign = -1 if section in ("CN", "CNA") else 1
        open_, line, effect = "ARP" if new or not reduces else "AR", "4A5", {h: sign * base[h] for h in HEADS}
    if said["action"] in "PR":
        part = {"P": "held", "R": "rejected"}[said["action"]]
        return {"open": open_, "part": part, "line": None, "counts": None, "add_back": part == "rejected" and reduces}
    counts = dict(effect)
    if reduces and new and said["action"] == "A" and said.get("itc_reduction", "full") != "full":
        most = paise(said, "declared_") if said["itc_reduction"] == "partial" else dict.fromkeys(HEADS, 0)
        counts = {head: max(-most[head], tax) if tax < 0 else tax for head, tax in effect.items()}
    return {"open": open_, "part": "available", "line": line, "counts": counts, "add_back": False}


@pytest.mark.parametrize("period", PERIODS)
def test_months_at_random(portal, decide, monthly, period):
    draw = random.Random(period)
    rows = [record(draw, period) for _ in range(250)]
    said = [decision(draw, row) if draw.random() < 0.7 else "" for row in rows]
    table = portal(*rows)
    decisions = decide(table, *said)
    seen, opened = preview_2b(table, decisions, period, monthly), allowed_actions(table, period, monthly)
    loaded = set(seen.liability["portal_id"])
    expected = [
        read_again(row, one or {"action": row["portal_action"]}, period) for row, one in zip(rows, said, strict=True)
    ]
    for number, wanted in enumerate(expected):
        shown = seen.documents.iloc[number]
        names = {"A": "accept", "R": "reject", "P": "pending"}
        found = {
            "open": "".join(letter for letter, name in names.items() if opened.iloc[number][name]),
            "part": shown["part"],
            "line": None if pd.isna(shown["line"]) else shown["line"],
            "counts": paise(shown) if wanted["counts"] is not None else None,
            "add_back": wanted["add_back"] and (shown["portal_id"] in loaded or not any(paise(shown).values())),
        }
        assert found == wanted, (rows[number], said[number])
        assert wanted["add_back"] or shown["portal_id"] not in loaded
    for line in ("4A1", "4A5"):
        counted = [wanted["counts"] for wanted in expected if wanted["line"] == line]
        total = {head: sum(one[head] for one in counted) for head in HEADS}
        assert paise(seen.table4.set_index("line").loc[line]) == total


@pytest.mark.parametrize("period", PERIODS)
def test_records_that_no_action_reaches(portal, decide, monthly, period):
    draw = random.Random(period)
    rows = [kind | {"gstr2b_period": period} | drawn(draw) for kind, _, _ in BESIDE]
    table = portal(*rows)
    seen = preview_2b(table, decide(table, *"RPARPARPA"), period, monthly).documents
    assert list(zip(seen["part"], seen["line"], strict=True)) == [(part, line) for _, part, line in BESIDE]
    signs = table["doc_type"].map({"CN": -1}).fillna(1)
    for head in HEADS:
        assert to_paise(seen[head]).tolist() == (signs * to_paise(table[head])).astype("int64").tolist()


MONTHS = ["2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"]
DUE = {month: date(2025 + (month == "2025-12"), int(month[5:]) % 12 + 1, 20) for month in MONTHS}
FAMILIES = [("B2B", "B2BA"), ("DN", "DNA"), ("ECO", "ECOA"), ("CN", "CNA")]


def versions(draw: random.Random) -> list[dict]:
    """A document and its amendments, each of a period of its own; the first amendment may share the original's."""
    count = draw.choice([2, 3, 4])
    months = sorted(draw.sample(MONTHS, count - 1 if draw.random() < 0.3 else count))
    months = [months[0]] * (count - len(months)) + months
    family, renumbered, rows = draw.choice(FAMILIES), draw.random() < 0.4, []
    for number, month in enumerate(months):
        row = {"section": family[number > 0], "doc_date": "2025-07-01", "gstr2b_period": month}
        row |= {"doc_no": f"X/{number if renumbered else 0}", "igst": draw.choice([100.0, 150.0, 180.0, 230.0])}
        row["portal_action"] = draw.choice("NARP" if number < count - 1 else "NAR")
        if number:
            row |= {"original_doc_no": rows[-1]["doc_no"], "original_doc_date": "2025-07-01"}
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(40))
def test_k02_c43_a_chain_of_versions(portal, seed):
    rows = versions(random.Random(seed))
    last, period = rows[-1], rows[-1]["gstr2b_period"]
    # Of each earlier period the last version counts (C-41); one that is pending locks what follows (K-01).
    before = {row["gstr2b_period"]: row for row in rows[:-1] if row["gstr2b_period"] < period}
    accepted = [row["igst"] for row in before.values() if row["portal_action"] in "NA"]
    filed = {month: day for month, day in DUE.items() if month < period}
    shown = preview_2b(portal(*rows), pd.DataFrame(), period, Profile("27ZZZCR1000A1ZM", filed_3b=filed)).documents
    shown = shown.iloc[-1]
    if any(row["portal_action"] == "P" for row in before.values()):
        assert shown["part"] == "held"
    elif last["portal_action"] == "R":
        assert shown["part"] == "rejected"
    else:
        effect = last["igst"] - (accepted[-1] if accepted else 0.0)
        assert (shown["line"], shown["igst"]) == ("4A5", -effect if last["section"] == "CNA" else effect)
