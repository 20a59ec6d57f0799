"""What an answer is written from: the evidence and the stories for a question, best first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.passages import Passage, Sentence
from rag.evidence import Evidence, candidates
from rag.question import Understood
from rag.retrieval import Found, HybridRetriever
from rag.themes import Themes
from rag.titles import RankedStory, Titles


@dataclass(frozen=True)
class Ranked:
    """A question's evidence best first, and the stories best first with their scores."""

    evidence: list[Evidence]
    stories: list[RankedStory]


class Ranking:
    """Ranks what was found in one snapshot."""

    def __init__(self, retriever: HybridRetriever, titles: Titles, themes: Themes) -> None:
        self._retriever, self._titles, self._themes = retriever, titles, themes

    def rank(self, asked: Understood, found: Found, allowed: Callable[[Passage], bool], within: tuple[str, ...]) -> Ranked:
        """The evidence and stories for a question; where it names regions, only what is about one of them.

        `allowed` and `within` are the limits of the call: passages, and regions (none: all).
        """
        hits = [hit.passage for hit in found.hits[: self._retriever.tuning.considered] if not hit.passage.is_mention]
        passages: Iterable[Passage] = hits
        theme = self._themes.whole(asked)
        if theme:
            passages = [p for p in self._retriever.snapshot.passages if not p.is_mention and p.theme == theme and allowed(p)]
        if asked.regions:
            passages = [
                p for p in self._retriever.snapshot.passages if not p.is_mention and allowed(p) and set(asked.regions) & set(p.regions)
            ]
        evidence = candidates(self._retriever, found, passages, lambda _, s: _is_about(s, asked.regions) and _is_about(s, within))
        if self._themes.is_theme_in_region(asked):
            # the right region with another subject is no answer
            evidence = [one for one in evidence if self._themes.is_on_theme(asked, one)]
        return Ranked(evidence, self._titles.rank(asked, found, allowed))


def _is_about(sentence: Sentence, regions: tuple[str, ...]) -> bool:
    """Is this sentence about one of `regions`?"""
    return not regions or bool(set(sentence.regions) & set(regions))
