"""What a document is: a title, sections, and how it was made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colsim.errors import UserError
from colsim.intended_use import MAY_NOT
from colsim.reporting.account import Grid, Picture, Points, Section, Words

_QUALITY = (
    "Every state of the model is checked to the last bit against a second one written from its "
    "description; what it should show and does not is listed in docs/patterns.md, every number "
    "with its evidence in docs/assumptions.md. The same scenarios, seed and version give the "
    "same figures."
)
_MADE = {
    "colsim": "colsim",
    "written": "Made",
    "seed": "Seed",
    "replications": "Replications",
    "python": "Python",
    "packages": "Packages",
    "platform": "Machine",
}
"""What a manifest says of how a result was made, and how that is called."""


@dataclass(frozen=True, slots=True)
class Document:
    """A result in sections, from what its folder holds."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    made: Mapping[str, Any]
    """Versions and time, from the folder's manifest."""


def chart_of(picture: Picture, folder: Path) -> bytes:
    """Return the chart, PNG; empty where it was not drawn."""
    path = folder / f"{picture.stem}.png"
    return picture.drawn or (path.read_bytes() if path.is_file() else b"")


def limits() -> Section:
    """Return what no result may be used for."""
    said = Points(tuple(f"{title}: {why}." for title, why in MAY_NOT))
    return Section("What it may not be used for", (said,))


def quality(made: Mapping[str, Any]) -> Section:
    """Return how far a result can be relied on, and how it was made."""
    told = {key: made[key] for key in _MADE if key in made}
    if "packages" in told:
        told["packages"] = ", ".join(map(" ".join, told["packages"].items()))
    facts = tuple((_MADE[key], str(value)) for key, value in told.items())
    parts = (Words(_QUALITY), Grid(("What", "Which"), facts))
    return Section("Quality, and how it was made", parts, appendix=True)


def read(folder: Path, name: str) -> dict[str, Any]:
    """Return a JSON file of a folder.

    Raises:
        UserError: it is missing or torn.
    """
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder}: found no {name}; allowed: a whole result, as written") from None
    except (OSError, ValueError) as error:
        raise UserError(
            f"{folder / name}: found a file that cannot be read ({error}); allowed: a whole "
            "result, as written"
        ) from None
    if not isinstance(found, dict):
        raise UserError(f"{folder / name}: found no table; allowed: a whole result, as written")
    return found
