"""What a calibration says, in sentences that claim no more than it knows."""

from typing import TYPE_CHECKING, Any

from colsim.core.parameters import PARAMETERS
from colsim.reporting.words import tenths

if TYPE_CHECKING:
    from colsim.calibration.posterior import Posterior

FEW = 20
"""Particles that a reweighted posterior should be worth, for its shifts to be believed."""
NOISY = 2.0
"""Spread of the log-likelihood's estimate above which particles hardly move."""
NO_ESTIMATE = (
    "These are plausible sets of parameters, not estimates of any place: a few interviews, "
    "held by somebody the interviewed knew, in one authority."
)


def in_sentences(posterior: "Posterior") -> list[str]:
    """Return what a calibration found and how far it is to be trusted."""
    summary = posterior.summary
    return [
        *_misfit(summary),
        _represented(posterior),
        _themes(summary),
        *_parameters(summary),
        _method(summary),
        *_leaning(summary),
        NO_ESTIMATE,
    ]


def _misfit(summary: dict[str, Any]) -> list[str]:
    share = summary["plausibility"]
    if not summary["misfit"]:
        return []
    return [
        "MISFIT: of interviews made up in worlds of the prior, "
        f"{'none' if share == 0 else f'{share:.1%}'} are as unlikely as those that were held. "
        "What the interviewed said together hardly ever comes out of this model: look at the "
        "themes below that are seldom predicted, and take the posterior for the least bad worlds."
    ]


def _represented(posterior: "Posterior") -> str:
    missing = posterior.manifest["missing"]
    compared = sum(row["compared"] for row in posterior.summary["themes"])
    shown = len(posterior.summary["themes"]) - compared
    text = f"{compared} themes (by service) are compared with the model"
    if shown:
        text += f", {shown} are shown and not compared with"
    if missing:
        text += f", {len(missing)} have nothing in the model that could speak to them"
    return text + "."


def _themes(summary: dict[str, Any]) -> str:
    used = [row for row in summary["themes"] if row["compared"]]
    seldom = [row for row in used if row["posterior_in_band"] < 0.05]
    text = (
        "New interviews in posterior worlds agree with what was voiced on "
        f"{sum(row['posterior_in_band'] for row in used):.0f} of {len(used)} themes on average "
        f"(in prior worlds on {sum(row['prior_in_band'] for row in used):.0f})."
    )
    if seldom:
        names = ", ".join(f"{row['theme']} of {row['service']}s" for row in seldom)
        text += f" Hardly ever (less than 1 in 20): {names}."
    return text


def _parameters(summary: dict[str, Any]) -> list[str]:
    moved = [one for one in summary["parameters"] if one["identified"]]
    rest = [one for one in summary["parameters"] if not one["identified"]]
    found = []
    if moved:
        moved.sort(key=lambda one: -abs(one["shift"]))
        parts = [
            f"{one['name']} ({'up' if one['shift'] > 0 else 'down'} "
            f"{abs(one['shift']):.1f} prior standard deviations, "
            f"{max(0.0, one['contraction']):.0%} of its variance gone)"
            for one in moved
        ]
        found.append("The interviews moved: " + "; ".join(parts) + ".")
    if rest:
        found.append(
            f"They say nothing that can be told from chance on {len(rest)} of "
            f"{len(summary['parameters'])} parameters asked about (not identified): "
            + ", ".join(one["name"] for one in rest)
            + "."
        )
    return found


def _method(summary: dict[str, Any]) -> str:
    check = summary["simulation_check"]
    sampler = summary["sampler"]
    runs = summary["simulations"]
    text = (
        f"{runs['runs']:,} runs; {sampler['particles']} particles that descend from "
        f"{sampler['ancestors']} draws of the prior; the estimate of a log-likelihood varies by "
        f"{sampler['log_likelihood_spread']:.1f}"
    )
    text += (
        " (noisy: take more replications). " if (sampler["log_likelihood_spread"] > NOISY) else ". "
    )
    if runs["failed"]:
        text += f"{runs['failed']:,} runs failed and were left out. "
    if check is None:
        return text + "The method was not checked by simulation: runs of the prior failed."
    verdict = "passed" if check["passed"] else "FAILED"
    return text + (
        f"Simulation-based calibration with {check['data_sets']} made-up sets of interviews "
        f"{verdict} (joint p {check['joint_p']:.2g}; a right method fails once in "
        f"{1 / check['false_alarm']:.0f})."
    )


def _leaning(summary: dict[str, Any]) -> list[str]:
    """Say which single theme, and which sharpness, the result leans on."""
    found = []
    for key, what in (("without_theme", "Without the theme"), ("sharper", "With")):
        worst = max(
            summary[key],
            key=lambda one: max(map(abs, one["shifts"].values()), default=0.0),
            default=None,
        )
        if worst is None or not worst["shifts"]:
            continue
        name, shift = max(worst["shifts"].items(), key=lambda item: abs(item[1]))
        guess = "" if worst["worth"] >= FEW else ", a guess, as few particles count"
        found.append(
            f"{what} {worst['change']}, {name} would move most: by {shift:+.1f} prior standard "
            f"deviations{guess}."
        )
    return found


def in_band(share: float) -> str:
    """Return how often a prediction agrees with what was voiced."""
    return tenths(share).replace("all worlds", "always").replace("no world", "never")


def title_of(name: str) -> str:
    """Return a parameter's description, its first clause."""
    return PARAMETERS[name].description.partition(",")[0]
