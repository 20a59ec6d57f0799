"""Logins by OpenID Connect: what Streamlit must know of the provider, and whether a visitor's cookie still counts."""

import hashlib
import json
import time
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from praktijkbaken.access import CALLBACK, own_secret, public_url
from praktijkbaken.settings import Settings

# A working day: Streamlit's own thirty days would let in for a month who left the organisation.
LONGEST = 12 * 3600
PROVIDER = "default"


class Logins:
    """The logins of one app. A cookie counts when it is whole, ours, of this address, not too old, and was not logged out."""

    def __init__(self, settings: Settings) -> None:
        self._secret = own_secret(settings)
        address = urlsplit(public_url(settings))
        self._origin = f"{address.scheme}://{address.netloc}"
        self._over: dict[str, float] = {}

    def holds(self, cookies: Mapping[str, str]) -> bool:
        """Is who sends these cookies logged in?"""
        told = self._told(cookies)
        try:
            claims = json.loads(told) if told else {}
        except ValueError:  # pieces of two logins
            return False
        is_in = claims.get("is_logged_in") is True and claims.get("origin") == self._origin and bool(claims.get("sub"))
        return is_in and _name(told) not in self._over

    def end(self, cookies: Mapping[str, str]) -> None:
        """From now on this login counts no longer, also where a copy of its cookies is left, or another tab is open."""
        if self.holds(cookies):
            now = time.time()
            self._over = {name: till for name, till in self._over.items() if till > now} | {_name(self._told(cookies)): now + LONGEST}

    def _told(self, cookies: Mapping[str, str]) -> bytes:
        """What was signed at the login, as JSON; nothing where the cookies are not whole, not ours or too old."""

        def one(name: str) -> bytes | None:
            value = cookies.get(name, "")
            return decode_signed_value(self._secret, name, value, LONGEST / 86400) if value.isascii() else None

        return get_cookie_with_chunks(one, USER_COOKIE_NAME) or b""


def _name(told: bytes) -> str:
    # of what was signed and not of the cookies: beside those, who copied them may send others
    return hashlib.sha256(told).hexdigest()


@cache
def logins(settings: Settings) -> Logins:
    """The logins of the app with these settings; the same ones for every visit."""
    return Logins(settings)


def provider(settings: Settings) -> dict[str, dict[str, str]]:
    """What Streamlit looks for in its secrets, handed over in memory: nothing is written."""
    secret = settings.login_client_secret
    return {
        "auth": {
            "redirect_uri": public_url(settings) + CALLBACK,
            "cookie_secret": own_secret(settings),
            "client_id": settings.login_client_id or "",
            "client_secret": secret.get_secret_value() if secret else "",
            "server_metadata_url": settings.login_metadata_url or "",
        }
    }
