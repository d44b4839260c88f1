"""Chance, by name: U for a draw of this week, B for one of an entity's whole life."""

import random

import numpy as np

from colsim.core import rng


class Keyed:
    """Draws as section 7.0 names them; an entity is given by its origin."""

    def __init__(self, seed):
        self._seed = rng.seed_key(seed)
        self._birth_base = np.uint64(self._base(rng.BIRTH))
        self._birth = {}
        self.start_week(0)

    def _base(self, week):
        return rng.combine(np.uint64(self._seed), np.uint64(week))

    def start_week(self, week):
        """Forget the prefixes of last week."""
        self._week_base = np.uint64(self._base(week))
        self._week = {}

    def U(self, origin, purpose, index=0):
        """Return the draw of this week."""
        key = self._week.get(origin)
        if key is None:
            key = np.uint64(rng.entity_key(self._week_base, np.uint64(origin)))
            self._week[origin] = key
        return rng.uniform(key, purpose, index)

    def B(self, origin, purpose, index=0):
        """Return the draw of the entity's life."""
        key = self._birth.get(origin)
        if key is None:
            key = np.uint64(rng.entity_key(self._birth_base, np.uint64(origin)))
            self._birth[origin] = key
        return rng.uniform(key, purpose, index)


class Sequential:
    """Draws from one ordinary stream: same distributions, no names."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def start_week(self, week):
        """Do nothing: a stream has no weeks."""

    def U(self, origin, purpose, index=0):
        """Return the next number of the stream."""
        return self._random.random()

    B = U


def derive(origin, field):
    """Return the origin of something that belongs to `origin`."""
    return int(rng.combine(np.uint64(origin), np.uint64(field)))


DRAWS = {"keyed": Keyed, "random": Sequential}
