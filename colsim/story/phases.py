"""Phase by phase, what the week did to a family: differences and nothing else."""

from collections.abc import Callable, Iterator

from colsim.core.layout import CSW, MHSW
from colsim.story import families
from colsim.story.consultations import span
from colsim.story.contacts import contact, encounter
from colsim.story.events import Event, facts_of
from colsim.story.exchanges import exchange, experience
from colsim.story.plans import plan
from colsim.story.step import (
    LEADS,
    SERVICES,
    Step,
    allocated,
    forgotten,
    gained,
    learnt,
    lost_waiting,
)

_OWN_SIDE = (0x00FF, 0xFF00)


def intake(step: Step) -> Iterator[Event]:
    """Arrivals, returns, referrals, allocation, what the front door finds."""
    one, other = step.before.family, step.after.family
    came = other.active and not one.active
    if came:
        again = one.closed >= 0
        weeks = step.week - one.closed if again else 0
        kind = "returned" if again else "arrived"
        yield step.of_family(kind, (), "active", False, True, away=weeks)
    for s in (CSW, MHSW):
        if one.open[s] and not other.open[s]:
            yield step.of_family(
                "closed",
                (),
                f"open.{SERVICES[s]}",
                True,
                False,
                service=SERVICES[s],
                meanwhile=True,
            )
    for s in (CSW, MHSW):
        if other.open[s] and not one.open[s]:
            referred = not came and one.open[1 - s]
            yield step.of_family(
                "referred" if referred else "opened",
                step.who(1 - s) if referred else (),
                f"open.{SERVICES[s]}",
                False,
                True,
                service=SERVICES[s],
                complexity=other.complexity,
            )
    if other.plans < one.plans:
        yield step.of_family("restarted", (), "plans", one.plans, other.plans)
    for s in (CSW, MHSW):
        if other.lead[s] >= 0 and one.lead[s] != other.lead[s]:
            yield allocated(step, s)
        yield from learnt(step, "received", "received", s, source="front door")
    yield from families.told_without_right(step)


def discover(step: Step) -> Iterator[Event]:
    """What the leads ask the family, hear from the child and find out."""
    yield from families.split(step)
    yield from families.consent(step)
    yield from families.heard(step)
    for s in (CSW, MHSW):
        found = gained(step, "known", s)
        yield from learnt(
            step,
            "discovered",
            "known",
            s,
            own=bool(found & _OWN_SIDE[s]),
            trust=step.before.family.trust[s],
            found=facts_of(found),
        )


def live(step: Step) -> Iterator[Event]:
    """Escalation and closure."""
    one, other = step.before.family, step.after.family
    yield from lost_waiting(step)
    yield from families.consent(step)
    yield from families.split(step)
    if other.escalated and not one.escalated:
        yield step.of_family("escalated", (), "escalated", False, True, risk=other.risk)
    for s in (CSW, MHSW):
        if one.open[s] and not other.open[s]:
            yield step.of_family(
                "closed",
                step.who(s),
                f"open.{SERVICES[s]}",
                True,
                False,
                service=SERVICES[s],
                belief=one.belief[s],
                risk=other.risk,
                plans=one.plans,
                severity=other.severity,
                meanwhile=False,
            )
    for s in (CSW, MHSW):
        if one.lead[s] >= 0 and other.lead[s] < 0:
            who = step.who(s)
            yield step.of_family(
                "ended", who, f"lead.{LEADS[s]}", who[0], None, lead=LEADS[s], rests=other.open[s]
            )
            yield from forgotten(step, s)


def workforce(step: Step) -> Iterator[Event]:
    """Lead workers who leave, and what goes with them."""
    one, other = step.before.family, step.after.family
    yield from lost_waiting(step)
    yield from families.split(step)
    for s in (CSW, MHSW):
        if one.lead[s] >= 0 and other.lead[s] < 0:
            who = step.who(s)
            yield step.of_family(
                "left",
                who,
                f"lead.{LEADS[s]}",
                who[0],
                None,
                lead=LEADS[s],
                weeks=step.week - one.lead_since[s],
                trust=(one.trust[s], other.trust[s]),
            )
            yield from forgotten(step, s)


TOLD: dict[str, Callable[[Step], Iterator[Event]]] = {
    "intake": intake,
    "discover": discover,
    "encounter": encounter,
    "contact": contact,
    "span": span,
    "exchange": exchange,
    "experience": experience,
    "plan": plan,
    "live": live,
    "workforce": workforce,
}
"""Phase -> what it may do to a family."""
ACQUAINT = ("policy", "train", "encounter", "contact", "span", "experience")
"""Phases in which two strangers may get to know each other."""
