"""What a matching found: worlds, how much of the box is left, what the levels moved, and words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from colsim.core.parameters import PARAMETERS
from colsim.experiments.banks import SUMMARY, Bank
from colsim.experiments.difference import over_worlds
from colsim.experiments.parts import write_part
from colsim.experiments.store import LOCK
from colsim.experiments.worlds import FEWEST, PARTICLES, CalibratedWorlds, world_version
from colsim.reporting.files import finite, json_bytes, provenance, write_whole
from colsim.scenario.levels import Level
from colsim.worlds.lives import BEYOND, LIVES, Misfit, Values
from colsim.worlds.matching import UNCERTAIN
from colsim.worlds.waves import Wave

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLEAR = 4.0
"""Standard errors from which a number counts as moved: of 250, one in sixty by chance alone."""

_PIECES = ("draws", LOCK)
"""What a matching leaves in its folder before it is done."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that worlds which look like today hold otherwise than the box."""

    name: str
    shift: float
    """Of its mean, in standard deviations of the box."""
    contraction: float
    """1 less its standard deviation over that of the box."""
    errors: float
    """The shift in standard errors."""
    before: float
    """Its median in the box; of a form, the weight of the value that gained most."""
    after: float
    value: str = ""
    """Of a form, that value's name."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Worlds that look like an authority today."""

    name: str
    """The authority, as it was named."""
    title: str
    levels: tuple[Level, ...]
    values: Values
    """Shape (worlds, parameters), in the order of `UNCERTAIN`."""
    found: Values
    """Mean levels of each world, shape (worlds, levels)."""
    seeds: tuple[int, ...]
    """Seeds of the draws that were kept; empty if they were moved in waves, or not drawn from the
    ranges."""
    drawn: int
    """Draws that were lived."""
    box: Values
    """Levels of all draws, one life each, shape (draws, levels)."""
    share: float
    """Share of the box that is left."""
    waves: tuple[Wave, ...]
    chance: Values
    """Standard deviation of each level between two lives of one world."""
    misfit: Misfit
    moved: tuple[Moved, ...]
    place: str
    draws_from: str = ""
    """What was drawn from, if not the ranges."""

    @property
    def worlds(self) -> CalibratedWorlds:
        """The worlds, to compare policies in."""
        return CalibratedWorlds(self.title, UNCERTAIN, self.values, kind="matched")

    def bank(self) -> Bank:
        """Return the worlds as a shipped bank.

        Raises:
            ValueError: they are no draws from the ranges.
        """
        if not self.seeds:
            raise ValueError("only draws from the ranges make a bank of seeds")
        levels = {
            one.measure: tuple(map(float, self.found[:, k])) for k, one in enumerate(self.levels)
        }
        return Bank(
            self.name, self.place, world_version(), round(self.share, 5), self.drawn, self.seeds,
            levels,
        )  # fmt: skip

    def words(self) -> list[str]:
        """Return what was found, in sentences."""
        how = (
            f"{len(self.values)} worlds look like {self.title} today: {percent(self.share)} of "
            f"{self.draws_from or 'the box that all ranges span'} is left"
        )
        lived = f"of {self.drawn:,} draws lived" if not self.waves else (
            f"{self.drawn:,} draws, then {len(self.waves)} waves towards what was nearest"
        )  # fmt: skip
        lines = [f"{how} ({lived})."]
        if len(self.values) < FEWEST:
            lines = [
                f"Too few worlds for a range: {len(self.values)} look like {self.title} today "
                f"({lived}); {FEWEST} are needed, and nothing is made of fewer."
            ]
        lines += self.misfit.words()
        if self.moved:
            said = "; ".join(_said(one) for one in self.moved[:6])
            lines.append(f"What the levels moved most: {said}.")
        elif len(self.values) >= FEWEST:
            lines.append("The levels moved no single number clearly.")
        lines.append(
            "Each world counts as one: it was drawn from the box and is not ruled out. That a "
            "world is not ruled out does not make it probable."
        )
        lines.append(
            "How far the model may be off in each level (its discrepancy) is a judgement: "
            "docs/worlds.md says what half or twice of it would do."
        )
        return lines

    def table(self) -> list[dict[str, Any]]:
        """Return a row for each level: its target, and what kept worlds and the box show."""
        rows = []
        for k, one in enumerate(self.levels):
            kept = over_worlds(self.found[:, k])
            box = over_worlds(self.box[:, k])
            rows.append(
                {
                    "level": one.measure,
                    "title": one.name,
                    "target": one.value,
                    "tolerance": one.tolerance,
                    "discrepancy": one.discrepancy,
                    "chance": float(self.chance[k]),
                    "own": one.own,
                    "source": one.source,
                    "low": kept[0],
                    "median": kept[1],
                    "high": kept[2],
                    "box_low": box[0],
                    "box_median": box[1],
                    "box_high": box[2],
                    "met_alone": self.misfit.alone[k],
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the worlds, as plain Python types."""
        return {
            "authority": self.name,
            "title": self.title,
            "worlds": len(self.values),
            "drawn": self.drawn,
            "share_left": self.share,
            "draws_from": self.draws_from or "ranges",
            "rule": {"implausibility_below": BEYOND, "lives": LIVES},
            "weights": "equal: each world is a draw that was not ruled out",
            "levels": finite(self.table()),
            "waves": [asdict(wave) for wave in self.waves],
            "moved": [asdict(one) for one in self.moved],
            "misfit": self.misfit.to_dict(),
            "enough": len(self.values) >= FEWEST,
            "words": self.words(),
        }

    def plot(self) -> "Figure":
        """Return the chart: each level in the box, in the worlds kept, and its target."""
        return plot_levels(self.title, self.table())

    def save(
        self, folder: str | Path, command: str = "colsim worlds AUTHORITY", *, force: bool = False
    ) -> None:
        """Write posterior.parquet (the worlds), levels.csv, moved.csv and matched.json, last.

        Args:
            folder: that finished pieces lie in already.
            command: that renews it, for messages.
            force: replace worlds that the folder holds.

        Raises:
            UserError: the folder holds something else, or cannot be written.
            TakenError: it holds worlds that are not to be replaced.
        """
        tables = {"levels.csv": self.table(), "moved.csv": [asdict(one) for one in self.moved]}
        about = {"kind": "matched", "name": self.title, "place": self.place, "command": command}
        write_worlds(folder, self.values, tables, about | self.to_dict(), force=force)


def write_worlds(
    folder: str | Path,
    values: Values,
    tables: Mapping[str, Any],
    about: Mapping[str, Any],
    *,
    force: bool,
) -> None:
    """Write worlds as posterior.parquet, tables about them, and matched.json, last.

    Args:
        folder: where to; made if it is not there.
        values: of the worlds, in the order of `UNCERTAIN`; without any there is no such file.
        tables: name of a file to its rows.
        about: what matched.json says beside the model that they are of.
        force: replace worlds that the folder holds.

    Raises:
        UserError: the folder holds something else, or cannot be written.
        TakenError: it holds worlds that are not to be replaced.
    """
    import pandas as pd

    from colsim.reporting.folders import writing_worlds

    with writing_worlds(folder, force=force, ours=_PIECES) as place:
        if len(values):
            columns = {name: pa.array(values[:, k]) for k, name in enumerate(UNCERTAIN)}
            write_part(place / PARTICLES, pa.table(columns))
        for name, rows in tables.items():
            write_whole(place / name, pd.DataFrame(rows).to_csv(index=False).encode("utf-8"))
        made = {"model": world_version(), "made": provenance()}
        write_whole(place / SUMMARY, json_bytes({**made, **about}))


def percent(share: float) -> str:
    """Return a share in words, to two figures.

    >>> percent(0.2471), percent(0.00012)
    ('25 %', '0.012 %')
    """
    return f"{100 * share:.2g} %"


def _said(one: Moved) -> str:
    if one.value:
        return f"{one.name} {one.value} {one.before:.0%} to {one.after:.0%} of worlds"
    return f"{one.name} {one.before:.3g} to {one.after:.3g} ({one.shift:+.1f} sd)"


def moved_by(values: Values, prior: Values) -> tuple[Moved, ...]:
    """Return the numbers that kept worlds hold clearly otherwise than the box, most first.

    Args:
        values: of kept worlds, shape (worlds, parameters).
        prior: of draws from the box.
    """
    found = []
    for k, name in enumerate(UNCERTAIN):
        mine, box = values[:, k], prior[:, k]
        spread = float(box.std())
        if len(mine) < 2 or spread == 0.0:
            continue
        shift = float(mine.mean() - box.mean()) / spread
        errors = shift / float(np.sqrt(1.0 / len(mine) + 1.0 / len(box)))
        before, after, value = float(np.median(box)), float(np.median(mine)), ""
        if PARAMETERS[name].choices:
            gains = [
                (float((mine == c.value).mean() - (box == c.value).mean()), c)
                for c in PARAMETERS[name].choices
            ]
            gain, choice = max(gains, key=lambda pair: pair[0])
            before = float((box == choice.value).mean())
            after, value = before + gain, choice.name
            deviation = np.sqrt(max(before * (1 - before), 1e-9) / len(mine))
            errors = gain / float(deviation)
        if abs(errors) >= CLEAR:
            contraction = 1.0 - float(mine.std()) / spread
            found.append(Moved(name, shift, contraction, errors, before, after, value))
    return tuple(sorted(found, key=lambda one: -abs(one.errors)))


def plot_levels(title: str, rows: Sequence[Mapping[str, Any]]) -> "Figure":
    """Return a row for each level, in standard deviations from its target.

    Args:
        title: the authority's.
        rows: from `Matched.table`.
    """
    from matplotlib.figure import Figure

    from colsim.reporting.drawing import COLOURS, GREY, INK, tidy

    figure = Figure(figsize=(9, 1.6 + 0.5 * len(rows)), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    for k, row in enumerate(rows):
        scale = float(np.hypot(row["tolerance"], row["discrepancy"]))
        for low, middle, high, colour, shift in (
            (row["box_low"], row["box_median"], row["box_high"], GREY, -0.14),
            (row["low"], row["median"], row["high"], COLOURS[0], 0.14),
        ):
            ends = [(x - row["target"]) / scale for x in (low, middle, high)]
            axes.plot([ends[0], ends[2]], [k + shift] * 2, color=colour, linewidth=4, alpha=0.4)
            axes.plot(ends[1], k + shift, "o", color=colour, markersize=6)
    axes.axvline(0, color=INK, linewidth=1)
    axes.axvspan(-3, 3, color=COLOURS[2], alpha=0.08)
    axes.set_yticks(range(len(rows)), [f"{row['title']} ({row['target']:.3g})" for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(-12, 12)
    axes.set_xlabel(
        "distance from the target, in standard deviations of tolerance and discrepancy\n"
        "blue: worlds that look like today; grey: the box; ends hold 9 in 10; green: within three"
    )
    axes.set_title(f"Levels of today: {title}", loc="left", fontsize=11)
    tidy(axes)
    return figure
