"""What one browser tab knows. Nothing here is shared: Solara keeps one of each per tab."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

import solara

from colsim.comparison.comparison import Comparison
from colsim.dashboard import controls
from colsim.dashboard.asking import ChoiceForm, WhatIfForm
from colsim.dashboard.authority import Authority, lived, moved
from colsim.dashboard.history import MOST_STEPS, Remembering
from colsim.dashboard.jobs import Job
from colsim.dashboard.live import LiveRun
from colsim.dashboard.money import GOAL, Search, Survey
from colsim.dashboard.reel import NUMBERS, Ahead, Reel
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.shipped import AUTHORITY, list_presets

START = "robinscar"
SPEEDS = (1, 2, 4, 8, 15, 30)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the Live page shows of its run: replaced at each change, so that pages draw anew."""

    run: LiveRun
    week: int
    number: int = 0
    """Which run it is: grows with each new one."""
    turn: int = 0
    """Grows whenever the week, or whether weeks go by, is decided here and not by the browser."""


@dataclass(slots=True)
class Life:
    """The run of one tab, and the lock that keeps its weeks in order."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    reel: Reel | None = None
    """The weeks that were sent ahead of the one that is shown."""


shown: Any = solara.reactive(None)
"""The present week, as far as the server was told: while weeks go by, the browser is ahead."""
ahead: Any = solara.reactive(None)
"""Weeks that were last sent for the browser to play."""
number = solara.reactive(-1)
"""Grows with each new run: what stays during a run draws from this."""
life: Any = solara.reactive(None)
playing = solara.reactive(True)
speed = solara.reactive(4)
selected = solara.reactive(-1)
family = solara.reactive("")
lost = solara.reactive("")
"""Condition of a joint plan at which the families offered were lost; empty: all are offered."""
luck: Any = solara.reactive(None)
"""Whether what the Live page's policy does is luck: asked, under way, or answered."""
lucky = solara.reactive(0)
"""Runs done of it."""
message = solara.reactive("")
undoable: Any = solara.reactive(())
"""What changes replaced, the last one at the end."""
redoable: Any = solara.reactive(())
authority: Any = solara.reactive(None)
"""The visitor's own authority, in which all presets are lived; None: those of the presets."""


def open_life() -> Shown:
    """Return what is shown, beginning with today's practice."""
    present: Shown | None = shown.peek()
    if present is None:
        life.value = Life()
        present = begin(preset(START), 1)
    return present


def preset(name: str, base: LoadedScenario | None = None) -> LoadedScenario:
    """Return an authority, or a policy laid over an authority.

    Args:
        name: of a preset; with a visitor's own authority, that of an authority means today there.
        base: scenario in whose authority a policy is lived.

    Raises:
        ScenarioError: there is no such preset, or it does not go together with the authority.
    """
    own: Authority | None = authority.peek()
    levers = {} if base is None else base.scenario.levers
    happens = any(lever_of(lever, setting).circumstance for lever, setting in levers.items())
    if own is None or (happens and name not in _authorities()):
        return lived(name, base)
    return own.under(name)


def _authorities() -> set[str]:
    return {one.name for one in list_presets(AUTHORITY)}


def choices(own: Authority | None) -> list[dict[str, str]]:
    """Return what can be chosen to be lived."""
    return controls.preset_choices() if own is None else own.choices()


def settle_in(own: Authority | None, *, policies_stay: bool = False) -> None:
    """Let everything be lived in another authority from now on, or in those of the presets.

    Args:
        own: the authority.
        policies_stay: keep what the pages show, policies and week, in the other authority;
            else the Live page begins with today's practice. Compared policies stay anyway.

    Raises:
        UserError: it is too large for the page, or policies do not go together with it.
    """
    life.value = life.peek() or Life()
    now: Shown | None = shown.peek()
    if now is not None and policies_stay:
        run = LiveRun(moved(now.run.scenario, own), now.run.seed).advanced_to(now.week)
    else:
        seed = 1 if now is None else now.run.seed
        run = LiveRun(load_scenario(START) if own is None else own.under(START), seed)
    slots = moved_slots(own)
    # All is made before anything is shown: what goes wrong changes nothing.
    if now is not None:
        remember(now.run)
    _move_in(own, slots)
    selected.value = -1
    family.value = ""
    replace_run(run)


def present() -> tuple[Life, Shown]:
    """Return the tab's life and what is shown of it, once a page has opened them."""
    keeper, now = life.peek(), shown.peek()
    assert isinstance(keeper, Life)
    assert isinstance(now, Shown)
    return keeper, now


def begin(scenario: LoadedScenario, seed: int, week: int = 0) -> Shown:
    """Begin another run.

    Raises:
        UserError: it is too large for the page.
    """
    return replace_run(LiveRun(scenario, seed).advanced_to(week))


def replace_run(run: LiveRun) -> Shown:
    """Show another run, or the same in another week."""
    past = shown.peek()
    count = 0 if past is None else (past.number + (run is not past.run)) % NUMBERS
    fresh = Shown(run, run.week, count, 0 if past is None else past.turn + 1)
    shown.value = fresh
    number.value = count
    return fresh


