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
from colsim.core.names import CSW, MHSW, Memory
from colsim.core.state import MEMORIES, World
from colsim.core.state_table import MEMORY_MEANINGS
from colsim.core.view import active_families, paired_rows, posts_of, story_share, ties_of

Values = npt.NDArray[np.float64]
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

    def over_families(
        self, value: Callable[[npt.NDArray[np.void]], Values], *, empty: float = 0.0
    ) -> Values:
        """Return the mean of a value over the shared families that each leads."""
        families = self.families
        values = value(families)
        total = np.zeros(len(self.world.posts))
        count = np.zeros(len(self.world.posts))
        for s in range(2):
            np.add.at(total, families["lead"][:, s], values)
            np.add.at(count, families["lead"][:, s], 1.0)
        led = count[self.everyone]
        return np.where(led > 0, total[self.everyone] / np.maximum(led, 1.0), empty)

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


_STATES = {
    "role_knowledge": "what they know of the other service",
    "confidence": "how able they feel to work with the other service",
    "orientation": "0 collecting information for one's own assessment, 1 joint enterprise",
    "wellbeing": "how well they are",
}
_CSW: tuple[Service, ...] = ("CSW",)
_MHSW: tuple[Service, ...] = ("MHSW",)
_DERIVED: tuple[tuple[Quantity, Callable[[Staff], Values]], ...] = (
    (
        Quantity("narrative", "valence", -1, 1, "the story they hold about the other service"),
        lambda staff: staff.state("narrative"),
    ),
    (
        Quantity("pressure", "ratio", 0, 10, "hours that cases ask for over hours there are"),
        lambda staff: staff.state("pressure"),
    ),
    (
        Quantity("strain", "share", 0, 1, "the worse of lost wellbeing and pressure above 1"),
        lambda staff: np.maximum(
            1.0 - staff.state("wellbeing"), np.clip(staff.state("pressure") - 1.0, 0.0, 1.0)
        ),
    ),
    (
        Quantity("alliance_protection", "share", 0, 1, "unwillingness to risk the alliance", _MHSW),
        lambda staff: staff.state("alliance_protection"),
    ),
    (
        Quantity("belonging", "share", 0, 1, "felt ownership by the local authority", _MHSW),
        lambda staff: staff.state("belonging"),
    ),
    (
        Quantity("stance", "share", 0, 1, "0 punitive, 1 restorative", _CSW),
        lambda staff: staff.state("stance"),
    ),
    (
        Quantity("perceived_image", "valence", -1, 1, "how they think the other service sees them"),
        lambda staff: staff.state("perceived_image"),
    ),
    (
        Quantity(
            "anxiety", "share", 0, 1,
            "their worry about mental illness, mean over their shared families", _CSW,
        ),
        lambda staff: staff.over_families(lambda f: np.asarray(f["csw_anxiety"], np.float64)),
    ),
    (
        Quantity(
            "mutual_knowledge", "share", 0, 1,
            "the lesser of what they know of the other service and what it knows of theirs",
        ),
        Staff.mutual_knowledge,
    ),
    (
        Quantity(
            "image_gap", "valence", -2, 2,
            "story that the other service really holds, less the one they think it holds",
        ),
        lambda staff: staff.of_other("narrative") - staff.state("perceived_image"),
    ),
    (
        Quantity("contacts", "count", 0, 1000, "remembered contacts with the other service"),
        lambda staff: staff.contacts,
    ),
    (
        Quantity("thin_share", "share", 0, 1, "share of remembered contacts written or by phone"),
        lambda staff: _share(
            staff.remembered(*(f"{sign}_{c}" for sign in ("good", "bad") for c in _THIN)),
            staff.contacts,
        ),
    ),
    (
        Quantity(
            "extractive_share", "share", 0, 1,
            "requests without meaning to give, as a share of remembered contacts, at most 1",
        ),
        lambda staff: np.minimum(
            1.0, _share(staff.remembered("extractive"), staff.contacts)
        ),
    ),
    (
        Quantity(
            "refusal_share", "share", 0, 1,
            "share of remembered contacts in which they were told nothing though there was "
            "something to ask",
        ),
        lambda staff: np.minimum(1.0, _share(staff.remembered("refusal"), staff.contacts)),
    ),
    (
        Quantity("alone_share", "share", 0, 1, "share of remembered decisions made alone", _CSW),
        lambda staff: _share(
            staff.remembered("decided_alone"),
            staff.remembered("decided_alone", "decided_together"),
        ),
    ),
    (
        Quantity(
            "shared_depth", "share", 0, 1,
            "mean depth of collaboration in their shared families, 0 none to 1 shared",
        ),
        lambda staff: staff.over_families(_depth),
    ),
    (
        Quantity(
            "engaged_together", "share", 0, 1,
            "mean engagement of their shared families where the two leads talk; 0 without talk",
        ),
        lambda staff: staff.over_families(_worked_out),
    ),
    (
        Quantity(
            "family_distrust", "share", 0, 1,
            "the worse of distrust in CSC and compliance above engagement, mean of their families",
            _CSW,
        ),
        lambda staff: staff.over_families(
            lambda f: np.maximum(1.0 - f["trust"][:, 0], f["compliance"] - f["engagement"]),
            empty=0.0,
        ),
    ),
    (
        Quantity(
            "missed_understanding", "count", 0, 1000,
            "remembered joint plans times the role knowledge that they lack",
        ),
        lambda staff: staff.remembered("joint_plan") * (1.0 - staff.state("role_knowledge")),
    ),
    (
        Quantity(
            "knowing_helps", "share", -1, 1,
            "trust in those they know above what the story makes of strangers",
        ),
        Staff.advantage_of_knowing,
    ),
    (
        Quantity(
            "face_to_face_helps", "share", -1, 1,
            "share of remembered contacts that went well face to face and in meetings, less that "
            "in writing and by phone",
        ),
        lambda staff: _goes_well(staff, _RICH) - _goes_well(staff, _THIN),
    ),
    (
        Quantity(
            "decided_over", "count", 0, 1000,
            "decisions left unexplained and targets that could not be met", _MHSW,
        ),
        lambda staff: staff.remembered("unexplained", "unachievable"),
    ),
)  # fmt: skip


