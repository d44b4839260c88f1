"""Everything that README and docs show is run."""

import importlib
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from colsim.cli import app
from colsim.experiments.experiment_faults import load_experiment
from tests.sweeps import equal
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
        if page.name in ("authority.md", "themes.md", "calibration.md", "analysis.md", "elicit.md"):
            # Commands build on each other: see test_authority, test_themes_commands,
            # test_calibration_page, test_analysis, test_elicit.
            continue
        for block in blocks(page, ""):
            for line in block.splitlines():
                if line.startswith("colsim worlds"):  # see test_worlds, and below as printed
                    continue
                if line.startswith(("colsim ", ".venv/bin/colsim ")):
                    yield pytest.param(shlex.split(line)[1:], id=f"{page.name}: {line}")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", list(commands()))
def test_commands_shown_work(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in own_files():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if arguments[0] == "report":  # of what the line before it on the page has made
        folder = next(one for one in arguments[1:] if not one.startswith("-"))
        made = ("compare", "desktop", "co_location", "--replications", "2", "--weeks", "30")
        assert colsim(*made, "--out", folder)[0] == 0
    if arguments[0] == "why":
        arguments = [*arguments, "--replications", "2"]
    if arguments[0] == "compare":
        arguments = [*arguments, "--replications", "2", "--weeks", "30"]
    if arguments[0] == "choose":
        arguments = [*arguments, "--replications", "4"]
    if arguments[0] == "run":
        arguments = [*arguments, "--weeks", "30"]
    code, out, err = colsim(*arguments)
    assert code == 0, err
    assert out or arguments[0] == "report"
    if "--out" in arguments:
        name = "matched.json" if arguments[0] == "worlds" else "manifest.json"
        assert (tmp_path / arguments[arguments.index("--out") + 1] / name).exists()


def own_files():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = blocks(ROOT / "README.md", "toml")
    assert "say `ours.toml`" in text
    yield "ours.toml", example


@pytest.mark.slow
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


@pytest.mark.slow
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


NEEDED = {
    "README.md": {"ours.toml": ("README.md", "toml", 0)},
    "docs/sweeps.md": {"offices.toml": ("docs/sweeps.md", "toml", 0)},
    "docs/analysis.md": {
        "offices.toml": ("docs/sweeps.md", "toml", 0),
        "screening.toml": ("docs/analysis.md", "toml", 0),
    },
    "docs/calibration.md": {
        "interviews.toml": ("docs/calibration.md", "toml", 0),
        "ours.csv": ("docs/themes.md", "csv", 0),
        "offices.toml": ("docs/sweeps.md", "toml", 0),
    },
    "docs/themes.md": {
        "ours.csv": ("docs/themes.md", "csv", 0),
        "counts.csv": ("docs/themes.md", "csv", 1),
        "codings.csv": ("docs/themes.md", "csv", 2),
        "services.csv": ("docs/themes.md", "csv", 3),
        "second.csv": ("docs/themes.md", "csv", 4),
    },
}
"""Files that a page tells to write first, and the block that holds each."""


def shown_commands(page):
    lines = [line for language in ("", "shell") for block in blocks(page, language)
             for line in block.splitlines()]  # fmt: skip
    return [line for line in lines if re.match(r"(\.venv/bin/)?colsim (?!dashboard)", line)]


@pytest.mark.long
@pytest.mark.parametrize(
    "page",
    # Those of authority.md need a list that has faults, those of elicit.md answers: see
    # test_authority and test_elicit.
    [
        p
        for p in sorted({*PAGES, SWEEPS})
        if shown_commands(p) and p.name not in ("authority.md", "elicit.md")
    ],
    ids=lambda page: page.name,
)
def test_commands_work_as_printed(page, tmp_path, monkeypatch):
    """Nothing is shortened: what a page shows does not refuse, whatever its size."""
    monkeypatch.chdir(tmp_path)
    for name, (source, language, k) in NEEDED.get(str(page.relative_to(ROOT)), {}).items():
        assert f"`{name}`" in (ROOT / source).read_text(encoding="utf-8")
        Path(name).write_text(blocks(ROOT / source, language)[k], encoding="utf-8")
    if page.name == "analysis.md":
        assert colsim("sweep", "offices.toml", "--out", "out/offices")[0] == 0
    for line in shown_commands(page):
        code, _, err = colsim(*shlex.split(line)[1:])
        assert code == 0, f"{line}: {err}"


def inline_commands():
    for page in [*PAGES, SWEEPS]:
        text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for span in re.findall(r"`(colsim [^`]+)`", text):
            yield page.name, span
        for line in shown_commands(page):
            yield page.name, line


@pytest.mark.slow
def test_options_that_pages_name_exist():
    import typer.main

    seen, colsim_command = 0, typer.main.get_command(app)
    for page, line in inline_commands():
        command = colsim_command
        words = line.split()[1:]
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands") or not words or words[0].startswith("-"), line
        known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        known.add("--help")
        for word in words:
            if word.startswith("--") and len(word) > 2:
                assert word.split("=")[0].rstrip(",.;") in known, f"{page}: {line}"
                seen += 1
    assert seen > 20


def test_links_lead_somewhere():
    for page in [*PAGES, SWEEPS]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"


def test_the_site_has_every_page_behind_one_of_its_doors():
    """Links and anchors are checked where the site is built, by `make docs`."""
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")[1]
    doors = ["Start", "Plan", "Explore", "Research", "Build"]
    assert re.findall(r"^  - (\w+):", site, re.M) == doors
    listed = sorted(re.findall(r"(\w+\.md)$", site, re.M))
    written = [page.name for page in (ROOT / "docs").glob("*.md")]
    assert listed == sorted([*written, "index.md", "CONTRIBUTING.md", "CHANGELOG.md"])


def test_the_page_on_python_has_every_public_name():
    import colsim

    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: ([\w.]+)\.(\w+)$", text, re.M)
    assert {name for _, name in shown} == set(colsim._EXPORTS) - {"LEVERS"}
    for module, name in shown:
        found = getattr(importlib.import_module(module), name)
        assert found is getattr(colsim, name)
        assert found.__module__ == module, f"{name} is written in {found.__module__}"


_MEASURED = re.compile(
    r"(?<![\w.,-])(\d+(?:[.,]\d+)?) "
    r"(?=(ms|s|seconds?|minutes?|weeks a second|runs a second|GB|MB)\b)"
)


def _measured(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    return {f"{number} {unit}" for number, unit in _MEASURED.findall(text)}


def test_what_was_timed_stands_on_one_page():
    """Written twice, one of the two is old after the next measurement."""
    timed = _measured(ROOT / "docs" / "benchmarks.md")
    assert len(timed) > 20
    others = [page for page in PAGES if page.name != "benchmarks.md"]
    assert {page.name: twice for page in others if (twice := _measured(page) & timed)} == {}
