"""Wrong use of the commands: every fault at once, with what was found and what is allowed."""

import json
from pathlib import Path

import pytest

from colsim.commands.output import shown_command
from tests.unit.test_cli_runs import colsim


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("hi")
    (tmp_path / "one.toml").write_text(
        'title = "x"\nbase = "desktop"\nreplications = 2\nweeks = 4\n'
        '[design]\nkind = "scenarios"\nscenarios = ["co_location"]\n'
    )
    return tmp_path


def refused(place: Path, *arguments: object) -> str:
    before = sorted(place.rglob("*"))
    code, out, err = colsim(*arguments)
    assert code == 2, err
    assert "Traceback" not in err
    assert not out
    assert sorted(place.rglob("*")) == before
    return " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize(
    "arguments, found",
    [
        (["run", "desktop", "--weeks", "1e3"], "'1e3'; allowed: a whole number, such as 12"),
        (["run", "desktop", "--seed", "٣x"], "'٣x'; allowed: a whole number, such as 12"),
        (["compare", "desktop", "co_location", "--delivered", "half"], "'half'; allowed: a number"),
        (["choose", "desktop", "--budget", "£300,000"], "'£300,000'; allowed: a number, such as"),
        (["choose", "desktop", "--budget", "1", "--pick", "1.5"], "'1.5'; allowed: a whole number"),
        (["results", "folder", "--budget", "300k"], "'300k'; allowed: a number, such as 0.5"),
        (["authority", "scenario", "file", "--families", "0"], "'0'; allowed: at least 1"),
    ],
)
def test_what_is_no_number_is_named(place: Path, arguments: list[str], found: str) -> None:
    assert f"found {found}" in refused(place, *arguments)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (
            ["sweep", "one.toml", "--workers", "0", "--out", "file", "--worlds", "nowhere"],
            ["--workers: found 0", "--out: found file, which is a file", "found nowhere"],
        ),
        (["sweep", "nope.toml", "--workers", "-3"], ["--workers: found -3", "no file 'nope.toml'"]),
        (
            ["sensitivity", "one.toml", "--workers", "0", "--method", "sobal", "--measure", "zz",
             "--gain", "nan"],
            ["--workers: found 0", "method: found 'sobal'; nearest known name: sobol",
             "measure: found 'zz'", "--gain: found nan"],
        ),
        (
            ["sensitivity", "folder", "--gain", "inf", "--out", "x"],
            ["--gain: found inf", "--out: found with the folder of a sweep", "found no such file"],
        ),
        (
            ["calibrate", "nope.toml", "--workers", "0", "--out", "file"],
            ["--workers: found 0", "no file 'nope.toml'", "--out: found file, which is a file"],
        ),
        (
            ["elicit", "read", "desktop", "folder", "--draws", "0", "--worlds", "nowhere"],
            ["folder: found a folder; allowed: a workbook", "--draws: found 0", "found nowhere"],
        ),
        (
            ["themes", "import", "folder", "--cases", "nope", "--not-coded", "maybe",
             "--themes", "folder", "--out", "x.xlsx"],
            ["--out: found x.xlsx; allowed: a file whose name ends in .csv",
             "folder: found a folder; allowed: a workbook", "nope: found no such file",
             "folder: found a folder; allowed: a .csv or .xlsx export",
             "--not-coded: found 'maybe'"],
        ),
        (
            ["compare", "desktop", "co_location", "--precision", "0.1", "--replications", "200"],
            ["--replications: found 200 with --precision", "allowed: one of the two"],
        ),
        (
            ["compare", "desktop", "co_location", "--fixed-parameters", "--worlds", "ranges",
             "--weeks", "0"],
            ["--worlds: found ranges with --fixed-parameters; allowed: one of the two",
             "run.weeks: found 0"],
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_told_at_once(
    place: Path, arguments: list[str], said: list[str]
) -> None:
    told = refused(place, *arguments)
    assert [one for one in said if one not in told] == []


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["comapre", "desktop"],
         ["command line: found 'comapre', which is no command of 'colsim'; nearest known name: "
          "compare; allowed: authorities, policies,"]),
        (["elicit", "reed"], ["no command of 'colsim elicit'; nearest known name: read"]),
        (["--seed", "3", "run"], ["found --seed, which 'colsim' does not know"]),
        (["compare"],
         ["AUTHORITY: found nothing; allowed: preset, or TOML file", "POLICY...: found nothing",
          "as in colsim compare AUTHORITY POLICY..."]),
        (["query", "folder"], ["SQL: found nothing; allowed: a query", "colsim query DIR SQL"]),
        (["choose", "desktop", "--budget"], ["--budget: found nothing; allowed: a number"]),
        (["choose", "desktop"], ["--budget: found nothing; allowed: a number"]),
        (["results", "folder", "b", "c"], ["'b', 'c'; allowed: no more than colsim results DIR"]),
        (["run", "desktop", "--sede", "3", "--weeks", "x", "--out", ""],
         ["found --sede, which 'colsim run' does not know; nearest known name: --seed",
          "--weeks: found 'x'; allowed: a whole number", "--out: found ''"]),
        (["compare", "desktop", "co_locaton", "--wekes=4", "--foo", "--seed", "x", "--weeks"],
         ["found --wekes,", "nearest known name: --weeks", "found --foo,",
          "--weeks: found nothing; allowed: a whole number, such as 12", "--seed: found 'x'",
          "no preset 'co_locaton'; nearest known name: co_location"]),
        (["sweep", "nope.toml", "--workers", "two", "--zz", "--json=3"],
         ["found --zz", "--json: found '3'; allowed: no value", "--workers: found 'two'",
          "no file 'nope.toml'"]),
        (["run", "desktop", "\N{EM DASH}seed", "3"],
         ["found \N{EM DASH}seed, with a dash of a text program", "nearest known name: --seed"]),
        (["run", "desktop", "-x3"], ["found -x3, which 'colsim run' does not know"]),
        (["results", "-mine"], ["allowed: ./-mine for the name of a file", "DIR: found nothing"]),
        (["sensitivity", "one.toml", "--method"], ["--method: found nothing; allowed: morris or"]),
    ],
)  # fmt: skip
def test_what_a_line_lacks_and_what_it_has_too_much_is_told_at_once(
    place: Path, arguments: list[str], said: list[str]
) -> None:
    (place / "-mine").touch()
    told = refused(place, *arguments)
    assert [one for one in said if one not in told] == []
    lines = [part for part in told.split("error: ") if part]
    assert len(set(lines)) == len(lines)


