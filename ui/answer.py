"""An answer on screen: its parts with marks that lead to the source cards, and the cards. HTML in which nothing of a source is markup."""

import re
from collections.abc import Iterable

from index.catalogue import Story
from index.links import Links
from rag.answer import Answer, AnswerStory, Citation, Statement, StatementPart, StoryPart, TablePart, TextPart
from rag.compose import answer_story, link_of
from ui.markup import facts, inside, items, outside, stacked, text
from ui.places import SOURCE, STORIES, STORY
from ui.shelf import Shelf

_MARK = re.compile(r"(.*?) ?\[(\d+)\]", re.DOTALL)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
LABELS = {
    "nl": {
        "busy": "Ik zoek in de bronnen …",
        "source": "Bron",
        "sources": "Bronnen",
        "near": "Verwante passages",
        "near_note": "Deze passages gaan over iets in de buurt van uw vraag. Zij zijn geen antwoord.",
        "read": "Lees het verhaal",
        "archive": "Lees de archiefkopie",
        "show": "Toon in het rapport",
        "show_own": "Toon in het document",
        "undated": "zonder datum",
        "page": "blz.",
        "story": "Verhaal",
        "region": "Regio",
        "theme": "Thema",
        "year": "Jaar van de bron",
        "place": "Plaats",
        "silent": "niets gevonden",
        "table": "Vergelijking",
        "no_link": "geen link in de bronnen",
        "dead": "de link werkt niet meer",
        "copy": "archiefkopie",
        "search": "zoek het op het web",
        "rest": "Toon ook de andere {rest} praktijkverhalen",
        "all": "Lees alles wat de bronnen over {region} zeggen",
        "quotes": "Opgezocht door een AI-systeem · letterlijke citaten uit de bron",
        "found": "Opgezocht door een AI-systeem",
        "written": "Geschreven door een AI-systeem (taalmodel) · elke zin vergeleken met de bron",
        "not_found": "Gezocht door een AI-systeem · geen antwoord gevonden",
    },
    "en": {
        "busy": "I am searching the sources …",
        "source": "Source",
        "sources": "Sources",
        "near": "Related passages",
        "near_note": "These passages are about something close to your question. They are no answer.",
        "read": "Read the story",
        "archive": "Read the archive's copy",
        "show": "Show in the report",
        "show_own": "Show in the document",
        "undated": "no date",
        "page": "p.",
        "story": "Story",
        "region": "Region",
        "theme": "Theme",
        "year": "Year of the source",
        "place": "Place",
        "silent": "nothing found",
        "table": "Comparison",
        "no_link": "no link in the sources",
        "dead": "the link no longer works",
        "copy": "the archive's copy",
        "search": "search the web for it",
        "rest": "Show the other {rest} practice stories too",
        "all": "Read all that the sources say about {region}",
        "quotes": "Looked up by an AI system · literal quotes from the source",
        "found": "Looked up by an AI system",
        "written": "Written by an AI system (language model) · each sentence compared with the source",
        "not_found": "Searched by an AI system · no answer found",
    },
}


def anchor(turn: int, n: int) -> str:
    """The name of the place of card `n` of answer `turn`."""
    return f"bron-{turn}-{n}"


def mode(answer: Answer) -> str:
    """How the answer was made, in a line. Which model wrote it stands below the answer and on the page About."""
    labels = LABELS[answer.language]
    if answer.status == "not_found":
        return labels["not_found"]
    if answer.mode == "generated":
        return labels["written"]
    return labels["quotes" if answer.statements else "found"]


def asked(question: str, turn: int, language: str) -> str:
    """The question as it was processed (without personal data), above its answer. By itself: what has the focus must not be drawn anew."""
    return f'<div class="pb" lang="{language}"><h2 id="vraag-{turn}" tabindex="-1">{text(question)}</h2></div>'


def whole(
    answer: Answer, turn: int, shelf: Shelf, links: Links, listed: Iterable[Story] = (), in_part: tuple[str, str] | None = None
) -> str:
    """The whole answer, without its question.

    `turn` keeps the places of several answers on one page apart; `links` is what is known of links; `listed` are all the stories of an
    answer that lists some of them: the others can be folded open. `in_part` is the line that says that the answer shows some of what the
    sources say of a region, and that region: a way to the rest stands beneath it.
    """
    labels = LABELS[answer.language]
    css = "pb-none" if answer.status == "not_found" else ""
    label = f'<p><span class="pb-label">{text(mode(answer))}</span></p>'
    told = f'<div class="{css}">{label}{_parts(answer, turn, _rest(answer, listed, links), in_part)}</div>'
    cited = answer.citations or answer.related
    if cited:
        told += f"<h3>{labels['sources'] if answer.citations else labels['near']}</h3>"
        told += "" if answer.citations else f"<p>{labels['near_note']}</p>"
    copies = {state.archive_url for state in links.values()} - {None}
    told += "".join(_card(one, answer, turn, shelf, one.url in copies) for one in cited)
    told += f'<div class="pb-small">{items(text(line) for line in answer.notices)}</div>'
    return f'<div class="pb" lang="{answer.language}" data-answer="{text(answer.id)}">{told}</div>'


def arriving(statements: Iterable[Statement], language: str) -> str:
    """What stands there before the whole answer does: that it is looked for, and the statements that came so far."""
    return f'<div class="pb" lang="{language}"><p>{LABELS[language]["busy"]}</p>{items(text(one.text) for one in statements)}</div>'


