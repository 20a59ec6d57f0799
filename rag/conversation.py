"""What a person asks, with the turns before it: the question that stands alone, its limits, and what it asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from praktijkbaken.personal import clean
from rag.answer import Answer, Facet, Filter
from rag.facets import Facets
from rag.followup import Standalone, is_followup, standalone
from rag.question import CATALOGUE, Reader, Understood
from rag.stories import Stories

if TYPE_CHECKING:
    from rag.writer import Writer


@dataclass(frozen=True)
class Question:
    """What a person asks: her words, the turns before (her own, oldest first), limits (by facet), and her own region."""

    text: str
    history: tuple[str, ...] = ()
    limits: Mapping[Facet, Sequence[str]] = field(default_factory=dict)
    own_region: str | None = None
    id: str | None = None


class Conversation:
    """Reads questions after turns. `answer` gives the extractive answer to a turn, so that "de tweede" means the same whoever
    wrote it down."""

    def __init__(self, reader: Reader, facets: Facets, stories: Stories, answer: Callable[[Question], Answer]) -> None:
        self._reader, self._facets, self._stories, self._answer = reader, facets, stories, answer

    def standalone(self, question: Question, text: str) -> Standalone:
        """The question with what it takes from the turns before. Each turn is answered again: "de tweede" means something by it."""
        if not question.history or not is_followup(text, self._reader):
            return Standalone(text, text)
        before = self._answer(Question(question.history[-1], question.history[:-1]))
        if before.reason in ("empty", "too_long", "instruction"):
            return Standalone(text, text)
        kept = tuple(one.model_copy(update={"origin": "history"}) for one in before.filters if one.origin != "call")
        return replace(standalone(text, before.standalone_question, before, self._reader), filters=kept)

    def rewritten(self, writer: "Writer", question: Question, text: str, alone: Standalone) -> Standalone:
        """The follow-up as the model writes it out, where that holds; else by rule. "De tweede" is a story, which no model knows."""
        from rag.rewrite import rewritten

        if alone.focus != text:
            return alone
        better = rewritten(text, [clean(turn).text for turn in question.history], self._reader, writer)
        return replace(alone, text=better, focus=better) if better else alone

    def read(self, alone: Standalone) -> Understood:
        """The question as understood. What stories there are of a theme may be asked without the word "verhalen"; and what
        does not say which stories it wants ("hoeveel verhalen zijn er bekeken?") is no question for the catalogue."""
        asked = self._reader.read(alone.text, alone.focus)
        if asked.intent in CATALOGUE:
            return asked if self._stories.is_for_list(asked) else replace(asked, intent="fact")
        of_catalogue = None if asked.intent == "elements" else self._stories.wanted(asked)
        return replace(asked, intent=of_catalogue) if of_catalogue else asked

    def filters(self, question: Question, typed: str, alone: Standalone) -> tuple[Filter, ...]:
        """The limits of the call, and those that the question or the turns before set in so many words."""
        here = self._facets.of_question(typed)
        said = [one.model_copy(update={"origin": "history"}) for one in self._facets.of_question(alone.text)]
        named = {(one.facet, one.value): one for one in (*alone.filters, *said, *here)}
        return (*self._facets.of_call(question.limits), *named.values())
