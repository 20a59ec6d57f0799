"""The stories: the bullets of the report's seven lists and the stories that added documents tell, joined by recorded decisions.

Each decision is a line of `data/catalogue/` with its reason; this module applies them and refuses those that no
longer fit the text.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote_plus

from index.documents import Document, squash
from index.regions import Regions, rows
from praktijkbaken.errors import SourceError

STORY_SITE = "https://www.samenvoordeklant.nl/praktijk/"


@dataclass(frozen=True)
class Mention:
    """One bullet of a theme's list: as printed, and where."""

    region: str
    title: str
    theme: str
    page: int | None
    unit: int


@dataclass(frozen=True)
class LinkPlace:
    """A story's link where the report prints it: for the sentence or the bullet `unit`, and so for one story."""

    url: str
    title: str
    unit: int


@dataclass(frozen=True)
class ThemeCount:
    """How many stories the report says a theme has, and how many its list prints."""

    theme: str
    said: int
    printed: int


@dataclass(frozen=True)
class Story:
    """A practice story: one title, all its mentions. `url` is None where no source gives a link for it.

    `printed_regions` are the forms that the lists print; `listed` and `told` are the regions by the lists and by the
    text where the two contradict each other; `documents` are the ids of its own texts.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    url: str | None
    found_at: tuple[str, ...]
    notes: tuple[str, ...]
    printed_regions: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def search_url(self) -> str | None:
        """A ready web search for the title, where there is no link."""
        return None if self.url else self.search

    @property
    def search(self) -> str:
        """A ready web search for the title."""
        return "https://duckduckgo.com/?q=" + quote_plus(f'"{self.title}" samenvoordeklant praktijk')


@dataclass(frozen=True)
class Catalogue:
    """All stories in the order of the report, and what the report prints of them."""

    stories: tuple[Story, ...]
    mentions: tuple[Mention, ...]
    links: tuple[LinkPlace, ...]
    counts: tuple[ThemeCount, ...]
    of_mention: dict[int, str]

    def by_title(self) -> dict[str, Story]:
        """The stories by their canonical titles."""
        return {story.title: story for story in self.stories}


def theme_of(path: tuple[str, ...]) -> str:
    """The theme or chapter that a section path belongs to, without its number."""
    return re.sub(r"^Thema \d+:? ", "", path[0])


def read_catalogue(document: Document, folder: Path, regions: Regions) -> Catalogue:
    """The catalogue of the report `document`, by the decisions in `folder`.

    Raises `SourceError` when a decision names a title, link or quote that the report does not hold.
    """
    printed_regions = {line["gedrukt"]: line["regio"] for line in rows(folder / "regios.csv", "gedrukt", "regio", "reden")}
    mentions = _mentions(document)
    titles = _Titles(folder / "titels.csv", mentions)
    links = _links(document, folder / "links.csv")
    url_of = {link.title: link.url for link in links}
    gathered: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        gathered[titles.canonical(mention)].append(mention)
    for link in links:
        if link.title not in gathered:
            raise SourceError(f"links.csv geeft {link.url} aan {link.title!r}, maar die titel staat niet in de catalogus.")
        if document.units[link.unit].kind == "mention" and all(m.unit != link.unit for m in gathered[link.title]):
            raise SourceError(f"links.csv geeft {link.url} aan {link.title!r}, maar de regel van de lijst is een ander verhaal.")
    conflicts = _conflicts(document, folder / "tegenspraken.csv", set(gathered), regions)
    stories = []
    for title, of_story in gathered.items():
        found_regions = [name for m in of_story for name in _canonical_regions(m.region, printed_regions, regions)]
        listed, told, reason = conflicts.get(title, ((), (), ""))
        stories.append(
            Story(
                id=slug(title),
                title=title,
                aliases=tuple(dict.fromkeys(m.title for m in of_story if m.title != title)),
                regions=tuple(dict.fromkeys(found_regions)),
                themes=tuple(dict.fromkeys(m.theme for m in of_story)),
                url=url_of.get(title),
                found_at=tuple(dict.fromkeys(f"Thema {_number(document, m)}, p. {m.page}" for m in of_story)),
                notes=(*titles.reasons(title), *([reason] if reason else [])),
                printed_regions=tuple(dict.fromkeys(m.region for m in of_story)),
                listed=listed,
                told=told,
            )
        )
    if len({story.id for story in stories}) != len(stories):
        raise SourceError("Twee praktijkverhalen krijgen dezelfde korte naam; pas titels.csv aan.")
    ids = {story.title: story.id for story in stories}
    of_mention = {m.unit: ids[titles.canonical(m)] for m in mentions}
    return Catalogue(tuple(stories), mentions, links, _counts(document, folder / "tellingen.csv", mentions), of_mention)


def with_documents(stories: Iterable[Story], documents: Iterable[Document], regions: Regions) -> tuple[Story, ...]:
    """The stories, each with its own documents, and a new story for each document that tells one no source names yet.

    A document belongs to a story by the story's link, else by its title (or another printed form of it).
    """
    known = {story.id: story for story in stories}
    by_link = {_link_key(story.url): story.id for story in known.values() if story.url}
    by_title = {squash(title): story.id for story in known.values() for title in (story.title, *story.aliases)}
    for document in documents:
        if document.story is None:
            continue
        name = by_link.get(_link_key(document.url)) if document.url else None
        name = name or by_title.get(squash(document.story)) or slug(document.story) or document.id
        canonical = tuple(dict.fromkeys(regions.canonical(region) or region for region in document.regions))
        if name not in known:
            known[name] = Story(name, document.story, (), canonical, document.themes, document.url, (document.title,), ())
            by_title[squash(document.story)] = name
        story = known[name]
        known[name] = replace(
            story,
            regions=story.regions or canonical,
            themes=story.themes or document.themes,
            url=story.url or document.url,
            documents=(*story.documents, document.id),
        )
        if document.url:
            by_link[_link_key(document.url)] = name
    return tuple(known.values())


class _Titles:
    """The decisions of `titels.csv`: which printed titles are one story."""

    def __init__(self, path: Path, mentions: tuple[Mention, ...]) -> None:
        self._lines = rows(path, "gedrukt_regio", "gedrukte_titel", "titel", "reden")
        printed = {(m.region, m.title) for m in mentions}
        for line in self._lines:
            if not any(title == line["gedrukte_titel"] and line["gedrukt_regio"] in ("*", region) for region, title in printed):
                raise SourceError(f"titels.csv noemt {line['gedrukte_titel']!r}, maar die titel staat niet in een lijst.")

    def canonical(self, mention: Mention) -> str:
        for line in self._lines:
            if line["gedrukte_titel"] == mention.title and line["gedrukt_regio"] in ("*", mention.region):
                return line["titel"]
        return mention.title

    def reasons(self, title: str) -> tuple[str, ...]:
        return tuple(f"{line['gedrukte_titel']}: {line['reden']}" for line in self._lines if line["titel"] == title)


def _mentions(document: Document) -> tuple[Mention, ...]:
    mentions = []
    for at, unit in enumerate(document.units):
        if unit.kind == "mention":
            region, _, title = document.quote(unit.start, unit.end).partition(" / ")
            theme = theme_of(document.sections[unit.section].path)
            mentions.append(Mention(region, title, theme, document.page(unit.start), at))
    return tuple(mentions)


def _number(document: Document, mention: Mention) -> str:
    chapter = document.sections[document.units[mention.unit].section].path[0]
    return chapter.split()[1]


def _canonical_regions(printed: str, decisions: dict[str, str], regions: Regions) -> list[str]:
    def one(name: str) -> list[str] | None:
        if name in decisions:
            return [decisions[name]] if decisions[name] else []
        found = regions.canonical(name)
        return [found] if found else None

    names: list[str] = []
    for part in (piece.strip() for piece in printed.split("&")):
        whole = one(part)
        pieces = [whole] if whole is not None else [one(piece.strip()) for piece in part.split(" en ")]
        for piece in pieces:
            if piece is None:
                raise SourceError(f"De gedrukte regio {printed!r} is onbekend. Zet er een regel voor in regios.csv.")
            names += piece
    return names


def place_of(document: Document, quote: str, file: str, page: int | None = None) -> int:
    """The number of the one unit of the report that holds `quote` (on `page`); raises `SourceError` naming `file` when it is not one."""
    wanted = squash(quote)
    places = [
        at
        for at, unit in enumerate(document.units)
        if (page is None or document.page(unit.start) == page) and wanted in squash(document.text[unit.start : unit.end])
    ]
    if len(places) != 1:
        raise SourceError(f"{file}: {quote!r} staat {len(places)} keer in het rapport; het moet één keer zijn.")
    return places[0]


def _links(document: Document, path: Path) -> tuple[LinkPlace, ...]:
    """The decisions of `links.csv`: one line for each time a story's link is printed, in the order of the report."""
    printed = [link.url for link in document.links if link.url.startswith(STORY_SITE)]
    lines = rows(path, "bladzijde", "link", "plaats", "bij", "titel", "reden")
    decided = [line["link"] for line in lines]
    if decided != printed:
        invented, forgotten = Counter(decided) - Counter(printed), Counter(printed) - Counter(decided)
        if invented:
            raise SourceError(f"links.csv noemt {min(invented)} vaker dan het rapport; het rapport drukt die link niet af.")
        if forgotten:
            raise SourceError(f"Het rapport drukt {min(forgotten)} af, maar links.csv geeft die aan geen verhaal.")
        raise SourceError("links.csv heeft de links in een andere volgorde dan het rapport. Zet ze terug in de volgorde van de bladzijden.")
    places = []
    for line in lines:
        page = int(line["bladzijde"]) if line["bladzijde"].isdigit() else None
        places.append(LinkPlace(line["link"], line["titel"], place_of(document, line["bij"], "links.csv", page)))
    return tuple(places)


