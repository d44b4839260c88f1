"""The draws: `U` belongs to this week, `B` to the entity's whole life."""

import random

from colsim.core import rng

BIRTH = int(rng.BIRTH)
PURPOSES = {purpose.name: int(purpose) for purpose in rng.Purpose}


class KeyedDraws:
    """Draws that are functions of (seed, week, entity, purpose, index)."""

    def __init__(self, seed: int):
        self.seed_key = rng.seed_key(seed)
        self.birth_prefix = rng.combine(self.seed_key, BIRTH)
        self.begin_week(0)

    def begin_week(self, t: int) -> None:
        self.week = t
        self.week_prefix = rng.combine(self.seed_key, t)

    def U(self, entity, purpose: int, index: int = 0) -> float:  # noqa: N802
        if entity.key_week != self.week:
            entity.key_week = self.week
            entity.key = rng.entity_key(self.week_prefix, entity.origin)
        return rng.uniform(entity.key, purpose, index)

    def B(self, entity, purpose: int, index: int = 0) -> float:  # noqa: N802
        if entity.birth_key is None:
            entity.birth_key = rng.entity_key(self.birth_prefix, entity.origin)
        return rng.uniform(entity.birth_key, purpose, index)


class RandomDraws:
    """Draws that come one after the other from one generator, as in most models."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def begin_week(self, t: int) -> None:
        pass

    def U(self, entity, purpose: int, index: int = 0) -> float:  # noqa: N802
        return self.random.random()

    B = U


KINDS = {"keyed": KeyedDraws, "random": RandomDraws}


class Drawing:
    """Mixed into whatever draws: holds its origin and the keys hashed from it."""

    origin: int
    key_week: int = -1
    key: int = 0
    birth_key: int | None = None
