"""Preview: decisions → GSTR-2B by part and section, GSTR-3B Table 4, control totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from imsrecon.act import apply_decisions, due_date, portal_table, stand
from imsrecon.domain import AMOUNTS, HEADS, SECTIONS, ImsreconError, InputError, Profile, to_paise, to_rupees
from imsrecon.preview.cautions import cautions
from imsrecon.preview.held import held
from imsrecon.preview.liability import add_backs
from imsrecon.preview.notes import notes
from imsrecon.preview.parts import ALL_PARTS, Placed, counted_paise, own_paise, place

LINES = ("4A1", "4A2", "4A3", "4A4", "4A5", "4B1", "4B2", "4C", "4D1", "4D2")
_4A, _4B = slice(0, 5), slice(5, 7)  # of LINES
_INPUTS = dict.fromkeys(["line", "item", "label", "rule"], "str") | dict.fromkeys(HEADS, "float64") | {"note": "str"}
_OWN = [f"own_{name}" for name in AMOUNTS]
_SHOWN = ["supplier_gstin", "supplier_name", "doc_type", "doc_no", "doc_date"]


@dataclass(frozen=True, eq=False)
class Gstr2b:
    """One period's GSTR-2B and what it does in GSTR-3B. All amounts are rupees.

    - summary: part, section, documents, taxable_value, igst … cess (sums of `documents`)
    - documents: every portal record once, in the table's order: portal_id, section, part, line (missing where it counts
      on none), rule, action (A, R, P, N as it stands), taxable_value, igst … cess as they count, note, and
      supplier_gstin, supplier_name, doc_type, doc_no, doc_date: the sum of a line's documents and inputs is the line
    - table4: ten lines, 4A1 to 4D2: line, igst, cgst, sgst, cess; 4C = 4A − 4B
    - control: measure (rows, taxable_value, igst …), portal, one column a part, difference (always 0); the documents'
      own amounts, a credit note's negative
    - held: what is held back, with its age (see `held.held`)
    - liability: what rejections add back to suppliers, by document (see `liability.add_backs`)
    - cautions: rule, text: what is to be known about the period itself (see `cautions`)
    - inputs: the amounts that were given beside the documents: line, item, label, rule, igst … cess, note
    """

    period: str
    summary: pd.DataFrame
    documents: pd.DataFrame
    table4: pd.DataFrame
    control: pd.DataFrame
    held: pd.DataFrame
    liability: pd.DataFrame
    cautions: pd.DataFrame
    inputs: pd.DataFrame


def preview_2b(
    portal: pd.DataFrame,
    decisions: pd.DataFrame,
    period: str,
    profile: Profile,
    inputs: pd.DataFrame | None = None,
    today: date | None = None,
) -> Gstr2b:
    """GSTR-2B of `period` and GSTR-3B Table 4, if the decisions stand as given.

    A record without a decision keeps its portal action; no action is deemed acceptance, in full (B-18, B-23). Parts:
    available, not_available, reversal, rejected, held (pending or locked), next_period, earlier (of a period before
    this one, consumed by its GSTR-3B), superseded (C-41), removed (C-27). A quarter is asked for by its last month.
    Without `today` the day is the one on which the 2B is drawn (F-05).

    `inputs`: what 2B cannot know (17(5), rules 37, 38, 42, 43, import of services, reclaim): line, igst, cgst, sgst,
    cess, added to the lines; a reclaim stands in 4A5 and in 4D1 (D-31): what is given in 4D1 alone is added in 4A5.
    Lines of other tables (3.1…) and the credit `ledger` are left alone. `input_lines` makes a table of named items.
    Decisions are not held against the rules here: `act.check_decisions` does that.
    """
    table = portal_table(portal)
    return preview_of(table, stand(table, period, profile, today), decisions, period, profile, inputs, today)


def preview_each(
    portal: pd.DataFrame,
    decisions: Mapping[str, pd.DataFrame],
    period: str,
    profile: Profile,
    inputs: pd.DataFrame | None = None,
    today: date | None = None,
    *,
    facts: pd.DataFrame | None = None,
) -> dict[str, Gstr2b]:
    """`preview_2b` of several named sets of decisions on one table, faster than one after another.

    `facts` is what `act.rulings` or `act.stand` gave for this table, period, profile and day, where it is known
    already: no decision changes it. The table has every column then.
    """
    table = portal if facts is not None else portal_table(portal)
    if facts is None:
        facts = stand(table, period, profile, today)
    return {name: preview_of(table, facts, rows, period, profile, inputs, today) for name, rows in decisions.items()}


def preview_of(
    table: pd.DataFrame,
    facts: pd.DataFrame,
    decisions: pd.DataFrame,
    period: str,
    profile: Profile,
    inputs: pd.DataFrame | None = None,
    today: date | None = None,
) -> Gstr2b:
    """`preview_2b` of a portal table whose standing is known already: several sets of decisions share it."""
    as_of = today or due_date("gstr2b", period, profile)
    given = _inputs(inputs)
    applied = apply_decisions(table, decisions)
    placed = place(table, facts, applied, period, profile)
    own = own_paise(table)
    counted = counted_paise(own, facts, applied, placed)
    documents = _documents(table, facts, applied, placed, counted)
    cells = _cells(placed, counted, own)
    return Gstr2b(
        period=period,
        summary=_summary(cells),
        documents=documents,
        table4=_table4(cells, given),
        control=_control(own, cells),
        held=held(documents, facts, period, profile, as_of),
        liability=add_backs(table, facts, placed, profile.tax_period(period)),
        cautions=cautions(period, profile, as_of),
        inputs=given,
    )


def _documents(
    table: pd.DataFrame,
    facts: pd.DataFrame,
    applied: pd.DataFrame,
    placed: Placed,
    counted: dict[str, npt.NDArray[np.int64]],
) -> pd.DataFrame:
    columns = {name: facts[name] for name in ("portal_id", "section")}
    columns |= {name: placed.of_each(name, table.index) for name in ("part", "line", "rule")}
    columns |= {"action": applied["action"]} | {name: to_rupees(paise) for name, paise in counted.items()}
    columns |= {"note": notes(table, facts, placed)} | {name: table[name] for name in _SHOWN}
    return pd.DataFrame(columns, index=table.index, copy=False)


def _cells(
    placed: Placed, counted: dict[str, npt.NDArray[np.int64]], own: dict[str, npt.NDArray[np.int64]]
) -> pd.DataFrame:
    """Part, section and line with their documents and sums in paise: as they count, and `own_…` as the portal has them.

    Summary, Table 4 and control totals are sums of these few rows.
    """
    short = placed.numbers.astype(np.min_scalar_type(len(placed.kinds)))  # small numbers sort ten times as fast
    order = np.argsort(short, kind="stable")
    begins = np.searchsorted(short[order], np.arange(len(placed.kinds), dtype=short.dtype))
    paise = counted | {f"own_{name}": own[name] for name in AMOUNTS}
    sums = {name: np.add.reduceat(values[order], begins) if len(order) else values for name, values in paise.items()}
    cells = pd.DataFrame(sums).assign(documents=np.bincount(placed.numbers, minlength=len(placed.kinds)))
    return cells.assign(part=placed.kinds["part"], section=placed.kinds["section"], line=placed.kinds["line"])


def _summary(cells: pd.DataFrame) -> pd.DataFrame:
    sums = cells.groupby(["part", "section"])[["documents", *AMOUNTS]].sum().reset_index()
    order = np.lexsort([sums["section"].map(SECTIONS.index), sums["part"].map(ALL_PARTS.index)])
    sums[list(AMOUNTS)] = to_rupees(sums[list(AMOUNTS)].to_numpy())
    return sums.iloc[order].reset_index(drop=True).astype({"part": "str", "section": "str"})


def _table4(cells: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    given = pd.DataFrame({head: to_paise(inputs[head]) for head in HEADS}).assign(line=inputs["line"].to_numpy())
    both = pd.concat([cells[["line", *HEADS]], given], ignore_index=True)
    sums = np.zeros((len(LINES), len(HEADS)), dtype=np.int64)
    places = pd.Index(LINES).get_indexer(both["line"])
    np.add.at(sums, places[places >= 0], both[list(HEADS)].to_numpy()[places >= 0])
    sums[LINES.index("4C")] = sums[_4A].sum(axis=0) - sums[_4B].sum(axis=0)
    return pd.DataFrame(to_rupees(sums), columns=list(HEADS)).assign(line=pd.Series(LINES, dtype="str"))[
        ["line", *HEADS]
    ]


def _inputs(inputs: pd.DataFrame | None) -> pd.DataFrame:
    """The inputs that count in Table 4, with every column; a missing amount is 0.0."""
    if inputs is None:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _INPUTS.items()})
    if len(inputs) and "line" not in inputs:
        raise InputError("The inputs have no column 'line'.", hint="Give line, igst, cgst, sgst, cess.")
    rows = inputs.reindex(columns=list(_INPUTS)).reset_index(drop=True)
    rows = rows.astype(_INPUTS).fillna(dict.fromkeys(HEADS, 0.0))
    rows = rows[~(rows["line"].str.startswith("3", na=False) | rows["line"].eq("ledger"))]
    wrong = rows.loc[~rows["line"].isin(set(LINES) - {"4C"}), "line"]
    if len(wrong):
        raise InputError(
            f"Nothing can be added to line {wrong.iloc[0]!r}.",
            hint="Write one of 4A1 … 4A5, 4B1, 4B2, 4D1, 4D2; 4C is worked out.",
        )
    return _with_reclaims(rows.reset_index(drop=True))


def _with_reclaims(rows: pd.DataFrame) -> pd.DataFrame:
    """The inputs, and one more in 4A5 where it has less than 4D1 says is reclaimed in it (D-31)."""
    given = {line: rows.loc[rows["line"].eq(line), list(HEADS)] for line in ("4A5", "4D1")}
    within = np.array([max(int(to_paise(given["4A5"][head]).sum()), 0) for head in HEADS])
    lacking = np.maximum([int(to_paise(given["4D1"][head]).sum()) for head in HEADS] - within, 0)
    if not lacking.any():
        return rows
    label = "Reclaimed, as 4D1 says"
    added = {"line": "4A5", "label": label, "rule": "D-31"} | dict(zip(HEADS, to_rupees(lacking), strict=True))
    return pd.concat([rows, pd.DataFrame([added])], ignore_index=True).astype(rows.dtypes.to_dict())


def _control(own: dict[str, npt.NDArray[np.int64]], cells: pd.DataFrame) -> pd.DataFrame:
    rows = len(own[AMOUNTS[0]])
    portal = pd.Series({"rows": rows} | {name: int(paise.sum()) for name, paise in own.items()})
    parts = cells.groupby("part")[["documents", *_OWN]].sum().set_axis(portal.index, axis="columns")
    control = parts.reindex(ALL_PARTS, fill_value=0).T.assign(difference=lambda sums: portal - sums.sum(axis="columns"))
    control.insert(0, "portal", portal)
    if control["difference"].any():
        raise ImsreconError(
            f"The preview does not add up: {control['difference'].to_dict()} (in paise).",
            hint="This is a fault of imsrecon: please report it with this line.",
            code="control",
        )
    scale = pd.Series([1, *[100] * len(AMOUNTS)], index=control.index)
    return control.div(scale, axis="index").rename_axis("measure").reset_index()
