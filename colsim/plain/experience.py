"""7.10 Experience: what a contact leaves behind in those who had it."""

from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import (
    MEETING,
    PHONE,
    REFUSAL,
    SIDE,
    UNPREPARED,
    WAS_UNDERSTOOD,
    Family,
    Practitioner,
)
from colsim.plain.places import Authority
from colsim.plain.practice import feel, meet, richness_of, tie_trust, warm

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def experience(model: "Twin", authority: Authority) -> None:
    for f in authority.active:
        if f.is_paired and f.contact >= 0:
            experience_of(model, f)


def experience_of(model: "Twin", f: Family) -> None:
    p = model.p
    s, c = f.initiator, f.contact
    rho = richness_of(model, f)
    a, b = f.led_by(s), f.led_by(1 - s)
    i, j = f.leads
    tie = meet(model, i, j)
    tie.familiarity = warm(tie.familiarity, p.familiarity_rate * rho)

    unprepared = c == MEETING and not any(x in f.known[0] for x in SIDE[1])
    if s == MHSW and unprepared:
        sign_a = -1
    elif f.disclosed[s] > 0:
        sign_a = 1
    elif f.known[1 - s] - f.known[s]:
        sign_a = 0 if is_excused(model, f, a, b) else -1
        a.memory[REFUSAL] += 1
    elif c >= PHONE:
        sign_a = 1
    else:
        sign_a = 0
    agree = abs(f.belief[0] - f.belief[1]) <= p.risk_tolerance
    if s == CSW and unprepared:
        sign_b = -1
    elif c >= PHONE and (f.disclosed[1 - s] > 0 or agree):
        sign_b = 1
    else:
        sign_b = 0
    if unprepared:
        j.memory[UNPREPARED] += 1

    sides = ((a, b, sign_a), (b, a, sign_b))
    for x, y, sign in sides:
        if sign != 0:
            feel(model, x, y, sign, rho, c)
    if c >= PHONE:
        for x, y, _ in sides:
            x.role_knowledge = pull(x.role_knowledge, 1, p.learning_rate * rho)
            seen = 2 * clip01(tie_trust(model, y, x)) - 1
            x.perceived_image = pull(x.perceived_image, seen, p.learning_rate * rho)
    if f.mutual:
        for x, _, sign in sides:
            if sign == 1:
                x.orientation = pull(x.orientation, 1, p.learning_rate * rho)
    if f.understood[0] > 0:
        j.memory[WAS_UNDERSTOOD] += 1


def is_excused(model: "Twin", f: Family, a: Practitioner, b: Practitioner) -> bool:
    """Return whether a takes b's refusal for what the law asks of them."""
    return not f.consents and model.draws.U(f, P.EXCUSE) < tie_trust(model, a, b)
