"""Names of the numbers that kernels index, compare and count by.

An `IntEnum` compiles to the number that it is, so a name costs nothing. The tables that people
read (totals, memories, spanners' hours) are made from the enumerations here, and not beside them.
"""

from enum import IntEnum, unique
from typing import Self

CSW, MHSW, BS = 0, 1, 2
"""Roles, and the services that the first two belong to: CSC and AMH."""
SERVICES = 2
"""CSC and AMH: those that lead families."""
ROLES = 3
NOBODY = -1
"""Post of a lead that is not there."""
NOT_YET = -1
"""Week of something that has not happened."""
IN_STOCK = -1
"""Week of arrival of families that are there from the start."""
NO_FAMILY = -1
"""Row after the last of a chain of families."""
NEVER = -1000
"""Week that stands for never in what a practitioner told: older than any story that counts."""

GOOD, BAD = 1.0, -1.0
"""Sign of an experience, and the ends of a valence."""

FACTS = 16
"""Facts of a family: the child's side first, then the parent's."""
PLACES = 4
"""Places of a run that are told apart: localities, or neighbours of them taken together."""
SIDE_FACTS = 8
CHILD_FACTS = 0x00FF
PARENT_FACTS = 0xFF00
ALL_FACTS = 0xFFFF
WISHES = 0x0003
"""Facts of the child's side that are the child's own wishes: only the child can tell them."""

AT_CAPACITY = 1.0
"""Pressure at which the hours that the cases ask for are just those there are."""
WEEKS_IN_YEAR = 52.0
WORKING_DAYS = 5.0
"""Days of a working week."""
ASSESSMENT_WEEKS = 9
"""Weeks of an assessment: 45 working days."""
REVIEW_WEEKS = 13
"""Weeks from one plan to its review."""


class Described(IntEnum):
    """Members numbered from 0 in the order in which they stand, each with its meaning."""

    meaning: str

    def __new__(cls, meaning: str) -> Self:
        """Number a member by its place."""
        member = int.__new__(cls, len(cls.__members__))
        member._value_ = len(cls.__members__)
        member.meaning = meaning
        return member


@unique
class Channel(IntEnum):
    """What became of the week's contact about a family: nothing, or the channel, ever richer."""

    IN_VAIN = -2
    NONE = -1
    WRITTEN = 0
    PHONE = 1
    FACE = 2
    MEETING = 3


CHANNELS = 4
"""Written to meeting: each has hours, richness, and a share of facts that it carries."""


@unique
class Depth(IntEnum):
    """How deep two services worked together in a cycle, as levels of participation."""

    NONE = 0
    INFORMED = 1
    CONSULTED = 2
    CONCERTED = 3
    SHARED = 4


class Hours(Described):
    """What a spanner's hours of a week are for."""

    VISITS = "visits to teams"
    CONSULTATION = "consultation"
    FACILITATION = "three-way meetings"
    WORKSHOPS = "workshops"
    CHALLENGE = "challenge of a team's story"


@unique
class Mode(IntEnum):
    """How a channel of a lever moves its quantity."""

    SCALE = 0
    ON = 1
    TOWARDS = 2


@unique
class Rule(IntEnum):
    """Kinds of rule, each of which wears off by itself."""

    PROTOCOL = 0
    PRIORITY = 1
    AGREEMENT = 2


@unique
class Encounter(IntEnum):
    """Form: how a shared site brings about talk of a family."""

    BY_CHANCE = 0
    SOUGHT = 1
    BOTH = 2


@unique
class StoryReach(IntEnum):
    """Form: what the story about the other service reaches."""

    WHOLE = 0
    ASKING = 1


@unique
class JointPlan(IntEnum):
    """Form: what settles the risk before a plan."""

    PLANNED = 0
    ANY_WANTED = 1


@unique
class Compliance(IntEnum):
    """Form: what becomes of a rule."""

    FADES = 0
    HOLDS_WHILE_MANAGED = 1


@unique
class Consent(IntEnum):
    """Where a family stands on its services sharing what they know."""

    NOT_ASKED = 0
    GIVEN = 1
    REFUSED = 2
    WITHDRAWN = 3


@unique
class Shielding(IntEnum):
    """Form: what MHSWs do with what they know of a client."""

    LAW_ALONE = 0
    SHIELDS = 1


