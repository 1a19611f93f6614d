"""A GSTR-2B that the portal splits into parts (`fc`): whether all of them were given."""

from __future__ import annotations

from collections.abc import Sequence

from imsrecon.intake.model import Source
from imsrecon.intake.payloads import Payload, text_of


def note_missing_parts(opened: Sequence[tuple[object, Source]]) -> None:
    """Say in `why` of each part which parts of its statement are missing, and lower its confidence."""
    statements: dict[tuple[str | None, str | None], list[tuple[Payload, Source, int]]] = {}
    for payload, source in opened:
        count = _number(payload, "fc") if isinstance(payload, Payload) and payload.kind == "gstr2b" else 0
        if count > 1:
            statements.setdefault((source.gstin, source.period), []).append((payload, source, count))
    for parts in statements.values():
        _note(parts)


def _note(parts: list[tuple[Payload, Source, int]]) -> None:
    count = max(one for _, _, one in parts)
    numbers = {_number(payload, "file_num") for payload, _, _ in parts}
    here = len({source.sha256 for _, source, _ in parts})
    missing = sorted(set(range(1, count + 1)) - numbers) if 0 not in numbers else []
    if missing:
        which = (
            f"{', '.join(f'part {one} of {count}' for one in missing)} {'is' if len(missing) == 1 else 'are'} missing"
        )
    elif 0 in numbers and here < count:
        which = f"{here} of its {count} parts are here, {count - here} missing"
    else:
        return
    for _, source, _ in parts:
        source.confidence = "low"
        source.why.append(f"The statement comes in {count} parts (fc): {which}. Read all of them together.")


def is_part(payload: Payload) -> bool:
    """True if the file is one part of several: totals in it may be of all of them."""
    return _number(payload, "fc") > 1


def _number(payload: Payload, name: str) -> int:
    text = text_of(payload.keys, name) or ""
    return int(text) if text.isdigit() else 0
