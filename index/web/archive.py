"""Looks for an archived copy of a page that is gone: the Wayback availability API and its snapshots."""

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from index.web.transport import Transport
from praktijkbaken.errors import FetchError

API = "https://archive.org/wayback/available"
ARCHIVE = "https://web.archive.org"
ARCHIVE_HOSTS = ("archive.org", "web.archive.org")
# The stories were printed in June 2019: the copy nearest to that is nearest to what the report's authors saw.
AROUND = "20190601"


@dataclass(frozen=True)
class ArchiveCopy:
    """A copy of a page in the archive: `url` for people, `raw_url` the page as it was, without the archive's bar."""

    url: str
    raw_url: str
    taken: datetime.date


def find_copy(transport: Transport, url: str, api: str = API, archive: str = ARCHIVE) -> ArchiveCopy | None:
    """The copy of `url` nearest to June 2019; None where the archive has none that worked.

    Raises `FetchError` when the archive cannot be reached or its answer cannot be used.
    """
    fetched = transport.get(f"{api}?{urlencode({'url': url, 'timestamp': AROUND})}")
    try:
        answer = json.loads(fetched.content)
    except (ValueError, RecursionError):
        raise FetchError(f"Het archief gaf over {url} een onleesbaar antwoord. Probeer het later opnieuw.", kind="unusable") from None
    closest = _within(_within(answer, "archived_snapshots"), "closest")
    stamp, status, original = (closest.get(key) for key in ("timestamp", "status", "url"))
    if closest.get("available") is not True or status != "200" or not isinstance(stamp, str) or not isinstance(original, str):
        return None
    match = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{6}", stamp)
    if not match:
        return None
    place = re.fullmatch(rf"https?://{re.escape(urlsplit(archive).netloc)}/web/{stamp}/(.+)", original)
    if not place or _bare(place.group(1)) != _bare(url):
        return None
    try:
        taken = datetime.date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return ArchiveCopy(f"{archive}/web/{stamp}/{url}", f"{archive}/web/{stamp}id_/{url}", taken)


def _within(answer: Any, key: str) -> dict[str, Any]:
    value = answer.get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, dict) else {}


def _bare(url: str) -> str:
    """An address as the archive compares them: without scheme, usual port, www and closing slash."""
    host = re.compile(r"^(?:https?://)?(?:www\.)?([^/:?#]+)(?::(?:80|443))?(?![0-9])", re.IGNORECASE)
    return host.sub(lambda found: found[1].lower(), url).rstrip("/")
