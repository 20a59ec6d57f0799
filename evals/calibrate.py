"""Fits how far the sources hold a question (`rag.support.Calibration`) on the development cases: `python -m evals.calibrate`.

Left out: what a slot decides (a year, number or person that is asked for and absent), questions for a story, which its title answers,
and what is no question at all.

The other words for the report's sentences (`vragen.csv`) and the development cases come from the same hands, and people ask in words
of their own. So each case counts twice where the sources hold it: with the other words, and with an index that has none of them.
"""

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from evals.cases import Case, read_cases
from evals.golden import golden_check
from index.build import build_index, open_index
from index.embedding import embeddings_for
from praktijkbaken.settings import Settings, load_settings
from rag.assistant import Assistant, Question
from rag.support import BY_WORDS, WITH_DEFAULT_MODEL, Calibration, Signals

SLOTS = {"year", "amount", "date", "person"}
NOT_A_QUESTION = {"empty", "instruction", "too_long"}
FOLDS = 10


class Row(NamedTuple):
    """The signals of a case, and whether the sources hold it."""

    case: str
    signals: Signals
    held: bool


def collect(assistant: Assistant, cases: Sequence[Case]) -> list[Row]:
    """The signals of each case that they decide, and whether the sources hold it."""
    found = []
    for case in cases:
        question = Question(case.question, case.history or (), id=case.id)
        answer = assistant.invoke(question)
        trace = assistant.trace(question)
        decided = answer.reason in NOT_A_QUESTION or (case.must_abstain and {m.what for m in answer.missing} & SLOTS)
        if trace is not None and not decided and case.kind != "story":
            found.append(Row(case.id, trace.signals, not case.must_abstain))
    return found


def fit(rows: Sequence[Row], names: Sequence[str]) -> tuple[Calibration, float]:
    """The calibration over the signals in `names`, and the area under the curve when each fold is predicted from the others."""
    x: NDArray[np.float64] = np.array([[getattr(row.signals, name) for name in names] for row in rows])
    y = np.array([row.held for row in rows])
    centre, spread = x.mean(axis=0), x.std(axis=0)
    model = LogisticRegression(C=1.0)
    predicted = cross_val_predict(
        model, (x - centre) / spread, y, groups=[row.case for row in rows], cv=GroupKFold(FOLDS), method="predict_proba"
    )[:, 1]
    model.fit((x - centre) / spread, y)
    weights = model.coef_[0] / spread
    named = {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}
    return Calibration(named, round(float(model.intercept_[0] - (weights * centre).sum()), 2)), float(roc_auc_score(y, predicted))


def _assistant(settings: Settings) -> Assistant:
    return Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))


def _without_other_words(settings: Settings, folder: Path) -> Settings:
    """Settings with an index in `folder` of the same sources without the other words for their sentences."""
    shutil.copytree(settings.data, folder / "data")
    file = folder / "data" / "catalogue" / "vragen.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        heading = next(csv.reader(lines))
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerow(heading)
    made = settings.model_copy(update={"home": folder / "home", "data": folder / "data"})
    build_index(made, golden_check(made), lambda _step, _done, _total: None)
    return made


def main() -> None:
    """Prints the lines for `rag/support.py`."""
    settings, cases = load_settings(), read_cases()
    known_words = collect(_assistant(settings), cases)
    with TemporaryDirectory() as folder:
        fresh_words = collect(_assistant(_without_other_words(settings, Path(folder))), cases)
    absent = [row for row in known_words if not row.held]
    held = [row for row in (*known_words, *fresh_words) if row.held]
    rows = [*held, *absent, *absent]
    typer.echo(f"{len(known_words)} cases, {len(absent)} of them not in the sources; each counts twice")
    for known in (WITH_DEFAULT_MODEL, BY_WORDS):
        made, area = fit(rows, list(known.weights))
        typer.echo(f"{made}, area under the curve {area:.3f} ({FOLDS}-fold)")


if __name__ == "__main__":
    main()
