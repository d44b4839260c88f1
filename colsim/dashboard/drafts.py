"""A scenario that is being edited: from a preset, an upload or a link; with the usual checks."""

import json
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from colsim.dashboard.limits import MOST_BYTES
from colsim.errors import UserError, nearest
from colsim.scenario.faults import Fault, ScenarioError, fault_of, read_model
from colsim.scenario.levers import LEVERS, levers_in
from colsim.scenario.loading import LoadedScenario, is_policy, load_scenario, over
from colsim.scenario.schema import LeverSetting, Period, Scenario
from colsim.scenario.shipped import preset_files

EDITED = "edited here"
"""Stands for the file of a scenario that was changed on the page."""


def with_lever(loaded: LoadedScenario, name: str, setting: LeverSetting | None) -> LoadedScenario:
    """Return the scenario with one lever set anew, or without it.

    Raises:
        ScenarioError: the setting is not allowed.
    """
    levers = {k: v for k, v in loaded.scenario.levers.items() if k != name}
    if setting is not None:
        levers[name] = setting
    ordered = {k: levers[k].model_dump() for k in levers_in(levers) if k in levers}
    return edited(loaded, {"levers": ordered})


def edited(loaded: LoadedScenario, changes: Mapping[str, Any]) -> LoadedScenario:
    """Return the scenario with top-level tables replaced, checked like a file.

    Raises:
        ScenarioError: a value is not allowed.
    """
    scenario, misfits = read_model(Scenario, loaded.scenario.model_dump() | dict(changes))
    if scenario is None:
        raise ScenarioError([fault_of(misfit, EDITED) for misfit in misfits])
    if scenario == loaded.scenario:
        return loaded
    chain = loaded.chain if EDITED in loaded.chain else (*loaded.chain, EDITED)
    return replace(loaded, scenario=scenario, chain=chain)


def lever_set(
    loaded: LoadedScenario, name: str, changes: Mapping[str, Any], *, week: int = 0
) -> LoadedScenario:
    """Return the scenario with values of one lever changed; the lever is switched on if it is off.

    Args:
        loaded: the scenario.
        name: of the lever.
        changes: key of the setting to its value.
        week: policy week in which a lever that was off starts.

    Raises:
        UserError: it would start after the run.
        ScenarioError: a value is not allowed.
        KeyError: there is no such lever.
    """
    present = loaded.scenario.levers.get(name)
    values: dict[str, Any] = (
        {"strength": LEVERS[name].default, "start": week, "ramp": 13}
        if present is None
        else present.model_dump()
    )
    weeks = loaded.scenario.run.weeks
    if changes.get("start") is not None and changes["start"] >= weeks:
        raise UserError(
            f"From week: found {changes['start']}; allowed: a week of the run, up to {weeks - 1}"
        )
    values |= changes
    everything = {k: v.model_dump() for k, v in loaded.scenario.levers.items()} | {name: values}
    return edited(
        loaded, {"levers": {k: everything[k] for k in levers_in(everything) if k in everything}}
    )


def lever_on(loaded: LoadedScenario, name: str, *, week: int) -> LoadedScenario:
    """Return the scenario in which a lever is in force from now on; what it did before stays.

    Off and on again in one week it goes on as it was, for nothing has happened in between. In a
    later week a new period begins. When the run is over, nothing can begin: a lever that has ended
    goes on as if it had not, another one begins in week 0.

    Raises:
        ScenarioError: it does not go together with others.
        KeyError: there is no such lever.
    """
    setting = loaded.scenario.levers.get(name)
    over = week >= loaded.scenario.run.weeks
    if setting is None:
        return lever_set(loaded, name, {"end": None}, week=0 if over else week)
    if setting.end is None or setting.end >= week or over:
        return lever_set(loaded, name, {"end": None})
    past = setting.periods[-1].model_dump(include=set(Period.model_fields))
    earlier = [*(one.model_dump() for one in setting.earlier), past]
    return lever_set(loaded, name, {"earlier": earlier, "start": week, "end": None})


def lever_off(loaded: LoadedScenario, name: str, *, week: int) -> LoadedScenario:
    """Return the scenario in which a lever ends now; periods that have not begun are taken out."""
    setting = loaded.scenario.levers.get(name)
    if setting is None:
        return loaded
    begun = [one for one in setting.periods if one.start < week]
    if not begun:
        return with_lever(loaded, name, None)
    *before, last = begun
    end = week if last.end is None else min(week, last.end)
    return with_lever(loaded, name, _joined(setting, [*before, last], end))


