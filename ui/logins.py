"""Logins by OpenID Connect: what Streamlit must know of the provider, and whether a visitor's cookie still counts."""

import hashlib
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any
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
        claims = self._claims(cookies)
        logged_in = claims.get("is_logged_in") is True and claims.get("origin") == self._origin and bool(claims.get("sub"))
        return logged_in and self._name(cookies) not in self._over

    def end(self, cookies: Mapping[str, str]) -> None:
        """From now on these cookies count no longer, also where a copy of them is left, or another tab is open."""
        if self.holds(cookies):
            now = time.time()
            self._over = {name: till for name, till in self._over.items() if till > now} | {self._name(cookies): now + LONGEST}

    def _claims(self, cookies: Mapping[str, str]) -> dict[str, Any]:
        def one(name: str) -> bytes | None:
            value = cookies.get(name, "")
            return decode_signed_value(self._secret, name, value, LONGEST / 86400) if value.isascii() else None

        found = get_cookie_with_chunks(one, USER_COOKIE_NAME)
        told = json.loads(found) if found else {}
        return told if isinstance(told, dict) else {}

    @staticmethod
    def _name(cookies: Mapping[str, str]) -> str:
        kept = "\n".join(f"{name}={cookies[name]}" for name in sorted(cookies) if _is_of_login(name))
        return hashlib.sha256(kept.encode()).hexdigest()


def _is_of_login(name: str) -> bool:
    rest = name.removeprefix(USER_COOKIE_NAME)
    return name.startswith(USER_COOKIE_NAME) and (not rest or rest[1:].isdigit())


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
