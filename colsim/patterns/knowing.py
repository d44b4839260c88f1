"""How patterns 1 to 4, 10 and 15 are measured: who knows and trusts whom, and what lasts of it."""

import numpy as np
import numpy.typing as npt

from colsim.core.parameters import PARAMETERS
from colsim.core.state import World, copy_world
from colsim.patterns.lives import PlausibleWorld
from colsim.patterns.stepped import (
    Lives,
    Log,
    burst,
    log_contacts,
    log_leads,
    log_made_known,
    settled,
    with_parameters,
)

_LOGGED = 104
_FORCED = 52
_LASTING = 8
_COIN_WEEKS = 26
_STORIES = (-0.6, 0.2)
"""A worse and a better story, held by all: about the 5 % and 95 % quantiles of today's."""
_ONE_CHANNEL = (0.1, 0.4, 0.6)
"""Richness wanted that leads to writing, to the phone, to meeting face to face, and to nothing
else when `_NO_CHOICE` holds."""
_NO_CHOICE = {"richness_need": 0.0}
_AFTER = 104


def _mean(values: npt.NDArray[np.float64]) -> float:
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else np.nan


def _together(logs: list[Log]) -> Log:
    return {name: np.concatenate([one[name] for one in logs]) for name in logs[0]}


def _contacts(log: Log) -> tuple[float, float]:
    """Return contacts per family and week above the middle of familiarity, and up to it."""
    known = log["familiarity"] > np.median(log["familiarity"])
    made = (log["contact"] >= 0).astype(float)
    return _mean(made[known]), _mean(made[~known])


def _told(log: Log) -> tuple[float, float]:
    """Return the share told of what could be, above the middle of familiarity and up to it."""
    known = log["familiarity"] > np.median(log["familiarity"])
    return _mean(log["told"][known]), _mean(log["told"][~known])


def _gain_of_being_known(start: list[World], story: float) -> float:
    """Return answered contacts per family and week, known less strangers, made so by a coin."""
    known, strangers = [], []
    for one in start:
        for heads in (False, True):
            log = log_made_known(copy_world(one), _COIN_WEEKS, heads=heads, story=story)
            known.append(log["answered"][log["known"] > 0])
            strangers.append(log["answered"][log["known"] == 0])
    return _mean(np.concatenate(known)) - _mean(np.concatenate(strangers))


def _known_colleagues(world: PlausibleWorld) -> dict[str, float]:
    start = [settled(world.prepare(seed)) for seed in world.seeds]
    worse, better = (
        (_gain_of_being_known(start, story) for story in _STORIES)
        if world.parameters.get("story_strength") != 0.0
        else (np.nan, np.nan)
    )
    today = _together([log_contacts(one, _LOGGED) for one in start])
    contacts, told = _contacts(today), _told(today)
    return {
        "contacts": contacts[0] - contacts[1],
        "told": told[0] - told[1],
        "gain of being known, larger where the story is worse": worse - better,
        "gain where the story is worse": worse,
        "gain where it is better": better,
    }


def _rich_and_thin(world: PlausibleWorld) -> dict[str, float]:
    understood, trust = [], []
    start = [settled(world.prepare(seed)) for seed in world.seeds]
    for base in _ONE_CHANNEL:
        log = _together(
            [
                log_contacts(with_parameters(one, richness_base=base, **_NO_CHOICE), _FORCED)
                for one in start
            ]
        )
        made = log["contact"] >= 0
        understood.append(_mean(log["understood"][made]))
        trust.append(_mean(log["trust"][made]))
    return {
        "facts: phone over written": understood[1] - understood[0],
        "facts: face to face over phone": understood[2] - understood[1],
        "trust: phone over written": trust[1] - trust[0],
        "trust: face to face over phone": trust[2] - trust[1],
    }


def _stories_outlive(world: PlausibleWorld) -> dict[str, float]:
    longer, held = [], []
    for seed in world.seeds:
        moved = burst(settled(world.prepare(seed)), weeks=_AFTER, lasting=_LASTING)
        course = moved["all"]
        trough = int(np.argmin(course))
        half = 0.5 * course[trough]
        fall = int(np.argmax(course <= half)) + 1
        back = np.flatnonzero(course[trough:] >= half)
        recovery = int(back[0]) if len(back) else _AFTER - trough  # not within the weeks: at least
        longer.append(recovery - fall)
        held.append(-moved["others"][_LASTING - 1])
    return {
        "recovery longer than fall": float(np.mean(longer)),
        "held by those who had none": float(np.mean(held)),
    }


def _families_trust(world: PlausibleWorld) -> dict[str, float]:
    weeks = (0, 156)
    amh = world.measure("family_trust_amh", weeks=weeks)
    return {"trust in AMH over CSC": amh - world.measure("family_trust_csc", weeks=weeks)}


_FLOW = "information_flow"
_WEEKS, _FROM = 156, 52
_TALK_WITHIN, _AFTER_LEAD = 26, 13
"""Weeks in which a first talk is looked for, and after which the gain is looked at."""
_RELATIONAL = ("co_location", "boundary_spanners", "interface_champions")
_RECORD = "joint_information_system"
_LEAST_GAIN = 0.005
"""Gain in flow below which a share of it says nothing."""
_YEAR = 52
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
    return _mean_of(after), _mean_of(without)


def _flow_after(lives: list[Lives]) -> tuple[float, float]:
    """Return flow 13 weeks after a change of lead, and where there was none in 13 weeks."""
    after, without = [], []
    for one in lives:
        for week in range(_FROM, _WEEKS - _TALK_WITHIN):
            end = week + _AFTER_LEAD
            there = one.paired[week] & one.shared[week:end].all(axis=0) & one.shared[end]
            quiet = ~one.lost[week:end].any(axis=0)
            after.append(one.flow[end, there & one.lost[week]])
            without.append(one.flow[end, there & quiet])
    return _mean_of(after), _mean_of(without)


def _mean_of(values: list[npt.NDArray[np.float64]]) -> float:
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
                weeks=_LASTING + 2 * _YEAR,
                lasting=_LASTING,
            )["flow"]
            for seed in world.seeds
        ]
        course = -np.mean(lives, axis=0)[_LASTING:]
        drops[strength] = [float(course[:_YEAR].mean()), float(course[_YEAR:].mean())]
    return {
        "at full strength flow is lower in the second year": drops[1.0][1],
        "at none it is not": _LEAST_DROP - drops[0.0][1],
        "lower in the first year, at full strength": drops[1.0][0],
    }


MEASURED = {
    "known_colleagues": _known_colleagues,
    "rich_beats_thin": _rich_and_thin,
    "stories_outlive_their_cause": _stories_outlive,
    "families_trust_mental_health_more": _families_trust,
    "turnover_erodes": _turnover,
    "a_bad_time_outlasts_a_year": _bad_year,
}
"""Pattern -> its parts and figures in one world; `colsim/data/patterns.toml` has the rest."""
