"""7.11 Narrate: stories are told, then heard."""

from typing import TYPE_CHECKING

from colsim.core.layout import MHSW
from colsim.core.numerics import clip, poisson, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import Practitioner
from colsim.plain.places import Authority, Team
from colsim.plain.practice import mean_narrative, own_judgement

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def narrate(model: "Twin", authority: Authority) -> None:
    for i in authority.workers():
        tell(model, i)
    for team in authority.all_teams():
        listen(model, team)


def tell(model: "Twin", i: Practitioner) -> None:
    p, U = model.p, model.draws.U
    if i.pending_bad > 0:
        x = 1.0
    else:
        m = 0.0
        for kind in range(4, 13):
            m += i.memory[kind]
        x = p.telling * (m / (1 + m))
    x = x * (1 - i.q.story_mixing)
    if U(i, P.TELL_BAD) < x:
        i.told_bad = model.t
    if i.pending_good > 0 and U(i, P.TELL_GOOD) < p.telling:
        i.told_good = model.t
    i.pending_bad = 0
    i.pending_good = 0


def listen(model: "Twin", team: Team) -> None:
    p = model.p
    members = team.members()
    if not members:
        return
    tell_bad = {i for i in members if model.t - i.told_bad < p.telling_window}
    tell_good = {i for i in members if model.t - i.told_good < p.telling_window}
    own_mean = mean = mean_narrative(members)
    n, nb, others = len(members), 0.0, 0.0
    if team.service == MHSW:
        nb = max(0.0, p.cmht_size - len(team.posts))
        rate = p.background_tellers * (1 - team.story)
        others = min(nb, poisson(rate, model.draws.U(team, P.BACKGROUND)))
        mean = (n * mean + nb * team.story) / (n + nb)
    for i in members:
        heard_bad = len(tell_bad) + others - (i in tell_bad)
        heard_good = len(tell_good) - (i in tell_good)
        own = own_judgement(model, i)
        if heard_bad >= p.tellers_needed:
            i.narrative = pull(i.narrative, -1, p.listening * own)
        if heard_good >= 1:
            i.narrative = pull(i.narrative, 1, p.listening)
        i.narrative = pull(i.narrative, mean, p.listening * own)
        i.narrative = clip(i.narrative * model.half_keep, -1, 1)
    if nb > 0:  # an AMH team's other colleagues listen too
        story = pull(team.story, own_mean, p.listening * (n / (n + nb)))
        team.story = clip(story * model.half_keep, -1, 1)
