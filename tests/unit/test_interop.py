"""Doors to other tools, each tried with the tool itself."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.experiments.experiment import Experiment
from colsim.interop.ema import Runs, ema_model
from colsim.interop.salib import problem_of, problem_of_parameters, vary_of
from colsim.scenario import load_scenario
from tests.later import Later

ema, latin = Later("ema_workbench"), Later("SALib.sample.latin")

SHORT = """
extends = "desktop"
title = "Short"
[run]
weeks = 30
burn_in = 30
"""


@pytest.fixture
def short(tmp_path):
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    return str(tmp_path / "short.toml")


@pytest.mark.slow
def test_the_workbench_runs_the_model_with_its_own_evaluator(short):
    model = ema_model(short, levers=["co_location"], parameters=["answer_base"], seeds=2)
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
    assert len(experiments) == 6
    assert set(outcomes) == {"joint_plan_rate", "information_flow", "turnover_csw"}
    row = experiments.iloc[4]
    again = Runs(short, ("co_location",), ("information_flow",), model.function.seeds)(
        co_location=row["co_location"], answer_base=row["answer_base"]
    )
    assert again["information_flow"] == outcomes["information_flow"][4]
    # More office days, more that is understood: the lever reaches the model.
    days = experiments["co_location"].to_numpy(float)
    flow = outcomes["information_flow"]
    assert flow[days == days.max()].mean() > flow[days == days.min()].mean()


@pytest.mark.slow
def test_directions_of_outcomes_are_the_measures(short):
    model = ema_model(short, measures=["joint_plan_rate", "turnover_csw"])
    kinds = {one.name: one.kind for one in model.outcomes}
    assert kinds["joint_plan_rate"] == ema.ScalarOutcome.MAXIMIZE
    assert kinds["turnover_csw"] == ema.ScalarOutcome.MINIMIZE
    ranges = {n: (p.low, p.high) for n, p in PARAMETERS.items() if p.uncertain}
    assert len(ranges) > 100
    found = {one.name: (one.lower_bound, one.upper_bound) for one in model.uncertainties}
    assert found == ranges


def test_what_its_processes_are_sent_arrives_as_it_was(short):
    """Its evaluator over processes pickles the function; what arrives gives the same figures."""
    model = ema_model(short, parameters=["answer_base"], seeds=1)
    sent = pickle.loads(pickle.dumps(model.function))
    assert sent == model.function
    assert sent(co_location=3.0, answer_base=0.5) == model.function(
        co_location=3.0, answer_base=0.5
    )


def lived(scenario, *, levers=("co_location",), **values):
    return Runs(scenario, levers, ("information_flow", "joint_plan_rate"), (11, 12))(**values)


def test_a_strength_of_0_switches_a_lever_of_the_base_off(short, tmp_path):
    on = tmp_path / "on.toml"
    on.write_text(SHORT + "[levers.co_location]\nstrength = 3.0\nstart = -9\n", encoding="utf-8")
    base, with_it = lived(short), lived(str(on))
    assert lived(str(on), co_location=0.0) == base != with_it
    assert lived(str(on), co_location=np.float64(3.0)) == with_it
    assert lived(str(on), co_location=-0.0) == base
    # Its other settings stay: the same strength from another week is another run.
    assert lived(short, co_location=3.0) != with_it
    capped = tmp_path / "capped.toml"
    capped.write_text(SHORT + "[levers.caseload_cap]\nstrength = 8.0\n", encoding="utf-8")
    assert lived(str(capped), levers=("caseload_cap",), caseload_cap=0.0) == base


def test_the_experiments_value_wins_over_one_that_the_file_sets(short, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(SHORT + "[parameters]\nanswer_base = 0.1\n", encoding="utf-8")
    flows = [lived(str(own), answer_base=v)["information_flow"] for v in (0.1, 0.5, 0.9)]
    assert len(set(flows)) == 3
    assert lived(str(own)) == lived(str(own), answer_base=0.1) == lived(short, answer_base=0.1)
    model = ema_model(str(own), parameters=["answer_base"], seeds=1)
    with ema.SequentialEvaluator(model) as evaluator:
        _, outcomes = evaluator.perform_experiments(
            scenarios=[ema.Sample(str(v), answer_base=v) for v in (0.1, 0.5, 0.9)],
            policies=[ema.Sample("p", co_location=1.0)],
        )
    assert len(set(outcomes["information_flow"])) == 3


def test_a_file_is_read_when_the_model_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = Path("own.toml")
    made = []
    for weeks in (30, 40):
        own.write_text(SHORT.replace("weeks = 30", f"weeks = {weeks}"), encoding="utf-8")
        made.append(ema_model("own.toml", parameters=["answer_base"], seeds=1).function)
    own.unlink()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    one, other = (function(co_location=1.0, answer_base=0.5) for function in made)
    assert one != other
    assert pickle.loads(pickle.dumps(made[0]))(co_location=1.0, answer_base=0.5) == one
    loaded = load_scenario("desktop", overrides={"run.weeks": 40, "run.burn_in": 30})
    for base in (loaded, loaded.scenario):
        model = ema_model(base, parameters=["answer_base"], seeds=1)
        assert model.function(co_location=1.0, answer_base=0.5) == other


def test_levers_that_exclude_each_other_end_one_point_alone(short):
    chosen = ["co_location", "integrated_service"]
    model = ema_model(short, levers=chosen, parameters=["answer_base"], seeds=1)
    policies = [
        ema.Sample("both", co_location=2.0, integrated_service=1.0),
        ema.Sample("one", co_location=2.0, integrated_service=0.0),
        ema.Sample("other", co_location=0.0, integrated_service=1.0),
    ]
    with (
        pytest.warns(UserWarning, match=r"NaN where levers exclude each other: .*one of the two"),
        ema.SequentialEvaluator(model) as evaluator,
    ):
        experiments, outcomes = evaluator.perform_experiments(
            scenarios=[ema.Sample("s", answer_base=0.5)], policies=policies
        )
    assert experiments["policy"].tolist() == ["both", "one", "other"]
    for values in outcomes.values():
        assert np.isnan(values).tolist() == [True, False, False]


def test_two_policies_of_one_name_are_two(short):
    model = ema_model(short, parameters=["answer_base"], seeds=1)
    with ema.SequentialEvaluator(model) as evaluator:
        _, outcomes = evaluator.perform_experiments(
            scenarios=[ema.Sample("s", answer_base=0.5)],
            policies=[ema.Sample("p", co_location=days) for days in (0.0, 3.0)],
        )
    alone = [
        model.function(co_location=days, answer_base=0.5)["information_flow"] for days in (0.0, 3.0)
    ]
    assert outcomes["information_flow"].tolist() == alone
    assert alone[0] != alone[1]
    assert not pickle.loads(pickle.dumps(model)).initialized(None)


@pytest.mark.parametrize(
    "values, said",
    [
        ({"co_location": 99.0}, "levers.co_location.strength: found 99.0; allowed: a number from"),
        ({"co_location": -1.0}, "co_location.strength: found -1.0"),
        ({"tie_retention": 7.0}, "tie_retention: found 7.0"),
        ({"answer_bas": 0.5}, "nearest known name: answer_base"),
        ({"answer_base": float("nan")}, "answer_base: found nan"),
    ],
)
def test_values_out_of_range_are_named(short, values, said):
    with pytest.raises(UserError) as refused:
        lived(short, **values)
    assert said in str(refused.value)


def test_every_unknown_name_is_said():
    with pytest.raises(UserError) as caught:
        ema_model(levers=["colocation"], measures=["joint_plans"], parameters=["answer_bas"])
    said = str(caught.value)
    assert "nearest known name: co_location" in said
    assert "nearest known name: answer_base" in said
    assert said.count("found") == 3


def test_salib_samples_what_an_experiment_varies():
    experiment = Experiment.model_validate(
        {
            "title": "t",
            "base": "desktop",
            "design": {"kind": "sobol", "points": 4},
            "vary": {
                "levers.co_location.strength": {"low": 0.0, "high": 5.0},
                "parameters.return_rate": {"low": 0.001, "high": 0.1, "log": True},
            },
        }
    )
    problem = problem_of(experiment)
    points = latin.sample(problem, 400, seed=1)
    assert points.shape == (400, 2)
    assert 0 <= points[:, 0].min() < 0.1
    assert 4.9 < points[:, 0].max() <= 5
    # Even over the logarithm: half of the points below the geometric mean.
    assert (points[:, 1] < 0.01).mean() == pytest.approx(0.5, abs=0.01)
    assert vary_of(problem) == {
        "levers.co_location.strength": {"low": 0.0, "high": 5.0},
        "parameters.return_rate": {"low": 0.001, "high": 0.1, "log": True},
    }


def test_parameters_become_a_problem_with_groups():
    problem = problem_of_parameters(["answer_base", "leave_csw"])
    assert problem["names"] == ["parameters.answer_base", "parameters.leave_csw"]
    assert problem["groups"] == ["contact", "workforce"]
    assert set(vary_of(problem)) == set(problem["names"])


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: problem_of_parameters(["answer_bas"]), "nearest known name: answer_base"),
        (lambda: problem_of_parameters([]), "at least one"),
        (lambda: vary_of({"names": ["a"], "bounds": [[1, 0]]}), "low below high"),
        (lambda: vary_of({"names": ["a"], "bounds": [[0, 1]], "dists": ["norm"]}), "'norm'"),
        (lambda: vary_of({"names": ["a"], "bounds": []}), "as many of each"),
        (lambda: vary_of({"names": ["a", "a"], "bounds": [[0, 1], [0, 9]]}), "a: found 2 times"),
        (lambda: vary_of({"names": ["a"], "bounds": [["0", 1]]}), "found bounds ['0', 1]"),
        (lambda: vary_of({"names": ["a"], "bounds": [[False, True]]}), "found bounds [False, True"),
        (lambda: vary_of({"names": ["a"], "bounds": [None]}), "found bounds None; allowed"),
        (lambda: vary_of({"names": ["a"], "bounds": [[0, float("nan")]]}), "low below high"),
        (lambda: vary_of({"names": ["a"], "bounds": np.array([[2.0, 1.0]])}), "bounds [2.0, 1.0]"),
        (lambda: vary_of({"names": ["a"], "bounds": [[0, 1]], "dists": ["logunif"]}), "above 0"),
    ],
)
def test_what_has_no_word_in_the_other_is_said(call, said):
    with pytest.raises(UserError) as caught:
        call()
    assert said in str(caught.value)
