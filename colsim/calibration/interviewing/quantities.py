"""What a practitioner can speak of: their own states, and what they remember.

Each quantity is read from a world as it stands at the end of a week. Remembered
experiences are the model's fading counts (half-life half a year), so that most of what
is remembered happened within the last year.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values
from colsim.core.names import CSW, MHSW, Memory
from colsim.core.state import MEMORIES, World
from colsim.core.state_table import MEMORY_MEANINGS
from colsim.core.view import active_families, paired_rows, posts_of, story_share, ties_of
from colsim.data.rows import load

Service = Literal["CSW", "MHSW"]
SERVICES: tuple[Service, Service] = ("CSW", "MHSW")
_KIND = {name: k for k, name in enumerate(MEMORIES)}
_THIN = ("written", "phone")
_RICH = ("face", "meeting")
_NOBODY = 1e-9


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that a practitioner can speak of."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    said: str
    """Its value in words, as the table explains; never a quotation."""
    services: tuple[Service, ...] = SERVICES
    """Who can speak of it."""


@dataclass(frozen=True)
class Staff:
    """The CSWs and MHSWs in post of one authority, CSWs first, and what each could speak of."""

    world: World
    authority: int

    @cached_property
    def posts(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Posts that are filled, of each service."""
        filled = self.world.practitioners["filled"]
        csws, mhsws = (
            np.array(posts_of(self.world, self.authority, service)) for service in (CSW, MHSW)
        )
        return csws[filled[csws]], mhsws[filled[mhsws]]

    @cached_property
    def everyone(self) -> npt.NDArray[np.int64]:
        """Posts of both services, CSWs first."""
        return np.concatenate(self.posts)

    def state(self, name: str) -> Values:
        """Return one state of each."""
        return np.asarray(self.world.practitioners[name][self.everyone], np.float64)

    def origin(self) -> npt.NDArray[np.uint64]:
        """Return the origin of each: a name that no other person has."""
        return np.asarray(self.world.practitioners["origin"][self.everyone], np.uint64)

    @cached_property
    def memory(self) -> Values:
        """Remembered experiences, shape (people, kinds)."""
        return np.ascontiguousarray(self.world.practitioners["memory"][self.everyone])

    def remembered(self, *kinds: str) -> Values:
        """Return how many experiences of these kinds each remembers."""
        return self.memory[:, [_KIND[kind] for kind in kinds]].sum(axis=1)

    @cached_property
    def contacts(self) -> Values:
        """Remembered contacts with the other service, through any channel."""
        return self.memory[:, : Memory.BAD_MEETING + 1].sum(axis=1)

    @cached_property
    def families(self) -> npt.NDArray[np.void]:
        """Families of the authority that are open to both services."""
        rows = active_families(self.world, self.authority)
        chosen: npt.NDArray[np.void] = self.world.families[paired_rows(self.world, rows)]
        return chosen

    def over_families(self, value: Callable[[npt.NDArray[np.void]], Values]) -> Values:
        """Return the mean of a value over the shared families that each leads."""
        families = self.families
        values = value(families)
        total = np.zeros(len(self.world.posts))
        count = np.zeros(len(self.world.posts))
        for s in range(2):
            np.add.at(total, families["lead"][:, s], values)
            np.add.at(count, families["lead"][:, s], 1.0)
        led = count[self.everyone]
        return np.where(led > 0, total[self.everyone] / np.maximum(led, 1.0), 0.0)

    @cached_property
    def of_csw(self) -> npt.NDArray[np.bool_]:
        """Whether each is a CSW."""
        return np.arange(len(self.everyone)) < len(self.posts[0])

    def of_other(self, name: str) -> Values:
        """Return, for each, the mean of a state in the other service."""
        values = self.state(name)
        means = [
            float(part.mean()) if len(part) else 0.0
            for part in (values[~self.of_csw], values[self.of_csw])
        ]
        return np.where(self.of_csw, means[0], means[1])

    def mutual_knowledge(self) -> Values:
        """Return the lesser of what each knows and what the other service knows of theirs."""
        return np.minimum(self.state("role_knowledge"), self.of_other("role_knowledge"))

    def advantage_of_knowing(self) -> Values:
        """Return each one's trust in those they know, above what the story makes of strangers.

        Trust is weighted by familiarity; who knows nobody has no advantage to speak of.
        """
        ties = ties_of(self.world, self.authority)
        weight = (ties.familiarity * (ties.last >= 0)).reshape(ties.shape)
        rows = self.posts[CSW] - ties.csws.start, self.posts[MHSW] - ties.mhsws.start
        found = []
        for s, trust in enumerate((ties.trust_of_csw, ties.trust_of_mhsw)):
            matrix = trust.reshape(ties.shape)
            known = weight.sum(axis=1 - s)[rows[s]]
            mean = (weight * matrix).sum(axis=1 - s)[rows[s]] / np.maximum(known, _NOBODY)
            narrative = self.world.practitioners["narrative"][self.posts[s]]
            story = 0.5 + story_share(self.world) * narrative
            found.append(np.where(known > _NOBODY, mean - story, 0.0))
        return np.concatenate(found)


