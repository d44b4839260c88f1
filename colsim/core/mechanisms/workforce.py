"""Workforce: pressure wears people down, some leave, posts are filled, ties fade (ODD 7.13).

A leaver's ties and undocumented knowledge go; the successor starts as a
stranger with the team's story.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import clip01, pull
from colsim.core.relations import enter, forget, shed_ties
from colsim.core.rng import Purpose, entity_key, uniform
from colsim.core.state import MEMORIES

_LEAVERS = TOTAL_INDEX["leavers_csw"]
_WORKER_CHANGE = 17
_KINDS = len(MEMORIES)


@kernel
def workforce(w):
    """Let people tire, forget, leave and come; hand over families; let ties fade."""
    left = False
    for i in range(w.posts.shape[0]):
        person = w.practitioners[i]
        service = w.posts[i].service
        if not person.filled:
            if service != 2:
                _fill(w, i)
            continue
        if service == 2:
            person.tenure += 1
            chance = w.parameters[0].leave_spanner / 52.0
        else:
            _settle(w, i)
            chance = w.derived[0].most_leaving[service]
        u = uniform(person.key, Purpose.LEAVE, 0)
        # The exponential is needed only where even the least wellbeing would not settle it.
        if u < chance and (service == 2 or u < _leaving(w, i)):
            person.filled = False
            person.shared_load = 0
            shed_ties(w, i)
            if service != 2:
                left = True
                w.totals[w.clock[0].week, _LEAVERS + service] += 1.0
    if left:
        for n in range(w.clock[0].active):
            family = w.families[w.active[n]]
            for s in range(2):
                if family.lead[s] >= 0 and not w.practitioners[family.lead[s]].filled:
                    _lose_lead(w, family, s)
    # Read before the loops: what a loop writes might be the factor, for all the compiler knows.
    keep = w.derived[0].tie_keep
    for tie in range(w.tie_familiarity.shape[0]):
        w.tie_familiarity[tie] = w.tie_familiarity[tie] * keep
    keep = w.derived[0].spanner_tie_keep
    for tie in range(w.spanner_familiarity.shape[0]):
        w.spanner_familiarity[tie] = w.spanner_familiarity[tie] * keep


@part
def _settle(w, i):
    """Wellbeing, and what returns to rest without use."""
    p = w.parameters[0]
    d = w.derived[0]
    person = w.practitioners[i]
    excess = person.pressure - 1.0
    person.wellbeing = pull(
        person.wellbeing, clip01(p.wellbeing_rest - p.wellbeing_pressure * excess), p.wellbeing_rate
    )
    person.role_knowledge = (
        p.knowledge_start + (person.role_knowledge - p.knowledge_start) * d.learning_keep
    )
    person.confidence = (
        p.confidence_start + (person.confidence - p.confidence_start) * d.learning_keep
    )
    target = (
        p.orientation_rest
        + p.orientation_priority * w.policy[w.posts[i].team].collaboration_priority
        - p.orientation_pressure * excess
    )
    if w.posts[i].service == 0:
        person.stance = pull(
            person.stance, clip01(p.stance_rest - p.stance_pressure * excess), p.drift
        )
        rest = p.image_rest_csw
    else:
        target = target + p.orientation_belonging * (person.belonging - 0.5)
        person.alliance_protection = pull(person.alliance_protection, p.alliance_rest, p.drift)
        rest = p.image_rest_mhsw
    person.orientation = pull(person.orientation, clip01(target), p.drift)
    if w.posts[i].service == 1:
        person.belonging = pull(person.belonging, p.belonging_rest, p.drift)
    person.perceived_image = pull(person.perceived_image, rest, p.drift)
    keep = d.memory_keep
    for kind in range(_KINDS):
        person.memory[kind] = person.memory[kind] * keep
    person.tenure += 1


@part
def _leaving(w, i):
    p = w.parameters[0]
    base = p.leave_csw if w.posts[i].service == 0 else p.leave_mhsw
    return base * math.exp(p.leave_wellbeing * (0.5 - w.practitioners[i].wellbeing)) / 52.0


@part
def _fill(w, i):
    p = w.parameters[0]
    key = entity_key(w.clock[0].week_key, w.posts[i].origin)
    if uniform(key, Purpose.FILL, 0) >= p.fill_rate:
        return
    team = w.teams[w.posts[i].team]
    story = 0.0
    members = 0
    for k in range(team.first_post, team.first_post + team.posts):
        if k != i and w.practitioners[k].filled:
            story += w.practitioners[k].narrative
            members += 1
    enter(w, i, w.practitioners[i].succession + 1, story / members if members > 0 else 0.0)


@part
def _lose_lead(w, family, s):
    forget(w, family, s)
    family.trust[s] = family.trust[s] * (1.0 - w.parameters[0].family_change_loss)
    if s == 0 and family.lead[1] >= 0 and w.practitioners[family.lead[1]].filled:
        w.practitioners[family.lead[1]].memory[_WORKER_CHANGE] += 1.0
