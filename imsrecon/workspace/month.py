"""Month: one client and one period, and the five steps wired once for screens, command line and reports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from imsrecon.act import ALLOWED_COLUMNS, DECISION_COLUMNS, next_tax_period, portal_table, rulings, upload_payloads
from imsrecon.domain import ImsreconError, Profile, shift
from imsrecon.intake import Intake
from imsrecon.match import Reconciliation, reconcile
from imsrecon.preview import Gstr2b
from imsrecon.review import load_policy, suggest
from imsrecon.workspace import closing, control, database, deciding, filing, outbox, pool, previews, records
from imsrecon.workspace.imports import repeated_registers, standing

if TYPE_CHECKING:
    from collections.abc import Sequence
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
        every = self.__dict__.keys() - {"workspace", "period", "today"}
        for name in (*steps, "before_filing") if steps else tuple(every):
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

    @property
    def worked(self) -> list[str]:
        """The months of the tax period up to this one: itself, and of a quarter those before it."""
        months = (shift(self.period, -back) for back in (2, 1, 0))
        return [month for month in months if self.profile.tax_period(month) == self.tax_period]

    @cached_property
    def _every_source(self) -> pd.DataFrame:
        return self.workspace.sources

    @property
    def imports_known(self) -> int:
        """The number of the last import that this month's results have heeded."""
        return int(self._every_source["id"].max()) if len(self._every_source) else 0

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The imports this month knows, oldest first."""
        return standing(self._every_source, self.period)

    @cached_property
    def intakes(self) -> list[tuple[str, Intake]]:
        """The same imports, read: side and `Intake`."""
        return [(row.side, self.workspace.load(row.table_key, row.side)) for row in self.sources.itertuples()]

    def documents_read(self, side: str) -> list[pd.DataFrame]:
        """The documents of each of the side's imports; raises `ImsreconError` if nothing was imported at all."""
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
        return records.register(self)

    @cached_property
    def portal(self) -> pd.DataFrame:
        """The portal records, IMS and GSTR-2B as one table, none before one of them is imported.

        A record's 2B-period is what a GSTR-2B or an earlier month's IMS download says; of a record that arrives pending
        from an earlier return, the one in which that return arrived (D-01): its clock runs from there (K-12).
        Until this month's IMS download is imported, the records that the month before holds stand in for it (C-25).
        """
        return records.portal(self)

    @property
    def refused(self) -> pd.DataFrame:
        """Rows of this month's imports that could not be read: file, sheet, row, raw, code, why."""
        tables = [intake.refused for _, intake in self.intakes]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    @property
    def repeated_registers(self) -> pd.DataFrame:
        """The registers most of which a newer one has as well, and that may be taken back (`imports`)."""
        return repeated_registers(self.sources, [intake.documents for _, intake in self.intakes])

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
        return self.suggested_by(self.workspace.folder / named if named else None)

    def suggested_by(self, policy: Path | None) -> pd.DataFrame:
        """What another policy would suggest: a firm's TOML file, None for the shipped one (`review.load_policy`)."""
        followed = load_policy(policy)
        return suggest(
            self.reconciliation, self.register, self.portal, self.period, self.profile, followed, today=self.today
        )

    # act -------------------------------------------------------------------------------------------------------

    @cached_property
    def content(self) -> pd.Series:
        """What the supplier stated in each record, as a short text by doc_id: it differs when he changes it."""
        return deciding.content(self.portal)

    @cached_property
    def decision_log(self) -> pd.DataFrame:
        """Every line of this month's decisions, oldest first, and of a quarter those of the months before it."""
        return deciding.log(self)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decisions that stand, with who and when; `changed` where the supplier has changed the record since.

        A changed record's decision stays in the log and counts no more: the record stands as the portal has it.
        """
        return deciding.standing(self)

    @property
    def standing_decisions(self) -> pd.DataFrame:
        """The decisions that count: portal_id, action, itc_reduction, declared_*, remarks."""
        return self.decisions.loc[~self.decisions["changed"], list(DECISION_COLUMNS)].reset_index(drop=True)

    def log_as_it_is(self) -> dict[str, int]:
        """Look at the log again: another kernel may have decided, or recorded a filing, since. What `Workspace.append`
        takes as `seen`."""
        seen, known = self.workspace.newest(), self.profile
        self.refresh("profile", "decision_log", "decisions", "preview")
        if self.profile != known:
            self.refresh("rulings")
        return seen

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
        return deciding.decide(self, decisions, how, rule, steps)

    def decide_suggested(self) -> int:
        """Take every suggestion that may be taken unseen and is not decided yet; how many were taken."""
        return deciding.decide_suggested(self)

    def last_step(self) -> pd.DataFrame:
        """The log's lines that `undo` would take back: those of the last batch that still stands."""
        return deciding.last_step(self)

    def undo(self) -> int:
        """Take back the last batch of decisions by new lines in the log; how many records it touched.

        Raises `ActionNotAllowed` once the period's GSTR-3B is filed: its records are frozen (C-25).
        """
        return deciding.undo(self)

    def payloads(self) -> list[dict[str, object]]:
        """The files for the portal (formats 3.4), as dictionaries: changed records only, none if nothing changed."""
        return upload_payloads(self.portal, self.standing_decisions, self.profile)

    def unwritten_sentence(self) -> str:
        """Which decisions no file for the portal can carry, as no IMS download has their records; "" if none."""
        return outbox.unwritten_sentence(self)

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
        return previews.previews(self, {"": self.standing_decisions})[""]

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """What GSTR-2B cannot know of this period, as last given: item, igst … cess, note (`preview.input_items`)."""
        return previews.inputs(self)

    def give_inputs(self, entries: pd.DataFrame) -> None:
        """Keep what GSTR-2B cannot know: item, igst … cess in rupees, note; an item given again replaces the earlier.

        An item with no amount is taken out. Raises `InputError` as `preview.check_inputs` does, `ActionNotAllowed` once
        the GSTR-3B is filed; nothing is kept then.
        """
        previews.give_inputs(self, entries)

    @property
    def proposed_inputs(self) -> pd.DataFrame:
        """What the register's own marks propose to be given, document by document (`review.propose_inputs`)."""
        return previews.proposed_inputs(self)

    def inputs_before(self, items: Sequence[str]) -> pd.DataFrame:
        """What was given for each of `items` before its amounts last changed, as `give_inputs` takes it."""
        return previews.inputs_before(self, items)

    @cached_property
    def before_filing(self) -> Month:
        """The month as it was before its GSTR-3B was filed: what was open then."""
        return previews.before_filing(self)

    def scenarios(self, policy: Path | None = None) -> dict[str, Gstr2b]:
        """Three previews: as decided now, if nobody had acted, and if every suggestion were taken.

        `policy`: a firm's TOML file; a fourth preview, named after it, takes every suggestion of that policy.
        """
        return previews.scenarios(self, policy)

    def weighed(self, scenarios: dict[str, Gstr2b] | None = None) -> pd.DataFrame:
        """`scenarios` side by side: measure and a column each (`preview.weigh`); cash where output tax was given.

        Interest is reckoned on what counts as accepted although the policy does not suggest to accept it.
        """
        return previews.weighed(self, scenarios or self.scenarios())

    @property
    def cash(self) -> pd.DataFrame | None:
        """The cash that the GSTR-3B asks for as decided, by head (`preview.cash_needed`); None without output tax."""
        return previews.cash(self)

    @property
    def exposed(self) -> pd.DataFrame:
        """The doubtful records that count as accepted, as decided, with the interest on each if they are denied a
        year after (`preview.exposure`)."""
        return previews.exposed(self)

    def differences_from_2b(self) -> pd.DataFrame | None:
        """Each document on which the preview differs from the portal's own GSTR-2B of this month, with the likely
        reason (`preview.compare_with_2b`); None if that GSTR-2B is not imported."""
        return previews.differences_from_2b(self)

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

        Raises `InputError` without a name, with nothing to sign, in a month that is not the last of its quarter, and if
        the list is no longer as it was when it was last looked at; `ActionNotAllowed` once the GSTR-3B is filed.
        """
        filing.sign(self, name)
        return self.signature

    def signature_sentence(self) -> str:
        """Who signed for what is left to silence, whether it still stands, or what is to be done."""
        return filing.sentence(self)

    def file(self, filed_on: date, arn: str = "") -> None:
        """Note that the GSTR-3B of this period was filed; its records are frozen from then on (C-25).

        Raises `InputError` for a day on which it cannot have been filed, and if on that day records were left to
        silence without a signature that stands. A month for which no portal file was imported needs none.
        """
        filing.file(self, filed_on, arn)
        self.refresh()

    def take_back_filing(self) -> None:
        """Take back the note that the GSTR-3B was filed; the month is open again.

        Raises `InputError` while the GSTR-3B of a later period is noted as filed.
        """
        filing.take_back(self)
        self.refresh()

    def still_open(self) -> dict[str, int]:
        """`log_as_it_is`; raises `ActionNotAllowed` if the GSTR-3B is filed."""
        seen = self.log_as_it_is()
        closing.refuse_filed(
            self.tax_period, self.profile.filed_on(self.period), next_tax_period(self.period, self.profile)
        )
        return seen

    # control ---------------------------------------------------------------------------------------------------

    def control(self) -> pd.DataFrame:
        """Rows and rupees at each step: step, side, what, rows, taxable_value, tax. They add up or this raises.

        Amounts are as in the tables, credit notes too: a count of rupees, not a balance. The step `read` starts from
        the files' rows and takes away what is no document of its own.
        """
        return control.control(self)
