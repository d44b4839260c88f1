"""What is promised to those who install colsim: declared imports, true types, commands."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import colsim
from colsim import errors
from colsim.errors import UserError

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ONLY_WITH = {
    "arviz": "calibration/results/particles.py",
    "cluster": "experiments/tasks.py",
    "dashboard": "dashboard/",
    "discovery": ("analysis/boxes.py", "interop/ema.py"),
    "word": "report/making.py",
}
"""Where what an extra brings may be imported."""


def imported(path):
    """Yield names of packages that a file imports, in whatever way."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("import_module", "__import__", "find_spec"):
                names = [one.value for one in node.args if isinstance(one, ast.Constant)]
        yield from {name.split(".")[0] for name in names if isinstance(name, str)}


def plain(requirement):
    """Return the name of a requirement as an index spells it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", requirement)[0]).lower()


@pytest.mark.slow
def test_every_import_is_declared_where_it_is_needed():
    distributions = packages_distributions()
    always = {plain(one) for one in PROJECT["dependencies"]}
    found = set()
    for path in (ROOT / "colsim").rglob("*.py"):
        where = path.relative_to(ROOT / "colsim").as_posix()
        allowed = set(always)
        for extra, places in ONLY_WITH.items():
            if where.startswith(places):
                allowed |= {plain(one) for one in EXTRAS[extra]}
        for name in set(imported(path)) - set(sys.stdlib_module_names) - {"colsim"}:
            owners = {plain(one) for one in distributions.get(name, [name])}
            # Solara is cut into parts that one name brings.
            owners |= {"solara"} if name == "solara" else set()
            assert owners & allowed, f"{where} imports {name}, which is not declared for it"
            found |= owners
    assert {"salib", "llvmlite", "pydantic-core", "uvicorn", "traitlets"} <= found
    assert always - found == set(), "declared and never imported"


def test_what_leans_on_the_insides_of_a_package_has_an_upper_bound():
    bounded = {plain(one) for one in PROJECT["dependencies"] if "<" in one}
    assert {"numba", "llvmlite", "mesa", "pydantic"} <= bounded


def test_the_two_lists_of_public_names_agree():
    tree = ast.parse(Path(colsim.__file__).read_text(encoding="utf-8"))
    (typed,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    named = {}
    for node in typed.body:
        (alias,) = node.names
        assert alias.asname == alias.name, "only a name repeated is handed on under --strict"
        named[alias.name] = node.module
    assert named == colsim._EXPORTS
    assert set(named) <= set(dir(colsim))


USER = """
import colsim
from colsim import CollaborationModel, load_scenario

scenario = load_scenario("desktop")
result = colsim.compare("desktop", scenario, replications=2)
reveal_type(result)
reveal_type(load_scenario)
model = CollaborationModel(scenario, seed=1)
reveal_type(model.week)
colsim.run(7)
colsim.comparee
"""


@pytest.mark.long
@pytest.mark.slow
def test_a_users_file_is_type_checked(tmp_path):
    pytest.importorskip("mypy")
    file = tmp_path / "mine.py"
    file.write_text(USER, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(file)),
            *("--config-file", str(ROOT / "pyproject.toml")),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout
    assert 'Revealed type is "colsim.comparison.comparison.Comparison"' in said
    assert "LoadedScenario" in said
    assert 'Revealed type is "int"' in said or 'Revealed type is "builtins.int"' in said
    assert 'Argument 1 to "run" has incompatible type "int"' in said
    assert 'has no attribute "comparee"' in said
    assert said.count(": error:") == 2, said


@pytest.mark.parametrize("names", [("dashboard", "offline"), ("arviz",)])
def test_what_is_missing_comes_with_the_command_that_brings_it(names, tmp_path, monkeypatch):
    command = errors.install_command(*names)
    assert f"[{','.join(names)}]" in command
    python, constraints, checkout = re.fullmatch(
        r'"(.+)" -m pip install -c "(.+)" -e "(.+)\[.+\]"', command
    ).groups()
    assert (python, Path(checkout)) == (sys.executable, ROOT)
    assert Path(constraints).is_file()
    assert set(names) <= EXTRAS.keys()
    monkeypatch.setattr(errors, "__file__", str(tmp_path / "colsim" / "errors.py"))
    assert "in a checkout of colsim" in errors.install_command(*names)
    assert "-c constraints.txt" in errors.install_command(*names)
    with pytest.raises(UserError, match=r"^arviz: found no ArviZ; allowed: after python -m pip"):
        raise errors.missing("arviz: found no ArviZ", *names)


PAGES = [*(ROOT / "colsim").rglob("*.py"), *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_no_page_and_no_message_names_an_index_that_does_not_have_it():
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"pip install \S*colsim\[", text), path
        assert "after installing colsim" not in text, path


def test_everything_optional_says_how_it_is_brought():
    """Wherever an optional package is looked for, its absence has a message with the command."""
    for name, command in (
        ("analysis/boxes.py", "discovery"),
        ("interop/ema.py", "discovery"),
        ("calibration/results/particles.py", "arviz"),
        ("report/making.py", "word"),
        ("experiments/tasks.py", "cluster"),
        ("dashboard/server.py", "dashboard"),
    ):
        text = (ROOT / "colsim" / name).read_text(encoding="utf-8")
        assert re.search(rf'raise missing\("[^"]+", "{command}"', text), name
