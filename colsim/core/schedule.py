"""The week: one order of processes, for the compiled loop and the stepped model alike.

A phase takes the world and the number of an authority.
"""

from collections.abc import Callable

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
from colsim.core.rng import entity_key, week_key
from colsim.core.state import World

PHASES = (
    policy, train, intake, discover, contact, corridor, span,
    exchange, experience, narrate, plan, live, workforce, observe,
)  # fmt: skip
PHASE_NAMES = tuple(phase.__name__ for phase in PHASES)


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


@kernel
def advance(w, weeks):
    """Simulate `weeks` weeks: the compiled loop. Its phases stand in the order of `PHASES`.

    Authorities do not touch each other, so each lives all its weeks before the next
    one does: what it needs stays in the processor's cache.
    """
    clock = w.clock[0]
    start = clock.week
    for a in range(w.authorities.shape[0]):
        clock.week = start
        for _ in range(weeks):
            begin_week(w, a)
            policy(w, a)
            train(w, a)
            intake(w, a)
            discover(w, a)
            contact(w, a)
            corridor(w, a)
            span(w, a)
            exchange(w, a)
            experience(w, a)
            narrate(w, a)
            plan(w, a)
            live(w, a)
            workforce(w, a)
            observe(w, a)
            end_week(w)
