"""One run of one scenario, to look at; to decide, compare."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.core.measures import MEASURES, TOTAL_INDEX, WINDOW
from colsim.core.state import World
from colsim.errors import UserError
from colsim.experiments.runner import last_window
from colsim.machine import processors
from colsim.network.post_names import NO_NAMES, OwnNames, own_names
from colsim.reporting.files import finite
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.loading import LoadedScenario, Names, listed, load_scenario, over
from colsim.scenario.remarks import Remark, remarks_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run."""

    name: str
    title: str
    weeks: int
    seed: int
    seconds: float
    values: dict[str, float]
    """Measures over the last window; NaN where nothing was due."""
    before: dict[str, float]
    """Measures over the last window before the policy."""
    scenario: dict[str, Any]
    world: World
    authority: str = ""
    """Title of the authority, where policies are laid over it."""
    remarks: tuple[Remark, ...] = ()
    """How this differs from a plain run, and what it rests on."""
    names: OwnNames = NO_NAMES
    """The user's own names of posts, teams and sites, where they gave a staff list."""

    def table(self) -> "pd.DataFrame":
        """Return the weekly measures, one row per policy week (0 is the first), one column each."""
        import pandas as pd

        weekly = self.world.totals[int(self.world.clock[0]["burn_in"]) :]
        by_name = {name: weekly[:, k] for name, k in TOTAL_INDEX.items()}
        frame = pd.DataFrame({name: measure.of(by_name) for name, measure in MEASURES.items()})
        frame.index.name = "policy_week"
        return frame

    @property
    def notes(self) -> list[str]:
        """The remarks as lines for people."""
        return [remark.text for remark in self.remarks]

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write measures.json, series.csv, graph.graphml of the last week, and manifest.json.

        Args:
            folder: new, empty, or with a run.
            force: replace a run that the folder holds.

        Raises:
            UserError: the folder cannot be written, or holds something.
        """
        import networkx as nx

        from colsim.network.graph import graph_of
        from colsim.reporting.files import write_json
        from colsim.reporting.folders import writing

        about = {
            "scenario": self.scenario,
            "notes": self.notes,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
        }
        with writing(folder, kind="run", about=about, force=force) as staging:
            write_json(staging / "measures.json", self.to_dict())
            self.table().assign(notes=" ".join(self.notes)).to_csv(staging / "series.csv")
            nx.write_graphml(graph_of(self.world, self.names), staging / "graph.graphml")

    def to_dict(self) -> dict[str, Any]:
        """Return the headline figures as plain Python types (NaN as None)."""
        return {
            "scenario": self.name,
            "title": self.title,
            "authority": self.authority,
            "notes": [asdict(remark) for remark in self.remarks],
            "weeks": self.weeks,
            "seed": self.seed,
            "window": min(WINDOW, self.weeks),
            "measures": {
                name: {
                    "title": measure.title,
                    "value": finite(self.values[name]),
                    "before": finite(self.before[name]),
                    "unit": measure.unit,
                    "better": measure.better,
                    "definition": measure.definition,
                }
                for name, measure in MEASURES.items()
            },
        }


def run(
    authority: str | Path | LoadedScenario,
    policies: Names = (),
    *,
    under: Names = (),
    seed: int = 1,
    weeks: int | None = None,
) -> RunResult:
    """Run an authority once, under policies if any are named.

    Parameters are its own, the others at their defaults.

    Args:
        authority: a preset, a path, or a loaded scenario.
        policies: presets or paths that are laid over it, all of them together.
        under: circumstances, such as "austerity".
        seed: a whole number from 0 to 2**63 - 1.
        weeks: weeks after the burn-in, if not those of the scenario.

    Raises:
        UserError: the scenario is faulty, or a value is out of range.

    Example:
        >>> result = run("desktop", "co_location", weeks=4)
        >>> result.weeks, "joint_plan_rate" in result.values
        (4, True)
    """
    check_seed(seed)
    if not isinstance(authority, LoadedScenario):
        overrides = None if weeks is None else {"run.weeks": weeks}
        scenario = load_scenario(authority, policies, under=under, overrides=overrides)
    elif weeks is not None:
        raise UserError("weeks: found both a loaded scenario and weeks; set run.weeks when loading")
    else:
        more = [*listed(policies), *listed(under)]
        scenario = over(authority, more) if more else authority
    compiled = compile_scenario(scenario.scenario)
    start = time.perf_counter()
    world = compiled.lived({}, seed, threads=processors())
    seconds = time.perf_counter() - start
    burn_in = compiled.burn_in
    return RunResult(
        name=scenario.name,
        title=scenario.scenario.title,
        weeks=compiled.weeks,
        seed=seed,
        seconds=seconds,
        values=_measured(world, last_window(world)),
        before=_measured(world, slice(max(0, burn_in - WINDOW), burn_in)),
        scenario={"name": scenario.name, "files": list(scenario.chain)}
        | scenario.scenario.model_dump(mode="json"),
        world=world,
        authority=scenario.authority,
        remarks=tuple(remarks_of(scenario)),
        names=own_names(scenario.scenario, compiled),
    )


def check_seed(seed: int) -> None:
    """Refuse a seed out of range.

    Raises:
        UserError: it is not from 0 to 2**63 - 1.
    """
    if not 0 <= seed < 1 << 63:
        raise UserError(f"seed: found {seed}; allowed: a whole number from 0 to 2**63 - 1")


def _measured(world: World, weeks: slice) -> dict[str, float]:
    summed = world.totals[weeks].sum(axis=0)
    by_name = {name: summed[k] for name, k in TOTAL_INDEX.items()}
    return {name: float(measure.of(by_name)) for name, measure in MEASURES.items()}
