"""Plant faults in the kernels, one at a time, and see whether the verification finds each.

Every mutant is one small change of one source file, made in a temporary copy of the package with
a folder of compiled kernels of its own. The plain twin and the known answers (tests/verification)
then run against it, in a process of its own. A mutant that survives is either equivalent (no
state can tell it apart) or shows something that no test looks at; docs/verification.md says which.

Which faults are planted follows from the seed, the file and its source alone.

Run: python scripts/mutate.py [--each 3] [--file live.py] [--jobs 2] [--json mutants.json]
A mutant takes about as long as compiling the kernels, and then up to half a minute.
"""

import argparse
import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

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
PATIENCE = 4.0
"""A mutant that takes so many times as long as the model itself counts as found: it hangs."""

FLIPPED = {
    ast.Lt: (ast.GtE, ">="), ast.LtE: (ast.Gt, ">"), ast.Gt: (ast.LtE, "<="),
    ast.GtE: (ast.Lt, "<"), ast.Eq: (ast.NotEq, "!="), ast.NotEq: (ast.Eq, "=="),
}  # fmt: skip
NUDGED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
SYMBOL = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
OTHER = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}
SWAPPED = {
    "csw": "mhsw", "mhsw": "csw", "giver": "taker", "taker": "giver", "asker": "other",
    "first": "second", "second": "first", "bad": "good", "good": "bad", "of_csw": "of_mhsw",
    "of_mhsw": "of_csw", "own": "other", "narrative": "confidence", "confidence": "narrative",
    "tie_trust_cm": "tie_trust_mc", "tie_trust_mc": "tie_trust_cm", "known": "received",
    "received": "known", "known_weight": "known_risk", "known_risk": "known_weight",
    "disclosed": "understood", "severity": "severity0", "severity0": "severity",
    "told_bad": "told_good", "told_good": "told_bad", "open": "lead", "budget": "spent",
    "background": "shared_load", "shared_since": "shared_until", "engagement": "compliance",
    "role_knowledge": "confidence", "orientation": "confidence",
}  # fmt: skip
DRAWS = re.compile(r"uniform\(|birth_draw\(|u$|place$")
SIDES = {"s": "1 - s", "1 - s": "s", "CSW": "1 - CSW", "MHSW": "1 - MHSW"}
SINGLE = {"clock", "parameters", "derived"}
"""Arrays of one record: another place in them is outside."""
CLAMPS = {"clip01", "clip", "min", "max", "abs"}


@dataclass(frozen=True)
class Mutation:
    """One fault: the text from `start` to `end` of a file becomes `new`."""

    file: str
    line: int
    kind: str
    start: int
    end: int
    old: str
    new: str


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


def candidates(file: str, source: str) -> list[Mutation]:
    """Return every fault that can be planted in a file, in the order of the source."""
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line.encode()))
    raw = source.encode()

    def place(row: int, column: int) -> int:
        return lines[row - 1] + column

    def change(kind: str, start: int, end: int, new: str) -> Mutation:
        return Mutation(file, bisect(lines, start), kind, start, end, raw[start:end].decode(), new)

    def between(kind: str, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Mutation]:
        start = place(left.end_lineno, left.end_col_offset)
        end = place(right.lineno, right.col_offset)
        found = re.search(rf"(?<![<>=!*/]){re.escape(old)}(?![<>=*/])".encode(), raw[start:end])
        if found:
            at = start + found.start()
            yield change(kind, at, at + len(old), new)

    def whole(node: ast.AST, kind: str, new: str) -> Mutation:
        start, end = (
            place(node.lineno, node.col_offset),
            place(node.end_lineno, node.end_col_offset),
        )
        return change(kind, start, end, new)

    def text(node: ast.AST) -> str:
        return raw[
            place(node.lineno, node.col_offset) : place(node.end_lineno, node.end_col_offset)
        ].decode()

    def look(node: ast.AST) -> Iterator[Mutation]:
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            op, right = node.ops[0], node.comparators[0]
            if type(op) in FLIPPED:
                yield from between(
                    "comparison turned", node.left, right, SYMBOL[type(op)], FLIPPED[type(op)][1]
                )
            # A draw equals a bound once in 2**53: moving the bound would be no fault.
            if type(op) in NUDGED and not DRAWS.match(text(node.left)):
                yield from between(
                    "bound moved", node.left, right, SYMBOL[type(op)], NUDGED[type(op)]
                )
        elif isinstance(node, ast.BinOp) and type(node.op) in OTHER:
            old, new = SYMBOL[type(node.op)], OTHER[type(node.op)]
            kind = "sign turned" if old in "+-" else "product turned"
            yield from between(kind, node.left, node.right, old, new)
        elif isinstance(node, ast.AugAssign) and type(node.op) in (ast.Add, ast.Sub):
            new = "-=" if isinstance(node.op, ast.Add) else "+="
            yield from between(
                "sign turned", node.target, node.value, "+=" if new == "-=" else "-=", new
            )
            yield whole(node, "statement dropped", "pass")
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            yield whole(node, "statement dropped", "pass")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in CLAMPS and node.args:
                inner = next(a for a in node.args if not isinstance(a, ast.Constant))
                yield whole(node, "clamp dropped", f"({text(inner)})")
            elif node.func.id == "range":
                *start, stop = node.args[:2]
                yield whole(stop, "range cut", f"({text(stop)}) - 1")
                if start:
                    yield whole(start[0], "range cut", f"({text(start[0])}) + 1")
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            value = node.value
            new = value + 1 if isinstance(value, int) else (value * 1.1 if value else 0.1)
            yield whole(node, "constant changed", repr(new))
        elif isinstance(node, ast.Attribute) and node.attr in SWAPPED:
            end = place(node.end_lineno, node.end_col_offset)
            yield change("name swapped", end - len(node.attr), end, SWAPPED[node.attr])
        elif isinstance(node, ast.Name) and node.id in SWAPPED:
            yield whole(node, "name swapped", SWAPPED[node.id])
        if isinstance(node, ast.Subscript) and text(node.slice) in SIDES and not is_single(node):
            yield whole(node.slice, "side swapped", SIDES[text(node.slice)])
        if isinstance(node, (ast.If, ast.IfExp, ast.While)) and isinstance(
            node.test, (ast.Name, ast.Attribute)
        ):
            yield whole(node.test, "condition turned", f"(not {text(node.test)})")

    def is_single(node: ast.AST) -> bool:
        return isinstance(node.value, ast.Attribute) and node.value.attr in SINGLE

    def named(statement: ast.AST) -> Iterator[ast.Constant]:
        """Yield the numbers of a module that its functions know by name."""
        if isinstance(statement, ast.Assign):
            yield from (n for n in ast.walk(statement.value) if isinstance(n, ast.Constant))

    found: list[Mutation] = []
    outside: set[ast.AST] = set()
    tree = ast.parse(source)
    for statement in tree.body:
        for node in named(statement):
            found += look(node)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            outside |= {
                n.slice for n in ast.walk(function) if isinstance(n, ast.Subscript) and is_single(n)
            }
            for statement in function.body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    continue
                for node in set(ast.walk(statement)) - outside:
                    found += [m for m in look(node) if m.old != m.new]
    return sorted(
        {(m.start, m.kind, m.new): m for m in found}.values(),
        key=lambda m: (m.start, m.kind, m.new),
    )


