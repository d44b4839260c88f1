"""Policies over authorities: laying, combining, conflicts, circumstances, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.calibration.plan.loading import load_calibration
from colsim.experiments.experiment_faults import load_experiment
from colsim.experiments.manifest import plan
from colsim.scenario import (
    LEVERS,
    ScenarioError,
    list_presets,
    load_comparison,
    load_policy,
    load_scenario,
)
from colsim.scenario.loading import over
from colsim.scenario.shipped import POLICY, preset_files, shipped_folder

ROOT = Path(__file__).parents[2]
OFFICE = 'title = "An office on five days"\n[levers.co_location]\nstrength = 5\n'
PAIR = "co_location+joint_training"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes a file into the working directory."""
    monkeypatch.chdir(tmp_path)

    def writer(name: str, text: str) -> str:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
        return name

    return writer


def refused(action) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        action()
    return str(caught.value).splitlines()


def test_a_policy_has_the_authoritys_organisation_parameters_and_run(write):
    ours = write(
        "ours.toml",
        'title = "Ours"\nextends = "desktop"\n[run]\nweeks = 60\n[organisation]\ncsw = 50\n'
        "[parameters]\ntrust_rate = 0.3\n",
    )
    base, policy = load_comparison(ours, ["co_location"])
    assert (base.name, policy.name) == ("ours", "co_location")
    assert policy.scenario.organisation == base.scenario.organisation
    assert (policy.scenario.organisation.csw, policy.scenario.run.weeks) == (50, 60)
    assert policy.scenario.parameters == {"trust_rate": 0.3}
    assert dict(policy.scenario.levers) == dict(load_policy("co_location").levers)
    assert policy.authority == "Ours"


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["desktop", "robinscar", "county"]),
    st.lists(
        st.sampled_from([p.name for p in list_presets(POLICY)]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
)
def test_a_combination_is_the_union_of_its_levers_or_names_both_files(authority, names):
    try:
        loaded = load_scenario(authority, "+".join(names))
    except ScenarioError as error:
        for fault in error.faults:
            assert fault.key.startswith("levers.")
            text = str(fault)
            assert sum(f"preset {name}" in text for name in preset_files()) >= 2, text
        return
    assert loaded.scenario == load_scenario(authority, names).scenario
    assert loaded.scenario == load_scenario("+".join([authority, *names])).scenario
    parts = [load_policy(name).levers for name in names]
    assert dict(loaded.scenario.levers) == {k: v for part in parts for k, v in part.items()}
    assert loaded.scenario.organisation == load_scenario(authority).scenario.organisation


def test_the_order_of_a_combination_makes_no_difference_to_what_is_lived():
    one = load_scenario("desktop", ["co_location", "shadowing"]).scenario
    other = load_scenario("desktop", ["shadowing", "co_location"]).scenario
    assert one.levers == other.levers


def test_extends_combines_policies_in_a_file(write):
    write("office.toml", OFFICE)
    ours = write(
        "ours.toml",
        'title = "Both"\nextends = ["office.toml", "joint_training"]\n'
        "[levers.joint_training]\nstrength = 4\n",
    )
    levers = load_policy(ours).levers
    assert (levers["co_location"].strength, levers["joint_training"].strength) == (5.0, 4.0)
    whole = load_scenario(
        write("all.toml", 'title = "All"\nextends = ["ours.toml", "desktop", "austerity"]\n')
    )
    assert set(whole.scenario.levers) == {"co_location", "joint_training", "posts_frozen"}
    assert whole.scenario.organisation.csw == 48
    assert whole.scenario.title == "All"
    # The same preset by two ways is no conflict.
    twice = write("t.toml", 'title = "T"\nextends = ["co_location_and_training", "co_location"]\n')
    assert set(load_policy(twice).levers) == {"co_location", "joint_training"}


def test_two_policies_that_set_a_lever_differently_are_a_fault_that_names_both(write):
    office = write("office.toml", OFFICE)
    said = "levers.co_location: found strength = 3, ramp = 13 (preset co_location) and strength = 5"
    for lines in (
        refused(lambda: load_comparison("robinscar", [f"co_location+{office}"])),
        refused(lambda: load_scenario("robinscar", ["co_location", office])),
        refused(lambda: load_policy(f"co_location+{office}")),
        refused(
            lambda: load_policy(
                write("both.toml", 'title = "x"\nextends = ["co_location", "office.toml"]\n')
            )
        ),
    ):
        (line,) = lines
        assert said in line
        assert "office.toml); allowed: one setting of a lever" in line
    (line,) = refused(lambda: load_scenario("desktop+boundary_spanners+funding_ends"))
    assert "found end = no value (preset boundary_spanners) and end = 104 (preset fund" in line


@pytest.mark.parametrize(
    "authority, policies, under, both",
    [
        ("robinscar", ["integrated_service+co_location"], (),
         ("integrated_service", "co_location")),
        ("robinscar+integrated_service", ["co_location"], (),
         ("integrated_service", "co_location")),
        ("desktop", ["caseload_cap"], "austerity", ("austerity", "caseload_cap")),
        ("robinscar", ["authority_ownership+integrated_service"], (),
         ("integrated_service", "authority_ownership")),
    ],
)  # fmt: skip
def test_levers_that_exclude_each_other_name_both_files(authority, policies, under, both):
    (line,) = refused(lambda: load_comparison(authority, policies, under=under))
    assert all(f"preset {name}" in line for name in both)
    assert "one of the two in a place at a time" in line


def test_a_policy_sets_anew_what_is_in_force_in_the_authority():
    loaded = load_scenario("robinscar_as_interviewed", "boundary_spanners")
    spanners = loaded.scenario.levers["boundary_spanners"]
    assert (spanners.strength, spanners.ramp, spanners.recruitment) == (4.0, 13, 0.8)
    assert loaded.replaced == ("boundary_spanners",)
    assert set(loaded.scenario.levers) == {
        "boundary_spanners", "restorative_practice", "improvement_journey",
    }  # fmt: skip
    assert load_scenario("robinscar_as_interviewed", "shadowing").replaced == ()


# ---- circumstances


def test_circumstances_lie_under_both_sides_and_change_no_title():
    base, policy = load_comparison("desktop", ["co_location"], under=["austerity"])
    assert base.scenario.levers["posts_frozen"] == policy.scenario.levers["posts_frozen"]
    assert base.circumstances == policy.circumstances == ("One in five posts is not filled again",)
    assert (base.name, policy.name) == ("desktop", "co_location")
    both = load_comparison("desktop", ["shadowing"], under=["austerity", "improvement_journey"])
    assert {"posts_frozen", "improvement_journey"} <= set(both[1].scenario.levers)


def test_a_circumstance_of_ones_own_may_change_parameters(write):
    hard = write("hard.toml", 'title = "More leave"\n[parameters]\nleave_csw = 0.32\n')
    base, policy = load_comparison("desktop", ["co_location"], under=hard)
    assert base.scenario.parameters == policy.scenario.parameters == {"leave_csw": 0.32}
    other = write("other.toml", 'title = "Less"\n[parameters]\nleave_csw = 0.2\n')
    (line,) = refused(lambda: load_comparison("desktop", ["co_location"], under=[hard, other]))
    assert "parameters.leave_csw: found 0.32 (hard.toml) and 0.2 (other.toml)" in line


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: load_comparison("robinscar", ["austerity"]),
         "austerity: found austerity, a circumstance, in the place of a policy; allowed: policies; "
         "what happens to an authority: --under austerity"),
        (lambda: load_comparison("robinscar", ["co_location+austerity"]),
         "a circumstance, in the place of a policy"),
        (lambda: load_comparison("robinscar", ["shadowing"], under="co_location"),
         "command line: --under: found a policy (co_location); allowed: a circumstance: aust"),
        (lambda: load_comparison("robinscar", ["shadowing"], under="desktop"),
         "command line: --under: found an authority (desktop); allowed: a circumstance"),
        (lambda: load_comparison("co_location", ["shadowing"]),
         "co_location: found a policy, which has no organisation; allowed: an authority"),
        (lambda: load_scenario("austerity"),
         "austerity: found a circumstance, which has no organisation; allowed: an authority"),
        (lambda: load_scenario("desktop+robinscar"),
         "found two authorities: preset desktop and preset robinscar; allowed: one authority"),
        (lambda: load_policy("desktop"), "preset desktop: found an authority; allowed: a policy"),
        (lambda: load_scenario("desktop+"), "desktop+: found nothing beside a +"),
        (lambda: load_scenario("desktop+co_locatio"), "nearest known name: co_location"),
        (lambda: load_comparison("robinscar", ["desktop"]),
         "desktop: found another authority (desktop) than that of the baseline (robinscar): "
         "organisation differ; allowed: policies"),
        (lambda: load_comparison("robinscar", ["county+co_location"]),
         "found another authority (county+co_location) than that of the baseline (robinscar)"),
        (lambda: load_comparison("desktop", ["robinscar_as_interviewed"]),
         "than that of the baseline (desktop)"),
    ],
)  # fmt: skip
def test_what_stands_in_the_wrong_place_is_refused_with_what_would_be_right(call, said):
    (line,) = refused(call)
    assert said in line


