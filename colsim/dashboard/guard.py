"""Who may talk to the dashboard: this machine's own pages, or those who know the password.

A page of another site that is open in the same browser could otherwise speak to the websocket, and
a name that is made to point here could read the answers.
"""

import hmac
import html
import re
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from colsim.dashboard.origin import Origin, port_of
from colsim.dashboard.visitors import Visitor, Visitors, address_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE = "colsim-pass"
MOST_BODY = 2_000
"""Bytes of the sign-in form."""
_WAIT = 1.0
"""Seconds that a wrong password costs whoever gave it: guessing stays slow, others get in."""
_MOST_WAITING = 1_000
"""Addresses that are remembered to have guessed; more wait together."""
_TAB = re.compile(r"/jupyter/api/kernels/([^/]+)/")
"""Path of a tab's websocket."""
_SESSION = "solara-session-id"
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        b"connect-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'self'; "
        b"form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    # Without a referrer browsers send forms with no origin that could be checked.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_MOST_SAID = 10
"""Different refusals that are said on the terminal; more would only fill it."""
_PROXY_HEADERS = frozenset({b"script-name", b"x-script-name", b"forwarded", b"x-real-ip"})
"""Headers that anybody can send, and that the server behind would believe, for all visitors."""
_HIDDEN = ("/resourcez",)
"""Pages of the server that tell about other visitors."""


_STYLE = """<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1rem;
color:#17222b;background:#f5f6f5}
a{display:inline-block;padding:.6rem 0;color:#0b5563}
input,button{font:inherit;width:100%;padding:.6rem;margin:.3rem 0;
box-sizing:border-box;border:1px solid #6b7780;border-radius:8px}
button{background:#0b5563;color:#fff;border:0}
@media (prefers-color-scheme:dark){body{color:#e7edf0;background:#10171c}a{color:#7fd0dd}
button{background:#7fd0dd;color:#0b2127}}</style>"""
"""Of the guard's own pages: the dashboard's colours, light or dark as the browser asks."""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>colsim: {title}</title>'
        f"{_STYLE}<main>{body}</main></html>"
    )


def _missing(home: str) -> str:
    return _page(
        "no such page",
        "<h1>There is no such page</h1><p>The address may be of another version, or was cut off "
        f'on its way.</p><a href="{home}">To the dashboard</a>',
    )


