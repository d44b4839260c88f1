"""Agents are views: what they show is in the arrays, what is set on them arrives there."""

import math

import numpy as np
import pytest

import colsim
from colsim import CollaborationModel
from colsim.agents import (
    BoundarySpanner,
    ChildrensSocialWorker,
    Family,
    MentalHealthSocialWorker,
    Practitioner,
)
from tests.unit.test_model import BOTH, scenario


@pytest.fixture
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=4)
    made.run_for(45)
    return made


def first(model, kind):
    return next(iter(model.agents_by_type[kind]))


def states(kind):
    """Return the names of the states that can be set on a kind of agent, with a legal value."""
    return [
        name
        for owner in kind.__mro__
        for name, value in vars(owner).items()
        if isinstance(value, property) and value.fset and "Read-only" not in (value.__doc__ or "")
    ]


def test_agents_are_there_by_type_and_agree_with_the_arrays(model):
    kinds = model.agents_by_type
    filled, service = model.world.practitioners["filled"], model.world.posts["service"]
    for kind, number in (
        (ChildrensSocialWorker, 0),
        (MentalHealthSocialWorker, 1),
        (BoundarySpanner, 2),
    ):
        assert len(kinds[kind]) == (filled & (service == number)).sum()
    assert 0 < len(kinds[BoundarySpanner]) <= 3  # of three posts, some of them vacant
    assert len(kinds[Family]) == len(model.world.active_families) == len(model.families)
    csws = kinds[ChildrensSocialWorker]
    expected = model.world.practitioners["narrative"][filled & (service == 0)]
    assert sorted(csws.get("narrative")) == sorted(expected.tolist())
    assert (
        csws.agg("pressure", max)
        == model.world.practitioners["pressure"][filled & (service == 0)].max()
    )
    assert all(type(x) is float for x in csws.get("narrative"))
    assert len(csws.select(lambda a: a.narrative < 0)) == (expected < 0).sum()
    seen = []
    csws.do(lambda a: seen.append(a.unique_id))
    assert len(set(seen)) == len(csws)
    csws.set("confidence", 0.25)
    assert set(csws.get("confidence")) == {0.25}


def test_a_kind_without_anybody_is_an_empty_set():
    model = CollaborationModel(scenario(), seed=1)
    assert len(model.agents_by_type[BoundarySpanner]) == 0
    assert len(model.agents_by_type[MentalHealthSocialWorker]) == 8


def test_every_value_that_an_agent_shows_is_plain(model):
    plain = {float, int, bool, str, type(None), dict, list, tuple, frozenset}
    plain |= {ChildrensSocialWorker, MentalHealthSocialWorker}
    for kind in (ChildrensSocialWorker, MentalHealthSocialWorker, BoundarySpanner, Family):
        agent = first(model, kind)
        shown = {
            name
            for owner in kind.__mro__
            if owner.__module__ == "colsim.agents"
            for name, value in vars(owner).items()
            if isinstance(value, property) and not name.startswith("_")
        }
        assert len(shown) > 15
        for name in shown:
            assert type(getattr(agent, name)) in plain, name


def test_relations_go_both_ways(model):
    shared = [f for f in model.families if f.csw and f.mhsw]
    assert shared
    tied = 0
    for family in shared:
        assert family.leads == (family.csw, family.mhsw)
        assert family in family.csw.families
        assert family in family.mhsw.families
        assert family.status == "both"
        tie = family.csw.ties.get(family.mhsw)
        if tie:
            tied += 1
            back = family.mhsw.ties[family.csw]
            assert back == (tie.familiarity, tie.trusted, tie.trust, tie.last_contact)
        assert not family.facts("csw") & family.facts("csw", received=True)
    assert tied > 5
    for person in model.agents_by_type[ChildrensSocialWorker]:
        assert len(person.families) == person.shared_load
        assert person.caseload == person.background + person.shared_load
    person = first(model, MentalHealthSocialWorker)
    assert len(person.teammates) == 3
    assert person not in person.teammates
    assert all(mate.team == person.team for mate in person.teammates)


def test_ties_are_those_of_the_arrays(model):
    world = model.world
    csws, mhsws = 24, 8
    seen = 0
    for person in model.agents_by_type[ChildrensSocialWorker]:
        row = int(world.posts[person.index]["row"])
        met = {
            csws + k: world.tie_familiarity[row * mhsws + k]
            for k in range(mhsws)
            if world.tie_last[row * mhsws + k] >= 0
        }
        found = {
            other.index: tie.familiarity
            for other, tie in person.ties.items()
            if isinstance(other, MentalHealthSocialWorker)
        }
        assert found == met
        seen += len(found)
    assert seen == (world.tie_last >= 0).sum() > 10
    seen = 0
    for spanner in model.agents_by_type[BoundarySpanner]:
        for other, tie in spanner.ties.items():
            back = other.ties[spanner]
            assert (tie.familiarity, tie.trusted) == (back.familiarity, back.trust)
            assert math.isnan(tie.trust)
            assert math.isnan(back.trusted)
            assert tie.last_contact == back.last_contact == -1
            seen += 1
    assert seen == (world.spanner_familiarity > 0).sum() > 10


def test_spanners_have_hours_and_no_team(model):
    spanner = first(model, BoundarySpanner)
    assert {s.name[:-2] for s in model.agents_by_type[BoundarySpanner]} <= {
        f"spanner-0-{k}" for k in range(3)
    }
    assert next(iter(spanner.hours_left)) == "visits"
    assert (spanner.team, spanner.locality, spanner.families, spanner.teammates) == (-1, -1, [], [])
    assert spanner.hours == pytest.approx(37.2)


