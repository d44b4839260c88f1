"""What families say and do themselves: consent, accounts that conflict, grievances."""

from collections.abc import Iterator

from colsim.core.names import CSW, MHSW, Consent
from colsim.story.events import Event, facts_of
from colsim.story.step import Step

_ANSWERED = (Consent.GIVEN, Consent.REFUSED)


def split(step: Step) -> Iterator[Event]:
    """Yield that the family began, or ceased, to tell its two workers different things."""
    one, other = step.before.family, step.after.family
    if one.split != other.split:
        kind = "split" if other.split else "settled"
        both = (*step.who(CSW), *step.who(MHSW))
        trust = 0.5 * one.trust[CSW] + 0.5 * one.trust[MHSW]
        yield step.of_family(kind, both, "split", bool(one.split), bool(other.split), trust=trust)


def consent(step: Step) -> Iterator[Event]:
    """Yield that the family gave or refused consent, or took it back."""
    one, other = step.before.family, step.after.family
    if one.consent == other.consent:
        return
    asked = other.consent in _ANSWERED
    leads = [s for s in (CSW, MHSW) if one.lead[s] >= 0]
    # Who of the two asked no state tells.
    who = step.who(leads[0]) if asked and len(leads) == 1 else ()
    yield step.of_family(
        "consent" if asked else "withdrew",
        who,
        "consent",
        int(one.consent),
        int(other.consent),
        again=one.consent != Consent.NOT_ASKED,
    )


def heard(step: Step) -> Iterator[Event]:
    """Yield that the CSW saw the child."""
    if step.after.family.heard and not step.before.family.heard:
        yield step.of_family("heard", step.who(CSW), "heard", False, True)


def told_without_right(step: Step) -> Iterator[Event]:
    """Yield what was told that nobody had a right to tell, and that the family noticed."""
    one, other = step.before.family, step.after.family
    new = other.breached & ~one.breached
    if new:
        yield step.of_family(
            "breached",
            (),
            "breached",
            facts_of(one.breached),
            facts_of(other.breached),
            facts=facts_of(new),
            risk=one.risk,
        )
    if other.aggrieved and not one.aggrieved:
        yield step.of_family("noticed", (), "aggrieved", False, True, trust=tuple(other.trust))


def contested(step: Step) -> Iterator[Event]:
    """Yield that the family contested the plan."""
    if step.after.family.aggrieved and not step.before.family.aggrieved:
        yield step.of_family("contested", (), "aggrieved", False, True)