def mutate(source: str, mutation: Mutation) -> str:
    """Return the source with one fault in it."""
    raw = source.encode()
    return (raw[: mutation.start] + mutation.new.encode() + raw[mutation.end :]).decode()


def choose(file: str, source: str, *, each: int, seed: int) -> list[Mutation]:
    """Return `each` faults of a file, of as many kinds as there are, that still compile to Python.

    A name that the file does not have would fail at once, for no merit of any test: left out.
    """
    chance = random.Random(f"{seed} {file}")
    by_kind: dict[str, list[Mutation]] = {}
    for mutation in candidates(file, source):
        if mutation.kind != "name swapped" or re.search(rf"\b{mutation.new}\b", source):
            by_kind.setdefault(mutation.kind, []).append(mutation)
    for found in by_kind.values():
        chance.shuffle(found)
    kinds = sorted(by_kind)
    chance.shuffle(kinds)
    chosen: list[Mutation] = []
    while len(chosen) < each and any(by_kind.values()):
        for kind in kinds:
            if by_kind[kind] and len(chosen) < each:
                chosen.append(by_kind[kind].pop())
    return sorted(chosen, key=lambda m: m.start)


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
        "relations.py",
        "numerics.py",
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
    parser.add_argument("--each", type=int, default=3, help="faults in each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", action="append", help="only in this file; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at once")
    parser.add_argument(
        "--first", action="store_true", help="stop each mutant at the first failure"
    )
    parser.add_argument("--list", action="store_true", help="list the faults and plant none")
    parser.add_argument("--tests", nargs="+", default=list(TESTS), help="instead of the usual ones")
    parser.add_argument("--json", type=Path, help="write the findings here")
    arguments = parser.parse_args()
    chosen = [
        mutation
        for file in files()
        if not arguments.file or Path(file).name in arguments.file
        for mutation in choose(
            file,
            (ROOT / CORE / file).read_text(encoding="utf-8"),
            each=arguments.each,
            seed=arguments.seed,
        )
    ]
    if arguments.list:
        for mutation in chosen:
            show(Finding(mutation, 0.0, how="not planted"))
        return 0
    tests = tuple(arguments.tests)
    plain = try_out(None, tests)
    if plain.found:
        print(f"without any fault the tests fail: {plain.how}", file=sys.stderr)
        return 2
    findings = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for finding in pool.map(
            lambda mutation: try_out(
                mutation,
                tests,
                first_only=arguments.first,
                longest=PATIENCE * arguments.jobs * plain.seconds,
            ),
            chosen,
        ):
            show(finding)
            findings.append(finding)
            if arguments.json:
                write(arguments.json, arguments, findings)
    survived = [finding for finding in findings if not finding.found]
    print(f"{len(findings)} faults planted, {len(findings) - len(survived)} found, "
          f"{len(survived)} survived")  # fmt: skip
    return 1 if survived else 0


def write(path: Path, arguments: argparse.Namespace, findings: list[Finding]) -> None:
    """Write what has been found so far."""
    document = {
        "seed": arguments.seed,
        "each": arguments.each,
        "tests": arguments.tests,
        "mutants": [
            asdict(f.mutation)
            | {"found": f.found, "how": f.how, "failed": f.failed, "seconds": round(f.seconds, 1)}
            for f in findings
        ],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
