"""Weigh worlds by what practitioners said of quantities that each world gives as well.

Each answer is a two-piece normal: its mode is the likely value, and one in twenty lies beyond
either end. Answers are pooled with equal weights, first within a service and then over the services
(linear pooling: O'Hagan et al. 2006), so that the service that answers more does not weigh more. A
world weighs as much as the pooled densities at what it gives, widened by how far the model may be
off. Questions are no independent evidence, as one world's quantities go together: the product is
tempered by how many of them are worth one, from the correlations over the worlds themselves.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import draw_world
from colsim.elicit.answers import Answer, Answers, Said
from colsim.elicit.questions import QUESTIONS, SERVICES
from colsim.errors import UserError
from colsim.experiments.banks import as_it_is, chosen_worlds, title_of
from colsim.experiments.difference import mean_of_present
from colsim.experiments.tasks import Workers, each
from colsim.experiments.worlds import FEWEST, CalibratedWorlds
from colsim.scenario.compiling import Compiled
from colsim.scenario.loading import load_scenario
from colsim.worlds.lives import LIVES, chance_seed, draw_seed, today
from colsim.worlds.match import balanced
from colsim.worlds.matched import moved_by, write_worlds
from colsim.worlds.matching import UNCERTAIN

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Values = npt.NDArray[np.float64]
DRAWS = 600
"""Worlds that are lived, unless a bank has fewer."""
KEPT = 200
"""Worlds that are written."""
_TAIL = 1.6448536269514722
"""Standard deviations beyond which one in twenty lies."""
_ODD = 0.02
"""Weight of a flat density in each pool: that a question was understood in another way."""
_GRID = 400
RANGE = (0.05, 0.5, 0.95)


def density(answer: Answer, x: Values, apart: float = 0.0) -> Values:
    """Return an answer's density at some values.

    Args:
        answer: of one respondent.
        x: values.
        apart: standard deviation by which it is widened.
    """
    below, above = (
        math.hypot(max(width, 1e-9) / _TAIL, apart)
        for width in (answer.likely - answer.lowest, answer.highest - answer.likely)
    )
    sides = np.where(x < answer.likely, below, above)
    top = math.sqrt(2.0 / math.pi) / (below + above)
    return np.asarray(top * np.exp(-0.5 * ((x - answer.likely) / sides) ** 2))


def pooled(answers: Answers, question: str, x: Values, *, service: str | None = None,
           widened: bool = False) -> Values:  # fmt: skip
    """Return the pooled density of a question's answers, of one service or of both alike."""
    apart = QUESTIONS[question].apart if widened else 0.0
    pools = []
    for one in SERVICES if service is None else (service,):
        if own := answers.of(question, one):
            pools.append(np.mean([density(answer, x, apart) for answer in own], axis=0))
    return np.asarray(np.mean(pools, axis=0))


