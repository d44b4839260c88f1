"""Run a sweep: what is left of its work list, over any executor, until all is done.

The driver holds ids, not results: workers write their parts themselves. What
is finished stays, however the sweep ends; the next call goes on from there.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

from colsim.errors import UserError
from colsim.experiments.driver import Driver, Progress, Say, SweepResult, listening, tell
from colsim.experiments.experiment_faults import load_experiment
from colsim.experiments.manifest import Manifest, plan, read_manifest
from colsim.experiments.store import agree, locked, open_store, saying_where
from colsim.experiments.tasks import crew
from colsim.experiments.version import model_version
from colsim.machine import processors, require_workers
from colsim.reporting.files import provenance
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.size import estimated_bytes, require_memory

__all__ = ["Progress", "SweepInterrupted", "SweepResult", "load", "sweep"]


class SweepInterrupted(KeyboardInterrupt):
    """A sweep was interrupted; running chunks were finished and everything is kept."""

    def __init__(self, result: SweepResult) -> None:
        self.result = result
        super().__init__(f"interrupted with {result.left:,} runs left")


def load(
    source: str | Path,
    *,
    worlds: str | Path | None = None,
    first: Callable[[LoadedScenario, Any], None] | None = None,
    say: Say | None = None,
) -> Manifest:
    """Read what to sweep: an experiment file, or the manifest of a sweep to repeat.

    Args:
        source: the file.
        worlds: where worlds come from, in place of what the experiment says: "matched",
            "ranges", or the folder of a calibration, a matching or a survey.
        first: called with the base and that choice before matched worlds are looked up.
        say: called with each message for the user.

    Raises:
        UserError: it is faulty; every fault is named.
    """
    path = Path(source)
    if path.suffix.lower() == ".json" and worlds is not None:
        raise UserError(
            "--worlds: found together with a manifest; allowed: with an experiment file (a "
            "manifest holds the worlds that it was run in)"
        )
    if path.suffix.lower() != ".json":
        manifest = plan(load_experiment(path), worlds=worlds, first=first)
        for note in manifest.design.notes:
            tell(say, note)
        return manifest
    manifest = read_manifest(path)
    if manifest.model != model_version():
        tell(
            say,
            f"{path} is of another version of the model: the same sweep is run, but its figures "
            "will differ",
        )
    return replace(manifest, model=model_version(), made=provenance())


def sweep(
    experiment: str | Path | Manifest,
    *,
    out: str | Path,
    workers: int | Callable[[], int] | None = None,
    extend: bool = False,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
    say: Say | None = None,
) -> SweepResult:
    """Run a sweep, or what is left of it, into a folder.

    Args:
        experiment: an experiment file, the manifest of a sweep to repeat, or
            what `load` returned.
        out: the folder; one that holds the same sweep is gone on with.
        workers: threads of this process (kernels release the interpreter
            lock); as many as there are processors if None. With an executor, chunks at a
            time, or a function that returns how many.
        extend: allow the experiment to hold more than the sweep in the folder.
        executor: any `concurrent.futures` executor to use instead of threads;
            its workers write to `out`, so they must see it.
        progress: called as runs finish.
        say: called with each message for the user.

    Raises:
        UserError: the experiment is faulty, or the folder cannot be used.
        SweepInterrupted: Ctrl-C; running chunks were finished first.
        KeyboardInterrupt: Ctrl-C twice; what was running is dropped.

    Example:
        >>> import colsim
        >>> from pathlib import Path
        >>> _ = Path("offices.toml").write_text('''
        ... title = "Days in the children's office"
        ... base = "desktop"
        ... weeks = 4
        ... worlds = "ranges"
        ... replications = 2
        ... measures = ["joint_plan_rate"]
        ... [design]
        ... kind = "factorial"
        ... [vary]
        ... levers.co_location.strength = [1.0, 3.0]
        ... ''')
        >>> colsim.sweep("offices.toml", out="offices", workers=1).points
        3
        >>> len(colsim.open_results("offices").runs())  # two of the base, two of each point
        6
        >>> colsim.sweep_table("offices").rows["label"].to_list()  # doctest: +ELLIPSIS
        [...]
    """
    require_workers(workers)
    manifest = experiment if isinstance(experiment, Manifest) else load(experiment, say=say)
    folder = Path(out)
    threads = workers if isinstance(workers, int) else processors()
    at_a_time = workers if callable(workers) else lambda: threads
    if executor is None:
        _require_memory(manifest, threads)
    agree(folder, manifest, extend=extend)
    with locked(folder):
        manifest, known = open_store(folder, manifest, extend=extend)
        driver = Driver(folder, manifest, progress=progress, say=say)
        driver.take_stock(known=known)
        with (
            crew(executor or threads) as pool,
            listening(driver.stop, lambda text: tell(say, text)),
            saying_where(folder),
        ):
            driver.run(pool, at_a_time)
    result = driver.result()
    if driver.stop.is_set():
        raise SweepInterrupted(result)
    return result


def _require_memory(manifest: Manifest, threads: int) -> None:
    """Refuse a sweep whose largest point this machine cannot hold once for each thread.

    Raises:
        UserError: it needs more memory than there is.
    """
    points = [one for one in manifest.design.points if one.scenario is not None]
    largest = max(points, key=lambda one: estimated_bytes(one.scenario) if one.scenario else 0)
    assert largest.scenario is not None
    # What points share is held beside each of them.
    loaded = LoadedScenario(largest.label, largest.scenario, {}, ())
    require_memory([loaded], at_once=2 * threads)
