"""An optional second look at the best passages: a cross-encoder reads question and passage together. Off unless a setting names one."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from praktijkbaken.errors import RerankError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# So many passages are read again: beyond them the passage that answers was hardly ever found (`docs/retrieval.md`).
RERANKED = 20


@runtime_checkable
class Reranker(Protocol):
    """Scores passages for a question: higher is better, of any size."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text, in the same order."""


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder, by name or folder. Imports torch on first use."""

    def __init__(self, model: str) -> None:
        self._name = model

    @cached_property
    def _model(self) -> "CrossEncoder":
        try:
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(self._name)
        except ImportError as error:
            raise RerankError(f"sentence-transformers is niet te gebruiken ({error}). Installeer het opnieuw.") from None
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RerankError(
                f"De herordenaar {self._name!r} is niet te laden ({reason}). Controleer PRAKTIJKBAKEN_RERANKER, of haal die weg."
            ) from None
        return model

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text. Raises `RerankError` when the model cannot be loaded or gives more than one score a pair."""
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        if scores.ndim != 1:
            raise RerankError(
                f"De herordenaar {self._name!r} geeft {scores.shape[-1]} cijfers per passage in plaats van één. Kies een ander model."
            )
        return [float(score) for score in scores]


def reranker_for(model: str | None) -> Reranker | None:
    """The reranker that the setting names; None without one."""
    return CrossEncoderReranker(model) if model else None
