"""How much nearer a question is to what the sources answer than to what they do not, in the space that the adapter learnt."""

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


def _few(values: Vector) -> float:
    return float(np.partition(values, -FEW)[-FEW:].mean())
