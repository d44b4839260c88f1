"""Who may hold how many tabs, who waits after a wrong password, and what no link may ask for."""

import asyncio
from importlib.util import find_spec

import pytest

from colsim.dashboard import guard as guards
from colsim.dashboard import server, visitors
from colsim.dashboard.guard import Guard
from colsim.dashboard.limits import check_comparison
from colsim.dashboard.visitors import Visitor, Visitors
from colsim.errors import UserError
from colsim.scenario import load_scenario
from tests.unit.test_dashboard import HERE, behind, status

pytestmark = pytest.mark.skipif(find_spec("solara") is None, reason="solara is not installed")


def asked(guard, *, client=("127.0.0.1", 5), kind="http", method="GET", path="/", **more):
    """Ask a guard from an address; return what it sent."""
    sent = []
    body = more.pop("body", b"")
    query = more.pop("query", b"")

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query,
        "client": client,
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in more.items()],
    }
    asyncio.run(guard(scope, receive, send))
    return sent


def tab(number):
    return f"/jupyter/api/kernels/{number}/channels"


OWN = {"host": HERE, "origin": f"http://{HERE}"}


def filled(count, *, address="10.0.0.1", session=""):
    here = Visitors()
    for k in range(count):
        here.enter(Visitor(address, session), f"tab-{k}")
    return here


def test_a_room_of_phones_behind_one_address_gets_in():
    here = filled(30)
    assert here.refusal(Visitor("10.0.0.1"), "one more") is None


@pytest.mark.parametrize(
    "here, visitor, said",
    [
        (filled(45), Visitor("10.0.0.1"), "full for your network: 45 tabs"),
        (filled(10, session="s"), Visitor("10.0.0.9", "s"), "Your browser has 10 tabs"),
    ],
)
def test_one_visitor_cannot_keep_others_out(here, visitor, said):
    assert said in here.refusal(visitor, "new")
    assert here.refusal(Visitor("10.0.0.2", "other"), "new") is None
    assert here.refusal(visitor, "tab-3") is None  # it is here already


def test_all_together_are_bounded():
    here = Visitors()
    for k in range(60):
        here.enter(Visitor(f"10.0.{k}.1"), f"tab-{k}")
    assert "full: 60 tabs are open" in here.refusal(Visitor("10.9.9.9"))
    here.leave(Visitor("10.0.7.1"), "tab-7")
    assert here.refusal(Visitor("10.9.9.9")) is None


def test_tabs_that_went_away_are_let_go_the_oldest_first():
    gone = []
    here = Visitors(gone.append)
    for k in range(25):
        here.enter(Visitor("a"), f"tab-{k}")
        here.leave(Visitor("a"), f"tab-{k}")
    assert gone == [f"tab-{k}" for k in range(5)]
    here.enter(Visitor("a"), "tab-5")  # comes back
    here.enter(Visitor("a"), "late")
    here.leave(Visitor("a"), "late")
    assert gone == [f"tab-{k}" for k in range(5)]


def test_a_tab_with_two_connections_is_here_until_both_are_gone():
    here = Visitors()
    for _ in range(2):
        here.enter(Visitor("a", "s"), "tab")
    here.leave(Visitor("a", "s"), "tab")
    assert "tab" in here._here
    here.leave(Visitor("a", "s"), "tab")
    assert "tab" not in here._here
    here.leave(Visitor("a", "s"), "tab")  # said twice: nothing happens


def test_a_full_dashboard_says_so_on_the_page_and_refuses_the_socket():
    guard = Guard(behind, visitors=filled(60))
    sent = asked(guard, accept="text/html,*/*", **OWN)
    assert status(sent) == 503
    assert b"This dashboard is full: 60 tabs are open" in sent[1]["body"]
    assert status(asked(guard, path="/static/x.js", accept="*/*", **OWN)) == 200
    assert status(asked(guard, kind="websocket", path=tab("new"), **OWN)) == 4403
    assert status(asked(guard, kind="websocket", path=tab("tab-1"), **OWN)) == 200


def test_a_socket_that_ended_counts_no_more():
    here = Visitors()
    guard = Guard(behind, visitors=here)
    for k in range(70):
        assert status(asked(guard, kind="websocket", path=tab(k), **OWN)) == 200
    assert not here._here
    assert len(here._away) == visitors.MOST_AWAY


@pytest.mark.parametrize(
    "client, said, trusted, expected",
    [
        (("10.0.0.7", 1), b"1.2.3.4", (), "10.0.0.7"),
        (("10.0.0.7", 1), b"1.2.3.4", ("10.0.0.7",), "1.2.3.4"),
        (("10.0.0.7", 1), b"9.9.9.9, 1.2.3.4", ("10.0.0.7",), "1.2.3.4"),
        (("10.0.0.7", 1), b"not an address", ("10.0.0.7",), "10.0.0.7"),
        (("10.0.0.7", 1), b"", ("10.0.0.7",), "10.0.0.7"),
        (None, b"1.2.3.4", ("10.0.0.7",), ""),
    ],
)
def test_an_address_is_believed_from_a_trusted_proxy_alone(client, said, trusted, expected):
    headers = {b"x-forwarded-for": said}
    assert visitors.address_of(client, headers, frozenset(trusted)) == expected


def test_addresses_of_proxies_are_checked():
    assert server.trusted_addresses([" 127.0.0.1", "::1"]) == {"127.0.0.1", "::1"}
    with pytest.raises(UserError, match="--trusted-proxy: found 'nginx'; allowed: a network addr"):
        server.trusted_addresses(["nginx"])


