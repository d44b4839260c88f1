"""Faults of levels, prices and other entries: told once, in place, with all that is allowed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.scenario import load_scenario
from colsim.scenario.faults import ScenarioError

LEVELS = {"caseload_csw": "a number above 0", "assessed_in_time": "a number from 0 to 1 (share)"}
TABLE = ", or a table with keys value, tolerance"


def faults_of(text, folder, name="own.toml"):
    (folder / name).write_text(f'title = "x"\n{text}', encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(name, folder=folder)
    return [str(one).replace(f"{folder}/", "") for one in refused.value.faults]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "written, key, found, alone",
    [
        ('"many"', "", "'many'", True),
        ("true", "", "true", True),
        ("[1]", "", "[1]", True),
        ("-0.1", "", "-0.1", False),
        ("nan", "", "nan", False),
        ('{value = "many"}', ".value", "'many'", False),
        ("{value = -0.1}", ".value", "-0.1", False),
        ("{value = -inf, tolerance = 0.1}", ".value", "-inf", False),
        ("{tolerance = 0.1}", ".value", "nothing", False),
    ],
)
def test_a_level_is_refused_once_with_all_that_is_allowed(
    level, written, key, found, alone, tmp_path
):
    told = faults_of(f'extends = "desktop"\n[levels]\n{level} = {written}\n', tmp_path)
    allowed = LEVELS[level] + (TABLE if alone else "")
    assert told == [f"own.toml: levels.{level}{key}: found {found}; allowed: {allowed}"]


def test_a_share_in_per_cent_is_told_as_a_share(tmp_path):
    (told,) = faults_of('extends = "desktop"\n[levels]\nassessed_in_time = 80\n', tmp_path)
    assert told.endswith("levels.assessed_in_time: found 80; allowed: a number from 0 to 1 (share)"
                         ": 80 in 100 is 0.8")  # fmt: skip


@pytest.mark.parametrize(
    "entry, key",
    [
        ("[levels.caseload_csw]\ntolerance = 1.0", "levels.caseload_csw.value"),
        ("[levers.shadowing]\nearlier = [{start = -9, strength = 1.0}]",
         "levers.shadowing.earlier[0].end"),
        ('[[organisation.distances]]\none = "a"\nkm = 3.0', "organisation.distances[0].other"),
    ],
)  # fmt: skip
def test_what_an_entry_lacks_is_missed_in_the_file_that_has_the_entry(entry, key, tmp_path):
    """Not in the file that extends it, nor in the preset that it is laid over."""
    (tmp_path / "entry.toml").write_text(f'title = "e"\nextends = "desktop"\n{entry}\n', "utf-8")
    told = faults_of('extends = "entry.toml"\n', tmp_path)
    assert any(one.startswith(f"entry.toml: {key}: found nothing; allowed: ") for one in told), told
    if not entry.startswith("[["):
        (tmp_path / "laid.toml").write_text(f'title = "l"\n{entry}\n', "utf-8")
        with pytest.raises(ScenarioError) as refused:
            load_scenario("desktop", tmp_path / "laid.toml")
        assert [f"{tmp_path / 'laid.toml'}", key] in [
            [one.file, one.key] for one in refused.value.faults
        ]


def test_the_price_of_one_line_may_be_a_number_and_the_message_says_so(tmp_path):
    told = faults_of('extends = "desktop"\n[prices]\ncoordinator = "dear"\n', tmp_path)
    (said,) = told
    assert said.startswith("own.toml: prices.coordinator: found 'dear'; allowed: an amount of ")
    assert "pounds, 0 or more, or a table with prices of " in said


ANY = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.integers(-5, 200), st.booleans(), st.text("ab", max_size=3), st.lists(st.integers(0, 1)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    level=st.sampled_from(sorted(LEVELS)),
    given_=st.one_of(ANY, st.fixed_dictionaries({}, optional={"value": ANY, "tolerance": ANY})),
)
def test_no_value_is_told_twice(level, given_):
    overrides = {f"levels.{level}": given_}
    try:
        load_scenario("desktop", overrides=overrides)
    except ScenarioError as error:
        keys = [one.key for one in error.faults]
        assert len(keys) == len(set(keys))
        assert not any(a != b and b.startswith(f"{a}.") for a in keys for b in keys)
