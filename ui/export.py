"""An answer or a conversation to take along: what a note holds, block by block, as plain text for a mail, or as Markdown.

`note` makes the same blocks into a Word file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from index.documents import collapse
from praktijkbaken.dates import day
from rag.answer import Answer, AnswerStory, Citation, Language, StatementPart, StoryPart, TablePart
from rag.compose import link_of
from ui.answer import LABELS, mode

ABOUT: dict[Language, str] = {
    "nl": "Gemaakt met Praktijkbaken op {day}. Dit is een AI-systeem: het zoekt citaten en neemt geen besluiten. "
    "Lees de bron na voor u besluit.",
    "en": "Made with Praktijkbaken on {day}. This is an AI system: it looks up quotes and takes no decisions. "
    "Read the source before you decide.",
}
Kind = Literal["question", "mode", "heading", "text", "bullet", "source", "small", "table"]
# not `collapse`: a span begins or ends with the space to its neighbour
_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"(.*?)( ?\[\d+\])", re.DOTALL)


@dataclass(frozen=True)
class Span:
    """Words in one language; where they are a web address, `url` is where they lead."""

    text: str
    language: Language
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a line of a list, or a table (`rows` of cells, the names of the columns first)."""

    kind: Kind
    spans: tuple[Span, ...] = ()
    rows: tuple[tuple[tuple[Span, ...], ...], ...] = ()


def language_of(answers: Sequence[Answer]) -> Language:
    """The language of a note: English where all its answers are."""
    return "en" if all(answer.language == "en" for answer in answers) else "nl"


def about(answers: Sequence[Answer]) -> str:
    """How and when the note was made."""
    return ABOUT[language_of(answers)].format(day=today(language_of(answers)))


def today(language: Language) -> str:
    """The day as people write it."""
    return day(date.today().isoformat(), language)


def blocks(answer: Answer) -> Iterator[Block]:
    """An answer with its question, sources and notices. A quote that stands in the answer is not given again with its source."""
    labels, own = LABELS[answer.language], answer.language
    yield Block("question", (Span(answer.question, own),))
    yield Block("mode", (Span(mode(answer), own),))
    parts = list(_parts(answer))
    yield from parts
    cited = answer.citations or answer.related
    if cited:
        yield Block("heading", (Span(labels["sources"] if answer.citations else labels["near"], own),))
    if cited and not answer.citations:
        yield Block("text", (Span(labels["near_note"], own),))
    told = "\n".join(
        span.text for block in parts for spans in (block.spans, *(cell for row in block.rows for cell in row)) for span in spans
    )
    shown = {link_of(story) for story in _listed(answer)}
    for one in cited:
        quote = () if one.quote in told else (Span(f"“{one.quote}” ", "nl"),)
        address = _address(one.url, own) if one.url not in shown else ()
        yield Block("source", (Span(f"[{one.n}] ", own), *quote, Span(_place(one, own), own), *address))
    for notice in answer.notices:
        yield Block("small", (Span(notice, own),))


def plain_text(answers: Sequence[Answer]) -> str:
    """The answers as text that reads well in a mail: no markup, each web address on a line of its own."""
    told: list[Block] = [block for answer in answers for block in blocks(answer)]
    told.append(Block("text", (Span(about(answers), language_of(answers)),)))
    lines = [_plain(told[0])]
    for before, block in pairwise(told):
        goes_on = block.kind == before.kind and block.kind in ("bullet", "source", "small")
        follows = before.kind == "heading" or block.kind == "mode"
        lines += [] if goes_on or follows else [""]
        lines.append(_plain(block))
    return "\n".join(lines) + "\n"


