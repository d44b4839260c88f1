"""`colsim dashboard`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from colsim.commands.crew import compile_shown


def dashboard(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Folder of a sweep or a calibration, which then has a page of its own.",
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen at; 0 takes any that is free.")] = 8765,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen at; one that is not this machine's own exposes the page."
        ),
    ] = "127.0.0.1",
    password: Annotated[
        str | None,
        typer.Option(
            envvar="COLSIM_DASHBOARD_PASSWORD",
            show_envvar=True,
            help="Ask everybody who opens the page for this password.",
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Address that browsers show, where a reverse proxy stands before the dashboard.",
        ),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Network address of a reverse proxy whose X-Forwarded-For is believed: visitors "
            "are then counted by their own addresses. Can be repeated.",
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open the dashboard: an authority that lives week by week, in your browser.

    It listens on this machine only, and works without internet. Stop it with Ctrl-C.

    Examples:

    - `colsim dashboard`
    - `colsim dashboard out/offices`
    - `colsim dashboard --port 9000 --no-browser`
    - `colsim dashboard --host 0.0.0.0 --password "a long one"`
    - `colsim dashboard --no-browser --origin https://example.org/colsim`
    """
    from colsim.dashboard import server
    from colsim.errors import UserError

    server.require_packages()
    exposed = not server.is_loopback(host)
    if password is not None and not password.strip():
        raise UserError("--password: found an empty one; allowed: a text, or no --password")
    shown_at = None
    if origin is not None:
        from colsim.dashboard.origin import Origin

        shown_at = Origin.given(origin)
    trusted = server.trusted_addresses(trusted_proxy or [])
    shown_too = None
    if folder is not None:
        from colsim.dashboard.served_folder import open_folder, results

        shown_too = open_folder(folder)
    listener = server.listening(host, port)
    at = listener.getsockname()[1]
    if exposed:
        _warn(host, password)
    compile_shown()
    everywhere = host in {"0.0.0.0", "::"}
    near = server.network_address() if everywhere else host
    room = shown_at.address if shown_at is not None else f"http://{near}:{at}/" if near else None
    app = server.application(
        password=password,
        exposed=exposed,
        shown=shown_too,
        origin=shown_at,
        trusted=trusted,
        room=room if exposed and password is not None else None,
    )
    server.warm_up()
    shown = "127.0.0.1" if everywhere else host
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{at}/"
    sys.stderr.write(f"dashboard at {url} (stop with Ctrl-C)\n")
    if everywhere and near:
        sys.stderr.write(f"for others in this network: http://{near}:{at}/\n")
    if shown_at is not None:
        sys.stderr.write(f"behind a proxy at {shown_at.address}\n")
    if shown_too is not None:
        page = "results" if results() is not None else "calibration"
        sys.stderr.write(f"{folder} at {url}{page}\n")
    sys.stderr.flush()
    if browser:
        import webbrowser

        webbrowser.open(url)
    server.serve(listener, app)


def _warn(host: str, password: str | None) -> None:
    """Say what exposing the page means."""
    sys.stderr.write(
        f"warning: listening at {host}: everybody who can reach this machine over the network can "
        "open the page and run simulations here. Traffic is not encrypted: use a network that you "
        "trust, or a proxy with TLS.\n"
    )
    if password is None:
        sys.stderr.write(
            "warning: no password is asked for; --password protects the page with one\n"
        )
