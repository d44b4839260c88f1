"""The agents: practitioners of three services, and families."""

from typing import TYPE_CHECKING

import mesa

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.numerics import around
from colsim.core.rng import Key, combine
from colsim.core.rng import Purpose as P
from colsim.plain.draws import Drawing
from colsim.plain.places import Locality, Numbers, Post

if TYPE_CHECKING:
    from colsim.plain.draws import Draws
    from colsim.plain.model import Twin

MEMORY_KINDS = 24
FACTS = range(16)
SIDE = (range(0, 8), range(8, 16))
NONE, IN_VAIN = -1, -2
WRITTEN, PHONE, FACE, MEETING = 0, 1, 2, 3
NOT_ASKED, GIVEN, REFUSED, WITHDRAWN = 0, 1, 2, 3
WISHES = (0, 1)
"""The facts that are the child's own wishes."""

# Memory kinds beyond good (0-3) and bad (4-7) contact by channel.
REFUSAL, NO_ANSWER, UNEXPLAINED, UNACHIEVABLE, UNPREPARED = 8, 9, 10, 11, 12
JOINT_PLAN, CONSULTATION, GIVEN_UP, EXTRACTIVE, WORKER_CHANGED = 13, 14, 15, 16, 17
MISDIRECTED, CALMED, WAS_UNDERSTOOD, FAMILY_TRUST_ROSE = 18, 19, 20, 21
DECIDED_TOGETHER, DECIDED_ALONE = 22, 23


def rests(p: Numbers, service: int) -> tuple[float, float]:
    """Return where orientation and stance rest in a service."""
    if service == CSW:
        return p.orientation_rest_csw, p.stance_rest_csw
    return p.orientation_rest_mhsw, p.stance_rest_mhsw


class Practitioner(mesa.Agent, Drawing):  # type: ignore[misc]
    """Whoever holds a post now; `enter` of the specification."""

    service: int

    def __init__(self, model: "Twin", post: Post, narrative: float):
        super().__init__(model)
        p, B = model.p, model.draws.B
        self.post = post
        self.origin = combine(post.origin, post.succession)
        spread = p.spread
        self.role_knowledge = around(p.knowledge_start, spread, B(self, P.KNOWLEDGE))
        self.confidence = around(p.confidence_start, spread, B(self, P.CONFIDENCE))
        orientation, stance = rests(p, self.service)
        self.orientation = around(orientation, spread, B(self, P.ORIENTATION))
        self.stance = around(stance, spread, B(self, P.STANCE))
        self.alliance_protection = around(0.5, spread, B(self, P.ALLIANCE))
        self.belonging = around(0.0, spread, B(self, P.BELONGING))
        self.disposition = around(p.wellbeing_rest, spread, B(self, P.WELLBEING))
        self.wellbeing = self.disposition
        self.perceived_image = p.image_rest_csw if self.service == CSW else 0.0
        lean = B(self, P.LEAN)
        self.lean = lean if B(self, P.LEAN_SIGN) < p.fear_share else -lean
        self.caution = 2 * B(self, P.CAUTION) - 1
        self.narrative = narrative
        self.tenure = 0
        self.memory = [0.0] * MEMORY_KINDS
        self.pending_good = 0
        self.pending_bad = 0
        self.told_bad = -1000
        self.told_good = -1000
        self.pressure = 1.0
        self.background = 0.0
        self.shared_load = 0
        self.budget = 0.0
        self.spent = 0.0
        self.left = 0.0

    @property
    def effort(self) -> float:
        return 1.0 if self.pressure <= 1 else 1 / self.pressure

    @property
    def q(self) -> Numbers:
        """This week's policy quantities of the practitioner's team."""
        return self.post.team.q

    def spend(self, hours: float) -> None:
        self.budget -= hours
        self.spent += hours


class ChildrensSocialWorker(Practitioner):
    service = CSW


class MentalHealthSocialWorker(Practitioner):
    service = MHSW


SPANNER_WORK = ("visits", "consultation", "facilitation", "workshops", "challenge")


class BoundarySpanner(Practitioner):
    """A spanner; `hours` are what is left, by kind of work."""

    service = BS

    def __init__(self, model: "Twin", post: Post, narrative: float):
        super().__init__(model, post, narrative)
        self.role_knowledge = 1.0
        self.confidence = 1.0
        self.hours = dict.fromkeys(SPANNER_WORK, 0.0)

    @property
    def is_in_post(self) -> bool:
        return self.post.holder is self


KIND_OF_SERVICE = (ChildrensSocialWorker, MentalHealthSocialWorker, BoundarySpanner)


