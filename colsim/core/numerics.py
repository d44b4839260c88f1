"""The few scalar functions that states use.

The compiled core, the stepped model and the plain twin all call these, so
they agree to the last bit: scalar arithmetic and `math.exp` alone.
"""

import math

import numpy as np

from colsim.core.compiled import machine, typed


@machine(plainly=lambda one, other: bool(one) and bool(other))
def both(typing_context, one, other):
    """Return whether two things hold, having looked at both.

    Where the first is as likely as not and the second is rare, `and` costs a branch that no
    processor can predict; this one is nearly always the same.
    """
    from llvmlite import ir
    from numba import types

    def generate(context, builder, signature, arguments):
        whole = ir.IntType(32)
        held = builder.and_(*[builder.zext(one, whole) for one in arguments])
        kind = ir.FunctionType(whole, [whole])
        # The optimiser would make two branches of it again: it does not look behind this.
        held = builder.asm(kind, "", "=r,0", [held], False)
        return builder.icmp_unsigned("!=", held, whole(0))

    return types.boolean(types.boolean, types.boolean), generate


@typed("float64(float64)")
def clip01(x: float) -> float:
    """Return x moved into [0, 1]."""
    if x < 0.0:
        return 0.0
    if x > 1.0:
        return 1.0
    return x


@typed("float64(float64, float64, float64)")
def clip(x: float, low: float, high: float) -> float:
    """Return x moved into [low, high]."""
    if x < low:
        return low
    if x > high:
        return high
    return x


@typed("float64(float64)")
def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), with x first moved into [-30, 30]."""
    if x < -30.0:
        x = -30.0
    elif x > 30.0:
        x = 30.0
    return 1.0 / (1.0 + math.exp(-x))


_FURTHEST = 8
_PARTS = 4
_ENDS = _FURTHEST * _PARTS
_LOGISTIC = np.array([1.0 / (1.0 + math.exp(-k / _PARTS)) for k in range(-_ENDS, _ENDS + 1)])
"""logistic(x) at each quarter from -8 to 8."""
_SURE = 1e-9
"""By how much a draw has to be away from a bound, which is far above what rounding can do."""
_LEAST = _LOGISTIC[:-1] - _SURE
_MOST = _LOGISTIC[1:] + _SURE
"""Between which logistic(x) lies, for the x of each quarter."""


@typed("boolean(float64, float64)")
def happens(u: float, log_odds: float) -> bool:
    """Return whether u < logistic(log_odds), without the exponential where the answer is plain.

    It is plain, and the same, where u is not between the values at the quarters about log_odds.
    """
    place = (log_odds + _FURTHEST) * _PARTS
    if 0.0 <= place < 2 * _ENDS:
        k = np.uint64(place)
        least = _LEAST[k]
        # One branch, which is rarely taken: what is plain is decided without.
        if not both(u >= least, u <= _MOST[k]):
            return u < least
    return u < logistic(log_odds)


@typed("float64(float64, float64, float64)")
def pull(x: float, target: float, rate: float) -> float:
    """Return x moved towards target by a share `rate` in [0, 1]: x + rate * (target - x)."""
    return x + rate * (target - x)


@typed("float64(float64)")
def as_valence(x: float) -> float:
    """Return 2 x - 1: a share or a draw in [0, 1] as a valence in [-1, 1]."""
    return 2.0 * x - 1.0


@typed("float64(float64)")
def as_share(valence: float) -> float:
    """Return (1 + valence) / 2: a valence in [-1, 1] as a share in [0, 1]."""
    return (1.0 + valence) * 0.5


@typed("float64(float64, float64, float64)")
def around(mean: float, spread: float, u: float) -> float:
    """Return mean + spread * (2 u - 1) moved into [0, 1]: a uniform spread about a mean."""
    return clip01(mean + spread * as_valence(u))


@typed("float64(float64, float64, float64)")
def trust_in_force(familiarity: float, trust: float, story: float) -> float:
    """Return F * T + (1 - F) * (0.5 + story).

    A stranger is judged by what of the story about their service is in force, an
    acquaintance by their own record: familiarity frees from the story. A strong
    story takes it out of [0, 1].
    """
    return familiarity * trust + (1.0 - familiarity) * (0.5 + story)


@typed("float64(float64, float64, float64, float64)")
def updated_trust(trust: float, sign: float, rate: float, asymmetry: float) -> float:
    """Return trust after one good (sign 1) or bad (sign -1) experience.

    T + rate * k * (target - T), where target is 1 or 0 and k is 1 after a good and
    `asymmetry` after a bad experience: bad weighs more (Slovic 1993).  The step is
    held in [0, 1].
    """
    step = rate
    target = 1.0
    if sign < 0.0:
        step = step * asymmetry
        target = 0.0
    return pull(trust, target, clip01(step))


@typed("int64(float64, float64)")
def poisson(rate: float, u: float) -> int:
    """Return the Poisson count with mean `rate` at quantile u, by inversion.

    Summation starts where nothing below adds to a double: at 0, or 12 standard
    deviations below a large mean. It ends 12 above, whatever u is.
    """
    deviation = math.sqrt(rate)
    first = 0
    log_term = -rate
    if rate > 500.0:
        first = int(rate - 12.0 * deviation)
        for k in range(1, first + 1):
            log_term = log_term + math.log(rate / k)
    last = int(rate + 12.0 * deviation + 30.0)
    term = math.exp(log_term)
    total = term
    count = first
    while u >= total and count < last:
        count += 1
        term = term * rate / count
        total = total + term
    return count
