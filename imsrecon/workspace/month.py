"""Month: one client and one period, and the five steps wired once for screens, command line and reports."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import (
    ALLOWED_COLUMNS,
    DECISION_COLUMNS,
    arrival_periods,
    check_decisions,
    next_tax_period,
    portal_table,
    rulings,
    upload_payloads,
    with_reason_codes,
)
from imsrecon.domain import (
    AMOUNTS,
    HEADS,
    ImsreconError,
    Profile,
    empty_table,
)
from imsrecon.intake import Intake, combine_portal
from imsrecon.match import Reconciliation, reconcile
from imsrecon.preview import (
    INPUT_COLUMNS,
    Gstr2b,
    check_inputs,
    compare_with_2b,
    input_lines,
    preview_each,
    weigh,
)
from imsrecon.review import load_policy, suggest
from imsrecon.workspace import closing, control, database, filing, outbox, pool
from imsrecon.workspace.imports import drawn_2b, first_seen, newest_download, portal_in_use, standing

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from imsrecon.workspace.workspace import Workspace


class Month:
    """The five steps for one period. Results are worked out when first asked for; `refresh` forgets them."""

    def __init__(self, workspace: Workspace, period: str, today: date) -> None:
        self.workspace = workspace
        self.period = period
        self.today = today

    def refresh(self, *steps: str) -> None:
        """Forget what was worked out: the named results, or all."""
        for name in steps or tuple(self.__dict__.keys() - {"workspace", "period", "today"}):
            self.__dict__.pop(name, None)

    # import ----------------------------------------------------------------------------------------------------

    @cached_property
    def profile(self) -> Profile:
        """The client, with the returns recorded as filed."""
        return self.workspace.profile

    @property
    def tax_period(self) -> str:
        """The period whose GSTR-3B covers this month: itself, or its quarter's last month."""
        return self.profile.tax_period(self.period)

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The imports this month knows, oldest first."""
        return standing(self.workspace.sources, self.period)

    @cached_property
    def intakes(self) -> list[tuple[str, Intake]]:
        """The same imports, read: side and `Intake`."""
        return [(row.side, self.workspace.load(row.table_key, row.side)) for row in self.sources.itertuples()]

    def _documents(self, side: str) -> list[pd.DataFrame]:
        if not self.intakes:
            raise ImsreconError(
                f"Nothing was imported for {self.period} or before.", hint="Run the import step first.", code="empty"
            )
        return [intake.documents for found, intake in self.intakes if found == side]

    @cached_property
    def register(self) -> pd.DataFrame:
        """The register documents (design 5.1), none before a register is imported.

        Registers add up; a document that stands in two of them counts once, as in the newer.
        """
        tables = self._documents("register") or [empty_table("register")]
        return pd.concat(tables, ignore_index=True).drop_duplicates("doc_id", keep="last", ignore_index=True)

    @cached_property
    def portal(self) -> pd.DataFrame:
        """The portal records, IMS and GSTR-2B as one table, none before one of them is imported.

        A record's 2B-period is what a GSTR-2B or an earlier month's IMS download says; of a record that arrives pending
        from an earlier return, the one in which that return arrived (D-01): its clock runs from there (K-12).
        Until this month's IMS download is imported, the records that the month before holds stand in for it (C-25).
        """
        sources, tables = self.sources[self.sources["side"].eq("portal")], self._documents("portal")
        table = combine_portal(*portal_in_use(sources, tables, self.period) or [empty_table("portal")])
        pending = table["portal_action"].eq("P") & table["filing_status"].eq("filed")
        pending &= table["return_period"] < self.period
        seen = table["doc_id"].map(first_seen(sources, tables, self.period)).astype("str")
        period = table["gstr2b_period"].fillna(seen).fillna(arrival_periods(table).where(pending))
        # What still stands in IMS after its period's return was pending: all else has left (C-25). A GSTR-2B that was
        # drawn before the record was pended here may list it still.
        unlisted = table["gstr2b_part"].isna() | table["doc_id"].isin(self._pended_before())
        carried = table["portal_action"].notna() & unlisted & (period < self.period)
        table = table.assign(gstr2b_period=period, carried=carried.fillna(False).astype("bool"))
        if newest_download(sources, self.period) < 0:
            table = self._with_held_over(table)
        return pool.with_settled(self, table)

    def _pended_before(self) -> pd.Series:
        """The records whose last decision in an earlier month was Pending."""
        log = self.workspace.log(database.decisions)
        last = log[log["period"] < self.period].drop_duplicates("portal_id", keep="last")
        return last.loc[last["action"].eq("P"), "portal_id"]

    def _with_held_over(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with the rows that the last month worked before this one holds, as pending rows of this one."""
        sources = self.workspace.sources
        worked = standing(sources[sources["month"] < self.period], self.period)
        months = worked.loc[worked["side"].eq("portal"), "month"]
        if months.empty:
            return table
        before = self.workspace.month(months.max(), self.today)
        newer = table.loc[table["gstr2b_period"] >= self.period, "doc_id"]
        rows = closing.carried_over(before.portal, before.preview, newer)
        rest = table[~table["doc_id"].isin(rows["doc_id"])]
        return pd.concat([rest, rows], ignore_index=True) if len(rows) else table

    @property
    def refused(self) -> pd.DataFrame:
        """Rows of this month's imports that could not be read: file, sheet, row, raw, code, why."""
        tables = [intake.refused for _, intake in self.intakes]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    # match -----------------------------------------------------------------------------------------------------

    @cached_property
    def settled(self) -> list[pool.Settled]:
        """What earlier filed months have settled: it is not matched anew."""
        return pool.settle(self)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """What a person said of pairs: register_id, portal_id, verdict; the last word on each pair."""
        log = self.workspace.log(database.verdicts).drop_duplicates(["register_id", "portal_id"], keep="last")
        known = log["verdict"].notna() & log["register_id"].isin(self.register["doc_id"])
        known &= log["portal_id"].isin(self.portal["doc_id"])
        return log.loc[known, ["register_id", "portal_id", "verdict"]].reset_index(drop=True)

    def judge(self, register_id: str, portal_id: str, verdict: str | None) -> None:
        """Keep a person's word on a pair: `same`, `different`, or None to take it back."""
        if verdict not in ("same", "different", None):
            raise ImsreconError(f"{verdict!r} is no verdict.", hint="Say same, different, or take it back.")
        row = {"register_id": register_id, "portal_id": portal_id, "verdict": verdict}
        self.workspace.append(database.verdicts, [self.workspace.signed(row)])
        self.refresh("verdicts", "reconciliation", "suggestions")

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Register against portal, with the client's tolerances, a person's verdicts, and what earlier filed months
        have settled."""
        settings = self.workspace.client.match_settings()
        return reconcile(self.register, self.portal, settings, verdicts=pool.matching_words(self))

    # review ----------------------------------------------------------------------------------------------------

    @cached_property
    def rulings(self) -> pd.DataFrame:
        """Where each portal record stands and what may be done with it (`act.rulings`), in the portal's order."""
        return rulings(portal_table(self.portal), self.period, self.profile, self.today)

    @property
    def allowed(self) -> pd.DataFrame:
        """What may be done with each portal record (design 5.4)."""
        return self.rulings[list(ALLOWED_COLUMNS)]

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """What the policy suggests for each record and each books-only document (design 5.4)."""
        named = self.workspace.client.policy
        policy = load_policy(self.workspace.folder / named) if named else None
        return suggest(
            self.reconciliation, self.register, self.portal, self.period, self.profile, policy, today=self.today
        )

    # act -------------------------------------------------------------------------------------------------------

    @cached_property
    def content(self) -> pd.Series:
        """What the supplier stated in each record, as a short text by doc_id: it differs when he changes it."""
        return pd.Series(_content(self.portal), index=self.portal["doc_id"])

    @cached_property
    def decision_log(self) -> pd.DataFrame:
        """Every line of this month's decisions, oldest first."""
        return self.workspace.log(database.decisions, period=self.period)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decisions that stand, with who and when; `changed` where the supplier has changed the record since.

        A changed record's decision stays in the log and counts no more: the record stands as the portal has it.
        """
        last = self.decision_log.drop_duplicates("portal_id", keep="last")
        last = last[last["action"].notna()]
        now = self.content.reindex(last["portal_id"]).to_numpy()
        last, now = last[pd.notna(now)], now[pd.notna(now)]
        changed = last["content"].to_numpy() != now
        columns = [*DECISION_COLUMNS, "how", "rule", "by", "at"]
        return last[columns].assign(changed=changed).reset_index(drop=True)

    @property
    def standing_decisions(self) -> pd.DataFrame:
        """The decisions that count: portal_id, action, itc_reduction, declared_*, remarks."""
        return self.decisions.loc[~self.decisions["changed"], list(DECISION_COLUMNS)].reset_index(drop=True)

    def _log_as_it_is(self) -> None:
        """Look at the log again: another kernel may have decided, or recorded a filing, since."""
        known = self.profile
        self.refresh("profile", "decision_log", "decisions", "preview")
        if self.profile != known:
            self.refresh("rulings")

    def decide(
        self,
        decisions: pd.DataFrame,
        *,
        how: str = "person",
        rule: pd.Series | None = None,
        steps: pd.Series | None = None,
    ) -> str:
        """Take decisions, all or none; they are on the disk when this returns the batch's name.

        `decisions`: portal_id and action, and where they apply itc_reduction, declared_igst … declared_cess,
        remarks, reason_code.
        `steps`: a number for each row, ascending; each step is undone by itself. Not given: all are one step.
        Raises `ActionNotAllowed` with the rule if one of them may not be taken, or once the GSTR-3B is filed (C-25);
        the log then has nothing new.
        """
        self._still_open()
        rows = with_reason_codes(decisions.reindex(columns=list(DECISION_COLUMNS)).reset_index(drop=True))
        check_decisions(self.portal, rows, self.period, self.profile, self.today, cases=self.rulings)
        batch = uuid.uuid4().hex
        rows = rows.assign(how=how, rule=None if rule is None else rule.to_numpy())
        self._log_decisions(rows, batch if steps is None else [f"{batch}-{step}" for step in steps.tolist()])
        return batch

    def decide_suggested(self) -> int:
        """Take every suggestion that may be taken unseen and is not decided yet; how many were taken."""
        self._log_as_it_is()
        suggested = self.suggestions
        taken = suggested[suggested["auto"] & ~suggested["portal_id"].isin(self.decisions["portal_id"])]
        current = self.portal.set_index("doc_id")["portal_action"].reindex(taken["portal_id"])
        taken = taken[taken["action"].to_numpy() != current.fillna("N").to_numpy()]
        if len(taken):
            columns = {"reduction": "itc_reduction"}
            rows = taken.rename(columns=columns)
            self.decide(rows[[c for c in DECISION_COLUMNS if c in rows]], how="policy", rule=taken["rule"])
        return len(taken)

    def last_step(self) -> pd.DataFrame:
        """The log's lines that `undo` would take back: those of the last batch that still stands."""
        log = self.decision_log
        undone = set(log.loc[log["how"].eq("undo"), "rule"])
        stands = log[~log["how"].eq("undo") & ~log["batch"].isin(undone)]
        return stands[stands["batch"].eq(stands["batch"].iloc[-1])] if len(stands) else stands

    def undo(self) -> int:
        """Take back the last batch of decisions by new lines in the log; how many records it touched.

        Raises `ActionNotAllowed` once the period's GSTR-3B is filed: its records are frozen (C-25).
        """
        self._still_open()
        step = self.last_step()
        if step.empty:
            return 0
        batch, touched = step["batch"].iloc[0], step["portal_id"].unique()
        log = self.decision_log
        before = log[log["id"] < step["id"].min()]
        before = before.drop_duplicates("portal_id", keep="last").set_index("portal_id").reindex(touched)
        rows = before.reset_index().reindex(columns=[*DECISION_COLUMNS, "content"])
        self._log_decisions(rows.assign(how="undo", rule=batch), uuid.uuid4().hex)
        return len(touched)

    def _log_decisions(self, rows: pd.DataFrame, batch: str | list[str]) -> None:
        now = self.content.reindex(rows["portal_id"]).to_numpy()
        kept = rows["content"].fillna(pd.Series(now)) if "content" in rows else pd.Series(now)
        rows = rows.assign(content=kept.fillna(""), batch=batch, period=self.period).astype(object)
        records = rows.where(rows.notna(), None).to_dict("records")
        signed = self.workspace.signed({})
        self.workspace.append(database.decisions, [row | signed for row in records])
        self.refresh("decision_log", "decisions", "preview")

    def payloads(self) -> list[dict[str, object]]:
        """The files for the portal (formats 3.4), as dictionaries: changed records only, none if nothing changed."""
        return upload_payloads(self.portal, self.standing_decisions, self.profile)

    def write_upload(self, folder: Path) -> list[Path]:
        """Write the files for the portal into `folder`; their paths, none if nothing changed.

        Files of an earlier call for this month that are no longer true are deleted, lest they be uploaded.
        """
        return outbox.write_upload(self, folder)

    @cached_property
    def by_hand(self) -> pd.DataFrame:
        """Actions in this month's newest IMS download that are not what was last written for the portal.

        portal_id, uploaded, portal_action, what, as `act.taken_by_hand` gives them; none before a download is imported.
        """
        return outbox.by_hand(self)

    # preview ---------------------------------------------------------------------------------------------------

    @cached_property
    def preview(self) -> Gstr2b:
        """GSTR-2B and Table 4 with the decisions and the inputs that stand."""
        return self._previews({"": self.standing_decisions})[""]

    def _previews(self, decisions: dict[str, pd.DataFrame]) -> dict[str, Gstr2b]:
        lines = input_lines(self.inputs)
        return preview_each(self.portal, decisions, self.period, self.profile, lines, self.today, facts=self.rulings)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """What GSTR-2B cannot know of this period, as last given: item, igst … cess, note (`preview.input_items`)."""
        log = self.workspace.log(database.inputs, period=self.tax_period)
        last = log.drop_duplicates("item", keep="last")
        return check_inputs(last.loc[last[list(HEADS)].ne(0).any(axis="columns"), list(INPUT_COLUMNS)])

    def give_inputs(self, entries: pd.DataFrame) -> None:
        """Keep what GSTR-2B cannot know: item, igst … cess in rupees, note; an item given again replaces the earlier.

        An item with no amount is taken out. Raises `InputError` as `preview.check_inputs` does, `ActionNotAllowed` once
        the GSTR-3B is filed; nothing is kept then.
        """
        rows = check_inputs(entries)
        self._still_open()
        rows = rows.assign(period=self.tax_period).astype(object)
        records = rows.where(rows.notna(), None).to_dict("records")
        self.workspace.append(database.inputs, [self.workspace.signed(row) for row in records])
        self.refresh("inputs", "preview")

    def scenarios(self) -> dict[str, Gstr2b]:
        """Three previews: as decided now, if nobody had acted, and if every suggestion were taken."""
        suggested = self.suggestions[self.suggestions["portal_id"].notna() & self.suggestions["action"].ne("N")]
        suggested = suggested.rename(columns={"reduction": "itc_reduction"}).reindex(columns=list(DECISION_COLUMNS))
        others = {"nobody acts": self.standing_decisions.iloc[:0], "all suggested": suggested.reset_index(drop=True)}
        return {"as decided": self.preview, **self._previews(others)}

    def weighed(self) -> pd.DataFrame:
        """The three side by side: measure and a column each (`preview.weigh`); cash where output tax was given.

        Interest is reckoned on what counts as accepted although the policy does not suggest to accept it.
        """
        lines = input_lines(self.inputs)
        output = lines if lines["line"].str.startswith("3.1").any() else None
        suggested = self.suggestions
        doubtful = suggested.loc[suggested["portal_id"].notna() & suggested["action"].ne("A"), "portal_id"]
        return weigh(self.scenarios(), self.profile, output, doubtful)

    def differences_from_2b(self) -> pd.DataFrame | None:
        """Each document on which the preview differs from the portal's own GSTR-2B of this month, with the likely
        reason (`preview.compare_with_2b`); None if that GSTR-2B is not imported."""
        sources = self.sources[self.sources["side"].eq("portal")]
        drawn = drawn_2b(sources, self._documents("portal"), {self.period, self.tax_period})
        return None if drawn is None else compare_with_2b(self.preview, drawn, self.profile)

    # close -----------------------------------------------------------------------------------------------------

    @property
    def left(self) -> pd.DataFrame:
        """The records that silence will accept when the GSTR-3B is filed (`closing.left_to_silence`)."""
        return closing.left_to_silence(self.preview, self.allowed, self.content)

    @property
    def carried(self) -> pd.DataFrame:
        """The records pending since an earlier period, with age and last day (`closing.carried`)."""
        return closing.carried(self.preview, self.portal, self.allowed, self.profile, self.today)

    @property
    def signature(self) -> closing.Signature | None:
        """Who last signed the list of `left`, held against the list as it is now; None if nobody has."""
        return filing.signature(self)

    def sign(self, name: str) -> closing.Signature:
        """Sign that the records of `left` are left to silence: the person's name, today, how many, which, their tax.

        Raises `InputError` without a name or with nothing to sign, `ActionNotAllowed` once the GSTR-3B is filed.
        """
        self._still_open()
        filing.sign(self, name)
        return self.signature

    def signature_sentence(self) -> str:
        """Who signed for what is left to silence, whether it still stands, or what is to be done."""
        return closing.sentence(self.left, self.signature, self.profile.filed_on(self.period))

    def file(self, filed_on: date, arn: str = "") -> None:
        """Note that the GSTR-3B of this period was filed; its records are frozen from then on (C-25).

        Raises `InputError` for a day on which it cannot have been filed, and if on that day records were left to
        silence without a signature that stands. A month for which no portal file was imported needs none.
        """
        self._still_open()
        filing.file(self, filed_on, arn)
        self.refresh()

    def take_back_filing(self) -> None:
        """Take back the note that the GSTR-3B was filed; the month is open again."""
        self.workspace.record_filed("GSTR-3B", self.period, None)
        self.refresh()

    def _still_open(self) -> None:
        """Look at the log again; raise `ActionNotAllowed` if the GSTR-3B is filed."""
        self._log_as_it_is()
        closing.refuse_filed(
            self.tax_period, self.profile.filed_on(self.period), next_tax_period(self.period, self.profile)
        )

    # control ---------------------------------------------------------------------------------------------------

    def control(self) -> pd.DataFrame:
        """Rows and rupees at each step: step, side, what, rows, taxable_value, tax. They add up or this raises.

        Amounts are as in the tables, credit notes too: a count of rupees, not a balance. The step `read` starts from
        the files' rows and takes away what is no document of its own.
        """
        return control.control(self)


def _content(portal: pd.DataFrame) -> list[str]:
    """What the supplier stated in each record, as a short text: it differs when he changes the record."""
    words = portal[["pos", "reverse_charge", "original_doc_no"]].astype("str").fillna("")
    stated = pd.concat([portal[list(AMOUNTS)], words], axis=1)
    return [f"{value:016x}" for value in pd.util.hash_pandas_object(stated, index=False).tolist()]
