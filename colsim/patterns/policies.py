"""How patterns 5 to 9 and 11 to 14 are measured: policies, pressure, levels of today."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from colsim.core.parameters import PARAMETERS
from colsim.core.state import World, copy_world
from colsim.patterns.lives import PlausibleWorld, measure_of, total_of
from colsim.patterns.pattern import AWAITED, TARGETS
from colsim.patterns.stepped import (
    assessment_weeks,
    joint_by_locality,
    pairs,
    settled,
    trust_by_locality,
)

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


_LOGGED = 156
_MISJUDGED = 0.1
_MORE_HOURS = 1.5
"""Hours of each case, as a multiple of today's."""


def _pressure(world: PlausibleWorld) -> dict[str, float]:
    name = "csw_hours_per_case"
    more = {name: _MORE_HOURS * world.parameters.get(name, PARAMETERS[name].default)}
    # Where plans are rare at first there is little to lose: under a policy that makes them.
    scenario, weeks = "co_location", (26, 156)

    def left(measure: str) -> float:
        before = world.measure(measure, scenario, weeks=weeks)
        return world.measure(measure, scenario, weeks=weeks, more=more) / before if before else 1.0

    def nominal(more: dict[str, float] | None) -> float:
        rates = [
            world.measure(rate, scenario, weeks=weeks, more=more)
            for rate in ("nominal_plan_rate", "joint_plan_rate")
        ]
        return rates[0] / sum(rates) if sum(rates) else float("nan")

    bunching = []
    for seed in world.seeds:
        weeks_taken = assessment_weeks(settled(world.prepare(seed)), _LOGGED)
        before = np.isin(weeks_taken, (8, 9)).sum()
        bunching.append(float(before - np.isin(weeks_taken, (10, 11)).sum()) / len(weeks_taken))
    return {
        "joint plans fall by more than contacts": left("contacts") - left("joint_plan_rate"),
        "more of the plans with contact are nominal": nominal(more) - nominal(None),
        "bunching below the deadline": float(np.mean(bunching)),
    }


def _levels(world: PlausibleWorld) -> dict[str, float]:
    lives = world.totals()
    parts = {}
    for target in TARGETS:
        found = float(np.nanmean([measure_of(target.measure, life) for life in lives]))
        parts[target.measure] = target.tolerance - abs(found - target.value)
    over, under = [], []
    for seed in world.seeds[:4]:
        there = settled(world.prepare(seed))
        families = there.families[pairs(there)]
        error = families["belief"][:, 0] - families["risk"]
        over.append((error > _MISJUDGED).mean())
        under.append((error < -_MISJUDGED).mean())
    parts["risk over-estimated for one family in ten"] = float(np.mean(over)) - 0.1
    parts["risk under-estimated for one family in ten"] = float(np.mean(under)) - 0.1
    return parts


_PUBLISHED = {
    "lower quartile": "first assessments, lower quartile",
    "median": "first assessments, median",
    "upper quartile": "first assessments, upper quartile",
    "41 to 45 working days to 46 to 50": "assessments done in 41 to 45 working days to those in "
    "46 to 50",
}
_NINTH = 9
"""Week in which the 41st to the 45th working day lie."""


def _first_assessments(world: PlausibleWorld) -> dict[str, float]:
    taken = np.concatenate(
        [assessment_weeks(settled(world.prepare(seed)), _LOGGED) for seed in world.seeds]
    )
    # An assessment that ends in its k-th week ends at any time of that week alike.
    ends = np.arange(taken.max() + 1)
    share = np.cumsum(np.bincount(taken)) / len(taken)
    found = dict(zip(_PUBLISHED, np.interp((0.25, 0.5, 0.75), share, ends).tolist(), strict=False))
    later = (taken == _NINTH + 1).sum()
    found[list(_PUBLISHED)[-1]] = float((taken == _NINTH).sum() / later) if later else float("nan")
    targets = {target.name: target for target in (*TARGETS, *AWAITED)}
    left = {}
    for part, name in _PUBLISHED.items():
        left[part] = targets[name].tolerance - abs(found[part] - targets[name].value)
    return left | {f"{part}, found": value for part, value in found.items()}


MEASURED = {
    "records_inform_and_plan_little": _records,
    "protocol_needs_trust": _protocol,
    "training_fades": _training,
    "co_location_alone": _co_location,
    "spanners_start_slowly_and_saturate": _spanners,
    "combinations_differ_from_sums": _combinations,
    "pressure_hollows_plans": _pressure,
    "levels_of_today": _levels,
    "first_assessments_have_the_published_shape": _first_assessments,
}
"""Pattern -> its parts and figures in one world; `colsim/data/patterns.toml` has the rest."""
