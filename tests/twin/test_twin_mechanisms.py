"""The twin by itself: encounters, stories at work, rules and hours do what the ODD says."""

import math
from types import SimpleNamespace

import pytest

from colsim.core.levers import LeverUse, lever_table
from colsim.plain import Twin
from colsim.plain.experience import is_excused
from colsim.plain.narrate import listen
from colsim.plain.policy import policy
from colsim.plain.practice import asking_trust, meet, tie_trust
from tests.twin.test_twin_alone import LAYOUT, POLICIES, TEAMS, check, table

SITE = (("shared_days", 5.0, "scale"),)
STAYING = {"leave_csw": 0.0, "leave_mhsw": 0.0}


def twin(channels=(), parameters=None, *, seed=1, weeks=40, burn_in=0, **use):
    levers = [LeverUse(1.0, tuple(channels), (True,) * TEAMS, **use)]
    return Twin(LAYOUT, lever_table(levers, teams=TEAMS), parameters or {},
                seed=seed, weeks=weeks, burn_in=burn_in)  # fmt: skip


def total(model, *names):
    """Live all weeks and return the sum of a total, or of some."""
    added = 0.0
    while model.week < model.horizon:
        model.step()
        added += sum(model.totals[name] for name in names)
    return added


def hours_spent(model):
    return total(model, "spent_csw", "spent_mhsw")


EXTREMES = [
    {"story_strength": 1.0, "learning_rate": 1.0, "listening": 1.0, "trust_asymmetry": 4.0},
    {"story_strength": 1.0, "tellers_needed": 3.0, "encounter": 1.0, "seat_decay": 0.0,
     "half_life": 1e6, "learning_rate": 1.0, "compliance": 1.0, "story_reach": 1.0},
    {"story_strength": 0.0, "encounter": 2.0, "joint_plan": 1.0, "encounter_rate": 0.5,
     "desk_sharing": 0.0, "seat_decay": 0.0, "cmht_size": 1.0},
    {"priority_hours": 100.0, "rule_pace": 1.0, "occasion": 20.0, "encounter_rate": 1.0,
     "desk_sharing": 0.0, "csw_office_days": 5.0, "hours_meeting": 0.0,
     "background_tellers": 30.0},
    {"rule_pace": 1.0, "compliance": 1.0, "contact_base": -6.0, "answer_base": 5.0,
     "consult_base": 5.0, "spanner_offer": 1.0, "visit_hours": 0.25, "occasion": 6.0,
     "consult_hours": 0.1, "hours_meeting": 0.1, "encounter": 2.0, "encounter_rate": 0.2},
    {"shielding": 1.0, "ask_consent": 0.6, "consent_base": 0.1, "split_rate": 0.8,
     "hear_child": 0.9, "disclose_base": 2.0, "disclose_barred": 1.0, "breach_noticed": 0.8,
     "misreading": 0.9, "lawful_threshold": 0.4, "contest": 1.0, "complain": 1.0,
     "wrong_harm": 0.4, "risk_tolerance": 0.1, "contact_base": -2.0,
     "consult_base": 2.0},
]  # fmt: skip


@pytest.mark.parametrize("parameters", EXTREMES)
def test_states_stay_within_their_ranges_in_extreme_worlds(parameters):
    model = Twin(LAYOUT, table(*POLICIES), parameters, seed=3, weeks=40, burn_in=10)
    while model.week < model.horizon:
        model.step()
        check(model)


@pytest.mark.slow
@pytest.mark.parametrize("days", [2.0, 5.0])
@pytest.mark.parametrize("desks", [0.0, 1.0])
@pytest.mark.parametrize("decay", [0.0, 3.3])
def test_encounters_come_at_their_rate(days, desks, decay):
    """6 MHSWs, 8 CSWs near each, in the office 3 days of 5; an MHSW 4 days at most."""
    parameters = STAYING | {"encounter_rate": 0.05, "desk_sharing": desks, "seat_decay": decay}
    counts = [
        total(twin((("shared_days", days, "scale"),), parameters, seed=seed), "encounters")
        for seed in range(3)
    ]
    mean = 3 * 40 * 6 * 8 * min(days, 4.0) * 0.6 * 0.05
    # Own seats are drawn once for a pair: 3 x 48 pairs, their chances spread by 1.3 of the mean.
    spread = math.sqrt(mean + (0 if desks or not decay else (1.3 * mean) ** 2 / 144))
    assert abs(sum(counts) - mean) < 4 * spread


def test_own_seats_bring_the_same_people_together():
    pairs = []
    for desks in (0.0, 1.0):
        model = twin(SITE, STAYING | {"encounter_rate": 0.02, "desk_sharing": desks})
        model.run()
        pairs.append(sum(week >= 0 for week in model.snapshot()["ties"]["met"]))
    assert pairs[0] < 0.8 * pairs[1]


