"""Which kind of result a folder holds, told from its files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


CALIBRATION = "calibration.json"


WORLDS = "matched.json"


KINDS = {
    "run": "a run",
    "comparison": "a comparison",
    "choice": "a choice",
    "evidence": "a result of evidence",
    "story": "a family's story",
    "families": "a list of families",
    "patterns": "a report on patterns",
    "analysis": "the analysis of a sweep",
    "sweep": "a sweep",
    "calibration": "a calibration",
    "worlds": "plausible worlds",
}


LONG = 200
"""Bytes of a name to which nothing more is added: systems end at 255."""


@dataclass(frozen=True, slots=True)
class Held:
    """The result that a folder holds."""

    kind: str
    """A name in `KINDS`; empty if it is none that this version knows."""
    manifest: Mapping[str, Any]
    files: tuple[str, ...]
    """Names of the files that are part of it."""

    def __str__(self) -> str:
        """Return what it is, in words."""
        if not self.kind:
            return f"a {MANIFEST} that is not one of colsim's or is torn"
        about = self.manifest
        one, several = about.get("scenario"), about.get("scenarios")
        names = several if isinstance(several, list) and self.kind == "comparison" else [one]
        said = [", ".join(str(n["name"]) for n in names if isinstance(n, dict) and n.get("name"))]
        said += [str(about["family"])] if self.kind == "story" and "family" in about else []
        said += [f"seed {about['seed']}"] if "seed" in about else []
        said += [f"of {str(about['written'])[:10]}"] if "written" in about else []
        told = ", ".join(part for part in said if part)
        return KINDS[self.kind] + (f" ({told})" if told else "")


def held(folder: Path) -> Held | None:
    """Return the result that a folder holds; None if it holds none."""
    calibration = document_in(folder / CALIBRATION)
    if calibration is not None and calibration.get("kind") == "calibration":
        return Held("calibration", calibration, ())
    worlds = document_in(folder / WORLDS)
    if worlds is not None and worlds.get("kind") in ("matched", "judged"):
        return Held("worlds", worlds, ())
    if not (folder / MANIFEST).exists():
        return None
    manifest = document_in(folder / MANIFEST)
    if manifest is None:
        return Held("", {}, ())
    files = manifest.get("files")
    names = [str(name) for name in files] if isinstance(files, list) else []
    return Held(_kind(manifest), manifest, tuple(n for n in names if Path(n).name == n))


def _kind(manifest: Mapping[str, Any]) -> str:
    if str(manifest.get("format", "")).startswith("colsim sweep"):
        return "sweep"
    kind = str(manifest.get("kind", ""))
    return kind if kind in KINDS else ""


def document_in(path: Path) -> dict[str, Any] | None:
    """Return the JSON document of a file; None if it holds none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
