"""Keyed random numbers: every draw is a pure function of its name.

A draw is named by (seed, week, entity, purpose, index).  The fields are mixed
one after the other through the finaliser of SplitMix64 (Steele, Lea & Flood
2014), never combined by a bare exclusive-or, under which seed 1 in week 2
would share its chance with seed 2 in week 1.  The prefix (seed, week, entity)
is hashed once per entity and week; a draw then costs one finaliser.

No state is carried: two policies that ask the same question of the same
entity in the same week get the same answer, whatever else they ask.
"""

import hashlib
from enum import IntEnum, unique
from functools import cache

import numpy as np

from colsim.core.compiled import typed

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_PURPOSE_STEP = np.uint64(0xD1B54A32D192ED03)
_INDEX_STEP = np.uint64(0x8CB92BA72F3D8DD7)
_SEED_SALT = np.uint64(0xA24BAED4963EE407)
Key = int | np.uint64
"""A 64-bit word that names what draws: Python's own integer, or NumPy's."""
_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@typed("uint64(uint64)")
def mix(x: Key) -> Key:
    """Return the SplitMix64 finaliser of a 64-bit word."""
    z = np.uint64(x) + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@typed("uint64(uint64, uint64)")
def combine(key: Key, field: Key) -> Key:
    """Return a new key from a key and one more field; the order of fields matters."""
    return mix(np.uint64(key) ^ mix(np.uint64(field)))


@typed("float64(uint64, int64, int64)")
def uniform(key: Key, purpose: int, index: Key) -> float:
    """Return the draw in [0, 1) that `key` (seed, week, entity) holds for a purpose.

    `index` tells apart several draws for one purpose, such as one per fact.
    """
    word = mix(np.uint64(key) + np.uint64(purpose) * _PURPOSE_STEP + np.uint64(index) * _INDEX_STEP)
    return np.float64(np.int64(word >> np.uint64(11))) * _UNIT


@typed("uint64(int64)")
def seed_key(seed: int) -> Key:
    """Return the key that a run's seed starts from.

    The salt keeps a seed apart from the field that `combine` hashes next:
    without it, seed 1 in week 2 would equal seed 2 in week 1.
    """
    return mix(mix(np.uint64(seed)) ^ _SEED_SALT)


@typed("uint64(uint64, int64)")
def week_key(seed: Key, week: int) -> Key:
    """Return the key of a week of the run that `seed` (a seed key) names."""
    return combine(seed, np.uint64(week))


@typed("uint64(uint64, uint64)")
def entity_key(key: Key, origin: Key) -> Key:
    """Return the key of an entity in a week: both arguments are hashes already."""
    return mix(np.uint64(key) ^ np.uint64(origin))


BIRTH = 1 << 40
"""Stands for the week in draws that belong to an entity's whole life."""


@cache
def name_key(name: str) -> int:
    """Return a 64-bit key of a text, the same on every machine and in every session."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


@unique
class Domain(IntEnum):
    """First field of an entity's origin, so that kinds of entity never share draws."""

    POST = 1
    TEAM = 2
    LOCALITY = 3


@unique
class Purpose(IntEnum):
    """What a draw decides. The number is part of the draw's name: never renumber."""

    KNOWLEDGE = 1
    CONFIDENCE = 2
    ORIENTATION = 3
    STANCE = 4
    ALLIANCE = 5
    BELONGING = 6
    WELLBEING = 7
    LEAN = 8
    LEAN_SIGN = 9
    # 10: retired
    TENURE = 11
    # 12: retired
    COMPLEXITY = 13
    SEVERITY = 14
    WEIGHT = 15
    ADVERSE = 16
    TRUST = 17
    ANXIETY = 18
    CONSENT = 19
    STOCK = 20
    AGE = 21
    ARRIVALS = 22
    ROUTE = 23
    RECRUIT = 24
    TRAINING = 25
    TRAINING_PARTNER = 26
    RETURN = 27
    REFER = 28
    DISCOVER = 29
    DISCOVER_WHICH = 30
    STAYS_OPEN = 31
    # 33: retired
    WANT = 34
    FIRST = 35
    MISDIRECTED = 36
    CHANNEL = 37
    ANSWER = 38
    MUTUAL = 39
    # 40 to 44: retired
    VISIT = 45
    # 46: retired
    WORKSHOP_TEAM = 47
    CONSULT = 48
    CONSULT_FACT = 49
    FACILITATE = 50
    DISCLOSE = 51
    UNDERSTAND = 52
    # 53: retired
    TELL_BAD = 54
    TELL_GOOD = 55
    BACKGROUND = 56
    FINISH = 57
    TAKES_PART = 58
    ACCEPT = 59
    ACHIEVABLE = 60
    EXPLAIN = 61
    NOTICE = 62
    ESCALATE = 63
    CLOSE = 64
    CLOSE_AMH = 65
    LEAVE = 66
    FILL = 67
    DOCUMENTED = 68
    SHADOWING = 69
    SHADOWING_PARTNER = 70
    CHAMPION = 71
    CHAMPION_PARTNER = 72
    FRONT_DOOR = 73
    RECORD_VISIBLE = 74
    RECORD = 75
    COURT = 76
    FROZEN = 77
    ENCOUNTERS = 78
    ENCOUNTER_WHO = 79
    ENCOUNTER_DESK = 80
    ENCOUNTER_SEAT = 81
    ENCOUNTER = 82
    RAISE = 83
    APPOINT = 84
    EXCUSE = 85
    RULE = 86
    TELL_SPANNER = 87
    BRING = 88
    BROUGHT = 89
    INTRODUCE = 90
    CAUTION = 101
    CONFLICT = 102
    ASK_CONSENT = 103
    HEAR = 104
    WISH = 105
    BREACH_NOTICED = 106
    CONTEST = 107
    COMPLAIN = 108
    # 111: retired
    ASK_KNOWN = 112
    ADVICE = 113
    JOINT_VISIT = 114
    QUICK = 115
