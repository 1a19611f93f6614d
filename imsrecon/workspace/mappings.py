"""What a client's registers taught: which column means what in which layout, and which ledgers give no full credit.

It is kept in one small file of the client's folder, and shared as the same file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import pandas as pd

from imsrecon.domain import InputError
from imsrecon.intake import field_names, normal_label
from imsrecon.workspace.store import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "mappings.json"
ELIGIBILITY = {"ineligible": "Ineligible (17(5))", "common": "Common credit", "capital": "Capital goods"}
LEFT_OUT = "ignored"
_LARGEST, _LONGEST = 1_000_000, 500
_JOINT = "; "
# Amounts, rates and items come and go from month to month; a layout is known by its other columns.
_COME_AND_GO = {"igst", "cgst", "sgst", "cess", "round_off", "rate", "item", LEFT_OUT}

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
_Word = Literal["ineligible", "common", "capital"]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layout: the labels that the reader knew in it, and label → field for those that a person named.

    Labels are as `normal_label` writes them. A field may be `ignored`: the column is left out.
    """

    name: _Text
    labels: list[_Text]
    columns: Annotated[dict[_Text, _Text], msgspec.Meta(min_length=1, max_length=500)]


class Mappings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is remembered. `ledgers`: ledger → `ineligible`, `common` or `capital`."""

    imsrecon_mappings: Literal[1] = 1
    layouts: Annotated[list[Layout], msgspec.Meta(max_length=500)] = []
    ledgers: Annotated[dict[_Text, _Word], msgspec.Meta(max_length=5000)] = {}


def read_mappings(path: Path) -> Mappings:
    """What a client's folder, or a file that somebody shared, remembers; nothing if a folder has none yet.

    Raises `InputError` if the file is no file of mappings, too large, or names a field that there is not.
    """
    if path.is_dir():
        path = path / FILE
        if not path.exists():
            return Mappings()
    try:
        found = _decoded(path)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"{path.name} is no file of remembered columns: {error}.",
            hint="Make one with `imsrecon mappings export`, or move it out of the client's folder.",
        ) from error
    known = set(field_names())
    unknown = sorted({field for layout in found.layouts for field in layout.columns.values()} - known)
    if unknown:
        raise InputError(
            f"{path.name} names fields that there are not: {', '.join(unknown)}.",
            hint=f"Fields: {', '.join(sorted(known))}.",
        )
    return found


def _decoded(path: Path) -> Mappings:
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise InputError(f"{path.name} is too large to be a file of remembered columns.", hint="Give the right file.")
    return msgspec.json.decode(content, type=Mappings)


def write_mappings(path: Path, mappings: Mappings) -> Path:
    """Write what is remembered into a client's folder or a file to share; the file's path."""
    target = path / FILE if path.is_dir() else path
    content = msgspec.json.format(msgspec.json.encode(mappings), indent=1) + b"\n"
    msgspec.json.decode(content, type=Mappings)  # what could not be read back is never written
    write_whole(target, content)
    return target


def merged(mappings: Mappings, others: Mappings) -> Mappings:
    """Both together; where they speak of one layout or ledger, the others' word counts."""
    layouts = mappings.layouts
    for layout in others.layouts:
        layouts = [*(one for one in layouts if not _same_layout(one, layout)), layout]
    return Mappings(layouts=layouts, ledgers=mappings.ledgers | others.ledgers)


def _same_layout(one: Layout, other: Layout) -> bool:
    return one.labels == other.labels and _needed(one) == _needed(other)


def with_layout(mappings: Mappings, name: str, columns: pd.DataFrame, chosen: Mapping[str, str | None]) -> Mappings:
    """Remember how a person read a layout, in place of what was remembered for it before.

    `columns` is what `propose_mapping` says of the file; `chosen` label → field, None for a column to leave out;
    without any, the layout is read by its labels again.
    """
    named = {normal_label(label): field or LEFT_OUT for label, field in chosen.items()}
    named = {label: field for label, field in named.items() if 0 < len(label) <= _LONGEST}
    layouts = [layout for layout in mappings.layouts if _misfit(layout, columns)]
    if named:
        layouts.append(Layout(_shown(name), _known(columns, named), named))
    return msgspec.structs.replace(mappings, layouts=layouts)


