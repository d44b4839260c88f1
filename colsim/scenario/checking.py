"""Check a scenario's plain data: rules and types, once each, and the file of each fault."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from colsim.scenario.checks import all_problems, known_parameters, level_range, parameter_range
from colsim.scenario.faults import Fault, dotted, fault_of, in_words, read_model, schema_at
from colsim.scenario.known import national
from colsim.scenario.levers import levers_in
from colsim.scenario.problem import Data, Loc, Problem, as_number, number_range, table
from colsim.scenario.schema import APPLIED, Scenario
from colsim.scenario.staff_rules import staff_problems

STAFF_KEYS = ("staff", "as_of")
"""Keys of an organisation that only files have; the loader replaces them by what they lead to."""


def checked(
    data: Data,
    *,
    provenance: Mapping[str, str],
    layers: Sequence[str],
    file: str,
    complete: bool = True,
    together: bool = True,
) -> tuple[Scenario | None, list[Fault]]:
    """Return the scenario that merged data makes, or every fault in it.

    Args:
        data: plain data, `extends` already resolved.
        provenance: dotted key of each value to the file that set it.
        layers: all that set values, in the order in which they were merged.
        file: the scenario's own file, in which a missing key is missed.
        complete: False if a file of the chain could not be read: then missing
            keys are no fault of the others.
        together: False leaves out values that are sound by themselves and do
            not go together.
    """
    origins = _Origins(provenance, layers, file)
    problems = [
        problem
        for problem in (
            *all_problems(data),
            *staff_problems(table(data.get("organisation")), ("organisation",)),
        )
        if together or not problem.also
    ]
    scenario, misfits = read_model(Scenario, data, context=APPLIED)
    # What an unknown key holds is nobody's business: that it is unknown comes first.
    unknown = {problem.loc for problem in problems if problem.found.startswith("unknown key")}
    faults: list[Fault] = []
    seen: set[Loc] = set()
    for misfit in misfits:
        loc = _as_written(misfit.loc, data)
        # Prices are checked line by line, with the lines that there are.
        if loc in unknown or (loc[0] == "prices" and loc[1:]):
            continue
        # Of a lever itself only the strength can be missing, and only if the lever is unknown.
        missing = misfit.kind == "missing"
        if missing and (not complete or (loc[0] == "levers" and "earlier" not in loc)):
            continue
        seen.add(loc)
        # What an entry lacks is missed in the file that has the entry.
        where = file if missing and len(loc) < 3 else origins.of(loc[:-1] if missing else loc)
        at = replace(misfit, loc=loc)
        faults.append(fault_of(at, where, allowed=lambda at: _allowed(at, data), keys=_keys))
    faults += [origins.fault(problem) for problem in problems if problem.loc not in seen]
    return (None if faults else scenario), faults


def _as_written(loc: Loc, data: Data) -> Loc:
    """Return the place that a file has: the value of a level may stand by itself."""
    by_itself = loc[:1] == ("levels",) and loc[2:] == ("value",)
    given = table(data.get("levels")).get(str(loc[1])) if by_itself else {}
    return loc if isinstance(given, Mapping) else loc[:2]


class _Origins:
    """Which file set a value."""

    def __init__(self, provenance: Mapping[str, str], layers: Sequence[str], file: str) -> None:
        self._provenance, self._layers, self._file = provenance, layers, file

    def of(self, loc: Loc) -> str:
        """Return the file that set the value at a place, or what holds it."""
        provenance = self._provenance
        key = dotted(tuple(step for step in loc if isinstance(step, str)))
        if key in provenance:
            return provenance[key]
        # A table was set as a whole by whoever set something in it.
        inside = [name for name in provenance if name.startswith(f"{key}.")]
        # What lies within a list was set with the list.
        around = [name for name in provenance if key.startswith(f"{name}.")]
        if not inside and not around and loc[0] == "levers" and len(loc) > 2:
            return self.of(loc[:-1])  # something is missing in what a file defines
        return provenance[inside[-1]] if inside else provenance[around[0]] if around else self._file

    def fault(self, problem: Problem) -> Fault:
        """Return a broken rule as a fault of the file that is to mend it."""
        # Of the values that do not go together, the one set last is the one to mend.
        loc = max((problem.loc, *problem.also), key=self._rank)
        found = problem.found
        if found.startswith("together with"):
            (other,) = {problem.loc, *problem.also} - {loc}
            by = "" if self.of(other) == self.of(loc) else f" ({self.of(other)})"
            found = f"together with {other[-1]}{by}"
        return Fault(self.of(loc), dotted(loc), found, problem.allowed, problem.suggestion)

    def _rank(self, loc: Loc) -> int:
        key, setters = dotted(loc), self._provenance.items()
        set_by = [file for name, file in setters if f"{name}.".startswith(f"{key}.")]
        return max((self._layers.index(file) for file in set_by), default=-1)


def _keys(loc: Loc, known: list[str]) -> list[str]:
    """Return the keys that a file may have at a place: more than a scenario keeps."""
    if loc == ("organisation",):
        return [*known, *STAFF_KEYS]
    return known if loc else ["extends", *known]


def _allowed(loc: Loc, data: Data) -> str:
    """Say what the value at a place of a scenario may be."""
    levers = levers_in(table(data.get("levers")))
    match loc:
        case ("levers", str(name), "strength") if name in levers:
            lever = levers[name]
            return number_range(lever.low, lever.high, lever.unit)
        case ("parameters", str(name)) if name in known_parameters():
            return parameter_range(known_parameters()[name])
        case ("levels", str(name)) if name in national():
            given = table(data.get("levels")).get(name)
            by_itself = as_number(given) is not None
            return level_range(name) + ("" if by_itself else f", or {in_words(schema_at(loc))}")
        case ("levels", str(name), "value") if name in national():
            return level_range(name)
        case ("title",):
            return "one line of 1 to 100 characters"
    return in_words(schema_at(loc))