_OF_ONE: dict[str, tuple[Service, ...]] = {
    **dict.fromkeys(("calmed", "decided_alone", "decided_together", "family_trust_rose"), _CSW),
    **dict.fromkeys(
        ("unexplained", "unachievable", "unprepared", "understood_by_other", "worker_change"),
        _MHSW,
    ),
}
"""Experiences that only one service makes."""


def _experience(kind: str) -> Quantity:
    meaning = f"remembers: {MEMORY_MEANINGS[kind]}"
    services = _OF_ONE.get(kind, SERVICES)
    return Quantity(f"remembered_{kind}", "count", 0, 1000, meaning, services)


def _remember(kind: str) -> Callable[[Staff], Values]:
    return lambda staff: staff.remembered(kind)


def _state(name: str) -> Callable[[Staff], Values]:
    return lambda staff: staff.state(name)


_READ: dict[str, tuple[Quantity, Callable[[Staff], Values]]] = {
    **{
        name: (Quantity(name, "share", 0, 1, meaning), _state(name))
        for name, meaning in _STATES.items()
    },
    **{quantity.name: (quantity, read) for quantity, read in _DERIVED},
    **{f"remembered_{kind}": (_experience(kind), _remember(kind)) for kind in MEMORY_MEANINGS},
}
QUANTITIES: Mapping[str, Quantity] = {name: quantity for name, (quantity, _) in _READ.items()}
"""All that an observable can be about, by name."""


def read_quantities(staff: Staff, names: tuple[str, ...]) -> Values:
    """Return quantities of everyone in post, shape (people, names), CSWs first."""
    return np.stack([_READ[name][1](staff) for name in names], axis=1)


SAID = {
    "role_knowledge": "knows {share} of what the other service is and does",
    "confidence": "feels {share} able to work with the other service",
    "orientation": (
        "takes the work for {share} a joint enterprise, the rest for collecting what their own "
        "assessment needs"
    ),
    "wellbeing": "wellbeing {share}",
    "narrative": "holds a story of {signed} about the other service, from -1 bad to 1 good",
    "pressure": "cases ask for {plain} times the hours that there are",
    "strain": "strain {share}: the worse of lost wellbeing and of hours asked beyond those there",
    "alliance_protection": "{share} unwilling to risk the alliance with the parent",
    "belonging": "feels {share} owned by the local authority",
    "stance": "stance {share} restorative, the rest punitive",
    "perceived_image": "thinks that the other service sees them as {signed}, from -1 bad to 1 good",
    "anxiety": "worried to {share} about mental illness in their families",
    "mutual_knowledge": "the two services know at least {share} of each other",
    "image_gap": (
        "the story that the other service really holds, less the one they think it holds: {signed}"
    ),
    "contacts": "remembers {count} contacts with the other service",
    "thin_share": "{share} of the contacts that they remember were written or by phone",
    "extractive_share": (
        "asked without meaning to give in {share} of the contacts that they remember"
    ),
    "refusal_share": (
        "was told nothing, though there was something to ask, in {share} of the contacts that "
        "they remember"
    ),
    "alone_share": "made {share} of the decisions that they remember alone",
    "shared_depth": "collaboration in their shared families reaches {share} of its full depth",
    "engaged_together": (
        "their shared families are engaged to {share} where the two leads talk, 0 % without talk"
    ),
    "family_distrust": "distrust, or compliance beyond engagement, in their families: {share}",
    "missed_understanding": (
        "remembers joint plans that come to {count}, counted by the role knowledge that they lack"
    ),
    "knowing_helps": (
        "trust in those they know, above what the story makes of strangers: {points} points of 100"
    ),
    "face_to_face_helps": (
        "contacts in person went well {points} points of 100 more often than written ones and calls"
    ),
    "decided_over": (
        "remembers {count} decisions left unexplained or targets that could not be met"
    ),
}
"""Each quantity that is no bare memory, with its value as {share} in per cent, {points} in
hundredths with a sign, {signed} with a sign, {count}, or {plain}."""

_MEMORY = "remembered_"


def in_words(quantity: Quantity, value: float) -> str:
    """Return what somebody could speak of.

    >>> from colsim.calibration.interviewing.quantities import QUANTITIES
    >>> in_words(QUANTITIES["thin_share"], 0.241)
    '24 % of the contacts that they remember were written or by phone'
    >>> in_words(QUANTITIES["remembered_calmed"], 1.34)
    'remembers 1.3 times: was calmed by a conversation'
    """
    if quantity.name.startswith(_MEMORY):
        meaning = quantity.meaning.removeprefix("remembers: ")
        return f"remembers {value:.1f} times: {meaning}"
    return SAID[quantity.name].format(
        share=f"{100.0 * value:.0f} %",
        points=f"{100.0 * value:+.0f}",
        signed=f"{value:+.2f}",
        count=f"{value:.1f}",
        plain=f"{value:.2f}",
    )
