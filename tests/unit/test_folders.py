"""Folders of results: nothing lost, nothing mixed, whole or not at all."""

import json
import os
import stat
from pathlib import Path

import pytest

from colsim.errors import UserError
from colsim.reporting import files, folders
from colsim.reporting.files import write_files, write_together
from colsim.reporting.folders import add, claim, writing
from colsim.reporting.kinds import held

SOME_LITTER = [".DS_Store", "._chart.png", "desktop.ini", "Thumbs.db", "lost+found", ".gitkeep"]


def put(folder, text="one", *, kind="run", names=("a.csv", "b.csv"), about=None, **options):
    with writing(folder, kind=kind, about=about or {"seed": 1}, **options) as staging:
        for name in names:
            (staging / name).write_text(text, encoding="utf-8")


def content(folder):
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in Path(folder).iterdir()
        if path.name != "manifest.json"
    }


def leftovers(folder):
    return [path.name for path in Path(folder).iterdir() if path.name.startswith(".")]


def test_a_new_folder_holds_files_and_a_manifest_that_names_them(tmp_path):
    put(tmp_path / "new" / "out")
    assert content(tmp_path / "new" / "out") == {"a.csv": "one", "b.csv": "one"}
    found = held(tmp_path / "new" / "out")
    assert (found.kind, found.files) == ("run", ("a.csv", "b.csv", "manifest.json"))
    assert found.manifest["seed"] == 1
    assert str(found).startswith("a run (seed 1, of 20")
    assert leftovers(tmp_path / "new") == []
    assert stat.S_IMODE((tmp_path / "new" / "out").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "new").stat().st_mode
    )


def test_the_same_kind_is_replaced_only_when_asked_to(tmp_path):
    put(tmp_path / "out")
    with pytest.raises(UserError, match=r"out, which holds a run \(seed 1, of .*--force"):
        put(tmp_path / "out", "two")
    assert content(tmp_path / "out") == {"a.csv": "one", "b.csv": "one"}
    put(tmp_path / "out", "two", names=("b.csv", "c.csv"), force=True)
    assert content(tmp_path / "out") == {"b.csv": "two", "c.csv": "two"}
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    "files, named",
    [
        ({"manifest.json": {"kind": "comparison", "seed": 7}}, r"a comparison \(seed 7\)"),
        ({"manifest.json": {"format": "colsim sweep 1", "checksum": "x"}}, "a sweep"),
        ({"calibration.json": {"kind": "calibration"}}, "a calibration"),
        ({"manifest.json": {"name": "an app"}}, "a manifest.json that is not one of colsim's"),
        ({"notes.txt": "mine"}, r"other files \(notes.txt\)"),
        ({"a.csv": "mine"}, r"other files \(a.csv\)"),
        ({"runs/x.parquet": "mine"}, r"other files \(runs\)"),
    ],
)
def test_what_is_not_of_this_kind_stays(tmp_path, files, named, force):
    for name, document in files.items():
        path = tmp_path / "out" / name
        path.parent.mkdir(parents=True)
        path.write_text(document if isinstance(document, str) else json.dumps(document))
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    with pytest.raises(UserError, match=f"--out: found .*out, which holds {named}"):
        put(tmp_path / "out", force=force)
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("inside", [False, True])
def test_the_users_own_files_stay_beside_what_is_replaced(tmp_path, monkeypatch, inside):
    put(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / "c.csv").write_text("mine too", encoding="utf-8")
    (tmp_path / "out" / "sub").mkdir()
    if inside:
        monkeypatch.chdir(tmp_path / "out")
    put(tmp_path / "out", "two", names=("b.csv", "c.csv"), force=True)
    (tmp_path / "out" / "sub").rmdir()
    assert content(tmp_path / "out") == {
        "b.csv": "two", "c.csv": "two", "c.csv.kept": "mine too", "notes.txt": "mine",
    }  # fmt: skip
    assert leftovers(tmp_path) == leftovers(tmp_path / "out") == []
    if inside:
        assert Path("notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", SOME_LITTER)
def test_what_systems_leave_in_a_folder_is_no_result(tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("x", encoding="utf-8")
    put(tmp_path / "out")
    assert content(tmp_path / "out") == {"a.csv": "one", "b.csv": "one", name: "x"}


@pytest.mark.parametrize("name", ["", " ", "\t"])
def test_no_name_is_no_folder(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="allowed: the name of a folder"):
        put(name)
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="out, which is a file"):
        put(tmp_path / "out", force=True)


ODD_NAMES = ["a" * 250, "point=3", "[x]*?", "sp ace 'q' \"d\"", "Zoë", "b\udcff"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_will_do(tmp_path, name):
    put(tmp_path / name)
    put(tmp_path / name, "two", force=True)
    assert content(tmp_path / name) == {"a.csv": "two", "b.csv": "two"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "disk" / "real").mkdir(parents=True)
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "real")
    put(tmp_path / "out")
    put(tmp_path / "out", "two", force=True)
    assert (tmp_path / "out").is_symlink()
    assert content(tmp_path / "disk" / "real") == {"a.csv": "two", "b.csv": "two"}


