"""Hybrid retrieval: scores by words and by meaning, of passages and of their sentences, weighed and added up to one ranking.

What each part adds is measured in `docs/retrieval.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict, PrivateAttr

from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from index.vectors import Vector
from rag.nearness import answered_by, nearer_to_answers
from rag.question import Reader, Understood
from rag.rerank import RERANKED, Reranker
from rag.scores import Kind, Part, Parts, Scorer, Scores, standard

# What each kind of score weighs, fitted on the development cases by `python -m evals.weights`, which prints these lines.
WEIGHTS: dict[Kind, float] = {
    "words": 0.20,
    "meaning": 0.16,
    "asked words": 0.91,
    "own meaning": 0.13,
    "nearest": 0.03,
    "nearest few": 0.78,
}
# Points for a passage of the kind that is asked for, fitted with the weights. A story's line in a list repeats the theme's words and says
# nothing about them: it goes below running text, unless stories are asked for. The "werkzame elementen" go above where those are.
LINE_OF_A_LIST = -5.7
OF_REGION = 1.9
OF_ELEMENTS = 4.0
ELEMENTS = "Werkzame elementen"
# What the best few passages say together: their theme is likely to be the one asked about, and their section even more. Measured on 550
# questions: first 0.858 -> 0.865, nDCG@10 0.889 -> 0.895, shared by a Dutch and an English twin 0.54 -> 0.59.
OF_THEME = 3.0
OF_SECTION = 1.5
LEADING = 3
# How fast a leading passage counts for less, the further it stands below the best: by e for half a point.
LEAD = 2.0
# Points that the parts of a score are worth together: the weights elsewhere are in the same points.
PASSAGE_SCALE = 4.0
SENTENCE_SCALE = 2.0


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
    `nearer` tells how much nearer the question is to what the sources answer than to what they do not (`rag.nearness`). `vector` is the
    question's own.
    """

    hits: tuple[Hit, ...]
    sentence_scores: Scores
    similarities: Scores
    asked_similarities: Scores
    passage_scores: Scores = field(default_factory=lambda: np.zeros(0))
    nearer: float | None = None
    vector: Vector | None = None


