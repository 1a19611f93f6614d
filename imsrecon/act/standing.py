"""Where each portal record stands: period, regime, direction, effect on the credit, and how long it may be pending.

Shared by allowed actions, preview and review, so that the three can never disagree.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.bypass import availability, bypass_cases
from imsrecon.act.columns import alike, by_value, false, portal_table, text, text_by_value, true
from imsrecon.act.deadlines import cutoffs, due_date, next_tax_period, one_period_end
from imsrecon.act.kinds import kinds_of
from imsrecon.act.matrix import look_up
from imsrecon.act.periods import periods
from imsrecon.act.versions import Chains, resolve
from imsrecon.domain import AMOUNTS, HEADS, Profile, RulebookError, to_paise, to_rupees
from imsrecon.rulebook import in_force

EFFECTS = tuple(f"effect_{name}" for name in AMOUNTS)
_OF_AMENDMENTS = ["original_state", "original_open", "direction"]


def standing(portal: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """One row a portal record, in the table's order, with what the rules say about it in `period`.

    Without `today` the day is the one on which the period's GSTR-2B is drawn (F-05). Columns:

    - portal_id, section, gstr2b_period (resolved), tax_period (a quarter's last month), regime (R0, R1, R2),
      own_period, either_window (of a monthly filer it would be a period later, D-02)
    - barred: its credit is not available; reason: why (P place of supply, C cut-off, "" where nothing is said)
    - bypass: the case by which it never is in IMS, "" for records of IMS; saved: its form is not filed (A-07)
    - closed: its GSTR-3B is filed; carried: it was pending then; frozen: nothing can be done any more (C-25)
    - superseded_by: the amendment of the same 2B-period that counts instead (C-41)
    - direction (up, nil, down, unknown; for bills of entry moved_in, moved_out), original_state, original_id:
      missing for originals; original_open: its original's period is not filed (C-40); locked (K-01, C-40)
    - rule, confidence: the row of the matrix (B); matrix_accept, matrix_reject, matrix_pending, limit, add_back, doubt
    - reduction: the ITC reduction may be declared (B-23), the portal's flag heeded; reduces: accepting it cuts credit
    - effect_taxable_value, effect_igst … effect_cess: what accepting in full adds to the credit, rupees, signed (C-43,
      K-02, K-03); effect_known: False where the original is not here, so the amendment is taken in full
    - pending_until: last day of pending, datetime; expired: past it, for records of one tax period (B-21);
      enters: the tax period in which an expired record counts (B-22); time_over: past the section 16(4) cut-off;
      lapsed: that comes before the GSTR-3B of `period` can be filed (K-08)

    Two columns that readers do not give are heeded where the table has them: `carried` (bool: pending when its period
    was filed, though accepted or reset since) and `amendment_type` (`gstin_previous`, `gstin_new` for bills of entry).

    Raises `TableError` for a table that is none, `InputError` for a period that is none.
    """
    return stand(portal_table(portal), period, profile, today).drop(columns="kind")


def stand(table: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """`standing` of a table that went through `portal_table` already, and `kind`: alike in records of one standing."""
    as_of = today or due_date("gstr2b", period, profile)
    earliest = max(as_of, due_date("gstr2b", period, profile))
    numbers, kinds = kinds_of(table, profile)
    facts = _reported(kinds, period, profile)
    chains = resolve(table, facts, numbers)
    amended = chains.amended.assign(direction=_direction(table, chains))
    # An amendment's kind is also its direction and its original's state; 0 is what amends nothing.
    states, first = alike(*(amended[name] for name in _OF_AMENDMENTS))
    cases = np.zeros(len(table), dtype=np.int64)
    cases[chains.rows] = states + 1
    numbers, (before, cases) = _refined(numbers, cases)
    kinds, facts = (part.iloc[before].reset_index(drop=True) for part in (kinds, facts))
    for name in _OF_AMENDMENTS:
        facts[name] = _take(amended[name].iloc[first], cases - 1)
    facts["original_open"] = facts["original_open"].eq(True)
    facts = pd.concat([facts, _rules(kinds, facts, numbers)], axis="columns")
    facts = _with_limits(kinds, facts, profile, as_of, earliest)
    return _told(table, facts.iloc[numbers].set_axis(table.index).assign(kind=numbers), chains)


def _reported(kinds: pd.DataFrame, period: str, profile: Profile) -> pd.DataFrame:
    """What the rules say of each kind before amendments are held against their originals."""
    facts = periods(kinds, period, profile).assign(section=kinds["section"])
    facts["regime"] = text_by_value(facts["gstr2b_period"], _regime, kinds.index)
    facts = facts.join(availability(kinds, profile))
    facts["bypass"] = text(bypass_cases(kinds, facts["gstr2b_period"], facts), kinds.index)
    return facts.assign(saved=kinds["filing_status"].eq("saved").to_numpy(dtype=bool))


def _refined(*numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """Kinds of kinds: the number of each row's combination, and what each combination is made of."""
    together, first = alike(*numbers)
    return together, [part[first] for part in numbers]


def _take(column: pd.Series, at: npt.NDArray[np.int64]) -> pd.Series:
    """The values at these positions, missing at -1."""
    return column.reset_index(drop=True).reindex(at).reset_index(drop=True)


def _told(table: pd.DataFrame, facts: pd.DataFrame, chains: Chains) -> pd.DataFrame:
    """The facts of each kind, and what each record has of its own: its id, its chain, its effect on the credit."""
    original_at = np.full(len(table), -1)
    original_at[chains.rows] = chains.amended["original_at"]
    ids = table["doc_id"].array
    own = {
        "superseded_by": ids.take(chains.superseded_at, allow_fill=True),
        "original_id": ids.take(original_at, allow_fill=True),
    }
    return pd.concat([table["doc_id"].rename("portal_id"), facts.assign(**own), _effects(table, facts, chains)], axis=1)


def _regime(period: str) -> str:
    return in_force("regimes", period)[0].id


def _direction(table: pd.DataFrame, chains: Chains) -> pd.Series:
    """By total tax against the original (K-02); a GSTIN amendment of a bill of entry says its own (B-15, B-16)."""
    rows = table[["section", *HEADS, *table.columns.intersection(["amendment_type"])]].iloc[chains.rows]
    change = sum(to_paise(rows[head]) - to_paise(chains.amended[f"original_{head}"]) for head in HEADS)
    choices = [~_known_original(chains.amended), change > 0, change < 0]
    direction = np.select(choices, ["unknown", "up", "down"], "nil").astype(object)
    if "amendment_type" in rows:
        moves = rows["amendment_type"].map({"gstin_previous": "moved_out", "gstin_new": "moved_in"}).to_numpy()
        moved = pd.notna(moves) & rows["section"].str.startswith("IMPG").to_numpy(dtype=bool)
        direction[moved] = moves[moved]
    return text(direction, chains.amended.index)


def _known_original(amended: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return amended[[f"original_{head}" for head in HEADS]].notna().any(axis="columns").to_numpy(dtype=bool)


def _rules(kinds: pd.DataFrame, facts: pd.DataFrame, numbers: npt.NDArray[np.int64]) -> pd.DataFrame:
    direction = facts["direction"].fillna("")
    state = facts["original_state"].fillna("unknown").mask(direction.eq(""), "")
    rules = look_up(facts["gstr2b_period"], facts["section"], direction, state).set_axis(facts.index)
    lost = (rules["rule"].isna() & facts["bypass"].eq("")).to_numpy(dtype=bool)
    if lost.any():
        first = facts[lost].iloc[0]
        raise RulebookError(
            f"The action matrix has no row for {first['section']} {first['direction']} {first['original_state']} "
            f"in {first['gstr2b_period']} ({int(lost[numbers].sum())} records).",
            hint="Add the row to actions.toml.",
        )
    # Where the flag is silent, as in GSTR-2B, a reduction that the portal states has been declared.
    stated = kinds["itc_reduction_blocked"].isna() & kinds["itc_reduction"].notna()
    flag = rules["reduction"].eq("flag").to_numpy(dtype=bool) & (false(kinds["itc_reduction_blocked"]) | stated)
    listed = rules["reduction"].eq("yes").to_numpy(dtype=bool) & ~true(kinds["itc_reduction_blocked"])
    rules["reduction"] = flag | listed
    rules["locked"] |= facts["original_open"].to_numpy(dtype=bool)
    rules["locked"] &= facts["bypass"].eq("")
    return rules.rename(columns={name: f"matrix_{name}" for name in ("accept", "reject", "pending")})


def _effects(table: pd.DataFrame, facts: pd.DataFrame, chains: Chains) -> pd.DataFrame:
    """Own amounts, less the original's where that was accepted and filed; credit notes reduce (C-43)."""
    amended, rows = chains.amended, facts[["direction", "original_state"]].iloc[chains.rows]
    moved = rows["direction"].isin(["moved_in", "moved_out"]).to_numpy(dtype=bool)
    accepted = rows["original_state"].eq("accepted_filed").to_numpy(dtype=bool)
    against = accepted & _known_original(amended) & ~moved
    full = rows["original_state"].isin(["rejected", "open", "none", "pending"]).to_numpy(dtype=bool)
    away = table["doc_type"].eq("CN").to_numpy(dtype=bool, copy=True)
    away[chains.rows] |= rows["direction"].eq("moved_out").to_numpy(dtype=bool)
    effects, sign = {}, np.where(away, -1, 1)
    for name, effect in zip(AMOUNTS, EFFECTS, strict=True):
        paise = to_paise(table[name])
        paise[chains.rows] -= np.where(against, to_paise(amended[f"original_{name}"]), 0)
        effects[effect] = sign * paise
    tax = sum(effects[f"effect_{head}"] for head in HEADS)
    known = np.ones(len(table), dtype=bool)
    known[chains.rows] = full | against | moved
    rupees = {name: to_rupees(paise) for name, paise in effects.items()}
    return pd.DataFrame({**rupees, "effect_known": known, "reduces": tax < 0}, index=table.index, copy=False)


def _with_limits(
    kinds: pd.DataFrame, facts: pd.DataFrame, profile: Profile, as_of: date, earliest: date
) -> pd.DataFrame:
    in_ims = facts["bypass"].eq("").to_numpy(dtype=bool)
    one_period = facts["limit"].eq("one_period").to_numpy(dtype=bool) & in_ims
    by_law = facts["limit"].eq("section_16_4").to_numpy(dtype=bool) & in_ims
    tax_period = facts["tax_period"]
    until = np.full(len(facts), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    until[by_law] = cutoffs(kinds["doc_date"], profile).to_numpy().astype("datetime64[D]")[by_law]
    until[one_period] = by_value(tax_period[one_period], lambda month: one_period_end(month, profile), "datetime64[D]")
    over = until < np.datetime64(as_of)
    following = text_by_value(tax_period, lambda month: next_tax_period(month, profile), facts.index)
    filed_early = by_value(following, lambda month: _filed_in_time(month, profile, as_of), "bool")
    facts["pending_until"] = pd.Series(until.astype("datetime64[us]"), index=facts.index)
    facts["expired"] = one_period & (over | filed_early)
    # B-22: filing closes the pending period and the record falls in the next 2B; a late filing takes it in itself.
    after = text_by_value(following, lambda month: next_tax_period(month, profile), facts.index)
    facts["enters"] = following.where(~filed_early, after)
    facts["time_over"] = by_law & over
    facts["lapsed"] = by_law & (until < np.datetime64(earliest))
    settled = facts["expired"].to_numpy(dtype=bool) & _filed(facts["enters"], profile)
    facts["frozen"] = in_ims & facts["closed"].to_numpy(dtype=bool) & (~facts["carried"].to_numpy(dtype=bool) | settled)
    gone = facts["frozen"] | facts["locked"]
    facts["pending_until"] = facts["pending_until"].mask(gone & ~facts["carried"])
    return facts


def _filed_in_time(period: str, profile: Profile, as_of: date) -> bool:
    filed = profile.filed_on(period)
    return filed is not None and filed <= min(as_of, due_date("gstr3b", period, profile))


def _filed(periods: pd.Series, profile: Profile) -> npt.NDArray[np.bool_]:
    return by_value(periods, lambda month: profile.filed_on(month) is not None, "bool")
