"""The levers: what a policy changes, by how much, at what price, on what evidence.

A lever changes named quantities of the model over a window of time, through
channels that can be switched off one by one, so that an effect can be
attributed.  No mechanism knows a lever's name: this table is the only place
where levers and quantities meet.

Evidence marks are those of `colsim.core.parameter.MARKS`; a figure worked out
from a sourced one and an assumption bears the mark of the assumption.
"""

from collections.abc import Mapping
from types import MappingProxyType

from colsim.scenarios.lever import Channel, CostLine, CostUnit, Lever

__all__ = ["LEVERS", "Channel", "CostLine", "CostUnit", "Lever", "channel_names"]

_ASSUMPTION = "assumption: no published figure was found"
_HOURLY = (
    "£40 an hour for a children's social worker (Unit Cost Database, from the unit costs "
    "of health and social care, 2013/14)"
)
_POST_SOURCE = f"{_HOURLY} x 37.2 hours x 42 weeks; the 42 working weeks are an assumption"

_ALL = (
    Lever(
        name="co_location",
        title="Co-location",
        help="AMH teams spend days of the week in the children's office. Coverage is the "
        "share of AMH teams that do.",
        unit="days a week",
        low=0.0,
        high=5.0,
        default=3.0,
        channels=(
            Channel(
                "corridor",
                "corridor_days",
                1.0,
                "scale",
                "days a week on which people of both services can meet by chance",
            ),
            Channel(
                "face_to_face",
                "face_to_face_saving",
                0.2,
                "scale",
                "share of the hours of a face-to-face contact that a shared site saves",
            ),
            Channel(
                "stories",
                "story_mixing",
                0.2,
                "scale",
                "share of the week in which stories are told across the two services",
            ),
        ),
        costs=(
            CostLine(
                "desk and travel in the children's office",
                600.0,
                CostUnit.PRACTITIONER_DAY_YEAR,
                "2013/14",
                "J",
                _ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Contact falls with distance (Allen 1977), mark C; co-location helped only where "
        "culture and information systems were shared (Lalani & Marshall 2020), mark S; the size "
        "of each channel is an assumption",
    ),
    Lever(
        name="joint_training",
        title="Joint training",
        help="CSW and MHSW are trained together on parental mental illness and child "
        "protection. Coverage is the share of practitioners invited.",
        unit="sessions a year",
        low=0.0,
        high=6.0,
        default=2.0,
        channels=(
            Channel(
                "confidence",
                "training_confidence",
                1.0,
                "scale",
                "sessions a year that raise confidence to work with the other service",
            ),
            Channel(
                "knowledge",
                "training_knowledge",
                1.0,
                "scale",
                "sessions a year that change what is known of the other service's role",
            ),
            Channel(
                "acquaintance",
                "training_acquaintance",
                1.0,
                "scale",
                "sessions a year at which people of both services first meet",
            ),
        ),
        costs=(
            CostLine(
                "staff time for one training day",
                296.0,
                CostUnit.ATTENDEE_SESSION,
                "2013/14",
                "C",
                f"7.4 hours x {_HOURLY}",
            ),
            CostLine(
                "course fee",
                100.0,
                CostUnit.ATTENDEE_SESSION,
                "2013/14",
                "J",
                _ASSUMPTION,
            ),
        ),
        staff_hours=7.4,
        mark="S",
        source="After courses on this topic confidence and attitudes rose and knowledge scores "
        "fell (Carpenter, Patsios, Szilassy & Hackett 2011)",
    ),
    Lever(
        name="boundary_spanners",
        title="Boundary-spanner team",
        help="A team whose work is to link the two services: visits, consultations, joint "
        "discussions, workshops, challenging stories. Strength counts posts per authority.",
        unit="posts",
        low=0.0,
        high=20.0,
        default=4.0,
        channels=(
            Channel(
                "posts",
                "spanner_posts",
                1.0,
                "scale",
                "posts in each authority",
                structural=True,
            ),
            Channel(
                "visits",
                "spanner_visits",
                8.0,
                "on",
                "hours a week per post at the desks of teams of both services",
            ),
            Channel(
                "consultation",
                "spanner_consultation",
                12.0,
                "on",
                "hours a week per post in reflective case consultation",
            ),
            Channel(
                "facilitation",
                "spanner_facilitation",
                8.0,
                "on",
                "hours a week per post in discussions between the two leads of a family",
            ),
            Channel(
                "workshops",
                "spanner_workshops",
                2.0,
                "on",
                "hours a week per post in workshops on roles, law and vocabulary",
            ),
            Channel(
                "challenge",
                "spanner_challenge",
                2.0,
                "on",
                "hours a week per post in answering stories told about the other service",
            ),
        ),
        costs=(
            CostLine(
                "social worker's post",
                62_500.0,
                CostUnit.POST_YEAR,
                "2013/14",
                "J",
                _POST_SOURCE,
            ),
            CostLine(
                "travel and equipment of a mobile post",
                2_500.0,
                CostUnit.POST_YEAR,
                "2013/14",
                "J",
                _ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="All eight interviewed practitioners valued such a team (Carpenter N. 2019); no "
        "controlled effect is known; the split of hours is an assumption",
        has_posts=True,
    ),
    Lever(
        name="joint_protocol",
        title="Joint protocol",
        help="A written rule when to contact the other service and what to share with it. "
        "Where trust is low, people comply less.",
        unit="share complied with where trust allows",
        low=0.0,
        high=1.0,
        default=0.8,
        channels=(
            Channel(
                "contact",
                "protocol_contact",
                1.0,
                "scale",
                "pull towards contact in each case that the protocol names",
            ),
            Channel(
                "disclosure",
                "protocol_disclosure",
                1.0,
                "scale",
                "pull towards sharing what the protocol says may be shared",
            ),
        ),
        costs=(
            CostLine(
                "agreeing and introducing the protocol",
                15_000.0,
                CostUnit.AUTHORITY_ONCE,
                "2013/14",
                "J",
                _ASSUMPTION,
            ),
            CostLine(
                "keeping it up to date, audits",
                5_000.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                _ASSUMPTION,
            ),
        ),
        staff_hours=2.0,
        mark="J",
        source="Protocols are perceived as helpful where relations are good and as no panacea "
        "where they are not (Carpenter N. 2019); the size is an assumption",
    ),
    Lever(
        name="management_priority",
        title="Management priority",
        help="Managers of both services say, and show in supervision, that working together "
        "comes before the deadline.",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.8,
        channels=(
            Channel(
                "priority",
                "collaboration_priority",
                1.0,
                "scale",
                "weight that the service gives to collaboration",
            ),
            Channel(
                "deadline",
                "deadline_relief",
                1.0,
                "scale",
                "share of the deadline's pull that is lifted where joint work needs time",
            ),
        ),
        costs=(
            CostLine(
                "joint steering group (20 managers, 12 hours a year)",
                9_600.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                f"assumed hours x {_HOURLY}",
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Deadlines and missing ownership were named as reasons why collaboration yields "
        "(Carpenter N. 2019); the size is an assumption",
    ),
    Lever(
        name="caseload_cap",
        title="Caseload cap",
        help="Extra CSW posts bring the cases of each worker down to a cap.",
        unit="cases per worker",
        low=8.0,
        high=30.0,
        default=14.0,
        channels=(
            Channel(
                "caseload",
                "caseload_cap",
                1.0,
                "towards",
                "cases that one CSW is given at most",
            ),
        ),
        costs=(
            CostLine(
                "extra social worker's post",
                62_500.0,
                CostUnit.POST_YEAR,
                "2013/14",
                "J",
                _POST_SOURCE,
            ),
        ),
        staff_hours=0.0,
        mark="C",
        source="Mean caseload in England 16.0 to 17.8 between 2017 and 2023, authorities from 10.2 "
        "to 26.4 (workforce census of the Department for Education); hours per case follow from it",
    ),
)

LEVERS: Mapping[str, Lever] = MappingProxyType({lever.name: lever for lever in _ALL})
"""Every lever by name, in the order in which they are shown."""


def channel_names(lever: str) -> tuple[str, ...]:
    """Return the names of a lever's channels, structural ones included.

    Raises:
        KeyError: there is no such lever.
    """
    return tuple(channel.name for channel in LEVERS[lever].channels)
