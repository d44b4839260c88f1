"""Read scenario files with all that they extend, and lay policies over authorities.

An authority has an organisation; a policy has levers only; a circumstance has levers, or
parameters, of what happens to an authority. Which of them a file is follows from what it holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from colsim.scenario.checking import checked
from colsim.scenario.faults import Fault
from colsim.scenario.levers import levers_in
from colsim.scenario.problem import Data, table
from colsim.scenario.schema import LeverSetting
from colsim.scenario.shipped import AUTHORITY, CIRCUMSTANCE, POLICY, shipped_folder
from colsim.scenario.sources import Source, find, is_path, parse, short_name

KIND_WORDS = {AUTHORITY: "an authority", POLICY: "a policy", CIRCUMSTANCE: "a circumstance"}
_ALONE = "title, description, extends, levers and prices"
_FILE = 'an authority\'s file (extends = "robinscar")'
_BELONGS = {
    "run": ("the length of a run", f"belongs to {_FILE}, or to --weeks"),
    "levels": ("levels of today", f"belong to {_FILE}"),
    "price_year": (
        "a price year",
        f"belongs to {_FILE}, or to --price-year, so that all costs are told in the pounds of one "
        "year",
    ),
}
"""What only an authority's file has: how it is called, and where it belongs."""
_LONGEST_TITLE = 100
_DEFAULTS = {
    key: None if info.is_required() else info.default
    for key, info in LeverSetting.model_fields.items()
}


@dataclass(slots=True)
class Gathered:
    """What a file holds together with all that it extends, or what several hold together."""

    name: str
    label: str
    """How messages name it."""
    data: dict[str, Any] = field(default_factory=dict)
    set_by: dict[str, str] = field(default_factory=dict)
    """Dotted key to the file that set it."""
    files: list[str] = field(default_factory=list)
    """Labels of the files, in the order in which they were merged."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was guessed in reading a staff list, of the user's own files."""
    complete: bool = True
    """False if a file could not be read: then what is missing is no fault of the others."""

    @property
    def kind(self) -> str:
        """What it is: an authority, a policy or a circumstance."""
        if "organisation" in self.data:
            return AUTHORITY
        levers = table(self.data.get("levers"))
        known = levers_in(levers)
        if any(name not in known or not known[name].circumstance for name in levers):
            return POLICY
        return CIRCUMSTANCE if levers or table(self.data.get("parameters")) else POLICY

    @property
    def title(self) -> str:
        """Its title, or its name where it has none."""
        title = self.data.get("title")
        return title if isinstance(title, str) else self.name

    def put(self, data: Data, label: str) -> None:
        """Write what a file sets over what is there."""
        organisation = data.get("organisation")
        if isinstance(organisation, Mapping) and "practitioners" in organisation:
            # Practitioners are listed: the sizes of what the file extends are void.
            self.data.pop("organisation", None)
        merge(self.data, data)
        self.set_by.update(dict.fromkeys(leaves(data), label))
        if label not in self.files:
            self.files.append(label)

    def provenance(self) -> dict[str, str]:
        """Return the file that set each value that is still there."""
        # A table that replaced a value, or the reverse, leaves keys behind that are no more.
        present = set(leaves(self.data))
        return {key: label for key, label in self.set_by.items() if key in present}

    def faults_alone(self) -> list[Fault]:
        """Return everything wrong with it, whatever authority a policy is laid over."""
        found = list(self.faults)
        if not self.files:
            return found
        _, faults = checked(
            self.data,
            provenance=self.provenance(),
            layers=self.files,
            file=self.label,
            complete=self.complete and self.kind == AUTHORITY,
        )
        found += faults
        if self.complete and self.kind != AUTHORITY:
            found += self._misplaced()
        return found

    def _misplaced(self) -> Iterator[Fault]:
        """Find what belongs to another kind of file."""
        kind = KIND_WORDS[self.kind]
        levers = table(self.data.get("levers"))
        if "title" not in self.data:
            yield Fault(self.label, "title", "nothing", "one line of 1 to 100 characters")
        if not levers and not table(self.data.get("parameters")):
            allowed = 'at least one lever, or an organisation (extends = "robinscar")'
            yield Fault(self.label, "levers", "nothing", allowed)
        for key, (found, place) in _BELONGS.items():
            if key in self.data:
                allowed = f"{_ALONE}; {key} {place}"
                yield Fault(self._origin(key), key, f"{found} in {kind}", allowed)
        if self.kind == POLICY and "parameters" in self.data:
            yield Fault(
                self._origin("parameters"), "parameters", "parameters in a policy",
                f"{_ALONE}; parameters belong to an authority's file or to a circumstance, which "
                "--under lays under both sides",
            )  # fmt: skip
        known = levers_in(levers)
        for name in levers if self.kind == POLICY else ():
            if name in known and known[name].circumstance:
                yield Fault(
                    self._origin(f"levers.{name}"), f"levers.{name}", "a circumstance in a policy",
                    "levers that are policies; what happens to an authority is laid under both "
                    "sides with --under",
                )  # fmt: skip

    def _origin(self, key: str) -> str:
        inside = [file for name, file in self.set_by.items() if f"{name}.".startswith(f"{key}.")]
        return inside[-1] if inside else self.label


