"""The stories: the bullets of the report's seven lists, joined by recorded decisions, with their links and ties.

Each decision is a line of `data/catalogue/` with its reason; this module applies them and refuses those that no
longer fit the text.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from index.documents import Document, Unit, squash
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
class Story:
    """A practice story: one title, all its mentions. `url` is None where the report prints no link for it."""

    id: str
    title: str
    aliases: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    url: str | None
    found_at: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def search_url(self) -> str | None:
        """A ready web search for the title, where there is no link."""
        if self.url:
            return None
        return "https://duckduckgo.com/?q=" + quote_plus(f'"{self.title}" samenvoordeklant praktijk')


@dataclass(frozen=True)
class Attribution:
    """What a unit is about: the stories that the source or a recorded decision ties to it, and the regions it names."""

    stories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All stories in the order of the report, and the attribution of each unit of the report."""

    stories: tuple[Story, ...]
    mentions: tuple[Mention, ...]
    attributions: tuple[Attribution, ...]


def theme_of(path: tuple[str, ...]) -> str:
    """The theme or chapter that a section path belongs to, without its number."""
    return re.sub(r"^Thema \d+:? ", "", path[0])


def read_catalogue(document: Document, folder: Path, regions: Regions) -> Catalogue:
    """The catalogue of `document`, by the decisions in `folder`.

    Raises `SourceError` when a decision names a title, link or quote that the report does not hold.
    """
    printed_regions = {line["gedrukt"]: line["regio"] for line in rows(folder / "regios.csv", "gedrukt", "regio", "reden")}
    mentions = _mentions(document)
    titles = _Titles(folder / "titels.csv", mentions)
    links = _links(document, folder / "links.csv")
    gathered: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        gathered[titles.canonical(mention)].append(mention)
    for title, url in links.items():
        if title not in gathered:
            raise SourceError(f"links.csv geeft {url} aan {title!r}, maar die titel staat niet in de catalogus.")
    stories = []
    for title, of_story in gathered.items():
        found_regions = [name for m in of_story for name in _canonical_regions(m.region, printed_regions, regions)]
        stories.append(
            Story(
                id=_slug(title),
                title=title,
                aliases=tuple(dict.fromkeys(m.title for m in of_story if m.title != title)),
                regions=tuple(dict.fromkeys(found_regions)),
                themes=tuple(dict.fromkeys(m.theme for m in of_story)),
                url=links.get(title),
                found_at=tuple(dict.fromkeys(f"Thema {_number(document, m)}, p. {m.page}" for m in of_story)),
                notes=titles.reasons(title),
            )
        )
    if len({story.id for story in stories}) != len(stories):
        raise SourceError("Twee praktijkverhalen krijgen dezelfde korte naam; pas titels.csv aan.")
    return Catalogue(tuple(stories), tuple(mentions), _attribute(document, stories, mentions, titles, folder, regions))


class _Titles:
    """The decisions of `titels.csv`: which printed titles are one story."""

    def __init__(self, path: Path, mentions: list[Mention]) -> None:
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


def _mentions(document: Document) -> list[Mention]:
    mentions = []
    for at, unit in enumerate(document.units):
        if unit.kind == "mention":
            region, _, title = document.quote(unit.start, unit.end).partition(" / ")
            theme = theme_of(document.sections[unit.section].path)
            mentions.append(Mention(region, title, theme, document.page(unit.start), at))
    return mentions


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


def _links(document: Document, path: Path) -> dict[str, str]:
    printed = {link.url for link in document.links if link.url.startswith(STORY_SITE)}
    links: dict[str, str] = {}
    for line in rows(path, "link", "titel", "staat_bij", "reden"):
        if line["link"] not in printed:
            raise SourceError(f"links.csv noemt {line['link']}, maar het rapport drukt die link niet af.")
        links[line["titel"]] = line["link"]
    forgotten = printed - set(links.values())
    if forgotten:
        raise SourceError(f"Het rapport drukt {min(forgotten)} af, maar links.csv geeft die aan geen verhaal.")
    return links


def _attribute(
    document: Document,
    stories: list[Story],
    mentions: list[Mention],
    titles: _Titles,
    folder: Path,
    regions: Regions,
) -> tuple[Attribution, ...]:
    by_title = {story.title: story for story in stories}
    tied: dict[int, list[Story]] = defaultdict(list)
    follows: set[int] = set()
    for mention in mentions:
        tied[mention.unit].append(by_title[titles.canonical(mention)])
    squashed = [squash(document.text[unit.start : unit.end]) for unit in document.units]
    for line in rows(folder / "attributie.csv", "citaat", "titel", "reden"):
        places = [at for at, text in enumerate(squashed) if squash(line["citaat"]) in text]
        if len(places) != 1:
            raise SourceError(f"attributie.csv: {line['citaat']!r} staat {len(places)} keer in het rapport; het moet één keer zijn.")
        if line["titel"] not in by_title:
            raise SourceError(f"attributie.csv: {line['titel']!r} staat niet in de catalogus.")
        tied[places[0]].append(by_title[line["titel"]])
        if line["reden"].startswith("vervolg"):
            follows.add(places[0])
    attributions: list[Attribution] = []
    for at, unit in enumerate(document.units):
        of_unit = tied.get(at, [])
        named = regions.in_text(document.text[unit.start : unit.end])
        if unit.kind == "mention":
            named = of_unit[0].regions
        elif not named and at in follows:
            named = _regions_before(at, document.units, attributions, {story.id for story in of_unit})
        attributions.append(Attribution(tuple(dict.fromkeys(s.id for s in of_unit)), named))
    return tuple(attributions)


def _regions_before(at: int, units: tuple[Unit, ...], before: list[Attribution], stories: set[str]) -> tuple[str, ...]:
    """The regions of the nearest earlier unit of this section that is about the same story and names a region."""
    for earlier in range(at - 1, -1, -1):
        if units[earlier].section != units[at].section:
            break
        if before[earlier].regions and stories & set(before[earlier].stories):
            return before[earlier].regions
    return ()


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].rstrip("-")
