"""What a comparison rests on: what moves gains, verdicts of patterns, half the strength."""

import csv
import re
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from scipy.stats import rankdata

from colsim.answers.what_if import what_if
from colsim.comparison.compare import compare
from colsim.comparison.rests_on import FEWEST, _ranks, movers_of
from colsim.comparison.sets import HALF_WORLDS, JOINT, halved
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.experiments import sharing
from colsim.patterns import PATTERNS
from colsim.reporting.screen import print_result
from colsim.scenario import load_comparison
from colsim.scenario.known import concerning, verdicts
from colsim.scenario.levers import LEVERS
from colsim.scenario.session import changed

PAGE = Path(__file__).parents[2] / "docs" / "patterns.md"
WORLDS = [draw_world(k) for k in range(100)]


def column(name):
    p = PARAMETERS[name]
    return np.array([(one[name] - p.low) / (p.high - p.low) for one in WORLDS])


def test_what_moves_a_gain_is_named_with_its_direction():
    noise = np.random.default_rng(3).normal(size=100)
    gain = 3.0 * column("accept_base") - 2.0 * column("contact_base") + 0.4 * noise
    found = movers_of(gain, WORLDS)
    assert [one.name for one in found.numbers[:2]] == ["accept_base", "contact_base"]
    assert [one.rises for one in found.numbers[:2]] == [True, False]
    assert found.numbers[0].share > 0.3 > found.numbers[0].floor
    assert "more where it is higher" in str(found.numbers[0])
    assert "less where it is higher" in str(found.numbers[1])
    assert found.form is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-3, 3) | st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_ranks_are_those_of_another_library(values):
    assert _ranks(np.array(values, float)).tolist() == rankdata(values).tolist()


def test_a_form_is_named_with_the_value_under_which_most_is_gained():
    high = np.array([one["joint_plan"] for one in WORLDS])
    best = next(c.name for c in PARAMETERS["joint_plan"].choices if c.value == high.max())
    found = movers_of(high + 0.3 * np.random.default_rng(1).normal(size=100), WORLDS)
    assert (found.form.name, found.form.best) == ("joint_plan", best)
    assert found.form.share > 0.5 > found.form.floor


def test_chance_alone_is_named_no_more_often_than_the_rule_allows():
    """140 numbers, 100 worlds: some correlate by chance. Of 60 gains that hang on nothing 1 in 20
    is meant to name a number; 99 in 100 binomials lie up to 7."""
    chance = np.random.default_rng(11)
    found = [movers_of(chance.normal(size=100), WORLDS, seed=k) for k in range(60)]
    assert sum(bool(one.numbers) for one in found) <= 7
    assert sum(one.form is not None for one in found) <= 7


def test_too_few_worlds_say_so_and_name_nothing():
    few = WORLDS[: FEWEST - 1]
    found = movers_of(column("accept_base")[: FEWEST - 1], few)
    assert (found.enough, found.numbers, found.form, found.worlds) == (False, (), None, 39)
    # Worlds without a value do not count.
    gain = column("accept_base")
    gain[FEWEST - 1 :] = np.nan
    assert not movers_of(gain, WORLDS).enough


def test_a_gain_that_is_the_same_everywhere_hangs_on_nothing():
    found = movers_of(np.full(100, 0.02), WORLDS)
    assert (found.enough, found.numbers, found.form) == (True, (), None)


def loaded(*policies, weeks=8):
    return load_comparison("desktop", policies, overrides={"run.weeks": weeks, "run.burn_in": 26})


def test_policies_are_halved_and_one_post_has_no_half():
    them = loaded("co_location", "boundary_spanners", "caseload_cap")
    found = halved(them)
    assert found["co_location"].scenario.levers["co_location"].strength == 1.5
    posts = them[2].scenario.levers["boundary_spanners"].strength
    assert found["boundary_spanners"].scenario.levers["boundary_spanners"].strength == posts / 2
    alone = changed(them[2], {"levers.boundary_spanners.strength": 1.0}, "test")
    assert halved([them[0], alone]) == {}
    # What moves towards a value is halved in reach, not in what it moves to.
    cap, half = (one.scenario.levers["caseload_cap"] for one in (them[3], found["caseload_cap"]))
    assert (half.coverage, half.strength) == (cap.coverage / 2, cap.strength)


def test_half_strength_is_lived_in_the_same_worlds_with_the_same_chance():
    base, policy = loaded("co_location")
    half = changed(policy, {"levers.co_location.strength": 1.5}, "test")
    options = {"replications": 6, "worlds": "ranges", "seed": 4}
    found = compare(base, [policy], **options).halves["co_location"]
    alone = compare(base, [half], half_strength=False, **options)
    full = compare(base, [policy], half_strength=False, **options)
    assert full.halves == {}

    def gain(result):
        values = result.values[JOINT][:, :, 0]
        return float(np.nanmedian(values[1] - values[0]))

    assert (found.half, found.full) == (gain(alone), gain(full)), "equal to the bit"
    assert found.worlds == 3
    joint = compare(base, [policy], precision=0.9, **(options | {"replications": 2}))
    assert joint.halves["co_location"].worlds == HALF_WORLDS, "as many, however runs are counted"


