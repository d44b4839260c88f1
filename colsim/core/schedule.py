"""The week: one order of processes, for the compiled loop and the stepped model alike.

A phase takes the world and the number of an authority.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import numpy as np

from colsim.core.apart import by_name
from colsim.core.compiled import door
from colsim.core.mechanisms.contact import contact
from colsim.core.mechanisms.discover import discover
from colsim.core.mechanisms.encounter import encounter
from colsim.core.mechanisms.exchange import exchange
from colsim.core.mechanisms.experience import experience
from colsim.core.mechanisms.intake import intake
from colsim.core.mechanisms.live import live
from colsim.core.mechanisms.narrate import narrate
from colsim.core.mechanisms.observe import observe
from colsim.core.mechanisms.plan import plan
from colsim.core.mechanisms.policy import policy
from colsim.core.mechanisms.span import span
from colsim.core.mechanisms.train import train
from colsim.core.mechanisms.workforce import workforce
from colsim.core.names import ROLES
from colsim.core.plain import PLAIN
from colsim.core.rng import entity_key, week_key
from colsim.core.state import World, with_own_sums

PHASES = (
    policy, train, intake, discover, encounter, contact, span,
    exchange, experience, narrate, plan, live, workforce, observe,
)  # fmt: skip
PHASE_NAMES = tuple(phase.__name__ for phase in PHASES)
if not PLAIN:
    for _phase in PHASES:
        _phase.opened("none(world, int64)")
(
    _policy, _train, _intake, _discover, _encounter, _contact, _span,
    _exchange, _experience, _narrate, _plan, _live, _workforce, _observe,
) = map(by_name, PHASES)  # fmt: skip


@door("none(world, int64)")
def begin_week(w, a):
    """Give everybody in authority a this week's key."""
    clock = w.clock[0]
    clock.week_key = week_key(clock.seed, clock.week)
    block = w.authorities[a]
    for s in range(ROLES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            w.practitioners[i].key = entity_key(clock.week_key, w.practitioners[i].origin)


def everywhere(phase: Callable[[World, int], None], world: World) -> None:
    """Let a phase, or the beginning of a week, pass in all authorities.

    As in `advance`, an authority's totals are summed by themselves first.
    """
    if len(world.authorities) == 1:
        phase(world, 0)
        return
    totals = world.totals[int(world.clock[0]["week"])]
    for a, own in enumerate(world.week_totals):
        totals[:] = own
        phase(world, a)
        own[:] = totals
    totals[:] = 0.0
    for own in world.week_totals:
        totals += own
    if phase is PHASES[-1]:
        world.week_totals[:] = 0.0


@door("none(world)")
def end_week(w):
    """Go on to the next week."""
    w.clock[0].week += 1


def advance(world: World, weeks: int, *, threads: int = 1) -> None:
    """Simulate `weeks` weeks: the compiled loop, authority by authority.

    Authorities do not touch each other, so each lives all its weeks before the next one does:
    what it needs stays in the processor's cache. Totals are added authority after authority,
    whatever the threads: the bits are the same.

    Args:
        world: goes on from where it stands.
        weeks: not more than it has room for.
        threads: authorities lived side by side.
    """
    link_phases()
    if len(world.notes):
        threads = 1  # notes of watched families are made one after the other
    count = len(world.authorities)
    if count == 1:
        _advance(world, 0, weeks)
        return
    views = [with_own_sums(world) for _ in range(min(count, threads + 1 if threads > 1 else 1))]
    start = int(world.clock[0]["week"])

    def live(a: int) -> World:
        view = views[a % len(views)]
        view.clock[:] = world.clock
        view.totals[start : start + weeks] = 0.0
        view.latency[:] = 0
        _advance(view, a, weeks)
        return view

    def add(view: World) -> None:
        world.totals[start : start + weeks] += view.totals[start : start + weeks]
        np.add(world.latency, view.latency, out=world.latency)

    if threads == 1:
        for a in range(count):
            add(live(a))
    else:
        with ThreadPoolExecutor(threads) as pool:
            running: deque[Future[World]] = deque()
            for a in range(count):
                if len(running) == len(views):  # the view that is next is the oldest's
                    add(running.popleft().result())
                running.append(pool.submit(live, a))
            for one in running:
                add(one.result())
    world.clock[0]["week_key"] = views[0].clock[0]["week_key"]
    world.clock[0]["week"] = start + weeks


@cache
def link_phases() -> None:
    """Let the linker know where the phases are, before the loop is compiled or read."""
    if not PLAIN:
        for phase in PHASES:
            phase.link()


@door("none(world, int64, int64)")
def _advance(w, a, weeks):
    """Live an authority's weeks; phases stand in the order of `PHASES`."""
    for _ in range(weeks):
        begin_week(w, a)
        _policy(w, a)
        _train(w, a)
        _intake(w, a)
        _discover(w, a)
        _encounter(w, a)
        _contact(w, a)
        _span(w, a)
        _exchange(w, a)
        _experience(w, a)
        _narrate(w, a)
        _plan(w, a)
        _live(w, a)
        _workforce(w, a)
        _observe(w, a)
        end_week(w)
