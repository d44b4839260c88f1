"""`colsim authority`: a user's own staff list."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.options import AsJson, Force, named_path
from colsim.commands.output import list_document, print_json, print_remarks
from colsim.commands.streams import console, print_error
from colsim.commands.wrong_use import Commands
from colsim.errors import UserError, few

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.scenario.staff import StaffReading

app = Commands(name="authority", no_args_is_help=True, rich_markup_mode="markdown")

StaffFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Workbook (.xlsx), CSV file, or folder with staff.csv, ties.csv and sites.csv.",
    ),
]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TITLE=ROLE",
        help="What a job title, or a team as a whole, means: CSW, MHSW, BS, or 'leave out' for "
        "those without cases; can be given again. A sheet Roles (title, role) in the list says the "
        "same.",
    ),
]


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
    from colsim.reporting.files import refuse_existing, write_files
    from colsim.scenario.staff.template import template_workbook

    if file.suffix.lower() != ".xlsx":
        raise UserError(f"{file}: found the ending {file.suffix!r}; allowed: a name with .xlsx")
    refuse_existing([file], force)
    rows = _example() if example else {}
    write_files({file: template_workbook("staff", rows)}, force=force)
    if as_json:
        print_json({"file": str(file)})
    else:
        sys.stdout.write(
            f"written: {file}\n"
            "Fill in the sheets Staff, Ties and Sites. Use codes, not names: results show them.\n"
            f"Then: colsim authority check {file}\n"
        )


@app.command()
def check(
    file: StaffFile,
    role: Roles = None,
    marked: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write a workbook (.xlsx) with the list in which faulty cells are marked.",
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Check a staff list: everything wrong in one go, and what was understood.

    Exit code 0 if it is sound, 2 if not.

    Examples:

    - `colsim authority check authority.xlsx`
    - `colsim authority check export.xlsx --role 'SW Level 2=CSW' --role 'Team Manager=leave out'`
    - `colsim authority check export.xlsx --marked export_marked.xlsx`
    - `colsim authority check our_lists --json`
    """
    from colsim.scenario.staff import read_staff
    from colsim.scenario.staff.tables import grouped
    from colsim.scenario.staff.writing import already_shared, summary

    roles = _mapped(role)
    if marked is not None:
        _refuse_marked(marked, Path(file), force)
    reading = read_staff(file, roles=roles)
    understood, shared = summary(reading), already_shared(reading)
    if marked is not None and reading.faults:
        _write_marked(marked, reading, force)
    if as_json:
        print_json(list_document(reading) | {"understood": understood, "holds_already": shared})
    else:
        if reading.practitioners:
            _print_understood(console(), reading, understood, shared)
        for fault in grouped(reading.faults):
            print_error(str(fault))
        if not reading.faults:
            sys.stdout.write("\nNo faults.\n")
        elif marked is not None:
            sys.stdout.write(f"written: {marked}\n")
    if reading.faults:
        raise typer.Exit(2)


