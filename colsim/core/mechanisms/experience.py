"""Experience: how each side felt about a contact, and what it leaves behind (ODD 7.10).

Negative events move trust more than good ones (Slovic 1993); in Carpenter N. (2019) meeting face
to face builds relationships best. So bad weighs more than good, richer contact leaves more, and a
meeting with a CSW who knows nothing of the parent is a bad one for the MHSW (as one interviewee
tells). One rate says how much an experience changes a person, whatever it changes in them.
Both signs are set before either side feels: neither reacts to the other's reaction.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import Cause, Event, Phase
from colsim.core.law import consents
from colsim.core.names import BAD, CSW, GOOD, MHSW, PARENT_FACTS, SERVICES, Channel, Memory
from colsim.core.notes import close_phase, note
from colsim.core.numerics import as_valence, clip01, pull
from colsim.core.relations import (
    agree,
    count_facts,
    feel_about,
    is_paired,
    meet,
    richness_of,
    tie_of,
    tie_trust,
    warm,
)
from colsim.core.rng import Purpose, uniform

_NEUTRAL = 0.0


@kernel
def experience(w, a):
    """Let both sides of this week's contacts learn from them."""
    p = w.parameters[0]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        channel = family.contact
        if channel < Channel.WRITTEN or not is_paired(family):
            continue
        csw = w.practitioners[family.lead[CSW]]
        mhsw = w.practitioners[family.lead[MHSW]]
        tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
        rho = richness_of(w.derived[0], family)
        meet(w, tie, csw, mhsw)
        w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], p.familiarity_rate * rho)
        unprepared = channel == Channel.MEETING and not family.known[CSW] & PARENT_FACTS
        asker = family.initiator
        first = _felt_by_asker(w, family, tie, asker, unprepared)
        second = _felt_by_other(p, family, 1 - asker, channel, unprepared)
        if unprepared:
            mhsw.memory[Memory.UNPREPARED] += 1.0
            times = mhsw.memory[Memory.UNPREPARED]
            note(w, family, Event.UNPREPARED, MHSW, times - 1.0, times)
        for turn in range(SERVICES):
            s = asker if turn == 0 else 1 - asker
            cause = first if turn == 0 else second
            if cause != Cause.NOTHING:
                feel_about(w, family, tie, s, _sign(cause), channel, rho, cause)
        for turn in range(SERVICES):
            s = asker if turn == 0 else 1 - asker
            cause = first if turn == 0 else second
            person = w.practitioners[family.lead[s]]
            if channel >= Channel.PHONE:
                person.role_knowledge = pull(person.role_knowledge, 1.0, p.learning_rate * rho)
                other = w.practitioners[family.lead[1 - s]]
                shown = as_valence(clip01(tie_trust(w, tie, 1 - s, other)))
                person.perceived_image = pull(person.perceived_image, shown, p.learning_rate * rho)
            if family.mutual and _sign(cause) == GOOD:
                person.orientation = pull(person.orientation, 1.0, p.learning_rate * rho)
        if family.understood[CSW] > 0:
            mhsw.memory[Memory.UNDERSTOOD_BY_OTHER] += 1.0
    close_phase(w, a, Phase.EXPERIENCE)


@part
def _sign(cause):
    """Return whether what was felt is good or bad."""
    if cause == Cause.NOTHING:
        return _NEUTRAL
    return GOOD if cause <= Cause.AGREED else BAD


@part
def _felt_by_asker(w, family, tie, s, unprepared):
    """Return what the contact was to who asked for it: a `Cause`."""
    if s == MHSW and unprepared:
        return Cause.UNPREPARED
    if family.disclosed[s] > 0:
        return Cause.TOLD
    withheld = family.known[1 - s] & ~family.known[s]
    if withheld:  # there was something to ask
        asker = w.practitioners[family.lead[s]]
        asker.memory[Memory.REFUSAL] += 1.0
        # Without consent silence may be what the law asks; who distrusts takes it for obstruction.
        excused = False
        if not consents(family):
            trust = tie_trust(w, tie, s, asker)
            excused = uniform(family.key, Purpose.EXCUSE, 0) < trust
        times = asker.memory[Memory.REFUSAL]
        told = count_facts(withheld)
        note(w, family, Event.REFUSED, s, times - 1.0, times, told, consents(family), excused)
        return Cause.NOTHING if excused else Cause.REFUSED
    return Cause.TALK if family.contact >= Channel.PHONE else Cause.NOTHING


@part
def _felt_by_other(p, family, s, channel, unprepared):
    """Return what the contact was to who was asked: a `Cause`."""
    if s == MHSW and unprepared:
        return Cause.UNPREPARED
    if channel >= Channel.PHONE:
        if family.disclosed[s] > 0:
            return Cause.TOLD
        if agree(p, family):
            return Cause.AGREED
    return Cause.NOTHING