@unique
class Bound(IntEnum):
    """Columns of the table of policy quantities."""

    BASE = 0
    LOW = 1
    HIGH = 2


@unique
class Route(IntEnum):
    """How a family first becomes known: the three ways are as likely."""

    BOTH = 0
    CSW_ALONE = 1
    MHSW_ALONE = 2


@unique
class Returns(IntEnum):
    """Columns of the table of returns: the ends of a week's chain of families."""

    FIRST = 0
    LAST = 1


class Memory(Described):
    """Kinds of experience that a practitioner remembers.

    Good contacts stand in the order of the channels, then bad ones; a bad story is made of all
    from `BAD_WRITTEN` to `UNPREPARED`.
    """

    GOOD_WRITTEN = "good contact in writing"
    GOOD_PHONE = "good contact by telephone"
    GOOD_FACE = "good contact face to face"
    GOOD_MEETING = "good contact in a meeting"
    BAD_WRITTEN = "bad contact in writing, or no answer, or an unexplained decision"
    BAD_PHONE = "bad contact by telephone"
    BAD_FACE = "bad contact face to face"
    BAD_MEETING = "bad contact in a meeting"
    REFUSAL = "was told nothing though there was something to ask"
    NO_ANSWER = "got no answer"
    UNEXPLAINED = "a decision was not explained to them"
    UNACHIEVABLE = "noticed targets that the family could not meet"
    UNPREPARED = "met a colleague who knew little of the case"
    JOINT_PLAN = "made a joint plan"
    CONSULTATION = "was advised by a BS"
    GIVEN_UP = "gave up a contact for want of hours"
    EXTRACTIVE = "asked without meaning to give"
    WORKER_CHANGE = "the other side's worker changed"
    MISDIRECTED = "reached the wrong person"
    CALMED = "was calmed by a conversation"
    UNDERSTOOD_BY_OTHER = "gave information that was understood"
    FAMILY_TRUST_ROSE = "the family's trust rose after a joint plan"
    DECIDED_TOGETHER = "decided after talking with the other service"
    DECIDED_ALONE = "decided alone"


