"""Mesa agents as thin views: they hold an index, and every state lives in the core's arrays.

A state that is set is checked against its range and holds from there on;
derived values cannot be set.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.state import FACTS, MEMORIES

if TYPE_CHECKING:
    from colsim.model import CollaborationModel

CHANNELS = ("written", "phone", "face to face", "meeting")


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


def _refuse(agent: str, state: str, value: object, allowed: str) -> ValueError:
    return ValueError(f"{agent}.{state}: found {value!r}; allowed: {allowed}")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.floating)) and not isinstance(value, bool)


def _state(name: str, low: float, high: float, text: str) -> property:
    """Return a property over a record's field, checked against its range when set."""

    def get(self: "_View") -> float:
        return float(self._record[name])

    def put(self: "_View", value: float) -> None:
        if not _is_number(value) or not low <= value <= high:
            raise _refuse(type(self).__name__, name, value, f"a number from {low:g} to {high:g}")
        self._record[name] = value

    return property(get, put, doc=f"{text}, {low:g} to {high:g}.")


def _derived(name: str, kind: Callable[[Any], Any], text: str) -> property:
    """Return a read-only property over a record's field."""

    def get(self: "_View") -> Any:
        return kind(self._record[name])

    def put(self: "_View", value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__}.{name} follows from other states and cannot be set"
        )

    return property(get, put, doc=f"{text}. Read-only.")


class _View(mesa.Agent):  # type: ignore[misc]
    """An agent whose states are those of one record of the core."""

    model: "CollaborationModel"

    def __init__(self, model: "CollaborationModel", index: int) -> None:
        super().__init__(model)
        self.index = index

    @property
    def _record(self) -> Any:
        raise NotImplementedError  # pragma: no cover - each kind of agent has its own

    @property
    def name(self) -> str:
        """Name by origin, the same in every run of the same organisation."""
        raise NotImplementedError  # pragma: no cover

    def __repr__(self) -> str:
        """Return the kind and name."""
        return f"<{type(self).__name__} {self.name}>"


class Practitioner(_View):
    """Someone in post. When they leave, this agent goes and the successor is a new one."""

    def __init__(self, model: "CollaborationModel", index: int) -> None:
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
        """Service, authority, locality, row and succession, such as 'csw-0-1-12-0'."""
        post = self.model.world.posts[self.index]
        service = ("csw", "mhsw", "spanner")[post["service"]]
        return f"{service}-{post['authority']}-{post['locality']}-{post['row']}-{self._succession}"

    role_knowledge = _state("role_knowledge", 0, 1, "What they know of the other service")
    confidence = _state("confidence", 0, 1, "How able they feel to work with the other service")
    narrative = _state("narrative", -1, 1, "Story held about the other service")
    orientation = _state("orientation", 0, 1, "0 collecting information, 1 joint enterprise")
    wellbeing = _state("wellbeing", 0, 1, "Wellbeing")
    perceived_image = _state("perceived_image", -1, 1, "How they think they are seen")
    lean = _state("lean", -1, 1, "Fear (above 0) or optimism about mental illness")
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
        team = self.model.world.teams[self.team]
        posts = range(team["first_post"], team["first_post"] + team["posts"])
        found = (self.model.practitioner_at(post) for post in posts if post != self.index)
        return [person for person in found if person is not None]

    @property
    def families(self) -> list["Family"]:
        """The families that they lead."""
        return [family for family in self.model.families if self.index in family._leads]

    @property
    def ties(self) -> dict["Practitioner", Tie]:
        """Ties to people of the other service and to spanners (of a spanner: to everyone)."""
        return self.model.ties_of(self)


class ChildrensSocialWorker(Practitioner):
    """A children's social worker (CSW)."""

    stance = _state("stance", 0, 1, "0 punitive, 1 restorative")


class MentalHealthSocialWorker(Practitioner):
    """A mental health social worker (MHSW)."""

    alliance_protection = _state("alliance_protection", 0, 1, "Unwillingness to risk the alliance")
    belonging = _state("belonging", 0, 1, "Felt ownership by the local authority")


class BoundarySpanner(Practitioner):
    """A boundary spanner."""


KINDS: dict[int, type[Practitioner]] = {
    CSW: ChildrensSocialWorker,
    MHSW: MentalHealthSocialWorker,
    BS: BoundarySpanner,
}


class Family(_View):
    """A family that both services know, or could."""

    @property
    def _record(self) -> Any:
        return self.model.world.families[self.index]

    @property
    def name(self) -> str:
        """Locality, week of arrival and place, such as 'family-1-w30-412'."""
        record = self._record
        return f"family-{record['locality']}-w{record['arrival']}-{self.index}"

    severity = _state("severity", 0, 1, "Severity of the parent's mental ill-health")
    complexity = _state("complexity", 0, 1, "Complexity")
    improvement = _state("improvement", 0, 1, "Improvement of the child's risk")
    anxiety = _state("anxiety", 0, 1, "The family's anxiety and stigma")
    csw_anxiety = _state("csw_anxiety", 0, 1, "The CSW's anxiety about this case")
    engagement = _state("engagement", 0, 1, "Real engagement")
    compliance = _state("compliance", 0, 1, "Shown compliance")
    risk = _derived("risk", float, "True risk of the child")
    consent = _derived("consent", bool, "Consent to share")
    plans = _derived("plans", int, "Plans made in this episode")
    depth = _derived("depth", int, "Depth of collaboration of the last plan, 0 to 4")
    escalated = _derived("escalated", bool, "Whether the case escalated")
    active = _derived("active", bool, "Whether any service is open")
    locality = _derived("locality", int, "Number of the locality")

    def _pair(self, name: str, s: int) -> float:
        return float(self._record[name][s])

    def _set_pair(self, name: str, s: int, value: float) -> None:
        if not _is_number(value) or not 0 <= value <= 1:
            raise _refuse("Family", f"{name}_{'csc' if s == 0 else 'amh'}", value, "0 to 1")
        self._record[name][s] = value

    trust_csc = property(
        lambda self: self._pair("trust", 0), lambda self, x: self._set_pair("trust", 0, x)
    )
    """Trust in children's social care, 0 to 1."""
    trust_amh = property(
        lambda self: self._pair("trust", 1), lambda self, x: self._set_pair("trust", 1, x)
    )
    """Trust in adult mental health, 0 to 1."""
    belief_csw = property(
        lambda self: self._pair("belief", 0), lambda self, x: self._set_pair("belief", 0, x)
    )
    """The CSW's belief about the risk, 0 to 1."""
    belief_mhsw = property(
        lambda self: self._pair("belief", 1), lambda self, x: self._set_pair("belief", 1, x)
    )
    """The MHSW's belief about the risk, 0 to 1."""

    @property
    def _leads(self) -> tuple[int, int]:
        csw, mhsw = self._record["lead"].tolist()
        return csw, mhsw

    @property
    def csw(self) -> Practitioner | None:
        """The CSW who leads, if any."""
        return self.model.practitioner_at(self._leads[0])

    @property
    def mhsw(self) -> Practitioner | None:
        """The MHSW who leads, if any."""
        return self.model.practitioner_at(self._leads[1])

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
        """
        s = {"csw": 0, "mhsw": 1}[holder]
        held = int(self._record["received" if received else "known"][s])
        return frozenset(x for x in range(FACTS) if held >> x & 1)

    @property
    def contact(self) -> str | None:
        """This week's contact between the leads: its channel, 'in vain', or None."""
        channel = int(self._record["contact"])
        return None if channel == -1 else "in vain" if channel == -2 else CHANNELS[channel]
