"""Fits what each kind of score weighs in retrieval (`rag.retrieval.WEIGHTS`) on the development cases: `python -m evals.weights`.

A softmax over the passages of each question, whose chance for the passages with a gold quote is made as large as it can be, with
weights that are not negative. The figures are for questions that took no part in the fit (`FOLDS` parts in turn).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.cases import read_cases
from evals.matching import holds
from index.build import open_index
from index.documents import squash
from index.embedding import embeddings_for
from praktijkbaken.settings import load_settings
from rag.assistant import Assistant, Question
from rag.retrieval import PASSAGE_SCALE, WEIGHTS, is_for_stories

FOLDS = 5
SEED = 20190612
# How strongly large weights are held back.
RIDGE = 1e-3


class Row(NamedTuple):
    """A question: one row of scores a passage, one column a kind of score, and which passages hold a gold quote."""

    scores: NDArray[np.float64]
    gold: NDArray[np.int64]


def collect(assistant: Assistant) -> list[Row]:
    """The rows of the development cases that have a gold quote."""
    passages = assistant.snapshot.passages
    texts = [squash(passage.text) for passage in passages]
    lines = np.array([float(passage.is_mention) for passage in passages])
    rows = []
    for case in read_cases():
        quotes = [squash(one.quote) for one in case.gold_quotes]
        gold = [at for at, text in enumerate(texts) if any(holds(text, quote) for quote in quotes)]
        trace = assistant.trace(Question(case.question, case.history or (), id=case.id)) if gold else None
        if trace is not None:
            parts = assistant.retriever.parts(trace.asked).passages
            regions = set(trace.asked.regions)
            of_region = np.array([float(not regions.isdisjoint(passage.regions)) for passage in passages])
            columns = [parts[kind] for kind in WEIGHTS] + [lines * (0.0 if is_for_stories(trace.asked) else -1.0), of_region]
            rows.append(Row(np.stack(columns, axis=1), np.array(gold)))
    return rows


def fit(rows: Sequence[Row]) -> NDArray[np.float64]:
    """The weights, one a column."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for row in rows:
            odds = np.exp((scores := row.scores @ weights) - scores.max())
            chances, of_gold = odds / odds.sum(), odds[row.gold].sum()
            wanted = np.zeros_like(chances)
            wanted[row.gold] = odds[row.gold] / of_gold
            total -= float(np.log(of_gold / odds.sum()))
            gradient += row.scores.T @ (chances - wanted)
        return total / len(rows) + RIDGE * float(weights @ weights), gradient / len(rows) + 2 * RIDGE * weights

    columns = rows[0].scores.shape[1]
    return np.asarray(minimize(loss, np.full(columns, 0.5), jac=True, method="L-BFGS-B", bounds=[(0, None)] * columns).x)


def gold_in_first(rows: Sequence[Row], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row whether gold comes first, and in the first five."""
    found = []
    for row in rows:
        order = np.argsort(-(row.scores @ weights), kind="stable")
        found.append([bool(set(order[:k].tolist()) & set(row.gold.tolist())) for k in (1, 5)])
    return np.array(found, dtype=np.float64)


def main() -> None:
    """Prints the lines for `rag/retrieval.py`."""
    settings = load_settings()
    rows = collect(Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model)))
    part = np.random.default_rng(SEED).integers(0, FOLDS, len(rows))
    left_out = []
    for fold in range(FOLDS):
        weights = fit([row for row, at in zip(rows, part, strict=True) if at != fold])
        left_out.append(gold_in_first([row for row, at in zip(rows, part, strict=True) if at == fold], weights))
    first, in_five = np.concatenate(left_out).mean(axis=0)
    typer.echo(f"{len(rows)} questions; left out of the fit: gold first {first:.3f}, in the first five {in_five:.3f}")
    weights = fit(rows)
    for kind, weight in zip(WEIGHTS, weights, strict=False):
        typer.echo(f'    "{kind}": {weight:.2f},')
    points = PASSAGE_SCALE / weights[: len(WEIGHTS)].sum()
    typer.echo(f"LINE_OF_A_LIST = {-weights[-2] * points:.1f}\nOF_REGION = {weights[-1] * points:.1f}")


if __name__ == "__main__":
    main()
