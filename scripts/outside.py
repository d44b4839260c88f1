"""Barriers to working together in the order of the model, beside that of a survey.

Nothing is chosen by it: docs/expectations.md says what was expected. It writes a section between
two marks of docs/calibration.md.

Run: python scripts/outside.py [--worlds 40]
"""

import argparse
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    burnt_in,
    lived,
    measured,
    over_worlds,
    spread,
    stamp,
    sums,
    table,
    world_of,
)
from marks import between
from scipy.stats import kendalltau

from colsim.core.parameters import PARAMETERS
from colsim.scenario import load_scenario
from colsim.scenario.compiling import Compiled, compile_scenario, parameters_of

PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"
BEGIN, END = "<!-- outside: begin -->", "<!-- outside: end -->"
FEWER = 2.0 / 3.0
"""Share of cases that is left where resources are no barrier."""
REMOVED = {
    "inadequate resources": {"csw_cases_per_post": FEWER, "mhsw_cases_per_post": FEWER},
    "confidentiality": {"consent_base": 1.0, "ask_consent": 1.0},
    "gaps in process": {"misdirected": 0.0},
    "unrealistic expectations": {"achievable_base": 1.0, "explain_base": 1.0},
    "knowledge of each other's domain": {"knowledge_start": 1.0},
}
"""The survey's barriers in its order, and what is otherwise without each; inputs are shares."""
MEASURE = "information_flow"
COMPILED: list[Compiled] = []


def scenarios() -> list[Compiled]:
    """Return the authority as it is, and without each barrier."""
    given = parameters_of(load_scenario(AUTHORITY).scenario)
    found = [load_scenario(AUTHORITY)]
    for changed in REMOVED.values():
        overrides = {}
        for name, value in changed.items():
            if PARAMETERS[name].kind == "input":
                own = given.get(name, PARAMETERS[name].default)
                overrides[f"organisation.{name}"] = value * own
            else:
                overrides[f"parameters.{name}"] = value
        found.append(load_scenario(AUTHORITY, overrides=overrides))
    return [compile_scenario(one.scenario) for one in found]


def one_world(number: int) -> list[float]:
    """Return the gain in flow without each barrier, in one world."""
    values, seed = world_of(number)
    flow = [
        measured(sums(lived(burnt_in(one, values, seed), one)), [MEASURE])[0] for one in COMPILED
    ]
    return [one - flow[0] for one in flow[1:]]


def main() -> None:
    """Live the worlds and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=40)
    worlds = parser.parse_args().worlds
    COMPILED.extend(scenarios())
    gains = np.array(over_worlds(one_world, range(worlds)))
    place = (-gains).argsort(axis=1).argsort(axis=1) + 1.0
    rows = [
        (name, str(k + 1), spread(gains[:, k]), spread(place[:, k], 1.0, 0, sign=False))
        for k, name in enumerate(REMOVED)
    ]
    taus = np.array([kendalltau(range(len(REMOVED)), row).statistic for row in place])
    low, middle, high = np.quantile(taus, (0.05, 0.5, 0.95))
    head = ("barrier", "place in the survey", "flow without it, points", "place in the model")
    said = (
        f"Kendall's tau between the two orders: {middle:+.1f} ({low:+.1f} to {high:+.1f} in 9 of "
        f"10 of {worlds} worlds of `{AUTHORITY}`; 1: the same order, -1: the other way round). "
        + stamp()
    )
    section = f"\n{table(head, rows)}\n\n{said}\n"
    page = between(PAGE.read_text(encoding="utf-8"), BEGIN, END, section)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
