"""Picks evidence: which sentences of the retrieved passages answer the question, each with what it cannot do without.

A sentence that leans on another brings it, in the same quote or in one before it; a caveat travels along.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.passages import Passage, Sentence
from rag.retrieval import Found, HybridRetriever

_NO_CLAIM = re.compile(r"(?:\?|:)$|^\(zie ")
CUT = " […] "
# How many words a sentence may bring along; more makes the quote a paragraph.
MOST_WORDS_ALONG = 45
# A sentence of so many words between two that belong together is quoted too: that reads better than a cut.
BRIDGE_WORDS = 20
LEAST_BULLETS = 3
# A bullet of a word or two ("Schulden") says something in its list only.
LEAST_WORDS = 3
# What a passage's score adds to its sentences' own: a good sentence in a passage on another subject stays below. Fitted with the weights
# of `rag/retrieval.py`.
PASSAGE_WEIGHT = 0.73
# And what a unit of log-odds adds that it answers the question (`index/answerable.py`).
ANSWERS_WEIGHT = 0.5


@dataclass(frozen=True)
class Quote:
    """Neighbouring sentences of one passage, quoted together."""

    passage: Passage
    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Offset of the first character in the document."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Offset after the last character in the document."""
        return self.sentences[-1].end

    @property
    def text(self) -> str:
        """The quote, white space collapsed."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def stories(self) -> tuple[str, ...]:
        """Stories tied to any of its sentences."""
        return tuple(dict.fromkeys(story for s in self.sentences for story in s.stories))

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions any of its sentences is about."""
        return tuple(dict.fromkeys(region for s in self.sentences for region in s.regions))