@app.command()
def scenario(
    file: StaffFile,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=named_path,
            metavar="FILE",
            help="Scenario file to write; beside the list and named like it if not given.",
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
    role: Roles = None,
    inside: Annotated[
        bool,
        typer.Option("--inside", help="Write the people into the scenario, to hand on one file."),
    ] = False,
    anonymous: Annotated[
        bool,
        typer.Option(
            "--anonymous",
            help="Write the people into the scenario under pseudonyms; a key beside it keeps them "
            "the same next time.",
        ),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a scenario of a staff list, ready to run and to compare policies in.

    Examples:

    - `colsim authority scenario authority.xlsx --families 130`
    - `colsim authority scenario authority.xlsx --policy co_location --policy boundary_spanners`
    - `colsim authority scenario export.xlsx --role 'Team Manager=leave out' --anonymous`
    """
    import datetime as dt

    from colsim.errors import nearest
    from colsim.reporting.files import write_files
    from colsim.scenario.faults import Fault, ScenarioError
    from colsim.scenario.shipped import POLICY, list_presets
    from colsim.scenario.staff import read_staff
    from colsim.scenario.staff.cells import FULL_TIME
    from colsim.scenario.staff.tables import grouped
    from colsim.scenario.staff.writing import relative_path, scenario_text, summary, usual_families

    as_of = dt.date.today()
    reading = read_staff(file, as_of=as_of, roles=_mapped(role))
    faults: list[Fault] = list(grouped(reading.faults))
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
    key = target.with_name(f"{target.stem}_key.csv") if anonymous else None
    organisation, key_text = _under_pseudonyms(reading, key)
    if inside or anonymous or role:
        if role and not (inside or anonymous):
            comments.append(
                "The people stand here because titles were mapped with --role: a sheet Roles in "
                "the list would keep them there."
            )
        sizes |= {name: value for name, value in organisation.items() if value}
    else:
        listed = {"staff": relative_path(Path(file), target.parent), "as_of": as_of.isoformat()}
        sizes = listed | sizes
    stem = Path(file).stem
    text = scenario_text(title=f"{stem}: today", organisation=sizes, comments=comments)
    written = {target: text.encode()}
    if key is not None:  # grows with each list, so that it is never in the way
        written[key] = key_text.encode("utf-8-sig")
    write_files(written, force=force, growing=() if key is None else (key,))
    if as_json:
        notes = list(reading.notes)
        print_json({"files": [str(target)], "shared_families": families, "notes": notes})
        return
    print_remarks(reading.notes)
    if key is not None:
        sys.stdout.write(f"written: {key}: who is who; keep it, and hand it to nobody\n")
    elif reading.practitioners:
        codes = "results made with this scenario hold the codes of its people; --anonymous "
        print_remarks([f"{codes}writes pseudonyms"])
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
    for name in ("Staff", "Ties", "Sites"):
        text = (folder / f"{name.lower()}.csv").read_text(encoding="utf-8")
        entries = [row for row in csv.reader(text.splitlines()) if row][1:]
        rows[name] = [[_number(cell) for cell in row] for row in entries]
    return rows


def _number(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell


def _mapped(options: list[str] | None) -> dict[str, str]:
    """Return the titles that are mapped on the command line, each with its role.

    Raises:
        ScenarioError: an option maps nothing, or to no role.
    """
    from colsim.scenario.faults import Fault, ScenarioError
    from colsim.scenario.staff.titles import MAPPED_ROLES, mapped_role

    found: dict[str, str] = {}
    faults = []
    for option in options or ():
        title, equals, text = option.rpartition("=")
        role = mapped_role(text)
        if not equals or not title.strip():
            allowed = "TITLE=ROLE, such as 'Team Manager=leave out'"
            faults.append(Fault("command line", "--role", repr(option), allowed))
        elif role is None:
            faults.append(Fault("command line", f"--role {title}", repr(text), MAPPED_ROLES))
        else:
            found[title] = role
    if faults:
        raise ScenarioError(faults)
    return found


def _refuse_marked(marked: Path, file: Path, force: bool) -> None:
    """Refuse a place for the marked copy: another ending, the list itself, a file that is there."""
    if marked.suffix.lower() != ".xlsx":
        raise UserError(f"--marked: found {str(marked)!r}; allowed: a name that ends in .xlsx")
    if marked.exists() and file.exists() and marked.samefile(file):
        raise UserError(f"--marked: found the list itself, {file}; allowed: another file")
    from colsim.reporting.files import refuse_existing

    refuse_existing([marked], force)


def _write_marked(marked: Path, reading: "StaffReading", force: bool) -> None:
    from colsim.reporting.files import write_files
    from colsim.scenario.staff.tables import UnreadableError
    from colsim.scenario.staff.template import marked_copy

    try:
        data = marked_copy(Path(reading.file), reading.faults, label=reading.file)
    except UnreadableError as error:
        raise UserError(str(error)) from None
    write_files({marked: data}, force=force)


def _under_pseudonyms(reading: "StaffReading", key: Path | None) -> tuple[dict[str, Any], str]:
    """Return the organisation, with pseudonyms if there is a place for the key, and the key."""
    from colsim.scenario.staff import writing

    organisation = reading.organisation()
    if key is None:
        return organisation, ""
    ids = [person["id"] for person in reading.practitioners]
    names = writing.pseudonyms(ids, writing.read_key(key))
    return writing.without_codes(organisation, names), writing.key_text(names)


def _print_understood(
    console: "Console",
    reading: "StaffReading",
    understood: dict[str, Any],
    shared: dict[str, Any] | None,
) -> None:
    """Show what was understood; texts of the file are never read as markup.

    Args:
        console: where to.
        reading: of the list.
        understood: from `colsim.scenario.staff.writing`.
        shared: from `colsim.scenario.staff.writing`.
    """
    from colsim.reporting.account import Grid, Part, Points, Words
    from colsim.reporting.screen import print_parts
    from colsim.reporting.words import exact

    people, hours = understood["people"], understood["hours"]
    said: list[Part] = [
        Words(f"Staff list {reading.file}", strong=True),
        Words(
            f"{people['CSW']} CSW with {hours['CSW']:g} hours a week, {people['MHSW']} MHSW with "
            f"{hours['MHSW']:g}; {understood['start_dates']} start dates, {understood['ties']} "
            f"ties, {understood['distances']} distances between {len(understood['sites'])} sites"
        ),
    ]
    if reading.vacant:
        vacant = few(reading.vacant, 6)
        said.append(Words(f"{len(reading.vacant)} of these posts are vacant today: {vacant}"))
    if reading.spanners:
        said.append(Words(f"Shown, not simulated: boundary spanners {', '.join(reading.spanners)}"))
    rows = []
    for locality in understood["localities"]:
        label = f"{locality['number']} {locality['name']}"
        for team in locality["teams"]:
            cells = (label, team["name"], team["role"], team["site"] or "")
            rows.append((*cells, f"{team['people']}", f"{team['hours']:g}"))
            label = ""
    head = ("Locality", "Team", "Role", "Site", "People", "Hours")
    said += [Words(""), Grid(head, tuple(rows), worded=(1, 2, 3))]
    for kind, columns in understood["columns"].items():
        said.append(Words(f"\nColumns of {kind}", strong=True))
        said.append(Words(", ".join(f"{field}: '{name}'" for field, name in columns.items())))
    if shared:
        there = tuple(
            f"{team['name']} sits at {team['site']} with a children's team of "
            f"{team['locality']}: {shared['policy']} adds nothing there"
            for team in shared["teams"]
        )
        counted = (
            f"Its cost is counted for all {shared['of']} AMH teams: about "
            f"{exact(shared['cost_a_year'])} a year at three days a week, "
            f"and {exact(shared['cost_once'])} once, for agreeing it in all teams of both services"
        )
        said += [Words("\nWhat holds already", strong=True), Points(there), Words(counted)]
    if reading.notes:
        said.append(Words("\nWhat was guessed or is worth knowing", strong=True))
        said += [Words(f"- {note}") for note in reading.notes]
    print_parts(console, *said)
