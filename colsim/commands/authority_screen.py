"""What `colsim authority check` shows of a staff list that was read."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.scenario.staff import StaffReading


def print_understood(
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
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of
    from colsim.reporting.words import exact

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
    if reading.vacant:
        say(f"{len(reading.vacant)} of these posts are vacant today: {_few(reading.vacant)}")
    if reading.spanners:
        say(f"Shown, not simulated: boundary spanners {', '.join(reading.spanners)}")
    table = table_of("Locality", "Team", "Role", "Site", ">People", ">Hours")
    for locality in understood["localities"]:
        label = f"{locality['number']} {locality['name']}"
        for team in locality["teams"]:
            cells = (label, team["name"], team["role"], team["site"] or "")
            table.add_row(*map(Text, cells), f"{team['people']}", f"{team['hours']:g}")
            label = ""
    console.print()
    print_table(console, table)
    for kind, columns in understood["columns"].items():
        say(f"\nColumns of {kind}", "bold")
        say(", ".join(f"{field}: '{header}'" for field, header in columns.items()))
    if shared:
        say("\nWhat holds already", "bold")
        for team in shared["teams"]:
            say(
                f"- {team['name']} sits at {team['site']} with a children's team of "
                f"{team['locality']}: {shared['policy']} adds nothing there"
            )
        say(
            f"Its cost is counted for all {shared['of']} AMH teams: about "
            f"{exact(shared['cost_a_year'])} a year at three days a week, "
            f"and {exact(shared['cost_once'])} once, for agreeing it in all teams of both services"
        )
    if reading.notes:
        say("\nWhat was guessed or is worth knowing", "bold")
        for note in reading.notes:
            say(f"- {note}")


def _few(names: tuple[str, ...], most: int = 6) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
