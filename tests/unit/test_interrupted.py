"""Ctrl-C at any moment ends with 130 and one line: that it was, and what was kept."""

import json
import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

STOP = """
import os, signal, sys, time
def stop(*a, **k): os.kill(os.getpid(), signal.SIGINT)
"""
IMPORTING = """
class Finder:
    def find_spec(self, name, *rest):
        if name == {name!r}: stop()
sys.meta_path.insert(0, Finder())
"""
NO_COMPILING = "import colsim.core\ncolsim.core.is_compiled = lambda: True\n"
MOMENTS = {
    "reading the command line": IMPORTING.format(name="typer"),
    "reading libraries": IMPORTING.format(name="pydantic"),
    "compiling": (
        "import colsim.core, colsim.core.warm\n"
        "colsim.core.is_compiled = lambda: False\n"
        "colsim.core.warm.compile_model = stop\n"
    ),
    # Work in the compiled core ends when it ends: it is not waited for.
    "living in threads": NO_COMPILING + (
        "from colsim.experiments import single, tasks\n"
        "def sleep(k):\n"
        "    stop() if k else None\n"
        "    time.sleep(1000)\n"
        "single.run = lambda *a, **k: list(tasks.each(sleep, range(2), 2))\n"
    ),
    "after writing": NO_COMPILING + (
        "from colsim.experiments import single\n"
        "from colsim.reporting.folders import writing\n"
        "def run(*a, **k):\n"
        "    with writing(sys.argv[-1], kind='run', about={}): pass\n"
        "    stop()\n"
        "single.run = run\n"
    ),
}  # fmt: skip


def interrupted(moment, *arguments):
    """Run the command line in a process that sends itself the signal at a moment."""
    code = f"{STOP}{MOMENTS[moment]}\nfrom colsim.__main__ import main\nmain()\n"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=False, capture_output=True, text=True, timeout=300,
        env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_is_said_in_one_line_with_what_was_kept(tmp_path, moment):
    out = tmp_path / "out"
    done = interrupted(moment, "run", "desktop", "--weeks", "1", "--out", out)
    lines = done.stderr.splitlines()
    if moment == "compiling":
        assert lines.pop(0) == "compiling the model: once, up to a minute"
    kept = f"{out} was written before" if moment == "after writing" else "nothing was written"
    assert (done.returncode, lines, done.stdout) == (130, [f"error: interrupted; {kept}"], "")
    assert [path.name for path in tmp_path.iterdir()] == (
        ["out"] if moment == "after writing" else []
    )


def test_programs_that_asked_for_json_get_it():
    done = interrupted("living in threads", "run", "desktop", "--weeks", "1", "--json")
    said = "interrupted; nothing was written"
    assert done.returncode == 130
    assert json.loads(done.stdout)["error"] == {"exit_code": 130, "message": said, "faults": []}
    assert done.stderr == f"error: {said}\n"


def test_what_goes_on_says_how(tmp_path, monkeypatch, capsys):
    from colsim import cli

    def stop(*_, **__):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("colsim.core.is_compiled", lambda: True)
    monkeypatch.setattr("colsim.worlds.match.match", stop)
    out = str(tmp_path / "today")
    monkeypatch.setattr(sys, "argv", ["colsim", "worlds", "desktop", "--out", out])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == (
        "error: interrupted; what is finished is kept; go on with: "
        f"colsim worlds desktop --out {out}\n"
    )
