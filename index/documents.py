"""What a reader makes of a source: a document with sections, pages and units. First step of the way of the data.

Offsets count characters in `Document.text` and nowhere else.
"""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

UnitKind = Literal["sentence", "bullet", "mention"]
# Raised when a reader makes something else of the same file: then every source is read again.
READER_VERSION = "1"


@dataclass(frozen=True)
class Section:
    """A run of text under one heading: `path` holds the headings from the outside in; `start` is its heading."""

    path: tuple[str, ...]
    start: int


@dataclass(frozen=True)
class Unit:
    """A whole sentence, or a bullet: the smallest thing that is quoted. `[start, end)` in the document's text.

    Units of one `block` stand in the same paragraph or list, so a pronoun points back within it.
    """

    start: int
    end: int
    kind: UnitKind
    section: int
    block: int


@dataclass(frozen=True)
class PrintedLink:
    """A web address as the source prints it."""

    url: str
    start: int


@dataclass(frozen=True)
class Document:
    """A source's text and how it is built up. `pages` maps page number to the offset of its first character.

    `date` is a year, a month or a day (ISO 8601). `regions` and `themes` hold for the whole document, as its metadata
    names them; `story` is the title of the practice story whose own text this is.
    """

    id: str
    title: str
    date: str | None
    language: str
    text: str
    sections: tuple[Section, ...]
    units: tuple[Unit, ...]
    pages: tuple[tuple[int, int], ...] = ()
    links: tuple[PrintedLink, ...] = ()
    url: str | None = None
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    story: str | None = None

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def quote(self, start: int, end: int) -> str:
        """The text from `start` to `end` with white space collapsed."""
        return collapse(self.text[start:end])

    def page(self, offset: int) -> int | None:
        """The page on which `offset` stands; None where the source has no pages."""
        at = bisect_right([start for _, start in self.pages], offset)
        return self.pages[at - 1][0] if at else None


@dataclass(frozen=True)
class SourceRecord:
    """What became of one source: the ids of its documents, what was odd about it, and why it could not be read."""

    origin: str
    digest: str
    documents: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str | None = None
    reader: str = READER_VERSION


@dataclass(frozen=True)
class Alike:
    """Two documents, by id, that share much of their text; `share` is an estimate (0 to 1). 1.0: the same text, kept once."""

    one: str
    other: str
    share: float


def collapse(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


_LETTERS = re.compile(r"[\W_]+")


def squash(text: str) -> str:
    """Letters and digits only, lower case: for comparing texts whose spacing and marks differ."""
    return _LETTERS.sub("", text.lower())


class Squashed:
    """A text on letters and digits only, with the way back to offsets in the original."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._origin: list[int] = []
        for at, char in enumerate(text):
            low = _LETTERS.sub("", char.lower())
            pieces.append(low)
            self._origin.extend([at] * len(low))
        self.text = "".join(pieces)

    def find(self, needle: str, start: int = 0) -> tuple[int, int] | None:
        """`[start, end)` in the original of the first place at or after original offset `start`; None if absent."""
        wanted = squash(needle)
        begin = bisect_right(self._origin, start - 1)
        at = self.text.find(wanted, begin)
        if at < 0 or not wanted:
            return None
        return self._origin[at], self._origin[at + len(wanted) - 1] + 1
