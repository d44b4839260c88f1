"""From a theme to a practitioner: which quantity makes somebody voice it, and how surely.

A practitioner voices a theme with the chance

    mention · expit((quantity − threshold) / scale + talkativeness)

(quantity and threshold change places where low values speak). Threshold and mention
are unknown and have ranges; the scale says how sharp the threshold is. Talkativeness is
the person's own, the same for all themes, so that what one person voices hangs together.
All of it is judgement: no source says how an experience becomes a sentence in an interview.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from colsim.calibration.quantities import QUANTITIES, Service

Direction = Literal["above", "below"]
Cell = tuple[str, Service]
"""A theme in one service."""

MENTION = (0.6, 0.85, 0.98)
"""Chance that it comes up in an interview with somebody who could speak of it. High, because
themes are made from what was voiced: what hardly ever comes up does not become one."""


@dataclass(frozen=True, slots=True)
class Observable:
    """What makes a practitioner of one service voice a theme.

    Raises:
        ValueError: an unknown quantity, a range out of order, or a scale that is not positive.
    """

    quantity: str
    threshold: tuple[float, float, float]
    """10th, 50th and 90th percentile of what it may be, in the quantity's unit."""
    scale: float
    """Distance from the threshold, in the quantity's unit, over which the odds change by e."""
    why: str
    direction: Direction = "above"
    mention: tuple[float, float, float] = MENTION
    weight: float = 1.0
    """0: shown, and not compared with."""

    def __post_init__(self) -> None:
        """Refuse what cannot be voiced."""
        if self.quantity not in QUANTITIES:
            raise ValueError(f"{self.quantity!r} is nothing that practitioners speak of")
        low, middle, high = self.threshold
        if not low <= middle <= high:
            raise ValueError(f"threshold {self.threshold} is not in order")
        if not 0 <= self.mention[0] <= self.mention[1] <= self.mention[2] <= 1:
            raise ValueError(f"mention {self.mention} is not in order, or outside 0 to 1")
        if not self.scale > 0:
            raise ValueError(f"scale {self.scale} is not above 0")
        if self.weight not in (0.0, 1.0):
            raise ValueError(f"weight {self.weight} is neither 0 nor 1")

    def sharper(self, factor: float) -> "Observable":
        """Return the observable with a threshold that is so many times as sharp."""
        return replace(self, scale=self.scale / factor)


@dataclass(frozen=True, slots=True)
class Measurement:
    """How interviews see the model: observables by theme and service, and what has none."""

    observables: Mapping[Cell, Observable]
    missing: Mapping[Cell, str] = field(default_factory=dict)
    """Themes that no state of the model can speak to, and why."""
    talkativeness: float = 0.7
    """Standard deviation between persons, in log-odds, of how readily they voice anything."""
    least_contacts: float = 1.0
    """Who remembers fewer contacts with the other service is asked only if too few remember."""


def _remembers(kind: str, why: str, *, at: float = 1.0, **more: float) -> Observable:
    """Return the observable of having had an experience: about `at` of it remembered."""
    return Observable(
        f"remembered_{kind}",
        (0.5 * at, at, 2.0 * at),
        0.4 * at,
        why,
        **more,  # type: ignore[arg-type]
    )


_STATE = 0.08
"""Scale of thresholds on states from 0 to 1: half of their usual spread between persons."""

