"""The Mesa face: the same bits as the compiled run, agents as views, hooks between phases."""

import math
import random
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest

from colsim import CollaborationModel
from colsim.agents import BoundarySpanner, ChildrensSocialWorker, Family, MentalHealthSocialWorker
from colsim.core.engine import simulate
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import PHASE_NAMES
from colsim.core.state import CHANGING
from colsim.errors import UserError
from colsim.scenario import Scenario, load_scenario
from colsim.scenario.compiling import compile_scenario
from tests.worlds import differing, totals_of


def scenario(weeks=40, burn_in=20, levers=None, **organisation):
    return Scenario.model_validate(
        {
            "title": "A small authority",
            "run": {"weeks": weeks, "burn_in": burn_in},
            "organisation": {
                "localities": 2,
                "csw": 24,
                "csw_team_size": 6,
                "mhsw": 8,
                "mhsw_teams": 2,
                "shared_families": 24,
            }
            | organisation,
            "levers": levers or {},
        }
    )


BOTH = {
    "boundary_spanners": {"strength": 3.0, "start": -20},
    "co_location": {"strength": 3.0, "start": -5},
}


@pytest.fixture
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=4)
    made.run_for(45)
    return made


def test_it_is_a_mesa_model_and_steps_to_the_same_bits(model):
    assert isinstance(model, mesa.Model)
    model.run_for(15)
    assert model.week == 60
    assert not model.running
    compiled = compile_scenario(scenario(levers=BOTH))
    world = simulate(
        compiled.layout, compiled.levers, pack_parameters(), seed=4, weeks=40, burn_in=20
    )
    assert differing(model.world, world) == []
    # Spanners and shared offices were at work, so the equality says something about them.
    assert totals_of(world, "spanners").max() >= 2
    assert world.policy["shared_days"].max() == 3
    assert len(CHANGING) == 21


def test_a_preset_with_parameters_steps_to_the_same_bits():
    small = load_scenario("desktop", overrides={"run.weeks": 10, "run.burn_in": 10})
    model = CollaborationModel(small, seed=9, parameters={"leave_csw": 0.9})
    model.run_for(20)
    compiled = compile_scenario(small.scenario)
    values = pack_parameters({**compiled.parameters, "leave_csw": 0.9})
    world = simulate(compiled.layout, compiled.levers, values, seed=9, weeks=10, burn_in=10)
    assert differing(model.world, world) == []
    assert totals_of(world, "leavers_csw").sum() > 0
    other = simulate(compiled.layout, compiled.levers, values, seed=8, weeks=10, burn_in=10)
    assert "practitioners" in differing(model.world, other)


def test_time_is_mesas_time(model):
    assert (model.week, model.time, model.policy_week) == (45, 45.0, 25)
    model.step()
    model.run_until(50)
    assert (model.week, model.time) == (50, 50.0)
    model.run_model()  # until the scenario's end
    assert (model.week, model.running) == (60, False)


def test_events_of_mesa_fall_between_weeks(model):
    seen = []

    def event():
        seen.append(model.week)

    model.schedule_event(event, at=47.5)
    model.run_for(5)
    assert seen == [47]
    assert model.week == 50


def test_stepping_past_the_end_is_refused_each_time(model):
    model.run_for(15)
    for _ in range(3):
        with pytest.raises(RuntimeError, match=r"ends after 60 weeks.*overrides.*run\.weeks"):
            model.step()
    assert model.week == 60


def test_a_week_that_broke_off_is_not_lived_on():
    model = CollaborationModel(scenario(), seed=1)

    def wrong(model):
        raise ZeroDivisionError

    model.run_for(3)
    model.after("contact", wrong)
    with pytest.raises(ZeroDivisionError):
        model.step()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"week 3 was left half lived.*make a new model"):
            model.run_for(1)


