"""Discovery: what the leads learn from the family, which they ask, hear and visit (ODD 7.5).

After Carpenter N. (2019): families fear children's services, so what they show a worker hangs on
their trust in that service; with little trust they tell their two workers different stories
("splitting", Reupert & Maybery 2014), and the child's perspective is absent. So consent has to be
asked for, and the child has to be seen: both take hours, and nobody learns the child's own wishes
but by hearing the child or being told of them. A quarter of practitioners in adult mental health
do not routinely ask about children (Dunn et al. 2021), hence a small chance for the other side's
facts. One draw decides for both sides, so that a fact of one's own side never costs one of the
other's.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Event, Phase
from colsim.core.law import asking_hours, consents, is_willing
from colsim.core.names import (
    ALL_FACTS,
    CHILD_FACTS,
    CSW,
    MHSW,
    PARENT_FACTS,
    SERVICES,
    SIDE_FACTS,
    WISHES,
    WORKING_DAYS,
    Channel,
    Consent,
    Shielding,
)
from colsim.core.notes import close_phase, note
from colsim.core.numerics import both, pull
from colsim.core.relations import (
    count_facts,
    find_out,
    first_fact,
    is_paired,
    lead_or_any,
    nth_fact,
    recount,
    shared_days,
    spend,
    trust_in_services,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total


@kernel
def discover(w, a):
    """Let the leads ask for consent, hear the child and discover facts."""
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        _split(w, family)
        if family.open[CSW] and family.open[MHSW]:
            for s in range(SERVICES):
                if family.lead[s] >= 0:
                    _ask_consent(w, family, s)
        if family.open[CSW] and family.lead[CSW] >= 0:
            _hear_child(w, family)
        for s in range(SERVICES):
            _find_facts(w, family, s)
    close_phase(w, a, Phase.DISCOVER)


@part
def _split(w, family):
    """Let a family with little trust begin to tell its two workers different things."""
    chance = w.parameters[0].split_rate * (1.0 - trust_in_services(family))
    begins = both(not family.split, uniform(family.key, Purpose.CONFLICT, 0) < chance)
    if begins and is_paired(family):
        family.split = True
        note(w, family, Event.SPLIT, NO_SIDE, 0, 1)
        w.totals[w.clock[0].week, Total.SPLITS] += 1.0


@part
def _ask_consent(w, family, s):
    """Let a lead ask for consent: what the family says hangs on its trust, and on explaining.

    Only who works on consent asks early, and comes back to it within a cycle.
    """
    p = w.parameters[0]
    totals = w.totals[w.clock[0].week]
    person = w.practitioners[family.lead[s]]
    work = w.policy[w.posts[family.lead[s]].team].consent_work
    asking = p.ask_consent * work if family.asked else pull(p.ask_consent, 1.0, work)
    chance = asking * person.effort
    if s == MHSW and p.shielding == Shielding.SHIELDS:
        chance = chance * (1.0 - person.alliance_protection)
    asks = both(not consents(family), uniform(family.key, Purpose.ASK_CONSENT, s) < chance)
    hours = asking_hours(w, work)
    if not asks or person.budget < hours:
        return
    spend(w, person, hours, Total.HOURS_FAMILIES)
    family.asked = True
    before = family.consent
    totals[Total.CONSENT_ASKED] += 1.0
    if is_willing(p, family, family.trust[s], work):
        family.consent = Consent.GIVEN
        family.breached = 0
        totals[Total.CONSENT_GIVEN] += 1.0
    else:
        family.consent = Consent.REFUSED
        totals[Total.CONSENT_REFUSED] += 1.0
    note(w, family, Event.CONSENT, s, before, family.consent)


@part
def _hear_child(w, family):
    """Let the CSW see the child, once a cycle at most, and hear what the child wants."""
    p = w.parameters[0]
    person = w.practitioners[family.lead[CSW]]
    chance = p.hear_child * person.effort * person.stance
    hears = both(not family.heard, uniform(family.key, Purpose.HEAR, 0) < chance)
    cost = w.derived[0].hours[Channel.FACE]
    if not hears or person.budget < cost:
        return
    spend(w, person, cost, Total.HOURS_FAMILIES)
    family.heard = True
    note(w, family, Event.HEARD, CSW, 0, 1)
    shown = p.discover_untrusted + (1.0 - p.discover_untrusted) * family.trust[CSW]
    before = family.known[CSW]
    received = family.received[CSW]
    left = WISHES & ~family.known[CSW]
    while left:
        fact = first_fact(left)
        left &= left - 1  # takes it out
        if uniform(family.key, Purpose.WISH, fact) < shown:
            find_out(family, CSW, fact, w.clock[0].week)
    if family.known[CSW] != before:
        recount(family, CSW)
        note(w, family, Event.DISCOVERED, CSW, before, family.known[CSW], received)


@part
def _with_own_team(w, team, x):
    """Return what is left of x where an MHSW has the own team on the telephone on some days.

    What is seen of a parent is made sense of with colleagues; those who are no MHSWs stay behind.
    """
    days = shared_days(w, team)
    if days <= 0.0 or w.parameters[0].cmht_size <= w.teams[team].posts:
        return x
    richness = w.derived[0].richness
    return pull(x, x * (richness[Channel.PHONE] / richness[Channel.FACE]), days / WORKING_DAYS)


@part
def _find_facts(w, family, s):
    p = w.parameters[0]
    week = w.clock[0].week
    trust = family.trust[s]
    own_side = CHILD_FACTS if s == CSW else PARENT_FACTS
    # The child's own wishes are the child's to tell.
    hidden = ALL_FACTS & ~WISHES & ~family.known[s]
    known = family.known[s]
    received = family.received[s]
    hidden_own = hidden & own_side
    hidden_other = hidden & ~own_side
    own = count_facts(hidden_own)
    other = count_facts(hidden_other)
    led = family.lead[s] >= 0  # else nothing is found: both chances are 0
    post = lead_or_any(family, s)
    effort = w.practitioners[post].effort * led
    shown = p.discover_untrusted + (1.0 - p.discover_untrusted) * trust
    x = p.discover_rate * shown * effort * (own / SIDE_FACTS)
    asked = p.cross_discovery * led
    if s == MHSW:  # who asks about children as a rule hears more
        team = w.posts[post].team
        x = _with_own_team(w, team, x)
        q = w.policy[team]
        asked = asked * (1.0 + q.asking_children)
    y = x + asked * trust * (other / SIDE_FACTS)
    u = uniform(family.key, Purpose.DISCOVER, s)
    if u < x:
        which = uniform(family.key, Purpose.DISCOVER_WHICH, s)
        find_out(family, s, nth_fact(hidden_own, int(which * own)), week)
        recount(family, s)
        note(w, family, Event.DISCOVERED, s, known, family.known[s], received)
    elif u < y:
        which = uniform(family.key, Purpose.DISCOVER_WHICH, s)
        fact = nth_fact(hidden_other, int(which * other))
        # Who tells their two workers different things tells each of them only a part.
        if not (family.split and family.known[1 - s] & (1 << fact)):
            find_out(family, s, fact, week)
            recount(family, s)
            note(w, family, Event.DISCOVERED, s, known, family.known[s], received)
