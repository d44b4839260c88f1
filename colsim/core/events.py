"""What kernels note of a watched family: kinds of events, their causes, and how a note is kept.

A kernel notes what it does where it does it, so that a family's story repeats no rule. Notes are no
state: nothing draws on them or reads them but whoever asked for them (`colsim.core.notes`).
"""

from enum import IntEnum, unique

import numpy as np

from colsim.core.names import SERVICES, Described

NO_SIDE = -1
"""Side of an event that is neither lead's."""


@unique
class Phase(IntEnum):
    """Phases in which notes are made, by their place in the week."""

    POLICY = 0
    TRAIN = 1
    INTAKE = 2
    DISCOVER = 3
    ENCOUNTER = 4
    CONTACT = 5
    SPAN = 6
    EXCHANGE = 7
    EXPERIENCE = 8
    NARRATE = 9
    PLAN = 10
    LIVE = 11
    WORKFORCE = 12


class Event(Described):
    """What is noted.

    Each has a side (of the lead or the service, or none), the value before and after of the state
    that `colsim/story/words.toml` names, and up to three more: x, y and z, said above it.
    """

    STANDS = "How things stand when a phase has passed: no event, and told only where it moved"
    START = "What was there already when recording began"
    ARRIVED = "The family comes to the notice of the services"
    # x weeks away
    RETURNED = "The family comes back after its case was closed"
    OPENED = "A service opens the case, without being asked by the other's lead worker"
    REFERRED = "A lead worker brings the other service in"
    RESTARTED = "Plans are counted anew after a return"
    ALLOCATED = "A practitioner takes the family on"
    SPLIT = "The family begins to tell its two workers different things"
    SETTLED = "Conflicting accounts come together, as the two talk or one of them goes"
    CONSENT = "A lead worker asks whether the services may share, and the family answers"
    WITHDREW = "The family takes its consent back, or it ends with the case"
    HEARD = "The CSW sees the child and hears what the child wants"
    # x facts received before
    DISCOVERED = "A lead worker finds something out from the family"
    # x whether it gives as well as takes, y the trust met, z the channel wished for
    ASKED = "One lead worker gets in touch with the other, and is answered"
    # x whether the other has no hours
    UNANSWERED = "An attempt that was not answered"
    MISDIRECTED = "An attempt that ended with the wrong person"
    # x the channel wished for, y hours needed, z hours left
    GAVE_UP = "A contact wanted and given up for want of hours"
    # x the post asked
    ADVISED = "A lead worker asks a colleague of the other service whom they know better"
    CALMED = "A conversation takes some of the CSW's anxiety about the case"
    ENCOUNTERED = "The two come across each other at a shared site"
    # x, y, z as ASKED
    PASSING = "The two, having come across each other, talk of the family in passing"
    ARRANGED = "The two arrange to meet, after a talk in passing or for a joint visit"
    # x, y, z as ASKED
    KEPT = "The two meet as they had arranged"
    # x the side that has no hours
    MISSED = "An appointment given up for want of hours"
    # x whether the last plan was made on paper alone
    FORCED = "A contact in writing that a rule asks for and nobody wanted"
    WAITING = "A consultation is wanted and finds no hours: it waits"
    NOT_CONSULTED = "A consultation that was waited for comes to nothing"
    # x the post, y how familiar, z whether it was waited for
    CONSULTED = "A lead worker consults a boundary spanner"
    TOLD = "A boundary spanner is told facts about the family"
    SPANNER_LEFT = "The boundary spanner who knew of the family is not there any more"
    FACILITATED = "A boundary spanner brings the two together"
    # x facts there were to tell, y of those told received before, z understood
    DISCLOSED = "A lead worker tells the other something"
    BREACHED = "Something is told that the teller had no right to tell"
    NOTICED = "The family notices that it was told of without right"
    # x of `Source`
    RECEIVED = "Something reaches a lead worker who does not understand what it means"
    # x of `Source`, y facts received before
    UNDERSTOOD = "A lead worker comes to understand something that the other knew"
    # x facts withheld, y whether the family consents, z whether it is excused
    REFUSED = "The one who asked was told nothing, though there was something to tell"
    UNPREPARED = "The CSW came to the meeting knowing too little of the case"
    TALKED = "The two talk, and do not only write, for the first time since the last plan"
    # x the tolerance, y whether the two are within it
    DISCUSSED = "The two discuss the risk, for the first time since the last plan"
    MET = "The two lead workers get to know each other"
    # x of `Cause`, y and z the story before and after
    FELT = "A lead worker's trust in the other changes with what happened"
    # y of the CSW, z of the MHSW; after: needed
    SHARES = "How much of what the other knows each of the two understands, as a plan is made"
    # x of `Condition`; accepted: before trust, y orientation, z role knowledge
    FELL_SHORT = "The condition on which a plan fails to be joint"
    # x of `Made`, y weeks since the cycle began, z weeks until it was due
    PLANNED = "An assessment or review ends in a plan"
    CONTESTED = "The family contests the plan"
    UNEXPLAINED = "The MHSW meets a decision that nobody explained"
    UNACHIEVABLE = "The MHSW notices targets that cannot be met"
    ESCALATED = "The case escalates"
    # x weeks led, y and z the family's trust before and after
    LEFT = "A lead worker leaves their post"
    ENDED = "A lead worker's part ends with the case"
    # x facts on file
    FORGOT = "What was not written down is lost with the worker"
    # x facts understood before
    FILED = "What was written down stays on file, unread, for whoever comes next"
    # x whether it ended in the meantime
    CLOSED = "A service closes the case"


