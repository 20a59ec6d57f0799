"""Reads PDF files, page by page, so that a quote knows its page."""

import re
from collections import Counter
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from index.builder import DocumentBuilder, Metadata
from index.readers import MOST_CHARACTERS, Read
from praktijkbaken.errors import SourceError

MOST_PAGES = 2_000
# A line at the top or foot of this share of the pages is the paper's, not the text's.
RUNNING = 0.5
_BULLET = re.compile(r"\s*(?:[•●▪◦‣–*-]|\d{1,2}[.)])\s+(?=\S)")
_CLOSES = re.compile(r"[.!?:;,”\"’)]$")
HEADING_WORDS = 12
PAGE_NUMBER_WORDS = 4


def read_pdf(path: Path) -> Read:
    """Paragraphs, bullets and headings by their lines; page numbers count sheets from 1. Raises `SourceError`."""
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{path.name} is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord.")
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise SourceError(f"{path.name} heeft {count} bladzijden, het meeste is {MOST_PAGES}. Knip het in delen.")
        pages: list[list[str]] = []
        size = 0
        for page in reader.pages:
            text = page.extract_text() or ""
            size += len(text)
            if size > MOST_CHARACTERS:
                raise SourceError(f"{path.name} heeft meer dan {MOST_CHARACTERS // 1_000_000} miljoen tekens. Knip het in delen.")
            pages.append([line.rstrip() for line in text.splitlines()])
        outline = _outline(reader)
        own = _own(reader)
    except PyPdfError as error:
        raise SourceError(f"{path.name} is beschadigd of geen PDF ({type(error).__name__}). Bewaar het opnieuw.") from None
    if not any(line.strip() for page in pages for line in page):
        raise SourceError(f"{path.name} lijkt gescand: er staat geen tekst in. Maak het eerst doorzoekbaar (OCR).")
    builder = DocumentBuilder()
    running = _running(pages)
    whole = " ".join(line for page in pages for line in page)
    for number, lines in enumerate(pages, start=1):
        builder.page(number)
        _page([line for line in lines if _key(line) not in running], outline, whole, builder)
    return Read(builder, own)


def _page(lines: list[str], outline: dict[str, int], whole: str, builder: DocumentBuilder) -> None:
    """The lines of one page as blocks. A paragraph that runs on over the page stays two: each has its own page."""
    block: list[str] = []
    is_bullet = False
    longest = max((len(line) for line in lines), default=0)

    def close() -> None:
        if block:
            (builder.bullet if is_bullet else builder.paragraph)(_joined(block, whole))
            block.clear()

    for at, line in enumerate(lines):
        shown = line.strip()
        following = next((other.strip() for other in lines[at + 1 :] if other.strip()), "")
        bullet = _BULLET.match(line)
        if not shown:
            close()
            is_bullet = False
        elif _key(shown) in outline and not bullet:
            close()
            is_bullet = False
            builder.heading(outline[_key(shown)], shown)
        elif bullet:
            close()
            is_bullet = True
            block.append(line[bullet.end() :])
        elif not block and _is_heading(shown, following, at == 0 or not lines[at - 1].strip()):
            builder.heading(2, shown)
            is_bullet = False
        else:
            block.append(shown)
            ends = shown[-1] in ".!?" and len(line) < longest * 0.7
            if ends and following[:1].isupper():
                close()
                is_bullet = False
    close()


def _is_heading(shown: str, following: str, stands_apart: bool) -> bool:
    """Short, apart, begins with a capital or number, does not close, and text follows."""
    short = len(shown.split()) <= HEADING_WORDS and not _CLOSES.search(shown)
    begins = (shown[0].isupper() or shown[0].isdigit()) and any(char.isalpha() for char in shown)
    return short and stands_apart and begins and following[:1].isupper()


def _joined(lines: list[str], whole: str) -> str:
    """The lines as one text; a hyphen at a line's end goes where the joined word occurs elsewhere in the document."""
    text = lines[0]
    for line in lines[1:]:
        before, after = re.search(r"(\w+)-$", text), re.match(r"\s*(\w+)", line)
        if before and after and after.group(1)[0].islower() and re.search(rf"\b{before.group(1)}{after.group(1)}\b", whole):
            text = text[:-1] + line.lstrip()
        else:
            text += (" " if not before or not after else "") + line.strip()
    return text


def _running(pages: list[list[str]]) -> set[str]:
    """The lines at the top and foot that most pages share, and bare page numbers."""
    if len(pages) < 3:
        return set()
    edges = Counter(key for page in pages for key in {_key(line) for line in [*page[:2], *page[-2:]] if line.strip()})
    return {key for key, count in edges.items() if count >= max(3, len(pages) * RUNNING)}


def _key(line: str) -> str:
    """A line as it is compared: in a short one numbers are one sign, so "Pagina 3 van 20" is the same on every page."""
    plain = " ".join(line.split()).lower()
    return re.sub(r"\d+", "#", plain) if len(plain.split()) <= PAGE_NUMBER_WORDS else plain


def _outline(reader: PdfReader) -> dict[str, int]:
    """The headings of the PDF's own table of contents, with their levels; empty where it has none that can be read."""
    found: dict[str, int] = {}

    def gather(items: object, level: int) -> None:
        for item in items if isinstance(items, list) and level <= 6 else []:
            if isinstance(item, list):
                gather(item, level + 1)
            elif title := str(getattr(item, "title", "") or "").strip():
                found.setdefault(_key(title), level)

    try:
        gather(reader.outline, 1)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return found


def _own(reader: PdfReader) -> Metadata:
    try:
        told = reader.metadata
        title = str(told.title).strip() if told and told.title else None
        created = told.creation_date if told else None
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError):
        return Metadata()
    return Metadata(title=title or None, date=created.date().isoformat() if created else None)
