"""What a visitor asks beside a comparison: what if, and which policies to take for the money.

What was typed is held as typed, and read when it is asked: every fault is then named at once.
"""

from dataclasses import dataclass
from typing import Any

from colsim.answers.question import Limit
from colsim.core.parameters import PARAMETERS
from colsim.dashboard.limits import check_comparison
from colsim.dashboard.money import Search, amount_of
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.observed import COMPARED
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.naming import key_in_words
from colsim.scenario.shipped import CIRCUMSTANCE, list_presets

MOST_TYPED = 400
"""Characters of a field."""
_WHOLE = "a whole number from 1"
_WEEK = "a policy week from 1"
_SET = ("parameters.", "levers.")
"""What `set` may change on a page: nothing that reads a file, or makes an authority larger."""


def circumstances() -> list[dict[str, str]]:
    """Return the shipped circumstances, by name and title."""
    return [{"name": one.name, "title": one.title} for one in list_presets(CIRCUMSTANCE)]


def numbers() -> list[dict[str, str]]:
    """Return the uncertain numbers of the model, as they are set to their default, and in words."""
    return [
        {"value": f"{key}={one.default:g}", "title": key_in_words(key)}
        for one in PARAMETERS.values()
        if one.uncertain
        for key in [f"parameters.{one.name}"]
    ]


def harms() -> list[dict[str, str]]:
    """Return limits of harm for shares that can get worse, 2 percentage points each, in words."""
    return [
        {
            "value": str(Limit(name, -2.0 if one.better == "higher" else 2.0)),
            "title": f"{one.title}: no more than 2 percentage points worse",
        }
        for name, one in COMPARED.items()
        if one.harm and one.better != "neither" and one.unit.startswith("share")
    ]


@dataclass(frozen=True, slots=True)
class WhatIfForm:
    """Changes of circumstances, as typed; empty: not asked."""

    ends: str = ""
    delivered: str = ""
    recruitment: str = ""
    set: str = ""
    under: str = ""

    def read(self) -> dict[str, Any]:
        """Return the changes, as for `what_ifs`.

        Raises:
            UserError: one is no number, is not allowed on a page, or none is asked for.
        """
        faults: list[str] = []
        found: dict[str, Any] = {}
        whole = _number(self.ends, "--ends", _WEEK, faults)
        if whole is not None:
            found["ends"] = int(whole)
            if whole != int(whole):
                faults.append(f"--ends: {refusal(self.ends.strip(), _WEEK)}")
        for key in ("delivered", "recruitment"):
            share = _number(getattr(self, key), f"--{key}", "a share above 0 up to 1", faults)
            if share is not None:
                found[key] = share
        settings = self.set.split()
        for one in settings:
            if not one.startswith(_SET):
                allowed = "parameters.NAME=VALUE or levers.NAME.KEY=VALUE on this page"
                faults.append(f"--set: {refusal(repr(one[:60]), allowed)}")
        if settings:
            found["settings"] = settings
        known = [one["name"] for one in circumstances()]
        if self.under and self.under not in known:
            near = nearest(self.under, known)
            faults.append(f"--under: {refusal(repr(self.under[:60]), ', '.join(known), near)}")
        elif self.under:
            found["under"] = (self.under,)
        if faults:
            raise UserError("\n".join(faults))
        if not found:
            raise UserError(
                "what if: found nothing; allowed: a week in which the money ends, a share that is "
                "delivered, a share of posts that is filled, a circumstance, or a number"
            )
        return found


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What is to be chosen, as typed."""

    budget: str = ""
    pick: str = "2"
    goal: str = "joint_plans"
    no_harm: str = ""
    """Limits of harm, such as assessed_in_time:-2, with spaces between them."""

    def search(self, base: LoadedScenario, worlds: int, seed: int) -> Search:
        """Return the search that it asks for, as `colsim choose` makes it.

        Raises:
            UserError: something typed is not allowed, or the authority is too large.
        """
        faults: list[str] = []
        budget, pick = 0.0, 1
        try:
            budget = amount_of(self.budget, "--budget")
        except UserError as error:
            faults.append(str(error))
        found = _number(self.pick, "--pick", _WHOLE, faults)
        if found is not None:
            pick = int(found)
            if found != pick:
                faults.append(f"--pick: {refusal(self.pick.strip(), _WHOLE)}")
        limits = tuple(self.no_harm.split())
        if faults:
            raise UserError("\n".join(faults))
        check_comparison([base.scenario, base.scenario], worlds)
        return Search(base, budget, seed, worlds=worlds, pick=pick, goal=self.goal, no_harm=limits)


def _number(text: str, option: str, allowed: str, faults: list[str]) -> float | None:
    """Return a number that was typed; None if nothing was, or if it is none, which is a fault."""
    if not text.strip():
        return None
    try:
        value = float(text[:MOST_TYPED])
        if value == value and abs(value) < 1e9:
            return value
    except ValueError:
        pass
    faults.append(f"{option}: {refusal(repr(text.strip()[:60]), allowed)}")
    return None
