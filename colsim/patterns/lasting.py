"""Patterns 10 and 15: what a change of lead undoes, and what a bad time leaves behind."""

import numpy as np
import numpy.typing as npt

from colsim.core.parameters import PARAMETERS
from colsim.patterns.lives import KnockOut, PlausibleWorld
from colsim.patterns.pattern import Pattern
from colsim.patterns.stepped import Lives, burst, log_leads, settled

_FLOW = "information_flow"
_WEEKS, _FROM = 156, 52
_TALK_WITHIN, _AFTER_CHANGE = 26, 13
"""Weeks in which a first talk is looked for, and after which the gain is looked at."""
_RELATIONAL = ("co_location", "boundary_spanners", "interface_champions")
_RECORD = "joint_information_system"
_LEAST_GAIN = 0.005
"""Gain in flow below which a share of it says nothing."""
_BURST, _YEAR = 8, 52
_LEAST_DROP = 0.001


def _leads(world: PlausibleWorld, policy: str | None) -> list[Lives]:
    return [log_leads(settled(world.prepare(seed, policy)), _WEEKS) for seed in world.seeds]


def _weeks_to_talk(lives: list[Lives]) -> tuple[float, float]:
    """Return mean weeks to the next talk after a change of lead, and without one."""
    after, without = [], []
    for one in lives:
        ahead = np.full(one.talked.shape[1], _TALK_WITHIN)
        waits = np.empty(one.talked.shape, np.int64)
        for week in range(_WEEKS - 1, -1, -1):
            waits[week] = ahead
            ahead = np.where(one.talked[week], 1, np.minimum(ahead + 1, _TALK_WITHIN))
        for week in range(_FROM, _WEEKS - _TALK_WITHIN):
            there = one.paired[week] & one.shared[week : week + _TALK_WITHIN].all(axis=0)
            after.append(waits[week, there & one.lost[week]])
            without.append(waits[week, there & ~one.lost[week]])
    return _mean(after), _mean(without)


def _flow_after(lives: list[Lives]) -> tuple[float, float]:
    """Return flow 13 weeks after a change of lead, and where there was none in 13 weeks."""
    after, without = [], []
    for one in lives:
        for week in range(_FROM, _WEEKS - _TALK_WITHIN):
            end = week + _AFTER_CHANGE
            there = one.paired[week] & one.shared[week:end].all(axis=0) & one.shared[end]
            quiet = ~one.lost[week:end].any(axis=0)
            after.append(one.flow[end, there & one.lost[week]])
            without.append(one.flow[end, there & quiet])
    return _mean(after), _mean(without)


def _mean(values: list[npt.NDArray[np.float64]]) -> float:
    together = np.concatenate(values)
    return float(together.mean()) if len(together) else float("nan")


def _share(part: float, whole: float) -> float:
    return part / whole if whole > _LEAST_GAIN else float("nan")


def _turnover(world: PlausibleWorld) -> dict[str, float]:
    more = {
        name: 2.0 * world.parameters.get(name, PARAMETERS[name].default)
        for name in ("leave_csw", "leave_mhsw")
    }
    today = _leads(world, None)
    with_change, without = _weeks_to_talk(today)
    level = _flow_after(today)

    def kept(policies: tuple[str, ...]) -> float:
        gains = np.array([np.subtract(_flow_after(_leads(world, p)), level) for p in policies])
        return _share(*gains.sum(axis=0).tolist())

    def left(policies: tuple[str, ...]) -> float:
        weeks = (_FROM, _WEEKS)
        usual = sum(world.gain(_FLOW, p, weeks=weeks) for p in policies)
        return _share(sum(world.gain(_FLOW, p, weeks=weeks, more=more) for p in policies), usual)

    relational, record = kept(_RELATIONAL), kept((_RECORD,))
    left_relational, left_record = left(_RELATIONAL), left((_RECORD,))
    return {
        "weeks to the first talk after a change of lead, more than without": with_change - without,
        "relational: part of the gain is lost with a change": 1.0 - relational,
        "the record keeps more": record - relational,
        "relational: less gain at twice the turnover": 1.0 - left_relational,
        "the record loses less by it": left_record - left_relational,
        "weeks after a change": with_change,
        "weeks without": without,
        "share kept, relational": relational,
        "share kept, record": record,
    }


def _bad_year(world: PlausibleWorld) -> dict[str, float]:
    drops = {}
    for strength in (1.0, 0.0):
        lives = [
            burst(
                settled(world.prepare(seed, more={"story_strength": strength})),
                weeks=_BURST + 2 * _YEAR,
                lasting=_BURST,
            )["flow"]
            for seed in world.seeds
        ]
        course = -np.mean(lives, axis=0)[_BURST:]
        drops[strength] = [float(course[:_YEAR].mean()), float(course[_YEAR:].mean())]
    return {
        "at full strength flow is lower in the second year": drops[1.0][1],
        "at none it is not": _LEAST_DROP - drops[0.0][1],
        "lower in the first year, at full strength": drops[1.0][0],
    }


PATTERNS = (
    Pattern(
        10,
        "turnover_erodes",
        "A change of lead sets a family back, more so under relational policies than under a "
        "shared record; more turnover erodes more of what they gain.",
        "emergent",
        True,
        {
            "weeks to the first talk after a change of lead, more than without": "weeks of 26",
            "relational: part of the gain is lost with a change": "share of the gain in flow",
            "the record keeps more": "share of the gain in flow",
            "relational: less gain at twice the turnover": "share of the gain in flow",
            "the record loses less by it": "share of the gain in flow",
        },
        _turnover,
        KnockOut(
            "familiarity and trust matter for no contact, and leavers' knowledge stays on file",
            {
                "contact_tie": 0.0,
                "answer_tie": 0.0,
                "disclose_tie": 0.0,
                "documented": 1.0,
                "family_event": 0.0,
            },
        ),
        figures={
            "weeks after a change": "weeks of 26 to the first talk",
            "weeks without": "weeks of 26 to the next talk",
            "share kept, relational": "share of the gain in flow",
            "share kept, record": "share of the gain in flow",
        },
        levers=(
            "co_location",
            "boundary_spanners",
            "interface_champions",
            "joint_information_system",
        ),
    ),
    Pattern(
        15,
        "a_bad_time_outlasts_a_year",
        "After a burst of bad experience, stories at full strength keep information flow lower "
        "for longer than a year; stories that reach no work do not.",
        "emergent",
        True,
        {
            "at full strength flow is lower in the second year": "share of facts, life without "
            "the burst less life with it",
            "at none it is not": "0.001 less the same",
        },
        _bad_year,
        KnockOut(
            "nobody listens",
            {"listening": 0.0},
        ),
        figures={"lower in the first year, at full strength": "share of facts"},
    ),
)
