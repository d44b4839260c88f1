"""`colsim authorities`, `policies` and `colsim show`: output, JSON, exit codes, speed of help."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import colsim
from colsim import cli
from colsim.core.schedule import PHASE_NAMES
from colsim.scenario import LEVERS, list_presets
from tests.unit.test_cli_runs import on_a_console

HEAVY = ("numba", "pandas", "mesa", "matplotlib", "pydantic", "networkx", "scipy", "numpy")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, output redirected."""
    return subprocess.run(
        [sys.executable, "-m", "colsim.cli", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    """Run the command line in this process; return exit code, output, errors."""
    monkeypatch.setattr(sys, "argv", ["colsim", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert isinstance(caught.value.code, int)
    captured = capsys.readouterr()
    return caught.value.code, captured.out, captured.err


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    "command, kinds",
    [("authorities", ["authorities"]), ("policies", ["policies", "circumstances"])],
)
def test_lists_name_every_preset_of_a_kind_with_its_title(
    command: str, kinds: list[str], monkeypatch, capsys
) -> None:
    code, out, err = call(monkeypatch, capsys, command)
    assert (code, err) == (0, "")
    for preset in list_presets():
        assert (re.search(rf"^{preset.name} ", out, re.M) is not None) == (preset.kind in kinds)
        assert preset.title in out or preset.kind not in kinds


def test_authorities_as_json_are_one_document(monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "authorities", "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)["authorities"]
    assert [row["name"] for row in rows] == [one.name for one in list_presets("authorities")]
    assert rows[0] == {
        "name": "desktop",
        "title": list_presets()[0].title,
        "description": list_presets()[0].description,
    }


def test_policies_cost_what_they_add_in_the_authority_that_is_asked_for(
    monkeypatch, capsys
) -> None:
    def costs(*options: str) -> dict[str, tuple[float | None, float | None]]:
        code, out, err = call(monkeypatch, capsys, "policies", "--json", *options)
        assert (code, err) == (0, "")
        document = json.loads(out)
        assert [one["name"] for one in document["circumstances"]] == [
            "austerity", "improvement_journey",
        ]  # fmt: skip
        return {one["name"]: (one["cost_a_year"], one["cost_once"]) for one in document["policies"]}

    robinscar, small = costs(), costs("--authority", "desktop")
    assert set(robinscar) == {one.name for one in list_presets("policies")}
    # Desks and time on the way for those who move, three days; once a manager of each team.
    assert robinscar["co_location"] == ((600 + 420) * 3 * 22, 592 * 27)
    assert small["co_location"] == ((600 + 420) * 3 * 16, 592 * 10)
    protocol = (5_000 + 960 * 27, 15_000 + 80 * (150 + 22))
    assert robinscar["joint_protocol"] == protocol
    taken = costs("--authority", "robinscar+integrated_service")
    assert taken["co_location"] == (None, None)  # they exclude each other
    assert taken["joint_protocol"] == protocol
    code, out, _ = call(monkeypatch, capsys, "policies", "--authority", "robinscar_as_interviewed")
    assert code == 0
    assert re.search(r"^boundary_spanners .* £130,000", out, re.M)  # two posts are there already


def test_show_tells_levers_costs_and_evidence(monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "robinscar+funding_ends")
    assert (code, err) == (0, "")
    for text in (
        "The bridging team is withdrawn after two years",
        "From: preset robinscar, then preset boundary_spanners, then preset funding_ends",
        "150 children's social workers in teams of 8",
        "Strength: 4 posts; from week 0, full effect after 13 weeks, withdrawn in week 104",
        "80% of attempts to fill a post succeed",
        "Acts on spanner_visits (visits)",
        "Costs £62,500 per post and year: social worker's post (prices of 2013/14; judgement)",
        "Evidence: judgement.",
        "All parameters have their default values.",
    ):
        assert text in out


def test_show_tells_the_patterns_that_speak_of_a_policy(monkeypatch, capsys) -> None:
    from colsim.scenario.known import concerning

    found = concerning(["co_location"])
    assert [one.number for one in found] == [8, 10, 11, 12]
    out = call(monkeypatch, capsys, "show", "co_location")[1]
    assert "Patterns that speak of them (docs/patterns.md)" in out
    assert f"8 co location alone: {found[0].ranges}" in out
    assert "Patterns that" not in call(monkeypatch, capsys, "show", "shadowing")[1]


def test_show_tells_what_is_switched_off_and_which_parameters_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from colsim.core.parameters import PARAMETERS

    name, parameter = next((n, p) for n, p in PARAMETERS.items() if p.uncertain)
    path = tmp_path / "mine.toml"
    path.write_text(
        f"extends = ['robinscar', 'co_location']\n[parameters]\n{name} = {parameter.high!r}\n"
        "[levers.co_location]\nwithout = ['stories']\nlocalities = [1, 3]\ncoverage = 0.5\n",
        encoding="utf-8",
    )
    code, out, _ = call(monkeypatch, capsys, "show", str(path))
    assert code == 0
    assert f"{name} = {parameter.high:g} {parameter.unit} (default {parameter.default:g};" in out
    assert "Switched off: stories" in out
    assert "story_mixing" not in out
    assert "Reach: reaches 50%; localities 1, 3 only" in out


def test_show_json_holds_setting_provenance_and_evidence(monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "robinscar+co_location", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["files"] == ["preset robinscar", "preset co_location"]
    assert document["set_by"]["levers.co_location.strength"] == "preset co_location"
    lever = document["levers"]["co_location"]
    assert lever["setting"]["strength"] == 3.0
    assert lever["unit"] == "days a week"
    assert [channel["name"] for channel in lever["channels"]] == [
        "encounters",
        "face_to_face",
        "stories",
    ]
    assert lever["costs"][0]["mark"] == "J"


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_faulty_scenario_ends_with_2_and_all_faults_on_standard_error(
    flags: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("extends = 'desktop'\ntitel = 'x'\n[run]\nweeks = 0\n", encoding="utf-8")
    code, out, err = call(monkeypatch, capsys, "show", str(path), *flags)
    assert code == 2
    if flags:
        faults = json.loads(out)["error"]["faults"]
        assert [fault["key"] for fault in faults] == ["run.weeks", "titel"]
        assert [fault["nearest"] for fault in faults] == [None, "title"]
    else:
        assert out == ""
    assert err.splitlines() == [
        f"error: {path}: run.weeks: found 0; allowed: a whole number from 1 to 5200",
        f"error: {path}: titel: found unknown key 'titel'; nearest known name: title; allowed: "
        "extends, title, description, run, organisation, parameters, levers, levels, prices, "
        "price_year",
    ]


@pytest.mark.slow
def test_unknown_preset_ends_with_2_and_no_traceback() -> None:
    done = run("show", "robinscr")
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"nearest known name: robinscar" in done.stderr
    assert b"Traceback" not in done.stderr


def test_wrong_usage_ends_with_2(monkeypatch, capsys) -> None:
    assert call(monkeypatch, capsys, "shw")[0] == 2
    assert call(monkeypatch, capsys, "show")[0] == 2


def test_show_week_tells_the_phases_in_order(monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "--week")
    assert code == 0, err
    told = re.findall(r"^(\w+) .* (7\.\d+) *$", out, re.M)
    assert [name for name, _ in told] == list(PHASE_NAMES)
    assert dict(told)["contact"] == "7.7"
    assert "Decide this week's contacts" in " ".join(out.split())
    _, out, _ = call(monkeypatch, capsys, "show", "--week", "--json")
    steps = json.loads(out)
    assert [step["name"] for step in steps] == list(PHASE_NAMES)
    for step in steps:
        for folder in ("core/mechanisms", "plain"):
            assert (Path(colsim.__file__).parent / folder / f"{step['name']}.py").exists()


@pytest.mark.parametrize(
    "given, said",
    [
        (["--week", "desktop"], "--week: found 'desktop' too; allowed: --week alone"),
        (
            ["--week", "desktop", "--price-year", "2020"],
            "found 'desktop' and --price-year 2020 too",
        ),
        ([], "NAME: found nothing; allowed: a preset, a path to a TOML file, or --week"),
    ],
)
def test_show_takes_a_name_or_the_week(given, said, monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "show", *given)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_interruption_ends_with_130(monkeypatch, capsys) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("colsim.scenario.shipped.list_presets", interrupt)
    said = "interrupted; nothing was written"
    assert call(monkeypatch, capsys, "authorities") == (130, "", f"error: {said}\n")
    code, out, _ = call(monkeypatch, capsys, "authorities", "--json")
    assert (code, json.loads(out)["error"]["message"]) == (130, said)


def test_version(monkeypatch, capsys) -> None:
    code, out, _ = call(monkeypatch, capsys, "--version")
    assert (code, out) == (0, f"colsim {colsim.__version__}\n")


@pytest.mark.slow
def test_help_has_examples_and_starts_without_heavy_imports() -> None:
    code = (
        "import sys; sys.argv = ['colsim', '--help']\n"
        "import colsim.cli\n"
        "try:\n    colsim.cli.main()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"colsim show co_location" in done.stdout
    assert done.stderr.split() == [b"[]"]


@pytest.mark.slow
def test_scenarios_does_not_wait_for_compiled_code() -> None:
    code = (
        "import sys; from colsim.scenario import load_scenario\n"
        "load_scenario('robinscar+funding_ends')\n"
        "assert 'numba' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_waits_for_nothing_heavy() -> None:
    code = (
        "import sys; from colsim import cli\n"
        "sys.argv = ['colsim', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = 'numba pandas mesa matplotlib scipy networkx pydantic duckdb solara openpyxl'\n"
        "found = [name for name in heavy.split() if name in sys.modules]\n"
        "assert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_run_waits_for_no_library_of_files_networks_and_charts() -> None:
    """They are a quarter of its memory: what is not written needs none of them."""
    code = (
        "import sys; from colsim import cli\n"
        "sys.argv = ['colsim', 'run', 'desktop', '--weeks', '1']\n"
        "try:\n    cli.main()\nexcept SystemExit as done:\n    assert not done.code\n"
        "heavy = 'pandas mesa matplotlib scipy.linalg networkx pyarrow duckdb solara openpyxl'\n"
        "found = [name for name in heavy.split() if name in sys.modules]\n"
        "assert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_a_console_with_few_characters_never_fails(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("extends = 'co_location'\ntitle = 'Łódź → 日本 ✓'\n", encoding="utf-8")
    for arguments in (("show", str(path)), ("authorities",), ("policies",), ("--help",)):
        code, _, said = on_a_console(*arguments, encoding=encoding)
        assert code == 0, said.decode()
    document = json.loads(on_a_console("show", str(path), "--json", encoding=encoding)[1])
    assert document["title"] == "Łódź → 日本 ✓"


def test_texts_of_a_file_are_neither_markup_nor_terminal_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        "extends = 'desktop'\ntitle = '[red]x[/blue]'\ndescription = \"a\\u001b[31mb\"\n",
        encoding="utf-8",
    )
    code, out, _ = call(monkeypatch, capsys, "show", str(path))
    assert code == 0
    assert "[red]x[/blue]" in out
    assert "\x1b" not in out


def test_the_package_offers_its_names_lazily() -> None:
    assert colsim.load_scenario("desktop").name == "desktop"
    assert "load_scenario" in dir(colsim)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        colsim.nonsense  # noqa: B018


def test_a_policy_is_shown_by_itself_with_what_speaks_against_it(monkeypatch, capsys) -> None:
    code, out, err = call(monkeypatch, capsys, "show", "co_location")
    assert (code, err) == (0, "")
    assert "From: preset co_location" in out
    assert f"Note: {LEVERS['co_location'].caveat.text}" in " ".join(out.split())
    assert "Organisation" not in out
    assert "Run:" not in out
    document = json.loads(call(monkeypatch, capsys, "show", "austerity", "--json")[1])
    assert (document["kind"], set(document["levers"])) == ("circumstance", {"posts_frozen"})
    assert "organisation" not in document
    document = json.loads(call(monkeypatch, capsys, "show", "desktop", "--json")[1])
    assert (document["kind"], document["levers"]) == ("authority", {})
