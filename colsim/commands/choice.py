"""`colsim choose`: which policies to take within a budget."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import (
    FOR_FILES,
    at_work,
    compile_shown,
    matched_first,
    worlds_asked_for,
)
from colsim.commands.options import (
    AsJson,
    Authority,
    Out,
    PriceYear,
    Replace,
    Scheduler,
    Seed,
    Threads,
    Under,
    Weeks,
    Worlds,
)
from colsim.commands.output import (
    Faults,
    deliver,
    given,
    print_notes,
    progress_shown,
    show,
    shown_command,
    tell,
    was_given,
)
from colsim.commands.streams import console

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.answers.evidence import Information

_RIVALS = 2
"""Sets not told apart from the first that are looked at next, too."""


def choose(
    context: typer.Context,
    authority: Authority,
    budget: Annotated[
        float,
        typer.Option(metavar="POUNDS", help="Most that may be spent in any year beyond today."),
    ],
    pick: Annotated[int, typer.Option(help="Most policies to take together.")] = 2,
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="NAME,NAME...",
            help="Policies to choose from: presets, files, or combinations joined by +; can be "
            "given again. Every shipped policy of one lever unless given.",
        ),
    ] = None,
    strengths: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBERS",
            help="Strengths to try: 0.5,1 are shares of every policy's own, "
            "boundary_spanners:2,4 those of one; can be given again.",
        ),
    ] = None,
    years: Annotated[int, typer.Option(help="Years to look ahead.")] = 3,
    goal: Annotated[
        str, typer.Option(help="What is to be gained: joint_plans, flow, or any measure.")
    ] = "joint_plans",
    no_harm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE:CHANGE",
            help="Change that is borne in the median world, as on screen, such as "
            "assessed_in_time:-2; can be given again.",
        ),
    ] = None,
    under: Under = None,
    price_year: PriceYear = None,
    replications: Annotated[
        int, typer.Option(help="Runs of each finalist: an even number, two in each world.")
    ] = 200,
    seed: Seed = 1,
    workers: Threads = None,
    scheduler: Scheduler = None,
    worlds: Worlds = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Choose the best policies that a budget allows, and say how sure that is.

    Every set that goes together and is within the budget is lived; the best are judged in fresh
    worlds: gain, best in how many worlds, regret, cost by year, harms. Where sets are too many to
    be lived, larger ones are built from the best small ones, and it says so. Where the runs do not
    tell them apart, it says so and how many more would. With `--out` also writes `choice.csv`,
    `options.csv`, `choice.json`, `comparison.json`, `chart.png`, `chart.svg` and `manifest.json`.

    Examples:

    - `colsim choose robinscar --budget 300000`
    - `colsim choose robinscar --budget 300000 --pick 2 --no-harm assessed_in_time:-2`
    - `colsim choose desktop --budget 90000 --policies co_location,shadowing --strengths 0.5,1`
    - `colsim choose robinscar --budget 400000 --price-year 2026 --goal flow --out out/choice`
    """
    from colsim.answers.choose import choose as choose_from
    from colsim.answers.options import single_policies
    from colsim.answers.question import asked
    from colsim.comparison.compare import check
    from colsim.machine import processors
    from colsim.reporting.screen import print_result
    from colsim.scenario.size import require_memory

    faults = Faults()
    names = _listed(policies)
    if names and not was_given(context, "pick"):
        pick = min(pick, len(names))
    question = faults.trying(
        lambda: asked(
            authority,
            budget=budget,
            pick=pick,
            policies=names,
            strengths=strengths or (),
            years=years,
            goal=goal,
            no_harm=no_harm or (),
            under=under or (),
            price_year=price_year,
        )
    )
    faults.trying(lambda: check(1, replications, seed, workers))
    calibrated = worlds_asked_for(worlds, faults)
    if question is not None:
        base = question.options.base
        faults.trying(lambda: require_memory([base], at_once=2 * (workers or processors())))
    faults.claim(out, "choice", force=force)
    faults.refuse()
    assert question is not None
    print_notes([question.options.base], out)
    with at_work(workers, scheduler, ahead=FOR_FILES if out else ()) as hands:
        matched_first(question.options.base, worlds, hands)
        with progress_shown() as advanced:
            result = choose_from(
                question,
                replications=replications,
                seed=seed,
                workers=hands,
                calibrated=calibrated,
                progress=advanced,
            )
    deliver(result, print_result, out, force=force, as_json=as_json)
    if not (as_json or strengths):
        how = [word for one in under or () for word in ("--under", one)]
        how += ["--worlds", worlds] if worlds else []
        how += ["--price-year", str(price_year)] if price_year else []
        close = [result.option(one.option).name for one in result.verdict.rivals[:_RIVALS]]
        sets = list(dict.fromkeys((*result.named, *close)))
        _tell_next(authority, sets, names or single_policies(), how, years)


def _tell_next(
    authority: str, sets: Sequence[str], typed: Sequence[str], how: list[str], years: int
) -> None:
    """Say what shows the course of the best sets; nothing where their names cannot be typed."""
    if {part for one in sets for part in one.split("+")} <= {*typed, *"+".join(typed).split("+")}:
        from colsim.core.names import WEEKS_IN_YEAR

        last = max(years, 2)  # a year is left to see what stays
        weeks, ends = (str(round(WEEKS_IN_YEAR * year)) for year in (last, last - 1))
        again = shown_command(["compare", authority, *sets, *how, "--weeks", weeks, "--ends", ends])
        tell(f"how long it takes, and what if the money ends: {again}")


