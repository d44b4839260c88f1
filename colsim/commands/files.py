"""`colsim validate`, `schema`, `parameters`: scenario files, checked and explained."""

import sys
from typing import Annotated, Any

import typer

from colsim.commands.options import AsJson
from colsim.commands.output import fault_document, print_json, print_remarks, show
from colsim.commands.streams import console, print_error
from colsim.errors import UserError, nearest, refusal


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
        found = [fault_document(fault) for fault in faults]
        print_json({"valid": not faults, "faults": found, "notes": notes})
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


def parameters(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORD...", help="Words that all stand in its name or meaning."),
    ],
    as_json: AsJson = False,
) -> None:
    """Find parameters by words: name, default, plausible range, unit and meaning.

    What is found can be set in a file, or tried with `compare --set parameters.NAME=VALUE`.

    Examples:

    - `colsim parameters leave`
    - `colsim parameters caseload --json`
    """
    from colsim.core.parameters import PARAMETERS
    from colsim.reporting.account import Grid, Words
    from colsim.reporting.screen import print_parts

    wanted = [word.casefold() for word in words]
    found = [
        one
        for name, one in PARAMETERS.items()
        if all(
            word in f"{name} {name.replace('_', ' ')} {one.group} {one.description}".casefold()
            for word in wanted
        )
    ]
    if not found:
        text = " ".join(words)
        near = nearest(text, PARAMETERS)
        allowed = "a word of a parameter's name or meaning, such as leave or caseload"
        raise UserError(f"parameters: {refusal(repr(text), allowed, near)}")
    grid = Grid(
        ("Parameter", "Default", "Plausible", "Unit", "Meaning"),
        tuple(
            (p.name, f"{p.default:g}", _range(p), p.unit, f"{p.description} ({p.mark})")
            for p in found
        ),
        worded=(3, 4),
    )
    said = (
        f"\n{len(found)} found. Marks: S, s source, C calculated, J judgement. "
        f"Try one: colsim compare AUTHORITY POLICY --set parameters.{found[0].name}=VALUE"
    )
    show(
        lambda: {"parameters": list(map(_document, found))},
        lambda: print_parts(console(), grid, Words(said)),
        as_json=as_json,
    )


def _range(one: Any) -> str:
    if one.choices:
        return ", ".join(choice.name for choice in one.choices)
    return f"{one.low:g} to {one.high:g}" if one.low < one.high else "-"


def _document(one: Any) -> dict[str, Any]:
    keys = (
        "name", "default", "low", "high", "choices", "unit", "mark", "group", "kind",
        "description", "source",
    )  # fmt: skip
    choices = [choice.name for choice in one.choices]
    return {key: getattr(one, key) for key in keys} | {"choices": choices}
