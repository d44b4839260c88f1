"""The dashboard behind a reverse proxy: its address, its prefix, its refusals, its headers."""

import http.client
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from importlib.util import find_spec

import pytest
from typer.testing import CliRunner

from colsim.cli import app
from colsim.dashboard.guard import Guard
from colsim.dashboard.origin import Origin
from colsim.errors import UserError
from tests.unit.test_dashboard import asked, behind, status

pytestmark = pytest.mark.skipif(find_spec("solara") is None, reason="solara is not installed")
SHOWN = Origin.given("https://colsim.example")
LOCAL = "127.0.0.1:8765"


@pytest.mark.parametrize(
    "text, address, prefix",
    [
        ("https://colsim.example", "https://colsim.example/", ""),
        ("https://Colsim.Example:443/", "https://colsim.example/", ""),
        ("http://colsim.example:80", "http://colsim.example/", ""),
        ("http://box:8080/tools/colsim/", "http://box:8080/tools/colsim/", "/tools/colsim"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", ""),
        (" https://box/a b ", "https://box/a%20b/", "/a%20b"),
    ],
)
def test_an_origin_is_read(text, address, prefix):
    origin = Origin.given(text)
    assert (origin.address, origin.prefix) == (address, prefix)


@pytest.mark.parametrize(
    "text",
    ["", "colsim.example", "ftp://box", "https://", "https://u:p@box", "https://box:99999",
     "https://box/?a=1", "https://box/#a", "https://box//x", "https://box/../x", "null"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(UserError, match=r"--origin: found .*; allowed: "):
        Origin.given(text)
    result = CliRunner().invoke(app, ["dashboard", "--no-browser", "--origin", text])
    assert isinstance(result.exception, UserError)


@pytest.mark.parametrize(
    "kind, headers, expected",
    [
        # Host kept, and nginx's default, which puts the address that it asks in its place.
        ("http", {"host": "colsim.example"}, 200),
        ("http", {"host": "colsim.example:443"}, 200),
        ("http", {"host": "COLSIM.example"}, 200),
        ("http", {"host": LOCAL}, 200),
        ("websocket", {"host": "colsim.example", "origin": "https://colsim.example"}, 200),
        ("websocket", {"host": "colsim.example:443", "origin": "https://colsim.example"}, 200),
        ("websocket", {"host": LOCAL, "origin": "https://colsim.example"}, 200),
        ("websocket", {"host": LOCAL, "origin": "https://colsim.example:443"}, 200),
        ("websocket", {"host": LOCAL, "origin": f"http://{LOCAL}"}, 200),
        ("http", {"host": "colsim.example:80"}, 421),
        ("http", {"host": "evil.example"}, 421),
        ("http", {"host": "colsim.example.evil"}, 421),
        ("http", {"host": "colsim.example:x"}, 421),
        ("websocket", {"host": LOCAL, "origin": "http://colsim.example"}, 4403),
        ("websocket", {"host": LOCAL, "origin": "https://colsim.example:8443"}, 4403),
        ("websocket", {"host": LOCAL, "origin": "https://evil.example"}, 4403),
        ("websocket", {"host": "colsim.example", "origin": "https://evil.example"}, 4403),
        ("websocket", {"host": "colsim.example"}, 4403),
    ],
)
def test_pages_of_the_proxys_address_may_come(kind, headers, expected):
    assert status(asked(Guard(behind, origin=SHOWN), kind=kind, **headers)) == expected


@pytest.mark.parametrize(
    "host, origin, expected",
    [
        ("box", "http://box:80", 200),
        ("box:80", "http://box", 200),
        ("box", "https://box:443", 200),
        ("box:443", "https://box", 200),
        ("box:443", "http://box", 4403),
        ("box", "http://box:443", 4403),
        ("box:8765", "http://box", 4403),
        ("[::1]:80", "http://[::1]", 200),
    ],
)
def test_the_usual_port_is_no_port(host, origin, expected):
    sent = asked(Guard(behind, exposed=True), kind="websocket", host=host, origin=origin)
    assert status(sent) == expected


def test_refusals_are_said_once_each_and_not_without_end(capsys):
    guard = Guard(behind)
    for _ in range(3):
        asked(guard, kind="websocket", host=LOCAL, origin="https://colsim.example")
        asked(guard, host="colsim.example")
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"refused a websocket (403), asked at host '{LOCAL}' by a page of "
        "'https://colsim.example': Pages of other sites may not talk to this dashboard. If that "
        "page is this dashboard behind a reverse proxy, start it with --origin and the address "
        "that browsers show",
        "refused a request (421), asked at host 'colsim.example': This dashboard answers on this "
        "machine only. If that page is this dashboard behind a reverse proxy, start it with "
        "--origin and the address that browsers show",
    ]
    for k in range(100):
        asked(guard, host=f"\x1b[2J{k}")
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 8
    assert "\x1b" not in said


def test_what_proxies_say_and_a_prefix_do_not_reach_the_server_behind():
    seen = []

    async def keep(scope, receive, send):
        seen.append(scope)
        await behind(scope, receive, send)

    guard = Guard(keep, origin=Origin.given("https://colsim.example/tools"))
    headers = {
        "x_script_name": "//evil", "script_name": "/evil", "forwarded": "host=evil",
        "x_forwarded_host": "evil", "x_forwarded_proto": "https", "X_Forwarded_Prefix": "/evil",
        "x_real_ip": "evil", "accept": "text/html",
    }  # fmt: skip
    for path in ("/tools", "/tools/", "/", "/tools/compare", "/compare", "/toolshed"):
        asked(guard, path=path, host="colsim.example", **headers)
    paths = ["/", "/", "/", "/compare", "/compare", "/toolshed"]
    assert [scope["path"] for scope in seen] == paths
    assert {scope["scheme"] for scope in seen} == {"https"}
    kept = {name for scope in seen for name, _ in scope["headers"]}
    assert kept == {b"host", b"accept"}
    guard = Guard(behind, origin=Origin.given("https://colsim.example/tools"), password="p")
    sent = asked(
        guard, method="POST", body=b"password=p", path="/tools/compare", host=LOCAL,
        origin="https://colsim.example",
    )  # fmt: skip
    assert dict(sent[0]["headers"])[b"location"] == b"/tools/compare"


# --- the server itself ---------------------------------------------------------------------


@contextmanager
def served(*arguments):
    """Port of a dashboard that can look no name up, and what it says."""
    code = (
        "import socket, sys\n"
        "real = socket.getaddrinfo\n"
        "def here(host, *a, **k):\n"
        "    if host in ('127.0.0.1', 'localhost'): return real(host, *a, **k)\n"
        "    sys.stderr.write(f'LOOKED UP {host}\\n'); raise OSError('no network')\n"
        "socket.getaddrinfo = here\n"
        f"sys.argv = {['colsim', 'dashboard', '--port', '0', '--no-browser', *arguments]!r}\n"
        "from colsim.cli import main\nmain()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    said, port = [], None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"dashboard at http://127\.0\.0\.1:(\d+)/", line):
            port = int(found[1])
            break
    assert port, "".join(said)
    threading.Thread(target=lambda: said.extend(process.stderr), daemon=True).start()
    try:
        yield port, said
    finally:
        process.terminate()
        process.wait(20)


def get(port, path, **headers):
    """Return status and body; the server may still be starting."""
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(
                "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("no answer")


def websocket(port, path, **headers):
    return get(
        port, path, Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==", **headers,
    )[0]  # fmt: skip


CHANNELS = "/jupyter/api/kernels/a/channels?session_id=b"


@pytest.mark.slow
def test_a_first_visitor_sets_nothing_for_later_ones_and_nothing_is_fetched():
    with served() as (port, said):
        evil = {
            "X_Script_Name": "//evil.example",
            "Script_Name": "/evil",
            "X_Forwarded_Host": "evil",
        }
        code, page = get(port, "/", **evil)
        assert code == 200
        assert "evil" not in page
        assert "evil" not in get(port, "/")[1]
        assert get(port, "/_solara/cdn/requirejs@2.3.6/require.js")[0] == 200
        for name in ("left-pad@1.3.0/index.js", "react", "..%2f..%2fetc/passwd", "@x/y@1.0.0/z.js"):
            assert get(port, f"/_solara/cdn/{name}")[0] == 404
        assert websocket(port, CHANNELS, Origin="https://colsim.example") == 403
    lines = "".join(said)
    assert "LOOKED UP" not in lines
    assert lines.count("refused a websocket (403)") == 1


@pytest.mark.slow
def test_behind_a_proxy_with_a_prefix():
    with served("--origin", "https://example.org/tools/colsim") as (port, said):
        for path, host in (("/tools/colsim/", "example.org"), ("/", f"127.0.0.1:{port}")):
            code, page = get(port, path, Host=host)
            assert code == 200
            links = re.findall(r'(?:src|href)="(/[^"]*)"', page)
            assert links
            assert all(link.startswith("/tools/colsim/") for link in links)
        assert get(port, links[0], Host="example.org")[0] == 200
        assert get(port, "/", Host="evil.example")[0] == 421
        for host in ("example.org", f"127.0.0.1:{port}"):
            assert websocket(port, CHANNELS, Host=host, Origin="https://example.org") == 101
            assert websocket(port, CHANNELS, Host=host, Origin="https://evil.example") == 403
    assert "behind a proxy at https://example.org/tools/colsim/\n" in said
