"""Levers that change what practitioners know, can and feel, and how many they are."""

from colsim.scenario.lever import CSW, MHSW, Channel, CostLine, CostUnit, Lever
from colsim.scenario.levers.prices import ASSUMPTION, HOURLY, POST_SOURCE

LEVERS = (
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
                f"7.4 hours x {HOURLY}",
            ),
            CostLine(
                "course fee",
                100.0,
                CostUnit.ATTENDEE_SESSION,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=7.4,
        mark="S",
        source="After courses on this topic confidence and attitudes rose and knowledge scores "
        "fell (Carpenter, Patsios, Szilassy & Hackett 2011)",
    ),
    Lever(
        name="shadowing",
        title="Shadowing and placements",
        help="Practitioners spend days at the other service: they learn its work and get to know "
        "one colleague well.",
        unit="days a year",
        low=0.0,
        high=12.0,
        default=2.0,
        channels=(
            Channel(
                "knowledge",
                "shadowing_knowledge",
                1.0,
                "scale",
                "days a year that teach the other service's work",
            ),
            Channel(
                "acquaintance",
                "shadowing_acquaintance",
                1.0,
                "scale",
                "days a year with a colleague there",
            ),
        ),
        costs=(
            CostLine(
                "staff time for one day",
                296.0,
                CostUnit.ATTENDEE_SESSION,
                "2013/14",
                "C",
                f"7.4 hours x {HOURLY}",
            ),
        ),
        staff_hours=7.4,
        mark="J",
        source="Asked for by those interviewed (Carpenter N. 2019); no controlled effect was "
        "found; the size is an assumption",
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
                POST_SOURCE,
            ),
            CostLine(
                "travel and equipment of a mobile post",
                2_500.0,
                CostUnit.POST_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="All eight interviewed practitioners valued such a team (Carpenter N. 2019); no "
        "controlled effect is known; the split of hours is an assumption",
        has_posts=True,
    ),
    Lever(
        name="reflective_supervision",
        title="Reflective supervision",
        help="Supervision that asks what one has seen oneself, what else it could mean, and how "
        "one is.",
        unit="hours a week each",
        low=0.0,
        high=2.0,
        default=0.5,
        channels=(
            Channel(
                "judgement",
                "own_judgement",
                1.0,
                "scale",
                "own judgement over the story of the team",
            ),
            Channel("support", "support", 1.0, "scale", "support for the worker"),
            Channel(
                "time", "hours_taken", 1.0, "scale", "hours a week that it takes from everybody"
            ),
        ),
        costs=(
            CostLine(
                "time of the supervised",
                1_680.0,
                CostUnit.PRACTITIONER_HOUR_YEAR,
                "2013/14",
                "J",
                f"{HOURLY} x 42 weeks; the 42 working weeks are an assumption",
            ),
            CostLine(
                "time of the supervisor",
                1_680.0,
                CostUnit.PRACTITIONER_HOUR_YEAR,
                "2013/14",
                "J",
                "assumption: one supervisor for one worker, at the same price",
            ),
        ),
        staff_hours=42.0,
        mark="J",
        source="Support and supervision go along with wellbeing (association only); that it "
        "loosens the hold of stories is an assumption",
    ),
    Lever(
        name="authority_ownership",
        title="Ownership of MHSWs by the authority",
        help="The local authority treats mental health social workers as its own: training, "
        "systems, a contact point. Coverage is the share of AMH teams.",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.8,
        channels=(
            Channel(
                "belonging",
                "ownership",
                1.0,
                "scale",
                "MHSWs feel that they belong to the local authority",
            ),
            Channel(
                "training",
                "training_knowledge",
                1.0,
                "scale",
                "sessions a year of the authority's training that MHSWs attend",
            ),
            Channel(
                "systems",
                "shared_record",
                0.3,
                "scale",
                "share of CSC's facts that MHSWs can look up",
            ),
        ),
        costs=(
            CostLine(
                "training places, equipment and accounts",
                1_500.0,
                CostUnit.MHSW_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=7.4,
        addresses=(MHSW,),
        mark="J",
        source="All four MHSWs interviewed felt not owned by the authority (Carpenter N. 2019); "
        "the size is an assumption",
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
                POST_SOURCE,
            ),
        ),
        staff_hours=0.0,
        addresses=(CSW,),
        recruits=True,
        mark="C",
        source="Mean caseload in England 16.0 to 17.8 between 2017 and 2023, authorities from 10.2 "
        "to 26.4 (workforce census of the Department for Education); hours per case follow from it",
    ),
)
