"""`colsim run` and `colsim story`: one run, to look at, and what happened to one family."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import compile_shown
from colsim.commands.options import AsJson, Authority, Out, Replace, Seed, Under, Weeks, Without
from colsim.commands.output import Faults, deliver, given, print_notes, save_and_show
from colsim.commands.streams import console
from colsim.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from colsim.experiments.single import RunResult
    from colsim.scenario import LoadedScenario
    from colsim.story.census import FamilyLine
    from colsim.story.story import Story


def run(
    authority: Authority,
    policies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POLICY...]", help="Presets or TOML files that are laid over it, together."
        ),
    ] = None,
    under: Under = None,
    seed: Seed = 1,
    weeks: Weeks = None,
    without: Without = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run an authority once, under policies if any are named, and show its measures.

    With `--out` also writes `measures.json`, `series.csv` (every measure in every week),
    `graph.graphml` (the network of the last week) and `manifest.json`.

    Examples:

    - `colsim run robinscar`
    - `colsim run robinscar co_location --seed 7 --out out/run`
    - `colsim run desktop co_location joint_training --under austerity`
    """
    from colsim.experiments.single import check_seed
    from colsim.experiments.single import run as run_once
    from colsim.scenario import load_scenario
    from colsim.scenario.size import require_memory

    faults = Faults()
    faults.trying(lambda: check_seed(seed))
    loaded = faults.trying(
        lambda: load_scenario(
            authority,
            policies or (),
            under=under or (),
            overrides=given({"run.weeks": weeks}),
            without=without or (),
        )
    )
    if loaded is not None:
        faults.trying(lambda: require_memory([loaded]))
    faults.claim(out, "run", force=force)
    faults.refuse()
    assert loaded is not None
    print_notes([loaded], out)
    compile_shown()
    result = run_once(loaded, seed=seed)
    deliver(result, print_run, out, force=force, as_json=as_json)


def print_run(result: "RunResult", screen: "Console") -> None:
    """Print the headline measures of one run."""
    from rich.text import Text

    from colsim.core.measures import MEASURES, WINDOW
    from colsim.reporting.account import Words
    from colsim.reporting.screen import print_parts, print_table, table_of
    from colsim.reporting.words import NO_FORECAST, level

    said = [f"{result.title}: one run, {result.weeks} weeks, seed {result.seed}"]
    said += [f"In: {result.authority}"] if result.authority else []
    said += [f"Note: {note}" for note in result.notes]
    end = min(WINDOW, result.weeks)
    said.append(f"End: the last {end} weeks. Before: the {WINDOW} weeks before the policy.\n")
    print_parts(screen, *map(Words, said))
    table = table_of("Measure", ">End", ">Before", "Unit")
    shown_units = {"share": "%", "share per year": "% a year"}
    for group in dict.fromkeys(measure.group for measure in MEASURES.values()):
        table.add_row(Text(group.capitalize(), style="bold"))
        for name, measure in MEASURES.items():
            if measure.group == group:
                ends = (level(one[name], measure) for one in (result.values, result.before))
                unit = shown_units.get(measure.unit, measure.unit)
                table.add_row(f"  {measure.title}", *(e.removesuffix(" %") for e in ends), unit)
    print_table(screen, table)
    text = "One run is one of many ways that chance and the parameters could go: use "
    print_parts(screen, Words(f"{text}`colsim compare` to decide. {NO_FORECAST}", weak=True))


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
    from colsim.model import CollaborationModel
    from colsim.scenario import load_scenario

    faults = Faults()
    faults.trying(lambda: check_seed(seed))
    if family is not None and list_families:
        faults.found.append("--list: found together with --family; allowed: one of the two")
    overrides = given({"run.weeks": weeks})
    loaded = faults.trying(lambda: load_scenario(scenario, overrides=overrides))
    faults.claim(out, "families" if list_families else "story", force=force)
    faults.refuse()
    assert loaded is not None
    print_notes([loaded], out)
    compile_shown()
    of = loaded.scenario.model_dump(mode="json")
    source = {"scenario": {"name": loaded.name, "files": list(loaded.chain)} | of, "seed": seed}
    if list_families:
        lines = _census(loaded, seed)
        families = [line.to_dict() for line in lines]
        save_and_show(
            lambda folder: _save_list(lines, folder, source, force=force),
            lambda: {"scenario": loaded.name, "seed": seed, "families": families},
            lambda: _print_list(lines), out, as_json=as_json,
        )  # fmt: skip
        return
    family, reason = (family, None) if family is not None else _picked(loaded, seed)
    model = CollaborationModel(loaded, seed=seed)
    model.record(family)
    model.leap(model.horizon)
    told = model.story(family)

    def text() -> None:
        if reason is not None:
            sys.stdout.write(f"{loaded.name}, seed {seed}: {reason}.\n\n")
        sys.stdout.write(told.text(width=console().width))

    document = {"scenario": loaded.name, "seed": seed, "picked_because": reason}
    save_and_show(
        lambda folder: _save_story(told, folder, source, force=force),
        lambda: document | told.to_dict(), text, out, as_json=as_json,
    )  # fmt: skip


