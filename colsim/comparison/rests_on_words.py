"""What a comparison rests on, in lines for people."""

from collections.abc import Mapping, Sequence

from colsim.comparison.compared import Compared
from colsim.comparison.rests_on import FEWEST, RestsOn, rests_on
from colsim.data.evidence import MARKS
from colsim.experiments.version import model_version


def lines_of(result: Compared) -> list[str]:
    """Return what the gains of a comparison's policies rest on."""
    return in_lines([rests_on(result, name) for name in result.names[1:]], result.labels)


def in_lines(found: Sequence[RestsOn], labels: Mapping[str, str]) -> list[str]:
    """Return what policies rest on: evidence, patterns, then a line for each policy.

    Args:
        found: of each policy.
        labels: name of each to how people know it.
    """
    lines = [_evidence(found), *_patterns(found)]
    return [*lines, *(f"{labels[one.scenario]}: {hangs_on(one)}" for one in found)]


def _evidence(found: Sequence[RestsOn]) -> str:
    by_mark: dict[str, list[str]] = {}
    for one in found:
        for title, mark in one.marks.values():
            if title not in by_mark.setdefault(mark, []):
                by_mark[mark].append(title)
    if not by_mark:
        return "Evidence: no lever differs from today's."
    said = (f"{MARKS[mark].split(':')[0]} for {', '.join(t)}" for mark, t in by_mark.items())
    return f"Size of the effects: {'; '.join(said)}."


def _patterns(found: Sequence[RestsOn]) -> list[str]:
    """Return which patterns concern the levers, by verdict, and on which model they were run."""
    concerned = {one.number: one for each in found for one in each.patterns}
    if not concerned:
        return ["Patterns: none speaks of these levers alone (docs/patterns.md)."]
    source = found[0].source
    by_verdict: dict[str, list[str]] = {}
    for number in sorted(concerned):
        one = concerned[number]
        by_verdict.setdefault(one.of(source)[0], []).append(f"{number} {_words(one.name)}")
    said = "; ".join(f"{verdict}: {', '.join(names)}" for verdict, names in by_verdict.items())
    models = {one.of(source)[1] for one in concerned.values()}
    other = "" if models == {model_version()} else ", run on another version of the model"
    return [f"Patterns that speak of them (docs/patterns.md{other}). {_upper(said)}."]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def hangs_on(one: RestsOn) -> str:
    """Return what moves a policy's gain most, and what half of it gains."""
    movers = one.movers
    if not movers.enough:
        said = (
            f"too few worlds to say what its gain hangs on ({movers.worlds}; {FEWEST} are needed)."
        )
    else:
        told = [str(mover) for mover in (*movers.numbers, *([movers.form] if movers.form else []))]
        tail = "" if movers.form is not None else "; no form stands out"
        said = (
            f"joint plans gained hang most on {', '.join(told)}{tail}."
            if told
            else f"no single number and no form stands out in {movers.worlds} worlds."
        )
    if one.half is None:
        return said
    return (
        f"{said} At half strength {100 * one.half.half:+.1f} points, in full "
        f"{100 * one.half.full:+.1f} ({one.half.worlds} worlds, one life each)."
    )
