"""Writes an answer down: numbered citations, statements and frame as parts, and the parts as Markdown."""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.catalogue import Story
from index.links import UNCHECKED, Links
from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from praktijkbaken.dates import day
from rag.answer import AnswerStory, Citation, Language, Part, Statement, StatementPart, StoryPart, TablePart, TableRow, TextPart
from rag.evidence import CUT, Evidence, Quote
from rag.phrases import Phrases

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~$])")
MOST_LABELS = 3
# From so many stories without a link on, that stands above them and not beside each.
SAID_ONCE = 3


@dataclass
class Draft:
    """An answer while it is being written. Each own sentence goes through `say`, each claim through `state`."""

    snapshot: Snapshot
    phrases: Phrases
    language: Language
    links: Links = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    frame: list[str] = field(default_factory=list)
    stories: list[AnswerStory] = field(default_factory=list)
    unlinked_said: bool = False
    # may it be no answer to the question?
    doubtful: bool = False
    # places of the statements that a model put into words; all others are quotes
    written: set[int] = field(default_factory=set)

    def phrase(self, key: str, **blanks: object) -> str:
        """A phrase of the catalogue, entered among the sentences that are ours."""
        text = self.phrases.say(self.language, key, **blanks)
        if text not in self.frame:
            self.frame.append(text)
        return text

    def say(self, key: str, **blanks: object) -> None:
        """A sentence of our own, on a line of its own."""
        self.parts.append(TextPart(kind="frame", text=self.phrase(key, **blanks)))

    def head(self, heading: str) -> None:
        """A heading of the report."""
        self.parts.append(TextPart(kind="heading", text=self.phrases.heading(self.language, heading)))

    def head_phrase(self, key: str, **blanks: object) -> None:
        """A heading of our own."""
        self.parts.append(TextPart(kind="heading", text=self.phrase(key, **blanks)))

    def cite(self, quote: Quote) -> int:
        """The number of the citation for `quote`; the same place keeps its number."""
        for known in self.citations:
            if (known.document_id, known.start, known.end) == (quote.passage.document_id, quote.start, quote.end):
                return known.n
        self.citations.append(citation(self.snapshot, quote, len(self.citations) + 1, self.links))
        return len(self.citations)

    def statement(self, evidence: Evidence) -> int:
        """A claim: the quotes of `evidence`. Returns its place."""
        # the quote that answers gets its number first; what it leans on follows
        quotes = sorted(evidence.quotes, key=lambda quote: evidence.core not in quote.sentences)
        self.statements.append(Statement(text=evidence.text, citations=tuple(self.cite(quote) for quote in quotes)))
        return len(self.statements) - 1

    def state(self, evidence: Evidence, labelled: bool = True) -> None:
        """A claim on a line of its own, with the regions it is about set before it."""
        # its own regions: what it leans on may be about another one
        label = self.label(evidence.core.regions) if labelled else None
        self.parts.append(StatementPart(statement=self.statement(evidence), label=label))

    def label(self, regions: Sequence[str]) -> str | None:
        """The regions of a claim as they are set before it; none where they are too many."""
        return " / ".join(regions) if 0 < len(regions) <= MOST_LABELS else None

    def write(self, text: str, evidence: Sequence[Evidence]) -> int:
        """A claim in a model's words, which rests on `evidence`. Returns its place."""
        ordered = [sorted(one.quotes, key=lambda quote, core=one.core: core not in quote.sentences) for one in evidence]  # type: ignore[misc]  # mypy cannot infer a lambda's default
        numbers = dict.fromkeys(self.cite(quote) for quotes in ordered for quote in quotes)
        self.statements.append(Statement(text=text, citations=tuple(numbers)))
        self.written.add(len(self.statements) - 1)
        return len(self.statements) - 1

    def quote(self, sentences: Sequence[tuple[Passage, Sentence]]) -> int:
        """Sentences word for word, each by the citation that holds it already where there is one. Returns the claim's place."""
        numbers = []
        for passage, sentence in sentences:
            holding = [
                c.n for c in self.citations if c.document_id == passage.document_id and c.start <= sentence.start < sentence.end <= c.end
            ]
            numbers.append(holding[0] if holding else self.cite(Quote(passage, (sentence,))))
        text = sentences[0][1].text
        for (_, one), (_, other) in pairwise(sentences):
            between = self.snapshot.documents[sentences[0][0].document_id].text[one.end : other.start]
            text += (CUT if between.strip() else " ") + other.text
        self.statements.append(Statement(text=text, citations=tuple(dict.fromkeys(numbers))))
        return len(self.statements) - 1

    def table(self, columns: Iterable[str], rows: list[tuple[str, list[list[Evidence]]]]) -> None:
        """A comparison; an empty cell is where the sources are silent."""
        written = [TableRow(label=label, cells=tuple(tuple(self.statement(e) for e in cell) for cell in cells)) for label, cells in rows]
        if any(not cell for row in written for cell in row.cells):
            self.phrase("silent")
        self.parts.append(TablePart(columns=tuple(columns), rows=tuple(written)))

    def story(self, story: Story, shown: bool = True) -> None:
        """A story of this answer; `shown` puts it on a line of its own."""
        if all(known.id != story.id for known in self.stories):
            told = answer_story(story, self.links)
            self.stories.append(told)
            self._link_note(told)
        if shown:
            self.parts.append(StoryPart(story_id=story.id))

    def story_list(self, stories: Sequence[Story]) -> None:
        """Stories, those without a link under a heading that says so where there are several: said once, not on every line."""
        linked, bare = [s for s in stories if s.url], [s for s in stories if not s.url]
        for story in linked:
            self.story(story)
        if len(bare) >= SAID_ONCE:
            self.head_phrase("without_link")
            self.unlinked_said = True
        for story in bare:
            self.story(story)

    def text(self) -> str:
        """The parts written out as Markdown."""
        return render(self.parts, self.statements, self.stories, self.phrase, self._link_note, self.written)

    def _link_note(self, story: AnswerStory) -> str:
        """What is to be said of a story's link, on the line of the story; empty where the link speaks for itself."""
        if story.link == "archived":
            state = self.links[story.url or ""]
            return self.phrase("link_archived", date=day(state.archived_on or "?", self.language))
        if story.link == "dead":
            return self.phrase("link_dead")
        return "" if story.url or self.unlinked_said else self.phrase("no_link")


