"""Reads Markdown (with front matter) and plain text."""

import re
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.builder import DocumentBuilder, Metadata
from index.readers import Read, decoded
from praktijkbaken.errors import SourceError

MOST_FRONT_MATTER = 10_000
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_BULLET = re.compile(r"\s*(?:[-*•–‣▪]|\d{1,3}[.)])\s+(?=\S)")
# Dutch and English names of what a source says of itself.
KEYS = {
    "title": ("titel", "title"),
    "url": ("url", "link", "adres"),
    "date": ("datum", "date"),
    "language": ("taal", "language"),
    "story": ("verhaal", "story", "praktijkverhaal"),
    "regions": ("regio", "regio's", "regio’s", "regios", "region", "regions"),
    "themes": ("thema", "thema's", "thema’s", "themas", "theme", "themes"),
}
_LISTS = ("regions", "themes")


def read_text(content: bytes, name: str) -> Read:
    """Paragraphs by empty lines, and bullets. Raises `SourceError` for what is no text."""
    builder = DocumentBuilder()
    for block in re.split(r"\n\s*\n", _as_text(content, name)):
        lines = block.splitlines()
        if any(_BULLET.match(line) for line in lines):
            _listed(builder, lines)
        else:
            builder.paragraph(block)
    return Read(builder, Metadata())


def read_markdown(content: bytes, name: str) -> Read:
    """Headings, paragraphs and lists; the front matter is what the file says of itself. Raises `SourceError`."""
    text = _as_text(content, name)
    match = _FRONT.match(text)
    own = _front_matter(match.group(1), name) if match else Metadata()
    builder = DocumentBuilder()
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text[match.end() :] if match else text)
    depth = 0
    for token, before in zip(tokens, [None, *tokens[:-1]], strict=True):
        if token.type == "list_item_open":
            depth += 1
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "inline":
            heading = before is not None and before.type == "heading_open"
            shown = _shown(token)
            if heading and before is not None:
                builder.heading(int(before.tag[1]), shown)
                own = own.over(Metadata(title=shown or None))
            elif depth:
                builder.bullet(shown)
            else:
                builder.paragraph(shown)
        elif token.type in ("fence", "code_block"):
            builder.paragraph(token.content)
    return Read(builder, own)


def metadata_from(fields: dict[str, Any]) -> Metadata:
    """Metadata from named fields, in Dutch or English, whatever their case; a list may be one text with ; or | between."""
    known = {str(key).strip().lower(): value for key, value in fields.items()}
    values: dict[str, Any] = {}
    for name, keys in KEYS.items():
        value = next((known[key] for key in keys if known.get(key) not in (None, "", [])), None)
        if value is None:
            continue
        if name in _LISTS:
            parts = value if isinstance(value, list) else re.split(r"[;|]", str(value))
            values[name] = tuple(str(part).strip() for part in parts if str(part).strip())
        else:
            values[name] = "ja" if value is True else " ".join(str(value).split())
    return Metadata(**values)


def _front_matter(text: str, name: str) -> Metadata:
    if len(text) > MOST_FRONT_MATTER or re.search(r"(?:^|[\s\[{,:-])[&*][\w-]", text):
        raise SourceError(f"{name}: het kopje tussen --- is te lang of gebruikt verwijzingen (& of *). Maak het eenvoudiger.")
    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SourceError(f"{name}: het kopje tussen --- is niet te lezen. Schrijf per regel: naam: waarde.") from None
    return metadata_from(fields) if isinstance(fields, dict) else Metadata()


def _shown(token: Token) -> str:
    """The words of an inline token: the text of links and emphasis, without marks, tags and pictures."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def _listed(builder: DocumentBuilder, lines: list[str]) -> None:
    """A block with bullets: a line without a mark goes on with the item (or the paragraph) before it."""
    items: list[tuple[bool, str]] = []
    for line in lines:
        match = _BULLET.match(line)
        if match or not items:
            items.append((match is not None, line[match.end() :] if match else line))
        else:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line}")
    for is_bullet, text in items:
        (builder.bullet if is_bullet else builder.paragraph)(text)


def _as_text(content: bytes, name: str) -> str:
    if content.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ")):
        raise SourceError(f"{name} is geen tekstbestand. Geef het de naam die bij zijn soort hoort (bijvoorbeeld .pdf of .docx).")
    text = decoded(content)
    unseen = sum(char < " " and char not in "\t\n\r\f\0" for char in text[:10_000])
    if unseen > len(text[:10_000]) / 50:
        raise SourceError(f"{name} is geen tekstbestand. Geef het de naam die bij zijn soort hoort (bijvoorbeeld .pdf of .docx).")
    return text