def test_other_authorities_are_compared_when_asked_for():
    loaded = load_comparison("desktop", ["county", "co_location"], different_authorities=True)
    assert [one.scenario.organisation.csw for one in loaded] == [48, 420, 48]


# ---- files of one's own


def test_a_file_with_the_same_authority_gives_its_levers(write):
    ours = write("ours.toml", f'extends = "robinscar"\n{OFFICE}')
    policy = load_comparison("robinscar", [ours], under="austerity")[1]
    assert (policy.name, policy.scenario.title) == ("ours", "An office on five days")
    assert set(policy.scenario.levers) == {"co_location", "posts_frozen"}
    alone = load_scenario("robinscar", ours)
    assert (set(alone.scenario.levers), alone.scenario.title) == (
        {"co_location"}, "An office on five days",
    )  # fmt: skip
    (line,) = refused(lambda: load_scenario("desktop", ours))
    assert "another authority (ours) than that of the baseline (desktop)" in line
    both = load_comparison("robinscar", [f"{ours}+joint_training"])[1]
    assert set(both.scenario.levers) == {"co_location", "joint_training"}
    # Over an authority whose own levers the file knows nothing of, these stay.
    kept = load_comparison("robinscar_as_interviewed", [ours])[1]
    assert {"co_location", "boundary_spanners"} <= set(kept.scenario.levers)


