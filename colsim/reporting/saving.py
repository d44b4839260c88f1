"""Write results so that a folder is complete or not there: nothing half written."""

import errno
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim import __version__
from colsim.core.measures import RANGE
from colsim.errors import UserError

if TYPE_CHECKING:
    from colsim.experiments.comparison import Comparison

_TRIES, _PAUSE = 3, 0.5
"""How often a locked file is tried, and seconds in between."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PACKAGES = ("numpy", "numba", "mesa", "networkx", "pandas", "pydantic")


def require_writable(folder: str | Path) -> None:
    """Make sure that a folder can be made and written, before hours are spent.

    Raises:
        UserError: it cannot; nothing is left behind.
    """
    folder = Path(folder)
    made = [p for p in (folder, *folder.parents) if not p.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"--out: found {folder}, which cannot be written ({reason}); "
            "allowed: a folder that you may create or write"
        ) from error
    finally:
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


@contextmanager
def writing(folder: str | Path) -> Iterator[Path]:
    """Give a temporary folder whose files move into `folder` when all are written.

    Raises:
        UserError: the folder cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    except OSError as error:
        raise UserError(
            f"--out: found {folder}, which cannot be written ({error.strerror or error}); "
            "allowed: a folder that you may create or write"
        ) from error
    try:
        yield staging
        for path in sorted(staging.iterdir()):
            move_over(path, folder / path.name)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        name = folder / Path(error.filename).name if error.filename else folder
        raise UserError(
            f"--out: {name} cannot be written ({error.strerror or error}); "
            + ("free some space and try again" if full else "is it open in another program?")
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def move_over(path: Path, target: Path) -> None:
    """Move a file over another; one that a spreadsheet holds open is tried again.

    Raises:
        OSError: the file cannot be moved.
    """
    for left in reversed(range(_TRIES)):
        try:
            path.replace(target)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+2"), harmless("co_location")
    ("'=1+2", 'co_location')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def provenance() -> dict[str, Any]:
    """Return what made a result: versions, platform and time."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "colsim": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def write_json(path: Path, document: Any) -> None:
    """Write a JSON document, readable by people."""
    path.write_text(
        json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def save_comparison(result: "Comparison", folder: str | Path) -> None:
    """Write comparison.csv and .json, series.csv, chart.png and .svg, manifest.json."""
    import numpy as np
    import pandas as pd

    rows = []
    for measure, courses in result.series.items():
        for name, course in zip(result.names, courses, strict=True):
            low, middle, high = np.nanquantile(course, (RANGE[0], 0.5, RANGE[1]), axis=0)
            for week in range(course.shape[1]):
                values = (low[week], middle[week], high[week], result.notes_of(name))
                rows.append((measure, harmless(name), week, *values))
    with writing(folder) as staging:
        table = result.table()
        table["scenario"] = table["scenario"].map(harmless)
        table.to_csv(staging / "comparison.csv", index=False, encoding="utf-8")
        head = ["measure", "scenario", "policy_week", "low", "median", "high", "notes"]
        pd.DataFrame(rows, columns=head).to_csv(staging / "series.csv", index=False)
        write_json(staging / "comparison.json", result.to_dict())
        write_json(
            staging / "manifest.json",
            provenance()
            | {
                "scenarios": result.scenarios,
                "seed": result.seed,
                "replications": result.replications,
                "fixed_parameters": result.fixed_parameters,
                "calibrated_worlds": result.calibrated,
                "notes": result.notes,
                "seconds": round(result.seconds, 3),
            },
        )
        figure = result.plot()
        figure.savefig(staging / "chart.png", dpi=130)
        figure.savefig(staging / "chart.svg")
