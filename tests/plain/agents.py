"""Who and what there is: post-holders, families, ties."""

import mesa

from colsim.core.numerics import trust_in_force

CSW, MHSW, BS = 0, 1, 2
CHILD_FACTS = range(0, 8)
PARENT_FACTS = range(8, 16)
FACTS = range(16)
NEVER_TOLD = -1000


class Practitioner(mesa.Agent):
    """A post and the person in it; `origin` is the person's, `post_origin` the post's."""

    service = -1

    def __init__(self, model, index, record):
        super().__init__(model)
        self.index = index
        self.post_origin = int(record["origin"])
        self.authority = int(record["authority"])
        self.locality = int(record["locality"])
        self.row = int(record["row"])
        self.hours = float(record["hours"])
        self.team = None
        self.filled = False
        self.succession = 0
        self.origin = self.post_origin
        self.role_knowledge = self.confidence = self.narrative = 0.0
        self.orientation = self.stance = self.alliance_protection = 0.0
        self.belonging = self.wellbeing = self.perceived_image = self.lean = 0.0
        self.tenure = 0
        self.background = 0.0
        self.shared_load = 0
        self.pressure = self.budget = self.spent = 0.0
        self.memory = [0.0] * 24
        self.pending_good = self.pending_bad = 0
        self.told_bad = self.told_good = NEVER_TOLD

    @property
    def q(self):
        """The policy quantities of the practitioner's team this week."""
        return self.team.q


class ChildrensSocialWorker(Practitioner):
    """A post of a CSC team."""

    service = CSW


class MentalHealthSocialWorker(Practitioner):
    """A post of an AMH team."""

    service = MHSW


class BoundarySpanner(Practitioner):
    """A spanner post of an authority, with this week's hours by activity."""

    service = BS

    def __init__(self, model, index, record):
        super().__init__(model, index, record)
        self.visit_hours = self.consult_hours = self.facilitate_hours = 0.0
        self.workshop_hours = self.challenge_hours = 0.0


PRACTITIONERS = {CSW: ChildrensSocialWorker, MHSW: MentalHealthSocialWorker, BS: BoundarySpanner}


class Family(mesa.Agent):
    """A family; facts are numbers 0..15, `known[s]` and `received[s]` sets of them."""

    def __init__(self, model, origin, locality):
        super().__init__(model)
        self.origin = origin
        self.locality = locality
        self.active = False
        self.weight = [0.0] * 16
        self.adverse = set()
        self.improvement = 0.0
        self.open = [False, False]
        self.lead = [None, None]
        self.lead_since = [-1, -1]
        self.known = [set(), set()]
        self.received = [set(), set()]
        self.known_weight = [0.0, 0.0]
        self.known_risk = [0.0, 0.0]
        self.first_known = [-1] * 16
        self.cycle_start = 0
        self.cycle_length = 9
        self.plans = 0
        self.achievable = 0
        self.contacted = self.talked = self.discussed = False
        self.depth = 0
        self.shared_since = self.shared_until = self.first_joint = self.closed = -1
        self.escalated = False
        self.contact = -1
        self.initiator = 0
        self.mutual = self.facilitated = self.corridor = False
        self.disclosed = [0, 0]
        self.understood = [0, 0]

    @property
    def shared(self):
        """Whether both services are open."""
        return self.open[0] and self.open[1]

    @property
    def paired(self):
        """Whether both services are open and both have a lead."""
        return self.shared and self.lead[0] is not None and self.lead[1] is not None

    def weigh(self, facts):
        """Return the summed weight of a set of facts, in order of the facts."""
        total = 0.0
        for x in FACTS:
            if x in facts:
                total += self.weight[x]
        return total

    def recount(self, s):
        """Bring the weight and the risk known to service s up to date."""
        self.known_weight[s] = self.weigh(self.known[s])
        self.known_risk[s] = self.weigh(self.known[s] & self.adverse)

    def understand(self, s, x):
        """Let the lead of service s understand fact x (without recount)."""
        self.known[s].add(x)
        self.received[s].discard(x)

    def clear_cycle_bits(self):
        """Forget what was done in this planning cycle."""
        self.contacted = self.talked = self.discussed = False


class Tie:
    """What a CSW post and an MHSW post have with each other."""

    def __init__(self):
        self.make_strangers()

    def make_strangers(self):
        """Forget everything: another person holds one of the posts."""
        self.familiarity = 0.0
        self.trust = [0.5, 0.5]
        self.last = -1

    def meet(self, csw, mhsw, week):
        """Bring the tie into being if need be, and note the week."""
        if self.last < 0:
            self.trust[CSW] = (1 + csw.narrative) * 0.5
            self.trust[MHSW] = (1 + mhsw.narrative) * 0.5
        self.last = week

    def trust_of(self, who):
        """Return the trust in force of one of the two in the other."""
        return trust_in_force(self.familiarity, self.trust[who.service], who.narrative)


class SpannerTie:
    """What a spanner post and another post have with each other."""

    def __init__(self):
        self.make_strangers()

    def make_strangers(self):
        """Start anew."""
        self.familiarity = 0.0
        self.trust = 0.5
