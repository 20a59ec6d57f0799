"""A document, whole: headings, pages, and the quote that was asked for, marked and in view."""

from collections.abc import Iterator

import streamlit as st

from index.documents import Document, collapse, squash
from praktijkbaken.dates import day
from rag.answer import Answer, Citation
from ui import conversations, frame
from ui.markup import facts, inside, items, outside, text
from ui.places import CHAT, SOURCE
from ui.session import shelf

# So many characters of a longer document stand on one page, around the quote.
MOST = 200_000
QUOTE = "citaat"


def draw() -> None:
    """Draws the page. The address names a document, and the characters of a quote in it: `document`, `van`, `tot`."""
    documents = shelf().snapshot.documents
    asked = st.query_params.get("document") or next(iter(documents))
    document = documents.get(asked)
    if document is None:
        frame.title("Bron")
        st.warning("Dit document is er niet (meer). Kies hieronder een ander.", icon=":material/search_off:")
        st.html(f'<div class="pb"><ul>{_others(documents, "")}</ul></div>')
        return
    start, end = (_number(st.query_params.get(name)) for name in ("van", "tot"))
    start, end = (start, end) if 0 <= start < end <= len(document.text) else (0, 0)
    frame.title(document.title)
    told = facts(
        [
            ("Van", text(day(document.date or "zonder datum"))),
            ("Bladzijden", str(document.pages[-1][0]) if document.pages else ""),
            ("Regio", text(", ".join(document.regions))),
            ("Thema", text(", ".join(document.themes))),
            ("Op het web", outside(document.url, "open de bron") if document.url else ""),
        ]
    )
    if end:
        told += _of_answer()
    others = _others(documents, document.id)
    more = f"<details><summary>Andere documenten ({len(documents) - 1})</summary><ul>{others}</ul></details>" if others else ""
    st.html(f'<div class="pb">{told}{more}{_contents(document, is_open=not end)}</div>')
    st.html(f'<div class="pb" lang="{text(document.language)}">{"".join(_body(document, start, end))}</div>')
    if end:
        frame.bring_into_view(QUOTE, f"{document.id} {start} {end}")


def _number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 10 else 0


def _others(documents: dict[str, Document], current: str) -> str:
    rest = [document for document in documents.values() if document.id != current]
    return "".join(f"<li>{inside(SOURCE, text(one.title), document=one.id)} ({text(day(one.date or 'zonder datum'))})</li>" for one in rest)


def _of_answer() -> str:
    """The quote, and the way to the citations before and after it in the answer that it came from."""
    quote = f'<p>Gemarkeerd citaat: <a href="#{QUOTE}">naar het citaat</a></p>'
    wanted, at = st.query_params.get("antwoord"), _number(st.query_params.get("nummer"))
    held = conversations.holding(wanted) if wanted else None
    if held is None:
        return quote
    answer, conversation = held
    cited = {one.n: one for one in (answer.citations or answer.related)}
    if at not in cited:
        return quote
    links = [(at - 1, "Vorige bron"), (at + 1, "Volgende bron")]
    do = "".join(_to(answer, cited[n], f"{word} ({n})") for n, word in links if n in cited)
    back = inside(CHAT, "Terug naar het antwoord", css="pb-do", gesprek=conversation)
    # in sight wherever she reads in the document
    bar = f'<nav class="pb-bar" aria-label="Bronnen bij uw vraag">{do}{back}</nav>'
    return f"<p>Bron {at} van {len(cited)} bij uw vraag: {text(answer.question)}</p>{quote}{bar}"


def _to(answer: Answer, one: Citation, words: str) -> str:
    query: dict[str, object] = {"document": one.document_id, "van": one.start, "tot": one.end, "antwoord": answer.id, "nummer": one.n}
    return inside(SOURCE, words, css="pb-do", **query)


def _contents(document: Document, is_open: bool) -> str:
    """Links to the chapters; open where no quote is asked for, and the beginning is what she sees."""
    outer = [(at, s.path[0]) for at, s in enumerate(document.sections) if at == 0 or s.path[0] != document.sections[at - 1].path[0]]
    if len(outer) < 2:
        return ""
    links = "".join(f'<li><a href="#deel-{at}">{text(heading)}</a></li>' for at, heading in outer)
    return f"<details{' open' if is_open else ''}><summary>Inhoud</summary><ul>{links}</ul></details>"


def _body(document: Document, start: int, end: int) -> Iterator[str]:
    """The document's text in order, as HTML: headings, paragraphs, lists, page numbers, and what stands between."""
    low = 0 if len(document.text) <= MOST else max(0, start - MOST // 2)
    high = low + MOST
    if low or high < len(document.text):
        yield "<p><i>Dit is een lang document. U ziet een deel ervan, rond het citaat.</i></p>"
    units = [unit for unit in document.units if low <= unit.start < high]
    pages = [(number, at) for number, at in document.pages if low <= at < high]
    sections = [(number, section) for number, section in enumerate(document.sections) if low <= section.start < high]
    done, block, lines = low, None, list[str]()
    for unit in units:
        headings = []
        while sections and sections[0][0] <= unit.section:
            headings.append(sections.pop(0))
        page = ""
        while pages and pages[0][1] <= unit.start:
            page = f'<span class="pb-page">Bladzijde {pages.pop(0)[0]}</span>'
        between = _between(document.text[done : unit.start], [section.path[-1] for _, section in headings]) + page
        between += "".join(_heading(number, section.path) for number, section in headings)
        kind = "p" if unit.kind == "sentence" else "ul"
        if between or block != (kind, unit.section, unit.block):
            yield _closed(block[0] if block else "p", lines) + between
            lines = []
        lines.append(_marked(document, unit.start, unit.end, start, end))
        block, done = (kind, unit.section, unit.block), unit.end
    yield _closed(block[0] if block else "p", lines)


def _closed(kind: str, lines: list[str]) -> str:
    """A paragraph or a list of these lines."""
    return items(lines) if kind == "ul" else f"<p>{' '.join(lines)}</p>" if lines else ""


def _heading(number: int, path: tuple[str, ...]) -> str:
    level = min(len(path) + 1, 4)
    return f'<h{level} id="deel-{number}">{text(collapse(path[-1]))}</h{level}>'


def _between(before: str, headings: list[str]) -> str:
    """What the source prints between two sentences and is no heading: loose links, a line of a table of contents."""
    known = squash("".join(headings))
    lines = [collapse(line) for line in before.splitlines()]
    kept = [line for line in lines if any(char.isalpha() for char in line) and squash(line) not in known]
    if not kept:
        return ""
    if all(line.startswith("http") for line in kept):
        return f"<details><summary>Links die hier gedrukt staan ({len(kept)})</summary>{items(text(line) for line in kept)}</details>"
    return f'<p class="pb-small">{"<br>".join(text(line) for line in kept)}</p>'


def _marked(document: Document, low: int, high: int, start: int, end: int) -> str:
    """The text from `low` to `high`; what lies between `start` and `end` is marked."""
    first, last = max(low, start), min(high, end)
    if first >= last:
        return text(document.quote(low, high))
    name = f' id="{QUOTE}"' if low <= start < high else ""
    pieces = (document.text[low:first], document.text[first:last], document.text[last:high])
    before, quote, after = (text(" ".join(piece.split())) for piece in pieces)
    return f"{before} <mark{name}>{quote}</mark> {after}".strip()
