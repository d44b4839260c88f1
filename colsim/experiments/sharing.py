"""Scenarios that meet one world with one chance live what they have in common once.

Two runs are alike up to a week if they have the same organisation, parameters, length, world and
chance, and if in every week before it the same levers act in the same way on the same teams: of a
policy no kernel reads more (ODD 7.2). So what may be shared is worked out from the tables that
kernels read; a circumstance that acts in the burn-in is shared by those who have it, and a lever
that ends earlier than another is the same lever until then.

A world is copied where scenarios part. One is held to branch from, and one branch; where they are
small, branches branch again.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from hashlib import blake2b

import numpy as np

from colsim.core.engine import prepare
from colsim.core.layout import Layout, Records
from colsim.core.schedule import advance
from colsim.core.state import CHANGING, World, copy_world
from colsim.scenario.compiling import Compiled

ROOM = 64_000_000
"""Bytes within which more than one world may be held to branch from."""


@dataclass(frozen=True, slots=True)
class Fork:
    """Scenarios that are alike up to a week."""

    week: int
    """From the start of the burn-in: the end of the run, or where they part."""
    members: tuple[int, ...]
    """Which scenarios, by number."""
    parts: tuple["Fork", ...] = ()
    """Those that go on alike; the one that parts most often comes last."""

    @property
    def ends(self) -> "tuple[Fork, ...]":
        """What does not part any more: each is one run."""
        return tuple(end for part in self.parts for end in part.ends) or (self,)


@dataclass(frozen=True, slots=True)
class _Course:
    """From which weeks on what acts."""

    weeks: tuple[int, ...]
    acts: tuple[bytes, ...]

    def at(self, week: int) -> bytes:
        return self.acts[bisect(self.weeks, week) - 1]


@dataclass(frozen=True, slots=True)
class Together:
    """Scenarios that are lived in the same worlds with the same chance."""

    compiled: tuple[Compiled, ...]
    forks: tuple[Fork, ...]
    """One for all that share anything."""

    @classmethod
    def of(cls, compiled: Sequence[Compiled]) -> "Together":
        """Work out what scenarios share; their room for spanners is part of their organisation."""
        layouts = {id(one.layout): one.layout for one in compiled}
        digests = {key: digest_of(layout) for key, layout in layouts.items()}
        grounds: dict[object, list[int]] = {}
        for k, one in enumerate(compiled):
            own = tuple(sorted(one.parameters.items()))
            ground = digests[id(one.layout)], own, one.weeks, one.burn_in
            grounds.setdefault(ground, []).append(k)
        courses = [_course_of(one) for one in compiled]
        forks = (
            _fork(courses, group, compiled[group[0]].burn_in + compiled[group[0]].weeks)
            for group in grounds.values()
        )
        return cls(tuple(compiled), tuple(forks))

    def live[T](
        self, observe: Callable[[World], T], *, drawn: Mapping[str, float], run_seed: int
    ) -> Iterator[tuple[tuple[int, ...], T | Exception]]:
        """Live all scenarios, and yield what was observed of each as it ends.

        Args:
            observe: what is kept of a world; it is gone afterwards.
            drawn: the world's parameters; what the scenarios set themselves wins.
            run_seed: the run's seed.

        Yields:
            Scenarios by number, all whose runs are one, and what was observed or went wrong.
        """
        for fork in self.forks:
            first = self.compiled[fork.members[0]]
            begin = partial(first.begun, drawn, run_seed)
            yield from self._branch(begin, fork, observe)

    def _branch[T](
        self, begin: Callable[[], World], fork: Fork, observe: Callable[[World], T], held: int = 0
    ) -> Iterator[tuple[tuple[int, ...], T | Exception]]:
        """Live a branch of a world that is held together with `held` others."""
        try:
            world = begin()
            advance(world, fork.week - int(world.clock[0]["week"]))
            if not fork.parts:
                yield fork.members, observe(world)
                return
        except Exception as error:
            yield fork.members, error
            return
        *others, last = fork.parts
        # Of a large world only what does not part again is branched off, one after the other.
        small = (held + 3) * _bytes(world) <= ROOM
        for part in others if small else [end for one in others for end in one.ends]:
            levers = self.compiled[part.members[0]].levers
            begin = partial(copy_world, world, levers=levers)
            yield from self._branch(begin, part, observe, held + 1)
        begin = partial(under, world, self.compiled[last.members[0]])
        yield from self._branch(begin, last, observe, held)


class Trunks:
    """Worlds at the end of their burn-in, for scenarios that are asked for one after the other.

    As many are kept as there is room for.
    """

    def __init__(self) -> None:
        """Keep none yet."""
        self._kept: dict[object, World] = {}

    def live(self, one: Compiled, parameters: Records, *, run_seed: int) -> World:
        """Return a scenario's world at its end; the burn-in is lived once for all like it.

        Args:
            one: a scenario; where a lever acts in its burn-in it is lived by itself.
            parameters: of the world, shape (1,).
            run_seed: the run's seed.
        """
        length = {"weeks": one.weeks, "burn_in": one.burn_in}
        key = digest_of(one.layout), parameters.tobytes(), run_seed, *length.values()
        trunk = self._kept.get(key)
        if trunk is None or one.first_policy_week < one.burn_in:
            trunk = prepare(one.layout, one.levers, parameters, seed=run_seed, **length)
            advance(trunk, one.burn_in)
            full = sum(map(_bytes, self._kept.values())) + _bytes(trunk) > ROOM
            if full or one.first_policy_week < one.burn_in:
                advance(trunk, one.weeks)
                return trunk
            self._kept[key] = trunk
        world = copy_world(trunk, levers=one.levers)
        advance(world, one.weeks)
        return world


def digest_of(layout: Layout) -> bytes:
    """Return a hash of all that a layout holds."""
    digest = blake2b(digest_size=16)
    for field in fields(layout):
        value = getattr(layout, field.name)
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
        digest.update(b"\0")
    return digest.digest()


def under(world: World, one: Compiled) -> World:
    """Return the same world, no copy, under a scenario's levers."""
    tables = one.levers
    return replace(world, levers=tables.levers, channels=tables.channels, covered=tables.covered)


