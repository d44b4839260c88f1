"""`colsim validate` and `colsim schema`."""

import json
import tomllib

import jsonschema
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.scenario import LEVERS, list_presets
from colsim.scenario.describe import scenario_file_schema
from colsim.scenario.shipped import preset_files
from tests.unit.test_cli_runs import colsim

FAULTY = """
title = "Two faults"
extends = "robinscar"
[run]
weeks = 0
[levers.co_locatio]
strength = 3.0
[parameters]
trust_rate = 7.0
"""


def test_sound_files_are_said_to_be_sound(tmp_path):
    names = [preset.name for preset in list_presets()]
    code, out, err = colsim("validate", *names)
    assert code == 0
    assert err.splitlines() == [
        "note: robinscar_as_interviewed: Restorative practice would have its full effect in week "
        "207, after the run's 156 weeks: it never does."
    ]
    assert out == f"{len(names)} checked, no faults\n"


def test_every_fault_of_every_file_in_one_go(tmp_path):
    (tmp_path / "a.toml").write_text(FAULTY, encoding="utf-8")
    (tmp_path / "b.toml").write_text("title = ", encoding="utf-8")
    code, out, err = colsim("validate", tmp_path / "a.toml", tmp_path / "b.toml", "desktop")
    assert (code, out) == (2, "")
    for part in ("run.weeks: found 0", "trust_rate", "nearest known name: co_location", "b.toml"):
        assert part in err
    code, out, _ = colsim("validate", tmp_path / "a.toml", "--json")
    document = json.loads(out)
    assert code == 2
    assert not document["valid"]
    assert {fault["key"] for fault in document["faults"]} >= {"run.weeks"}
    assert any(fault["nearest"] == "co_location" for fault in document["faults"])


def test_the_schema_accepts_presets_and_refuses_what_the_loader_refuses():
    schema = json.loads(colsim("schema")[1])
    checker = jsonschema.Draft202012Validator(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    presets = list(preset_files().values())
    assert len(presets) == len(list_presets())
    for path in presets:
        checker.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    found = {"/".join(map(str, e.path)) for e in checker.iter_errors(tomllib.loads(FAULTY))}
    assert found == {"run/weeks", "levers/co_locatio", "parameters/trust_rate"}
    with pytest.raises(jsonschema.ValidationError, match="recruitment"):
        checker.validate({"levers": {"co_location": {"strength": 3, "recruitment": 0.5}}})


def test_every_key_is_explained():
    schema = scenario_file_schema()
    parameters = schema["properties"]["parameters"]["properties"]
    levers = schema["properties"]["levers"]["properties"]
    assert set(parameters) == set(PARAMETERS)
    assert set(levers) == set(LEVERS)
    for entry in (*parameters.values(), *levers.values()):
        assert len(entry["description"]) > 20
    for lever in levers.values():
        assert all(entry.get("description") for entry in lever["properties"].values())