STUDY: dict[Cell, Observable] = {
    ("T01", "CSW"): Observable("contacts", (0.5, 1, 2), 0.4, "has worked with the other service"),
    ("T01", "MHSW"): Observable("contacts", (0.5, 1, 2), 0.4, "has worked with the other service"),
    ("T02", "CSW"): Observable(
        "thin_share", (0.2, 0.35, 0.5), 0.1, "knows what letters and calls leave out"
    ),
    ("T02", "MHSW"): Observable(
        "thin_share", (0.2, 0.35, 0.5), 0.1, "knows what letters and calls leave out"
    ),
    ("T06", "MHSW"): _remembers(
        "understood_by_other", "what they told of the parent was understood", at=2.0
    ),
    ("T07", "MHSW"): Observable(
        "engaged_together", (0.1, 0.2, 0.35), 0.06, "families engage where the two work together"
    ),
    ("T08", "MHSW"): Observable(
        "shared_depth", (0.2, 0.35, 0.5), 0.08, "decisions in their families have two makers"
    ),
    ("T09", "CSW"): Observable(
        "orientation", (0.4, 0.5, 0.6), _STATE,
        "works with others to collect what their own assessment needs", "below",
    ),
    ("T10", "CSW"): _remembers(
        "family_trust_rose", "a family's trust rose when the two acted together", at=0.5
    ),
    ("T11", "CSW"): _remembers("calmed", "a conversation took away some of the fear"),
    ("T12", "CSW"): Observable(
        "alone_share", (0.4, 0.55, 0.7), 0.12, "carries most plans alone, and wants others to act"
    ),
    ("T13", "CSW"): Observable(
        "role_knowledge", (0.4, 0.5, 0.65), _STATE, "knows little of the other service", "below"
    ),
    ("T13", "MHSW"): Observable(
        "role_knowledge", (0.4, 0.5, 0.65), _STATE, "knows little of the other service", "below"
    ),
    ("T14", "CSW"): _remembers("given_up", "gave up a contact for want of time", at=0.5),
    ("T14", "MHSW"): Observable(
        "belonging", (0.3, 0.4, 0.5), _STATE, "does not feel owned by the authority", "below"
    ),
    ("T15", "MHSW"): _remembers("worker_change", "met one CSW after another in their families"),
    ("T16", "MHSW"): _remembers(
        "unexplained", "was not told why; or was given targets that could not be met", at=3.0
    ),
    ("T17", "MHSW"): _remembers("unprepared", "met a CSW who came unprepared", at=0.7),
    ("T18", "CSW"): Observable(
        "refusal_share", (0.08, 0.15, 0.3), 0.05, "was told nothing though there was to ask"
    ),
    ("T18", "MHSW"): Observable(
        "refusal_share", (0.08, 0.15, 0.3), 0.05, "the same measure as for CSWs"
    ),
    ("T19", "CSW"): Observable(
        "image_gap", (0.0, 0.2, 0.4), 0.12, "thinks worse of how they are seen than is the case"
    ),
    ("T20", "CSW"): Observable(
        "family_distrust", (0.4, 0.5, 0.65), _STATE, "families distrust, or comply in appearance"
    ),
    ("T21", "CSW"): Observable(
        "orientation", (0.35, 0.45, 0.55), _STATE, "the whole family is not their concern", "below"
    ),
    ("T22", "CSW"): Observable("strain", (0.4, 0.5, 0.6), _STATE, "unwell, or overloaded"),
    ("T22", "MHSW"): Observable("strain", (0.4, 0.5, 0.6), _STATE, "unwell, or overloaded"),
    ("T23", "CSW"): Observable(
        "missed_understanding", (0.1, 0.25, 0.5), 0.1, "had a good joint case, and knows too little"
    ),
    ("T23", "MHSW"): Observable(
        "missed_understanding", (0.1, 0.25, 0.5), 0.1, "had a good joint case, and knows too little"
    ),
    ("T24", "CSW"): Observable(
        "knowing_helps", (0.0, 0.1, 0.2), 0.06, "trusts those they know more than the story allows"
    ),
    ("T24", "MHSW"): Observable(
        "knowing_helps", (0.0, 0.1, 0.2), 0.06, "trusts those they know more than the story allows"
    ),
    ("T25", "CSW"): Observable(
        "face_to_face_helps", (0.05, 0.15, 0.3), 0.1, "it goes better when they meet"
    ),
    ("T25", "MHSW"): Observable(
        "face_to_face_helps", (0.05, 0.15, 0.3), 0.1, "it goes better when they meet"
    ),
    ("T26", "MHSW"): Observable(
        "belonging", (0.15, 0.25, 0.35), _STATE, "little holds their own values up", "below"
    ),
    ("T28", "CSW"): _remembers(
        "consultation", "was helped by the team that links the services", weight=0.0
    ),
    ("T28", "MHSW"): _remembers(
        "consultation", "was helped by the team that links the services", weight=0.0
    ),
}  # fmt: skip
"""Observables of the study's themes. T28 is shown and not compared with: the interviewer worked
in the linking team, and whoever she asked knew it."""

MISSING: dict[Cell, str] = {
    ("T03", "MHSW"): "hours that practitioners spend with parents are not followed one by one",
    ("T04", "CSW"): "contacts with other professions than the two services are not represented",
    ("T05", "MHSW"): "consultations within a mental health team are not represented",
    ("T27", "CSW"): "what somebody lived through in an earlier programme is not represented",
}
"""Themes of the study that no state of the model can speak to."""

STUDY_MEASUREMENT = Measurement(STUDY, MISSING)
