"""A comparison in the background: progress, cancel, and no more at once than the machine bears."""

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.answers.what_if import WhatIf, compare_under, what_ifs
from colsim.comparison.account import JUDGED, account_of, first_of
from colsim.comparison.besides import Aside
from colsim.comparison.compare import check_together
from colsim.comparison.comparison import Comparison
from colsim.core.measures import MEASURES, RANGE
from colsim.dashboard.drafts import EDITED
from colsim.dashboard.kept import Asked
from colsim.dashboard.limits import MOST_SCENARIOS, check_comparison
from colsim.experiments.difference import quantiles_of_present
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.account import Grid
from colsim.reporting.curves import Curve, Curves
from colsim.reporting.words import level, signed, tenths
from colsim.scenario.loading import LoadedScenario

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 2
"""Comparisons of all visitors together that run at one time; others wait their turn."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)


class Cancelled(Exception):  # noqa: N818 - no error: it is what the user asked for
    """The comparison was stopped."""


@contextmanager
def turn(stop: threading.Event) -> Iterator[None]:
    """Wait until no more runs of others are under way than the machine bears.

    Raises:
        Cancelled: `stop` was set meanwhile.
    """
    while not _TURNS.acquire(timeout=0.1):
        if stop.is_set():
            raise Cancelled
    try:
        if stop.is_set():
            raise Cancelled
        yield
    finally:
        _TURNS.release()


@dataclass(slots=True)
class Job:
    """One comparison: checked when made, lived by `run`, stopped by `cancel`.

    Raises:
        UserError: it is too large, or its scenarios cannot be compared.
    """

    scenarios: tuple[LoadedScenario, ...]
    worlds: int
    seed: int
    most: int = MOST_SCENARIOS
    """Scenarios at most."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Circumstances under which all is lived once more, as for `what_ifs`."""
    done: int = 0
    """Replications lived so far, of `total`."""
    under: tuple[WhatIf, ...] = field(init=False)
    """The changes, each with its scenarios."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Refuse what is too large; give scenarios of one name different ones."""
        check_comparison([one.scenario for one in self.scenarios], self.worlds, most=self.most)
        self.scenarios = with_own_titles(with_own_names(self.scenarios))
        check_together(self.scenarios)
        self.under = tuple(what_ifs(self.scenarios, **self.changes))
        every = [one.scenario for set_ in self._sets for one in set_]
        check_comparison(every, self.worlds, most=len(every))

    @property
    def _sets(self) -> list[tuple[LoadedScenario, ...]]:
        return [self.scenarios, *(one.scenarios for one in self.under)]

    @property
    def total(self) -> int:
        """Replications to live."""
        return SEEDS_PER_WORLD * self.worlds * len(self._sets)

    @property
    def asked(self) -> Asked:
        """The question, as it is looked up."""
        changes = tuple(one.option for one in self.under)
        return Asked(self.scenarios, self.worlds, self.seed, changes)

    @property
    def cancelled(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def run(self, progress: Callable[[int, int], None] | None = None) -> Comparison:
        """Live all scenarios in all worlds.

        Args:
            progress: called with the replications done and those to do.

        Raises:
            Cancelled: `cancel` was called.
            UserError: the scenarios cannot be compared.
        """

        def advanced(done: int) -> None:
            if self._stop.is_set():
                raise Cancelled
            self.done = done
            if progress is not None:
                progress(done, self.total)

        with turn(self._stop):
            return compare_under(
                self.scenarios,
                self.under,
                replications=SEEDS_PER_WORLD * self.worlds,
                seed=self.seed,
                progress=advanced,
            )

    def cancel(self) -> None:
        """Stop as soon as the runs under way are over."""
        self._stop.set()


def with_own_names(scenarios: Sequence[LoadedScenario]) -> tuple[LoadedScenario, ...]:
    """Return the scenarios, told apart by name: edited ones, and those that share one.

    >>> from colsim.scenario import load_scenario
    >>> [one.name for one in with_own_names([load_scenario("desktop")] * 2)]
    ['desktop', 'desktop_2']
    """
    taken: set[str] = set()
    named = []
    for one in scenarios:
        changed = EDITED in one.chain and not one.name.endswith("_changed")
        name, count = f"{one.name}_changed" if changed else one.name, 1
        first = name
        while name in taken:
            count += 1
            name = f"{first}_{count}"
        taken.add(name)
        named.append(one if name == one.name else replace(one, name=name))
    return tuple(named)


def with_own_titles(scenarios: Sequence[LoadedScenario]) -> tuple[LoadedScenario, ...]:
    """Return the scenarios, those that were changed here with their names for titles."""
    return tuple(
        replace(one, scenario=one.scenario.model_copy(update={"title": one.name.replace("_", " ")}))
        if EDITED in one.chain
        else one
        for one in scenarios
    )


def curves(result: Comparison) -> tuple[Curves, ...]:
    """Return the change against the first scenario, week by week, in percentage points."""
    charts = []
    for measure, courses in result.series.items():
        about = MEASURES[measure]
        lines = []
        for k, name in enumerate(result.names[1:], start=1):
            change = 100 * (courses[k] - courses[0])
            low, middle, high = quantiles_of_present(change, (RANGE[0], 0.5, RANGE[1]))
            told = signed(result.of(name, measure).difference, about)
            label = result.labels[name]
            ends = result.money_ends(name)
            lines.append(Curve(label, _plain(low), _plain(middle), _plain(high), told, ends))
        base = level(result.of(result.names[1], measure).baseline, about)
        with_what = f"{about.definition}. Compared with {result.labels[result.names[0]]}: {base}."
        charts.append(Curves(about.title, with_what, tuple(lines), result.weeks))
    return tuple(charts)


def brief(result: Comparison) -> dict[str, Any]:
    """Return the answer for a bar that stays in view: the first policy, two numbers, its harms."""
    name = first_of(result, JUDGED)
    numbers = []
    for measure in (JUDGED, *(one for one in result.told if one != JUDGED)):
        d, about = result.of(name, measure), result.about(measure)
        unsure = "" if d.clear else " (no clear change)"
        numbers.append(f"{about.title} {signed(d.difference, about)}{unsure}")
    harms = sum(one.kind == "harm" for one in result.besides(name))
    numbers.append(f"{harms or 'no'} harm{'' if harms == 1 else 's'}")
    return {"label": result.labels[name], "numbers": numbers}


def _plain(values: Any) -> list[float | None]:
    return [None if v != v else round(float(v), 3) for v in values]


KIND_TITLES = {"harm": "Harms", "worse": "Worse", "better": "Better", "other": "Other changes"}
"""What the kinds of further changes are called."""
_IN_SHORT = 3
"""Changes of a kind that are named before it is opened."""


def others(result: Comparison) -> list[dict[str, Any]]:
    """Return what else each policy changes, by kind, harms first: see `Comparison.besides`."""
    found = []
    for name in result.names[1:]:
        by_kind: dict[str, list[dict[str, str]]] = {}
        for one in result.besides(name):
            by_kind.setdefault(one.kind, []).append(_aside(one))
        if by_kind:
            kinds = [_kind(kind, rows) for kind, rows in by_kind.items()]
            found.append({"name": result.labels[name], "kinds": kinds})
    return found


def _aside(one: Aside) -> dict[str, str]:
    return {
        "measure": one.about.title,
        "unit": "points" if one.about.unit == "share" else one.about.unit,
        "change": signed(one.difference, one.about),
        "range": f"{signed(one.low, one.about)} to {signed(one.high, one.about)}",
        "agree": tenths(one.agree),
    }


def _kind(kind: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    told = [f"{one['measure']} {one['change']}" for one in rows[:_IN_SHORT]]
    more = len(rows) - len(told)
    short = "; ".join(told) + (f"; and {more} more" if more else "")
    return {"kind": kind, "title": KIND_TITLES[kind], "short": short, "rows": rows}


def what_if(result: Comparison) -> list[Grid]:
    """Return what each policy gains now and under each change: the tables of its account."""
    return [one for one in account_of(result).parts("what_if") if isinstance(one, Grid)]


def courses(result: Comparison) -> "pd.DataFrame":
    """Return each scenario's measures over the weeks: median and 9 in 10 worlds."""
    import pandas as pd

    parts = []
    for measure, values in result.series.items():
        for name, course in zip(result.names, values, strict=True):
            low, middle, high = quantiles_of_present(course, (RANGE[0], 0.5, RANGE[1]))
            part = pd.DataFrame({"low": low, "median": middle, "high": high})
            part.insert(0, "policy_week", range(len(part)))
            part.insert(0, "scenario", name)
            part.insert(0, "measure", measure)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that a report is written as."""

    ending: str
    type: str


REPORTS = {
    "report": Kind(".html", "text/html"),
    "word": Kind(
        ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
}


def report(result: Comparison, ending: str) -> bytes:
    """Return the report on a comparison, as `colsim report` writes it beside a saved one."""
    from colsim.report import make_report

    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "comparison"
        result.save(saved)
        page = Path(folder) / "report.html"
        make_report(saved, out=page, docx=ending == ".docx")
        return page.with_suffix(ending).read_bytes()
