"""The change that a policy makes by form: how far an answer hangs on how a mechanism works.

A form's *margin* at one of its values is what the worlds show that hold it, whatever their other
forms and numbers are. Matched worlds come in an order in which every stretch holds each value in
nearly the same share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.parameters import PARAMETERS
from colsim.experiments.difference import over_worlds
from colsim.reporting.files import finite
from colsim.scenario.naming import title_of, within

Values = npt.NDArray[np.float64]
HIGH, LOW = 0.8, 0.2
"""Shares of worlds in which one policy must be ahead of another under one value of a form, and at
most under another, before the ranking is said to flip."""
FEWEST = 10
"""Worlds of a value below which it is judged by nobody."""


@dataclass(frozen=True, slots=True)
class Margin:
    """A policy's change under one value of a form."""

    form: str
    value: str
    scenario: str
    worlds: int
    share: float
    """Of the worlds lived, those that hold the value: its weight."""
    difference: float
    """Median over these worlds; NaN where they are too few."""
    low: float
    high: float
    better: float
    """Share of them in which the policy is better than the baseline."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Two policies whose order turns round with a form."""

    form: str
    one: str
    other: str
    ahead_under: str
    """Value under which the first is ahead, and in which share of worlds."""
    ahead: float
    behind_under: str
    behind: float


