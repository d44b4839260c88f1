"""The compiled loops of the likelihood: who is asked, and how likely each count is."""

import math

import numpy as np

from colsim.core import rng
from colsim.core.compiled import kernel, part

FLOOR = 1e-300
"""Chances below this count as this where a logarithm must be finite."""
_TAKE, _TALK, _TALK_ANGLE = 1, 2, 3


@kernel
def draw_sittings(seats, talk, lowest, few, origin, present, interviewed, spread, key):
    """Choose the interviewed by the order of keyed draws; keyed by person, not by place."""
    for m in range(seats.shape[0]):
        sitting = rng.combine(key, np.uint64(m))
        start = 0
        place = 0
        for s in range(2):
            if interviewed[s] == 0:
                start += present[s]
                continue
            chosen = 0
            for i in range(start, start + present[s]):
                u = rng.uniform(rng.combine(sitting, origin[i]), _TAKE, 0)
                if few[i]:
                    u += 1.0
                if chosen == interviewed[s] and u >= lowest[chosen - 1]:
                    continue
                if chosen < interviewed[s]:
                    chosen += 1
                at = chosen - 1
                while at > 0 and lowest[at - 1] > u:
                    lowest[at] = lowest[at - 1]
                    seats[m, place + at] = seats[m, place + at - 1]
                    at -= 1
                lowest[at] = u
                seats[m, place + at] = i
            for j in range(place, place + chosen):
                person = rng.combine(sitting, origin[seats[m, j]])
                # A normal draw from two uniform ones (Box and Muller 1958).
                radius = math.sqrt(-2.0 * math.log(1.0 - rng.uniform(person, _TALK, 0)))
                angle = 2.0 * math.pi * rng.uniform(person, _TALK_ANGLE, 0)
                talk[m, j] = spread * radius * math.cos(angle)
            place += chosen
            start += present[s]


@part
def _count_voices(chance, odds, seats, quiet, m, c, t, first, n, mention):
    """Write the chance of each count of n unequal coins, one for each person in the sitting."""
    chance[0] = 1.0
    for j in range(n):
        odd = odds[seats[m, first + j], c, t] * quiet[m, first + j]
        p = mention / (1.0 + odd)
        chance[j + 1] = chance[j] * p
        for k in range(j, 0, -1):
            chance[k] = chance[k] * (1.0 - p) + chance[k - 1] * p
        chance[0] *= 1.0 - p


@part
def _answered(odds, seats, quiet, answers, m, c, t, first, n, mention):
    """Return the chance of what n persons answered; -1 is no answer."""
    product = 1.0
    for j in range(first, first + n):
        said = answers[j, c]
        if said >= 0:
            p = mention / (1.0 + odds[seats[m, j], c, t] * quiet[m, j])
            product *= p if said == 1 else 1.0 - p
    return product


@part
def _log_mean(sums, s, sittings):
    """Return the logarithm of the mean over sittings of what these are the logarithms of."""
    highest = sums[0, s]
    for m in range(1, sittings):
        highest = max(highest, sums[m, s])
    total = 0.0
    for m in range(sittings):
        total += math.exp(sums[m, s] - highest)
    return highest + math.log(total / sittings)


@kernel
def tabulate(
    table, chance, odds, seats, quiet, interviewed, service, mentions, node_weights
):  # fmt: skip
    """Add up unequal coins, person by person, for each combination of threshold and mention."""
    for m in range(seats.shape[0]):
        for c in range(len(service)):
            s = service[c]
            first = 0 if s == 0 else interviewed[0]
            n = interviewed[s]
            for t in range(3):
                for q in range(3):
                    mention = mentions[c, q]
                    _count_voices(chance, odds, seats, quiet, m, c, t, first, n, mention)
                    weight = node_weights[c, t, q]
                    for k in range(n + 1):
                        table[m, c, k] += weight * chance[k]


@kernel
def score_counts(out, table, service, weight, low, high):
    """Add up the logarithms of the chances that counts lie from low to high."""
    for m in range(table.shape[0]):
        for c in range(len(service)):
            if weight[c] > 0.0:
                total = 0.0
                for k in range(low[c], high[c] + 1):
                    total += table[m, c, k]
                out[m, service[c]] += math.log(total) if total > 0.0 else -math.inf


@kernel
def score_answers(
    out, odds, seats, quiet, interviewed, service, mentions, weight, answers, node_weights
):  # fmt: skip
    """The same for what each person answered; -1 is no answer."""
    for m in range(seats.shape[0]):
        for c in range(len(service)):
            if weight[c] == 0.0:
                continue
            s = service[c]
            first = 0 if s == 0 else interviewed[0]
            mean = 0.0
            for t in range(3):
                for q in range(3):
                    product = node_weights[c, t, q] * _answered(
                        odds, seats, quiet, answers, m, c, t, first, interviewed[s], mentions[c, q]
                    )
                    mean += product
            out[m, s] += math.log(mean) if mean > 0.0 else -math.inf


@kernel
def score_nodes(
    out, chance, odds, seats, quiet, interviewed, service, mentions, low, high, answers
):  # fmt: skip
    """Return the chance of what was voiced, by sitting, cell and node.

    That is each person's answers where there are any, and otherwise a count from low to high;
    `chance` has room for the chances of one cell's counts.
    """
    for m in range(seats.shape[0]):
        for c in range(len(service)):
            s = service[c]
            first = 0 if s == 0 else interviewed[0]
            n = interviewed[s]
            for t in range(3):
                for q in range(3):
                    if answers.shape[0] > 0:
                        out[m, c, t, q] = _answered(
                            odds, seats, quiet, answers, m, c, t, first, n, mentions[c, q]
                        )
                        continue
                    _count_voices(chance, odds, seats, quiet, m, c, t, first, n, mentions[c, q])
                    out[m, c, t, q] = 0.0
                    for k in range(low[c], high[c] + 1):
                        out[m, c, t, q] += chance[k]


@kernel
def score_many(out, sums, logs, service, weight, counts, geometric):
    """Return the log-likelihood of many sets of counts in one run, by set.

    `logs` holds logarithms of `tabulate`; `counts` has shape (sets, cells). With `geometric`
    the logarithms are averaged over sittings, which is wrong: checks must notice.
    """
    sittings = logs.shape[0]
    for d in range(counts.shape[0]):
        for m in range(sittings):
            sums[m, 0] = 0.0
            sums[m, 1] = 0.0
            for c in range(len(service)):
                if weight[c] > 0.0:
                    sums[m, service[c]] += logs[m, c, counts[d, c]]
        out[d] = 0.0
        for s in range(2):
            if geometric:
                mean = 0.0
                for m in range(sittings):
                    mean += sums[m, s]
                out[d] += mean / sittings
            else:
                out[d] += _log_mean(sums, s, sittings)


@kernel
def score_bands(out, sums, cumulative, service, weight, low, high):
    """Return the log-likelihood of many sets of bands of counts in one run, by set.

    `cumulative[m, c, k]` is the chance of fewer than k; `low` and `high` have shape
    (sets, cells).
    """
    sittings = cumulative.shape[0]
    for d in range(low.shape[0]):
        for m in range(sittings):
            sums[m, 0] = 0.0
            sums[m, 1] = 0.0
            for c in range(len(service)):
                if weight[c] > 0.0:
                    chance = cumulative[m, c, high[d, c] + 1] - cumulative[m, c, low[d, c]]
                    sums[m, service[c]] += math.log(max(chance, FLOOR))
        out[d] = 0.0
        for s in range(2):
            out[d] += _log_mean(sums, s, sittings)
