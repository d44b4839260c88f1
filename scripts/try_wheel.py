"""Try what is built as a stranger would have it: alone, in clean environments.

    python scripts/try_wheel.py                            the wheel: one command of each kind
    python scripts/try_wheel.py --extras                   each extra too: imported, and used once
    python scripts/try_wheel.py --python python3.12 --suite    under another Python, with a part of
                                                           the suite from an unpacked source archive

Everything happens in a folder of its own, which is removed. It ends with 1 at the first failure.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BACKEND = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
SWEEP = """
title = "Training, and how it is screened"
base = "desktop"
weeks = 4
replications = 2
measures = ["joint_plan_rate", "information_flow"]

[design]
kind = "morris"
points = 4

[vary]
levers.joint_training.strength = [0.0, 4.0]
levers.co_location.strength = [0.0, 5.0]
"""
SHORT = 'title = "Short"\nextends = "desktop"\n[run]\nweeks = 4\nburn_in = 8\n'
COMMANDS = (
    "colsim --version",
    "python -m colsim --version",
    "colsim authorities",
    "colsim policies",
    "colsim show co_location",
    "colsim schema",
    "colsim validate short.toml",
    "colsim run short.toml --out run",
    "python -m colsim.plain short.toml",
    "colsim story short.toml --list",
    "colsim compare desktop co_location --weeks 4 --replications 2 --out compared",
    "colsim sweep screening.toml --out swept",
    'colsim query swept "SELECT count(*) FROM runs"',
    "colsim sensitivity swept --json",
    "colsim patterns --help",
    "colsim calibrate --help",
    "colsim interview desktop --csw 1 --mhsw 1",
    "colsim themes",
    "colsim themes new themes.csv",
    "colsim authority new list.xlsx",
    "colsim authority check list.xlsx",
)
USES = {
    "cluster": "from distributed import Client, LocalCluster\n"
    "if __name__ == '__main__':\n"
    "    import colsim\n"
    "    from colsim.experiments.tasks import cluster_at\n"
    "    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as local:\n"
    "        with cluster_at(local.scheduler_address) as cluster:\n"
    "            assert cluster.executor.submit(sum, [1, 2]).result() == 3\n",
    "dashboard": "from colsim.dashboard import server\n"
    "server.require_packages()\n"
    "assert server.application(password=None, exposed=False)\n"
    "import colsim.dashboard.pages\n",
    "offline": "import solara_assets\n",
    "arviz": "import arviz, numpy\n"
    "from pathlib import Path\n"
    "from colsim.calibration.results.posterior import Posterior\n"
    "assert callable(Posterior.arviz)\n"
    "arviz.from_dict({'posterior': {'x': numpy.zeros((1, 5))}})\n",
    "word": "import docx\nfrom colsim.report.making import docx_of\nassert callable(docx_of)\n",
    "discovery": "from colsim.interop.ema import ema_model\n"
    "assert ema_model('desktop', levers=['co_location']).name == 'colsim'\n",
}
"""What each extra is for, once."""
QUICK = (
    "tests/unit/test_architecture.py", "tests/unit/test_rng.py", "tests/unit/test_code_hash.py",
    "tests/unit/test_parameters.py", "tests/unit/test_promises.py", "tests/unit/test_packaging.py",
)  # fmt: skip
"""The part of the suite that is run under another Python."""


class Room:
    """A clean environment and an empty folder to work in."""

    def __init__(self, folder: Path, python: str) -> None:
        """Make the environment with a Python."""
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        self.bin = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
        hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
        self.environment = {k: v for k, v in os.environ.items() if k not in hidden}
        self.environment["PATH"] = os.pathsep.join([str(self.bin), self.environment["PATH"]])
        self.call([python, "-m", "venv", "--without-pip", str(folder / "env")])

    def call(self, command: list[str], *, folder: Path | None = None) -> None:
        """Run a command; its output is shown only if it fails.

        Raises:
            SystemExit: it failed.
        """
        program = self.bin / command[0]
        if program.exists():
            command = [str(program), *command[1:]]
        done = subprocess.run(
            command,
            cwd=folder or self.work,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode or "Traceback" in done.stdout:
            sys.stderr.write(f"{done.stdout}\nfailed: {shlex.join(command)}\n")
            raise SystemExit(1)

    def install(self, *what: str) -> None:
        """Install packages in the versions that were tried together, and check that they agree.

        The pip that called this does it. What nobody imports is not compiled, which is most.
        """
        inside = self.bin / ("python.exe" if os.name == "nt" else "python")
        pip = [sys.executable, "-m", "pip", "--python", str(inside)]
        pinned = ["-c", str(ROOT / "constraints.txt")]
        self.call([*pip, "install", "-q", "--no-compile", *pinned, *what])
        self.call([*pip, "check"])


def tell(text: str) -> None:
    """Say what comes next."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def built(folder: Path) -> tuple[Path, Path]:
    """Return a wheel and a source archive, the wheel built from the archive as it is unpacked."""
    builder = Room(folder / "builder", sys.executable)
    builder.install("build", *BACKEND)
    build = ["python", "-m", "build", "--no-isolation", "--outdir", str(folder / "dist")]
    builder.call([*build, str(ROOT)])
    (wheel,), (archive,) = ((folder / "dist").glob(f"*{end}") for end in (".whl", ".tar.gz"))
    return wheel, archive


def try_wheel(folder: Path, wheel: Path, python: str) -> None:
    """Install the wheel alone; run one command of each kind."""
    tell(f"{wheel.name} alone, under {python}")
    room = Room(folder / "alone", python)
    room.install(str(wheel))
    (room.work / "screening.toml").write_text(SWEEP, encoding="utf-8")
    (room.work / "short.toml").write_text(SHORT, encoding="utf-8")
    for line in COMMANDS:
        tell(f"  {line}")
        room.call(shlex.split(line))


def try_extras(folder: Path, wheel: Path, python: str) -> None:
    """Install each extra alone with the wheel; use it once."""
    for extra, code in USES.items():
        tell(f"{wheel.name}[{extra}] alone")
        room = Room(folder / extra, python)
        room.install(f"{wheel}[{extra}]")
        (room.work / "use.py").write_text(code, encoding="utf-8")
        room.call(["python", "use.py"])


def try_suite(folder: Path, archive: Path, python: str) -> None:
    """Unpack the source archive; collect all tests there, and run a part of them."""
    tell(f"{archive.name} unpacked, with its own tests")
    room = Room(folder / "source", python)
    with tarfile.open(archive) as packed:
        packed.extractall(room.work, filter="data")
    (unpacked,) = room.work.iterdir()
    room.install("-e", f"{unpacked}[dev]")
    room.call(["python", "-m", "pytest", "-q", "--collect-only"], folder=unpacked)
    room.call(["python", "-m", "pytest", "-q", *QUICK], folder=unpacked)


def main() -> None:
    """Try what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--extras", action="store_true", help="each extra too")
    asked.add_argument("--suite", action="store_true", help="the source archive's own tests too")
    asked.add_argument("--python", default=sys.executable, help="interpreter to install under")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="colsim-wheel-") as name:
        folder = Path(name)
        wheel, archive = built(folder)
        try_wheel(folder, wheel, options.python)
        if options.extras:
            try_extras(folder, wheel, options.python)
        if options.suite:
            try_suite(folder, archive, options.python)
    tell("all of it works")


if __name__ == "__main__":
    main()
