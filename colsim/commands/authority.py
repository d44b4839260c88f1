"""`colsim authority`: a user's own staff list."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.output import AsJson, print_error, print_json
from colsim.commands.writing import Force, refuse_existing, write_whole
from colsim.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.scenario.staff import StaffReading

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")

StaffFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Workbook (.xlsx), CSV file, or folder with staff.csv, ties.csv and sites.csv.",
    ),
]
_SHOWN = 200
"""Faults that are printed; --json has all."""


@app.callback()
def authority() -> None:
    """Use your own staff list: a template to fill in, a check, a scenario made of it.

    Examples:

    - `colsim authority new`
    - `colsim authority check authority.xlsx`
    - `colsim authority scenario authority.xlsx`
    """


@app.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Workbook to write.")] = Path(
        "authority.xlsx"
    ),
    example: Annotated[
        bool, typer.Option("--example", help="Fill it with an invented authority of 60 people.")
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write a workbook to fill in: staff, who knows whom, and how far sites lie apart.

    Use codes, not names: results show them.

    Examples:

    - `colsim authority new`
    - `colsim authority new try.xlsx --example`
    """
    from colsim.scenario.staff.template import template_workbook

    if file.suffix.lower() != ".xlsx":
        raise UserError(f"{file}: found the ending {file.suffix!r}; allowed: a name with .xlsx")
    refuse_existing([file], force)
    rows = _example() if example else {}
    write_whole(file, template_workbook(**rows))
    if as_json:
        print_json({"file": str(file)})
    else:
        sys.stdout.write(
            f"written: {file}\n"
            "Fill in the sheets Staff, Ties and Sites. Use codes, not names: results show them.\n"
            f"Then: colsim authority check {file}\n"
        )


@app.command()
def check(file: StaffFile, as_json: AsJson = False) -> None:
    """Check a staff list: everything wrong in one go, and what was understood.

    Exit code 0 if it is sound, 2 if not.

    Examples:

    - `colsim authority check authority.xlsx`
    - `colsim authority check our_lists --json`
    """
    from colsim.scenario.staff import read_staff
    from colsim.scenario.staff.summary import summary

    reading = read_staff(file)
    understood = summary(reading)
    if as_json:
        print_json(
            {
                "file": reading.file,
                "valid": not reading.faults,
                "faults": [
                    {
                        "file": fault.file,
                        "sheet": fault.sheet,
                        "row": fault.row,
                        "column": fault.column,
                        "found": fault.found,
                        "allowed": fault.allowed,
                        "nearest": fault.suggestion,
                    }
                    for fault in reading.faults
                ],
                "understood": understood,
                "notes": list(reading.notes),
            }
        )
    else:
        from rich.console import Console

        if reading.practitioners:
            _print_understood(Console(highlight=False), reading, understood)
        for fault in reading.faults[:_SHOWN]:
            print_error(str(fault))
        if len(reading.faults) > _SHOWN:
            print_error(f"and {len(reading.faults) - _SHOWN} more; --json lists all")
        if not reading.faults:
            sys.stdout.write("\nNo faults.\n")
    if reading.faults:
        raise typer.Exit(2)


