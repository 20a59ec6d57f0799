"""An answer or a conversation to take along: a note of A4 in Word, or Markdown."""

import io
import re
from collections.abc import Sequence
from datetime import date

from docx import Document
from docx.shared import Cm, Pt

from rag.answer import Answer, Citation, StatementPart, StoryPart, TablePart
from ui.answer import mode

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")
ABOUT = (
    "Gemaakt met Praktijkbaken op {day}. Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten. Lees de bron na voor u besluit."
)


def markdown(answers: Sequence[Answer]) -> str:
    """The answers as Markdown."""
    told = []
    for answer in answers:
        told += [f"# {_one_line(answer.question)}", "", f"*{mode(answer)}*", "", answer.text, ""]
        cited = answer.citations or answer.related
        told += ["## Bronnen" if answer.citations else "## Verwante passages", ""] if cited else []
        told += [f"{one.n}. “{_one_line(one.quote)}” ({_place(one)})" + (f" <{one.url}>" if one.url else "") for one in cited]
        told += ["", *(f"- {notice}" for notice in answer.notices), ""]
    return "\n".join([*told, ABOUT.format(day=_today())]) + "\n"


def word(answers: Sequence[Answer]) -> bytes:
    """The answers as a Word document: question, answer, sources, how and when it was made."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    document.core_properties.title = "Notitie Praktijkbaken"
    document.core_properties.author = "Praktijkbaken"
    document.core_properties.language = "nl-NL"
    document.add_heading("Notitie: wat de praktijkverhalen zeggen", 0)
    document.add_paragraph(f"Datum: {_today()}")
    for answer in answers:
        document.add_heading(_safe(answer.question), 1)
        document.add_paragraph().add_run(mode(answer)).italic = True
        _write_parts(document, answer)
        cited = answer.citations or answer.related
        if cited:
            document.add_heading("Bronnen" if answer.citations else "Verwante passages (geen antwoord)", 2)
        for one in cited:
            line = document.add_paragraph()
            line.add_run(f"[{one.n}] ").bold = True
            line.add_run(_safe(f"“{one.quote}” {_place(one)}." + (f" {one.url}" if one.url else "")))
        for notice in answer.notices:
            document.add_paragraph(_safe(notice), style="List Bullet")
    document.add_paragraph(ABOUT.format(day=_today()))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _write_parts(document: "Document", answer: Answer) -> None:  # type: ignore[valid-type]  # python-docx gives the factory that name
    stories = {story.id: story for story in answer.stories}
    for part in answer.parts:
        if isinstance(part, StatementPart):
            label = f"{part.label}: " if part.label else ""
            document.add_paragraph(_safe(label + _said(answer, part.statement)), style="List Bullet")  # type: ignore[attr-defined]
        elif isinstance(part, StoryPart):
            story = stories[part.story_id]
            line = f"{', '.join(story.regions)}: {story.title}" + (f" ({story.url})" if story.url else "")
            document.add_paragraph(_safe(line), style="List Bullet")  # type: ignore[attr-defined]
        elif isinstance(part, TablePart):
            table = document.add_table(1, len(part.columns) + 1, style="Table Grid")  # type: ignore[attr-defined]
            for cell, column in zip(table.rows[0].cells[1:], part.columns, strict=True):
                cell.text = _safe(column)
            for row in part.rows:
                cells = table.add_row().cells
                cells[0].text = _safe(row.label)
                for cell, told in zip(cells[1:], row.cells, strict=True):
                    cell.text = _safe(" ".join(_said(answer, at) for at in told) or "–")
        elif part.kind == "heading":
            document.add_heading(_safe(part.text), 2)  # type: ignore[attr-defined]
        else:
            document.add_paragraph(_safe(part.text))  # type: ignore[attr-defined]


def _said(answer: Answer, at: int) -> str:
    one = answer.statements[at]
    quoted = f"“{one.text}”" if answer.mode == "extractive" else one.text
    return f"{quoted} {''.join(f'[{n}]' for n in one.citations)}"


def _place(one: Citation) -> str:
    page = f", blz. {one.page}" if one.page else ""
    return f"{one.document_title} ({one.source_date or 'zonder datum'}), {' › '.join(one.section)}{page}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _safe(text: str) -> str:
    """Text without the characters that a Word file may not hold."""
    return _ILLEGAL.sub("", _one_line(text))


def _today() -> str:
    return f"{date.today():%d-%m-%Y}"
