"""Reads Word documents (DOCX)."""

import re
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from index.builder import DocumentBuilder, Metadata
from index.readers import Read
from praktijkbaken.errors import SourceError

MOST_UNPACKED = 100_000_000
MOST_MEMBERS = 5_000
_HEADING = re.compile(r"(?:heading|kop|title|titel)\s*(\d)?", re.IGNORECASE)


def read_word(path: Path) -> Read:
    """Headings (by style), paragraphs, lists and the rows of tables, in reading order. Raises `SourceError`."""
    _refuse_bomb(path)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError):
        raise SourceError(f"{path.name} is geen Word-document. Bewaar het opnieuw als .docx.") from None
    builder = DocumentBuilder()
    title = None
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                builder.paragraph(" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells if cell.text.strip())))
            continue
        level = _level(block)
        if level is not None:
            title = title or block.text.strip() or None
            builder.heading(level, block.text)
        elif _is_item(block):
            builder.bullet(block.text)
        else:
            builder.paragraph(block.text)
    core = document.core_properties
    own = Metadata(title=(core.title or "").strip() or title, date=_day(core), language=(core.language or "")[:2].lower() or None)
    return Read(builder, own)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise SourceError(f"{path.name} is geen Word-document. Bewaar het opnieuw als .docx.") from None
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise SourceError(f"{path.name} is uitgepakt te groot ({MOST_UNPACKED // 1_000_000} MB is het meeste). Maak het kleiner.")


def _level(paragraph: Paragraph) -> int | None:
    """The level of a heading, by its style's name in English or Dutch, or by its outline; None for other text."""
    match = _HEADING.match(paragraph.style.name or "") if paragraph.style is not None else None
    if match:
        return int(match.group(1) or 1)
    outline = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    return int(outline[0]) + 1 if outline and outline[0].isdigit() and int(outline[0]) < 9 else None


def _is_item(paragraph: Paragraph) -> bool:
    name = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    return bool(paragraph._p.xpath("./w:pPr/w:numPr")) or name.startswith(("list", "lijst"))


def _day(core: Any) -> str | None:
    moment = core.modified or core.created
    return moment.date().isoformat() if moment else None
