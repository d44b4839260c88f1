"""`colsim authorities`, `policies` and `show`: what can be compared, and what is in it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.options import AsJson, PriceYear
from colsim.commands.output import given, print_json
from colsim.commands.streams import console
from colsim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from colsim.scenario import LoadedScenario, Preset

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


Authority = Annotated[
    str,
    typer.Option(
        "--for",
        "--authority",
        metavar="AUTHORITY",
        help="Preset or TOML file to work out costs for.",
    ),
]


def policies(
    authority: Authority = "robinscar",
    price_year: PriceYear = None,
    as_json: AsJson = False,
) -> None:
    """List the policies that come with colsim, with their cost, and what may happen meanwhile.

    Costs are what a policy adds in an authority at full strength; most prices are judgement.

    Examples:

    - `colsim policies`
    - `colsim policies --for desktop --price-year 2026`
    - `colsim policies --for desktop --json`
    """
    from colsim.scenario.loading import load_scenario
    from colsim.scenario.shipped import CIRCUMSTANCE, POLICY, list_presets

    base = load_scenario(authority, overrides=given({"price_year": price_year}))
    happenings = list_presets(CIRCUMSTANCE)
    costs = {preset.name: _added(base, preset.name) for preset in list_presets(POLICY)}
    if as_json:
        rows = [_listed(preset) | costs[preset.name] for preset in list_presets(POLICY)]
        listed = [_listed(preset) for preset in happenings]
        print_json({"authority": base.name, "policies": rows, "circumstances": listed})
        return
    _print_list([("Policy", list_presets(POLICY)), ("Circumstance", happenings)], costs)
    years = sorted({year for cost in costs.values() for year in cost.get("price_years", ())})
    _say(
        f"\nCosts for {base.scenario.title.rstrip('.')}, in prices of {' to '.join(years)}, most "
        "of them judgement: orders of magnitude. Hours are those of the staff whom a policy "
        "reaches, in a year.\n"
        "colsim compare AUTHORITY POLICY... compares policies; --under CIRCUMSTANCE lays a "
        "circumstance under them; colsim show NAME tells all about one."
    )


def _added(base: "LoadedScenario", policy: str) -> dict[str, Any]:
    """Return what a policy adds to an authority's costs, or why they do not go together."""
    from colsim.scenario.costs import cost_of
    from colsim.scenario.loading import over

    own = cost_of(base.scenario)
    try:
        cost = cost_of(over(base, policy).scenario)
    except UserError as error:
        return {"cost_a_year": None, "cost_once": None, "fault": str(error)}
    return {
        "cost_a_year": cost.a_year - own.a_year,
        "cost_once": cost.once - own.once,
        "spending": [mine - less for mine, less in zip(cost.spending, own.spending, strict=True)],
        "staff_hours_a_year": cost.staff_hours - own.staff_hours,
        "price_years": list(cost.price_years),
    }


def _listed(preset: "Preset") -> dict[str, Any]:
    return {"name": preset.name, "title": preset.title, "description": preset.description}