@pytest.mark.parametrize(
    "text, differ",
    [
        ("[organisation]\ncsw = 151\n", "organisation"),
        ("[parameters]\nleave_csw = 0.3\n", "parameters"),
        ("[run]\nweeks = 52\n", "run"),
        ("[run]\nweeks = 52\n[organisation]\nmhsw = 30\n", "organisation, run"),
    ],
)
def test_a_file_with_another_authority_is_refused_and_says_in_what(write, text, differ):
    ours = write("ours.toml", f'title = "x"\nextends = "robinscar"\n{text}[levers.shadowing]\n')
    (line,) = refused(lambda: load_comparison("robinscar", [ours]))
    assert f"(robinscar): {differ} differ; allowed:" in line
    assert "--different-authorities" in line


@pytest.mark.parametrize(
    "text, key, found",
    [
        ('title = "x"\n', "levers", "nothing"),
        ("[levers.shadowing]\n", "title", "nothing"),
        ('title = "x"\n[levers.shadowing]\n[run]\nweeks = 5\n', "run", "the length of a run"),
        ('title = "x"\n[levers.shadowing]\n[parameters]\nleave_csw = 0.2\n', "parameters",
         "parameters in a policy"),
        ('title = "x"\n[levers.shadowing]\n[levers.posts_frozen]\n', "levers.posts_frozen",
         "a circumstance in a policy"),
        ('title = "x"\nextends = ["shadowing", "austerity"]\n', "levers.posts_frozen",
         "a circumstance in a policy"),
        ('title = "x"\n[levers.shadowing]\nstrength = 99\n', "levers.shadowing.strength", "99"),
        ('title = "x"\nextends = [5]\n[levers.shadowing]\n', "extends", "[5]"),
        ('title = "x"\n[levers.posts_frozen]\n[run]\nweeks = 5\n', "run",
         "the length of a run in a circumstance"),
    ],
)  # fmt: skip
def test_what_does_not_belong_into_a_policy_is_a_fault(write, text, key, found):
    ours = write("ours.toml", text)
    with pytest.raises(ScenarioError) as caught:
        load_policy(ours)
    (fault,) = caught.value.faults
    assert fault.key == key
    assert fault.found.startswith(found)


def test_every_fault_of_authority_policies_and_circumstances_in_one_go(write):
    bad = write("bad.toml", 'title = "x"\n[levers.shadowing]\nstrength = 99\n')
    lines = refused(
        lambda: load_comparison("desktp", [bad, "austerity"], under=["shadowing", "nowhere"])
    )
    for part in ("no preset 'desktp'", "strength: found 99", "a circumstance, in the place",
                 "--under: found a policy (shadowing)", "no preset 'nowhere'"):  # fmt: skip
        assert sum(part in line for line in lines) == 1, part


