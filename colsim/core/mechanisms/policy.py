"""Policy: levers are brought to this week's strength, spanner posts filled or ended (ODD 7.2).

A lever moves named quantities of the teams that it covers, and nothing else, so that no mechanism
knows a lever and any two can be combined. That posts may stay empty is in the record: mental
health posts were the hardest to fill when Family Safeguarding was repeated elsewhere
(foundations.org.uk). What a user knows of their own authority is set in the week in which the
policy begins, as the burn-in would have forgotten it.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import BS, CSW, MHSW, ROLES, SERVICES, Bound, Hours, Mode
from colsim.core.numerics import clip
from colsim.core.relations import enter, make_strangers, meet, shed_ties, tie_of
from colsim.core.rng import Purpose, entity_key, uniform

_SPANNER_STORY = 0.5
"""Story about the services that a new spanner brings: a good one, short of the best."""
_ROUNDING = 1e-9
"""Keeps a whole number of posts whole where its sum falls short by rounding."""


@kernel
def policy(w, a):
    """Set the policy quantities, fill or end spanner posts, start the week's hours."""
    clock = w.clock[0]
    if clock.week == clock.burn_in:
        _set_today(w, a)
    _set_quantities(w, a)
    block = w.authorities[a]
    if block.posts[BS] > 0:
        _staff_spanners(w, a)
    for s in range(ROLES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            w.practitioners[i].spent = 0.0


@kernel
def _set_today(w, a):
    """Set what a user knows of their own authority: tenures, and who knows whom."""
    block = w.authorities[a]
    for s in range(SERVICES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            if w.practitioners[i].filled and w.posts[i].tenure >= 0:
                w.practitioners[i].tenure = w.posts[i].tenure
    any_known = False
    for k in range(w.known.shape[0]):
        any_known = any_known or w.posts[w.known[k].csw].authority == a
    if not any_known:
        return
    for tie in range(block.first_tie, block.first_tie + block.posts[CSW] * block.posts[MHSW]):
        make_strangers(w, tie)
    for k in range(w.known.shape[0]):
        known = w.known[k]
        csw = w.practitioners[known.csw]
        mhsw = w.practitioners[known.mhsw]
        if w.posts[known.csw].authority != a or not csw.filled or not mhsw.filled:
            continue
        tie = tie_of(w, known.csw, known.mhsw)
        meet(w, tie, csw, mhsw)
        w.tie_familiarity[tie] = known.familiarity
        if known.trust_cm >= 0.0:
            w.tie_trust_cm[tie] = known.trust_cm
        if known.trust_mc >= 0.0:
            w.tie_trust_mc[tie] = known.trust_mc


@part
def _set_quantities(w, a):
    block = w.authorities[a]
    now = w.clock[0].week - w.clock[0].burn_in
    quantities = w.quantities.shape[1]
    for s in range(SERVICES):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            for q in range(quantities):
                w.quantities[team, q] = w.base[team, q]
            for c in range(w.channels.shape[0]):
                channel = w.channels[c]
                lever = w.levers[channel.lever]
                if now < lever.start or now >= lever.end or not w.covered[channel.lever, team]:
                    continue
                level = lever.reach * min(1.0, (now - lever.start + 1) / lever.ramp)
                value = w.quantities[team, channel.quantity]
                if channel.mode == Mode.SCALE:
                    value += channel.amount * lever.strength * level
                elif channel.mode == Mode.ON:
                    value += channel.amount * level
                else:
                    value += level * (lever.strength - value)
                w.quantities[team, channel.quantity] = value
            for q in range(quantities):
                w.quantities[team, q] = clip(
                    w.quantities[team, q], w.bounds[q, Bound.LOW], w.bounds[q, Bound.HIGH]
                )


@part
def _staff_spanners(w, a):
    p = w.parameters[0]
    block = w.authorities[a]
    wanted = 0.0
    success = 1.0
    visits = 0.0
    consultation = 0.0
    facilitation = 0.0
    workshops = 0.0
    challenge = 0.0
    for s in range(SERVICES):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            q = w.policy[team]
            wanted = max(wanted, q.spanner_posts)
            success = min(success, q.recruitment_success)
            visits = max(visits, q.spanner_visits)
            consultation = max(consultation, q.spanner_consultation)
            facilitation = max(facilitation, q.spanner_facilitation)
            workshops = max(workshops, q.spanner_workshops)
            challenge = max(challenge, q.spanner_challenge)
    posts = int(wanted + _ROUNDING)
    for k in range(block.posts[BS]):
        i = block.first_post[BS] + k
        person = w.practitioners[i]
        if k < posts and not person.filled:
            key = entity_key(w.clock[0].week_key, w.posts[i].origin)
            if uniform(key, Purpose.RECRUIT, 0) < p.spanner_fill * success:
                enter(w, i, person.succession + 1, _SPANNER_STORY)
                shed_ties(w, i)
        elif k >= posts and person.filled:
            person.filled = False
            shed_ties(w, i)
        person.hours_left[Hours.VISITS] = visits
        person.hours_left[Hours.CONSULTATION] = consultation
        person.hours_left[Hours.FACILITATION] = facilitation
        person.hours_left[Hours.WORKSHOPS] = workshops
        person.hours_left[Hours.CHALLENGE] = challenge
