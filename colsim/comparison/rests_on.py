"""What a comparison rests on, and in lines: evidence, patterns, what moves its gains.

What moves a gain is read off the very worlds that were lived, by the correlation of ranks one
number at a time, and for a form by how far its values' mean ranks lie apart. With more numbers than
worlds some correlate by chance alone: a number is named only where its share of the spread is more
than the largest of all numbers reaches in 19 of 20 shuffles of the gain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.comparison.compared import Compared
from colsim.comparison.forms import forms_in
from colsim.comparison.sets import JOINT, Half
from colsim.core.parameters import PARAMETERS
from colsim.data.evidence import MARKS
from colsim.experiments.version import model_version
from colsim.scenario.known import PatternVerdict, concerning
from colsim.scenario.levers import lever_of
from colsim.scenario.naming import title_of, within
from colsim.scenario.schema import LeverSetting

Values = npt.NDArray[np.float64]
FEWEST = 40
"""Worlds below which it is not said what moves a gain."""
MOST_NAMED = 3
SURE = 0.95
_SHUFFLES = 200


@dataclass(frozen=True, slots=True)
class Mover:
    """A number, or a form, that moves a gain more than chance would."""

    name: str
    form: bool
    share: float
    """Share of the spread of the gain's ranks over worlds that goes with it."""
    floor: float
    """Share that chance alone reaches in 1 of 20 shuffles."""
    rises: bool
    """Whether the gain is larger where the number is; of a form, False."""
    best: str
    """Of a form, the value with the largest gains."""

    def __str__(self) -> str:
        """Return it in words."""
        how = (
            f"most under {self.best.replace('_', ' ')}"
            if self.form
            else f"{'more' if self.rises else 'less'} where it is higher"
        )
        what = within(title_of(self.name))
        return f"{what} ({self.name}; {self.share * 100:.0f} % of the spread over worlds, {how})"


@dataclass(frozen=True, slots=True)
class Movers:
    """What moves a gain over the worlds that were lived."""

    worlds: int
    enough: bool
    numbers: tuple[Mover, ...]
    """The three that move it most, as far as they are told from chance."""
    form: Mover | None
    """The form that moves it most, if it is told from chance."""


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a policy's gain in joint plans rests on."""

    scenario: str
    marks: Mapping[str, tuple[str, str]]
    """Lever -> its title, and the evidence mark of its effect."""
    patterns: tuple[PatternVerdict, ...]
    source: str
    """Kind of worlds whose verdicts are told: ranges or matched."""
    movers: Movers
    half: Half | None
    """None if it was not lived, or cannot be halved."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        current = model_version()
        return {
            "scenario": self.scenario,
            "levers": [
                {"lever": name, "title": title, "mark": mark, "meaning": MARKS[mark]}
                for name, (title, mark) in self.marks.items()
            ],
            "patterns": [
                {
                    "number": one.number,
                    "name": one.name,
                    "verdict": one.ranges,
                    "verdict_on_matched_worlds": one.matched or None,
                    "model": one.of(self.source)[1],
                    "same_model": one.of(self.source)[1] == current,
                }
                for one in self.patterns
            ],
            "moved_by": {
                "worlds": self.movers.worlds,
                "fewest_worlds": FEWEST,
                "enough_worlds": self.movers.enough,
                "numbers": [asdict(one) for one in self.movers.numbers],
                "form": None if self.movers.form is None else asdict(self.movers.form),
            },
            "half_strength": None if self.half is None else asdict(self.half),
        }


def movers_of(gain: Values, parameters: Sequence[Mapping[str, float]], *, seed: int = 1) -> Movers:
    """Return what moves a gain.

    Args:
        gain: by world, so that more is better; NaN where it has no value.
        parameters: of each world.
        seed: of the shuffles.
    """
    there = np.isfinite(gain)
    gain, lived = gain[there], [p for p, ok in zip(parameters, there, strict=True) if ok]
    if len(gain) < FEWEST or np.ptp(gain) == 0.0:
        return Movers(len(gain), len(gain) >= FEWEST, (), None)
    y = _standard(_ranks(gain))
    chance = np.random.default_rng(seed)
    shuffled = np.stack([y[chance.permutation(len(y))] for _ in range(_SHUFFLES)], axis=1)
    names = [n for n, p in PARAMETERS.items() if p.kind == "uncertainty" and n in lived[0]]
    table = np.array([[one[n] for n in names] for one in lived]).reshape(len(lived), -1)
    varied = np.flatnonzero(np.ptp(table, axis=0) > 0.0)
    numbers: list[Mover] = []
    if len(varied):
        x = _standard(np.apply_along_axis(_ranks, 0, table[:, varied]))
        floor = float(np.quantile(((x.T @ shuffled / len(y)) ** 2).max(axis=0), SURE))
        along = x.T @ y / len(y)
        for k in np.argsort(-(along**2), kind="stable")[:MOST_NAMED]:
            share = float(along[k] ** 2)
            if share > floor:
                numbers.append(Mover(names[varied[k]], False, share, floor, bool(along[k] > 0), ""))
    return Movers(len(gain), True, tuple(numbers), _form(y, shuffled, forms_in(lived)))


def _form(y: Values, shuffled: Values, forms: Mapping[str, Sequence[str]]) -> Mover | None:
    """Return the form whose values' mean ranks lie furthest apart, if it is told from chance."""
    shares, best, reached = {}, {}, []
    for name, held in forms.items():
        values = sorted(set(held))
        is_ = np.array([[one == value for one in held] for value in values], np.float64)
        weight = is_.sum(axis=1) / len(y)
        means = is_ @ y / is_.sum(axis=1)
        shares[name] = float(weight @ means**2)
        best[name] = values[int(means.argmax())]
        reached.append(weight @ (is_ @ shuffled / is_.sum(axis=1)[:, None]) ** 2)
    if not shares:
        return None
    floor = float(np.quantile(np.max(reached, axis=0), SURE))
    name = max(shares, key=lambda one: shares[one])
    if shares[name] <= floor:
        return None
    return Mover(name, True, shares[name], floor, False, best[name])


