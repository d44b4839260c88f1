"""7.3 Train: training, shadowing, and the champion of a team."""

from typing import TYPE_CHECKING

from colsim.core.numerics import clip01, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import Practitioner
from colsim.plain.places import Authority
from colsim.plain.practice import meet, warm

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def train(model: "Twin", authority: Authority) -> None:
    for i in authority.workers():
        be_supervised(model, i)
        attend_training(model, i)
        shadow(model, i)
        act_as_champion(model, i)


def be_supervised(model: "Twin", i: Practitioner) -> None:
    i.spent += i.q.hours_taken
    model.count("hours_supervision", i.q.hours_taken)


def learn(model: "Twin", i: Practitioner, hours: float) -> None:
    """Let i spend hours on learning."""
    i.spent += hours
    model.count("hours_learning", hours)


def attend_training(model: "Twin", i: Practitioner) -> None:
    p, U = model.p, model.draws.U
    a = i.q.training_confidence
    b = i.q.training_knowledge
    c = i.q.training_acquaintance
    m = max(a, b, c)
    if not (m > 0 and U(i, P.TRAINING) < m / 52):
        return
    learn(model, i, i.post.hours / 5)
    i.confidence = pull(i.confidence, 1, p.training_confidence_gain * (a / m))
    i.role_knowledge = clip01(
        i.role_knowledge + p.training_knowledge_gain * (b / m) * (1 - i.role_knowledge)
    )
    if c > 0:
        get_to_know(model, i, U(i, P.TRAINING_PARTNER), p.familiarity_rate * (c / m))


def shadow(model: "Twin", i: Practitioner) -> None:
    """Let a practitioner spend a day at the other service."""
    p, U = model.p, model.draws.U
    a = i.q.shadowing_knowledge
    b = i.q.shadowing_acquaintance
    m = max(a, b)
    if not (m > 0 and U(i, P.SHADOWING) < m / 52):
        return
    learn(model, i, i.post.hours / 5)
    i.role_knowledge = pull(i.role_knowledge, 1, p.learning_rate * (a / m))
    if b > 0:
        get_to_know(model, i, U(i, P.SHADOWING_PARTNER), p.familiarity_rate * (b / m))


def act_as_champion(model: "Twin", i: Practitioner) -> None:
    """Let the first member of a team go and meet people, if the team has a champion."""
    p, U = model.p, model.draws.U
    hours = i.q.champion_hours
    if not (hours > 0 and i is i.post.team.members()[0]):
        return
    learn(model, i, hours)
    if U(i, P.CHAMPION) * p.hours_meeting < hours:
        get_to_know(model, i, U(i, P.CHAMPION_PARTNER), p.familiarity_rate)


def get_to_know(model: "Twin", i: Practitioner, place: float, rate: float) -> None:
    """Let i meet whoever holds the post at `place` in [0, 1) among the locality's other service."""
    others = i.post.locality.posts[1 - i.service]
    j = others[int(place * len(others))].holder
    if j is not None:
        tie = meet(model, i, j)
        tie.familiarity = warm(tie.familiarity, rate)