def test_a_collector_that_fails_does_not_stop_the_weeks():
    model = CollaborationModel(scenario(), seed=1)
    good = model.datacollector
    model.datacollector = mesa.DataCollector(model_reporters={"wrong": lambda m: 1 / 0})
    with pytest.raises(RuntimeError, match="'wrong' failed validation: division by zero"):
        model.step()
    model.datacollector = good
    model.run_for(4)
    assert model.week == 5
    assert good.get_model_vars_dataframe()["week"].tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"seed": -1}, "seed: found -1; allowed: a whole number from 0 to"),
        ({"seed": 1.5}, "seed: found 1.5"),
        ({"seed": True}, "seed: found True"),
        ({"seed": 1 << 63}, "seed: found 9223372036854775808"),
        ({"parameters": {"leave_csw": 50}}, "leave_csw: found 50; allowed: a number from 0 to 1"),
        ({"parameters": {"leave_csw": "x"}}, "leave_csw: found 'x'; allowed: a number"),
        ({"parameters": {"leave_csw": math.nan}}, "leave_csw: found nan"),
        ({"parameters": {"leave_cws": 0.1}}, "leave_cws.*nearest known name: leave_csw"),
        ({"scenario": "desktpo"}, "desktpo.*nearest known name: desktop"),
        ({"scenario": Path("desktop")}, "found no file 'desktop'"),
        ({"scenario": 3}, "scenario: found 3; allowed: a preset's name"),
    ],
)
def test_faulty_arguments_are_named(options, message):
    with pytest.raises(UserError, match=message):
        CollaborationModel(**{"scenario": scenario()} | options)


