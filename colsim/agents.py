"""Mesa agents as thin views: they hold an index, and every state lives in the core's arrays.

A state that is set is checked against its range and holds from there on: the
week goes on from it. Derived values cannot be set.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.names import Consent
from colsim.core.state import FACTS, MEMORIES
from colsim.core.view import members_of, spanner_ties_of, ties_of
from colsim.presence import Holder, View

CHANNELS = ("written", "phone", "face to face", "meeting")
SPANNER_WORK = ("visits", "consultation", "facilitation", "workshops", "challenge")


class Tie(NamedTuple):
    """A tie as one of its ends sees it."""

    familiarity: float
    """Shared by the two, 0 to 1."""
    trust: float
    """Of this end in the other, 0 to 1."""
    trusted: float
    """Of the other in this end, 0 to 1; NaN where the model has none (spanners)."""
    last_contact: int
    """Week counted from the start of the burn-in; -1 where the model keeps none (spanners)."""


def _check(agent: object, state: str, value: object, low: float, high: float) -> float:
    """Return a value as a float.

    Raises:
        ValueError: it is no number, or out of range.
    """
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    if is_number and not isinstance(value, bool):
        number = float(value)  # type: ignore[arg-type]
        if low <= number <= high:
            return number
    raise ValueError(
        f"{type(agent).__name__}.{state}: found {value!r}; "
        f"allowed: a number from {low:g} to {high:g}"
    )


def _state(name: str, low: float, high: float, text: str) -> property:
    """Return a property over a record's field, checked against its range when set."""

    def get(self: "View") -> float:
        return float(self._record[name])

    def put(self: "View", value: float) -> None:
        self._record[name] = _check(self, name, value, low, high)

    return property(get, put, doc=f"{text}, {low:g} to {high:g}.")


def _one_of_two(name: str, field: str, s: int, text: str) -> property:
    """Return a property from 0 to 1 over service s of a field that holds one value for each."""

    def get(self: "View") -> float:
        return float(self._record[field][s])

    def put(self: "View", value: float) -> None:
        self._record[field][s] = _check(self, name, value, 0, 1)

    return property(get, put, doc=f"{text}, 0 to 1.")


def _flag(name: str, text: str) -> property:
    """Return a property over a truth value."""

    def get(self: "View") -> bool:
        return bool(self._record[name])

    def put(self: "View", value: bool) -> None:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(
                f"{type(self).__name__}.{name}: found {value!r}; allowed: True or False"
            )
        self._record[name] = value

    return property(get, put, doc=f"{text}.")


def _derived(name: str, kind: Callable[[Any], Any], text: str) -> property:
    """Return a read-only property over a record's field."""

    def get(self: "View") -> Any:
        return kind(self._record[name])

    def put(self: "View", value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__}.{name} follows from other states and cannot be set"
        )

    return property(get, put, doc=f"{text}. Read-only.")


