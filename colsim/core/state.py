"""The world as arrays. Ranges and invariants are listed in section 2 of the ODD."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.compiled import compiler
from colsim.core.events import NOTE_DTYPE, WATCH_DTYPE
from colsim.core.kernel_folder import source_hash
from colsim.core.layout import (
    AUTHORITY_DTYPE,
    KNOWN_DTYPE,
    LOCALITY_DTYPE,
    POST_DTYPE,
    TEAM_DTYPE,
    Layout,
    Records,
)
from colsim.core.levers import CHANNEL_DTYPE, LEVER_DTYPE, LeverTable
from colsim.core.measures import LATENCY_CAP, TOTALS
from colsim.core.names import FACTS as FACTS
from colsim.core.names import SERVICES, Memory, Rule
from colsim.core.parameters import PARAMETER_DTYPE
from colsim.core.quantities import QUANTITIES, QUANTITY_BOUNDS, QUANTITY_DTYPE
from colsim.core.records import (
    CACHE_LINE,
    CLOCK_DTYPE,
    DERIVED_DTYPE,
    FAMILY_DTYPE,
    PRACTITIONER_DTYPE,
    ROSTER_DTYPE,
)

WORDS = 3
"""Words of a field in a world's table: address, length, second length (1 where there is none)."""
MEMORIES = tuple(kind.name.lower() for kind in Memory)


def _describe(array: npt.NDArray[Any]) -> tuple[int, int, int]:
    """Return address and shape, refusing what a kernel would misread."""
    if not array.flags.c_contiguous or array.ndim not in (1, 2):
        raise ValueError("a world's arrays are C-contiguous, of one or two dimensions")
    # Not from `__array_interface__`, which lists all fields of a record anew each time.
    return (array.ctypes.data, array.shape[0], array.shape[1] if array.ndim == 2 else 1)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything that a run is: fixed tables first, then what changes.

    The object is passed to kernels as it is; see `colsim.core.pointer`. A copy, or one that is
    unpickled, has memory of its own, and a table of its own addresses.
    """

    posts: Records
    teams: Records
    localities: Records
    authorities: Records
    parameters: Records
    levers: Records
    channels: Records
    covered: npt.NDArray[np.bool_]
    bounds: npt.NDArray[np.float64]
    base: npt.NDArray[np.float64]
    known: Records
    derived: Records
    clock: Records
    rosters: Records
    quantities: npt.NDArray[np.float64]
    policy: Records
    practitioners: Records
    families: Records
    active: npt.NDArray[np.int32]
    returns: npt.NDArray[np.int32]
    tie_familiarity: npt.NDArray[np.float64]
    tie_trust_cm: npt.NDArray[np.float64]
    tie_trust_mc: npt.NDArray[np.float64]
    tie_last: npt.NDArray[np.int32]
    tie_met: npt.NDArray[np.int32]
    spanner_familiarity: npt.NDArray[np.float64]
    spanner_trust: npt.NDArray[np.float64]
    team_story: npt.NDArray[np.float64]
    team_since: npt.NDArray[np.int64]
    totals: npt.NDArray[np.float64]
    week_totals: npt.NDArray[np.float64]
    latency: npt.NDArray[np.int64]
    notes: Records
    watch: Records
    team_mean: npt.NDArray[np.float64]
    _table: npt.NDArray[np.int64] = field(init=False, repr=False)
    address: int = field(init=False, repr=False)
    """Address of the table that kernels read."""

    def __post_init__(self) -> None:
        """Write the table of addresses; check that fields have the types that kernels expect."""
        for name, (dtype, dimensions) in FIELDS.items():
            array = getattr(self, name)
            if array.ndim != dimensions or array.dtype != dtype:
                raise ValueError(f"field {name} of a world has dtype {array.dtype}, not {dtype}")
        table = np.array([_describe(getattr(self, name)) for name in FIELDS], np.int64)
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "address", table.ctypes.data)

    def make_room(self, notes: Records) -> None:
        """Put an empty array of records in the place of that for notes."""
        object.__setattr__(self, "notes", notes)
        self._table[list(FIELDS).index("notes")] = _describe(notes)
        self.watch["count"] = self.watch["closed"] = 0

    @property
    def active_families(self) -> npt.NDArray[np.int64]:
        """Rows of the active families, in the order in which they are visited."""
        return np.concatenate(
            [self.active[r["first"] : r["first"] + r["active"]] for r in self.rosters],
            dtype=np.int64,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy, deepcopy and pickle as arrays alone: addresses are those of one process."""
        arrays = {name: getattr(self, name) for name in FIELDS if name != "policy"}
        return _restored, (_version(), arrays)

    @property
    def _numba_type_(self) -> Any:
        return compiler().WORLD_TYPE  # only the compiler asks


