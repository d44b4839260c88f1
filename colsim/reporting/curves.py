"""Changes over the weeks as drawings that a page and a report share: no script, light and dark.

One policy stands alone; where bands of several lie over each other, each has a panel of its own
and the others are pale lines in it, all on one scale. Pointing at a panel, or a tap, shows values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations

Values = Sequence[float | None]

_WIDE, _NARROW, _HIGH, _LOW = 440, 300, 210, 170
"""Width and height of a panel: alone, and beside others."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 14, 22
_COLUMNS = 40
"""Places at which a panel shows its values, at most."""
_MANY_WEEKS, _SOME_WEEKS = 104, 40
_OVER = 0.5
"""Share of weeks in which two bands meet from which on they cannot be told apart."""
_LONGEST = 28
"""Characters of a policy's name beside its values."""
_STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100)

STYLE = """
.curves{--line-0:var(--s0,#55636e);--line-1:var(--s1,#0072b2);--line-2:var(--s2,#c04a00);
--line-3:var(--s3,#00805f);--line-4:#a5487f;--words:var(--soft,#4b5963);--net:var(--rule,#dfe4e6);
--back:var(--card,#fff)}
.curves .panels{display:grid;gap:8px 18px;grid-template-columns:repeat(auto-fit,minmax(230px,1fr))}
.curves svg{width:100%;height:auto;display:block;overflow:visible}
.curves svg text{font-size:12px;fill:var(--words)}.curves .panel{margin:0;min-width:0}
.curves .panel .head{margin:6px 0 0;font-size:.9rem;font-weight:600}
.curves .net{stroke:var(--net)}.curves .none{stroke:var(--line-0);stroke-width:1.6;
stroke-dasharray:5 4}.curves .pale{fill:none;stroke:var(--line-0);opacity:.35}
.curves .middle{fill:none;stroke-width:2.2}.curves .band{opacity:.16;stroke:none}
.curves .tip{visibility:hidden;pointer-events:none}.curves .tip rect{fill:var(--back)}
.curves .tip line{stroke:var(--words);stroke-dasharray:2 2}
.curves .at:hover .tip{visibility:visible}.curves .at>rect{fill:transparent}
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """The change that one policy makes, week by week over the worlds; None where there is none."""

    name: str
    low: Values
    middle: Values
    high: Values
    told: str
    """The change at the end, as text."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The changes that policies make in one measure."""

    title: str
    about: str
    """What it is and what it is compared with, in a sentence."""
    curves: tuple[Curve, ...]
    weeks: int
    unit: str = "percentage points"


def drawn(of: Curves) -> str:
    """Return a figure as HTML; `STYLE` belongs to it."""
    apart = together = False
    if len(of.curves) > 1:
        apart = any(_meet(one, other) for one, other in combinations(of.curves, 2))
        together = not apart
    shown = [of.curves] if together or not apart else [(one,) for one in of.curves]
    panels = "".join(_panel(of, one, alone=len(shown) == 1) for one in shown)
    return (
        f'<figure class="curves card"><figcaption>{escape(of.title)}: change in {escape(of.unit)}'
        f'</figcaption><p class="quiet weak">{escape(of.about)} Line: the median world; band: 9 in '
        f"10 worlds; dashed: no change. Point at a week to read it.</p>"
        f'<div class="panels">{panels}</div></figure>'
    )


def _meet(one: Curve, other: Curve) -> bool:
    """Return whether two bands lie over each other for too long to be told apart."""
    ends = [
        (a, b, c, d)
        for a, b, c, d in zip(one.low, one.high, other.low, other.high, strict=True)
        if a is not None and b is not None and c is not None and d is not None
    ]
    over = sum(a <= d and c <= b for a, b, c, d in ends)
    return bool(ends) and over > _OVER * len(ends)


