"""Patterns 11, 13 and 14: pressure, levels of today's practice, first assessments."""

import numpy as np

from colsim.core.parameters import PARAMETERS
from colsim.patterns.lives import KnockOut, PlausibleWorld, measure_of
from colsim.patterns.pattern import Pattern
from colsim.patterns.stepped import assessment_weeks, pairs, settled
from colsim.patterns.targets import AWAITED, TARGETS

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


PATTERNS = (
    Pattern(
        11,
        "pressure_hollows_plans",
        "Pressure turns joint plans into nominal ones before it stops contact; assessments bunch "
        "below the deadline of 45 working days.",
        "emergent",
        False,
        {
            "joint plans fall by more than contacts": "share of what there was",
            "more of the plans with contact are nominal": "share",
            "bunching below the deadline": "share of assessments, weeks 8 and 9 less 10 and 11",
        },
        _pressure,
        KnockOut(
            "pressure moves neither orientation nor wishes nor answers, all meet face to face, and "
            "no deadline pulls",
            {
                "pressure_effect": 0.0,
                "richness_need": 0.0,
                "richness_base": 0.6,
                "contact_pressure": 0.0,
                "finish_deadline": 0.0,
            },
        ),
        levers=("co_location",),
    ),
    Pattern(
        13,
        "levels_of_today",
        "Levels of today's practice: re-referral within a year near 22 %, assessments in 45 days "
        "near 84 %, turnover near 16 %, joint plans rare, risk misjudged in both directions.",
        "calibrated",
        False,
        {
            **{target.measure: f"tolerance left, {target.source}" for target in TARGETS},
            "risk over-estimated for one family in ten": "share of families beyond a tenth",
            "risk under-estimated for one family in ten": "share of families beyond a tenth",
        },
        _levels,
        None,
        worlds=1,
        default_world=True,
    ),
    Pattern(
        14,
        "first_assessments_have_the_published_shape",
        "Quick closures and bunching below the deadline: first assessments of shared families "
        "last about as long as those of all families in England.",
        "calibrated",
        False,
        {part: f"tolerance left, {name}" for part, name in _PUBLISHED.items()},
        _first_assessments,
        KnockOut(
            "no quick closures, and no deadline pulls", {"quick_rate": 0.0, "finish_deadline": 0.0}
        ),
        worlds=1,
        default_world=True,
        figures={f"{part}, found": "ratio" if "days" in part else "weeks" for part in _PUBLISHED},
    ),
)