def _conflicts(
    document: Document, path: Path, titles: set[str], regions: Regions
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Where the report contradicts itself about a story's region: what the lists say, what the text says, and the reason."""
    found = {}
    for line in rows(path, "titel", "de_lijst_zegt", "de_tekst_zegt", "citaten", "reden"):
        if line["titel"] not in titles:
            raise SourceError(f"tegenspraken.csv: {line['titel']!r} staat niet in de catalogus.")
        for quote in filter(None, line["citaten"].split("|")):
            place_of(document, quote, "tegenspraken.csv")
        sides = [tuple(filter(None, line[side].split(";"))) for side in ("de_lijst_zegt", "de_tekst_zegt")]
        for name in (name for side in sides for name in side):
            if regions.canonical(name) != name:
                raise SourceError(f"tegenspraken.csv: {name!r} is geen van de 35 regio's.")
        found[line["titel"]] = (sides[0], sides[1], line["reden"])
    return found


def _counts(document: Document, path: Path, mentions: tuple[Mention, ...]) -> tuple[ThemeCount, ...]:
    printed = Counter(mention.theme for mention in mentions)
    counts = []
    for line in rows(path, "thema", "het_rapport_zegt", "citaat"):
        if squash(line["citaat"]) not in squash(document.text):
            raise SourceError(f"tellingen.csv: {line['citaat']!r} staat niet in het rapport.")
        counts.append(ThemeCount(line["thema"], int(line["het_rapport_zegt"]), printed[line["thema"]]))
    return tuple(counts)


def _link_key(url: str | None) -> str:
    return re.sub(r"^https?://(www\.)?", "", (url or "").lower()).split("#")[0].rstrip("/")


def slug(title: str) -> str:
    """A title as a short name: lower case, without marks, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].rstrip("-")
