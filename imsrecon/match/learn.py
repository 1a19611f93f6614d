"""What a firm's own words teach: which pairs to ask about, how often the matching was right, and which settings fit.

Verdicts are register_id, portal_id, verdict (`same` or `different`). A result that is judged by them must have been
made without them, else it would repeat the person's words. Nothing here changes a setting.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from imsrecon.domain import AMOUNTS, to_paise
from imsrecon.match.result import Reconciliation
from imsrecon.match.settings import FLAGS, MatchSettings

BANDS = ("certain", "95 to 100", "80 to 94", "50 to 79", "below 50", "not linked")
ASKED = 30
ENOUGH = 5
STEPS = (1, 2, 5, 10, 20, 50)
_Z = 1.959964
_NEAREST_FROM = 10
_PAIR = ["register_id", "portal_id"]


def judged_pairs(result: Reconciliation) -> pd.DataFrame:
    """The pairs that a person can be asked about: register_id, portal_id, band (of `BANDS`), score, flags, linked.

    One link of each match, and of each document without a match its nearest, where that comes near at all.
    """
    links = result.links.drop_duplicates("match_id").merge(result.matches, on="match_id", validate="1:1")
    links = links.assign(band=_bands(links), linked=True)
    alone = result.unmatched[result.unmatched["nearest_score"] >= _NEAREST_FROM]
    books = alone["side"].eq("register")
    near = pd.DataFrame(
        {
            "register_id": alone["doc_id"].where(books, alone["nearest_id"]),
            "portal_id": alone["nearest_id"].where(books, alone["doc_id"]),
            "score": alone["nearest_score"],
            "band": "not linked",
            "flags": "",
            "linked": False,
        }
    )
    columns = [*_PAIR, "band", "score", "flags", "linked"]
    whole = pd.concat([links[columns], near[columns]], ignore_index=True).drop_duplicates(_PAIR, ignore_index=True)
    return whole.astype({"score": "float64", "linked": "bool"})


def to_ask(pairs: pd.DataFrame, verdicts: pd.DataFrame, count: int = ASKED) -> pd.DataFrame:
    """The `count` pairs whose answer teaches most, of those that nobody has judged: `pairs` has their columns.

    The bands take turns, so that each gets answers; within a band the most doubtful (a score near 50) come first,
    then by id: the same tables give the same questions. What is certain is asked about last.
    """
    known = pd.MultiIndex.from_frame(verdicts[_PAIR])
    open_pairs = pairs[~pd.MultiIndex.from_frame(pairs[_PAIR]).isin(known)]
    doubt = (open_pairs["score"] - 50).abs()
    ranked = open_pairs.assign(doubt=doubt, late=open_pairs["band"].eq("certain"))
    ranked = ranked.sort_values(["doubt", *_PAIR], kind="stable")
    turn = ranked.groupby("band", sort=False).cumcount()
    chosen = ranked.assign(turn=turn).sort_values(["late", "turn", "doubt", *_PAIR], kind="stable").head(count)
    return chosen[pairs.columns.tolist()].reset_index(drop=True)


def precision(pairs: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """How often a link of each band was right, by the person's words: band, pairs (in this month), answered, same,
    share, low, high. `low` and `high` are Wilson's 95 % interval; missing where nothing was answered.

    `not linked` counts how often the nearest, which was not linked, was the same supply after all.
    """
    judged = pairs.merge(verdicts[[*_PAIR, "verdict"]], on=_PAIR, how="left", validate="1:1")
    grouped = judged.assign(
        answered=judged["verdict"].notna(), same=judged["verdict"].eq("same")
    ).groupby("band")[["answered", "same"]]  # fmt: skip
    sums = grouped.sum().reindex(BANDS, fill_value=0).astype("int64")
    sizes = judged["band"].value_counts().reindex(BANDS, fill_value=0).astype("int64")
    share, low, high = interval(sums["same"].to_numpy(), sums["answered"].to_numpy())
    counts = {"pairs": sizes.to_numpy(), "answered": sums["answered"].to_numpy(), "same": sums["same"].to_numpy()}
    return pd.DataFrame({"band": pd.Series(BANDS, dtype="str"), **counts, "share": share, "low": low, "high": high})


def interval(right: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share and Wilson's 95 % interval of `right` among `asked`; missing where none was asked."""
    asked = np.where(asked > 0, asked, np.nan).astype("float64")
    share = right / asked
    middle = (share + _Z**2 / (2 * asked)) / (1 + _Z**2 / asked)
    half = _Z * np.sqrt(share * (1 - share) / asked + _Z**2 / (4 * asked**2)) / (1 + _Z**2 / asked)
    return share, np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def propose(
    result: Reconciliation, verdicts: pd.DataFrame, register: pd.DataFrame, portal: pd.DataFrame
) -> pd.DataFrame:
    """Settings that fit the person's words better: setting, now, proposed (their values), because (a sentence).

    One wrong answer is enough to tighten; `ENOUGH` right ones and no wrong one are needed to loosen. `result` was
    made without the verdicts.
    """
    told = _told(result, verdicts, register, portal)
    settings = result.settings
    found = [_tighter_flags(told, settings), _date_window(told, settings), *_tolerances(told, settings)]
    rows = [row for row in found if row]
    return pd.DataFrame(rows, columns=["setting", "now", "proposed", "because"])


