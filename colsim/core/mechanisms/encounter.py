"""Encounter: who comes across whom at a shared site (ODD 7.6).

Allen (1977) measured that communication falls off with distance, and Lalani & Marshall (2020) found
that a shared site by itself does not make people work together. So a site gives occasions, at one
rate for any two people who are there on the same day, whether or not they share a family; what
becomes of an occasion is decided in Contact, by the same wish as in any other week. The rate is
judgement over a wide range, and every result of a shared site is to be read along it.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.events import Event, Phase
from colsim.core.names import CSW, MHSW, WORKING_DAYS, Channel
from colsim.core.notes import close_phase, note_tie
from colsim.core.numerics import poisson
from colsim.core.relations import meet, shared_days, tie_of, warm
from colsim.core.rng import Purpose, combine, uniform
from colsim.core.totals import Total
from colsim.core.turnover import birth_draw


@kernel
def encounter(w, a):
    """Let people who share a site this week come across each other."""
    block = w.authorities[a]
    for m in range(block.first_post[MHSW], block.first_post[MHSW] + block.posts[MHSW]):
        if w.practitioners[m].filled:
            days = shared_days(w, w.posts[m].team)
            if days > 0.0:
                _walk_about(w, m, days)
    close_phase(w, a, Phase.ENCOUNTER)


@part
def _walk_about(w, m, days):
    """Draw how many an MHSW comes across, then whom: as if each pair had been asked, and cheap."""
    p = w.parameters[0]
    mhsw = w.practitioners[m]
    place = w.localities[w.posts[m].locality]
    colleagues = place.posts[CSW]
    mean = (
        colleagues
        * days
        * (p.csw_office_days / WORKING_DAYS)
        * p.encounter_rate
        / w.derived[0].seat_mean
    )
    for k in range(poisson(mean, uniform(mhsw.key, Purpose.ENCOUNTERS, 0))):
        j = place.first_post[CSW] + int(uniform(mhsw.key, Purpose.ENCOUNTER_WHO, k) * colleagues)
        csw = w.practitioners[j]
        if not csw.filled:
            continue
        if uniform(mhsw.key, Purpose.ENCOUNTER_DESK, k) < p.desk_sharing:
            seat = uniform(mhsw.key, Purpose.ENCOUNTER_SEAT, k)
        else:  # both have a desk of their own: the same distance every week
            seat = birth_draw(w, combine(mhsw.origin, csw.origin), Purpose.ENCOUNTER_SEAT, 0)
        near = math.exp(-p.seat_decay * seat)
        if uniform(mhsw.key, Purpose.ENCOUNTER, k) >= near:
            continue
        tie = tie_of(w, j, m)
        meet(w, tie, csw, mhsw)
        step = p.familiarity_rate * w.derived[0].richness[Channel.WRITTEN]
        w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], step)
        note_tie(w, tie, Event.ENCOUNTERED, w.tie_met[tie], w.clock[0].week)
        w.tie_met[tie] = w.clock[0].week
        w.totals[w.clock[0].week, Total.ENCOUNTERS] += 1.0
