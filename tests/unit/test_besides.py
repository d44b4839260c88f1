"""What else changes: told where worlds agree and it is no trifle, harms first."""

import numpy as np
import pytest

from colsim.comparison.besides import (
    HEADLINES,
    MOST_HARMS,
    asides,
    harms_in_a_line,
    in_lines,
    only_with,
)
from colsim.core.measures import TRIFLES, Measure
from colsim.data.rows import RowError
from colsim.experiments.difference import difference_of
from colsim.experiments.observed import COMPARED

WORLDS = 20


class Made:
    """A comparison by hand: measures to the change of each world."""

    names = ("today", "policy")

    def __init__(self, **changes):
        self.values = {}
        for name, change in changes.items():
            base = np.full((WORLDS, 2), 0.5)
            self.values[name] = np.stack([base, base + np.asarray(change)[:, None]])

    def of(self, scenario, measure):
        return difference_of(scenario, 1, COMPARED[measure], self.values, {})


def agreeing(size, share=1.0):
    """Return changes of a size, of which a share of worlds has the sign."""
    count = round(share * WORLDS)
    return np.array([size] * count + [-size / 10] * (WORLDS - count))


def test_every_measure_has_a_threshold_in_its_unit():
    assert all(measure.trifle > 0 for measure in COMPARED.values())
    assert COMPARED["jointly_wrong"].trifle == 0.02  # few cases
    assert COMPARED["contacts"].trifle == TRIFLES["contacts per family and month"]
    about = {"title": "x", "unit": "x", "better": "lower", "group": "x", "definition": "x"}
    with pytest.raises(RowError, match="trifle: found -1; allowed: a number above 0"):
        Measure("x", **about, trifle=-1.0)


def test_harms_come_first_and_the_largest_of_a_kind_before_others():
    found = asides(
        Made(
            talked_rate=agreeing(0.2),
            contacts=agreeing(0.4),
            weeks_to_joint_plan=agreeing(3.0),
            assessed_in_time=agreeing(-0.05),
            nominal_plan_rate=agreeing(0.27),
            joint_plan_rate=agreeing(0.1),
        ),
        "policy",
    )
    assert [(one.measure, one.kind) for one in found] == [
        ("nominal_plan_rate", "harm"),
        ("assessed_in_time", "harm"),
        ("weeks_to_joint_plan", "worse"),
        ("talked_rate", "better"),
        ("contacts", "other"),
    ]
    assert "joint_plan_rate" in HEADLINES
    assert str(found[0]) == (
        "Nominal plans up by 27 points (+27 to +27 in 9 of 10 worlds), from 50 % to 77 %; "
        "all worlds agree"
    )
    lines = in_lines(found)
    assert lines[0].startswith("Harm: Nominal plans up by 27 points")
    assert lines[1].startswith("Harm: Assessed in 45 days down by 5.0 points")
    assert lines[2].startswith("Worse: Weeks to the first joint plan up by 3.0 weeks")
    assert lines[3:] == ["Better: Talked before the plan +20.", "Other changes: Contacts +0.4."]


def test_harms_are_one_line_a_policy_the_worst_named_and_the_rest_counted():
    harmful = [name for name, one in COMPARED.items() if one.harm and name not in HEADLINES]
    harmful = harmful[:12]

    def said(count):
        changes = {
            name: agreeing((1 if COMPARED[name].better == "lower" else -1) * (20 - k) * trifle)
            for k, name in enumerate(harmful[:count])
            for trifle in [COMPARED[name].trifle]
        }
        return harms_in_a_line(asides(Made(**changes, talked_rate=agreeing(0.2)), "policy"))

    worst = COMPARED[harmful[0]].title
    assert said(0) == "no harm on which 8 in 10 worlds agree and that is no trifle."
    assert said(1).startswith(f"1 harm: {worst} ")
    assert said(MOST_HARMS).startswith(f"{MOST_HARMS} harms, the worst first: {worst} ")
    assert "more" not in said(MOST_HARMS)
    assert said(len(harmful)).endswith(
        f"; and {len(harmful) - MOST_HARMS} more, told with what else changes."
    )
    assert said(len(harmful)).count(" to ") == MOST_HARMS
    told = harms_in_a_line(asides(Made(nominal_plan_rate=agreeing(0.27)), "policy"))
    assert told == "1 harm: Nominal plans +27 points (+27 to +27)."


def test_of_what_is_no_harm_the_largest_are_listed_and_the_rest_counted():
    better = [name for name, one in COMPARED.items() if one.better == "higher"][:14]
    changes = {name: agreeing((20 - k) * COMPARED[name].trifle) for k, name in enumerate(better)}
    told = in_lines(asides(Made(**changes), "policy", leave_out=()))
    assert len(told) == 1
    assert told[0].endswith("; and 4 more.")
    assert told[0].count(";") == 10
    assert COMPARED[better[0]].title in told[0]


@pytest.mark.parametrize("share, told", [(0.75, False), (0.8, True), (0.85, True)])
def test_eight_in_ten_worlds_must_agree(share, told):
    for name in ("nominal_plan_rate", "talked_rate", "contacts"):
        for sign in (1, -1):
            change = agreeing(sign * 5 * COMPARED[name].trifle, share)
            assert bool(asides(Made(**{name: change}), "policy")) == told, name


def test_a_trifle_is_not_told_however_sure():
    for name, measure in COMPARED.items():
        if name in HEADLINES:
            continue
        for factor, told in ((0.99, False), (1.0, True), (3.0, True)):
            change = agreeing(factor * measure.trifle)
            assert bool(asides(Made(**{name: change}), "policy")) == told, (name, factor)


def test_a_harm_that_falls_is_no_harm():
    (found,) = asides(Made(nominal_plan_rate=agreeing(-0.1)), "policy")
    assert found.kind == "better"
    (found,) = asides(Made(assessed_in_time=agreeing(0.1)), "policy")
    assert found.kind == "better"


def test_worlds_without_a_value_do_not_vote():
    change = agreeing(0.3)
    change[:15] = np.nan
    (found,) = asides(Made(jointly_wrong=change), "policy")
    assert (found.kind, found.agree) == ("harm", 1.0)
    assert asides(Made(jointly_wrong=np.full(WORLDS, np.nan)), "policy") == ()


def test_a_harm_that_only_a_policy_can_bring_is_told_as_a_level():
    """There is nothing before it to compare with; what is no harm, or was there, is not told so."""
    weeks, shares = np.linspace(0.0, 4.0, WORLDS), np.full(WORLDS, 0.25)
    made = Made(
        consultation_wait=weeks, backfired=shares, nominal_plan_rate=shares, joint_plan_rate=shares
    )
    for name in ("consultation_wait", "backfired", "joint_plan_rate"):
        made.values[name] -= 0.5
        made.values[name][0] = np.nan
    made.values["consultation_wait"][1, 3] = np.nan  # a world without spanners
    assert only_with(made, "policy") == [
        "Only with it: Wait for a consultation 2.1 weeks (0.2 to 3.8 in 9 of 10 worlds); "
        "Challenges that backfired 25 % (25 % to 25 % in 9 of 10 worlds)."
    ]
    assert all("Wait for" not in str(one) for one in asides(made, "policy"))
    assert only_with(Made(nominal_plan_rate=shares), "policy") == []