@dataclass(frozen=True, slots=True)
class ByForm:
    """What a comparison shows by form, in one measure."""

    measure: str
    margins: tuple[Margin, ...]
    leaders: Mapping[str, Mapping[str, str]]
    """Form -> value -> the policy with the greatest median change."""
    leads: Mapping[str, Mapping[str, float]]
    """Form -> policy -> share of weight of the form's values under which it leads."""
    flips: tuple[Flip, ...]

    def of(self, scenario: str) -> list[Margin]:
        """Return a policy's margins."""
        return [one for one in self.margins if one.scenario == scenario]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, what is not there as None."""
        return {
            "measure": self.measure,
            "margins": [finite(asdict(one)) for one in self.margins],
            "leaders": {form: dict(by) for form, by in self.leaders.items()},
            "leads": {form: dict(by) for form, by in self.leads.items()},
            "ranking_flips": [asdict(one) for one in self.flips],
            "rule": {"ahead_from": HIGH, "behind_to": LOW, "fewest_worlds": FEWEST},
        }


def forms_in(parameters: Sequence[Mapping[str, float]]) -> dict[str, list[str]]:
    """Return each form that differs between worlds, with its value in each, by name.

    Args:
        parameters: of each world.
    """
    found = {}
    for name, p in PARAMETERS.items():
        if p.kind == "form":
            told = {choice.value: choice.name for choice in p.choices}
            values = [told[one.get(name, p.default)] for one in parameters]
            if len(set(values)) > 1:
                found[name] = values
    return found


def by_form(
    measure: str,
    names: Sequence[str],
    gains: Values,
    forms: Mapping[str, Sequence[str]],
    baseline: str | None = None,
) -> ByForm:
    """Return the change by form.

    Args:
        measure: its name.
        names: of the policies.
        gains: change of each, so that more is better, shape (policies, worlds).
        forms: form -> value in each world.
        baseline: name of what gains are counted from, if a policy may fall behind it too.
    """
    margins, leaders, leads, flips = [], {}, {}, list[Flip]()
    for form, values in forms.items():
        holds = {
            choice.name: np.array([value == choice.name for value in values])
            for choice in PARAMETERS[form].choices
        }
        own = {}
        for value, mask in holds.items():
            for k, name in enumerate(names):
                margin = _margin(form, value, name, gains[k], mask)
                margins.append(margin)
                own[value, name] = margin
        judged = [v for v in holds if own[v, names[0]].worlds >= FEWEST] if names else []
        leaders[form] = {v: _leader(names, [own[v, n].difference for n in names]) for v in judged}
        whole = sum(own[v, names[0]].share for v in judged) or 1.0
        leads[form] = {
            name: sum(own[v, name].share for v in judged if leaders[form][v] == name) / whole
            for name in names
        }
        every = gains if baseline is None else np.vstack([gains, np.zeros_like(gains[:1])])
        told = names if baseline is None else [*names, baseline]
        flips += _flips(form, told, every, {v: holds[v] for v in judged})
    return ByForm(measure, tuple(margins), leaders, leads, tuple(flips))


def _leader(names: Sequence[str], middles: Sequence[float]) -> str:
    return names[int(np.nanargmax(middles))]


def _margin(form: str, value: str, name: str, gains: Values, mask: npt.NDArray[np.bool_]) -> Margin:
    mine = gains[mask & np.isfinite(gains)]
    few = len(mine) < FEWEST
    low, middle, high = over_worlds(mine[:0] if few else mine)
    better = float("nan") if few else float((mine > 0).mean())
    return Margin(form, value, name, len(mine), float(mask.mean()), middle, low, high, better)


def _flips(
    form: str,
    names: Sequence[str],
    gains: Values,
    holds: Mapping[str, npt.NDArray[np.bool_]],
) -> list[Flip]:
    """Return the pairs of policies whose order turns round between two values of a form."""
    found = []
    for j, one in enumerate(names):
        for k in range(j + 1, len(names)):
            lead = gains[j] - gains[k]
            ahead = {v: float((lead[m & np.isfinite(lead)] > 0).mean()) for v, m in holds.items()}
            if not ahead:
                continue
            most, least = max(ahead, key=lambda v: ahead[v]), min(ahead, key=lambda v: ahead[v])
            if ahead[most] >= HIGH and ahead[least] <= LOW:
                found.append(Flip(form, one, names[k], most, ahead[most], least, ahead[least]))
    return found


def first_sentence(found: ByForm, labels: Mapping[str, str]) -> str | None:
    """Return what must be said first where the ranking flips, None where it does not."""
    if not found.flips:
        return None
    one = found.flips[0]
    more = "" if len(found.flips) == 1 else f" ({len(found.flips)} such pairs in all)"
    return (
        f"The ranking flips with {within(title_of(one.form))} ({one.form}): {labels[one.one]} is "
        f"ahead of {labels[one.other]} in {one.ahead:.0%} of worlds if {_said(one.ahead_under)}, "
        f"and in {one.behind:.0%} if {_said(one.behind_under)}{more}."
    )


def _said(value: str) -> str:
    return value.replace("_", " ")


def block(found: ByForm, labels: Mapping[str, str]) -> list[str]:
    """Return a short block for under the table: a line a form that makes a difference.

    Args:
        found: the change by form, in shares.
        labels: name of each policy to how people know it.
    """
    lines = []
    for form, leaders in found.leaders.items():
        if not leaders:
            continue
        parts = []
        for name in dict.fromkeys(one.scenario for one in found.margins):
            mine = [m for m in found.of(name) if m.form == form and np.isfinite(m.difference)]
            told = ", ".join(f"{100 * m.difference:+.1f} {_said(m.value)}" for m in mine)
            parts.append(f"{labels[name]} {told}")
        leading = set(leaders.values())
        who = (
            f"{labels[next(iter(leading))]} leads under each"
            if len(leading) == 1
            else "; ".join(
                f"{labels[name]} leads under {share:.0%} of the weight"
                for name, share in found.leads[form].items()
                if share
            )
        )
        tail = "" if len(labels) == 1 or len(parts) == 1 else f" ({who})"
        lines.append(f"{title_of(form)} ({form}): {'; '.join(parts)}{tail}.")
    few = sorted({m.value for m in found.margins if not np.isfinite(m.difference)})
    if few:
        lines.append(
            f"Too few worlds (under {FEWEST}) to say: {', '.join(_said(value) for value in few)}."
        )
    return lines
