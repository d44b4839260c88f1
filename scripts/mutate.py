"""Plant faults in the model, one at a time, and see whether the tests find each.

A mutant is one small change of one source file (`faults.py`). Faults in the kernels are made in a
temporary copy of the package with a folder of compiled kernels of its own; the plain twin and the
known answers (tests/verification) then run against it, in a process of its own. Faults in the
statistics that planners read are made in a fork of this process, before it reads the file; the
tests of the file then run in it. A mutant that survives is either equivalent (nothing can tell it
apart) or shows something that no test looks at; docs/verification.md says which.

Which faults are planted follows from the seed, the file and its source alone.

Run: python scripts/mutate.py [--each 3] [--file live.py] [--jobs 2] [--json mutants.json]
     python scripts/mutate.py --statistics [--each 9] [--file costs.py] [--json mutants.json]
A mutant of a kernel takes about as long as compiling the kernels, and then up to half a minute;
one of a statistic about a second, and all faults are planted unless `--each` says how many.
With NUMBA_DISABLE_JIT=1 and `--first --tests` with the first of TESTS nothing is compiled, and the
twin alone takes half a minute; what survives that goes to the known answers, compiled.
"""

import argparse
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent))
from faults import Mutation, choose, mutate

ROOT = Path(__file__).parents[1]
CORE = Path("colsim/core")
COPIED = ("colsim", "tests", "pyproject.toml")
TESTS = (
    "tests/verification/test_twin.py::test_all_levers_together_for_two_authorities",
    *sorted(
        f"tests/verification/{p.name}" for p in ROOT.glob("tests/verification/test_known_*.py")
    ),
)
"""The twin under all levers first, then every known answer."""
BESIDE_MECHANISMS = (
    "relations.py",
    "numerics.py",
    "advice.py",
    "law.py",
    "turnover.py",
    "population.py",
)
"""Kernels that several mechanisms share, or that begin a world."""
STATISTICS = {
    "experiments/difference.py": ("test_difference.py",),
    "comparison/compare.py": ("test_comparison_numbers.py",),
    "comparison/compared.py": ("test_comparison_numbers.py",),
    "comparison/comparison.py": ("test_comparison_numbers.py",),
    "experiments/precision.py": ("test_precision.py",),
    "experiments/observed.py": ("test_first_plan.py",),
    "analysis/paired.py": ("test_paired.py",),
    "scenario/costs.py": ("test_costs.py",),
    "scenario/size.py": ("test_size.py",),
    "scenario/prices.py": (
        "test_taken.py::test_an_hour_has_the_price_of_its_service_its_year_and_the_authority",
    ),
    "comparison/taken.py": (
        "test_taken.py::test_pounds_are_hours_of_each_service_at_its_price_world_by_world",
    ),
}
"""What planners read, and the tests (in tests/unit) that hold it: made-up numbers, no runs."""
BEFOREHAND = ("pytest", "pandas", "pyarrow", "scipy.stats", "pydantic", "colsim.core.engine")
"""What tests need and no fault is planted in: read once, before any mutant."""
QUICK = (
    "-x", "-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider",
    "-p", "no:unraisableexception", "-p", "no:threadexception",
)  # fmt: skip
"""Of a mutant of a statistic nobody reads more than whether a test fails."""
LONGEST = 60
"""Seconds after which a mutant of a statistic counts as found: it hangs."""
PATIENCE = 4.0
"""A mutant that takes so many times as long as the model itself counts as found: it hangs."""


@dataclass
class Finding:
    """What became of a mutant: the tests that failed, or none."""

    mutation: Mutation
    seconds: float
    failed: list[str] = field(default_factory=list)
    how: str = ""

    @property
    def found(self) -> bool:
        """Whether any test told the mutant from the model."""
        return bool(self.how)


