"""The parameters as the kernels read them, and worlds drawn from their ranges."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.parameter import MARKS, Parameter
from colsim.data.bonds import BONDS, settled
from colsim.data.rows import load

__all__ = [
    "MARKS",
    "PARAMETERS",
    "PARAMETER_DTYPE",
    "Parameter",
    "draw_world",
    "pack_parameters",
    "pack_world",
]

PARAMETERS: dict[str, Parameter] = load(Parameter, "parameters")
"""Every parameter by name, in the order in which kernels hold them."""

PARAMETER_DTYPE = np.dtype(
    [(name, np.int64 if p.kind == "form" else np.float64) for name, p in PARAMETERS.items()]
)
"""What kernels read: a form is a whole number, to be compared with the names in `names`."""

_DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
_AT_DEFAULTS = np.array([tuple(_DEFAULTS.values())], PARAMETER_DTYPE)
for _bond in BONDS.values():
    for _name in _bond.parameters:
        PARAMETERS[_name]  # a bond names no parameter that is not there


def draw_world(world_seed: int) -> dict[str, float]:
    """Return one draw of all uncertain parameters from their plausible ranges.

    A parameter's draw is keyed by its name, so adding a parameter does not move the others.
    Parameters that are bound to each other are moved so that they agree (`colsim.data.bonds`).
    """
    values = {}
    seed = rng.seed_key(world_seed)
    for name, parameter in PARAMETERS.items():
        if parameter.uncertain:
            key = rng.combine(seed, rng.name_key(name))
            values[name] = parameter.at(rng.uniform(key, 0, 0))
    whole = settled(_DEFAULTS | values, {})
    return {name: whole[name] for name in values}


def pack_world(drawn: Mapping[str, float], given: Mapping[str, float]) -> npt.NDArray[np.void]:
    """Return a record array of shape (1,): what a scenario gives, and what is drawn for the rest.

    What is neither is at its default. Where parameters are bound to each other, what is drawn or
    left at its default gives way to what is given.

    Raises:
        KeyError: for a name that is no parameter.
    """
    values = {**drawn, **given}
    whole = settled(_DEFAULTS | values, given)
    moved = {name: whole[name] for bond in BONDS.values() for name in bond.parameters}
    return pack_parameters(values | moved)


def pack_parameters(values: Mapping[str, float] | None = None) -> npt.NDArray[np.void]:
    """Return a record array of shape (1,), defaults overridden by `values`.

    Raises:
        KeyError: for a name that is no parameter.
    """
    record = _AT_DEFAULTS.copy()
    for name, value in (values or {}).items():
        if name not in PARAMETERS:
            raise KeyError(f"{name!r} is no parameter of the model")
        record[name] = value
    return record
