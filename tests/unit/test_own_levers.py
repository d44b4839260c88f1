"""A scenario may bring levers of its own, on quantities that the model has."""

import pickle
import re
import tomllib
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest

from colsim.answers.options import options_of
from colsim.core.quantities import QUANTITY_INDEX
from colsim.errors import UserError
from colsim.experiments.design import build_design
from colsim.experiments.experiment_faults import load_experiment
from colsim.scenario import LEVERS, ScenarioError, load_scenario
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.costs import bills_of, cost_of
from colsim.scenario.describe import describe, scenario_file_schema
from colsim.scenario.schema import Scenario

PEERS = """
title = "Peer support"

[levers.peer_support]
start = 4

[levers.peer_support.definition]
title = "Peer support"
help = "Colleagues of both services meet to talk about how they are."
unit = "hours a month"
range = [0.0, 4.0]
default = 2.0
mark = "J"
source = "Made up for a test"

[levers.peer_support.definition.channels]
support = { quantity = "support", amount = 0.1, description = "support for the worker" }
time = { quantity = "hours_taken", amount = 0.25, description = "hours a week that it takes" }

[[levers.peer_support.definition.costs]]
item = "a room"
amount = 500.0
unit = "£ per authority and year"
price_year = "2020/21"
mark = "J"
source = "Made up for a test"
"""
ADDRESSES = 'mark = "J"\nsource = "Made up for a test"\naddresses = '
SOUND = PEERS.partition("[levers.peer_support.definition]")


@pytest.fixture
def peers(tmp_path):
    file = tmp_path / "peers.toml"
    file.write_text(PEERS, "utf-8")
    return file


def refused(tmp_path, text, *more, **kind):
    """Return the faults of a policy laid over `desktop`, without the file's name."""
    file = tmp_path / "peers.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as raised:
        load_scenario("desktop", [file, *more], **kind)
    return [str(fault).removeprefix(f"{file}: ") for fault in raised.value.faults]


def test_a_lever_of_ones_own_acts_through_its_channels(peers):
    loaded = load_scenario("desktop", peers)
    compiled = compile_scenario(loaded.scenario)
    (lever,) = compiled.levers.levers
    assert (lever["strength"], lever["start"]) == (2.0, 4)
    assert [tuple(channel) for channel in compiled.levers.channels] == [
        (0, QUANTITY_INDEX["support"], 0.1, 0),
        (0, QUANTITY_INDEX["hours_taken"], 0.25, 0),
    ]
    assert compiled.levers.covered.all()
    assert "peer_support" not in LEVERS


def test_its_channels_are_switched_off_and_its_price_is_told(peers):
    loaded = load_scenario("desktop", peers, without=["peer_support.time"])
    assert len(compile_scenario(loaded.scenario).levers.channels) == 1
    (bill,) = bills_of(loaded.scenario)
    assert (bill.key, bill.pounds) == ("a_room", 500.0)
    told = describe(loaded)["levers"]["peer_support"]
    assert (told["title"], [one["name"] for one in told["channels"]]) == (
        "Peer support", ["support"],
    )  # fmt: skip
    assert loaded.provenance["levers.peer_support.definition.unit"] == str(peers)
    dearer = load_scenario("desktop", peers, overrides={"prices.peer_support": 700.0})
    assert cost_of(dearer.scenario).a_year == 700.0


def test_it_goes_with_the_scenario_wherever_that_goes(peers):
    scenario = load_scenario("desktop", peers).scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    plain = load_scenario("desktop", "shadowing").scenario.model_dump()
    assert "definition" not in plain["levers"]["shadowing"]


def test_a_file_takes_it_from_another_and_sets_it_otherwise(peers, tmp_path):
    more = tmp_path / "more.toml"
    more.write_text(
        'extends = "peers.toml"\ntitle = "More"\n[levers.peer_support]\nstrength = 4.0\n', "utf-8"
    )
    assert load_scenario("desktop", more).scenario.levers["peer_support"].strength == 4.0
    both = load_scenario("desktop", [peers, "shadowing"]).scenario
    assert set(both.levers) == {"peer_support", "shadowing"}
    with pytest.raises(ScenarioError, match=r"strength = 2.0 .* and strength = 4.0"):
        load_scenario("desktop", [peers, more])


def test_a_sweep_varies_it(peers, tmp_path):
    file = tmp_path / "experiment.toml"
    text = (
        'title = "Peers"\nbase = "desktop+peers.toml"\nreplications = 2\n'
        '[design]\nkind = "factorial"\n[vary]\nlevers.peer_support.strength = [1.0, 3.0]\n'
    )
    file.write_text(text, "utf-8")
    points = build_design(load_experiment(file)).points
    found = [one.scenario.levers["peer_support"].strength for one in points]
    assert found == [2.0, 1.0, 3.0]
    file.write_text(text.replace("strength", "strenght"), "utf-8")
    with pytest.raises(ScenarioError, match=r"known name: levers\.peer_support\.strength"):
        build_design(load_experiment(file))
    file.write_text(text.replace("[1.0, 3.0]", "[1.0, 5.0]"), "utf-8")
    with pytest.raises(ScenarioError, match=r"a number from 0 to 4 \(hours a month\)"):
        build_design(load_experiment(file))