def _census(loaded: "LoadedScenario", seed: int) -> list["FamilyLine"]:
    """Live the run once, counting all its families."""
    from colsim.model import CollaborationModel
    from colsim.story.census import Census

    model = CollaborationModel(loaded, seed=seed)
    census = Census(model.world, model.family_names)
    model.watch(census.take)
    model.leap(model.horizon)
    return census.lines()


def _picked(loaded: "LoadedScenario", seed: int) -> tuple[str, str]:
    """Return a telling family, and why it was picked.

    Raises:
        UserError: no family is there in the weeks of the policy.
    """
    from colsim.story.census import telling

    picked = telling(_census(loaded, seed))
    if picked is None:
        raise UserError(
            f"--family: no family is there in the weeks of {loaded.name} with seed {seed}; "
            "allowed: more weeks, or a scenario with more families"
        )
    return picked[0].family, picked[1]


def _save_story(told: "Story", folder: "Path", source: dict[str, Any], *, force: bool) -> None:
    """Write story.txt, story.csv, story.json and manifest.json."""
    from colsim.reporting.files import write_json
    from colsim.reporting.folders import writing
    from colsim.reporting.sheets import csv_bytes, neutral

    table = told.table()
    for column in ("before", "after"):
        values = [", ".join(v) if isinstance(v, list) else v for v in table[column]]
        table[column] = values
    about = source | {"family": told.family}
    with writing(folder, kind="story", about=about, force=force) as staging:
        (staging / "story.txt").write_text(told.text(), encoding="utf-8")
        (staging / "story.csv").write_bytes(csv_bytes(neutral(table)))
        write_json(staging / "story.json", told.to_dict())


def _save_list(
    lines: list["FamilyLine"], folder: "Path", source: dict[str, Any], *, force: bool
) -> None:
    """Write families.csv and manifest.json."""
    import pandas as pd

    from colsim.reporting.folders import writing
    from colsim.reporting.sheets import csv_bytes

    table = pd.DataFrame([line.to_dict() for line in lines])
    if "first_joint" in table:
        table["first_joint"] = table["first_joint"].astype("Int64")
    with writing(folder, kind="families", about=source, force=force) as staging:
        (staging / "families.csv").write_bytes(csv_bytes(table))


def _print_list(lines: list["FamilyLine"]) -> None:
    from colsim.reporting.account import Grid, Words
    from colsim.reporting.screen import print_parts

    head = (
        "Family", "Weeks", "Shared", "Con-\ntacts", "In\nvain", "Joint", "Nomi-\nnal", "Alone",
        "First\njoint",
    )  # fmt: skip
    rows = tuple(
        (
            one.family, f"{one.first} to {one.last}",
            *map(str, (one.shared, one.contacts, one.in_vain, one.joint, one.nominal)),
            str(one.single_agency + one.one_service),
            "" if one.first_joint is None else str(one.first_joint),
        )
        for one in lines
    )  # fmt: skip
    said = (
        "\nWeeks count from the start of the policy. Shared: weeks in which both services worked "
        "with the family. Contacts: weeks in which the two lead workers were in contact. Joint, "
        "nominal, alone: plans made; alone means by children's social care without the other. "
        "First joint: week of the first joint plan."
    )
    print_parts(console(), Grid(head, rows, worded=(1,)), Words(said))
