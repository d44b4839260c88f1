"""The folder of a calibration: what it is, whose it is, and how its files are written."""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from colsim.calibration.inference.evaluation import FOLDER, key_of
from colsim.calibration.inference.problem import Problem
from colsim.calibration.plan.loading import LoadedCalibration, cites_study
from colsim.calibration.results.posterior import MANIFEST
from colsim.errors import UserError
from colsim.experiments.version import model_version
from colsim.reporting.files import json_bytes, provenance, write_whole
from colsim.reporting.folders import refuse_foreign, refuse_other_kind, require_writable
from colsim.reporting.kinds import held

FORMAT = 2


def manifest_of(loaded: LoadedCalibration, problem: Problem) -> dict[str, Any]:
    """Return all that a calibration is made of."""
    return {
        "format": FORMAT,
        "kind": "calibration",
        "model": model_version(),
        "key": key_of(problem),
        "name": loaded.name,
        "calibration": loaded.calibration.model_dump(mode="json"),
        "scenario": loaded.scenario.scenario.model_dump(mode="json"),
        "themes": {
            "file": loaded.themes.file,
            "interviewed": loaded.themes.interviewed,
            "rows": [asdict(row) for row in loaded.themes.rows],
            "coders": [
                {"file": one.file, "weight": weight, "rows": [asdict(row) for row in one.rows]}
                for one, weight in zip(loaded.coders, loaded.weights[1:], strict=True)
            ],
        },
        "observables": [
            {"theme": theme, "service": service}
            | asdict(loaded.measurement.observables[theme, service])
            for theme, service in loaded.cells
        ],
        "missing": [
            {"theme": theme, "service": service, "why": why}
            for (theme, service), why in loaded.missing.items()
        ],
        "priors": [
            asdict(prior) | {"cites_study": cites_study(prior.name)} for prior in problem.priors
        ],
        "made": provenance(),
    }


def agree(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a folder with something else in it.

    Raises:
        UserError: it cannot be written, or holds another calibration or other files.
    """
    require_writable(folder)
    path = folder / MANIFEST
    result = held(folder)
    if result is not None and result.kind:
        refuse_other_kind(folder, "calibration")
    if not path.exists():
        refuse_foreign(folder, (FOLDER, "lock.txt"), "this calibration")
        return
    there = read_json(path)
    if there.get("kind") != "calibration":
        raise UserError(f"--out: found {folder}, which holds no calibration; allowed: a new folder")
    before, now = json.loads(json.dumps([there, manifest]))
    differ = [
        name
        for name in now["calibration"]
        if before["calibration"].get(name) != now["calibration"][name]
    ] + [
        name for name in ("scenario", "themes", "observables", "model") if before[name] != now[name]
    ]
    if differ:
        raise UserError(
            f"--out: found {folder}, which holds another calibration (it differs in "
            f"{', '.join(differ)}); allowed: another folder"
        )


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of JSON.

    Raises:
        UserError: it is torn.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(
            f"{path}: found a file that cannot be read ({error}); allowed: what a calibration "
            "wrote; delete it and calibrate into the folder again, finished runs are found"
        ) from error
    return data


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write a file of JSON, whole or not at all."""
    write_whole(path, json_bytes(_plain(data), indent=1))


def _plain(value: Any) -> Any:
    """Return plain JSON types; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
