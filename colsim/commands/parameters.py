"""`colsim parameters`: find a number of the model by a word."""

from typing import Annotated, Any

import typer

from colsim.commands.output import AsJson, print_json
from colsim.commands.streams import console
from colsim.errors import UserError, nearest, refusal


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
    if as_json:
        print_json({"parameters": [_document(one) for one in found]})
        return
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of

    table = table_of("Parameter", ">Default", ">Plausible", "Unit", "Meaning")
    for one in found:
        table.add_row(
            Text(one.name, style="bold"), f"{one.default:g}", _range(one), one.unit,
            Text(f"{one.description} ({one.mark})"),
        )  # fmt: skip
    screen = console()
    print_table(screen, table)
    screen.print(
        Text(
            f"\n{len(found)} found. Marks: S, s source, C calculated, J judgement. "
            f"Try one: colsim compare AUTHORITY POLICY --set parameters.{found[0].name}=VALUE"
        )
    )


def _range(one: Any) -> str:
    if one.choices:
        return ", ".join(choice.name for choice in one.choices)
    return f"{one.low:g} to {one.high:g}" if one.low < one.high else "-"


def _document(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "default": one.default,
        "low": one.low,
        "high": one.high,
        "choices": [choice.name for choice in one.choices],
        "unit": one.unit,
        "mark": one.mark,
        "group": one.group,
        "kind": one.kind,
        "description": one.description,
        "source": one.source,
    }
