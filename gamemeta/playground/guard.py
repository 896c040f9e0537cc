"""Who may talk to the playground: its own page alone, at its own address, with the token if there is one."""

import hmac
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "gamemeta_playground_{port}"
"""Name of the cookie that holds the token: browsers keep one set of cookies for all ports of a machine."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
REFUSED = 1008
"""Code with which a live connection is closed that may not be made."""


class Guard:
    """Middleware that lets through what its rules allow, and answers the rest in words.

    Args:
        app: what it stands before.
        names: host names, without ports, that the playground answers to; any that is an address of a
            machine, too, where there is a token.
        token: that the address of the page must have, or None.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str], token: str | None = None) -> None:
        self._app, self._names, self._token = app, frozenset(names), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wrong = self._wrong(scope, headers)
        if wrong and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": REFUSED, "reason": wrong})
            return
        if wrong:
            await PlainTextResponse(wrong, 403, HEADERS)(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == "/" and self._token and self._in_address(scope):
            await self._with_cookie(headers)(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send))

    def _wrong(self, scope: Scope, headers: Headers) -> str:
        """Why a request is refused; empty where it is not."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return "This playground does not answer to that host name."
        origin = headers.get("origin")
        if origin is None and (scope["type"] == "websocket" or scope.get("method") == "POST"):
            return "Only the page of this playground may talk to it: the origin is missing."
        if origin is not None and urlsplit(origin).netloc != host:
            return "Only the page of this playground may talk to it: this is another origin."
        if self._token and not (self._in_address(scope) or self._in_cookie(headers)):
            return "The address lacks its token. Open the whole address that the command has printed."
        return ""

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or (self._token is not None and _is_address(name))

    def _in_address(self, scope: Scope) -> bool:
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return any(self._is_token(one) for one in tokens)

    def _in_cookie(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(_cookie_for(headers))
        except CookieError:
            return False
        return cookie is not None and self._is_token(cookie.value)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), (self._token or "").encode())

    def _with_cookie(self, headers: Headers) -> Response:
        """The page without the token in its address, which the browser keeps from here on."""
        answer = RedirectResponse("/", 303, HEADERS)
        answer.set_cookie(_cookie_for(headers), self._token or "", httponly=True, samesite="strict")
        return answer


def _cookie_for(headers: Headers) -> str:
    """The name of the cookie at the port that a request came to."""
    return COOKIE.format(port=urlsplit(f"//{headers.get('host', '')}").port or "")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name for name, _ in message["headers"]}
            added = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in known]
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return sending
