"""7.13 Workforce: wellbeing, rests, leaving, filling; familiarity fades."""

import math
from typing import TYPE_CHECKING

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.numerics import clip01, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import KIND_OF_SERVICE, WORKER_CHANGED, Practitioner, rests
from colsim.plain.places import Authority, Post
from colsim.plain.practice import forget, image_rest, mean_narrative

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def workforce(model: "Twin", authority: Authority) -> None:
    left: set[Practitioner] = set()
    for post in authority.all_posts():
        i = post.holder
        if i is None:
            if post.service != BS:
                fill(model, post)
        else:
            if post.service == BS:
                i.tenure += 1
            else:
                settle(model, i)
            if leaves(model, i):
                left.add(i)
                vacate(model, i)
    lose_leads(model, authority, left)
    for tie in authority.ties:
        tie.familiarity = tie.familiarity * model.tie_keep
    for spanner_tie in authority.spanner_ties:
        spanner_tie.familiarity = spanner_tie.familiarity * model.tie_keep


def settle(model: "Twin", i: Practitioner) -> None:
    """Move a practitioner's states towards where they rest."""
    p = model.p
    over = i.pressure - 1
    wellbeing = i.disposition - p.pressure_effect * over + p.policy_effect * i.q.support
    i.wellbeing = pull(i.wellbeing, clip01(wellbeing), p.drift)
    keep = model.half_keep
    i.role_knowledge = p.knowledge_start + (i.role_knowledge - p.knowledge_start) * keep
    i.confidence = p.confidence_start + (i.confidence - p.confidence_start) * keep
    orientation, stance = rests(p, i.service)
    orientation = orientation - p.pressure_effect * over + p.policy_effect * i.q.openness
    i.orientation = pull(i.orientation, clip01(orientation), p.drift)
    stance = stance - p.pressure_effect * over + p.policy_effect * i.q.restorative_stance
    i.stance = pull(i.stance, clip01(stance), p.drift)
    i.perceived_image = pull(i.perceived_image, image_rest(model, i), p.drift)
    if i.service == MHSW:
        i.alliance_protection = pull(i.alliance_protection, 0.5, p.drift)
        belonging = clip01(p.policy_effect * i.q.ownership)
        i.belonging = pull(i.belonging, belonging, p.drift)
    i.memory = [count * model.half_keep for count in i.memory]
    i.tenure += 1


def leaves(model: "Twin", i: Practitioner) -> bool:
    p = model.p
    if i.service == BS:
        x = p.leave_mhsw / 52
    else:
        base = p.leave_csw if i.service == CSW else p.leave_mhsw
        x = (
            base
            * math.exp(p.leave_wellbeing * (p.wellbeing_rest - i.wellbeing))
            / 52
            * (1 + i.q.unrest)
        )
    return model.draws.U(i, P.LEAVE) < x


def vacate(model: "Twin", i: Practitioner) -> None:
    post = i.post
    if post.service == CSW:
        model.count("leavers_csw")
    elif post.service == MHSW:
        model.count("leavers_mhsw")
    i.remove()
    post.holder = None
    post.sever()


def fill(model: "Twin", post: Post) -> None:
    if model.draws.U(post, P.FILL) < model.p.fill_rate and not is_frozen(model, post):
        colleagues = post.team.members()
        narrative = mean_narrative(colleagues) if colleagues else 0.0
        post.succession += 1
        post.holder = KIND_OF_SERVICE[post.service](model, post, narrative)


def is_frozen(model: "Twin", post: Post) -> bool:
    share = post.team.q.posts_frozen
    return share > 0 and model.draws.B(post, P.FROZEN) < share


def lose_leads(model: "Twin", authority: Authority, left: set[Practitioner]) -> None:
    """Families lose those who left, and with them what had been understood."""
    for f in authority.active:
        for s in (0, 1):
            if f.lead[s] is None or f.lead[s] not in left:
                continue
            forget(model, f, s)
            f.trust[s] = f.trust[s] * (1 - model.p.family_event)
            j = f.lead[1]
            if s == 0 and j is not None and j not in left:
                j.memory[WORKER_CHANGED] += 1
