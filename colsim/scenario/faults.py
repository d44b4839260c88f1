"""Faults of scenario files: from pydantic's errors and the rules to messages a planner can use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from colsim.errors import UserError, refusal
from colsim.scenario.checks import (
    Data,
    Loc,
    all_problems,
    known_parameters,
    nearest,
    number_range,
    parameter_range,
    table,
)
from colsim.scenario.levers import LEVERS
from colsim.scenario.schema import CHECK_ERROR, Scenario
from colsim.scenario.staff_rules import staff_problems

STAFF_KEYS = ("staff", "as_of")
"""Keys of an organisation that only files have; the loader replaces them by what they lead to."""

_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text in quotes",
    "boolean": "true or false",
    "array": "a list in square brackets",
    "object": "a table",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a scenario file."""

    file: str
    """File that set the value (or lacks it), as the user named it."""
    key: str
    """Dotted key, or "line N" where the text is no TOML."""
    found: str
    allowed: str
    suggestion: str | None = None
    """Nearest known name, if a name was wrong."""

    def __str__(self) -> str:
        """Return the fault on one line."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {refusal(self.found, self.allowed, self.suggestion)}"


class ScenarioError(UserError):
    """Files or names are faulty; holds every fault found in them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults: tuple[Fault, ...] = tuple(faults)


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(node: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Follow references, and take the branch of an optional value that is not null."""
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = _schema(model)["$defs"][node["$ref"].rsplit("/", 1)[1]]
        else:
            node = next(branch for branch in node["anyOf"] if branch.get("type") != "null")
    return node


def schema_at(loc: Loc, model: type[BaseModel] = Scenario) -> dict[str, Any]:
    """Return the JSON Schema of the value at a place, {} where none is known."""
    node = _resolve(_schema(model), model)
    for step in loc:
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            known = node.get("properties", {})
            extra = node.get("additionalProperties")
            node = known.get(step, extra if isinstance(extra, dict) else {})
        node = _resolve(node, model)
    return node


def _allowed(loc: Loc) -> str:
    """Say what the value at a place may be."""
    match loc:
        case ("levers", str(name), "strength") if name in LEVERS:
            lever = LEVERS[name]
            return number_range(lever.low, lever.high, lever.unit)
        case ("parameters", str(name)) if name in known_parameters():
            return parameter_range(known_parameters()[name])
        case ("title",):
            return "one line of 1 to 100 characters"
    return in_words(schema_at(loc))


def in_words(node: dict[str, Any]) -> str:
    """Say what a value may be, from its JSON Schema."""
    if "enum" in node:
        return " or ".join(map(str, node["enum"]))
    text = _TYPE_WORDS.get(str(node.get("type")), "another value")
    if node.get("type") == "object" and "properties" in node:
        text = f"a table with keys {', '.join(node['properties'])}"
    limits = []
    if "exclusiveMinimum" in node:
        limits.append(f"above {node['exclusiveMinimum']:g}")
    if "minimum" in node:
        limits.append(f"from {node['minimum']:g}" + ("" if "maximum" in node else " up"))
    if "maximum" in node:
        limits.append(("to" if "minimum" in node else "up to") + f" {node['maximum']:g}")
    return " ".join([text, *limits])


def shown(value: object) -> str:
    """Show a value as a TOML file would, shortened."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "a table"
        case str():
            text = repr(value)
        case _:
            text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def dotted(loc: Loc) -> str:
    """Return a place as a key: levers.co_location.localities[0]."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def value_faults(
    data: Data,
    *,
    provenance: Mapping[str, str],
    layers: Sequence[str],
    file: str,
    complete: bool = True,
    together: bool = True,
) -> Iterator[Fault]:
    """Find every fault in a scenario's merged data.

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

    def origin(loc: Loc) -> str:
        key = dotted(tuple(step for step in loc if isinstance(step, str)))
        if key in provenance:
            return provenance[key]
        # A table was set as a whole by whoever set something in it.
        inside = [name for name in provenance if name.startswith(f"{key}.")]
        # What lies within a list was set with the list.
        around = [name for name in provenance if key.startswith(f"{name}.")]
        return provenance[inside[-1]] if inside else provenance[around[0]] if around else file

    def rank(loc: Loc) -> int:
        key = dotted(loc)
        set_by = [file for name, file in provenance.items() if f"{name}.".startswith(f"{key}.")]
        return max((layers.index(file) for file in set_by), default=-1)

    problems = [
        problem
        for problem in (
            *all_problems(data),
            *staff_problems(table(data.get("organisation")), ("organisation",)),
        )
        if together or not problem.also
    ]
    # What an unknown key holds is nobody's business: that it is unknown comes first.
    unknown = {problem.loc for problem in problems if problem.found.startswith("unknown key")}
    seen: set[Loc] = set()
    try:
        Scenario.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            loc: Loc = item["loc"]
            # Prices are checked line by line below, with the lines that there are.
            if item["type"] == CHECK_ERROR or loc in unknown or (loc[0] == "prices" and loc[1:]):
                continue
            # Of a lever only the strength can be missing, and only if the lever is unknown.
            if item["type"] == "missing" and (not complete or loc[0] == "levers"):
                continue
            seen.add(loc)
            where = origin(loc)
            if item["type"] == "extra_forbidden":
                known = list(schema_at(loc[:-1]).get("properties", ()))
                if loc[:-1] == ("organisation",):
                    known += STAFF_KEYS
                if len(loc) == 1:
                    known.insert(0, "extends")
                name = str(loc[-1])
                found, allowed = f"unknown key {name!r}", ", ".join(known)
                yield Fault(where, dotted(loc), found, allowed, nearest(name, known))
            elif item["type"] == "missing":
                yield Fault(file, dotted(loc), "nothing", _allowed(loc))
            else:
                yield Fault(where, dotted(loc), shown(item["input"]), _allowed(loc))
    for problem in problems:
        if problem.loc in seen:
            continue
        # Of the values that do not go together, the one set last is the one to mend.
        loc = max((problem.loc, *problem.also), key=rank)
        found = problem.found
        if found.startswith("together with"):
            (other,) = {problem.loc, *problem.also} - {loc}
            by = "" if origin(other) == origin(loc) else f" ({origin(other)})"
            found = f"together with {other[-1]}{by}"
        yield Fault(origin(loc), dotted(loc), found, problem.allowed, problem.suggestion)
