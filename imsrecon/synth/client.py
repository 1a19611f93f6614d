"""One synthetic client: register, portal and the truth between them, from a plan and a seed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from imsrecon.domain import PORTAL_COLUMNS, REGISTER_COLUMNS, conform, with_doc_ids
from imsrecon.synth.books import book, with_voucher_numbers
from imsrecon.synth.documents import make_documents
from imsrecon.synth.noise import add_noise
from imsrecon.synth.plan import ClientPlan, stream
from imsrecon.synth.portal import decide, file_returns, report
from imsrecon.synth.suppliers import make_suppliers

# What neither table's reader can know from a file, and what only the making of the tables needs.
_BOOKS_HAVE_NOT = ("pos", "irn")


@dataclass(frozen=True)
class Client:
    """What `make_client` gives.

    `.register` and `.portal` are document tables (design 5.1), `.portal` with every record of all months once, as it
    stands when the last GSTR-2B has been generated. `.truth`: register_id, portal_id (one of them missing for a
    document that has no partner), noise (names, space-joined, "" for none). `.months`: the tax periods, oldest first.
    """

    plan: ClientPlan
    seed: int
    register: pd.DataFrame
    portal: pd.DataFrame
    truth: pd.DataFrame

    @property
    def months(self) -> tuple[str, ...]:
        """The tax periods of the plan, oldest first."""
        return self.plan.months


def make_client(plan: ClientPlan, seed: int) -> Client:
    """Make the client that `plan` describes; the same plan and seed give the same client.

    Raises `SettingsError` if the plan names an unknown noise.
    """
    suppliers = make_suppliers(plan.suppliers, plan.gstin[:2], stream(seed, "suppliers"))
    documents = make_documents(suppliers, plan, stream(seed, "documents"))
    portal = add_noise(report(documents, plan), "portal", plan.noises, seed)
    portal = decide(file_returns(portal, plan, stream(seed, "returns")), plan, stream(seed, "decisions"))
    pending = portal.loc[portal["portal_action"] == "P", "supply"]
    register = book(documents, pending, plan, stream(seed, "books"))
    register = with_voucher_numbers(add_noise(register, "books", plan.noises, seed))
    register, portal = _identified(register, "register"), _identified(portal, "portal")
    truth = _truth(register, portal)
    return Client(plan, seed, register[list(REGISTER_COLUMNS)], portal[list(PORTAL_COLUMNS)], truth)


def _identified(table: pd.DataFrame, side: str) -> pd.DataFrame:
    if side == "register":
        table = table.drop(columns=list(_BOOKS_HAVE_NOT))
    else:
        table = table.assign(doc_value=table["doc_value"].mask(table["kind"] == "import"))
    return with_doc_ids(conform(table, side), side)


def _truth(register: pd.DataFrame, portal: pd.DataFrame) -> pd.DataFrame:
    """Main rows of one supply belong together; every other row stands alone, under the name of what it is."""
    left, right = (_main(table, name) for table, name in ((register, "register"), (portal, "portal")))
    pairs = left.merge(right, on="supply", how="outer", suffixes=("_register", "_portal")).sort_values("supply")
    first, second = pairs["noise_register"].fillna(""), pairs["noise_portal"].fillna("")
    twice = first.where(first != second, "")
    noise = (second + " " + twice).str.strip()
    gone = pd.Series("", pairs.index, dtype="str").mask(pairs["register_id"].isna(), "not_booked")
    gone = gone.mask(pairs["portal_id"].isna(), "not_reported")
    alone = second.str.startswith("not_ours") | first.str.startswith("unregistered")
    noise = (noise + " " + gone.mask(alone, "")).str.strip()
    pairs = pairs.assign(noise=noise)[["register_id", "portal_id", "noise"]]
    extra = [_extra(table, name) for table, name in ((register, "register"), (portal, "portal"))]
    whole = pd.concat([pairs, *extra], ignore_index=True)
    return whole.astype("str")


def _main(table: pd.DataFrame, name: str) -> pd.DataFrame:
    main = table.loc[table["role"] == "main", ["supply", "doc_id", "noise"]]
    return main.rename(columns={"doc_id": f"{name}_id"})


def _extra(table: pd.DataFrame, name: str) -> pd.DataFrame:
    other = table.loc[table["role"] != "main", ["doc_id", "noise"]]
    return other.rename(columns={"doc_id": f"{name}_id"})
