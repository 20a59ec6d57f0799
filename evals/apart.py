"""Tells apart two questions that sound alike, one answered by the report and one not: `python -m evals.apart`, some three minutes.

`cases/apart.csv` has thousands of such pairs over all sentences of the report, written from the report alone and never looked at while
tuning: too many for a run of all cases, enough to see a difference of a few in a hundred. Every tenth is asked; `--every 1` asks them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import typer

from evals.cases import FOLDER
from evals.figures import Figure, area_under_curve, mean
from index.build import open_index
from index.documents import squash
from index.embedding import embeddings_for
from index.regions import rows
from praktijkbaken.settings import Settings, load_settings
from rag.assistant import Assistant, Question

FILE = FOLDER / "apart.csv"
EVERY = 10


@dataclass(frozen=True)
class Pair:
    """A sentence of the report, a question that it answers, and one that sounds like that and that nothing answers."""

    sentence: str
    answered: str
    unanswered: str


@dataclass(frozen=True)
class Told:
    """What became of a pair: was each half answered, with what confidence (0 to 1), and is the sentence quoted for the first half?"""

    answered: bool
    answered_other: bool
    confidence: float
    confidence_other: float
    quoted: bool


def read_apart(settings: Settings, every: int = EVERY) -> list[Pair]:
    """Every so many-th pair of the file, in the order of the report's sentences. Raises `SourceError` for a file that is no good."""
    sentence = {line["nr"]: line["zin"] for line in rows(settings.data / "catalogue" / "zinnen.csv", "nr", "zin")}
    lines = rows(FILE, "nr", "wel", "niet")[::every]
    return [Pair(sentence[line["nr"]], line["wel"], line["niet"]) for line in lines]


def tell(assistant: Assistant, pair: Pair) -> Told:
    """Asks both halves."""
    first, other = Question(pair.answered), Question(pair.unanswered)
    answer = assistant.invoke(first)
    return Told(
        answer.status == "answered",
        assistant.invoke(other).status == "answered",
        assistant.confidence(first),
        assistant.confidence(other),
        any(squash(pair.sentence) in squash(cited.quote) for cited in answer.citations),
    )


def figures(told: Sequence[Told]) -> dict[str, Figure]:
    """What is reported, each with its interval."""
    area = area_under_curve([c for t in told for c in (t.confidence, t.confidence_other)], [True, False] * len(told))
    return {
        "told apart": mean(float(t.answered and not t.answered_other) for t in told),
        "false answer": mean(float(t.answered_other) for t in told),
        "over-refusal": mean(float(not t.answered) for t in told),
        "answered half more confident": mean(float(t.confidence > t.confidence_other) for t in told),
        "its sentence quoted": mean(float(t.quoted) for t in told if t.answered),
        "confidence: area under the curve": Figure(area, 2 * len(told)),
    }


def main(every: int = EVERY) -> None:
    """Prints the figures."""
    settings = load_settings()
    assistant = Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))
    for name, figure in figures([tell(assistant, pair) for pair in read_apart(settings, every)]).items():
        typer.echo(f"{name:34}{figure}")


if __name__ == "__main__":
    typer.run(main)
