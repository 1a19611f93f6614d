"""From a path to bytes: files, folders, zips and lists of these. Nothing is written, no name is trusted."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imsrecon.domain import InputError
from imsrecon.intake.model import printable

MAX_FILES = 2_000
MAX_BYTES = 2 * 1024**3
MAX_RATIO = 300
_SMALL = 64 * 1024**2  # below this, no ratio is dangerous
MAX_DEPTH = 2
_IGNORED = re.compile(r"^(\.|~\$)|^(thumbs\.db|desktop\.ini|__macosx)$", re.IGNORECASE)

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class InputFile:
    """One file's bytes. `named` is True if the user named this very file, so that it must be readable."""

    name: str
    data: bytes
    named: bool

    @property
    def sha256(self) -> str:
        """The hash by which a source is known."""
        return hashlib.sha256(self.data).hexdigest()


def open_inputs(path: PathLike | Sequence[PathLike]) -> list[InputFile]:
    """The files behind `path`, each with a name of its own; zips opened, folders walked in the order of names.

    Raises `InputError` if there is none, or if a zip is encrypted, broken, or would unpack to something absurd.
    """
    given = [path] if isinstance(path, (str, os.PathLike)) else list(path)
    budget = [MAX_BYTES]
    files = [file for one in given for file in _open_one(Path(one), budget)]
    if not files:
        raise InputError(f"There is no file to read in {_names(given)}.", hint="Name a file, a folder or a zip.")
    return _told_apart(files)


def _names(given: list[PathLike]) -> str:
    return ", ".join(f"'{printable(str(one))}'" for one in given) or "an empty list"


def _open_one(path: Path, budget: list[int]) -> Iterator[InputFile]:
    if path.is_dir():
        for member in _walk(path):
            yield from _expand(member.relative_to(path).as_posix(), _load(member, budget), False, 0, budget)
    elif path.is_file():
        yield from _expand(path.name, _load(path, budget), True, 0, budget)
    else:
        raise InputError(f"There is no file '{printable(str(path))}'.", hint="Check the path and the spelling.")


def _walk(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _IGNORED.search(name))
        members = [Path(parent, name) for name in sorted(names) if not _IGNORED.search(name)]
        found += [member for member in members if stat.S_ISREG(member.lstat().st_mode)]
        if len(found) > MAX_FILES:
            raise InputError(
                f"Folder '{folder.name}' holds more than {MAX_FILES:,} files.", hint="Name the client's own folder."
            )
    return found


def _load(path: Path, budget: list[int]) -> bytes:
    size = path.stat().st_size
    _spend(size, path.name, budget)
    return path.read_bytes()


def _spend(size: int, name: str, budget: list[int]) -> None:
    budget[0] -= size
    if budget[0] < 0:
        raise InputError(
            f"'{printable(name)}' would take more than {MAX_BYTES // 1024**3} GB of memory.",
            hint="Give fewer or smaller files.",
        )


def _expand(name: str, data: bytes, named: bool, depth: int, budget: list[int]) -> Iterator[InputFile]:
    if not is_archive(data):
        yield InputFile(printable(name), data, named)
        return
    if depth >= MAX_DEPTH:
        raise InputError(f"'{printable(name)}' is a zip inside a zip inside a zip.", hint="Unpack it first.")
    for member, content in _members(name, data, budget):
        yield from _expand(f"{name}/{member}", content, False, depth + 1, budget)


def is_archive(data: bytes) -> bool:
    """True for a zip that is no workbook."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except zipfile.BadZipFile:
        return False
    return not ({"[Content_Types].xml", "mimetype"} & names)


def open_zip(name: str, data: bytes) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """Open a zip (or the zip that a workbook is) and check count, sizes, ratio and encryption before unpacking."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise InputError(f"'{printable(name)}' is broken: {error}.", hint="Download or export it again.") from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_FILES:
        raise InputError(f"'{printable(name)}' holds {len(members):,} files; at most {MAX_FILES:,} are read.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_BYTES or (unpacked > _SMALL and unpacked > MAX_RATIO * len(data)):
        raise InputError(
            f"'{printable(name)}' is {len(data):,} bytes and would unpack to {unpacked:,}: not opened.",
            hint="A real export does not look like this; ask for the file again.",
        )
    if any(member.flag_bits & 1 for member in members):
        raise InputError(f"'{printable(name)}' is encrypted.", hint="Save a copy without a password and give that.")
    return archive, members


def _members(name: str, data: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    archive, members = open_zip(name, data)
    for member in sorted(members, key=lambda one: one.filename):
        parts = [part for part in re.split(r"[\\/]+", member.filename) if part not in ("", ".", "..")]
        if any(_IGNORED.search(part) for part in parts):
            continue
        _spend(member.file_size, name, budget)
        yield "/".join(parts), unpack(archive, member, name)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """One member's bytes, never more than it declared."""
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"'{printable(name)}': '{printable(member.filename)}' cannot be unpacked ({error}).",
            hint="Unpack it yourself and give the file.",
        ) from error


def _told_apart(files: list[InputFile]) -> list[InputFile]:
    """Two files of one name become `name` and `name (2)`, so that a row always points to one file."""
    seen: dict[str, int] = {}
    result = []
    for file in files:
        seen[file.name] = seen.get(file.name, 0) + 1
        name = file.name if seen[file.name] == 1 else f"{file.name} ({seen[file.name]})"
        result.append(InputFile(name, file.data, file.named))
    return result
