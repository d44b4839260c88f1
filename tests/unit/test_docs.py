"""Everything that README and docs show is run."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from colsim.experiments.experiment import load_experiment
from colsim.experiments.store import equal
from tests.unit.test_cli_runs import colsim

ROOT = Path(__file__).parents[2]
SWEEPS = ROOT / "docs" / "sweeps.md"
"""Run as a whole: its commands go on from each other."""
PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").glob("*.md")} - {SWEEPS})


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    # All blocks are matched, whatever their language: the end of one is not the start of another.
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    return [block for its_language, block in found if its_language == language]


def commands():
    for page in PAGES:
        if page.name in ("authority.md", "themes.md", "calibration.md", "analysis.md"):
            # Commands build on each other: see test_authority, test_themes_commands,
            # test_calibration_page, test_analysis.
            continue
        for block in blocks(page, ""):
            for line in block.splitlines():
                if line.startswith(("colsim ", ".venv/bin/colsim ")):
                    yield pytest.param(shlex.split(line)[1:], id=f"{page.name}: {line}")


@pytest.mark.parametrize("arguments", list(commands()))
def test_commands_shown_work(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in own_files():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if arguments[0] == "compare":
        arguments = [*arguments, "--replications", "2", "--weeks", "30"]
    if arguments[0] == "run":
        arguments = [*arguments, "--weeks", "30"]
    code, out, err = colsim(*arguments)
    assert code == 0, err
    assert out
    if "--out" in arguments:
        assert (tmp_path / arguments[arguments.index("--out") + 1] / "manifest.json").exists()


def own_files():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = blocks(ROOT / "README.md", "toml")
    assert "say `ours.toml`" in text
    yield "ours.toml", example


@pytest.mark.parametrize(
    "page",
    [p for p in PAGES if blocks(p, "python") and p.name not in ("calibration.md", "analysis.md")],
    ids=lambda p: p.name,
)
def test_python_shown_works(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(blocks(page, "python"))
    exec(compile(code, str(page), "exec"), {"__name__": "shown"})
    assert capsys.readouterr().out


def test_the_page_on_sweeps_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    experiment, precision = blocks(SWEEPS, "toml")
    assert "Say `offices.toml`" in SWEEPS.read_text(encoding="utf-8")
    experiment = experiment.replace("replications = 80", "replications = 2\nweeks = 52")
    Path("offices.toml").write_text(experiment, encoding="utf-8")
    lines = [line for block in blocks(SWEEPS, "") for line in block.splitlines()]
    shown = [line for line in lines if line.startswith("colsim ")]
    assert len(shown) == 4
    for line in shown:
        code, out, err = colsim(*shlex.split(line)[1:])
        assert code == 0, err
        assert out or "written to" in err
    assert equal(Path("out/offices"), Path("out/again"))
    assert len(pd.read_csv("out/runs.csv")) == 7 * 2
    code = "\n".join(blocks(SWEEPS, "python"))
    exec(compile(code, str(SWEEPS), "exec"), {"__name__": "shown"})
    assert "co_location=5, joint_training=2" in capsys.readouterr().out
    assert Path("out/offices.xlsx").exists()
    wanted = experiment.replace("replications = 2\n", "") + precision
    Path("precise.toml").write_text(wanted, encoding="utf-8")
    assert load_experiment("precise.toml").experiment.rounds[:3] == (160, 240, 320)


def test_links_lead_somewhere():
    for page in [*PAGES, SWEEPS]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"