@dataclass(frozen=True)
class Evidence:
    """A sentence that was picked, `core`, in its quotes: one, or several in the order of the document with a cut between.

    `similarity` is the cosine of the question with the sentence, `nearest` that with it or the nearest of its other words.
    """

    quotes: tuple[Quote, ...]
    core: Sentence
    score: float
    similarity: float
    nearest: float = 0.0

    @classmethod
    def of(cls, passage: Passage, *sentences: Sentence, score: float = 0.0, similarity: float = 0.0) -> "Evidence":
        """Evidence in one quote; the first of `sentences` is its core."""
        return cls((Quote(passage, sentences),), sentences[0], score, similarity)

    @property
    def quote(self) -> Quote:
        """The quote that holds its core."""
        return next(quote for quote in self.quotes if self.core in quote.sentences)

    @property
    def passage(self) -> Passage:
        """The passage its core stands in."""
        return self.quote.passage

    @property
    def start(self) -> int:
        """Offset of the first character of the core's quote."""
        return self.quote.start

    @property
    def end(self) -> int:
        """Offset after the last character of the core's quote."""
        return self.quote.end

    @property
    def text(self) -> str:
        """Its quotes, with a mark where sentences are left out."""
        return CUT.join(quote.text for quote in self.quotes)

    @property
    def words(self) -> int:
        """Length in words."""
        return len(self.text.split())

    @property
    def stories(self) -> tuple[str, ...]:
        """Stories tied to any of its sentences."""
        return tuple(dict.fromkeys(story for quote in self.quotes for story in quote.stories))

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions any of its sentences is about."""
        return tuple(dict.fromkeys(region for quote in self.quotes for region in quote.regions))


def candidates(
    retriever: HybridRetriever, found: Found, passages: Iterable[Passage], accept: Callable[[Passage, Sentence], bool]
) -> list[Evidence]:
    """Every claim in `passages` that `accept` takes, as evidence, best first.

    A sentence that announces a list ("…de volgende factoren:") is no claim; it lends its score to the list.
    """
    wanted = {passage.id for passage in passages}
    position = {passage.id: at for at, passage in enumerate(retriever.snapshot.passages)}
    places = [at for at, (passage, sentence) in enumerate(retriever.sentences) if passage.id in wanted and accept(passage, sentence)]
    answers = retriever.answered_by(found, places)
    # beside the likeliest: how far the question is answered at all must not move the scale
    less_likely = np.zeros(len(places)) if answers is None or not places else answers - answers.max()
    result = []
    for at, odds in zip(places, less_likely, strict=True):
        passage, sentence = retriever.sentences[at]
        of_passage = float(found.passage_scores[position[passage.id]])
        score = float(found.sentence_scores[at]) + PASSAGE_WEIGHT * of_passage + ANSWERS_WEIGHT * float(odds)
        similarity = float(found.similarities[at]) if len(found.similarities) else 0.0
        nearest = max(similarity, float(found.asked_similarities[at]) if len(found.asked_similarities) else 0.0)
        announced = _announced(retriever, at)
        if announced:
            result.append(Evidence(in_context(retriever, *announced), announced[1], score, similarity, nearest))
        elif not _NO_CLAIM.search(sentence.text) and (
            sentence.kind != "bullet" or len(sentence.text.split()) >= LEAST_WORDS or "@" in sentence.text
        ):
            result.append(Evidence(in_context(retriever, passage, sentence), sentence, score, similarity, nearest))
    best: dict[tuple[str, int], Evidence] = {}
    for evidence in sorted(result, key=lambda e: (-e.score, e.start)):
        best.setdefault((evidence.passage.id, evidence.core.start), evidence)
    return list(best.values())


def _announced(retriever: HybridRetriever, at: int) -> tuple[Passage, Sentence] | None:
    """The first bullet of the list that sentence `at` announces, with its passage: a long list has one of its own."""
    passage, sentence = retriever.sentences[at]
    if not sentence.text.endswith(":") or at + 1 == len(retriever.sentences):
        return None
    of, follows = retriever.sentences[at + 1]
    return (of, follows) if follows.kind == "bullet" and (of.document_id, of.section) == (passage.document_id, passage.section) else None


def pick(ranked: Sequence[Evidence], words: int, most: int, share: float, a_passage: int = 2) -> list[Evidence]:
    """The best of `ranked` within a number of words, at most `most`, none that scores under `share` of the best.

    What overlaps or says the same is taken once.
    """
    picked: list[Evidence] = []
    used = 0
    for candidate in ranked:
        evidence = candidate
        # scores are relative to the pool: a best one below its mean is below zero, and still the best there is
        if len(picked) == most or (picked and evidence.score < max(0.0, ranked[0].score) * share):
            break
        if sum(p.passage.id == evidence.passage.id for p in picked) == a_passage:
            continue
        if any(_overlap(evidence, p) or _says_the_same(evidence, p) for p in picked):
            continue
        evidence = _without_repeats(evidence, picked)
        if picked and used + evidence.words > words:
            continue
        picked.append(evidence)
        used += evidence.words
    return picked


def whole_list(retriever: HybridRetriever, evidence: Evidence, words: int, ahead: int = 0) -> list[Evidence]:
    """The list that `evidence` stands in, each bullet as evidence; none where it is no list, or a longer one.

    A sentence is taken to announce a list that begins at most `ahead` sentences further on, under the same heading.
    The sentence that announces it comes first, where its bullets cannot be understood without.
    """
    passage, core = evidence.passage, evidence.core
    if core.kind == "sentence" and ahead:
        at = retriever.sentences.index((passage, core)) + 1
        follows = retriever.sentences[at : at + ahead]
        passage, core = next(((p, s) for p, s in follows if s.kind == "bullet" and p.section == passage.section), (passage, core))
    block = [s for s in passage.sentences if s.block == core.block]
    if core.kind != "bullet" or len(block) < LEAST_BULLETS or sum(len(s.text.split()) for s in block) > words:
        return []
    own = {s.start for s in block}
    before = [start for start in block[0].leans_on if start not in own]
    announced = [retriever.place(passage.document_id, start) for start in before]
    return [Evidence.of(p, s) for p, s in [*announced, *((passage, s) for s in block)]]


def read_on(evidence: Evidence, words: int, shown: Iterable[Evidence]) -> Evidence:
    """The evidence with the sentences that go on about it ("Dat is …", "Het gaat om …"), up to a number of words.

    It stops before a sentence that stands in `shown` already.
    """
    quote = evidence.quote
    if evidence.core.kind != "sentence":
        return evidence
    block = [s for s in quote.passage.sentences if s.block == evidence.core.block]
    last = block.index(quote.sentences[-1])
    longer = list(quote.sentences)
    elsewhere = {(q.passage.document_id, s.start) for one in shown for q in one.quotes for s in q.sentences}
    for sentence in block[last + 1 :]:
        total = sum(len(s.text.split()) for s in [*longer, sentence])
        if (quote.passage.document_id, sentence.start) in elsewhere:
            break
        if not set(sentence.leans_on) & {s.start for s in longer} or _NO_CLAIM.search(sentence.text) or total > words:
            break
        longer.append(sentence)
    return replace(evidence, quotes=tuple(replace(q, sentences=tuple(longer)) if q is quote else q for q in evidence.quotes))


def in_context(retriever: HybridRetriever, passage: Passage, sentence: Sentence) -> tuple[Quote, ...]:
    """The quotes that `sentence` needs: itself, what it leans on (and what that leans on), and what limits it."""
    along: dict[int, tuple[Passage, Sentence]] = {sentence.start: (passage, sentence)}
    ahead = [*sentence.caveats, *sentence.leans_on]
    words = 0
    while ahead:
        start = ahead.pop(0)
        if start in along:
            continue
        of, other = retriever.place(passage.document_id, start)
        words += len(other.text.split())
        if words > MOST_WORDS_ALONG and len(along) > 1:
            break
        along[start] = (of, other)
        ahead += other.leans_on
    quotes: list[Quote] = []
    for start in sorted(along):
        of, other = along[start]
        last = quotes[-1] if quotes else None
        between = _between(retriever, last, of, other) if last else None
        if last is not None and between is not None:
            quotes[-1] = Quote(of, (*last.sentences, *between, other))
        else:
            quotes.append(Quote(of, (other,)))
    return tuple(quotes)


def _between(retriever: HybridRetriever, quote: Quote, passage: Passage, sentence: Sentence) -> tuple[Sentence, ...] | None:
    """The sentences from the end of `quote` to `sentence`, where these are few and run on; else None (a bullet's mark stands between)."""
    if passage.id != quote.passage.id:
        return None
    at, to = passage.sentences.index(quote.sentences[-1]) + 1, passage.sentences.index(sentence)
    between = passage.sentences[at:to]
    text = retriever.snapshot.documents[passage.document_id].text
    run = [quote.sentences[-1], *between, sentence]
    runs_on = all(not text[one.end : other.start].strip() for one, other in pairwise(run)) and len({s.block for s in run}) == 1
    return between if runs_on and sum(len(s.text.split()) for s in between) <= BRIDGE_WORDS else None


def _without_repeats(evidence: Evidence, picked: Sequence[Evidence]) -> Evidence:
    """The evidence without the quotes that stand in the answer already, its own apart."""
    shown = {(q.passage.id, q.start) for one in picked for q in one.quotes}
    core = evidence.quote
    return replace(evidence, quotes=tuple(q for q in evidence.quotes if q is core or (q.passage.id, q.start) not in shown))


def _overlap(one: Evidence, other: Evidence) -> bool:
    if one.passage.document_id != other.passage.document_id:
        return False
    within = any(q.start <= one.core.start < q.end for q in other.quotes) or any(q.start <= other.core.start < q.end for q in one.quotes)
    return within or (one.start < other.end and other.start < one.end)


def _says_the_same(one: Evidence, other: Evidence) -> bool:
    first, second = (set(e.core.text.lower().split()) for e in (one, other))
    return len(first & second) / max(1, min(len(first), len(second))) > 0.8
