"""Picks evidence: which sentences of the retrieved passages answer the question, each with what it cannot do without.

A sentence that points back ("Dat", "daarom") brings the sentence it points to; a caveat that follows travels along.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.passages import Passage, Sentence
from rag.retrieval import Found, HybridRetriever

_POINTS_BACK = re.compile(
    r"(?:Maar|Want|Toch|Onduidelijk|Zoals|Daarnaast|Ook dit|Ook dat|Of |Over een|Andere |De andere|"
    r"Dat|Dit|Deze|Die|Daar\w*|Hier\w*|Zij|Ze|Hij|Beide|Evenals|Het gaat|Het betreft|Het helpt|Ook dat|Zo[’']?n|Zoveel|Zo|Dan|"
    r"Inmiddels|Andersom|Tegelijk|Desgevraagd|Bij deze|Succesfactor daarbij|Binnen één|Voorwaarde\w*|Op het platform|"
    r"Essentieel daarbij|Een essentieel|Vergelijkbare|Een probleem|Enkele|Eenzelfde|Belangrijk is tevens|Soms moeten)\b"
)
_CAVEAT = re.compile(r"(?:Onduidelijk|Maar |Toch |Echter|Een probleem is echter|Voorwaarde|Wel )|\bechter\b")
_NO_CLAIM = re.compile(r"(?:\?|:)$|^\(zie ")
# How far back and ahead a sentence may reach; further makes the quote a paragraph.
REACH = 2
LEAST_BULLETS = 3
# A bullet of a word or two ("Schulden") says something in its list only.
LEAST_WORDS = 3
# What a passage's rank adds to its sentences' own scores. 0.5: a good sentence in a passage on another subject stays below.
PASSAGE_WEIGHT = 0.5


@dataclass(frozen=True)
class Evidence:
    """Neighbouring sentences of one passage, quoted together; `core` is the one that was picked."""

    passage: Passage
    sentences: tuple[Sentence, ...]
    core: Sentence
    score: float
    similarity: float

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
    def words(self) -> int:
        """Length in words."""
        return len(self.text.split())

    @property
    def stories(self) -> tuple[str, ...]:
        """Stories tied to any of its sentences."""
        return tuple(dict.fromkeys(story for s in self.sentences for story in s.stories))

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions any of its sentences is about."""
        return tuple(dict.fromkeys(region for s in self.sentences for region in s.regions))


def candidates(
    retriever: HybridRetriever, found: Found, passages: Iterable[Passage], accept: Callable[[Passage, Sentence], bool]
) -> list[Evidence]:
    """Every claim in `passages` that `accept` takes, as evidence, best first.

    A sentence that announces a list ("…de volgende factoren:") is no claim; it lends its score to the list.
    """
    wanted = {passage.id for passage in passages}
    position = {passage.id: at for at, passage in enumerate(retriever.snapshot.passages)}
    result = []
    for at, (passage, sentence) in enumerate(retriever.sentences):
        if passage.id not in wanted or not accept(passage, sentence):
            continue
        score = float(found.sentence_scores[at]) + PASSAGE_WEIGHT * float(found.passage_scores[position[passage.id]])
        similarity = float(found.similarities[at]) if len(found.similarities) else 0.0
        announced = _announced(passage, sentence)
        if announced:
            result.append(Evidence(passage, (announced,), announced, score, similarity))
        elif not _NO_CLAIM.search(sentence.text) and (sentence.kind != "bullet" or len(sentence.text.split()) >= LEAST_WORDS):
            result.append(Evidence(passage, _with_neighbours(passage, sentence), sentence, score, similarity))
    best: dict[tuple[str, int], Evidence] = {}
    for evidence in sorted(result, key=lambda e: (-e.score, e.start)):
        best.setdefault((evidence.passage.id, evidence.core.start), evidence)
    return list(best.values())


def _announced(passage: Passage, sentence: Sentence) -> Sentence | None:
    """The first bullet of the list that this sentence announces."""
    at = passage.sentences.index(sentence) + 1
    follows = passage.sentences[at] if at < len(passage.sentences) else None
    return follows if follows and follows.kind == "bullet" and sentence.text.endswith(":") else None


def pick(ranked: Sequence[Evidence], words: int, most: int, share: float, a_passage: int = 2) -> list[Evidence]:
    """The best of `ranked` within a number of words, at most `most`, none that scores under `share` of the best.

    What overlaps or says the same is taken once.
    """
    picked: list[Evidence] = []
    used = 0
    for evidence in ranked:
        # scores are relative to the pool: a best one below its mean is below zero, and still the best there is
        if len(picked) == most or (picked and evidence.score < max(0.0, ranked[0].score) * share):
            break
        if sum(p.passage.id == evidence.passage.id for p in picked) == a_passage:
            continue
        if any(_overlap(evidence, p) or _says_the_same(evidence, p) for p in picked):
            continue
        if picked and used + evidence.words > words:
            continue
        picked.append(evidence)
        used += evidence.words
    return picked


def whole_list(evidence: Evidence, words: int) -> list[Evidence]:
    """The bullets of the list that `evidence` stands in, each as evidence; none where it is no list, or a longer one."""
    block = [s for s in evidence.passage.sentences if s.block == evidence.core.block]
    if evidence.core.kind != "bullet" or len(block) < LEAST_BULLETS or sum(len(s.text.split()) for s in block) > words:
        return []
    return [Evidence(evidence.passage, (s,), s, evidence.score, evidence.similarity) for s in block]


def read_on(evidence: Evidence, words: int) -> Evidence:
    """The evidence with the sentences that go on about it ("Dat is …", "Het gaat om …"), up to a number of words."""
    if evidence.core.kind != "sentence":
        return evidence
    block = [s for s in evidence.passage.sentences if s.block == evidence.core.block]
    last = block.index(evidence.sentences[-1])
    longer = list(evidence.sentences)
    for sentence in block[last + 1 :]:
        total = sum(len(s.text.split()) for s in [*longer, sentence])
        if not _POINTS_BACK.match(sentence.text) or _NO_CLAIM.search(sentence.text) or total > words:
            break
        longer.append(sentence)
    return replace(evidence, sentences=tuple(longer))


def _with_neighbours(passage: Passage, sentence: Sentence) -> tuple[Sentence, ...]:
    if sentence.kind != "sentence":
        return (sentence,)
    block = [s for s in passage.sentences if s.block == sentence.block]
    at = block.index(sentence)
    first = at
    while first > 0 and at - first < REACH and _POINTS_BACK.match(block[first].text) and not _NO_CLAIM.search(block[first - 1].text):
        first -= 1
    last = at
    for ahead in range(at + 1, min(at + 1 + REACH, len(block))):
        if _CAVEAT.match(block[ahead].text) or " echter " in block[ahead].text:
            last = ahead
        elif not _POINTS_BACK.match(block[ahead].text):
            break
    return tuple(block[first : last + 1])


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.passage.document_id == other.passage.document_id and one.start < other.end and other.start < one.end


def _says_the_same(one: Evidence, other: Evidence) -> bool:
    first, second = (set(e.core.text.lower().split()) for e in (one, other))
    return len(first & second) / max(1, min(len(first), len(second))) > 0.8
