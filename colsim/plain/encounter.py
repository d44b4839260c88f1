"""7.6 Encounter: who comes across whom at a shared site."""

import math
from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import poisson
from colsim.core.rng import Purpose as P
from colsim.core.rng import combine
from colsim.plain.agents import Practitioner
from colsim.plain.draws import Drawing
from colsim.plain.places import Authority
from colsim.plain.practice import days_shared, meet, warm

if TYPE_CHECKING:
    from colsim.plain.model import Twin


class Pair(Drawing):
    """Two practitioners; what is drawn for them holds as long as both are in post."""

    def __init__(self, m: Practitioner, j: Practitioner):
        self.origin = combine(m.origin, j.origin)


def encounter(model: "Twin", authority: Authority) -> None:
    for post in authority.posts[MHSW]:
        m = post.holder
        if m is not None and days_shared(model, m) > 0:
            walk_about(model, m)


def walk_about(model: "Twin", m: Practitioner) -> None:
    """Let an MHSW come across some of the CSWs of the locality."""
    p, U = model.p, model.draws.U
    posts = m.post.locality.posts[CSW]
    n = len(posts)
    mean = n * days_shared(model, m) * (p.csw_office_days / 5) * p.encounter_rate / model.seat_mean
    for k in range(poisson(mean, U(m, P.ENCOUNTERS))):
        j = posts[int(U(m, P.ENCOUNTER_WHO, k) * n)].holder
        if j is None:
            continue
        if U(m, P.ENCOUNTER, k) < math.exp(-p.seat_decay * seat(model, m, j, k)):
            model.count("encounters")
            tie = meet(model, j, m)
            tie.familiarity = warm(tie.familiarity, p.familiarity_rate * model.richness[0])
            tie.met = model.t


def seat(model: "Twin", m: Practitioner, j: Practitioner, k: int) -> float:
    """Return how far apart the two sit, as a share of the office: today, or always."""
    p, draws = model.p, model.draws
    if draws.U(m, P.ENCOUNTER_DESK, k) < p.desk_sharing:
        return draws.U(m, P.ENCOUNTER_SEAT, k)
    return draws.B(Pair(m, j), P.ENCOUNTER_SEAT)
