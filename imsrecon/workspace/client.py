"""client.toml: who the client is and how his month is worked; the one home of settings."""

from __future__ import annotations

import json
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


def _toml(value: object) -> str:
    """JSON's strings, numbers, booleans and lists are TOML's too, DEL apart."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace("\x7f", "\\u007f")
