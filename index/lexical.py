"""The lexical half: BM25 (bm25s) over stems and over pieces, memory-mapped from the snapshot."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.dutch import Analysed, Analyser

# A piece says less than a stem: it is there for compounds and typing errors.
PIECE_WEIGHT = 0.5


class LexicalIndex:
    """BM25 scores of every text for a question. Texts are numbered as they were given."""

    def __init__(self, stems: bm25s.BM25, pieces: bm25s.BM25) -> None:
        self._stems, self._pieces = stems, pieces
        data, starts = np.asarray(stems.scores["data"]), np.asarray(stems.scores["indptr"])
        self._highest = [float(data[start:end].max(initial=0.0)) for start, end in pairwise(starts.tolist())]

    @classmethod
    def build(cls, folder: Path, texts: Sequence[str], analyser: Analyser) -> None:
        """Writes the index of `texts` into `folder`."""
        analysed = [analyser.analyse(text) for text in texts]
        for name, tokens in (("stems", [a.stems for a in analysed]), ("pieces", [a.pieces for a in analysed])):
            index = bm25s.BM25(method="lucene")
            # a text without words keeps its place, and bm25s refuses a collection without any
            index.index([list(t) or [""] for t in tokens], show_progress=False)
            index.save(folder / name, show_progress=False)

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The index in `folder`; raises `OSError` or `ValueError` when it is damaged."""
        return cls(*(bm25s.BM25.load(folder / name, mmap=True, load_corpus=False) for name in ("stems", "pieces")))

    def scores(self, analysed: Analysed) -> NDArray[np.float32]:
        """One score a text, 0 where nothing matches."""
        return _scores(self._stems, analysed.stems) + PIECE_WEIGHT * _scores(self._pieces, analysed.pieces)

    def knows(self, stem: str) -> bool:
        """Does any text hold this stem?"""
        return stem in self._stems.vocab_dict

    def idf(self, stem: str) -> float:
        """How telling a stem is: 0 when no text holds it."""
        token = self._stems.vocab_dict.get(stem)
        return 0.0 if token is None else self._highest[token]

    def highest_idf(self) -> float:
        """How telling the most telling stem is; 0 without any text."""
        return max(self._highest, default=0.0)


def _scores(index: bm25s.BM25, tokens: tuple[str, ...]) -> NDArray[np.float32]:
    known = [token for token in tokens if token in index.vocab_dict]
    size = int(index.scores["num_docs"])
    if not known:
        return np.zeros(size, dtype=np.float32)
    return np.asarray(index.get_scores(known), dtype=np.float32)
