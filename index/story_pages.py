"""Fetches the stories' own pages and checks their links, through the guarded transport and one story at a time."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from index.catalogue import Story
from index.library import keep_story_page, story_page
from index.links import UNCHECKED, LinkState, read_links, write_links
from index.web.archive import ArchiveCopy, find_copy
from index.web.transport import Fetched, Transport
from praktijkbaken.errors import FetchError
from praktijkbaken.settings import Settings

FindCopy = Callable[[Transport, str], ArchiveCopy | None]
# A host that twice in a row cannot be reached is left alone for the rest of the run.
MOST_FAILURES = 2


@dataclass(frozen=True)
class Visit:
    """What one link gave: its state now, whether its page is new here, what went wrong, and whether its site answered."""

    story: Story
    state: LinkState
    kept: bool = False
    problem: str | None = None
    reached: bool = True


def visit_links(
    settings: Settings, stories: Sequence[Story], transport: Transport, keep: bool, find: FindCopy = find_copy
) -> Iterator[Visit]:
    """Visits the link of each story that has one and records its state; `keep` stores the pages as sources.

    A page that is gone is looked up in the archive. What cannot be reached now keeps the state and the page it had.
    """
    links = read_links(settings.home)
    failures: dict[str, int] = {}
    for story in stories:
        if story.url is None:
            continue
        url = story.url
        host = urlsplit(url).netloc
        if failures.get(host, 0) >= MOST_FAILURES:
            problem = f"{url}: overgeslagen, want {host} is nu niet bereikbaar."
            visit = Visit(story, links.get(url, UNCHECKED), problem=problem, reached=False)
        else:
            visit = _visit(settings, story, links.get(url, UNCHECKED), transport, keep, find)
        failures[host] = 0 if visit.reached else failures.get(host, 0) + 1
        if visit.state != UNCHECKED:
            links[url] = visit.state
            write_links(settings.home, links)
        yield visit


def _visit(settings: Settings, story: Story, before: LinkState, transport: Transport, keep: bool, find: FindCopy) -> Visit:
    kept = story_page(settings, story.id)
    url = story.url or ""
    try:
        # only a page that is here can be "not modified"
        known = before if before.status == "live" and (kept or not keep) else UNCHECKED
        fetched = transport.get(url, etag=known.etag, last_modified=known.modified)
        if _leads_home(url, fetched):
            raise FetchError(f"{url} leidt door naar de voorpagina; de pagina zelf is er niet meer.", kind="gone")
    except FetchError as error:
        if error.kind != "gone":
            return Visit(story, before, problem=str(error), reached=error.kind != "unreachable")
        return _archived(settings, story, before, transport, keep and kept is None, find)
    state = LinkState("live", _today(), etag=fetched.etag or known.etag, modified=fetched.last_modified or known.modified)
    if fetched.status == 304 or not keep:
        return Visit(story, state)
    keep_story_page(settings, story.id, fetched.content, fetched.content_type, _meta(story, url))
    return Visit(story, state, kept=True)


def _archived(settings: Settings, story: Story, before: LinkState, transport: Transport, keep: bool, find: FindCopy) -> Visit:
    """The state of a link whose page is gone; `keep` stores the archive's copy, where there is no page yet."""
    try:
        copy = find(transport, story.url or "")
        if copy is None:
            return Visit(story, LinkState("dead", _today()))
        state = LinkState("archived", _today(), archive_url=copy.url, archived_on=str(copy.taken))
        if not keep:
            return Visit(story, state)
        fetched = transport.get(copy.raw_url)
    except FetchError as error:
        # gone for sure, but the archive did not answer: an earlier copy of it still stands
        gone = before if before.status == "archived" else LinkState("dead")
        return Visit(story, replace(gone, checked=_today()), problem=str(error))
    keep_story_page(settings, story.id, fetched.content, fetched.content_type, _meta(story, story.url or "", copy))
    return Visit(story, state, kept=True)


def _leads_home(asked: str, fetched: Fetched) -> bool:
    """Did a page within the site send us to its front page? That is how many sites say "gone"."""
    return urlsplit(asked).path.strip("/") != "" and urlsplit(fetched.final_url).path.strip("/") == ""


def _meta(story: Story, url: str, copy: ArchiveCopy | None = None) -> dict[str, object]:
    meta: dict[str, object] = {"url": url, "story": story.title, "fetched": _today()}
    if copy:
        meta["archive"] = copy.url
    return meta


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
