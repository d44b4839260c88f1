"""The share link: a preset and what differs from it, as readable query parameters.

The keys are those of the scenario file, so a link is read with the same checks and messages.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from colsim import __version__
from colsim.dashboard.drafts import EDITED, leaves
from colsim.dashboard.limits import MOST_LINK, MOST_SCENARIOS, MOST_WORLDS
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.single import check_seed
from colsim.scenario.faults import ScenarioError
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.shipped import AUTHORITY, kind_of, list_presets, preset_files

_PARTS = ("title", "description", "run", "organisation", "parameters", "levers")
_ROOT = "robinscar"


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link restores."""

    scenarios: tuple[LoadedScenario, ...]
    seed: int = 1
    week: int = 0
    worlds: int = 50
    version: str = __version__

    @property
    def stale(self) -> bool:
        """Whether the link was made with another version, so that figures may differ."""
        return self.version != __version__


def to_query(shared: Shared) -> str:
    """Return the query of a link, without question mark.

    Raises:
        UserError: the scenarios are too long for a link.
    """
    listed = [one for one in shared.scenarios if one.scenario.organisation.practitioners]
    if any(_preset_of(one) is None for one in listed):
        raise UserError(
            "link: found an authority that is made of a staff list, which a link does not hold; "
            "allowed: to download the scenario, and to hand on the file"
        )
    pairs: list[tuple[str, str]] = [("v", shared.version)]
    if len(shared.scenarios) == 1:
        pairs += [("seed", str(shared.seed)), ("week", str(shared.week))]
        pairs += _pairs(shared.scenarios[0], "")
    else:
        pairs += [("seed", str(shared.seed)), ("worlds", str(shared.worlds))]
        for k, one in enumerate(shared.scenarios):
            pairs += _pairs(one, f"{k}.")
    query = urlencode(pairs, safe="[],:")
    if len(query) > MOST_LINK:
        raise UserError(
            f"link: found {len(query):,} characters; allowed: up to {MOST_LINK:,}; "
            "save the scenario as a file instead"
        )
    return query


def _preset_of(loaded: LoadedScenario) -> str | None:
    """Return how a link names a scenario that is shipped: robinscar, or robinscar+co_location."""
    parts = loaded.name.split("+")
    if any(part not in preset_files() for part in parts):
        return None
    texts = [loaded.name]
    if kind_of(parts[0]) != AUTHORITY:
        texts = [f"{one.name}+{loaded.name}" for one in list_presets(AUTHORITY)]
    same = loaded.scenario.organisation
    return next(
        (
            text
            for text in texts
            if _shipped(text.partition("+")[0]).scenario.organisation == same
            and _shipped(text).scenario == loaded.scenario
        ),
        None,
    )


@lru_cache(maxsize=256)
def _shipped(text: str) -> LoadedScenario:
    return load_scenario(text)


def _pairs(loaded: LoadedScenario, prefix: str) -> list[tuple[str, str]]:
    """Return the shortest way to say a scenario: a preset, or changes to the baseline."""
    preset = _preset_of(loaded)
    if preset is not None:
        return [(f"{prefix}preset", preset)]
    base = leaves(load_scenario(_ROOT).scenario.model_dump(mode="json"))
    mine = leaves(loaded.scenario.model_dump(mode="json"))
    changes = [(k, v) for k, v in mine.items() if base.get(k) != v]
    return [
        (f"{prefix}preset", _ROOT),
        (f"{prefix}name", loaded.name),
        *((f"{prefix}{key}", json.dumps(value)) for key, value in changes),
    ]


def from_query(query: str) -> Shared | None:
    """Return what a link restores; None for a query that names no scenario.

    Raises:
        UserError: the link is too long, or holds faulty values.
    """
    if len(query) > MOST_LINK:
        raise UserError(
            f"link: found {len(query):,} characters; allowed: up to {MOST_LINK:,} characters"
        )
    pairs = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
    single = "preset" in pairs
    if not single and "0.preset" not in pairs:
        return None
    prefixes = (
        [""] if single else [f"{k}." for k in range(MOST_SCENARIOS) if f"{k}.preset" in pairs]
    )
    faults: list[str] = []
    numbers: dict[str, int] = {}
    for key, start in (("seed", 1), ("week", 0), ("worlds", 50)):
        try:
            numbers[key] = int(pairs.get(key, str(start)))
        except ValueError:
            faults.append(f"link: {key}: found {pairs[key]!r}; allowed: a whole number")
            numbers[key] = start
    try:
        check_seed(numbers["seed"])
    except UserError as error:
        faults.append(f"link: {error}")
    if not 1 <= numbers["worlds"] <= MOST_WORLDS:
        faults.append(
            f"link: worlds: found {numbers['worlds']}; allowed: a number from 1 to {MOST_WORLDS}"
        )
    scenarios = []
    for prefix in prefixes:
        try:
            scenarios.append(_scenario(pairs, prefix, prefixes))
        except UserError as error:
            faults.append(str(error))
    if faults:
        raise UserError("\n".join(faults))
    return Shared(
        tuple(scenarios),
        seed=numbers["seed"],
        week=max(0, numbers["week"]),
        worlds=numbers["worlds"],
        version=pairs.get("v", ""),
    )


def _scenario(pairs: dict[str, str], prefix: str, prefixes: Sequence[str]) -> LoadedScenario:
    """Return one scenario of a link.

    Raises:
        UserError: its preset is unknown, a value is no JSON or not allowed.
    """
    preset = pairs[f"{prefix}preset"]
    for part in preset.split("+"):
        if part not in preset_files():
            said = refusal(repr(part), ", ".join(preset_files()), nearest(part, preset_files()))
            raise UserError(f"link: preset: {said}")
    if kind_of(preset.split("+")[0]) != AUTHORITY:
        preset = f"{_ROOT}+{preset}"  # a link that was made when policies had an authority
    overrides: dict[str, Any] = {}
    for key, text in pairs.items():
        if not key.startswith(prefix):
            continue
        key = key.removeprefix(prefix)
        if key.split(".")[0] not in _PARTS:
            continue
        if any(key == other or key.startswith(f"{other}.") for other in overrides):
            raise UserError(f"link: {key}: found a value within a value; allowed: one value a key")
        try:
            overrides[key] = json.loads(text)
        except (ValueError, RecursionError):
            raise UserError(f"link: {key}: found {text!r}; allowed: a number or a text") from None
    try:
        loaded = load_scenario(preset, overrides=overrides)
    except ScenarioError as error:
        raise UserError("\n".join(f"link: {f.key}: {_said(f)}" for f in error.faults)) from None
    except (AttributeError, TypeError):
        raise UserError("link: found keys that contradict each other") from None
    plain = preset.partition("+")[2] or preset
    name = pairs.get(f"{prefix}name", plain)[:60] if overrides else plain
    chain = (*loaded.chain, EDITED) if overrides else loaded.chain
    return replace(loaded, name=name or plain, provenance={}, chain=chain)


def _said(fault: Any) -> str:
    return refusal(fault.found, fault.allowed, fault.suggestion)
