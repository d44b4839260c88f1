"""Levers that change rules and ways of working: who owns a plan, how families are met."""

from colsim.scenario.lever import CSW, Channel, CostLine, CostUnit, Lever
from colsim.scenario.levers.prices import ASSUMPTION, HOURLY

LEVERS = (
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
            Channel(
                "upkeep", "rule_upkeep", 1.0, "on", "managers keep it up in supervision and audits"
            ),
        ),
        costs=(
            CostLine(
                "agreeing and introducing the protocol",
                15_000.0,
                CostUnit.AUTHORITY_ONCE,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
            CostLine(
                "keeping it up: 20 managers, 2 hours a month",
                19_200.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                f"assumed hours x {HOURLY}",
            ),
            CostLine(
                "keeping it up to date, audits",
                5_000.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
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
        help="Managers of both services give people hours for working together, taken from "
        "their other cases, and let the deadline wait where joint work needs time.",
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
                "hours that workers may take from other cases for joint work",
            ),
            Channel(
                "deadline",
                "deadline_relief",
                1.0,
                "scale",
                "share of the deadline's pull that is lifted where joint work needs time",
            ),
            Channel("upkeep", "rule_upkeep", 1.0, "on", "managers keep it up in supervision"),
        ),
        costs=(
            CostLine(
                "keeping it up: 20 managers, 3 hours a month",
                28_800.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                f"assumed hours x {HOURLY}",
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Deadlines and missing ownership were named as reasons why collaboration yields "
        "(Carpenter N. 2019); the size is an assumption",
    ),
    Lever(
        name="lead_worker",
        title="Lead worker and co-ordinated plan",
        help="One named worker owns the plan of a family, from whichever service, and lays down "
        "who does what.",
        unit="share of families with a lead worker",
        low=0.0,
        high=1.0,
        default=0.8,
        channels=(
            Channel(
                "clarity", "task_clarity", 1.0, "scale", "who does what in a plan is laid down"
            ),
            Channel(
                "ownership",
                "plan_ownership",
                1.0,
                "scale",
                "somebody owns the plan and explains what is decided",
            ),
        ),
        costs=(
            CostLine(
                "introduction and guidance",
                15_000.0,
                CostUnit.AUTHORITY_ONCE,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
            CostLine(
                "co-ordination of plans",
                20_000.0,
                CostUnit.AUTHORITY_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Some of those interviewed asked for it (Carpenter N. 2019); co-ordinators are "
        "described for Sweden (Basic 2018); the size is an assumption",
    ),
    Lever(
        name="restorative_practice",
        title="Restorative practice",
        help="Practitioners work with families rather than to them or for them, and meet "
        "colleagues in the same way.",
        unit="share of practitioners who practise it",
        low=0.0,
        high=1.0,
        default=0.8,
        channels=(
            Channel(
                "stance",
                "restorative_stance",
                1.0,
                "scale",
                "children's social workers' way with families",
            ),
            Channel(
                "families", "family_voice", 1.0, "scale", "families have a say in what is decided"
            ),
            Channel(
                "colleagues",
                "openness",
                0.5,
                "scale",
                "the same way with colleagues of the other service",
            ),
        ),
        costs=(
            CostLine(
                "training",
                808.0,
                CostUnit.PRACTITIONER_ONCE,
                "2014/15",
                "C",
                "£4.85 million for 6,000 people trained in Leeds (innovation programme), £808 each",
            ),
        ),
        staff_hours=0.0,
        mark="J",
        source="Named by practitioners as a change for the better in work with families (Carpenter "
        "N. 2019); that it reaches professional ties later is an assumption, and so are the "
        "sizes",
    ),
    Lever(
        name="problem_solving_court",
        title="Problem-solving court",
        help="A court that shares power with parents and helps them to solve what brought them "
        "there, for a share of families. Coverage is the share of children's teams whose "
        "families can go there.",
        unit="share of families",
        low=0.0,
        high=0.5,
        default=0.1,
        channels=(
            Channel(
                "engagement",
                "court_engagement",
                1.0,
                "scale",
                "share of families that take part more",
            ),
            Channel(
                "control",
                "court_control",
                1.0,
                "scale",
                "share of families whose trust grows as power is shared",
            ),
        ),
        costs=(
            CostLine(
                "court's team and hearings",
                10_000.0,
                CostUnit.FAMILY_YEAR,
                "2013/14",
                "J",
                ASSUMPTION,
            ),
        ),
        staff_hours=0.0,
        addresses=(CSW,),
        recruits=True,
        mark="J",
        source="One of those interviewed told of such a court (Carpenter N. 2019); the size is an "
        "assumption",
    ),
)
