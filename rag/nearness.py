"""What was learnt from questions with and without an answer, held against a new one: is it nearer to what the sources answer than to what
they do not, and does this sentence answer it?"""

from collections.abc import Sequence

import numpy as np

from index.snapshot import Snapshot
from index.vectors import Vector

# One near by accident is no wonder, three are.
FEW = 3


def nearer_to_answers(snapshot: Snapshot, question: Vector) -> float | None:
    """The mean cosine of `question` with the nearest few other words for sentences, less that with the nearest few questions that the
    sources do not answer. None where the snapshot has no adapter, or no such questions."""
    learnt, vectors = snapshot.learnt, snapshot.vectors
    if learnt is None or vectors is None or min(len(vectors.asked), len(vectors.beyond)) < FEW:
        return None
    answers = learnt.adapter.nearness(question, vectors.asked, learnt.asked)
    beyond = learnt.adapter.nearness(question, vectors.beyond, learnt.beyond)
    return _few(answers) - _few(beyond)


def answered_by(snapshot: Snapshot, question: Vector, at: Sequence[int]) -> Vector | None:
    """How likely each of these sentences, by their place among all, answers `question`, in log-odds. None where the snapshot holds nothing
    learnt of it."""
    if snapshot.learnt is None or snapshot.learnt.answerable is None or snapshot.vectors is None:
        return None
    return snapshot.learnt.answerable.scores(question, snapshot.vectors.sentences[list(at)])


def _few(values: Vector) -> float:
    return float(np.partition(values, -FEW)[-FEW:].mean())
