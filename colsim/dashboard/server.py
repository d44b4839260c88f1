"""Serve the dashboard: settings, a model compiled beforehand, and the guard before everything."""

import functools
import ipaddress
import os
import socket
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from colsim.dashboard import allocator
from colsim.dashboard.guard import LOOPBACK, Guard
from colsim.dashboard.origin import Origin
from colsim.dashboard.visitors import MOST_AT_ONCE, Visitors
from colsim.errors import UserError, missing

if TYPE_CHECKING:
    from colsim.dashboard.served_folder import Calibrated
    from colsim.experiments.results import Results

SETTINGS = {
    "SOLARA_APP": "colsim.dashboard.pages",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_THEME_TITLE": "colsim",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    # Above what the guard lets in: it says so in words, Solara would let the last one wait.
    "SOLARA_KERNEL_MAX_COUNT": str(2 * MOST_AT_ONCE),
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_SESSION_SAME_SITE": "lax",
    "SOLARA_MODE": "production",
}
"""What Solara is told, whatever the environment says."""


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is reached from this machine alone."""
    if host.lower() in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def network_address() -> str | None:
    """Return this machine's address in its network, as far as it is known; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A datagram socket that is connected only looks up which way it would send.
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None


def trusted_addresses(given: Iterable[str]) -> frozenset[str]:
    """Return the addresses of proxies, as connections show them.

    Raises:
        UserError: one of them is no network address.
    """
    found = set()
    for text in given:
        try:
            found.add(str(ipaddress.ip_address(text.strip())))
        except ValueError:
            raise UserError(
                f"--trusted-proxy: found {text!r}; allowed: a network address such as 127.0.0.1"
            ) from None
    return frozenset(found)


def require_packages() -> None:
    """Refuse to go on without the packages that only the dashboard needs.

    Raises:
        UserError: one of them is missing.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("solara", "ipyvuetify", "anywidget")):
        raise missing("dashboard: found no Solara", "dashboard", "offline")


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        UserError: the address is not this machine's, or the port is taken.
    """
    if not 0 <= port <= 65_535:
        raise UserError(f"--port: found {port}; allowed: a whole number from 0 to 65535")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise UserError(
            f"--host: found {host!r} ({error.strerror or error}); allowed: an address of this "
            "machine, such as 127.0.0.1"
        ) from error
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UserError(
            f"--port: found {port} at {host}, which cannot be listened to "
            f"({error.strerror or error}); allowed: a port that is free, or 0 to take any"
        ) from error
    return listener


def application(
    *,
    password: str | None,
    exposed: bool,
    shown: "Results | Calibrated | None" = None,
    origin: Origin | None = None,
    trusted: frozenset[str] = frozenset(),
    room: str | None = None,
) -> Guard:
    """Return the guarded application; settings are made before Solara reads them.

    Args:
        password: asked for once per browser; None: nobody is asked.
        exposed: whether other machines are meant to come.
        shown: a sweep or a calibration, which then has a page of its own.
        origin: address that a reverse proxy shows.
        trusted: addresses of proxies that say whom they ask for.
        room: address that a workshop's room opens; None: there is no workshop.
    """
    from colsim.dashboard import served_folder, workshop

    served_folder.show(shown)
    workshop.show(room)
    os.environ.update({**SETTINGS})
    # Otherwise Solara takes both from the first visitor's headers, for all later ones.
    os.environ["SOLARA_ROOT_PATH"] = "" if origin is None else origin.prefix
    os.environ["SOLARA_BASE_URL"] = "" if origin is None else origin.address
    os.environ["SOLARA_SESSION_SECRET_KEY"] = os.urandom(24).hex()
    # Solara warns of each visit over plain HTTP; what that means is said once, when exposing.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    import solara.server.starlette

    _fetch_nothing()
    _take_leave_quietly()
    app = solara.server.starlette.app
    return Guard(
        app,
        password=password,
        exposed=exposed,
        origin=origin,
        trusted=trusted,
        visitors=Visitors(_let_go),
    )


def _let_go(tab: str) -> None:
    """Close the run of a tab that is away; one that came back meanwhile stays."""
    from solara.server.kernel_context import contexts

    context = contexts.get(tab)
    if context is not None:
        context.close()


def _fetch_nothing() -> None:
    """Let Solara serve what is on disk alone, where its assets are installed.

    It would fetch whatever package of the web a path names, and serve it as its own.
    """
    from solara.server import cdn_helper
    from solara.server.settings import assets

    if (assets.proxy_cache_dir / "@widgetti").is_dir():
        cdn_helper.fetch_from_cdn = _refuse_to_fetch


def _refuse_to_fetch(url: object) -> bytes:
    raise FileNotFoundError(f"{url} is not on disk")


def _take_leave_quietly() -> None:
    """Let Solara take a visitor who leaves, or a server that ends, for what it is.

    A run that still sends when its connection has just ended meets an error of the event loop,
    which Solara does not know for a disconnection: it logged up to three tracebacks for each.
    """
    from solara.server.starlette import WebsocketWrapper

    for name in ("send_text", "send_bytes", "close"):
        method = getattr(WebsocketWrapper, name)
        if not hasattr(method, "__wrapped__"):
            setattr(WebsocketWrapper, name, _or_disconnected(method))


def _or_disconnected(method: Callable[..., None]) -> Callable[..., None]:
    """Return a method of a connection that says so where the connection is no more."""
    from solara.server.websocket import WebSocketDisconnect

    @functools.wraps(method)
    def called(*arguments: Any) -> None:
        try:
            method(*arguments)
        except CancelledError as error:
            raise WebSocketDisconnect from error
        except RuntimeError as error:
            if not any(words in str(error) for words in _ENDED):
                raise
            raise WebSocketDisconnect from error

    return called


_ENDED = ("portal is not running", "loop is closed", "loop is not running")
"""What anyio and asyncio say where a connection's event loop has ended."""


def warm_up() -> None:
    """Compile the model and load the pages, so that the first visitor does not wait."""
    from colsim.dashboard.live import LiveRun
    from colsim.scenario.loading import load_scenario

    LiveRun(load_scenario("desktop"), 1)


def serve(listener: socket.socket, app: Any) -> None:
    """Serve until interrupted."""
    import uvicorn

    allocator.prepare()
    config = uvicorn.Config(
        app, log_level="warning", ws_max_size=4_000_000, lifespan="on", proxy_headers=False
    )
    uvicorn.Server(config).run(sockets=[listener])
