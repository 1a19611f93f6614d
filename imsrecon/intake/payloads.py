"""What a JSON file is, found from its keys; the values are left as the bytes they came in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import msgspec

from imsrecon.domain import InputError
from imsrecon.intake.files import InputFile

IMS_SECTIONS = ("b2b", "b2ba", "b2bdn", "b2bdna", "b2bcn", "b2bcna", "ecom", "ecoma")
MAX_DEPTH = 4
IMS_IMPORTS = ("impg", "impga", "impgsez", "impgseza")
FOREIGN = "foreign_kind"
Keys = dict[str, msgspec.Raw]
_GSTR1 = {"b2cs", "b2cl", "hsn", "doc_issue", "gt", "cur_gt", "exp", "cdnur"}
_GSTR2A = {"isd", "tds", "tcs", "impg", "impgsez"}
_FOREIGN = {
    "gstr1": ("a GSTR-1", "Read its totals with read_gstr1."),
    "gstr3b": ("a GSTR-3B", "Read it with read_gstr3b."),
    "upload": ("a file made for upload to the portal", "Give the file that the portal let you download."),
    "gstr2a": ("a GSTR-2A", "Read it with read_portal."),
}


@dataclass(frozen=True)
class Payload:
    """A JSON file opened: `kind` (`ims`, `ims_errors`, `gstr2b`, `gstr2a`, `gstr1`, `gstr3b`, `upload`), keys."""

    kind: str
    keys: Keys
    why: str


def looks_like_json(data: bytes) -> bool:
    """True if the first character that counts opens an object or a list."""
    return as_utf8(data[:4096]).lstrip()[:1] in (b"{", b"[")


def as_utf8(data: bytes) -> bytes:
    """The same text without its byte-order mark; UTF-16 is turned into UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").encode("utf-8")
    return data


def open_payload(file: InputFile) -> Payload:
    """Open a JSON file and say what it is. Raises `InputError` if it is broken or none of what is known.

    The content may stand inside other objects, as the API's and its providers' answers do.
    """
    keys = _object(as_utf8(file.data), file.name)
    found = _unwrapped(keys, {}, MAX_DEPTH)
    if found:
        return found
    raise InputError(
        f"'{file.name}' is JSON, but neither an IMS download nor a GSTR-2B (its keys: {_some(keys)}).",
        hint="Give the JSON that the portal's IMS dashboard (Offline, Download JSON) or GSTR-2B page gives.",
        code=FOREIGN,
    )


def split_list(file: InputFile) -> list[InputFile]:
    """A file whose root is a list (several downloads in one) as one file an object; any other as it is."""
    data = as_utf8(file.data)
    if data.lstrip()[:1] != b"[":
        return [file]
    try:
        members = msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.DecodeError:
        return [file]
    if not members or not all(map(_is_object, members)):
        return [file]
    return [InputFile(f"{file.name} [{at}]", bytes(one), file.named) for at, one in enumerate(members, start=1)]


def _unwrapped(own: Keys, outer: Keys, depth: int) -> Payload | None:
    # A wrapper may carry what its content lacks (rtin beside data), so its keys stay visible.
    found = _recognise(outer | own)
    if found or not depth:
        return found
    for name in sorted(own, key=lambda one: one != "data"):
        if _is_object(own[name]):
            rest = {other: value for other, value in own.items() if other != name}
            found = _unwrapped(msgspec.json.decode(own[name], type=Keys), outer | rest, depth - 1)
        if found:
            return found
    return None


def _is_object(raw: msgspec.Raw) -> bool:
    """A value's first character says it; the rest is not copied for the answer."""
    return bytes(memoryview(raw)[:64]).lstrip().startswith(b"{")


def _object(data: bytes, name: str) -> Keys:
    try:
        return msgspec.json.decode(data, type=Keys)
    except msgspec.ValidationError as error:
        raise InputError(f"'{name}' is JSON, but not an object at its root: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"'{name}' is broken JSON: {error}.", hint="The download was cut short or edited; download it again."
        ) from error


def _some(keys: Keys) -> str:
    return ", ".join(sorted(keys)[:8]) or "none"


def _recognise(keys: Keys) -> Payload | None:
    if "imsDetailsErr" in keys:
        return Payload("ims_errors", keys, "It has imsDetailsErr: the portal's error file.")
    if "imsDetails" in keys:
        return Payload("ims", keys, "It has imsDetails: the IMS offline download.")
    if "docdata" in keys or "docRejdata" in keys or {"rtnprd", "itcsumm"} <= keys.keys():
        return Payload("gstr2b", keys, "It has docdata: a GSTR-2B.")
    if "itc_elg" in keys:
        return Payload("gstr3b", keys, "It has itc_elg: a GSTR-3B.")
    if "fp" in keys and _GSTR1 & keys.keys() and not _GSTR2A & keys.keys():
        return Payload("gstr1", keys, "It has fp and sections of outward supplies: a GSTR-1.")
    if "invdata" in keys and "reqtyp" in keys:
        return Payload("upload", keys, "It has reqtyp and invdata: an upload file.")
    return _by_records(keys)


def _by_records(keys: Keys) -> Payload | None:
    """Sections at the root, as the API gives IMS; GSTR-2A has the same names and another content."""
    sections = [name for name in (*IMS_SECTIONS, *IMS_IMPORTS, "cdn", "cdnr", "isd", "tds", "tcs") if name in keys]
    if not sections:
        return None
    if "fp" in keys:
        return Payload("gstr2a", keys, "It has fp and sections: a GSTR-2A.")
    for name in sections:
        records = _records(keys[name])
        if records:
            known = {"stin", "action", "rgstin"} & records[0].keys()
            return Payload("ims", keys, "Its root has sections of IMS records.") if known else None
    return Payload("ims", keys, "Its root has the sections of IMS, all empty.") if "b2bcn" in keys else None


def _records(raw: msgspec.Raw) -> list[Keys]:
    try:
        return msgspec.json.decode(raw, type=list[Keys])
    except msgspec.DecodeError:
        return []


def refuse_foreign(payload: Payload, name: str, wanted: tuple[str, ...]) -> None:
    """Raise `InputError` if the file is something else than one of the kinds in `wanted`."""
    if payload.kind in wanted:
        return
    word, hint = _FOREIGN.get(payload.kind, ("an IMS download or GSTR-2B", "Read it with read_portal."))
    raise InputError(f"'{name}' is {word}. {payload.why}", hint=hint, code=FOREIGN)


def text_of(keys: Keys, name: str) -> str | None:
    """A scalar of the payload as text, None if it is missing or empty."""
    if name not in keys:
        return None
    value = msgspec.json.decode(keys[name])
    return str(value).strip() or None if isinstance(value, (str, int, float)) else None
