"""Which missing figure would change a choice between policies, and what finding it out is worth."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.answers.information import FEWEST, GOALS, Weighed, check_goal, weighed
from colsim.answers.information_account import KINDS, MOST, account_of
from colsim.comparison.compare import compare
from colsim.comparison.compared import Compared
from colsim.experiments.tasks import Workers
from colsim.reporting.account import Account
from colsim.reporting.drawing import COLOURS, GREY, INK, tidy
from colsim.reporting.words import NO_FORECAST, pounds
from colsim.scenario.loading import LoadedScenario, Names

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Information(Weighed):
    """What it would be worth to know more before choosing, to be told, drawn and kept.

    Example:
        >>> from colsim import evidence, load_scenario
        >>> short = load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 2})
        >>> found = evidence(short, "co_location", replications=2, worlds="ranges")
        >>> found.account.texts("answer")[0][:58]
        'Too few worlds to say which figure is worth finding out: 1'
        >>> len(found.table()), found.to_dict()["fewest_worlds"]
        (0, 40)
        >>> found.save("out")
    """

    @property
    def account(self) -> Account:
        """Which figure to find out first, six lines at most; behind it how that is known."""
        return account_of(self)

    def plot(self) -> "Figure":
        """Return the chart: what each input is worth knowing, and what chance alone reaches."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(12, 5.2), facecolor="white", layout="constrained")
        for k, (name, title) in enumerate(KINDS.items(), start=1):
            kind = self.kinds[name][: 2 * MOST]
            axes = figure.add_subplot(1, 3, k)
            axes.barh([one.name for one in kind], [one.value for one in kind],
                      color=[COLOURS[0] if one.clear else GREY for one in kind])  # fmt: skip
            for one in kind[:1]:
                axes.axvline(one.floor, color=INK, linestyle=":", linewidth=1.2)
            axes.invert_yaxis()
            axes.set_title(title, fontsize=11, color=INK, loc="left")
            axes.set_xlabel(GOALS[self.goal].plural, fontsize=9, color=GREY)
            tidy(axes)
        figure.suptitle("What it would be worth to know before choosing", fontsize=14, color=INK,
                        fontweight="bold", x=0.01, ha="left")  # fmt: skip
        figure.supxlabel(
            "How to read: a bar is the expected value of knowing that input before choosing; the "
            "dotted line is what chance alone reaches, grey bars are no more. At "
            f"{pounds(self.worth)} a {GOALS[self.goal].unit}, in {self.comparison.worlds} worlds. "
            f"{NO_FORECAST}",
            fontsize=8.5, color=GREY, x=0.01, ha="left", wrap=True,
        )  # fmt: skip
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        result, goal = self.comparison, GOALS[self.goal]
        return {
            "authority": result.names[0],
            "goal": self.goal,
            "unit": goal.unit,
            "worth": self.worth,
            "worth_given": self.worth != goal.worth,
            "worlds": result.worlds,
            "worlds_from": result.drawn_from,
            "seed": result.seed,
            "replications": result.replications,
            "weeks": result.weeks,
            "notes": list(self.notes),
            "best": self.best.scenario,
            "options": [asdict(one) for one in self.standings],
            "evpi": {
                "at_least": self.evpi_least,
                "at_most": self.evpi,
                "pounds_at_least": self.evpi_least * self.worth,
                "pounds_at_most": self.evpi * self.worth,
            },
            "enough_worlds": self.enough,
            "fewest_worlds": FEWEST,
            "evppi": self.table().to_dict("records"),
            "best_by_worth": [{"from": w, "scenario": name} for w, name in self.steps],
            "account": self.account.to_dict(),
        }

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write evidence.json, evidence.csv, manifest.json, then the chart.

        Raises:
            IncompleteError: everything is written but the chart.
            UserError: the folder cannot be written, or holds something.
        """
        from colsim.reporting.drawing import draw
        from colsim.reporting.files import write_json
        from colsim.reporting.folders import writing
        from colsim.reporting.sheets import csv_bytes

        about = {"scenarios": self.comparison.scenarios, "seed": self.comparison.seed,
                 "replications": self.comparison.replications, "goal": self.goal,
                 "worth": self.worth, "notes": list(self.notes)}  # fmt: skip
        charts = {"evidence.png": self.plot} if self.enough else {}
        with writing(folder, kind="evidence", about=about, pictures=charts, force=force) as staging:
            (staging / "evidence.csv").write_bytes(csv_bytes(self.table()))
            write_json(staging / "evidence.json", self.to_dict())
        draw(folder, charts)


def information(
    result: Compared, *, goal: str = "joint_plans", worth: float | None = None
) -> Information:
    """Return what it would be worth to know more, from a comparison that was lived.

    Raises:
        UserError: the goal is unknown, or the worth no amount of pounds.
    """
    return weighed(Information, result, goal=goal, worth=worth)


def evidence(
    authority: str | Path | LoadedScenario,
    policies: "str | Path | LoadedScenario | Iterable[str | Path | LoadedScenario]",
    *,
    goal: str = "joint_plans",
    worth: float | None = None,
    under: Names = (),
    replications: int = 400,
    seed: int = 1,
    workers: Workers = None,
    worlds: Any = None,
    progress: Callable[[int], None] | None = None,
) -> Information:
    """Return which missing figure would change the choice between policies, and what it is worth.

    Args:
        authority: a preset, a path, or a loaded scenario.
        policies: as for `compare`; today's practice is always among the options.
        goal: "joint_plans" or "flow".
        worth: pounds at which a unit of the goal is valued; a round figure if None.
        under: circumstances, laid under all.
        replications: runs of each; an even number, two to a world.
        seed: the one seed that all chance derives from.
        workers: threads.
        worlds: as for `compare`.
        progress: called with the number of replications done.

    Raises:
        UserError: as for `compare`; or the goal is unknown, or the worth no amount of pounds.

    Example:
        >>> from colsim import load_scenario
        >>> short = load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 2})
        >>> found = evidence(short, "co_location", replications=2, worlds="ranges")
        >>> found.enough, len(found.table())  # one world says nothing of what to find out
        (False, 0)
    """
    check_goal(goal, worth)
    result = compare(
        authority, policies, under=under, replications=replications, seed=seed, workers=workers,
        worlds=worlds, half_strength=False, progress=progress,
    )  # fmt: skip
    return information(result, goal=goal, worth=worth)
