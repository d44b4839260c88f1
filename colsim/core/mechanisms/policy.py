"""Policy: levers are brought to this week's strength, spanner posts filled or ended (ODD 7.2).

A lever moves named quantities of the teams that it covers, and nothing else, so that no mechanism
knows a lever and any two can be combined. That posts may stay empty is in the record: mental
health posts were the hardest to fill when Family Safeguarding was repeated elsewhere
(foundations.org.uk). What a user knows of their own authority is set in the week in which the
policy begins, as the burn-in would have forgotten it.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.events import Phase
from colsim.core.names import (
    BS,
    CSW,
    MHSW,
    NOT_YET,
    ROLES,
    SERVICES,
    Bound,
    Compliance,
    Hours,
    Mode,
    Rule,
)
from colsim.core.notes import close_phase
from colsim.core.numerics import clip
from colsim.core.quantities import QUANTITY_INDEX
from colsim.core.relations import meet, tie_of
from colsim.core.rng import Purpose, entity_key, uniform
from colsim.core.turnover import enter, make_strangers, shed_ties

_NO_STORY = 0.0
"""Story about the services that a new spanner brings."""
_PROTOCOL = (QUANTITY_INDEX["protocol_contact"], QUANTITY_INDEX["protocol_disclosure"])
_PRIORITY = (QUANTITY_INDEX["collaboration_priority"], QUANTITY_INDEX["deadline_relief"])
_AGREEMENT = (QUANTITY_INDEX["agreed_sharing"], QUANTITY_INDEX["agreed_sharing"])
"""The quantities of each kind of rule."""
_RULES = len(Rule)
_LN2 = 0.6931471805599453
_ROUNDING = 1e-9
"""Keeps a whole number of posts whole where its sum falls short by rounding."""


@kernel
def policy(w, a):
    """Set the policy quantities, fill or end spanner posts, start the week's hours."""
    clock = w.clock[0]
    if clock.week == clock.burn_in:
        _set_today(w, a)
    roster = w.rosters[a]
    set_last_week = clock.week > 0 and roster.settled == clock.week
    _set_quantities(w, a, set_last_week and not _any_moves(w))
    roster.settled = clock.week + 1
    block = w.authorities[a]
    if block.posts[BS] > 0:
        _staff_spanners(w, a)
    for s in range(ROLES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            w.practitioners[i].left = w.practitioners[i].spent
            w.practitioners[i].spent = 0.0
    close_phase(w, a, Phase.POLICY)


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
        if known.familiarity < 0.0:
            continue  # says that the authority's ties are listed, and is none itself
        tie = tie_of(w, known.csw, known.mhsw)
        meet(w, tie, csw, mhsw)
        w.tie_familiarity[tie] = known.familiarity
        if known.trust_cm >= 0.0:
            w.tie_trust_cm[tie] = known.trust_cm
        if known.trust_mc >= 0.0:
            w.tie_trust_mc[tie] = known.trust_mc


@part
def _any_moves(w):
    """Return whether a lever begins, grows or ends this week."""
    now = w.clock[0].week - w.clock[0].burn_in
    for k in range(w.levers.shape[0]):
        lever = w.levers[k]
        gone = now - lever.start
        if gone == 0 or now == lever.end or (gone > 0 and gone <= lever.ramp):
            return True
    return False


@part
def _set_quantities(w, a, as_last_week):
    """Set the quantities of each team; those that are as they were last week need no setting."""
    block = w.authorities[a]
    now = w.clock[0].week - w.clock[0].burn_in
    quantities = w.quantities.shape[1]
    for s in range(SERVICES):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            if as_last_week and not _ages(w, team):
                continue
            protocol_grows = False
            priority_grows = False
            agreement_grows = False
            for q in range(quantities):
                w.quantities[team, q] = w.base[team, q]
            for c in range(w.channels.shape[0]):
                channel = w.channels[c]
                lever = w.levers[channel.lever]
                if now < lever.start or now >= lever.end or not w.covered[channel.lever, team]:
                    continue
                level = lever.reach * min(1.0, (now - lever.start + 1) / lever.ramp)
                if now - lever.start + 1 <= lever.ramp:
                    protocol_grows = protocol_grows or _is_one(channel.quantity, _PROTOCOL)
                    priority_grows = priority_grows or _is_one(channel.quantity, _PRIORITY)
                    agreement_grows = agreement_grows or _is_one(channel.quantity, _AGREEMENT)
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
            _wear_off(w, team, protocol_grows, priority_grows, agreement_grows)


@part
def _ages(w, team):
    """Return whether a rule is in force in a team: its force is another one every week."""
    for rule in range(_RULES):
        if w.team_since[team, rule] >= 0:
            return True
    return False


@part
def _is_one(quantity, kind):
    return quantity == kind[0] or quantity == kind[1]


@part
def _wear_off(w, team, protocol_grows, priority_grows, agreement_grows):
    """Let rules lose their force with age, as far as nobody keeps them up.

    A rule that is still being brought in does not age.
    """
    q = w.policy[team]
    protocol = q.protocol_contact > 0.0 or q.protocol_disclosure > 0.0
    priority = q.collaboration_priority > 0.0 or q.deadline_relief > 0.0
    if protocol:
        keep = _force(w, team, Rule.PROTOCOL, protocol_grows)
        q.protocol_contact = q.protocol_contact * keep
        q.protocol_disclosure = q.protocol_disclosure * keep
    else:
        w.team_since[team, Rule.PROTOCOL] = NOT_YET
    if priority:
        keep = _force(w, team, Rule.PRIORITY, priority_grows)
        q.collaboration_priority = q.collaboration_priority * keep
        q.deadline_relief = q.deadline_relief * keep
    else:
        w.team_since[team, Rule.PRIORITY] = NOT_YET
    if q.agreed_sharing > 0.0:
        q.agreed_sharing = q.agreed_sharing * _force(w, team, Rule.AGREEMENT, agreement_grows)
    else:
        w.team_since[team, Rule.AGREEMENT] = NOT_YET


@part
def _force(w, team, rule, grows):
    """Return the share of its force that a rule has kept, and note when it began."""
    p = w.parameters[0]
    week = w.clock[0].week
    if grows or w.team_since[team, rule] < 0:
        w.team_since[team, rule] = week
    keep = math.exp(-_LN2 * (week - w.team_since[team, rule]) / p.half_life)
    if p.compliance == Compliance.HOLDS_WHILE_MANAGED:
        keep = keep + (1.0 - keep) * w.policy[team].rule_upkeep
    return keep


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
            if uniform(key, Purpose.RECRUIT, 0) < p.fill_rate * success:
                enter(w, i, person.succession + 1, _NO_STORY)
                shed_ties(w, i)
        elif k >= posts and person.filled:
            person.filled = False
            shed_ties(w, i)
        if person.filled:
            _give_hours(p, person, Hours.VISITS, visits)
            _give_hours(p, person, Hours.CONSULTATION, consultation)
            _give_hours(p, person, Hours.FACILITATION, facilitation)
            _give_hours(p, person, Hours.WORKSHOPS, workshops)
            _give_hours(p, person, Hours.CHALLENGE, challenge)


@part
def _give_hours(p, person, kind, hours):
    """Add a week's hours to what is left of before, up to some weeks' worth."""
    person.hours_left[kind] = min(person.hours_left[kind] + hours, p.spanner_carry * hours)
