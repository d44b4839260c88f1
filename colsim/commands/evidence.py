"""`colsim evidence`: which missing figure would change the choice between policies."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.matching import Worlds, matched_first, worlds_asked_for
from colsim.commands.options import Authority, Seed, Under, Weeks
from colsim.commands.output import (
    AsJson,
    Faults,
    Out,
    PriceYear,
    Replace,
    deliver,
    given,
    print_notes,
    progress_shown,
)

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.answers.evidence import Information


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
    workers: Annotated[
        int | None, typer.Option(help="Threads; as many as there are processors unless given.")
    ] = None,
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
    from colsim.reporting.folders import claim
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
    if out is not None:
        faults.trying(lambda: claim(out, "evidence", force=force))
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
