"""What a reader must know beside a comparison: see `colsim.scenario.remarks`."""

from collections.abc import Iterable, Sequence

from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.remarks import Remark, caveats, merged, remarks_of, remarks_of_settings
from colsim.scenario.schema import Scenario

FEW_WORLDS = 40
"""Below this many worlds, a tail of 5 % lies on fewer than two of them."""


def world_remarks(
    worlds: int,
    *,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
    note: str = "",
) -> list[Remark]:
    """Return what is unusual about the worlds in which runs are lived."""
    found = []
    if fixed_parameters:
        text = (
            "Parameters fixed: ranges show chance alone, and not how far plausible assumptions "
            "differ."
        )
        found.append(Remark("fixed_parameters", text))
    if calibrated is not None and calibrated.kind == "calibration":
        text = f"Worlds are those that the calibration {calibrated.name} left plausible."
        found.append(Remark("calibrated", text))
    for text in (note, "" if calibrated is None else calibrated.note):
        if text:
            found.append(Remark("worlds", text))
    if worlds < FEW_WORLDS:
        text = (
            f"For trying out only: with fewer than {FEW_WORLDS} worlds (--replications "
            f"{2 * FEW_WORLDS}), ranges and shares of worlds are rough."
        )
        found.append(Remark("few_worlds", text))
    return found


def comparison_remarks(
    loaded: Sequence[LoadedScenario],
    worlds: int,
    *,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
    note: str = "",
) -> tuple[Remark, ...]:
    """Return what is to be known beside a comparison; the first scenario is the baseline."""
    found = merged({one.name: remarks_of(one) for one in loaded})
    first = loaded[0]
    others = tuple(
        one.name for one in loaded if one.scenario.organisation != first.scenario.organisation
    )
    if others:
        text = (
            f"Not the same organisation as {first.scenario.title.rstrip('.')}: "
            f"{'; '.join(one.scenario.title for one in loaded if one.name in others)}. There the "
            "change is that of policy and place together, and chance is not shared."
        )
        found.insert(0, Remark("authority", text, others))
    happening = [
        {name: use for name, use in one.scenario.levers.items() if lever_of(name, use).circumstance}
        for one in loaded
    ]
    if any(one != happening[0] for one in happening[1:]):
        text = (
            "What happens to the authority (posts frozen, an improvement journey) is not the same "
            "in all that is compared: the change is not that of policies alone."
        )
        found.insert(0, Remark("circumstances_differ", text))
    return (
        *found,
        *world_remarks(worlds, fixed_parameters=fixed_parameters, calibrated=calibrated, note=note),
    )


def sweep_notes(
    base: Scenario,
    others: Iterable[Scenario],
    worlds: int,
    *,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
    note: str = "",
) -> list[str]:
    """Return what is to be known beside a sweep: of its base, of its worlds, of levers in use.

    What the design varies stands in its table and is not said again.
    """
    found = [
        Remark("circumstance", f"Lived under: {lever.title}.")
        for name, setting in base.levers.items()
        if (lever := lever_of(name, setting)).circumstance
    ]
    found += remarks_of_settings(base)
    found += world_remarks(
        worlds, fixed_parameters=fixed_parameters, calibrated=calibrated, note=note
    )
    found += [Remark("caveat", text) for one in others for text in caveats(one.levers)]
    return list(dict.fromkeys(remark.text for remark in found))
