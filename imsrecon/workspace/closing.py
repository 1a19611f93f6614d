"""How a month closes: what silence will accept and who signed for it, what is carried, who acted by hand.

Functions on tables; `Month` reads and writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import by_value, periods_between
from imsrecon.domain import (
    HEADS,
    ActionNotAllowed,
    InputError,
    Profile,
    show_date,
    show_period,
    show_rupees,
    sum_rupees,
    to_rupees,
    total_tax,
)
from imsrecon.rulebook import cite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imsrecon.preview import Gstr2b

LEFT_COLUMNS = (
    "portal_id", "section", "supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date", "rule",
    "taxable_value", *HEADS, "tax", "content",
)  # fmt: skip
CARRIED_COLUMNS = (
    "portal_id", "section", "supplier_gstin", "supplier_name", "doc_no", "doc_date", "gstr2b_period", "periods_held",
    "pending_until", "days_left", "tax", "action",
)  # fmt: skip
FILED, UPLOAD = "filed", "upload"  # the verbs under which runs are noted
_NAME_LENGTH = 100


@dataclass(frozen=True)
class Signature:
    """Who signed that the records of a list are left to silence: how many, and their tax in rupees as it counts.

    `new` and `gone`: records that came onto the list since, or left it; `stands` where there are none.
    """

    name: str
    signed_on: date
    records: int
    tax: float
    new: int
    gone: int

    @property
    def stands(self) -> bool:
        """True while the list is the one that was signed."""
        return not self.new and not self.gone


def left_to_silence(preview: Gstr2b, allowed: pd.DataFrame, content: pd.Series) -> pd.DataFrame:
    """The records that nobody has decided and that count as accepted once the GSTR-3B is filed (B-18, B-22, K-30).

    The largest first: LEFT_COLUMNS; amounts in rupees as they count, a reduction of credit negative. A record that
    its supplier has only saved is not here: it cannot count in this period (A-07). `content`: doc_id → what the
    supplier stated.
    """
    documents = preview.documents
    open_ids = allowed.loc[allowed[["accept", "reject", "pending"]].any(axis="columns"), "portal_id"]
    silent = documents["action"].eq("N") | documents["rule"].eq("B-22")
    rows = documents[documents["part"].eq("available") & silent & documents["portal_id"].isin(open_ids)]
    paise = total_tax(rows)
    names = rows["supplier_name"].mask(rows["doc_type"].eq("BOE") & rows["supplier_name"].isna(), "Customs")
    rows = rows.assign(
        supplier_name=names,
        tax=to_rupees(paise),
        content=content.reindex(rows["portal_id"]).to_numpy(),
        size=-abs(paise),
    )
    return rows.sort_values(["size", "portal_id"])[list(LEFT_COLUMNS)].reset_index(drop=True)


def signer(name: str) -> str:
    """The name under a list, on one line; raises `InputError` if there is none."""
    plain = " ".join(name.split())[:_NAME_LENGTH]
    if not any(letter.isalpha() for letter in plain):
        raise InputError("Nobody has signed.", hint="Write the name of the person who answers for it.")
    return plain


def signature(signatures: pd.DataFrame, records: pd.DataFrame, left: pd.DataFrame) -> Signature:
    """The last signature of a period, held against the list as it is now.

    `signatures` and `records` are the logs of that name; `records` those of the last signature's batch.
    """
    last = signatures.iloc[-1]
    signed = set(zip(records["portal_id"], records["content"], strict=True))
    now = set(zip(left["portal_id"], left["content"], strict=True))
    day = date.fromisoformat(last["signed_on"])
    return Signature(last["name"], day, int(last["records"]), float(last["tax"]), len(now - signed), len(signed - now))


def sentence(left: pd.DataFrame, signed: Signature | None, filed_on: date | None) -> str:
    """Where the list stands, for a person: filed, nothing left, signed, signed and changed since, or not signed."""
    by = (
        f"{signed.name} signed on {show_date(signed.signed_on)} for {_many(signed.records, signed.tax)}"
        if signed
        else ""
    )
    if filed_on is not None:
        return f"GSTR-3B is filed on {show_date(filed_on)}" + (f"; {by}." if by else ".")
    if left.empty:
        return "Nothing is left to silence."
    if signed is None:
        return "Nobody has signed for these yet."
    if signed.stands:
        return f"{by}."
    return f"{by}. Since then {signed.new:,} came onto the list and {signed.gone:,} left it: sign again."


def _many(records: int, tax: float) -> str:
    return f"{show_rupees(records, paise=False)} {'record' if records == 1 else 'records'}, tax ₹{show_rupees(tax)}"


def refuse_filed(period: str, filed_on: date | None, following: str) -> None:
    """Raise `ActionNotAllowed` if the period's GSTR-3B is filed: what was decided for it stands (C-25)."""
    if filed_on is not None:
        raise ActionNotAllowed(
            f"The GSTR-3B of {show_period(period)} was filed on {show_date(filed_on)}: what was decided for it stands "
            f"({cite('C-25')}).",
            rule="C-25",
            allowed="nothing",
            hint=f"What is pending is carried: work on it in {show_period(following)}. A wrong rejection needs the "
            f"supplier to furnish the record again ({cite('C-28')}). If the return is not filed, take the note back "
            "with `imsrecon filed --take-back`.",
        )


