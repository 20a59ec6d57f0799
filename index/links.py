"""What is known of the stories' links: live, archived or dead, and since when. Beside the index: a check needs no new one."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from praktijkbaken.errors import SourceError

LinkStatus = Literal["live", "archived", "dead", "unchecked"]
FILE = "links.json"


@dataclass(frozen=True)
class LinkState:
    """What the last check of a link saw. `checked` and `archived_on` are days (ISO 8601).

    `archive_url` is the copy that the archive shows to people; `etag` and `modified` make the next fetch a short one.
    """

    status: LinkStatus = "unchecked"
    checked: str | None = None
    archive_url: str | None = None
    archived_on: str | None = None
    etag: str | None = None
    modified: str | None = None


UNCHECKED = LinkState()
Links = Mapping[str, LinkState]


def read_links(home: Path) -> dict[str, LinkState]:
    """The state of each link that was checked, by address; empty when none was, or when the record cannot be read."""
    try:
        stored = json.loads((home / FILE).read_text("utf-8"))
        return {url: LinkState(**state) for url, state in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_links(home: Path, links: Links) -> None:
    """Records the state of each link. Raises `SourceError` when the home folder cannot be written to."""
    file = home / FILE
    aside = file.with_name(FILE + ".new")
    try:
        home.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps({url: asdict(state) for url, state in links.items()}, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(file)
    except OSError as error:
        raise SourceError(f"{file} is niet te schrijven ({error.strerror}). Zet PRAKTIJKBAKEN_HOME op een andere map.") from None
