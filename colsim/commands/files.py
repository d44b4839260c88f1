"""`colsim validate` and `colsim schema`: scenario files, checked and explained."""

import sys
from typing import Annotated

import typer

from colsim.commands.output import AsJson, fault_document, print_json, print_remarks
from colsim.commands.streams import print_error


def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="TOML files, or names of presets.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check scenario files; every fault in one go, with file, key, value and what is allowed.

    Also says where a lever does nothing in the run, or not what may be meant. Exit code 0 if all
    are sound, 2 if any is not.

    Examples:

    - `colsim validate robinscar co_location`
    - `colsim validate ours.toml --json`
    """
    from colsim.scenario import Run, ScenarioError, load_policy, load_scenario
    from colsim.scenario.loading import is_policy
    from colsim.scenario.remarks import timing

    faults = []
    notes = []
    for name in files:
        try:
            if is_policy(name):
                levers, run = load_policy(name).levers, Run()
            else:
                scenario = load_scenario(name).scenario
                levers, run = scenario.levers, scenario.run
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
        else:
            notes += [f"{name}: {text}" for text in timing(levers, run)]
    if as_json:
        print_json(
            {
                "valid": not faults,
                "faults": [fault_document(fault) for fault in faults],
                "notes": notes,
            }
        )
    else:
        for fault in faults:
            print_error(str(fault))
        print_remarks(notes)
        if not faults:
            sys.stdout.write(f"{len(files)} checked, no faults\n")
    if faults:
        raise typer.Exit(2)


def schema() -> None:
    """Print the JSON Schema of the scenario file.

    Editors that know JSON Schema for TOML complete and explain keys with it: save it and name
    it in the first line of a scenario, `#:schema ./colsim.schema.json`.

    Examples:

    - `colsim schema`
    """
    from colsim.scenario.describe import scenario_file_schema

    print_json(scenario_file_schema())
