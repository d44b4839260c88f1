"""A user's own authority: from the staff list to a scenario that runs, and the commands."""

import datetime as dt
import json
import shlex
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pydantic import ValidationError

from colsim.core.layout import CSW, MHSW
from colsim.core.quantities import QUANTITIES, QUANTITY_INDEX
from colsim.experiments.sharing import digest_of
from colsim.scenario import Organisation, Scenario, ScenarioError, load_scenario
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.costs import cost_of
from colsim.scenario.size import estimated_bytes
from colsim.scenario.staff.laying import FAR
from colsim.scenario.staff.words import KNOWN_WORDS
from tests.later import Later
from tests.unit.test_cli_runs import colsim

openpyxl = Later("openpyxl")

STAFF = """id,role,team,site,locality,hours,start date
C1,CSW,N1,Mill,North,37.2,2024-04-02
C2,CSW,N1,Mill,North,30,
C10,CSW,N2,Lane,North,22.8,2026-03-30
C3,CSW,S1,Port,South,30,2016-03-31
M1,MHSW,MN,Mill,North,37.2,2025-04-01
M2,MHSW,MS,Quay,South,18.6,
M3,MHSW,MF,Hill,North,37.2,
"""
TIES = "from,to,familiarity,trust from,trust to\nM2,C3,0.9,0.7,\nC10,M1,well,,0.2\n"
SITES = "site,other site,km\nQuay,Port,2\nHill,Mill,3\nLane,Hill,6\nHill,Quay,0\n"
SCENARIO = """title = "Ours"
[organisation]
staff = "lists"
as_of = 2026-03-31
shared_families = 12
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a list and a scenario of it."""
    monkeypatch.chdir(tmp_path)
    lists = tmp_path / "lists"
    lists.mkdir()
    for name, text in (("staff", STAFF), ("ties", TIES), ("sites", SITES)):
        (lists / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "ours.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def faults_of(name: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    return [str(fault) for fault in caught.value.faults]


# ---- the scenario


def test_sizes_follow_from_the_list(folder: Path) -> None:
    loaded = load_scenario("ours.toml")
    size = loaded.scenario.organisation
    assert (size.authorities, size.localities, size.csw, size.mhsw) == (1, 2, 4, 3)
    assert (size.csw_teams, size.csw_team_size, size.mhsw_teams) == (3, 2, 3)
    assert size.shared_families == 12
    assert [p.id for p in size.practitioners] == ["C1", "C2", "C10", "M3", "M1", "C3", "M2"]
    assert [p.weeks_in_post for p in size.practitioners[:3]] == [104, None, 0]
    assert loaded.provenance["organisation.csw"] == "lists"
    assert loaded.provenance["organisation.shared_families"] == "ours.toml"
    assert loaded.chain == ("lists", "ours.toml")


def test_the_model_stands_alone_and_is_read_again(folder: Path) -> None:
    scenario = load_scenario("ours.toml").scenario
    for file in (folder / "lists").iterdir():
        file.unlink()
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert Scenario.model_validate(scenario.model_dump()) == scenario


def test_compiled_posts_teams_ties_and_distances(folder: Path) -> None:
    compiled = compile_scenario(load_scenario("ours.toml").scenario, spanner_posts=1)
    layout = compiled.layout
    assert compiled.ids == ("C1", "C2", "C10", "C3", "M3", "M1", "M2")
    assert len(layout.posts) == 8
    assert compiled.locality_names == ("North", "South")
    assert compiled.team_names == ("N1", "N2", "S1", "MF", "MN", "MS")
    assert layout.posts["hours"][:7].tolist() == [37.2, 30.0, 22.8, 30.0, 37.2, 37.2, 18.6]
    assert layout.posts["tenure"].tolist() == [104, -1, 0, 521, -1, 52, -1, -1]
    assert layout.posts["service"].tolist() == [CSW] * 4 + [MHSW] * 3 + [2]
    # By hours of CSWs: 90 in the North, 30 in the South.
    assert layout.localities["shared_families"].tolist() == pytest.approx([9.0, 3.0], abs=1e-12)
    known = [tuple(tie) for tie in layout.known.tolist()]
    assert known == [(3, 6, 0.9, -1.0, 0.7), (2, 5, 0.75, -1.0, 0.2)]
    usual = np.array([quantity.base for quantity in QUANTITIES.values()])
    saving, days, mixing = (
        QUANTITY_INDEX[name] for name in ("face_to_face_saving", "shared_days", "story_mixing")
    )
    assert np.array_equal(layout.base[:3], np.tile(usual, (3, 1)))
    assert [layout.base[4, k] for k in (days, saving, mixing)] == [5.0, 1.0, 1.0]
    # Hill to Lane 6 km, to Mill 3 km: on average 4.5. Quay to Port: 2 km.
    assert layout.base[3, saving] == pytest.approx(1 - 4.5 / 8, abs=1e-12)
    assert layout.base[5, saving] == pytest.approx(1 - 2 / 8, abs=1e-12)
    assert layout.base[3, days] == layout.base[5, mixing] == 0.0


def test_far_sites_and_unknown_distances_save_nothing(folder: Path) -> None:
    (folder / "lists" / "sites.csv").write_text("site,other site,km\nQuay,Port,8.5\n")
    layout = compile_scenario(load_scenario("ours.toml").scenario).layout
    assert layout.base[3, QUANTITY_INDEX["face_to_face_saving"]] == 0.0
    assert layout.base[5, QUANTITY_INDEX["face_to_face_saving"]] == 0.0


def test_runs_share_a_burn_in_only_with_the_same_distances_and_ties(folder: Path) -> None:
    one = compile_scenario(load_scenario("ours.toml").scenario).layout
    assert digest_of(one) == digest_of(compile_scenario(load_scenario("ours.toml").scenario).layout)
    (folder / "lists" / "sites.csv").write_text("site,other site,km\nQuay,Port,1\n")
    nearer = compile_scenario(load_scenario("ours.toml").scenario).layout
    assert one.posts.tobytes() == nearer.posts.tobytes()
    assert digest_of(one) != digest_of(nearer)
    (folder / "lists" / "sites.csv").write_text(SITES)
    (folder / "lists" / "ties.csv").write_text(TIES.replace("0.9", "0.8"))
    assert digest_of(one) != digest_of(compile_scenario(load_scenario("ours.toml").scenario).layout)


def test_costs_and_memory_know_the_sizes(folder: Path) -> None:
    (folder / "policy.toml").write_text(
        "extends = 'ours.toml'\n[levers.interface_champions]\n[levers.co_location]\n"
    )
    scenario = load_scenario("policy.toml").scenario
    by_size = {
        "localities": 2, "csw": 4, "csw_team_size": 2, "mhsw": 3, "mhsw_teams": 3,
    }  # fmt: skip
    sized = scenario.organisation.model_dump() | {"practitioners": [], "ties": [], "distances": []}
    other = scenario.model_copy(
        update={"organisation": Organisation.model_validate(sized | by_size)}
    )
    # Three CSC teams are listed; by size there would be two.
    assert (scenario.organisation.csw_teams, other.organisation.csw_teams) == (3, 2)
    assert cost_of(scenario).a_year > cost_of(other).a_year > 0
    assert estimated_bytes(scenario) == estimated_bytes(other)


def test_a_list_replaces_the_sizes_of_what_a_file_extends(folder: Path) -> None:
    (folder / "policy.toml").write_text("extends = 'co_location'\n" + SCENARIO.split("\n", 1)[1])
    scenario = load_scenario("policy.toml").scenario
    assert (scenario.organisation.csw, scenario.organisation.shared_families) == (4, 12)
    assert list(scenario.levers) == ["co_location"]
    text = "extends = 'robinscar'\n[organisation]\nstaff = 'lists'\nas_of = '2026-03-31'\n"
    (folder / "policy.toml").write_text(text)
    assert faults_of("policy.toml") == [
        "policy.toml: organisation.shared_families: found nothing; allowed: a whole number from 1 "
        "to 100000"
    ]


@pytest.mark.parametrize(
    "change, fault",
    [
        (
            ("staff = ", "csw = 9\nstaff = "),
            "ours.toml: organisation.csw: found 9 together with a list of practitioners; allowed: "
            "4, as listed, or no key",
        ),
        (
            ("staff = ", "authorities = 2\nstaff = "),
            "ours.toml: organisation.authorities: found 2 together with a list of practitioners; "
            "allowed: 1, as listed, or no key",
        ),
        (
            ('"lists"', '"list"'),
            "list: found no such file; allowed: a workbook (.xlsx), a .csv file, or a folder with "
            "staff.csv",
        ),
        (
            ('"lists"', "3"),
            "ours.toml: organisation.staff: found 3; allowed: path of a staff list (.xlsx, .csv or "
            "a folder) in quotes",
        ),
        (
            ("2026-03-31", '"soon"'),
            "ours.toml: organisation.as_of: found 'soon'; allowed: the day at which the staff list "
            "holds, such as 2026-03-31",
        ),
        (
            ("as_of", "asof"),
            "ours.toml: organisation.asof: found unknown key 'asof'; nearest known "
            "name: as_of; allowed: authorities, localities, csw, csw_team_size, mhsw,"
            " mhsw_teams, shared_families, csw_office_days, mhsw_office_days, "
            "desk_sharing, cmht_size, csw_cases_per_post, mhsw_cases_per_post, practitioners, "
            "ties, distances, staff, as_of",
        ),
        (
            ("as_of = 2026-03-31", "as_of = 2020-01-01"),
            "lists/staff.csv: row 2, column start date: found '2024-04-02'; allowed: a date from "
            "1950-01-01 to 2020-01-01, such as 2019-03-31 or 31.03.2019",
        ),
        (
            ("shared_families = 12", "[levers.co_location]\nlocalities = [2]"),
            "ours.toml: levers.co_location.localities: found locality 2; allowed: numbers from 0 "
            "to 1",
        ),
    ],
)
def test_faults_of_a_scenario_with_a_list(
    folder: Path, change: tuple[str, str], fault: str
) -> None:
    assert change[0] in SCENARIO
    (folder / "ours.toml").write_text(SCENARIO.replace(*change))
    assert fault in [text.replace("\\", "/") for text in faults_of("ours.toml")]


def inside(**changes: object) -> str:
    people = [
        {"id": "C1", "role": "CSW", "team": "N1", "site": "Mill", "locality": "North"},
        {"id": "M1", "role": "MHSW", "team": "MN", "site": "Mill", "locality": "North"},
    ]
    people[0] |= changes
    lines = ["title = 'Inside'", "[organisation]", "shared_families = 2"]
    for person in people:
        lines.append("[[organisation.practitioners]]")
        lines += [f"{key} = {value!r}" for key, value in person.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text, fault",
    [
        (inside(role="ASW"), "practitioners[0].role: found 'ASW'; allowed: CSW or MHSW"),
        (inside(hours=90.0), "practitioners[0].hours: found 90.0; allowed: a number from 1 to 60"),
        (inside(id="M1"), "practitioners[1].id: found 'M1', which practitioners[0] has; allowed"),
        (inside(id="=1"), "practitioners[0].id: found '=1', which a spreadsheet would take for a"),
        (inside(team="MN"), "practitioners[1].role: found 'MHSW' for team 'MN', which practition"),
        (
            inside(role="MHSW"),
            "practitioners[0].locality: found locality 'North' without a CSC team; allowed: at "
            "least one CSC team and one AMH team in each locality",
        ),
        (inside(age=3), "practitioners[0].age: found unknown key 'age'; allowed: id, role, team,"),
        (
            inside() + "[[organisation.ties]]\ncsw='M1'\nmhsw='C1'\nfamiliarity=0.5\n",
            "ties[0].csw: found 'M1', who is an MHSW; allowed: the CSW here, and the MHSW as mhsw",
        ),
        (
            inside() + "[[organisation.ties]]\ncsw='C1'\nmhsw='M2'\nfamiliarity=0.5\n",
            "ties[0].mhsw: found 'M2', who is not in the staff list; allowed: an id",
        ),
        (
            inside() + "[[organisation.distances]]\none='Mill'\nother='Mil'\nkm=1.0\n",
            "distances[0].other: found site 'Mil', where nobody of the staff list "
            "works; nearest known name: Mill; allowed: a site of the staff list",
        ),
        (
            "extends = 'desktop'\n[[organisation.ties]]\ncsw='C'\nmhsw='M'\nfamiliarity=1.0\n",
            "organisation.ties: found ties without practitioners; allowed: ties of practitioners",
        ),
    ],
)
def test_people_written_into_a_scenario_are_judged_alike(
    tmp_path: Path, text: str, fault: str
) -> None:
    path = tmp_path / "inside.toml"
    path.write_text(text)
    (found,) = faults_of(str(path))
    assert fault in found
    assert found.startswith(f"{path}: organisation.")
    with pytest.raises(ValidationError):
        Scenario.model_validate({"title": "x"} | tomllib.loads(text))


def test_the_example_has_sixty_people_in_two_localities() -> None:
    loaded = load_scenario("example_authority")
    size = loaded.scenario.organisation
    assert (size.csw, size.mhsw, size.localities) == (46, 14, 2)
    assert (len(size.ties), len(size.distances)) == (32, 7)
    assert loaded.notes == ()
    assert loaded.chain[0] == "staff list of preset example_authority"
    base = compile_scenario(loaded.scenario).layout.base
    assert (base[:, QUANTITY_INDEX["shared_days"]] == 5.0).sum() == 2


# ---- commands


def test_a_scenario_with_a_list_runs_and_is_saved(folder: Path) -> None:
    from colsim.experiments.single import run

    (folder / "ours.toml").write_text(SCENARIO.replace("as_of = 2026-03-31\n", ""))
    code, out, err = colsim("run", "ours.toml", "--weeks", "8", "--out", "out")
    assert code == 0, err
    assert "Ours: one run, 8 weeks" in out
    assert "lists: some of it was guessed or left out: colsim authority check lists\n" in err
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    organisation = manifest["scenario"]["organisation"]
    assert [p["id"] for p in organisation["practitioners"]][:2] == ["C1", "C2"]
    assert Organisation.model_validate(organisation).csw == 4
    graph = nx.read_graphml(folder / "out" / "graph.graphml")
    assert sum(str(name).startswith("csw-") for name in graph) <= 4
    (folder / "ours.toml").write_text(SCENARIO)
    world = run("ours.toml", weeks=1).world
    compiled = compile_scenario(load_scenario("ours.toml").scenario)
    post = compiled.ids.index("C1")
    assert world.posts["tenure"][post] == 104


def test_new_writes_a_template_once(folder: Path) -> None:
    code, out, err = colsim("authority", "new")
    assert (code, err) == (0, "")
    assert "Use codes, not names" in out
    assert openpyxl.load_workbook("authority.xlsx").sheetnames[0] == "Read me"
    code, out, err = colsim("authority", "new")
    assert (code, out) == (2, "")
    assert err == (
        "error: authority.xlsx: found a file that is already there; allowed: a new name, or "
        "--force to replace it\n"
    )
    code, out, _ = colsim("authority", "new", "--force", "--json")
    assert (code, json.loads(out)) == (0, {"file": "authority.xlsx"})
    code, _, err = colsim("authority", "new", "list.xls")
    assert code == 2
    assert "list.xls: found the ending '.xls'; allowed: a name with .xlsx" in err
    code, _, err = colsim("authority", "new", "nowhere/list.xlsx")
    assert code == 2
    assert "found a place that cannot be written (No such file or directory)" in err
    assert sorted(path.name for path in folder.iterdir()) == [
        "authority.xlsx", "lists", "ours.toml",
    ]  # fmt: skip


def test_check_shows_what_was_understood(folder: Path) -> None:
    code, out, err = colsim("authority", "check", "lists")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    for part in (
        "4 CSW with 120 hours a week, 3 MHSW with 93; 4 start dates, 2 ties, 4 distances between "
        "5 sites",
        "0 North N1 CSW Mill 2 67.2",
        "1 South S1 CSW Port 1 30",
        "hours: 'hours'",
        "What was guessed or is worth knowing",
        "No faults.",
    ):
        assert part in words, out
    code, out, _ = colsim("authority", "check", "lists", "--json")
    document = json.loads(out)
    assert code == 0
    assert (document["valid"], document["faults"]) == (True, [])
    assert document["understood"]["people"] == {"CSW": 4, "MHSW": 3}
    assert document["understood"]["localities"][1] == {
        "number": 1,
        "name": "South",
        "teams": [
            {"name": "S1", "role": "CSW", "site": "Port", "people": 1, "hours": 30.0},
            {"name": "MS", "role": "MHSW", "site": "Quay", "people": 1, "hours": 18.6},
        ],
    }
    assert any("counted to today" in note for note in document["notes"])


def test_check_names_every_fault(folder: Path) -> None:
    (folder / "lists" / "staff.csv").write_text(STAFF.replace("M2,MHSW", "M2,Clerk"))
    (folder / "lists" / "sites.csv").write_text(SITES.replace("Lane,Hill,6", "Lane,Hill,-6"))
    code, out, err = colsim("authority", "check", "lists")
    assert code == 2
    assert "North" in out
    assert "No faults" not in out
    assert err.replace("\\", "/").splitlines() == [
        "error: lists/staff.csv: row 7, column role: found 'Clerk'; allowed: CSW (children's "
        "social worker), MHSW (mental health social worker), BS (boundary spanner, for "
        "information only); or --role 'Clerk=leave out' (or a role), or a sheet Roles with title "
        "and role",
        "error: lists/sites.csv: row 4, column km: found '-6'; allowed: kilometres, a number from "
        "0 to 500",
    ]
    code, out, err = colsim("authority", "check", "lists", "--json")
    assert (code, err) == (2, "")
    faults = json.loads(out)["faults"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [(7, "role"), (4, "km")]
    code, out, err = colsim("run", "ours.toml")
    assert (code, out, len(err.splitlines())) == (2, "", 2)
    code, out, err = colsim("authority", "check", "missing.xlsx")
    assert (code, out) == (2, "")


@pytest.mark.slow
def test_many_faults_are_few_lines_on_the_screen_alone(folder: Path) -> None:
    rows = "".join(f"C{k},Clerk,N1,Mill,North,37.2,\n" for k in range(20, 270))
    (folder / "many.csv").write_text(STAFF + rows)
    code, _, err = colsim("authority", "check", "many.csv")
    assert code == 2
    assert err.startswith(
        "error: many.csv: column role, 250 rows (9, 10, 11, 12 and 246 more): found 'Clerk'; "
    )
    assert len(err.splitlines()) == 1
    assert len(json.loads(colsim("authority", "check", "many.csv", "--json")[1])["faults"]) == 250


@pytest.mark.slow
def test_scenario_is_written_and_loads(folder: Path) -> None:
    code, out, err = colsim("authority", "new", "own.xlsx", "--example")
    assert code == 0, err
    code, out, err = colsim("authority", "scenario", "own.xlsx", "--policy", "co_location")
    assert code == 0, err
    assert "Then: colsim compare own.toml co_location\n" in out
    assert "shared_families is an estimate" in out
    today = load_scenario("own.toml").scenario
    policy = load_scenario("own.toml", "co_location").scenario
    assert today.organisation == policy.organisation
    # 1342.2 hours are 36.1 whole posts, with 130 families for 150 of them.
    assert today.organisation.shared_families == 31
    assert list(policy.levers) == ["co_location"]
    example = load_scenario("example_authority").scenario.organisation
    assert [p.id for p in today.organisation.practitioners] == [p.id for p in example.practitioners]
    assert today.organisation.ties == example.ties
    assert tomllib.loads((folder / "own.toml").read_text())["organisation"]["as_of"] == (
        dt.date.today().isoformat()
    )
    code, _, err = colsim("authority", "scenario", "own.xlsx")
    assert code == 2
    assert "own.toml: found a file that is already there" in err
    code, _, err = colsim("authority", "scenario", "own.xlsx", "--policy", "colocation", "--force")
    assert code == 2
    assert "--policy: found 'colocation'; nearest known name: co_location; allowed: a" in err
    code, _, err = colsim("authority", "scenario", "own.xlsx", "--out", "own.txt")
    assert code == 2
    assert "--out: found 'own.txt'; allowed: a name that ends in .toml" in err


def test_scenario_with_the_people_inside_needs_no_list(folder: Path) -> None:
    (folder / "made").mkdir()
    arguments = ("authority", "scenario", "lists", "--families", "12")
    code, out, err = colsim(*arguments, "--out", "made/a.toml", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["files"] == [str(Path("made/a.toml"))]
    assert colsim(*arguments, "--out", "made/b.toml", "--inside")[0] == 0
    listed = load_scenario("made/a.toml").scenario
    for file in (folder / "lists").iterdir():
        file.unlink()
    assert load_scenario("made/b.toml").scenario == listed
    assert faults_of("made/a.toml")
    code, out, _ = colsim("show", "made/b.toml")
    assert code == 0
    assert "2 localities: 0 North, 1 South" in out
    assert "People as listed; 2 ties, 4 distances" in out


def test_the_guide_works_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.test_docs import ROOT, blocks

    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "authority.md"
    shown, export = blocks(page, "")
    lines = [line.split()[1:] for line in shown.splitlines()]
    assert [line[1] for line in lines] == ["new", "check", "scenario", "authority.toml"]
    for line in lines:
        quick = ["--replications", "2", "--weeks", "8"] if line[0] == "compare" else []
        code, out, err = colsim(*line, *quick)
        assert code == 0, err
        assert out
    rows = [line.split(",") for line in STAFF.splitlines()]
    head, first, *others = rows
    titles = [[first[0] + t, t, *first[2:]] for t in ("Team Manager", "Duty Officer")]
    book = openpyxl.Workbook()
    for row in (head, first, *others, *titles):
        book.active.append(row)
    book.save("export.xlsx")
    for line, expected in zip(export.splitlines(), (0, 2, 0), strict=True):
        code, out, _ = colsim(*shlex.split(line)[1:])
        assert code == expected
        assert out
    assert {path.name for path in Path().glob("export*")} == {
        "export.xlsx", "export_marked.xlsx", "export.toml", "export_key.csv",
    }  # fmt: skip
    (example,) = blocks(page, "toml")
    Path("shown.toml").write_text(example)
    assert load_scenario("shown.toml").scenario.organisation.shared_families == 130
    text = page.read_text(encoding="utf-8")
    for word in ("not at all", "by name", "a little", "somewhat", "well", "very well"):
        assert f"{word} {KNOWN_WORDS[word]:g}" in text.replace("Not at all", "not at all")
    assert f"1 − *d* / {FAR:g}" in text
