"""A scenario file for a staff list."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FAMILIES_PER_CSW = 130 / 150
"""Shared families for each CSW post, as in the preset robinscar."""


def usual_families(reading_hours: float, *, full_time: float) -> int:
    """Return the shared families of a service of so many CSW hours, by the preset robinscar."""
    return max(1, round(reading_hours / full_time * FAMILIES_PER_CSW))


def scenario_text(
    *,
    title: str,
    organisation: Mapping[str, Any],
    comments: Sequence[str] = (),
) -> str:
    """Return a scenario file as TOML text.

    Args:
        title: one line.
        organisation: keys to texts, numbers, or lists of flat entries.
        comments: lines put above the organisation.
    """
    lines = [f"title = {_text(title)}"]
    lines += ["", *(f"# {comment}" for comment in comments), "[organisation]"]
    for key, value in organisation.items():
        if isinstance(value, list | tuple):
            lines.append(f"{key} = [")
            lines += [f"  {{ {_entry(entry)} }}," for entry in value]
            lines.append("]")
        else:
            lines.append(f"{key} = {_value(value)}")
    return "\n".join(lines) + "\n"


def relative_path(target: Path, folder: Path) -> str:
    """Return how a scenario in a folder names a file, with slashes on every system."""
    try:
        path = os.path.relpath(target.resolve(), folder.resolve())
    except ValueError:  # another drive
        path = str(target.resolve())
    return path.replace(os.sep, "/")


def _entry(entry: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {_value(value)}" for key, value in entry.items())


def _value(value: Any) -> str:
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    # A JSON string without control characters is a TOML string.
    return json.dumps(text, ensure_ascii=False)
