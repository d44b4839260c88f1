"""Differences of a sweep's points to its base, on made-up runs worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from colsim.analysis.charts import plot_points
from colsim.analysis.paired import (
    Paired,
    band,
    gains_of,
    half_width,
    in_words,
    keys_of,
    measure_named,
    paired,
    plain,
)
from colsim.core.measures import MEASURES
from colsim.errors import UserError
from colsim.experiments.difference import difference_of
from colsim.reporting.drawing import COLOURS, GREY

JOINT = "joint_plan_rate"
NOMINAL = "nominal_plan_rate"
NAN = np.nan
# Point, replication, value; the base is p0. World 2 of p1 is not there yet; p1's run 3 failed.
RUNS = [
    ("p0", 0, 0.1), ("p0", 1, 0.3), ("p0", 2, 0.5), ("p0", 3, 0.5), ("p0", 4, 0.2), ("p0", 5, 0.2),
    ("p1", 0, 0.3), ("p1", 1, 0.3), ("p1", 2, 0.7), ("p1", 3, NAN),
    ("p2", 0, 0.1), ("p2", 1, 0.2), ("p2", 2, 0.4), ("p2", 3, 0.4), ("p2", 4, 0.2), ("p2", 5, 0.2),
]  # fmt: skip


def sweep(runs=RUNS, *, rounds=(2, 6), precision=None, kept=(JOINT, NOMINAL), design=None):
    """Return something that answers as a sweep's results do."""
    frame = pd.DataFrame(runs, columns=["point", "replication", "value"])
    frame["world"] = frame["replication"] // 2
    frame["world_seed"] = frame["world"] + 70
    frame["error"] = [None if np.isfinite(value) else "planted" for value in frame["value"]]
    points = design or [("p0", "base", None), ("px", "torn", "no"), ("p1", "one", None),
                        ("p2", "two", None)]  # fmt: skip
    table = pd.DataFrame(points, columns=["point", "label", "error"]).assign(row=range(len(points)))
    asked = []

    def sql(query):
        asked.append(query)
        return frame

    experiment = SimpleNamespace(rounds=rounds, precision=precision, kept=kept)
    return SimpleNamespace(
        folder="out",
        manifest=SimpleNamespace(
            experiment=experiment, design=SimpleNamespace(keys=["levers.a", "levers.b"])
        ),
        design=lambda: table,
        sql=sql,
        asked=asked,
    )


def test_runs_are_laid_out_by_point_world_and_seed():
    results = sweep()
    gains = gains_of(results)
    assert gains.measure is MEASURES[JOINT]
    assert f'"{JOINT}" AS value' in results.asked[0]
    assert (gains.labels, gains.rows) == (("base", "one", "two"), (0, 2, 3))
    np.testing.assert_array_equal(
        gains.levels,
        [
            [[0.1, 0.3], [0.5, 0.5], [0.2, 0.2]],
            [[0.3, 0.3], [0.7, NAN], [NAN, NAN]],
            [[0.1, 0.2], [0.4, 0.4], [0.2, 0.2]],
        ],
    )
    assert gains.world_seeds.tolist() == [70, 71, 72]
    assert (gains.failed, gains.missing) == (1, 2)
    assert gains.lost() == "1 runs failed and are left out; 2 runs are not there yet"


def test_gains_by_world_by_hand():
    """One: (0.2 + 0) / 2, 0.2 of one seed, nothing. Two: -0.1 / 2, -0.1, 0."""
    by_world = gains_of(sweep()).by_world
    np.testing.assert_allclose(by_world, [[0, 0, 0], [0.1, 0.2, NAN], [-0.05, -0.1, 0]], atol=1e-12)


def test_what_is_lost_is_said():
    whole = gains_of(sweep([run for run in RUNS if run[0] != "p1"], design=[
        ("p0", "base", None), ("p2", "two", None)]))  # fmt: skip
    assert (whole.failed, whole.missing, whole.lost()) == (0, 0, "")
    waiting = gains_of(sweep([run for run in RUNS if run[0] != "p1"]))
    assert waiting.lost() == "6 runs are not there yet"
    torn = gains_of(sweep([("p0", 0, 0.1), ("p0", 1, NAN)], rounds=(2,), design=[
        ("p0", "base", None)]))  # fmt: skip
    assert torn.lost() == "1 runs failed and are left out"


