"""The findings: named conditions on the facts. Which of those that hold decides, is the policy's order, not ours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import late_cess

Mask = npt.NDArray[np.bool_]
_AMOUNTS_DIFFER = ("value", "rate", "tax_head", "pos", "period", "date", "date_swap")


class Conditions:
    """The yes-or-no columns of the facts as arrays, and the few that several findings share."""

    def __init__(self, facts: pd.DataFrame, tolerance: int) -> None:
        self.facts = facts
        self.linked = self.yes("linked")
        self.portal = facts["portal_id"].notna().to_numpy()
        self.books = ~self.portal
        self.alone = self.portal & ~self.linked
        self.open = self.yes("accept") | self.yes("reject") | self.yes("pending")
        self.closed = self.portal & ~self.open
        self.manual = self.is_("confidence", "manual")
        self.differs = self.is_("category", "mismatch")
        self.note = self.is_("doc_type", "CN")
        self.boe = self.is_("doc_type", "BOE")
        self.saved = self.is_("filing_status", "saved")
        claimable = ~self.is_("original_state", "rejected", "open", "none")
        # An amendment of what was never claimed counts in full, whatever its direction (C-43).
        self.falls = self.is_("direction", "down") & claimable & ~self.note & ~self.boe
        self.unsure = self.is_("direction", "unknown") & claimable
        self.late_cess = late_cess(facts)
        difference = facts["tax_difference"].to_numpy()
        self.unequal = self.linked & (self.differs | self.manual)
        self.higher = self.unequal & (difference > tolerance)
        self.lower = self.unequal & (difference < -tolerance)

    def yes(self, name: str) -> Mask:
        return self.facts[name].to_numpy(dtype=bool)

    def said_no(self, name: str) -> Mask:
        """True where a yes-or-no column says no; false where it says nothing."""
        return self.facts[name].eq(False).fillna(False).to_numpy(dtype=bool)

    def is_(self, name: str, *values: str) -> Mask:
        return self.facts[name].isin(values).to_numpy()

    def flag(self, *names: str) -> Mask:
        """True where any of these flags stands in the match's flags."""
        return self.facts["flags"].str.contains(rf"\b(?:{'|'.join(names)})\b", regex=True, na=False).to_numpy(bool)


Condition = Callable[[Conditions], Mask]


def _superseded(c: Conditions) -> Mask:
    return c.is_("category", "superseded") & c.portal


def _not_available(c: Conditions, reason: str) -> Mask:
    return c.portal & c.is_("itc_reason", reason) & c.closed


def _matched(c: Conditions) -> Mask:
    return c.linked & ~c.differs


def _doubtful(c: Conditions) -> Mask:
    unsure = c.is_("category", "probable") | c.is_("confidence", "low") | (c.is_("confidence", "medium") & ~c.differs)
    return c.linked & unsure & ~c.manual


def _lapsed(c: Conditions) -> Mask:
    return c.open & c.yes("lapsed") & ~c.note & ~c.boe


def _waits_for_supplier(c: Conditions) -> Mask:
    """Booked with credit that comes only when the supplier reports the document."""
    outside = _reverse_charge(c) | c.is_("supply_class", "import", "unregistered", "composition")
    return _books_tax(c) & ~outside & ~c.note & ~c.boe


def _books_tax(c: Conditions) -> Mask:
    return c.facts["paise"].to_numpy() != 0


def _reverse_charge(c: Conditions) -> Mask:
    return c.yes("reverse_charge") | c.is_("supply_class", "reverse_charge")


