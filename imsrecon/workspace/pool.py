"""The open pool across periods: what earlier months left open is matched on, what they settled stays settled.

Every import up to a month is in its tables, so what was unmatched in December meets January's records. A link of a
month whose GSTR-3B is filed stays, if the record's credit was taken there; and a record that has left the portal's
list since is still in the table, so that its entry in the books is not used a second time.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from imsrecon.domain import conform, show_period, total_tax
from imsrecon.workspace import database, store

if TYPE_CHECKING:
    from imsrecon.workspace.month import Month

_TAKEN = ("available", "not_available", "reversal")
_TOLD = "Settled in {}, whose GSTR-3B is filed: the link stays."
_PAIR = ["register_id", "portal_id"]


class Settled(NamedTuple):
    """What an earlier filed month has settled: its records whose credit it took, and their links (match_id,
    register_id, portal_id)."""

    period: str
    records: pd.DataFrame
    links: pd.DataFrame


def settle(month: Month) -> list[Settled]:
    """What the filed tax periods before `month`'s, of those with imports of their own, have settled; oldest first.

    Worked out once for each filing and kept, so that no later import or version can change it.
    """
    filings = _filings(month)
    periods = {month.profile.tax_period(period) for period in month.workspace.periods()}
    earlier = sorted(period for period in periods & set(filings.index) if period < month.tax_period)
    return [_kept(month, period, int(filings[period])) for period in earlier]


def keep(month: Month) -> None:
    """Work out and keep what a filed `month`, the last of its tax period, has settled."""
    _kept(month, month.period, int(_filings(month)[month.period]))


def _filings(month: Month) -> pd.Series:
    filings = month.workspace.log(database.filed_returns, form="GSTR-3B").drop_duplicates("period", keep="last")
    return filings[filings["filed_on"].notna()].set_index("period")["id"]


def with_settled(month: Month, portal: pd.DataFrame) -> pd.DataFrame:
    """The portal's records and, of earlier filed months, those that were settled there and are in no file of now."""
    gone = [part.records[~part.records["doc_id"].isin(portal["doc_id"])] for part in month.settled]
    gone = [records for records in gone if len(records)]
    if not gone:
        return portal
    earlier = pd.concat(gone, ignore_index=True).drop_duplicates("doc_id", ignore_index=True)
    return conform(pd.concat([portal, earlier.reindex(columns=portal.columns)], ignore_index=True), "portal")


def matching_words(month: Month) -> pd.DataFrame:
    """The verdicts that the matching is given: a person's, and the links of earlier filed months as `same`.

    register_id, portal_id, verdict, reason (missing for a person's). A person's word comes first: what contradicts
    it is not settled any more.
    """
    own = month.verdicts.assign(reason=pd.Series(dtype="str"))
    parts = [part.links.assign(reason=_TOLD.format(show_period(part.period))) for part in month.settled]
    if not parts:
        return own
    links = pd.concat(parts, ignore_index=True).drop_duplicates(_PAIR, ignore_index=True)
    known = links["register_id"].isin(month.register["doc_id"]) & links["portal_id"].isin(month.portal["doc_id"])
    kept = links[known & ~links["match_id"].isin(_contradicted(links, own))].assign(verdict="same")
    kept = kept[~pd.MultiIndex.from_frame(kept[_PAIR]).isin(pd.MultiIndex.from_frame(own[_PAIR]))]
    return pd.concat([own, kept[own.columns]], ignore_index=True)


def origin(month: Month) -> pd.DataFrame:
    """Where the documents come from: side, doc_id, paise (its tax), and as bool `earlier` (of a period before this),
    `settled` (its link was kept by an earlier filed month), `linked`, and `met` (linked across: one of the two is of
    an earlier period, the other of this one).

    A register document is of the month it was booked in, a record of the GSTR-2B that it belongs to.
    """
    register, portal = month.register, month.portal
    booked = register["voucher_date"].fillna(register["doc_date"]).dt.strftime("%Y-%m").astype("str")
    sides = (("register", register, booked), ("portal", portal, portal["gstr2b_period"]))
    table = pd.concat(
        [
            pd.DataFrame({"side": side, "doc_id": docs["doc_id"], "period": period, "paise": total_tax(docs)})
            for side, docs, period in sides
        ],
        ignore_index=True,
    )
    table["earlier"] = (table["period"] < month.period).fillna(False).astype("bool")
    links = month.reconciliation.links
    old = [links[f"{side}_id"].isin(_ids(table, side, "earlier")) for side in ("register", "portal")]
    settled = pd.concat([part.links for part in month.settled] or [links.head(0)])
    settled = settled.merge(links[_PAIR], on=_PAIR)
    marks = {"settled": settled, "linked": links, "met": links[old[0] ^ old[1]]}
    return table.assign(**{name: _among(table, some) for name, some in marks.items()}).drop(columns="period")


def _ids(table: pd.DataFrame, side: str, mark: str) -> pd.Series:
    return table.loc[table["side"].eq(side) & table[mark], "doc_id"]


def _among(table: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    here = table["doc_id"].isin(links["register_id"]) & table["side"].eq("register")
    return here | (table["doc_id"].isin(links["portal_id"]) & table["side"].eq("portal"))


def _contradicted(links: pd.DataFrame, verdicts: pd.DataFrame) -> set[str]:
    """Matches of which a person has said something else: two of them are different, or one belongs to another."""
    books = links.groupby("register_id")["match_id"].first()
    theirs = links.groupby("portal_id")["match_id"].first()
    left, right = verdicts["register_id"].map(books), verdicts["portal_id"].map(theirs)
    together = left.eq(right) & left.notna()
    same = verdicts["verdict"].eq("same")
    touched = pd.concat([left[same & ~together], right[same & ~together], left[~same & together]])
    return set(touched.dropna())


def _kept(month: Month, period: str, filing: int) -> Settled:
    """What `period` settled by its filing number `filing`, from its file; the file is made where there is none."""
    path = month.workspace.folder / "tables" / f"settled-{period}-{filing}.parquet"
    if not path.is_file():
        sink = io.BytesIO()
        _work_out(month, period).to_parquet(sink, index=False)
        path.parent.mkdir(exist_ok=True)
        store.write_whole(path, sink.getvalue())
    table = conform(pd.read_parquet(path), "portal")
    links = table[["settled_match", "settled_register", "doc_id"]].dropna().astype("str")
    links = links.assign(settled_register=links["settled_register"].str.split(" ")).explode("settled_register")
    links = links.set_axis(["match_id", "register_id", "portal_id"], axis="columns").reset_index(drop=True)
    return Settled(period, table.drop(columns=["settled_match", "settled_register"]), links.astype("str"))


def _work_out(month: Month, period: str) -> pd.DataFrame:
    """The records that `period` took, with the match and the register documents of each."""
    filed_on = month.profile.filed_on(month.profile.tax_period(period))
    earlier = month.workspace.month(period, filed_on)
    documents = earlier.preview.documents
    taken = documents.loc[documents["part"].isin(_TAKEN), "portal_id"]
    records = earlier.portal[earlier.portal["doc_id"].isin(taken)]
    links = earlier.reconciliation.links.groupby("portal_id")
    found = {"settled_match": links["match_id"].first(), "settled_register": links["register_id"].agg(" ".join)}
    records = records.assign(gstr2b_period=records["gstr2b_period"].fillna(period), carried=False)
    return records.join(pd.DataFrame(found).astype("str"), on="doc_id")
