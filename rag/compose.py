"""Writes an answer down: numbered citations, statements and frame as parts, and the parts as Markdown."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from index.catalogue import Story
from index.snapshot import Snapshot
from rag.answer import AnswerStory, Citation, Language, Part, Statement, StatementPart, StoryPart, TablePart, TableRow, TextPart
from rag.evidence import Evidence
from rag.phrases import Phrases

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~$])")
MOST_LABELS = 3


@dataclass
class Draft:
    """An answer while it is being written. Each own sentence goes through `say`, each claim through `state`."""

    snapshot: Snapshot
    phrases: Phrases
    language: Language
    parts: list[Part] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    frame: list[str] = field(default_factory=list)
    stories: list[AnswerStory] = field(default_factory=list)

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

    def head_phrase(self, key: str) -> None:
        """A heading of our own."""
        self.parts.append(TextPart(kind="heading", text=self.phrase(key)))

    def cite(self, evidence: Evidence) -> int:
        """The number of the citation for `evidence`; the same place keeps its number."""
        for known in self.citations:
            if (known.document_id, known.start, known.end) == (evidence.passage.document_id, evidence.start, evidence.end):
                return known.n
        self.citations.append(citation(self.snapshot, evidence, len(self.citations) + 1))
        return len(self.citations)

    def statement(self, evidence: Evidence) -> int:
        """A claim: the quote of `evidence`. Returns its place."""
        self.statements.append(Statement(text=evidence.text, citations=(self.cite(evidence),)))
        return len(self.statements) - 1

    def state(self, evidence: Evidence, labelled: bool = True) -> None:
        """A claim on a line of its own, with the regions it is about set before it."""
        label = " / ".join(evidence.regions) if labelled and 0 < len(evidence.regions) <= MOST_LABELS else None
        self.parts.append(StatementPart(statement=self.statement(evidence), label=label))

    def table(self, columns: Iterable[str], rows: list[tuple[str, list[list[Evidence]]]]) -> None:
        """A comparison; an empty cell is where the sources are silent."""
        written = [TableRow(label=label, cells=tuple(tuple(self.statement(e) for e in cell) for cell in cells)) for label, cells in rows]
        if any(not cell for row in written for cell in row.cells):
            self.phrase("silent")
        self.parts.append(TablePart(columns=tuple(columns), rows=tuple(written)))

    def story(self, story: Story, shown: bool = True) -> None:
        """A story of this answer; `shown` puts it on a line of its own."""
        if all(known.id != story.id for known in self.stories):
            self.stories.append(answer_story(story))
            if not story.url:
                self.phrase("no_link")
        if shown:
            self.parts.append(StoryPart(story_id=story.id))

    def text(self) -> str:
        """The parts written out as Markdown."""
        return render(self.parts, self.statements, self.stories, lambda key: self.phrases.say(self.language, key))


def citation(snapshot: Snapshot, evidence: Evidence, n: int) -> Citation:
    """The citation for `evidence`, with number `n`. Its link comes from the catalogue: one story with one link, or none."""
    document = snapshot.documents[evidence.passage.document_id]
    links = {snapshot.stories[story].url for story in evidence.stories}
    one_link = links.pop() if len(evidence.stories) == 1 else None
    return Citation(
        n=n,
        quote=evidence.text,
        passage_id=evidence.passage.id,
        document_id=document.id,
        document_title=document.title,
        source_date=document.date,
        section=evidence.passage.section,
        page=evidence.passage.page,
        start=evidence.start,
        end=evidence.end,
        story_ids=evidence.stories,
        regions=evidence.regions,
        url=one_link or document.url,
    )


def answer_story(story: Story) -> AnswerStory:
    """The story as an answer shows it."""
    return AnswerStory(
        id=story.id,
        title=story.title,
        regions=story.regions,
        themes=story.themes,
        url=story.url,
        link="unchecked" if story.url else "none",
        checked=None,
        archive_url=None,
        search_url=story.search_url,
        found_at=story.found_at,
    )


def render(parts: list[Part], statements: list[Statement], stories: list[AnswerStory], phrase: Callable[[str], str]) -> str:
    """Parts as Markdown; what comes from a source cannot become markup."""
    by_id = {story.id: story for story in stories}
    lines: list[str] = []
    for part in parts:
        before = len(lines)
        if isinstance(part, TextPart):
            lines += ["", f"**{plain(part.text)}**" if part.kind == "heading" else _with_mark(part.text)]
        elif isinstance(part, StatementPart):
            label = f"{plain(part.label)}: " if part.label else ""
            lines.append(f"- {label}{_quoted(statements[part.statement])}")
        elif isinstance(part, StoryPart):
            story = by_id[part.story_id]
            title = f"[{plain(story.title)}]({story.url})" if story.url else f"{plain(story.title)} ({phrase('no_link')})"
            regions = f"{plain(', '.join(story.regions))}: " if story.regions else ""
            lines.append(f"- {regions}{title}")
        else:
            lines += ["", "| | " + " | ".join(plain(column) for column in part.columns) + " |", "|---" * (len(part.columns) + 1) + "|"]
            for row in part.rows:
                cells = [" ".join(_quoted(statements[at]) for at in cell) or phrase("silent") for cell in row.cells]
                lines.append(f"| {plain(row.label)} | " + " | ".join(cells) + " |")
        if lines[before:][0].startswith("- ") and before and not lines[before - 1].startswith("- "):
            lines.insert(before, "")
    return "\n".join(lines).strip()


def plain(text: str) -> str:
    """Text with Markdown's signs made harmless."""
    return _MARKDOWN.sub(r"\\\1", text)


def _with_mark(text: str) -> str:
    """A line of our own; a near miss ends in the mark of its card, which stays a mark."""
    body, mark = re.fullmatch(r"(.*?)((?: \[\d+\])?)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it always matches
    return plain(body) + mark


def _quoted(statement: Statement) -> str:
    return f"“{plain(statement.text)}” " + "".join(f"[{n}]" for n in statement.citations)
