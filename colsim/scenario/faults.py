"""Faults of files, and how pydantic's errors become messages that a planner can use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from colsim.errors import UserError, nearest, refusal
from colsim.scenario.problem import Loc
from colsim.scenario.schema import CHECK_ERROR, Scenario

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
        place = place.replace("\n", "\\n")  # a name may hold one: a fault is one line
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


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that is not what a model asks for there."""

    loc: Loc
    kind: str
    """Pydantic's name for what is wrong, such as "missing"."""
    value: object
    said: tuple[str, str] | None = None
    """What was found and what is allowed, where a rule says so."""


def read_model[M: BaseModel](
    model: type[M], data: object, *, context: object = None
) -> tuple[M | None, list[Misfit]]:
    """Return a model of plain data, or else all that does not fit, each place once.

    Args:
        model: what is asked for.
        data: as TOML or JSON give it.
        context: for the model's own validators.
    """
    try:
        return model.model_validate(data, context=context), []
    except ValidationError as error:
        found: dict[Loc, Misfit] = {}
        for item in error.errors(include_url=False):
            loc: Loc = tuple(step for step in item["loc"] if step != "[key]")
            if any(loc[:k] in found for k in range(1, len(loc))):
                continue  # the whole of it is wrong already
            rule = item["ctx"] if item["type"] == CHECK_ERROR else None
            said = (str(rule["found"]), str(rule["allowed"])) if rule else None
            found.setdefault(loc, Misfit(loc, item["type"], item["input"], said))
        return None, list(found.values())


def fault_of(
    misfit: Misfit,
    file: str,
    model: type[BaseModel] = Scenario,
    *,
    allowed: Callable[[Loc], str] | None = None,
    keys: Callable[[Loc, list[str]], list[str]] | None = None,
) -> Fault:
    """Return what does not fit as a fault: where, what was found, what is allowed.

    Args:
        misfit: from `read_model`.
        file: that set the value, or lacks it.
        model: what was asked for.
        allowed: says what the value at a place may be; by its JSON Schema unless given.
        keys: changes the keys that a table is said to have, given its place.
    """
    loc, key = misfit.loc, dotted(misfit.loc)
    if misfit.said is not None:
        return Fault(file, key, *misfit.said)
    if misfit.kind == "extra_forbidden":
        known = list(schema_at(loc[:-1], model).get("properties", ()))
        known = known if keys is None else keys(loc[:-1], known)
        name = str(loc[-1])
        return Fault(file, key, f"unknown key {name!r}", ", ".join(known), nearest(name, known))
    words = in_words(schema_at(loc, model)) if allowed is None else allowed(loc)
    return Fault(file, key, "nothing" if misfit.kind == "missing" else shown(misfit.value), words)
