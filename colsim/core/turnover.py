"""Who comes and goes: posts filled anew, and the ties that go with a person (ODD 7.1, 7.13).

A successor is a person of their own with a new draw of every state, knows nobody, and has the
team's story about the other service and nothing else of the predecessor: changes of worker cost
families dear (Flower, McDonald & Sumski 2005), and ties are between people and not posts (Burt
2001). Draws belong to the person's origin and succession, so that one leaver more moves nobody
else's life. A spanner's whole trade is the two services: their knowledge of both begins at 1.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import (
    AT_CAPACITY,
    BS,
    CSW,
    MHSW,
    NEVER,
    NOT_YET,
)
from colsim.core.numerics import (
    around,
    as_valence,
)
from colsim.core.relations import MIDDLE, NO_VIEW, image_rest, spanner_tie_of
from colsim.core.rng import BIRTH, Purpose, combine, entity_key, uniform


@kernel
def birth_draw(w, origin, purpose, index):
    """Return a draw that belongs to an entity's whole life."""
    return uniform(entity_key(combine(w.clock[0].seed, BIRTH), origin), purpose, index)


@part
def make_strangers(w, tie):
    """Turn a tie into that of two people who have never met."""
    w.tie_familiarity[tie] = 0.0
    w.tie_trust_cm[tie] = NO_VIEW
    w.tie_trust_mc[tie] = NO_VIEW
    w.tie_last[tie] = NOT_YET
    w.tie_met[tie] = NOT_YET


@kernel
def shed_ties(w, post):
    """Turn all ties of a post into those of a stranger."""
    own = w.posts[post]
    block = w.authorities[own.authority]
    if own.service == CSW:
        for row in range(block.posts[MHSW]):
            make_strangers(w, block.first_tie + own.row * block.posts[MHSW] + row)
    elif own.service == MHSW:
        for row in range(block.posts[CSW]):
            make_strangers(w, block.first_tie + row * block.posts[MHSW] + own.row)
    if own.service == BS:
        others = block.posts[CSW] + block.posts[MHSW]
        for row in range(others):
            tie = block.first_spanner_tie + own.row * others + row
            w.spanner_familiarity[tie] = 0.0
            w.spanner_trust[tie] = NO_VIEW
    else:
        for k in range(block.posts[BS]):
            tie = spanner_tie_of(w, block.first_post[BS] + k, post)
            w.spanner_familiarity[tie] = 0.0
            w.spanner_trust[tie] = NO_VIEW


@kernel
def enter(w, post, succession, narrative):
    """Let a new practitioner take a post, with the given story about the other service.

    Ties are not touched: they were shed when the predecessor left.
    """
    p = w.parameters[0]
    person = w.practitioners[post]
    origin = combine(w.posts[post].origin, succession)
    key = entity_key(combine(w.clock[0].seed, BIRTH), origin)
    person.origin = origin
    person.key = entity_key(w.clock[0].week_key, origin)
    person.succession = succession
    person.filled = True
    person.role_knowledge = around(p.knowledge_start, p.spread, uniform(key, Purpose.KNOWLEDGE, 0))
    person.confidence = around(p.confidence_start, p.spread, uniform(key, Purpose.CONFIDENCE, 0))
    service = w.posts[post].service
    orientation = p.orientation_rest_csw if service == CSW else p.orientation_rest_mhsw
    stance = p.stance_rest_csw if service == CSW else p.stance_rest_mhsw
    person.orientation = around(orientation, p.spread, uniform(key, Purpose.ORIENTATION, 0))
    person.stance = around(stance, p.spread, uniform(key, Purpose.STANCE, 0))
    person.alliance_protection = around(MIDDLE, p.spread, uniform(key, Purpose.ALLIANCE, 0))
    person.belonging = around(0.0, p.spread, uniform(key, Purpose.BELONGING, 0))
    person.disposition = around(p.wellbeing_rest, p.spread, uniform(key, Purpose.WELLBEING, 0))
    person.wellbeing = person.disposition
    person.perceived_image = image_rest(p, service)
    lean = uniform(key, Purpose.LEAN, 0)
    person.lean = lean if uniform(key, Purpose.LEAN_SIGN, 0) < p.fear_share else -lean
    person.caution = as_valence(uniform(key, Purpose.CAUTION, 0))
    if service == BS:  # at home in both services
        person.role_knowledge = 1.0
        person.confidence = 1.0
    person.narrative = narrative
    person.tenure = 0
    person.background = 0.0
    person.shared_load = 0
    person.pressure = AT_CAPACITY
    person.effort = 1.0
    person.budget = 0.0
    person.spent = 0.0
    person.left = 0.0
    person.memory[:] = 0.0
    person.pending_good = 0
    person.pending_bad = 0
    person.told_bad = NEVER
    person.told_good = NEVER
    person.hours_left[:] = 0.0
