"""What people do with any Mesa model does here what they mean, or is refused in words."""

import functools
import inspect

import mesa
import numpy as np
import pandas as pd
import pytest

from colsim import (
    BoundarySpanner,
    ChildrensSocialWorker,
    CollaborationModel,
    Family,
    load_scenario,
)
from colsim.errors import UserError
from colsim.scenario.faults import ScenarioError
from tests.unit.test_model import BOTH, scenario
from tests.worlds import differing

OURS = load_scenario("desktop", overrides={"run.burn_in": 4, "run.weeks": 6})


class Mine(CollaborationModel):
    """A model of one's own."""

    def __init__(self, scenario=OURS, *, narrative=None, **more):
        super().__init__(scenario, **more)
        for person in self.agents_by_type[ChildrensSocialWorker] if narrative is not None else ():
            person.narrative = narrative


def batch(parameters, *, model=CollaborationModel, **options):
    return mesa.batch_run(
        model, {"scenario": [OURS], **parameters}, display_progress=False, **options
    )


def same_run(row, *, weeks=10):
    """Return whether a row is the run that its seed gives."""
    model = CollaborationModel(OURS, seed=row["seed"])
    model.run_for(weeks)
    flow = model.measure("information_flow")
    return row["information_flow"] == flow or (np.isnan(flow) and np.isnan(row["information_flow"]))


@pytest.mark.parametrize("model", [CollaborationModel, Mine])
def test_a_batch_draws_seeds_and_says_them(model):
    with pytest.warns(DeprecationWarning, match="iterations"):
        rows = batch({}, model=model, iterations=3, max_steps=100)
    seeds = [row["seed"] for row in rows]
    assert len(set(seeds)) == 3
    assert all(isinstance(seed, int) and 0 <= seed < 2**48 for seed in seeds)
    assert [row["week"] for row in rows] == [10, 10, 10]
    assert all(map(same_run, rows))


def test_seeds_that_are_listed_are_lived():
    rows = batch({"seed": [1, 2]})
    assert [row["seed"] for row in rows] == [1, 2]
    assert all(map(same_run, rows))
    rows = batch({}, rng=[5, 6, None])
    assert [row["seed"] for row in rows[:2]] == [5, 6]
    assert all(map(same_run, rows))
    with pytest.raises(UserError, match="rng: found 5, and seed 1 too; allowed: one of them"):
        batch({"seed": [1]}, rng=[5])


@pytest.mark.slow
def test_a_batch_over_processes_and_periods():
    rows = batch({"seed": [1, 2]}, number_processes=2, data_collection_period=5)
    table = pd.DataFrame(rows).sort_values(["seed", "Step"])
    assert table["week"].tolist() == [1, 6, 1, 6]
    assert set(table["seed"]) == {1, 2}
    rows = batch({"seed": 3, "parameters": [{"answer_base": 0.1}, {"answer_base": 0.9}]})
    assert [row["parameters"]["answer_base"] for row in rows] == [0.1, 0.9]
    rows = batch({"narrative": [-0.5, 0.5]}, model=Mine, rng=[1], data_collection_period=1)
    assert [row["week"] for row in rows] == [*range(1, 11), *range(1, 11)]
    assert rows[0]["narrative_csw"] < rows[10]["narrative_csw"]
    rows = batch({"seed": [1]}, max_steps=3)
    assert [row["week"] for row in rows] == [3]


@pytest.mark.parametrize(
    "parameters", ["answer_base", ["answer_base"], 3, ("answer_base", 0.5)], ids=repr
)
def test_parameters_that_are_none_are_named(parameters):
    with pytest.raises(UserError, match=r"parameters: found .*in mesa\.batch_run a list of such"):
        CollaborationModel(OURS, parameters=parameters)


def test_numbers_of_numpy_are_numbers():
    model = CollaborationModel(OURS, parameters={"answer_base": np.float32(0.5)}, seed=np.int64(3))
    assert model.world.parameters[0]["answer_base"] == 0.5
    assert (model.seed, type(model.seed)) == (3, int)
    with pytest.raises(ScenarioError, match=r"answer_base: found .*True.*; allowed: a number"):
        CollaborationModel(OURS, parameters={"answer_base": np.True_})


def test_seeds_of_every_kind():
    assert CollaborationModel(OURS).seed == 1
    assert CollaborationModel(OURS, rng=7).seed == 7
    assert CollaborationModel(OURS, seed=None, rng=7).seed == 7
    assert CollaborationModel(OURS, seed=7, rng=None).seed == 7
    assert CollaborationModel(OURS, rng=np.int64(0)).seed == 0
    drawn = {CollaborationModel(OURS, **o).seed for o in ({"seed": None}, {"rng": None}) * 2}
    assert len(drawn) == 4
    for make in (np.random.SeedSequence, np.random.default_rng, np.random.PCG64, lambda n: [n, 1]):
        one, other = (CollaborationModel(OURS, rng=make(5)) for _ in "ab")
        assert one.seed == other.seed > 2**20
        assert differing(one.world, other.world) == []
    for rng in ("5", 0.5, True, -1, 2**63, [-1], object()):
        with pytest.raises(UserError, match=r"rng: found .* or what numpy\.random\.default_rng"):
            CollaborationModel(OURS, rng=rng)
    for seed in ("5", 0.5, True, -1, 2**63, [1], np.random.default_rng(1)):
        with pytest.raises(UserError, match=r"seed: found .*or None to draw one$"):
            CollaborationModel(OURS, seed=seed)


