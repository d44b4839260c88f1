"""Write what in the model makes people know the other service as they do when interviewed.

Theme T13 of the study, that neither service knows the other, is the one that the model fits least.
Each way in which role knowledge changes is switched off in turn, in the same worlds of the prior
and with the same chance, from the first week on. A row says what CSWs and MHSWs know in the median
(and in 9 of 10 people), how many of each know as little as the theme's middle threshold asks (that
of the model as it is), and the logarithm of the chance that everybody of both services voices it,
given that it is in the list. It writes a section of docs/calibration.md.

Run: python scripts/knowing.py [--worlds 40]
"""

import argparse
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from lives import Values, spread, stamp, table

from colsim.calibration.inference.likelihood import log_likelihood, mean_of_products
from colsim.calibration.inference.problem import Prior
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import frame_of, instrument_of, sittings_of
from colsim.calibration.inference.thresholds import settled
from colsim.calibration.interviewing.observables import Measurement, study_measurement
from colsim.calibration.interviewing.quantities import Staff
from colsim.calibration.plan.loading import prior_of, voices_of
from colsim.calibration.themes.reading import study_themes
from colsim.core.engine import prepare
from colsim.core.parameters import PARAMETERS, pack_world
from colsim.core.schedule import PHASE_NAMES
from colsim.core.state import World
from colsim.experiments.tasks import each
from colsim.patterns.stepped import step
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.loading import load_scenario
from colsim.scenario.schema import Scenario

PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"
BEGIN, END = "<!-- knowing: begin -->", "<!-- knowing: end -->"
THEME = "T13"
CELLS = ((THEME, "CSW"), (THEME, "MHSW"))
SITTINGS = 64
LEARNING = {
    "nobody learns from contacts about a family": ("experience",),
    "nobody learns from calls for advice": ("contact",),
    "nobody learns from the bridging team": ("span",),
    "nobody learns in any of these ways": ("experience", "contact", "span"),
}
"""What is switched off, to the phases of a week in which role knowledge then stays as it was."""
HELD = {
    "they forget as slowly as is thought possible (`half_life` at its high end)": {
        "half_life": PARAMETERS["half_life"].high},
    "they begin with as little as is thought possible (`knowledge_start` at its low end)": {
        "knowledge_start": PARAMETERS["knowledge_start"].low},
    "one experience teaches as little as is thought possible (`learning_rate` at its low end)": {
        "learning_rate": PARAMETERS["learning_rate"].low},
}  # fmt: skip
"""Parameters held for all worlds."""


def keeping(phases: tuple[str, ...]) -> tuple[dict[str, Callable[[World], None]], ...]:
    """Return what to do before and after phases in which role knowledge stays as it is."""
    kept: list[Values] = [np.zeros(0)]

    def before(world: World) -> None:
        kept[0] = world.practitioners["role_knowledge"].copy()

    def after(world: World) -> None:
        world.practitioners["role_knowledge"] = kept[0]

    return dict.fromkeys(phases, before), dict.fromkeys(phases, after)


def interviewed(
    compiled: Compiled, values: Mapping[str, float], seed: int, phases: tuple[str, ...] = ()
) -> World:
    """Return a world at the week of the interviews."""
    weeks = compiled.burn_in + compiled.weeks
    world = prepare(
        compiled.layout, compiled.levers, pack_world(values, compiled.parameters),
        seed=seed, weeks=compiled.weeks, burn_in=compiled.burn_in,
    )  # fmt: skip
    before, after = keeping(phases)
    for _ in range(weeks):
        step(world, before, after)
    return world


def scenarios() -> dict[str, tuple[Scenario, tuple[str, ...], Mapping[str, float]]]:
    """Return the variants: scenario, phases in which nothing is learnt, parameters held."""
    usual = load_scenario("robinscar_as_interviewed").scenario
    levers = {k: v for k, v in usual.levers.items() if k != "boundary_spanners"}
    alone = usual.model_copy(update={"levers": levers})
    found = {"as it is": (usual, (), {})}
    found |= {name: (usual, phases, {}) for name, phases in LEARNING.items()}
    found["there is no bridging team"] = (alone, (), {})
    staff = usual.organisation
    even = usual.model_copy(update={"organisation": staff.model_copy(update={"mhsw": staff.csw})})
    found["as many MHSWs as CSWs"] = (even, (), {})
    found |= {name: (usual, (), held) for name, held in HELD.items()}
    return found


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=40)
    worlds = parser.parse_args().worlds
    assert {name for phases in LEARNING.values() for name in phases} <= set(PHASE_NAMES)
    usual = load_scenario("robinscar_as_interviewed").scenario
    priors = [prior_of(name) for name, one in PARAMETERS.items() if one.uncertain]
    measurement = only_theme(study_measurement(), usual, priors)
    instrument = instrument_of(measurement, CELLS)
    voices = voices_of(study_themes(), CELLS, codebook="afterwards")
    chance = generator(1, 13)
    places = chance.random((worlds, len(priors)))
    rows = []
    for name, (scenario, phases, held) in scenarios().items():
        compiled = compile_scenario(scenario)

        def one(k: int, compiled=compiled, phases=phases, held=held):
            drawn = {
                prior.name: prior.at(float(u)) for prior, u in zip(priors, places[k], strict=True)
            }
            world = interviewed(compiled, drawn | dict(held), k + 1, phases)
            frame = frame_of(Staff(world, 0), instrument)
            sittings = sittings_of(
                frame, instrument, interviewed=voices.interviewed, seed=k + 1, count=SITTINGS
            )
            known = frame.values[:, instrument.names.index("role_knowledge")]
            return np.split(known, [frame.csw]), log_likelihood(frame, sittings, instrument, voices)

        found = list(each(one, range(worlds)))
        logs = np.array([log for _, log in found])
        people = [np.concatenate([known[s] for known, _ in found]) for s in (0, 1)]
        middle = instrument.thresholds[0, 1]
        rows.append([
            name,
            *(spread(x, 1.0, 2, sign=False) for x in people),
            *(f"{(x < middle).mean():.0%}" for x in people),
            f"{float(mean_of_products(logs, 0)):.1f}",
        ])  # fmt: skip
    head = ("", "CSWs know", "MHSWs know", "little: CSWs", "little: MHSWs", "T13")
    said = f"{worlds} worlds of the prior in `robinscar_as_interviewed`. {stamp()}"
    section = "\n\n".join([BEGIN, table(head, rows), said, END])
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + section + rest.partition(END)[2], encoding="utf-8")


def only_theme(measurement: Measurement, scenario: Scenario, priors: list[Prior]) -> Measurement:
    """Return the theme's observables with their thresholds."""
    own = {cell: measurement.observables[cell] for cell in CELLS}
    with ThreadPoolExecutor(2) as pool:
        return settled(
            scenario, priors, replace(measurement, observables=own), CELLS, seed=1, pool=pool
        ).measurement


if __name__ == "__main__":
    main()
