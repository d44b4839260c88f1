"""The twin by itself: spanners save hours, hold what they were told, bring and introduce."""

import math

import pytest

from colsim.core.levers import LeverUse, lever_table
from colsim.core.names import Consent
from colsim.plain import Twin
from colsim.plain.practice import forget, tie_of
from colsim.plain.span import (
    ask_spanner,
    challenge,
    consult,
    facilitate,
    hold_workshops,
    introduce,
    span,
    tie_with,
    visit_teams,
)
from tests.twin.test_twin_alone import LAYOUT, TEAMS, check

SPANNERS = (("spanner_posts", 2.0, "scale"), ("spanner_visits", 5.0, "on"),
            ("spanner_consultation", 40.0, "on"), ("spanner_facilitation", 9.0, "on"),
            ("spanner_workshops", 3.0, "on"), ("spanner_challenge", 1.0, "on"))  # fmt: skip
ALWAYS = {"fill_rate": 1.0, "leave_mhsw": 0.0, "consult_base": 1e6, "consult_hours": 1.0}
CLEAR = {"disclose_base": 1e6, "carry": 1.0, "understand_base": 1e6}


def twin(parameters=None, channels=SPANNERS, *, covered=(True,) * TEAMS, weeks=40, seed=1, **use):
    levers = lever_table([LeverUse(1.0, tuple(channels), covered, **use)], teams=TEAMS)
    parameters = ALWAYS | (parameters or {})
    model = Twin(LAYOUT, levers, parameters, seed=seed, weeks=weeks, burn_in=0)
    if parameters.get("carry") == 1.0:  # by whatever channel
        model.carry = [1.0] * 4
    return model


def staffed(parameters=None, **keywords):
    """Return a twin with spanners in post, a paired family, and the spanners; all counts are 0."""
    model = twin(parameters, **keywords)
    model.step()
    model.totals = dict.fromkeys(model.totals, 0.0)
    f = next(f for f in model.families() if f.is_paired)
    for lead in f.lead:
        lead.budget = 100.0
    f.waiting, f.spanner, f.told = [0, 0], None, set()
    f.consent, f.breached, f.understood = Consent.GIVEN, set(), [0, 0]
    return model, f, model.places.authorities[0].spanners()


def live(model):
    """Live all weeks and return the sums of all totals."""
    sums = dict.fromkeys(model.totals, 0.0)
    while model.week < model.horizon:
        model.step()
        for name, value in model.totals.items():
            sums[name] += value
    check(model)
    return sums


def knows(f, s, *facts):
    f.known[s], f.received[s] = set(facts), set()
    f.recount(s)
    for x in facts:
        f.first_known[x] = 0


# Hours


def test_hours_are_saved_up_to_some_weeks_worth():
    model = twin({"visit_hours": 1000.0, "spanner_carry": 4.0})
    saved = []
    for _ in range(6):
        model.step()
        b = model.places.authorities[0].spanners()[0]
        saved.append((b.hours["visits"], b.hours["workshops"], b.hours["challenge"]))
    assert saved == [(5.0 * k, 3.0 * k, 1.0 * k) for k in (1, 2, 3, 4, 4, 4)]


def test_hours_saved_are_gone_when_none_are_given():
    uses = [LeverUse(1.0, SPANNERS[:1], (True,) * TEAMS),
            LeverUse(1.0, SPANNERS[1:], (True,) * TEAMS, end=3)]  # fmt: skip
    model = Twin(LAYOUT, lever_table(uses, teams=TEAMS), ALWAYS | {"visit_hours": 1000.0},
                 seed=1, weeks=9, burn_in=0)  # fmt: skip
    hours = []
    for _ in range(4):
        model.step()
        hours.append(model.places.authorities[0].spanners()[0].hours["visits"])
    assert hours == [5.0, 10.0, 15.0, 0.0]


