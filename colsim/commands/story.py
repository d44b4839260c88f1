"""`colsim story`: what happened to one family, week by week, and why."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.options import Seed, Weeks
from colsim.commands.output import (
    AsJson,
    Faults,
    Out,
    Replace,
    print_json,
    print_notes,
    save_and_show,
)
from colsim.commands.streams import console
from colsim.errors import UserError

if TYPE_CHECKING:
    from colsim.scenario import LoadedScenario
    from colsim.story.census import FamilyLine


def story(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="AUTHORITY[+POLICY...]",
            help="Preset or TOML file with an organisation, and policies laid over it.",
        ),
    ],
    family: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Family to follow; a telling one unless given."),
    ] = None,
    list_families: Annotated[
        bool, typer.Option("--list", help="List the families instead, with a line each.")
    ] = False,
    seed: Seed = 1,
    weeks: Weeks = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Follow one family: who asked, told, understood, planned, left, and why.

    Every line rests on a change of state that the run made; `--json` and `--out` show both. With
    `--out` writes `story.txt`, `story.csv`, `story.json` and `manifest.json`, or with `--list`
    `families.csv` and `manifest.json`.

    Examples:

    - `colsim story robinscar+boundary_spanners`
    - `colsim story desktop --list`
    - `colsim story desktop --family family-0-0-w270-0 --out out/story`
    """
    from colsim.experiments.single import check_seed
    from colsim.reporting.folders import claim
    from colsim.scenario import load_scenario

    overrides = None if weeks is None else {"run.weeks": weeks}
    faults = Faults()
    faults.trying(lambda: check_seed(seed))
    faults.trying(lambda: _check_choice(family, list_families))
    loaded = faults.trying(lambda: load_scenario(scenario, overrides=overrides))
    if out is not None:
        kind = "families" if list_families else "story"
        faults.trying(lambda: claim(out, kind, force=force))
    faults.refuse()
    assert loaded is not None
    print_notes([loaded], out)
    compile_shown()
    source = {"scenario": _described(loaded), "seed": seed}
    if list_families:
        _list(_census(loaded, seed), source, out, force=force, as_json=as_json)
        return
    _tell(loaded, seed, family, source, out, force=force, as_json=as_json)


def _check_choice(family: str | None, list_families: bool) -> None:
    if family is not None and list_families:
        raise UserError("--list: found together with --family; allowed: one of the two")


def _described(loaded: "LoadedScenario") -> dict[str, Any]:
    return {"name": loaded.name, "files": list(loaded.chain)} | loaded.scenario.model_dump(
        mode="json"
    )


def _census(loaded: "LoadedScenario", seed: int) -> list["FamilyLine"]:
    """Live the run once, counting all its families."""
    from colsim.model import CollaborationModel
    from colsim.story.census import Census

    model = CollaborationModel(loaded, seed=seed)
    census = Census(model.world, model.family_names)
    model.watch(census.take)
    model.leap(model.horizon)
    return census.lines()


def _list(
    lines: list["FamilyLine"],
    source: dict[str, Any],
    out: Any,
    *,
    force: bool,
    as_json: bool,
) -> None:
    from colsim.reporting.stories import print_list, save_list

    def show() -> None:
        if not as_json:
            print_list(lines, console())
            return
        print_json(
            {
                "scenario": source["scenario"]["name"],
                "seed": source["seed"],
                "families": [line.to_dict() for line in lines],
            }
        )

    def save(folder: Any) -> None:
        save_list(lines, folder, source=source, force=force)

    save_and_show(save, show, out, quiet=as_json)


def _tell(
    loaded: "LoadedScenario",
    seed: int,
    family: str | None,
    source: dict[str, Any],
    out: Any,
    *,
    force: bool,
    as_json: bool,
) -> None:
    from colsim.model import CollaborationModel
    from colsim.reporting.stories import save_story
    from colsim.story.census import telling

    reason = None
    if family is None:
        picked = telling(_census(loaded, seed))
        if picked is None:
            raise UserError(
                f"--family: no family is there in the weeks of {loaded.name} with seed {seed}; "
                "allowed: more weeks, or a scenario with more families"
            )
        family, reason = picked[0].family, picked[1]
    model = CollaborationModel(loaded, seed=seed)
    model.record(family)
    model.leap(model.horizon)
    story = model.story(family)

    def show() -> None:
        if as_json:
            print_json(
                {"scenario": loaded.name, "seed": seed, "picked_because": reason} | story.to_dict()
            )
            return
        if reason is not None:
            sys.stdout.write(f"{loaded.name}, seed {seed}: {reason}.\n\n")
        sys.stdout.write(story.text(width=console().width))

    def save(folder: Any) -> None:
        save_story(story, folder, source=source, force=force)

    save_and_show(save, show, out, quiet=as_json)