def try_out(
    mutation: Mutation | None,
    tests: tuple[str, ...],
    *,
    first_only: bool = False,
    longest: float | None = None,
) -> Finding:
    """Run the tests against a copy of the package with a fault in it (or none)."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="colsim-mutant-") as name:
        copy = Path(name)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / part)
        if mutation:
            target = copy / CORE / mutation.file
            target.write_text(
                mutate(target.read_text(encoding="utf-8"), mutation), encoding="utf-8"
            )
        environment = os.environ | {
            "PYTHONPATH": str(copy),
            "NUMBA_CACHE_DIR": str(copy / "kernels"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        report = copy / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no"]
        command += [f"--junitxml={report}", *(["-x"] if first_only else []), *tests]
        process = subprocess.Popen(
            command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return Finding(mutation, time.monotonic() - started, how="hangs")
        finding = Finding(mutation, time.monotonic() - started)
        if report.exists():
            finding.failed = failures(report)
            finding.how = said(finding.failed)
        if process.returncode != 0 and not finding.how:
            finding.how = f"ends with code {process.returncode}: {output.strip()[-200:]}"
        return finding


class Planted(SourceFileLoader):
    """Reads a module with a fault in it."""

    def __init__(self, name: str, path: str, mutation: Mutation) -> None:
        """Remember which fault."""
        super().__init__(name, path)
        self.mutation = mutation

    def get_code(self, fullname: str) -> CodeType:
        """Return the compiled source with the fault in it; nothing is kept."""
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(mutate(source, self.mutation), self.path, "exec")


class Finder(PathFinder):
    """Finds one module with a fault in it, and no other."""

    mutation: Mutation

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        """Return how to read the module with the fault; None for any other."""
        if fullname.replace(".", "/") + ".py" != f"colsim/{cls.mutation.file}":
            return None
        spec = super().find_spec(fullname, path, target)
        spec.loader = Planted(fullname, spec.origin, cls.mutation)
        return spec


def try_in_fork(mutation: Mutation | None, tests: tuple[str, ...]) -> Finding:
    """Run the tests in a fork of this process with a fault in one module (or none)."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="colsim-mutant-") as name:
        report = Path(name) / "report.xml"
        child = os.fork()
        if not child:
            _live_with(mutation, tests, report)
        _, status = os.waitpid(child, 0)
        finding = Finding(mutation, time.monotonic() - started)
        if os.WIFSIGNALED(status):
            finding.how = "hangs"
        elif os.WEXITSTATUS(status):
            finding.failed = failures(report) if report.exists() else []
            finding.how = ", ".join(finding.failed) or f"code {os.WEXITSTATUS(status)}"
        return finding


def _live_with(mutation: Mutation | None, tests: tuple[str, ...], report: Path) -> None:
    """Run the tests and end this process with their code."""
    import pytest

    code = 3
    try:
        signal.alarm(LONGEST)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if mutation:
            Finder.mutation = mutation
            sys.meta_path.insert(0, Finder)
        code = int(pytest.main([*QUICK, f"--junitxml={report}", *tests]))
    finally:
        os._exit(code)


def failures(report: Path) -> list[str]:
    """Return the names of the tests that failed, `module::test`, in the order in which they ran."""
    return [
        f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        for case in ElementTree.parse(report).getroot().iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]


def said(failed: list[str]) -> str:
    """Return in a few words what found a mutant."""
    twin = [name for name in failed if name.startswith("test_twin")]
    known = [name for name in failed if not name.startswith("test_twin")]
    words = ["twin"] if twin else []
    if known:
        first = known[0].partition("::")[2]
        words.append(f"{len(known)} known answer{'s' * (len(known) > 1)}, {first[:60]}")
    return "; ".join(words)


def files() -> list[str]:
    """Return the kernel sources that faults are planted in, as paths within the core."""
    mechanisms = sorted((ROOT / CORE / "mechanisms").glob("*.py"))
    return [
        *(f"mechanisms/{p.name}" for p in mechanisms if p.name != "__init__.py"),
        *BESIDE_MECHANISMS,
    ]


def show(finding: Finding) -> None:
    """Print one line of the table."""
    m = finding.mutation
    change = f"{' '.join(m.old.split())[:44]} -> {' '.join(m.new.split())[:44]}"
    fate = finding.how if finding.found else "SURVIVED"
    print(f"{m.file}:{m.line:<4} {m.kind:18} {change:64} {fate}", flush=True)