def with_ledgers(mappings: Mappings, words: Mapping[str, str | None]) -> Mappings:
    """Remember ledger → `ineligible`, `common` or `capital`; None forgets a ledger. Raises `InputError` otherwise."""
    wrong = sorted({str(word) for word in words.values()} - {*ELIGIBILITY, "None"})
    if wrong:
        raise InputError(f"{wrong[0]!r} is not said of a ledger.", hint=f"Say {', '.join(ELIGIBILITY)}.")
    kept = mappings.ledgers | {normal_label(ledger): word for ledger, word in words.items()}
    kept = {ledger: word for ledger, word in kept.items() if word and 0 < len(ledger) <= _LONGEST}
    return msgspec.structs.replace(mappings, ledgers=kept)


def recall(mappings: Mappings, columns: pd.DataFrame) -> tuple[Layout | None, list[str]]:
    """The layout that a file has, and a sentence for one that it had: what no longer fits is never used.

    A layout fits if the columns that were named are all there, and the others that the reader knows are the same;
    columns of tax, rates, items and ledgers may come and go.
    """
    fits = [layout for layout in mappings.layouts if not _misfit(layout, columns)]
    if fits:
        return max(fits, key=lambda layout: len(layout.columns)), []
    told = [
        f"The columns remembered from '{layout.name}' were not used: {_misfit(layout, columns)}."
        for layout in mappings.layouts
        if _resembles(layout, columns)
    ]
    return None, told


def _misfit(layout: Layout, columns: pd.DataFrame) -> str:
    """Why a layout does not fit a file; "" if it does."""
    there = {normal_label(label) for label in columns["label"].dropna()}
    gone = sorted((_needed(layout) | set(layout.labels)) - there)
    new = sorted(set(_known(columns, layout.columns)) - set(layout.labels))
    parts = [f"it has no column {_quoted(gone)}" if gone else "", f"it has a new column {_quoted(new)}" if new else ""]
    return " and ".join(part for part in parts if part)


def _needed(layout: Layout) -> set[str]:
    return {label for label, field in layout.columns.items() if field != LEFT_OUT}


def _known(columns: pd.DataFrame, named: Mapping[str, object]) -> list[str]:
    """The labels by which a layout is known, apart from those that a person named."""
    lasting = columns["by"].eq("label") & ~columns["field"].isin(_COME_AND_GO)
    labels = {normal_label(label) for label in columns.loc[lasting, "label"]} - named.keys()
    return sorted(label for label in labels if 0 < len(label) <= _LONGEST)


def _resembles(layout: Layout, columns: pd.DataFrame) -> bool:
    labels = set(layout.labels) | layout.columns.keys()
    there = {normal_label(label) for label in columns["label"].dropna()}
    return 2 * len(labels & there) >= len(labels)


def _quoted(labels: list[str]) -> str:
    return ", ".join(f"'{label}'" for label in labels[:4]) + (", …" if len(labels) > 4 else "")


def _shown(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST] or "a register"


def with_eligibility(documents: pd.DataFrame, ledgers: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Documents with `itc_eligibility` from their ledgers where the register itself says none, and the ledgers that
    told it. A document of several ledgers of which only some are marked is so in part."""
    texts = documents["ledger"].dropna().unique() if ledgers else []
    said: dict[str, str] = {}
    used: dict[str, str] = {}
    for text in texts:
        names = {name: ledgers.get(normal_label(name)) for name in str(text).split(_JOINT)}
        marked = {name: word for name, word in names.items() if word}
        if marked:
            word = next(word for word in ELIGIBILITY if word in marked.values())
            said[text] = ("" if set(names.values()) == {word} else "In part: ") + ELIGIBILITY[word]
            used |= marked
    if not said:
        return documents, {}
    told = documents["ledger"].map(said).astype("str")
    return documents.assign(itc_eligibility=documents["itc_eligibility"].fillna(told)), used


def as_text(columns: Mapping[str, str | None], ledgers: Mapping[str, str]) -> str | None:
    """What a register was read with beside its labels, as the line that its import keeps; None if nothing."""
    if not columns and not ledgers:
        return None
    return json.dumps({"columns": dict(columns), "ledgers": dict(ledgers)}, ensure_ascii=False, sort_keys=True)