def _parts(answer: Answer, turn: int, rest: str, in_part: tuple[str, str] | None) -> str:
    """The parts in order; `rest` comes after the last story, the way to a region after the line that `in_part` names."""
    stories = {story.id: story for story in answer.stories}
    last = max((at for at, part in enumerate(answer.parts) if isinstance(part, StoryPart)), default=-1)
    told, lines = "", []
    for at, part in enumerate(answer.parts):
        if isinstance(part, StatementPart):
            label = f"{text(part.label)}: " if part.label else ""
            lines.append(label + _statement(answer, part.statement, turn))
            continue
        if isinstance(part, StoryPart):
            lines.append(_story(stories[part.story_id], answer.language))
            if at == last:
                told, lines = told + items(lines) + rest, []
            continue
        told, lines = told + items(lines), []
        told += _table(part, answer, turn) if isinstance(part, TablePart) else _own(part, answer, turn)
        if in_part and isinstance(part, TextPart) and part.text == in_part[0]:
            told += _way_to(in_part[1], answer.language)
    return told + items(lines)


def _rest(answer: Answer, listed: Iterable[Story], links: Links) -> str:
    """The stories that belong to a list and are not shown with it, folded."""
    shown = {story.id for story in answer.stories}
    lines = [_story(answer_story(story, links), answer.language) for story in listed if story.id not in shown]
    summary = LABELS[answer.language]["rest"].format(rest=len(lines))
    return f"<details><summary>{summary}</summary>{items(lines)}</details>" if lines else ""


def _way_to(region: str, language: str) -> str:
    """A link to all that the sources say of a region."""
    words = LABELS[language]["all"].format(region=text(region))
    return f"<p>{inside(STORIES, words, regio=region, gezegd=1)}</p>"


def _own(part: TextPart, answer: Answer, turn: int) -> str:
    """A heading or a sentence of our own; a near miss is a quote that ends in the mark of its card."""
    near = _MARK.fullmatch(part.text) if answer.related else None
    if near:
        return f"<p>{_dutch(near.group(1))} {_mark(int(near.group(2)), answer, turn)}</p>"
    return f"<h3>{text(part.text)}</h3>" if part.kind == "heading" else f"<p>{text(part.text)}</p>"


def _table(part: TablePart, answer: Answer, turn: int) -> str:
    silent = LABELS[answer.language]["silent"]
    rows = [(text(row.label), [" ".join(_statement(answer, at, turn) for at in cell) or silent for cell in row.cells]) for row in part.rows]
    return stacked(LABELS[answer.language]["table"], [text(column) for column in part.columns], rows, answer.language)


def _statement(answer: Answer, at: int, turn: int) -> str:
    one = answer.statements[at]
    shown = _dutch(f"“{one.text}”") if answer.mode == "extractive" else text(one.text)
    return shown + " " + " ".join(_mark(n, answer, turn) for n in one.citations)


def _mark(n: int, answer: Answer, turn: int) -> str:
    return f'<a class="pb-mark" href="#{anchor(turn, n)}">{LABELS[answer.language]["source"].lower()} {n}</a>'


def _dutch(quote: str) -> str:
    """A quote of a source; the sources are Dutch, whatever the answer's language is."""
    return f'<span lang="nl">{text(quote)}</span>'


def _story(story: AnswerStory, language: str) -> str:
    labels = LABELS[language]
    note = {"dead": labels["dead"], "none": labels["no_link"]}.get(story.link, "")
    title = outside(link_of(story), _dutch(story.title), language, short=True)
    regions = f"{text(', '.join(story.regions))}: " if story.regions else ""
    search = f"; {outside(story.search_url, labels['search'], language, short=True)}" if story.search_url else ""
    return f"{regions}{title}" + (f" ({note}{search})" if note else "")


def _card(one: Citation, answer: Answer, turn: int, shelf: Shelf, archived: bool) -> str:
    labels, language = LABELS[answer.language], answer.language
    known = [shelf.snapshot.stories[story] for story in one.story_ids if story in shelf.snapshot.stories]
    passage = shelf.passages.get(one.passage_id)
    year = _YEAR.search(one.source_date or "")
    place = " › ".join(one.section) + (f", {labels['page']} {one.page}" if one.page else "")
    told = facts(
        [
            (labels["story"], "; ".join(inside(STORY, _dutch(story.title), verhaal=story.id) for story in known)),
            (labels["region"], text(", ".join(one.regions))),
            (labels["theme"], text(", ".join(passage.themes if passage else ()))),
            (labels["year"], year.group() if year else labels["undated"]),
            (labels["place"], f"{text(one.document_title)}, {text(place)}"),
        ]
    )
    is_report = one.document_id == next(iter(shelf.snapshot.documents))
    query: dict[str, object] = {"document": one.document_id, "van": one.start, "tot": one.end, "antwoord": answer.id, "nummer": one.n}
    do = outside(one.url, labels["archive" if archived else "read"], language, "pb-do") if one.url else ""
    if one.document_id in shelf.snapshot.documents:
        do += inside(SOURCE, labels["show" if is_report else "show_own"], css="pb-do", **query)
    heading = f'<h4 id="{anchor(turn, one.n)}" tabindex="-1">{labels["source"]} {one.n}</h4>'
    return f'<section class="pb-card">{heading}<blockquote lang="nl">“{text(one.quote)}”</blockquote>{told}{do}</section>'
