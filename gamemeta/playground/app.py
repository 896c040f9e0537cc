"""The playground as an application of the web: its page, its pictures, level files, and a live connection."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

import gamemeta_levels
from gamemeta.assets import asset, asset_files
from gamemeta.errors import ConfigError, GamemetaError
from gamemeta.playground.first_answers import FirstAnswers, FirstMessages
from gamemeta.playground.guard import Guard
from gamemeta.playground.inbox import Inbox
from gamemeta.playground.messages import MOST_HEADER, MOST_UPLOAD, Message, parse, word
from gamemeta_levels.text import in_one_line

if TYPE_CHECKING:  # to load them takes longer than the first picture of the page may
    from gamemeta.playground.offers import Offers
    from gamemeta.playground.tab import Tab

LOG = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_TABS = 64
THREADS = 8
"""Tabs whose messages are answered at the same time."""
TILES = Path(gamemeta_levels.__file__).parent / "formats" / "tiles.png"
"""All tiles in a row; to import what reads it takes long."""
PAGE = "playground"
"""Folder of assets/ that holds the page."""
FOLDERS = ("", "training/", "watching/")
"""Of the page, those that browsers may ask for."""
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_app(
    offers: "Callable[[], Offers]",
    names: Iterable[str] = LOOPBACK,
    token: str | None = None,
    first: FirstAnswers | None = None,
) -> Starlette:
    """The application.

    Args:
        offers: gives the agents that tabs may ask for; it may take its time.
        names: host names that it answers to.
        token: that the address of the page must have, or None.
        first: what is answered before there are offers, or None.
    """
    playground = Playground(offers, first)
    routes = [
        Route("/", playground.page),
        Route("/page/{name:path}", playground.part),
        Route("/tiles/{name}", playground.tile),
        Route("/open", playground.open, methods=["POST"]),
        Route("/save", playground.save, methods=["POST"]),
        WebSocketRoute("/live", playground.live),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, names=names, token=token)])


class Playground:
    """What stands behind the addresses of the application.

    Args:
        offers: gives the agents that tabs may ask for.
        first: what is answered before there are offers, or None.
    """

    def __init__(self, offers: "Callable[[], Offers]", first: FirstAnswers | None) -> None:
        self._offers, self._first, self._tabs = offers, first, 0
        self._parts = {
            f"{folder}{path.name}": path
            for folder in FOLDERS
            for path in asset_files(f"{PAGE}/{folder}")
            if path.suffix in KINDS
        }
        self._threads: anyio.CapacityLimiter | None = None

    async def page(self, request: Request) -> Response:
        """The page itself."""
        return _file(str(asset(f"{PAGE}/index.html")), "text/html")

    async def part(self, request: Request) -> Response:
        """A script or a style sheet of the page, by its name."""
        path = self._parts.get(request.path_params["name"])
        if path is None:
            return JSONResponse({"error": "The page has no such part."}, 404)
        return _file(str(path), KINDS[path.suffix])

    async def tile(self, request: Request) -> Response:
        """The pictures of tiles: all in a row, or what is drawn above them."""
        name = request.path_params["name"]
        if name == "sheet.png":
            return _file(str(TILES), "image/png")
        if name == "agent.png":
            return _file(str(asset("tiles/agent.png")), "image/png")
        return JSONResponse({"error": "There is no such picture."}, 404)

    async def open(self, request: Request) -> Response:
        """Read a level out of the files in the body; the query has the family, and which level is meant."""
        try:
            body = await _body(request, MOST_HEADER + MOST_UPLOAD)
            family, part = word(request.query_params, "family"), request.query_params.get("part", "")
            return JSONResponse(
                await to_thread.run_sync(_opened, body, family, part, limiter=self._limiter())
            )
        except GamemetaError as error:
            return _refused(error)

    async def save(self, request: Request) -> Response:
        """The files of a level in the format that the query names."""
        try:
            message = parse((await _body(request, 2**18)).decode("utf-8", "replace"))
            return JSONResponse(await to_thread.run_sync(_saved, message, limiter=self._limiter()))
        except GamemetaError as error:
            return _refused(error)

    async def live(self, socket: WebSocket) -> None:
        """One tab, from when it opens to when it closes."""
        await socket.accept()
        if self._tabs >= MOST_TABS:
            await _send(socket, _error(f"{MOST_TABS} tabs of this playground are open already: close one."))
            await socket.close(1013)
            return
        self._tabs += 1
        try:
            await self._serve(socket)
        except asyncio.CancelledError:  # the server ends while a game still plays
            LOG.debug("a tab was closed by the end of the server")
        finally:
            self._tabs -= 1

    async def _serve(self, socket: WebSocket) -> None:
        inbox, first = Inbox(), FirstMessages(self._first)
        tab = LateTab(self._offers, inbox.is_empty)
        if self._first is None:
            hello = await to_thread.run_sync(_hello, self._offers, limiter=self._limiter())
        else:
            hello = self._first.hello
        await _send(socket, hello)
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._answer, socket, tab, inbox, first)
                await _read(socket, inbox, first)
                inbox.close()
                group.cancel_scope.cancel()
        finally:
            tab.close()

    async def _answer(self, socket: WebSocket, tab: "LateTab", inbox: Inbox, first: FirstMessages) -> None:
        """Answer the messages of a tab in order, each in a thread, so that no tab waits for another."""
        while True:
            message = await inbox.get()
            try:
                answers = await to_thread.run_sync(tab.answer, message, limiter=self._limiter())
            except Exception as error:  # a mistake of ours, or of a game of another package
                LOG.exception("a message could not be answered")
                answers = [_error(f"the playground failed at this: {type(error).__name__}: {error}")]
            if first.was_answered(message):
                answers = [one for one in answers if one["type"] == "error"]
            try:
                for answer in answers:
                    await _send(socket, answer)
            except (WebSocketDisconnect, RuntimeError):  # the tab was closed
                return

    def _limiter(self) -> anyio.CapacityLimiter:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(THREADS)
        return self._threads


class LateTab:
    """A tab that is made when it gets its first message, in the thread that answers it.

    Args:
        offers: gives the agents that it may ask for.
        is_idle: whether no message waits.
    """

    def __init__(self, offers: "Callable[[], Offers]", is_idle: Callable[[], bool]) -> None:
        self._offers, self._is_idle = offers, is_idle
        self._tab: Tab | None = None

    def answer(self, message: Message) -> list[dict[str, Any]]:
        """The answers to a message."""
        if self._tab is None:
            from gamemeta.playground.tab import Tab

            self._tab = Tab(self._offers(), self._is_idle)
        return self._tab.answer(message)

    def close(self) -> None:
        """Release of what is being watched."""
        if self._tab is not None:
            self._tab.close()


def _hello(offers: "Callable[[], Offers]") -> Mapping[str, Any]:
    from gamemeta.playground.hello import hello

    return hello(offers())


def _opened(body: bytes, family: str, part: str) -> dict[str, Any]:
    from gamemeta.playground.levels.uploads import opened

    return opened(body, family, part)


def _saved(message: Message) -> dict[str, Any]:
    from gamemeta.playground.levels.saving import saved

    return saved(message)


async def _read(socket: WebSocket, inbox: Inbox, first: FirstMessages) -> None:
    """Take in messages until the tab is closed; what cannot be taken in is refused in words."""
    refused = False
    while True:
        event = await socket.receive()
        if event["type"] == "websocket.disconnect":
            return
        try:
            message = parse(event.get("text"))
        except ConfigError as error:
            await _send(socket, _error(str(error)))
            continue
        known = first.answer(message)
        if known is not None:
            await _send(socket, known)
        if inbox.put(message):
            refused = False
        elif not refused:
            refused = True
            await _send(socket, _error("too many messages at once: some were left out."))


async def _body(request: Request, most: int) -> bytes:
    """The body of a request. Raises ConfigError where it is larger."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise ConfigError(f"this is larger than {most // 2**20 or 1} MiB, the most that is taken.")
        parts.append(part)
    return b"".join(parts)


async def _send(socket: WebSocket, plain: Mapping[str, Any]) -> None:
    await socket.send_text(json.dumps(plain, separators=(",", ":")))


def _error(words: str) -> dict[str, Any]:
    return {"type": "error", "words": in_one_line(words, 600), "about": ""}


def _refused(error: GamemetaError) -> Response:
    return JSONResponse({"error": in_one_line(error, 600)}, 400)


def _file(path: str, kind: str) -> Response:
    return FileResponse(path, media_type=kind if kind.startswith("image/png") else f"{kind}; charset=utf-8")