class Practitioner(View):
    """Someone in post. When they leave, this agent goes and the successor is a new one."""

    def __init__(self, model: Holder, index: int) -> None:
        """Make the view of the present holder of a post."""
        super().__init__(model, index)
        self._succession = int(model.world.practitioners[index]["succession"])

    @property
    def _record(self) -> Any:
        record = self.model.world.practitioners[self.index]
        if not record["filled"] or record["succession"] != self._succession:
            raise LookupError(f"{self.name} has left")
        return record

    @property
    def in_post(self) -> bool:
        """Whether this person still holds the post."""
        record = self.model.world.practitioners[self.index]
        return bool(record["filled"] and record["succession"] == self._succession)

    @property
    def name(self) -> str:
        """Service, authority, locality, team, seat and succession, such as 'csw-0-1-2-5-0'."""
        return f"{self.model.post_names[self.index]}-{self._succession}"

    role_knowledge = _state("role_knowledge", 0, 1, "What they know of the other service")
    confidence = _state("confidence", 0, 1, "How able they feel to work with the other service")
    narrative = _state("narrative", -1, 1, "Story held about the other service")
    orientation = _state("orientation", 0, 1, "0 collecting information, 1 joint enterprise")
    wellbeing = _state("wellbeing", 0, 1, "Wellbeing")
    perceived_image = _state("perceived_image", -1, 1, "How they think they are seen")
    lean = _state("lean", -1, 1, "Fear (above 0) or optimism about mental illness")
    caution = _state("caution", -1, 1, "How narrowly they read the law on sharing")
    pressure = _derived("pressure", float, "Hours demanded over hours available")
    background = _derived("background", float, "Background cases")
    shared_load = _derived("shared_load", int, "Families led")
    budget = _derived("budget", float, "Hours left for collaboration this week")
    spent = _derived("spent", float, "Hours spent on collaboration this week")
    tenure = _derived("tenure", int, "Weeks in post")

    @property
    def caseload(self) -> float:
        """Background cases and families led."""
        return float(self.background) + int(self.shared_load)

    @property
    def hours(self) -> float:
        """Hours a week under contract."""
        return float(self.model.world.posts[self.index]["hours"])

    @property
    def authority(self) -> int:
        """Number of the authority."""
        return int(self.model.world.posts[self.index]["authority"])

    @property
    def locality(self) -> int:
        """Number of the locality; -1 for spanners."""
        return int(self.model.world.posts[self.index]["locality"])

    @property
    def team(self) -> int:
        """Number of the team; -1 for spanners."""
        return int(self.model.world.posts[self.index]["team"])

    @property
    def memory(self) -> dict[str, float]:
        """Fading counts of remembered experiences by kind."""
        return dict(zip(MEMORIES, self._record["memory"].tolist(), strict=True))

    @property
    def teammates(self) -> list["Practitioner"]:
        """The others in the team."""
        if self.team < 0:
            return []
        posts = members_of(self.model.world, self.team)
        found = (self.model.practitioner_at(post) for post in posts if post != self.index)
        return [person for person in found if person is not None]

    @property
    def families(self) -> list["Family"]:
        """The families that they lead; a spanner leads none."""
        leads = self.model.world.families["lead"][self.model.active]
        led = self.model.active[(leads == self.index).any(axis=1)]
        return [self.model.family_at(index) for index in led.tolist()]

    @property
    def ties(self) -> dict["Practitioner", Tie]:
        """Ties to people of the other service whom they have met, and to spanners.

        A spanner has ties to CSWs and MHSWs.
        """
        found = {}
        for post, tie in (*self._service_ties(), *self._spanner_ties()):
            other = self.model.practitioner_at(post)
            if other is not None:
                found[other] = tie
        return found

    def _service_ties(self) -> Iterator[tuple[int, Tie]]:
        """Yield ties to the other service, as the other's post and the tie."""
        if isinstance(self, BoundarySpanner):
            return
        ties = ties_of(self.model.world, self.authority)
        others, places = ties.with_post(self.index)
        of_csw, of_mhsw = ties.trust_of_csw[places], ties.trust_of_mhsw[places]
        mine, theirs = (of_csw, of_mhsw) if self.index in ties.csws else (of_mhsw, of_csw)
        familiarity, last = ties.familiarity[places], ties.last[places]
        for k in np.flatnonzero(last >= 0).tolist():
            tie = Tie(float(familiarity[k]), float(mine[k]), float(theirs[k]), int(last[k]))
            yield others[k], tie

    def _spanner_ties(self) -> Iterator[tuple[int, Tie]]:
        """Yield ties of a spanner, or to spanners, as the other's post and the tie."""
        ties = spanner_ties_of(self.model.world, self.authority)
        others, places = ties.with_post(self.index)
        familiarity, trust = ties.familiarity[places], ties.trust[places]
        # The model keeps the trust of a practitioner in a spanner alone.
        trusted = isinstance(self, BoundarySpanner)
        for k in np.flatnonzero(familiarity > 0).tolist():
            ends = (math.nan, float(trust[k])) if trusted else (float(trust[k]), math.nan)
            yield int(others[k]), Tie(float(familiarity[k]), *ends, -1)


class ChildrensSocialWorker(Practitioner):
    """A children's social worker (CSW)."""

    stance = _state("stance", 0, 1, "0 punitive, 1 restorative")


class MentalHealthSocialWorker(Practitioner):
    """A mental health social worker (MHSW)."""

    alliance_protection = _state("alliance_protection", 0, 1, "Unwillingness to risk the alliance")
    belonging = _state("belonging", 0, 1, "Felt ownership by the local authority")


class BoundarySpanner(Practitioner):
    """A boundary spanner."""

    @property
    def hours_left(self) -> dict[str, float]:
        """Hours left this week, by kind of work."""
        return dict(zip(SPANNER_WORK, self._record["hours_left"].tolist(), strict=True))


KINDS: dict[int, type[Practitioner]] = {
    CSW: ChildrensSocialWorker,
    MHSW: MentalHealthSocialWorker,
    BS: BoundarySpanner,
}


