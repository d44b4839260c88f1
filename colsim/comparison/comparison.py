"""A comparison with all that can be asked of it: sentences, tables, charts, files."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.comparison.account import account_of
from colsim.comparison.against import Against, against, every_pair, pairs_document
from colsim.comparison.besides import Aside, asides
from colsim.comparison.compared import Compared
from colsim.comparison.how_long import HowLong, course_document, how_long
from colsim.comparison.rests_on import RestsOn, rests_on
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.account import Account
from colsim.reporting.files import finite

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Comparison(Compared):
    """Scenarios lived in the same worlds with the same chance; the first is the baseline.

    Example:
        >>> from colsim import compare, load_scenario
        >>> short = load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 2})
        >>> found = compare(short, ["co_location", "shadowing"], replications=2, worlds="ranges")
        >>> found.of("co_location", "joint_plan_rate").measure, found.about("joint_plan_rate").unit
        ('joint_plan_rate', 'share')
        >>> found.table().columns[:3].to_list()
        ['scenario', 'measure', 'baseline']
        >>> found.gains("joint_plan_rate").shape, found.worlds  # policies and worlds
        ((2, 1), 1)
        >>> found.how_long("co_location", "information_flow").measure
        'information_flow'
        >>> found.against("shadowing", "co_location").one, len(found.pairs())
        ('shadowing', 1)
        >>> all(one.agree >= 0.8 for one in found.besides("co_location"))
        True
        >>> found.by_form("joint_plan_rate").measure, found.rests_on("co_location").marks
        ('joint_plan_rate', {'co_location': ('Co-location', 'J')})

        What a policy costs beyond the baseline: a year and once, in each year, hours of the staff
        reached, and for each further joint plan (median world, best, worst).

        >>> a_year, once = found.extra_cost("shadowing")
        >>> a_year > once, len(found.extra_spending("shadowing"))
        (True, 1)
        >>> found.extra_hours("co_location"), len(found.cost_per_joint_plan("co_location"))
        (0.0, 3)
        >>> found.hours_from_cases("shadowing").told  # beside the costs, and in none of them
        True
        >>> found.money_ends("co_location") is None, "full effect" in found.notes_of("co_location")
        (True, True)

        In words, as a document, as a chart and as files:

        >>> found.account.texts("asked")
        ['In 1 plausible world, at the end of 4 weeks of policy; 2 runs of each in each.']
        >>> found.to_dict()["baseline"], len(found.plot().axes)
        ('desktop', 4)
        >>> found.save("out")
    """

    @property
    def account(self) -> Account:
        """What it says, in sentences and rows: see `colsim.comparison.account`."""
        return account_of(self)

    def against(self, one: str, other: str, measure: str = "joint_plan_rate") -> Against:
        """Return how one policy does against another, from the same runs.

        Raises:
            KeyError: no such scenario or measure.
        """
        return against(self, one, other, measure)

    def pairs(self, measure: str = "joint_plan_rate") -> tuple[Against, ...]:
        """Return every two policies against each other, the one that gains more first."""
        return every_pair(self, measure)

    def besides(self, scenario: str) -> tuple[Aside, ...]:
        """Return what else a policy changes, harms first: see `colsim.comparison.besides`."""
        return asides(self, scenario)

    def how_long(
        self, scenario: str, measure: str = "joint_plan_rate", *, least: float | None = None
    ) -> HowLong:
        """Return when a policy's gain comes, peaks and goes.

        Args:
            scenario: a policy.
            measure: one whose course is kept.
            least: gain that is asked for, in the measure's unit.

        Raises:
            KeyError: no such scenario, or no course of the measure.
        """
        return how_long(self, scenario, measure, self.least if least is None else least)

    def rests_on(self, scenario: str) -> RestsOn:
        """Return what a policy's gain in joint plans rests on: see `colsim.comparison.rests_on`.

        Raises:
            KeyError: no such policy.
        """
        return rests_on(self, scenario)

    def table(self) -> "pd.DataFrame":
        """Return the differences as a frame, one row per scenario and measure.

        The column notes says how a row differs from that of a plain comparison.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                asdict(d) | {"clear": d.clear, "notes": self.notes_of(d.scenario)}
                for d in self.differences
            ]
        )

    def plot(self) -> "Figure":
        """Return the chart: two measures over the weeks, and what differs at the end."""
        from colsim.comparison.chart import plot_comparison

        return plot_comparison(self)

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write tables and manifest to a folder, then the chart.

        Args:
            folder: new, empty, or with a comparison.
            force: replace a comparison that the folder holds.

        Raises:
            IncompleteError: everything is written but the chart.
            UserError: the folder cannot be written, or holds something.
        """
        from colsim.comparison.tables import save_comparison

        save_comparison(self, folder, document=self.to_dict(), plot=self.plot, force=force)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the raw values, as plain Python types (NaN as None)."""
        account = self.account
        return {
            "baseline": self.names[0],
            "scenarios": [
                {
                    "name": name,
                    "title": title,
                    "cost": asdict(cost)
                    | {"spent": cost.spent}
                    | (
                        {}
                        if name == self.names[0]
                        else {
                            "per_additional_joint_plan": finite(
                                list(self.cost_per_joint_plan(name))
                            ),
                            "hours_from_cases": self.hours_from_cases(name).to_dict(),
                        }
                    ),
                    "money_ends": self.money_ends(name),
                }
                for name, title, cost in zip(self.names, self.titles, self.costs, strict=True)
            ],
            "weeks": self.weeks,
            "window": self.window,
            "seed": self.seed,
            "replications": self.replications,
            "worlds": self.worlds,
            "seeds_per_world": SEEDS_PER_WORLD,
            "fixed_parameters": self.fixed_parameters,
            "worlds_from": self.drawn_from,
            "calibrated_worlds": self.calibrated,
            "notes": [asdict(remark) for remark in self.remarks],
            "account": account.to_dict(),
            "said_first": account.texts("first"),
            "by_form": [self.by_form(measure).to_dict() for measure in self.series],
            "rests_on": [self.rests_on(name).to_dict() for name in self.names[1:]],
            "rests_on_lines": account.texts("rests_on"),
            "against_each_other": pairs_document(self, self.told),
            "what_else_changes": [
                one.to_dict() for name in self.names[1:] for one in self.besides(name)
            ],
            "how_long": [
                course_document(self.how_long(name, measure))
                for name in self.names[1:]
                for measure in self.series
            ],
            "what_if": list(self.what_if),
            "differences": [finite(asdict(d) | {"clear": d.clear}) for d in self.differences],
        }
