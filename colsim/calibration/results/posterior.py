"""The folder of a calibration, and what stands in it once it is finished: words, charts."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from colsim.calibration.inference.evaluation import FOLDER, key_of
from colsim.calibration.inference.problem import Problem
from colsim.calibration.plan.loading import LoadedCalibration, cites_study
from colsim.calibration.results.particles import Particles, inference_data
from colsim.calibration.results.words import account_of, in_sentences
from colsim.errors import UserError
from colsim.experiments.parts import TornPartError, read_part
from colsim.experiments.version import model_version
from colsim.experiments.worlds import PARTICLES
from colsim.reporting.account import Account
from colsim.reporting.files import json_bytes, provenance, write_whole
from colsim.reporting.folders import refuse_foreign, refuse_other_kind, require_writable
from colsim.reporting.kinds import held

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MANIFEST = "calibration.json"
SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True)
class Posterior(Particles):
    """The result of a calibration; from `colsim.calibrate` or `colsim.open_calibration`."""

    @property
    def account(self) -> Account:
        """What it found: sentences, themes, and the parameters that moved."""
        return account_of(self, in_sentences(self))

    def words(self) -> list[str]:
        """Return what it found, in sentences."""
        return self.account.texts("answer")

    def plot(self) -> "Figure":
        """Return the chart: themes observed and predicted, posterior against prior."""
        from colsim.calibration.results.charts import plot_posterior

        return plot_posterior(self)

    def arviz(self) -> Any:
        """Return everything as ArviZ inference data: an island a chain, named groups.

        See `colsim.calibration.results.particles`.

        Raises:
            UserError: ArviZ is not installed, or the folder is of an earlier version.
        """
        return inference_data(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the particles as plain Python types."""
        return {
            "folder": str(self.folder),
            "name": self.manifest["name"],
            "title": self.manifest["calibration"]["title"],
            "interviewed": self.manifest["themes"]["interviewed"],
            "missing": self.manifest["missing"],
            "account": self.account.to_dict(),
            **self.summary,
        }


def open_calibration(folder: str | Path) -> Posterior:
    """Open the folder of a finished calibration.

    Raises:
        UserError: it holds none, or it is not finished.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).exists():
        raise UserError(f"{folder}: found no calibration; allowed: the folder of one")
    if not (folder / SUMMARY).exists() or not (folder / PARTICLES).exists():
        raise UserError(
            f"{folder}: found a calibration that is not finished; allowed: a finished one "
            "(calibrate into the folder again: it goes on from there)"
        )
    try:
        manifest, summary = (
            json.loads((folder / name).read_text(encoding="utf-8")) for name in (MANIFEST, SUMMARY)
        )
        table = read_part(folder / PARTICLES)
    except (ValueError, OSError, TornPartError) as error:
        raise UserError(
            f"{folder}: found a damaged calibration ({error}); allowed: delete {SUMMARY} and "
            "calibrate into the folder again: finished runs are found"
        ) from error
    names = tuple(prior["name"] for prior in manifest["priors"])
    values = np.stack([table.column(name).to_numpy() for name in names], axis=1)
    return Posterior(
        folder, manifest, summary, names, values, table.column("log_likelihood").to_numpy()
    )


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