def citation(snapshot: Snapshot, quote: Quote, n: int, links: Links) -> Citation:
    """The citation for `quote`, with number `n`. Its link comes from the catalogue: one story with one link, or none."""
    document = snapshot.documents[quote.passage.document_id]
    stories = [snapshot.stories[story] for story in quote.stories]
    one_link = link_of(answer_story(stories[0], links)) if len(stories) == 1 else None
    return Citation(
        n=n,
        quote=quote.text,
        passage_id=quote.passage.id,
        document_id=document.id,
        document_title=document.title,
        source_date=document.date,
        section=quote.passage.section,
        page=document.page(quote.start),
        start=quote.start,
        end=quote.end,
        story_ids=quote.stories,
        regions=quote.regions,
        url=one_link or document.url,
    )


def answer_story(story: Story, links: Links) -> AnswerStory:
    """The story as an answer shows it, with what the last check of its link saw."""
    state = links.get(story.url or "", UNCHECKED)
    return AnswerStory(
        id=story.id,
        title=story.title,
        regions=story.regions,
        themes=story.themes,
        url=story.url,
        link=state.status if story.url else "none",
        checked=state.checked,
        archive_url=state.archive_url,
        search_url=story.search if not story.url or state.status == "dead" else None,
        found_at=story.found_at,
    )


def link_of(story: AnswerStory) -> str | None:
    """Where a reader is sent for a story: the living page, else the archive's copy, else nowhere."""
    return {"archived": story.archive_url, "dead": None}.get(story.link, story.url)


def render(
    parts: list[Part],
    statements: list[Statement],
    stories: list[AnswerStory],
    phrase: Callable[[str], str],
    link_note: Callable[[AnswerStory], str],
    written: Container[int] = (),
) -> str:
    """Parts as Markdown; what comes from a source or a model cannot become markup. Only quotes stand between quotation marks."""
    by_id = {story.id: story for story in stories}
    lines: list[str] = []
    for part in parts:
        before = len(lines)
        if isinstance(part, TextPart):
            lines += ["", f"**{plain(part.text)}**" if part.kind == "heading" else _with_mark(part.text)]
        elif isinstance(part, StatementPart):
            label = f"{plain(part.label)}: " if part.label else ""
            lines.append(f"- {label}{_stated(statements[part.statement], part.statement not in written)}")
        elif isinstance(part, StoryPart):
            story = by_id[part.story_id]
            url, note = link_of(story), link_note(story)
            title = f"[{plain(story.title)}]({address(url)})" if url else plain(story.title)
            title += f" ({note})" if note else ""
            regions = f"{plain(', '.join(story.regions))}: " if story.regions else ""
            lines.append(f"- {regions}{title}")
        else:
            lines += ["", "| | " + " | ".join(plain(column) for column in part.columns) + " |", "|---" * (len(part.columns) + 1) + "|"]
            for row in part.rows:
                cells = [" ".join(_stated(statements[at]) for at in cell) or phrase("silent") for cell in row.cells]
                lines.append(f"| {plain(row.label)} | " + " | ".join(cells) + " |")
        if lines[before:][0].startswith("- ") and before and not lines[before - 1].startswith("- "):
            lines.insert(before, "")
    return "\n".join(lines).strip()


def plain(text: str) -> str:
    """Text with Markdown's signs made harmless."""
    return _MARKDOWN.sub(r"\\\1", text)


def address(url: str) -> str:
    """A web address that cannot end the Markdown link it stands in."""
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")


def _with_mark(text: str) -> str:
    """A line of our own; a near miss ends in the mark of its card, which stays a mark."""
    body, mark = re.fullmatch(r"(.*?)((?: \[\d+\])?)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it always matches
    return plain(body) + mark


def _stated(statement: Statement, is_quote: bool = True) -> str:
    shown = plain(statement.text)
    shown = f"“{shown.replace(plain(CUT), CUT)}”" if is_quote else shown
    return f"{shown} " + "".join(f"[{n}]" for n in statement.citations)
