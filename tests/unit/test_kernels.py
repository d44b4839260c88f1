"""Where compiled kernels are kept, that nothing stale is read, and what happens where none can be.

Surroundings are those of a new process: see `python`.
"""

import copy
import ctypes
import hashlib
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from colsim.core import kernel_folder, machine_code, numerics, rng, schedule, warm
from colsim.core.compiled import DOORS, Kernel
from colsim.core.kernel_folder import hold, prune
from colsim.scenario.levers import LEVERS
from tests.worlds import CHANGING, live, policy, small_layout

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="locks and users are POSIX ones")
AS_ROOT = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0 or not shutil.which("setpriv"),
    reason="only root can be somebody else",
)
# A user without an entry, who may read everything, as Python itself may lie in somebody's home.
SOMEBODY = (
    "setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
)  # fmt: skip
WHERE = "from colsim.core import KERNELS; print(KERNELS.path)"


def long(value):
    """Return a case that only the long check tries: its kind has another one here."""
    return pytest.param(value, marks=pytest.mark.long)


def python(code, *, root=ROOT, clean=False, somebody=False, **environment):
    """Run code in a new process; return its standard output and its standard error."""
    usual = {"PATH": os.environ["PATH"]} if clean else os.environ
    done = subprocess.run(
        [*(SOMEBODY if somebody else ()), sys.executable, "-c", code],
        cwd=root,
        env={**usual, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


COUNT = """
import numpy as np
from colsim.core import KERNELS
from colsim.core.layout import LOCALITY_DTYPE
from colsim.core.parameters import pack_parameters
from colsim.core.population import count_families
places = np.zeros(1, LOCALITY_DTYPE)
places["shared_families"] = 20.0
counts = np.zeros((9, 1), np.int64)
count_families(counts, places, pack_parameters(), np.uint64(7))
print(counts.sum(), sum(count_families.dispatcher.stats.cache_misses.values()), KERNELS.path.name)
"""


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("place", ["NUMBA_CACHE_DIR", long("XDG_CACHE_HOME")])
def test_an_edited_callee_is_compiled_anew_and_an_edited_comment_is_not(tmp_path, place):
    (tmp_path / "colsim").mkdir()
    for file in ("__init__.py", "errors.py"):
        shutil.copy(ROOT / "colsim" / file, tmp_path / "colsim")
    for folder in ("core", "data"):
        shutil.copytree(ROOT / "colsim" / folder, tmp_path / "colsim" / folder)
    numerics = tmp_path / "colsim" / "core" / "numerics.py"

    def count():
        environment = {"NUMBA_CACHE_DIR": "", place: str(tmp_path / "cache")}
        total, misses, name = python(COUNT, root=tmp_path, **environment)[0].split()
        return int(total), int(misses), name

    total, misses, name = count()
    assert misses == 1
    edit(numerics, "    return count\n", "    # Nothing new.\n    return count\n")
    edit(numerics, "by inversion.", "by inversion of its sum.\n")
    assert count() == (total, 0, name)
    edit(numerics, "    return count\n", "    return count + 1\n")
    assert count()[:2] == (total + 9, 1)


@pytest.mark.parametrize(
    "setting",
    [
        "NUMBA_BOUNDSCHECK=1",
        *map(long, ("NUMBA_OPT=0", "NUMBA_LOOP_VECTORIZE=0", "NUMBA_DEBUGINFO=1")),
    ],
)
def test_what_changes_the_compiler_has_a_folder_of_its_own(setting, tmp_path):
    name, value = setting.split("=")
    usual, _ = python(WHERE, NUMBA_CACHE_DIR=str(tmp_path))
    other, _ = python(WHERE, NUMBA_CACHE_DIR=str(tmp_path), **{name: value})
    assert Path(usual).parent == Path(other).parent == tmp_path / "colsim"
    assert usual != other


def test_numba_keeps_its_own_setting(tmp_path):
    code = "import numba, colsim.core; print(repr(numba.config.CACHE_DIR))"
    assert python(code, NUMBA_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path))[0] == "''"


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has a place of its own")
@pytest.mark.parametrize("given", ["", "relative/folder", *map(long, (".", "~"))])
def test_a_cache_home_that_is_no_absolute_path_counts_as_none(given, tmp_path):
    environment = {"HOME": str(tmp_path), "XDG_CACHE_HOME": given, "NUMBA_CACHE_DIR": ""}
    where, said = python(WHERE, **environment)
    assert Path(where).parent == tmp_path / ".cache" / "colsim"
    assert said == ""
    assert not (ROOT / "relative").exists()


def nowhere(tmp_path):
    """Return surroundings in which nothing can be kept, by name."""
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    return {
        "a file": {"NUMBA_CACHE_DIR": str(file)},
        "below a file": {"XDG_CACHE_HOME": str(file / "cache")},
        "home is a file": {"HOME": str(file)},
        "a system folder": {"NUMBA_CACHE_DIR": "/proc"},
    }


@POSIX
@pytest.mark.parametrize(
    "name", ["a file", *map(long, ("below a file", "home is a file", "a system folder"))]
)
def test_where_nothing_can_be_kept_it_works_with_one_warning_and_leaves_nothing(name, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = nowhere(tmp_path)[name]
    said = _counts_without_a_place(temporary, **environment)
    assert next(iter(environment.values())) in said


def _counts_without_a_place(temporary, somebody=False, **environment):
    out, said = python(COUNT, clean=True, somebody=somebody, TMPDIR=str(temporary), **environment)
    assert out.split()[0] == "21"
    assert said.count("RuntimeWarning") == 1
    assert "compiled kernels cannot be kept" in said
    assert "NUMBA_CACHE_DIR can name" in said
    assert list(temporary.iterdir()) == []
    return said


@AS_ROOT
@pytest.mark.long
@pytest.mark.parametrize("home", [None, "/nonexistent", "", "here", "/"])
def test_a_user_without_entry_or_home(home, tmp_path):
    temporary = Path("/tmp") / f"colsim-test-{os.getpid()}-{time.monotonic_ns()}"
    temporary.mkdir(mode=0o777)
    temporary.chmod(0o777)
    try:
        environment = {} if home is None else {"HOME": home}
        assert not Path("here").exists()
        said = _counts_without_a_place(temporary, somebody=True, **environment)
        assert ("no home folder" in said) == (home in (None, "", "here"))
    finally:
        shutil.rmtree(temporary)


@AS_ROOT
@pytest.mark.long
@pytest.mark.parametrize("megabytes", [1, 65])
def test_a_full_disk(megabytes, tmp_path):
    """65 MB are room enough until something fills them."""
    disk = tmp_path / "disk"
    temporary = tmp_path / "temporary"
    for folder in (disk, temporary):
        folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(disk)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        fill = (
            "import colsim.core, pathlib\n"
            f"room = pathlib.Path({str(disk)!r}) / 'filling'\n"
            "try:\n    room.write_bytes(bytes(10**8))\nexcept OSError:\n    pass\n"
        )
        out, said = python(
            (fill if megabytes > 64 else "") + COUNT,
            NUMBA_CACHE_DIR=str(disk),
            TMPDIR=str(temporary),
        )
        assert out.split()[0] == "21"
        assert said.count("RuntimeWarning") == 1
        assert "cannot be kept" in said
        assert ("MB are free" in said) == (megabytes == 1)
        assert list(temporary.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@AS_ROOT
def test_complete_kernels_in_a_place_that_cannot_be_written_are_used_in_silence(tmp_path):
    """As in a container whose image was built with its kernels."""
    shared = Path("/tmp") / f"colsim-test-{os.getpid()}-{time.monotonic_ns()}"
    try:
        place = python(WHERE, NUMBA_CACHE_DIR=str(shared))[0]
        python(COUNT, NUMBA_CACHE_DIR=str(shared))
        machine_code.file_in(Path(place)).touch()
        out, said = python(COUNT, clean=True, somebody=True, NUMBA_CACHE_DIR=str(shared))
        assert out.split()[:2] == ["21", "0"]
        assert said == ""
    finally:
        shutil.rmtree(shared)


@pytest.mark.parametrize(
    "rests", [(b"rubbish", b"\x80\x04"), long((b"", b""))], ids=["other", "none"]
)
def test_a_kernel_that_is_cut_short_is_compiled_again(tmp_path, rests):
    python(COUNT, NUMBA_CACHE_DIR=str(tmp_path))
    kept = list(tmp_path.rglob("*count_families*"))
    assert {p.suffix for p in kept} == {".nbi", ".nbc"}
    for suffix, rest in zip((".nbc", ".nbi"), rests, strict=True):
        next(p for p in kept if p.suffix == suffix).write_bytes(rest)
        assert python(COUNT, NUMBA_CACHE_DIR=str(tmp_path))[0].split()[:2] == ["21", "1"]
    assert python(COUNT, NUMBA_CACHE_DIR=str(tmp_path))[0].split()[:2] == ["21", "0"]


KEPT = """
import sys
from colsim.core import KERNELS, is_compiled, machine_code
from colsim.core.rng import combine
file = machine_code.file_in(KERNELS.path)
print(combine(2, 3), 'numba' in sys.modules, is_compiled())
"""


def test_a_number_from_machine_code_is_that_from_the_compiler(tmp_path):
    """Of one kernel alone; where the file is cut short or empty, the compiler is asked."""
    found, _ = python(KEPT, NUMBA_CACHE_DIR=str(tmp_path))
    assert found.split()[1:] == ["True", "False"]
    (folder,) = (path for path in (tmp_path / "colsim").iterdir() if path.is_dir())
    file = machine_code.file_in(folder)
    keep = (
        f"from colsim.core import machine_code\n"
        "from colsim.core.compiled import compiler\n"
        "from colsim.core.rng import combine\n"
        f"file = machine_code.file_in(machine_code.Path({str(folder)!r}))\n"
        "machine_code.write(file, [compiler().object_of(combine)])\n"
    )
    python(keep, NUMBA_CACHE_DIR=str(tmp_path))
    assert python(KEPT, NUMBA_CACHE_DIR=str(tmp_path)) == (f"{found.split()[0]} False True", "")
    whole = file.read_bytes()
    for spoilt in (b"", whole[:-1], b"x" + whole[1:], whole + b"x"):
        file.write_bytes(spoilt)
        assert python(KEPT, NUMBA_CACHE_DIR=str(tmp_path))[0] == f"{found.split()[0]} True True"
    assert machine_code.load(tmp_path / "none") == {}


def test_machine_code_that_no_process_can_load_is_not_kept(tmp_path, monkeypatch):
    """LLVM ends the process that it cannot go on in: so another one tries first."""
    monkeypatch.setattr(warm.KERNELS, "path", tmp_path / "colsim" / "folder")
    warm.KERNELS.path.mkdir(parents=True)
    monkeypatch.setattr(warm, "DOORS", [])
    warm._keep()
    (file,) = warm.KERNELS.path.iterdir()
    assert file == machine_code.file_in(warm.KERNELS.path)
    assert machine_code.load(file) == {}
    assert file.stat().st_size > 0
    monkeypatch.setattr(
        warm, "_begun", lambda code: subprocess.Popen([sys.executable, "-c", "0/0"])
    )
    warm._keep()
    assert [one.stat().st_size for one in warm.KERNELS.path.iterdir()] == [0]


@pytest.mark.parametrize("number", [7, np.int64(7), np.uint64(7), True])
def test_numbers_of_all_kinds_are_taken(number):
    assert rng.combine(number, 2**64 - 1) == rng.combine(int(number), np.uint64(2**64 - 1))
    assert rng.uniform(number, 3, 5) == rng.uniform(int(number), np.int32(3), np.int64(5))
    assert type(rng.combine(number, 1)) is int
    assert type(rng.uniform(number, 1, 1)) is type(numerics.clip01(number)) is float
    assert type(numerics.happens(np.float64(0.5), number)) is bool
    assert type(numerics.poisson(number, 0.5)) is int


def test_a_kernel_is_copied_and_pickled_as_a_function():
    assert pickle.loads(pickle.dumps(rng.combine)) is rng.combine
    assert copy.deepcopy(schedule.PHASES) == schedule.PHASES
    assert rng.combine.__doc__.startswith("Return a new key")


def test_a_kernel_at_its_address_says_that_an_index_is_beyond():
    """By Numba's convention: above zero is an error, and only a checked index makes one."""
    wrong = ctypes.CFUNCTYPE(ctypes.c_int32)(lambda: 1)
    layout = small_layout()
    one = Kernel(schedule.end_week.py_func).opened("none(world)")
    try:
        one.address = ctypes.cast(wrong, ctypes.c_void_p).value
        with pytest.raises(IndexError, match="kernel end_week: an index is out of bounds"):
            one(live(layout, policy(layout), weeks=1, burn_in=0))
    finally:
        DOORS.remove(one)


def fake_folders(root, number):
    """Return folders as of older versions, the one used last first."""
    folders = []
    for k in range(number):
        folder = root / f"{k:016x}-{k:08x}"
        (folder / "below").mkdir(parents=True)
        (folder / "below" / "kernel.nbc").write_bytes(b"x")
        os.utime(folder, (1e9 - k, 1e9 - k))
        folders.append(folder)
    return folders


def test_those_used_last_stay(tmp_path):
    folders = fake_folders(tmp_path, 7)
    other = tmp_path / "somebody-elses"
    other.mkdir()
    os.utime(other, (1, 1))
    (tmp_path / "kernels").mkdir()
    os.utime(tmp_path / "kernels", (2, 2))
    (tmp_path / "texts").write_text("", encoding="utf-8")
    hold(folders[6]).close()  # used just now
    prune(tmp_path, keep=3)
    there = {p.name for p in tmp_path.iterdir()}
    assert there == {folders[6].name, folders[0].name, folders[1].name, other.name, "texts"}


@POSIX
def test_one_that_another_process_uses_is_never_removed(tmp_path):
    folders = fake_folders(tmp_path, 5)
    code = (
        "import sys, pathlib\nfrom colsim.core.kernel_folder import hold\n"
        f"held = hold(pathlib.Path({str(folders[4])!r})); print('held', flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"held\n"
        os.utime(folders[4], (1, 1))  # as if long ago
        prune(tmp_path, keep=2)
        assert {p.name for p in tmp_path.iterdir()} == {folders[k].name for k in (0, 1, 4)}
        assert (folders[4] / "below" / "kernel.nbc").exists()
        other.stdin.close()
    os.utime(folders[4], (1, 1))
    prune(tmp_path, keep=2)
    assert {p.name for p in tmp_path.iterdir()} == {folders[k].name for k in (0, 1)}


@POSIX
def test_a_new_version_clears_away_old_ones_and_dead_temporary_ones_go(tmp_path):
    folders = fake_folders(tmp_path / "colsim", kernel_folder.KEPT + 2)
    new = Path(python(WHERE, NUMBA_CACHE_DIR=str(tmp_path))[0])
    there = {p.name for p in (tmp_path / "colsim").iterdir() if p.is_dir()}
    assert there == {new.name, *(folder.name for folder in folders[: kernel_folder.KEPT - 1])}
    left = tmp_path / "temporary" / f"{kernel_folder.TEMPORARY}dead"
    left.mkdir(parents=True)
    python(WHERE, NUMBA_CACHE_DIR="/dev/null", TMPDIR=str(left.parent))
    assert list(left.parent.iterdir()) == []


def digest(world):
    return hashlib.sha256(b"".join(getattr(world, name).tobytes() for name in CHANGING)).hexdigest()


def test_without_compiling_the_bits_are_the_same():
    """A debugger or a coverage tool asks for that: NUMBA_DISABLE_JIT=1."""
    layout = small_layout()
    compiled = live(layout, policy(layout, *LEVERS), seed=5, weeks=4, burn_in=2)
    code = (
        "from tests.unit.test_kernels import *\n"
        "from colsim.core import KERNELS, is_compiled\n"
        "layout = small_layout()\n"
        "world = live(layout, policy(layout, *LEVERS), seed=5, weeks=4, burn_in=2)\n"
        "print(digest(world), is_compiled(), KERNELS.path)"
    )
    found, said = python(code, NUMBA_DISABLE_JIT="1")
    assert found == f"{digest(compiled)} True ."
    assert "Warning" not in said


BEYOND = """
from colsim.core.compiled import kernel
from colsim.core.levers import lever_table
from colsim.core.parameters import pack_parameters
from colsim.core.state import allocate
from tests.worlds import small_layout

@kernel
def look(w, k):
    w.active[k] += 1
    return w.active[k]

layout = small_layout()
levers = lever_table([], teams=len(layout.teams))
world = allocate(layout, levers, pack_parameters(), families=3, weeks=2, burn_in=0)
for k in (0, 2, 3, -1, -3):
    try:
        print(look(world, k))
    except IndexError:
        print("beyond")
"""


@pytest.mark.long
def test_an_index_below_zero_is_beyond_a_field_and_found_where_accesses_are_checked(tmp_path):
    found, _ = python(BEYOND, NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path))
    assert found.split() == ["1", "1", "beyond", "beyond", "beyond"]


def test_a_second_process_compiles_nothing():
    layout = small_layout()
    live(layout, policy(layout), weeks=2, burn_in=1)  # now they are on disk
    code = (
        "import sys\n"
        "from tests.worlds import *\n"
        "from colsim.core import is_compiled, warm\n"
        "from colsim.core.population import count_families, populate\n"
        "from colsim.core.schedule import PHASES, _advance\n"
        "there = is_compiled()\n"
        "layout = small_layout()\n"
        "live(layout, policy(layout), weeks=2, burn_in=1)\n"
        "kernels = (*PHASES, _advance, populate, count_families)\n"
        "asleep = 'numba' not in sys.modules\n"
        "made = [k.dispatcher for k in kernels]\n"
        "print(there, asleep, [sum(k.stats.cache_misses.values()) for k in made],\n"
        "      {len(k.overloads) for k in made})\n"
    )
    assert python(code)[0] == f"True True {[0] * 17} {{1}}"


class Fake:
    """A kernel that says when it is compiled."""

    def __init__(self, said, name):
        self.link = lambda: said.append(name)


def test_every_kernel_is_compiled_once_from_both_ends(monkeypatch):
    order = warm._kernels()
    assert order[-1] is schedule._advance
    assert {id(one) for one in order} == {id(one) for one in DOORS}
    assert set(schedule.PHASES) < set(order)
    done = []
    monkeypatch.setattr(warm, "_kernels", lambda: [Fake(done, k) for k in range(5)])
    warm.help_out()
    assert done == [3, 2, 1, 0]  # the loop is not for a helper


def test_how_far_it_is_is_told(monkeypatch):
    done, told = [], []
    monkeypatch.setattr(warm, "_kernels", lambda: [Fake(done, k) for k in range(4)])
    monkeypatch.setattr(warm, "_processors", lambda: 1)
    monkeypatch.setattr(warm, "_keep", lambda: done.append("kept"))
    warm._compile_all(lambda at, of: told.append((at, of)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert done == [0, 1, 2, 3, "kept"]


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "colsim", "--version"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.startswith("colsim 0.")


def test_what_operators_make_of_numbers_is_remembered_while_kernels_are_compiled_and_no_longer():
    from numba import njit, types

    from colsim.core.operators import operators_remembered

    def mixed(a, b):
        return min(a, 2) * b - a / 3 + abs(b), a & 1, a < b, -b

    plain, kinds = types.Function.get_call_type, (types.int64, types.float64)
    alone = njit(mixed)
    alone.compile(kinds)
    with operators_remembered():
        assert types.Function.get_call_type is not plain
        for _ in range(2):  # the second answers from memory alone
            again = njit(mixed)
            again.compile(kinds)
            assert again.nopython_signatures == alone.nopython_signatures
    assert types.Function.get_call_type is plain
    assert again(5, 2.5) == alone(5, 2.5) == mixed(5, 2.5)
    with pytest.raises(ValueError, match="wrong"), operators_remembered():
        raise ValueError("wrong")
    assert types.Function.get_call_type is plain
