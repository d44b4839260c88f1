"""Levers that were in force before: several periods of one lever, in files, tables and on pages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.core.levers import NEVER
from colsim.dashboard import controls, drafts, links
from colsim.dashboard.live import LiveRun, events
from colsim.scenario import ScenarioError, load_scenario
from colsim.scenario.compiling import compile_scenario, spanner_capacity
from colsim.scenario.costs import cost_of
from colsim.scenario.schema import LeverSetting
from colsim.scenario.session import delivered

SHORT = {"run.weeks": 40, "run.burn_in": 30}
TWICE = {
    "strength": 2.0,
    "start": 30,
    "earlier": [{"start": 5, "end": 15, "strength": 4.0, "ramp": 3}],
}


def short(name="desktop", **overrides):
    return load_scenario(name, overrides=SHORT | overrides)


def with_periods(lever="co_location", **changes):
    found = TWICE | changes
    return short(**{f"levers.{lever}.{key}": value for key, value in found.items()})


def told(**changes):
    with pytest.raises(ScenarioError) as error:
        with_periods(**changes)
    return str(error.value)


# What a file may say


def test_a_lever_that_was_in_force_before_stands_in_the_tables_with_each_period():
    levers = compile_scenario(with_periods().scenario).levers
    assert levers.levers.tolist() == [(5, 3, 15, 4.0, 1.0), (30, 1, NEVER, 2.0, 1.0)]
    channels = levers.channels[["quantity", "amount", "mode"]]
    half = len(channels) // 2
    assert channels[:half].tolist() == channels[half:].tolist()
    assert sorted(set(levers.channels["lever"].tolist())) == [0, 1]


def test_a_past_and_a_present_are_the_lives_that_they_would_be_alone():
    """Until the second period begins, the life is that of the first one alone."""
    both = LiveRun(with_periods(), 3)
    first = {"strength": 4.0, "start": 5, "end": 15, "ramp": 3}
    alone = LiveRun(short(**{f"levers.co_location.{k}": v for k, v in first.items()}), 3)
    later = LiveRun(with_periods(earlier=[]), 3)
    before = 30 + 30  # burn-in, and weeks until the second period
    assert both.life.totals[:before].tobytes() == alone.life.totals[:before].tobytes()
    assert both.life.totals.tobytes() != alone.life.totals.tobytes()
    assert both.life.totals.tobytes() != later.life.totals.tobytes()
    assert both.without.totals.tobytes() == alone.without.totals.tobytes()


def test_a_period_that_goes_on_where_one_ended_is_one_period():
    whole = LiveRun(short(**{"levers.joint_training.strength": 2.0}), 4)
    parts = [{"start": 0, "end": 20, "strength": 2.0}]
    halves = short(
        **{
            "levers.joint_training.strength": 2.0,
            "levers.joint_training.start": 20,
            "levers.joint_training.earlier": parts,
        }
    )
    assert LiveRun(halves, 4).life.totals.tobytes() == whole.life.totals.tobytes()


def test_where_there_is_no_past_nothing_is_said_of_one():
    setting = short("desktop+co_location").scenario.levers["co_location"]
    assert "earlier" not in setting.model_dump()
    assert setting.periods == (setting,)


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            {"earlier": [{"start": 5, "end": 35, "strength": 1.0}]},
            "levers.co_location.earlier[0].end: found end in week 35, after the next period has "
            "begun in week 30; allowed: periods one after the other, in the order of time",
        ),
        (
            {"earlier": [{"start": 9, "end": 9, "strength": 1.0}]},
            "levers.co_location.earlier[0].end: found end in week 9, which is not after the start "
            "in week 9",
        ),
        (
            {"earlier": [{"start": k, "end": k + 2, "strength": 1.0} for k in (8, 2)]},
            "levers.co_location.earlier[0].end: found end in week 10, after the next period has "
            "begun in week 2",
        ),
        (
            {"earlier": [{"start": 5, "end": 9, "strength": 7.0}]},
            "levers.co_location.earlier[0].strength: found 7.0; allowed: a number from 0 to 5",
        ),
        (
            {"earlier": [{"start": -31, "end": 9, "strength": 1.0}]},
            "found start in week -31, before the burn-in begins in week -30",
        ),
        (
            {"earlier": [{"start": 5, "strength": 1.0}]},
            "levers.co_location.earlier[0].end: found nothing",
        ),
        (
            {"earlier": [{"start": 5, "end": 9, "strength": 1.0, "recruitment": 0.5}]},
            "levers.co_location.earlier[0].recruitment: found 0.5; allowed: only levers that need",
        ),
        (
            {"earlier": [{"start": 5, "end": 9, "strength": 1.0, "coverage": 0.0}]},
            "levers.co_location.earlier[0].coverage: found 0.0",
        ),
        (
            {"earlier": [{"start": 5, "end": 9, "strength": 1.0, "ramps": 2}]},
            "levers.co_location.earlier[0].ramps",
        ),
        ({"earlier": [3]}, "levers.co_location.earlier[0]: found 3"),
        ({"earlier": "before"}, "levers.co_location.earlier: found 'before'"),
        (
            {"earlier": [{"start": k, "end": k + 1, "strength": 1.0} for k in range(20)]},
            "levers.co_location.earlier: found 20 earlier periods; allowed: up to 19",
        ),
    ],
)
def test_periods_that_cannot_be_are_refused(changes, said):
    assert said in told(**changes)


def test_all_faults_of_periods_are_told_in_one_go():
    wrong = [{"start": 9, "end": 7, "strength": 9.0}, {"start": 3, "end": 33, "strength": 1.0}]
    text = told(earlier=wrong, strength=8.0)
    assert text.count("found") == 5


def test_levers_that_exclude_each_other_may_follow_each_other():
    other = {"levers.integrated_service.start": 16, "levers.integrated_service.end": 29}
    periods = {f"levers.co_location.{key}": value for key, value in TWICE.items()}
    assert len(short(**periods, **other).scenario.levers) == 2
    with pytest.raises(ScenarioError, match="together with integrated_service"):
        short(**periods, **(other | {"levers.integrated_service.start": 14}))


def test_room_is_made_for_the_period_with_most_posts():
    loaded = with_periods(
        "boundary_spanners",
        strength=1.0,
        earlier=[{"start": 5, "end": 15, "strength": 3.0}],
    )
    assert spanner_capacity(loaded.scenario) == 3
    world = LiveRun(loaded, 2).advanced_to(40).model.world
    assert int(np.sum(world.practitioners["filled"][world.posts["service"] == 2])) <= 1


# What it costs


def test_a_past_is_paid_for_by_the_week_and_what_is_paid_once_is_paid_once():
    whole = cost_of(with_periods(start=0, earlier=[]).scenario)
    parted = cost_of(with_periods().scenario)
    assert parted.a_year == whole.a_year
    # Four days for ten weeks and two days for ten, against two days for forty.
    once = cost_of(with_periods(start=0, strength=4.0, earlier=[]).scenario).once
    assert parted.once == once
    yearly = [
        cost_of(with_periods(strength=s, start=0, end=10, earlier=[]).scenario) for s in (4.0, 2.0)
    ]
    assert parted.spent == pytest.approx(sum(one.spent - one.once for one in yearly) + once)


def test_half_of_it_is_half_of_every_period():
    changes = delivered(with_periods().scenario.levers, 0.5)
    assert changes["levers.co_location.strength"] == 1.0
    assert [one["strength"] for one in changes["levers.co_location.earlier"]] == [2.0]


# On a page


def test_off_and_on_again_keeps_the_past_and_begins_a_new_period():
    loaded = drafts.lever_on(short(), "co_location", week=5)
    off = drafts.lever_off(loaded, "co_location", week=15)
    again = drafts.lever_on(off, "co_location", week=25)
    periods = again.scenario.levers["co_location"].periods
    assert [(one.start, one.end, one.strength) for one in periods] == [
        (5, 15, 3.0),
        (25, None, 3.0),
    ]
    run = LiveRun(loaded, 3).advanced_to(15).changed(off).advanced_to(25)
    past = {name: list(values) for name, values in run.series.items()}
    assert run.changed(again).series == past
    # A change concerns the period that goes on, and no earlier one.
    stronger = drafts.lever_set(again, "co_location", {"strength": 5.0})
    strengths = [one.strength for one in stronger.scenario.levers["co_location"].periods]
    assert strengths == [3.0, 5.0]


def test_off_and_on_in_one_week_is_nothing():
    loaded = drafts.lever_on(short(), "co_location", week=5)
    off = drafts.lever_off(loaded, "co_location", week=15)
    assert drafts.lever_on(off, "co_location", week=15).scenario == loaded.scenario


def test_when_the_run_is_over_a_lever_begins_at_once_or_goes_on():
    assert drafts.lever_on(short(), "co_location", week=40).scenario.levers[
        "co_location"
    ].periods == (LeverSetting(strength=3.0, start=0, ramp=13),)
    ended = drafts.lever_off(drafts.lever_on(short(), "co_location", week=5), "co_location", week=9)
    again = drafts.lever_on(ended, "co_location", week=40).scenario.levers["co_location"]
    assert [(one.start, one.end) for one in again.periods] == [(5, None)]


def test_what_has_not_begun_goes_when_it_is_switched_off_and_the_past_stays():
    loaded = with_periods()
    for week, expected in ((35, [(5, 15), (30, 35)]), (20, [(5, 15)]), (10, [(5, 10)]), (5, [])):
        off = drafts.lever_off(loaded, "co_location", week=week).scenario.levers
        found = off["co_location"].periods if off else ()
        assert [(one.start, one.end) for one in found] == expected
        assert not drafts.on_now(off.get("co_location"), week)


def test_an_earlier_period_is_told_and_can_be_taken_out():
    loaded = with_periods()
    (told_of,) = (
        lever
        for group in controls.lever_groups(loaded, 35)
        for lever in group["levers"]
        if lever["name"] == "co_location"
    )
    assert told_of["earlier"] == ["4 days a week from week 5, in full after 3 weeks, until week 15"]
    assert [one["start"] for one in events(loaded.scenario)] == [5, 30]
    without = drafts.period_out(loaded, "co_location", 0).scenario.levers["co_location"]
    assert without.periods == (LeverSetting(strength=2.0, start=30),)
    for which in (-1, 1):
        assert drafts.period_out(loaded, "co_location", which) is loaded


def test_an_address_and_a_file_carry_periods():
    loaded = with_periods()
    back = links.from_query(links.to_query(links.Shared((loaded,), seed=4, week=33)))
    assert back.scenarios[0].scenario == loaded.scenario
    opened = drafts.uploaded("ours.toml", drafts.to_toml(loaded).encode())
    assert opened.scenario == loaded.scenario


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=14),
)
def test_however_often_it_is_switched_the_past_stays_as_it_was(switches):
    """In force in a past week is what was in force when that week was lived."""
    loaded, week, lived = short(), 0, {}
    for on, weeks in switches:
        switch = drafts.lever_on if on else drafts.lever_off
        loaded = switch(loaded, "co_location", week=week)
        setting = loaded.scenario.levers.get("co_location")
        assert drafts.on_now(setting, week) == on
        for each in range(week, min(week + weeks, 39)):
            lived[each] = on
        week = min(week + weeks, 39)
    periods = () if setting is None else setting.periods
    for each, on in lived.items():
        inside = any(one.start <= each and (one.end is None or each < one.end) for one in periods)
        assert inside == on
    back = links.from_query(links.to_query(links.Shared((loaded,))))
    assert back.scenarios[0].scenario == loaded.scenario
