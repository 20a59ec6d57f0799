"""Files to documents: which reader reads which kind of file, and what holds for all of them."""

import hashlib
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from index.builder import DocumentBuilder, Metadata
from index.documents import Document
from index.reading import Reading
from praktijkbaken.errors import SourceError

MOST_BYTES = 50_000_000
MOST_CHARACTERS = 5_000_000
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[t ].*)?")
_DIGITS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([a-z]+)\s+(\d{4})")


@dataclass(frozen=True)
class Read:
    """What a reader makes of a file: one builder with what the file says of itself, and what was odd."""

    builder: DocumentBuilder
    own: Metadata
    warnings: tuple[str, ...] = ()


def suffixes() -> frozenset[str]:
    """The kinds of files that can be read, by the ends of their names."""
    return frozenset(_READERS) | _EXPORTS


def read_file(path: Path, origin: str, given: Metadata) -> Reading:
    """The documents in `path`: one, or one a row of an export.

    What `given` says goes before what the file says of itself. Raises `SourceError` with the file's name and the next step.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"{path.name} is niet te lezen ({error.strerror}). Controleer de rechten.") from None
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{path.name} is geen gewoon bestand. Zet het document zelf in de map.")
    if status.st_size > MOST_BYTES:
        raise SourceError(f"{path.name} is groter dan {MOST_BYTES // 1_000_000} MB. Maak het kleiner of knip het in delen.")
    suffix = path.suffix.lower()
    try:
        if suffix in _EXPORTS:
            from index.formats.export import read_export

            return read_export(path, origin, given)
        read = _READERS[suffix](path)
    except KeyError:
        usable = ", ".join(sorted(suffixes()))
        raise SourceError(f"{path.name}: dit soort bestand kan niet gelezen worden. Bruikbaar zijn: {usable}.") from None
    except OSError as error:
        raise SourceError(f"{path.name} is niet te lezen ({error.strerror}). Controleer de rechten.") from None
    metadata, warnings = dated(given.over(read.own).over(Metadata(title=_title_of(path))), path.name)
    return Reading((finish(read.builder, origin, metadata, path.name),), (*read.warnings, *warnings))


def finish(builder: DocumentBuilder, origin: str, metadata: Metadata, name: str) -> Document:
    """The document, named after its origin. Raises `SourceError` when there is no text in it, or too much."""
    if builder.characters > MOST_CHARACTERS:
        raise SourceError(f"{name} heeft meer dan {MOST_CHARACTERS // 1_000_000} miljoen tekens. Knip het in delen.")
    document = builder.build("d-" + hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:12], metadata)
    if not document.units:
        raise SourceError(f"{name} bevat geen leesbare tekst.")
    return document


def dated(metadata: Metadata, name: str) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata with its date as ISO 8601, and a warning where that cannot be read (it is left out then)."""
    if metadata.date is None:
        return metadata, ()
    date = iso_date(metadata.date)
    return replace(metadata, date=date), () if date else (f"{name}: de datum {metadata.date[:40]!r} is niet te lezen en is weggelaten.",)


def iso_date(text: str) -> str | None:
    """A date as printed ("12 juni 2019", "12-06-2019", "2019-06") as YYYY, YYYY-MM or YYYY-MM-DD; None where it is none."""
    plain = text.strip().lower()
    parts: list[str | None]
    if match := _ISO.fullmatch(plain):
        parts = [*match.groups()]
    elif match := _DIGITS.fullmatch(plain):
        parts = [*reversed(match.groups())]
    elif (match := _WORDS.fullmatch(plain)) and match.group(2) in _MONTHS:
        parts = [match.group(3), str(_MONTHS.index(match.group(2)) + 1), match.group(1)]
    else:
        return None
    year, month, day = (int(part) if part else None for part in parts)
    if not 1900 <= (year or 0) <= 2100 or not 1 <= (month or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return None
    return "-".join([str(year), *(f"{part:02}" for part in (month, day) if part)])


def decoded(content: bytes, charset: str | None = None) -> str:
    """Text from bytes: by its byte order mark, the charset it names, UTF-8, else the Windows code page of western Europe."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(name, "replace")
    for encoding in (charset, "utf-8"):
        try:
            if encoding:
                return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def _title_of(path: Path) -> str:
    """A file's name as a title: "jaarplan-twente_2025" is "Jaarplan twente 2025"."""
    words = re.sub(r"[-_\s]+", " ", path.stem).strip() or "Document"
    return words[0].upper() + words[1:]


def _html(path: Path) -> Read:
    from index.formats.html import read_html

    return read_html(path.read_bytes(), path.name)


def _pdf(path: Path) -> Read:
    from index.formats.pdf import read_pdf

    return read_pdf(path)


def _word(path: Path) -> Read:
    from index.formats.word import read_word

    return read_word(path)


def _markdown(path: Path) -> Read:
    from index.formats.plain import read_markdown

    return read_markdown(path.read_bytes(), path.name)


def _text(path: Path) -> Read:
    from index.formats.plain import read_text

    return read_text(path.read_bytes(), path.name)


# each reader imports its library when it is called: an office with Markdown only never loads the one for PDF
_READERS: dict[str, Callable[[Path], Read]] = {
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _word,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
}
_EXPORTS = frozenset({".csv", ".jsonl", ".ndjson"})
