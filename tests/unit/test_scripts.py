"""The committed scripts do what they say."""

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def script(name, *arguments):
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / name, *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.slow
@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="bit-equality is promised on Linux x86_64, where the story's page was written",
)
def test_the_pages_are_what_the_code_says():
    done = script("pages.py", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_page_of_runs_is_written_by_make_evidence():
    """Whatever names the model's version on a page; what calibrates first has its own target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = {
        target: set(re.findall(r"scripts/(\w+)\.py", lines))
        for target, lines in re.findall(r"^(\w+):.*\n((?:\t.*\n)+)", makefile, re.M)
    }
    stamped = {
        path.stem
        for path in (ROOT / "scripts").glob("*.py")
        if "stamp()" in (text := path.read_text(encoding="utf-8")) and ("PAGE" in text)
    }
    assert called["interviewed"] == {"interviewed_choice"}
    assert stamped - {"interviewed_choice"} <= called["evidence"]
    assert called["evidence"] - stamped == {"patterns"}  # which has it from the reports


@pytest.mark.slow
def test_the_baseline_meets_its_targets():
    done = script("baseline.py", "--seeds", "24")
    assert done.returncode == 0, done.stdout
    assert "MISSED" not in done.stdout
    assert done.stdout.count(" met ") == 11


@pytest.mark.long
def test_forgetting_tells_opposite_starts_apart():
    done = script("forgetting.py", "--worlds", "2", "--weeks", "1", "9")
    assert done.returncode == 0, done.stderr
    assert "2 worlds of `robinscar`, the year after so many weeks" in done.stdout
    heads = "| measure | good start less bad, after 1 | good start less bad, after 9 | after 1 less"
    assert heads in done.stdout
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("| `familiarity`"))
    first, later = (float(cell.split("±")[0]) for cell in row.split("|")[2:4])
    assert first > later > 0.2
