"""What the review grid knows and does, without a widget: filter, sort, pages of rows, decisions, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imsrecon.act import apply_decisions, differs
from imsrecon.domain import ACTIONS, DECLARED, ImsreconError, InputError, show_paise
from imsrecon.reports.sheets import ACTION_WORDS
from imsrecon.widgets.review_page import cells
from imsrecon.widgets.review_rows import review_rows, with_decisions

if TYPE_CHECKING:
    from imsrecon.workspace import Month

PAGE = 400
STATUSES = {
    "left": "Left to decide",
    "look": "Need a look",
    "decided": "Decided",
    "upload": "To upload",
    "closed": "Nothing to do here",
    "all": "All",
}
MATCHES = {
    "any": "Any match",
    "agree": "Agrees",
    "mismatch": "Mismatch",
    "probable": "Probable",
    "only_in_portal": "Only in portal",
    "only_in_books": "Only in books",
    "other": "Amended or set aside",
}
_CATEGORIES = {"agree": ("exact", "matched"), "other": ("superseded", "set_aside")}
SORTS = {
    "supplier": "supplier_key",
    "number": "number_key",
    "date": "date_key",
    "value": "value_key",
    "tax": "tax_key",
    "match": "category",
    "suggested": "suggested_action",
    "decision": "action",
    "upload": "upload",
}
_COLUMN = {"A": "accept", "R": "reject", "P": "pending", "N": "open"}
BOOKS_ONLY = "It is only in the books: the portal has nothing to act on. Ask the supplier to report it."


@dataclass(frozen=True)
class Step:
    """One thing a person did: an action on rows (positions in the table); it is undone by itself.

    `bulk`: rows that may not be acted on are left out instead of refusing the whole.
    """

    rows: Sequence[int]
    action: str
    remarks: str | None = None
    reduction: str | None = None
    declared: dict[str, float] = field(default_factory=dict)
    bulk: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a step: the rows on the disk, the rows refused, and a sentence where one is due."""

    taken: list[int]
    refused: list[int]
    said: str = ""


