"""`colsim why`: through which channels a policy works."""

from typing import Annotated

import typer

from colsim.commands.crew import Scheduler, Threads, at_work
from colsim.commands.matching import Worlds
from colsim.commands.options import Authority, Seed, Under
from colsim.commands.output import AsJson, print_json, progress_shown
from colsim.commands.streams import console


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
    if as_json:
        print_json(result.to_dict())
    else:
        print_result(result, console())