FINDINGS: dict[str, Condition] = {
    # the record takes no action
    "reversal_in_2b": lambda c: c.is_("gstr2b_part", "reversal"),
    "rejected_in_2b": lambda c: c.is_("gstr2b_part", "rejected"),
    "superseded_open": lambda c: _superseded(c) & c.open & c.yes("related_later"),
    "superseded": _superseded,
    "reverse_charge": lambda c: c.portal & _reverse_charge(c),
    "note_not_available": lambda c: c.note & (_not_available(c, "P") | _not_available(c, "C")),
    "past_cutoff": lambda c: _not_available(c, "C"),
    "wrong_place": lambda c: _not_available(c, "P"),
    "isd": lambda c: c.is_("section", "ISD", "ISDA"),
    "boe_outside_ims": lambda c: c.boe & c.closed & ~c.yes("period_filed"),
    "locked": lambda c: c.portal & c.yes("locked"),
    "closed": lambda c: c.closed,
    # on the portal only
    "repeat_of_claimed": lambda c: c.alone & c.yes("twin_claimed"),
    "reported_again": lambda c: c.alone & c.yes("twin_linked"),
    "saved_alone": lambda c: c.alone & c.saved,
    "boe_alone": lambda c: c.alone & c.boe,
    "credit_note_alone": lambda c: c.alone & c.note,
    "amended_down_alone": lambda c: c.alone & c.falls,
    "bill_not_booked": lambda c: c.alone & c.yes("known_supplier"),
    "supplier_unknown": lambda c: c.alone,
    # matched
    "saved_matched": lambda c: c.linked & c.saved,
    "doubtful": _doubtful,
    "kind_differs": lambda c: c.unequal & c.flag("doc_type", "sign", "reverse_charge"),
    "credit_note_differs": lambda c: c.note & (c.higher | c.lower | (c.unequal & c.flag("value", "tax_head"))),
    "wrong_head": lambda c: c.unequal & c.flag("tax_head"),
    "tax_higher": lambda c: c.higher,
    "other_branch": lambda c: c.unequal & c.flag("gstin_branch"),
    "tax_lower": lambda c: c.lower,
    "other_difference": lambda c: (c.linked & c.differs) | (c.linked & c.manual & c.flag(*_AMOUNTS_DIFFER)),
    "credit_lapsed": lambda c: _matched(c) & _lapsed(c),
    "not_received": lambda c: c.linked & c.yes("not_received") & ~c.note,
    "amended_down": lambda c: c.linked & c.falls,
    "credit_note_ineligible": lambda c: c.linked & c.note & c.yes("blocked"),
    "credit_note_amended": lambda c: c.linked & c.is_("section", "CNA"),
    "credit_note_agrees": lambda c: c.linked & c.note,
    "boe_agrees": lambda c: c.linked & c.boe,
    "blocked_credit": lambda c: _matched(c) & c.yes("blocked"),
    "common_credit": lambda c: _matched(c) & c.yes("common"),
    "rounding": lambda c: _matched(c) & c.flag("rounding"),
    "number_differs": lambda c: _matched(c) & c.flag("number_format"),
    "agrees": _matched,
    # in the books only
    "booked_twice": lambda c: c.books & (c.yes("repeats") | c.yes("twin_linked")),
    "books_boe": lambda c: c.books & c.boe,
    "books_reverse_charge": lambda c: c.books & (_reverse_charge(c) | c.is_("supply_class", "import")),
    "books_commercial_note": lambda c: c.books & c.note & ~_books_tax(c),
    "books_no_credit": lambda c: c.books & (~_books_tax(c) | c.is_("supply_class", "unregistered", "composition")),
    "books_later": lambda c: c.books & c.yes("later_period"),
    "books_past_cutoff": lambda c: c.books & c.yes("credit_over") & ~c.note,
    "books_credit_note": lambda c: c.books & c.note,
    "books_other_branch": lambda c: c.books & c.yes("near_branch"),
    "books_only": lambda c: c.books,
    "unclear": lambda c: np.ones(len(c.facts), dtype=bool),
}

NOTES: dict[str, Condition] = {
    "supplier_3b_not_filed": lambda c: c.open & c.said_no("supplier_3b_filed"),
    "unpaid_180_days": lambda c: c.linked & c.yes("unpaid"),
    "booked_in_filed_period": lambda c: c.linked & c.open & c.yes("booked_when_filed") & ~c.note,
    "one_of_two": lambda c: c.linked & c.open & (c.yes("twin") | c.flag("duplicate")),
    "credit_over": lambda c: ~_matched(c) & _lapsed(c),
    "credit_ends_soon": lambda c: c.open & c.yes("credit_ends_soon") & ~c.note & ~c.boe,
    "boe_year_ends_soon": lambda c: c.open & c.yes("credit_ends_soon") & c.boe,
    "too_late_to_report": lambda c: c.books & c.yes("too_late") & _waits_for_supplier(c),
    "pending_ends": lambda c: c.open & c.yes("pending_ends") & (c.note | c.falls),
    "direction_unknown": lambda c: c.open & c.unsure,
    "late_cess": lambda c: (c.open | c.books) & c.late_cess,
}


def first_finding(conditions: Conditions, order: list[str]) -> npt.NDArray[np.int64]:
    """The first finding in `order` that holds for each row of the facts, by its place there; "unclear" always holds."""
    first = np.full(len(conditions.facts), order.index("unclear"))
    undecided = np.ones(len(first), dtype=bool)
    for place, name in enumerate(order):
        holds = FINDINGS[name](conditions) & undecided
        first[holds] = place
        undecided &= ~holds
        if not undecided.any():
            break
    return first