@pytest.mark.parametrize("form, talks", [(0.0, True), (1.0, False), (2.0, True)])
def test_talks_in_passing_are_by_chance(form, talks):
    parameters = {"encounter": form, "encounter_rate": 0.2}
    assert (total(twin(SITE, parameters), "passing") > 0) is talks
    assert total(twin(SITE, parameters), "encounters") > 0
    assert total(twin((), parameters), "encounters") == 0
    assert total(twin((), parameters), "passing") == 0


def test_a_site_that_is_sought_brings_contact_by_its_pull_alone():
    """It multiplies occasions: where there are none, nothing comes of the pull."""
    at_home = {"encounter": 1.0}
    contacts = []
    for pull, rate in ((0.0, 0.02), (1e4, 0.0), (100.0, 0.02), (0.0, 0.0)):
        parameters = at_home | {"encounter_rate": rate, "site_pull": pull, "familiarity_rate": 0.0}
        contacts.append(sum(hours_spent(twin(SITE, parameters, seed=s)) for s in (1, 2)))
    assert contacts[1] == contacts[3] == contacts[0]
    assert contacts[2] > 1.3 * contacts[0]


def test_an_appointment_is_a_meeting_of_next_week():
    parameters = STAYING | {"encounter_rate": 0.3, "occasion": 20.0, "contact_base": 2.0,
                            "hours_meeting": 0.1, "misdirected": 1.0, "close_rate": 0.0,
                            "close_amh_rate": 0.0}  # fmt: skip
    model = twin(SITE, parameters, weeks=12)
    kept = 0
    for _ in range(12):
        due = [f for f in model.families() if f.appointed]
        model.step()
        assert [f.contact for f in due] == [2] * len(due)
        assert not any(f.in_passing or f.appointed for f in due)
        kept += len(due)
    assert kept > 20


def test_an_appointment_for_which_nobody_has_hours_is_given_up():
    parameters = STAYING | {"encounter_rate": 0.3, "occasion": 20.0, "contact_base": 2.0,
                            "hours_meeting": 20.0, "close_rate": 0.0,
                            "close_amh_rate": 0.0}  # fmt: skip
    model = twin(SITE, parameters, weeks=24)
    due = 0
    for _ in range(24):
        appointed = [f for f in model.families() if f.appointed]
        model.step()
        due += len(appointed)
        assert all(f.contact != 2 for f in appointed)
        assert model.totals["given_up"] >= len(appointed)
    assert due > 10


def test_a_talk_in_passing_is_no_planned_discussion():
    parameters = {"encounter_rate": 0.3, "occasion": 20.0,
                  "hours_meeting": 20.0, "misdirected": 0.0,
                  "answer_base": -100.0}  # fmt: skip
    for form in (0.0, 1.0):
        model = twin(SITE, parameters | {"joint_plan": form})
        talked = 0
        for _ in range(40):
            model.step()
            talked += sum(f.talked for f in model.families())
            assert not any(f.discussed for f in model.families())
        assert talked > 50


def test_any_wanted_talk_that_settles_it_is_a_discussion():
    for tolerance in (0.0, 1.0):
        model = twin((), {"joint_plan": 1.0, "risk_tolerance": tolerance, "talk_effect": 0.0})
        for _ in range(40):
            model.step()
            for f in model.families():
                assert f.discussed == (f.talked if tolerance else False)


RULES = (("protocol_contact", 0.8, "scale"), ("protocol_disclosure", 0.6, "scale"),
         ("collaboration_priority", 0.5, "scale"), ("agreed_sharing", 0.4, "scale"))  # fmt: skip