def _course_of(one: Compiled) -> _Course:
    end = one.burn_in + one.weeks
    levers = one.levers.levers
    turns = {one.burn_in + int(lever[name]) for lever in levers for name in ("start", "end")}
    weeks: list[int] = []
    acts: list[bytes] = []
    for week in sorted({0, *(turn for turn in turns if 0 < turn < end)}):
        now = _acts(one, week - one.burn_in)
        if not acts or now != acts[-1]:
            weeks.append(week)
            acts.append(now)
    return _Course(tuple(weeks), tuple(acts))


def _acts(one: Compiled, now: int) -> bytes:
    """Return what acts in a policy week, in the order in which it is reckoned with."""
    found = b""
    for channel in one.levers.channels:
        lever = one.levers.levers[channel["lever"]]
        covered = one.levers.covered[channel["lever"]]
        if lever["start"] <= now < lever["end"] and covered.any():
            parts = [lever[name] for name in ("start", "ramp", "strength", "reach")]
            parts += [channel[name] for name in ("quantity", "amount", "mode")]
            found += b"".join(part.tobytes() for part in parts) + covered.tobytes()
    return found


def _fork(courses: Sequence[_Course], members: Sequence[int], end: int) -> Fork:
    for week in sorted({week for k in members for week in courses[k].weeks}):
        parts: dict[bytes, list[int]] = {}
        for k in members:
            parts.setdefault(courses[k].at(week), []).append(k)
        if len(parts) > 1:
            found = [_fork(courses, part, end) for part in parts.values()]
            return Fork(week, tuple(members), tuple(sorted(found, key=lambda one: len(one.ends))))
    return Fork(end, tuple(members))


def _bytes(world: World) -> int:
    return sum(getattr(world, name).nbytes for name in CHANGING)
