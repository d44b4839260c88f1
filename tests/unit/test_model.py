"""The Mesa face: the same bits as the compiled run, agents as views, hooks between phases."""

import random

import mesa
import pytest

from colsim import CollaborationModel
from colsim.agents import BoundarySpanner, ChildrensSocialWorker, Family, MentalHealthSocialWorker
from colsim.core.engine import simulate
from colsim.core.parameters import pack_parameters
from colsim.scenarios import Scenario
from tests.worlds import differing


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
    "boundary_spanners": {"strength": 3.0, "start": -10},
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
    from colsim.scenarios.compiling import compile_scenario

    compiled = compile_scenario(scenario(levers=BOTH))
    world = simulate(
        compiled.layout, compiled.levers, pack_parameters(), seed=4, weeks=40, burn_in=20
    )
    assert differing(model.world, world) == []


def test_stepping_past_the_end_is_refused(model):
    model.run_for(15)
    with pytest.raises(RuntimeError, match=r"ends after 60 weeks.*run\.weeks"):
        model.step()


def test_agents_are_there_by_type_and_agree_with_the_arrays(model):
    kinds = model.agents_by_type
    filled, service = model.world.practitioners["filled"], model.world.posts["service"]
    for kind, number in (
        (ChildrensSocialWorker, 0),
        (MentalHealthSocialWorker, 1),
        (BoundarySpanner, 2),
    ):
        assert len(kinds[kind]) == (filled & (service == number)).sum()
    assert len(kinds[Family]) == model.world.clock[0]["active"] == len(model.families)
    csws = kinds[ChildrensSocialWorker]
    expected = model.world.practitioners["narrative"][filled & (service == 0)]
    assert sorted(csws.get("narrative")) == sorted(expected.tolist())
    assert csws.agg("pressure", max) == pytest.approx(
        model.world.practitioners["pressure"][filled & (service == 0)].max()
    )
    assert all(type(x) is float for x in csws.get("narrative"))
    assert len(csws.select(lambda a: a.narrative < 0)) == (expected < 0).sum()
    seen = []
    csws.do(lambda a: seen.append(a.unique_id))
    assert len(set(seen)) == len(csws)


def test_relations_go_both_ways(model):
    shared = [f for f in model.families if f.csw and f.mhsw]
    assert shared
    for family in shared:
        assert family in family.csw.families
        assert family.status == "both"
        tie = family.csw.ties.get(family.mhsw)
        if tie:
            back = family.mhsw.ties[family.csw]
            assert (back.familiarity, back.trust, back.trusted) == (
                tie.familiarity,
                tie.trusted,
                tie.trust,
            )
        assert not family.facts("csw") & family.facts("csw", received=True)
    spanner = next(iter(model.agents_by_type[BoundarySpanner]))
    known = next(iter(spanner.ties))
    assert known.ties[spanner].trust == spanner.ties[known].trusted
    person = next(iter(model.agents_by_type[MentalHealthSocialWorker]))
    assert person not in person.teammates
    assert all(mate.team == person.team for mate in person.teammates)


def test_a_state_that_is_set_is_checked_and_holds(model):
    person = next(iter(model.agents_by_type[ChildrensSocialWorker]))
    person.narrative = 0.75
    assert model.world.practitioners[person.index]["narrative"] == 0.75
    with pytest.raises(ValueError, match="narrative: found 2; allowed: a number from -1 to 1"):
        person.narrative = 2
    with pytest.raises(ValueError, match="stance: found 'high'"):
        person.stance = "high"
    with pytest.raises(AttributeError, match="pressure follows from other states"):
        person.pressure = 0.5
    family = model.families[0]
    family.trust_csc = 0.9
    assert family.trust_csc == 0.9
    with pytest.raises(ValueError, match="trust_csc: found 7"):
        family.trust_csc = 7
    with pytest.raises(AttributeError, match=r"Family\.risk follows"):
        family.risk = 0.1


def test_leavers_go_and_successors_are_new_agents():
    model = CollaborationModel(scenario(), seed=1, parameters={"leave_csw": 1.0})
    before = set(model.agents_by_type[ChildrensSocialWorker])
    model.run_for(30)
    after = set(model.agents_by_type[ChildrensSocialWorker])
    gone = before - after
    assert gone
    assert after - before
    person = gone.pop()
    assert not person.in_post
    with pytest.raises(LookupError, match="has left"):
        _ = person.narrative
    assert all(a.in_post for a in after)


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
