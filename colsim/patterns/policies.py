"""Patterns 5 to 9 and 12: what single policies do, and two together."""

from colsim.patterns.lives import PlausibleWorld, total_of
from colsim.patterns.pattern import KnockOut, Pattern

_FLOW, _JOINT = "information_flow", "joint_plan_rate"


def _records(world: PlausibleWorld) -> dict[str, float]:
    parts = {}
    for name in ("front_door", "joint_information_system"):
        received = world.gain("information_reach", name)
        parts[f"{name}: received"] = received
        parts[f"{name}: received over joint plans"] = received - world.gain(_JOINT, name)
    return parts


def _protocol(world: PlausibleWorld) -> dict[str, float]:
    alone = world.gain(_FLOW, "joint_protocol")
    relations = world.gain(_FLOW, "co_location")
    both = world.gain(_FLOW, "co_location", settings={"levers.joint_protocol.strength": 0.8})
    return {
        "protocol alone": alone,
        "less than a tenth of facts": 0.1 - alone,
        "with relations more than the sum": both - alone - relations,
    }


def _training(world: PlausibleWorld) -> dict[str, float]:
    ended = {"levers.joint_training.end": 52}
    late, after = (26, 52), (78, 104)
    confidence = world.gain("confidence_csw", "joint_training", weeks=late, settings=ended)
    knowledge = world.gain("role_knowledge_csw", "joint_training", weeks=late, settings=ended)
    left = world.gain("confidence_csw", "joint_training", weeks=after, settings=ended)
    return {
        "confidence up": confidence,
        "knowledge up by less": confidence - knowledge,
        "joint plans up by less than two points": 0.02
        - world.gain(_JOINT, "joint_training", weeks=late, settings=ended),
        "a year later at most two thirds are left": 2 / 3 * confidence - left,
    }


def _co_location(world: PlausibleWorld) -> dict[str, float]:
    def ratio(name: str) -> float:
        before = world.measure(name)
        return world.measure(name, "co_location") / before - 1 if before > 0 else float("nan")

    contacts = ratio("contacts")
    return {
        "contacts up by a half and more": contacts - 0.5,
        "joint plans up by less": contacts - ratio(_JOINT),
    }


def _spanners(world: PlausibleWorld) -> dict[str, float]:
    def gain(
        weeks: tuple[int, int], scenario: str = "boundary_spanners", posts: int | None = None
    ) -> float:
        settings = {} if posts is None else {"levers.boundary_spanners.strength": posts}
        return world.gain(_FLOW, scenario, weeks=weeks, settings=settings)

    full = (117, 143)
    early, late = gain((4, 12)), gain((91, 117))
    each = [gain(full, posts=n) / n for n in (2, 8, 16)]
    served = []
    for cases in (0.032, 0.016):  # families that arrive, per week and family aimed at
        lives = world.totals("boundary_spanners", {"arrival_rate": cases})
        wanted = sum(total_of("consults_wanted", life[52:]) for life in lives)
        given = sum(total_of("consults", life[52:]) for life in lives)
        served.append(given / wanted if wanted else float("nan"))
    soon, later = gain((111, 119), "funding_ends"), gain((148, 156), "funding_ends")
    return {
        "slow start": 0.5 * late - early,
        "more flow": gain(full),
        "more joint plans": world.gain(_JOINT, "boundary_spanners", weeks=full),
        "less per post from 2 to 8 to 16": min(each[0] - each[1], each[1] - each[2]),
        "fewer requests served where demand is higher": served[1] - served[0],
        "part is left when they have gone": soon,
        "and fades": soon - later,
    }


def _combinations(world: PlausibleWorld) -> dict[str, float]:
    def interaction(together: str, one: str, other: str) -> float:
        parts = world.gain(_FLOW, one) + world.gain(_FLOW, other)
        return world.gain(_FLOW, together) - parts

    return {
        "co-location and training over their sum": interaction(
            "co_location_and_training", "co_location", "joint_training"
        ),
        "spanners and priority over their sum": interaction(
            "spanners_and_priority", "boundary_spanners", "management_priority"
        ),
    }


PATTERNS = (
    Pattern(
        5,
        "records_inform_and_plan_little",
        "A front door with an AMH seat and a joint record raise what is received much more than "
        "joint plans.",
        "emergent",
        False,
        {
            "front_door: received": "share of facts",
            "front_door: received over joint plans": "points of 1",
            "joint_information_system: received": "share of facts",
            "joint_information_system: received over joint plans": "points of 1",
        },
        _records,
        KnockOut(
            "nothing is found at the front door, and the record shows nothing",
            without=("front_door.facts", "joint_information_system.record"),
        ),
    ),
    Pattern(
        6,
        "protocol_needs_relations",
        "A protocol alone gains modestly; with good relations it gains more than the sum of both.",
        "emergent",
        True,
        {
            "protocol alone": "share of facts",
            "less than a tenth of facts": "share of facts",
            "with relations more than the sum": "share of facts",
        },
        _protocol,
        KnockOut(
            "the protocol triggers neither contact nor disclosure",
            {"contact_protocol": 0.0, "answer_protocol": 0.0, "disclose_protocol": 0.0},
        ),
    ),
    Pattern(
        7,
        "training_fades",
        "Joint training alone: confidence up at once, role knowledge less, joint plans little; it "
        "fades.",
        "emergent",
        False,
        {
            "confidence up": "share",
            "knowledge up by less": "share",
            "joint plans up by less than two points": "points of 1",
            "a year later at most two thirds are left": "share",
        },
        _training,
        KnockOut(
            "training moves no confidence, and nothing learnt is lost",
            {"training_confidence_gain": 0.0, "learning_half_life": 5200.0},
        ),
    ),
    Pattern(
        8,
        "co_location_alone",
        "Co-location without role knowledge or priority: contacts up a lot, joint plans less.",
        "emergent",
        True,
        {
            "contacts up by a half and more": "ratio",
            "joint plans up by less": "ratio",
        },
        _co_location,
        KnockOut("nobody meets by chance", without=("co_location.encounters",)),
    ),
    Pattern(
        9,
        "spanners_start_slowly_and_saturate",
        "Boundary spanners: a slow start, then gains in understood information and joint plans; "
        "they saturate with demand; part of the gain stays when they go, and fades.",
        "emergent",
        False,
        {
            "slow start": "share of facts, half of week 104 less week 8",
            "more flow": "share of facts",
            "more joint plans": "points of 1",
            "less per post from 2 to 8 to 16": "share of facts per post",
            "fewer requests served where demand is higher": "share of requests",
            "part is left when they have gone": "share of facts",
            "and fades": "share of facts",
        },
        _spanners,
        KnockOut(
            "spanners neither visit nor consult nor facilitate",
            without=(
                "boundary_spanners.visits",
                "boundary_spanners.consultation",
                "boundary_spanners.facilitation",
            ),
        ),
    ),
    Pattern(
        12,
        "combinations_differ_from_sums",
        "Two policies together differ from the sum of what each does alone.",
        "emergent",
        True,
        {
            "co-location and training over their sum": "share of facts",
            "spanners and priority over their sum": "share of facts",
        },
        _combinations,
        None,
        either_sign=True,
    ),
)
