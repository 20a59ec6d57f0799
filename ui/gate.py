"""The gate before every route: page, websocket, download, upload and file alike. Only the health check passes for everybody."""

import hmac
import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from praktijkbaken.access import PROXY_SECRET_HEADER, base_path, is_own_machine, public_url, way_in
from praktijkbaken.settings import Settings, load_settings
from ui.addresses import KnownAddress
from ui.headers import DutchPage
from ui.logins import logins, provider
from ui.round_trip import RoundTrip
from ui.threshold import closed_page, login_page

HEALTH, FILES = "/_stcore/health", "/static/"
NO_ENTRY = "Geen toegang. Open de app op het adres dat uw organisatie ervoor geeft."
NOT_HERE = "Deze app is er alleen voor de computer waar zij op draait. Uw beheerder kan inloggen of een proxy instellen (zie de README)."
LOG_IN_FIRST = "Log eerst in."


class Gate:
    """ASGI middleware: lets through who may come in, as the settings say; the others get 403 and what to do."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._way = way_in(settings)
        self._base = base_path(settings)
        self._public = urlsplit(public_url(settings))
        self._round_trip = RoundTrip(app, settings)
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on or refuses."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._base)
        is_page = scope["type"] == "http"
        closing = self._closing(send, path)
        if is_page and path == HEALTH:
            await self._app(scope, receive, closing)
        elif is_page and self._way == "login" and path in self._round_trip.paths:
            await self._round_trip(scope, receive, closing)
        elif (line := self._refusal(scope)) is None:
            await self._app(scope, receive, closing)
        elif is_page:
            await self._refused(scope, line)(scope, receive, closing)
        else:
            await WebSocket(scope, receive, send).send_denial_response(PlainTextResponse(line, 403))

    def _refusal(self, scope: Scope) -> str | None:
        """Why this visitor does not come in; None when she does."""
        headers = Headers(scope=scope)
        origin = urlsplit(headers.get("origin", ""))
        if scope["type"] == "websocket" and origin.netloc not in ("", headers.get("host"), self._public.netloc):
            return NO_ENTRY  # a page of another site; Streamlit would ask a server outside for its own address before it refuses
        if self._way == "login":
            return None if logins(self._settings).holds(HTTPConnection(scope).cookies) else LOG_IN_FIRST
        if self._way == "proxy":
            given, known = headers.getlist(PROXY_SECRET_HEADER), self._settings.proxy_secret
            secret = known.get_secret_value() if known else ""
            if len(given) != 1 or not secret or not hmac.compare_digest(given[0].encode(), secret.encode()):
                return self._noted(NO_ENTRY, f"{PROXY_SECRET_HEADER} is missing or wrong: does the proxy send it?")
            names = headers.getlist(str(self._settings.proxy_user_header))
            if len(names) != 1 or not names[0].strip():
                return self._noted(NO_ENTRY, f"{self._settings.proxy_user_header} is missing or there twice: does the proxy set it?")
            return None
        # a page of another site may have a name of its own point at this machine, and would then be answered as this one
        client, host = scope.get("client"), urlsplit(f"//{headers.get('host', '')}").hostname
        return None if client and is_own_machine(client[0]) and host and is_own_machine(host) else NOT_HERE

    def _noted(self, line: str, reason: str) -> str:
        """The line; the log has its reason once, so that a scan does not fill it."""
        if reason not in self._told:
            self._told.add(reason)
            logging.getLogger(__name__).warning("refused: %s", reason)
        return line

    def _refused(self, scope: Scope, line: str) -> Response:
        if scope["method"] not in ("GET", "HEAD") or "text/html" not in Headers(scope=scope).get("accept", ""):
            return PlainTextResponse(line, 403)
        if self._way != "login":
            return HTMLResponse(closed_page(line), 403)
        query = scope["query_string"].decode("latin-1")
        return HTMLResponse(login_page(self._round_trip.door(scope["path"] + (f"?{query}" if query else ""))), 403)

    def _closing(self, send: Send, path: str) -> Send:
        """Keeps what is shown out of the browser's store, where the next one at the machine finds it, and cookies out of plain http."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and self._way != "machine":
                headers = MutableHeaders(raw=list(message["headers"]))
                if not path.startswith(FILES) or message["status"] != 200:
                    headers["cache-control"] = "no-store"
                raw = [
                    (
                        name,
                        value + b"; Secure"
                        if self._public.scheme == "https" and name == b"set-cookie" and b"; secure" not in value.lower()
                        else value,
                    )
                    for name, value in headers.raw
                ]
                message = {**message, "headers": raw}
            await send(message)

        return sending


def middleware() -> list[Middleware]:
    """What stands around the app: its headers, and in them the gate. Raises `SettingError`."""
    return [Middleware(DutchPage), Middleware(Gate, settings=load_settings()), Middleware(KnownAddress)]


def secrets() -> dict[str, dict[str, str]]:
    """What Streamlit must know to log people in; nothing where they do not."""
    settings = load_settings()
    return provider(settings) if way_in(settings) == "login" else {}
