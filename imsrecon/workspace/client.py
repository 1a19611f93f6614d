"""client.toml: who the client is and how his month is worked; the one home of settings."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from imsrecon.domain import Profile, SettingsError, WorkspaceError, parse_gstin
from imsrecon.match import MatchSettings
from imsrecon.workspace.store import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

FILE = "client.toml"
_TEXTS = ("gstin", "name", "policy", "database")
_KNOWN = {*_TEXTS, "frequency", "match"}
_HEAD = re.compile(r"\s*\[\s*match\s*\]\s*(#.*)?$")
_SETTING = re.compile(r"(?P<name>[A-Za-z_]+)\s*=\s*[^#]*?(?P<comment>\s*#.*)?$")


@dataclass(frozen=True)
class Client:
    """What client.toml says. `policy` is a file beside it, "" for the shipped one; `database` an SQLAlchemy URL,
    "" for the SQLite file beside it; `match` the tolerances that differ from `MatchSettings`."""

    gstin: str
    name: str = ""
    frequency: str | Mapping[str, str] = "monthly"
    policy: str = ""
    database: str = ""
    match: Mapping[str, object] = field(default_factory=dict)

    def profile(self, filed_3b: Mapping[str, date], filed_gstr9: Mapping[str, date]) -> Profile:
        """The client as the steps want him."""
        return Profile(self.gstin, self.name, self.frequency, filed_3b, filed_gstr9)

    def match_settings(self) -> MatchSettings:
        """The tolerances, validated; `SettingsError` names a setting that does not exist."""
        try:
            return MatchSettings(**self.match)
        except TypeError as error:
            raise SettingsError(
                f"{FILE}, [match]: {error}.", hint="Take the setting out or correct its name."
            ) from None


def read_client(folder: Path) -> Client:
    """Read client.toml of `folder`; `WorkspaceError` if it is missing or says something unknown."""
    path = folder / FILE
    if not path.is_file():
        raise WorkspaceError(
            f"{folder} is no client's folder: it has no {FILE}.", hint="Make one with `imsrecon new DIR --gstin …`."
        )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}.", hint="Correct the line it names.") from error
    unknown = sorted(content.keys() - _KNOWN)
    if unknown or "gstin" not in content:
        found = f"it has no gstin, or unknown settings ({', '.join(unknown)})" if unknown else "it names no gstin"
        raise WorkspaceError(f"{path}: {found}.", hint=f"Known are {', '.join(sorted(_KNOWN))}.")
    wrong = [name for name in _TEXTS if not isinstance(content.get(name, ""), str)]
    wrong += [name for name in ("match",) if not isinstance(content.get(name, {}), dict)]
    if wrong or not isinstance(content.get("frequency", ""), str | dict):
        raise WorkspaceError(f"{path}: {', '.join(wrong) or 'frequency'} is not text.", hint="Put it in quotes.")
    client = Client(**content | {"gstin": parse_gstin(content["gstin"]).text})
    client.profile({}, {})
    return client


def write_client(folder: Path, client: Client) -> None:
    """Write client.toml; a name with quotes or line breaks stays one string."""
    settings = asdict(client)
    tables = {name: settings.pop(name) for name in ("frequency", "match") if not isinstance(settings[name], str)}
    lines = ["# Who the client is, and how his month is worked. Text goes in quotes."]
    lines += [f"{name} = {_toml(value)}" for name, value in settings.items() if value or name in ("gstin", "name")]
    for name, table in tables.items():
        if table:
            lines += ["", f"[{name}]", *(f"{_toml(key)} = {_toml(value)}" for key, value in table.items())]
    write_whole(folder / FILE, ("\n".join(lines) + "\n").encode())


def write_match(folder: Path, client: Client) -> None:
    """Write what `client.match` says into client.toml and leave all else in it as a person wrote it, comments too."""
    path = folder / FILE
    text = path.read_text(encoding="utf-8-sig")
    edited = _with_match(text.splitlines(), client.match)
    if _reads_as(edited, tomllib.loads(text) | {"match": dict(client.match)}):
        write_whole(path, edited.encode())
    else:
        write_client(folder, client)


def _with_match(lines: list[str], settings: Mapping[str, object]) -> str:
    """The lines with these settings under [match]: changed in their place, new ones at the table's end."""
    start = next((number for number, line in enumerate(lines) if _HEAD.match(line)), None)
    before, rest = (lines[:start], lines[start + 1 :]) if start is not None else ([*lines, ""], [])
    size = next((number for number, line in enumerate(rest) if line.lstrip().startswith("[")), len(rest))
    left, kept = dict(settings), []
    for line in rest[:size]:
        found = _SETTING.match(line)
        if found is None:
            kept.append(line)
        elif found["name"] in left:
            kept.append(f"{found['name']} = {_toml(left.pop(found['name']))}{found['comment'] or ''}")
    while kept and not kept[-1].strip():
        kept.pop()
    kept += [f"{name} = {_toml(value)}" for name, value in left.items()]
    head = [lines[start] if start is not None else "[match]", *kept] if kept else []
    gap = [""] if rest[size:] else []
    return "\n".join([*before, *head, *gap, *rest[size:]]).rstrip() + "\n"


def _reads_as(text: str, wanted: Mapping[str, object]) -> bool:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return _plain({"match": {}} | found) == _plain(wanted)


def _plain(content: Mapping[str, object]) -> str:
    return json.dumps(content, default=str, sort_keys=True)


def _toml(value: object) -> str:
    """JSON's strings, numbers, booleans and lists are TOML's too, DEL apart."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace("\x7f", "\\u007f")
