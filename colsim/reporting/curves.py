"""Changes over the weeks as drawings that a page and a report share: no script, light and dark.

One policy stands alone; where bands of several lie over each other, each has a panel of its own
and the others are pale lines in it, all on one scale. Pointing at a panel, or a tap, shows values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations

from colsim.reporting.words import held_together

Values = Sequence[float | None]

_WIDE, _NARROW, _HIGH, _LOW = 440, 300, 226, 186
"""Width and height of a panel: alone, and beside others."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 14, 38
_COLUMNS = 40
"""Places at which a panel shows its values, at most."""
_YEAR = 52
"""Weeks."""
MONEY_ENDS = "money ends"
_LETTER = 6.6
"""Width of a letter."""
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
.curves .ends{stroke-width:1.5;stroke-dasharray:2 3}
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
    ends: int | None = None
    """Week in which the policy's money ends; None if it does not."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The changes that policies make in one measure."""

    title: str
    about: str
    """What it is and what it is compared with, in a sentence."""
    curves: tuple[Curve, ...]
    weeks: int
    unit: str = "percentage points"


def weeks_axis(weeks: int) -> tuple[dict[int, str], str]:
    """Return the weeks that an axis of time shows, with their labels, and what it counts.

    >>> weeks_axis(156)
    ({0: '0', 52: '1', 104: '2', 156: '3'}, 'years since the policy began')
    >>> weeks_axis(52)
    ({0: '0', 26: '26', 52: '52'}, 'weeks since the policy began')
    """
    years = weeks >= 2 * _YEAR
    if years:
        step = _YEAR * max(1, weeks // (6 * _YEAR))
    else:
        step = _YEAR // 2 if weeks >= _YEAR else max(1, weeks // 4)
    shown = {week: f"{week // _YEAR if years else week}" for week in range(0, weeks + 1, step)}
    return shown, f"{'years' if years else 'weeks'} since the policy began"


def drawn(of: Curves) -> str:
    """Return a figure as HTML; `STYLE` belongs to it."""
    apart = together = False
    if len(of.curves) > 1:
        apart = any(_meet(one, other) for one, other in combinations(of.curves, 2))
        together = not apart
    shown = [of.curves] if together or not apart else [(one,) for one in of.curves]
    panels = "".join(_panel(of, one, alone=len(shown) == 1) for one in shown)
    marked = any(one.ends is not None for one in of.curves)
    ends = "; dotted: the week in which a policy's money ends" if marked else ""
    return (
        f'<figure class="curves card"><figcaption>{escape(of.title)}: change in {escape(of.unit)}'
        f'</figcaption><p class="quiet weak">{_said(of.about)} Line: the median world; band: 9 in '
        f"10 worlds; dashed: no change{ends}. Point at a week to read it.</p>"
        f'<div class="panels">{panels}</div></figure>'
    )


def _said(text: str) -> str:
    return escape(held_together(text))


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
        shown, counted = weeks_axis(self.weeks)
        for week, label in shown.items():
            x, y = self.x(week), self.height - 20
            yield f'<text x="{x}" y="{y}" text-anchor="middle">{label}</text>'
        yield (
            f'<text x="{self.x(self.weeks / 2)}" y="{self.height - 4}" text-anchor="middle">'
            f"{counted}</text>"
        )

    def end(self, week: int, row: int, colour: str) -> str:
        """Return the mark of the week in which money ends, its words on the side with room."""
        x, room = self.x(week), _LETTER * len(MONEY_ENDS) + 8
        left = x + room > self.width - _RIGHT
        return (
            f'<line class="ends" x1="{x}" x2="{x}" y1="{_TOP}" y2="{self.height - _BOTTOM}" '
            f'style="stroke:{colour}"/><text class="ends" x="{x - 4 if left else x + 4}" '
            f'y="{_TOP - 2 + 13 * row}" text-anchor="{"end" if left else "start"}" '
            f'style="fill:{colour};stroke:none">{MONEY_ENDS}</text>'
        )

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
    for row, week in enumerate(sorted({one.ends for one in shown if one.ends is not None})):
        alike = [one for one in shown if one.ends == week]
        of_one = f"var(--line-{1 + (number[id(alike[0])] - 1) % 4})"
        parts.append(scale.end(week, row, of_one if len(alike) == 1 else "var(--words)"))
    parts += _tips(scale, shown)
    heads = "; ".join(f"{one.name} {one.told}" for one in shown)
    said = f"{of.title}: {heads} at the end" + "".join(
        f"; {one.name}: {MONEY_ENDS} in week {one.ends}" for one in shown if one.ends is not None
    )
    return (
        f'<div class="panel"><p class="head">{_said(heads)}</p><svg viewBox="0 0 {scale.width} '
        f'{scale.height}" role="img" aria-label="{escape(said)}">{"".join(parts)}</svg></div>'
    )


def _tips(scale: _Scale, shown: Sequence[Curve]) -> Iterator[str]:
    """Yield columns that show their values when they are pointed at."""
    every = max(1, -(-scale.weeks // _COLUMNS))
    wide = scale.x(every) - scale.x(0)
    for week in range(0, scale.weeks + 1, every):
        lines = [_when(week, scale.weeks), *(_told(one, week, len(shown) > 1) for one in shown)]
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


def _when(week: int, weeks: int) -> str:
    """Return a week as a panel's columns tell it, with the year where the axis counts years."""
    return f"week {week}" + (f", year {week / _YEAR:.1f}" if weeks >= 2 * _YEAR else "")


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