def gather(
    name: str | Path,
    folder: Path | None = None,
    *,
    asked_in: str | None = None,
    key: str = "",
    above: tuple[Source, ...] = (),
) -> Gathered:
    """Read a file and all it extends, as far as that is possible.

    Args:
        name: a preset's name or a path.
        folder: where relative paths start; None for the working directory.
        asked_in: file that names it, for messages; None: the user.
        key: key that names it, for messages.
        above: files that lead to this one.
    """
    found = find(name, folder, str(name) if asked_in is None else asked_in, key)
    if isinstance(found, Source) and any(found.identity == one.identity for one in above):
        circle = " -> ".join([*(one.label for one in above), found.label])
        found = Fault(above[-1].label, key, f"a circle: {circle}", "a chain of files that ends")
    data = found if isinstance(found, Fault) else parse(found)
    if isinstance(found, Fault) or isinstance(data, Fault):
        fault = data if isinstance(data, Fault) else found
        assert isinstance(fault, Fault)
        return Gathered(short_name(name), str(name), faults=[fault], complete=False)
    parents = data.pop("extends", [])
    parents = [parents] if isinstance(parents, str) and parents else parents
    wrong = not isinstance(parents, list) or not all(isinstance(p, str) and p for p in parents)
    read = [
        gather(one, found.folder, asked_in=found.label, key="extends", above=(*above, found))
        for one in ([] if wrong else parents)
    ]
    whole = together(read, name=short_name(name), label=found.label)
    if wrong:
        allowed = "a preset's name or a path in quotes, or a list of them"
        whole.faults.append(Fault(found.label, "extends", repr(parents), allowed))
        whole.complete = False
    _put_staff(found, data, whole)
    whole.put(data, found.label)
    return whole


def _put_staff(source: Source, data: dict[str, Any], whole: Gathered) -> None:
    """Put what a staff list holds in the place of the key that names it.

    The list lies under the file that names it.
    """
    organisation = data.get("organisation")
    if not isinstance(organisation, dict) or "staff" not in organisation:
        return
    from colsim.scenario.staff.reading import staff_layer

    folder = source.folder or shipped_folder() / AUTHORITY
    staff, as_of = organisation.pop("staff"), organisation.pop("as_of", None)
    found, faults = staff_layer(
        staff, as_of, file=source.label, folder=folder, shipped=source.folder is None
    )
    whole.faults += faults
    if found is None:
        whole.complete = False
        whole.put({"organisation": {"practitioners": []}}, source.label)
        return
    whole.notes += found.notes if source.folder is not None else ()
    whole.put({"organisation": found.organisation()}, found.file)


def together(parts: Sequence[Gathered], *, name: str, label: str) -> Gathered:
    """Return what several files come to: circumstances and policies over at most one authority.

    Two policies that set one lever differently are a fault that names both.

    Args:
        parts: in any order.
        name: of the whole.
        label: how messages name the whole.
    """
    whole = Gathered(name, label, complete=all(part.complete for part in parts))
    order = {AUTHORITY: 0, CIRCUMSTANCE: 1, POLICY: 2}
    placed = sorted(parts, key=lambda part: order[part.kind] if part.complete else 1)
    for k, part in enumerate(placed):
        whole.faults += part.faults
        whole.notes += part.notes
        for other in placed[:k]:
            whole.faults += _conflicts(other, part, label)
        for lever in table(part.data.get("levers")):
            # A lever means the same over any authority: what is set there does not shine through.
            table(whole.data.get("levers")).pop(lever, None)  # type: ignore[attr-defined]
        for file in part.files:
            keys = [key for key, by in part.set_by.items() if by == file]
            whole.set_by.update(dict.fromkeys(keys, file))
            if file not in whole.files:
                whole.files.append(file)
        merge(whole.data, part.data)
    named = [part for part in placed if part.complete and part.kind != AUTHORITY]
    chosen = [part for part in named if part.kind == POLICY] or named
    if len(chosen) > 1 or any(part.kind == POLICY for part in chosen):
        whole.data["title"] = joined_title(part.title for part in chosen)
        texts = [str(part.data.get("description", "")).strip() for part in chosen]
        whole.data["description"] = "\n".join(text for text in texts if text)
    elif placed and placed[0].complete and placed[0].kind == AUTHORITY:
        for key in ("title", "description"):
            if key in placed[0].data:
                whole.data[key] = placed[0].data[key]
    return whole


