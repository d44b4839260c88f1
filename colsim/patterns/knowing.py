"""Patterns 1 to 4: knowing each other, rich and thin contact, stories, families' trust."""

import numpy as np
import numpy.typing as npt

from colsim.core.state import World, copy_world
from colsim.patterns.lives import KnockOut, PlausibleWorld
from colsim.patterns.pattern import Pattern
from colsim.patterns.stepped import (
    Log,
    burst,
    log_contacts,
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


PATTERNS = (
    Pattern(
        1,
        "known_colleagues",
        "Contact and disclosure rise with familiarity; knowing someone helps more where the "
        "story about their service is worse.",
        "restated",
        False,
        {
            "contacts": "contacts per family and week, known colleagues less strangers",
            "told": "share of what could be told, known colleagues less strangers",
            "gain of being known, larger where the story is worse": "answered contacts per family "
            "and week, known less strangers by a coin, all holding a story of -0.6 less +0.2",
        },
        _known_colleagues,
        KnockOut(
            "familiarity moves neither contact nor answer nor disclosure, and trust and stories "
            "neither",
            {
                "contact_tie": 0.0,
                "answer_tie": 0.0,
                "disclose_tie": 0.0,
                "misdirected": 0.0,
                "story_strength": 0.0,
            },
        ),
        figures={
            "gain where the story is worse": "answered contacts per family and week",
            "gain where it is better": "answered contacts per family and week",
        },
    ),
    Pattern(
        2,
        "rich_beats_thin",
        "Per contact, trust gained and facts understood: face to face more than phone, phone "
        "more than written (a year in which all contact is of one kind).",
        "restated",
        False,
        {
            "facts: phone over written": "facts per contact",
            "facts: face to face over phone": "facts per contact",
            "trust: phone over written": "trust per contact",
            "trust: face to face over phone": "trust per contact",
        },
        _rich_and_thin,
        KnockOut(
            "no channel carries anything, and none moves trust",
            {"carry": 0.0, "trust_rate": 0.0},
        ),
    ),
    Pattern(
        3,
        "stories_outlive_their_cause",
        "After a burst of bad experiences the story recovers more slowly than it fell, and "
        "workers without any bad experience of it hold it too.",
        "emergent",
        True,
        {
            "recovery longer than fall": "weeks to half, recovery less fall",
            "held by those who had none": "valence below the life without a burst",
        },
        _stories_outlive,
        KnockOut(
            "nobody listens",
            {"listening": 0.0},
        ),
    ),
    Pattern(
        4,
        "families_trust_mental_health_more",
        "Families trust mental health social workers more than children's social workers.",
        "restated",
        False,
        {"trust in AMH over CSC": "share"},
        _families_trust,
        KnockOut(
            "families start with equal trust, and both services treat them alike",
            {
                "trust_csc_start": 0.5,
                "trust_amh_start": 0.5,
                "stance_rest_csw": 0.5,
                "stance_rest_mhsw": 0.5,
                "pressure_effect": 0.0,
                "family_event": 0.0,
                "escalation_loss": 0.0,
            },
        ),
    ),
)
