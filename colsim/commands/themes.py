"""`colsim themes`: tables of interview themes, the study's and one's own."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.options import AsJson, Force
from colsim.commands.output import Faults, list_document, print_json
from colsim.commands.streams import console, print_error
from colsim.commands.wrong_use import Commands
from colsim.errors import UserError
from colsim.reporting.screen import printable

if TYPE_CHECKING:
    from colsim.calibration.themes.reader import ThemeReading
    from colsim.calibration.themes.table import ThemeTable

app = Commands(name="themes", rich_markup_mode="markdown")


@app.callback(invoke_without_command=True)
def themes(context: typer.Context, as_json: AsJson = False) -> None:
    """List the interview themes of the study; bring your own with `new` and `check`.

    How many of those interviewed in each service voiced a theme, at least and at most. Eight
    interviews in one place, held by an insider: docs/themes.md says what they can tell.

    Examples:

    - `colsim themes`
    - `colsim themes new themes.xlsx --per-participant`
    - `colsim themes check themes.xlsx`
    """
    if context.invoked_subcommand is not None:
        if as_json:
            raise UserError(
                f"command line: found --json before {context.invoked_subcommand}; allowed: "
                f"colsim themes {context.invoked_subcommand} ... --json"
            )
        return
    from colsim.calibration.themes.reading import STUDY, study_themes

    table = study_themes()
    if as_json:
        print_json({"source": STUDY, **_plain(table)})
        return
    _print_rows(table, f"Themes of the study: {STUDY}")
    sys.stdout.write(
        "\nBasis: all (the study says all), stated (a number or that nobody did), group (said of "
        "the group), quoted (those quoted). Themes T27 and T28 are not used in fits.\n"
    )


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Workbook (.xlsx) or CSV file to write.")
    ] = Path("themes.xlsx"),
    per_participant: Annotated[
        bool,
        typer.Option(
            "--per-participant", help="One row for each participant and theme: the better form."
        ),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write a table to fill in, with explanations and example rows.

    Who voiced what tells more than counts: themes voiced by one person belong together.

    Examples:

    - `colsim themes new`
    - `colsim themes new ours.csv --per-participant`
    """
    from colsim.calibration.themes.files import template_text
    from colsim.reporting.files import refuse_existing, write_files
    from colsim.scenario.staff.template import template_workbook

    ending = file.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise UserError(
            f"{file}: found the ending {file.suffix!r}; allowed: a name with .xlsx or .csv"
        )
    refuse_existing([file], force)
    if ending == ".xlsx":
        data = template_workbook("participants" if per_participant else "themes")
    else:
        # With a byte-order mark, by which spreadsheet programs know UTF-8.
        data = template_text(per_participant=per_participant).encode("utf-8-sig")
    write_files({file: data}, force=force)
    if as_json:
        print_json({"file": str(file), "form": "participants" if per_participant else "counts"})
    else:
        sys.stdout.write(
            f"written: {file}\n"
            "Replace the example rows by your own. Codes only, no names and no quotations.\n"
            f"Then: colsim themes check {file}\n"
        )


@app.command()
def check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Workbook (.xlsx) or CSV file with themes.")
    ],
    as_json: AsJson = False,
) -> None:
    """Check a table of themes: everything wrong in one go, and what was understood.

    Exit code 0 if it is sound, 2 if not.

    Examples:

    - `colsim themes check themes.xlsx`
    - `colsim themes check ours.csv --json`
    """
    from colsim.calibration.themes.reading import understand_themes
    from colsim.scenario.staff.tables import grouped

    reading = understand_themes(file)
    if as_json:
        print_json(_check_plain(reading))
    else:
        if reading.table is not None:
            _print_rows(reading.table, f"Themes of {reading.file}")
            _print_form(reading)
        if reading.notes:
            sys.stdout.write("\nWhat was guessed or is worth knowing\n")
            for note in reading.notes:
                sys.stdout.write(f"- {printable(note)}\n")
        for fault in grouped(reading.faults):
            print_error(str(fault))
        if not reading.faults:
            sys.stdout.write("\nNo faults.\n")
    if reading.faults:
        raise typer.Exit(2)


@app.command()
def agree(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="One coder's table of themes.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="Another coder's.")],
    as_json: AsJson = False,
) -> None:
    """Hold two coders' tables of the same interviews against each other.

    Says where they differ, and Cohen's kappa. A calibration takes both: `coders = ["SECOND"]`.

    Examples:

    - `colsim themes agree first.csv second.csv`
    """
    from dataclasses import asdict

    from colsim.calibration.themes.reading import understand_themes
    from colsim.calibration.themes.table import agreement, mixing_faults
    from colsim.scenario.faults import Fault, ScenarioError

    readings = [understand_themes(one) for one in (first, second)]
    faults: list[Fault] = [fault for one in readings for fault in one.faults]
    tables = [one.table for one in readings if one.table is not None]
    if len(tables) == 2:
        faults += mixing_faults(*tables, file="SECOND", key="", absent_is_data=True)
    if faults:
        raise ScenarioError(faults)
    found = agreement(*tables)
    if as_json:
        print_json(asdict(found))
        return
    kappa = "" if found.kappa is None else f", kappa {found.kappa:.2f}"
    sys.stdout.write(f"{found.equal} of {found.compared} answers are the same{kappa}\n")
    if found.differences:
        from colsim.reporting.account import Grid
        from colsim.reporting.screen import print_parts

        rows = tuple((x.theme, x.service, x.who, x.first, x.second) for x in found.differences)
        head = ("Theme", "Service", "Participant", "First", "Second")
        print_parts(console(), Grid(head, rows, worded=(1, 2, 3, 4)))