def refuse_unsigned(left: pd.DataFrame, signed: Signature | None) -> None:
    """Raise `InputError` if records are left to silence and no signature stands for exactly these (K-30)."""
    if left.empty or (signed is not None and signed.stands):
        return
    changed = f"; the list has changed since {signed.name} signed it on {show_date(signed.signed_on)}" if signed else ""
    raise InputError(
        f"Left to silence, so counted as accepted: {_many(len(left), sum_rupees(left['tax']))}. Nobody has signed "
        f"for it{changed} ({cite('K-30')}).",
        hint="Decide them, or sign the list: `imsrecon close DIR --period P --name NAME`, or in 4_act.",
        code="unsigned",
    )


def check_filing(period: str, filed_on: date, today: date, arn: str) -> None:
    """Raise `InputError` if a GSTR-3B cannot have been filed on that day, or the ARN is none."""
    if f"{filed_on:%Y-%m}" <= period or filed_on > today:
        raise InputError(
            f"GSTR-3B of {show_period(period)} cannot have been filed on {show_date(filed_on)}.",
            hint="It is filed after the period's end, and not after today.",
        )
    if arn and not (arn.isascii() and arn.isalnum() and len(arn) <= 20):
        raise InputError(f"{arn!r} is no ARN.", hint="It has 15 letters and digits, such as AA270626123456A.")


def refuse_part_of_quarter(period: str, tax_period: str) -> None:
    """Raise `InputError` if a month closes only with its quarter."""
    if period != tax_period:
        raise InputError(
            f"{show_period(period)} closes with its quarter: {show_period(tax_period)}.",
            hint=f"Sign for what is left to silence in {show_period(tax_period)}.",
        )


def refuse_changed(shown: pd.DataFrame, left: pd.DataFrame) -> None:
    """Raise `InputError` if the list is not the one that was shown: nobody signs for what he has not seen (K-30)."""
    was, now = (set(zip(table["portal_id"], table["content"], strict=True)) for table in (shown, left))
    if was != now:
        raise InputError(
            f"The list has changed since it was shown: {len(now - was):,} came onto it and {len(was - now):,} left it. "
            "Nothing is signed.",
            hint="Look at the list as it is now, and sign again.",
            code="changed",
        )


def refuse_later(period: str, filed_3b: Mapping[str, date]) -> None:
    """Raise `InputError` if a later GSTR-3B is filed: it rests on what this one took (C-24)."""
    later = sorted(other for other in filed_3b if other > period)
    if later:
        raise InputError(
            f"The GSTR-3B of {show_period(later[-1])} is noted as filed after that of {show_period(period)}.",
            hint=f"Take back the note on {show_period(later[-1])} first.",
        )


def carried(
    preview: Gstr2b, portal: pd.DataFrame, allowed: pd.DataFrame, profile: Profile, today: date
) -> pd.DataFrame:
    """What the month opens with: the records pending since an earlier period, the longest waiting first (C-25, C-26).

    CARRIED_COLUMNS: tax in rupees as it would count; action as it stands now; periods_held: tax periods since the
    record's own; pending_until: the last day of pending, missing where the law states none; days_left from `today`.
    """
    facts = portal.set_index("doc_id")[["carried", "gstr2b_period"]].join(
        allowed.set_index("portal_id")["pending_until"]
    )
    rows = preview.documents.join(facts, on="portal_id")
    rows = rows[rows["carried"].astype(bool)].reset_index(drop=True)
    own, now = rows["gstr2b_period"].map(profile.tax_period), profile.tax_period(preview.period)
    rows["periods_held"] = by_value(own, lambda month: periods_between(month, now, profile), "int64")
    rows["days_left"] = (rows["pending_until"] - pd.Timestamp(today)).dt.days.astype("Int64")
    rows["tax"] = to_rupees(total_tax(rows))
    order = rows.sort_values(["periods_held", "portal_id"], ascending=[False, True])
    return order[list(CARRIED_COLUMNS)].reset_index(drop=True)


def carried_over(earlier_portal: pd.DataFrame, earlier: Gstr2b, here: pd.Series) -> pd.DataFrame:
    """The rows that an earlier month held, as pending rows of this one, until this month's IMS download has them.

    `here`: the ids that this month's files have already. Records that are only locked stay as the portal had them; a
    note whose one period of pending has lapsed comes along, to be accepted now (B-22).
    """
    documents = earlier.documents
    waits = documents["part"].eq("held") | (documents["part"].eq("next_period") & documents["rule"].eq("B-22"))
    ids = documents.loc[waits & ~documents["portal_id"].isin(here), "portal_id"]
    rows = earlier_portal[earlier_portal["doc_id"].isin(ids)]
    pending = documents.loc[documents["action"].eq("P"), "portal_id"]
    period = rows["gstr2b_period"].fillna(earlier.period)
    action = rows["portal_action"].mask(rows["doc_id"].isin(pending), "P")
    return rows.assign(gstr2b_period=period, portal_action=action, carried=True)


def sent(decisions: pd.DataFrame, uploads: pd.DataFrame, before: str, tax_period: Callable[[str], str]) -> pd.DataFrame:
    """portal_id and action of what was last written for the portal before the moment `before` (UTC, as the log has it).

    `decisions`: the whole log of decisions; `uploads`: period, at and decision (the last line of the log that went into
    the files) of each time files were written. The files of a quarter's month hold what its earlier months decided.
    """
    known = uploads.reindex(columns=["period", "at", "decision"])
    known = known[known["at"] < before]
    upto = decisions["period"].map(tax_period).map(known.groupby(known["period"].map(tax_period))["decision"].max())
    rows = decisions[decisions["id"] <= upto.fillna(-1)].sort_values(["period", "id"])
    rows = rows.drop_duplicates("portal_id", keep="last")
    return rows.loc[rows["action"].notna(), ["portal_id", "action"]].reset_index(drop=True)
