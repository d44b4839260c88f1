"""The draws: `U` belongs to this week, `B` to the entity's whole life."""

import random
from typing import Protocol

from colsim.core.rng import BIRTH, Key, combine, entity_key, seed_key, uniform


class Drawing:
    """Mixed into whatever draws: holds its origin and the keys hashed from it."""

    origin: Key
    key_week: int = -1
    key: Key = 0
    birth_key: Key | None = None


class Draws(Protocol):
    """What the model asks of chance: numbers in [0, 1)."""

    def begin_week(self, t: int) -> None: ...

    def U(self, entity: Drawing, purpose: int, index: int = 0) -> float: ...

    def B(self, entity: Drawing, purpose: int, index: int = 0) -> float: ...


class KeyedDraws:
    """Draws that are functions of (seed, week, entity, purpose, index)."""

    def __init__(self, seed: int):
        self.seed_key = seed_key(seed)
        self.birth_prefix = combine(self.seed_key, BIRTH)
        self.begin_week(0)

    def begin_week(self, t: int) -> None:
        self.week = t
        self.week_prefix = combine(self.seed_key, t)

    def U(self, entity: Drawing, purpose: int, index: int = 0) -> float:
        if entity.key_week != self.week:
            entity.key_week = self.week
            entity.key = entity_key(self.week_prefix, entity.origin)
        return float(uniform(entity.key, int(purpose), index))

    def B(self, entity: Drawing, purpose: int, index: int = 0) -> float:
        if entity.birth_key is None:
            entity.birth_key = entity_key(self.birth_prefix, entity.origin)
        return float(uniform(entity.birth_key, int(purpose), index))


class RandomDraws:
    """Draws that come one after the other from one generator, as in most models."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def begin_week(self, t: int) -> None:
        """Nothing is hashed, so that nothing is to be done."""

    def U(self, entity: Drawing, purpose: int, index: int = 0) -> float:
        return self.random.random()

    B = U


KINDS: dict[str, type[KeyedDraws] | type[RandomDraws]] = {
    "keyed": KeyedDraws,
    "random": RandomDraws,
}
