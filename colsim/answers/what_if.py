"""What if: the same policies where the money ends, less is delivered, or times are harder."""

import math
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.comparison.compare import check, check_together, compare
from colsim.comparison.comparison import Comparison
from colsim.comparison.sets import live_sets
from colsim.errors import Faults, UserError, refusal
from colsim.experiments.banks import RANGES, chosen_worlds
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario, Names, listed, load_comparison, over
from colsim.scenario.naming import key_in_words, value_in_words, within
from colsim.scenario.remarks import Remark
from colsim.scenario.schema import LeverSetting
from colsim.scenario.session import changed, own_levers
from colsim.scenario.session import delivered as delivered_share

Scenarios = tuple[LoadedScenario, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change of circumstances, applied to everything that is compared."""

    label: str
    """In words."""
    option: str
    """As it is typed."""
    scenarios: Scenarios
    """The baseline and the policies under it."""


def what_ifs(
    loaded: Scenarios,
    *,
    ends: int | None = None,
    settings: Iterable[str] | Mapping[str, object] = (),
    under: Names = (),
    delivered: float | None = None,
    recruitment: float | None = None,
) -> list[WhatIf]:
    """Return each change that is asked for, applied to a baseline and its policies.

    Args:
        loaded: the baseline first.
        ends: policy week in which the money of all policies ends.
        settings: dotted keys to values, such as parameters.leave_csw=0.32; each is one change.
        under: circumstances, together one change.
        delivered: share of every policy's strength that is delivered.
        recruitment: share of attempts to fill a post that succeed.

    Raises:
        UserError: a value is out of range or a key unknown; it names all of them.
    """
    pairs = _pairs(settings)
    faults = Faults()
    faults.found += _range_faults(ends, delivered, recruitment)
    faults.refuse()
    found: list[WhatIf] = []

    def add(label: str, option: str, changes: "Sequence[Mapping[str, object]]") -> None:
        them = faults.trying(
            lambda: tuple(changed(one, c, option) for one, c in zip(loaded, changes, strict=True))
        )
        found.append(WhatIf(label, option, them or ()))

    own = [own_levers(loaded[0], one) for one in loaded]
    if ends is not None:
        label = f"the money ends in week {ends}"
        add(label, f"--ends {ends}", [_all(uses, "end", ends) for uses in own])
    for key, value in pairs:
        there = [not key.startswith("levers.") or _has(one, key) for one in loaded]
        if not any(there):
            name = key.split(".")[1]
            faults.found.append(f"--set: found {key}; allowed: a lever in use, and {name} is none")
            continue
        changes = [{key: value} if has else {} for has in there]
        add(_label(key, value), f"--set {key}={value}", changes)
    if named := listed(under):
        them = faults.trying(lambda: tuple(over(one, under, name=one.name) for one in loaded)) or ()
        titles = ", ".join(them[0].circumstances if them else ()) or "circumstances"
        found.append(WhatIf(titles, f"--under {' '.join(map(str, named))}", them))
    if delivered is not None:
        changes = [delivered_share(uses, delivered) for uses in own]
        add(f"{delivered:.0%} of it is delivered", f"--delivered {delivered:g}", changes)
    if recruitment is not None:
        people = [{n: u for n, u in uses.items() if lever_of(n, u).needs_people} for uses in own]
        label = f"{recruitment:.0%} of attempts to fill a post succeed"
        changes = [_all(uses, "recruitment", recruitment) for uses in people]
        add(label, f"--recruitment {recruitment:g}", changes)
    faults.refuse()
    return found


def asked_for(
    *,
    ends: int | None,
    settings: Iterable[str],
    under: Names,
    delivered: float | None,
    recruitment: float | None,
) -> int:
    """Return how many changes are asked for; circumstances together are one."""
    alone = sum(one is not None for one in (ends, delivered, recruitment))
    return alone + len(list(settings)) + bool(listed(under))


def _range_faults(
    ends: int | None, delivered: float | None, recruitment: float | None
) -> Iterable[str]:
    if ends is not None and ends < 1:
        yield f"--ends: found {ends}; allowed: a policy week from 1"
    for name, share in (("--delivered", delivered), ("--recruitment", recruitment)):
        if share is not None and not (math.isfinite(share) and 0 < share <= 1):
            yield f"{name}: found {share:g}; allowed: a share above 0 up to 1"


def _pairs(settings: Iterable[str] | Mapping[str, object]) -> list[tuple[str, object]]:
    """Return dotted keys and values; texts are read as a TOML file would be.

    One key can have several values: each is a change of its own.
    """
    if isinstance(settings, Mapping):
        return list(settings.items())
    found: list[tuple[str, object]] = []
    for text in settings:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            allowed = "a key and a value, such as parameters.leave_csw=0.32"
            raise UserError(f"--set: {refusal(repr(text), allowed)}")
        try:
            read = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            read = value.strip()  # a name, such as that of a choice
        found.append((key.strip(), read))
    return found


def _label(key: str, value: object) -> str:
    """Return a number that is another, as people call it."""
    text = value_in_words(key, value)
    return within(f"{key_in_words(key)} is {value}" if key.startswith("parameters.") else text)


def _has(one: LoadedScenario, key: str) -> bool:
    return key.split(".")[1] in one.scenario.levers


def _all(uses: Mapping[str, LeverSetting], key: str, value: object) -> dict[str, object]:
    return {f"levers.{name}.{key}": value for name in uses}


def gains_under(
    now: Comparison, asked: Sequence[WhatIf], results: Sequence[Comparison]
) -> tuple[dict[str, Any], ...]:
    """Return a row for each policy and change: the gain now and under it, and what is spent.

    Gains are those of the joint-plan rate and of information flow, in the measures' own unit.
    """
    rows = []
    for one, result in zip(asked, results, strict=True):
        for name in now.names[1:]:
            row: dict[str, Any] = {"scenario": name, "what_if": one.label, "option": one.option}
            for measure in now.told:
                before, after = now.of(name, measure), result.of(name, measure)
                row[measure] = {
                    "now": before.difference,
                    "under": after.difference,
                    "low": after.low,
                    "high": after.high,
                    "better": after.better,
                }
            row["spent_now"] = math.fsum(now.extra_spending(name))
            row["spent"] = math.fsum(result.extra_spending(name))
            rows.append(row)
    return tuple(rows)


def what_if(
    authority: str | Path | LoadedScenario,
    policies: "str | Path | LoadedScenario | Iterable[str | Path | LoadedScenario]",
    *,
    ends: int | None = None,
    settings: Iterable[str] | Mapping[str, object] = (),
    under: Names = (),
    delivered: float | None = None,
    recruitment: float | None = None,
    **options: Any,
) -> Comparison:
    """Compare policies with an authority as it is, now and under each change that is asked for.

    Args:
        authority: a preset, a path, or a loaded scenario.
        policies: as for `compare`.
        ends: policy week in which the money of all policies ends.
        settings: dotted keys to values, each a change of its own.
        under: circumstances, together one change.
        delivered: share of every policy's strength that is delivered.
        recruitment: share of attempts to fill a post that succeed.
        options: as for `compare`, such as replications and seed.

    Returns:
        The comparison now; its `what_if` has a row for each policy and change.

    Raises:
        UserError: as for `compare`; or a change is out of range, or none is asked for.

    Example:
        >>> from colsim import load_scenario
        >>> short = load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 2})
        >>> found = what_if(short, "co_location", ends=2, replications=2, worlds="ranges")
        >>> [row["what_if"] for row in found.what_if]
        ['the money ends in week 2']
    """
    given = [policies] if isinstance(policies, str | Path | LoadedScenario) else list(policies)
    loaded = load_comparison(authority, given)
    asked = what_ifs(
        loaded, ends=ends, settings=settings, under=under, delivered=delivered,
        recruitment=recruitment,
    )  # fmt: skip
    if not asked:
        raise UserError("what if: found nothing; allowed: ends, settings, under, delivered or "
                        "recruitment")  # fmt: skip
    return compare_under(loaded, asked, **options)


def compare_under(
    loaded: Scenarios, asked: Sequence[WhatIf], *, laid: WhatIf | None = None, **options: Any
) -> Comparison:
    """Compare now and under each change, in the same worlds with the same chance.

    Args:
        loaded: the baseline and the policies.
        asked: what is told beside.
        laid: what is laid over all of `loaded` already, to be said.
        options: as for `compare`.
    """
    given: dict[str, Any] = {"replications": 200, "seed": 1, "workers": None} | options
    check(len(loaded) - 1, given["replications"], given["seed"], given["workers"],
          given.get("least"), given.get("precision"))  # fmt: skip
    for one in (loaded, *(one.scenarios for one in asked)):
        check_together(one, different_authorities=options.get("different_authorities", False))
    fixed = options.get("fixed_parameters", False)
    wanted = options.get("worlds", options.get("calibrated"))
    same = chosen_worlds(wanted, loaded[0], fixed_parameters=fixed).worlds
    begun = time.perf_counter()
    mine, *theirs = live_sets(
        [loaded, *(one.scenarios for one in asked)],
        replications=given["replications"],
        precision=options.get("precision"),
        half_strength=options.get("half_strength", True),
        progress=options.pop("progress", None),
        seed=given["seed"],
        workers=given["workers"],
        fixed_parameters=fixed,
        calibrated=same,
    )
    now = compare(loaded[0], loaded[1:], lived=mine, **options)
    now = replace(now, seconds=time.perf_counter() - begun)
    options |= {"half_strength": False, "worlds": RANGES if same is None else same}
    results = [
        compare(one.scenarios[0], one.scenarios[1:], lived=lived, **options)
        for one, lived in zip(asked, theirs, strict=True)
    ]
    remarks = now.remarks
    if laid is not None:
        remarks = (Remark("what_if", f"What if {laid.label}."), *remarks)
    return replace(now, remarks=remarks, what_if=gains_under(now, asked, results))