def period_out(loaded: LoadedScenario, name: str, which: int) -> LoadedScenario:
    """Return the scenario without one of a lever's earlier periods.

    Args:
        loaded: the scenario.
        name: of the lever.
        which: number of the period, from 0; one that is not there changes nothing.
    """
    setting = loaded.scenario.levers.get(name)
    if setting is None or not 0 <= which < len(setting.earlier):
        return loaded
    kept = [one for k, one in enumerate(setting.periods) if k != which]
    return with_lever(loaded, name, _joined(setting, kept, setting.end))


def _joined(setting: LeverSetting, periods: list[LeverSetting], end: int | None) -> LeverSetting:
    """Return a setting with these periods, the last of which ends as is said."""
    *before, last = periods
    earlier = [one.model_dump(include=set(Period.model_fields)) for one in before]
    return LeverSetting.model_validate(last.model_dump() | {"earlier": earlier, "end": end})


def on_now(setting: LeverSetting | None, week: int) -> bool:
    """Return whether a lever is, or is still to be, in force."""
    return setting is not None and (setting.end is None or setting.end > week)


def uploaded(
    filename: str, content: bytes, *, base: LoadedScenario | None = None
) -> LoadedScenario:
    """Return the scenario of an uploaded file, checked as `colsim validate` does.

    It may extend presets, no files: those of this machine are nobody's business.

    Args:
        filename: as the visitor knows it.
        content: of the file.
        base: authority over which a file without an organisation is laid; robinscar if None.

    Raises:
        UserError: the file is too large.
        ScenarioError: it is no scenario; all faults in one go.
    """
    name = PurePosixPath(PureWindowsPath(filename).name).name or "scenario.toml"
    if len(content) > MOST_BYTES:
        raise UserError(
            f"{name}: found {len(content):,} bytes; allowed: a scenario of up to {MOST_BYTES:,}"
        )
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        data = {}  # said better below, with the line
    extends = data.get("extends", [])
    for one in extends if isinstance(extends, list) else [extends]:
        if isinstance(one, str) and one not in preset_files():
            allowed = f"a preset's name: {', '.join(preset_files())}"
            near = nearest(one, preset_files())
            raise ScenarioError([Fault(name, "extends", repr(one), allowed, near)])
    organisation = data.get("organisation")
    if isinstance(organisation, dict) and "staff" in organisation:
        allowed = "to open the staff list itself: a file of this machine is not read for a page"
        raise ScenarioError(
            [Fault(name, "organisation.staff", repr(organisation["staff"])[:60], allowed)]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.toml"
        path.write_bytes(content)
        try:
            if is_policy(path):
                loaded = over(base or load_scenario("robinscar"), path)
            else:
                loaded = load_scenario(path)
        except ScenarioError as error:
            raise ScenarioError(
                [
                    replace(fault, file=name) if fault.file == str(path) else fault
                    for fault in error.faults
                ]
            ) from None
        chain = tuple(name if file == str(path) else file for file in loaded.chain)
    short = Path(name).stem[:60] or "uploaded"
    return replace(loaded, name=short, provenance={}, chain=chain)


def leaves(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return dotted keys to values; tables without entries and None are left out."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= leaves(value, f"{prefix}{key}.")
        elif value is not None:
            found[f"{prefix}{key}"] = value
    return found


def to_toml(loaded: LoadedScenario) -> str:
    """Return the scenario as a file that stands alone.

    >>> text = to_toml(load_scenario("robinscar+co_location"))
    >>> tomllib.loads(text)["levers"]["co_location"]["strength"]
    3.0
    """
    data = loaded.scenario.model_dump(mode="json", exclude_none=True)
    tables = {key: value for key, value in data.items() if isinstance(value, dict)}
    lines = [f"{key} = {_toml(value)}" for key, value in data.items() if key not in tables]
    for key, value in tables.items():
        plain = {k: v for k, v in value.items() if not isinstance(v, dict)}
        if plain:
            lines += ["", f"[{key}]", *(f"{k} = {_toml(v)}" for k, v in plain.items())]
        for name, inner in value.items():
            if isinstance(inner, dict):
                lines += ["", f"[{key}.{name}]"]
                lines += [f"{k} = {_toml(v)}" for k, v in inner.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """Return a value as TOML writes it: JSON does the same for texts, numbers and plain lists."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{k} = {_toml(v)}' for k, v in value.items())} }}"
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        return "\n".join(["[", *(f"  {_toml(entry)}," for entry in value), "]"])
    return json.dumps(value, ensure_ascii=True)
