"""Experience: how each side felt about a contact, and what it leaves behind (ODD 7.10).

Bad weighs more than good; richer contact leaves more; how one is met tells
how one is seen.
"""

from colsim.core.compiled import kernel, part
from colsim.core.numerics import pull
from colsim.core.relations import count_facts, feel, is_paired, meet, tie_of, tie_trust, warm

_REFUSAL = 8
_UNPREPARED = 12
_UNDERSTOOD_BY_OTHER = 20
_NEW_TO_CASE = 4
_FEW_FACTS = 2


@kernel
def experience(w, a):
    """Let both sides of this week's contacts learn from them."""
    p = w.parameters[0]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        channel = family.contact
        if channel < 0 or not is_paired(family):
            continue
        csw = w.practitioners[family.lead[0]]
        mhsw = w.practitioners[family.lead[1]]
        tie = tie_of(w, family.lead[0], family.lead[1])
        rho = w.derived[0].richness[channel]
        meet(w, tie, csw, mhsw)
        w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], p.familiarity_rate * rho)
        unprepared = (
            channel == 3
            and w.clock[0].week - family.lead_since[0] < _NEW_TO_CASE
            and count_facts(family.known[0]) < _FEW_FACTS
        )
        asker = family.initiator
        first = _sign_of_asker(family, asker, channel, unprepared)
        if first < 0.0 and not (asker == 1 and unprepared):
            w.practitioners[family.lead[asker]].memory[_REFUSAL] += 1.0
        second = _sign_of_other(p, family, 1 - asker, channel, unprepared)
        if unprepared:
            mhsw.memory[_UNPREPARED] += 1.0
        for turn in range(2):
            s = asker if turn == 0 else 1 - asker
            sign = first if turn == 0 else second
            if sign != 0.0:
                feel(w, tie, s, w.practitioners[family.lead[s]], sign, rho, channel)
        for turn in range(2):
            s = asker if turn == 0 else 1 - asker
            sign = first if turn == 0 else second
            person = w.practitioners[family.lead[s]]
            if channel >= 1:
                person.role_knowledge = pull(person.role_knowledge, 1.0, p.knowledge_contact * rho)
                shown = 2.0 * tie_trust(w, tie, 1 - s, w.practitioners[family.lead[1 - s]]) - 1.0
                person.perceived_image = pull(person.perceived_image, shown, p.image_rate * rho)
            if family.mutual and sign > 0.0:
                person.orientation = pull(person.orientation, 1.0, p.orientation_contact)
        if family.understood[0] > 0:
            mhsw.memory[_UNDERSTOOD_BY_OTHER] += 1.0


@part
def _sign_of_asker(family, s, channel, unprepared):
    if s == 1 and unprepared:
        return -1.0
    if family.disclosed[s] > 0:
        return 1.0
    if family.known[1 - s] & ~family.known[s]:
        return -1.0
    return 1.0 if channel >= 1 else 0.0


@part
def _sign_of_other(p, family, s, channel, unprepared):
    if s == 1 and unprepared:
        return -1.0
    if channel >= 1 and (
        family.disclosed[s] > 0 or abs(family.belief[0] - family.belief[1]) <= p.agree_tolerance
    ):
        return 1.0
    return 0.0
