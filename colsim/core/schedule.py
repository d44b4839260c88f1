"""The week: one order of processes, for the compiled loop and the stepped model alike."""

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
from colsim.core.rng import entity_key, week_key

PHASES = (
    policy, train, intake, discover, contact, corridor, span,
    exchange, experience, narrate, plan, live, workforce, observe,
)  # fmt: skip
PHASE_NAMES = tuple(phase.__name__ for phase in PHASES)


@kernel
def begin_week(w):
    """Give everybody this week's key."""
    clock = w.clock[0]
    clock.week_key = week_key(clock.seed, clock.week)
    for i in range(w.practitioners.shape[0]):
        w.practitioners[i].key = entity_key(clock.week_key, w.practitioners[i].origin)


@kernel
def end_week(w):
    """Go on to the next week."""
    w.clock[0].week += 1


@kernel
def advance(w, weeks):
    """Simulate `weeks` weeks: the compiled loop. Its phases stand in the order of `PHASES`."""
    for _ in range(weeks):
        begin_week(w)
        policy(w)
        train(w)
        intake(w)
        discover(w)
        contact(w)
        corridor(w)
        span(w)
        exchange(w)
        experience(w)
        narrate(w)
        plan(w)
        live(w)
        workforce(w)
        observe(w)
        end_week(w)
