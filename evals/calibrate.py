"""Fits how far the sources hold a question (`rag.support.Calibration`) on the development cases: `python -m evals.calibrate`.

Left out: what a slot decides (a year, number or person that is asked for and absent), questions for a story, which its title answers,
and what is no question at all.
"""

from collections.abc import Sequence

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from evals.cases import Case, read_cases
from index.build import open_index
from index.embedding import embeddings_for
from praktijkbaken.settings import load_settings
from rag.assistant import Assistant, Question
from rag.support import BY_WORDS, WITH_DEFAULT_MODEL, Calibration, Signals

SLOTS = {"year", "amount", "date", "person"}
NOT_A_QUESTION = {"empty", "instruction", "too_long"}
FOLDS = 10


def collect(assistant: Assistant, cases: Sequence[Case]) -> list[tuple[Signals, bool]]:
    """The signals of each case that they decide, and whether the sources hold it."""
    found = []
    for case in cases:
        question = Question(case.question, case.history or (), id=case.id)
        answer = assistant.invoke(question)
        trace = assistant.trace(question)
        decided = answer.reason in NOT_A_QUESTION or (case.must_abstain and {m.what for m in answer.missing} & SLOTS)
        if trace is not None and not decided and case.kind != "story":
            found.append((trace.signals, not case.must_abstain))
    return found


def fit(rows: Sequence[tuple[Signals, bool]], names: Sequence[str]) -> tuple[Calibration, float]:
    """The calibration over the signals in `names`, and the area under the curve when each tenth is predicted from the others."""
    x: NDArray[np.float64] = np.array([[getattr(signals, name) for name in names] for signals, _ in rows])
    y = np.array([held for _, held in rows])
    centre, spread = x.mean(axis=0), x.std(axis=0)
    model = LogisticRegression(C=1.0)
    predicted = cross_val_predict(model, (x - centre) / spread, y, cv=FOLDS, method="predict_proba")[:, 1]
    model.fit((x - centre) / spread, y)
    weights = model.coef_[0] / spread
    named = {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}
    return Calibration(named, round(float(model.intercept_[0] - (weights * centre).sum()), 2)), float(roc_auc_score(y, predicted))


def main() -> None:
    """Prints the lines for `rag/support.py`."""
    settings = load_settings()
    assistant = Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))
    rows = collect(assistant, read_cases())
    typer.echo(f"{len(rows)} cases, {sum(not held for _, held in rows)} of them not in the sources")
    for known in (WITH_DEFAULT_MODEL, BY_WORDS):
        made, area = fit(rows, list(known.weights))
        typer.echo(f"{made}, area under the curve {area:.3f} ({FOLDS}-fold)")


if __name__ == "__main__":
    main()
