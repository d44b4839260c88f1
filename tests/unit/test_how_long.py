"""When a gain comes, peaks and goes; and policies against each other: courses by hand."""

import numpy as np
import pytest
from matplotlib.text import Text

from colsim.comparison.against import against, every_pair
from colsim.comparison.compare import compare
from colsim.comparison.compared import money_ends
from colsim.comparison.how_long import course_of
from colsim.experiments.observed import COMPARED

JOINT = COMPARED["joint_plan_rate"]
WORLDS = 20


def course(*points, weeks=156, spread=0.0):
    """Return the gain of 20 worlds along straight lines between (week, points of 100)."""
    at, gains = zip(*points, strict=True)
    line = np.interp(np.arange(weeks + 1), at, gains) / 100
    lift = np.linspace(-spread, spread, WORLDS)[:, None] / 100
    return line + lift * (line != 0)


def told(gain, *, least=0.02, ends=None):
    return course_of("policy", JOINT, gain, least, ends)


def test_the_first_week_in_which_8_in_10_worlds_gain_the_amount():
    """A line from 0 to 10 points in 100 weeks reaches 2 points in week 20."""
    found = told(course((0, 0), (100, 10), (156, 10)))
    assert (found.from_week, found.to_week, found.trend) == (20, None, "level")
    assert (found.peak, found.peak_week) == (pytest.approx(0.1), 100)
    assert told(course((0, 0), (156, 1.9))).from_week is None
    # Of worlds a fifth that gains nothing is just borne, and a quarter is not.
    gain = course((0, 0), (100, 10), (156, 10))
    gain[:4] = 0.0
    assert told(gain).from_week == 20
    gain[:5] = 0.0
    assert told(gain).from_week is None


def test_any_hair_does_not_count():
    assert told(course((0, 0), (1, 0.05), (156, 0.05))).from_week is None
    never = str(told(course((0, 0), (156, 0.05))))
    assert "never within the run do 8 in 10 worlds gain 2.0 points" in never


def test_what_is_left_after_the_money_ends():
    """10 points in week 52, when the money ends; a tenth of a point less every week, then none."""
    found = told(course((0, 0), (52, 10), (152, 0), (156, 0)), ends=52)
    assert found.at_end == pytest.approx(0.1)
    assert found.left == ((26, pytest.approx(0.074)), (52, pytest.approx(0.048)),
                          (104, pytest.approx(0.0)))  # fmt: skip
    assert (found.from_week, found.to_week) == (11, 132)
    text = str(found)
    assert "from week 11 to week 132" in text
    assert "highest +10 in week 52" in text
    assert "+7.4 26 weeks later" in text


def test_still_rising_and_falling_are_said_and_chance_is_not():
    assert told(course((0, 0), (156, 15))).trend == "rising"
    assert "still rising at the end of the run" in str(told(course((0, 0), (156, 15))))
    assert told(course((0, 0), (100, 15), (156, 8))).trend == "falling"
    noise = np.random.default_rng(0).normal(0, 0.05, (WORLDS, 157))
    assert told(course((0, 0), (50, 10), (156, 10)) + noise).trend == "level"
    assert told(course((0, 0), (20, 10), weeks=20)).trend == "level"  # too short to say


def test_money_ends_only_if_all_of_a_policy_does():
    own = {"levers": {"shadowing": {"end": None}}}
    one = {"levers": {"shadowing": {"end": None}, "co_location": {"end": 104}}}
    assert money_ends(own, one, 156) == 104
    assert money_ends({}, one, 156) is None
    assert money_ends(own, one, 100) is None  # after the run
    assert money_ends(own, own, 156) is None


class Made:
    names = ("today", "first", "second", "same")

    def __init__(self, measure="joint_plan_rate"):
        base = np.full((WORLDS, 2), 0.5)
        ahead = np.where(np.arange(WORLDS) < 18, 0.04, -0.02)[:, None]
        self.values = {measure: np.stack([base, base + 0.1 + ahead, base + 0.1, base + 0.1])}


def test_one_policy_against_another_world_by_world():
    """The first is 4 points ahead in 18 of 20 worlds, 2 behind in two."""
    found = against(Made(), "first", "second", "joint_plan_rate")
    assert (found.leads, found.trails, found.clear) == (0.9, 0.1, True)
    assert found.difference == pytest.approx(0.04)
    assert found.mean == pytest.approx(0.034)
    assert (found.told_apart, found.more_worlds) == (True, None)
    back = against(Made(), "second", "first", "joint_plan_rate")
    assert (back.leads, back.trails, back.told_apart) == (0.1, 0.9, True)
    assert found.words({"first": "A", "second": "B"}) == (
        "A against B: +4.0 (-2.0 to +4.0), ahead in 9 in 10."
    )
    same = against(Made(), "second", "same", "joint_plan_rate")
    assert (same.leads, same.trails, same.told_apart, same.more_worlds) == (0, 0, False, None)
    assert "no number of worlds that could be lived would" in same.words(
        {"second": "B", "same": "C"}
    )
    lower = against(Made("nominal_plan_rate"), "first", "second", "nominal_plan_rate")
    assert (lower.leads, lower.trails) == (0.1, 0.9)
    with pytest.raises(KeyError, match="no scenario 'third'; there are today, first"):
        against(Made(), "third", "first", "joint_plan_rate")


def test_every_pair_has_the_one_that_gains_more_first():
    pairs = [(one.one, one.other) for one in every_pair(Made(), "joint_plan_rate")]
    assert pairs == [("first", "second"), ("first", "same"), ("second", "same")]
    pairs = [
        (one.one, one.other) for one in every_pair(Made("nominal_plan_rate"), "nominal_plan_rate")
    ]
    assert pairs[:2] == [("second", "first"), ("same", "first")]


def test_a_comparison_tells_all_of_it_from_its_runs():
    result = compare("desktop", ["co_location", "funding_ends"], replications=4, least=0.5)
    pair = result.against("co_location", "funding_ends")
    values = result.values["joint_plan_rate"]
    assert pair.mean == pytest.approx(np.nanmean(np.nanmean(values[1] - values[2], axis=1)))
    assert result.how_long("funding_ends").ends == 104
    assert result.how_long("co_location").ends is None
    assert result.how_long("co_location").amount == 0.005
    document = result.to_dict()
    assert {one["scenario"] for one in document["how_long"]} == {"co_location", "funding_ends"}
    assert len(document["against_each_other"]) == 2
    assert all("text" in one for one in document["what_else_changes"])


def test_charts_mark_where_money_ends_and_give_many_policies_panels_of_their_own():
    from dataclasses import replace

    policies = ["funding_ends", "co_location", "lead_worker", "shadowing"]
    result = compare("desktop", policies, replications=2)
    figure = result.plot()
    figure.draw_without_rendering()
    texts = [text.get_text().strip() for text in figure.findobj(Text)]
    assert len(figure.axes) == 2 * (len(policies) + 1)
    assert texts.count("money ends") == 2
    assert texts.count("years since the policy began") == 2
    assert {"0", "1", "2", "3"} <= set(texts)
    heights = {axes.get_ylim() for axes in figure.axes[: len(policies)]}
    assert len(heights) == 1  # one scale
    few = replace(
        result, names=result.names[:3], titles=result.titles[:3], costs=result.costs[:3],
        scenarios=result.scenarios[:3],
        values={name: value[:3] for name, value in result.values.items()},
        series={name: value[:3] for name, value in result.series.items()},
        differences=tuple(d for d in result.differences if d.scenario in result.names[:3]),
    )  # fmt: skip
    assert len(few.plot().axes) == 4
