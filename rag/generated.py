"""From an extractive draft to a generated one: the same verdict, stories and frame, the claims in a model's words.

A list, a count, a comparison and a story stay as they are: those are complete, and a model's would not be.
"""

import re
from collections.abc import Generator, Iterator, Sequence

from index.passages import Passage, Sentence
from rag.answer import Part, Statement, StatementPart, StoryPart, TablePart, TextPart
from rag.check import Check
from rag.compose import Draft
from rag.drafted import Drafted
from rag.numbered import Item, Numbered, number
from rag.question import Understood
from rag.ranking import Ranked
from rag.retrieval import HybridRetriever
from rag.shapes.read_on import STORIES_TO_READ
from rag.writer import Record, Writer

_WRITTEN = ("fact", "howto", "list", "elements", "compare")
_DIGIT = re.compile(r"\d")


def is_written(draft: Draft, asked: Understood) -> bool:
    """Is this an answer whose claims a model may put into words?"""
    kinds = [type(part) for part in draft.parts]
    if asked.intent not in _WRITTEN or TablePart in kinds or StatementPart not in kinds:
        return False
    return StoryPart not in kinds or kinds.index(StatementPart) < kinds.index(StoryPart)


class Composer:
    """Writes generated drafts from one snapshot with one writer."""

    def __init__(self, retriever: HybridRetriever, check: Check, writer: Writer) -> None:
        self._retriever, self._check, self.writer = retriever, check, writer

    def write(
        self, draft: Draft, asked: Understood, ranked: Ranked, regions: Sequence[str], own_region: str | None, record: Record, spent: float
    ) -> Generator[Statement, None, Draft | None]:
        """Yields each statement that passed; returns the whole draft, or None where the extractive one has to do."""
        evidence = number(self._retriever, [cited.passage_id for cited in draft.citations], ranked.evidence, regions)
        if not evidence.items:
            return None
        made = Draft(draft.snapshot, draft.phrases, draft.language, draft.links)
        parts: list[StatementPart] = []
        below: list[StatementPart] = []
        for one in self.writer.write(asked.text, draft.language, evidence, self._check, record, spent):
            if self._repeats_a_caveat(one, made):
                continue
            items = self._carrying(one, evidence, draft)
            own = bool(asked.asks_others and own_region and all(item.sentence.regions == (own_region,) for item in items))
            for part in self._state(made, one, items):
                (below if own else parts).append(part)
                yield made.statements[part.statement]
        if record.fault or not made.written or not _meets(made, draft):
            return None
        self._assemble(made, draft, parts, below)
        return made

    def _carrying(self, one: Drafted, evidence: Numbered, draft: Draft) -> list[Item]:
        """The evidence that carries a statement: what was named and has nothing to do with it is not cited."""
        named = [evidence.items[n] for n in one.numbers]
        kept = [item for item in named if self._check.shares(one.text, item.sentence.text)]
        told = [told for item in kept for told in item.told]
        return kept if kept and not self._check.problems(one.text, told, draft.language) else named

    def _state(self, made: Draft, one: Drafted, items: Sequence[Item]) -> Iterator[StatementPart]:
        """The statement, its regions before it where it names none itself, then each caveat that it leaves out."""
        regions = tuple(dict.fromkeys(region for item in items for region in item.sentence.regions))
        place = made.write(one.text, [item.evidence for item in items])
        yield StatementPart(statement=place, label=made.label(regions) if not self._check.names_a_place(one.text) else None)
        left_out = [
            pair
            for item in items
            for pair in self._caveats(item)
            if not self._check.says(one.text, pair[1].text) and not _is_said(made, pair[1])
        ]
        if left_out:
            yield StatementPart(statement=made.quote(left_out), label=made.phrase("caveat"))

    def _caveats(self, item: Item) -> list[tuple[Passage, Sentence]]:
        """What limits this sentence, each after what it points back to."""
        told = item.passage.document_id
        starts: dict[int, None] = {}
        for start in item.sentence.caveats:
            leans = self._retriever.place(told, start)[1].leans_on
            starts |= dict.fromkeys(one for one in (*leans, start) if one != item.sentence.start)
        return [self._retriever.place(told, start) for start in starts]

    def _repeats_a_caveat(self, one: Drafted, made: Draft) -> bool:
        return any(at not in made.written and self._check.says(said.text, one.text) for at, said in enumerate(made.statements))

    def _assemble(self, made: Draft, draft: Draft, parts: Sequence[Part], below: Sequence[Part]) -> None:
        """The draft's own sentences and stories around the statements."""
        first = next(at for at, part in enumerate(draft.parts) if isinstance(part, StatementPart))
        before, after = draft.parts[:first], draft.parts[first:]
        # what stands below is a text now, not quotes
        no_numbers = draft.phrases.say(draft.language, "approaches_without_numbers")
        numbered = any(_DIGIT.search(statement.text) for statement in made.statements)
        made.parts = []
        for part in before:
            if not isinstance(part, TextPart) or part.kind != "frame":
                continue
            if part.text != no_numbers:
                made.parts.append(part)
            elif not numbered:
                made.say("written_without_numbers")
        made.parts += parts
        if below:
            made.head_phrase("own_region")
            made.parts += below
        stories = next((at for at, part in enumerate(after) if isinstance(part, StoryPart)), len(after) + 1)
        # the heading above the stories is theirs; those further up stood above quotes
        made.parts += [
            part
            for at, part in enumerate(after)
            if isinstance(part, StoryPart) or (isinstance(part, TextPart) and (part.kind == "frame" or at >= stories - 1))
        ]
        made.stories, made.unlinked_said = list(draft.stories), draft.unlinked_said
        texts = {part.text for part in made.parts if isinstance(part, TextPart)}
        made.frame = [*(text for text in draft.frame if text in texts), *(text for text in made.frame if text not in draft.frame)]
        self._read_on(made)

    def _read_on(self, made: Draft) -> None:
        """The stories of what is cited belong to the answer too."""
        known = {story.id for story in made.stories}
        tied = [name for cited in made.citations for name in cited.story_ids if name not in known]
        if not known and tied:
            made.head_phrase("read_on")
        for name in list(dict.fromkeys(tied))[: max(0, STORIES_TO_READ - len(known))]:
            made.story(made.snapshot.stories[name])


def _is_said(made: Draft, sentence: Sentence) -> bool:
    return any(sentence.text in said.text for said in made.statements)


def _meets(made: Draft, draft: Draft) -> bool:
    """Does it rest on anything that the extractive answer quotes? If not, it answers another question, however true."""
    return any(
        one.document_id == other.document_id and one.start < other.end and other.start < one.end
        for one in made.citations
        for other in draft.citations
    )