class _Scale:
    """Where weeks and values lie in a panel; the same values for all panels of a figure."""

    def __init__(self, of: Curves, width: int, height: int) -> None:
        self.width, self.height, self.weeks = width, height, max(1, of.weeks)
        known = [v for one in of.curves for ends in (one.low, one.high) for v in ends]
        values = [0.0, 1.0, -0.2, *(v for v in known if v is not None)]
        self.step = next((s for s in _STEPS if (max(values) - min(values)) / s <= 6), _STEPS[-1])
        self.top = self.step * -(-max(values) // self.step)
        least = min(values)
        low = self.step * (least // self.step)
        self.bottom = -self.step / 4 if least > -self.step / 4 else low

    def x(self, week: float) -> float:
        return round(_LEFT + (self.width - _LEFT - _RIGHT) * week / self.weeks, 1)

    def y(self, value: float) -> float:
        share = (self.top - value) / (self.top - self.bottom)
        return round(_TOP + (self.height - _TOP - _BOTTOM) * share, 1)

    def net(self) -> Iterator[str]:
        """Yield the lines of the net with their values, and the weeks below."""
        first = -(-self.bottom // self.step)
        count = int((self.top - first * self.step) / self.step + 1e-9)
        for value in (self.step * (first + k) for k in range(count + 1)):
            y = self.y(value)
            yield f'<line class="net" x1="{_LEFT}" x2="{self.width - _RIGHT}" y1="{y}" y2="{y}"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(value)}</text>'
        for week in range(0, self.weeks + 1, self._gap()):
            x, y = self.x(week), self.height - 4
            yield f'<text x="{x}" y="{y}" text-anchor="middle">{week}</text>'

    def _gap(self) -> int:
        if self.weeks >= _MANY_WEEKS:
            return 26 * -(-self.weeks // 182)
        return 13 if self.weeks >= _SOME_WEEKS else max(1, round(self.weeks / 4))

    def path(self, values: Values) -> str:
        """Return a line through the values that there are."""
        steps, up = [], True
        for week, value in enumerate(values):
            if value is not None:
                steps.append(f"{'M' if up else 'L'}{self.x(week)} {self.y(value)}")
            up = value is None
        return "".join(steps)

    def band(self, low: Values, high: Values) -> str:
        """Return the area between two courses."""
        known = [(w, a, b) for w, (a, b) in enumerate(zip(low, high, strict=True))
                 if a is not None and b is not None]  # fmt: skip
        if not known:
            return ""
        edge = [f"{self.x(w)} {self.y(b)}" for w, _, b in known]
        edge += [f"{self.x(w)} {self.y(a)}" for w, a, _ in reversed(known)]
        return f"M{'L'.join(edge)}Z"


def _panel(of: Curves, shown: Sequence[Curve], *, alone: bool) -> str:
    """Return one panel: some curves in colour, all others pale."""
    scale = _Scale(of, *((_WIDE, _HIGH) if alone else (_NARROW, _LOW)))
    number = {id(one): k for k, one in enumerate(of.curves, start=1)}
    parts = list(scale.net())
    zero = scale.y(0.0)
    parts.append(
        f'<line class="none" x1="{_LEFT}" x2="{scale.width - _RIGHT}" y1="{zero}" y2="{zero}"/>'
    )
    others = [one for one in of.curves if one not in shown]
    parts += [f'<path class="pale" d="{scale.path(one.middle)}"/>' for one in others]
    for one in shown:
        colour = f"var(--line-{1 + (number[id(one)] - 1) % 4})"
        parts.append(
            f'<path class="band" d="{scale.band(one.low, one.high)}" style="fill:{colour}"/>'
        )
        dashes = ("", "9 3", "2 3", "6 2 2 2")[(number[id(one)] - 1) % 4] if len(shown) > 1 else ""
        parts.append(
            f'<path class="middle" d="{scale.path(one.middle)}" style="stroke:{colour}" '
            f'stroke-dasharray="{dashes}"/>'
        )
    parts += _tips(scale, shown)
    heads = "; ".join(f"{one.name} {one.told}" for one in shown)
    said = f"{of.title}: {heads} at the end"
    return (
        f'<div class="panel"><p class="head">{escape(heads)}</p><svg viewBox="0 0 {scale.width} '
        f'{scale.height}" role="img" aria-label="{escape(said)}">{"".join(parts)}</svg></div>'
    )


def _tips(scale: _Scale, shown: Sequence[Curve]) -> Iterator[str]:
    """Yield columns that show their values when they are pointed at."""
    every = max(1, -(-scale.weeks // _COLUMNS))
    wide = scale.x(every) - scale.x(0)
    for week in range(0, scale.weeks + 1, every):
        lines = [f"week {week}", *(_told(one, week, len(shown) > 1) for one in shown)]
        x, width = scale.x(week), 7 * max(map(len, lines)) + 8
        left = min(max(_LEFT, x - width / 2), scale.width - _RIGHT - width)
        texts = "".join(
            f'<text x="{left + 4:.0f}" y="{_TOP + 12 + 14 * k}">{escape(line)}</text>'
            for k, line in enumerate(lines)
        )
        yield (
            f'<g class="at"><rect x="{x - wide / 2:.1f}" y="{_TOP}" width="{wide:.1f}" '
            f'height="{scale.height - _TOP - _BOTTOM}"/><g class="tip"><line x1="{x}" x2="{x}" '
            f'y1="{_TOP}" y2="{scale.height - _BOTTOM}"/><rect x="{left:.0f}" y="{_TOP}" '
            f'width="{width}" height="{14 * len(lines) + 4}" rx="3"/>{texts}</g></g>'
        )


def _told(one: Curve, week: int, named: bool) -> str:
    middle, low, high = one.middle[week], one.low[week], one.high[week]
    name = f"{one.name[:_LONGEST]}: " if named else ""
    if middle is None or low is None or high is None:
        return f"{name}none yet"
    return f"{name}{_tenth(middle)} ({_tenth(low)} to {_tenth(high)})"


def _tenth(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def _number(value: float) -> str:
    return f"{value:+g}" if value else "0"
