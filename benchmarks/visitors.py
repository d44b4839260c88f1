"""Visitors without a browser: plain websockets that take what the dashboard sends, and play.

Thirty browsers on one machine keep it busy with drawing; thirty phones do not. To the server a
phone is what a visitor here is: it opens a page, plays its weeks, and asks for more in time.
"""

import asyncio
import json
import struct
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

HAND = 13
"""Weeks in hand before a browser asks for more: see colsim/dashboard/assets/custom.js."""


@dataclass(slots=True)
class Visitor:
    """One tab: what it has been sent, and which week it shows."""

    address: str
    path: str
    pace: float
    """Weeks a second."""
    week: int = 0
    last: int = 0
    """Up to which week it has been sent."""
    weeks: int = 0
    number: int = -1
    received: int = 0
    """Bytes."""
    begun: float = 0.0
    shown: int = 0
    """Weeks shown since it plays."""
    _player: str = ""
    _asked: int = 0
    _session: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def stay(self, ready: asyncio.Event, start: asyncio.Event, end: asyncio.Event) -> None:
        """Open the page, say so, and play once all are there."""
        from websockets.asyncio.client import connect

        request = urllib.request.Request(self.address + self.path, headers={"Accept": "text/html"})
        with await asyncio.to_thread(urllib.request.urlopen, request) as answer:
            cookies = [c.split(";")[0] for c in answer.headers.get_all("set-cookie") or []]
        where = self.address.replace("http", "ws", 1)
        kernel = f"{where}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={self._session}"
        async with connect(
            kernel, origin=self.address, max_size=None, compression=None,
            additional_headers={"Cookie": "; ".join(cookies)},
        ) as socket:  # fmt: skip
            control = uuid.uuid4().hex
            await self._send(socket, "comm_open", control, target_name="solara.control", data={})
            run = {"method": "run", "args": {"path": self.path, "themes": {}, "dark": False}}
            await self._send(socket, "comm_msg", control, data=run)
            reading = asyncio.create_task(self._read(socket, ready))
            await start.wait()
            await self._play(socket, end)
            reading.cancel()

    async def _send(self, socket: Any, kind: str, comm: str, **content: Any) -> None:
        head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "version": "5.3"}
        message = {
            "header": head | {"session": self._session, "date": "2020-01-01T00:00:00Z"},
            "parent_header": {},
            "metadata": {},
            "channel": "shell",
            "buffers": [],
            "content": {"comm_id": comm} | content,
        }
        await socket.send(json.dumps(message))

    async def _tell(self, socket: Any, event: str, **more: Any) -> None:
        data = {"week": self.week, "number": self.number} | more
        content = {"event": event, "data": data}
        custom = {"method": "custom", "content": content}
        await self._send(socket, "comm_msg", self._player, data=custom)

    async def _read(self, socket: Any, ready: asyncio.Event) -> None:
        async for raw in socket:
            self.received += len(raw)
            if isinstance(raw, bytes):
                count = struct.unpack_from("!I", raw)[0]
                offsets = (*struct.unpack_from(f"!{count}I", raw, 4), len(raw))
                raw = raw[offsets[0] : offsets[1]]
            message = json.loads(raw)
            content = message["content"]
            state = content.get("data", {}).get("state", {})
            if message["header"]["msg_type"] == "comm_open" and "stops" in state:
                self._player = content["comm_id"]
            if content.get("comm_id") == self._player and self._player:
                self._take(state)
                if self.number >= 0 and self.weeks:
                    ready.set()

    def _take(self, state: dict[str, Any]) -> None:
        if "now" in state:
            self.week = self.last = state["now"]["week"]
            self.number = state["now"]["number"]
        self.weeks = state.get("weeks", self.weeks)
        sent = state.get("ahead", {})
        if sent.get("rows") and sent["number"] == self.number:
            self.last = max(self.last, sent["first"] + len(sent["rows"]) - 1)

    async def _play(self, socket: Any, end: asyncio.Event) -> None:
        await self._tell(socket, "play", playing=True)
        self.begun = due = time.monotonic()
        while not end.is_set():
            if self.week < self.last:
                self.week += 1
                self.shown += 1
            if self.week >= self.weeks:  # from the beginning, so that all play to the end
                self.week, self.last, self._asked = 0, 0, 0
                await self._tell(socket, "seek")
            elif self.last < min(self.weeks, self.week + HAND) and self._asked != self.last + 1:
                self._asked = self.last + 1
                await self._tell(socket, "fetch", first=self.last + 1)
            due = max(due + 1 / self.pace, time.monotonic() - 0.2)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _room(address: str, count: int, pace: float, seconds: float) -> list[Visitor]:
    paths = [f"/?preset=robinscar&seed={k + 1}&week=0" for k in range(count)]
    visitors = [Visitor(address, path, pace) for path in paths]
    start, end = asyncio.Event(), asyncio.Event()
    ready = [asyncio.Event() for _ in visitors]
    staying = [
        asyncio.create_task(v.stay(r, start, end)) for v, r in zip(visitors, ready, strict=True)
    ]
    for task, one in zip(staying, ready, strict=True):
        opened = asyncio.create_task(one.wait())
        await asyncio.wait({task, opened}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    start.set()
    await asyncio.sleep(seconds)
    end.set()
    await asyncio.gather(*staying)
    return visitors


def play(address: str, *, count: int, pace: float, seconds: float) -> list[Visitor]:
    """Let visitors play at one time, and return them.

    Args:
        address: of the dashboard.
        count: of visitors.
        pace: weeks a second that each asks for.
        seconds: for how long.
    """
    # In a thread of its own: whoever drives a browser here has a loop that runs already.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, _room(address, count, pace, seconds)).result()
