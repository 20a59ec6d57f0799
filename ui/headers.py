"""What every response carries: the page's language, a skip link, a live region, and a policy by which text loads and runs nothing."""

import re
from pathlib import Path

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.addresses import KnownAddress

POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_LANGUAGE = re.compile(rb'<html lang="en"')
_BODY = re.compile(rb"<body[^>]*>")
# Here and not in a page: they must stand first in the document, and a live region must be there before its text is.
_FIRST = (
    b"<style>#pb-skip{position:absolute;left:-999rem;top:0;z-index:1000000;padding:.8rem;background:#fff;color:#000}#pb-skip:focus{left:0}"
    b"#pb-status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}</style>"
    b'<a id="pb-skip" href="#inhoud">Naar de inhoud</a><div id="pb-status" role="status" aria-live="polite"></div>'
)


class DutchPage:
    """ASGI middleware: sets the headers on every response; on the page `lang="nl"`, a skip link and a live region."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; rewrites HTML pages."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if any(k.lower() == b"accept" and b"text/html" in v for k, v in scope["headers"]):
            # a page is rewritten, so it must not come packed; Streamlit packs it under some addresses and not under others
            scope = {**scope, "headers": [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]}
        start: Message | None = None
        body = b""
        is_page = False

        async def pass_on(message: Message) -> None:
            nonlocal start, body, is_page
            if message["type"] == "http.response.start":
                headers = [(k, v) for k, v in message["headers"] if k.lower() != b"content-security-policy"]
                is_page = any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in headers)
                headers += [
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
                start = {**message, "headers": headers}
                if not is_page:
                    await send(start)
                return
            if not is_page or start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = _BODY.sub(lambda tag: tag.group() + _FIRST, _LANGUAGE.sub(b'<html lang="nl"', body), count=1)
                headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
                await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
                await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, pass_on)


MIDDLEWARE = [Middleware(DutchPage), Middleware(KnownAddress)]


def page(name: str) -> Path:
    """The file of a page."""
    return Path(__file__).resolve().parent / f"{name}.py"
