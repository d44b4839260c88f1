"""What a calibration says, in sentences and rows that claim no more than it knows."""

from collections.abc import Iterable
from typing import Any

from colsim.calibration.plan.schema import STUDIES
from colsim.calibration.results.particles import Particles
from colsim.core.parameters import PARAMETERS
from colsim.reporting.account import Account, Grid, Section, Words

FEW = 20
"""Particles that a reweighted posterior should be worth, for its shifts to be believed."""
_AGAINST = ("MISFIT", "NO SKILL", "FAILED")
"""Words of sentences that speak against trusting a calibration, and of no others."""
NOISY = 2.0
"""Spread of the log-likelihood's estimate above which particles hardly move."""
NO_ESTIMATE = (
    "These are plausible sets of parameters, not estimates of any place: a few interviews, "
    "held by somebody the interviewed knew, in one authority."
)


def in_sentences(posterior: Particles) -> list[Words]:
    """Return what a calibration found; strong is what speaks against trusting it."""
    summary = posterior.summary
    told = [
        *_misfit(summary),
        _represented(posterior),
        *_coders(summary),
        *_skill(summary),
        _themes(summary),
        *_figures(summary),
        *_parameters(summary),
        *_double_use(posterior),
        _method(summary),
        _check(summary),
        *_leaning(summary),
        NO_ESTIMATE,
    ]
    return [Words(text, strong=any(word in text for word in _AGAINST)) for text in told]


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


def _represented(posterior: Particles) -> str:
    missing = posterior.manifest["missing"]
    compared = sum(row["compared"] for row in posterior.summary["themes"])
    shown = len(posterior.summary["themes"]) - compared
    text = f"{compared} themes (by service) are compared with the model"
    if shown:
        text += f", {shown} are shown and not compared with"
    if missing:
        text += f", {len(missing)} have nothing in the model that could speak to them"
    return text + "."


def _coders(summary: dict[str, Any]) -> list[str]:
    """Say how the tables of several coders were taken, and whether the model prefers one."""
    coders = summary.get("coders")
    if not coders:
        return []
    shares = ", ".join(
        f"{one['file']} {one['posterior']:.0%} (before them {one['weight']:.0%})" for one in coders
    )
    return [
        f"{len(coders)} coders' tables of the same interviews, of which any may be right. After "
        f"the interviews: {shares}. That is no verdict on a coder: a table that says less is "
        "easier to foretell. What is said below of one table is said of the likeliest."
    ]


def _skill(summary: dict[str, Any]) -> list[str]:
    """Say whether the model knows more of the themes than no model does."""
    scores = summary["skill"]
    found = []
    if scores:
        model, null = (sum(one[name] for one in scores) for name in ("model", "null"))
        worse = sorted(scores, key=lambda one: one["model"] - one["null"])
        text = (
            f"Each theme foretold from the others: the model scores {model:.1f} in all, a guess "
            f"without any model {null:.1f} (nearer 0 is better): skill {model - null:+.1f}."
        )
        if model < null:
            text = f"NO SKILL. {text} What moves below may be no more than a misfit's push."
        names = [one["theme"] for one in worse if one["model"] < one["null"] - 0.5]
        if names:
            text += f" Worse than the guess on {', '.join(names)}: look for the cause in the model."
        found.append(text)
    share = summary["permutation"]
    if share is not None:
        said = (
            "so the model knows which theme is whose"
            if share < 0.05
            else "so it hardly knows which theme is whose"
        )
        found.append(
            f"With rows exchanged within a service, {share:.1%} of tables are as likely as the "
            f"true one: {said}."
        )
    return found


_FIGURES = {
    "unanimous": ("rows in which everybody voiced it", "{:.1f}"),
    "voiced": ("mean share voiced or reported", "{:.2f}"),
    "difference": ("that of CSWs less that of MHSWs", "{:+.2f}"),
}


def _figures(summary: dict[str, Any]) -> list[str]:
    """Say where plain figures of the table lie among those of made-up ones."""
    parts = []
    for row in summary["discrepancies"] or ():
        name, form = _FIGURES[row["figure"]]
        parts.append(
            f"{name} {form.format(row['held'])} (made up in prior worlds "
            f"{form.format(row['prior_mean'])}, p {row['prior_p']:.2g}; in posterior worlds "
            f"{form.format(row['posterior_mean'])}, p {row['posterior_p']:.2g})"
        )
    return ["Figures of the table: " + "; ".join(parts) + "."] if parts else []


