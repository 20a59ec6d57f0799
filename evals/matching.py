"""How an answer is held against its case. Texts are compared on letters and digits (`squash`) where spacing and marks differ."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.cases import Case, Nugget
from index.documents import squash
from index.snapshot import Snapshot
from rag.answer import Answer

SHORTEST_PART = 25


@dataclass(frozen=True)
class Asked:
    """One case with its answer, and the snapshot that both are held against."""

    case: Case
    answer: Answer
    snapshot: Snapshot

    @property
    def answered(self) -> bool:
        """Did the assistant answer, right or wrong?"""
        return self.answer.status == "answered"


# What is measured of one answer. None is "not scored": the metric does not apply.
Metric = Callable[[Asked], float | None]


def holds(text: str, gold: str) -> bool:
    """Does `text` hold `gold`, or is it a good part of it? A gold quote may span two passages."""
    return gold in text or (len(text) > SHORTEST_PART and text in gold)


def visible_words(text: str) -> int:
    """Words a reader sees: link targets do not count."""
    return len(re.findall(r"\w[\w'’.,%-]*", re.sub(r"\]\([^)]*\)", "]", text)))


def plain_text(answer: Answer) -> str:
    """The answer's text in small letters, white space collapsed."""
    return " ".join(answer.text.lower().split())


def stated(asked: Asked, nuggets: Sequence[Nugget]) -> int:
    """How many of `nuggets` the answer states."""
    text = plain_text(asked.answer)
    return sum(any(word in text for word in nugget.any_of) for nugget in nuggets)


def stories_hit(asked: Asked) -> int:
    """How many of the expected stories (groups of equal names) the answer names or links."""
    offered = squash(asked.answer.text) + "|" + "|".join(f"{squash(s.title)}|{s.url}" for s in asked.answer.stories)
    return sum(any(name in offered or squash(name) in offered for name in group) for group in asked.case.story_groups)
