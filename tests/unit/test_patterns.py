"""The patterns' rule on made-up numbers, and each experiment run small."""

import json
import math

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.patterns import PATTERNS, PatternResult, run_patterns, verdict
from colsim.patterns.pattern import statistic_of, wilson
from colsim.patterns.targets import MOVED, NARROWED
from colsim.scenario.levers import LEVERS
from tests.unit.test_cli_runs import colsim


def statistic(values, **options):
    return statistic_of("part", "unit", np.array(values, float), **options)


@pytest.mark.parametrize(
    "share, expected",
    [(1.0, "shown"), (0.9, "shown"), (0.89, "unclear"), (0.5, "unclear"), (0.11, "unclear"),
     (0.1, "not shown"), (0.0, "not shown"), (math.nan, "no value")],
)  # fmt: skip
def test_the_rule(share, expected):
    assert verdict(share) == expected


def test_a_part_over_worlds():
    part = statistic([1, 2, 3, 4, 5, 6, 7, 8, 9, -1])
    assert (part.median, part.share, part.verdict, part.worlds) == (4.5, 0.9, "shown", 10)
    assert not part.contradicted
    against = statistic([-1.0] * 9 + [-2.0])
    assert (against.verdict, against.contradicted) == ("not shown", True)
    nothing = statistic([0.0] * 10)
    assert (nothing.verdict, nothing.contradicted) == ("not shown", False)
    assert statistic([math.nan]).verdict == "no value"
    assert statistic([math.nan, 2.0]).worlds == 1


def test_wilson_interval_by_hand():
    """8 of 10: the interval that Wilson's formula gives, as in any table of it."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_pattern_is_shown_when_all_its_parts_are_and_disappears_by_the_rule():
    pattern = PATTERNS["rich_beats_thin"]
    good, bad, mixed = statistic([1.0] * 10), statistic([-1.0] * 10), statistic([1, -1] * 5)
    assert PatternResult(pattern, (good, good), (), 0).verdict == "shown"
    assert PatternResult(pattern, (good, mixed), (), 0).verdict == "unclear"
    assert PatternResult(pattern, (good, bad, mixed), (), 0).verdict == "not shown"
    small = statistic([0.09] * 10)
    result = PatternResult(pattern, (good, good, good), (small, good, mixed), 0)
    assert [result.disappears(k) for k in range(3)] == [True, False, True]


def test_patterns_are_the_15_and_say_all_that_a_reader_needs():
    assert [pattern.number for pattern in PATTERNS.values()] == list(range(1, 16))
    assert sum(pattern.held_out for pattern in PATTERNS.values()) == 4
    for pattern in PATTERNS.values():
        assert pattern.parts
        assert pattern.statement.endswith(".")
        if pattern.knock_out is None:
            assert pattern.name == "levels_of_today"
            continue
        for name, value in pattern.knock_out.parameters.items():
            assert PARAMETERS[name].minimum <= value <= PARAMETERS[name].maximum
        for item in pattern.knock_out.without:
            lever, _, channel = item.partition(".")
            assert channel in LEVERS[lever].switchable


def test_only_judgement_was_moved():
    for name in {*MOVED, *NARROWED}:
        assert PARAMETERS[name].mark == "J"
    for name, (low, high, _) in NARROWED.items():
        assert low <= PARAMETERS[name].low <= PARAMETERS[name].high <= high


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, p in PATTERNS.items() if not p.default_world])
def test_each_pattern_runs_on_a_small_authority(name):
    result = run_patterns([name], worlds=1, base="desktop", knock_outs=False).results[0]
    assert [part.part for part in result.parts] == list(PATTERNS[name].parts)
    assert [one.part for one in result.figures] == list(PATTERNS[name].figures)
    assert all(part.worlds <= 1 for part in result.parts)
    assert any(part.worlds == 1 for part in result.parts)


def test_a_pattern_without_its_mechanism_is_not_shown():
    """The wrong version: families that trust both services alike."""
    name = "families_trust_mental_health_more"
    result = run_patterns([name], worlds=6, base="desktop", seed=3).results[0]
    assert result.verdict == "shown"
    assert result.knocked_out[0].median < 0.1 * result.parts[0].median
    assert result.disappears(0)


def test_the_command_prints_json_and_writes_files(tmp_path):
    code, out, err = colsim(
        "patterns", "--only", "families_trust_mental_health_more", "--worlds", 2, "--json",
        "--no-knock-outs", "--out", tmp_path / "p",
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(out)
    assert document == json.loads((tmp_path / "p" / "patterns.json").read_text(encoding="utf-8"))
    pattern = document["patterns"][0]
    assert (pattern["number"], pattern["verdict"], pattern["held_out"]) == (4, "shown", False)
    assert (tmp_path / "p" / "patterns.csv").read_text(encoding="utf-8").count("\n") == 2


def test_bad_names_and_numbers_are_refused():
    code, out, err = colsim("patterns", "--only", "rich_beats_thim", "--only", "x")
    assert (code, out) == (2, "")
    near = "nearest known name: rich_beats_thin"
    assert f"pattern: found 'rich_beats_thim'; {near}; allowed: known_colleagues, " in err
    assert "pattern: found 'x'" in err
    with pytest.raises(UserError, match="worlds: found 0"):
        run_patterns(worlds=0)
    with pytest.raises(UserError, match="workers: found 0"):
        run_patterns(workers=0)