def markdown(answers: Sequence[Answer]) -> str:
    """The answers as Markdown."""
    told = []
    for answer in answers:
        labels = LABELS[answer.language]
        told += [f"# {collapse(answer.question)}", "", f"*{mode(answer)}*", "", answer.text, ""]
        cited = answer.citations or answer.related
        told += [f"## {labels['sources' if answer.citations else 'near']}", ""] if cited else []
        for one in cited:
            told.append(f"{one.n}. “{collapse(one.quote)}” ({_place(one, answer.language)})" + (f" <{one.url}>" if one.url else ""))
        told += ["", *(f"- {notice}" for notice in answer.notices), ""]
    return "\n".join([*told, about(answers)]) + "\n"


def _parts(answer: Answer) -> Iterator[Block]:
    stories, own = {story.id: story for story in answer.stories}, answer.language
    for part in answer.parts:
        if isinstance(part, StatementPart):
            label = (Span(f"{part.label}: ", own),) if part.label else ()
            yield Block("bullet", (*label, *_said(answer, part.statement)))
        elif isinstance(part, StoryPart):
            yield Block("bullet", tuple(_story(stories[part.story_id], answer)))
        elif isinstance(part, TablePart):
            head = ((), *((Span(column, own),) for column in part.columns))
            rows = [((Span(row.label, own),), *(_cell(answer, told) for told in row.cells)) for row in part.rows]
            yield Block("table", rows=(head, *rows))
        elif part.kind == "frame" and answer.related and (near := _MARK.fullmatch(part.text)):
            yield Block("text", (Span(near[1], "nl"), Span(near[2], own)))
        else:
            yield Block("heading" if part.kind == "heading" else "text", (Span(part.text, own),))


def _said(answer: Answer, at: int) -> tuple[Span, ...]:
    one = answer.statements[at]
    is_quote = answer.mode == "extractive"
    said = Span(f"“{one.text}”", "nl") if is_quote else Span(one.text, answer.language)
    return said, Span(f" {''.join(f'[{n}]' for n in one.citations)}", answer.language)


def _cell(answer: Answer, told: Iterable[int]) -> tuple[Span, ...]:
    return tuple(span for at in told for span in _said(answer, at)) or (Span(LABELS[answer.language]["silent"], answer.language),)


def _story(story: AnswerStory, answer: Answer) -> Iterator[Span]:
    """A story with what is to be said of its link, and its address."""
    labels, own = LABELS[answer.language], answer.language
    if story.regions:
        yield Span(f"{', '.join(story.regions)}: ", own)
    yield Span(story.title, "nl")
    note = {"dead": labels["dead"], "archived": labels["copy"], "none": labels["no_link"]}.get(story.link)
    # above a list of several without a link that is said once
    is_said_above = story.link == "none" and f"({labels['no_link']})" not in answer.text
    if note and not is_said_above:
        yield Span(f" ({note})", own)
    yield from _address(link_of(story), own)


def _listed(answer: Answer) -> list[AnswerStory]:
    shown = {part.story_id for part in answer.parts if isinstance(part, StoryPart)}
    return [story for story in answer.stories if story.id in shown]


def _address(url: str | None, language: Language) -> tuple[Span, ...]:
    return (Span(url, language, url),) if url and url.startswith(("http://", "https://")) else ()


def _place(one: Citation, language: Language) -> str:
    labels = LABELS[language]
    when = day(one.source_date, language) if one.source_date else labels["undated"]
    page = f", {labels['page']} {one.page}" if one.page else ""
    return f"{one.document_title} ({when}), {' › '.join(one.section)}{page}"


def _plain(block: Block) -> str:
    if block.kind == "table":
        (_, *columns), *rows = block.rows
        told = [
            f"{_words(label)}\n" + "\n".join(f"- {_words(of)}: {_words(cell)}" for of, cell in zip(columns, cells, strict=True))
            for label, *cells in rows
        ]
        return "\n\n".join(told)
    return ("- " if block.kind in ("bullet", "small") else "") + _words(block.spans)


def _words(spans: Iterable[Span]) -> str:
    return "".join(f"\n  {span.url}" if span.url else _SPACE.sub(" ", span.text) for span in spans)
