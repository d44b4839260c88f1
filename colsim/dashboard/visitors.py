"""Who is here: how many tabs one visitor, one address and all together may hold.

A tab is a websocket with a run behind it. Whoever opens many would otherwise keep all others out,
and a tab that dropped out would keep its run for as long as nobody counts.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MOST_AT_ONCE = 60
"""Tabs that are connected, of all visitors."""
MOST_OF_AN_ADDRESS = 45
"""Of one network address: a room with thirty phones behind one router is one address."""
MOST_OF_A_BROWSER = 10
"""Of one browser, by its session cookie."""
MOST_AWAY = 20
"""Tabs that lost their connection and whose runs are kept for their return."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a tab comes from."""

    address: str
    session: str = ""
    """Its browser's cookie; empty if it sends none."""


@dataclass(slots=True)
class Visitors:
    """The tabs that are connected, and those that may come back.

    Args:
        forget: called with the name of a tab whose run is let go.
    """

    forget: Callable[[str], None] = lambda tab: None
    _here: dict[str, list[Visitor]] = field(default_factory=dict)
    """By tab, each of its connections: it has two for a moment when it comes back."""
    _away: "OrderedDict[str, None]" = field(default_factory=OrderedDict)

    def refusal(self, visitor: Visitor, tab: str | None = None) -> str | None:
        """Return why a visitor may not open a tab, in words; None if it may.

        Args:
            visitor: who asks.
            tab: name of the tab; one that is here or away already is let in.
        """
        if tab is not None and (tab in self._here or tab in self._away):
            return None
        here = [connections[0] for connections in self._here.values()]
        if len(here) >= MOST_AT_ONCE:
            return f"This dashboard is full: {MOST_AT_ONCE} tabs are open. Try again later."
        if sum(one.address == visitor.address for one in here) >= MOST_OF_AN_ADDRESS:
            return (
                f"This dashboard is full for your network: {MOST_OF_AN_ADDRESS} tabs are open "
                "from its address. Close some, or try again later."
            )
        own = sum(bool(one.session) and one.session == visitor.session for one in here)
        if own >= MOST_OF_A_BROWSER:
            return (
                f"Your browser has {MOST_OF_A_BROWSER} tabs of this dashboard open, as many as it "
                "may. Close one, then reload this one."
            )
        return None

    def enter(self, visitor: Visitor, tab: str) -> None:
        """Note that a tab is connected."""
        self._away.pop(tab, None)
        self._here.setdefault(tab, []).append(visitor)

    def leave(self, visitor: Visitor, tab: str) -> None:
        """Note that a connection of a tab is gone; too many that are away are let go."""
        connections = self._here.get(tab, [])
        if visitor in connections:
            connections.remove(visitor)
        if connections:
            return
        self._here.pop(tab, None)
        self._away[tab] = None
        self._away.move_to_end(tab)
        while len(self._away) > MOST_AWAY:
            oldest, _ = self._away.popitem(last=False)
            self.forget(oldest)


def address_of(
    client: object, headers: Mapping[bytes, bytes], trusted: frozenset[str] = frozenset()
) -> str:
    """Return the network address that a request comes from.

    Args:
        client: host and port of the connection, as ASGI gives them; None for a local socket.
        headers: of the request, in lower case.
        trusted: addresses of proxies whose word is taken for whom they ask for.

    >>> address_of(("10.0.0.7", 50000), {b"x-forwarded-for": b"1.2.3.4"})
    '10.0.0.7'
    >>> address_of(("10.0.0.7", 50000), {b"x-forwarded-for": b"9.9.9.9, 1.2.3.4"},
    ...            frozenset({"10.0.0.7"}))
    '1.2.3.4'
    """
    at = str(client[0]) if isinstance(client, tuple | list) and client else ""
    if at not in trusted:
        return at
    # Each proxy adds at the end; what stands before, anybody can have sent.
    said = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return at
