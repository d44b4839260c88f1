"""What a stepped model is kept as: copied, pickled, gone on with, and told from another."""

import operator
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from inspect import getclosurevars
from typing import Any

import mesa

import colsim
from colsim.core.state import CHANGING, FIXED, World, differing
from colsim.errors import UserError

_SAVED_BY = "_saved_by"


def state_to_keep(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return a model's attributes as they are copied and pickled."""
    state = {**attributes, _SAVED_BY: colsim.__version__}
    if type(state.get("datacollector")) is mesa.DataCollector:
        state["datacollector"] = _keepable(state["datacollector"])
    return state


def kept_state(state: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that `state_to_keep` was given.

    Raises:
        UserError: another version of colsim kept them.
    """
    version = state.get(_SAVED_BY)
    if version != colsim.__version__:
        raise UserError(
            f"saved model: found one of colsim {version or 'of an unknown version'}; allowed: one "
            f"of colsim {colsim.__version__}, which this is; simulate it anew"
        )
    return {name: value for name, value in state.items() if name != _SAVED_BY}


def require_same(mine: World, again: World) -> None:
    """Refuse if a run is not the one that its scenario and seed give, to the last bit.

    Args:
        mine: the run.
        again: the same number of weeks, from its scenario and seed.

    Raises:
        UserError: they differ, and in what.
    """
    found = differing(mine, again, (*FIXED, *CHANGING))
    if found:
        raise UserError(
            "story: this run is not the one that its scenario and seed give, because a "
            "function between phases or a state that was set has changed it (differing: "
            f"{', '.join(found)}), so it cannot be simulated again; make the model anew, "
            "call model.record(family) before the first step, and step it as you did"
        )


def _keepable(collector: mesa.DataCollector) -> mesa.DataCollector:
    """Return a collector with the same records whose reporters of agents can be pickled."""
    kept = copy(collector)
    kept.agent_reporters = {n: _reporter(r) for n, r in collector.agent_reporters.items()}
    kept.agenttype_reporters = {
        kind: {name: _reporter(reporter) for name, reporter in reporters.items()}
        for kind, reporters in collector.agenttype_reporters.items()
    }
    return kept


def _reporter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what Mesa makes of an attribute's name, or of a function with values, as pickle can.

    Mesa makes functions within functions of them, which no pickle takes.
    """
    if getattr(function, "__module__", None) != "mesa.datacollection":
        return function
    inner = getclosurevars(function).nonlocals
    if "attribute_name" in inner:
        return operator.attrgetter(inner["attribute_name"])
    if {"func", "params"} <= inner.keys():
        return _WithValues(inner["func"], tuple(inner["params"]))
    return function


@dataclass(frozen=True, slots=True)
class _WithValues:
    """A function of an agent and further values."""

    function: Callable[..., Any]
    values: tuple[Any, ...]

    def __call__(self, agent: mesa.Agent) -> Any:
        """Return the function's value."""
        return self.function(agent, *self.values)
