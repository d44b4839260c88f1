"""The week: one order of processes, for the compiled loop and the stepped model alike.

A phase takes the world and the number of an authority.
"""

from collections.abc import Callable
from functools import cache

from numba import types

from colsim.core.apart import Apart
from colsim.core.compiled import kernel
from colsim.core.mechanisms.contact import contact
from colsim.core.mechanisms.corridor import corridor
from colsim.core.mechanisms.discover import discover
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
from colsim.core.state import WORLD_TYPE, World

PHASES = (
    policy, train, intake, discover, contact, corridor, span,
    exchange, experience, narrate, plan, live, workforce, observe,
)  # fmt: skip
PHASE_NAMES = tuple(phase.__name__ for phase in PHASES)
APART = tuple(Apart(phase, WORLD_TYPE) for phase in PHASES)
(
    _policy, _train, _intake, _discover, _contact, _corridor, _span,
    _exchange, _experience, _narrate, _plan, _live, _workforce, _observe,
) = (phase.call for phase in APART)  # fmt: skip


@kernel
def begin_week(w, a):
    """Give everybody in authority a this week's key."""
    clock = w.clock[0]
    clock.week_key = week_key(clock.seed, clock.week)
    block = w.authorities[a]
    for s in range(ROLES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            w.practitioners[i].key = entity_key(clock.week_key, w.practitioners[i].origin)


def everywhere(phase: Callable[[World, int], None], world: World) -> None:
    """Let a phase, or the beginning of a week, pass in all authorities."""
    for a in range(len(world.authorities)):
        phase(world, a)


@kernel
def end_week(w):
    """Go on to the next week."""
    w.clock[0].week += 1


def advance(world: World, weeks: int) -> None:
    """Simulate `weeks` weeks: the compiled loop."""
    _link()
    _advance(world, weeks)


def compile_loop() -> None:
    """Compile the loop and what it calls, or find them compiled."""
    _link()
    if not PLAIN:
        _advance.compile((WORLD_TYPE, types.int64))


@cache
def _link() -> None:
    """Let the linker know where the phases are, before the loop is compiled or read."""
    for phase in APART:
        phase.link()


@kernel
def _advance(w, weeks):
    """Live the weeks; phases stand in the order of `PHASES`.

    Authorities do not touch each other, so each lives all its weeks before the next
    one does: what it needs stays in the processor's cache.
    """
    clock = w.clock[0]
    start = clock.week
    for a in range(w.authorities.shape[0]):
        clock.week = start
        for _ in range(weeks):
            begin_week(w, a)
            _policy(w, a)
            _train(w, a)
            _intake(w, a)
            _discover(w, a)
            _contact(w, a)
            _corridor(w, a)
            _span(w, a)
            _exchange(w, a)
            _experience(w, a)
            _narrate(w, a)
            _plan(w, a)
            _live(w, a)
            _workforce(w, a)
            _observe(w, a)
            end_week(w)
