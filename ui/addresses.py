"""An address of the app that names no page leads to the chat, which says so. Streamlit would open a window over it, in English."""

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.places import PLACES, UNKNOWN

_KNOWN = frozenset(place.path for place in PLACES)
# The chat's own name: its address is the root, and under this one Streamlit knows no page.
_CHAT = "vraag"


class KnownAddress:
    """ASGI middleware, next to the app itself: sends who asks for an unknown page to the chat."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on, but for the app's own page under an address that is none of its pages."""
        if scope["type"] != "http" or scope["method"] != "GET" or not is_unknown(scope["path"]):
            await self._app(scope, receive, send)
            return
        is_redirected = False

        async def pass_on(message: Message) -> None:
            nonlocal is_redirected
            if message["type"] == "http.response.start":
                headers = {key.lower(): value for key, value in message["headers"]}
                # what is no page (a picture, a script, a missing file) stays what it is
                if message["status"] == 200 and headers.get(b"content-type", b"").startswith(b"text/html"):
                    is_redirected = True
                    headers_of_it = [(b"location", _chat(scope).encode()), (b"content-length", b"0")]
                    await send({"type": "http.response.start", "status": 303, "headers": headers_of_it})
                    await send({"type": "http.response.body", "body": b""})
                    return
            if not is_redirected:
                await send(message)

        await self._app(scope, receive, pass_on)


def is_unknown(path: str) -> bool:
    """Is this path none of the app's pages, and no file or inner address of Streamlit's?"""
    asked = _asked(path)
    return asked not in _KNOWN and "." not in asked and not asked.startswith(("_stcore/", "component", "media/", "static/"))


def _chat(scope: Scope) -> str:
    """The address of the chat: under its own name with what was asked of it, else saying that there is no such page."""
    base = _base()
    query = scope["query_string"].decode("latin-1") if _asked(scope["path"]) == _CHAT else f"{UNKNOWN}=1"
    return f"/{base}/".replace("//", "/") + (f"?{query}" if query else "")


def _asked(path: str) -> str:
    return path.strip("/").removeprefix(_base()).strip("/")


def _base() -> str:
    return str(st.get_option("server.baseUrlPath") or "").strip("/")
