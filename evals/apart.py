"""Asks pairs of questions that sound alike, one answered by the report and one not: `python -m evals.apart`, some four minutes.

`cases/apart.csv` has thousands of them over all sentences of the report: too many for a run of all cases, enough to see a difference
of a few in a hundred. Every tenth is asked; `--every 1` asks them all.
"""

from collections.abc import Iterator

import typer

from evals.cases import FOLDER, Case, GoldQuote
from evals.figures import Figure, mean
from evals.run import Run, across, run
from evals.systems import system
from index.documents import squash
from index.regions import rows
from praktijkbaken.settings import Settings, load_settings

FILE = FOLDER / "apart.csv"
EVERY = 10
OF_RUN = ("false answer", "over-refusal", "first quote right")
AREA = "confidence: area under the curve"


def read_apart(settings: Settings, every: int = EVERY) -> list[Case]:
    """The two cases of every so many-th pair, the answered one first, in the order of the report's sentences.

    Raises `SourceError` for a file that is no good.
    """
    sentences = {line["nr"]: squash(line["zin"]) for line in rows(settings.data / "catalogue" / "zinnen.csv", "nr", "zin")}
    cases = []
    for at, line in enumerate(rows(FILE, "nr", "wel", "niet")[::every]):
        held, other = f"apart-{at}-wel", f"apart-{at}-niet"
        gold = tuple(GoldQuote(quote=sentences[number], mark="vital") for number in line["nr"].split(";"))
        # none of these figures goes by the language
        cases.append(Case(id=held, question=line["wel"], lang="nl", kind="fact", gold_quotes=gold, pair=other))
        cases.append(
            Case(id=other, question=line["niet"], lang="nl", kind="unanswerable", must_abstain=True, unanswerable_class="near", pair=held)
        )
    return cases


def figures(one: Run) -> dict[str, Figure]:
    """What is reported of a run over pairs: of each half by itself, and of both together."""
    return {
        "told apart": mean(_told_apart(one)),
        "answered half more confident": mean(_more_confident(one)),
        **{name: one.figure(name) for name in OF_RUN},
        AREA: across(one)[AREA],
    }


def _told_apart(one: Run) -> Iterator[float]:
    wrong = ("over-refusal", "false answer")
    for held, other in zip(*(one.values(name)[at::2] for at, name in enumerate(wrong)), strict=True):
        yield float(held == 0 and other == 0)


def _more_confident(one: Run) -> Iterator[float]:
    for held, other in zip(one.scored[::2], one.scored[1::2], strict=True):
        yield float((held.confidence or 0.0) > (other.confidence or 0.0))


def main(every: int = EVERY) -> None:
    """Prints the figures."""
    settings = load_settings()
    for name, figure in figures(run(read_apart(settings, every), system("assistant", settings), "apart")).items():
        typer.echo(f"{name:34}{figure}")


if __name__ == "__main__":
    typer.run(main)
