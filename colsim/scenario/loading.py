"""Find, read and merge scenario files; remember which file set each value."""

import math
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from colsim.scenario.checks import Data, nearest, table
from colsim.scenario.faults import Fault, ScenarioError, value_faults
from colsim.scenario.levers import LEVERS
from colsim.scenario.schema import Scenario
from colsim.scenario.shipped import preset_files, shipped_folder
from colsim.scenario.staff_rules import sizes_of

COMMAND_LINE = "command line"
"""Name under which overrides appear in the provenance."""


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A checked scenario, and where each of its values comes from."""

    name: str
    """Name of the preset, or of the file without its ending."""
    scenario: Scenario
    provenance: Mapping[str, str]
    """Dotted key, such as levers.co_location.strength, to the file that set it.

    Keys that no file sets (defaults) are absent."""
    chain: tuple[str, ...]
    """The files merged, each extending the one before it."""
    notes: tuple[str, ...] = ()
    """What was guessed in reading a staff list, of the user's own files."""

    @property
    def staff_file(self) -> str | None:
        """The staff list or scenario file that the practitioners come from; None without any."""
        return self.provenance.get("organisation.practitioners")


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario that is shipped with the package."""

    name: str
    title: str
    description: str
    extends: str | None


@dataclass(frozen=True, slots=True)
class _Source:
    """One scenario file: a preset, or a path of the user's."""

    label: str
    """How messages and provenance name it."""
    identity: str
    """Equal for two ways to name one file."""
    file: Path
    folder: Path | None
    """Where the file's own `extends` paths start; None for a preset."""


@dataclass(slots=True)
class _Reading:
    """What has been gathered from a chain of files."""

    layers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Label and content of each file, the scenario's own first."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def list_presets() -> tuple[Preset, ...]:
    """Return the shipped presets: those that stand alone by size, then the others by name.

    An organisation given by a staff list comes after those given by sizes.
    """
    presets, sizes = [], {}
    for name, file in preset_files().items():
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        extends = data.get("extends")
        presets.append(Preset(name, data["title"], data.get("description", "").strip(), extends))
        organisation = {"authorities": 1, "csw": math.inf} | data.get("organisation", {})
        sizes[name] = organisation["authorities"] * organisation["csw"] if extends is None else 0
    return tuple(sorted(presets, key=lambda p: (p.extends is not None, sizes[p.name], p.name)))


def is_path(name: str) -> bool:
    """Tell a path from the name of a preset."""
    return name.lower().endswith(".toml") or "/" in name or "\\" in name


def _find(name: str | Path, folder: Path | None, asked_in: str, key: str) -> _Source | Fault:
    """Find a preset or a file, or say why it is not there.

    Args:
        name: a preset's name or a path.
        folder: where relative paths start; None for the working directory.
        asked_in: file that names it, for the message.
        key: key that names it, for the message.
    """
    if isinstance(name, str) and not is_path(name):
        presets = preset_files()
        if name in presets:
            return _Source(f"preset {name}", f"preset:{name}", presets[name], None)
        beside = {path.stem: path.name for path in sorted((folder or Path()).glob("*.toml"))}
        near = nearest(name, presets) or beside.get(nearest(name, beside) or "")
        allowed = f"a path that ends in .toml, or a preset: {', '.join(presets)}"
        return Fault(asked_in, key, f"no preset {name!r}", allowed, near)
    path = Path(name) if folder is None else folder / name
    label = str(path)
    if not path.is_file():
        beside = {other.stem: other.name for other in sorted(path.parent.glob("*.toml"))}
        found = f"{label!r}, which is a folder" if path.is_dir() else f"no file {label!r}"
        near = nearest(path.stem, beside)
        hint = str(path.with_name(beside[near])) if near else nearest(path.stem, preset_files())
        return Fault(asked_in, key, found, "a scenario file that exists, or a preset's name", hint)
    identity = os.path.normcase(path.resolve())
    return _Source(label, identity, path, path.parent)


def read_toml(path: Path) -> dict[str, Any] | Fault:
    """Read a TOML file, with or without byte-order mark, or say why that cannot be."""
    if not path.is_file():
        found = f"{str(path)!r}, which is a folder" if path.is_dir() else f"no file {str(path)!r}"
        return Fault(str(path), "", found, "a file that exists")
    return _parse(_Source(str(path), "", path, path.parent))


