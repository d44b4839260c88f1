"""Everything that README and docs show is run."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.test_cli_runs import colsim

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def commands():
    for page in PAGES:
        if page.name == "authority.md":
            continue  # its commands build on each other: see test_authority
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


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_python_shown_works(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(blocks(page, "python"))
    exec(compile(code, str(page), "exec"), {"__name__": "shown"})
    assert capsys.readouterr().out


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"
