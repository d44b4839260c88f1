"""A calibration as its page shows it: what was voiced, what is expected, what was learned."""

from typing import Any

import numpy as np

from colsim.calibration.results.words import band
from colsim.core.parameters import PARAMETERS
from colsim.dashboard.served_folder import Calibrated
from colsim.reporting.account import Words
from colsim.reporting.words import tenths

_SIDES = {"CSW": "children's social workers", "MHSW": "mental health social workers"}


def asked(found: Calibrated) -> list[dict[str, str]]:
    """Return what was asked of whom: names and values, in the order of the page."""
    manifest, summary = found.manifest, found.summary
    people = manifest["themes"]["interviewed"]
    compared = sum(row["compared"] for row in summary["themes"])
    facts = [
        ("Interviewed", ", ".join(f"{n} {_SIDES.get(side, side)}" for side, n in people.items())),
        ("Simulated in", manifest["scenario"]["title"]),
        ("Themes compared", f"{compared}, each by service"),
        ("Themes left out", f"{len(manifest['missing'])}, which nothing in the model shows"),
        ("Numbers asked", f"{len(summary['parameters'])}, all others as uncertain as before"),
        ("Made", f"with colsim {manifest['made'].get('colsim', '?')} on "
         f"{str(manifest['made'].get('written', ''))[:10]}"),
    ]  # fmt: skip
    return [{"name": name, "value": value} for name, value in facts]


def told(found: Calibrated, *, strong: bool) -> list[str]:
    """Return the sentences of its account: what speaks against trusting it, or all else."""
    said = [one for one in found.account.parts("answer") if isinstance(one, Words)]
    return [one.text for one in said if one.strong is strong]


def themes(found: Calibrated) -> list[dict[str, Any]]:
    """Return each theme and service: how many voiced it, and how many the model expects."""
    titles = {row["id"]: row["title"] for row in found.manifest["themes"]["rows"]}
    return [
        {
            "theme": row["theme"],
            "title": titles.get(row["theme"], row["theme"]),
            "side": row["service"],
            "of": row["interviewed"],
            "low": row["at_least"],
            "high": 0 if row.get("absent") else row["at_most"],
            "voiced": "said of the other service alone" if row.get("absent") else band(row),
            "before": _expected(row["prior_counts"]),
            "after": _expected(row["posterior_counts"]),
            "fits": _how_often(row["posterior_in_band"]),
            "odd": bool(row["compared"] and row["posterior_in_band"] < 0.1),
            "compared": bool(row["compared"]),
        }
        for row in found.summary["themes"]
    ]


def _how_often(share: float) -> str:
    """Return a share of rounds of interviews.

    >>> _how_often(1.0), _how_often(0.0), _how_often(0.42)
    ('always', 'never', '4 in 10')
    """
    return {1.0: "always", 0.0: "never"}.get(share, tenths(share))


def _expected(counts: list[float]) -> dict[str, float]:
    """Return the mean of a count, and the range that holds 9 in 10."""
    shares = np.asarray(counts, dtype=np.float64)
    total = shares.sum()
    if not total > 0:
        return {"low": 0.0, "mean": 0.0, "high": 0.0}
    up_to = np.cumsum(shares) / total
    return {
        "low": float(np.searchsorted(up_to, 0.05)),
        "mean": round(float((shares * np.arange(len(shares))).sum() / total), 2),
        "high": min(len(shares) - 1.0, float(np.searchsorted(up_to, 0.95))),
    }


def numbers(found: Calibrated) -> list[dict[str, Any]]:
    """Return each parameter: its range before and after, and whether the interviews moved it."""
    rows = []
    for prior, after in zip(found.manifest["priors"], found.summary["parameters"], strict=False):
        about = PARAMETERS[prior["name"]]
        # Half of the prior lies evenly below its middle, half above: its range of 9 in 10.
        middle = prior["middle"]
        before = (middle - 0.9 * (middle - prior["low"]), middle,
                  middle + 0.9 * (prior["high"] - middle))  # fmt: skip
        low, high = min(before[0], after["low"]), max(before[2], after["high"])
        span = high - low or 1.0

        def place(value: float, low: float = low, span: float = span) -> float:
            return round((value - low) / span, 4)

        rows.append(
            {
                "name": prior["name"].replace("_", " "),
                "about": about.description,
                "unit": about.unit,
                "before": f"{before[0]:.3g} to {before[2]:.3g}",
                "after": f"{after['low']:.3g} to {after['high']:.3g}",
                "middle": f"{after['median']:.3g}",
                "prior": [place(end) for end in before],
                "posterior": [place(after[end]) for end in ("low", "median", "high")],
                "moved": bool(after["moved"]),
                "less": f"{max(0.0, after['contraction']):.0%}".replace("%", " %"),
            }
        )
    return sorted(rows, key=lambda row: not row["moved"])


def missing(found: Calibrated) -> list[dict[str, str]]:
    """Return the themes that are not compared, and why."""
    titles = {row["id"]: row["title"] for row in found.manifest["themes"]["rows"]}
    return [
        {"title": titles.get(row["theme"], row["theme"]), "side": row["service"], "why": row["why"]}
        for row in found.manifest["missing"]
    ]
