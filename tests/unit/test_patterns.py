"""The patterns' rule on made-up numbers, and each experiment run small."""

import json
import math

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.patterns import PATTERNS, PatternResult, run_patterns, verdict
from colsim.patterns.pattern import MOVED, NARROWED, statistic_of, wilson
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


def test_patterns_run_in_worlds_that_look_like_the_authority(monkeypatch):
    """The worlds of a bank in their turn, not draws that the seed names."""
    from colsim.core.parameters import draw_world
    from colsim.experiments.banks import Chosen
    from colsim.experiments.runner import turn_of
    from colsim.experiments.worlds import CalibratedWorlds
    from colsim.patterns import running

    bank = CalibratedWorlds("bank", (), np.zeros((0, 0)), tuple(range(50, 60)), kind="matched")
    monkeypatch.setattr(running, "matched_worlds", lambda authority: Chosen(bank))
    source = running.worlds_of("matched", "desktop")
    worlds = [running.world_of(1, k, "desktop", None, source) for k in range(3)]
    first = turn_of(1, 0)
    assert [one.parameters for one in worlds] == [
        draw_world(bank.seeds[(first + k) % 10]) for k in range(3)
    ]
    name = "families_trust_mental_health_more"
    report = run_patterns([name], worlds=1, base="desktop", drawn_from="matched", knock_outs=False)
    assert report.to_dict()["worlds_from"] == "matched"
    plain = run_patterns([name], worlds=1, base="desktop", knock_outs=False)
    assert plain.to_dict()["worlds_from"] == "ranges"
    assert report.results[0].parts[0].median != plain.results[0].parts[0].median


def test_matched_worlds_of_another_model_are_refused(monkeypatch):
    from colsim.experiments.banks import RENEW, Chosen
    from colsim.patterns import running

    note = f"Worlds are of another version of the model: {RENEW} renews them."
    monkeypatch.setattr(running, "matched_worlds", lambda authority: Chosen(None, note))
    code, out, err = colsim("patterns", "--worlds", "matched")
    assert (code, out) == (2, "")
    assert "--worlds: found matched, and no worlds matched to robinscar" in err
    assert RENEW in " ".join(err.split())


@pytest.mark.parametrize(
    "given, said",
    [
        (["machted"], "'machted'; nearest known name: matched; allowed: matched, ranges, or"),
        (["0"], "--worlds: found 0; allowed: a whole number from 1 up"),
        (["-2"], "--worlds: found -2; allowed: a whole number from 1 up"),
        (["2.5"], "--worlds: found '2.5'; allowed: matched, ranges, or a whole number"),
        (["4", "5"], "--worlds: found 4, 5; allowed: one number, and one source"),
        (["ranges", "matched"], "--worlds: found ranges, matched; allowed: one number, and one"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sizes", [True, False])
def test_worlds_that_are_neither_a_number_nor_a_source_are_refused(given, said, sizes):
    options = [part for one in given for part in ("--worlds", one)]
    code, out, err = colsim("patterns", *options, *(["--sizes"] if sizes else []))
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_published_sizes_are_held_out_and_each_has_an_answer():
    from colsim.core.parameter import MARKS
    from colsim.patterns.pattern import SIZES
    from colsim.patterns.sizes import QUANTITIES

    assert [size.quantity for size in SIZES] == list(QUANTITIES)
    for size in SIZES:
        assert not size.used
        assert size.tolerance > 0
        assert size.mark in MARKS
        assert size.source
        assert size.answer


def test_sizes_are_told_in_units_of_the_figures_own_uncertainty():
    from colsim.patterns.pattern import Size
    from colsim.patterns.sizes import found_of, in_lines

    size = Size("x", "q", 0.5, 0.1, "share", "S", "source", "answer")
    found = found_of(size, np.array([0.6, 0.7, 0.8, math.nan]))
    assert (found.median, found.off, found.worlds, found.met) == (0.7, pytest.approx(2.0), 3, True)
    assert not found_of(size, np.array([0.71])).met
    assert not found_of(size, np.array([0.29])).met
    nothing = found_of(size, np.array([math.nan]))
    assert (nothing.worlds, nothing.met) == (0, False)
    rows = [{"name": "a", "met": True}, {"name": "b", "met": False}]
    assert in_lines({"sizes": rows}) == ["Of 2 published sizes 1 are met; not: b."]


def test_the_command_asks_for_sizes(tmp_path, monkeypatch):
    from colsim.patterns import sizes

    asked = dict.fromkeys(sizes.QUANTITIES, lambda world: 0.4)
    monkeypatch.setattr(sizes, "QUANTITIES", asked)
    code, out, err = colsim("patterns", "--sizes", "--worlds", 2, "--json", "--out", tmp_path / "s")
    assert code == 0, err
    document = json.loads(out)
    assert document == json.loads((tmp_path / "s" / "sizes.json").read_text(encoding="utf-8"))
    assert (document["worlds"], document["worlds_from"]) == (2, "ranges")
    assert [one["median"] for one in document["sizes"]] == [0.4] * len(asked)
    text = (tmp_path / "s" / "sizes.csv").read_text(encoding="utf-8")
    assert text.count("\n") == 1 + len(asked)
    code, _, err = colsim("patterns", "--sizes", "--only", "rich_beats_thin")
    assert code == 2
    assert "--only: found together with --sizes" in err


@pytest.mark.slow
def test_each_size_has_an_answer_in_a_small_authority():
    from colsim.patterns.running import world_of
    from colsim.patterns.sizes import QUANTITIES

    world = world_of(1, 0, "desktop", None, None)
    found = {name: answer(world) for name, answer in QUANTITIES.items()}
    assert 1.0 <= found["relational_coordination"] <= 5.0
    assert 0.0 <= found["returned"] <= 1.0
    assert found["escalations_integrated"] >= -1.0
    assert all(-1.0 <= found[name] <= 1.0 for name in ("supervision_wellbeing", "contact_story"))
    assert found["hours_over"] > 0.5
    assert 0.0 < found["ninth_week"] < 0.5
    assert found["known_at_the_site"] > 0.0


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
