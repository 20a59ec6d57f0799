"""Reads the report *Twee jaar Praktijkvoorbeelden* from its text and its provenance into a document.

How the text is laid out (its traps included): body words stand apart by tabs; headings, theme introductions and the
AANTALLEN box by spaces; the table of contents gives the chapters; page numbers and web addresses stand between
the lines; a bullet may go on after an empty line.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from index.documents import Document, PrintedLink, Section, Squashed, Unit, UnitKind, collapse, squash
from index.sentences import sentence_spans
from praktijkbaken.errors import SourceError

_CONTENTS = re.compile(r"^(?P<title>\S.*?) +(?P<page>\d+) *$", re.MULTILINE)
_URL = re.compile(r"(?:https?|mailto):\S+")
_BULLET = re.compile(r"[\s]*(?:•|\d+\.)[ \t]+")
_LIST_OF_STORIES = re.compile(r"Het thema ‘.+’ speelt in .*praktijkverhalen:$")
_HEADING_LENGTH = 70


@dataclass
class _Line:
    start: int
    end: int
    raw: str

    @property
    def text(self) -> str:
        return collapse(self.raw)


@dataclass
class _Block:
    """A paragraph or a bullet while it is being gathered: pieces of text that may have other lines between them."""

    kind: UnitKind
    section: int
    block: int
    start: int
    end: int


@dataclass
class _Reading:
    sections: list[Section] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    links: list[PrintedLink] = field(default_factory=list)
    open: _Block | None = None
    blocks: int = 0


def read_report(folder: Path) -> Document:
    """The report in `folder` as a document.

    Raises `SourceError` when a file is missing or the text is not the one whose hash the provenance records.
    """
    provenance_file = folder / "provenance.toml"
    try:
        provenance = tomllib.loads(provenance_file.read_text("utf-8"))
        raw = (folder / provenance["file"]).read_bytes()
    except FileNotFoundError as error:
        raise SourceError(
            f"Het rapport ontbreekt: {error.filename}. Zet het bestand terug (git checkout -- data/report) "
            "en geef daarna: praktijkbaken index"
        ) from None
    except (tomllib.TOMLDecodeError, KeyError, OSError) as error:
        raise SourceError(f"De herkomst van het rapport is niet te lezen ({provenance_file}: {error}).") from None
    if hashlib.sha256(raw).hexdigest() != provenance["sha256"]:
        raise SourceError(
            f"Het rapport {provenance['file']} is niet de tekst van de uitgever (de hash klopt niet). "
            "Zet het terug met: git checkout -- data/report"
        )
    text = raw.decode("utf-8")
    squashed = Squashed(text)
    body, chapters = _chapters(text, squashed)
    pages = tuple(_pages(provenance["pages"], squashed, body))
    colophon = provenance["colophon"]
    headless = {start: str(colophon["heading"]) for page, start in pages if page == colophon["page"]}
    reading = _read_body(text, body, chapters, headless, frozenset(start for _, start in pages))
    return Document(
        id=provenance["id"],
        title=provenance["title"],
        date=provenance["date"],
        language=provenance["language"],
        text=text,
        sections=tuple(reading.sections),
        units=tuple(reading.units),
        pages=pages,
        links=tuple(reading.links),
    )


def _chapters(text: str, squashed: Squashed) -> tuple[int, dict[int, tuple[int, str]]]:
    """Where the body begins, and by start offset the end and title of each chapter's heading.

    The table of contents names the chapters; a heading is the next place where its title fills whole lines.
    """
    contents = text.index("Inhoudsopgave")
    entries = []
    after = contents
    for match in _CONTENTS.finditer(text, contents):
        entries.append(collapse(match["title"]))
        after = match.end()
        if entries[-1].startswith("Leren van elkaar"):
            break
    found: dict[int, tuple[int, str]] = {}
    at = after
    for title in entries:
        while True:
            place = squashed.find(title, at)
            if place is None:
                raise SourceError(f"Hoofdstuk {title!r} uit de inhoudsopgave staat niet in de tekst van het rapport.")
            start, end = place
            line_start = text.rfind("\n", 0, start) + 1
            line_end = text.find("\n", end)
            whole_lines = squash(text[line_start:start]) == "" and squash(text[end:line_end]) == ""
            tabbed = text[line_start:start] != "" or "\n" not in text[start:end]
            if whole_lines and tabbed:
                break
            at = end
        found[line_start] = (line_end, title)
        at = line_end
    return min(found), found


def _pages(marks: list[dict[str, object]], squashed: Squashed, body: int) -> Iterator[tuple[int, int]]:
    at = body
    for mark in marks:
        place = squashed.find(str(mark["starts_with"]), at)
        if place is None:
            raise SourceError(f"Het begin van bladzijde {mark['page']} ({mark['starts_with']!r}) staat niet in het rapport.")
        at = place[0]
        yield int(str(mark["page"])), at


def _lines(text: str, start: int) -> Iterator[_Line]:
    for match in re.compile(r"[^\n]*\n?").finditer(text, start):
        if match.group():
            yield _Line(match.start(), match.end(), match.group())


def _read_body(
    text: str, body: int, chapters: dict[int, tuple[int, str]], headless: dict[int, str], page_starts: frozenset[int]
) -> _Reading:
    """The sections, units and links of the body. `headless` names the chapters that begin without a heading, by their first letter."""
    reading = _Reading()
    after_gap = True
    in_stories = False
    skip_to = body
    lines = list(_lines(text, body))
    for line, following in pairwise([*lines, _Line(len(text), len(text), "")]):
        if line.start < skip_to:
            continue
        if line.start in chapters:
            skip_to, title = chapters[line.start]
            _close(text, reading)
            reading.sections.append(Section((title,), line.start + len(line.raw) - len(line.raw.lstrip())))
            after_gap, in_stories = True, False
            continue
        shown = line.text
        if not shown or shown.isdigit():
            after_gap = True
            continue
        if _URL.match(shown):
            address = _URL.search(text, line.start)
            if address and shown.startswith("http"):
                reading.links.append(PrintedLink(address.group(), address.start()))
            after_gap = True
            continue
        indent = len(line.raw) - len(line.raw.lstrip())
        new_page = line.start + indent in page_starts
        if line.start + indent in headless:
            _close(text, reading)
            reading.sections.append(Section((headless[line.start + indent],), line.start + indent))
        bullet = _BULLET.match(line.raw)
        if bullet:
            _begin(text, reading, "mention" if in_stories else "bullet", line, len(bullet.group()))
        elif in_stories and reading.open:
            reading.open.end = line.end  # a title that wraps; lists of stories hold nothing else
        elif reading.open and after_gap and _goes_on(reading.open, shown):
            reading.open.end = line.end
        elif (after_gap or new_page) and _is_heading(line, following):
            _close(text, reading)
            reading.sections.append(Section((reading.sections[-1].path[0], shown), line.start + indent))
        elif reading.open and not after_gap and (not new_page or _ends_sentence(text, reading.open) or shown[0].islower()):
            reading.open.end = line.end
        else:
            _begin(text, reading, "sentence", line, indent)
        in_stories = in_stories or bool(_LIST_OF_STORIES.match(shown))
        after_gap = False
    _close(text, reading)
    return reading


def _is_heading(line: _Line, following: _Line) -> bool:
    """Short, words apart by spaces (body words stand apart by tabs), not a sentence, and no sentence goes on after it."""
    shown = line.text
    short = len(shown) <= _HEADING_LENGTH and shown[-1] not in ".,:;" and not shown[0].islower()
    return short and "\t" not in line.raw.strip() and not following.text[:1].islower()


def _ends_sentence(text: str, block: _Block) -> bool:
    return text[block.start : block.end].rstrip()[-1:] in {".", "?", "!", ":", ")", "”"}


def _goes_on(block: _Block, shown: str) -> bool:
    """Does this line after an empty one still belong to the open bullet?"""
    return block.kind == "bullet" and (shown[0].islower() or shown[0] == "(")


def _begin(text: str, reading: _Reading, kind: UnitKind, line: _Line, indent: int) -> None:
    same_list = reading.open is not None and reading.open.kind == kind and kind != "sentence"
    _close(text, reading)
    if not same_list:
        reading.blocks += 1
    reading.open = _Block(kind, len(reading.sections) - 1, reading.blocks, line.start + indent, line.end)


def _close(text: str, reading: _Reading) -> None:
    """Turns the open block into units: one for a mention, else one a sentence."""
    block, reading.open = reading.open, None
    if block is None:
        return
    end = block.start + len(text[block.start : block.end].rstrip())
    spans = [(block.start, end)] if block.kind == "mention" else sentence_spans(text, block.start, end)
    reading.units += [Unit(a, b, block.kind, block.section, block.block) for a, b in spans]