class Total(Described):
    """What is added up each week.

    Of each pair, CSC's or the CSWs' total stands before AMH's or the MHSWs'; the four channels
    stand in their order.
    """

    WEEKS = "1 in every week"
    # Events, counted as they happen.
    ARRIVALS = "families that became active"
    RETURNS = "families re-referred to CSC"
    REFERRALS = "families in which the second service was brought in"
    VAIN = "contacts without answer or with the wrong person"
    GIVEN_UP = "contacts given up for want of hours"
    ENCOUNTERS = "two people of a shared site coming across each other"
    PASSING = "talks in passing about a family"
    FORCED = "contacts that a rule brought about and nobody wanted"
    ADVICE = "advice asked of a known colleague who does not lead the case"
    CURTAILED = "contacts in a poorer channel than wished, for want of hours"
    WRITTEN = "written contacts"
    PHONE = "contacts by telephone"
    FACE = "contacts face to face"
    MEETING = "meetings, facilitated ones included"
    TO_CSC = "facts of the exchange or of a consultation that the CSW came to understand"
    TO_AMH = "the same for the MHSW"
    CONSULTS_WANTED = "consultations asked for"
    CONSULTS = "consultations given"
    CONSULTS_WAITING = "consultations that wait, in each week in which they do"
    CONSULTS_LOST = "consultations that waited and came to nothing"
    BY_SPANNER = "facts that a spanner translated or brought, and that were understood"
    INTRODUCTIONS = "strangers introduced to each other by a spanner"
    CHALLENGED = "stories challenged after what was bad had been acknowledged"
    BACKFIRED = "stories challenged too early"
    FACILITATED = "three-way meetings"
    HOURS_MOVED = "hours that priority moved from other cases"
    TAKEN_CSW = "hours that cases waited for: moved, and spent last week beyond them (CSWs)"
    TAKEN_MHSW = "the same (MHSWs)"
    HOURS_CONTACT = "hours of contacts, tried ones and advice included, of both sides"
    HOURS_LEARNING = "hours of training, days at the other service, workshops and champions"
    HOURS_CONSULTING = "hours of workers in consultations and three-way meetings"
    HOURS_FAMILIES = "hours of asking families for consent and of seeing and hearing children"
    HOURS_SUPERVISION = "hours of supervision and groups that a policy takes"
    ASSESSMENTS = "first assessments finished (all families open to CSC)"
    IN_TIME = "of these within 9 weeks (45 working days)"
    ASSESSED_1 = "of these in week 1"
    ASSESSED_2 = "of these in week 2"
    ASSESSED_3 = "of these in week 3"
    ASSESSED_4 = "of these in week 4"
    ASSESSED_5 = "of these in week 5"
    ASSESSED_6 = "of these in week 6"
    ASSESSED_7 = "of these in week 7"
    ASSESSED_8 = "of these in week 8"
    ASSESSED_9 = "of these in week 9"
    ASSESSED_10 = "of these in week 10"
    ASSESSED_11 = "of these in week 11"
    ASSESSED_12 = "of these in week 12 or later"
    QUICK = "of these closed quickly"
    PLANS = "plans made for paired families"
    QUICK_PLANS = "of these: first assessments closed quickly"
    QUICK_JOINT = "and of these: joint plans all the same"
    TALKED = "of these: the two had talked"
    UNDERSTOOD = "of these: and each understood enough"
    AGREED = "of these: and they had agreed on risk in a discussion"
    TOOK_PART = "of these: and the family took part"
    JOINT = "of these: and both accepted their part: joint plans"
    NOMINAL = "plans of paired families with contact that are not joint"
    SINGLE = "plans of paired families without contact"
    ACHIEVABLE = "plans of paired families with achievable targets"
    UNEXPLAINED = "plans of paired families whose decision was not explained to the MHSW"
    JOINTLY_WRONG = "joint plans whose shared belief is off by more than the tolerance"
    REVIEWS = "plans of paired families that came to their review"
    REACHED = "of the targets of these plans, the share that was met"
    PARTICIPATED = "plans of paired families that the family took part in"
    CONTESTED = "plans of paired families that the family contested"
    CHILD_HEARD = "plans of paired families in whose cycle the child was seen and heard"
    WISHES = "plans of paired families whose makers understood the child's own wishes"
    PLANS_ENGAGED = "plans of paired families that engage (0.4 or more)"
    PLANS_CONSENTING = "plans of paired families that consent"
    PLANS_COMPLEX = "plans of paired families of complex needs (0.5 or more)"
    JOINT_ENGAGED = "joint plans of families that engage (0.4 or more)"
    JOINT_CONSENTING = "joint plans of families that consent"
    JOINT_COMPLEX = "joint plans of families of complex needs (0.5 or more)"
    PLANS_PLACE_1 = "plans of paired families of place 1"
    PLANS_PLACE_2 = "plans of paired families of place 2"
    PLANS_PLACE_3 = "plans of paired families of place 3"
    PLANS_PLACE_4 = "plans of paired families of place 4"
    JOINT_PLACE_1 = "joint plans of families of place 1"
    JOINT_PLACE_2 = "joint plans of families of place 2"
    JOINT_PLACE_3 = "joint plans of families of place 3"
    JOINT_PLACE_4 = "joint plans of families of place 4"
    SPLITS = "families that began to tell their two workers different things"
    CONSENT_ASKED = "askings for consent"
    CONSENT_GIVEN = "of these: given"
    CONSENT_REFUSED = "of these: refused"
    CONSENT_WITHDRAWN = "families that withdrew their consent"
    BREACHES = "occasions of telling without right: no consent, and no child at risk"
    EXAGGERATED = "of these: with somebody who told and believed the child at risk"
    OVER_CAUTION = "contacts in which nothing was told, for want of consent, of a child at risk"
    COMPLAINTS = "complaints of families"
    LOST = "families closed by CSC with the child at risk, that do not return within a year"
    ESCALATIONS = "families that escalated"
    CLOSURES = "families closed by CSC"
    LEAVERS_CSW = "CSWs who left"
    LEAVERS_MHSW = "MHSWs who left"
    # States at the end of the week: over shared families.
    SHARED = "shared families"
    FLOW = "share of a family's 16 facts that both leads understand, over shared families"
    REACH = "share of the 16 facts that both leads understand or received, over shared families"
    FLOW_BREACHED = "the same of what was told without right, and is no flow"
    SHARED_ENGAGED = "shared families that engage (0.4 or more)"
    SHARED_CONSENTING = "shared families that consent"
    SHARED_COMPLEX = "shared families of complex needs (0.5 or more)"
    FLOW_ENGAGED = "flow, over shared families that engage"
    FLOW_CONSENTING = "flow, over shared families that consent"
    FLOW_COMPLEX = "flow, over shared families of complex needs"
    SHARED_PLACE_1 = "shared families of place 1"
    SHARED_PLACE_2 = "shared families of place 2"
    SHARED_PLACE_3 = "shared families of place 3"
    SHARED_PLACE_4 = "shared families of place 4"
    FLOW_PLACE_1 = "flow, over shared families of place 1"
    FLOW_PLACE_2 = "flow, over shared families of place 2"
    FLOW_PLACE_3 = "flow, over shared families of place 3"
    FLOW_PLACE_4 = "flow, over shared families of place 4"
    # Over paired families.
    PAIRED = "shared families with both leads"
    CHILD_KNOWN = "share of the 8 facts of the child's side that the MHSW understands"
    SPLIT = "families that tell their two workers different things"
    RECEIVED_ONLY = "facts received but not understood, both leads"
    BIAS_CSC = "belief of the CSW less true risk"
    BIAS_AMH = "belief of the MHSW less true risk"
    ERROR_CSC = "absolute error of the CSW's belief"
    ERROR_AMH = "absolute error of the MHSW's belief"
    DISAGREEMENT = "absolute difference of the two beliefs"
    FAMILIARITY = "familiarity of the two leads"
    TRUST_CSW = "trust in force of the CSW in the MHSW"
    TRUST_MHSW = "trust in force of the MHSW in the CSW"
    DEPTH = "depth of collaboration of the last plan, 0 to 4"
    FIT = "1 - |depth / 4 - complexity|"
    # Over active families open to CSC.
    CSC_OPEN = "families open to CSC"
    FAMILY_TRUST_CSC = "their trust in CSC"
    ENGAGEMENT = "their engagement"
    DISGUISED = "of these: compliance exceeds engagement by more than 0.2"
    SEVERITY = "severity of the parent's ill-health"
    RISK = "risk of the child"
    # Over active families open to AMH.
    AMH_OPEN = "families open to AMH"
    FAMILY_TRUST_AMH = "their trust in AMH"
    # Over filled posts of a service: a block for CSWs, then the same for MHSWs.
    FILLED_CSW = "filled posts (CSWs)"
    ROLE_KNOWLEDGE_CSW = "role knowledge (CSWs)"
    CONFIDENCE_CSW = "confidence (CSWs)"
    NARRATIVE_CSW = "narrative (CSWs)"
    ORIENTATION_CSW = "orientation (CSWs)"
    PERCEIVED_IMAGE_CSW = "perceived image (CSWs)"
    WELLBEING_CSW = "wellbeing (CSWs)"
    PRESSURE_CSW = "pressure (CSWs)"
    CASELOAD_CSW = "background cases and families led (CSWs)"
    SPENT_CSW = "hours of collaboration this week (CSWs)"
    FILLED_MHSW = "filled posts (MHSWs)"
    ROLE_KNOWLEDGE_MHSW = "role knowledge (MHSWs)"
    CONFIDENCE_MHSW = "confidence (MHSWs)"
    NARRATIVE_MHSW = "narrative (MHSWs)"
    ORIENTATION_MHSW = "orientation (MHSWs)"
    PERCEIVED_IMAGE_MHSW = "perceived image (MHSWs)"
    WELLBEING_MHSW = "wellbeing (MHSWs)"
    PRESSURE_MHSW = "pressure (MHSWs)"
    CASELOAD_MHSW = "background cases and families led (MHSWs)"
    SPENT_MHSW = "hours of collaboration this week (MHSWs)"
    # Of the organisation.
    POSTS_CSW = "CSW posts"
    POSTS_MHSW = "MHSW posts"
    SPREAD_CSW = "mean over CSC teams with members of |team's mean narrative - mean of these means|"
    SPREAD_MHSW = "the same over AMH teams"
    STRONG_TIES = "CSW-MHSW ties with familiarity of 0.2 or more"
    POSSIBLE_TIES = "CSW-MHSW pairs of posts within an authority"
    SPANNERS = "filled spanner posts"
