"""A model that is copied, pickled or sent elsewhere lives on alone, with the same bits."""

import copy
import io
import multiprocessing
import pickle
import subprocess
import sys
from dataclasses import replace

import cloudpickle
import joblib
import mesa
import numpy as np
import pytest

import colsim
from colsim import BoundarySpanner, ChildrensSocialWorker, CollaborationModel, Family
from colsim.comparison.compare import compare
from colsim.core import state
from colsim.core.engine import prepare
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import PHASE_NAMES, advance
from colsim.errors import UserError
from colsim.experiments.single import run
from colsim.network.post_names import OwnNames
from colsim.scenario import load_scenario
from tests.unit.test_model import BOTH, scenario
from tests.worlds import differing, policy, small_layout

WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda one: pickle.loads(pickle.dumps(one)),
    "oldest pickle with protocol 2": lambda one: pickle.loads(pickle.dumps(one, protocol=2)),
    "cloudpickle": lambda one: cloudpickle.loads(cloudpickle.dumps(one)),
}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def lunch(model):
    """A mechanism of one's own that draws."""
    for worker in model.agents_by_type[ChildrensSocialWorker]:
        worker.narrative += 0.1 * (model.random.random() - worker.narrative)


@pytest.fixture
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=5)
    made.run_for(12)
    return made


def apart(one, other):
    """Return that two worlds share no memory."""
    return not any(
        np.shares_memory(getattr(one, name), getattr(other, name))
        for name in (*state.CHANGING, "parameters", "levers", "known")
        if getattr(one, name).size
    )


@pytest.mark.slow
@ways
def test_a_copy_lives_alone_with_the_bits_of_the_original(model, way):
    other = way(model)
    assert apart(other.world, model.world)
    assert np.shares_memory(other.world.policy, other.world.quantities)
    other.run_for(20)
    assert (model.week, other.week) == (12, 32)
    model.run_for(20)
    assert differing(model.world, other.world) == []
    mine, theirs = (m.datacollector.get_model_vars_dataframe() for m in (model, other))
    assert mine.equals(theirs)
    assert [a.name for a in model.agents] == [a.name for a in other.agents]
    assert all(agent.model is other for agent in other.agents)
    assert model.random.random() == other.random.random()


@ways
def test_a_compiled_world_is_copied_too(way):
    layout = small_layout()
    one = prepare(
        layout, policy(layout, "co_location"), pack_parameters(), seed=3, weeks=30, burn_in=5
    )
    advance(one, 10)
    other = way(one)
    advance(other, 25)
    assert one.clock["week"] == 10
    advance(one, 25)
    assert differing(one, other) == []
    assert other.families.ctypes.data % state.CACHE_LINE == 0


@ways
@pytest.mark.parametrize("kind", [ChildrensSocialWorker, BoundarySpanner, Family])
def test_what_hangs_on_a_model_brings_a_model_of_its_own(model, kind, way):
    if way is copy.copy:
        pytest.skip("a shallow copy of an agent is one more view on the same model")
    model.run_for(20)
    agent = next(iter(model.agents_by_type[kind]))
    other = way(agent)
    assert other.name == agent.name
    assert other.model is not model
    assert other.model.holds(other)
    other.model.step()
    assert (model.week, other.model.week) == (32, 33)
    everybody = way(model.agents_by_type[kind])
    assert {one.name for one in everybody} == {one.name for one in model.agents_by_type[kind]}


@pytest.mark.slow
def test_a_model_goes_on_in_a_new_process(model, tmp_path):
    with (tmp_path / "model.pkl").open("wb") as file:
        pickle.dump(model, file)
    code = (
        "import pickle, sys; m = pickle.load(open('model.pkl', 'rb')); m.run_for(10);"
        "sys.stdout.write(f'{m.week} {m.measure(\"information_flow\")!r} {len(m.agents)}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    model.run_for(10)
    flow = model.measure("information_flow")
    assert done.stdout == f"22 {flow!r} {len(model.agents)}"


def _lived(model):
    model.run_for(5)
    return model.week, model.world.families.tobytes(), model.world.totals.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.long)])
