"""Find the files that a user names, and read them as TOML; what is wrong is said in plain words."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colsim.errors import nearest
from colsim.scenario.faults import Fault
from colsim.scenario.shipped import preset_files

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_STRAIGHT = 'straight quotes: "text" (a word processor makes them curly; use a plain editor)'
_SLIPS: tuple[tuple[str, str, str], ...] = (
    # What a line looks like, what was found, what is right; the first that fits is said.
    (r"(?:^|[=\[,{])\s*[“”„‟«»‘’‚‛]|^[^\"'“”„‟«»]*[\"'][^\"']*[“”„‟«»]\s*[,\]]?\s*(?:#.*)?$",
     "curly quotes", _STRAIGHT),
    (r"=\s*[-+]?\d+,\d+\s*(?:[#}].*)?$", "a decimal comma ({})", "a decimal point: {}"),
    (r"=\s*[−–]\s*\d", "a dash in the place of a minus sign", "a hyphen: -3"),
    (r"=\s*[\d.,]+\s*%", "a percentage ({})", "a share: 0.8 for 80 %"),
    (r"=\s*£\s*\d|=\s*\d[\d.,]*\s*£", "a pound sign", "the number alone: 300000"),
    (r"=\s*(?:True|TRUE|False|FALSE|yes|no|Yes|No)\s*(?:#.*)?$", "a word ({})", "true or false"),
    (r"=\s*\"[^\"]*\\", "a backslash in double quotes",
     "forward slashes, \"lists/staff.xlsx\", or straight single quotes"),
    (r"^\s*[\w.\"-]+\s*:\s", "a colon in the place of an equals sign", "key = value"),
    (r"=\s*[^\W\d][\w ]*\s*(?:#.*)?$", "a text without quotes ({})", _STRAIGHT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One scenario file: a preset, or a path of the user's."""

    label: str
    """How messages and provenance name it."""
    identity: str
    """Equal for two ways to name one file."""
    file: Path
    folder: Path | None
    """Where the file's own `extends` paths start; None for a preset."""


def is_path(name: str) -> bool:
    """Tell a path from the name of a preset."""
    return name.lower().endswith(".toml") or "/" in name or "\\" in name


def short_name(name: str | Path) -> str:
    """Return a preset's name, or that of a file without its ending."""
    return Path(name).stem if isinstance(name, Path) or is_path(name) else name


def find(name: str | Path, folder: Path | None, asked_in: str, key: str) -> Source | Fault:
    """Find a preset or a file, or say why it is not there.

    Args:
        name: a preset's name or a path.
        folder: where relative paths start; None for the working directory.
        asked_in: file that names it, for the message.
        key: key that names it, for the message.
    """
    if (table := _table_of_people((folder or Path()) / name)) is not None:
        return Fault(asked_in, key, *table)
    if isinstance(name, str) and not is_path(name):
        presets = preset_files()
        if name in presets:
            return Source(f"preset {name}", f"preset:{name}", presets[name], None)
        hidden = _hidden_ending((folder or Path()) / f"{name}.toml")
        if hidden is not None:
            return Fault(asked_in, key, *hidden)
        beside = {path.stem: path.name for path in sorted((folder or Path()).glob("*.toml"))}
        near = nearest(name, presets) or beside.get(nearest(name, beside) or "")
        allowed = f"a path that ends in .toml, or a preset: {', '.join(presets)}"
        return Fault(asked_in, key, f"no preset {name!r}", allowed, near)
    path = Path(name) if folder is None else folder / name
    if not path.is_file():
        near = nearest(path.stem, preset_files())
        return missing(path, asked_in, key, "a scenario file that exists, or a preset's name", near)
    return Source(str(path), os.path.normcase(path.resolve()), path, path.parent)


def _table_of_people(path: Path) -> tuple[str, str] | None:
    """Return what to say of a table, or a folder of tables, in the place of a scenario."""
    ending = path.suffix.lower()
    if path.is_dir() and any(one.name.lower() == "staff.csv" for one in path.iterdir()):
        found = "a folder with a staff list"
    elif path.is_file() and ending in _TABLES:
        found = f"a table ({ending})"
    else:
        return None
    return f"{str(path)!r}, {found}", (
        f"a scenario (.toml); of a staff list one is made with: colsim authority scenario {path}"
    )


def missing(
    path: Path, asked_in: str, key: str, allowed: str, otherwise: str | None = None
) -> Fault:
    """Say that a TOML file is not there, and what there is instead.

    Args:
        path: where it should be.
        asked_in: file that names it.
        key: key that names it.
        allowed: what would be right.
        otherwise: what else may be meant, if no file beside it has a name like it.
    """
    hidden = None if path.is_dir() else _hidden_ending(path)
    if hidden is not None:
        return Fault(asked_in, key, *hidden)
    beside = {other.stem: other.name for other in sorted(path.parent.glob("*.toml"))}
    found = f"{str(path)!r}, which is a folder" if path.is_dir() else f"no file {str(path)!r}"
    near = nearest(path.stem, beside)
    hint = str(path.with_name(beside[near])) if near else otherwise
    return Fault(asked_in, key, found, allowed, hint)


def _hidden_ending(path: Path) -> tuple[str, str] | None:
    """Return what to say of a file that has a second ending, which Windows does not show."""
    stem = re.sub(r"(\.toml|\.txt)+$", "", path.name.lower())
    for other in sorted(path.parent.glob("*")) if path.parent.is_dir() else ():
        name = other.name.lower()
        if name in (f"{stem}.toml.txt", f"{stem}.toml.toml") and other.is_file():
            wanted = other.name[: -len(".txt")] if name.endswith(".txt") else other.name[:-5]
            return (
                f"no file {wanted!r}, but {str(other)!r}, whose last ending Windows hides",
                f"the name {wanted!r}: let the Explorer show endings (View, File name extensions), "
                "and rename it",
            )
    return None


def read_toml(path: Path) -> dict[str, Any] | Fault:
    """Read a TOML file, with or without byte-order mark, or say why that cannot be."""
    if not path.is_file():
        return missing(path, str(path), "", "a file that exists")
    return parse(Source(str(path), "", path, path.parent))


def parse(source: Source) -> dict[str, Any] | Fault:
    """Read one TOML file, with or without byte-order mark."""
    try:
        text = source.file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Fault(source.label, "", f"a file that cannot be read ({reason})", "a readable file")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"byte {error.object[error.start]:#04x}, which is not UTF-8"
        return Fault(source.label, f"line {line}", found, "TOML text saved as UTF-8")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # RecursionError and plain ValueError: absurdly deep brackets or long numbers.
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        last = text.count("\n") + (0 if text.endswith("\n") else 1)
        line = int(place[1]) if place and place[1] else max(1, last)
        reason = str(error)[: place.start()] if place else type(error).__name__
        said = _slip((text.split("\n")[line - 1 : line] or [""])[0].rstrip("\r"))
        return Fault(source.label, f"line {line}", *(said or (f"no TOML ({reason})", "TOML text")))


def _slip(line: str) -> tuple[str, str] | None:
    """Return what is found and what is right, if a line holds a slip that is known."""
    for pattern, found, allowed in _SLIPS:
        if re.search(pattern, line[:2000]):
            value = line[:2000].partition("=")[2].partition("#")[0].strip()
            return found.format(value), allowed.format(value.replace(",", "."))
    return None