class Stop(BaseException):
    """Stands for anything that ends a process in order."""


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), Stop()])
@pytest.mark.parametrize("fails", range(8))
def test_an_error_at_any_move_leaves_the_old_or_the_new(
    tmp_path, monkeypatch, inside, error, fails
):
    out = tmp_path / "out"
    put(out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    if inside:
        monkeypatch.chdir(out)
    moves = []

    def failing(move):
        def instead(self, target):
            moves.append(self)
            if len(moves) == fails + 1:
                raise error
            return move(self, target)

        return instead

    monkeypatch.setattr(folders.Path, "rename", failing(Path.rename))
    monkeypatch.setattr(folders.Path, "replace", failing(Path.replace))
    failed = False
    try:
        put(out, "two", names=("b.csv", "c.csv"), force=True)
    except Stop:
        failed = True
    except UserError:
        failed = True
    monkeypatch.undo()
    claim(out, "run", force=True)
    old = {"a.csv": "one", "b.csv": "one", "notes.txt": "mine"}
    new = {"b.csv": "two", "c.csv": "two", "notes.txt": "mine"}
    assert content(out) in ((old, new) if failed else (new,))
    assert held(out).kind == "run"
    assert leftovers(tmp_path) == leftovers(out) == []


def _fill_the_disk(staging):
    (staging / "a.csv").write_text("two", encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_an_error_while_writing_leaves_the_old(tmp_path):
    put(tmp_path / "out")
    with (
        pytest.raises(UserError, match="free some space and try again"),
        writing(tmp_path / "out", kind="run", about={}, force=True) as staging,
    ):
        _fill_the_disk(staging)
    assert content(tmp_path / "out") == {"a.csv": "one", "b.csv": "one"}
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("moved", [False, True])
def test_killed_between_two_moves_is_put_right(tmp_path, moved):
    """A process that is killed runs no code: what it left is found by the next one."""
    put(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "out").rename(tmp_path / ".out.before")
    if moved:
        put(tmp_path / "other", "two")
        (tmp_path / "other").rename(tmp_path / "out")
    claim(tmp_path / "out", "run", force=True)
    text = "two" if moved else "one"
    assert content(tmp_path / "out") == {"a.csv": text, "b.csv": text, "notes.txt": "mine"}
    assert leftovers(tmp_path) == []


def test_a_folder_that_cannot_be_moved_is_filled_where_it_is(tmp_path, monkeypatch):
    """Windows moves no folder of which a file is open, nor the file itself."""
    put(tmp_path / "out")
    monkeypatch.setattr(files, "_PAUSE", 0.0)
    rename, replace, tried = Path.rename, Path.replace, []

    def no_folder(self, target):
        if self.is_dir():
            raise PermissionError(13, "in use", str(self))
        return rename(self, target)

    def no_file(self, target):
        if self.name == "b.csv" and self.parent == tmp_path / "out":
            tried.append(self)
            raise PermissionError(13, "in use", str(self))
        return replace(self, target)

    monkeypatch.setattr(folders.Path, "rename", no_folder)
    put(tmp_path / "out", "two", force=True)
    assert content(tmp_path / "out") == {"a.csv": "two", "b.csv": "two"}
    monkeypatch.setattr(folders.Path, "replace", no_file)
    with pytest.raises(UserError, match=r"b\.csv, which cannot be written \(in use\); is it open"):
        put(tmp_path / "out", "three", force=True)
    assert len(tried) == 3
    assert content(tmp_path / "out") == {"a.csv": "two", "b.csv": "two"}


def test_files_of_an_update_stay(tmp_path):
    put(tmp_path / "out", kind="analysis", names=("one.csv",))
    put(tmp_path / "out", "two", kind="analysis", names=("two.csv",), update=True)
    assert content(tmp_path / "out") == {"one.csv": "one", "two.csv": "two"}
    assert held(tmp_path / "out").files == ("manifest.json", "one.csv", "two.csv")


def test_pictures_come_later_and_go_with_the_result(tmp_path):
    put(tmp_path / "out", pictures=["chart.png"])
    add(tmp_path / "out", {"chart.png": b"drawn"})
    assert content(tmp_path / "out")["chart.png"] == "drawn"
    put(tmp_path / "out", "two", force=True)
    assert content(tmp_path / "out") == {"a.csv": "two", "b.csv": "two"}


def test_a_manifest_that_names_other_folders_deletes_nothing_there(tmp_path):
    put(tmp_path / "out")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] += ["../mine.txt", str(tmp_path / "mine.txt")]
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    put(tmp_path / "out", "two", force=True)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(getattr(os, "getuid", lambda: 0)() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="out, which cannot be written"):
        put(tmp_path / "out")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("fails", range(4))
def test_several_files_are_written_together_or_not_at_all(tmp_path, monkeypatch, fails):
    files = {tmp_path / name: b"new" for name in ("a.toml", "b.toml")}
    (tmp_path / "a.toml").write_bytes(b"old")
    replace, moves = Path.replace, []

    def failing(self, target):
        moves.append(self)
        if len(moves) == fails + 1:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with pytest.raises(UserError, match="already there; allowed: a new name, or --force"):
        write_files(files, force=False)
    monkeypatch.setattr(folders.Path, "replace", failing)
    try:
        write_together(files)
        new = True
    except OSError:
        new = False
    assert (fails == 3) is new
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == ({"a.toml": b"new", "b.toml": b"new"} if new else {"a.toml": b"old"})


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    (tmp_path / "runs.csv").mkdir()
    with pytest.raises(UserError, match=r"runs\.csv: found a folder; allowed: the name of a file"):
        write_files({tmp_path / "runs.csv": b""}, force=True)
