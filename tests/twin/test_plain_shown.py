"""The plain model as it is shown: its command, and its page."""

import re
import shlex
from pathlib import Path

import pytest

from colsim.core.schedule import PHASE_NAMES
from colsim.experiments.single import run
from colsim.plain.__main__ import SHOWN, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plain.md").read_text(encoding="utf-8")


def rows(out):
    found = [line.split() for line in out.splitlines() if re.match(r" *\d+( +[\d.]+)+$", line)]
    return [(int(week), [float(value) for value in values]) for week, *values in found]


@pytest.mark.slow
def test_the_command_prints_what_the_compiled_model_says(capsys):
    assert main(["desktop", "boundary_spanners", "--seed", "3", "--weeks", "30"]) == 0
    out = capsys.readouterr().out
    compiled = run("desktop", "boundary_spanners", seed=3, weeks=30)
    before, _, last = rows(out)
    assert (before[0], last[0]) == (0, 30)
    assert before[1] == [round(compiled.before[name], 3) for name in SHOWN]
    assert last[1] == [round(compiled.values[name], 3) for name in SHOWN]
    assert "290 weeks, 260 of them before the policy" in out


@pytest.mark.long
@pytest.mark.slow
def test_the_commands_on_the_page_work(capsys):
    lines = re.findall(r"^python -m colsim\.plain (.+)$", PAGE, re.M)
    assert len(lines) == 2
    for line in lines:
        assert main(shlex.split(line)) == 0
        assert len(rows(capsys.readouterr().out)) > 2


@pytest.mark.parametrize(
    "given, said",
    [
        (["desktp"], ["desktp: found no preset 'desktp'; nearest known name: desktop"]),
        (["co_location"], ["co_location"]),
        (["desktop", "--weeks", "0"], ["run.weeks", "found 0"]),
        (
            ["desktp", "--seed", "-1"],
            ["seed: found -1; allowed: a whole number from 0 to 2**63 - 1", "nearest known name"],
        ),
    ],
)
def test_what_is_wrong_is_said_at_once(given, said, capsys):
    assert main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for text in said:
        assert text in err


def test_the_page_has_every_phase_with_its_section_and_kernel():
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^\| (\w+) \| .*? \| (7\.\d+) \| `mechanisms/", odd, re.M))
    shown = re.findall(
        r"^\| `(\w+)\.py` \| .*? \| (7\.\d+) \| `mechanisms/(\w+)\.py` \|$", PAGE, re.M
    )
    assert [(name, section) for name, section, _ in shown] == list(sections.items())
    assert [name for name, _, _ in shown] == [kernel for *_, kernel in shown] == list(PHASE_NAMES)
    files = {path.name for path in (ROOT / "colsim" / "plain").glob("*.py")}
    named = set(re.findall(r"`(\w+\.py)`", PAGE.split("## Letters")[0]))
    assert {f"{name}.py" for name in PHASE_NAMES} <= named & files
    assert files - named == {"__init__.py", "__main__.py", "snapshot.py"}
