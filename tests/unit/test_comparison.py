"""Paired worlds: exact where nothing differs, steady as replications grow, right in the sums."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import colsim
from colsim.comparison.besides import sentence
from colsim.core.engine import simulate
from colsim.core.measures import MEASURES
from colsim.core.parameters import draw_world, pack_parameters
from colsim.errors import UserError
from colsim.experiments.runner import compile_together, observe_outcome, outcomes, seeds_of
from colsim.reporting.drawing import spread_out
from colsim.scenario import load_scenario
from tests.later import Later

matplotlib, openpyxl = Later("matplotlib.text"), Later("openpyxl")

SHORT = {"run.weeks": 60, "run.burn_in": 40}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Scenarios on the small authority, short enough for tests."""
    folder = tmp_path_factory.mktemp("scenarios")
    base = 'title = "{}"\nextends = "desktop"\n[run]\nweeks = 60\nburn_in = 40\n'
    levers = {
        "base": "",
        "twin": "",
        "share": "[levers.co_location]\nstrength = 5.0\n",
        "cut": "[levers.co_location]\nstrength = 5.0\n"
        'without = ["encounters", "face_to_face", "stories"]\n',
        "span": "[levers.boundary_spanners]\nstrength = 3.0\nstart = -10\n",
        "other": "[parameters]\ntrust_rate = 0.3\n",
    }
    for name, text in levers.items():
        (folder / f"{name}.toml").write_text(base.format(name) + text, encoding="utf-8")
    return folder


def load(folder, *names):
    return [load_scenario(str(folder / f"{name}.toml")) for name in names]


def compare(scenarios, **options):
    """Compare loaded scenarios with the first of them."""
    return colsim.compare(scenarios[0], scenarios[1:], **options)


@pytest.fixture(scope="module")
def result(folder):
    return compare(load(folder, "base", "twin", "cut", "share", "span"), replications=16)


@pytest.mark.slow
def test_a_policy_without_effect_differs_by_exactly_nothing(result):
    for name in ("twin", "cut"):
        for measure in MEASURES:
            d = result.of(name, measure)
            if np.isfinite(d.difference):
                assert (d.low, d.difference, d.high, d.computing_error) == (0, 0, 0, 0)
        assert result.of(name, "joint_plan_rate").better == 0.0
        assert result.of(name, "joint_plan_rate").stays_week is None


def test_a_policy_with_effect_shows_it(result):
    d = result.of("span", "information_flow")
    assert d.better == 1.0
    assert 0 < d.low < d.difference < d.high < 1
    assert d.clear
    assert 0 < d.half_week < 60
    assert min(d.between_worlds, d.between_seeds) > 0


def test_workers_do_not_change_anything(folder):
    names = load(folder, "base", "share")
    one = compare(names, replications=8, workers=1)
    two = compare(names, replications=8, workers=2)
    assert one.to_dict() == two.to_dict()


def test_sharing_the_burn_in_gives_the_bits_of_running_alone(folder):
    scenarios = load(folder, "base", "share", "span", "other")
    compiled = compile_together(scenarios)
    together = list(outcomes(compiled, replications=2, seed=5))
    for k, outcome in enumerate(together):
        world_seed, run_seed = seeds_of(5, k)
        alone = [
            simulate(
                one.layout,
                one.levers,
                pack_parameters({**draw_world(world_seed), **one.parameters}),
                seed=run_seed,
                weeks=one.weeks,
                burn_in=one.burn_in,
            )
            for one in compiled
        ]
        for k, expected in enumerate(map(observe_outcome, alone)):
            assert outcome.totals[k].tobytes() == expected.totals.tobytes()
            assert outcome.exits[k].tobytes() == expected.exits.tobytes()
            np.testing.assert_array_equal(outcome.series[k], expected.series)


def test_replications_come_in_pairs_of_one_world():
    worlds = [seeds_of(1, k)[0] for k in range(6)]
    runs = [seeds_of(1, k)[1] for k in range(6)]
    assert worlds[0] == worlds[1] != worlds[2] == worlds[3]
    assert len(set(runs)) == 6


