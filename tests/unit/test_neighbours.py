"""Doors to other tools, each tried with the tool itself."""

import pickle
import warnings

import pytest

from colsim.errors import UserError
from colsim.experiments.experiment import Experiment
from colsim.neighbours.ema import Runs, ema_model
from colsim.neighbours.salib import problem_of, problem_of_parameters, vary_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ema_workbench import ScalarOutcome, SequentialEvaluator
from SALib.sample import latin

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


def test_the_workbench_runs_the_model_with_its_own_evaluator(short):
    model = ema_model(short, levers=["co_location"], parameters=["answer_base"], seeds=2)
    with SequentialEvaluator(model) as evaluator:
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


def test_directions_of_outcomes_are_the_measures(short):
    model = ema_model(short, measures=["joint_plan_rate", "turnover_csw"])
    kinds = {one.name: one.kind for one in model.outcomes}
    assert kinds["joint_plan_rate"] == ScalarOutcome.MAXIMIZE
    assert kinds["turnover_csw"] == ScalarOutcome.MINIMIZE
    assert len(model.uncertainties) > 200


def test_what_its_processes_are_sent_arrives_as_it_was(short):
    """Its evaluator over processes pickles the function; what arrives gives the same figures."""
    model = ema_model(short, parameters=["answer_base"], seeds=1)
    sent = pickle.loads(pickle.dumps(model.function))
    assert sent == model.function
    assert sent(co_location=3.0, answer_base=0.5) == model.function(
        co_location=3.0, answer_base=0.5
    )


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
    ],
)
def test_what_has_no_word_in_the_other_is_said(call, said):
    with pytest.raises(UserError) as caught:
        call()
    assert said in str(caught.value)