class Family(mesa.Agent, Drawing):  # type: ignore[misc]
    """A family; `birth` of the specification. `lead` and `spanner` hold practitioners."""

    def __init__(self, model: "Twin", locality: Locality, origin: Key):
        super().__init__(model)
        p = model.p
        self.locality = locality
        self.origin = origin
        self._draw_birth(p, model.draws)
        self.csw_anxiety = p.anxiety_start
        self.belief = [p.prior_risk, p.prior_risk]
        self.improvement = 0.0
        self.consent = NOT_ASKED
        self.split = self.heard = self.asked = self.aggrieved = False
        self.active = False
        self.open = [False, False]
        self.lead: list[Practitioner | None] = [None, None]
        self.lead_since = [-1, -1]
        self.known: list[set[int]] = [set(), set()]
        self.received: list[set[int]] = [set(), set()]
        self.known_weight = [0.0, 0.0]
        self.known_risk = [0.0, 0.0]
        self.first_known = [-1] * len(FACTS)
        self.breached: set[int] = set()
        self.cycle_start = 0
        self.cycle_length = 9
        self.plans = 0
        self.achievable = 0
        self.delivery = 0.0
        self.wrong = 0.0
        self.contacted = self.talked = self.discussed = False
        self.thin = False
        self.appointed = False
        self.waiting = [0, 0]
        self.spanner: BoundarySpanner | None = None
        self.told: set[int] = set()
        self.depth = 0
        self.shared_since = -1
        self.shared_until = -1
        self.first_joint = -1
        self.closed = -1
        self.escalated = False
        self.initiator = 0
        self.begin_week_of_contact()

    def _draw_birth(self, p: Numbers, draws: "Draws") -> None:
        B = draws.B
        self.complexity = B(self, P.COMPLEXITY)
        self.severity0 = self.severity = around(p.severity_start, p.spread, B(self, P.SEVERITY))
        raw = [1 + B(self, P.WEIGHT, x) for x in FACTS]
        total = 0.0
        for value in raw:
            total += value
        self.w = [value / total for value in raw]
        chance = p.adverse_base + p.adverse_complexity * self.complexity
        self.adverse = {x for x in FACTS if B(self, P.ADVERSE, x) < chance}
        self.risk0 = self.risk = self.weight_of(self.adverse)
        self.trust = [
            around(p.trust_csc_start, p.spread, B(self, P.TRUST, 0)),
            around(p.trust_amh_start, p.spread, B(self, P.TRUST, 1)),
        ]
        self.anxiety = around(p.anxiety_start, p.spread, B(self, P.ANXIETY))
        self.engagement = self.compliance = 0.5 * self.trust[0] + 0.5 * self.trust[1]
        self.reluctance = B(self, P.CONSENT)

    def begin_week_of_contact(self) -> None:
        self.contact = NONE
        self.mutual = self.facilitated = self.in_passing = self.forced = False
        self.disclosed = [0, 0]
        self.understood = [0, 0]

    @property
    def is_shared(self) -> bool:
        return self.open[0] and self.open[1]

    @property
    def is_paired(self) -> bool:
        return self.is_shared and self.lead[0] is not None and self.lead[1] is not None

    def led_by(self, s: int) -> Practitioner:
        """Return the lead of a service where there is one."""
        lead = self.lead[s]
        assert lead is not None
        return lead

    @property
    def leads(self) -> tuple[Practitioner, Practitioner]:
        """The two leads of a paired family, CSC's first."""
        return self.led_by(0), self.led_by(1)

    @property
    def helper(self) -> "BoundarySpanner":
        """The family's spanner, once one has helped."""
        assert self.spanner is not None
        return self.spanner

    @property
    def consents(self) -> bool:
        """Whether the family agrees that the services share what they know."""
        return self.consent == GIVEN

    def weight_of(self, facts: set[int]) -> float:
        """Return the summed weight of facts, added in the order of facts."""
        total = 0.0
        for x in FACTS:
            if x in facts:
                total += self.w[x]
        return total

    def recount(self, s: int) -> None:
        self.known_weight[s] = self.weight_of(self.known[s])
        self.known_risk[s] = self.weight_of(self.known[s] & self.adverse)

    def comes_to_understand(self, s: int, fact: int, t: int) -> None:
        """Put a fact among those that the lead of s understands (`recount` is the caller's)."""
        self.known[s].add(fact)
        self.received[s].discard(fact)
        if self.first_known[fact] == -1:
            self.first_known[fact] = t

    def open_csc(self, t: int) -> None:
        """Open children's social care and begin its first cycle."""
        self.open[0] = True
        self.cycle_start = t
        self.cycle_length = 9
        self.plans = 0
        self.begin_cycle()
        self.wrong = 0.0
        self.escalated = False
        self.depth = 0
        self.closed = -1

    def begin_cycle(self) -> None:
        """Clear what is remembered from one plan to the next."""
        self.contacted = self.talked = self.discussed = False
        self.heard = self.asked = False

    def note_sharing(self, t: int) -> None:
        if self.is_shared and self.shared_since < 0:
            self.shared_since = t

    def note_end_of_sharing(self, t: int) -> None:
        if self.shared_since >= 0 and self.shared_until < 0:
            self.shared_until = t