@pytest.mark.parametrize(
    "kind", [ChildrensSocialWorker, MentalHealthSocialWorker, BoundarySpanner, Family]
)
def test_every_state_is_checked_and_holds(model, kind):
    agent = first(model, kind)
    names = states(kind)
    assert len(names) >= 7
    for name in names:
        if name == "consent":
            continue
        for value in (0.25, 1, np.float64(0.75), np.int64(0)):
            setattr(agent, name, value)
            assert getattr(agent, name) == value
        for value in (1.01, -1.01, math.nan, math.inf, "high", None, True, [0.5]):
            with pytest.raises(ValueError, match=rf"^{kind.__name__}\.{name}: found .*; allowed"):
                setattr(agent, name, value)
        assert getattr(agent, name) == 0


def test_refusals_say_state_value_and_range(model):
    person, family = first(model, ChildrensSocialWorker), model.families[0]
    allowed = r"found 2; allowed: a number from -1 to 1"
    with pytest.raises(ValueError, match=rf"^ChildrensSocialWorker\.narrative: {allowed}$"):
        person.narrative = 2
    with pytest.raises(ValueError, match=r"^Family\.trust_csc: found 7; .* from 0 to 1$"):
        family.trust_csc = 7
    with pytest.raises(ValueError, match=r"^Family\.consent: found 1; allowed: True or False$"):
        family.consent = 1
    with pytest.raises(ValueError, match="holder: found 'gp'; allowed: 'csw' or 'mhsw'"):
        family.facts("gp")
    family.consent = not family.consent
    assert bool(model.world.families[family.index]["consent"]) is family.consent


@pytest.mark.parametrize("name", ["pressure", "background", "shared_load", "tenure", "budget"])
def test_what_follows_from_other_states_cannot_be_set(model, name):
    person = first(model, MentalHealthSocialWorker)
    before = getattr(person, name)
    with pytest.raises(AttributeError, match=rf"\.{name} follows from other states"):
        setattr(person, name, 0.5)
    assert getattr(person, name) == before
    with pytest.raises(AttributeError, match=r"Family\.risk follows from other states"):
        model.families[0].risk = 0.1


def test_a_state_that_is_set_is_what_the_week_goes_on_from(model):
    person = first(model, ChildrensSocialWorker)
    record = model.world.practitioners
    person.narrative = 1.0
    assert record["narrative"][person.index] == 1.0
    model.step()
    # A week moves a story a little; it does not bring the old one back.
    assert 0.8 < person.narrative < 1.0


def test_leavers_go_and_successors_are_new_agents():
    model = CollaborationModel(scenario(), seed=1, parameters={"leave_csw": 1.0})
    before = set(model.agents_by_type[ChildrensSocialWorker])
    ids = {a.unique_id for a in before}
    names = {a.name for a in before}
    model.run_for(30)
    after = set(model.agents_by_type[ChildrensSocialWorker])
    gone, come = before - after, after - before
    assert len(gone) > 5
    assert come
    assert not ids & {a.unique_id for a in come}
    assert not names & {a.name for a in come}
    assert {a.index for a in come} <= {a.index for a in gone}
    assert all(a.in_post for a in after)
    for person in gone:
        assert not person.in_post
        assert person not in model.agents
        with pytest.raises(LookupError, match=f"{person.name} has left"):
            _ = person.narrative
        with pytest.raises(LookupError, match="has left"):
            person.narrative = 0.5


def test_families_come_and_go(model):
    before = set(model.families)
    model.run_for(15)
    after = set(model.families)
    gone = before - after
    assert gone
    assert after - before
    assert set(model.agents_by_type[Family]) == after
    assert all(family.active for family in after)
    back = {family.name: family for family in after}
    for family in gone:
        assert family not in model.agents
        if family.name in back:  # it returned in the meantime: a new agent of the same family
            assert back[family.name].unique_id > family.unique_id
        else:
            assert (family.status, family.leads, family.contact) == ("closed", (), None)
    assert any(family.name not in back for family in gone)


def test_nobody_is_replaced_while_nothing_changes():
    model = CollaborationModel(scenario(), seed=1, parameters={"leave_csw": 0, "leave_mhsw": 0})
    staff = [a for a in model.agents if isinstance(a, Practitioner)]
    model.run_for(20)
    assert [a for a in model.agents if isinstance(a, Practitioner)] == staff


def test_names_come_from_origin():
    small = CollaborationModel(scenario(), seed=1)
    large = CollaborationModel(scenario(localities=3, csw=36, mhsw_teams=3, mhsw=12), seed=1)
    names = [{a.name for a in m.agents if isinstance(a, Practitioner)} for m in (small, large)]
    assert names[0] < names[1]
    assert {"csw-0-0-0-0-0", "csw-0-1-1-5-0", "mhsw-0-1-0-3-0"} <= names[0]
    for model in (small, large):
        stock = {a.name for a in model.agents_by_type[Family]}
        assert "family-0-1-stock-0" in stock
        assert len(stock) == len(model.families)
        assert len(set(model.family_names)) == len(model.world.families)
    small.run_for(5)
    assert any("-w" in family.name for family in small.families)


def test_the_same_family_has_the_same_name_where_others_are_more():
    one, other = (CollaborationModel(scenario(shared_families=n), seed=1) for n in (24, 30))
    origins = [
        dict(zip(m.family_names, m.world.families["origin"].tolist(), strict=True))
        for m in (one, other)
    ]
    common = origins[0].keys() & origins[1].keys()
    assert len(common) > 20
    assert all(origins[0][name] == origins[1][name] for name in common)


def test_kinds_are_exported():
    assert colsim.ChildrensSocialWorker is ChildrensSocialWorker
    assert colsim.Family is Family
    assert issubclass(colsim.BoundarySpanner, Practitioner)
    assert issubclass(colsim.MentalHealthSocialWorker, Practitioner)
