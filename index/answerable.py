"""Does this sentence answer that question? A small network that reads their two vectors side by side.

Cosines tell what a question is about. Whether a sentence on that subject says who paid, or how long it took, they hardly tell: of the
questions that sound like a sentence (`buitenvragen.csv`) and those it answers (`vragen.csv`) both lie near. So it is learnt from both, each
beside its sentence. `python -m index.shipped --learn` learns it again.
"""

import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.vectors import Vector

# The length of a vector as the network reads it.
LENGTH = 5.0
MAPPED = 192
HIDDEN = 128
DROPPED = 0.3
EPOCHS = 6
BATCH = 512
RATE = 1.5e-3
DECAY = 0.05
# Beside each question that its sentence answers stands one of the nearest few others, which does not; and what that counts.
NEAREST = 10
OF_NEAREST = 0.5
# So far to either side sentences may answer it too.
AROUND = 2
SEED = 20190612
UNREADABLE = (OSError, ValueError, TypeError, EOFError, BadZipFile, zlib.error)


@dataclass(frozen=True)
class Answerable:
    """Questions (d) and sentences (d) are centred, brought to one length and mapped (d × h each); what they share and where they differ
    goes through one hidden layer (4h × k) to one figure."""

    question_centre: Vector
    sentence_centre: Vector
    of_question: Vector
    of_sentence: Vector
    hidden: Vector
    hidden_bias: Vector
    out: Vector
    out_bias: Vector

    def scores(self, question: Vector, sentences: Vector) -> Vector:
        """For each row of `sentences` (n × d) how likely it answers `question` (d), in log-odds (n)."""
        asked = _centred(question[None, :], self.question_centre) @ self.of_question
        said = _centred(sentences, self.sentence_centre) @ self.of_sentence
        both = np.concatenate([np.broadcast_to(asked, said.shape), said, asked * said, np.abs(asked - said)], axis=1)
        return np.asarray(np.maximum(both @ self.hidden + self.hidden_bias, 0.0) @ self.out + self.out_bias, dtype=np.float32)

    def write(self, file: Path) -> None:
        """Writes the network in half precision."""
        np.savez_compressed(file, **{name: rows.astype(np.float16) for name, rows in asdict(self).items()})

    @classmethod
    def open(cls, file: Path) -> "Answerable":
        """The network in `file`. Raises one of `UNREADABLE` where it cannot be read."""
        with np.load(file, allow_pickle=False) as stored:
            return cls(**{name: stored[name].astype(np.float32) for name in stored.files})


def answerable_file(shipped: Path) -> Path:
    """Where the network of a model lies, beside its shipped vectors."""
    return shipped.with_name(f"{shipped.stem}-answerable.npz")


def read_answerable(file: Path) -> Answerable | None:
    """The network in `file`; None where there is none (another model) or it cannot be read: the assistant works without."""
    try:
        return Answerable.open(file)
    except UNREADABLE:
        return None


def learn_answerable(
    questions: Vector,
    owner: NDArray[np.int64],
    beyond: Vector,
    near: NDArray[np.int64],
    sentences: Vector,
    unseen: NDArray[np.bool_] | None = None,
    epochs: int = EPOCHS,
) -> Answerable:
    """The network that tells `questions` (n × d), each beside the sentence that answers it (`owner`, n), from `beyond` (m × d), each beside
    the sentence it sounds like (`near`, m), and from the same questions beside other sentences, of which none is
    `unseen` (a mask of sentences). Cross-entropy, AdamW, a fixed seed."""
    import torch
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits

    rng = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    hidden_from = np.zeros(len(sentences), dtype=bool) if unseen is None else unseen
    centres = questions.mean(axis=0), sentences[~hidden_from].mean(axis=0)
    asked = torch.tensor(_centred(np.concatenate([questions, beyond]), centres[0]))
    said = torch.tensor(_centred(sentences, centres[1]))
    beside = np.concatenate([owner, near])
    answered = np.arange(len(beside)) < len(owner)
    size = questions.shape[1]
    of_question, of_sentence = nn.Linear(size, MAPPED, bias=False), nn.Linear(size, MAPPED, bias=False)
    hidden, out = nn.Linear(4 * MAPPED, HIDDEN), nn.Linear(HIDDEN, 1)
    drop = nn.Dropout(DROPPED)
    learnt = [parameter for layer in (of_question, of_sentence, hidden, out) for parameter in layer.parameters()]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)

    def others(at: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of these questions one of the sentences nearest to it that is not around its own."""
        alike = questions[at] @ sentences.T
        around = np.clip(owner[at][:, None] + np.arange(-AROUND, AROUND + 1), 0, len(sentences) - 1)
        np.put_along_axis(alike, around, -np.inf, axis=1)
        alike[:, hidden_from] = -np.inf
        few = min(NEAREST, int((~hidden_from).sum()))
        nearest = np.argpartition(alike, -few, axis=1)[:, -few:]
        return np.asarray(nearest[np.arange(len(at)), rng.integers(0, few, len(at))])

    for _ in range(epochs):
        order = rng.permutation(len(beside))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            again = batch[answered[batch]]
            rows, places = np.concatenate([batch, again]), np.concatenate([beside[batch], others(again)])
            wanted = torch.tensor(np.concatenate([answered[batch], np.zeros(len(again), dtype=bool)])).float()
            weight = torch.tensor(np.where(np.arange(len(rows)) < len(batch), 1.0, OF_NEAREST)).float()
            a, s = of_question(asked[rows]), of_sentence(said[places])
            both = torch.cat([a, s, a * s, (a - s).abs()], dim=1)
            given = out(drop(torch.relu(hidden(drop(both)))))[:, 0]
            loss = binary_cross_entropy_with_logits(given, wanted, weight=weight)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
            optimiser.step()

    def kept(tensor: torch.Tensor) -> Vector:
        return np.asarray(tensor.detach().numpy().T, dtype=np.float32)

    return Answerable(
        centres[0],
        centres[1],
        kept(of_question.weight),
        kept(of_sentence.weight),
        kept(hidden.weight),
        kept(hidden.bias),
        kept(out.weight)[:, 0],
        kept(out.bias),
    )


def _centred(rows: Vector, centre: Vector) -> Vector:
    """Rows less their centre, at one length."""
    moved = rows - centre
    return np.asarray(LENGTH * moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)
