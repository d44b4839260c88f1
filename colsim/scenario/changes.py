"""A scenario with other values: dotted keys set, or only a share of its own policies delivered."""

from collections.abc import Mapping
from dataclasses import replace

from colsim.scenario.checking import checked
from colsim.scenario.faults import ScenarioError
from colsim.scenario.layers import merge, nested
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting, Period


def own_levers(base: LoadedScenario, one: LoadedScenario) -> dict[str, LeverSetting]:
    """Return the levers that are a policy's own."""
    before = base.scenario.levers
    return {n: use for n, use in one.scenario.levers.items() if before.get(n) != use}


def delivered(uses: Mapping[str, LeverSetting], share: float) -> dict[str, object]:
    """Return a share of strengths; of what moves towards a value, a share of coverage."""
    changes: dict[str, object] = {}
    for name, use in uses.items():
        lever = lever_of(name, use)
        towards = any(channel.mode == "towards" for channel in lever.channels)
        key = "coverage" if towards else "strength"

        def part(of: LeverSetting | Period, key: str = key, posts: bool = lever.has_posts) -> float:
            value = float(getattr(of, key)) * share
            return float(round(value)) if posts and key == "strength" else value

        changes[f"levers.{name}.{key}"] = part(use)
        if use.earlier:
            changes[f"levers.{name}.earlier"] = [
                one.model_dump() | {key: part(one)} for one in use.earlier
            ]
    return changes


def changed(loaded: LoadedScenario, changes: Mapping[str, object], option: str) -> LoadedScenario:
    """Return a scenario with other values, checked like those of a file.

    Args:
        loaded: stays as it is.
        changes: dotted key to value.
        option: how messages name what set them.

    Raises:
        ScenarioError: a key is unknown, or a value not allowed.
    """
    if not changes:
        return loaded
    data = loaded.scenario.model_dump(mode="json")
    merge(data, nested(changes))
    provenance = {**loaded.provenance, **dict.fromkeys(changes, option)}
    layers = [*dict.fromkeys([*loaded.provenance.values(), *loaded.chain, loaded.name]), option]
    scenario, faults = checked(data, provenance=provenance, layers=layers, file=loaded.name)
    if scenario is None:
        raise ScenarioError(faults)
    return replace(loaded, scenario=scenario, provenance=provenance)
