"""Hybrid retrieval: BM25 and vectors, over passages and over their sentences, fused into one ranking.

What each part adds is measured in `docs/retrieval.md`.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict, PrivateAttr

from index.lexical import LexicalIndex
from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from rag.question import CONTEXT_WEIGHT, Reader, Understood
from rag.rerank import RERANKED, Reranker

Scores = NDArray[np.float64]
SYNONYM_WEIGHT = 0.4
TRANSLATION_WEIGHT = 0.8
# What each kind of score weighs, fitted by `python -m evals.weights` (a softmax over the passages, non-negative). A passage's own:
OF_WORDS = 0.38
OF_MEANING = 0.1
# and those of its sentences, of which the highest counts: own words and meaning, the other words people have for it (`Sentence.asked`)
# together, and the meaning of the nearest of them and of the nearest three. One near by accident is rare, three are not.
OWN_WORDS = 0.05
ASKED_WORDS = 0.7
OWN_MEANING = 0.33
NEAREST = 0.15
NEAREST_FEW = 0.65
FEW = 3
# Points for a passage of the kind that is asked for, fitted with the weights. A story's line in a list repeats the theme's words and says
# nothing about them: it goes below running text, unless stories are asked for. The "werkzame elementen" go above where those are.
LINE_OF_A_LIST = -6.5
OF_REGION = 3.7
OF_ELEMENTS = 4.0
ELEMENTS = "Werkzame elementen"
# Points that the parts of a score are worth together: the weights elsewhere are in the same points.
PASSAGE_SCALE = 4.0
SENTENCE_SCALE = 2.0
# Scores are compared within the best of each half only, so that a long tail of zeros does not set the scale.
POOL = 60


Part = Literal["lexical", "pieces", "synonyms", "english words", "sentences", "other words", "kind and region", "reranker"]


@dataclass(frozen=True)
class Tuning:
    """What an evaluation may switch off or turn down; the assistant runs with all of it.

    `off`: the parts of retrieval that take no part. `considered`: how many passages may give evidence.
    """

    off: frozenset[Part] = frozenset()
    considered: int = 8


@dataclass(frozen=True)
class Hit:
    """A passage with its score and the rank (from 1) each half gave it; `dense_rank` is None where no vector came near or took part,
    `reranked` where no reranker read it."""

    passage: Passage
    score: float
    lexical_rank: int
    dense_rank: int | None
    reranked: int | None = None


@dataclass(frozen=True)
class Found:
    """All that retrieval knows about one question: passages best first, and a score for every sentence and passage.

    `passage_scores` tell how much each passage is about the question, without points for its kind or region.
    `sentence_scores`, `similarities` and `asked_similarities` have an entry for each sentence of the snapshot, in order.
    The latter two (cosine of the question with the sentence, and with the nearest of its other words) are empty without vectors.
    """

    hits: tuple[Hit, ...]
    sentence_scores: Scores
    similarities: Scores
    asked_similarities: Scores
    passage_scores: Scores = field(default_factory=lambda: np.zeros(0))


class HybridRetriever(BaseRetriever):
    """The passages of one snapshot for a question, as a LangChain retriever; `find` gives the scores too."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    snapshot: Snapshot
    reader: Reader
    engine: Embeddings | None = None
    reranker: Reranker | None = None
    tuning: Tuning = Tuning()
    k: int = 10
    _owner: NDArray[np.int64] = PrivateAttr()
    _asked_owner: NDArray[np.int64] = PrivateAttr()
    _has_asked: NDArray[np.bool_] = PrivateAttr()
    _mentions: Scores = PrivateAttr()
    _elements: Scores = PrivateAttr()
    _sentences: tuple[tuple[Passage, Sentence], ...] = PrivateAttr()
    _places: dict[tuple[str, int], tuple[Passage, Sentence]] = PrivateAttr()

    def model_post_init(self, context: object) -> None:
        """Numbers the sentences."""
        counts = [len(passage.sentences) for passage in self.snapshot.passages]
        self._owner = np.repeat(np.arange(len(counts)), counts)
        self._sentences = tuple((passage, sentence) for passage in self.snapshot.passages for sentence in passage.sentences)
        self._places = {(passage.document_id, sentence.start): (passage, sentence) for passage, sentence in self._sentences}
        wordings = np.array([len(sentence.asked) for _, sentence in self._sentences], dtype=np.int64)
        self._asked_owner = np.repeat(np.arange(len(wordings)), wordings)
        self._has_asked = wordings > 0
        self._elements = np.array(
            [p.section[-1].startswith(ELEMENTS) and not p.is_mention for p in self.snapshot.passages], dtype=np.float64
        )
        self._mentions = np.array([passage.is_mention for passage in self.snapshot.passages], dtype=np.float64)

    @property
    def sentences(self) -> tuple[tuple[Passage, Sentence], ...]:
        """Every sentence of the snapshot with its passage, in the order of the scores."""
        return self._sentences

    def place(self, document_id: str, start: int) -> tuple[Passage, Sentence]:
        """The sentence that begins at `start` in a document, with its passage."""
        return self._places[document_id, start]

    @property
    def is_dense(self) -> bool:
        """Do vectors take part, or only words?"""
        return self.engine is not None and self.snapshot.store is not None

    def find(self, asked: Understood, allowed: NDArray[np.bool_] | None = None) -> Found:
        """Passages and scores for a question; `allowed` limits the passages."""
        lexical = self._lexical(self.snapshot.lexical, asked)
        passages: list[tuple[float, Scores]] = []
        sentences: list[tuple[float, Scores]] = []
        off = self.tuning.off
        has_asked = np.zeros_like(self._has_asked) if "other words" in off else self._has_asked
        if "lexical" not in off:
            own = _standard(self._lexical(self.snapshot.sentence_lexical, asked))
            of_asked = _standard(self._lexical(self.snapshot.asked_lexical, asked))
            passages += [(OF_WORDS, lexical)]
            sentences += [(OWN_WORDS, own), (ASKED_WORDS, np.where(has_asked, of_asked, own))]
        similarities = asked_similarities = np.zeros(0)
        dense_rank: dict[str, int] = {}
        if self.engine is not None and self.snapshot.store is not None and self.snapshot.vectors is not None:
            vector = np.asarray(self.engine.embed_query(asked.text), dtype=np.float32)
            nearest = self.snapshot.store.nearest(vector.tolist(), POOL)
            dense_rank = {name: at for at, (name, _) in enumerate(nearest, start=1)}
            by_id = dict(nearest)
            floor = min(by_id.values())
            dense = np.array([by_id.get(passage.id, floor) for passage in self.snapshot.passages])
            similarities = np.asarray(self.snapshot.vectors.sentences @ vector, dtype=np.float64)
            of_each = np.asarray(self.snapshot.vectors.asked @ vector, dtype=np.float64)
            highest, few = self._of_asked(of_each)
            asked_similarities = np.where(self._has_asked, highest, similarities)
            own = _standard(similarities)
            passages += [(OF_MEANING, dense)]
            sentences += [
                (OWN_MEANING, own),
                (NEAREST, np.where(has_asked, _standard(highest), own)),
                (NEAREST_FEW, np.where(has_asked, _standard(few), own)),
            ]
        of_sentences = [] if "sentences" in off else [(weight, self._highest(values)) for weight, values in sentences]
        fused = _fused([*passages, *of_sentences]) * PASSAGE_SCALE
        sentence_scores = _fused(sentences) * SENTENCE_SCALE
        fitting = np.zeros(len(fused)) if "kind and region" in off else self._fitting(asked)
        fused = fused + fitting
        if allowed is not None:
            fused = np.where(allowed, fused, -np.inf)
        reranked = self._rerank(asked.text, fused) if self.reranker is not None and "reranker" not in off else {}
        order = [int(at) for at in np.argsort(-fused, kind="stable")[: self.k] if np.isfinite(fused[at])]
        lexical_rank = {int(at): rank for rank, at in enumerate(np.argsort(-lexical, kind="stable"), start=1)}
        hits = tuple(
            Hit(
                self.snapshot.passages[at],
                round(float(fused[at]), 4),
                lexical_rank[at],
                dense_rank.get(self.snapshot.passages[at].id),
                reranked.get(at),
            )
            for at in order
        )
        return Found(hits, sentence_scores, similarities, asked_similarities, fused - fitting)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.find(self.reader.read(query))
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "document": hit.passage.document_id,
                    "section": list(hit.passage.section),
                    "page": hit.passage.page,
                    "score": hit.score,
                },
            )
            for hit in found.hits
        ]

    def _lexical(self, index: LexicalIndex, asked: Understood) -> Scores:
        off = self.tuning.off

        def scores(text: str) -> Scores:
            analysed = self.reader.analyser.analyse(text)
            return index.scores(replace(analysed, pieces=()) if "pieces" in off else analysed).astype(np.float64)

        total = scores(asked.focus)
        if asked.context:
            total = total + CONTEXT_WEIGHT * scores(asked.context)
        if asked.synonyms and "synonyms" not in off:
            total = total + SYNONYM_WEIGHT * scores(" ".join(asked.synonyms))
        if asked.translations and "english words" not in off:
            total = total + TRANSLATION_WEIGHT * scores(" ".join(asked.translations))
        return total

    def _rerank(self, question: str, fused: Scores) -> dict[int, int]:
        """Puts the best passages of `fused` in the order of both judgements, in place; returns the reranker's own ranks.

        The passages trade the scores they had, so that what a score is worth stays the same.
        """
        best = [int(at) for at in np.argsort(-fused, kind="stable")[:RERANKED] if np.isfinite(fused[at])]
        if self.reranker is None or not best:
            return {}
        given = np.array(self.reranker.scores(question, [self.snapshot.passages[at].searched for at in best]), dtype=np.float64)
        both = _standard(fused[best]) + _standard(given)
        fused[[best[at] for at in np.argsort(-both, kind="stable")]] = np.sort(fused[best])[::-1]
        return {best[int(at)]: rank for rank, at in enumerate(np.argsort(-given, kind="stable"), start=1)}

    def _fitting(self, asked: Understood) -> Scores:
        """Points for each passage: is it of the kind and of a region that is asked for?"""
        points = (0.0 if asked.intent in ("story", "stories", "regions") else LINE_OF_A_LIST) * self._mentions
        if asked.intent == "elements":
            points = points + OF_ELEMENTS * self._elements
        if asked.regions:
            regions = set(asked.regions)
            points = points + OF_REGION * np.array([not regions.isdisjoint(p.regions) for p in self.snapshot.passages], dtype=np.float64)
        return points

    def _of_asked(self, values: Scores) -> tuple[Scores, Scores]:
        """For each sentence the highest value of its other words, and the mean of the highest few; one without has the lowest there is.

        Such a sentence goes by its own score instead, in the same measure, so that it is at no disadvantage.
        """
        lowest = float(values.min()) if len(values) else 0.0
        highest, total, taken = (np.zeros(len(self._has_asked)) for _ in range(3))
        highest[:] = lowest
        np.maximum.at(highest, self._asked_owner, values)
        order = np.lexsort((-values, self._asked_owner))
        owners = self._asked_owner[order]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.zeros(0, dtype=np.int64)
        place = np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))
        best = order[place < FEW]
        np.add.at(total, self._asked_owner[best], values[best])
        np.add.at(taken, self._asked_owner[best], 1.0)
        return highest, np.where(taken > 0, total / np.maximum(taken, 1.0), lowest)

    def _highest(self, sentence_values: Scores) -> Scores:
        """For each passage the highest value of its sentences."""
        highest = np.full(len(self.snapshot.passages), -np.inf)
        np.maximum.at(highest, self._owner, sentence_values)
        return highest


def _fused(weighted: list[tuple[float, Scores]]) -> Scores:
    """The weighted mean of standard scores."""
    total: Scores = np.sum([weight * _standard(values) for weight, values in weighted], axis=0)
    return total / sum(weight for weight, _ in weighted)


def _standard(values: Scores) -> Scores:
    """Standard scores against the best `POOL` values."""
    pool = np.sort(values)[::-1][:POOL]
    spread = float(pool.std())
    standard: Scores = (values - pool.mean()) / (spread if spread > 1e-9 else 1.0)
    return standard