def _listed(names: list[str] | None) -> list[str] | None:
    """Return names that are joined by commas one by one; a file's name may hold a comma."""
    if not names:
        return None
    found = []
    for text in names:
        parts = [text] if Path(text).is_file() else text.split(",")
        found += [part.strip() for part in parts]
    return found


def why(
    authority: Authority,
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="Preset, file or combination.")],
    goal: Annotated[str, typer.Option(help="Measure whose change is split.")] = "joint_plan_rate",
    under: Under = None,
    replications: Annotated[
        int, typer.Option(help="Runs of each set of channels: an even number, two in each world.")
    ] = 40,
    seed: Seed = 1,
    workers: Threads = None,
    scheduler: Scheduler = None,
    worlds: Worlds = None,
    families: Annotated[
        int,
        typer.Option(help="Families whose lives with and without the policy are told, 0 to 10."),
    ] = 2,
    as_json: AsJson = False,
) -> None:
    """Say through which of its channels a policy works, and where plans still fall out.

    Sets of the policy's channels are lived in the same worlds with the same chance, and its
    effect is split over them by Shapley's value; then the way to a joint plan, with and without,
    and two families' lives, side by side.

    Examples:

    - `colsim why desktop co_location`
    - `colsim why robinscar boundary_spanners --replications 20`
    - `colsim why desktop co_location+joint_training --goal information_flow --json`
    """
    from colsim.answers.why import why as why_it
    from colsim.reporting.screen import print_result

    with at_work(workers, scheduler) as hands, progress_shown() as advanced:
        result = why_it(
            authority,
            policy,
            goal=goal,
            under=under or (),
            replications=replications,
            seed=seed,
            workers=hands,
            worlds=worlds,
            families=families,
            progress=advanced,
        )
    show(result.to_dict, lambda: print_result(result, console()), as_json=as_json)


def evidence(
    authority: Authority,
    policies: Annotated[
        list[str],
        typer.Argument(
            metavar="POLICY...",
            help="Presets or TOML files to choose from; joined by + they are one. Today's practice "
            "is always among the options.",
        ),
    ],
    goal: Annotated[
        str,
        typer.Option(
            help="What is to be gained: joint_plans (those made in the run) or flow (percentage "
            "points of information flow, held for a year)."
        ),
    ] = "joint_plans",
    worth: Annotated[
        float | None,
        typer.Option(
            metavar="POUNDS",
            help="Pounds that a unit of the goal is worth to you: utility is what is gained less "
            "what is spent over this. £20,000 a joint plan, £10,000 a point and year unless given.",
        ),
    ] = None,
    under: Under = None,
    replications: Annotated[
        int, typer.Option(help="Runs of each policy: an even number, two in each world.")
    ] = 400,
    seed: Seed = 1,
    weeks: Weeks = None,
    price_year: PriceYear = None,
    workers: Threads = None,
    worlds: Worlds = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help="Also print the options, what each figure is worth, and who would know."
        ),
    ] = False,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Say which missing figure would change the choice between policies, and who would know it.

    The policies and today's practice are lived in the same worlds. The first sentence is the
    answer, a few lines say what is best until then. With `--full`: each option's utility and
    regret, what it would be worth to know everything, one group of numbers, one number or one form
    before choosing (EVPI, EVPPI), and what chance alone reaches. With `--out` also writes
    `evidence.json`, `evidence.csv`, `evidence.png` and `manifest.json`.

    Examples:

    - `colsim evidence robinscar co_location boundary_spanners`
    - `colsim evidence desktop co_location shadowing --worth 30000`
    - `colsim evidence robinscar co_location joint_training --goal flow --out out/evidence`
    """
    from colsim.answers.evidence import information
    from colsim.answers.information import check_goal
    from colsim.comparison.compare import check, check_together, compare
    from colsim.machine import processors
    from colsim.scenario import load_comparison
    from colsim.scenario.size import require_memory

    faults = Faults()
    faults.trying(lambda: check_goal(goal, worth))
    faults.trying(lambda: check(len(policies), replications, seed, workers))
    overrides = given({"run.weeks": weeks, "price_year": price_year})
    loaded = (
        faults.trying(
            lambda: load_comparison(authority, policies, under=under or (), overrides=overrides)
        )
        or ()
    )
    if loaded:
        faults.trying(lambda: check_together(loaded))
        faults.trying(lambda: require_memory(loaded, at_once=2 * (workers or processors())))
    source = worlds_asked_for(worlds, faults)
    faults.claim(out, "evidence", force=force)
    faults.refuse()
    print_notes(loaded, out)
    compile_shown()
    matched_first(loaded[0], worlds, workers)
    with progress_shown(replications) as advanced:
        result = compare(
            loaded[0], loaded[1:], replications=replications, seed=seed, workers=workers,
            worlds=source, half_strength=False, progress=advanced,
        )  # fmt: skip
    found = information(result, goal=goal, worth=worth)
    deliver(found, partial(print_evidence, full=full), out, force=force, as_json=as_json)


def print_evidence(found: "Information", screen: "Console", *, full: bool) -> None:
    """Print the answer, and with `full` what is behind it."""
    from colsim.reporting.screen import print_result

    print_result(found, screen, full=full)
    if not full:
        screen.print("--full has the figures behind it.", style="dim")