def play_on() -> None:
    """Let weeks go by from here."""
    playing.value = True
    now = present()[1]
    shown.value = replace(now, turn=now.turn + 1)


def arrive(week: int, which: int) -> None:
    """Take over the week that the browser shows; one of a run that was replaced is let go.

    Args:
        week: policy week.
        which: number of the run.
    """
    if life.peek() is None:  # the tab was closed
        return
    keeper, now = present()
    if which != now.number or not now.week < week <= now.run.weeks:
        return
    with keeper.lock:
        run = now.run.advanced_to(week)
    if shown.peek() is now:
        shown.value = replace(now, week=run.week)


def send_ahead(first: int) -> None:
    """Send weeks for the browser to play.

    Args:
        first: policy week that it has not got yet.
    """
    keeper, now = present()
    with keeper.lock:
        if keeper.reel is None or keeper.reel.run is not now.run:
            keeper.reel = Reel(now.run, now.number)
        ahead.value = keeper.reel.weeks(first)


def ahead_of(now: Shown) -> Ahead | None:
    """Return the weeks that were sent ahead, if they are those of the run that is shown."""
    sent: Ahead | None = ahead.value
    return sent if sent is not None and sent.number == now.number else None


@dataclass(frozen=True, slots=True)
class Step:
    """A policy and its chance, as they were before a change."""

    scenario: LoadedScenario
    seed: int
    own: Authority | None
    """The visitor's own authority."""


def _step(run: LiveRun) -> Step:
    return Step(run.scenario, run.seed, authority.peek())


def remember(run: LiveRun) -> None:
    """Note what a change replaces, so that it can be taken back."""
    undoable.value = (*undoable.peek()[1 - MOST_STEPS :], _step(run))
    redoable.value = ()


def take_back() -> None:
    """Undo the last change, in the present week."""
    _exchange(undoable, redoable)


def make_again() -> None:
    """Make the last change that was taken back again."""
    _exchange(redoable, undoable)


def _exchange(source: Any, target: Any) -> None:
    if not source.peek():
        return
    keeper, now = present()
    *rest, step = source.peek()
    with keeper.lock:
        run = LiveRun(step.scenario, step.seed).advanced_to(now.run.week)
    slots = moved_slots(step.own) if step.own is not authority.peek() else None
    source.value = tuple(rest)
    target.value = (*target.peek(), _step(now.run))
    _move_in(step.own, slots)
    replace_run(run)


def moved_slots(own: Authority | None) -> tuple[LoadedScenario, ...] | None:
    """Return the policies of the Compare page in another authority; None if it was never open.

    Raises:
        UserError: they do not go together with it.
    """
    beside: Comparing | None = comparing.peek()
    return None if beside is None else tuple(moved(one, own) for one in beside.slots)


def _move_in(own: Authority | None, slots: tuple[LoadedScenario, ...] | None) -> None:
    authority.value = own
    if slots is not None:
        # What went before was in the other authority.
        comparing.value = replace(comparing.peek(), slots=slots, opened=-1, past=(), future=())


@dataclass(frozen=True, slots=True)
class Comparing(Remembering):
    """What the Compare page holds."""

    KEPT = ("slots", "worlds", "seed", "what_if", "choice")
    slots: tuple[LoadedScenario, ...]
    worlds: int = 50
    seed: int = 1
    opened: int = -1
    """Which scenario's levers are open; -1: none."""
    job: Job | Search | None = None
    """What is under way: one at a time."""
    result: Comparison | None = None
    compared: tuple[LoadedScenario, ...] = ()
    """The scenarios of the result: others since then make it out of date."""
    status: str = ""
    what_if: WhatIfForm = field(default_factory=WhatIfForm)
    choice: ChoiceForm = field(default_factory=ChoiceForm)
    answer: tuple[str, ...] = ()
    """Which to choose, in words."""
    answered: LoadedScenario | None = None
    """The authority that the answer is for."""
    best: tuple[str, ...] = ()
    """Names of the first sets of policies of the answer."""


comparing: Any = solara.reactive(None)
progressed = solara.reactive(0)


def compared() -> Comparing:
    """Return what the Compare page holds, once it was opened."""
    present = comparing.peek()
    assert isinstance(present, Comparing)
    return present


def compare_with(**changes: Any) -> None:
    """Change what the Compare page holds."""
    comparing.value = compared().changed(**changes)


@dataclass(frozen=True, slots=True)
class Money(Remembering):
    """What the page on value for money holds."""

    KEPT = ("goal", "chosen", "budget", "prices")
    base: LoadedScenario
    """The authority, without a policy."""
    seed: int
    goal: str = GOAL
    found: tuple[Comparison, ...] = ()
    """All policies alone, then packages."""
    chosen: tuple[str, ...] = ()
    budget: float | None = None
    prices: dict[str, dict[str, float]] = field(default_factory=dict)
    answer: tuple[str, ...] = ()
    """The best for a budget, in words."""
    job: Survey | Search | None = None
    """What is under way."""


money: Any = solara.reactive(None)
moneyed = solara.reactive((0, 1))
"""Runs done, and runs to do."""
