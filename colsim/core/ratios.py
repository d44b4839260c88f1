"""Weekly totals, and the measures that are ratios of them.

A measure is a ratio of two totals summed over a window of weeks (26 by
default), so that a window's value is the value per family, plan or worker and
not a mean of weekly ratios over few cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from colsim.core.names import Total

TOTALS: dict[str, str] = {total.name.lower(): total.meaning for total in Total}
TOTAL_INDEX: dict[str, int] = {total.name.lower(): int(total) for total in Total}
WINDOW = 26
"""Weeks that a measure is taken over, unless said otherwise."""
RANGE = (0.05, 0.95)
"""Quantiles over worlds between which a range is reported: it holds 9 in 10 worlds."""
LATENCY_CAP = 104
"""Weeks after which a fact's time to cross is counted as this."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One observed quantity: the numerator over the denominator, times `scale`.

    Either is a sum of totals by name; a name with a minus sign before it is taken off.
    `minus` names a second (numerator, denominator) that is taken off. `harm` marks what a
    policy can do to people while it does good elsewhere (by raising it, or by lowering it where
    higher is better): to be looked at beside any gain.
    """

    name: str
    title: str
    numerator: tuple[str, ...]
    denominator: str | tuple[str, ...]
    unit: str
    better: Literal["higher", "lower", "neither"]
    group: str
    definition: str
    scale: float = 1.0
    low: float = 0.0
    high: float | None = 1.0
    minus: tuple[str, str] | None = None
    harm: bool = False

    def of(self, totals: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """Return the measure from totals by name (arrays of one shape); NaN where nothing was due."""
        above = _sum(self.numerator, totals)
        names = self.denominator if isinstance(self.denominator, tuple) else (self.denominator,)
        below = _sum(names, totals)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(below > 0, self.scale * above / below, np.nan)
            if self.minus is not None:
                other = np.asarray(totals[self.minus[1]], dtype=np.float64)
                value = value - np.where(other > 0, totals[self.minus[0]] / other, np.nan)
        return np.asarray(value)


def _sum(
    names: tuple[str, ...], totals: Mapping[str, npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    terms = (-totals[name[1:]] if name.startswith("-") else totals[name] for name in names)
    return np.asarray(sum(terms, start=np.zeros(())), dtype=np.float64)


_HARMS = frozenset({
    "hours_moved", "contacts_in_vain", "unexplained_decisions", "jointly_wrong", "nominal_plan_rate",
    "consultations_lost", "disguised_compliance", "assessed_in_time", "turnover_csw", "turnover_mhsw",
    "pressure_csw", "pressure_mhsw", "backfired", "escalation_rate",
})  # fmt: skip


def _share(
    name: str, title: str, top: str, below: str, better: str, group: str, text: str
) -> Measure:
    return Measure(name, title, (top,), below, "share", better, group, text, harm=name in _HARMS)  # type: ignore[arg-type]


def _mean(
    name: str, title: str, top: str, below: str, unit: str, better: str, group: str, text: str,
    *, low: float = 0.0, high: float | None = 1.0, scale: float = 1.0,
) -> Measure:  # fmt: skip
    harm = name in _HARMS
    return Measure(
        name, title, (top,), below, unit, better, group, text, scale, low, high, harm=harm  # type: ignore[arg-type]
    )  # fmt: skip


_YEAR = 52.0
_MONTH = 52.0 / 12.0
_TABLE = (
    _share("information_flow", "Information flow", "flow", "shared", "higher", "information",
           "Share of a shared family's 16 facts that the leads of both services understand"),
    _share("information_reach", "Information received", "reach", "shared", "higher", "information",
           "The same, counting facts that were received but not understood"),
    _mean("facts_to_csc", "Facts crossing to CSC", "to_csc", "shared", "facts per family and month", "higher",
          "information", "Facts that CSWs came to understand from the other side", high=None, scale=_MONTH),
    _mean("facts_to_amh", "Facts crossing to AMH", "to_amh", "shared", "facts per family and month", "higher",
          "information", "Facts that MHSWs came to understand from the other side", high=None, scale=_MONTH),
    _mean("received_not_understood", "Received, not understood", "received_only", "paired", "facts per family",
          "lower", "information", "Facts that reached a lead who did not understand them", high=None),
    Measure("contacts", "Contacts", ("written", "phone", "face", "meeting"), "paired",
            "contacts per family and month", "neither", "information",
            "Contacts between the two leads about a shared family", _MONTH, 0.0, None),
    Measure("rich_contacts", "Face-to-face contacts", ("face", "meeting"), "paired",
            "contacts per family and month", "neither", "information",
            "Contacts face to face or in a meeting", _MONTH, 0.0, None),
    _mean("contacts_in_vain", "Contacts in vain", "vain", "paired", "contacts per family and month", "lower",
          "information", "Attempts without answer or with the wrong person", high=None, scale=_MONTH),
    _mean("encounters", "Encounters at a shared site", "encounters", "filled_mhsw",
          "people per MHSW and week", "neither", "information",
          "CSWs whom an MHSW comes across in a shared office, whether or not they share a family", high=None),
    _mean("passing_talks", "Talks in passing", "passing", "paired", "talks per family and month", "neither",
          "information", "Talks about a shared family when the two leads come across each other", high=None,
          scale=_MONTH),
    _mean("forced_contacts", "Contacts that a rule forced", "forced", "paired",
          "contacts per family and month", "neither", "information",
          "Written contacts that a rule brought about and nobody wanted", high=None, scale=_MONTH),
    Measure("collaboration_hours", "Hours of collaboration", ("spent_csw", "spent_mhsw"),
            ("filled_csw", "filled_mhsw"), "hours per worker and week", "neither", "workforce",
            "Hours of contact, training, consultation and meetings", 1.0, 0.0, None),
    Measure("hours_moved", "Hours moved from other cases", ("hours_moved",), ("filled_csw", "filled_mhsw"),
            "hours per worker and week", "lower", "workforce",
            "Hours that priority takes from families whom the other service does not know", 1.0, 0.0, None,
            harm=True),
    _share("joint_plan_rate", "Joint-plan rate", "joint", "plans", "higher", "plans",
           "Joint plans among plans made for families that both services work with"),
    _mean("joint_plans_a_year", "Joint plans a year", "joint", "weeks", "plans per year", "higher", "plans",
          "Joint plans made in a year, in the whole organisation", high=None, scale=_YEAR),
    Measure("joint_plans_per_contact", "Joint plans per 100 contacts", ("joint",),
            ("written", "phone", "face", "meeting", "-forced"), "plans per 100 contacts", "higher", "plans",
            "Joint plans over contacts that somebody wanted; those that a rule forced are left out",
            100.0, 0.0, None),
    _share("nominal_plan_rate", "Nominal plans", "nominal", "plans", "lower", "plans",
           "Plans with contact between the services that are not joint"),
    _share("single_agency_rate", "Single-agency plans", "single", "plans", "lower", "plans",
           "Plans without any contact between the services"),
    _share("talked_rate", "Talked before the plan", "talked", "plans", "higher", "plans",
           "First link of the chain: the two leads had talked"),
    _share("understood_rate", "… and understood", "understood", "talked", "higher", "plans",
           "Second link, among the former: each understands enough of what the other knows"),
    _share("agreed_rate", "… and agreed on risk", "agreed", "understood", "higher", "plans",
           "Third link, among the former: risk discussed and agreed"),
    _share("took_part_rate", "… and the family took part", "took_part", "agreed", "higher", "plans",
           "Fourth link, among the former"),
    _share("accepted_rate", "… and both accepted", "joint", "took_part", "higher", "plans",
           "Last link, among the former: both leads accept their part"),
    _share("jointly_wrong", "Jointly wrong", "jointly_wrong", "joint", "lower", "plans",
           "Joint plans whose shared belief about risk is wrong"),
    _share("achievable_targets", "Achievable targets", "achievable", "plans", "higher", "plans",
           "Plans whose targets the parent can meet"),
    _share("unexplained_decisions", "Unexplained decisions", "unexplained", "plans", "lower", "plans",
           "Plans whose decision was not explained to the MHSW"),
    _share("assessed_in_time", "Assessed in 45 days", "in_time", "assessments", "higher", "plans",
           "First assessments finished within 45 working days"),
    _mean("risk_bias_csc", "Bias of CSC's risk belief", "bias_csc", "paired", "risk", "neither", "risk",
          "Mean belief less true risk; above 0 is over-estimation", low=-1.0),
    _mean("risk_bias_amh", "Bias of AMH's risk belief", "bias_amh", "paired", "risk", "neither", "risk",
          "Mean belief less true risk; above 0 is over-estimation", low=-1.0),
    _mean("risk_error_csc", "Error of CSC's risk belief", "error_csc", "paired", "risk", "lower", "risk",
          "Mean absolute error"),
    _mean("risk_error_amh", "Error of AMH's risk belief", "error_amh", "paired", "risk", "lower", "risk",
          "Mean absolute error"),
    _mean("disagreement", "Disagreement on risk", "disagreement", "paired", "risk", "lower", "risk",
          "Mean absolute difference of the two leads' beliefs"),
    _mean("familiarity", "Familiarity", "familiarity", "paired", "share", "higher", "relations",
          "Of the two leads of a shared family"),
    _mean("trust_csw", "Trust of CSWs in MHSWs", "trust_csw", "paired", "share", "higher", "relations",
          "Trust in force between the leads of a shared family"),
    _mean("trust_mhsw", "Trust of MHSWs in CSWs", "trust_mhsw", "paired", "share", "higher", "relations",
          "Trust in force between the leads of a shared family"),
    _mean("depth", "Depth of collaboration", "depth", "paired", "level 0 to 4", "higher", "relations",
          "None, informed, consulted, concerted, shared", high=4.0),
    _mean("fit", "Fit of depth to complexity", "fit", "paired", "share", "higher", "relations",
          "1 less the distance of depth (as a share) from complexity"),
    *(
        measure
        for s, label in (("csw", "CSWs"), ("mhsw", "MHSWs"))
        for measure in (
            _mean(f"role_knowledge_{s}", f"Role knowledge of {label}", f"role_knowledge_{s}", f"filled_{s}",
                  "share", "higher", "relations", "What they know of the other service"),
            _mean(f"confidence_{s}", f"Confidence of {label}", f"confidence_{s}", f"filled_{s}", "share",
                  "higher", "relations", "How able they feel to work with the other service"),
            _mean(f"narrative_{s}", f"Narrative of {label}", f"narrative_{s}", f"filled_{s}", "valence",
                  "higher", "relations", "Story they hold about the other service, -1 to 1", low=-1.0),
            _mean(f"narrative_spread_{s}", f"Spread of narrative between teams of {label}", f"spread_{s}",
                  "weeks", "valence", "neither", "relations", "Mean absolute deviation of team means"),
            _mean(f"orientation_{s}", f"Orientation of {label}", f"orientation_{s}", f"filled_{s}", "share",
                  "higher", "relations", "0 collecting information, 1 joint enterprise"),
            _mean(f"wellbeing_{s}", f"Wellbeing of {label}", f"wellbeing_{s}", f"filled_{s}", "share",
                  "higher", "workforce", "Mean wellbeing"),
            _mean(f"pressure_{s}", f"Pressure on {label}", f"pressure_{s}", f"filled_{s}", "ratio", "lower",
                  "workforce", "Hours demanded over hours available", high=None),
            _mean(f"caseload_{s}", f"Caseload of {label}", f"caseload_{s}", f"filled_{s}", "cases", "lower",
                  "workforce", "Background cases and families led, per worker", high=None),
            _mean(f"turnover_{s}", f"Turnover of {label}", f"leavers_{s}", f"filled_{s}", "share per year",
                  "lower", "workforce", "Leavers over workers", high=None, scale=_YEAR),
        )
    ),
    Measure("image_gap_csw", "Perceived-image gap of CSWs", ("perceived_image_csw",), "filled_csw", "valence",
            "neither", "relations", "How CSWs think they are seen less the story MHSWs really hold",
            1.0, -2.0, 2.0, ("narrative_mhsw", "filled_mhsw")),
    Measure("image_gap_mhsw", "Perceived-image gap of MHSWs", ("perceived_image_mhsw",), "filled_mhsw",
            "valence", "neither", "relations", "How MHSWs think they are seen less the story CSWs really hold",
            1.0, -2.0, 2.0, ("narrative_csw", "filled_csw")),
    _share("cross_service_density", "Cross-service density", "strong_ties", "possible_ties", "higher",
           "network", "CSW-MHSW pairs with familiarity of 0.2 or more"),
    _mean("family_trust_csc", "Families' trust in CSC", "family_trust_csc", "csc_open", "share", "higher",
          "families", "Mean over families open to CSC"),
    _mean("family_trust_amh", "Families' trust in AMH", "family_trust_amh", "amh_open", "share", "higher",
          "families", "Mean over families open to AMH"),
    _mean("engagement", "Engagement", "engagement", "csc_open", "share", "higher", "families",
          "Mean over families open to CSC"),
    _share("disguised_compliance", "Disguised compliance", "disguised", "csc_open", "lower", "families",
           "Families whose shown compliance exceeds their engagement by more than 0.2"),
    _mean("severity", "Severity", "severity", "csc_open", "share", "lower", "families",
          "Parent's mental ill-health, families open to CSC"),
    _mean("risk", "Risk of the child", "risk", "csc_open", "risk", "lower", "families",
          "Mean over families open to CSC"),
    _mean("escalation_rate", "Escalations", "escalations", "csc_open", "per family and year", "lower",
          "families", "Escalations per family open to CSC", high=None, scale=_YEAR),
    _mean("re_referral_rate", "Re-referral within a year", "returns", "closures", "share", "lower", "families",
          "Returns to CSC within 52 weeks of closure, per closure in the same window", high=None),
    _mean("shared_families", "Shared families", "shared", "weeks", "families", "neither", "families",
          "Families open to both services at one time", high=None),
    _share("filled_posts_csw", "CSW posts filled", "filled_csw", "posts_csw", "higher", "workforce",
           "Share of posts filled or covered"),
    _mean("consultations_lost", "Consultations lost", "consults_lost", "weeks", "per week", "lower",
          "spanners", "Consultations that waited until the plan was made or the lead changed", high=None),
    Measure("facts_by_spanner", "Facts that a spanner carried", ("by_spanner",), ("to_csc", "to_amh"),
            "share", "neither", "spanners",
            "Of the facts that crossed: those that a spanner translated or brought"),
    _mean("introductions", "Introductions", "introductions", "weeks", "per year", "higher", "spanners",
          "Strangers whom a spanner introduced to each other, in the whole organisation", high=None,
          scale=_YEAR),
    Measure("backfired", "Challenges that backfired", ("backfired",), ("challenged", "backfired"), "share",
            "lower", "spanners", "Of the challenges to a story: those made before the spanner was trusted",
            harm=True),
    _mean("spanners", "Spanners in post", "spanners", "weeks", "posts", "neither", "spanners",
          "Filled boundary-spanner posts", high=None),
)  # fmt: skip

RATIOS: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