def _parse(source: _Source) -> dict[str, Any] | Fault:
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
        return Fault(source.label, f"line {line}", f"no TOML ({reason})", "TOML text")


def _read_chain(name: str | Path) -> _Reading:
    """Read a scenario and all it extends, as far as that is possible."""
    reading = _Reading()
    found = _find(name, None, str(name), "")
    visited: list[_Source] = []
    while True:
        if isinstance(found, Fault):
            reading.faults.append(found)
            return reading
        visited.append(found)
        data = _parse(found)
        if isinstance(data, Fault):
            reading.faults.append(data)
            return reading
        parent = data.pop("extends", None)
        reading.layers.append((found.label, data))
        _read_staff(found, data, reading)
        if parent is None:
            return reading
        if not isinstance(parent, str) or not parent:
            allowed = "a preset's name or a path in quotes"
            reading.faults.append(Fault(found.label, "extends", repr(parent), allowed))
            return reading
        source, found = found, _find(parent, found.folder, found.label, "extends")
        if isinstance(found, _Source) and any(found.identity == v.identity for v in visited):
            circle = " -> ".join([*(v.label for v in visited), found.label])
            allowed = "a chain of files that ends"
            found = Fault(source.label, "extends", f"a circle: {circle}", allowed)


def _read_staff(source: _Source, data: dict[str, Any], reading: _Reading) -> None:
    """Put what a staff list holds in the place of the key that names it.

    The list becomes a layer under the file that names it.
    """
    organisation = data.get("organisation")
    if not isinstance(organisation, dict) or "staff" not in organisation:
        return
    from colsim.scenario.staff.layer import staff_layer

    folder = source.folder or shipped_folder() / "authorities"
    staff, as_of = organisation.pop("staff"), organisation.pop("as_of", None)
    found, faults = staff_layer(
        staff, as_of, file=source.label, folder=folder, shipped=source.folder is None
    )
    reading.faults += faults
    if found is None:
        reading.layers.append((source.label, {"organisation": {"practitioners": []}}))
        return
    reading.notes += found.notes if source.folder is not None else ()
    reading.layers.append((found.file, {"organisation": found.organisation()}))


def _own_organisation(data: Data) -> bool:
    """Tell whether a file lists practitioners, so that sizes of what it extends are void."""
    organisation = data.get("organisation")
    return isinstance(organisation, Mapping) and "practitioners" in organisation


def _leaves(data: Data, prefix: str = "") -> Iterator[str]:
    """Yield the dotted keys of all values that are not tables; an empty table counts as one."""
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{key}.")
        else:
            yield key


def merge(base: dict[str, Any], over: Data) -> None:
    """Write `over` into `base`: tables are merged, everything else is replaced."""
    for name, value in over.items():
        if isinstance(value, Mapping):
            if not isinstance(base.get(name), dict):
                base[name] = {}
            merge(base[name], value)
        else:
            base[name] = value


def nested(overrides: Mapping[str, object]) -> dict[str, Any]:
    """Turn dotted keys into nested tables."""
    data: dict[str, Any] = {}
    for key, value in overrides.items():
        *tables, last = key.split(".")
        inner = data
        for step in tables:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return data


def _switch_off(merged: Data, without: Iterable[str]) -> tuple[dict[str, Any], set[str]]:
    """Return what to set so that channels are switched off, and which of the names were met."""
    levers = merged.get("levers")
    changed: dict[str, Any] = {}
    met = set()
    for name, setting in levers.items() if isinstance(levers, Mapping) else ():
        if name not in LEVERS or not isinstance(setting, Mapping):
            continue
        off = setting.get("without", ())
        listed = list(off) if isinstance(off, list | tuple) else []
        for item in without:
            lever, _, channel = item.rpartition(".")
            if lever in ("", name) and channel in LEVERS[name].switchable:
                met.add(item)
                listed += [channel] if channel not in listed else []
        if listed:
            changed[name] = {"without": listed}
    return ({"levers": changed} if met else {}), met


