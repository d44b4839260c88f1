"""Several processes that write to one place: one is first, the others say so, nothing is lost."""

import contextlib
import json
import os
import sys
import threading
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from colsim import cli
from colsim.commands.output import renewing, save_and_show
from colsim.errors import TakenError, UserError
from colsim.reporting import folders, replacing
from colsim.reporting.drawing import draw
from colsim.reporting.files import write_files
from colsim.reporting.folders import add, claim, writing
from colsim.reporting.kinds import held
from tests.unit.test_folders import content, leftovers, put


def at_once(number, work):
    """Do a thing in several threads that begin together; return what each raised."""
    ready, found = threading.Barrier(number), [None] * number

    def one(k):
        ready.wait()
        try:
            work(k)
        except Exception as error:
            found[k] = error

    threads = [threading.Thread(target=one, args=(k,)) for k in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


BEFORE = {"new": (), "empty": (), "with litter": (".gitkeep",), "with notes": ("notes.txt",)}


@pytest.mark.parametrize("lock", [True, False])
@pytest.mark.parametrize("before", BEFORE)
def test_who_comes_second_while_it_is_made_is_refused(tmp_path, monkeypatch, before, lock):
    """Both looked when nothing was there: what counts is the moment of writing."""
    if not lock:
        monkeypatch.setattr(replacing, "alone", contextlib.nullcontext)
    out = tmp_path / "out"
    if before != "new":
        out.mkdir()

    def second():
        with writing(out, kind="run", about={"seed": 2}) as staging:
            (staging / "a.csv").write_text("two", encoding="utf-8")
            put(out)
            for name in BEFORE[before]:
                (out / name).write_text("mine", encoding="utf-8")

    with pytest.raises(TakenError, match=r"out, which holds a run \(seed 1, .*--force to replace"):
        second()
    assert content(out) == {"a.csv": "one", "b.csv": "one"} | dict.fromkeys(BEFORE[before], "mine")
    assert held(out).manifest["seed"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_another_kind_that_came_meanwhile_is_not_replaced_even_with_force(tmp_path):
    with (
        pytest.raises(UserError, match="another kind is never replaced"),
        writing(tmp_path / "out", kind="run", about={}, force=True),
    ):
        put(tmp_path / "out", kind="comparison")
    assert held(tmp_path / "out").kind == "comparison"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_of_many_at_once_one_is_whole_and_nothing_else_is_left(tmp_path, force, old):
    out = tmp_path / "out"
    if old:
        put(out, "old")
    names = [("a.csv", f"{k}.csv") for k in range(6)]
    found = at_once(6, lambda k: put(out, str(k), names=names[k], force=force))
    refused = [error for error in found if error is not None]
    assert [type(error) for error in refused] == [TakenError] * (0 if force else 6 if old else 5)
    there = content(out)
    if old and not force:
        assert there == {"a.csv": "old", "b.csv": "old"}
    else:
        k = there["a.csv"]
        assert there == {"a.csv": k, f"{k}.csv": k}
    assert leftovers(out) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_analyses_that_come_at_once_are_all_kept(tmp_path):
    def analyse(k):
        about, names = {"analyses": {f"{k}.csv": {"method": k}}}, (f"{k}.csv",)
        put(tmp_path / "out", str(k), kind="analysis", names=names, about=about, update=True)

    assert at_once(4, analyse) == [None] * 4
    assert content(tmp_path / "out") == {f"{k}.csv": str(k) for k in range(4)}
    manifest = held(tmp_path / "out").manifest
    assert sorted(manifest["analyses"]) == [f"{k}.csv" for k in range(4)]
    assert manifest["files"] == [*(f"{k}.csv" for k in range(4)), "manifest.json"]


def test_pictures_do_not_get_into_another_result(tmp_path):
    put(tmp_path / "out", pictures=["chart.png"])
    mine = folders._mine[tmp_path / "out"]
    put(tmp_path / "out", "two", pictures=["chart.png"], about={"seed": 2}, force=True)
    add(tmp_path / "out", {"chart.png": b"two"})
    folders._mine[tmp_path / "out"] = mine  # as the process that wrote the first has it
    with pytest.raises(TakenError, match=r"out, which holds a run \(seed 2, .*written meanwhile"):
        draw(tmp_path / "out", {"chart.png": Figure})
    assert (tmp_path / "out" / "chart.png").read_bytes() == b"two"


def test_a_result_that_comes_second_is_shown_and_kept_beside(tmp_path, capsys):
    """It may have taken hours."""
    out = tmp_path / "out"
    put(out)
    (tmp_path / "out-2").mkdir()
    with pytest.raises(TakenError, match=r"holds a run.*\nthis result is in .*out-3$"):
        save_and_show(lambda folder: put(folder, "two"), lambda: print("shown"), out)
    assert capsys.readouterr().out == "shown\n"
    assert content(out) == {"a.csv": "one", "b.csv": "one"}
    assert content(tmp_path / "out-3") == {"a.csv": "two", "b.csv": "two"}


@pytest.mark.parametrize("links", [True, False])
def test_of_many_files_of_one_name_one_is_written(tmp_path, monkeypatch, links):
    """The same of reports, workbooks and tables, which are files."""
    if not links:

        def none(source, target):
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(os, "link", none)

    def one(k):
        files = {tmp_path / "a.html": str(k).encode(), tmp_path / f"{k}.docx": b"x"}
        write_files(files, force=False)

    found = at_once(6, one)
    if links:
        assert [str(error).count("already there") for error in found if error] == [1] * 5
        k = (tmp_path / "a.html").read_text(encoding="utf-8")
        assert sorted(path.name for path in tmp_path.iterdir()) == [f"{k}.docx", "a.html"]
    assert leftovers(tmp_path) == []


def test_a_table_that_comes_second_is_kept_beside_too(tmp_path):
    (tmp_path / "runs.csv").write_text("one", encoding="utf-8")
    with pytest.raises(TakenError, match=r"already there.*\nthis result is in .*runs-2\.csv$"):
        save_and_show(
            lambda path: write_files({path: b"two"}, force=False), print, tmp_path / "runs.csv"
        )
    assert (tmp_path / "runs.csv").read_text(encoding="utf-8") == "one"
    assert (tmp_path / "runs-2.csv").read_text(encoding="utf-8") == "two"


def test_many_may_look_at_once_where_no_folder_is_yet(tmp_path):
    found = at_once(6, lambda k: [claim(tmp_path / "new" / "er" / "out", "run") for _ in range(60)])
    assert found == [None] * 6
    assert list(tmp_path.iterdir()) == []


class Judged:
    """Worlds that practitioners' answers left, as far as writing them goes."""

    def save(self, folder, command, *, force):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "matched.json").write_text('{"kind": "judged", "name": "mine"}', encoding="utf-8")

    def plot(self):
        return Figure()

    def to_dict(self):
        return {"name": "mine"}


@pytest.mark.parametrize("old", [None, '{"kind": "judged", "name": "old"}'])
@pytest.mark.parametrize("meanwhile", [False, True])
def test_worlds_that_came_meanwhile_are_not_replaced(tmp_path, monkeypatch, capsys, old, meanwhile):
    out, theirs = tmp_path / "out", '{"kind": "judged", "name": "theirs"}'
    if old:
        out.mkdir()
        (out / "matched.json").write_text(old, encoding="utf-8")

    def weigh(*_, **__):
        if meanwhile:
            out.mkdir(exist_ok=True)
            (out / "matched.json").write_text(theirs, encoding="utf-8")
        return Judged()

    monkeypatch.setattr("colsim.elicit.read_answers", lambda files: files)
    monkeypatch.setattr("colsim.elicit.weigh", weigh)
    monkeypatch.setattr("colsim.commands.elicit.compile_shown", lambda: None)
    command = ["elicit", "read", "desktop", "answers.csv", "--out", str(out), "--json"]
    command += ["--force"] if old else []
    monkeypatch.setattr(sys, "argv", ["colsim", *command])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert '"name": "mine"' in said.out
    if not meanwhile:
        assert (ended.value.code, said.err) == (0, "")
        assert held(out).manifest["name"] == "mine"
        return
    assert ended.value.code == 2
    assert "holds plausible worlds, written meanwhile by another process" in said.err
    assert said.err.endswith(f"error: this result is in {tmp_path / 'out-2'}\n")
    assert (out / "matched.json").read_text(encoding="utf-8") == theirs
    assert held(tmp_path / "out-2").manifest["name"] == "mine"


@pytest.mark.parametrize("kind", ["matched", "judged"])
@pytest.mark.parametrize(
    "command",
    [["worlds", "desktop"], ["elicit", "read", "desktop", "answers.csv", "--workers", "0"]],
)
def test_worlds_that_are_there_are_replaced_if_asked_alone(
    tmp_path, monkeypatch, capsys, kind, command
):
    """Before anything is lived, with all other faults, as any other result."""
    there = tmp_path / "out" / "matched.json"
    there.parent.mkdir()
    there.write_text(json.dumps({"kind": kind, "name": "old"}), encoding="utf-8")
    monkeypatch.setattr("colsim.elicit.read_answers", lambda files: files)
    for one in ("colsim.elicit.weigh", "colsim.worlds.match.match"):
        monkeypatch.setattr(one, lambda *_, **__: pytest.fail("it was begun"))
    command = [*command, "--out", str(there.parent), "--seed", "-1"]
    said = {}
    for forced in ([], ["--force"]):
        monkeypatch.setattr(sys, "argv", ["colsim", *command, *forced])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        said[bool(forced)] = capsys.readouterr().err
    refused = (
        f"error: --out: found {there.parent}, which holds plausible worlds already; allowed: "
        "another folder, or --force to replace it (force=True in Python)"
    )
    assert refused in said[False].splitlines()
    assert refused not in said[True]
    assert all("seed" in one for one in said.values())
    assert json.loads(there.read_text(encoding="utf-8"))["name"] == "old"


def test_what_an_unfinished_matching_left_is_gone_on_from(tmp_path):
    (tmp_path / "out" / "draws").mkdir(parents=True)
    (tmp_path / "out" / "lock.txt").touch()
    assert claim(tmp_path / "out", "worlds", ours=("draws", "lock.txt")) is None
    with pytest.raises(UserError, match="which holds other files"):
        claim(tmp_path / "out", "worlds")


def test_the_command_that_renews_worlds_replaces_those_that_are_there(tmp_path):
    typed = ["worlds", "desktop", "--out", "today"]
    assert renewing(typed, Path("today")) == "colsim worlds desktop --out today --force"
    assert renewing([*typed, "--force"], Path("today")) == renewing(typed, Path("today"))
    assert renewing(["worlds", "desktop"], None) == "colsim worlds desktop"


def test_matching_into_a_folder_that_another_one_filled_is_refused_before_it_begins(
    tmp_path, monkeypatch, capsys
):
    out = tmp_path / "out"

    def compiled():
        out.mkdir()
        (out / "matched.json").write_text('{"kind": "matched"}', encoding="utf-8")

    monkeypatch.setattr("colsim.commands.crew.compile_shown", compiled)
    monkeypatch.setattr(sys, "argv", ["colsim", "worlds", "desktop", "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "holds plausible worlds, written meanwhile by another" in capsys.readouterr().err
    assert (out / "matched.json").read_text(encoding="utf-8") == '{"kind": "matched"}'
