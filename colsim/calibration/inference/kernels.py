"""The compiled loops of the likelihood: who is asked, and how likely each answer is."""

import math

import numpy as np

from colsim.core import rng
from colsim.core.compiled import kernel, part

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


@kernel
def tabulate(table, odds, seats, quiet, interviewed, service):
    """Write how likely it is that so many of a sitting could speak: unequal coins, one by one.

    `table[c, m, t, j]` is the chance that j could speak of cell c in sitting m, if the threshold
    is at its t-th place.
    """
    for c in range(table.shape[0]):
        s = service[c]
        first = 0 if s == 0 else interviewed[0]
        for m in range(table.shape[1]):
            for t in range(3):
                table[c, m, t, 0] = 1.0
                for j in range(interviewed[s]):
                    p = 1.0 / (1.0 + odds[seats[m, first + j], c, t] * quiet[m, first + j])
                    table[c, m, t, j + 1] = table[c, m, t, j] * p
                    for k in range(j, 0, -1):
                        table[c, m, t, k] = (
                            table[c, m, t, k] * (1.0 - p) + table[c, m, t, k - 1] * p
                        )
                    table[c, m, t, 0] *= 1.0 - p


@kernel
def answered(out, odds, seats, quiet, interviewed, service, answers, levels):
    """Write the chance of what each person answered; -1 is no answer.

    `out[c, m, t, h]`, with the chance of mention of level h of the cell: `levels[c, h]`.
    """
    for c in range(out.shape[0]):
        s = service[c]
        first = 0 if s == 0 else interviewed[0]
        for m in range(out.shape[1]):
            for t in range(3):
                for h in range(levels.shape[1]):
                    product = 1.0
                    for j in range(first, first + interviewed[s]):
                        said = answers[j, c]
                        if said >= 0:
                            p = levels[c, h] / (1.0 + odds[seats[m, j], c, t] * quiet[m, j])
                            product *= p if said == 1 else 1.0 - p
                    out[c, m, t, h] = product


@kernel
def theme_terms(out, scratch, said, heard, members, patterns, nodes, unheard):
    """Write the chance of each pattern of each theme, given that it is listed.

    `said[c, m, t, x, h]` is the chance of state x of cell c, `heard[c, m, t, h]` that the theme is
    reported of it; `members[theme]` its cells, -1 for none; `patterns[p]` the state of
    each of them. Where `unheard[theme, p]`, what is said may be in line with nobody having voiced
    it, which the list rules out. Levels h are innermost, as they lie side by side.
    """
    for m in range(out.shape[0]):
        for theme in range(out.shape[1]):
            nobody = scratch[0]
            listed = scratch[1]
            product = scratch[2]
            nobody[:] = 0.0
            listed[:] = 0.0
            for t in range(3):
                # Without the loss of digits that 1 - (1 - a)(1 - b) has where both are small.
                either = product
                either[:] = 0.0
                for i in range(2):
                    c = members[theme, i]
                    if c >= 0:
                        for h in range(out.shape[3]):
                            either[h] += heard[c, m, t, h] * (1.0 - either[h])
                for h in range(out.shape[3]):
                    listed[h] += nodes[t] * either[h]
                    nobody[h] += nodes[t] * (1.0 - either[h])
            for p in range(out.shape[2]):
                total = out[m, theme, p]
                total[:] = 0.0
                for t in range(3):
                    product[:] = nodes[t]
                    for i in range(2):
                        c = members[theme, i]
                        if c >= 0:
                            for h in range(out.shape[3]):
                                product[h] *= said[c, m, t, patterns[p, i], h]
                    for h in range(out.shape[3]):
                        total[h] += product[h]
                for h in range(out.shape[3]):
                    if unheard[theme, p]:
                        total[h] -= nobody[h]
                    if total[h] > 0.0 and listed[h] > 0.0:
                        total[h] /= listed[h]
                    else:
                        total[h] = 0.0


@part
def _by_class(sums, nodes, first):
    """Return highest and sum of one class's three levels of mention, from `first` on."""
    highest = max(sums[first], sums[first + 1], sums[first + 2])
    if highest == -math.inf:
        return highest, 0.0
    total = 0.0
    for x in range(3):
        total += nodes[x] * math.exp(sums[first + x] - highest)
    return highest, total


@kernel
def score_sets(out, sums, found, terms, sets, asked, nodes, geometric):
    """Return the log-likelihood of many sets of patterns in one run, by set.

    `terms` is from `theme_terms`; `sets[d, theme]` the pattern of a theme in set d, -1 where it
    is left out; `nodes` the weights of the three levels of mention, of what was volunteered and of
    what was asked, which are unknown and the same for all themes, as are a and q (shared). What
    is averaged over levels and sittings is the product over themes; given a and q it is that of
    the two classes. With `geometric` the logarithms are
    averaged over sittings, which is wrong: checks must notice.
    """
    sittings = terms.shape[0]
    shared = terms.shape[3] // 3
    for d in range(sets.shape[0]):
        for m in range(sittings):
            for k in range(2):
                for h in range(terms.shape[3]):
                    sums[k, h] = 0.0
            for theme in range(terms.shape[1]):
                p = sets[d, theme]
                if p >= 0:
                    for h in range(terms.shape[3]):
                        sums[asked[theme], h] += terms[m, theme, p, h]
            highest = -math.inf
            for h in range(shared):
                most0, total0 = _by_class(sums[0], nodes, 3 * h)
                most1, total1 = _by_class(sums[1], nodes, 3 * h)
                found[m, 2 * h] = most0 + most1
                found[m, 2 * h + 1] = total0 * total1
                highest = max(highest, most0 + most1)
            total = 0.0
            if highest > -math.inf:
                for h in range(shared):
                    total += math.exp(found[m, 2 * h] - highest) * found[m, 2 * h + 1]
            found[m, 0] = highest + math.log(total / shared) if total > 0.0 else -math.inf
        highest = -math.inf
        for m in range(sittings):
            highest = max(highest, found[m, 0])
        total = 0.0
        if geometric or highest == -math.inf:
            for m in range(sittings):
                total += found[m, 0]
            out[d] = total / sittings
        else:
            for m in range(sittings):
                total += math.exp(found[m, 0] - highest)
            out[d] = highest + math.log(total / sittings)