class Family(View):
    """A family that both services know, or could."""

    @property
    def _record(self) -> Any:
        return self.model.world.families[self.index]

    @property
    def name(self) -> str:
        """Authority, locality, week of arrival and ordinal, such as 'family-0-1-w30-0'."""
        return self.model.family_names[self.index]

    severity = _state("severity", 0, 1, "Severity of the parent's mental ill-health")
    complexity = _state("complexity", 0, 1, "Complexity")
    improvement = _state("improvement", 0, 1, "Improvement of the child's risk")
    anxiety = _state("anxiety", 0, 1, "The family's anxiety and stigma")
    csw_anxiety = _state("csw_anxiety", 0, 1, "The CSW's anxiety about this case")
    engagement = _state("engagement", 0, 1, "Real engagement")
    compliance = _state("compliance", 0, 1, "Shown compliance")
    risk = _derived("risk", float, "True risk of the child")
    trust_csc = _one_of_two("trust_csc", "trust", 0, "Trust in children's social care")
    trust_amh = _one_of_two("trust_amh", "trust", 1, "Trust in adult mental health")
    belief_csw = _one_of_two("belief_csw", "belief", 0, "The CSW's belief about the risk")
    belief_mhsw = _one_of_two("belief_mhsw", "belief", 1, "The MHSW's belief about the risk")
    consent_state = _derived(
        "consent", lambda found: Consent(found).name.lower(), "not_asked, given, refused, withdrawn"
    )
    split = _derived("split", bool, "Whether the family tells its two workers different things")
    heard = _derived("heard", bool, "Whether the child was seen and heard since the last plan")
    delivery = _derived("delivery", float, "Share of the last plan that is delivered")
    wrong = _derived("wrong", bool, "Whether the last plan rests on an error about the risk")
    plans = _derived("plans", int, "Plans made in this episode")
    achievable = _derived("achievable", bool, "Whether the last plan's targets can be met")
    contacted = _derived("contacted", bool, "Whether the leads had contact since the last plan")
    talked = _derived("talked", bool, "Whether they talked since the last plan")
    discussed = _derived("discussed", bool, "Whether they discussed the risk since then")
    in_passing = _derived("in_passing", bool, "Whether this week's contact is a talk in passing")
    appointed = _derived("appointed", bool, "Whether the leads have arranged to meet next week")
    forced = _derived("forced", bool, "Whether a rule brought this week's contact about")
    depth = _derived("depth", int, "Depth of collaboration of the last plan, 0 to 4")
    escalated = _derived("escalated", bool, "Whether the case escalated")
    active = _derived("active", bool, "Whether any service is open")
    locality = _derived("locality", int, "Number of the locality")

    @property
    def consent(self) -> bool:
        """Whether the family agrees that the services share; to set it is its answer."""
        return bool(self._record["consent"] == Consent.GIVEN)

    @consent.setter
    def consent(self, value: bool) -> None:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(
                f"{type(self).__name__}.consent: found {value!r}; allowed: True or False"
            )
        self._record["consent"] = Consent.GIVEN if value else Consent.REFUSED

    @property
    def _leads(self) -> tuple[int, int]:
        csw, mhsw = self._record["lead"].tolist()
        return csw, mhsw

    @property
    def csw(self) -> Practitioner | None:
        """The CSW who leads, if any."""
        person: Practitioner | None = self.model.practitioner_at(self._leads[0])
        return person

    @property
    def mhsw(self) -> Practitioner | None:
        """The MHSW who leads, if any."""
        person: Practitioner | None = self.model.practitioner_at(self._leads[1])
        return person

    @property
    def leads(self) -> tuple[Practitioner, ...]:
        """The practitioners who lead, CSW first."""
        return tuple(person for person in (self.csw, self.mhsw) if person is not None)

    @property
    def status(self) -> str:
        """'both', 'CSC', 'AMH' or 'closed'."""
        if not self.active:
            return "closed"
        csc, amh = self._record["open"].tolist()
        return "both" if csc and amh else "CSC" if csc else "AMH"

    @property
    def shared(self) -> bool:
        """Whether both services are open."""
        return self.status == "both"

    def facts(self, holder: str, *, received: bool = False) -> frozenset[int]:
        """Return the facts (0-7 child's side, 8-15 parent's side) that a lead understands.

        Args:
            holder: 'csw' or 'mhsw'.
            received: instead those that were received but not understood.

        Raises:
            ValueError: holder is neither.

        Example:
            >>> from colsim import CollaborationModel
            >>> family = CollaborationModel("desktop").families[0]
            >>> family.facts("csw") & family.facts("csw", received=True)
            frozenset()
        """
        if holder not in ("csw", "mhsw"):
            raise ValueError(f"holder: found {holder!r}; allowed: 'csw' or 'mhsw'")
        s = CSW if holder == "csw" else MHSW
        held = int(self._record["received" if received else "known"][s])
        return frozenset(x for x in range(FACTS) if held >> x & 1)

    @property
    def contact(self) -> str | None:
        """This week's contact between the leads: its channel, 'in vain', or None."""
        channel = int(self._record["contact"])
        if not self.active:
            return None
        return None if channel == -1 else "in vain" if channel == -2 else CHANNELS[channel]
