"""Patterns 5 to 9 and 12: what single policies do, and two together."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from colsim.core.state import World, copy_world
from colsim.patterns.lives import KnockOut, PlausibleWorld, total_of
from colsim.patterns.pattern import Pattern
from colsim.patterns.stepped import joint_by_locality, settled, trust_by_locality

_FLOW, _JOINT = "information_flow", "joint_plan_rate"
_CHANNELS = ("written", "phone", "face", "meeting")
_MANY_LOCALITIES = "county"
"""Authority in which localities are compared."""
_TRUST_SET = (0.8, 0.2)
_UNDERSTOOD = {
    "levers.joint_information_system.strength": 1.0,
    "levers.joint_training.strength": 2.0,
}
"""Policies by which what is heard of is understood."""


def _records(world: PlausibleWorld) -> dict[str, float]:
    parts = {}
    for name in ("front_door", "joint_information_system"):
        received = world.gain("information_reach", name)
        parts[f"{name}: received"] = received
        parts[f"{name}: received over joint plans"] = received - world.gain(_JOINT, name)
    return parts


def _protocol(world: PlausibleWorld) -> dict[str, float]:
    large = replace(world, base=_MANY_LOCALITIES, _kept={})
    natural, held, gained = [], [], []
    for seed in world.seeds:
        trunk = settled(large.prepare(seed))
        order = np.argsort(trust_by_locality(trunk))
        third = len(order) // 3
        effect = _effect(large, trunk, None)
        natural.append(_rate(effect, order[-third:]) - _rate(effect, order[:third]))
        gained.append(_rate(effect, order))
        odd = np.arange(len(order)) % 2 == 1
        for high in (odd, ~odd):
            effect = _effect(large, trunk, np.where(high, *_TRUST_SET))
            held.append(_rate(effect, high) - _rate(effect, ~high))
    return {
        "highest third of localities over the lowest": float(np.mean(natural)),
        "trust set high over trust set low": float(np.mean(held)),
        "joint plans gained by the protocol": float(np.mean(gained)),
    }


def _effect(
    world: PlausibleWorld, trunk: World, trust: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float64]:
    """Return joint plans and plans by locality under the protocol and today: (2, 2, localities)."""
    levers = world.compiled("joint_protocol").levers
    return np.array([
        joint_by_locality(copy_world(trunk, levers=levers), 156, trust),
        joint_by_locality(copy_world(trunk), 156, trust),
    ])  # fmt: skip


def _rate(effect: npt.NDArray[np.float64], where: npt.NDArray[np.generic]) -> float:
    """Return by how much the protocol moves the share of joint plans in some localities."""
    (joint, plans), (joint_today, plans_today) = effect[:, :, where].sum(axis=2)
    return float(joint / plans - joint_today / plans_today)


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
    def counts(scenario: str | None) -> tuple[float, float, float]:
        """Return joint plans, contacts that somebody wanted, and talks in passing."""
        lives = [life[52:] for life in world.totals(scenario)]
        contacts = sum(total_of(name, one) for one in lives for name in _CHANNELS)
        contacts -= sum(total_of("forced", one) for one in lives)
        passing = sum(total_of("passing", one) for one in lives)
        return sum(total_of("joint", one) for one in lives), contacts - passing, passing

    def per_contact(joint: float, wanted: float, passing: float) -> float:
        contacts = wanted + passing
        return 100.0 * joint / contacts if contacts > 0 else float("nan")

    today, moved = counts(None), counts("co_location")
    together = world.gain(_JOINT, "co_location", settings=_UNDERSTOOD)
    apart = world.gain(_JOINT, "co_location") + world.gain(_JOINT, settings=_UNDERSTOOD)
    return {
        "joint plans per 100 contacts do not rise": per_contact(*today) - per_contact(*moved),
        "with records and role knowledge more than the sum": together - apart,
        "wanted contacts, times today's": moved[1] / today[1] if today[1] else float("nan"),
        "talks in passing per wanted contact": moved[2] / moved[1] if moved[1] else float("nan"),
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
    apart = [("co_location", {}), *((None, {name: value}) for name, value in _UNDERSTOOD.items())]

    def over_sum(measure: str) -> float:
        together = world.gain(measure, "co_location", settings=_UNDERSTOOD)
        return together - sum(world.gain(measure, p, settings=more) for p, more in apart)

    both = world.gain(_JOINT, "spanners_and_priority")
    return {
        "site, training and record: complements in joint plans": over_sum(_JOINT),
        "site, training and record: substitutes in information flow": -over_sum(_FLOW),
        "spanners and priority: complements in joint plans": both
        - world.gain(_JOINT, "boundary_spanners")
        - world.gain(_JOINT, "management_priority"),
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
        levers=("front_door", "joint_information_system"),
    ),
    Pattern(
        6,
        "protocol_needs_trust",
        "What a protocol does for joint plans rises with the trust between the two services.",
        "informed",
        False,
        {
            "highest third of localities over the lowest": "points of 1, by trust beforehand",
            "trust set high over trust set low": "points of 1, held at 0.8 and at 0.2",
        },
        _protocol,
        KnockOut(
            "the protocol triggers neither contact nor disclosure",
            {"rule_pace": 0.0},
            without=("joint_protocol.disclosure",),
        ),
        worlds=16,
        figures={"joint plans gained by the protocol": "points of 1"},
        levers=("joint_protocol",),
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
            {"training_confidence_gain": 0.0, "half_life": 5200.0},
        ),
        levers=("joint_training",),
    ),
    Pattern(
        8,
        "co_location_alone",
        "Co-location alone makes contacts and no better use of them; with shared records and role "
        "knowledge it does.",
        "informed",
        False,
        {
            "joint plans per 100 contacts do not rise": "plans per 100 contacts, today less "
            "co-location; contacts that somebody wanted, and talks in passing",
            "with records and role knowledge more than the sum": "points of 1",
        },
        _co_location,
        KnockOut("nobody comes across anybody", without=("co_location.encounters",)),
        figures={
            "wanted contacts, times today's": "ratio",
            "talks in passing per wanted contact": "ratio",
        },
        levers=("co_location",),
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
        levers=("boundary_spanners",),
    ),
    Pattern(
        12,
        "combinations_differ_from_sums",
        "Policies that meet different conditions of a joint plan are complements there, and "
        "substitutes in what is known.",
        "emergent",
        True,
        {
            "site, training and record: complements in joint plans": "points of 1",
            "site, training and record: substitutes in information flow": "share of facts",
            "spanners and priority: complements in joint plans": "points of 1",
        },
        _combinations,
        KnockOut(
            "understanding and agreement are no conditions of a plan, and priority moves no hours",
            {"joint_understanding": 0.0, "risk_tolerance": 1.0, "priority_hours": 0.0},
        ),
        levers=(
            "co_location",
            "joint_training",
            "joint_information_system",
            "boundary_spanners",
            "management_priority",
        ),
    ),
)
