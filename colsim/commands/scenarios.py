"""`colsim scenarios` and `colsim show`: what can be run, and what is in it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.output import AsJson, console, print_json

if TYPE_CHECKING:
    from rich.console import Console

MARK_WORDS = {
    "S": "primary source",
    "s": "secondary source",
    "C": "calculated",
    "J": "judgement",
}


def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with colsim, with a line each.

    Examples:

    - `colsim scenarios`
    - `colsim scenarios --json`
    """
    from colsim.scenario import list_presets

    presets = list_presets()
    if as_json:
        print_json(
            {
                "scenarios": [
                    {
                        "name": preset.name,
                        "title": preset.title,
                        "description": preset.description,
                        "extends": preset.extends,
                    }
                    for preset in presets
                ]
            }
        )
        return
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of

    table = table_of("Scenario", "What it is")
    for preset in presets:
        table.add_row(Text(preset.name, style="bold", overflow="fold"), Text(preset.title))
    screen = console()
    print_table(screen, table)
    screen.print("\ncolsim show NAME tells all about one of them.")


def show(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a preset, or path of a TOML file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show a scenario in full: organisation, levers, changed parameters, and their evidence.

    Examples:

    - `colsim show co_location`
    - `colsim show my_policy.toml --json`
    """
    from colsim.scenario import load_scenario
    from colsim.scenario.describe import describe

    document = describe(load_scenario(scenario))
    if as_json:
        print_json(document)
        return
    _print_scenario(console(), document)


def _print_scenario(console: "Console", document: dict[str, Any]) -> None:
    """Print a described scenario for people; texts of the file are never read as markup."""
    from rich.padding import Padding
    from rich.text import Text

    def say(text: str, *, indent: int = 0, style: str = "") -> None:
        printable = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
        console.print(Padding(Text(printable, style=style), (0, 0, 0, indent), expand=False))

    say(document["title"], style="bold")
    say(" ".join(document["description"].split()))
    say(f"From: {', then '.join(document['files'])}")
    run = document["run"]
    say(f"\nRun: {run['weeks']} weeks after a burn-in of {run['burn_in']} weeks")
    size = document["organisation"]
    say("\nOrganisation" + (" (per authority)" if size["authorities"] > 1 else ""), style="bold")
    if size["authorities"] > 1:
        say(f"{size['authorities']} authorities", indent=2)
    names = ", ".join(f"{k} {name}" for k, name in enumerate(size["locality_names"]))
    say(f"{size['localities']} localities" + (f": {names}" if names else ""), indent=2)
    say(f"{size['csw']} children's social workers in teams of {size['csw_team_size']}", indent=2)
    say(f"{size['mhsw']} mental health social workers in {size['mhsw_teams']} teams", indent=2)
    say(f"{size['shared_families']} families open to both services at a time", indent=2)
    if size["practitioners"]:
        say(
            f"People as listed; {len(size['ties'])} ties, {len(size['distances'])} distances",
            indent=2,
        )

    say("\nLevers" if document["levers"] else "\nNo lever is used.", style="bold")
    for name, lever in document["levers"].items():
        say(f"{lever['title']} ({name})", indent=2, style="bold")
        for line in _lever_lines(lever):
            say(line, indent=4)
    if document["parameters"]:
        say("\nParameters that differ from their default", style="bold")
        for name, parameter in document["parameters"].items():
            say(
                f"{name} = {parameter['value']:g} {parameter['unit']} (default "
                f"{parameter['default']:g}; {MARK_WORDS[parameter['mark']]})",
                indent=2,
            )
    else:
        say("\nAll parameters have their default values.")


def _lever_lines(lever: dict[str, Any]) -> list[str]:
    """Tell a lever's setting, channels, costs and evidence in lines."""
    setting = lever["setting"]
    time = f"from week {setting['start']}, full effect after {setting['ramp']} weeks"
    if setting["ramp"] == 1:
        time = f"from week {setting['start']}, at once"
    end = "" if setting["end"] is None else f", withdrawn in week {setting['end']}"
    lines = [f"Strength: {setting['strength']:g} {lever['unit']}; {time}{end}"]
    reach = [f"reaches {setting['coverage']:.0%}"] if setting["coverage"] < 1 else []
    if setting["recruitment"] < 1:
        reach.append(f"{setting['recruitment']:.0%} of attempts to fill a post succeed")
    if setting["localities"] is not None:
        reach.append(f"localities {', '.join(map(str, setting['localities']))} only")
    if reach:
        lines.append(f"Reach: {'; '.join(reach)}")
    lines += [
        f"Acts on {channel['quantity']} ({channel['name']}): {channel['description']}"
        for channel in lever["channels"]
    ]
    if setting["without"]:
        lines.append(f"Switched off: {', '.join(setting['without'])}")
    lines += [
        f"Costs £{cost['amount']:,.0f} {cost['unit'].removeprefix('£ ')}: {cost['item']} (prices "
        f"of {cost['price_year']}; {MARK_WORDS[cost['mark']]})"
        for cost in lever["costs"]
    ]
    lines.append(f"Evidence: {MARK_WORDS[lever['mark']]}. {lever['source']}")
    return lines