class Guard:
    """An ASGI application that lets through what is allowed, and adds security headers.

    Args:
        app: the application behind.
        password: asked for once per browser; None: nobody is asked.
        exposed: whether other machines are meant to come: then any host name is taken, and a
            websocket's origin must be the host that it was asked at.
        origin: address that a reverse proxy on this machine shows; its pages may come too.
        trusted: addresses of proxies that say whom they ask for.
        visitors: who is here; refused are those that would be too many.
    """

    def __init__(
        self,
        app: App,
        *,
        password: str | None = None,
        exposed: bool = False,
        origin: Origin | None = None,
        trusted: frozenset[str] = frozenset(),
        visitors: Visitors | None = None,
    ) -> None:
        self._app = app
        self._trusted = trusted
        self._visitors = Visitors() if visitors is None else visitors
        self._origin = origin
        self._said: set[tuple[bytes, bytes]] = set()
        self._password = password
        self._exposed = exposed
        self._token = secrets.token_urlsafe(32)
        self._next_try: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {k.lower(): v for k, v in scope.get("headers", [])}
        refusal = self._refusal(scope, headers)
        visitor = Visitor(
            address_of(scope.get("client"), headers, self._trusted), _cookie(headers, _SESSION)
        )
        scope = self._plain(scope, headers)
        if refusal is not None:
            self._say(scope, headers, *refusal)
            await _refuse(scope, receive, send, *refusal)
        elif self._password is not None and not self._signed_in(headers):
            await self._ask(scope, receive, send, visitor.address)
        elif scope["type"] == "websocket":
            await self._let_in(scope, receive, send, visitor)
        elif _is_page(scope, headers) and (full := self._visitors.refusal(visitor)) is not None:
            await _refuse(scope, receive, send, 503, full)
        elif _is_page(scope, headers):
            await self._app(scope, receive, _or_missing(_with_headers(send), self._home()))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _home(self) -> str:
        return "/" if self._origin is None else f"{self._origin.prefix}/"

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Serve a tab's websocket, unless too many are here."""
        found = _TAB.match(scope["path"])
        tab = found[1] if found else scope["path"]
        full = self._visitors.refusal(visitor, tab)
        if full is not None:
            await _refuse(scope, receive, send, 503, full)
            return
        self._visitors.enter(visitor, tab)
        try:
            await self._app(scope, receive, _with_headers(send))
        finally:
            self._visitors.leave(visitor, tab)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._exposed and _name(host) not in LOOPBACK and not self._shown_at(host):
            return 421, "This dashboard answers on this machine only."
        if scope["path"] in _HIDDEN:
            return 404, "There is no such page."
        origin = headers.get(b"origin")
        socket = scope["type"] == "websocket"
        if not socket and (origin is None or scope.get("method") in ("GET", "HEAD")):
            return None
        if origin is None:
            return 403, "A websocket of this dashboard is opened by its own pages only."
        given = Origin.of(origin.decode("latin-1"))
        if given is None or not (given == self._origin or given.is_at(host)):
            return 403, "Pages of other sites may not talk to this dashboard."
        return None

    def _shown_at(self, host: str) -> bool:
        return self._origin is not None and self._origin.is_at(host)

    def _plain(self, scope: Scope, headers: dict[bytes, bytes]) -> Scope:
        """Return the scope without what a proxy says, and without the prefix that it shows."""
        kept = [
            (name, value)
            for name, value in scope.get("headers", [])
            if name.lower() not in _PROXY_HEADERS and not name.lower().startswith(b"x-forwarded-")
        ]
        plain = {**scope, "headers": kept}
        if self._origin is None:
            return plain
        path, prefix = scope["path"], self._origin.prefix
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            plain["path"] = path[len(prefix) :] or "/"
            plain.pop("raw_path", None)
        if self._origin.scheme == "https" and self._shown_at(
            headers.get(b"host", b"").decode("latin-1")
        ):
            plain["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        return plain

    def _say(self, scope: Scope, headers: dict[bytes, bytes], status: int, text: str) -> None:
        """Say on the terminal, once each, who was refused: a proxy's owner sees nothing else."""
        host, origin = headers.get(b"host", b""), headers.get(b"origin", b"")
        if status == 404 or (host, origin) in self._said or len(self._said) >= _MOST_SAID:
            return
        self._said.add((host, origin))
        what = "websocket" if scope["type"] == "websocket" else "request"
        asked = f"asked at host {_shown(host)}" + (
            f" by a page of {_shown(origin)}" if origin else ""
        )
        sys.stderr.write(
            f"refused a {what} ({status}), {asked}: {text} If that page is this dashboard behind a "
            "reverse proxy, start it with --origin and the address that browsers show\n"
        )
        sys.stderr.flush()

    def _signed_in(self, headers: dict[bytes, bytes]) -> bool:
        return hmac.compare_digest(_cookie(headers, COOKIE).encode(), self._token.encode())

    def _may_try(self, address: str) -> bool:
        """Return whether an address may give a password now; too many guessers share a pause."""
        return time.monotonic() >= self._next_try.get(self._waiting(address), 0.0)

    def _waiting(self, address: str) -> str:
        if address in self._next_try or len(self._next_try) < _MOST_WAITING:
            return address
        now = time.monotonic()
        self._next_try = {one: until for one, until in self._next_try.items() if until > now}
        return address if len(self._next_try) < _MOST_WAITING else ""

    async def _ask(self, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        """Show the form, or take its answer."""
        if scope["type"] == "websocket":
            await _refuse(scope, receive, send, 403, "Sign in first.")
            return
        if scope.get("method") != "POST":
            await _answer(send, 401, _form(""))
            return
        body = b""
        while len(body) <= MOST_BODY:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if not self._may_try(address):
            await _answer(send, 429, _form("Wait a second, then try again."))
            return
        given = parse_qs(body[:MOST_BODY].decode("utf-8", "replace")).get("password", [""])[0]
        assert self._password is not None
        if not hmac.compare_digest(given.encode(), self._password.encode()):
            waiting = self._waiting(address)
            self._next_try[waiting] = time.monotonic() + _WAIT
            await _answer(send, 401, _form("That is not the password."))
            return
        # Quoted: a line break in a path would begin a header of its own.
        query = quote(scope.get("query_string", b""), safe="=&%+.,:;-_~!*'()/?@$[]")
        prefix = "" if self._origin is None else self._origin.prefix
        path = quote(scope["path"].lstrip("/\\"), safe="/:@!$&'()*+,;=~-._")
        where = (f"{prefix}/{path}" + (f"?{query}" if query else "")).encode("ascii")
        cookie = f"{COOKIE}={self._token}; Path=/; HttpOnly; SameSite=Strict"
        extra = [(b"location", where), (b"set-cookie", cookie.encode())]
        await _answer(send, 303, "", extra)


def _cookie(headers: dict[bytes, bytes], wanted: str) -> str:
    """Return the value of a cookie; nothing if it is not sent."""
    for part in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value
    return ""


def _is_page(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Return whether a browser asks for a page, and not for a part of one."""
    return scope.get("method") == "GET" and b"text/html" in headers.get(b"accept", b"")


def _name(host: str) -> str:
    """Return the host without its port; nothing if it is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower() if port_of(host, 0) >= 0 else ""
    except ValueError:
        return ""


def _shown(text: bytes) -> str:
    """Return what somebody sent so that it cannot play tricks on a terminal."""
    return ascii(text[:100].decode("latin-1"))


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return sending


def _or_missing(send: Send, home: str) -> Send:
    """Return what sends a page; in place of a bare line for one that is not there, words."""
    missing = False

    async def sending(message: MutableMapping[str, Any]) -> None:
        nonlocal missing
        if message["type"] == "http.response.start" and message["status"] == 404:
            missing = True
            message["headers"] = [(b"content-type", b"text/html; charset=utf-8")]
        elif missing and message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": _missing(home).encode()}
        await send(message)

    return sending


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403, "reason": text})
        return
    await _answer(send, status, _page("refused", f"<p>{html.escape(text)}</p>"))


async def _answer(
    send: Send, status: int, text: str, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        *(extra or []),
    ]
    await _with_headers(send)({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _form(message: str) -> str:
    return _page(
        "sign in",
        '<h1>colsim</h1><form method="post"><label for="p">Password of this dashboard</label>'
        '<input id="p" name="password" type="password" autofocus autocomplete="current-password">'
        f'<button>Open</button><p role="alert">{html.escape(message)}</p></form>',
    )
