"""The twin: initialisation (7.1), the week's order of phases and of authorities (3)."""

import math
from collections.abc import Mapping
from typing import Any

import mesa

from colsim.core.layout import BS, CSW, MHSW, Layout
from colsim.core.levers import LeverTable
from colsim.core.measures import LATENCY_CAP, TOTALS
from colsim.core.numerics import poisson
from colsim.core.parameters import PARAMETERS
from colsim.core.rng import Purpose as P
from colsim.core.rng import combine
from colsim.plain import draws as kinds_of_draws
from colsim.plain.agents import KIND_OF_SERVICE, Family, Practitioner
from colsim.plain.contact import contact
from colsim.plain.discover import discover
from colsim.plain.encounter import encounter
from colsim.plain.exchange import exchange
from colsim.plain.experience import experience
from colsim.plain.intake import intake
from colsim.plain.live import live
from colsim.plain.narrate import narrate
from colsim.plain.observe import observe
from colsim.plain.places import Locality, Numbers, Places
from colsim.plain.plan import plan
from colsim.plain.policy import policy
from colsim.plain.snapshot import snapshot
from colsim.plain.span import span
from colsim.plain.train import train
from colsim.plain.workforce import workforce

PHASES = (
    policy,
    train,
    intake,
    discover,
    encounter,
    contact,
    span,
    exchange,
    experience,
    narrate,
    plan,
    live,
    workforce,
    observe,
)


class Twin(mesa.Model):  # type: ignore[misc]
    """One run; `week` is the number of weeks done, `t` the week being lived.

    Args:
        layout: who could work where.
        levers: the policy.
        parameters: values that replace the defaults.
        seed: names the chance of the run.
        weeks: weeks after the burn-in.
        burn_in: weeks before policy time 0.
        draws: "keyed", or "random" for draws from one generator.
    """

    def __init__(
        self,
        layout: Layout,
        levers: LeverTable,
        parameters: Mapping[str, float] | None = None,
        *,
        seed: int,
        weeks: int,
        burn_in: int,
        draws: str = "keyed",
    ):
        super().__init__(rng=0)  # every draw comes from self.draws
        self.levers = levers
        self.burn_in = burn_in
        self.horizon = burn_in + weeks
        self.week = 0
        self.t = 0
        self._set_parameters(parameters or {})
        self.draws = kinds_of_draws.KINDS[draws](seed)
        self.places = Places(layout)
        self._begin_totals()
        self.latency = [[0] * (LATENCY_CAP + 1) for _ in (CSW, MHSW)]
        self._staff()
        self._found_families()

    def _set_parameters(self, changes: Mapping[str, float]) -> None:
        for name in changes:
            if name not in PARAMETERS:
                raise KeyError(f"{name!r} is no parameter of the model")
        values = {name: entry.default for name, entry in PARAMETERS.items()} | dict(changes)
        p = Numbers(**{name: float(value) for name, value in values.items()})
        self.p = p
        self.richness = [(c + 1) / 4 for c in range(4)]
        self.hours = [p.hours_meeting * rho * rho for rho in self.richness]
        self.carry = [p.carry * rho for rho in self.richness]
        self.seat_mean = 1.0
        if p.seat_decay > 0:
            self.seat_mean = (1 - math.exp(-p.seat_decay)) / p.seat_decay
        self.half_keep = math.exp(-0.6931471805599453 / p.half_life)
        self.tie_keep = math.exp(math.log(p.tie_retention) / 52)

    def _staff(self) -> None:
        """Fill every CSW and MHSW post with its first holder."""
        for post in self.places.posts:
            if post.service == BS:
                continue
            i = KIND_OF_SERVICE[post.service](self, post, 0.0)
            i.tenure = self._tenure(i)
            post.holder = i

    def _tenure(self, i: Practitioner) -> int:
        """Return weeks in post, as if people had left at one rate for ever."""
        leave = self.p.leave_csw if i.service == CSW else self.p.leave_mhsw
        if leave == 0:
            return 0
        return math.floor(-math.log(1 - self.draws.B(i, P.TENURE)) / leave * 52)

    def _found_families(self) -> None:
        """Draw all families of the run: the initial stock, and all who will arrive."""
        B = self.draws.B
        for authority in self.places.authorities:
            for locality in authority.localities:
                number = poisson(locality.shared_families, B(locality, P.STOCK))
                for f in self._born(locality, 0, number):
                    f.active = True
                    f.open = [True, True]
                    f.plans = 1
                    f.shared_since = 0
                    f.cycle_length = 13
                    f.cycle_start = -int(13 * B(f, P.AGE))
                    authority.active.append(f)
            for t in range(self.horizon):
                for locality in authority.localities:
                    rate = locality.shared_families * self.p.arrival_rate
                    number = poisson(rate, B(locality, P.ARRIVALS, t))
                    newcomers = self._born(locality, t + 1, number)
                    authority.arriving.setdefault(t, []).extend(newcomers)

    def _born(self, locality: Locality, a: int, number: int) -> list[Family]:
        key = combine(locality.origin, a)
        families = [Family(self, locality, combine(key, ordinal)) for ordinal in range(number)]
        locality.authority.families.extend(families)
        return families

    def _begin_totals(self) -> None:
        self.totals = dict.fromkeys(TOTALS, 0.0)

    def count(self, name: str, amount: float = 1.0) -> None:
        """Add to a total of this week."""
        self.totals[name] += amount

    def families(self) -> list[Family]:
        """Return all families of the run, authority by authority."""
        return [f for authority in self.places.authorities for f in authority.families]

    def step(self) -> None:
        """Live one week."""
        if self.week >= self.horizon:
            raise RuntimeError(f"the run ends after {self.horizon} weeks")
        self.t = self.week
        self.draws.begin_week(self.t)
        # Authorities do not touch each other: each has sums of its own, which are then added.
        whole = dict.fromkeys(TOTALS, 0.0)
        for authority in self.places.authorities:
            self._begin_totals()
            for phase in PHASES:
                phase(self, authority)
            whole = {name: value + self.totals[name] for name, value in whole.items()}
        self.totals = whole
        self.week += 1

    def run(self) -> None:
        """Live all weeks that are left."""
        while self.week < self.horizon:
            self.step()

    def snapshot(self) -> dict[str, Any]:
        """Return all states as plain values."""
        return snapshot(self)