class ReviewState:
    """The review table of a month under one lock: handlers run on several threads.

    `view` holds the positions of the rows shown, in order; `generation` grows whenever it changes.
    """

    def __init__(self, month: Month) -> None:
        self.month = month
        self.lock = RLock()
        self.generation = 0
        self.wanted = {"sort": "", "ascending": True, "text": "", "status": "left", "match": "any"}
        self.table = _with_keys(review_rows(month))
        self.reload()
        if not self._status_mask("left").any():
            self.wanted["status"] = "all"
        self._arrange()

    # view ------------------------------------------------------------------------------------------------------

    def show(self, **wanted: object) -> None:
        """Change what is shown: `sort` (a key of SORTS or ""), `ascending`, `text`, `status`, `match`.

        `text` may name several things with `|` between them. Raises `InputError` for a word that is not known.
        """
        with self.lock:
            new = self.wanted | wanted
            known = (("sort", {"", *SORTS}), ("status", STATUSES), ("match", MATCHES))
            for name, words in known:
                if new[name] not in words:
                    hint = f"Use one of {', '.join(filter(None, words))}."
                    raise InputError(f"{new[name]!r} is no {name}.", hint=hint)
            self.wanted = new
            self._arrange()

    def page(self, start: int, stop: int) -> list[dict[str, object]]:
        """The rows from `start` to before `stop` of the view, at most PAGE of them, as the grid shows them."""
        with self.lock:
            start = max(0, start)
            return cells(self.table.iloc[self.view[start : min(stop, start + PAGE)]])

    def rows(self, positions: Sequence[int]) -> list[dict[str, object]]:
        """The same for rows of the table."""
        with self.lock:
            return cells(self.table.iloc[list(positions)[:PAGE]])

    def chips(self) -> list[dict[str, object]]:
        """Each status with its label, how many rows and how much tax."""
        with self.lock:
            tax = self.table["tax_key"].to_numpy()
            masks = {key: self._status_mask(key) for key in STATUSES}
            return [
                {"key": key, "label": STATUSES[key], "rows": int(mask.sum()), "tax": _short(int(tax[mask].sum()))}
                for key, mask in masks.items()
            ]

    def _arrange(self) -> None:
        mask = self._status_mask(self.wanted["status"]) & self._match_mask(self.wanted["match"])
        for_text = self._text_mask(str(self.wanted["text"]))
        positions = np.flatnonzero(mask & for_text)
        if self.wanted["sort"]:
            column = self.table[SORTS[self.wanted["sort"]]].iloc[positions]
            order = column.sort_values(ascending=bool(self.wanted["ascending"]), kind="stable").index
            positions = order.to_numpy()
        self.view = positions
        self.generation += 1

    def _status_mask(self, status: str) -> np.ndarray:
        table = self.table
        decided = table["action"].notna() & ~table["changed"]
        left = table["open"] & ~decided & table["portal_action"].eq("N")
        masks = {
            "left": lambda: left,
            "look": lambda: left & ~table["suggested_auto"],
            "decided": lambda: decided,
            "upload": lambda: table["upload"].eq("To upload"),
            "closed": lambda: ~table["open"],
            "all": lambda: pd.Series(True, index=table.index),
        }
        return masks[status]().to_numpy(dtype=bool)

    def _match_mask(self, match: str) -> np.ndarray:
        if match == "any":
            return np.ones(len(self.table), dtype=bool)
        return self.table["category"].isin(_CATEGORIES.get(match, (match,))).to_numpy()

    def _text_mask(self, text: str) -> np.ndarray:
        parts = [part.strip().casefold() for part in text.split("|") if part.strip()]
        if not parts:
            return np.ones(len(self.table), dtype=bool)
        found = [self.table["search"].str.contains(part, regex=False).to_numpy(dtype=bool) for part in parts]
        return np.logical_or.reduce(found)

    # act -------------------------------------------------------------------------------------------------------

    def act(self, steps: Sequence[Step]) -> list[Outcome]:
        """Take steps in their order; what is in `.taken` is on the disk when this returns.

        A step that the rules refuse takes nothing (bulk: what they allow) and says why; the others go on.
        Raises `InputError` for an unknown action or a row that is not there.
        """
        with self.lock:
            for step in steps:
                self._check(step)
            outcomes = [self._judged(step) for step in steps]
            pending: list[tuple[Step, Outcome]] = []
            done: dict[int, Outcome] = {}
            for at, (step, outcome) in enumerate(zip(steps, outcomes, strict=True)):
                busy = {row for _, earlier in pending for row in earlier.taken}
                if busy & set(outcome.taken):
                    done |= self._write(pending, len(done))
                    pending = []
                pending.append((step, outcome))
                if at == len(steps) - 1:
                    done |= self._write(pending, len(done))
            return [done[at] for at in range(len(steps))]

    def last_step(self) -> tuple[str, int, str]:
        """What undo would take back: the step's name, how many decisions, and in words; "" if there is none."""
        with self.lock:
            self.month.refresh("decision_log")
            step = self.month.last_step()
            return (str(step["batch"].iloc[0]), len(step), self._in_words(step)) if len(step) else ("", 0, "")

    def _in_words(self, step: pd.DataFrame) -> str:
        """`Pending for INV-7 of Kaveri Traders`, or `187 decisions (Accept 158, Pending 29), taken without a look`."""
        if len(step) == 1:
            line = step.iloc[0]
            found = self.table[self.table["portal_id"].eq(line["portal_id"])]
            name = "a record" if found.empty else f"{found['number_key'].iloc[0]} of {found['supplier_key'].iloc[0]}"
            return f"{ACTION_WORDS[line['action']]} for {name}"
        counts = step["action"].map(ACTION_WORDS).value_counts()
        listed = ", ".join(f"{word} {count:,}" for word, count in counts.items())
        how = ", taken without a look" if step["how"].eq("policy").all() else ""
        return f"{len(step):,} decisions ({listed}){how}"

    def undo(self) -> list[int]:
        """Take back the last step; the rows that it touched."""
        with self.lock:
            before = self.table[["action", "itc_reduction", "remarks"]].fillna("")
            self.month.undo()
            self.reload()
            after = self.table[["action", "itc_reduction", "remarks"]].fillna("")
            return np.flatnonzero((before != after).any(axis=1).to_numpy()).tolist()

    def scope(self, scope: str, row: int | None = None) -> np.ndarray:
        """The rows of `filter` (all that is shown) or of `supplier` (what is shown of the supplier of `row`)."""
        with self.lock:
            if scope == "filter":
                return self.view
            if scope != "supplier" or row is None:
                raise InputError(f"{scope!r} is no set of rows.", hint="Use filter, or supplier with a row.")
            self.check_rows([row])
            same = self.table["supplier_id"].eq(self.table["supplier_id"].iloc[row]).to_numpy()
            return self.view[same[self.view]]

    def question(self, rows: np.ndarray, action: str) -> str:
        """What a person is asked before many rows are acted on."""
        outcome = self._judged(Step(rows.tolist(), action, bulk=True))
        tax = show_paise(int(self.table["tax_key"].iloc[outcome.taken].sum()))
        left = f" {len(outcome.refused):,} more are left as they are: {outcome.said}" if outcome.refused else ""
        word = "record" if len(outcome.taken) == 1 else "records"
        return f"{ACTION_WORDS[action]}: {len(outcome.taken):,} {word}, tax ₹{tax}?{self._over(outcome, action)}{left}"

    def _over(self, outcome: Outcome, action: str) -> str:
        """How many of the rows carry another decision, which this one would take the place of."""
        now = self.table["action"].iloc[outcome.taken].dropna()
        other = now[now.ne(action)].map(ACTION_WORDS).value_counts()
        if other.empty:
            return ""
        listed = ", ".join(f"{word} {count:,}" for word, count in other.items())
        return f" It takes the place of {int(other.sum()):,} made before ({listed})."

    def _check(self, step: Step) -> None:
        if step.action not in ACTIONS:
            raise InputError(f"{step.action!r} is no action.", hint=f"Use one of {', '.join(ACTIONS)}.")
        self.check_rows(step.rows)

    def check_rows(self, rows: Sequence[object]) -> None:
        """Raise `InputError` if one of `rows` is not a position in the table."""
        last = len(self.table)
        wrong = [row for row in rows if type(row) is not int or not 0 <= row < last]
        if wrong:
            raise InputError(f"Row {wrong[0]!r} is not in the table of {last:,} rows.", hint="Run the cell again.")

    def _judged(self, step: Step) -> Outcome:
        """The step as the rules see it: what may be taken, what not and why."""
        rows = np.asarray(step.rows, dtype=np.int64)
        allowed = self.table[_COLUMN[step.action]].to_numpy()[rows]
        refused = rows[~allowed]
        if not len(refused):
            return Outcome(rows.tolist(), [])
        why = self._why_not(int(refused[0]))
        taken = rows[allowed] if step.bulk else rows[:0]
        return Outcome(taken.tolist(), refused.tolist() if step.bulk else rows.tolist(), why)

    def _why_not(self, row: int) -> str:
        line = self.table.iloc[row]
        return BOOKS_ONLY if pd.isna(line["portal_id"]) else str(line["why_not"])

    def _write(self, pending: list[tuple[Step, Outcome]], first: int) -> dict[int, Outcome]:
        """Write steps that touch different rows, together if they can be, else one by one."""
        try:
            self._decide(pending)
            outcomes = [outcome for _, outcome in pending]
        except ImsreconError as error:
            if len(pending) > 1:
                alone = [self._write([pair], 0)[0] for pair in pending]
                return {first + at: outcome for at, outcome in enumerate(alone)}
            outcomes = [Outcome([], list(pending[0][0].rows), str(error))]
        return {first + at: outcome for at, outcome in enumerate(outcomes)}

    def _decide(self, pending: list[tuple[Step, Outcome]]) -> None:
        taken = [(step, outcome.taken) for step, outcome in pending if outcome.taken]
        if not taken:
            return
        number = np.repeat(np.arange(len(taken)), [len(rows) for _, rows in taken])
        rows = np.concatenate([rows for _, rows in taken])
        decisions = self._decided([step for step, _ in taken], number, rows)
        self.month.decide(decisions.drop(columns="row"), steps=pd.Series(number))
        self._keep(decisions)

    def _decided(self, steps: list[Step], number: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
        """The steps' decisions, `number` says which step a row belongs to, all in one go.

        A remark stays unless a new one is given, a reduction while the record stays accepted.
        """

        def each(values: list[object]) -> np.ndarray:
            return np.array(values, dtype=object)[number]

        old = self.table.iloc[rows]
        action, reduction = each([step.action for step in steps]), each([step.reduction for step in steps])
        kept, reduced = each([step.remarks is None for step in steps]).astype(bool), pd.notna(reduction)
        stays = old["action"].eq("A").to_numpy(dtype=bool) & (action == "A") & ~reduced
        said = each([(step.remarks or "").strip() or None for step in steps])
        part = {
            "row": rows,
            "portal_id": old["portal_id"].to_numpy(),
            "action": action,
            "remarks": np.where(kept, old["remarks"].to_numpy(dtype=object), said),
            "itc_reduction": np.where(reduced, reduction, old["itc_reduction"].where(stays).to_numpy(dtype=object)),
        }
        for name in DECLARED:
            given = each([step.declared.get(name, np.nan) for step in steps]).astype("float64")
            part[name] = np.where(reduced, given, old[name].where(stays).to_numpy(dtype="float64"))
        return pd.DataFrame(part).astype(dict.fromkeys(("remarks", "itc_reduction"), "str"))

    def _keep(self, decisions: pd.DataFrame) -> None:
        """Put decisions that are on the disk into the table."""
        rows = decisions["row"].to_numpy()
        for name in ("action", "itc_reduction", *DECLARED, "remarks"):
            self.table.loc[rows, name] = decisions[name].to_numpy()
        signed = self.month.workspace.signed({})
        self.table.loc[rows, ["by", "at"]] = [signed["by"], signed["at"]]
        self.table.loc[rows, "changed"] = False
        self.table.loc[rows, "upload"] = _upload(self.table.iloc[rows], self.month.portal).to_numpy()

    def reload(self) -> None:
        """Take over the decisions on the disk, also those that were taken elsewhere."""
        self.table = with_decisions(self.table, self.month.decisions)
        self.table["upload"] = _upload(self.table, self.month.portal)


def _with_keys(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that sorting and searching use, worked out once."""
    both = rows["portal_id"].notna()
    keys = {
        "supplier_id": rows["portal_supplier_gstin"].fillna(rows["books_supplier_gstin"]).fillna(""),
        "supplier_key": rows["portal_supplier_name"].fillna(rows["books_supplier_name"]).fillna(""),
        "number_key": rows["portal_doc_no"].fillna(rows["books_doc_no"]).fillna(""),
        "date_key": rows["portal_doc_date"].fillna(rows["books_doc_date"]),
        "value_key": rows["portal_value"].where(both, rows["books_value"]),
        "tax_key": rows["portal_tax"].where(both, rows["books_tax"]),
    }
    texts = ("supplier_key", "supplier_id", "number_key")
    words = [keys[name].astype("str") for name in texts] + [rows["books_doc_no"].fillna("")]
    words += [rows[name].map(lambda paise: f"{paise / 100:.2f}") for name in ("portal_value", "portal_tax")]
    search = words[0].str.cat(words[1:], sep=" ").str.lower()
    return rows.assign(**keys, search=search)


def _upload(table: pd.DataFrame, portal: pd.DataFrame) -> pd.Series:
    """Where a decision stands on its way to the portal."""
    decided = table["action"].notna()
    taken = table[decided & table["portal_row"].notna()]
    records = portal.iloc[taken["portal_row"].astype("int64")].set_axis(taken.index)
    differing = differs(records, apply_decisions(records, taken)).reindex(table.index, fill_value=False)
    word = pd.Series("", index=table.index, dtype="str")
    word = word.mask(decided & differing & table["in_file"], "To upload")
    word = word.mask(decided & differing & ~table["in_file"], "By hand")
    word = word.mask(decided & ~differing, "As on portal")
    return word.mask(decided & table["changed"], "Changed since")


def _short(paise: int) -> str:
    """Rupees without paise, for a chip."""
    return show_paise(round(paise / 100) * 100)[:-3]
