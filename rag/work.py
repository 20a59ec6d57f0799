"""One question on its way to an answer: what is known of it so far, and, for who tunes, what was found."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answer import Filter
from rag.conversation import Question
from rag.evidence import Evidence
from rag.question import Understood
from rag.retrieval import Found
from rag.support import Signals

if TYPE_CHECKING:
    from rag.writer import Record


@dataclass(frozen=True)
class Trace:
    """The way of one question: as understood, its limits, what was found, evidence best first, the verdict's signals."""

    asked: Understood
    filters: tuple[Filter, ...]
    found: Found
    evidence: tuple[Evidence, ...]
    signals: Signals
    confidence: float


@dataclass
class Work:
    """One question on its way: what was asked (without personal data), as understood, and the time it took."""

    question: Question
    asked: str
    text: str
    removed: tuple[str, ...]
    instructed: bool
    started: float
    ambiguous: tuple[tuple[str, str], ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()
    model: str | None = None
    record: "Record | None" = None
    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, step: str) -> None:
        """Notes the seconds that `step` took, since the step before; for "total", since the start."""
        spent = time.perf_counter() - self.started
        since = spent - sum(self.seconds.values())
        self.seconds[step] = round(spent if step == "total" else self.seconds.get(step, 0.0) + since, 4)
