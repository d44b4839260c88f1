"""The one place that knows where the shipped scenarios are.

In a checkout and an editable install they are the folder `scenarios` beside the package; a wheel
carries the same folder as `colsim/presets`.
"""

from functools import cache
from pathlib import Path

import colsim

KINDS = ("authorities", "policies", "circumstances")
"""What a preset may be; each kind has a folder of its own."""


@cache
def shipped_folder() -> Path:
    """Return the folder that holds the shipped scenarios, one folder a kind.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    package = Path(colsim.__file__).parent
    for folder in (package / "presets", package.parent / "scenarios"):
        if (folder / KINDS[0]).is_dir():
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