@pytest.mark.parametrize("upkeep", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("form", [0.0, 1.0])
def test_rules_lose_half_in_a_half_life_unless_they_are_kept_up(form, upkeep):
    channels = (*RULES, ("rule_upkeep", upkeep, "on"))
    model = twin(channels, {"compliance": form, "half_life": 26.0}, weeks=60, start=4)
    for week in range(58):
        model.t = week
        policy(model, model.places.authorities[0])
        q = model.places.teams[0].q
        if week < 4:
            assert (q.protocol_contact, model.places.teams[0].since) == (0, [-1] * 3)
            continue
        kept = 0.5 ** ((week - 4) / 26)
        kept += form * (1 - kept) * upkeep
        assert q.protocol_contact == pytest.approx(0.8 * kept, rel=1e-12)
        assert q.protocol_disclosure == pytest.approx(0.6 * kept, rel=1e-12)
        assert q.collaboration_priority == pytest.approx(0.5 * kept, rel=1e-12)
        assert q.agreed_sharing == pytest.approx(0.4 * kept, rel=1e-12)
        assert model.places.teams[0].since == [4, 4, 4]


def test_a_rule_that_ends_begins_anew():
    model = twin((("protocol_contact", 1.0, "scale"),), weeks=30, start=2, end=10)
    for week in range(11):
        model.t = week
        policy(model, model.places.authorities[0])
    assert model.places.teams[0].since == [-1] * 3


def test_priority_moves_hours_and_presses_other_cases():
    channels = (("collaboration_priority", 0.5, "scale"), ("rule_upkeep", 1.0, "on"))
    parameters = STAYING | {"compliance": 1.0, "priority_hours": 2.0}
    one, other = twin(channels, parameters), twin((), parameters)
    one.step()
    other.step()
    assert one.totals["hours_moved"] == 22 * 2.0 * 0.5
    assert one.totals["taken_csw"] + one.totals["taken_mhsw"] == 22 * 2.0 * 0.5
    assert other.totals["taken_csw"] == other.totals["taken_mhsw"] == 0
    i, j = (model.places.posts[0].holder for model in (one, other))
    assert i.pressure == pytest.approx(j.pressure * 37.2 / 36.2, rel=1e-12)


def test_a_rule_brings_about_written_contact_that_nobody_wanted():
    channels = (("protocol_contact", 1.0, "scale"),)
    unwilling = {"contact_base": -100.0, "rule_pace": 0.4}
    model, forced, written = twin(channels, unwilling), 0, 0
    for _ in range(40):
        model.step()
        forced += model.totals["forced"]
        written += model.totals["written"]
        assert model.totals["phone"] + model.totals["face"] + model.totals["meeting"] == 0
    assert forced == written > 10
    assert total(twin(channels, unwilling | {"rule_pace": 0.0}), "written") == 0
    assert total(twin((), unwilling), "written") == 0


def test_at_no_strength_stories_move_nothing_but_stories():
    families, narratives = [], []
    for strength, start in ((0.0, -1.0), (0.0, 1.0), (0.5, -1.0), (0.5, 1.0)):
        model = twin(SITE, {"story_strength": strength}, weeks=20)
        for post in model.places.posts:
            if post.holder is not None:
                post.holder.narrative = start
        model.run()
        state = model.snapshot()
        families.append(state["families"])
        narratives.append([post["narrative"] for post in state["practitioners"]])
    assert narratives[0] != narratives[1]
    assert families[0] == families[1]
    assert families[2] != families[3]


@pytest.mark.parametrize("reach, read", [(0.0, 0.1), (1.0, 0.5)])
def test_a_stranger_is_judged_by_the_story(reach, read):
    model = twin((), {"story_reach": reach})
    i = model.places.posts[0].holder
    j = model.places.localities[0].posts[1][0].holder
    i.narrative = -0.8
    assert asking_trust(model, i, j) == pytest.approx(0.1)
    assert tie_trust(model, i, j) == pytest.approx(read)
    assert meet(model, i, j).trust_cm == pytest.approx(read)
    tie = meet(model, i, j)
    tie.familiarity, tie.trust_cm = 1.0, 0.9
    assert asking_trust(model, i, j) == tie_trust(model, i, j) == 0.9


def test_a_team_s_other_colleagues_hold_one_story_and_listen():
    model = twin((), {"listening": 0.5, "half_life": 1e9, "background_tellers": 0.0,
                      "policy_effect": 0.0})  # fmt: skip
    policy(model, model.places.authorities[0])
    team = next(team for team in model.places.teams if team.service == 1)
    members = team.members()
    assert team.story == 0
    team.story = 0.4
    for i in members:
        i.narrative = -0.2
    listen(model, team)
    # 3 MHSWs of 25: their colleagues weigh 22 / 25, and are moved by 3 / 25 of conformity.
    mean = (3 * -0.2 + 22 * 0.4) / 25
    assert [i.narrative for i in members] == pytest.approx([-0.2 + 0.5 * (mean + 0.2)] * 3)
    assert team.story == pytest.approx(0.4 + 0.5 * 3 / 25 * -0.6)
    csc = model.places.teams[0]
    listen(model, csc)
    assert csc.story == 0


def test_colleagues_tell_bad_stories_as_they_believe_them_and_each_is_one_person():
    def moved(story, size):
        """Return how far a member moves beyond what draws them to the mean of all."""
        drawn = 0.1 * (size - 3) / size * (story - 0.5)
        parameters = {"background_tellers": 50.0, "cmht_size": size, "listening": 0.1}
        model = twin((), parameters | {"half_life": 1e12, "policy_effect": 0.0})
        policy(model, model.places.authorities[0])
        team = next(team for team in model.places.teams if team.service == 1)
        team.story = story
        for i in team.members():
            i.narrative = 0.5
        listen(model, team)
        return team.members()[0].narrative - 0.5 - drawn

    assert moved(1.0, 25.0) == pytest.approx(0.0, abs=1e-9)
    assert moved(-1.0, 4.0) == pytest.approx(0.0, abs=1e-9)
    assert moved(-1.0, 5.0) == pytest.approx(-0.1 * 1.5 * 0.9, abs=1e-9)


def test_only_who_trusts_excuses_a_refusal_and_only_without_consent():
    model = twin((), {"story_strength": 1.0})
    a = model.places.posts[0].holder
    b = model.places.localities[0].posts[1][0].holder
    f = SimpleNamespace(consents=False, origin=1, key_week=-1, key=0)
    a.narrative = 0.5
    assert is_excused(model, f, a, b)
    a.narrative = -0.5
    assert not is_excused(model, f, a, b)
    f.consents, a.narrative = True, 0.5
    assert not is_excused(model, f, a, b)
