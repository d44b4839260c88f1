"""Policy: levers are brought to this week's strength, spanner posts filled or ended (ODD 7.2).

A lever moves named quantities of the teams that it covers, and nothing else.
"""

from colsim.core.compiled import kernel, part
from colsim.core.numerics import clip
from colsim.core.relations import enter, shed_ties
from colsim.core.rng import Purpose, entity_key, uniform


@kernel
def policy(w):
    """Set all policy quantities, fill or end spanner posts, start the week's hours."""
    _set_quantities(w)
    for a in range(w.authorities.shape[0]):
        if w.authorities[a].posts[2] > 0:
            _staff_spanners(w, a)
    for i in range(w.practitioners.shape[0]):
        w.practitioners[i].spent = 0.0


@part
def _set_quantities(w):
    now = w.clock[0].week - w.clock[0].burn_in
    teams, quantities = w.quantities.shape
    for team in range(teams):
        for q in range(quantities):
            w.quantities[team, q] = w.bounds[q, 0]
    for c in range(w.channels.shape[0]):
        channel = w.channels[c]
        lever = w.levers[channel.lever]
        if now < lever.start or now >= lever.end:
            continue
        level = lever.reach * min(1.0, (now - lever.start + 1) / lever.ramp)
        q = channel.quantity
        for team in range(teams):
            if not w.covered[channel.lever, team]:
                continue
            value = w.quantities[team, q]
            if channel.mode == 0:
                value += channel.amount * lever.strength * level
            elif channel.mode == 1:
                value += channel.amount * level
            else:
                value += level * (lever.strength - value)
            w.quantities[team, q] = value
    for team in range(teams):
        for q in range(quantities):
            w.quantities[team, q] = clip(w.quantities[team, q], w.bounds[q, 1], w.bounds[q, 2])


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
    for s in range(2):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            q = w.policy[team]
            wanted = max(wanted, q.spanner_posts)
            success = min(success, q.recruitment_success)
            visits = max(visits, q.spanner_visits)
            consultation = max(consultation, q.spanner_consultation)
            facilitation = max(facilitation, q.spanner_facilitation)
            workshops = max(workshops, q.spanner_workshops)
            challenge = max(challenge, q.spanner_challenge)
    posts = int(wanted + 1e-9)
    for k in range(block.posts[2]):
        i = block.first_post[2] + k
        person = w.practitioners[i]
        if k < posts and not person.filled:
            key = entity_key(w.clock[0].week_key, w.posts[i].origin)
            if uniform(key, Purpose.RECRUIT, 0) < p.spanner_fill * success:
                enter(w, i, person.succession + 1, 0.5)
                shed_ties(w, i)
        elif k >= posts and person.filled:
            person.filled = False
        person.hours_left[0] = visits
        person.hours_left[1] = consultation
        person.hours_left[2] = facilitation
        person.hours_left[3] = workshops
        person.hours_left[4] = challenge
