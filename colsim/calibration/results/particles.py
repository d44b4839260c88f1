"""What a calibration found, as data: parameter sets, priors, themes; for other programs too."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values
from colsim.calibration.inference.problem import Prior, Problem
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, missing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from colsim.calibration.inference.sampler import Population

_FOUND = ("low", "median", "high", "shift", "error", "contraction", "moved")
"""What a summary says of a parameter, in the table of parameters."""


@dataclass(frozen=True, slots=True)
class Particles:
    """Plausible parameter sets, equally weighted, with the manifest and summary of their folder."""

    folder: Path
    manifest: dict[str, Any]
    summary: dict[str, Any]
    names: tuple[str, ...]
    """All parameters that differ between particles; those asked about come first."""
    values: Values
    """Particles, equally weighted, shape (particles, parameters)."""
    log_likelihood: Values

    def table(self) -> "pd.DataFrame":
        """Return a row for each parameter: prior, posterior, and whether it moved."""
        import pandas as pd

        rows = []
        recovery = (self.summary["simulation_check"] or {}).get("by_name", {})
        for prior, found in zip(self.manifest["priors"], self.summary["parameters"], strict=False):
            parameter = PARAMETERS[prior["name"]]
            row = {"parameter": prior["name"], "unit": parameter.unit}
            row |= {f"prior_{end}": prior[end] for end in ("low", "middle", "high")}
            row |= {name: found[name] for name in _FOUND}
            row["recovery"] = recovery.get(prior["name"], {}).get("recovery")
            rows.append(row | {"cites_study": prior["cites_study"], "mark": parameter.mark})
        return pd.DataFrame(rows)

    def themes(self) -> "pd.DataFrame":
        """Return a row for each theme and service: what was voiced, and what is predicted."""
        import pandas as pd

        return pd.DataFrame(self.summary["themes"])

    def particles(self) -> "pd.DataFrame":
        """Return the plausible parameter sets, a row each."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.names))

    def worlds(self) -> list[Mapping[str, float]]:
        """Return the plausible parameter sets as values by name."""
        return [dict(zip(self.names, map(float, row), strict=True)) for row in self.values]


def themes_table(
    problem: Problem,
    prior: Values,
    posterior: Values,
    start: Values,
    levels: Values,
    shares: Values,
) -> list[dict[str, Any]]:
    """Return, for each theme and service, what was written down and the predictions.

    Args:
        problem: what was asked.
        prior: chance of each count before the interviews, (cells, counts).
        posterior: the same after them.
        start: how likely each shared level is before: (a and q, volunteered, asked mention).
        levels: the same after them.
        shares: how likely each coder's table is after them.

    Returns:
        Of several coders' tables a row spans what any of them allows; `by_coder` has each.
    """
    rows = []
    voices, instrument, tables = problem.voices, problem.instrument, problem.tables
    shape = voices.reporting.shape()
    for c, cell in enumerate(voices.cells):
        n = voices.interviewed[instrument.service[c]]
        bands: list[dict[str, Any]] = [
            {"at_least": int(x.low[c]), "at_most": int(x.high[c]), "absent": cell in x.absent}
            for x in tables
        ]
        low, high = min(x["at_least"] for x in bands), max(x["at_most"] for x in bands)
        counts = np.arange(n + 1)
        absent = all(x["absent"] for x in bands)
        written = np.stack(
            [
                voices.reporting.of_band(n, x["at_least"], x["at_most"], absent=x["absent"])
                for x in bands
            ]
        )
        agrees = [
            float(
                np.einsum(
                    "t,aq,taqk,k->", of_table, by.sum(axis=(1, 2)).reshape(shape), written,
                    chance[c, : n + 1],
                )
            )
            for of_table, by, chance in (
                (np.array(problem.weights), start, prior), (shares, levels, posterior),
            )
        ]  # fmt: skip
        rows.append(
            {
                "theme": cell[0],
                "service": cell[1],
                "interviewed": n,
                "at_least": low,
                "at_most": high,
                "absent": absent,
                "asked": cell[0] in voices.asked,
                "compared": bool(instrument.weight[c] > 0),
                "prior_in_band": agrees[0],
                "posterior_in_band": agrees[1],
                "prior_mean": float((prior[c, : n + 1] * counts).sum()),
                "posterior_mean": float((posterior[c, : n + 1] * counts).sum()),
                "prior_counts": prior[c, : n + 1].tolist(),
                "posterior_counts": posterior[c, : n + 1].tolist(),
            }
            | ({"by_coder": bands} if len(tables) > 1 else {})
        )
    return rows


def rows_of(problem: Problem, people: "Population") -> "pa.Table":
    """Return a row for each particle: its seeds, log-likelihood, and values of the parameters."""
    import pyarrow as pa

    columns = {
        f"seed_{run + 1}": pa.array(column, pa.int64()) for run, column in enumerate(people.seeds.T)
    }
    columns["log_likelihood"] = pa.array(people.log_likelihood, pa.float64())
    for k, prior in enumerate(problem.priors):
        values = [prior.at(float(u)) for u in people.quantiles[:, k]]
        columns[prior.name] = pa.array(values, pa.float64())
    return pa.table(columns)


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
