"""`colsim authorities`, `policies` and `show`: what can be compared, and what is in it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.output import AsJson, console, print_json
from colsim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from colsim.scenario import Preset

MARK_WORDS = {
    "S": "primary source",
    "s": "secondary source",
    "C": "calculated",
    "J": "judgement",
}


def authorities(as_json: AsJson = False) -> None:
    """List the authorities that come with colsim: organisations in which policies are lived.

    Examples:

    - `colsim authorities`
    - `colsim authorities --json`
    """
    from colsim.scenario.shipped import AUTHORITY, list_presets

    presets = list_presets(AUTHORITY)
    if as_json:
        print_json({"authorities": [_listed(preset) for preset in presets]})
        return
    _print_list([("Authority", presets)])
    _say("\ncolsim show NAME tells all about one of them; colsim authority takes your staff list.")


def policies(
    authority: Annotated[
        str, typer.Option(metavar="AUTHORITY", help="Preset or TOML file to work out costs for.")
    ] = "robinscar",
    as_json: AsJson = False,
) -> None:
    """List the policies that come with colsim, with their cost, and what may happen meanwhile.

    Costs are what a policy adds in an authority at full strength; most prices are judgement.

    Examples:

    - `colsim policies`
    - `colsim policies --authority desktop --json`
    """
    from colsim.scenario import load_scenario
    from colsim.scenario.costs import cost_of
    from colsim.scenario.loading import over
    from colsim.scenario.shipped import CIRCUMSTANCE, POLICY, list_presets

    base = load_scenario(authority)
    own = cost_of(base.scenario)
    costs: dict[str, tuple[float, float] | str] = {}
    for preset in list_presets(POLICY):
        try:
            cost = cost_of(over(base, preset.name).scenario)
        except UserError as error:  # it does not go together with the authority
            costs[preset.name] = str(error)
        else:
            costs[preset.name] = (cost.a_year - own.a_year, cost.once - own.once)
    happenings = list_presets(CIRCUMSTANCE)
    if as_json:
        rows = [_listed(preset) | _cost(costs[preset.name]) for preset in list_presets(POLICY)]
        print_json(
            {
                "authority": base.name,
                "policies": rows,
                "circumstances": [_listed(preset) for preset in happenings],
            }
        )
        return
    _print_list([("Policy", list_presets(POLICY)), ("Circumstance", happenings)], costs)
    _say(
        f"\nCosts for {base.scenario.title.rstrip('.')}, in prices of 2013/14 to 2014/15, most of "
        "them judgement: orders of magnitude.\n"
        "colsim compare AUTHORITY POLICY... compares policies; --under CIRCUMSTANCE lays a "
        "circumstance under them; colsim show NAME tells all about one."
    )


def _listed(preset: "Preset") -> dict[str, Any]:
    return {"name": preset.name, "title": preset.title, "description": preset.description}


def _cost(cost: tuple[float, float] | str) -> dict[str, Any]:
    if isinstance(cost, str):
        return {"cost_a_year": None, "cost_once": None, "fault": cost}
    return {"cost_a_year": cost[0], "cost_once": cost[1]}


def _print_list(
    parts: "list[tuple[str, tuple[Preset, ...]]]",
    costs: dict[str, tuple[float, float] | str] | None = None,
) -> None:
    """Print presets, a line each, a heading for each kind."""
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of
    from colsim.reporting.words import pounds

    screen = console()
    for k, (head, presets) in enumerate(parts):
        priced = costs is not None and any(preset.name in costs for preset in presets)
        table = table_of(head, "What it is", *((">A year", ">Once") if priced else ()))
        for preset in presets:
            name = Text(preset.name, style="bold", overflow="fold")
            cost = (costs or {}).get(preset.name, "")
            paid = ["excluded", ""]
            if isinstance(cost, tuple):
                paid = [pounds(amount) if amount else "-" for amount in cost]
            table.add_row(name, Text(preset.title), *(paid if priced else ()))
        if k:
            screen.print()
        print_table(screen, table)


def _say(text: str) -> None:
    console().print(text)


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Preset or TOML file: an authority, a policy, or both joined by +.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show an authority or a policy in full: organisation, levers, parameters, and their evidence.

    Examples:

    - `colsim show co_location`
    - `colsim show robinscar+co_location`
    - `colsim show my_policy.toml --json`
    """
    from colsim.scenario import load_policy, load_scenario
    from colsim.scenario.describe import describe, describe_policy
    from colsim.scenario.loading import is_policy

    if is_policy(name):
        document = describe_policy(load_policy(name))
    else:
        document = describe(load_scenario(name))
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
    if "organisation" in document:
        _print_organisation(say, document)
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
    elif "organisation" in document:
        say("\nAll parameters have their default values.")
    for note in document["notes"]:
        say(f"\nNote: {note}")


def _print_organisation(say: "Callable[..., None]", document: dict[str, Any]) -> None:
    """Print how long the run lasts, and who is in the authority."""
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
    return lines + [f"Note: {caveat}" for caveat in lever["caveats"]]