def test_as_many_replications_as_the_last_round_has_or_precision_came_to():
    """Rounds of 2 and 8: four worlds. By precision: up to the last run, whole worlds."""
    assert gains_of(sweep(rounds=(2, 8))).levels.shape == (3, 4, 2)
    assert gains_of(sweep(rounds=(2, 8))).missing == 1 * 3 * 2 + 2
    assert gains_of(sweep(rounds=(2, 400), precision=0.1)).levels.shape == (3, 3, 2)
    five = [run for run in RUNS if run[1] < 5]
    assert gains_of(sweep(five, rounds=(400,), precision=0.1)).levels.shape == (3, 3, 2)
    one = [run for run in RUNS if run[1] < 1]
    assert gains_of(sweep(one, rounds=(400,), precision=0.1)).levels.shape == (3, 1, 2)


@pytest.mark.parametrize(
    "runs", [[], [run for run in RUNS if run[0] != "p0"], [("p0", 0, NAN), ("p1", 0, 0.1)]]
)
def test_a_sweep_without_its_base_is_refused(runs):
    with pytest.raises(UserError, match="out: found no run of the base; allowed: a sweep of which"):
        gains_of(sweep(runs, precision=0.1 if not runs else None))


def test_no_point_that_could_be_built_is_no_base():
    with pytest.raises(UserError, match="found no run of the base"):
        gains_of(sweep(design=[("p0", "base", "torn")]))


def test_the_measure_is_the_joint_plan_rate_or_the_first_that_was_kept():
    assert measure_named((NOMINAL, JOINT), None).name == JOINT
    assert measure_named((NOMINAL, "contacts"), None).name == NOMINAL
    assert measure_named(sweep().manifest.experiment.kept, NOMINAL).name == NOMINAL


def test_a_measure_that_was_not_kept_is_named_with_the_nearest():
    with pytest.raises(UserError) as caught:
        measure_named(sweep().manifest.experiment.kept, "joint_plan_rat")
    assert str(caught.value) == (
        "measure: found 'joint_plan_rat'; nearest known name: joint_plan_rate; allowed: measures "
        "that the sweep kept (joint_plan_rate, nominal_plan_rate)"
    )
    eight = tuple("abcdefgh")
    with pytest.raises(UserError) as caught:
        measure_named(eight, "zzz")
    assert str(caught.value) == (
        "measure: found 'zzz'; allowed: measures that the sweep kept (a, b, c, d, e, f, g, h)"
    )
    with pytest.raises(UserError, match=r"\(a, b, c, d, e, f, g, h, …\)$"):
        measure_named((*eight, "i"), "zzz")


def test_every_point_against_its_base_by_hand():
    """One: worlds 0.1 and 0.2, median 0.15, better in both. Two: -0.05, -0.1, 0: median -0.05."""
    found = paired(sweep())
    assert (found.worlds, found.unbuilt) == (3, 1)
    table = found.table()
    assert table["label"].tolist() == ["one", "two"]
    assert table["difference"].tolist() == pytest.approx([0.15, -0.05])
    assert table["better"].tolist() == pytest.approx([1.0, 0.0])
    assert table["worse"].tolist() == pytest.approx([0.0, 2 / 3])
    assert table["baseline"].tolist() == [0.2, 0.2]
    assert not {"half_week", "stays_week", "scenario"} & set(table)
    assert found.caption == (
        "Joint-plan rate, change against the base: dot, the median of 3 plausible worlds; line, "
        "9 in 10 of them. Largest: one (+15, better in all worlds). A line that crosses 0 leaves "
        "open whether the point helps. 1 runs failed and are left out; 2 runs are not there yet. "
        "1 points could not be built and were not run."
    )
    document = found.to_dict()
    assert document["measure"] == JOINT
    assert (document["worlds"], document["points_not_built"]) == (3, 1)
    assert document["lost"] == found.lost
    assert document["differences"][1]["difference"] == pytest.approx(-0.05)


def test_the_best_comes_first_whichever_way_is_better():
    table = paired(sweep(), NOMINAL).table()
    assert table["label"].tolist() == ["two", "one"]
    assert table.index.tolist() == [0, 1]
    whole = [run for run in RUNS if run[0] != "p1"]
    design = [("p0", "base", None), ("p2", "two", None)]
    caption = paired(sweep(whole, design=design)).caption
    assert caption.endswith("Largest: two (-5.0, better in no world). A line that crosses 0 leaves "
                            "open whether the point helps.")  # fmt: skip