_FIXED: dict[str, tuple[Any, int]] = {
    "posts": (POST_DTYPE, 1),
    "teams": (TEAM_DTYPE, 1),
    "localities": (LOCALITY_DTYPE, 1),
    "authorities": (AUTHORITY_DTYPE, 1),
    "parameters": (PARAMETER_DTYPE, 1),
    "levers": (LEVER_DTYPE, 1),
    "channels": (CHANNEL_DTYPE, 1),
    "covered": (np.bool_, 2),
    "bounds": (np.float64, 2),
    "base": (np.float64, 2),
    "known": (KNOWN_DTYPE, 1),
}
_CHANGING: dict[str, tuple[Any, int]] = {
    "derived": (DERIVED_DTYPE, 1),
    "clock": (CLOCK_DTYPE, 1),
    "rosters": (ROSTER_DTYPE, 1),
    "quantities": (np.float64, 2),
    "policy": (QUANTITY_DTYPE, 1),
    "practitioners": (PRACTITIONER_DTYPE, 1),
    "families": (FAMILY_DTYPE, 1),
    "active": (np.int32, 1),
    # Row authority * weeks + week: first and last family to return in it, -1 none.
    "returns": (np.int32, 2),
    "tie_familiarity": (np.float64, 1),
    "tie_trust_cm": (np.float64, 1),
    "tie_trust_mc": (np.float64, 1),
    "tie_last": (np.int32, 1),
    "tie_met": (np.int32, 1),
    "spanner_familiarity": (np.float64, 1),
    "spanner_trust": (np.float64, 1),
    "team_story": (np.float64, 1),
    "team_since": (np.int64, 2),
    "totals": (np.float64, 2),
    # Of a week that is stepped phase by phase, each authority's own; zeros between weeks.
    "week_totals": (np.float64, 2),
    "latency": (np.int64, 2),
}
_NOTED: dict[str, tuple[Any, int]] = {
    # No room for notes: nobody watches.
    "notes": (NOTE_DTYPE, 1),
    "watch": (WATCH_DTYPE, 1),
}
_ROOM: dict[str, tuple[Any, int]] = {
    # Of the stories of a team's members.
    "team_mean": (np.float64, 1),
}
"""Room for what a phase needs while it passes: no state, of no meaning afterwards."""
FIELDS = _FIXED | _CHANGING | _NOTED | _ROOM
"""Dtype and dimensions of each field, in the order of the table that kernels read."""
FIXED = tuple(_FIXED)
"""Fields that a run only reads; branches of a run share them."""
CHANGING = tuple(_CHANGING)
"""Fields that a run writes."""


def _aligned(length: int, dtype: np.dtype[np.void]) -> Records:
    """Return zeroed records whose first starts at a cache line."""
    raw = np.zeros(length * dtype.itemsize + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + length * dtype.itemsize].view(dtype)


