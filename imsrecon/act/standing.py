"""Where each portal record stands: period, regime, direction, effect on the credit, and how long it may be pending.

Shared by allowed actions, preview and review, so that the three can never disagree.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act.bypass import availability, bypass_cases
from imsrecon.act.columns import by_value, false, portal_table, text, text_by_value, true
from imsrecon.act.deadlines import cutoffs, due_date, next_tax_period, one_period_end
from imsrecon.act.matrix import look_up
from imsrecon.act.periods import periods
from imsrecon.act.versions import is_amendment, resolve
from imsrecon.domain import AMOUNTS, HEADS, Profile, RulebookError, to_paise, to_rupees
from imsrecon.rulebook import in_force

EFFECTS = tuple(f"effect_{name}" for name in AMOUNTS)


def standing(portal: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """One row a portal record, in the table's order, with what the rules say about it in `period`.

    Without `today` the day is the one on which the period's GSTR-2B is drawn (F-05). Columns:

    - portal_id, section, gstr2b_period (resolved), tax_period (a quarter's last month), regime (R0, R1, R2), own_period
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
    return stand(portal_table(portal), period, profile, today)


def stand(table: pd.DataFrame, period: str, profile: Profile, today: date | None = None) -> pd.DataFrame:
    """`standing` of a table that went through `portal_table` already."""
    as_of = today or due_date("gstr2b", period, profile)
    facts = pd.concat([table[["doc_id", "section"]], periods(table, period, profile)], axis="columns")
    facts = facts.rename(columns={"doc_id": "portal_id"})
    facts["regime"] = text_by_value(facts["gstr2b_period"], _regime, table.index)
    facts = facts.join(availability(table, profile))
    facts["bypass"] = text(bypass_cases(table, facts["gstr2b_period"], facts), table.index)
    facts["saved"] = table["filing_status"].eq("saved").to_numpy(dtype=bool)
    chain = resolve(table, facts)
    facts = facts.join(chain[["superseded_by", "original_id", "original_state", "original_open"]])
    facts["direction"] = text(_direction(table, chain), table.index)
    facts = pd.concat([facts, _rules(table, facts)], axis="columns")
    facts = pd.concat([facts, _effects(table, facts, chain)], axis="columns")
    drawn = due_date("gstr2b", period, profile)
    return _with_limits(table, facts, profile, as_of, max(as_of, drawn))


def _regime(period: str) -> str:
    return in_force("regimes", period)[0].id


def _direction(table: pd.DataFrame, chain: pd.DataFrame) -> npt.NDArray:
    """By total tax against the original (K-02); a GSTIN amendment of a bill of entry says its own (B-15, B-16)."""
    amendment = is_amendment(table)
    known = _known_original(chain)
    change = sum(to_paise(table[head]) - to_paise(chain[f"original_{head}"]) for head in HEADS)
    choices = [~amendment, ~known, change > 0, change < 0]
    direction = np.select(choices, [None, "unknown", "up", "down"], "nil").astype(object)
    if "amendment_type" in table:
        moves = table["amendment_type"].map({"gstin_previous": "moved_out", "gstin_new": "moved_in"}).to_numpy()
        moved = amendment & pd.notna(moves) & table["section"].str.startswith("IMPG").to_numpy(dtype=bool)
        direction[moved] = moves[moved]
    return direction


def _known_original(chain: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return chain[[f"original_{head}" for head in HEADS]].notna().any(axis="columns").to_numpy(dtype=bool)


def _rules(table: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    direction = facts["direction"].fillna("")
    state = facts["original_state"].fillna("unknown").mask(direction.eq(""), "")
    rules = look_up(facts["gstr2b_period"], facts["section"], direction, state).set_axis(facts.index)
    lost = (rules["rule"].isna() & facts["bypass"].eq("")).to_numpy(dtype=bool)
    if lost.any():
        first = facts[lost].iloc[0]
        raise RulebookError(
            f"The action matrix has no row for {first['section']} {first['direction']} {first['original_state']} "
            f"in {first['gstr2b_period']} ({int(lost.sum())} records).",
            hint="Add the row to actions.toml.",
        )
    # Where the flag is silent, as in GSTR-2B, a reduction that the portal states has been declared.
    stated = table["itc_reduction_blocked"].isna() & table["itc_reduction"].notna()
    flag = rules["reduction"].eq("flag").to_numpy(dtype=bool) & (false(table["itc_reduction_blocked"]) | stated)
    listed = rules["reduction"].eq("yes").to_numpy(dtype=bool) & ~true(table["itc_reduction_blocked"])
    rules["reduction"] = flag | listed
    rules["locked"] |= facts["original_open"].to_numpy(dtype=bool)
    rules["locked"] &= facts["bypass"].eq("")
    return rules.rename(columns={name: f"matrix_{name}" for name in ("accept", "reject", "pending")})


def _effects(table: pd.DataFrame, facts: pd.DataFrame, chain: pd.DataFrame) -> pd.DataFrame:
    """Own amounts, less the original's where that was accepted and filed; credit notes reduce (C-43)."""
    accepted = facts["original_state"].eq("accepted_filed").to_numpy(dtype=bool)
    known, amendment = _known_original(chain), facts["direction"].notna().to_numpy(dtype=bool)
    moved = facts["direction"].isin(["moved_in", "moved_out"]).to_numpy(dtype=bool)
    against = accepted & known & ~moved
    away = table["doc_type"].eq("CN") | facts["direction"].eq("moved_out")
    sign = np.where(away, -1, 1)
    effects = {}
    for name, effect in zip(AMOUNTS, EFFECTS, strict=True):
        original = np.where(against, to_paise(chain[f"original_{name}"]), 0)
        effects[effect] = to_rupees(sign * (to_paise(table[name]) - original))
    full = facts["original_state"].isin(["rejected", "open", "none", "pending"]).to_numpy(dtype=bool)
    effects["effect_known"] = ~amendment | full | against | moved
    effects["reduces"] = sum(to_paise(effects[f"effect_{head}"]) for head in HEADS) < 0
    return pd.DataFrame(effects, index=table.index)


def _with_limits(
    table: pd.DataFrame, facts: pd.DataFrame, profile: Profile, as_of: date, earliest: date
) -> pd.DataFrame:
    in_ims = facts["bypass"].eq("").to_numpy(dtype=bool)
    one_period = facts["limit"].eq("one_period").to_numpy(dtype=bool) & in_ims
    by_law = facts["limit"].eq("section_16_4").to_numpy(dtype=bool) & in_ims
    tax_period = facts["tax_period"]
    until = np.full(len(facts), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    until[by_law] = cutoffs(table["doc_date"], profile).to_numpy().astype("datetime64[D]")[by_law]
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