def test_a_visit_and_a_workshop_take_place_when_their_whole_hours_are_there():
    model, _, (b, _) = staffed()
    for work, hours in {"visits": 7.9, "workshops": 23.9, "challenge": 0.0}.items():
        b.hours[work] = hours
    visit_teams(model, b)
    hold_workshops(model, b)
    assert b.hours["visits"] == pytest.approx(7.9 - 4.0)  # one visit of 4 hours
    each = model.p.visit_hours
    assert b.hours["workshops"] == pytest.approx(23.9 - math.floor(23.9 / each) * each)


def test_a_workshop_is_for_those_who_have_the_hours():
    model, _, (b, _) = staffed(
        {"training_knowledge_gain": 0.5, "hours_meeting": 3.0, "training_confidence_gain": 0.25}
    )
    before = {}
    for team in model.places.authorities[0].teams[0]:
        for k, i in enumerate(team.members()):
            i.budget, i.spent = (2.9 if k else 3.0), 0.0
            before[i] = (i.role_knowledge, i.confidence)
    b.hours["workshops"] = model.p.visit_hours
    hold_workshops(model, b)
    went = [i for i in before if i.spent]
    assert len(went) == 1
    assert (went[0].spent, went[0].budget) == (3.0, 0.0)
    assert went[0].role_knowledge == pytest.approx(0.5 + 0.5 * before[went[0]][0])
    assert went[0].confidence == pytest.approx(0.25 + 0.75 * before[went[0]][1])
    assert all((i.role_knowledge, i.confidence) == before[i] for i in before if i is not went[0])


def test_no_workshop_where_only_mental_health_teams_are_covered():
    covered = tuple(bool(team["service"]) for team in LAYOUT.teams)
    model = twin({"consult_base": 0.0}, covered=covered)
    sums = live(model)
    assert sums["spanners"] > 0
    assert sums["consults_wanted"] == 0


# Challenge


def trusted(model, b, team, trust):
    for i in team.members():
        tie_with(b, i).familiarity, tie_with(b, i).trust = 1.0, trust


@pytest.mark.parametrize("joint, aim", [(0.49, 0.0), (0.5, 1.0)])
def test_a_challenge_that_is_heard_lifts_as_far_as_a_good_case_bears(joint, aim):
    model, _, (b, _) = staffed({"listening": 0.5})
    team = next(team for team in model.places.teams if team.service == 1)
    trusted(model, b, team, 1.0)
    one, two, three = team.members()
    one.narrative, two.narrative, three.narrative, team.story = -0.4, 0.1, 0.6, -0.8
    for i in (one, two, three):
        i.memory[13] = 0.0
    two.memory[13] = joint
    challenge(model, b, team)
    lifted = [x + 0.5 * (aim - x) if x < aim else x for x in (-0.4, 0.1, 0.6, -0.8)]
    assert [one.narrative, two.narrative, three.narrative, team.story] == pytest.approx(lifted)
    assert (model.totals["challenged"], model.totals["backfired"]) == (1, 0)


def test_a_challenge_too_early_backfires_and_reaches_only_who_is_there():
    model, _, (b, _) = staffed({"listening": 0.5})
    team = next(team for team in model.places.teams if team.service == 1)
    trusted(model, b, team, 0.0)
    for i in team.members():
        i.narrative = 0.2
    team.story = 0.2
    challenge(model, b, team)
    assert [i.narrative for i in team.members()] == pytest.approx([-0.4] * 3)
    assert team.story == 0.2
    assert (model.totals["challenged"], model.totals["backfired"]) == (0, 1)


def test_a_team_of_children_s_services_has_no_story_to_lift():
    model, _, (b, _) = staffed({"listening": 0.5})
    team = model.places.teams[0]
    trusted(model, b, team, 1.0)
    team.members()[0].memory[13] = 1.0
    challenge(model, b, team)
    assert team.story == 0


# What a spanner knows, and brings