@pytest.mark.slow
def test_ranges_do_not_shrink_as_replications_grow(folder):
    """Four times the replications: the computing error halves, the range over worlds stays.

    Over 12 and 48 worlds the ratio of two 90 % ranges lies between 0.5 and 2 in all but a
    few of 1,000 cases for any distribution near the normal; the draw here is fixed.
    """
    names = load(folder, "base", "share")
    few = compare(names, replications=24, seed=3).of("share", "information_flow")
    many = compare(names, replications=96, seed=3).of("share", "information_flow")
    assert 0.5 < (many.high - many.low) / (few.high - few.low) < 2
    assert many.computing_error < 0.75 * few.computing_error


def test_fixed_parameters_leave_chance_alone(folder):
    names = load(folder, "base", "share")
    free = compare(names, replications=16).of("share", "information_flow")
    fixed = compare(names, replications=16, fixed_parameters=True).of("share", "information_flow")
    assert fixed.high - fixed.low < free.high - free.low


@pytest.mark.parametrize(
    "names, options, message",
    [
        (["base"], {}, "policies: found none; allowed: one or more"),
        (["base", "base"], {}, "compared twice: base"),
        (["base", "share"], {"replications": 0}, "replications: found 0; allowed: an even"),
        (["base", "share"], {"replications": 3}, "replications: found 3"),
        (["base", "share"], {"seed": -1}, "seed: found -1"),
        (["base", "share"], {"workers": 0}, "workers: found 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(folder, names, options, message):
    with pytest.raises(UserError, match=message):
        compare(load(folder, *names), **options)


def test_scenarios_of_different_length_are_refused(folder):
    longer = load_scenario(str(folder / "base.toml"), overrides={"run.weeks": 61})
    with pytest.raises(UserError, match=r"equally long.*61"):
        compare([*load(folder, "share"), longer], replications=2)


@pytest.mark.slow
def test_saved_files_say_the_same_as_the_result(result, tmp_path):
    import pandas as pd

    result.save(tmp_path / "new" / "out")
    out = tmp_path / "new" / "out"
    assert sorted(p.name for p in out.iterdir()) == [
        "chart.png", "chart.svg", "comparison.csv", "comparison.json", "comparison.xlsx",
        "costs.csv", "forms.csv", "manifest.json", "rests_on.csv", "series.csv",
    ]  # fmt: skip
    frame = pd.read_csv(out / "comparison.csv")
    row = frame[(frame.scenario == "share") & (frame.measure == "information_flow")].iloc[0]
    difference = result.of("share", "information_flow").difference
    assert row["Change"] == pytest.approx(100 * difference, abs=0.001)
    assert (row["Measure"], row["Unit"]) == (
        "Information flow", "%, changes in percentage points",
    )  # fmt: skip
    weeks = pd.read_csv(out / "series.csv")
    last = weeks[(weeks.scenario == "share") & (weeks.measure == "information_flow")].iloc[-1]
    course = result.series["information_flow"]
    k = result.names.index("share")
    assert last["Week"] == result.weeks
    assert last["Change"] == pytest.approx(
        100 * np.median(course[k][:, -1] - course[0][:, -1]), abs=0.001
    )
    costs = pd.read_csv(out / "costs.csv")
    assert list(costs["A year at full strength (£, prices of 2013/14)"]) == [
        0, 1_020 * 5 * 16, 1_020 * 5 * 16, 3 * 66_680,
    ]  # fmt: skip
    book = openpyxl.load_workbook(out / "comparison.xlsx")
    assert book.sheetnames == [
        "Changes", "Against each other", "By week", "Costs", "What this rests on",
    ]  # fmt: skip
    for sheet in book:
        assert sheet["A1"].font.bold
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.column_dimensions["A"].width >= 8
    document = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert document["worlds"] == 8
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seconds"] > 0
    assert manifest["scenarios"][3]["levers"]["co_location"]["strength"] == 5.0
    assert (out / "chart.png").read_bytes()[:4] == b"\x89PNG"


def test_labels_keep_their_distance():
    placed = spread_out([1.0, 1.0, 1.0, 9.0], gap=1.0)
    assert np.diff(placed).min() >= 1.0
    assert placed[3] == 9.0


def test_words_say_what_the_numbers_say(result):
    measure = MEASURES["joint_plan_rate"]
    nothing = sentence("Twin", result.of("twin", measure.name), measure, "joint plans")
    assert nothing == (
        "Twin: no clear change in joint plans; in 9 of 10 plausible worlds between 0.0 more and "
        "0.0 more in every 100."
    )
    flow = MEASURES["information_flow"]
    sure = sentence("Share", result.of("share", flow.name), flow, "understood facts")
    assert "no clear change" not in sure
    assert sure.endswith("more understood facts in every 100.")


def test_worlds_without_any_change_speak_for_neither_side(result):
    """Better in 5, worse in 1, alike in 4 of 10 worlds: unclear, though only 5 are better."""
    nothing = result.of("twin", "joint_plan_rate")
    assert (nothing.better, nothing.worse, nothing.clear) == (0.0, 0.0, False)
    d = result.of("span", "information_flow")
    assert (d.better, d.worse, d.clear) == (1.0, 0.0, True)
    for better, worse, clear in ((0.5, 0.1, False), (0.1, 0.1, False), (0.0, 0.8, True)):
        assert replace(d, better=better, worse=worse).clear == clear


def test_one_world_has_no_spread(folder):
    d = compare(load(folder, "base", "share"), replications=2).of("share", "information_flow")
    assert np.isnan([d.computing_error, d.between_worlds]).all()
    assert d.between_seeds > 0


def test_median_weeks_by_hand():
    from colsim.experiments.observed import median_weeks

    counts = np.zeros((3, 105), np.int64)
    counts[0, [0, 4, 9]] = (1, 1, 1)
    counts[1, 104] = 5
    np.testing.assert_array_equal(median_weeks(counts), (4, 104, np.nan))


@pytest.fixture
def oddly_named(folder):
    """Two scenarios whose names and titles a chart or a spreadsheet could stumble over."""
    titles = {
        "=cost_$x_{$": "=cost $x {$",
        "long": "A title that is far longer than what fits beside a panel of the chart, and still "
        "goes on and on",
    }
    for name, title in titles.items():
        text = (folder / "share.toml").read_text(encoding="utf-8")
        (folder / f"{name}.toml").write_text(
            text.replace('"share"', f'"{title}"'), encoding="utf-8"
        )
    names = list(titles)
    return compare(load(folder, "base", *names), replications=2)


@pytest.mark.slow
def test_the_chart_shows_any_name_within_its_bounds(oddly_named):
    figure = oddly_named.plot()
    figure.draw_without_rendering()
    shown = [text for text in figure.findobj(matplotlib.Text) if text.get_text()]
    assert any(text.get_text().startswith(r"=cost \$x {\$ +") for text in shown)
    for text in shown:
        box = text.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= figure.bbox.x1, text.get_text()
        assert 0 <= box.y0 <= box.y1 <= figure.bbox.y1, text.get_text()


@pytest.mark.slow
def test_no_name_is_a_formula_in_a_spreadsheet(oddly_named, tmp_path):
    oddly_named.save(tmp_path)
    for name in ("comparison.csv", "series.csv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "'=cost" in text
        assert not re.search(r"(^|,)[=@]", text, re.M)


def test_cost_of_a_further_joint_plan(result):
    k = result.names.index("share")
    cost = result.costs[k]
    a_year = (600 + 420) * 5 * 16  # desks, and time on the way, of those who move
    assert cost.a_year == pytest.approx(a_year)
    assert cost.spent == pytest.approx(a_year * result.weeks / 52 + 592 * 10)
    more = (result.joint_plans[k] - result.joint_plans[0]).mean(axis=1)
    low, median, high = np.quantile(more, (0.05, 0.5, 0.95))
    middle, best, worst = result.cost_per_joint_plan("share")
    assert middle == pytest.approx(cost.spent / median)
    assert best == pytest.approx(cost.spent / high)
    assert worst == (pytest.approx(cost.spent / low) if low > 0 else float("inf"))
    assert result.cost_per_joint_plan("twin")[0] == float("inf")
    scenarios = result.to_dict()["scenarios"]
    assert scenarios[0]["cost"]["a_year"] == 0
    assert scenarios[1]["cost"]["per_additional_joint_plan"] == [None, None, None]