def test_processes_live_copies(model, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    with multiprocessing.get_context(method).Pool(1) as pool:
        theirs = pool.apply(_lived, (model,))
    assert model.week == 12
    assert theirs == _lived(model)


@pytest.mark.slow
def test_joblib_maps_large_arrays_read_only_and_the_copy_lives_all_the_same(model):
    theirs = joblib.Parallel(n_jobs=2, max_nbytes=100)(joblib.delayed(_lived)(model) for _ in "ab")
    assert theirs[0] == theirs[1] == _lived(model)


def test_arrays_sent_out_of_band_may_be_read_only(model):
    buffers = []
    data = pickle.dumps(model, protocol=5, buffer_callback=buffers.append)
    other = pickle.loads(data, buffers=[bytes(b) for b in buffers])
    assert _lived(other) == _lived(model)


@pytest.mark.slow
@pytest.mark.parametrize("way", [copy.deepcopy, WAYS["pickle"], WAYS["cloudpickle"]])
def test_hooks_collectors_and_recorders_come_along(way):
    model = CollaborationModel(scenario(levers=BOTH), seed=5)
    model.after("narrate", lunch)
    model.datacollector = mesa.DataCollector(
        model_reporters={"week": "week"},
        agent_reporters={"name": "name", "index": [_plus, [1]]},
        agenttype_reporters={Family: {"risk": "risk"}, ChildrensSocialWorker: {"pressure": _of}},
    )
    model.record(model.families[0])
    model.run_for(6)
    other = way(model)
    for one in (model, other):
        one.run_for(10)
    assert differing(model.world, other.world) == []
    for table in ("get_model_vars_dataframe", "get_agent_vars_dataframe"):
        mine, theirs = (getattr(m.datacollector, table)() for m in (model, other))
        assert mine.equals(theirs)
        assert len(mine) >= 16
    mine, theirs = (m.datacollector.get_agenttype_vars_dataframe(Family) for m in (model, other))
    assert mine.equals(theirs)
    ((row, recorder),) = model._watchers.recorders.items()
    copied = other._watchers.recorders[row]
    assert copied.story().text() == recorder.story().text()
    assert copied._world is other.world


def _plus(agent, more):
    return agent.index + more


def _of(agent):
    return agent.pressure


def test_a_collector_that_copies_gets_a_copy_that_goes_on():
    kept = []
    model = CollaborationModel(scenario(), seed=1)
    model.datacollector = mesa.DataCollector({"kept": lambda m: kept.append(copy.deepcopy(m))})
    model.run_for(3)
    early = kept[-2]
    early.datacollector = mesa.DataCollector()
    early.run_for(4)
    assert (early.week, early.steps, early.time) == (6, 6, 6.0)
    model.datacollector = mesa.DataCollector()
    model.run_for(3)
    assert differing(early.world, model.world) == []


@pytest.mark.parametrize("phase", [PHASE_NAMES[0], "exchange", PHASE_NAMES[-1]])
@ways
def test_a_half_lived_week_is_not_copied(phase, way):
    model = CollaborationModel(scenario(), seed=1)
    said = []

    def try_it(model):
        with pytest.raises(RuntimeError, match=r"week 2 is half lived.*between two weeks"):
            way(model)
        said.append(model.week)

    model.run_for(2)
    model.after(phase, try_it)
    model.step()
    assert (said, model.week) == ([2], 3)
    assert way(CollaborationModel(scenario(), seed=1)).week == 0


@ways
def test_ends_hold_for_copies(way):
    model = CollaborationModel(scenario(weeks=3, burn_in=2), seed=1)
    other = way(model)
    other.run_model()
    assert (other.week, other.running, model.week, model.running) == (5, False, 0, True)
    for one in (other, way(other)):
        with pytest.raises(RuntimeError, match="ends after 5 weeks"):
            one.step()


@ways
def test_a_week_that_broke_off_stays_broken_in_a_copy(way):
    model = CollaborationModel(scenario(), seed=1)
    model.after("plan", _fails)
    with pytest.raises(ZeroDivisionError):
        model.step()
    with pytest.raises(RuntimeError, match="half lived by an error"):
        way(model).step()


def _fails(model):
    raise ZeroDivisionError


def test_the_story_of_a_copy_with_a_network_needs_no_file(tmp_path, model, monkeypatch):
    import networkx as nx

    nx.write_graphml(model.graph, tmp_path / "week.graphml")
    monkeypatch.chdir(tmp_path)
    other = CollaborationModel(scenario(), seed=2, network="week.graphml")
    other.run_for(22)
    (tmp_path / "week.graphml").unlink()
    again = pickle.loads(pickle.dumps(other))
    assert again.story(again.families[0]).text() == other.story(other.families[0]).text()


def test_another_version_is_refused(model, monkeypatch):
    sent = pickle.dumps(model)
    monkeypatch.setattr(colsim, "__version__", "9.9")
    with pytest.raises(UserError, match=r"found one of colsim \d.*; allowed: one of colsim 9\.9"):
        pickle.loads(sent)
    monkeypatch.setattr(state, "_version", lambda: "other")
    with pytest.raises(ValueError, match=r"saved world: found one of model version \w{16}; allow"):
        pickle.loads(sent)


def test_results_scenarios_and_names_travel():
    loaded = load_scenario("desktop", overrides={"run.burn_in": 4, "run.weeks": 6})
    other = replace(loaded, name="other")
    one = run(loaded, seed=2)
    result = compare(loaded, other, replications=2, seed=1)
    for way in (copy.deepcopy, WAYS["pickle"], WAYS["cloudpickle"]):
        assert way(loaded) == loaded
        assert way(OwnNames()) == OwnNames()
        again = way(one)
        assert differing(again.world, one.world) == []
        assert again.table().equals(one.table())
        assert way(result).to_dict() == result.to_dict()
    buffer = io.BytesIO()
    joblib.dump(one, buffer)
    buffer.seek(0)
    assert differing(joblib.load(buffer).world, one.world) == []