def test_what_one_side_tells_is_brought_to_the_other():
    model, f, (b, _) = staffed(CLEAR)
    knows(f, 0, 1, 2)
    knows(f, 1, 9)
    f.spanner = b
    consult(model, f, 0)
    assert (f.told, f.known[1]) == ({1, 2}, {9})
    consult(model, f, 1)
    assert f.told == {1, 2, 9}
    assert f.known == [{1, 2}, {1, 2, 9}]
    assert f.understood[1] == 2
    assert f.known_weight[1] == pytest.approx(f.w[1] + f.w[2] + f.w[9])
    assert (model.totals["to_amh"], model.totals["to_csc"]) == (2, 0)
    consult(model, f, 0)
    assert f.known == [{1, 2, 9}, {1, 2, 9}]
    assert (model.totals["by_spanner"], model.totals["to_csc"]) == (3, 1)


def test_what_is_brought_and_not_understood_is_received():
    model, f, (b, _) = staffed(CLEAR | {"understand_base": -1e6})
    knows(f, 0)
    knows(f, 1, 9)
    f.spanner = b
    for s in (1, 0):
        consult(model, f, s)
    assert (f.known, f.received) == ([set(), {9}], [{9}, set()])
    assert model.totals["by_spanner"] == 0


@pytest.mark.parametrize("knowledge, translated", [(0.0, set()), (1.0, {9, 10})])
def test_a_spanner_translates_as_far_as_they_know_the_other_service(knowledge, translated):
    model, f, (b, _) = staffed({"disclose_base": -1e6})
    b.role_knowledge = knowledge
    knows(f, 0, 1)
    knows(f, 1, 9, 10)
    f.received[0] = {9, 10}
    f.spanner = b
    consult(model, f, 0)
    assert f.known[0] == {1} | translated
    assert f.received[0] == {9, 10} - translated
    assert f.told == set()


@pytest.mark.parametrize("shielding, told", [(0.0, {9}), (1.0, set())])
def test_an_mhsw_who_shields_does_not_tell_without_consent(shielding, told):
    """All at a belief just above the lawful line, which who shields the client puts higher."""
    model, f, (b, _) = staffed(
        CLEAR | {"disclose_barred": 1e7, "misreading": 0.5, "shielding": shielding}
    )
    f.consent, f.belief = Consent.REFUSED, [0.55, 0.55]
    f.lead[1].alliance_protection, f.lead[1].caution = 1.0, 0.0
    knows(f, 1, 9)
    f.spanner = b
    consult(model, f, 1)
    assert f.told == told


def test_what_a_spanner_knew_goes_with_them():
    model, f, (b, other) = staffed(CLEAR)
    knows(f, 0, 3)
    b.hours["consultation"] = other.hours["consultation"] = 50.0
    for lead in f.lead:
        tie_with(b, lead).familiarity = 0.9
        tie_with(other, lead).familiarity = 0.1
    ask_spanner(model, f, 0)
    assert (f.spanner, f.told) == (b, {3})
    # Whom the other side knows better makes no difference: the family has its spanner.
    tie_with(other, f.lead[1]).familiarity = 1.0
    ask_spanner(model, f, 1)
    assert f.spanner is b
    b.post.holder = None
    knows(f, 0)
    knows(f, 1)
    f.waiting = [0, 0]
    other.hours["consultation"] = 0.0
    span(model, model.places.authorities[0])
    assert (f.spanner, f.told, f.waiting) == (None, set(), [1, 1])
    other.hours["consultation"] = 50.0
    span(model, model.places.authorities[0])
    assert f.spanner is other
    assert f.waiting == [0, 0]


# Waiting


