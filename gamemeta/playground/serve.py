"""Serving the playground on a port of this machine until it is stopped."""

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette

from gamemeta.errors import ConfigError, GamemetaError
from gamemeta.playground.app import LOOPBACK, make_app
from gamemeta.playground.first_answers import FirstAnswers
from gamemeta.playground.messages import MOST_BYTES

if TYPE_CHECKING:  # to load them takes longer than the first picture of the page may
    from gamemeta.playground.levels.openings import Opening
    from gamemeta.playground.offers import Offers
    from gamemeta.playground.training.watched import WatchedTraining

LOCAL = "127.0.0.1"
ANY_PORT = 0
TOKEN_BYTES = 16
WAIT_S = 20.0
"""How long the browser waits for the server."""
WARM_AFTER_S = 1.5
"""How long the agent's loading gives way to the page, which both would only delay."""
LINGERS_S, ENDS_S = 1.5, 3.0
"""How long a page that is looked at has to read how a training ended, and the server to end."""


def serve(
    agent: Path | None,
    *,
    port: int = ANY_PORT,
    host: str = LOCAL,
    beside: Path | None = None,
    untrained: str = "",
    levels: "Sequence[Opening]" = (),
    browser: bool = True,
    show: Callable[[str], None] = print,
) -> None:
    """Serve until Ctrl-C.

    Args:
        agent: an agent file that is offered first, or None.
        beside: another one, which plays beside it, or None.
        untrained: a game without an agent, which is played at random and offered first; or empty.
        levels: up to two levels that the page begins with, the second beside the first.
        port: where to listen; 0 takes one that is free.
        host: the address to listen at; any but the loopback's gets a token.
        browser: whether to open the page.
        show: gets the address of the page.
    Raises:
        AgentFileError, ConfigError: the agent cannot be shown, or the address cannot be taken. Else as
            `Offers`.
    """
    offers, first = LateOffers(), FirstAnswers.read()
    if agent or beside or untrained or levels:  # what is wrong with them is said before there is an address
        offers, first = LateOffers(agent, beside=beside, untrained=untrained, levels=levels), None
        offers()
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    token = None if host in LOOPBACK else secrets.token_urlsafe(TOKEN_BYTES)
    address = f"http://{_shown_host(host)}:{port}/" + (f"?token={token}" if token else "")
    app = make_app(offers, names=(*LOOPBACK, host), token=token, first=first)
    server = _server(app)
    threading.Thread(target=_warm, args=(offers, first), daemon=True).start()
    show(address)
    if browser:
        threading.Thread(target=_open_when_up, args=(server, address), daemon=True).start()
    with listening:
        server.run(sockets=[listening])


class LateOffers:
    """The agents of a playground, loaded when they are first asked for.

    Args: as `Offers`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._arguments, self._options = arguments, options
        self._offers: Offers | None = None
        self._lock = threading.Lock()

    def __call__(self) -> "Offers":
        """The offers. Raises as `Offers`."""
        with self._lock:
            if self._offers is None:
                from gamemeta.playground.offers import Offers

                self._offers = Offers(*self._arguments, **self._options)
            return self._offers


@contextmanager
def beside_training(
    watched: "WatchedTraining", *, port: int = ANY_PORT, browser: bool, show: Callable[[str], None]
) -> Iterator[None]:
    """A block beside which a page shows a training, in a thread; at this machine's loopback address alone.

    Args:
        watched: the training.
        port: where to listen; 0 takes one that is free.
        browser: whether to open the page.
        show: gets the address of the page, with its token: who has it may stop the training.
    Raises:
        ConfigError: the port cannot be taken.
    """
    from gamemeta.playground.training.watched import stays_until_read

    listening = _listen(LOCAL, port)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    address = f"http://{LOCAL}:{listening.getsockname()[1]}/?token={token}"
    server = _server(make_app(LateOffers(training=watched), token=token))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with listening:
        serving.start()
        show(address)
        if browser:
            threading.Thread(target=_open_when_up, args=(server, address), daemon=True).start()
        try:
            with stays_until_read(watched, LINGERS_S):
                yield
        finally:
            server.should_exit = True
            serving.join(ENDS_S)


def _server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="error",
            ws_max_size=2 * MOST_BYTES,
            ws_max_queue=64,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises ConfigError where that cannot be."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as undo:
            listening = undo.enter_context(socket.socket(family, kind))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen(128)
            undo.pop_all()
    except OSError as error:
        raise ConfigError(
            f"cannot listen at {host}, port {port}: {error.strerror or error}. Give another --port, or none "
            "to take one that is free."
        ) from None
    return listening


def _shown_host(host: str) -> str:
    """The host in an address that people open."""
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _warm(offers: "Callable[[], Offers]", first: FirstAnswers | None) -> None:
    """Load the first agent and its game, and play two steps, once the page shows a level or takes long to."""
    if first is not None:
        first.shown.wait(WARM_AFTER_S)
    from gamemeta.playground.race import Race
    from gamemeta.playing.session import family_of
    from gamemeta_levels.family import generate

    with suppress(GamemetaError):  # said when the page asks
        agent = offers().believing(offers().first)
        race = Race(agent, generate(family_of(agent), 0, "test"))
        for _ in race.steps(2):
            pass
        race.close()


def _open_when_up(server: uvicorn.Server, address: str) -> None:
    waiting = threading.Event()
    for _ in range(int(WAIT_S * 20)):
        if server.started:
            webbrowser.open(address)
            return
        waiting.wait(0.05)
