"""What other programs for inference need of a calibration: kept as arrays, given as groups."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.calibration.inference.problem import Prior
from colsim.calibration.results.particles import Particles
from colsim.errors import UserError, missing

Values = npt.NDArray[np.float64]
FILE = "inference.npz"


def array_bytes(**arrays: npt.NDArray[Any]) -> bytes:
    """Return named arrays as the bytes of a file."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def arrays_in(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """Read the arrays of a calibration's folder.

    Raises:
        UserError: they are not there, or damaged.
    """
    path = folder / FILE
    try:
        with np.load(path) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise UserError(
            f"{path}: found no arrays that can be read ({error}); allowed: what a calibration of "
            "this version wrote; calibrate into the folder again: finished runs are found"
        ) from error


def inference_data(found: Particles) -> Any:
    """Return a calibration as ArviZ inference data.

    Groups: `posterior` with an island a chain; `log_prior`, by parameter that is asked about (of a
    form or an atom the logarithm of its share); `sample_stats` (`lp`, the logarithm of the chance
    of all that is written down); `prior`; `prior_predictive` and `posterior_predictive`, made-up
    tables beside `observed_data`, each row with what is written of it (in a report 0 absent,
    1 some, 2 all; otherwise the fewest who voiced it); `log_likelihood`, of each theme given the
    others; `constant_data`, thresholds and scales.

    Raises:
        UserError: ArviZ is not installed, or the folder is of an earlier version.
    """
    try:
        import arviz
    except ImportError as error:
        raise missing("arviz: found no ArviZ", "arviz") from error
    held = arrays_in(found.folder)
    sizes = found.summary["sampler"]["islands"]
    least = min(sizes)
    starts = np.cumsum([0, *sizes[:-1]])

    def chains(values: Values) -> Values:
        """Return particles by island; islands differ by one particle at most."""
        return np.stack([values[k : k + least] for k in starts])

    asked = len(found.summary["parameters"])
    names = found.names[:asked]
    priors = [
        Prior(*(one[key] for key in ("name", "low", "middle", "high", "as_drawn")))
        for one in found.manifest["priors"][:asked]
    ]
    groups = {
        "posterior": {n: chains(found.values[:, k]) for k, n in enumerate(names)},
        "log_prior": {
            one.name: chains(one.log_density(found.values[:, k])) for k, one in enumerate(priors)
        },
        "log_likelihood": {"theme": chains(held["log_likelihood"])},
        "sample_stats": {"lp": chains(found.log_likelihood)},
        "prior": {n: held["prior"][None, :, k] for k, n in enumerate(names)},
        "prior_predictive": {"reported": held["prior_predictive"][None]},
        "posterior_predictive": {"reported": held["posterior_predictive"][None]},
        "observed_data": {"reported": held["observed"]},
        "constant_data": {"threshold": held["threshold"], "scale": held["scale"]},
    }
    rows = [f"{row['theme']}.{row['service']}" for row in found.summary["themes"]]
    coords = {
        "row": rows,
        "theme": [one["theme"] for one in found.summary["skill"]],
        "place": ["low", "middle", "high"],
    }
    dims = {"reported": ["row"], "scale": ["row"], "threshold": ["row", "place"]}
    # A variable may not have the name of its dimension.
    groups["log_likelihood"] = {"voiced": groups["log_likelihood"]["theme"]}
    return arviz.from_dict(groups, coords=coords, dims=dims | {"voiced": ["theme"]})