def _print_list(
    parts: "list[tuple[str, tuple[Preset, ...]]]",
    costs: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Print presets, a line each, a heading for each kind."""
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of
    from colsim.reporting.words import pounds

    screen = console()
    for k, (head, presets) in enumerate(parts):
        priced = costs is not None and any(preset.name in costs for preset in presets)
        table = table_of(head, "What it is", *((">A year", ">Once", ">Hours") if priced else ()))
        for preset in presets:
            name = Text(preset.name, style="bold", overflow="fold")
            cost = (costs or {}).get(preset.name, {})
            paid = ["excluded", "", ""]
            if cost.get("cost_a_year") is not None:
                amounts = (cost["cost_a_year"], cost["cost_once"])
                paid = [pounds(amount) if amount else "-" for amount in amounts]
                hours = cost["staff_hours_a_year"]
                paid.append(f"{hours:,.0f}" if hours else "-")
            table.add_row(name, Text(preset.title), *(paid if priced else ()))
        if k:
            screen.print()
        print_table(screen, table)


def _say(text: str) -> None:
    console().print(text)


def show(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Preset or TOML file: an authority, a policy, or both joined by +.",
        ),
    ] = None,
    authority: Authority = "robinscar",
    price_year: PriceYear = None,
    week: Annotated[
        bool, typer.Option("--week", help="Show what happens in a week of the model, in order.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an authority or a policy in full: organisation, levers, costs, parameters, evidence.

    Examples:

    - `colsim show co_location`
    - `colsim show boundary_spanners --for desktop --price-year 2026`
    - `colsim show robinscar+co_location`
    - `colsim show my_policy.toml --json`
    - `colsim show --week`
    """
    from colsim.scenario import load_policy, load_scenario
    from colsim.scenario.describe import bill, describe, describe_policy
    from colsim.scenario.loading import is_policy, over

    if week and (name, price_year) != (None, None):
        found = " and ".join(given({f"{name!r}": name, f"--price-year {price_year}": price_year}))
        raise UserError(f"--week: found {found} too; allowed: --week alone, or with --json")
    if week:
        _show_week(as_json=as_json)
        return
    if name is None:
        raise UserError("NAME: found nothing; allowed: a preset, a path to a TOML file, or --week")
    overrides = given({"price_year": price_year})
    if is_policy(name):
        document = describe_policy(load_policy(name))
        base = load_scenario(authority, overrides=overrides)
        try:
            document["cost"] = bill(over(base, name))
        except UserError as error:
            document["cost"] = {"authority": base.scenario.title, "fault": str(error)}
    else:
        loaded = load_scenario(name, overrides=overrides)
        document = describe(loaded) | {"cost": bill(loaded)}
    if as_json:
        print_json(document)
        return
    _print_scenario(console(), document)


def _show_week(*, as_json: bool) -> None:
    """Print the order of the week."""
    from colsim.core.week import order_of_the_week
    from colsim.reporting.account import Grid, Words
    from colsim.reporting.screen import print_parts

    steps = order_of_the_week()
    if as_json:
        print_json([asdict(step) for step in steps])
        return
    rows = tuple((step.name, step.text, step.section) for step in steps)
    grid = Grid(("Phase", "What happens", "ODD"), rows, "A week of the model", worded=(1, 2))
    said = (
        "Changes take effect at once. docs/odd.md has each section in full, docs/plain.md the "
        "same as Python to read."
    )
    print_parts(console(), grid, Words(said))


def _print_scenario(console: "Console", document: dict[str, Any]) -> None:
    """Print a described scenario for people; texts of the file are never read as markup."""
    from rich.padding import Padding
    from rich.text import Text

    from colsim.reporting.screen import printable

    def say(text: str, *, indent: int = 0, style: str = "") -> None:
        console.print(Padding(Text(printable(text), style=style), (0, 0, 0, indent), expand=False))

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
    if document["patterns"]:
        say("\nPatterns that speak of them (docs/patterns.md)", style="bold")
        for one in document["patterns"]:
            matched = one["verdict_on_matched_worlds"]
            beside = f", on matched worlds {matched}" if matched else ""
            name = one["name"].replace("_", " ")
            say(f"{one['number']} {name}: {one['verdict']}{beside}", indent=2)
    if document["levers"]:
        _print_bill(say, document["cost"])
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


def _print_bill(say: "Callable[..., None]", bill: dict[str, Any]) -> None:
    """Print what the levers cost in an authority, line by line."""
    from colsim.reporting.words import by_year, exact, uneven

    where = bill["authority"].rstrip(".")
    say(f"\nCost in: {where}", style="bold")
    if "fault" in bill:
        say(f"It cannot be laid over it: {bill['fault']}", indent=2)
        return
    for line in bill["lines"]:
        say(
            f"£{line['pounds']:,.0f} {'once' if line['once'] else 'a year'}: {line['item']} "
            f"({line['units']:g} x £{line['amount']:,.2f} {line['unit'].removeprefix('£ ')}; "
            f"{line['lever']}.{line['line']}, prices of {line['price_year']})",
            indent=2,
        )
    total = f"£{bill['a_year']:,.0f} a year at full strength"
    total += f" and £{bill['once']:,.0f} once" if bill["once"] else ""
    if not bill["lines"]:
        say("Nothing that is paid: none of its levers has a line of cost", indent=2)
    else:
        say(f"In all {total}, in prices of {', '.join(bill['price_years'])}", indent=2)
    if uneven(bill["spending"]):
        say(f"Spent in {by_year(bill['spending'], exact)}", indent=2)
    if bill["staff_hours"]:
        say(f"{bill['staff_hours']:,.0f} hours a year of the staff whom it reaches", indent=2)
    if bill["deflated"]:
        say(f"Raised to {bill['price_years'][0]} by: {bill['deflator']}", indent=2)


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
    lines += [
        f"Before: {one['strength']:g} {lever['unit']} from week {one['start']} to {one['end']}"
        for one in setting.get("earlier", ())
    ]
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