def test_a_wrong_line_as_a_document_has_its_faults(place: Path) -> None:
    code, out, err = colsim("compare", "desktop", "co_locaton", "--sede", "3", "--json")
    assert code == 2
    faults = json.loads(out)["error"]["faults"]
    assert [fault["nearest"] for fault in faults] == ["--seed", "co_location"]
    assert faults[0]["file"] == "command line"
    assert err.count("error: ") == 2


def test_help_is_help_even_where_the_rest_is_wrong(place: Path) -> None:
    for arguments in (
        ["run", "--help"],
        ["run", "--foo", "--help"],
        ["run", "--weeks=x", "--help"],
    ):
        code, out, _ = colsim(*arguments)
        assert code == 0
        assert "AUTHORITY" in out


def test_a_number_that_nobody_gave_is_no_fault(place: Path) -> None:
    told = refused(place, "choose", "desktop", "--budget", "10", "--policies", "co_location")
    assert "--budget: found 10; allowed: at least" in told
    assert "--pick" not in told
    told = refused(
        place, "choose", "desktop", "--budget", "10", "--policies", "co_location", "--pick", "2"
    )
    assert "--pick: found 2; allowed: 1 to 1" in told


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_folder_in_the_place_of_a_file_is_said_to_be_one(place: Path, command: str) -> None:
    told = refused(place, "themes", command, "folder")
    assert "folder: found a folder; allowed: " in told
    assert "nearest known name" not in told


def test_a_command_that_is_shown_can_be_typed() -> None:
    """A folder whose name begins with a dash would be taken for an option."""
    assert shown_command(["results", Path("out/a b"), "--json"]).endswith("--json")
    assert shown_command(["results", Path("-mine")]).split()[-1] in ("./-mine", ".\\-mine")
    assert shown_command(["sweep", Path("-mine/manifest.json")]).split()[-1][0] == "."