@dataclass(frozen=True, slots=True)
class Judged:
    """Worlds weighed by practitioners' answers."""

    authority: str
    title: str
    respondents: Mapping[str, str]
    """Code and service."""
    said: tuple[Said, ...]
    found: Values
    """What each world gives, shape (worlds, questions)."""
    values: Values
    """Parameters of each world, shape (worlds, parameters)."""
    weights: Values
    worth: float
    """Questions that are worth one, as they go together."""
    of: str
    """Which worlds were weighed."""
    notes: tuple[str, ...]

    @property
    def effective(self) -> float:
        """How many worlds of one weight they are worth."""
        return float(1.0 / (self.weights**2).sum())

    def kept(self, number: int = KEPT) -> list[int]:
        """Return worlds of one weight each: some come twice."""
        ends = np.cumsum(self.weights)
        points = (np.arange(number) + 0.5) / number
        rows = np.minimum(np.searchsorted(ends, points), len(ends) - 1)
        order = balanced(self.values[rows])
        return [int(rows[k]) for k in order]

    def words(self) -> list[str]:
        """Return what it found, in sentences."""
        count = {s: sum(one == s for one in self.respondents.values()) for s in SERVICES}
        who = " and ".join(f"{number} {service}s" for service, number in count.items() if number)
        lines = [
            f"{len(self.respondents)} people answered ({who}), {len(self.said)} questions. "
            f"{len(self.found):,} worlds {self.of} were weighed; what is left is worth "
            f"{self.effective:.0f} of one weight."
        ]
        for one in self.said:
            if one.apart:
                parts = " and ".join(
                    f"{service}s {_span(span, one.question)}"
                    for service, span in one.by_service.items()
                )
                lines.append(f"The services see {one.question} differently: {parts}.")
        for one in self.said:
            if one.beyond:
                lines.append(
                    f"Hardly a world gives what people say of {one.question}: "
                    f"{_span(one.pool, one.question)} against {_span(one.before, one.question)} in "
                    "the model. One of the two is wrong, or they count differently."
                )
        moved = moved_by(self.values[self.kept()], self.values)
        if moved:
            names = ", ".join(one.name for one in moved[:5])
            lines.append(f"What their answers say of the model's numbers: most of {names}.")
        lines.append(
            "Worlds rest on the judgement of these people: of what they see, not of what works."
        )
        return lines

    def table(self) -> "pd.DataFrame":
        """Return a row for each question."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.said])

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the worlds as plain Python types."""
        return {
            "authority": self.authority,
            "respondents": dict(self.respondents),
            "worlds": len(self.found),
            "weighed": self.of,
            "effective": self.effective,
            "questions_worth_one": self.worth,
            "questions": [_row(one) for one in self.said],
            "notes": list(self.notes),
            "words": self.words(),
        }

    def worlds(self) -> CalibratedWorlds:
        """Return the worlds, for `compare` and `sweep`."""
        return CalibratedWorlds(
            self.title, UNCERTAIN, self.values[self.kept()], kind="judged", note=self.note
        )

    @property
    def note(self) -> str:
        """What is to be said of them beside a result."""
        return (
            f"Worlds rest on the judgement of {len(self.respondents)} practitioners, asked about "
            f"{len(self.said)} quantities."
        )

    def plot(self) -> "Figure":
        """Return the chart: answers by service, and what worlds give before and after."""
        from colsim.elicit.answers import plot_said

        return plot_said(self.said)

    def save(
        self,
        folder: str | Path,
        command: str = "colsim elicit read AUTHORITY FILE...",
        *,
        force: bool = False,
    ) -> None:
        """Write posterior.parquet (the worlds), answers.csv and matched.json, last.

        Args:
            folder: new or empty, or with such worlds.
            command: that renews it, for messages.
            force: replace worlds that the folder holds.

        Raises:
            UserError: the folder holds something else, or cannot be written.
            TakenError: it holds worlds that are not to be replaced.
        """
        about = {"kind": "judged", "name": self.title, "note": self.note, "command": command}
        rows, tables = self.values[self.kept()], {"answers.csv": self.table()}
        write_worlds(folder, rows, tables, about | self.to_dict(), force=force)


def _span(span: Sequence[float], question: str) -> str:
    low, middle, high = span
    return f"{middle:.3g} ({low:.3g} to {high:.3g}) {QUESTIONS[question].unit}"


def _row(one: Said) -> dict[str, Any]:
    row: dict[str, Any] = {
        "question": one.question,
        "text": QUESTIONS[one.question].text,
        "unit": QUESTIONS[one.question].unit,
        "respondents": one.respondents,
    }
    spans = {"pool": one.pool, **one.by_service, "before": one.before, "after": one.after}
    for name, span in spans.items():
        for part, value in zip(("low", "middle", "high"), span, strict=True):
            row[f"{name.lower()}_{part}"] = value
    return row | {"overlap": one.overlap, "apart": one.apart, "beyond": one.beyond}


def check_draws(draws: int) -> None:
    """Refuse a number of worlds that is too small to be weighed.

    Raises:
        UserError: it is.
    """
    if draws < FEWEST:
        raise UserError(f"--draws: found {draws}; allowed: a whole number from {FEWEST} up")


