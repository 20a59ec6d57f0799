"""Documents to passages: whole paragraphs together up to a size, lists whole, each story mention on its own."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.attribution import Attribution, Role
from index.catalogue import STORY_SITE, Story, theme_of
from index.documents import Document, Unit, UnitKind

SPLITTER_VERSION = "2"
# 110 words: e5-small sees 512 tokens, and a reader judges a passage at a glance. A retrieved passage
# of over 200 words points at nothing.
TARGET_WORDS = 110
LIMIT_WORDS = 170


@dataclass(frozen=True)
class Sentence:
    """A unit as it is searched and quoted: `[start, end)` in the document, and what it is about.

    `leans_on` and `caveats` hold the starts of sentences of the same document: those it cannot be understood without,
    and those that limit its claim. `asked` holds other words in which people ask for what it says: searched, never quoted.
    """

    start: int
    end: int
    kind: UnitKind
    block: int
    text: str
    stories: tuple[str, ...]
    regions: tuple[str, ...]
    leans_on: tuple[int, ...] = ()
    caveats: tuple[int, ...] = ()
    role: Role = "frame"
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A piece of one document that is indexed and retrieved. `text` has its white space collapsed.

    `also` holds words that lead here and stand elsewhere: a story's other titles and the words of its printed link.
    `heading` is the line it is searched under; `themes` are its chapter in the report, or those of its document.
    """

    id: str
    document_id: str
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    text: str
    also: str
    heading: str
    themes: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    @property
    def theme(self) -> str:
        """The theme or chapter the passage stands in; for a document without themes its outermost heading."""
        return self.themes[0] if self.themes else self.section[0]

    @property
    def is_mention(self) -> bool:
        """Is this a story's line in a theme's list?"""
        return self.sentences[0].kind == "mention"

    @property
    def stories(self) -> tuple[str, ...]:
        """Ids of the stories tied to any of its sentences."""
        return tuple(dict.fromkeys(story for s in self.sentences for story in s.stories))

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that any of its sentences is about."""
        return tuple(dict.fromkeys(region for s in self.sentences for region in s.regions))

    @property
    def searched(self) -> str:
        """What is embedded and analysed: the headings it stands under, then its text."""
        return f"{self.heading}\n{self.text} {self.also}".rstrip()


def split(document: Document, attributions: Sequence[Attribution], stories: Mapping[str, Story], chapters: bool = False) -> list[Passage]:
    """The passages of `document`; `attributions` has one entry a unit, `stories` are by id.

    `chapters`: the outermost headings are themes, as in the report.
    """
    passages = []
    for group in _groups(document):
        sentences = tuple(
            Sentence(
                unit.start,
                unit.end,
                unit.kind,
                unit.block,
                document.quote(unit.start, unit.end),
                attributions[at].stories,
                attributions[at].regions,
                tuple(document.units[other].start for other in attributions[at].leans_on),
                tuple(document.units[other].start for other in attributions[at].caveats),
                attributions[at].role,
                attributions[at].asked,
            )
            for at, unit in group
        )
        start, end = sentences[0].start, sentences[-1].end
        section = document.sections[group[0][1].section].path
        is_mention = sentences[0].kind == "mention"
        themes = (theme_of(section),) if chapters else document.themes
        outer = [themes[0]] if chapters else list(dict.fromkeys([document.title, section[0]]))
        inner = [] if is_mention else section[1:]
        digest = hashlib.sha256(f"{document.id}\0{start}\0{document.text[start:end]}".encode()).hexdigest()
        passages.append(
            Passage(
                id=f"p-{digest[:16]}",
                document_id=document.id,
                start=start,
                end=end,
                section=section,
                page=document.page(start),
                text=document.quote(start, end),
                also=_also(stories[sentences[0].stories[0]]) if is_mention else "",
                heading=" > ".join([*outer, *inner]),
                themes=themes,
                sentences=sentences,
            )
        )
    return passages


def _groups(document: Document) -> Iterator[list[tuple[int, Unit]]]:
    """Neighbouring units of one section, cut where something that is no text (a link, a page number) stands between."""
    numbered = list(enumerate(document.units))
    for _, of_section in groupby(numbered, key=lambda item: item[1].section):
        group: list[tuple[int, Unit]] = []
        size = 0
        for _, of_block in groupby(of_section, key=lambda item: item[1].block):
            block = list(of_block)
            words = sum(_words(document, unit) for _, unit in block)
            if group and (size + words > TARGET_WORDS or block[0][1].kind == "mention" or _apart(document, group[-1][1], block[0][1])):
                yield group
                group, size = [], 0
            if block[0][1].kind == "mention":
                yield from ([item] for item in block)
                continue
            for item in block:
                count = _words(document, item[1])
                if group and (size + count > LIMIT_WORDS or _apart(document, group[-1][1], item[1])):
                    yield group
                    group, size = [], 0
                group.append(item)
                size += count
        if group:
            yield group


def _also(story: Story) -> str:
    link = story.url.removeprefix(STORY_SITE).replace("-", " ") if story.url else ""
    return " ".join([*story.aliases, link]).strip()


def _words(document: Document, unit: Unit) -> int:
    return len(document.text[unit.start : unit.end].split())


def _apart(document: Document, before: Unit, after: Unit) -> bool:
    return any(char.isalpha() for char in document.text[before.end : after.start])
