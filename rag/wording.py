"""What a question wants of the catalogue by its wording: told from examples, with the themes and places that it names left out.

Rules on words know the wordings that their writer thought of; people find others. So a logistic regression over examples
(`data/language/lijstvragen.csv`) decides: over the wording's vector and over its words, pairs of words and pieces of words.
`python -m evals.wording` fits it.
"""

import hashlib
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.dutch import fold
from praktijkbaken.errors import SourceError
from rag.listing import asks_count, listed, listed_whole, tokens

Wanted = Literal["stories", "stories_count", "regions", "regions_count", "themes", "themes_count", "other"]
EXAMPLES, WEIGHTS = "lijstvragen.csv", "lijstvragen.npz"
# How a theme and a place stand in an example and in a question.
THEME, PLACE = " dit thema ", " deze regio "
# Words and pieces fall into so many columns; two that share one add up.
COLUMNS = 4096
PIECES = (3, 4)
# The words' columns beside the vector's, which has length one; and what a rule on words says beside both.
SCALE = 2.5
RULE = 1.5
_RULED = ("stories", "regions", "themes")
# So sure that the words alone decide, without a vector.
SURE = 0.97


@dataclass(frozen=True)
class Model:
    """A regression: its classes, a row of weights for each, and their biases."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    def chances(self, columns: NDArray[np.float32]) -> dict[str, float]:
        """The chance of each class; `columns` is one row."""
        scores = self.weights @ columns + self.biases
        scores = np.exp(scores - scores.max())
        return dict(zip(self.classes, (scores / scores.sum()).tolist(), strict=True))


class Wordings:
    """Tells what a wording wants. `engine` gives vectors of the model that `by_vector` was fitted on; without it words decide."""

    def __init__(self, by_words: Model, by_vector: Model, centre: NDArray[np.float32], idf: NDArray[np.float32], engine: Embeddings | None):
        self._by_words, self._by_vector, self._centre, self._idf, self._engine = by_words, by_vector, centre, idf, engine

    def chances(self, wording: str) -> dict[str, float]:
        """The chance of each kind of wish; `wording` with its themes and places left out (`THEME`, `PLACE`)."""
        of_words = word_columns(wording, self._idf)
        told = self._by_words.chances(of_words)
        if self._engine is None or max(told.values()) >= SURE:
            return told
        return self._by_vector.chances(np.concatenate([vector_columns(self._engine.embed_query(plain(wording)), self._centre), of_words]))


def plain(wording: str) -> str:
    """A wording as it is compared: folded, without signs, the words that ask for a list in their right spelling."""
    return " ".join(tokens(fold(wording)))


def ruled(wording: str) -> NDArray[np.float32]:
    """What the rules of `rag.listing` say of a wording, as columns."""
    folded = fold(wording)
    kinds = (listed(folded, limited=False), listed(folded, limited=True), listed_whole(folded))
    said = [float(kind == one) for kind in kinds for one in _RULED]
    return np.array([*said, float(asks_count(folded))], np.float32) * np.float32(RULE)


def hashed(wording: str) -> NDArray[np.float32]:
    """How often each word, pair of words and piece of a word stands in a wording, `COLUMNS` numbers, large ones made smaller."""
    told = plain(wording).split()
    parts = [*told, *(" ".join(pair) for pair in pairwise(told))]
    for token in (f"<{token}>" for token in told):
        parts += [token[at : at + size] for size in PIECES for at in range(len(token) - size + 1)]
    columns = np.zeros(COLUMNS, np.float32)
    for part in parts:
        columns[zlib.crc32(part.encode()) % COLUMNS] += 1
    return np.sqrt(columns)


def word_columns(wording: str, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """The words of a wording as columns, each by how rare it is (`idf`), of length `SCALE` together; and what the rules say."""
    columns = hashed(wording) * idf
    return np.concatenate([columns * np.float32(SCALE / max(float(np.linalg.norm(columns)), 1e-9)), ruled(wording)])


def vector_columns(vector: list[float], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """A vector as columns: what it differs from the examples' mean, of length one."""
    columns = np.asarray(vector, np.float32) - centre
    return columns / np.float32(max(float(np.linalg.norm(columns)), 1e-9))


def fingerprint(folder: Path) -> str:
    """A fingerprint of the examples in `folder`: weights fitted on others are refused by a test."""
    return hashlib.sha256((folder / EXAMPLES).read_bytes()).hexdigest()


def read_wordings(folder: Path, engine: Embeddings | None) -> Wordings:
    """The wordings as fitted. Raises `SourceError` when the weights are missing or cut off."""
    file = folder / WEIGHTS
    try:
        with np.load(file, allow_pickle=False) as kept:
            classes = tuple(str(name) for name in kept["classes"])
            arrays = {name: kept[name].astype(np.float32) for name in kept.files if name not in ("classes", "examples")}
        return Wordings(
            Model(classes, arrays["words"], arrays["words_bias"]),
            Model(classes, arrays["vector"], arrays["vector_bias"]),
            arrays["centre"],
            arrays["idf"],
            engine,
        )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SourceError(f"{file} is niet te lezen ({error}). Zet het terug met: git checkout -- data") from None
