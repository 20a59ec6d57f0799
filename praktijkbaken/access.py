"""Who may come in, as the settings say: whoever sits at this machine, who logs in, or whom a proxy lets through."""

import os
import secrets
import shlex
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from praktijkbaken.errors import SettingError
from praktijkbaken.settings import PREFIX, Settings

Way = Literal["machine", "login", "proxy"]
CALLBACK = "/oauth2callback"
# The proxy sends PRAKTIJKBAKEN_PROXY_SECRET under this name.
PROXY_SECRET_HEADER = "X-Praktijkbaken-Secret"
# What stands before the name of a group where a setting names people.
GROUP = "group:"
_LOGIN = ("login_metadata_url", "login_client_id", "login_client_secret")
_PROXY = ("proxy_user_header", "proxy_secret")


def way_in(settings: Settings) -> Way:
    """How visitors come in. Raises `SettingError` for half a login or proxy, or an open door: other machines without either."""
    login, proxy = _is_set(settings, _LOGIN, "het inloggen"), _is_set(settings, _PROXY, "de proxy")
    if login and proxy:
        raise SettingError(f"Inloggen en een proxy zijn allebei ingesteld. Haal {_names(_LOGIN)} of {_names(_PROXY)} weg.")
    if not login and not proxy:
        if not is_own_machine(settings.host):
            raise SettingError(
                f"{PREFIX}HOST is {settings.host}: dan kan iedereen in het netwerk erbij. Zet het op localhost, of stel inloggen in "
                f"({_names(_LOGIN)}) of een proxy ({_names(_PROXY)})."
            )
        if isinstance(settings.add_in_app, str):
            raise SettingError(f"{PREFIX}ADD_IN_APP noemt wie bronnen mag toevoegen, maar niemand logt in. Zet het op true of false.")
        if settings.feedback_readers:
            raise SettingError(f"{PREFIX}FEEDBACK_READERS noemt wie alle oordelen mag lezen, maar niemand logt in. Haal het weg.")
        return "machine"
    for field in ("add_in_app", "feedback_readers"):
        _check_people(field, getattr(settings, field), login)
    url = urlsplit(public_url(settings))
    if login and url.scheme != "https" and not is_own_machine(url.hostname or ""):
        raise SettingError(f"Inloggen gaat alleen over https. Zet {PREFIX}PUBLIC_URL op het adres van de app dat begint met https://.")
    if login and settings.public_url is None and not is_own_machine(settings.host):
        raise SettingError(f"Na het inloggen moet de bezoeker terug naar de app. Zet {PREFIX}PUBLIC_URL op het adres waar die staat.")
    return "login" if login else "proxy"


def is_named(people: str, name: str, groups: Collection[str]) -> bool:
    """Does a setting that names people ("anna@organisatie.nl, group:beheer") name her, or a group of hers? "" is no name.

    A name counts in capitals or not; a group only as it is written.
    """
    named = _people(people)
    is_herself = bool(name) and name.lower() in (one.lower() for one in named if not one.startswith(GROUP))
    return is_herself or any(GROUP + one in named for one in groups if one.strip())


def public_url(settings: Settings) -> str:
    """The address under which people know the app, without a slash at its end."""
    return (settings.public_url or f"http://localhost:{settings.port}").rstrip("/")


def base_path(settings: Settings) -> str:
    """The path of the app's address: "" or for instance "/baken"."""
    return urlsplit(public_url(settings)).path


def is_own_machine(host: str) -> bool:
    """Is this a name or address of the machine itself, which no other machine reaches?"""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def own_secret(settings: Settings) -> str:
    """What signs login cookies and shared links: the setting, or made once and kept in the home folder, readable to its owner alone."""
    if settings.cookie_secret is not None:
        return settings.cookie_secret.get_secret_value()
    file = settings.home / "cookie-secret"
    try:
        return _kept(file)
    except OSError as error:
        raise SettingError(f"{file} is niet te lezen of te maken ({error.strerror}). Herstel dat, of zet {PREFIX}COOKIE_SECRET.") from None


def _kept(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file():
        # whole or not at all: of two that start together one wins, and both read that one
        made = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(made)
        made.unlink()
    return file.read_text("utf-8")


def _people(people: str) -> list[str]:
    """The names, parted by white space or commas; one with a space in it stands in double quotes. Raises `ValueError` for half of those."""
    # a file of Windows ends its lines in two signs, and what is pasted may hold spaces that do not break
    parts = shlex.shlex(" ".join(people.split()), posix=True)
    # an apostrophe and a backslash belong to names
    parts.whitespace, parts.whitespace_split, parts.quotes, parts.escape, parts.commenters = " ,", True, '"', "", ""
    return list(parts)


def _check_people(field: str, people: bool | str | None, has_groups: bool) -> None:
    if not isinstance(people, str):
        return
    try:
        named = _people(people)
    except ValueError:
        raise SettingError(f"{_names([field])} heeft een aanhalingsteken te weinig. Zet er een bij, of haal het andere weg.") from None
    if not any(one.strip() for one in named):
        raise SettingError(f"{_names([field])} noemt niemand. Zet er een naam in, of haal het weg.")
    if not has_groups:
        if any(one.startswith(GROUP) for one in named):
            raise SettingError(f"{_names([field])} noemt een groep, maar een proxy geeft geen groepen door. Noem de personen.")
        return
    for one in named:
        # a group whose quotes were forgotten falls apart into words that are no address, or into an empty group
        if not one.removeprefix(GROUP).strip() or not (one.startswith(GROUP) or "@" in one):
            raise SettingError(
                f"{_names([field])} noemt “{one}”: dat is geen e-mailadres en geen groep. "
                f'Zet de naam van een groep direct achter {GROUP} en, met een spatie, tussen aanhalingstekens: {GROUP}"Werk en inkomen".'
            )


def _is_set(settings: Settings, names: tuple[str, ...], what: str) -> bool:
    missing = [name for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        raise SettingError(f"Voor {what} ontbreekt {_names(missing)}. Zet dat erbij, of haal de rest weg.")
    return not missing


def _names(fields: tuple[str, ...] | list[str]) -> str:
    return ", ".join(PREFIX + name.upper() for name in fields)