def main() -> int:
    """Print the table; return 1 if a mutant survived, 2 if the tests fail without any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statistics", action="store_true", help="in what planners read")
    parser.add_argument("--each", type=int, help="faults in each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", action="append", help="only in this file; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="mutants of kernels at once")
    parser.add_argument(
        "--first", action="store_true", help="stop each mutant of a kernel at the first failure"
    )
    parser.add_argument("--list", action="store_true", help="list the faults and plant none")
    parser.add_argument("--tests", nargs="+", help="instead of the usual ones")
    parser.add_argument("--json", type=Path, help="write the findings here")
    arguments = parser.parse_args()
    chosen = chosen_of(arguments)
    if arguments.list:
        for mutation in chosen:
            show(Finding(mutation, 0.0, how="not planted"))
        return 0
    findings: list[Finding] = []

    def keep(finding: Finding) -> None:
        show(finding)
        findings.append(finding)
        if arguments.json:
            write(arguments.json, arguments, findings)

    plant = plant_in_statistics if arguments.statistics else plant_in_kernels
    wrong = plant(chosen, arguments, keep)
    if wrong:
        print(f"without any fault the tests fail: {wrong}", file=sys.stderr)
        return 2
    survived = [finding for finding in findings if not finding.found]
    print(f"{len(findings)} faults planted, {len(findings) - len(survived)} found, "
          f"{len(survived)} survived")  # fmt: skip
    return 1 if survived else 0


def chosen_of(arguments: argparse.Namespace) -> list[Mutation]:
    """Return the faults to be planted."""
    plain = arguments.statistics
    return [
        mutation
        for file in (STATISTICS if plain else files())
        if not arguments.file or Path(file).name in arguments.file
        for mutation in choose(
            file,
            (ROOT / ("colsim" if plain else CORE) / file).read_text(encoding="utf-8"),
            each=arguments.each or (None if plain else 3),
            seed=arguments.seed,
            plain=plain,
        )
    ]


def plant_in_kernels(
    chosen: list[Mutation], arguments: argparse.Namespace, keep: Callable[[Finding], None]
) -> str:
    """Try out faults in kernels; return what fails without any."""
    tests = tuple(arguments.tests or TESTS)
    plain = try_out(None, tests)
    if plain.found:
        return plain.how
    longest = PATIENCE * arguments.jobs * plain.seconds
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for finding in pool.map(
            lambda mutation: try_out(mutation, tests, first_only=arguments.first, longest=longest),
            chosen,
        ):
            keep(finding)
    return ""


def plant_in_statistics(
    chosen: list[Mutation], arguments: argparse.Namespace, keep: Callable[[Finding], None]
) -> str:
    """Try out faults in the statistics; return what fails without any."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    for name in BEFOREHAND:
        importlib.import_module(name)
    gc.freeze()
    names = {f"colsim.{file[:-3].replace('/', '.')}" for file in STATISTICS}
    early = sorted(names.intersection(sys.modules))
    if early:
        return f"{', '.join(early)} was read before any fault was planted"
    tests = {
        file: tuple(arguments.tests or (f"tests/unit/{name}" for name in names))
        for file, names in STATISTICS.items()
    }
    for file in sorted({mutation.file for mutation in chosen}):
        plain = try_in_fork(None, tests[file])
        if plain.found:
            return plain.how
    for mutation in chosen:
        keep(try_in_fork(mutation, tests[mutation.file]))
    return ""


def write(path: Path, arguments: argparse.Namespace, findings: list[Finding]) -> None:
    """Write what has been found so far."""
    document = {
        "seed": arguments.seed,
        "each": arguments.each,
        "tests": arguments.tests or "the usual ones",
        "mutants": [
            asdict(f.mutation)
            | {"found": f.found, "how": f.how, "failed": f.failed, "seconds": round(f.seconds, 1)}
            for f in findings
        ],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
