"""The script that rules draws out anew with other discrepancies, on draws that are made up."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from colsim.experiments.worlds import FEWEST
from colsim.scenario import load_scenario
from colsim.scenario.levels import Level
from colsim.worlds.lives import BEYOND

SCRIPTS = Path(__file__).parents[2] / "scripts"
LEVELS = (
    Level("Turnover", "turnover_csw", 0.2, 0.0, 0.1, own=False, source=""),
    Level("Cases", "caseload_csw", 16.0, 0.0, 2.0, own=False, source=""),
)


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("discrepancies")


def draws(*apart):
    """Return draws that are so many discrepancies off in each level; both lives are alike."""
    off = np.array(apart)
    found = np.array([[0.2, 16.0]]) + off * np.array([[0.1, 2.0]])
    return np.repeat(found[:, None, :], 2, axis=1)


def test_a_draw_is_ruled_out_by_its_worst_level(script):
    near, far = BEYOND - 0.01, BEYOND + 0.01
    found = draws([0, 0], [near, 0], [far, 0], [0, -near], [0, -far], [far, far])
    assert script.kept(LEVELS, found).tolist() == [True, True, False, True, False, False]


def test_the_chance_of_lives_is_forgiven(script):
    """Lives that differ by 0.2 have a spread of 0.1 * 2 ** 0.5, and their mean one of 0.1."""
    found = draws([BEYOND * 1.2, 0.0])
    assert not script.kept(LEVELS, found)[0]
    found[0, :, 0] += [0.1, -0.1]
    assert script.kept(LEVELS, found)[0]  # 0.12 * BEYOND off, against (0.1**2 + 0.1**2) ** 0.5


def test_only_the_discrepancies_that_are_named_are_multiplied(script):
    changed = script.changed(LEVELS, {"caseload_csw": 0.5})
    assert [one.discrepancy for one in changed] == [0.1, 1.0]
    assert [one.value for one in changed] == [0.2, 16.0]


@pytest.fixture
def many():
    """Draws off by 0 to 2 * BEYOND in turnover alone, whose gains rise as they are off."""
    count = 8 * FEWEST
    off = (np.arange(count) + 0.5) / count * 2.0 * BEYOND
    gains = np.full((count, 2, 2), np.nan)
    gains[:, 0, :] = off[:, None] / BEYOND / 100  # 0 to 2 percentage points
    gains[:, 1, :] = 0.05
    return draws(*np.column_stack([off, np.zeros(count)])), gains


def test_rows_tell_what_is_kept_and_gained_by_each_rule(script, many):
    rows = {name: rest for name, *rest in script.rows_of(LEVELS, *many)}
    assert list(rows) == [
        "as it is", "all halved", "all doubled", "Turnover: halved", "Turnover: doubled",
        "Cases: halved", "Cases: doubled",
    ]  # fmt: skip
    shares = [told[0] for told in rows.values()]
    assert shares == ["50%", "25%", "100%", "25%", "100%", "50%", "50%"]
    assert rows["as it is"][1:] == [script.spread(many[1][: 4 * FEWEST, k, 0]) for k in (0, 1)]


def test_the_median_that_moves_most_is_told_in_points(script, many):
    """Median gain 0.5 points as it is, 0.25 with turnover halved, 1 with it doubled."""
    assert script.most_moved(LEVELS, *many) == pytest.approx(0.5, abs=0.01)


def test_of_too_few_worlds_no_gain_is_told(script, many):
    found, gains = (one[:: len(one) // (FEWEST // 2)] for one in many)
    rows = script.rows_of(LEVELS, found, gains)
    assert rows[0][2:] == ("too few worlds", "too few worlds")


def test_too_few_draws_are_refused(script):
    with pytest.raises(SystemExit, match=r"--worlds: found 99; allowed: at least 100"):
        script.section(99)


def test_the_section_says_what_was_lived(script, monkeypatch, many):
    """All levels right in every draw: nothing is ruled out, and nothing moves."""

    levels = script.levels_of(load_scenario("desktop").scenario)

    def over_worlds(one_world, numbers):
        assert one_world.keywords["levels"] == [one.measure for one in levels]
        right = np.array([[one.value for one in levels]] * one_world.keywords["lives"])
        return [(right, np.full((2, 2), 0.1)) for _ in numbers]

    monkeypatch.setattr(script, "over_worlds", over_worlds)
    said = script.section(100)
    assert "100 draws of the ranges of `desktop`, 2 lives each, 100 kept as" in said
    assert "moves a median by 0.0 points at most" in said
    assert said.count("| 100% |") == 1 + 2 + 2 * len(levels)
