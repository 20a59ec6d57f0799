"""Builds a document block by block: what every reader of added sources hands over, so that offsets are made in one place."""

import re
import unicodedata
from dataclasses import dataclass, fields, replace

from index.documents import Document, Section, Unit, UnitKind, collapse
from index.sentences import sentence_spans

# Control and format characters say nothing and break searching; a soft hyphen or zero-width space splits a word.
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Metadata:
    """What is known of a source beside its text. `story`: the title of the practice story whose own text it is."""

    title: str | None = None
    url: str | None = None
    date: str | None = None
    language: str | None = None
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    story: str | None = None

    def over(self, other: "Metadata") -> "Metadata":
        """This metadata, and the other's where this says nothing."""
        return replace(other, **{f.name: value for f in fields(self) if (value := getattr(self, f.name))})


class DocumentBuilder:
    """Gathers headings, paragraphs and bullets in reading order. Each block's white space is collapsed."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []
        self._sections: list[Section] = []
        self._units: list[Unit] = []
        self._pages: list[tuple[int, int]] = []
        self._blocks = 0
        self._in_list = False

    @property
    def characters(self) -> int:
        """How long the text is so far."""
        return self._length

    def page(self, number: int) -> None:
        """The next block starts on this page (counted from 1)."""
        self._pages.append((number, self._length))

    def heading(self, level: int, text: str) -> None:
        """A heading; `level` 1 is the outermost."""
        shown = tidy(text)
        if shown:
            self._path = [(deep, title) for deep, title in self._path if deep < level] + [(level, shown)]
            self._sections.append(Section(tuple(title for _, title in self._path), self._add(shown, "\n\n")))
            self._in_list = False

    def paragraph(self, text: str) -> None:
        """Running text: one unit a sentence."""
        self._block(text, "sentence")

    def bullet(self, text: str) -> None:
        """An item of a list; neighbouring items are one list."""
        self._block(text, "bullet")

    def build(self, id: str, metadata: Metadata) -> Document:
        """The document. A page that got no text is left out; without any heading its title is its one section."""
        title = metadata.title or id
        sections = self._sections
        units = self._units
        if units and (not sections or units[0].start < sections[0].start):
            first = sections[0].start if sections else self._length
            sections = [Section((title,), 0), *sections]
            units = [u if u.start < first else replace(u, section=u.section + 1) for u in units]
        # of several pages at one place, all but the last are empty
        starts = {start: number for number, start in self._pages if start < self._length}
        return Document(
            id=id,
            title=title,
            date=metadata.date,
            language=metadata.language or "nl",
            text="".join(self._pieces),
            sections=tuple(sections),
            units=tuple(units),
            pages=tuple((number, start) for start, number in starts.items()),
            url=metadata.url,
            regions=metadata.regions,
            themes=metadata.themes,
            story=metadata.story,
        )

    def _block(self, text: str, kind: UnitKind) -> None:
        shown = tidy(text)
        if not any(char.isalnum() for char in shown):
            return
        goes_on = kind == "bullet" and self._in_list
        self._blocks += not goes_on
        self._in_list = kind == "bullet"
        start = self._add(shown, "\n" if goes_on else "\n\n")
        section = max(0, len(self._sections) - 1)
        spans = sentence_spans(shown, 0, len(shown))
        self._units += [Unit(start + a, start + b, kind, section, self._blocks) for a, b in spans]

    def _add(self, text: str, between: str) -> int:
        if self._pieces:
            text = between + text
        start = self._length + (len(between) if self._pieces else 0)
        self._pieces.append(text)
        self._length += len(text)
        return start


def tidy(text: str) -> str:
    """The text composed (NFC), without unseen characters, each run of white space as one space."""
    return collapse(_CONTROL.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))))