def test_every_kind_of_scenario_is_taken(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('extends = "desktop"\n[run]\nweeks = 5\nburn_in = 3\n', encoding="utf-8")
    for given in (path, str(path), load_scenario(path), load_scenario(path).scenario):
        assert CollaborationModel(given).horizon == 8
    assert CollaborationModel("desktop", seed=np.int64(3)).burn_in == 260


def test_measures_are_those_of_the_window(model):
    shared, flow = totals_of(model.world, "shared"), totals_of(model.world, "flow")
    assert model.measure("information_flow") == flow[19:45].sum() / shared[19:45].sum()
    assert model.measure("information_flow", window=1) == flow[44] / shared[44]
    assert model.measure("information_flow", window=99) == flow[:45].sum() / shared[:45].sum()
    with pytest.raises(KeyError, match="found 'joint_plans'; nearest known name: joint_plan_rate"):
        model.measure("joint_plans")
    with pytest.raises(ValueError, match="window: found 0; allowed: a whole number of weeks from"):
        model.measure("information_flow", window=0)
    assert math.isnan(CollaborationModel(scenario()).measure("information_flow"))


def test_a_function_between_two_phases_acts_from_there_on():
    plain = CollaborationModel(scenario(), seed=2)
    changed = CollaborationModel(scenario(), seed=2)
    calls = []

    def cheer(model):
        calls.append(model.week)
        for person in model.agents_by_type[ChildrensSocialWorker]:
            person.narrative = 1.0

    changed.after("narrate", cheer)
    changed.before("observe", lambda model: calls.append("b"))
    plain.run_for(30)
    changed.run_for(30)
    assert calls[:4] == [0, "b", 1, "b"]
    # Everything after "narrate" leaves the story alone, but a bad plan may dent an MHSW's.
    assert changed.measure("narrative_csw") > plain.measure("narrative_csw") + 0.5
    with pytest.raises(ValueError, match="phase: found 'gossip'; allowed: policy, train"):
        changed.after("gossip", cheer)
    with pytest.raises(TypeError, match="function: found 3"):
        changed.before("narrate", 3)


def test_what_is_set_between_phases_is_in_force_in_the_same_week():
    model = CollaborationModel(scenario(), seed=2)

    def certain(model):
        for person in model.agents_by_type[ChildrensSocialWorker]:
            person.confidence = 1.0

    model.before("observe", certain)
    model.step()
    confident = totals_of(model.world, "confidence_csw")[0]
    assert confident == totals_of(model.world, "filled_csw")[0] > 0


def test_a_quantity_of_policy_can_be_set_too():
    plain = CollaborationModel(scenario(), seed=2)
    moved = CollaborationModel(scenario(), seed=2)

    def share_offices(model):
        model.world.policy["shared_days"][model.world.teams["service"] == 1] = 5.0

    moved.after("policy", share_offices)
    plain.run_for(20)
    moved.run_for(20)
    met = [(m.world.tie_last >= 0).sum() for m in (plain, moved)]
    assert met[1] > met[0] + 10


def test_functions_are_called_in_the_order_of_the_week():
    model = CollaborationModel(scenario(), seed=2)
    calls = []
    for name in reversed(PHASE_NAMES):
        model.after(name, lambda m, name=name: calls.append(f"after {name}"))
        model.before(name, lambda m, name=name: calls.append(f"before {name}"))
    model.step()
    assert calls == [f"{when} {name}" for name in PHASE_NAMES for when in ("before", "after")]


def test_functions_meet_those_who_are_there_at_that_moment():
    model = CollaborationModel(scenario(levers=BOTH), seed=4, parameters={"leave_csw": 1.0})
    people = model.world.practitioners
    checked = []

    def check(model):
        active = model.world.active_families.tolist()
        assert [family.index for family in model.families] == active
        staff = [a for a in model.agents if not isinstance(a, Family)]
        assert {a.index for a in staff} == set(np.flatnonzero(people["filled"]).tolist())
        assert all(a.in_post for a in staff)
        checked.append(len(active))

    for name in PHASE_NAMES:
        model.after(name, check)
    model.run_for(40)
    assert len(checked) == 40 * len(PHASE_NAMES)
    assert len(set(checked)) > 1


def test_a_function_that_does_nothing_changes_no_bit():
    plain = CollaborationModel(scenario(levers=BOTH), seed=2)
    hooked = CollaborationModel(scenario(levers=BOTH), seed=2)
    hooked.after("contact", lambda model: None)
    plain.run_for(40)
    hooked.run_for(40)
    assert differing(plain.world, hooked.world) == []


def test_data_collectors_work(model):
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == 45
    assert frame["week"].tolist() == list(range(1, 46))
    assert frame["information_flow"].iloc[-1] == model.measure("information_flow")
    own = mesa.DataCollector(
        model_reporters={"families": lambda m: len(m.families)},
        agenttype_reporters={ChildrensSocialWorker: {"narrative": "narrative"}},
    )
    own.collect(model)
    assert own.get_model_vars_dataframe()["families"].iloc[0] == len(model.families)
    people = own.get_agenttype_vars_dataframe(ChildrensSocialWorker)
    assert len(people) == len(model.agents_by_type[ChildrensSocialWorker])


def test_a_collector_of_ones_own_takes_the_place_of_the_default():
    model = CollaborationModel(scenario(), seed=3)
    model.datacollector = mesa.DataCollector(
        model_reporters={"week": "week", "families": lambda m: len(m.families)},
        agent_reporters={
            "narrative": lambda agent: getattr(agent, "narrative", None),
            "risk": lambda agent: getattr(agent, "risk", None),
        },
        agenttype_reporters={
            MentalHealthSocialWorker: {"knowledge": "role_knowledge"},
            BoundarySpanner: {"narrative": "narrative"},
        },
    )
    model.run_for(3)
    assert model.datacollector.get_model_vars_dataframe()["week"].tolist() == [1, 2, 3]
    agents = model.datacollector.get_agent_vars_dataframe()
    last = agents.loc[3]
    people = [a for a in model.agents if not isinstance(a, Family)]
    assert last["narrative"].notna().sum() == len(people)
    assert last["risk"].notna().sum() == len(model.families)
    for person in people:
        assert last.loc[person.unique_id, "narrative"] == person.narrative
    mhsws = model.datacollector.get_agenttype_vars_dataframe(MentalHealthSocialWorker)
    present = model.agents_by_type[MentalHealthSocialWorker]
    assert mhsws.loc[3]["knowledge"].tolist() == present.get("role_knowledge")
    spanners = model.datacollector.get_agenttype_vars_dataframe(BoundarySpanner)
    assert spanners["narrative"].dropna().empty


def test_two_models_at_once_do_not_touch_each_other():
    one, other = (CollaborationModel(scenario(), seed=7) for _ in range(2))
    random.seed(0)
    state = random.getstate()
    for _ in range(10):
        one.step()
    for _ in range(10):
        other.step()
    assert differing(one.world, other.world) == []
    assert random.getstate() == state


def test_chance_of_the_surroundings_is_left_alone():
    np.random.seed(0)  # noqa: NPY002 - what must not be touched
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    CollaborationModel(scenario(), seed=7).run_for(5)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    one, other = (CollaborationModel(scenario(), seed=7) for _ in range(2))
    assert one.random.random() == other.random.random()
    assert one.rng.random() == other.rng.random()


@pytest.mark.slow
def test_no_dashboard_comes_along():
    code = (
        "import sys, colsim; colsim.CollaborationModel\n"
        "found = {n for n in sys.modules if n.split('.')[0] == 'solara'}\n"
        "assert not found | ({'mesa.visualization'} & set(sys.modules)), found"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
