"""Where themes begin to be voiced: by a rule, the same for all, and no number set by hand.

The thresholds of a theme are the quartiles of its quantity among the people of the services
concerned, over worlds of the prior; the scale is a quarter of the distance between the first
and the third. So half of all people, over all that is thought possible, could speak of each theme
before anybody was interviewed.

An observable is *dead* if no world of the prior makes it speak: on average less than 15 in 100 of
the service could speak of it in any of them, or the middle half of all people have one and the
same value. Nothing can be learnt from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from colsim.calibration.arrays import Values
from colsim.calibration.inference.problem import Prior, world_at
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import NODE_WEIGHTS
from colsim.calibration.interviewing.observables import Cell, Measurement, Observable, Three
from colsim.calibration.interviewing.quantities import SERVICES, Staff, read_quantities
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.schema import Scenario

WORLDS = 100
"""Worlds of the prior that the rule looks at."""
LIVELY = 0.15
"""Share of a service that could speak of a theme in at least one world, lest it be dead."""
SCALE = 0.25
_RULE = 7011


@dataclass(frozen=True, slots=True)
class Settled:
    """A measurement whose thresholds are known."""

    measurement: Measurement
    dead: Mapping[Cell, str]
    """Observables from which nothing can be learnt, and why."""


def settled(
    scenario: Scenario,
    priors: Sequence[Prior],
    measurement: Measurement,
    cells: Iterable[Cell],
    *,
    seed: int,
    pool: Executor,
    worlds: int = WORLDS,
) -> Settled:
    """Find the thresholds that nobody set, and the observables that are dead.

    Args:
        scenario: lived up to the interviews.
        priors: of what differs between worlds.
        measurement: observables; those with thresholds of their own keep them.
        cells: themes and services to look at.
        seed: what the worlds are drawn by.
        pool: worlds are lived on it.
        worlds: how many.
    """
    cells = tuple(cells)
    names = tuple(dict.fromkeys(measurement.observables[cell].quantity for cell in cells))
    seen = _values(scenario, priors, names, seed=seed, pool=pool, worlds=worlds)
    observables = dict(measurement.observables)
    dead: dict[Cell, str] = {}
    for cell in cells:
        one = observables[cell]
        if one.threshold is None:
            alike = [
                other
                for other in cells
                if other[0] == cell[0] and measurement.observables[other].quantity == one.quantity
            ]
            found = _by_rule(seen, names.index(one.quantity), alike)
            if found is None:
                dead[cell] = (
                    f"{one.quantity} has one and the same value for the middle half of all people"
                )
                continue
            one = observables[cell] = one.at(*found)
        share = _speaking(one, [world[names.index(one.quantity)] for world in seen[cell[1]]])
        if share < LIVELY:
            dead[cell] = (
                f"in no world of {worlds} could more than {share:.0%} of {cell[1]}s speak of "
                f"{one.quantity}"
            )
    return Settled(replace(measurement, observables=observables), dead)


def _values(
    scenario: Scenario,
    priors: Sequence[Prior],
    names: tuple[str, ...],
    *,
    seed: int,
    pool: Executor,
    worlds: int,
) -> dict[str, list[Values]]:
    """Return, by service, each world's quantities: shape (names, people)."""
    compiled = compile_scenario(scenario)
    chance = generator(seed, _RULE)
    places = chance.random((worlds, len(priors)))
    seeds = chance.integers(0, 1 << 62, worlds)

    def one(k: int) -> tuple[Values, ...]:
        staff = Staff(world_at(priors, compiled, places[k], int(seeds[k])), 0)
        values = read_quantities(staff, names).T if names else np.zeros((0, len(staff.everyone)))
        return tuple(np.split(values, [len(staff.posts[0])], axis=1))

    found = list(pool.map(one, range(worlds)))
    return {service: [world[s] for world in found] for s, service in enumerate(SERVICES)}


def _by_rule(
    seen: Mapping[str, list[Values]], column: int, alike: Sequence[Cell]
) -> tuple[Three, float] | None:
    """Return thresholds and scale; None if the quantity does not differ between people."""
    values = [world[column] for _, service in alike for world in seen[service]]
    low, middle, high = np.quantile(np.concatenate(values), (0.25, 0.5, 0.75)).tolist()
    return None if high - low <= 0.0 else ((low, middle, high), SCALE * (high - low))


def _speaking(one: Observable, worlds: Sequence[Values]) -> float:
    """Return the largest share over worlds of a service that could speak of something."""
    assert one.threshold is not None
    assert one.scale is not None
    sign = 1.0 if one.direction == "above" else -1.0
    x = [sign * (world[:, None] - np.array(one.threshold)) / one.scale for world in worlds]
    return max((float((expit(each) @ NODE_WEIGHTS).mean()) for each in x if len(each)), default=0.0)