def test_who_is_not_served_waits_and_is_not_asked_again():
    model, f, (b, other) = staffed()
    b.hours["consultation"] = other.hours["consultation"] = 0.0
    ask_spanner(model, f, 0)
    assert f.waiting == [1, 0]
    model.p.consult_base = -1e6
    for s in (0, 1):
        ask_spanner(model, f, s)
    assert f.waiting == [1, 0]
    b.hours["consultation"] = 1.0
    for s in (0, 1):
        ask_spanner(model, f, s)
    assert f.waiting == [0, 0]
    assert (model.totals["consults_wanted"], model.totals["consults"]) == (1, 1)
    assert model.totals["consults_waiting"] == 2  # asked, and asked again without avail
    assert (f.spanner, b.hours["consultation"]) == (b, 0.0)


def test_a_changing_lead_and_a_plan_end_the_wait():
    model, f, _ = staffed()
    f.waiting = [1, 1]
    forget(model, f, 1)
    assert (f.waiting, model.totals["consults_lost"]) == ([0, 0], 2)
    sums = live(twin({"finish_base": 1e6, "consult_hours": 1e6, "leave_csw": 0.0}, weeks=10))
    assert sums["consults_lost"] == sums["consults_wanted"] > 50
    assert sums["consults"] == 0


@pytest.mark.parametrize("age, discussed, asks", [
    (5, False, False), (6, False, True), (9, False, True), (9, True, False),
])  # fmt: skip
def test_spanners_offer_help_when_the_plan_falls_due(age, discussed, asks):
    model, f, _ = staffed({"consult_due": 3.5e6})  # over 3 weeks enough, and over 4 not
    model.p.consult_base = -1e6
    f.cycle_start, f.cycle_length, f.discussed = model.t - age, 9, discussed
    ask_spanner(model, f, 0)
    assert (model.totals["consults_wanted"] == 1) is asks


# Introductions and three-way discussions


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_strangers_are_introduced_and_trust_as_they_trust_the_spanner(chance):
    model, f, (b, _) = staffed({"spanner_offer": chance, "familiarity_rate": 0.2})
    i, j = f.lead
    tie = tie_of(i, j)
    tie.sever()
    f.spanner = b
    tie_with(b, i).trust, tie_with(b, j).trust = 0.8, 0.6
    for _ in range(2):
        introduce(model, f, 0)
    if chance:
        assert (tie.trust_cm, tie.trust_mc, tie.familiarity) == (0.6, 0.6, pytest.approx(0.2))
        assert (tie.last, model.totals["introductions"]) == (model.t, 1)
    else:
        assert (tie.trust_cm, tie.last, model.totals["introductions"]) == (0.5, -1, 0)


def test_a_three_way_discussion_takes_the_place_of_what_a_rule_brought_about():
    model, f, (b, _) = staffed({"spanner_offer": 1.0, "hours_meeting": 1.5})
    f.facilitated, f.forced, f.contact, f.spanner = False, True, 0, b
    b.hours["facilitation"] = 9.0
    facilitate(model, f, 1)
    assert (f.contact, f.initiator, f.mutual, f.facilitated) == (3, 1, True, True)
    assert (f.forced, f.in_passing) == (False, False)
    assert [lead.budget for lead in f.lead] == [98.5, 98.5]


def test_a_three_way_discussion_can_end_in_the_plan():
    parameters = {"finish_base": -1e6, "spanner_offer": 1.0, "facilitated_finish": 1e7,
                  "hours_meeting": 0.1, "consult_hours": 0.1}  # fmt: skip
    sums = live(twin(parameters))
    assert sums["plans"] == sums["facilitated"] > 10
    assert live(twin(parameters | {"facilitated_finish": 0.0}))["plans"] == 0


# Successors


@pytest.mark.parametrize("documented", [0.0, 1.0])
def test_a_successor_has_the_file_and_has_not_read_it(documented):
    model, f, _ = staffed({"documented": documented})
    knows(f, 0, 1, 2)
    f.received[0] = {9}
    forget(model, f, 0)
    assert f.known[0] == set()
    assert f.received[0] == ({1, 2, 9} if documented else set())
    assert f.known_weight[0] == f.known_risk[0] == 0