def _double_use(posterior: Particles) -> list[str]:
    """Say which priors rest on the study, where its themes are the data too."""
    manifest = posterior.manifest
    study = manifest["calibration"]["themes"] in STUDIES
    asked = len(posterior.summary["parameters"])
    names = [one["name"] for one in manifest["priors"][:asked] if one["cites_study"]]
    if not study or not names or manifest["calibration"]["priors_without_study"]:
        return []
    return [
        f"Used twice: the ranges of {len(names)} of the parameters asked about rest on the same "
        f"study ({', '.join(names)}); priors_without_study = true gives them wide flat ones."
    ]


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
    moved = [one for one in summary["parameters"] if one["moved"]]
    rest = [one for one in summary["parameters"] if not one["moved"]]
    found = []
    if moved:
        moved.sort(key=lambda one: -abs(one["shift"]))
        parts = [
            f"{one['name']} ({'up' if one['shift'] > 0 else 'down'} "
            f"{abs(one['shift']):.1f} prior standard deviations, error {one['error']:.2f}, "
            f"{max(0.0, one['contraction']):.0%} of its variance gone)"
            for one in moved
        ]
        found.append("The interviews moved (which is not to know them): " + "; ".join(parts) + ".")
    if rest:
        found.append(
            f"They say nothing that can be told from chance on {len(rest)} of "
            f"{len(summary['parameters'])} parameters asked about: "
            + ", ".join(one["name"] for one in rest)
            + "."
        )
    return found


def _method(summary: dict[str, Any]) -> str:
    sampler, runs = summary["sampler"], summary["simulations"]
    noisy = sampler["log_likelihood_spread"] > NOISY
    text = (
        f"{runs['runs']:,} runs; {sampler['particles']} particles on {len(sampler['islands'])} "
        "independent islands; the estimate of a log-likelihood varies by "
        f"{sampler['log_likelihood_spread']:.1f}"
    )
    text += " (noisy: take more replications)." if noisy else "."
    failed = f" {runs['failed']:,} runs failed and were left out." if runs["failed"] else ""
    return text + failed


def _check(summary: dict[str, Any]) -> str:
    """Say whether the method finds again what made-up interviews were made from, and how well."""
    check = summary["simulation_check"]
    if check is None:
        return "The method was not checked by simulation: runs of the prior failed."
    told = sorted(
        (one["recovery"], name)
        for name, one in check["by_name"].items()
        if one["recovery"] is not None
    )
    half = [name for share, name in told if share >= 0.5]
    middle = f"{told[len(told) // 2][0]:.2f}" if told else "unknown"
    # Of a correlation that is none, one in 40 is above two standard errors.
    chance = 2.0 / check["data_sets"] ** 0.5
    moved = {one["name"] for one in summary["parameters"] if one["moved"]}
    blind = [name for share, name in told if name in moved and share < chance]
    pushed = (
        f" Moved, though made-up interviews tell no more of them than chance: {', '.join(blind)}. "
        "Take that for a misfit's push, or for too few particles."
        if blind
        else ""
    )
    return (
        f"Simulation-based calibration with {check['data_sets']} made-up sets of interviews "
        f"{'passed' if check['passed'] else 'FAILED'} (joint p {check['joint_p']:.2g}; right "
        f"likelihoods and weights fail once in {1 / check['false_alarm']:.0f}). What such "
        "interviews can tell at all, as the correlation of posterior mean and truth: "
        f"{middle} in the middle of the parameters, 0.5 or more for {', '.join(half) or 'none'}."
        + pushed
    )


def _leaning(summary: dict[str, Any]) -> list[str]:
    """Say which single theme, and which sharpness, the result leans on."""
    found = []
    for key, what in (
        ("without_theme", "Without the theme"),
        ("sharper", "With"),
        ("selected", "Taking the author's selection for certain,"),
    ):
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


def band(row: dict[str, Any]) -> str:
    """Return how many of the interviewed voiced a theme."""
    low, high, of = row["at_least"], row["at_most"], row["interviewed"]
    return f"{low} of {of}" if low == high else f"{low} to {high} of {of}"


def title_of(name: str) -> str:
    """Return a parameter's description, its first clause."""
    return PARAMETERS[name].description.partition(",")[0]


_COLUMNS = ("Parameter", "Before", "After, 9 in 10", "Median", "Shift", "Evidence")


def account_of(found: Particles, sentences: Iterable[Words]) -> Account:
    """Return what a calibration says.

    Sections by key, in order: answer (its sentences), themes, moved; in the appendix: parameters.
    """
    table = found.table()
    moved = table[table["moved"].astype(bool)]
    none = Words("No parameter moved by more than chance moves it.")
    title = str(found.manifest["calibration"]["title"])
    return Account(
        (
            Section(title, tuple(sentences), key="answer"),
            Section("Themes", (_theme_rows(found),), key="themes"),
            Section("What moved", (_parameter_rows(moved) if len(moved) else none,), key="moved"),
            Section("Every parameter asked about", (_parameter_rows(table),), True, "parameters"),
        )
    )


def _theme_rows(found: Particles) -> Grid:
    titles = {row["id"]: row["title"] for row in found.manifest["themes"]["rows"]}
    rows = tuple(
        (
            f"{row['theme']} {titles.get(row['theme'], '')}",
            row["service"],
            band(row),
            f"{row['prior_in_band']:.0%}",
            f"{row['posterior_in_band']:.0%}",
        )
        for row in found.summary["themes"]
        if row["compared"]
    )
    return Grid(("Theme", "Of", "Voiced it", "As likely before", "and after"), rows)


def _parameter_rows(table: Any) -> Grid:
    rows = tuple(
        (
            row["parameter"],
            f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}",
            f"{row['median']:.3g}",
            f"{row['shift']:+.1f}",
            str(row["mark"]),
        )
        for row in table.to_dict("records")
    )
    return Grid(_COLUMNS, rows)
