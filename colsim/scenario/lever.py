"""What a lever is: a policy option that changes named quantities over a window of time."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from functools import cache
from math import inf, isfinite
from typing import Any, ClassVar, Literal

from colsim.data import read
from colsim.data.evidence import MARKS
from colsim.data.rows import Flaw, RowError
from colsim.errors import nearest
from colsim.scenario.prices import INDEX, YEARS


class Service(IntEnum):
    """Services, numbered as in `colsim.core.names`, which a table of levers need not load."""

    CSW = 0
    MHSW = 1


CSW, MHSW = Service.CSW, Service.MHSW

Mode = Literal["scale", "on", "towards"]


class CostUnit(StrEnum):
    """What one amount of pounds is paid for.

    Of those who are reached, all where a lever acts, whatever its strength; of those who are
    covered, and of hours, days and sessions, as many as its strength says.
    """

    AUTHORITY_ONCE = "£ per authority, once"
    AUTHORITY_YEAR = "£ per authority and year"
    POST_YEAR = "£ per post and year"
    PRACTITIONER_DAY_YEAR = "£ per practitioner who moves, per day a week, a year"
    ATTENDEE_SESSION = "£ per attendee and session"
    MHSW_YEAR = "£ per MHSW covered and year"
    PRACTITIONER_ONCE = "£ per practitioner covered, once"
    PRACTITIONER_REACHED_ONCE = "£ per practitioner reached, once"
    PRACTITIONER_HOUR_YEAR = "£ per practitioner and hour a week, a year"
    TEAM_ONCE = "£ per team, once"
    TEAM_YEAR = "£ per team reached and year"
    TEAM_COVERED_YEAR = "£ per team covered and year"
    TEAM_HOUR_YEAR = "£ per team and hour a week, a year"
    FAMILY_YEAR = "£ per shared family covered and year"

    @property
    def once(self) -> bool:
        """Whether the line is paid once, and not every year."""
        return self.value.endswith("once")


@cache
def _quantities() -> tuple[str, ...]:
    """Return the names of the quantities; the core's own table would bring compiled code along."""
    return tuple(read("quantities"))


_MARKS = " or ".join(f"{mark} ({meaning})" for mark, meaning in MARKS.items())


def _mark_flaws(mark: str) -> Iterator[Flaw]:
    if mark not in MARKS:
        yield Flaw("mark", repr(mark), _MARKS)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in which a lever acts: a quantity, and how far it moves.

    With `level` in [0, 1] for this week's share of the full effect, mode
    "scale" adds amount * strength * level to the quantity, "on" adds
    amount * level whatever the strength, and "towards" moves the quantity
    from its present value to the strength by the share `level` (the amount
    is not used).
    """

    name: str
    quantity: str
    amount: float
    description: str
    mode: Mode = "scale"
    structural: bool = False
    """A structural channel makes the posts that others act through: it cannot be switched off."""

    def __post_init__(self) -> None:
        """Refuse a quantity that the model does not have, and an amount that is no number."""
        flaws = []
        if self.quantity not in _quantities():
            near = nearest(self.quantity, _quantities())
            flaws.append(Flaw("quantity", repr(self.quantity), "a quantity of the model", near))
        if not isfinite(self.amount):
            flaws.append(Flaw("amount", f"{self.amount}", "a finite number"))
        if flaws:
            raise RowError(flaws)


def price_key(item: str) -> str:
    """Return a cost's item as a key.

    >>> price_key("induction of a champion, one day"), price_key("social worker's post")
    ('induction_of_a_champion', 'social_workers_post')
    """
    words = re.split(r"[,:;(]", item.casefold().replace("'", "").replace("\u2019", ""))[0]
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a lever's price, in pounds of `price_year`."""

    item: str
    amount: float
    unit: CostUnit
    price_year: str
    mark: str
    source: str

    def __post_init__(self) -> None:
        """Refuse an amount, a year or a mark that there is not."""
        flaws = list(_mark_flaws(self.mark))
        if not 0.0 <= self.amount < inf:
            flaws.append(Flaw("amount", f"{self.amount:g}", "pounds, 0 or more"))
        year = re.fullmatch(r"(\d{4})/\d\d", self.price_year)
        if year is None or int(year[1]) not in INDEX:
            flaws.append(Flaw("price_year", repr(self.price_year), f"such as 2013/14: {YEARS}"))
        if flaws:
            raise RowError(flaws)

    @property
    def key(self) -> str:
        """Name of the line in a scenario's table of prices: its item up to the first mark."""
        return price_key(self.item)