def test_worlds_are_those_of_the_base():
    """The base lacks the second of three worlds."""
    runs = [run for run in RUNS if not (run[0] == "p0" and run[1] in (2, 3))]
    assert paired(sweep(runs)).worlds == 2
    last = [run for run in RUNS if not (run[0] == "p2" and run[1] in (2, 3))]
    assert paired(sweep(last)).worlds == 3


def test_a_base_alone_cannot_be_compared():
    with pytest.raises(UserError, match="out: found only the base; allowed: a sweep with more"):
        paired(sweep(design=[("p0", "base", None)]))


def test_no_number_is_none():
    rows = plain(pd.DataFrame({"a": [1.5, NAN], "b": ["x", "y"]}))
    assert rows == [{"a": 1.5, "b": "x"}, {"a": None, "b": "y"}]


def test_a_band_by_hand():
    """0, 1, 2, 3, 14: mean 4; 5 % at 0.2 of the first step, 95 % at 3 + 0.8 * 11."""
    assert band(np.array([14, 0, 2, NAN, 1, 3.0])) == pytest.approx((0.2, 4.0, 11.8))
    assert band(np.array([7.0])) == (7.0, 7.0, 7.0)
    assert np.isnan(band(np.array([NAN]))).all()
    assert len(band(np.array([]))) == 3


@pytest.mark.filterwarnings("error")
def test_half_of_an_interval_by_hand():
    """1, 2, 3: deviation 1; t(0.975; 2) = 4.302653, over the root of 3. Two: t(0.975; 1)."""
    assert half_width(np.array([1, NAN, 2, 3.0])) == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert half_width(np.array([1.0, 3.0])) == pytest.approx(12.7062047, rel=1e-6)
    assert np.isnan(half_width(np.array([1.0, NAN])))


def test_keys_and_words():
    assert keys_of(sweep()) == ("levers.a", "levers.b")
    assert in_words(0.15, MEASURES[JOINT]) == "+15"
    assert in_words(NAN, MEASURES[JOINT]) == "none"


def test_a_sweep_without_directions_says_so():
    measure = MEASURES["contacts"]
    levels = np.array([[[0.0, 0.0]], [[1.0, 3.0]]])
    one = difference_of("one", 1, measure, {measure.name: levels}, {})
    assert (
        "Largest: one (+2.0, better in no direction)" in Paired(measure, (one,), 1, 0, "").caption
    )


@pytest.mark.parametrize("better", [("better", "worse"), ("worse", "better")])
def test_the_chart_shows_each_point_and_what_is_clear_in_colour(better):
    """Clear is what 8 in 10 worlds agree on, in either direction; the first 24 are shown."""
    sure, other = better
    rows = [
        {"label": "sure", "difference": 0.15, "low": 0.1, "high": 0.3, sure: 0.8, other: 0.0},
        {"label": "open", "difference": 0.02, "low": -0.1, "high": 0.2, sure: 0.79, other: 0.2},
    ]
    measure = MEASURES[JOINT]
    axes = plot_points(pd.DataFrame(rows), measure, "Caption.").axes[0]
    zero, line, dot, wide, ring = axes.lines[:5]
    assert list(zero.get_xdata()) == [0, 0]
    assert list(line.get_xdata()) == pytest.approx([10.0, 30.0])
    assert list(line.get_ydata()) == [0, 0]
    assert list(dot.get_xdata()) == pytest.approx([15.0])
    assert list(wide.get_xdata()) == pytest.approx([-10.0, 20.0])
    assert list(wide.get_ydata()) == list(ring.get_ydata()) * 2 == [1, 1]
    assert (line.get_color(), wide.get_color()) == (COLOURS[0], GREY)
    assert (dot.get_markerfacecolor(), ring.get_markerfacecolor()) == (COLOURS[0], "white")
    assert [one.get_text() for one in axes.get_yticklabels()] == ["sure", "open"]
    assert axes.get_xlabel() == "change against the base, percentage points"
    many = pd.DataFrame(rows * 13)
    for number, said in ((24, False), (25, True)):
        figure = plot_points(many.head(number), measure, "Caption.")
        text = " ".join(" ".join(one.get_text().split()) for one in figure.texts)
        assert (f"Caption. Shown are the first 24 of {number} points." in text) is said
        assert len(figure.axes[0].lines) == 1 + 3 * 24  # and a rule below each


def test_a_point_is_known_by_its_row_of_the_design():
    assert paired(sweep()).rows == (2, 3)
