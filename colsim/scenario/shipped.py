"""The one place that knows where the shipped scenarios are.

In a checkout and an editable install they are the folder `scenarios` beside the package; a wheel
carries the same folder as `colsim/presets`.
"""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import colsim

AUTHORITY, POLICY, CIRCUMSTANCE = KINDS = ("authorities", "policies", "circumstances")
"""What a preset may be; each kind has a folder of its own."""


@dataclass(frozen=True, slots=True)
class Preset:
    """An authority, a policy or a circumstance that is shipped with the package."""

    name: str
    title: str
    description: str
    kind: str
    """One of `KINDS`."""


@cache
def shipped_folder() -> Path:
    """Return the folder that holds the shipped scenarios, one folder a kind.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    package = Path(colsim.__file__).parent
    for folder in (package / "presets", package.parent / "scenarios"):
        if (folder / AUTHORITY).is_dir():
            return folder
    raise FileNotFoundError(f"no shipped scenarios beside {package}: install colsim anew")


@cache
def preset_files() -> dict[str, Path]:
    """Return the shipped presets' files by name, in order of their names."""
    folder = shipped_folder()
    found = {path.stem: path for kind in KINDS for path in (folder / kind).glob("*.toml")}
    return {name: found[name] for name in sorted(found)}


def kind_of(name: str) -> str:
    """Return the kind of a preset: its folder's name."""
    return preset_files()[name].parent.name


@cache
def list_presets(kind: str | None = None) -> tuple[Preset, ...]:
    """Return the shipped presets: authorities by size, then policies, then circumstances by name.

    Authorities with a staff list come after those given by sizes, and those that build on another
    come last.

    Args:
        kind: one of `KINDS`; all if None.

    Example:
        >>> [preset.name for preset in list_presets("circumstances")]
        ['austerity', 'improvement_journey']
    """
    presets, sizes = [], {}
    for name, file in preset_files().items():
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        presets.append(
            Preset(name, data["title"], data.get("description", "").strip(), kind_of(name))
        )
        organisation = {"authorities": 1, "csw": math.inf} | data.get("organisation", {})
        sizes[name] = ("extends" in data, organisation["authorities"] * organisation["csw"])
    first = (False, 0)
    order = sorted(
        presets,
        key=lambda p: (KINDS.index(p.kind), sizes[p.name] if p.kind == AUTHORITY else first,
                       p.name),
    )  # fmt: skip
    return tuple(preset for preset in order if kind in (None, preset.kind))
