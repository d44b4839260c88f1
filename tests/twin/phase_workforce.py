"""7.13 Workforce: wellbeing, rests, leaving, filling; familiarity fades."""

import math

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.numerics import clip01, pull
from tests.twin.agents import KIND_OF_SERVICE, WORKER_CHANGED
from tests.twin.draws import PURPOSES as P
from tests.twin.practice import forget, mean_narrative


def workforce(model) -> None:
    left = set()
    for post in model.places.posts:
        if post.holder is None:
            if post.service != BS:
                fill(model, post)
        else:
            if post.service == BS:
                post.holder.tenure += 1
            else:
                settle(model, post.holder)
            if leaves(model, post.holder):
                left.add(post.holder)
                vacate(model, post)
    lose_leads(model, left)
    for tie in model.places.ties:
        tie.familiarity = tie.familiarity * model.tie_keep
    for tie in model.places.spanner_ties:
        tie.familiarity = tie.familiarity * model.spanner_tie_keep


def settle(model, i) -> None:
    """Move a practitioner's states towards where they rest."""
    p = model.p
    strain = i.pressure - 1
    wellbeing = clip01(p.wellbeing_rest - p.wellbeing_pressure * strain)
    i.wellbeing = pull(i.wellbeing, wellbeing, p.wellbeing_rate)
    keep = model.learning_keep
    i.role_knowledge = p.knowledge_start + (i.role_knowledge - p.knowledge_start) * keep
    i.confidence = p.confidence_start + (i.confidence - p.confidence_start) * keep
    target = (
        p.orientation_rest
        + p.orientation_priority * i.q.collaboration_priority
        - p.orientation_pressure * strain
    )
    if i.service == MHSW:
        target = target + p.orientation_belonging * (i.belonging - 0.5)
    i.orientation = pull(i.orientation, clip01(target), p.drift)
    if i.service == CSW:
        i.stance = pull(i.stance, clip01(p.stance_rest - p.stance_pressure * strain), p.drift)
        i.perceived_image = pull(i.perceived_image, p.image_rest_csw, p.drift)
    else:
        i.alliance_protection = pull(i.alliance_protection, p.alliance_rest, p.drift)
        i.belonging = pull(i.belonging, p.belonging_rest, p.drift)
        i.perceived_image = pull(i.perceived_image, p.image_rest_mhsw, p.drift)
    i.memory = [count * model.memory_keep for count in i.memory]
    i.tenure += 1


def leaves(model, i) -> bool:
    p = model.p
    if i.service == BS:
        x = p.leave_spanner / 52
    else:
        base = p.leave_csw if i.service == CSW else p.leave_mhsw
        x = base * math.exp(p.leave_wellbeing * (0.5 - i.wellbeing)) / 52
    return model.draws.U(i, P["LEAVE"]) < x


def vacate(model, post) -> None:
    if post.service == CSW:
        model.count("leavers_csw")
    elif post.service == MHSW:
        model.count("leavers_mhsw")
    post.holder.remove()
    post.holder = None
    post.sever()


def fill(model, post) -> None:
    if model.draws.U(post, P["FILL"]) < model.p.fill_rate:
        colleagues = post.team.members()
        narrative = mean_narrative(colleagues) if colleagues else 0.0
        post.succession += 1
        post.holder = KIND_OF_SERVICE[post.service](model, post, narrative)


def lose_leads(model, left: set) -> None:
    """Families lose those who left, and part of what they had understood."""
    for f in model.active:
        for s in (0, 1):
            if f.lead[s] is None or f.lead[s] not in left:
                continue
            forget(model, f, s)
            f.trust[s] = f.trust[s] * (1 - model.p.family_change_loss)
            j = f.lead[1]
            if s == 0 and j is not None and j not in left:
                j.memory[WORKER_CHANGED] += 1
