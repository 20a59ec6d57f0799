"""Is an answer sound? Its quotes, links, attribution and lines, held against the sources alone, whatever the right answer is."""

import re

from evals.matching import Asked
from index.documents import collapse
from rag.answer import StatementPart, StoryPart, TablePart
from rag.compose import plain


def attribution_right(asked: Asked) -> float | None:
    """The share of the citations whose stories and regions are those of their sentences in the snapshot, no more and no fewer.

    None without citations.
    """
    if not asked.answer.citations:
        return None
    right = 0
    for cited in asked.answer.citations:
        inside = [
            sentence
            for passage in asked.snapshot.passages
            if passage.document_id == cited.document_id
            for sentence in passage.sentences
            if cited.start <= sentence.start < cited.end
        ]
        stories = {story for sentence in inside for story in sentence.stories}
        regions = {region for sentence in inside for region in sentence.regions}
        right += bool(inside) and stories == set(cited.story_ids) and regions == set(cited.regions)
    return right / len(asked.answer.citations)


def quotes_verbatim(asked: Asked) -> float | None:
    """The share of the citations whose quote is the document's text at its offsets, white space collapsed; None without citations."""
    cited = [*asked.answer.citations, *asked.answer.related]
    if not cited:
        return None
    documents = asked.snapshot.documents
    return sum(
        c.document_id in documents and collapse(documents[c.document_id].text[c.start : c.end]) == c.quote and bool(c.quote) for c in cited
    ) / len(cited)


def links_valid(asked: Asked) -> float | None:
    """The share of the links in the answer that a source gives (or that are an archive's copy of one); None without links."""
    known = {s.url for s in asked.snapshot.stories.values()} | {d.url for d in asked.snapshot.documents.values()}
    known |= {s.archive_url for s in asked.answer.stories}
    links = re.findall(r"https?://[^\s)\]>\"']+", asked.answer.text) + [c.url for c in asked.answer.citations if c.url]
    return sum(link in known for link in links) / len(links) if links else None


def visible_known(asked: Asked) -> float | None:
    """The share of the answer's lines that are a statement, a story, a table of statements, or a sentence known as ours."""
    frame = {plain(line) for line in asked.answer.frame} | set(asked.answer.frame)
    headings = {part.text for part in asked.answer.parts if part.kind == "heading"}
    lines = [line for line in asked.answer.text.splitlines() if line.strip()]
    if not lines:
        return None
    kinds = {type(part) for part in asked.answer.parts}
    statements = [plain(piece) for s in asked.answer.statements for piece in s.text.split(" […] ")]
    near = [plain(c.quote) for c in asked.answer.related]

    def known(line: str) -> bool:
        bare = line.removeprefix("- ").strip("* ")
        if line.startswith("|"):
            return TablePart in kinds
        if any(piece in line or piece in collapse(line) for piece in [*statements, *near]):
            return StatementPart in kinds or bool(near)
        if line.startswith("- "):
            return StoryPart in kinds and any(plain(s.title) in line for s in asked.answer.stories)
        return bare in frame or bare in {plain(h) for h in headings} or bare in headings

    return sum(known(line) for line in lines) / len(lines)
