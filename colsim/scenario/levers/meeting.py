"""Levers that change who meets whom: sites, contact points, records, intake."""

from colsim.scenario.lever import CSW, Caveat, Channel, CostLine, CostUnit, Lever
from colsim.scenario.levers.prices import ASSUMPTION, HOURLY, POST_SOURCE

LEVERS = (
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
                "encounters",
                "shared_days",
                1.0,
                "scale",
                "days a week on which people of both services come across each other",
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
                ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Contact falls with distance (Allen 1977), mark C; co-location helped only where "
        "culture and information systems were shared (Lalani & Marshall 2020), mark S; the size "
        "of each channel is an assumption",
        caveat=Caveat(
            "encounters",
            "How often people who share a site come across each other has not been measured, and "
            "whether a site works by chance or for those who seek each other out is open: "
            "sought, co-location gains about twice what it gains by chance (docs/gains.md).",
        ),
    ),
    Lever(
        name="integrated_service",
        title="Integrated service",
        help="One service for both: one management, one site, the same priority and targets. "
        "Strength says how far towards that.",
        unit="share of the way to one service",
        low=0.0,
        high=1.0,
        default=1.0,
        channels=(
            Channel(
                "encounters",
                "shared_days",
                5.0,
                "scale",
                "days a week on which people of both services come across each other",
            ),
            Channel(
                "face_to_face",
                "face_to_face_saving",
                1.0,
                "scale",
                "share of the hours of a face-to-face contact that a shared site saves",
            ),
            Channel(
                "stories",
                "story_mixing",
                1.0,
                "scale",
                "share of the week in which stories are told across the two services",
            ),
            Channel(
                "priority",
                "collaboration_priority",
                0.8,
                "scale",
                "hours that workers may take from other cases for joint work",
            ),
            Channel(
                "deadline",
                "deadline_relief",
                0.8,
                "scale",
                "share of the deadline's pull that is lifted where joint work needs time",
            ),
            Channel("upkeep", "rule_upkeep", 1.0, "scale", "the one management keeps it up"),
            Channel(
                "clarity", "task_clarity", 0.5, "scale", "who does what in a plan is laid down"
            ),
        ),
        costs=(
            CostLine(
                "reorganisation", 250_000.0, CostUnit.AUTHORITY_ONCE, "2013/14", "J", ASSUMPTION
            ),
            CostLine(
                "desk and systems in the shared office",
                3_000.0,
                CostUnit.MHSW_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Adult workers in children's teams went along with fewer protection plans in "
        "Hertfordshire (before and after, no control); integration improves perceived "
        "quality, other outcomes are mixed (Baxter et al. 2018); the size of each channel is "
        "an assumption",
    ),
    Lever(
        name="interface_champions",
        title="Interface champions",
        help="One practitioner in each team is the known contact point for the other service, with "
        "hours of their own to meet people there. Coverage is the share of AMH teams with a "
        "champion; children's teams all have one.",
        unit="hours a week of the champion of each team",
        low=0.0,
        high=7.4,
        default=2.0,
        channels=(
            Channel(
                "contact_point",
                "contact_point",
                1.0,
                "on",
                "calls to the team reach somebody who helps",
            ),
            Channel(
                "introductions",
                "champion_hours",
                1.0,
                "scale",
                "hours a week in which the champion meets people of the other service",
            ),
        ),
        costs=(
            CostLine(
                "champion's time",
                1_680.0,
                CostUnit.TEAM_HOUR_YEAR,
                "2013/14",
                "J",
                f"{HOURLY} x 42 weeks; the 42 working weeks are an assumption",
            ),
            CostLine(
                "induction of a champion, one day",
                296.0,
                CostUnit.TEAM_ONCE,
                "2013/14",
                "C",
                f"7.4 hours x {HOURLY}",
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Knowledge, confidence, relationships and referrals were reported to improve in "
        "Northern Ireland (Davidson et al. 2012, qualitative, six months); the size is an "
        "assumption",
    ),
    Lever(
        name="joint_information_system",
        title="Joint information system",
        help="Each service sees part of what the other has noted about a family that consents. "
        "What is seen is received, not yet understood.",
        unit="share of facts visible",
        low=0.0,
        high=1.0,
        default=0.6,
        channels=(
            Channel(
                "record",
                "shared_record",
                1.0,
                "scale",
                "share of the other service's facts that can be looked up",
            ),
        ),
        costs=(
            CostLine(
                "building the system",
                250_000.0,
                CostUnit.AUTHORITY_ONCE,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
            CostLine(
                "running the system", 50_000.0, CostUnit.AUTHORITY_YEAR, "2013/14", "J", ASSUMPTION
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Co-location helped only where information systems were shared too (Lalani & "
        "Marshall 2020), mark S; no effect of a shared record by itself was found: the size is an "
        "assumption",
    ),
    Lever(
        name="front_door",
        title="Front door with an AMH seat",
        help="A mental health worker sits in the team that receives referrals: what AMH's records "
        "say of a parent is there from the first day, and AMH is brought in sooner. Coverage "
        "is the share of children's teams served.",
        unit="share of the week in which the seat is staffed",
        low=0.0,
        high=1.0,
        default=1.0,
        channels=(
            Channel(
                "facts",
                "front_door",
                1.0,
                "scale",
                "facts of the parent's side received at intake, without analysis",
            ),
            Channel(
                "referral",
                "front_door_referral",
                1.0,
                "scale",
                "AMH is brought in where a parent needs it",
            ),
        ),
        costs=(
            CostLine(
                "mental health worker's post",
                62_500.0,
                CostUnit.POST_YEAR,
                "2013/14",
                "J",
                f"{POST_SOURCE}; priced as a social worker",
            ),
        ),
        staff_hours=0.0,
        addresses=(CSW,),
        recruits=True,
        mark="J",
        source="Multi-agency hubs were reported to share information faster, with analysis that "
        "stays thin and AMH often absent (Home Office 2014; Carpenter N. 2019); the size is "
        "an assumption",
    ),
)
