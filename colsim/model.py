"""The model as a Mesa model: stepped phase by phase, looked into, changed; the same bits."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import mesa
from mesa.time import Priority, Schedule

from colsim.agents import Family
from colsim.core.engine import prepare
from colsim.core.measures import MEASURES, TOTAL_INDEX, WINDOW
from colsim.core.parameters import pack_world
from colsim.core.schedule import (
    PHASE_NAMES,
    PHASES,
    begin_week,
    end_week,
    everywhere,
)
from colsim.errors import nearest, refusal
from colsim.model_agents import Inhabited
from colsim.model_input import (
    NOT_GIVEN,
    NotGiven,
    SignatureForMesa,
    checked_parameters,
    checked_scenario,
    checked_seed,
)
from colsim.model_state import kept_state, require_same, state_to_keep
from colsim.network.graph import graph_of
from colsim.network.post_names import family_names, own_names, post_names
from colsim.network.reading import TiesToday, ties_today
from colsim.scenario.compiling import compile_scenario, parameters_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario
from colsim.story.people import Names, row_of
from colsim.story.recorder import Recorder, Taker, Watchers
from colsim.story.story import Story

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


class CollaborationModel(Inhabited):
    """Children's and mental health social workers, spanners and families, week by week.

    Time is in weeks from the start of the burn-in; a step is a week. Stepping gives the same
    bits as the compiled run of the same scenario and seed.

    Args:
        scenario: name of a preset, path of a TOML file, a loaded or a checked scenario.
        seed: the run's seed, a whole number from 0 to 2**63 - 1; the same run as
            `colsim run --seed`; 1 unless given, and None draws one. `model.random` and
            `model.rng`, which the model itself never draws from, start from it too.
        rng: the seed by Mesa's newer name, and in its place: None draws one too, and what
            `numpy.random.default_rng` takes besides numbers is drawn from.
        parameters: values that win over those of the scenario.
        network: ties between CSWs and MHSWs that are there when the policy begins, in place of
            those that have grown by then: a graph as `graph` gives it, or the path of one as
            GraphML or GEXF. See `colsim.network.reading.known_ties`.

    Attributes:
        policy: the scenario, checked.
        seed: the run's seed.
        network_notes: what was taken from a network and what was not, in words.
        burn_in: weeks without policy that a run begins with.
        horizon: weeks that a run has in all.
        world: the arrays that hold every state, for those who know `colsim.core.state`.
        datacollector: collects headline measures after each step; put your own in its place.

    Raises:
        UserError: the scenario, the seed or a parameter is faulty.

    Example:
        >>> model = CollaborationModel("desktop", seed=1)
        >>> model.run_for(2)
        >>> model.step()
        >>> model.leap(7)
        >>> model.week
        10

        People and families are found by place and hand out what they know; a family that is
        recorded has a story.

        >>> family = model.families[0]
        >>> model.holds(family), model.family_at(family.index) is family
        (True, True)
        >>> family.facts("csw") <= set(range(16))
        True
        >>> model.practitioner_at(0) is not None, model.awaits(type(family), family.index)
        (True, False)
        >>> _ = model.record(family)
        >>> model.step()
        >>> model.story(family).family == family.name
        True

        A function is called before or after a phase of every week; who watches is given what the
        kernels note of every family; a measure is taken over the last weeks.

        >>> seen, notes = [], []
        >>> model.watch(notes.append)
        >>> model.before("contact", lambda one: seen.append(("before", one.week)))
        >>> model.after("contact", lambda one: seen.append(("after", one.week)))
        >>> model.step()
        >>> seen, len(notes) > 0
        ([('before', 11), ('after', 11)], True)
        >>> 0.0 <= model.measure("information_flow", window=4) <= 1.0
        True
    """

    __signature__ = SignatureForMesa()

    def __init__(
        self,
        scenario: str | Path | LoadedScenario | Scenario = "robinscar",
        *,
        seed: int | NotGiven | None = NOT_GIVEN,
        rng: Any = NOT_GIVEN,
        parameters: Mapping[str, float] | None = None,
        network: "nx.Graph[Any] | str | Path | TiesToday | None" = None,
    ) -> None:
        """Draw the population; the first step simulates the first week of the burn-in."""
        self.policy = checked_scenario(scenario)
        self.seed = checked_seed(seed, rng)
        own = {} if parameters is None else checked_parameters(parameters, self.policy)
        values = parameters_of(self.policy) | own
        super().__init__(rng=self.seed)
        compiled = compile_scenario(self.policy)
        self._own = own_names(self.policy, compiled)
        ties: TiesToday | None = None
        if network is not None:
            ties = ties_today(network, post_names(compiled.layout, self._own), compiled.layout)
            compiled = compile_scenario(self.policy, ties=ties.ties)
        self.network_notes = () if ties is None else ties.notes
        self.burn_in = compiled.burn_in
        self.horizon = compiled.burn_in + compiled.weeks
        self.world = prepare(
            compiled.layout,
            compiled.levers,
            pack_world({}, values),
            seed=self.seed,
            weeks=compiled.weeks,
            burn_in=compiled.burn_in,
        )
        self.post_names = post_names(self.world, self._own)
        self.family_names = family_names(self.world, self._own)
        self._hooks: dict[tuple[str, str], list[Hook]] = {}
        self._watchers = Watchers(self.world)
        self._made_with = dict(values), ties
        self._living = self._broken_off = self._collecting = False
        self._move_in()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "week": "week",
                "seed": "seed",
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
            RuntimeError: the scenario's weeks are over, or an error in a function put between
                phases left a week half lived.
        """
        try:
            self._simulate_week()
            self._collecting = True
            self.datacollector.collect(self)
        except BaseException:
            # Mesa strikes a step that fails off its schedule: later ones would silently do nothing.
            self._schedule_again()
            raise
        finally:
            self._living = self._collecting = False
        self.running = self.week < self.horizon

    def leap(self, weeks: int) -> None:
        """Simulate weeks at once, compiled: the bits that steps give, and nothing collected.

        Families are recorded in it as in steps. Mesa's own clock stays where it is.

        Raises:
            RuntimeError: functions were put between phases, which only steps call; or the
                scenario's weeks are over before.
        """
        if self._hooks or self._living or self._broken_off:
            raise RuntimeError(
                "leap: found functions between phases, or a week half lived; allowed: step(), "
                "which calls them"
            )
        if not 0 <= weeks <= self.horizon - self.week:
            raise RuntimeError(
                f"leap: found {weeks} weeks; allowed: 0 to {self.horizon - self.week}, which are "
                "left of the scenario"
            )
        self._watchers.leap(weeks)
        self._sync()

    def _schedule_again(self) -> None:
        schedule = Schedule(interval=1.0, start=self.time + 1.0)
        self.schedule_recurring(self._step_again, schedule, Priority.HIGH)

    def _step_again(self) -> None:
        self.steps += 1
        type(self).step(self)

    def _simulate_week(self) -> None:
        if self._broken_off:
            raise RuntimeError(
                f"week {self.week} was left half lived by an error between its phases; "
                "make a new model"
            )
        if self.week >= self.horizon:
            raise RuntimeError(
                f"the scenario ends after {self.horizon} weeks, burn-in included; to simulate "
                'longer, load it with overrides={"run.weeks": ...} or set run.weeks in its file'
            )
        self._living = self._broken_off = True
        everywhere(begin_week, self.world)
        for name, phase in zip(PHASE_NAMES, PHASES, strict=True):
            self._call("before", name)
            everywhere(phase, self.world)
            self._call("after", name)
        end_week(self.world)
        self._living = self._broken_off = False
        self._sync()

    def __copy__(self) -> Self:
        """Return a copy that lives on its own: the world holds all that a model is."""
        return deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what copies and pickles hold.

        Raises:
            RuntimeError: a week is half lived.
        """
        if self._living:
            raise RuntimeError(
                f"week {self.week} is half lived: copy or pickle a model between two weeks, not in "
                "a function between phases"
            )
        return state_to_keep(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Go on from what `__getstate__` returned.

        Raises:
            UserError: another version of colsim saved it.
        """
        self.__dict__.update(kept_state(state))
        if self._collecting:  # copied by a reporter, before Mesa has scheduled the next week
            self._collecting = False
            self.running = self.week < self.horizon
            self._schedule_again()

    def after(self, phase: str, function: Hook) -> None:
        """Call `function(model)` after a phase, in every week from now on.

        What it sets on agents is in force from the next phase on. For chance, let it draw from
        `model.random` or `model.rng`.

        Raises:
            ValueError: there is no such phase.
            TypeError: the function cannot be called.
        """
        self._hook("after", phase, function)

    def before(self, phase: str, function: Hook) -> None:
        """Call `function(model)` before a phase; otherwise like `after`.

        Raises:
            ValueError: there is no such phase.
            TypeError: the function cannot be called.
        """
        self._hook("before", phase, function)

    def _hook(self, when: str, phase: str, function: Hook) -> None:
        if phase not in PHASE_NAMES:
            near = nearest(str(phase), PHASE_NAMES)
            raise ValueError(f"phase: {refusal(repr(phase), ', '.join(PHASE_NAMES), near)}")
        if not callable(function):
            raise TypeError(f"function: found {function!r}; allowed: a function of the model")
        self._hooks.setdefault((when, phase), []).append(function)

    def _call(self, when: str, phase: str) -> None:
        # Recorders stand next to the phase, so that they tell its changes from those of hooks.
        if when == "after":
            self._watchers.after_phase()
        for function in self._hooks.get((when, phase), ()):
            self._sync()
            function(self)
        if when == "before":
            self._watchers.before_phase()

    def watch(self, take: Taker) -> None:
        """Let kernels note what they do for every family, from now on.

        Watching changes no bit of the run.

        Args:
            take: called with the notes of a phase, or of a week of `leap`, in their order; see
                `colsim.core.events.NOTE_DTYPE`.
        """
        self._watchers.add(take)

    def record(self, family: str | Family) -> Recorder:
        """Record what happens to a family from now on; `story` tells it.

        Recording changes no bit of the run.

        Args:
            family: its name, as in `family_names`, or the agent. It need not be there yet.

        Raises:
            UserError: there is no such family.
        """
        names = Names(self.family_names, self.post_names, self._own.teams)
        return self._watchers.record(self._row_of(family), names)

    def story(self, family: str | Family) -> Story:
        """Return what happened to a family, as a table and as a text.

        Of a family that is recorded, what was recorded. Otherwise the run so far is simulated
        again from its scenario and seed, with the family recorded from the start.

        Raises:
            UserError: there is no such family; or the run is no longer the one that its scenario
                and seed give, so that only recording can tell.
        """
        row = self._row_of(family)
        if row in self._watchers.recorders:
            return self._watchers.recorders[row].story()
        values, ties = self._made_with
        again = CollaborationModel(self.policy, seed=self.seed, parameters=values, network=ties)
        recorder = again.record(self.family_names[row])
        again.leap(self.week)
        require_same(self.world, again.world)
        return recorder.story()

    def _row_of(self, family: str | Family) -> int:
        name = family.name if isinstance(family, Family) else family
        return row_of(self.family_names, name, self.world)

    def measure(self, name: str, *, window: int = WINDOW) -> float:
        """Return a measure over the last `window` weeks; NaN where nothing was due.

        Args:
            name: of `colsim.core.measures.MEASURES`.
            window: weeks, at least 1; those before the start are left out.

        Raises:
            KeyError: there is no such measure.
            ValueError: the window is shorter than a week.
        """
        if name not in MEASURES:
            said = refusal(repr(name), ", ".join(MEASURES), nearest(name, MEASURES))
            raise KeyError(f"measure: {said}")
        if window < 1:
            raise ValueError(f"window: found {window!r}; allowed: a whole number of weeks from 1")
        weekly = self.world.totals[max(0, self.week - window) : self.week].sum(axis=0)
        return float(MEASURES[name].of({n: weekly[k] for n, k in TOTAL_INDEX.items()}))

    @property
    def graph(self) -> "nx.Graph[Any]":
        """This week's network, made anew at each call; see `colsim.network.graph_of`."""
        return graph_of(self.world, self._own)
