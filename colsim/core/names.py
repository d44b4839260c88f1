"""Names of the numbers that kernels index, compare and count by.

An `IntEnum` compiles to the number that it is, so a name costs nothing. The tables that people
read (memories, spanners' hours, and in `totals` what is counted) are made from enumerations.
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