def joined_title(titles: Any) -> str:
    """Return the titles of a combination as one line.

    >>> joined_title(["An office", "Training twice a year."])
    'An office + Training twice a year'
    """
    text = " + ".join(title.rstrip(".") for title in titles)
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1].rstrip() + "…"


def _conflicts(one: Gathered, other: Gathered, label: str) -> Iterator[Fault]:
    """Find what two files that are combined set differently."""
    if not one.complete or not other.complete:
        return
    if one.kind == other.kind == AUTHORITY:
        found = f"two authorities: {one.label} and {other.label}"
        yield Fault(label, "", found, "one authority, and policies that are laid over it")
        return
    if AUTHORITY in (one.kind, other.kind):
        return  # a policy changes what it finds
    levers = [table(part.data.get("levers")) for part in (one, other)]
    for name in levers[0]:
        first, second = (setting_of(name, part.get(name)) for part in levers)
        if name in levers[1] and first != second:
            keys = [key for key in first if first[key] != second.get(key)] or ["strength"]
            said = [
                ", ".join(f"{key} = {_toml(setting.get(key))}" for key in keys)
                for setting in (first, second)
            ]
            yield Fault(
                label, f"levers.{name}", f"{said[0]} ({one.label}) and {said[1]} ({other.label})",
                "one setting of a lever: take one of the two, or settle it in a file of your own "
                "that extends both",
            )  # fmt: skip
    for key, what in (("parameters", "value of a parameter"), ("prices", "price of a cost line")):
        values = [dict(_flat(table(part.data.get(key)), f"{key}.")) for part in (one, other)]
        for name in values[0]:
            if name in values[1] and values[0][name] != values[1][name]:
                found = f"{values[0][name]} ({one.label}) and {values[1][name]} ({other.label})"
                yield Fault(label, name, found, f"one {what}")


def _toml(value: object) -> str:
    match value:
        case None:
            return "no value"
        case tuple():
            return str(list(value))
        case Mapping():
            return "a table of its own"
    return str(value)


def setting_of(name: str, setting: object) -> dict[str, Any]:
    """Return a lever's setting with everything that a file leaves out."""
    given = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table(setting).items()
    }
    known = levers_in({name: setting})
    strength = {"strength": known[name].default} if name in known else {}
    return _DEFAULTS | strength | given


def split(text: str | Path, folder: Path | None = None) -> list[str | Path]:
    """Return the parts of a combination: robinscar+co_location has two.

    The path of a file is one part, whatever stands in its name.
    """
    if isinstance(text, Path):
        return [text]
    pieces, parts = text.split("+"), list[str | Path]()
    while pieces:
        joined = ("+".join(pieces[:k]) for k in range(len(pieces), 1, -1))
        files = (one for one in joined if is_path(one) and ((folder or Path()) / one).is_file())
        part = next(files, pieces[0])
        parts.append(part.strip())
        pieces = pieces[part.count("+") + 1 :]
    return parts


def gather_parts(text: str | Path, folder: Path | None = None, key: str = "") -> list[Gathered]:
    """Read each part of a combination."""
    parts = []
    for one in split(text, folder):
        if one == "":
            fault = Fault(
                str(text), key, "nothing beside a +", "names joined like co_location+joint_training"
            )
            parts.append(Gathered("", str(text), faults=[fault], complete=False))
        else:
            parts.append(gather(one, folder, asked_in=str(one), key=key))
    return parts


def leaves(data: Data, prefix: str = "") -> Iterator[str]:
    """Yield the dotted keys of all values that are not tables; an empty table counts as one."""
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{key}.")
        else:
            yield key


def _flat(data: Data, prefix: str) -> Iterator[tuple[str, object]]:
    """Yield dotted keys and what they hold."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


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
