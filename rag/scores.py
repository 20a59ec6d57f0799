"""Scores of passages and sentences for a question, each kind by a name of its own: what retrieval weighs and adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from index.vectors import Vector, one_blas_thread
from rag.question import CONTEXT_WEIGHT, Reader, Understood

Scores = NDArray[np.float64]
Part = Literal[
    "lexical", "pieces", "synonyms", "english words", "sentences", "other words", "kind and region", "theme and section", "reranker"
]
# A passage's own words and meaning; and of each sentence the other words that people have for it (`Sentence.asked`), its own meaning, and
# that of the nearest of its other words and of the nearest few: one near by accident is no wonder, three are.
Kind = Literal["words", "meaning", "asked words", "own meaning", "nearest", "nearest few"]
FEW = 3
SYNONYM_WEIGHT = 0.4
TRANSLATION_WEIGHT = 0.8
# Scores are compared within the best of each kind only, so that a long tail of zeros does not set the scale.
POOL = 60


@dataclass(frozen=True)
class Parts:
    """The scores of one question, one array a kind: standard scores within the best `POOL`.

    `passages` has an entry for each passage, also for the kinds of sentences (the highest of its own), `sentences` for each sentence.
    `similarities` and `asked_similarities` are the cosines with each sentence and with the nearest of its other words, empty without
    vectors; `lexical` and `dense_rank` tell how either half alone ranks the passages. `vector` is the question's own.
    """

    passages: Mapping[Kind, Scores]
    sentences: Mapping[Kind, Scores]
    similarities: Scores
    asked_similarities: Scores
    lexical: Scores
    dense_rank: Mapping[str, int]
    vector: Vector | None = None


class Scorer:
    """Scores the passages and sentences of one snapshot. `off` are parts that take no part, for who evaluates."""

    def __init__(self, snapshot: Snapshot, reader: Reader, engine: Embeddings | None, off: frozenset[Part]) -> None:
        one_blas_thread()
        self._snapshot, self._reader, self._engine, self._off = snapshot, reader, engine, off
        counts = [len(passage.sentences) for passage in snapshot.passages]
        self._owner = np.repeat(np.arange(len(counts)), counts)
        self.sentences: tuple[tuple[Passage, Sentence], ...] = tuple((p, sentence) for p in snapshot.passages for sentence in p.sentences)
        wordings = np.array([len(sentence.asked) for _, sentence in self.sentences], dtype=np.int64)
        self._is_asked = wordings > 0
        # a row a sentence: the numbers of its other words; where it has fewer than the most, the number after the last
        self._places = np.full((len(wordings), max(FEW, int(wordings.max(initial=0)))), wordings.sum())
        self._places[np.arange(self._places.shape[1]) < wordings[:, None]] = np.arange(wordings.sum())

    @property
    def is_dense(self) -> bool:
        """Do vectors take part, or only words?"""
        return self._engine is not None and self._snapshot.store is not None

    def parts(self, asked: Understood) -> Parts:
        """All the scores of a question. A sentence without other words goes by its own, in the same measure: that is no disadvantage."""
        snapshot = self._snapshot
        is_asked = np.zeros_like(self._is_asked) if "other words" in self._off else self._is_asked
        lexical = self._lexical(snapshot.lexical, asked)
        passages: dict[Kind, Scores] = {}
        sentences: dict[Kind, Scores] = {}
        if "lexical" not in self._off:
            own = standard(self._lexical(snapshot.sentence_lexical, asked))
            passages["words"] = standard(lexical)
            sentences["asked words"] = np.where(is_asked, standard(self._lexical(snapshot.asked_lexical, asked)), own)
        similarities = asked_similarities = np.zeros(0)
        dense_rank: dict[str, int] = {}
        vector: Vector | None = None
        if self._engine is not None and snapshot.store is not None and snapshot.vectors is not None:
            vector = np.asarray(self._engine.embed_query(asked.text), dtype=np.float32)
            nearest = dict(snapshot.store.nearest(vector.tolist(), POOL))
            dense_rank = {name: at for at, name in enumerate(nearest, start=1)}
            floor = min(nearest.values())
            passages["meaning"] = standard(np.array([nearest.get(passage.id, floor) for passage in snapshot.passages]))
            similarities = np.asarray(snapshot.vectors.sentences @ vector, dtype=np.float64)
            highest, few = self._of_asked(np.asarray(snapshot.vectors.asked @ vector, dtype=np.float64))
            asked_similarities = np.where(self._is_asked, highest, similarities)
            own = standard(similarities)
            sentences["own meaning"] = own
            sentences["nearest"] = np.where(is_asked, standard(highest), own)
            sentences["nearest few"] = np.where(is_asked, standard(few), own)
        if "sentences" not in self._off:
            passages |= {kind: standard(self._highest(values)) for kind, values in sentences.items()}
        return Parts(passages, sentences, similarities, asked_similarities, lexical, dense_rank, vector)

    def _lexical(self, index: LexicalIndex, asked: Understood) -> Scores:
        def scores(text: str) -> Scores:
            analysed = self._reader.analyser.analyse(text)
            return index.scores(replace(analysed, pieces=()) if "pieces" in self._off else analysed).astype(np.float64)

        total = scores(asked.focus)
        if asked.context:
            total = total + CONTEXT_WEIGHT * scores(asked.context)
        if asked.synonyms and "synonyms" not in self._off:
            total = total + SYNONYM_WEIGHT * scores(" ".join(asked.synonyms))
        if asked.translations and "english words" not in self._off:
            total = total + TRANSLATION_WEIGHT * scores(" ".join(asked.translations))
        return total

    def _of_asked(self, values: Scores) -> tuple[Scores, Scores]:
        """For each sentence the highest value of its other words, and the mean of the highest few; the lowest of all where it has none."""
        lowest = float(values.min(initial=0.0))
        table = np.append(values, lowest)[self._places]
        best = np.partition(table, -FEW, axis=1)[:, -FEW:]
        return best.max(axis=1), best.mean(axis=1)

    def _highest(self, of_sentences: Scores) -> Scores:
        """For each passage the highest value of its sentences."""
        highest = np.full(len(self._snapshot.passages), -np.inf)
        np.maximum.at(highest, self._owner, of_sentences)
        return highest


def standard(values: Scores) -> Scores:
    """Standard scores against the best `POOL` values."""
    pool = np.sort(values)[::-1][:POOL]
    spread = float(pool.std())
    result: Scores = (values - pool.mean()) / (spread if spread > 1e-9 else 1.0)
    return result
