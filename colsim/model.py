"""The model as a Mesa model: stepped phase by phase, looked into, changed; the same bits."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from colsim.agents import KINDS, Family, Practitioner, Tie
from colsim.core.engine import prepare
from colsim.core.layout import BS, CSW
from colsim.core.measures import MEASURES, TOTAL_INDEX, WINDOW
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import PHASE_NAMES, PHASES, begin_week, end_week
from colsim.network import graph_of
from colsim.scenarios.compiling import compile_scenario
from colsim.scenarios.loading import LoadedScenario, load_scenario
from colsim.scenarios.schema import Scenario

if TYPE_CHECKING:
    import networkx as nx

HEADLINES = (
    "information_flow",
    "joint_plan_rate",
    "familiarity",
    "narrative_csw",
    "narrative_mhsw",
)

Hook = Callable[["CollaborationModel"], None]


def _measure(model: "CollaborationModel", *, name: str) -> float:
    return model.measure(name)


class CollaborationModel(mesa.Model):  # type: ignore[misc]
    """Children's and mental health social workers, spanners and families, week by week.

    Args:
        scenario: name of a preset, path of a TOML file, a loaded or a checked scenario.
        seed: the run's seed; the same run as `colsim run --seed`.
        parameters: values that win over those of the scenario.

    Raises:
        UserError: the scenario is faulty.
        KeyError: a parameter is unknown.
    """

    def __init__(
        self,
        scenario: str | Path | LoadedScenario | Scenario = "robinscar",
        *,
        seed: int = 1,
        parameters: dict[str, float] | None = None,
    ) -> None:
        """Draw the population; the first step simulates the first week of the burn-in."""
        super().__init__(rng=seed)
        if isinstance(scenario, (str, Path)):
            scenario = load_scenario(str(scenario))
        checked = scenario.scenario if isinstance(scenario, LoadedScenario) else scenario
        compiled = compile_scenario(checked)
        self.policy = checked
        self.layout = compiled.layout
        self.burn_in = compiled.burn_in
        self.horizon = compiled.burn_in + compiled.weeks
        self.world = prepare(
            compiled.layout,
            compiled.levers,
            pack_parameters({**compiled.parameters, **(parameters or {})}),
            seed=seed,
            weeks=compiled.weeks,
            burn_in=compiled.burn_in,
        )
        self._hooks: dict[tuple[str, str], list[Hook]] = {}
        self._people: dict[int, Practitioner] = {}
        self._families: dict[int, Family] = {}
        self._sync()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "week": lambda model: model.week,
                **{name: partial(_measure, name=name) for name in HEADLINES},
            }
        )

    @property
    def week(self) -> int:
        """Weeks simulated so far, the burn-in included."""
        return int(self.world.clock[0]["week"])

    @property
    def policy_week(self) -> int:
        """Weeks simulated since the end of the burn-in; negative during it."""
        return self.week - self.burn_in

    def step(self) -> None:
        """Simulate one week: its phases one by one, with whatever was put between them.

        Raises:
            RuntimeError: the scenario's weeks are over.
        """
        if self.week >= self.horizon:
            raise RuntimeError(
                f"the scenario ends after {self.horizon} weeks, burn-in included; "
                "set run.weeks higher to simulate longer"
            )
        begin_week(self.world)
        for name, phase in zip(PHASE_NAMES, PHASES, strict=True):
            self._call("before", name)
            phase(self.world)
            self._call("after", name)
        end_week(self.world)
        self._sync()
        self.datacollector.collect(self)
        self.running = self.week < self.horizon

    def after(self, phase: str, function: Hook) -> None:
        """Call `function(model)` after a phase, in every week from now on.

        Raises:
            ValueError: there is no such phase.
        """
        self._hook("after", phase, function)

    def before(self, phase: str, function: Hook) -> None:
        """Call `function(model)` before a phase, in every week from now on.

        Raises:
            ValueError: there is no such phase.
        """
        self._hook("before", phase, function)

    def _hook(self, when: str, phase: str, function: Hook) -> None:
        if phase not in PHASE_NAMES:
            raise ValueError(f"phase: found {phase!r}; allowed: {', '.join(PHASE_NAMES)}")
        self._hooks.setdefault((when, phase), []).append(function)

    def _call(self, when: str, phase: str) -> None:
        for function in self._hooks.get((when, phase), ()):
            self._sync()
            function(self)

    def _sync(self) -> None:
        """Let agents come and go with the arrays."""
        for index, person in list(self._people.items()):
            if not person.in_post:
                person.remove()
                del self._people[index]
        for index in np.flatnonzero(self.world.practitioners["filled"]).tolist():
            if index not in self._people:
                kind = KINDS[int(self.world.posts[index]["service"])]
                self._people[index] = kind(self, index)
        active = self.world.active[: self.world.clock[0]["active"]].tolist()
        for index in self._families.keys() - set(active):
            self._families.pop(index).remove()
        for index in active:
            if index not in self._families:
                self._families[index] = Family(self, index)

    @property
    def families(self) -> list[Family]:
        """Active families, in the order in which they are visited."""
        return [self._families[k] for k in self.world.active[: len(self._families)].tolist()]

    def practitioner_at(self, post: int) -> Practitioner | None:
        """Return the present holder of a post; None if it is vacant or post is -1."""
        return self._people.get(post)

    def ties_of(self, person: Practitioner) -> dict[Practitioner, Tie]:
        """Return a person's ties, by the other end."""
        world, post = self.world, self.world.posts[person.index]
        block = world.authorities[post["authority"]]
        csws, mhsws, spanners = block["posts"].tolist()
        csw0, mhsw0, bs0 = block["first_post"].tolist()
        row, service = int(post["row"]), int(post["service"])
        found: dict[Practitioner, Tie] = {}
        if service != BS:
            others = mhsws if service == CSW else csws
            for k in range(others):
                pair = row * mhsws + k if service == CSW else k * mhsws + row
                tie = int(block["first_tie"]) + pair
                other = self._people.get((mhsw0 if service == CSW else csw0) + k)
                if other is not None and world.tie_last[tie] >= 0:
                    trusts = float(world.tie_trust_cm[tie]), float(world.tie_trust_mc[tie])
                    found[other] = Tie(
                        float(world.tie_familiarity[tie]),
                        *(trusts if service == CSW else trusts[::-1]),
                        int(world.tie_last[tie]),
                    )
        for k in range(spanners):
            for column in range(csws + mhsws):
                partner = csw0 + column if column < csws else mhsw0 + column - csws
                if person.index not in (bs0 + k, partner):
                    continue
                tie = int(block["first_spanner_tie"]) + k * (csws + mhsws) + column
                other = self._people.get(partner if service == BS else bs0 + k)
                familiarity = float(world.spanner_familiarity[tie])
                if other is not None and familiarity > 0:
                    trust = float(world.spanner_trust[tie])
                    mine, theirs = (math.nan, trust) if service == BS else (trust, math.nan)
                    found[other] = Tie(familiarity, mine, theirs, -1)
        return found

    def measure(self, name: str, *, window: int = WINDOW) -> float:
        """Return a measure over the last `window` weeks; NaN where nothing was due.

        Raises:
            KeyError: there is no such measure.
        """
        weekly = self.world.totals[max(0, self.week - window) : self.week].sum(axis=0)
        return float(MEASURES[name].of({n: weekly[k] for n, k in TOTAL_INDEX.items()}))

    @property
    def graph(self) -> "nx.MultiGraph[Any]":
        """This week's network, made anew at each call; see `colsim.network.graph_of`."""
        return graph_of(self.world)
