"""A workshop: how a room joins, and what its teams send to be compared in one go."""

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from colsim.core.measures import MEASURES
from colsim.dashboard.authority import base_of, onto
from colsim.dashboard.jobs import Job
from colsim.dashboard.live import events
from colsim.errors import UserError
from colsim.reporting.words import pounds, signed, tenths
from colsim.scenario.loading import LoadedScenario

if TYPE_CHECKING:
    from colsim.comparison.comparison import Comparison

MOST_TEAMS = 20
MOST_NAME = 30
"""Characters of a team's name."""
WORLDS = 20
MEASURES_TOLD = ("joint_plan_rate", "information_flow")


@dataclass(slots=True)
class Board:
    """What teams have sent, the same for all visitors of a workshop."""

    address: str
    """That the room opens."""
    changes: int = 0
    """Grows with each change, so that pages know when to look again."""
    _sent: dict[str, LoadedScenario] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, team: str, scenario: LoadedScenario) -> None:
        """Put a team's policy on the board, in the place of what it sent before.

        Raises:
            UserError: the name is none, or the board is full, or the scenario holds a staff list.
        """
        name = " ".join(team.split())
        if not 1 <= len(name) <= MOST_NAME or not name.isprintable():
            raise UserError(
                f"team: found {team[:60]!r}; allowed: a name of 1 to {MOST_NAME} characters"
            )
        if scenario.scenario.organisation.practitioners:
            raise UserError(
                "workshop: found a staff list, which others would see; allowed: policies in an "
                "example authority"
            )
        with self._lock:
            if name not in self._sent and len(self._sent) >= MOST_TEAMS:
                raise UserError(
                    f"workshop: found {MOST_TEAMS} teams on the board; allowed: no more"
                )
            self._sent[name] = scenario
            self.changes += 1

    def clear(self) -> None:
        """Take everything off the board."""
        with self._lock:
            self._sent.clear()
            self.changes += 1

    def teams(self) -> dict[str, LoadedScenario]:
        """Return what is on the board, by team, in the order in which teams came."""
        with self._lock:
            return dict(self._sent)


_open: list[Board] = []


def show(address: str | None) -> None:
    """Open a workshop at an address; None: there is none."""
    _open[:] = [] if address is None else [Board(address)]


def board() -> Board | None:
    """Return the board of the workshop that is open."""
    return _open[0] if _open else None


def picture_of(address: str) -> str:
    """Return the address as a QR code, an image's address; nothing where segno is missing."""
    try:
        import segno
    except ImportError:
        return ""
    return str(segno.make(address, error="m").svg_data_uri(scale=6, border=3))


def rows(teams: dict[str, LoadedScenario]) -> list[dict[str, Any]]:
    """Return what each team has sent, in words."""
    return [
        {
            "team": team,
            "levers": [f"{one['title']}: {one['words']}" for one in events(loaded.scenario)],
        }
        for team, loaded in teams.items()
    ]


def contest(teams: dict[str, LoadedScenario], seed: int = 1) -> Job:
    """Return the comparison of all teams' policies, in the authority of the first.

    Raises:
        UserError: nothing was sent, or it is too large for the page.
    """
    if not teams:
        raise UserError("workshop: found no team on the board; allowed: one or more")
    base = base_of(next(iter(teams.values())))
    laid = tuple(
        replace(onto(one, base), name=f"team_{k}") for k, one in enumerate(teams.values(), 1)
    )
    return Job((base, *laid), WORLDS, seed, most=1 + MOST_TEAMS)


def standings(result: "Comparison", teams: list[str]) -> list[dict[str, Any]]:
    """Return how each team's policy does, the most joint plans first."""
    found = []
    for team, name in zip(teams, result.names[1:], strict=True):
        row: dict[str, Any] = {"team": team, "cost": pounds(result.extra_cost(name)[0])}
        for measure in MEASURES_TOLD:
            d, about = result.of(name, measure), MEASURES[measure]
            row[measure] = signed(d.difference, about)
            row[f"{measure}_range"] = f"{signed(d.low, about)} to {signed(d.high, about)}"
            row[f"{measure}_better"] = tenths(d.better)
        row["harms"] = [o.about.title for o in result.besides(name) if o.kind == "harm"]
        found.append((result.of(name, MEASURES_TOLD[0]).difference, row))
    return [row for _, row in sorted(found, key=lambda pair: -pair[0])]