def apply_proposals(settings: MatchSettings, proposals: pd.DataFrame) -> MatchSettings:
    """The settings with what was proposed."""
    return replace(settings, **dict(zip(proposals["setting"], proposals["proposed"], strict=True)))


def _bands(links: pd.DataFrame) -> np.ndarray:
    score = links["score"]
    tests = [links["confidence"].eq("certain"), score >= 95, score >= 80, score >= 50]
    return np.select([test.to_numpy(bool) for test in tests], BANDS[:4], BANDS[4])


def _told(result: Reconciliation, verdicts: pd.DataFrame, register: pd.DataFrame, portal: pd.DataFrame) -> pd.DataFrame:
    """The judged pairs of both tables: same (bool), certain, flags of the match they are linked in ("" if none),
    apart (the largest difference of an amount, paise), tax_apart, days apart."""
    words = verdicts.loc[:, [*_PAIR, "verdict"]]
    books = register[register["doc_id"].isin(words["register_id"])].set_index("doc_id")
    theirs = portal[portal["doc_id"].isin(words["portal_id"])].set_index("doc_id")
    here = words["register_id"].isin(books.index) & words["portal_id"].isin(theirs.index)
    pairs = words[here].reset_index(drop=True)
    left, right = books.loc[pairs["register_id"]], theirs.loc[pairs["portal_id"]]
    difference = np.column_stack([to_paise(right[name]) - to_paise(left[name]) for name in AMOUNTS])
    days = (right["doc_date"].to_numpy("datetime64[D]") - left["doc_date"].to_numpy("datetime64[D]")).astype("float64")
    links = result.links[result.links["register_id"].isin(pairs["register_id"])]
    links = links.merge(result.matches[["match_id", "flags", "confidence"]], on="match_id")
    pairs = pairs.merge(links, on=_PAIR, how="left", validate="1:1")
    return pairs.assign(
        same=pairs["verdict"].eq("same"),
        certain=pairs["confidence"].eq("certain").fillna(False).to_numpy(bool),
        flags=pairs["flags"].fillna(""),
        apart=np.abs(difference).max(axis=1, initial=0),
        tax_apart=np.abs(difference[:, 1:].sum(axis=1)),
        days=np.where(np.isnan(days), 0, np.abs(days)),
    )


def _tighter_flags(told: pd.DataFrame, settings: MatchSettings) -> tuple | None:
    """Flags of pairs that were certain and that the person calls different: they should take certain away."""
    wrong = told[told["certain"] & ~told["same"]]
    found = set(wrong["flags"].str.split().explode().dropna()) - set(settings.never_certain)
    if not found:
        return None
    wrong = wrong[wrong["flags"].str.split().map(lambda flags: bool(set(flags) & found)).to_numpy(bool)]
    listed = tuple(flag for flag in FLAGS if flag in found | set(settings.never_certain))
    because = (
        f"{_pairs(len(wrong))} that needed no look {'is' if len(wrong) == 1 else 'are'} not one supply by your word, "
        f"and {'differs' if len(wrong) == 1 else 'differ'} there."
    )
    return ("never_certain", settings.never_certain, listed, because)


def _date_window(told: pd.DataFrame, settings: MatchSettings) -> tuple | None:
    """Shorter where a certain pair with distant dates was wrong; longer where the date alone kept right ones back."""
    now = settings.date_window
    wrong = told[told["certain"] & ~told["same"] & (told["days"] > 0)]
    if len(wrong):
        least = int(wrong["days"].min()) - 1
        because = f"{_pairs(len(wrong))} with dates {least + 1} days apart or more needed no look and was wrong."
        return ("date_window", now, least, because)
    kept = _kept_back(told, {"date", "number_format", "rounding"}) & (told["days"] > now)
    right = told[kept & told["same"]]
    if len(right) < ENOUGH or (kept & ~told["same"]).any():
        return None
    longest = int(right["days"].max())
    return (
        "date_window", now, longest,
        f"{_pairs(len(right))} with dates up to {longest} days apart are the same by your word, none is different.",
    )  # fmt: skip


def _tolerances(told: pd.DataFrame, settings: MatchSettings) -> list[tuple]:
    """Wider where the firm's rounding keeps right pairs back: the least round amount that covers all of them."""
    now = settings.head_tolerance
    kept = _kept_back(told, {"value", "rate", "date", "number_format", "tax_head"})
    kept &= (told["apart"] > now * 100) & (told["apart"] <= STEPS[-1] * 100)
    right = told[kept & told["same"]]
    if len(right) < ENOUGH:
        return []
    wide = next(step for step in STEPS if right["apart"].max() <= step * 100)
    if (kept & ~told["same"] & (told["apart"] <= wide * 100)).any():
        return []
    because = f"{_pairs(len(right))} that differ by no more than ₹{wide} are the same by your word, none is different."
    rows = [("head_tolerance", now, float(wide), because)]
    if right["tax_apart"].max() > settings.total_tolerance * 100:
        total = float(next(step for step in STEPS if right["tax_apart"].max() <= step * 100))
        rows.append(("total_tolerance", settings.total_tolerance, total, because))
    return rows


def _kept_back(told: pd.DataFrame, only: set[str]) -> pd.Series:
    """Linked, not certain, and nothing differs but what is in `only`."""
    others = told["flags"].str.split().map(lambda flags: not set(flags) - only).to_numpy(bool)
    return told["confidence"].notna() & ~told["certain"] & others


def _pairs(count: int) -> str:
    return f"{count} pair{'' if count == 1 else 's'}"