def weigh(
    authority: str | Path,
    answers: Answers,
    *,
    worlds: "CalibratedWorlds | str | Path | None" = None,
    draws: int = DRAWS,
    seed: int = 1,
    workers: Workers = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judged:
    """Weigh an authority's worlds by what its practitioners answered.

    Args:
        authority: a preset or a path.
        answers: from `read_answers`.
        worlds: that are weighed: "matched" unless given, "ranges", or a folder.
        draws: worlds to live; matched ones are fewer if the bank is.
        seed: names the chance.
        workers: threads, the number of processors if None; or an executor.
        progress: called with worlds lived, and all.

    Raises:
        UserError: a name or number is not allowed, or hardly a world gives what people say.
    """
    check_draws(draws)
    loaded = load_scenario(authority)
    source = chosen_worlds(worlds, loaded)
    base = source.worlds
    number = draws if base is None else min(draws, len(base))
    drawn = [
        draw_world(draw_seed(seed, k)) if base is None else base.draw(draw_seed(seed, k), k)
        for k in range(number)
    ]
    asked = [name for name in QUESTIONS if answers.of(name)]
    place = today(as_it_is(loaded))

    tasks = [(row, draw_seed(seed, k)) for k, row in enumerate(drawn)]
    rows = []
    for row in each(partial(_live, place, asked), tasks, workers):
        rows.append(row)
        if progress is not None:
            progress(len(rows), number)
    found = np.array(rows)
    found = np.nan_to_num(found, nan=0.0)
    weights, worth = weights_of(answers, asked, found)
    judged = Judged(
        authority=loaded.name,
        title=title_of(loaded),
        respondents=answers.respondents,
        said=tuple(_said(answers, name, found[:, k], weights) for k, name in enumerate(asked)),
        found=found,
        values=np.array([[row[name] for name in UNCERTAIN] for row in drawn], np.float64),
        weights=weights,
        worth=worth,
        of="from the ranges" if base is None else base.origin,
        notes=(*answers.notes, *([source.note] if source.note else [])),
    )
    if judged.effective < FEWEST or all(one.beyond for one in judged.said):
        raise UserError(_too_few(judged))
    return judged


def _live(place: Compiled, asked: Sequence[str], task: tuple[Mapping[str, float], int]) -> Values:
    """Return what a world gives to each question: the mean over lives."""
    values, seed = task
    lives = []
    for life in range(LIVES):
        world = place.lived(values, chance_seed(seed, life))
        summed = world.totals[place.burn_in :].sum(axis=0)
        totals = {name: float(summed[at]) for name, at in TOTAL_INDEX.items()}
        lives.append([QUESTIONS[name].of(totals) for name in asked])
    return mean_of_present(np.array(lives), axis=0)


def _too_few(judged: Judged) -> str:
    far = [one for one in judged.said if one.beyond] or list(judged.said[:1])
    told = "; ".join(
        f"{one.question}: people say {_span(one.pool, one.question)}, worlds give "
        f"{_span(one.before, one.question)}"
        for one in far
    )
    return (
        f"answers: found what hardly a world gives (of {len(judged.found):,}, what is left is "
        f"worth {judged.effective:.0f}); allowed: answers near what at least {FEWEST} worlds give, "
        f"or more draws. Farthest: {told}"
    )


def weights_of(answers: Answers, asked: Sequence[str], found: Values) -> tuple[Values, float]:
    """Return the weights of worlds, and how many questions are worth one.

    Args:
        answers: of the respondents.
        asked: questions.
        found: what worlds give, shape (worlds, questions).
    """
    logs = np.zeros(len(found))
    for k, name in enumerate(asked):
        question = QUESTIONS[name]
        flat = _ODD / (question.most - question.least)
        logs += np.log((1.0 - _ODD) * pooled(answers, name, found[:, k], widened=True) + flat)
    worth = _worth_one(found)
    logs = (logs - logs.max()) / worth
    weights = np.exp(logs)
    return weights / weights.sum(), worth


def _worth_one(found: Values) -> float:
    """Return how many of the quantities are worth one, from how they go together over worlds."""
    varying = found[:, found.std(axis=0) > 0.0]
    if varying.shape[1] < 2:
        return 1.0
    roots = np.linalg.eigvalsh(np.corrcoef(varying, rowvar=False)).clip(0.0)
    return float(max(1.0, varying.shape[1] * (roots**2).sum() / roots.sum() ** 2))


def _said(answers: Answers, name: str, found: Values, weights: Values) -> Said:
    question = QUESTIONS[name]
    x = np.linspace(question.least, question.most, _GRID)
    by_service = {
        service: pooled(answers, name, x, service=service)
        for service in SERVICES
        if answers.of(name, service)
    }
    overlap = None
    if len(by_service) == len(SERVICES):
        one, other = (p / p.sum() for p in by_service.values())
        overlap = float(np.minimum(one, other).sum())
    return Said(
        question=name,
        respondents=len(answers.of(name)),
        by_service={service: _quantiles(x, p) for service, p in by_service.items()},
        pool=_quantiles(x, pooled(answers, name, x)),
        overlap=overlap,
        before=_quantiles(found, np.ones(len(found))),
        after=_quantiles(found, weights),
    )


def _quantiles(x: Values, weights: Values) -> tuple[float, float, float]:
    order = np.argsort(x, kind="stable")
    ends = np.cumsum(weights[order]) - weights[order] / 2.0
    low, middle, high = np.interp(RANGE, ends / weights.sum(), x[order])
    return float(low), float(middle), float(high)
