"""The page on calibration, and the command, walked through from a file to a comparison."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import colsim as package
from colsim.experiments.worlds import worlds_from
from tests.later import Later
from tests.unit.test_cli_runs import colsim
from tests.unit.test_docs import ROOT, blocks

pytestmark = pytest.mark.slow

arviz = Later("arviz")

PAGE = ROOT / "docs" / "calibration.md"
THEMES = ROOT / "docs" / "themes.md"


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Calibrate as the page shows, with fewer particles and a short life."""
    folder = tmp_path_factory.mktemp("calibration")
    text = PAGE.read_text(encoding="utf-8")
    assert "say `interviews.toml`" in text
    (plan,) = blocks(PAGE, "toml")
    plan = plan.replace("particles = 400", "particles = 60\ndata_sets = 60\nsittings = 8")
    plan = plan.replace('"robinscar_as_interviewed"', '"short.toml"')
    (folder / "short.toml").write_text(
        'extends = "robinscar_as_interviewed"\ntitle = "Short"\n[run]\nweeks = 30\nburn_in = 30\n'
        "[levers.restorative_practice]\nstart = 10\nramp = 10\n"
        "[levers.improvement_journey]\nstart = 15\n",
        encoding="utf-8",
    )
    (folder / "interviews.toml").write_text(plan, encoding="utf-8")
    (folder / "ours.csv").write_text(blocks(THEMES, "csv")[0], encoding="utf-8")
    offices = blocks(ROOT / "docs" / "sweeps.md", "toml")[0]
    offices = offices.replace("replications = 80", "replications = 2\nweeks = 30")
    (folder / "offices.toml").write_text(offices, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        lines = [line for block in blocks(PAGE, "") for line in block.splitlines()]
        assert len(lines) == 4
        said = []
        for line in lines:
            arguments = shlex.split(line)[1:]
            if arguments[0] == "compare":
                arguments += ["--replications", "2", "--weeks", "30"]
            code, out, err = colsim(*arguments)
            assert code == 0, err
            said.append(out)
    return folder, said


def test_the_commands_say_what_they_found(walked):
    folder, (calibrated, compared, _, interviewed) = walked
    assert "These are plausible sets of parameters, not estimates" in " ".join(calibrated.split())
    assert "Simulation-based calibration with 60 made-up sets" in " ".join(calibrated.split())
    assert "4 interviews in robinscar_as_interviewed" in interviewed
    assert "plausible world from the calibration" in " ".join(compared.split())
    names = {path.name for path in (folder / "out" / "interviews").iterdir()}
    assert {"posterior.parquet", "parameters.csv", "themes.csv", "calibration.png"} <= names
    assert (folder / "out" / "interviews" / "calibration.png").stat().st_size > 20_000


def test_the_python_shown_works(walked, monkeypatch, capsys):
    folder, _ = walked
    monkeypatch.chdir(folder)
    code = "\n".join(blocks(PAGE, "python"))
    exec(compile(code, str(PAGE), "exec"), {"__name__": "shown"})
    assert "knowledge_start" in capsys.readouterr().out


def test_the_result_holds_all_checks(walked):
    folder, _ = walked
    found = package.open_calibration(folder / "out" / "interviews")
    summary = found.summary
    assert len(found.values) == 60
    assert len(found.names) > 100  # all uncertain parameters are carried along
    assert [one["name"] for one in summary["parameters"]] == list(found.names[:4])
    for row in summary["themes"]:
        for counts in (row["prior_counts"], row["posterior_counts"]):
            assert sum(counts) == pytest.approx(1.0)
            assert min(counts) >= 0
    assert summary["simulation_check"]["passed"]
    assert {one["change"] for one in summary["without_theme"]} == {"A", "B"}
    # The table says who said what, so interviews are left out person by person.
    assert len(summary["without_interview"]) == 5
    for one in (*summary["without_theme"], *summary["sharper"]):
        assert 1.0 <= one["worth"] <= 60.0 + 1e-6
    assert summary["statistics"][0]["measure"] == "turnover_csw"
    assert summary["simulations"]["failed"] == 0
    assert summary["sampler"]["islands"] == [15, 15, 15, 15]
    assert [one["theme"] for one in summary["skill"]] == ["A", "B"]
    groups = found.arviz()
    assert groups["posterior"]["answer_base"].shape == (4, 15)
    assert groups["log_prior"]["answer_base"].shape == (4, 15)
    assert groups["log_likelihood"]["voiced"].shape == (4, 15, 2)
    assert groups["prior"]["answer_base"].shape == (1, 60)
    rows = len(summary["themes"])
    for name in ("prior_predictive", "posterior_predictive"):
        assert groups[name]["reported"].shape == (1, 60, rows)
    assert groups["observed_data"]["reported"].shape == (rows,)
    assert groups["constant_data"]["threshold"].shape == (rows, 3)
    # Leaving out a theme is a mean of 1 / chance over particles, which is what skill says.
    alone = groups["log_likelihood"]["voiced"].values.reshape(60, 2)
    for k, one in enumerate(summary["skill"]):
        assert one["model"] == pytest.approx(-np.log(np.exp(-alone[:, k]).mean()))
    frame = pd.read_csv(folder / "out" / "interviews" / "parameters.csv")
    inside = (frame.prior_low <= frame.low) & (frame.high <= frame.prior_high)
    assert inside.all()


def test_prior_sensitivity_is_of_each_kind_of_prior(walked):
    """Other parameters of the same particles, as if these had been asked about."""
    folder, _ = walked
    found = package.open_calibration(folder / "out" / "interviews")
    wanted = ("tie_retention", "encounter", "story_strength", "answer_base")
    order = [found.names.index(name) for name in wanted]
    order += [k for k in range(len(found.names)) if k not in order]
    priors = [found.manifest["priors"][k] for k in order]
    names = tuple(found.names[k] for k in order)
    other = replace(
        found, names=names, values=found.values[:, order],
        manifest={**found.manifest, "priors": priors},
    )  # fmt: skip
    groups = other.arviz()
    assert set(groups["log_prior"].data_vars) == set(groups["posterior"].data_vars) == set(wanted)
    rate, form, atom, plain = (groups["posterior"][name].values for name in wanted)
    width = np.log(3.0)  # from 0.1 to 0.3, and from 0.3 to 0.9
    expected = {
        "tie_retention": np.log(0.5 / (rate * width)),
        "encounter": np.log(np.where(form == 0.0, 0.34, 0.33)),
        "story_strength": np.log(np.where(atom == 0.0, 0.2, 0.8)),
        "answer_base": np.zeros_like(plain),
    }
    for name, values in expected.items():
        assert groups["log_prior"][name].values == pytest.approx(values, abs=1e-12), name
    assert len(np.unique(form)) > 1
    assert 0.0 < (atom == 0.0).mean() < 1.0
    sensitivity = arviz.psense(groups, group="prior")
    assert set(sensitivity.data_vars) == set(wanted)
    assert all(np.isfinite(sensitivity[name].values) for name in wanted)


def test_calibrated_worlds_are_particles_and_the_rest_is_drawn(walked):
    folder, _ = walked
    source = worlds_from(folder / "out" / "interviews")
    rows = {tuple(np.round(row, 12)) for row in source.values}
    drawn = [source.draw(seed) for seed in range(40)]
    for one in drawn:
        assert tuple(np.round([one[name] for name in source.names], 12)) in rows
    assert len({one["answer_base"] for one in drawn}) > 10
    again = worlds_from(folder / "out" / "interviews")
    assert again.draw(3) == drawn[3]
    assert again.digest == source.digest


def test_called_again_it_computes_nothing_and_says_the_same(walked, monkeypatch):
    folder, _ = walked
    monkeypatch.chdir(folder)
    before = json.loads((folder / "out/interviews/summary.json").read_text(encoding="utf-8"))
    particles = (folder / "out/interviews/posterior.parquet").read_bytes()
    code, _, err = colsim("calibrate", "interviews.toml", "--out", "out/interviews", "--json")
    assert code == 0, err
    after = json.loads((folder / "out/interviews/summary.json").read_text(encoding="utf-8"))
    assert after["simulations"]["computed"] == 0 < before["simulations"]["computed"]
    assert (folder / "out/interviews/posterior.parquet").read_bytes() == particles
    for name in ("parameters", "themes", "simulation_check", "plausibility", "without_theme"):
        assert after[name] == before[name], name


def test_a_used_folder_is_refused_with_the_difference(walked, monkeypatch):
    folder, _ = walked
    monkeypatch.chdir(folder)
    text = Path("interviews.toml").read_text(encoding="utf-8")
    Path("other.toml").write_text(text.replace("sittings = 8", "sittings = 33"), encoding="utf-8")
    code, _, err = colsim("calibrate", "other.toml", "--out", "out/interviews")
    assert code == 2
    assert "it differs in sittings" in " ".join(err.split())
    code, _, err = colsim("compare", "robinscar", "co_location", "--worlds", "out/nothing")
    assert code == 2
    assert "holds no finished calibration" in err
    arguments = ("--worlds", "out/interviews", "--fixed-parameters")
    code, _, err = colsim("compare", "robinscar", "co_location", *arguments)
    assert code == 2
    assert "together with fixed parameters" in err


def test_an_observable_that_no_world_makes_speak_is_refused_before_anything_is_run(
    walked, monkeypatch
):
    folder, _ = walked
    monkeypatch.chdir(folder)
    text = Path("interviews.toml").read_text(encoding="utf-8")
    reach = 'quantity = "knowing_helps"\nthreshold = [0.999, 1.0, 1.0]\nscale = 0.0001\n'
    text = text.replace('quantity = "knowing_helps"\n', reach)
    Path("impossible.toml").write_text(text, encoding="utf-8")
    code, _, err = colsim("calibrate", "impossible.toml", "--out", "out/impossible")
    said = " ".join(err.split())
    assert code == 2
    for service in ("CSW", "MHSW"):
        assert f"observables.B.{service}: found a dead observable" in said
    assert "allowed: a quantity that speaks in some world of the prior" in said
    assert not Path("out/impossible").exists()