@app.command(name="import")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Export of codings: .csv, .xlsx or .qdpx.")
    ],
    cases: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Table with the columns participant and service."),
    ] = None,
    not_coded: Annotated[
        str | None,
        typer.Option(
            help="What it means that a theme is not coded: no (complete coding) or unknown."
        ),
    ] = None,
    themes: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Table of the themes that codes must match."),
    ] = None,
    coder: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose codings of a .qdpx project to read; else all."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Table of answers to write (.csv).")
    ] = Path("answers.csv"),
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Turn an export of a coding tool into a table of answers by participant.

    Read are lists of codings, matrices of participants and codes, and projects in the format
    REFI-QDA. Words of quotations are dropped.

    Examples:

    - `colsim themes import codings.csv --cases services.csv --not-coded unknown`
    - `colsim themes import project.qdpx --cases services.csv --not-coded no --out ours.csv`
    """
    from colsim.calibration.themes.coded import import_themes
    from colsim.reporting.files import refuse_existing, write_files

    faults = Faults()
    if out.suffix.lower() != ".csv":
        faults.found.append(f"--out: found {out}; allowed: a file whose name ends in .csv")
    faults.trying(lambda: refuse_existing([out], force))
    found = faults.trying(
        lambda: import_themes(file, cases=cases, themes=themes, not_coded=not_coded, coder=coder)
    )
    faults.refuse()
    assert found is not None
    write_files({out: found.text.encode("utf-8-sig")}, force=force)
    if as_json:
        print_json(
            {
                "file": str(out),
                "participants": found.people,
                "themes": found.themes,
                "voiced": found.yes,
                "notes": list(found.notes),
            }
        )
        return
    sys.stdout.write(
        f"written: {out} ({found.people} participants, {found.themes} themes, {found.yes} voiced)\n"
    )
    for note in found.notes:
        sys.stdout.write(f"- {printable(note)}\n")
    sys.stdout.write(f"Then: colsim themes check {out}\n")


def _plain(table: "ThemeTable") -> dict[str, Any]:
    """Return a table as plain data."""
    return {"interviewed": table.interviewed, "themes": table.plain()}


def _check_plain(reading: "ThemeReading") -> dict[str, Any]:
    form = {"Themes": "counts", "Participants": "participants", None: None}[reading.form]
    understood: dict[str, Any] | None = None
    if reading.table is not None:
        understood = _plain(reading.table)
        if (answers := reading.table.participants) is not None:
            understood["participants"] = [
                {
                    "participant": code,
                    "service": service,
                    "voiced": {
                        theme: {1: True, 0: False}.get(int(answer))
                        for theme, answer in zip(answers.themes, row, strict=True)
                    },
                }
                for code, service, row in zip(
                    answers.codes, answers.services, answers.voiced, strict=True
                )
            ]
    own = {"form": form, "columns": reading.columns, "understood": understood}
    return list_document(reading) | own


def _print_rows(table: "ThemeTable", title: str) -> None:
    """Show themes and counts."""
    from colsim.reporting.account import Grid, Words
    from colsim.reporting.screen import print_parts

    interviewed = ", ".join(f"{number} {service}" for service, number in table.interviewed.items())
    rows, last = [], None
    for row in table.rows:
        name = ("", "") if row.id == last else (row.id, row.title)
        last = row.id
        counts = map(str, (row.voiced_min, row.voiced_max, row.interviewed))
        rows.append((*name, row.service, *counts, row.basis))
    head = ("Id", "Theme", "Service", "At least", "At most", "Of", "Basis")
    print_parts(
        console(), Words(title, strong=True), Words(f"Interviewed: {interviewed}"), Words(""),
        Grid(head, tuple(rows), worded=(1, 2, 6)),
    )  # fmt: skip


def _print_form(reading: "ThemeReading") -> None:
    """Say which form was read, and which header was taken for what."""
    assert reading.table is not None
    answers = reading.table.participants
    if answers is None:
        form = "Counts by theme. Answers by participant would tell more: themes voiced by one "
        form += "person belong together."
    else:
        known = int((answers.voiced >= 0).sum())
        form = f"Answers by participant: {len(answers.codes)} participants, "
        form += f"{len(answers.themes)} themes, {known} answers known."
    columns = ", ".join(f"{name}: '{header}'" for name, header in reading.columns.items())
    sys.stdout.write(f"\n{form}\nColumns: {printable(columns)}\n")
