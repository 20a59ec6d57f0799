"""The blocks of an answer or a conversation as a note of A4 in Word."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.run import Run

from rag.answer import Answer, Language
from ui.export import Block, Kind, Span, about, blocks, language_of, today

if TYPE_CHECKING:
    from docx.document import Document as Note
    from docx.text.paragraph import Paragraph

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")
_SPACE = re.compile(r"\s+")
# What Word checks spelling by.
_WORD: dict[Language, str] = {"nl": "nl-NL", "en": "en-GB"}
_TITLE: dict[Language, str] = {"nl": "Notitie: wat de praktijkverhalen zeggen", "en": "Note: what the practice stories say"}
_DATED: dict[Language, str] = {"nl": "Datum", "en": "Date"}
_STYLE: dict[Kind, str] = {"question": "Heading 1", "heading": "Heading 2", "bullet": "List Bullet", "small": "List Bullet"}
SMALL = Pt(9)


def word(answers: Sequence[Answer]) -> bytes:
    """The answers as a Word document: question, answer, sources, how and when it was made."""
    language = language_of(answers)
    note = _empty(language)
    _fill(note.add_paragraph(style="Title"), [Span(_TITLE[language], language)])
    _fill(note.add_paragraph(), [Span(f"{_DATED[language]}: {today(language)}", language)])
    for answer in answers:
        for block in blocks(answer):
            _add(note, block)
    _fill(note.add_paragraph(), [Span(about(answers), language)])
    made = io.BytesIO()
    note.save(made)
    return made.getvalue()


def _empty(language: Language) -> "Note":
    """A document of A4 in `language`: python-docx's own is a letter in American English."""
    note = Document()
    section = note.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    normal = note.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    link = note.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor(0x05, 0x63, 0xC1), True
    for told in note.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), _WORD[language])
    for told in note.settings.element.iter(qn("w:themeFontLang")):
        told.set(qn("w:val"), _WORD[language])
    # the styles once more, for Word 2010, in American English
    for name in [name for name, one in note.part.rels.items() if one.reltype.endswith("/stylesWithEffects")]:
        note.part.rels.pop(name)
    about_it = note.core_properties
    about_it.title, about_it.author, about_it.comments, about_it.language = _TITLE[language], "Praktijkbaken", "", _WORD[language]
    about_it.created = about_it.modified = datetime.now(UTC)  # python-docx's own is of 2013
    return note


def _add(note: "Note", block: Block) -> None:
    if block.kind == "table":
        table = note.add_table(0, len(block.rows[0]), style="Table Grid")
        for at, cells in enumerate(block.rows):
            row = table.add_row()
            for of, (cell, spans) in enumerate(zip(row.cells, cells, strict=True)):
                _fill(cell.paragraphs[0], spans, is_bold=at == 0 or of == 0)
            if at == 0:
                # its names are said again on each page, and by who reads aloud
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        return
    paragraph = note.add_paragraph(style=_STYLE.get(block.kind))
    _fill(paragraph, block.spans, is_italic=block.kind == "mode", is_small=block.kind in ("source", "small"))
    if block.kind in ("source", "small"):
        paragraph.paragraph_format.space_after = Pt(4)


def _fill(paragraph: "Paragraph", spans: Iterable[Span], is_bold: bool = False, is_italic: bool = False, is_small: bool = False) -> None:
    """Writes `spans`, each in its language; a web address as a link on a line of its own."""
    for span in spans:
        run = paragraph.add_run("" if span.url else _safe(span.text))
        if span.url:
            run.add_break()
            run = _linked(paragraph, _safe(span.url))
        run.bold, run.italic = is_bold or None, is_italic or None
        run.font.size = SMALL if is_small or span.url else None
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _WORD[span.language])
        run._r.get_or_add_rPr().append(language)


def _linked(paragraph: "Paragraph", url: str) -> Run:
    """A link in `paragraph`; python-docx reads them and makes none."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    made = OxmlElement("w:r")
    link.append(made)
    paragraph._p.append(link)
    run = Run(made, paragraph)
    run.text, run.style = url, "Hyperlink"
    return run


def _safe(text: str) -> str:
    """Text without the characters that a Word file may not hold, on one line."""
    return _SPACE.sub(" ", _ILLEGAL.sub("", text))