def guess(guard, client, password):
    body = f"password={password}".encode()
    sent = asked(
        guard, client=(client, 1), method="POST", body=body, host="box", origin="http://box"
    )
    return status(sent)


def test_a_guesser_does_not_keep_others_out(monkeypatch):
    monkeypatch.setattr(guards, "_WAIT", 1_000.0)
    guard = Guard(behind, password="right", exposed=True)
    assert guess(guard, "10.0.0.66", "wrong") == 401
    assert guess(guard, "10.0.0.66", "right") == 429
    assert guess(guard, "10.0.0.1", "right") == 303


def test_guessers_from_many_addresses_do_not_grow_a_list(monkeypatch):
    monkeypatch.setattr(guards, "_MOST_WAITING", 20)
    monkeypatch.setattr(guards, "_WAIT", 1_000.0)
    guard = Guard(behind, password="right", exposed=True)
    for k in range(100):
        guess(guard, f"10.0.{k}.1", "wrong")
    assert len(guard._next_try) <= 21
    assert guess(guard, "10.0.200.1", "right") == 429  # too many guess: the rest waits together
    guard._next_try.clear()
    assert guess(guard, "10.0.200.1", "right") == 303


@pytest.mark.parametrize(
    "path, query, location",
    [
        (
            "/compare",
            b"0.preset=desktop&1.preset=a%20b",
            b"/compare?0.preset=desktop&1.preset=a%20b",
        ),
        ("/a\r\nSet-Cookie: x=1", b"", b"/a%0D%0ASet-Cookie:%20x=1"),
        ("/a", b"b\r\nc", b"/a?b%0D%0Ac"),
        ("/\u20ac", b"\xff", b"/%E2%82%AC?%FF"),
    ],
)
def test_a_location_is_one_line(path, query, location):
    guard = Guard(behind, password="p")
    sent = asked(guard, method="POST", body=b"password=p", path=path, query=query, **OWN)
    assert dict(sent[0]["headers"])[b"location"] == location


@pytest.mark.parametrize(
    "size",
    [
        {"csw": 10_000, "mhsw": 10_000},
        {"csw": 10_000, "mhsw": 3_000, "authorities": 2},
        {"csw": 3_000, "mhsw": 3_000, "authorities": 12},
    ],
)
def test_no_link_asks_for_more_memory_than_a_visitor_may_have(size):
    small = {"organisation.shared_families": 1, "run.weeks": 1, "run.burn_in": 1}
    asked_for = small | {f"organisation.{key}": value for key, value in size.items()}
    big = load_scenario("desktop", overrides=asked_for).scenario
    with pytest.raises(UserError, match="GB of memory; allowed: up to 1 GB on this page"):
        check_comparison([load_scenario("desktop").scenario, big], 1)


# A page that is not there


def test_an_address_without_a_page_is_told_in_words_with_a_way_back():
    async def missing(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"Page not found by Solara router"})

    guard = Guard(missing)
    start, body = asked(guard, path="/nowhere", host=HERE, accept="text/html,*/*")
    assert start["status"] == 404
    assert b"There is no such page" in body["body"]
    assert b'href="/"' in body["body"]
    # As light or dark as the browser asks, as every page is.
    assert b"color-scheme:light dark" in body["body"]
    assert b"prefers-color-scheme:dark" in body["body"]
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
    # What is asked for by a page, and not by somebody, stays as it is.
    assert asked(guard, path="/static/x.js", host=HERE)[1]["body"].startswith(b"Page not found")


class Connection:
    """One end of a websocket, which fails as it is told."""

    def __init__(self, fault=None):
        self.fault, self.sent = fault, []

    async def send_text(self, data):
        if self.fault is not None:
            raise self.fault
        self.sent.append(data)

    send_bytes = send_text

    async def close(self):
        await self.send_text("closed")


METHODS = [("send_text", "week 3"), ("send_bytes", b"week 3"), ("close",)]


def solaras(connection, *, ended):
    """A connection as Solara holds it, with an event loop that goes on elsewhere or has ended."""
    import anyio.from_thread
    from solara.server.starlette import WebsocketWrapper

    server._take_leave_quietly()
    provider = anyio.from_thread.start_blocking_portal()
    portal = provider.__enter__()

    async def wrapped():
        return WebsocketWrapper(connection, portal)

    wrapper = portal.call(wrapped)
    if ended:
        provider.__exit__(None, None, None)
    else:
        wrapper.end = lambda: provider.__exit__(None, None, None)
    return wrapper


@pytest.mark.parametrize("call", METHODS, ids=lambda call: call[0])
def test_who_sends_to_a_visitor_that_left_meets_a_disconnection(call):
    from solara.server.websocket import WebSocketDisconnect

    gone = solaras(Connection(), ended=True)
    with pytest.raises(WebSocketDisconnect):
        getattr(gone, call[0])(*call[1:])


def test_a_visitor_that_left_is_forgotten_without_a_word(caplog):
    from solara.server.kernel import send_websockets

    there, gone = solaras(Connection(), ended=False), solaras(Connection(), ended=True)
    both = {there, gone}
    send_websockets(both, b"week 3")
    there.end()
    assert both == {there}
    assert there.ws.sent == [b"week 3"]
    assert caplog.records == []


def test_other_faults_of_a_connection_are_still_told(caplog):
    from solara.server.kernel import send_websockets

    # Solara asks a runtime error of its loop for its words, and passes all others on.
    broken = solaras(Connection(ValueError("no such frame")), ended=False)
    both = {broken}
    send_websockets(both, b"week 3")
    broken.end()
    assert both == set()
    assert "no such frame" in caplog.text
