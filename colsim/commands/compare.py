"""`colsim compare`: policies in one authority, by how much, how surely, how soon."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import FOR_FILES, at_work, matched_first, worlds_asked_for
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
    Without,
    Worlds,
)
from colsim.commands.output import (
    Faults,
    deliver,
    given,
    print_json,
    print_notes,
    progress_shown,
    tell,
    was_given,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colsim.answers.what_if import WhatIf
    from colsim.scenario.loading import LoadedScenario

DifferentAuthorities = Annotated[
    bool,
    typer.Option(
        "--different-authorities",
        help="Let other authorities stand among the policies: their change is that of policy "
        "and place together.",
    ),
]
Replications = Annotated[
    int,
    typer.Option(help="Runs of each policy: an even number, two in each plausible world."),
]
FixedParameters = Annotated[
    bool,
    typer.Option(
        "--fixed-parameters",
        help="Keep all parameters at their defaults: the ranges then show chance alone.",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        metavar="WIDTH",
        help="Run until the mean change in joint plans is known this well, such as 0.02 for 2 "
        "points (width of its 95 % interval), in place of --replications; at most 2,000 runs.",
    ),
]
Ends = Annotated[
    int | None,
    typer.Option(metavar="WEEK", help="What if the money of all policies ends in this week?"),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="What if a number were another, in all that is compared: "
        "parameters.leave_csw=0.32; can be given again. `colsim parameters WORD` finds names.",
    ),
]
Delivered = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="What if only this share of every policy is delivered?"),
]
Recruitment = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE", help="What if only this share of attempts to fill a post succeeds?"
    ),
]
AtLeast = Annotated[
    float | None,
    typer.Option(
        metavar="POINTS",
        help="Gain in percentage points that 'how long' asks for; 1 unless given.",
    ),
]

Policies = Annotated[
    list[str],
    typer.Argument(
        metavar="POLICY...",
        help="Presets or TOML files, each laid over the authority and compared with it as it "
        "is; joined by + they are one: co_location+joint_training.",
    ),
]


def compare(
    context: typer.Context,
    authority: Authority,
    policies: Policies,
    under: Under = None,
    different_authorities: DifferentAuthorities = False,
    replications: Replications = 200,
    seed: Seed = 1,
    weeks: Weeks = None,
    without: Without = None,
    price_year: PriceYear = None,
    workers: Threads = None,
    scheduler: Scheduler = None,
    fixed_parameters: FixedParameters = False,
    worlds: Worlds = None,
    precision: Precision = None,
    ends: Ends = None,
    settings: Settings = None,
    delivered: Delivered = None,
    recruitment: Recruitment = None,
    at_least: AtLeast = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Compare policies in one authority: by how much, how surely, how soon.

    Each policy is laid over the authority, and lived in the same plausible worlds with the same
    chance as the authority without it. With `--out` also writes `comparison.csv`,
    `comparison.xlsx`, `comparison.json`, `costs.csv`, `forms.csv`, `rests_on.csv`, `series.csv`,
    `chart.png`, `chart.svg` and `manifest.json`.

    What if: one of --ends, --set, --delivered, --recruitment is laid over all that is compared, as
    --under is; several at once, --under among them, are told beside the gain now, in a table.

    Examples:

    - `colsim compare robinscar co_location boundary_spanners`
    - `colsim compare desktop co_location co_location+joint_training`
    - `colsim compare robinscar my_policy.toml --replications 400 --out out/mine`
    - `colsim compare robinscar boundary_spanners --under austerity`
    - `colsim compare robinscar co_location --without encounters`
    - `colsim compare desktop boundary_spanners --ends 104 --delivered 0.5 --under austerity`
    - `colsim compare robinscar co_location --worlds out/interviews`
    - `colsim compare robinscar co_location --worlds ranges`
    """
    from colsim.answers.what_if import compare_under
    from colsim.comparison.compare import check, check_together
    from colsim.machine import processors
    from colsim.reporting.screen import print_result
    from colsim.scenario.size import require_memory

    overrides = given({"run.weeks": weeks, "price_year": price_year})
    faults = Faults()
    faults.trying(lambda: check(len(policies), replications, seed, workers, at_least, precision))
    if precision is not None and was_given(context, "replications"):
        faults.found.append(
            f"--replications: found {replications} with --precision, which takes as many runs as "
            "it needs; allowed: one of the two"
        )
    changes: dict[str, Any] = {
        "ends": ends, "settings": settings or (), "delivered": delivered,
        "recruitment": recruitment,
    }  # fmt: skip
    how = {"without": without or (), "different_authorities": different_authorities}
    loaded, asked, laid = _asked(
        faults, authority, policies, under or (), changes, overrides=overrides, **how
    )
    if loaded:
        faults.trying(lambda: check_together(loaded, different_authorities=different_authorities))
        faults.trying(lambda: require_memory(loaded, at_once=2 * (workers or processors())))
    source = worlds_asked_for(worlds, faults, fixed_parameters=fixed_parameters)
    faults.claim(out, "comparison", force=force)
    faults.refuse()
    print_notes(loaded, out)
    total = None if precision is not None else replications * (1 + len(asked))
    with at_work(workers, scheduler, ahead=FOR_FILES if out else ()) as hands:
        if not fixed_parameters:
            matched_first(loaded[0], worlds, hands)
        with progress_shown(total) as advanced:
            result = compare_under(
                loaded,
                asked,
                laid=laid,
                different_authorities=different_authorities,
                replications=replications,
                seed=seed,
                workers=hands,
                fixed_parameters=fixed_parameters,
                worlds=source,
                least=at_least,
                precision=precision,
                progress=advanced,
            )

    deliver(result, print_result, out, force=force, as_json=as_json)


def _asked(
    faults: Faults,
    authority: str,
    policies: list[str],
    under: "Sequence[str]",
    changes: dict[str, Any],
    **how: Any,
) -> "tuple[tuple[LoadedScenario, ...], Sequence[WhatIf], WhatIf | None]":
    """Return the scenarios, what is asked beside them, and what is laid over all instead.

    One change is laid over all that is compared; several are told beside it.
    """
    from colsim.answers.what_if import asked_for, what_ifs
    from colsim.scenario import load_comparison

    several = asked_for(**changes, under=under) > 1
    circumstances = () if several else under
    loaded = faults.trying(lambda: load_comparison(authority, policies, under=circumstances, **how))
    if not loaded:
        return (), [], None
    more = {**changes, "under": under} if several else changes
    asked = faults.trying(lambda: what_ifs(loaded, **more)) or []
    if asked and not several:
        return asked[0].scenarios, [], asked[0]
    return loaded, asked, None


def report(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Folder of a compare, choose, evidence, sweep or calibrate."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="File to write; DIR_report.html unless given."),
    ] = None,
    docx: Annotated[
        bool, typer.Option("--docx", help="Write a Word file, too, to be edited.")
    ] = False,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Write a report: the question, the answer, costs, harms, how sure, what it rests on.

    One HTML file that needs no network: it opens from a mail, and prints on A4. Nothing is
    computed anew: what is said is what the result holds.

    Examples:

    - `colsim report out/demo`
    - `colsim report out/demo --out board.html --docx`
    """
    from colsim.report import make_report

    written = make_report(folder, out=out, docx=docx, force=force)
    if as_json:
        print_json({"files": list(map(str, written))})
        return
    for path in written:
        tell(f"written to {path}")
