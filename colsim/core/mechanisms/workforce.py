"""Workforce: pressure wears people down, some leave, posts are filled, ties fade (ODD 7.13).

Support goes with workers' outcomes (Mor Barak et al. 2009), and turnover is that of the DfE's
workforce census (2023). Changes of worker cost families dear (Flower, McDonald & Sumski 2005): a
leaver's ties and undocumented knowledge go, and the successor starts as a stranger with the
team's story. Unused ties fade (Burt 2001, contested by Yuan 2022 and Roy 2022, hence a wide
range), all others towards their rest, with half-lives where a source gives one (Tatel &
Ackerman 2025).
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.events import Event, Phase
from colsim.core.names import AT_CAPACITY, BS, CSW, MHSW, NOBODY, SERVICES, WEEKS_IN_YEAR, Memory
from colsim.core.notes import close_phase, note
from colsim.core.numerics import clip01, pull
from colsim.core.relations import MIDDLE, forget, image_rest
from colsim.core.rng import Purpose, entity_key, uniform
from colsim.core.totals import Total
from colsim.core.turnover import birth_draw, enter, shed_ties

_KINDS = len(Memory)
_NO_STORY = 0.0
"""Story of a newcomer to a team without members."""


@kernel
def workforce(w, a):
    """Let people tire, forget, leave and come; hand over families; let ties fade."""
    left = False
    block = w.authorities[a]
    for s in range(SERVICES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            person = w.practitioners[i]
            if not person.filled:
                _fill(w, i)
                continue
            _settle(w, i)
            u = uniform(person.key, Purpose.LEAVE, 0)
            unrest = 1.0 + w.policy[w.posts[i].team].unrest
            # The exponential is needed only where even the least wellbeing would not settle it.
            if u < w.derived[0].most_leaving[s] * unrest and u < _leaving(w, i) * unrest:
                _leave(w, i)
                left = True
                w.totals[w.clock[0].week, Total.LEAVERS_CSW + s] += 1.0
    for i in range(block.first_post[BS], block.first_post[BS] + block.posts[BS]):
        person = w.practitioners[i]
        if person.filled:
            person.tenure += 1
            chance = w.parameters[0].leave_mhsw / WEEKS_IN_YEAR
            if uniform(person.key, Purpose.LEAVE, 0) < chance:
                _leave(w, i)
    if left:
        roster = w.rosters[a]
        for n in range(roster.first, roster.first + roster.active):
            family = w.families[w.active[n]]
            for s in range(SERVICES):
                if family.lead[s] >= 0 and not w.practitioners[family.lead[s]].filled:
                    _lose_lead(w, family, s)
    ties = block.posts[CSW] * block.posts[MHSW]
    _fade(w.tie_familiarity[block.first_tie : block.first_tie + ties], w.derived[0].tie_keep)
    ties = block.posts[BS] * (block.posts[CSW] + block.posts[MHSW])
    _fade(
        w.spanner_familiarity[block.first_spanner_tie : block.first_spanner_tie + ties],
        w.derived[0].tie_keep,
    )
    close_phase(w, a, Phase.WORKFORCE)


@part
def _fade(familiarity, keep):
    for tie in range(familiarity.shape[0]):
        familiarity[tie] = familiarity[tie] * keep


@part
def _leave(w, i):
    w.practitioners[i].filled = False
    w.practitioners[i].shared_load = 0
    shed_ties(w, i)


@part
def _settle(w, i):
    """Wellbeing, and what returns to rest without use."""
    p = w.parameters[0]
    d = w.derived[0]
    person = w.practitioners[i]
    q = w.policy[w.posts[i].team]
    excess = person.pressure - AT_CAPACITY
    wellbeing = person.disposition - p.pressure_effect * excess + p.policy_effect * q.support
    person.wellbeing = pull(person.wellbeing, clip01(wellbeing), p.drift)
    person.role_knowledge = (
        p.knowledge_start + (person.role_knowledge - p.knowledge_start) * d.half_keep
    )
    person.confidence = p.confidence_start + (person.confidence - p.confidence_start) * d.half_keep
    if w.posts[i].service == CSW:
        orientation = p.orientation_rest_csw
        stance = p.stance_rest_csw
    else:
        orientation = p.orientation_rest_mhsw
        stance = p.stance_rest_mhsw
        person.alliance_protection = pull(person.alliance_protection, MIDDLE, p.drift)
        belonging = clip01(p.policy_effect * q.ownership)
        person.belonging = pull(person.belonging, belonging, p.drift)
    orientation = orientation - p.pressure_effect * excess + p.policy_effect * q.openness
    stance = stance - p.pressure_effect * excess + p.policy_effect * q.restorative_stance
    person.orientation = pull(person.orientation, clip01(orientation), p.drift)
    person.stance = pull(person.stance, clip01(stance), p.drift)
    person.perceived_image = pull(
        person.perceived_image, image_rest(p, w.posts[i].service), p.drift
    )
    keep = d.half_keep
    for kind in range(_KINDS):
        person.memory[kind] = person.memory[kind] * keep
    person.tenure += 1


@part
def _leaving(w, i):
    p = w.parameters[0]
    base = p.leave_csw if w.posts[i].service == CSW else p.leave_mhsw
    unwell = p.wellbeing_rest - w.practitioners[i].wellbeing
    return base * math.exp(p.leave_wellbeing * unwell) / WEEKS_IN_YEAR


@kernel
def _fill(w, i):
    p = w.parameters[0]
    key = entity_key(w.clock[0].week_key, w.posts[i].origin)
    if uniform(key, Purpose.FILL, 0) >= p.fill_rate:
        return
    frozen = w.policy[w.posts[i].team].posts_frozen
    if frozen > 0.0 and birth_draw(w, w.posts[i].origin, Purpose.FROZEN, 0) < frozen:
        return
    team = w.teams[w.posts[i].team]
    story = 0.0
    members = 0
    for k in range(team.first_post, team.first_post + team.posts):
        if k != i and w.practitioners[k].filled:
            story += w.practitioners[k].narrative
            members += 1
    enter(w, i, w.practitioners[i].succession + 1, story / members if members > 0 else _NO_STORY)


@part
def _lose_lead(w, family, s):
    trust = family.trust[s]
    family.trust[s] = family.trust[s] * (1.0 - w.parameters[0].family_event)
    weeks = w.clock[0].week - family.lead_since[s]
    note(w, family, Event.LEFT, s, family.lead[s], NOBODY, weeks, trust, family.trust[s])
    forget(w, family, s)
    if s == CSW and family.lead[MHSW] >= 0 and w.practitioners[family.lead[MHSW]].filled:
        w.practitioners[family.lead[MHSW]].memory[Memory.WORKER_CHANGE] += 1.0