def _ranks(values: Values) -> Values:
    """Return ranks from 1; those that are equal share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2.0)[place])


def _standard(values: Values) -> Values:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class _Itself:
    """Parameters of worlds, by which a cache is asked: the same only as themselves."""

    parameters: tuple[Mapping[str, float], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.parameters is self.parameters

    def __hash__(self) -> int:
        return id(self.parameters)


@lru_cache(maxsize=64)
def _movers(gain: bytes, drawn: _Itself) -> Movers:
    """Text, charts and files of one comparison ask for the same: it is worked out once."""
    return movers_of(np.frombuffer(gain), drawn.parameters)


def rests_on(result: Compared, scenario: str) -> RestsOn:
    """Return what a policy's gain in joint plans rests on.

    Raises:
        KeyError: no such policy.
    """
    k = result.names.index(scenario)
    before, uses = (result.scenarios[j].get("levers", {}) for j in (0, k))
    own = {n: use for n, use in uses.items() if before.get(n) != use}
    levers = {name: lever_of(name, LeverSetting(**use)) for name, use in own.items()}
    return RestsOn(
        scenario,
        {name: (lever.title, lever.mark) for name, lever in levers.items()},
        concerning(own),
        "matched" if result.drawn_from == "matched" else "ranges",
        _movers(result.gains(JOINT)[k - 1].tobytes(), _Itself(result.drawn))
        if JOINT in result.values
        else Movers(0, False, (), None),
        result.halves.get(scenario),
    )


def lines_of(result: Compared) -> list[str]:
    """Return what the gains of a comparison's policies rest on."""
    return in_lines([rests_on(result, name) for name in result.names[1:]], result.labels)


def in_lines(found: Sequence[RestsOn], labels: Mapping[str, str]) -> list[str]:
    """Return what policies rest on: evidence, patterns, then a line for each policy.

    Args:
        found: of each policy.
        labels: name of each to how people know it.
    """
    lines = [_evidence(found), *_patterns(found)]
    return [*lines, *(f"{labels[one.scenario]}: {hangs_on(one)}" for one in found)]


def _evidence(found: Sequence[RestsOn]) -> str:
    by_mark: dict[str, list[str]] = {}
    for one in found:
        for title, mark in one.marks.values():
            if title not in by_mark.setdefault(mark, []):
                by_mark[mark].append(title)
    if not by_mark:
        return "Evidence: no lever differs from today's."
    said = (f"{MARKS[mark].split(':')[0]} for {', '.join(t)}" for mark, t in by_mark.items())
    return f"Size of the effects: {'; '.join(said)}."


def _patterns(found: Sequence[RestsOn]) -> list[str]:
    """Return which patterns concern the levers, by verdict, and on which model they were run."""
    concerned = {one.number: one for each in found for one in each.patterns}
    if not concerned:
        return ["Patterns: none speaks of these levers alone (docs/patterns.md)."]
    source = found[0].source
    by_verdict: dict[str, list[str]] = {}
    for number in sorted(concerned):
        one = concerned[number]
        by_verdict.setdefault(one.of(source)[0], []).append(f"{number} {_words(one.name)}")
    said = "; ".join(f"{verdict}: {', '.join(names)}" for verdict, names in by_verdict.items())
    models = {one.of(source)[1] for one in concerned.values()}
    other = "" if models == {model_version()} else ", run on another version of the model"
    return [f"Patterns that speak of them (docs/patterns.md{other}). {_upper(said)}."]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def hangs_on(one: RestsOn) -> str:
    """Return what moves a policy's gain most, and what half of it gains."""
    movers = one.movers
    if not movers.enough:
        said = (
            f"too few worlds to say what its gain hangs on ({movers.worlds}; {FEWEST} are needed)."
        )
    else:
        told = [str(mover) for mover in (*movers.numbers, *([movers.form] if movers.form else []))]
        tail = "" if movers.form is not None else "; no form stands out"
        said = (
            f"joint plans gained hang most on {', '.join(told)}{tail}."
            if told
            else f"no single number and no form stands out in {movers.worlds} worlds."
        )
    if one.half is None:
        return said
    return (
        f"{said} At half strength {100 * one.half.half:+.1f} points, in full "
        f"{100 * one.half.full:+.1f} ({one.half.worlds} worlds, one life each)."
    )
