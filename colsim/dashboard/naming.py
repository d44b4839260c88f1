"""What the points of a sweep are called, in the words of people."""

from colsim.experiments.points import Point
from colsim.experiments.results import Results
from colsim.scenario.naming import value_in_words


def point_names(results: Results) -> list[str]:
    """Return what the points of a design are called, in its order."""
    return [_name(one) for one in results.manifest.design.points]


def _name(point: Point) -> str:
    """Return a point's values in words; a scenario's title, or the label that its user gave."""
    if not point.values:
        plain = point.scenario is None or point.label == "base"
        return point.label.replace("_", " ") if plain else _title(point)
    if point.label.count("=") < len(point.values):
        return point.label
    return ", ".join(value_in_words(key, value) for key, value in point.values.items())


def _title(point: Point) -> str:
    assert point.scenario is not None
    return point.scenario.title.rstrip(".")