@dataclass(frozen=True, slots=True)
class Caveat:
    """A sentence that stands beside every result in which a channel acts."""

    channel: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A lever that makes no sense in one place at one time with that which names it."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lever:
    """A policy option, a row of the table `levers`: its strength, channels, price and evidence.

    Raises:
        RowError: texts are missing, numbers out of order, or names unknown; it tells each flaw.
    """

    name: str
    title: str
    help: str
    unit: str
    low: float
    high: float
    default: float
    mark: str
    """How well the *effect* is evidenced; costs carry their own marks."""
    source: str
    channels: tuple[Channel, ...]
    costs: tuple[CostLine, ...] = ()
    staff_hours: float = 0.0
    """Hours a year that one unit of strength takes from each practitioner covered.

    Where these hours have a price, it is one of the cost lines: do not add it again."""
    has_posts: bool = False
    """Strength counts posts, which must be recruited and can stand empty."""
    recruits: bool = False
    """The lever needs people: where recruitment fails it reaches that much less."""
    addresses: tuple[Service, ...] = (CSW, MHSW)
    """Services whose teams it covers. Coverage is a share of AMH teams, or of CSC teams where it
    addresses these alone."""
    circumstance: bool = False
    """Something that happens to an authority, and no policy."""
    caveat: Caveat = Caveat()
    """What must be said wherever a result rests on the lever."""
    excludes: tuple[Excluded, ...] = ()
    group: str = "Other"
    """What it is shown among."""

    PAIRS: ClassVar[Mapping[str, tuple[str, str]]] = {"range": ("low", "high")}

    def __post_init__(self) -> None:
        """Refuse a lever that does not say what it is, what it moves or on what evidence."""
        flaws = list(self.check({field.name: getattr(self, field.name) for field in fields(self)}))
        if flaws:
            raise RowError(flaws)

    @staticmethod
    def check(values: Mapping[str, Any]) -> Iterator[Flaw]:
        """Find what is wrong in values by the names of their fields; some may be missing."""
        for key in ("title", "help", "unit", "source"):
            if not values.get(key, "there").strip():
                yield Flaw(key, "nothing", "a text")
        yield from _mark_flaws(values.get("mark", "J"))
        if "low" in values and "high" in values:
            low, high = values["low"], values["high"]
            default = values.get("default", low)
            if not (0.0 <= low < high < inf and low <= default <= high):
                found = f"[{low:g}, {high:g}] with default {default:g}"
                yield Flaw("range", found, "0 or more, and a default within")
        addresses = values.get("addresses", (CSW,))
        if not addresses or len(set(addresses)) < len(addresses):
            found = ", ".join(str(getattr(one, "name", one)) for one in addresses) or "nothing"
            yield Flaw("addresses", found, "CSW, MHSW or both, each once")
        channels: tuple[Channel, ...] | None = values.get("channels")
        named = [channel.name for channel in channels or ()]
        if channels is not None and not channels:
            yield Flaw("channels", "nothing", "at least one")
        caveat = values.get("caveat", Caveat()).channel
        if channels and caveat and caveat not in named:
            yield Flaw("caveat.channel", repr(caveat), ", ".join(named), nearest(caveat, named))
        for key, count in Counter(line.key for line in values.get("costs", ())).items():
            if count > 1:
                yield Flaw("costs", f"{count} items that begin {key!r}", "each item once")

    @property
    def needs_people(self) -> bool:
        """Whether it stands or falls with people who must be found."""
        return self.has_posts or self.recruits

    @property
    def switchable(self) -> tuple[str, ...]:
        """Names of the channels that a setting may list under `without`."""
        return tuple(channel.name for channel in self.channels if not channel.structural)

    def channels_without(self, without: Iterable[str] = ()) -> tuple[Channel, ...]:
        """Return the channels that act when those named are switched off.

        Raises:
            ValueError: a name is not one of `switchable`.
        """
        off = set(without)
        unknown = sorted(off.difference(self.switchable))
        if unknown:
            raise ValueError(
                f"{self.name} has no channel {', '.join(unknown)} to switch off; "
                f"it has {', '.join(self.switchable)}"
            )
        return tuple(channel for channel in self.channels if channel.name not in off)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two levers that cannot be in force in one locality in one week, and why."""

    one: str
    other: str
    reason: str
