"""Supervision, training, days at the other service, champions (ODD 7.3).

In courses on parental mental illness and child protection confidence and attitudes rose while
knowledge scores fell (Carpenter, Patsios, Szilassy & Hackett 2011): the two move apart here, and
the gain in knowledge may be below zero. Champions are those of Northern Ireland, reported to ease
contact (Davidson et al. 2012, qualitative); for days at the other service no source was found. Who
is met is drawn among the posts of one's own locality, since those are whom one will work with.
"""

from colsim.core.compiled import kernel
from colsim.core.events import Phase
from colsim.core.names import CSW, SERVICES, WEEKS_IN_YEAR, WORKING_DAYS
from colsim.core.notes import close_phase
from colsim.core.numerics import pull
from colsim.core.relations import meet, take, take_course, tie_of, warm
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total


@kernel
def train(w, a):
    """Hold this week's sessions, days at the other service and rounds of the teams' champions."""
    block = w.authorities[a]
    for s in range(SERVICES):
        for number in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            q = w.policy[number]
            team = w.teams[number]
            trained = max(q.training_confidence, q.training_knowledge, q.training_acquaintance)
            shadowed = max(q.shadowing_knowledge, q.shadowing_acquaintance)
            busy = trained > 0.0 or shadowed > 0.0 or q.champion_hours > 0.0
            if not busy and q.hours_taken <= 0.0:
                continue
            champion = q.champion_hours > 0.0
            for i in range(team.first_post, team.first_post + team.posts):
                if not w.practitioners[i].filled:
                    continue
                take(w, w.practitioners[i], q.hours_taken, Total.HOURS_SUPERVISION)
                _attend(w, i, trained)
                _shadow(w, i, shadowed)
                if champion:
                    _go_round(w, i)
                    champion = False
    close_phase(w, a, Phase.TRAIN)


@kernel
def _meet_somebody(w, i, u, step):
    """Let a practitioner meet a colleague of the other service, picked by a draw u."""
    service = w.posts[i].service
    place = w.localities[w.posts[i].locality]
    j = place.first_post[1 - service] + int(u * place.posts[1 - service])
    if not w.practitioners[j].filled:
        return
    csw, mhsw = (i, j) if service == CSW else (j, i)
    tie = tie_of(w, csw, mhsw)
    meet(w, tie, w.practitioners[csw], w.practitioners[mhsw])
    w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], step)


@kernel
def _attend(w, i, sessions):
    p = w.parameters[0]
    person = w.practitioners[i]
    q = w.policy[w.posts[i].team]
    if sessions <= 0.0 or uniform(person.key, Purpose.TRAINING, 0) >= sessions / WEEKS_IN_YEAR:
        return
    take(w, person, w.posts[i].hours / WORKING_DAYS, Total.HOURS_LEARNING)
    take_course(p, person, q.training_confidence / sessions, q.training_knowledge / sessions)
    if q.training_acquaintance > 0.0:
        u = uniform(person.key, Purpose.TRAINING_PARTNER, 0)
        _meet_somebody(w, i, u, p.familiarity_rate * (q.training_acquaintance / sessions))


@kernel
def _shadow(w, i, days):
    p = w.parameters[0]
    person = w.practitioners[i]
    q = w.policy[w.posts[i].team]
    if days <= 0.0 or uniform(person.key, Purpose.SHADOWING, 0) >= days / WEEKS_IN_YEAR:
        return
    take(w, person, w.posts[i].hours / WORKING_DAYS, Total.HOURS_LEARNING)
    person.role_knowledge = pull(
        person.role_knowledge, 1.0, p.learning_rate * (q.shadowing_knowledge / days)
    )
    if q.shadowing_acquaintance > 0.0:
        u = uniform(person.key, Purpose.SHADOWING_PARTNER, 0)
        _meet_somebody(w, i, u, p.familiarity_rate * (q.shadowing_acquaintance / days))


@kernel
def _go_round(w, i):
    """Let a team's champion use this week's hours."""
    p = w.parameters[0]
    person = w.practitioners[i]
    hours = w.policy[w.posts[i].team].champion_hours
    take(w, person, hours, Total.HOURS_LEARNING)
    if uniform(person.key, Purpose.CHAMPION, 0) * p.hours_meeting < hours:
        u = uniform(person.key, Purpose.CHAMPION_PARTNER, 0)
        _meet_somebody(w, i, u, p.familiarity_rate)
