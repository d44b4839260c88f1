"""`colsim validate` and `colsim schema`: scenario files, checked and explained."""

import sys
from typing import Annotated

import typer

from colsim.commands.output import AsJson, print_error, print_json


def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="TOML files, or names of presets.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check scenario files; every fault in one go, with file, key, value and what is allowed.

    Exit code 0 if all are sound, 2 if any is not.

    Examples:

    - `colsim validate robinscar co_location`
    - `colsim validate ours.toml --json`
    """
    from colsim.scenario import ScenarioError, load_scenario

    faults = []
    for name in files:
        try:
            load_scenario(name)
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if as_json:
        print_json(
            {
                "valid": not faults,
                "faults": [
                    {
                        "file": fault.file,
                        "key": fault.key,
                        "found": fault.found,
                        "allowed": fault.allowed,
                        "nearest": fault.suggestion,
                    }
                    for fault in faults
                ],
            }
        )
    else:
        for fault in faults:
            print_error(str(fault))
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
    from colsim.scenario.json_schema import scenario_file_schema

    print_json(scenario_file_schema())