class HybridRetriever(BaseRetriever):
    """The passages of one snapshot for a question, as a LangChain retriever; `find` gives the scores too."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    snapshot: Snapshot
    reader: Reader
    engine: Embeddings | None = None
    reranker: Reranker | None = None
    tuning: Tuning = Tuning()
    k: int = 10
    _scorer: Scorer = PrivateAttr()
    _mentions: Scores = PrivateAttr()
    _elements: Scores = PrivateAttr()
    _themes: NDArray[np.intp] = PrivateAttr()
    _sections: NDArray[np.intp] = PrivateAttr()
    _at: dict[tuple[str, int], int] = PrivateAttr()

    def model_post_init(self, context: object) -> None:
        """Makes the scorer, and notes what passages are."""
        self._scorer = Scorer(self.snapshot, self.reader, self.engine, self.tuning.off)
        self._at = {(passage.document_id, sentence.start): at for at, (passage, sentence) in enumerate(self._scorer.sentences)}
        self._elements = np.array(
            [p.section[-1].startswith(ELEMENTS) and not p.is_mention for p in self.snapshot.passages], dtype=np.float64
        )
        passages = self.snapshot.passages
        self._themes = np.unique([passage.theme for passage in passages], return_inverse=True)[1]
        self._sections = np.unique(["\n".join((p.document_id, *p.section)) for p in passages], return_inverse=True)[1]
        self._mentions = np.array([passage.is_mention for passage in self.snapshot.passages], dtype=np.float64)

    @property
    def sentences(self) -> tuple[tuple[Passage, Sentence], ...]:
        """Every sentence of the snapshot with its passage, in the order of the scores."""
        return self._scorer.sentences

    def place(self, document_id: str, start: int) -> tuple[Passage, Sentence]:
        """The sentence that begins at `start` in a document, with its passage."""
        return self._scorer.sentences[self.at(document_id, start)]

    @property
    def is_dense(self) -> bool:
        """Do vectors take part, or only words?"""
        return self._scorer.is_dense

    def at(self, document_id: str, start: int) -> int:
        """The place among all sentences of the one that begins at `start` in a document."""
        return self._at[document_id, start]

    def answered_by(self, found: Found, at: Sequence[int]) -> Vector | None:
        """How likely each of these sentences, by their place among all, answers the question, in log-odds; None where nothing learnt tells
        it."""
        return None if found.vector is None else answered_by(self.snapshot, found.vector, at)

    def parts(self, asked: Understood) -> Parts:
        """The scores of a question before they are weighed, for who fits the weights."""
        return self._scorer.parts(asked)

    def find(self, asked: Understood, allowed: NDArray[np.bool_] | None = None) -> Found:
        """Passages and scores for a question; `allowed` limits the passages."""
        parts = self._scorer.parts(asked)
        fitting = np.zeros(len(self.snapshot.passages)) if "kind and region" in self.tuning.off else self._fitting(asked)
        fused = _fused(parts.passages) * PASSAGE_SCALE + fitting
        if allowed is not None:
            fused = np.where(allowed, fused, -np.inf)
        if "theme and section" not in self.tuning.off:
            fused = fused + self._around(fused)
        reranked = self._rerank(asked.text, fused) if self.reranker is not None and "reranker" not in self.tuning.off else {}
        order = [int(at) for at in np.argsort(-fused, kind="stable")[: self.k] if np.isfinite(fused[at])]
        lexical_rank = {int(at): rank for rank, at in enumerate(np.argsort(-parts.lexical, kind="stable"), start=1)}
        hits = tuple(
            Hit(
                self.snapshot.passages[at],
                round(float(fused[at]), 4),
                lexical_rank[at],
                parts.dense_rank.get(self.snapshot.passages[at].id),
                reranked.get(at),
            )
            for at in order
        )
        return Found(
            hits,
            _fused(parts.sentences) * SENTENCE_SCALE,
            parts.similarities,
            parts.asked_similarities,
            fused - fitting,
            None if parts.vector is None else nearer_to_answers(self.snapshot, parts.vector),
            parts.vector,
        )

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

    def _rerank(self, question: str, fused: Scores) -> dict[int, int]:
        """Puts the best passages of `fused` in the order of both judgements, in place; returns the reranker's own ranks.

        The passages trade the scores they had, so that what a score is worth stays the same.
        """
        best = [int(at) for at in np.argsort(-fused, kind="stable")[:RERANKED] if np.isfinite(fused[at])]
        if self.reranker is None or not best:
            return {}
        given = np.array(self.reranker.scores(question, [self.snapshot.passages[at].searched for at in best]), dtype=np.float64)
        both = standard(fused[best]) + standard(given)
        fused[[best[at] for at in np.argsort(-both, kind="stable")]] = np.sort(fused[best])[::-1]
        return {best[int(at)]: rank for rank, at in enumerate(np.argsort(-given, kind="stable"), start=1)}

    def _around(self, fused: Scores) -> Scores:
        """Points for each passage of running text that stands in the theme, and in the section, of the passages that lead."""
        points = np.zeros(len(fused))
        for at in np.argsort(-fused, kind="stable")[:LEADING]:
            if np.isfinite(fused[at]):
                share = np.exp(LEAD * (fused[at] - fused.max()))
                points += share * (OF_THEME * (self._themes == self._themes[at]) + OF_SECTION * (self._sections == self._sections[at]))
        return points * (1 - self._mentions)

    def _fitting(self, asked: Understood) -> Scores:
        """Points for each passage: is it of the kind and of a region that is asked for?"""
        points = (0.0 if is_for_stories(asked) else LINE_OF_A_LIST) * self._mentions
        if asked.intent == "elements":
            points = points + OF_ELEMENTS * self._elements
        if asked.regions:
            regions = set(asked.regions)
            points = points + OF_REGION * np.array([not regions.isdisjoint(p.regions) for p in self.snapshot.passages], dtype=np.float64)
        return points


def is_for_stories(asked: Understood) -> bool:
    """Does the question ask which stories there are, or where to read one?"""
    return asked.intent in ("story", "stories", "regions")


def _fused(scores: Mapping[Kind, Scores]) -> Scores:
    """The weighted mean."""
    total: Scores = np.sum([WEIGHTS[kind] * values for kind, values in scores.items()], axis=0)
    return total / sum(WEIGHTS[kind] for kind in scores)