@unique
class Source(IntEnum):
    """Where a fact came from."""

    FRONT_DOOR = 0
    ADVICE = 1
    SPANNER = 2
    RECORD = 3
    CONTACT = 4


@unique
class Cause(IntEnum):
    """What an experience is of: none, then good ones, then bad ones."""

    NOTHING = 0
    TOLD = 1
    TALK = 2
    AGREED = 3
    REFUSED = 4
    UNPREPARED = 5
    NO_ANSWER = 6
    PAPER = 7
    UNEXPLAINED = 8
    UNACHIEVABLE = 9


@unique
class Condition(IntEnum):
    """Conditions of a joint plan, in their order."""

    TALKED = 0
    UNDERSTOOD = 1
    DISCUSSED = 2
    AGREED = 3
    TOOK_PART = 4
    ACCEPTED = 5


@unique
class Made(IntEnum):
    """Kinds of plans."""

    JOINT = 0
    NOMINAL = 1
    SINGLE_AGENCY = 2
    ONE_SERVICE = 3


_OF_EACH = (SERVICES,)

NOTE_DTYPE = np.dtype(
    [
        ("origin", "u8"),  # of the family
        ("week", "i4"),
        ("phase", "i1"),
        ("event", "i1"),
        ("side", "i1"),
        ("before", "f8"),
        ("after", "f8"),
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        # How things stand as the note is made.
        ("lead", "i4", _OF_EACH),
        ("succession", "i8", _OF_EACH),
        ("open", "i1", _OF_EACH),
        ("initiator", "i1"),
        ("disclosed", "i4", _OF_EACH),
        ("known", "i4", _OF_EACH),
        ("received", "i4", _OF_EACH),
        ("plans", "i4"),
        ("trust", "f8", _OF_EACH),
        ("belief", "f8", _OF_EACH),
        ("complexity", "f8"),
        ("csw_anxiety", "f8"),
        ("engagement", "f8"),
        ("achievable", "f8"),
        ("wrong", "f8"),
        ("severity", "f8"),
        ("risk", "f8"),
        ("narrative", "f8", _OF_EACH),
        ("role_knowledge", "f8", _OF_EACH),
        ("pressure", "f8", _OF_EACH),
        ("familiarity", "f8"),
        ("tie_trust", "f8", _OF_EACH),
        ("tie_last", "i4"),
    ],
    align=True,
)
"""A note: of whom and when, what, and how things stand: the family's, both leads', their tie's."""

WATCH_DTYPE = np.dtype(
    [
        ("count", "i8"),  # notes made, also those for which there was no room
        ("closed", "i8"),  # of these, those whose phase has passed
    ]
)