@pytest.mark.parametrize("policies", [("co_location",), ("co_location", "caseload_cap", "span")])
def test_half_strength_shares_the_burn_in_with_all_that_is_lived(policies, monkeypatch):
    """Weeks lived: a burn-in for each chance; a half has weeks of its own with the first alone."""
    base, *them = loaded(*(name.replace("span", "boundary_spanners") for name in policies))
    weeks, whole = [], sharing.advance

    def advance(world, count):
        weeks.append(count)
        whole(world, count)

    monkeypatch.setattr(sharing, "advance", advance)
    found = compare(base, them, replications=6, worlds="ranges", seed=4, workers=1)
    assert set(found.halves) == {one.name for one in them}
    assert sum(weeks) == 6 * (26 + 8 * (1 + len(them))) + 3 * 8 * len(them)


def test_half_strength_is_lived_once_beside_other_sets():
    """Asked what if, the lives at half strength are those of the comparison alone."""
    base, policy = loaded("co_location")
    options = {"replications": 4, "worlds": "ranges", "seed": 4}
    alone = compare(base, [policy], **options)
    asked = what_if(base, [policy], under=["austerity"], **options)
    assert asked.halves == alone.halves
    assert what_if(base, [policy], under=["austerity"], half_strength=False, **options).halves == {}


@pytest.fixture(scope="module")
def result():
    return compare(*(lambda them: (them[0], them[1:]))(loaded("co_location", "shadowing")),
                   replications=2, worlds="ranges")  # fmt: skip


def test_it_stands_in_text_json_csv_and_chart(result, tmp_path):
    screen = Console(file=StringIO(), width=80)
    print_result(result, screen)
    text = " ".join(screen.file.getvalue().split())
    assert "What this rests on" in text
    assert "Size of the effects: judgement for Co-location, Shadowing and placements." in text
    assert "8 co location alone" in text
    assert f"too few worlds to say what its gain hangs on (1; {FEWEST} are needed)" in text
    assert "At half strength" in text
    document = result.to_dict()
    first, second = document["rests_on"]
    assert (first["scenario"], first["levers"][0]["mark"]) == ("co_location", "J")
    assert [one["number"] for one in first["patterns"]] == [8, 10, 11, 12]
    assert second["patterns"] == []
    assert first["moved_by"] | {"numbers": []} == {
        "worlds": 1, "fewest_worlds": 40, "enough_worlds": False, "numbers": [], "form": None,
    }  # fmt: skip
    assert first["half_strength"]["worlds"] == 1
    assert document["rests_on_lines"] == result.account.texts("rests_on")
    result.save(tmp_path / "out")
    with (tmp_path / "out" / "rests_on.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds = [row["Kind"] for row in rows if row["scenario"] == "co_location"]
    assert kinds == ["evidence", *["pattern"] * 4, "delivered", "delivered", "number"]
    told = " ".join(one.get_text() for one in result.plot().texts).replace("\n", " ")
    assert "What this rests on: AMH teams sit in the children's office" in told


def test_verdicts_of_another_model_are_said_to_be(result, monkeypatch):
    import colsim.comparison.rests_on as words

    own = verdicts()[0].ranges_model
    monkeypatch.setattr(words, "model_version", lambda: own)
    assert "another version" not in " ".join(result.account.texts("rests_on"))
    monkeypatch.setattr(words, "model_version", lambda: "0" * 16)
    assert "(docs/patterns.md, run on another version of the model)" in " ".join(
        result.account.texts("rests_on")
    )


def test_verdicts_are_those_of_the_patterns_and_of_their_page():
    assert [(one.number, one.name, one.levers) for one in verdicts()] == [
        (p.number, p.name, p.levers) for p in PATTERNS.values()
    ]
    page = PAGE.read_text(encoding="utf-8")
    counted = re.search(r"Of 15 patterns (\d+) are shown, (\d+) unclear, (\d+) not shown", page)
    each = [one.ranges for one in verdicts()]
    assert [each.count(v) for v in ("shown", "unclear", "not shown")] == [
        int(n) for n in counted.groups()
    ]
    assert f"model version `{verdicts()[0].ranges_model}`" in page


def test_patterns_name_levers_that_there_are_and_are_found_by_them():
    for pattern in PATTERNS.values():
        assert set(pattern.levers) <= set(LEVERS)
    assert [one.number for one in concerning(["joint_training"])] == [7, 12]
    assert concerning(["shadowing"]) == ()
