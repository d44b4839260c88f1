"""Training in mixed groups: confidence, knowledge, acquaintance, each moved apart (ODD 7.3).

In a course on exactly this topic confidence and attitudes rose while knowledge
scores fell (Carpenter, Patsios, Szilassy & Hackett 2011).
"""

from colsim.core.compiled import kernel
from colsim.core.numerics import clip01, pull
from colsim.core.relations import meet, tie_of, warm
from colsim.core.rng import Purpose, uniform

_PARTNERS = 2


@kernel
def train(w):
    """Hold this week's sessions."""
    p = w.parameters[0]
    for i in range(w.posts.shape[0]):
        person = w.practitioners[i]
        service = w.posts[i].service
        if service == 2 or not person.filled:
            continue
        q = w.policy[w.posts[i].team]
        most = max(q.training_confidence, q.training_knowledge, q.training_acquaintance)
        if most <= 0.0 or uniform(person.key, Purpose.TRAINING, 0) >= most / 52.0:
            continue
        person.spent += p.training_hours
        person.confidence = pull(
            person.confidence, 1.0, p.training_confidence_gain * (q.training_confidence / most)
        )
        person.role_knowledge = clip01(
            person.role_knowledge
            + p.training_knowledge_gain
            * (q.training_knowledge / most)
            * (1.0 - person.role_knowledge)
        )
        if q.training_acquaintance > 0.0:
            place = w.localities[w.posts[i].locality]
            for k in range(_PARTNERS):
                u = uniform(person.key, Purpose.TRAINING_PARTNER, k)
                j = place.first_post[1 - service] + int(u * place.posts[1 - service])
                if not w.practitioners[j].filled:
                    continue
                csw, mhsw = (i, j) if service == 0 else (j, i)
                tie = tie_of(w, csw, mhsw)
                meet(w, tie, w.practitioners[csw], w.practitioners[mhsw])
                w.tie_familiarity[tie] = warm(
                    w.tie_familiarity[tie],
                    p.training_familiarity * (q.training_acquaintance / most),
                )
