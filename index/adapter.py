"""A linear map that brings a question nearer to what answers it, and away from what only sounds like it.

The embedding model knows Dutch; what staff mean by "potje" or "baas" here, and which questions the sources leave open, it can learn:
from the other words for each sentence (`vragen.csv`), and from questions that nothing answers (`buitenvragen.csv`).
`python -m index.shipped --learn` learns it again, after a change of these or of the model.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.vectors import Vector

# Cosines are divided by this before they compete: small means that only the nearest count.
TEMPERATURE = 0.05
EPOCHS = 3
BATCH = 256
RATE = 3e-4
# How strongly the map is held to the identity, and what a question without an answer counts beside one with.
HELD = 1e-4
OF_BEYOND = 0.5
SEED = 20190612


@dataclass(frozen=True)
class Adapter:
    """The map: `matrix` (d × d), after taking off the centre of what is searched (`searched`, d) or of questions (`asked`, d)."""

    matrix: Vector
    searched: Vector
    asked: Vector

    def lengths(self, vectors: Vector) -> Vector:
        """The lengths of rows of what is searched, mapped: what `nearness` divides by, computed once."""
        return np.asarray(np.linalg.norm((vectors - self.searched) @ self.matrix, axis=1), dtype=np.float32)

    def nearness(self, question: Vector, vectors: Vector, lengths: Vector) -> Vector:
        """The cosine of a question with rows of what is searched, all mapped. Not the rows are mapped, but the question, twice."""
        mapped = (question - self.asked) @ self.matrix
        towards = self.matrix @ (mapped / max(float(np.linalg.norm(mapped)), 1e-9))
        return np.asarray((vectors @ towards - self.searched @ towards) / np.maximum(lengths, 1e-9), dtype=np.float32)

    def rows(self) -> Vector:
        """All of it as one array, d + 2 rows: the matrix, then the two centres."""
        return np.vstack([self.matrix, self.searched, self.asked]).astype(np.float32)

    @classmethod
    def of(cls, rows: Vector) -> "Adapter":
        """The map that `rows()` gave."""
        kept = np.asarray(rows, dtype=np.float32)
        return cls(kept[:-2], kept[-2], kept[-1])


def adapter_file(shipped: Path) -> Path:
    """Where the map of a model lies, beside its shipped vectors."""
    return shipped.with_name(f"{shipped.stem}-adapter.npy")


def read_adapter(file: Path) -> Adapter | None:
    """The map in `file`; None where there is none (another model) or it cannot be read: the assistant works without."""
    try:
        return Adapter.of(np.load(file, allow_pickle=False).astype(np.float32))
    except (OSError, ValueError):
        return None


def learn(asked: Vector, as_questions: Vector, owner: NDArray[np.int64], beyond: Vector, beyond_as_questions: Vector) -> Adapter:
    """The map under which each wording, embedded as a question, is nearer to the other wordings of its sentence than to any else.

    `asked` and `beyond` are embedded as texts (n × d), `as_questions` and `beyond_as_questions` the same as questions; `owner` numbers the
    sentence of each wording. A question that nothing answers (`beyond`) is to be nearer to its like than to any wording. Contrastive
    (InfoNCE, van den Oord et al. 2018) over all wordings at once, Adam, a fixed seed.
    """
    import torch
    from torch.nn.functional import normalize

    torch.manual_seed(SEED)
    texts, questions, open_texts, open_questions = (
        torch.tensor(np.array(rows, dtype=np.float32)) for rows in (asked, as_questions, beyond, beyond_as_questions)
    )
    of = torch.tensor(np.array(owner))
    centre, centre_of_questions = torch.cat([texts, open_texts]).mean(0), torch.cat([questions, open_questions]).mean(0)
    size = texts.shape[1]
    matrix, shift, shift_of_questions = (
        torch.eye(size).requires_grad_(),
        torch.zeros(size, requires_grad=True),
        torch.zeros(size, requires_grad=True),
    )
    optimiser = torch.optim.Adam([matrix, shift, shift_of_questions], lr=RATE)

    def mapped(rows: torch.Tensor) -> torch.Tensor:
        return normalize((rows - centre - shift) @ matrix, dim=1)

    def mapped_questions(rows: torch.Tensor) -> torch.Tensor:
        return normalize((rows - centre_of_questions - shift_of_questions) @ matrix, dim=1)

    def nearness(rows: torch.Tensor, to: torch.Tensor, but: torch.Tensor | None = None) -> torch.Tensor:
        found = mapped_questions(rows) @ to.T / TEMPERATURE
        return found if but is None else found.scatter(1, but[:, None], -torch.inf)

    for _ in range(EPOCHS):
        order = torch.randperm(len(texts) + len(open_texts))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            held, left = batch[batch < len(texts)], batch[batch >= len(texts)] - len(texts)
            to, to_open = mapped(texts), mapped(open_texts)
            near = nearness(questions[held], to, but=held)
            of_same = near.masked_fill(of[held][:, None] != of[None, :], -1e9)
            all_of_them = torch.cat([near, nearness(questions[held], to_open)], dim=1)
            loss = (torch.logsumexp(all_of_them, 1) - torch.logsumexp(of_same, 1)).mean()
            if len(left):
                alike = nearness(open_questions[left], to_open, but=left)
                everything = torch.cat([alike, nearness(open_questions[left], to)], dim=1)
                loss = loss + OF_BEYOND * (torch.logsumexp(everything, 1) - torch.logsumexp(alike, 1)).mean()
            loss = loss + HELD * ((matrix - torch.eye(size)) ** 2).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
            optimiser.step()
    return Adapter(matrix.detach().numpy(), (centre + shift.detach()).numpy(), (centre_of_questions + shift_of_questions.detach()).numpy())
