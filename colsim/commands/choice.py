"""`colsim choose`: which policies to take within a budget."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from colsim.commands.crew import FOR_FILES, Scheduler, Threads, at_work, tell
from colsim.commands.matching import Worlds, matched_first, worlds_asked_for
from colsim.commands.options import Authority, Seed, Under
from colsim.commands.output import (
    AsJson,
    Faults,
    Out,
    PriceYear,
    Replace,
    deliver,
    print_notes,
    progress_shown,
    shown_command,
    was_given,
)

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
    from colsim.answers.choice_words import print_choice
    from colsim.answers.choose import choose as choose_from
    from colsim.answers.options import single_policies
    from colsim.answers.question import asked
    from colsim.comparison.compare import check
    from colsim.machine import processors
    from colsim.reporting.folders import claim
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
    if out is not None:
        faults.trying(lambda: claim(out, "choice", force=force))
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
    deliver(result, print_choice, out, force=force, as_json=as_json)
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
