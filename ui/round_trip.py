"""The way to the organisation's login and back. Streamlit walks it; what goes wrong on it becomes a page with the next step."""

import logging
import secrets
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from praktijkbaken.access import CALLBACK, base_path
from praktijkbaken.settings import Settings
from ui.logins import PROVIDER, logins
from ui.threshold import login_page

LOG_IN, START, LOG_OUT = "/inloggen", "/auth/login", "/auth/logout"
# Where a visitor was going when she had to log in first: a page of the app, no question.
_WANTED = "praktijkbaken_naar"
_MINUTES = 10


class RoundTrip:
    """ASGI app for the four addresses of the way."""

    paths = (LOG_IN, START, CALLBACK, LOG_OUT)

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._base = base_path(settings)

    def door(self, wanted: str) -> str:
        """The address that starts the way, and ends it at a wanted page."""
        return f"{self._base}{LOG_IN}?naar={quote(wanted, safe='')}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes the visitor a step further."""
        request, path = Request(scope), scope["path"].removeprefix(self._base)
        if path == LOG_IN:
            answer = self._started(request)
        else:
            if path == LOG_OUT:
                logins(self._settings).end(request.cookies)
            answer = await _answer(self._app, scope, receive)
            if path == START and answer.status_code >= 400:
                line = "De inlogdienst van uw organisatie geeft nu geen antwoord. Probeer het straks opnieuw."
                answer = self._failed(request, answer, line, 502)
            elif path == CALLBACK:
                answer = self._returned(request, answer)
        await answer(scope, receive, send)

    def _started(self, request: Request) -> Response:
        # by a link and not a form: a policy that lets a form go on to another host would let it go to any
        answer = RedirectResponse(f"{self._base}{START}?provider={encode_provider_token(PROVIDER)}", 303)
        wanted = quote(self._inside(request.query_params.get("naar", "")), safe="")
        answer.set_cookie(_WANTED, wanted, _MINUTES * 60, path=self._base or "/", httponly=True, samesite="lax")
        return answer

    def _returned(self, request: Request, answer: Response) -> Response:
        if _has_come_in(answer):
            answer = _with_cookies(RedirectResponse(self._wanted(request), 303), answer)
            answer.delete_cookie(_WANTED, path=self._base or "/", httponly=True, samesite="lax")
        elif "error" in request.query_params:
            answer = self._failed(
                request, answer, "De inlogdienst van uw organisatie liet u niet door. Log opnieuw in, of vraag om toegang.", 403
            )
        elif "code" in request.query_params and not logins(self._settings).holds(request.cookies):
            answer = self._failed(request, answer, "Het inloggen is niet gelukt. Log opnieuw in.", 502)
        return answer

    def _failed(self, request: Request, answer: Response, line: str, status: int) -> Response:
        """The page to log in, with what went wrong and a number under which the log has the rest."""
        number = secrets.token_hex(3)
        logging.getLogger(__name__).error("login failed, error %s: see the warning before it, and PRAKTIJKBAKEN_LOGIN_ settings", number)
        line += f" Blijft het misgaan? Geef nummer {number} door aan uw beheerder."
        return _with_cookies(HTMLResponse(login_page(self.door(self._wanted(request)), line), status), answer)

    def _wanted(self, request: Request) -> str:
        return self._inside(unquote(request.cookies.get(_WANTED, "")))

    def _inside(self, wanted: str) -> str:
        """The wanted address where it is one of the app; the chat where it is not."""
        parts = urlsplit(wanted)
        own = wanted.startswith(f"{self._base}/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
        return wanted if own and wanted.isprintable() and "\\" not in wanted else f"{self._base}/"


def _has_come_in(answer: Response) -> bool:
    cookies = [value for value in answer.headers.getlist("set-cookie") if value.startswith(f"{USER_COOKIE_NAME}=")]
    return any("max-age=0" not in value.lower() for value in cookies)


def _with_cookies(answer: Response, other: Response) -> Response:
    for value in other.headers.getlist("set-cookie"):
        answer.headers.append("set-cookie", value)
    return answer


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """What the app answers, held back; a redirect or a line, never much."""
    status, headers, body = 500, Headers(), b""

    async def hear(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status, headers = message["status"], Headers(raw=list(message["headers"]))
        else:
            body += message.get("body", b"")

    try:
        await app(scope, receive, hear)
    except Exception:  # the door: who logs in sees a line, the log has the rest
        logging.getLogger(__name__).exception("the way to the login broke off")
    answer = Response(body, status)
    answer.raw_headers = headers.raw
    return answer