def _own(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array in memory of its own, records of whole cache lines at such a boundary."""
    if array.dtype.names is None or array.dtype.itemsize % CACHE_LINE:
        # Whatever it came as (mapped, read-only, a subclass): kernels write to it.
        return np.array(array, order="C")
    owned = _aligned(len(array), array.dtype)
    owned[:] = array
    return owned


@cache
def _version() -> str:
    """Return the hash of the sources that a world is lived by."""
    return source_hash()


def _restored(version: str, arrays: Mapping[str, npt.NDArray[Any]]) -> World:
    """Return a world from the arrays of another one, which it shares no memory with.

    Raises:
        ValueError: another version of the model saved it, so that it could not go on alike.
    """
    if version != _version():
        raise ValueError(
            f"saved world: found one of model version {version}; allowed: version {_version()}, "
            "which this colsim simulates; load it with the colsim that saved it, or simulate anew"
        )
    owned = {name: _own(array) for name, array in arrays.items()}
    return World(**owned, policy=_policy_view(owned["quantities"]))


def _policy_view(quantities: npt.NDArray[np.float64]) -> Records:
    return quantities.view(QUANTITY_DTYPE).reshape(-1)


def allocate(
    layout: Layout,
    levers: LeverTable,
    parameters: Records,
    *,
    families: int,
    weeks: int,
    burn_in: int,
) -> World:
    """Return an empty world with room for `families` families and `weeks` weeks in all."""
    quantities = np.zeros((len(layout.teams), len(QUANTITIES)))
    clock = np.zeros(1, CLOCK_DTYPE)
    clock["burn_in"] = burn_in
    return World(
        posts=layout.posts,
        teams=layout.teams,
        localities=layout.localities,
        authorities=layout.authorities,
        parameters=parameters,
        levers=levers.levers,
        channels=levers.channels,
        covered=levers.covered,
        bounds=QUANTITY_BOUNDS,
        base=layout.base,
        known=layout.known,
        derived=np.zeros(1, DERIVED_DTYPE),
        clock=clock,
        rosters=np.zeros(len(layout.authorities), ROSTER_DTYPE),
        quantities=quantities,
        policy=_policy_view(quantities),
        practitioners=_aligned(len(layout.posts), PRACTITIONER_DTYPE),
        families=_aligned(families, FAMILY_DTYPE),
        active=np.zeros(families, np.int32),
        returns=np.zeros((len(layout.authorities) * weeks, 2), np.int32),
        tie_familiarity=np.zeros(layout.ties),
        tie_trust_cm=np.zeros(layout.ties),
        tie_trust_mc=np.zeros(layout.ties),
        tie_last=np.zeros(layout.ties, np.int32),
        tie_met=np.zeros(layout.ties, np.int32),
        spanner_familiarity=np.zeros(layout.spanner_ties),
        spanner_trust=np.zeros(layout.spanner_ties),
        team_story=np.zeros(len(layout.teams)),
        team_since=np.zeros((len(layout.teams), len(Rule)), np.int64),
        totals=np.zeros((weeks, len(TOTALS))),
        week_totals=np.zeros((len(layout.authorities), len(TOTALS))),
        latency=np.zeros((SERVICES, LATENCY_CAP + 1), np.int64),
        **_unwatched(),
        **_room(len(layout.teams)),
    )


def _unwatched() -> dict[str, Any]:
    return {"notes": np.zeros(0, NOTE_DTYPE), "watch": np.zeros(1, WATCH_DTYPE)}


def _room(teams: int) -> dict[str, Any]:
    return {"team_mean": np.zeros(teams)}


def copy_world(world: World, *, levers: LeverTable | None = None) -> World:
    """Return an independent copy that nobody watches, with other levers if given.

    Fixed tables are shared.
    """
    changed: dict[str, Any] = {name: _own(getattr(world, name)) for name in CHANGING}
    changed["families"]["watched"] = False
    changed |= _unwatched() | _room(len(world.teams))
    changed["policy"] = _policy_view(changed["quantities"])
    if levers is not None:
        changed |= {"levers": levers.levers, "channels": levers.channels, "covered": levers.covered}
        changed["rosters"]["settled"] = 0
    return replace(world, **changed)


def differing(one: World, other: World, fields: Iterable[str] = CHANGING) -> list[str]:
    """Return the fields in which two worlds differ in any bit; who is watched is no difference."""
    return [name for name in fields if _bits(one, name) != _bits(other, name)]


def _bits(world: World, name: str) -> bytes:
    array = getattr(world, name)
    if name == "families" and array["watched"].any():
        array = array.copy()
        array["watched"] = False
    return bytes(array.tobytes())


def with_own_sums(world: World) -> World:
    """Return a view of a world with a clock and totals of its own, all else shared.

    An authority is lived in it beside others that are lived in other views.
    """
    own = ("clock", "totals", "latency")
    return replace(world, **{name: np.zeros_like(getattr(world, name)) for name in own})