def test_mesas_pages_still_find_seed():
    assert "seed" in inspect.signature(CollaborationModel.__init__).parameters
    assert list(inspect.signature(Mine).parameters) == ["scenario", "narrative", "more"]


# --- agents --------------------------------------------------------------------------------


@pytest.fixture
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=5)
    made.run_for(30)
    return made


def _pop(agents, agent):
    while True:
        agents.pop()


REMOVALS = {
    "agent.remove": lambda model, agent: agent.remove(),
    "model.agents.remove": lambda model, agent: model.agents.remove(agent),
    "model.agents.discard": lambda model, agent: model.agents.discard(agent),
    "agents_by_type.remove": lambda model, agent: model.agents_by_type[type(agent)].remove(agent),
    "deregister_agent": lambda model, agent: model.deregister_agent(agent),
    "remove_all_agents": lambda model, agent: model.remove_all_agents(),
    "clear": lambda model, agent: model.agents.clear(),
    "pop": lambda model, agent: model.agents.pop(),
    "do": lambda model, agent: model.agents_by_type[type(agent)].do("remove"),
    "shuffle_do": lambda model, agent: model.agents.shuffle_do("remove"),
    "select": lambda model, agent: model.agents.select(lambda a: a is not agent, inplace=True),
    "minus": lambda model, agent: model.agents.__isub__([agent]),
    "and": lambda model, agent: model.agents.__iand__([agent]),
    "create_agents": lambda model, agent: type(agent).create_agents(model, 2, agent.index),
    "make": lambda model, agent: type(agent)(model, agent.index),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", REMOVALS.values(), ids=REMOVALS)
@pytest.mark.parametrize("kind", [ChildrensSocialWorker, BoundarySpanner, Family])
def test_nobody_is_taken_away_or_added_through_mesa(model, kind, way):
    agent = next(iter(model.agents_by_type[kind]))
    before = list(model.agents), {k: list(v) for k, v in model.agents_by_type.items()}
    with pytest.raises(RuntimeError, match=r"come and go by the model's own processes"):
        way(model, agent)
    assert (list(model.agents), {k: list(v) for k, v in model.agents_by_type.items()}) == before
    other = CollaborationModel(scenario(levers=BOTH), seed=5)
    other.run_for(35)
    model.run_for(5)
    assert differing(model.world, other.world) == []
    assert {a.name for a in model.agents} == {a.name for a in other.agents}


class Manager(mesa.Agent):
    """Somebody of one's own, beside the model."""


def test_agents_of_ones_own_come_and_go(model):
    manager, other = Manager(model), Manager(model)
    assert len(model.agents_by_type[Manager]) == 2
    manager.remove()
    model.agents.discard(other)
    model.step()
    assert manager not in model.agents
    assert other not in model.agents


def test_orders_and_draws_of_ones_own_change_no_bit(model):
    other = CollaborationModel(scenario(levers=BOTH), seed=5)
    other.run_for(30)
    model.agents.shuffle(inplace=True)
    model.agents.sort("index", inplace=True)
    model.agents.shuffle_do("advance")
    assert len(model.agents.select(agent_type=Family)) == len(model.families)
    model.random.random()
    with pytest.warns(FutureWarning):
        model.reset_randomizer(99)
    model.reset_rng(5)
    assert model.seed == 5
    for one in (model, other):
        one.run_for(10)
    assert differing(model.world, other.world) == []


def test_a_model_runs_to_its_end_and_says_so():
    model = CollaborationModel(OURS, rng=3)
    assert model.running
    model.run_model()
    assert (model.steps, model.time, model.week, model.running) == (10, 10.0, 10, False)
    model.run_model()
    assert model.week == 10


def test_steps_are_counted_after_a_week_that_failed():
    model = CollaborationModel(OURS)
    model.datacollector = mesa.DataCollector({"x": functools.partial(_once, seen=[])})
    with pytest.raises(RuntimeError, match="not yet"):
        model.run_for(1)
    model.run_for(3)
    assert (model.steps, model.week, model.time) == (4, 4, 4.0)


def _once(model, seen):
    seen.append(model.week)
    if len(seen) == 1:
        raise RuntimeError("not yet")


def test_reporters_of_agents_work():
    model = CollaborationModel(scenario(levers=BOTH), seed=5)
    model.datacollector = mesa.DataCollector(
        model_reporters={"seed": "seed", "agents": lambda m: len(m.agents)},
        agent_reporters={"name": "name", "index": lambda a: a.index},
    )
    model.run_for(3)
    table = model.datacollector.get_agent_vars_dataframe()
    counted = model.datacollector.get_model_vars_dataframe()
    assert len(table) == counted["agents"].sum()
    assert set(counted["seed"]) == {5}
