"""Holds an answer against its snapshot: what no answer may get wrong, whatever wrote it."""

import re

from index.documents import collapse
from index.links import Links
from index.snapshot import Snapshot
from rag.answer import Answer
from rag.compose import address

_URL = re.compile(r"https?://[^\s)\]>\"']+")
_CUT = re.compile(r"…|\[…\]")


def problems(answer: Answer, snapshot: Snapshot, links: Links) -> list[str]:
    """What is wrong with `answer`; empty when its numbers, offsets, ids, quotes and links all hold.

    `links` holds the archive's copies that are known of the stories' links.
    """
    found: list[str] = []
    numbered = [*answer.citations, *answer.related]
    if [c.n for c in numbered] != list(range(1, len(numbered) + 1)):
        found.append("citations are not numbered 1, 2, 3, …")
    passages = {passage.id: passage for passage in snapshot.passages}
    for cited in numbered:
        document = snapshot.documents.get(cited.document_id)
        if document is None or collapse(document.text[cited.start : cited.end]) != cited.quote:
            found.append(f"citation {cited.n} is not its document's text at its offsets")
        passage = passages.get(cited.passage_id)
        if passage is None or not passage.start <= cited.start < cited.end <= passage.end:
            found.append(f"citation {cited.n} does not stand in its passage")
        if set(cited.story_ids) - set(snapshot.stories):
            found.append(f"citation {cited.n} names an unknown story")
    quotes = {cited.n: cited.quote for cited in answer.citations}
    for at, statement in enumerate(answer.statements):
        if not set(statement.citations) <= set(quotes):
            found.append(f"statement {at} cites a number that is not there")
            continue
        quoted = " ".join(quotes[n] for n in statement.citations)
        pieces = [piece.strip() for piece in _CUT.split(statement.text)]
        if answer.mode == "extractive" and not all(piece in quoted for piece in pieces):
            found.append(f"statement {at} is not word for word in its citation")
    known = {story.url for story in snapshot.stories.values()} | {document.url for document in snapshot.documents.values()}
    known |= {state.archive_url for state in links.values()}
    shown = set(_URL.findall(answer.text)) | {c.url for c in numbered if c.url} | {s.url for s in answer.stories if s.url}
    found += [f"link {link} stands in no source" for link in sorted(shown - known - {address(url) for url in known if url})]
    found += [f"passage {hit.passage_id} is unknown" for hit in answer.retrieved if hit.passage_id not in passages]
    return found
