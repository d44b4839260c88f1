"""Staff lists that are opened on a page, and what an upload may not do."""

import datetime as dt

import pytest
from typer.testing import CliRunner

from colsim.cli import app
from colsim.dashboard import apart, authority, drafts, links
from colsim.dashboard.apart import read_apart
from colsim.dashboard.authority import read_authority
from colsim.dashboard.limits import MOST_LIST_BYTES
from colsim.dashboard.live import LiveRun
from colsim.dashboard.story_view import plain_story
from colsim.dashboard.twice import families, story_without, twice
from colsim.errors import UserError
from colsim.scenario import ScenarioError, list_presets, load_policy, load_scenario
from colsim.scenario.staff import read_staff
from tests.lists import HEAD, LISTS, SMALL, packed


@pytest.fixture(scope="module")
def ours():
    return read_authority([("ours.csv", SMALL)])


@pytest.mark.slow
def test_it_is_the_authority_that_the_command_line_makes(tmp_path):
    for name, content in LISTS:
        (tmp_path / name).write_bytes(content)
    target = tmp_path / "ours.toml"
    arguments = ["authority", "scenario", str(tmp_path), "--out", str(target), "--inside"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    own = read_authority(LISTS)
    for policies, preset in (((), "robinscar"), ("co_location", "co_location")):
        made, mine = load_scenario(target, policies).scenario, own.under(preset).scenario
        assert mine.organisation == made.organisation
        assert (mine.levers, mine.run, mine.parameters) == (made.levers, made.run, made.parameters)
    assert own.families == 31


def test_every_preset_is_lived_in_it(ours):
    for preset in list_presets():
        loaded = ours.under(preset.name)
        assert (loaded.scenario.organisation.csw, loaded.scenario.organisation.mhsw) == (6, 2)
        if preset.kind != "authorities":
            assert dict(loaded.scenario.levers) == dict(load_policy(preset.name).levers)
            title = "ours: today" if preset.kind == "circumstances" else preset.title
            assert loaded.scenario.title == f"ours: {title}"[:100]
        else:
            assert (loaded.scenario.title, loaded.scenario.levers) == ("ours: today", {})
    assert {one["name"] for one in ours.choices()} == {"robinscar"} | {
        preset.name for preset in list_presets() if preset.kind != "authorities"
    }
    run = LiveRun(ours.under("co_location"), 1).advanced_to(3)
    assert len(run.model.world.posts) == 8


def test_it_says_who_is_in_it_and_what_was_guessed(ours):
    assert ours.words == (
        "6 children's social workers (CSW) with 222 hours a week and 2 mental health social "
        "workers (MHSW) with 55.5, in 2 teams and 1 locality."
    )
    assert (
        "ours.csv, column 'Hours': a comma in a number is read as the decimal comma" in ours.notes
    )
    assert read_authority(LISTS).words.endswith("; 32 ties between them.")


def test_families_are_set_and_bounded(ours):
    assert (ours.families, ours.estimated) == (5, True)
    more = ours.with_families(40)
    assert more.under("robinscar").scenario.organisation.shared_families == 40
    assert not more.estimated
    with pytest.raises(UserError, match=r"^shared families: found 0; allowed: a whole number"):
        ours.with_families(0)


def test_levers_stay_when_a_policy_moves_in(ours):
    edited = drafts.lever_set(load_scenario("desktop"), "shadowing", {"strength": 2.0})
    moved = ours.around(edited)
    assert moved.scenario.levers == edited.scenario.levers
    elsewhere = drafts.lever_set(
        load_scenario("robinscar"), "co_location", {"strength": 2.0, "localities": (3,)}
    )
    with pytest.raises(UserError, match=r"^ours\.csv: levers\.co_location\.localities"):
        ours.around(elsewhere)


def test_faults_come_in_one_go_and_are_counted():
    rows = "".join(f"c{k};CSW;North;Hall;North;99\n" for k in range(40))
    with pytest.raises(UserError) as refused:
        read_authority([("C:\\lists\\ours.csv", (HEAD + rows).encode())])
    lines = str(refused.value).splitlines()
    assert lines[0] == "ours.csv: 41 faults; nothing was changed."
    assert lines[1].startswith(
        "ours.csv: column Hours, 40 rows (2, 3, 4, 5 and 36 more): found '99'; "
        "allowed: hours a week"
    )
    assert lines[2].startswith("ours.csv: row 2, column Locality: found locality 'North' without")
    assert len(lines) == 3


@pytest.mark.parametrize(
    "given, said",
    [
        ([], "staff list: found 0 files; allowed: one workbook or CSV file"),
        ([("a.csv", SMALL)] * 2, "staff list: found a.csv twice; allowed: each file once"),
        (
            [("a.csv", b"#" * (MOST_LIST_BYTES + 1))],
            "a.csv: found 2,000,001 bytes; allowed: a staff list of up to 2,000,000 on this page",
        ),
        ([("a.xlsx", packed(50_000_000))], "found a workbook that unpacks to 50,000,000 bytes"),
        ([("a.csv", b"")], "found an empty file"),
        ([("ties.csv", SMALL), ("sites.csv", SMALL)], "found no staff.csv in this folder"),
    ],
)
def test_what_is_too_much_or_nothing_is_refused(given, said):
    with pytest.raises(UserError) as refused:
        read_authority(given)
    assert said in str(refused.value)


def test_the_day_of_the_list_is_today_unless_given():
    text = HEAD.replace("Hours", "Hours;Start") + "c;CSW;N;H;N;37;2026-01-05\nm;MHSW;C;C;N;37;\n"
    own = read_authority([("a.csv", text.encode())], as_of=dt.date(2026, 1, 19))
    assert {one["id"]: one.get("weeks_in_post") for one in own.practitioners} == {"c": 2, "m": None}


def test_an_own_authority_is_downloaded_and_opened_again(ours):
    loaded = ours.under("co_location")
    again = drafts.uploaded("again.toml", drafts.to_toml(loaded).encode())
    assert again.scenario == loaded.scenario


def test_a_link_holds_no_staff_list(ours):
    with pytest.raises(UserError, match="which a link does not hold; allowed: to download"):
        links.to_query(links.Shared((ours.under("robinscar"),)))
    assert "preset=example_authority" in links.to_query(
        links.Shared((load_scenario("example_authority"),))
    )


@pytest.mark.parametrize("place", ["/etc/passwd", "example_authority", 7])
def test_an_uploaded_scenario_reads_no_file_of_this_machine(place):
    told = f'"{place}"' if isinstance(place, str) else place
    text = f'title = "x"\n[organisation]\nshared_families = 50\nstaff = {told}\n'
    with pytest.raises(ScenarioError) as refused:
        drafts.uploaded("ours.toml", text.encode())
    assert str(refused.value) == (
        f"ours.toml: organisation.staff: found {place!r}; allowed: to open the staff list itself: "
        "a file of this machine is not read for a page"
    )


def test_the_workbook_to_fill_in_is_that_of_the_command_line(tmp_path):
    target = tmp_path / "authority.xlsx"
    assert CliRunner().invoke(app, ["authority", "new", str(target)]).exit_code == 0
    assert len(authority.template()) == pytest.approx(target.stat().st_size, abs=64)


@pytest.mark.slow
def test_places_and_people_bear_the_names_of_the_list(ours):
    run = LiveRun(ours.under("robinscar"), 1)
    assert (run.names.localities, run.names.teams) == (("North",), ("North", "Clinic"))
    assert run.person(0)["title"] == "Children's social worker, team North, North"
    assert run.person(7)["title"] == "Mental health social worker, team Clinic, North"
    own = LiveRun(read_authority(LISTS).under("robinscar"), 1)
    by_post = {post: own.person(post)["title"] for post in (0, 59)}
    people = own.scenario.scenario.organisation.practitioners
    first = min(p.team for p in people if p.role == "CSW" and p.locality == own.names.localities[0])
    assert by_post[0] == f"Children's social worker, team {first}, {own.names.localities[0]}"
    assert by_post[59].endswith(own.names.localities[-1])
    assert LiveRun(load_scenario("desktop"), 1).names is None


def test_policies_move_in_and_out_again(ours):
    preset = load_scenario("robinscar+co_location")
    edited = drafts.lever_set(preset, "shadowing", {"strength": 2.0})
    for loaded in (preset, edited):
        inside = authority.moved(loaded, ours)
        assert inside.scenario.organisation.csw == 6
        assert inside.scenario.levers == loaded.scenario.levers
        out = authority.moved(inside, None)
        assert out.scenario.organisation == preset.scenario.organisation
        assert out.scenario.levers == loaded.scenario.levers
    assert authority.moved(edited, None) is edited


# A policy is laid over the authority that is chosen


def test_a_policy_is_lived_in_the_authority_that_is_shown():
    county = load_scenario("county")
    office = authority.lived("co_location", county)
    assert (office.name, office.scenario.organisation.csw) == ("co_location", 420)
    assert set(office.scenario.levers) == {"co_location"}
    # Another policy takes its place, and does not come on top.
    training = authority.lived("joint_training", office)
    assert (set(training.scenario.levers), training.scenario.organisation.csw) == (
        {"joint_training"}, 420,
    )  # fmt: skip
    assert authority.lived("desktop", office).scenario.organisation.csw == 48
    # What happens to the authority stays.
    frozen = authority.lived("austerity", county)
    assert set(authority.lived("co_location", frozen).scenario.levers) == {
        "posts_frozen", "co_location",
    }  # fmt: skip
    # What is in force in an authority that comes with colsim is no policy that is tried.
    interviewed = load_scenario("robinscar_as_interviewed")
    assert "boundary_spanners" in authority.lived("shadowing", interviewed).scenario.levers


def test_policies_that_are_compared_move_into_the_authority_of_the_first():
    desktop = load_scenario("desktop")
    preset = authority.lived("co_location")
    edited = drafts.lever_set(preset, "shadowing", {"strength": 3.0})
    frozen = authority.lived("austerity", desktop)
    for one in (preset, edited):
        moved = authority.onto(one, authority.base_of(frozen))
        assert moved.scenario.organisation == desktop.scenario.organisation
        assert set(moved.scenario.levers) == {*one.scenario.levers, "posts_frozen"}
        assert moved.scenario.title == one.scenario.title
    assert authority.onto(load_scenario("county"), desktop) is desktop
    far = drafts.lever_set(preset, "co_location", {"strength": 2.0, "localities": (3,)})
    with pytest.raises(UserError, match=r"levers\.co_location\.localities: found locality 3"):
        authority.onto(far, desktop)


def test_a_comparison_of_two_authorities_is_refused_on_the_page():
    from colsim.dashboard.jobs import Job

    scenarios = (load_scenario("desktop"), load_scenario("robinscar", "co_location"))
    with pytest.raises(UserError, match="another authority than that of the baseline"):
        Job(scenarios, 1, 1)


def test_an_opened_policy_is_laid_over_the_authority_that_is_shown():
    text = b'title = "Ours"\nextends = ["co_location", "joint_training"]\n'
    laid = drafts.uploaded("ours.toml", text, base=load_scenario("desktop"))
    assert (laid.name, laid.scenario.organisation.csw) == ("ours", 48)
    assert set(laid.scenario.levers) == {"co_location", "joint_training"}
    assert drafts.uploaded("ours.toml", text).scenario.organisation.csw == 150
    with pytest.raises(ScenarioError, match=r"found '\./here\.toml'; allowed: a preset's name"):
        drafts.uploaded("o.toml", b'title = "x"\nextends = ["co_location", "./here.toml"]\n')


def test_a_link_keeps_the_authority_of_a_policy():
    scenarios = (load_scenario("county"), authority.lived("co_location", load_scenario("county")))
    query = links.to_query(links.Shared(scenarios, worlds=10))
    assert "1.preset=county%2Bco_location" in query
    back = links.from_query(query)
    assert [one.scenario for one in back.scenarios] == [one.scenario for one in scenarios]
    assert [one.name for one in back.scenarios] == ["county", "co_location"]


# A process of its own


def test_a_workbook_is_read_apart_and_comes_to_the_same(tmp_path):
    path = tmp_path / "ours.xlsx"
    path.write_bytes(authority.template())
    day = dt.date(2026, 1, 5)
    apart_ = read_apart(path, as_of=day, label="ours.xlsx")
    assert apart_ == read_staff(path, as_of=day, label="ours.xlsx")


def test_what_takes_too_long_or_too_much_is_refused_and_nobody_waits(tmp_path, monkeypatch):
    path = tmp_path / "ours.xlsx"
    path.write_bytes(authority.template())
    for name, said in (("MOST_SECONDS", "more than 0 seconds"), ("_read", "1 GB of memory")):
        with monkeypatch.context() as patch:
            patch.setattr(apart, name, 0 if name == "MOST_SECONDS" else print)
            with pytest.raises(UserError, match=said) as refused:
                read_apart(path, as_of=dt.date(2026, 1, 5), label="ours.xlsx")
        assert "allowed: a smaller one on this page" in str(refused.value)
    # The turns were given back.
    assert apart._TURNS._value == apart.AT_ONCE


def test_a_family_of_a_staff_list_has_two_lives_and_a_story(ours):
    """People of a list have ids of their own, and no generated ones."""
    run = LiveRun(ours.with_families(12).under("co_location"), 1).advanced_to(110)
    found = families(run)
    name = found.lines[0].family
    story, other = run.model.story(name), story_without(run, name)
    told = plain_story(story, found.called[name])
    assert told["family"] == found.called[name]
    assert told["weeks"]
    assert len(twice(story, other, found.called[name])["lives"]) == 2