def test_a_policy_of_ones_own_alone_is_refused_with_how_to_lay_it_over_an_authority(write):
    (line,) = refused(lambda: load_scenario(write("my/ours.toml", OFFICE)))
    assert line == (
        "ours: found a policy, which has no organisation; allowed: an authority that it is laid "
        "over, such as robinscar+my/ours.toml"
    )


def test_a_path_with_a_plus_is_one_file(write):
    write("a+b.toml", OFFICE)
    assert load_policy("a+b.toml").name == "a+b"
    assert load_policy("./a+b.toml+joint_training").name == "a+b+joint_training"


def test_policies_are_laid_over_what_is_loaded_already():
    base = load_scenario("desktop", overrides={"run.weeks": 60})
    laid = over(base, PAIR)
    assert laid.scenario.run.weeks == 60
    assert laid.scenario == load_scenario("desktop", PAIR, overrides={"run.weeks": 60}).scenario
    assert load_comparison(base, ["shadowing"])[1].scenario.run.weeks == 60


def test_a_lever_is_checked_in_the_authority_that_it_is_laid_over(write):
    far = write("far.toml", 'title = "x"\n[levers.shadowing]\nlocalities = [3]\n')
    assert load_policy(far).levers["shadowing"].localities == (3,)
    assert load_scenario("robinscar", far).scenario.levers["shadowing"].localities == (3,)
    (line,) = refused(lambda: load_scenario("desktop", far))
    assert "locality 3; allowed: numbers from 0 to 1" in line


# ---- what is shipped to be copied


@pytest.mark.parametrize("path", sorted((shipped_folder() / "experiments").glob("*.toml")))
def test_shipped_experiments_can_be_planned(path):
    manifest = plan(load_experiment(path))
    assert all(point.scenario is not None for point in manifest.design.points)
    if path.stem == "packages":
        labels = [point.label for point in manifest.design.points]
        assert labels[-1] == "joint_protocol+management_priority"
        for point in manifest.design.points:
            assert "posts_frozen" in point.scenario.levers


def test_experiments_of_the_pages_are_those_that_are_shipped():
    for page, name in (("sweeps.md", "offices"), ("analysis.md", "screening")):
        text = (shipped_folder() / "experiments" / f"{name}.toml").read_text(encoding="utf-8")
        assert text in (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((shipped_folder() / "calibrations").glob("*.toml")))
def test_shipped_calibrations_are_sound(path):
    assert load_calibration(path).scenario.name == "robinscar_as_interviewed"


def test_titles_of_a_combination_are_joined_and_fit():
    assert load_scenario("desktop", PAIR).scenario.title == (
        "AMH teams sit in the children's office three days a week + Both services train together "
        "twice a year"
    )[:100]  # fmt: skip
    names = [n for n in LEVERS if not LEVERS[n].circumstance and n != "integrated_service"]
    title = load_scenario("desktop", names).scenario.title
    assert (len(title), title[-1]) == (100, "…")


@pytest.mark.parametrize(
    "policies", [["desktop"], ["shadowing", "desktop"], ["robinscar", "desktop"]]
)
def test_an_authority_behind_its_policies_is_said_to_come_first(policies):
    with pytest.raises(ScenarioError) as wrong:
        load_comparison("co_location", policies)
    first = next(one for one in policies if one in ("desktop", "robinscar"))
    assert str(wrong.value) == (
        "co_location: found a policy, which has no organisation; allowed: the authority first, "
        f"then what is laid over it: {first} co_location"
    )


@pytest.mark.parametrize("name", ["staff.csv", "our list.xlsx", "./staff.csv", "lists", "S.XLSX"])
@pytest.mark.parametrize("place", ["authority", "policy", "under"])
def test_a_table_of_people_is_no_scenario_and_says_how_to_make_one(
    tmp_path, monkeypatch, name, place
):
    monkeypatch.chdir(tmp_path)
    there = tmp_path / name / "staff.csv" if name == "lists" else tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_text("id,role\n")
    asked = {"authority": "desktop", "policy": "shadowing", "under": "austerity"} | {place: name}
    with pytest.raises(ScenarioError) as wrong:
        load_comparison(asked["authority"], [asked["policy"]], under=[asked["under"]])
    (fault,) = wrong.value.faults
    kind = "a folder with a staff list" if name == "lists" else f"a table ({there.suffix.lower()})"
    assert fault.found == f"{str(Path(name))!r}, {kind}"
    assert fault.allowed.endswith(f"colsim authority scenario {Path(name)}")
