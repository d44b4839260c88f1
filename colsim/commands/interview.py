"""`colsim interview`."""

from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.output import AsJson, print_json
from colsim.commands.streams import console

if TYPE_CHECKING:
    from colsim.calibration.interview import Interviews


def interview(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="Name of a preset or path of a TOML file; with --calibration its scenario unless "
            "given.",
        ),
    ] = None,
    csw: Annotated[int, typer.Option(help="Children's social workers to interview.")] = 4,
    mhsw: Annotated[int, typer.Option(help="Mental health social workers to interview.")] = 4,
    week: Annotated[
        int | None,
        typer.Option(help="Weeks of policy before the interviews; the whole run unless given."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The one seed that all chance derives from.")] = 1,
    plausible_world: Annotated[
        bool,
        typer.Option(
            "--plausible-world",
            help="Draw all uncertain parameters by the seed, rather than keep their defaults.",
        ),
    ] = False,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Calibration file whose themes and observables to use; the study's unless given.",
        ),
    ] = None,
    quantities: Annotated[
        bool, typer.Option("--quantities", help="List what practitioners can speak of, and stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Interview people of the model: who voices which theme, and from which experience.

    Nobody is quoted: the model knows what somebody remembers, not what they would say.

    Examples:

    - `colsim interview robinscar_as_interviewed`
    - `colsim interview desktop --csw 2 --mhsw 2 --week 52 --seed 7 --json`
    - `colsim interview --quantities`
    """
    if quantities:
        _list_quantities(as_json=as_json)
        return
    from colsim.calibration.interview import interview as hold

    compile_shown()
    result = hold(
        scenario,
        csw=csw,
        mhsw=mhsw,
        week=week,
        seed=seed,
        plausible_world=plausible_world,
        calibration=calibration,
    )
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result)


def _list_quantities(*, as_json: bool) -> None:
    from colsim.calibration.interviewing.quantities import QUANTITIES

    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "unit": one.unit,
                    "services": list(one.services),
                    "low": one.low,
                    "high": one.high,
                    "meaning": one.meaning,
                }
                for one in QUANTITIES.values()
            ]
        )
        return
    from colsim.reporting.screen import print_table, table_of

    table = table_of("Quantity", "Unit", "Who", "Meaning")
    for one in QUANTITIES.values():
        table.add_row(one.name, one.unit, ", ".join(one.services), one.meaning)
    print_table(console(), table)


def _print(result: "Interviews") -> None:
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of

    screen = console()
    count = len(result.people)
    screen.print(
        f"{count} interview{'' if count == 1 else 's'} in {result.scenario}, after "
        f"{result.week} weeks of policy, seed {result.seed}"
    )
    for person in result.people:
        title = (
            f"{person.person}, {person.service} in team {person.team}, "
            f"{person.tenure / 52:.1f} years in post"
        )
        screen.print()
        table = table_of("Theme", "Voiced", "What they could speak of", title=title)
        for one in person.voices:
            table.add_row(
                Text(f"{one.theme} {one.title}"),
                "yes" if one.voiced else "no",
                Text(one.said_from),
                style="" if one.voiced else "dim",
            )
        print_table(screen, table)
    if result.missing:
        screen.print("\nNot represented in the model:")
        for (theme, service), why in result.missing.items():
            screen.print(f"  {theme} of {service}s: {why}")
