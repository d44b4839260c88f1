"""Exchange of facts, discussion, judgement, and what it leaves behind (7.9, 7.10)."""

from colsim.core.numerics import clip01, logistic, pull
from colsim.core.rng import Purpose
from tests.plain.agents import CSW, FACTS, MHSW
from tests.plain.practice import cross, feel, meet, tie_between, tie_trust, warm

CHANNEL_NAMES = ("written", "phone", "face", "meeting")


def disclose(model, f, g, h, channel):
    """Let g give facts to h."""
    p, U = model.p, model.draws.U
    v, s = g.service, h.service
    rho = model.richness[channel]
    trust = tie_trust(model, g, h)
    x = (
        p.disclose_base
        + p.disclose_trust * trust
        + p.disclose_familiarity * tie_between(model, g, h).familiarity
        + p.disclose_confidence * g.confidence
        + p.disclose_protocol * g.q.protocol_disclosure * trust
    )
    if f.consent:
        x = x + p.disclose_consent
    if v == MHSW:
        x = x - p.disclose_alliance * g.alliance_protection
    d = logistic(x) * model.carry[channel]
    y = (
        p.understand_base
        + p.understand_richness * rho
        + p.understand_knowledge * h.role_knowledge
    )
    if f.facilitated:
        y = y + p.understand_facilitated
    m = logistic(y)
    learnt = False
    for fact in FACTS:
        if fact not in f.known[v] or fact in f.known[s]:
            continue
        if U(f.origin, Purpose.DISCLOSE, 16 * s + fact) < d:
            f.disclosed[s] += 1
            if U(f.origin, Purpose.UNDERSTAND, 16 * s + fact) < m:
                cross(model, f, s, fact)
                learnt = True
            else:
                f.received[s].add(fact)
    if learnt:
        f.recount(s)


def discuss(model, f, channel):
    """Let the two leads talk about the risk."""
    p = model.p
    i, j = f.lead
    rho = model.richness[channel]
    z = 0.5 if f.facilitated else p.power_csw
    old = list(f.belief)
    f.belief[0] += p.belief_talk * rho * tie_trust(model, i, j) * (1 - z) * 2 * (old[1] - old[0])
    f.belief[1] += p.belief_talk * rho * tie_trust(model, j, i) * z * 2 * (old[0] - old[1])
    before = f.csw_anxiety
    f.csw_anxiety = f.csw_anxiety * (1 - p.talk_calm * rho)
    if before - f.csw_anxiety > 0.02:
        i.memory[19] += 1
    f.talked = True
    if channel >= 2 or model.draws.U(f.origin, Purpose.DISCUSS) < p.phone_discusses:
        f.discussed = True


def judge(model, f, s):
    """Let a lead judge the risk from what they understand."""
    p, i = model.p, f.lead[s]
    if s == CSW:
        lean = i.lean
        if lean > 0:
            lean = lean * f.csw_anxiety
        prior = clip01(p.prior_risk + p.lean_effect * lean * (1 - i.role_knowledge))
    else:
        prior = clip01(p.prior_risk - p.mhsw_optimism)
    estimate = (f.known_risk[s] + (1 - f.known_weight[s]) * prior) * (1 - f.improvement)
    f.belief[s] = clip01(pull(f.belief[s], estimate, p.belief_rate))


def exchange(model):
    """Phase: disclosure, discussion, judgement."""
    for f in model.active:
        if f.paired and f.contact >= 0:
            c = f.contact
            model.count(CHANNEL_NAMES[c])
            a, b = f.lead[f.initiator], f.lead[1 - f.initiator]
            disclose(model, f, b, a, c)
            if f.mutual:
                disclose(model, f, a, b, c)
            if c >= 1:
                discuss(model, f, c)
            f.contacted = True
        for s in (CSW, MHSW):
            if f.lead[s] is not None:
                judge(model, f, s)


def signs(model, f, a, unprepared):
    """Return how the contact felt to the initiator a and to the other: 1, 0 or -1."""
    s, c = a.service, f.contact
    if s == MHSW and unprepared:
        first = -1
    elif f.disclosed[s] > 0:
        first = 1
    elif f.known[1 - s] - f.known[s]:
        first = -1
        a.memory[8] += 1
    else:
        first = 1 if c >= 1 else 0
    agree = abs(f.belief[0] - f.belief[1]) <= model.p.agree_tolerance
    if s == CSW and unprepared:
        second = -1
    elif c >= 1 and (f.disclosed[1 - s] > 0 or agree):
        second = 1
    else:
        second = 0
    return first, second


def live_through(model, f):
    """Let both leads learn from this week's contact."""
    p, c = model.p, f.contact
    i, j = f.lead
    a, b = f.lead[f.initiator], f.lead[1 - f.initiator]
    rho = model.richness[c]
    tie = meet(model, i, j)
    tie.familiarity = warm(tie.familiarity, p.familiarity_rate * rho)
    unprepared = c == 3 and model.week - f.lead_since[0] < 4 and len(f.known[0]) < 2
    first, second = signs(model, f, a, unprepared)
    if unprepared:
        j.memory[12] += 1
    if first != 0:
        feel(model, a, b, first, rho, c)
    if second != 0:
        feel(model, b, a, second, rho, c)
    if c >= 1:
        for x, y in ((a, b), (b, a)):
            x.role_knowledge = pull(x.role_knowledge, 1, p.knowledge_contact * rho)
            image = 2 * tie_trust(model, y, x) - 1
            x.perceived_image = pull(x.perceived_image, image, p.image_rate * rho)
    if f.mutual:
        for x, sign in ((a, first), (b, second)):
            if sign == 1:
                x.orientation = pull(x.orientation, 1, p.orientation_contact)
    if f.understood[0] > 0:
        j.memory[20] += 1


def experience(model):
    """Phase: contacts become experience."""
    for f in model.active:
        if f.paired and f.contact >= 0:
            live_through(model, f)