def test_policies_are_chosen_among_it_too(peers):
    base = load_scenario("desktop")
    options = options_of(
        base, [peers, "shadowing"], pick=1, budget=1e9, strengths={"peers": [1.0, 4.0]}
    )
    assert [one.name for one in options.affordable][:2] == ["peers=1", "peers=4"]
    with pytest.raises(UserError, match=r"found 5; allowed: a number from 0 to 4 \(hours a month"):
        options_of(base, [peers], pick=1, budget=1e9, strengths={"peers": [5.0]})


def test_all_that_is_wrong_with_it_is_said_at_once(tmp_path):
    text = (
        PEERS.replace('mark = "J"\nsource', 'mark = "X"\nsource', 1)
        .replace('"support", amount', '"suport", amount')
        .replace("£ per authority and year", "£ a year")
        .replace("unit = \"hours a month\"", "units = 3")
    )  # fmt: skip
    where = "levers.peer_support.definition"
    said = refused(tmp_path, text)
    assert [line.partition(": ")[0] for line in said] == [
        f"{where}.{key}"
        for key in ("units", "channels.support.quantity", "costs[0].unit", "unit", "mark")
    ]
    assert "nearest known name: unit" in said[0]
    assert "found 'suport'; nearest known name: support; allowed: a quantity of the mod" in said[1]
    (said,) = refused(tmp_path, PEERS.replace("range = [0.0, 4.0]\n", ""))
    assert said.startswith(f"{where}.range: found nothing; allowed: a list: lowest, highest")


@pytest.mark.parametrize(
    "change, message",
    [
        (
            ('mark = "J"\nsource = "Made up for a test"\n\n', f"{ADDRESSES}[]\n\n"),
            "found nothing; allowed: CSW, MHSW",
        ),
        (
            ('mark = "J"\nsource = "Made up for a test"\n\n', f'{ADDRESSES}["GP"]\n\n'),
            "found 'GP'; allowed: 'CSW' or",
        ),
        (
            ('mark = "J"\nsource = "Made up for a test"\n\n', f'{ADDRESSES}["CSW", "CSW"]\n\n'),
            "found CSW, CSW; allow",
        ),
        (("peer_support", "co_location"), "found a definition of co_location, which the model has"),
        (("peer_support", '"Peer Support"'), "found 'Peer Support'; allowed: a name of small lett"),
        (("start = 4", "strength = 5.0"), "found 5.0; allowed: a number from 0 to 4 (hours a mo"),
        (("start = 4", "strength = true"), "found true; allowed: a number from 0 to 4 (hours a m"),
        (("start = 4", 'without = ["suport"]'), "found 'suport'; nearest known name: support; al"),
        (("start = 4", "recruitment = 0.5"), "found 0.5; allowed: only levers that need people"),
        ((SOUND[1] + SOUND[2], "definition = 3"), "found 3; allowed: a table"),
        ((SOUND[1] + SOUND[2], "definition = {}"), "title: found nothing; allowed: a text"),
        ((SOUND[1] + SOUND[2], ""), "found unknown key 'peer_support'; allowed: co_location, "),
    ],
)
def test_what_is_wrong_with_one_is_said(tmp_path, change, message):
    text = PEERS.replace(*change)
    assert text != PEERS
    assert message in refused(tmp_path, text)[0]


def test_it_excludes_others_where_it_says_so(tmp_path):
    text = PEERS + (
        "[levers.peer_support.definition.excludes]\n"
        'shadowing = { reason = "nobody has time for both" }\n'
    )
    (said,) = refused(tmp_path, text, "shadowing")
    assert "allowed: one of the two in a place at a time: nobody has time for both" in said
    (said,) = refused(tmp_path, text.replace("shadowing", "shadwing"))
    assert "found 'shadwing'; nearest known name: shadowing" in said


def test_a_circumstance_of_ones_own_is_laid_under_both_sides(tmp_path):
    text = PEERS.replace("unit = \"hours", "circumstance = true\nunit = \"hours").replace(
        "quantity = \"support\"", "quantity = \"strain\""
    )  # fmt: skip
    file = tmp_path / "peers.toml"
    file.write_text(text, "utf-8")
    loaded = load_scenario("desktop", "shadowing", under=file)
    assert loaded.circumstances == ("Peer support",)
    assert set(loaded.scenario.levers) == {"peer_support", "shadowing"}


def test_the_one_on_the_page_is_sound(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "guide.md").read_text("utf-8")
    (block,) = (one for one in re.findall(r"```toml\n(.*?)```", page, re.S) if "definition" in one)
    file = tmp_path / "ours.toml"
    file.write_text(block, "utf-8")
    assert load_scenario("desktop", file).scenario.levers["peer_groups"].strength == 2.0


def test_an_editor_takes_it_for_sound(tmp_path):
    schema = scenario_file_schema()
    data = tomllib.loads(PEERS)
    jsonschema.validate(data, schema)
    without = deepcopy(data)
    del without["levers"]["peer_support"]["definition"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(without, schema)