def _share(part: Values, whole: Values) -> Values:
    """Return a share, 0 of nothing."""
    return np.where(whole > _NOBODY, part / np.maximum(whole, _NOBODY), 0.0)


def _goes_well(staff: Staff, channels: tuple[str, ...]) -> Values:
    good = staff.remembered(*(f"good_{channel}" for channel in channels))
    bad = staff.remembered(*(f"bad_{channel}" for channel in channels))
    # One good and one bad contact that nobody had: a single contact is no certainty.
    return (good + 1.0) / (good + bad + 2.0)


def _depth(families: npt.NDArray[np.void]) -> Values:
    return np.asarray(families["depth"] / 4.0, np.float64)


def _worked_out(families: npt.NDArray[np.void]) -> Values:
    return np.where(families["depth"] >= 2, families["engagement"], 0.0)


_MEMORY = "remembered_"
_CSW: tuple[Service, ...] = ("CSW",)
_MHSW: tuple[Service, ...] = ("MHSW",)
_DERIVED: dict[str, Callable[[Staff], Values]] = {
    "strain": lambda staff: np.maximum(
        1.0 - staff.state("wellbeing"), np.clip(staff.state("pressure") - 1.0, 0.0, 1.0)
    ),
    "anxiety": lambda staff: staff.over_families(
        lambda f: np.asarray(f["csw_anxiety"], np.float64)
    ),
    "mutual_knowledge": Staff.mutual_knowledge,
    "image_gap": lambda staff: staff.of_other("narrative") - staff.state("perceived_image"),
    "contacts": lambda staff: staff.contacts,
    "thin_share": lambda staff: _share(
        staff.remembered(*(f"{sign}_{c}" for sign in ("good", "bad") for c in _THIN)),
        staff.contacts,
    ),
    "extractive_share": lambda staff: np.minimum(
        1.0, _share(staff.remembered("extractive"), staff.contacts)
    ),
    "refusal_share": lambda staff: np.minimum(
        1.0, _share(staff.remembered("refusal"), staff.contacts)
    ),
    "alone_share": lambda staff: _share(
        staff.remembered("decided_alone"), staff.remembered("decided_alone", "decided_together")
    ),
    "shared_depth": lambda staff: staff.over_families(_depth),
    "engaged_together": lambda staff: staff.over_families(_worked_out),
    "family_distrust": lambda staff: staff.over_families(
        lambda f: np.maximum(1.0 - f["trust"][:, 0], f["compliance"] - f["engagement"])
    ),
    "missed_understanding": lambda staff: (
        staff.remembered("joint_plan") * (1.0 - staff.state("role_knowledge"))
    ),
    "knowing_helps": Staff.advantage_of_knowing,
    "face_to_face_helps": lambda staff: _goes_well(staff, _RICH) - _goes_well(staff, _THIN),
    "decided_over": lambda staff: staff.remembered("unexplained", "unachievable"),
}
"""What is no plain state and no bare memory."""
_OF_ONE: dict[str, tuple[Service, ...]] = {
    **dict.fromkeys(("calmed", "decided_alone", "decided_together", "family_trust_rose"), _CSW),
    **dict.fromkeys(
        ("unexplained", "unachievable", "unprepared", "understood_by_other", "worker_change"),
        _MHSW,
    ),
}
"""Experiences that only one service makes."""


QUANTITIES: Mapping[str, Quantity] = load(Quantity, "spoken") | {
    f"{_MEMORY}{kind}": Quantity(
        f"{_MEMORY}{kind}", "count", 0, 1000, f"remembers: {meaning}",
        f"remembers {{count}} times: {meaning}", _OF_ONE.get(kind, SERVICES),
    )
    for kind, meaning in MEMORY_MEANINGS.items()
}  # fmt: skip
"""All that an observable can be about, by name: `colsim/data/spoken.toml`, and memories."""


def _read(staff: Staff, name: str) -> Values:
    if name.startswith(_MEMORY):
        return staff.remembered(name.removeprefix(_MEMORY))
    return _DERIVED[name](staff) if name in _DERIVED else staff.state(name)


def read_quantities(staff: Staff, names: tuple[str, ...]) -> Values:
    """Return quantities of everyone in post, shape (people, names), CSWs first."""
    return np.stack([_read(staff, name) for name in names], axis=1)


def in_words(quantity: Quantity, value: float) -> str:
    """Return what somebody could speak of.

    >>> in_words(QUANTITIES["thin_share"], 0.241)
    '24 % of the contacts that they remember were written or by phone'
    >>> in_words(QUANTITIES["remembered_calmed"], 1.34)
    'remembers 1.3 times: was calmed by a conversation'
    """
    return quantity.said.format(
        share=f"{100.0 * value:.0f} %",
        points=f"{100.0 * value:+.0f}",
        signed=f"{value:+.2f}",
        count=f"{value:.1f}",
        plain=f"{value:.2f}",
    )