def _load(
    name: str | Path, overrides: Mapping[str, object], without: Iterable[str], met: set[str]
) -> tuple[LoadedScenario | None, list[Fault]]:
    """Load one scenario; return it, or None and its faults. Adds to the channels met."""
    reading = _read_chain(name)
    complete = not reading.faults
    layers = reading.layers[::-1]
    if overrides and layers:
        layers.append((COMMAND_LINE, nested(overrides)))
    merged: dict[str, Any] = {}
    set_by: dict[str, str] = {}
    for label, data in layers:
        if _own_organisation(data):
            merged.pop("organisation", None)
        merge(merged, data)
        set_by.update(dict.fromkeys(_leaves(data), label))
    if without:
        change, found = _switch_off(merged, without)
        met |= found
        if change:
            layers.append((COMMAND_LINE, change))
            merge(merged, change)
            set_by.update(dict.fromkeys(_leaves(change), COMMAND_LINE))
    organisation = merged.get("organisation")
    if isinstance(organisation, dict):
        listed = organisation.get("practitioners")
        if isinstance(listed, list) and listed:
            label = set_by["organisation.practitioners"]
            for size, value in sizes_of([table(person) for person in listed]).items():
                if size not in organisation:
                    organisation[size] = value
                    set_by[f"organisation.{size}"] = label
    # A table that replaced a value, or the reverse, leaves keys behind that are no more.
    present = set(_leaves(merged))
    provenance = {key: label for key, label in set_by.items() if key in present}
    faults = list(reading.faults)
    if layers:
        faults += value_faults(
            merged,
            provenance=provenance,
            layers=[label for label, _ in layers],
            file=reading.layers[0][0],
            complete=complete,
        )
    if faults:
        return None, faults
    short = Path(name).stem if isinstance(name, Path) or is_path(name) else name
    chain = tuple(label for label, _ in layers if label != COMMAND_LINE)
    scenario = Scenario.model_validate(merged)
    return LoadedScenario(short, scenario, provenance, chain, tuple(reading.notes)), []


def load_scenarios(
    names: Iterable[str | Path],
    *,
    overrides: Mapping[str, object] | None = None,
    without: Iterable[str] = (),
) -> tuple[LoadedScenario, ...]:
    """Load several scenarios, and report the faults of all of them together.

    Args:
        names: presets' names or paths of TOML files.
        overrides: dotted keys to values that win over every file, such as
            {"run.weeks": 52}; they are checked like values of a file.
        without: channels to switch off wherever a lever in use has them, as
            "channel" or "lever.channel".

    Raises:
        ScenarioError: at least one file is faulty, or not there, or none of
            the scenarios uses a lever with a channel named in `without`.
    """
    loaded, faults = [], []
    without, met = tuple(without), set[str]()
    for name in names:
        scenario, found = _load(name, overrides or {}, without, met)
        faults += found
        if scenario is not None:
            loaded.append(scenario)
    if not faults:
        used = {name for scenario in loaded for name in scenario.scenario.levers}
        known = [f"{name}.{channel}" for name in used for channel in LEVERS[name].switchable]
        for item in without:
            if item not in met:
                allowed = f"channels of levers in use: {', '.join(sorted(known)) or 'none is used'}"
                short = {channel.rpartition(".")[2]: channel for channel in known}
                near = nearest(item, known) or short.get(nearest(item, short) or "")
                faults.append(Fault(COMMAND_LINE, "--without", repr(item), allowed, near))
    if faults:
        # Two scenarios may extend one faulty file: say it once.
        raise ScenarioError(list(dict.fromkeys(faults)))
    return tuple(loaded)


def load_scenario(
    name_or_path: str | Path,
    *,
    overrides: Mapping[str, object] | None = None,
    without: Iterable[str] = (),
) -> LoadedScenario:
    """Load a preset by name, or a scenario file by its path.

    A text that ends in .toml or holds a slash is a path, as is a `Path`;
    anything else names a preset.  `extends` in a file names a preset, or a
    path relative to that file; tables are merged, other values replaced.

    Raises:
        ScenarioError: files are missing, no TOML, or hold faulty values; it
            lists all faults found, each with file, key, what was found and
            what is allowed.

    Example:
        >>> loaded = load_scenario("co_location")
        >>> loaded.scenario.levers["co_location"].strength
        3.0
        >>> loaded.provenance["organisation.csw"]
        'preset robinscar'
    """
    return load_scenarios([name_or_path], overrides=overrides, without=without)[0]