@app.command()
def scenario(
    file: StaffFile,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Scenario file to write; beside the list and named like it if not given."
        ),
    ] = None,
    families: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            help="Families open to both services at a time; unless given, as many for each CSW "
            "post as in robinscar.",
        ),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY",
            help="Say how to compare this policy in the authority; can be given again.",
        ),
    ] = None,
    inside: Annotated[
        bool,
        typer.Option("--inside", help="Write the people into the scenario, to hand on one file."),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a scenario of a staff list, ready to run and to compare policies in.

    Examples:

    - `colsim authority scenario authority.xlsx --families 130`
    - `colsim authority scenario authority.xlsx --policy co_location --policy boundary_spanners`
    """
    import datetime as dt

    from colsim.scenario.checks import nearest
    from colsim.scenario.faults import Fault, ScenarioError
    from colsim.scenario.shipped import POLICY, list_presets
    from colsim.scenario.staff import read_staff
    from colsim.scenario.staff.cells import FULL_TIME
    from colsim.scenario.staff.summary import summary
    from colsim.scenario.staff.writing import relative_path, scenario_text, usual_families

    as_of = dt.date.today()
    reading = read_staff(file, as_of=as_of)
    faults: list[Fault] = list(reading.faults)
    presets = {preset.name: preset for preset in list_presets(POLICY)}
    for name in policy or ():
        if name not in presets:
            allowed = f"a policy: {', '.join(presets)}"
            faults.append(
                Fault("command line", "--policy", repr(name), allowed, nearest(name, presets))
            )
    target = out or Path(file).with_suffix(".toml")
    if target.suffix.lower() != ".toml":
        faults.append(Fault("command line", "--out", repr(str(out)), "a name that ends in .toml"))
    if faults:
        raise ScenarioError(faults)
    comments = []
    if families is None:
        families = usual_families(summary(reading)["hours"]["CSW"], full_time=FULL_TIME)
        comments.append(
            "shared_families is an estimate (as many for each CSW post as in robinscar): put the"
        )
        comments.append("number of families open to both services at a time in your authority.")
    sizes: dict[str, Any] = {"shared_families": families}
    if inside:
        sizes |= {key: value for key, value in reading.organisation().items() if value}
    else:
        listed = {"staff": relative_path(Path(file), target.parent), "as_of": as_of.isoformat()}
        sizes = listed | sizes
    stem = Path(file).stem
    text = scenario_text(title=f"{stem}: today", organisation=sizes, comments=comments)
    refuse_existing([target], force)
    write_whole(target, text.encode())
    if as_json:
        notes = list(reading.notes)
        print_json({"files": [str(target)], "shared_families": families, "notes": notes})
        return
    for note in reading.notes:
        sys.stderr.write(f"note: {note}\n")
    sys.stdout.write(f"written: {target}\n")
    for comment in comments:
        sys.stdout.write(f"{comment}\n")
    chosen = " ".join(dict.fromkeys(policy or ())) or "co_location boundary_spanners"
    sys.stdout.write(f"Then: colsim compare {target} {chosen}\n")


def _example() -> dict[str, list[list[Any]]]:
    """Return the rows of the shipped example list."""
    import csv

    from colsim.scenario.shipped import shipped_folder

    folder = shipped_folder() / "authorities" / "example_authority"
    rows: dict[str, list[list[Any]]] = {}
    for name in ("staff", "ties", "sites"):
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        entries = [row for row in csv.reader(text.splitlines()) if row][1:]
        rows[name] = [[_number(cell) for cell in row] for row in entries]
    return rows


def _number(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell


def _print_understood(
    console: "Console", reading: "StaffReading", understood: dict[str, Any]
) -> None:
    """Show what was understood; texts of the file are never read as markup."""
    from rich.table import Table
    from rich.text import Text

    def say(text: str, style: str = "") -> None:
        printable = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
        console.print(Text(printable, style=style))

    people, hours = understood["people"], understood["hours"]
    say(f"Staff list {reading.file}", "bold")
    say(
        f"{people['CSW']} CSW with {hours['CSW']:g} hours a week, {people['MHSW']} MHSW with "
        f"{hours['MHSW']:g}; {understood['start_dates']} start dates, {understood['ties']} ties, "
        f"{understood['distances']} distances between {len(understood['sites'])} sites"
    )
    if reading.spanners:
        say(f"Shown, not simulated: boundary spanners {', '.join(reading.spanners)}")
    table = Table("Locality", "Team", "Role", "Site", box=None, pad_edge=False)
    table.add_column("People", justify="right")
    table.add_column("Hours", justify="right")
    for locality in understood["localities"]:
        label = f"{locality['number']} {locality['name']}"
        for team in locality["teams"]:
            cells = (label, team["name"], team["role"], team["site"] or "")
            table.add_row(*map(Text, cells), f"{team['people']}", f"{team['hours']:g}")
            label = ""
    console.print()
    console.print(table)
    for kind, columns in understood["columns"].items():
        say(f"\nColumns of {kind}", "bold")
        say(", ".join(f"{field}: '{header}'" for field, header in columns.items()))
    if reading.notes:
        say("\nWhat was guessed or is worth knowing", "bold")
        for note in reading.notes:
            say(f"- {note}")
