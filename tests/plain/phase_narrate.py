"""Stories told and heard in teams (7.11)."""

from colsim.core.numerics import clip, poisson, pull
from colsim.core.rng import Purpose
from tests.plain.agents import BS, MHSW


def tell(model):
    """Decide who tells of bad and of good experience."""
    p, U = model.p, model.draws.U
    for i in model.posts:
        if i.service == BS or not i.filled:
            continue
        if i.pending_bad > 0:
            x = p.tell_bad
        else:
            m = 0.0
            for kind in range(4, 13):
                m += i.memory[kind]
            x = p.retell * (m / (1 + m))
        x = x * (1 - p.earshot * i.q.story_mixing)
        if U(i.origin, Purpose.TELL_BAD) < x:
            i.told_bad = model.week
        if i.pending_good > 0 and U(i.origin, Purpose.TELL_GOOD) < p.tell_good:
            i.told_good = model.week
        i.pending_good = i.pending_bad = 0


def mean_narrative(members):
    """Return the mean narrative of some practitioners, 0 if there are none."""
    total = 0.0
    for i in members:
        total += i.narrative
    return total / len(members) if members else 0.0


def listen(model, team):
    """Let the members of a team hear each other."""
    p, t = model.p, model.week
    members = team.filled()
    bad_tellers = [i for i in members if t - i.told_bad < p.telling_window]
    good_tellers = [i for i in members if t - i.told_good < p.telling_window]
    mean = mean_narrative(members)
    others = 0
    if team.service == MHSW:
        others = poisson(p.background_tellers, model.draws.U(team.origin, Purpose.BACKGROUND))
    for i in members:
        hb = len(bad_tellers) + others - (1 if i in bad_tellers else 0)
        hg = len(good_tellers) - (1 if i in good_tellers else 0)
        if hb >= p.tellers_needed:
            i.narrative = pull(i.narrative, -1, p.narrative_told)
        if hg >= 1:
            i.narrative = pull(i.narrative, 1, p.narrative_told_good)
        i.narrative = pull(i.narrative, mean, p.conformity)
        i.narrative = clip(i.narrative * model.d.story_keep, -1, 1)


def narrate(model):
    """Phase: tell, then listen."""
    tell(model)
    for team in model.teams:
        listen(model, team)
